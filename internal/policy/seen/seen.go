// Package seen notes which texts of a program an analysis looks at. What it hasn't looked
// at can be another text, and the analysis would find the same.
//
// For that, whoever wants the text of a constant asks here.
package seen

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"go/constant"
	"maps"
	"slices"
	"strings"
	"sync"
)

// Texts are the texts of a program that an analysis has looked at. Its zero value has seen
// none. It can be used by several goroutines.
type Texts struct {
	mu sync.Mutex
	// whole has digests of texts: some may be secrets, and these are written to files.
	whole map[string]bool
	parts map[string]bool // that were looked for in all texts
}

// Of returns the text of a string constant, and false for any other.
func (s *Texts) Of(c constant.Value) (text string, ok bool) {
	if c == nil || c.Kind() != constant.String {
		return "", false
	}
	text = constant.StringVal(c)
	s.note(text)
	return text, true
}

// Exact returns a text that is the same for equal constants alone.
func (s *Texts) Exact(c constant.Value) string {
	s.Of(c)
	return c.ExactString()
}

// Has reports whether a constant is a string that has another in it.
func (s *Texts) Has(c constant.Value, part string) bool {
	if c == nil || c.Kind() != constant.String {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.parts == nil {
		s.parts = map[string]bool{}
	}
	s.parts[part] = true
	return strings.Contains(constant.StringVal(c), part)
}

// IsZero reports whether a constant is the zero of its type. Whether a text is empty always
// matters.
func IsZero(c constant.Value) bool {
	switch c.Kind() {
	case constant.String:
		return constant.StringVal(c) == ""
	case constant.Bool:
		return !constant.BoolVal(c)
	default:
		return c.String() == "0"
	}
}

// Shows reports whether a text shows what no analysis that asks for it may miss. It isn't
// noted: the same is to be asked of whatever stands in the place of the text.
func Shows(c constant.Value, shows func(text string) bool) bool {
	return c != nil && c.Kind() == constant.String && shows(constant.StringVal(c))
}

// Matters reports whether the analysis looked at a text, so that another one in its place,
// or it in the place of another, can make a difference.
func (s *Texts) Matters(text string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if text == "" || s.whole[digest(text)] {
		return true
	}
	for part := range s.parts {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}

func (s *Texts) note(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.whole == nil {
		s.whole = map[string]bool{}
	}
	s.whole[digest(text)] = true
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// form is what is written of Texts.
type form struct{ Whole, Parts []string }

// MarshalJSON writes what [Texts.UnmarshalJSON] reads. No text can be told from it that isn't
// guessed.
func (s *Texts) MarshalJSON() ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return json.Marshal(form{slices.Sorted(maps.Keys(s.whole)), slices.Sorted(maps.Keys(s.parts))})
}

// UnmarshalJSON takes what was written.
func (s *Texts) UnmarshalJSON(data []byte) error {
	var f form
	if err := json.Unmarshal(data, &f); err != nil {
		return err
	}
	s.whole, s.parts = setOf(f.Whole), setOf(f.Parts)
	return nil
}

func setOf(texts []string) map[string]bool {
	set := map[string]bool{}
	for _, t := range texts {
		set[t] = true
	}
	return set
}
