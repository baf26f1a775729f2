package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Mistake is something wrong with a registration, and where it was made.
type Mistake struct {
	File    string `json:"file"` // relative to the module's root; empty: not known
	Line    int    `json:"line"`
	Message string `json:"message"` // what is wrong, and what to do
}

// NewMistake makes a mistake of a registration made at a place; nil: that isn't known.
func NewMistake(at *Source, format string, args ...any) *Mistake {
	m := &Mistake{Message: fmt.Sprintf(format, args...)}
	if at != nil {
		m.File, m.Line = at.File, at.Line
	}
	return m
}

// Error returns "file:line: message", or the message alone where the place isn't
// known.
func (m *Mistake) Error() string {
	if m.File == "" {
		return m.Message
	}
	return fmt.Sprintf("%s:%d: %s", m.File, m.Line, m.Message)
}

// Mistakes are all the mistakes of an app, in the order of their files and lines.
type Mistakes []*Mistake

// Error returns a line for each mistake.
func (m Mistakes) Error() string {
	lines := make([]string, len(m))
	for i, mistake := range m {
		lines[i] = mistake.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the single mistakes to [errors.As].
func (m Mistakes) Unwrap() []error {
	errs := make([]error, len(m))
	for i, mistake := range m {
		errs[i] = mistake
	}
	return errs
}

// document writes JSON the way this project writes files.
func document(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
