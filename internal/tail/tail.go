// Package tail keeps the end of a program's output, for the error that says how
// the program ended.
package tail

import (
	"bytes"
	"strings"
	"sync"

	"github.com/chalice-go/chalice/internal/termtext"
)

// Limits of what is kept.
const (
	maxBytes = 4 << 10
	maxLines = 20
)

// Writer keeps the end of what is written to it. Its zero value is ready to
// use. Several goroutines can use it.
type Writer struct {
	mu   sync.Mutex
	last []byte
	more bool // something was dropped
}

// Write keeps the end of p. It never fails.
func (w *Writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last = append(w.last, p...)
	if cut := len(w.last) - maxBytes; cut > 0 {
		w.last = append(w.last[:0], w.last[cut:]...)
		w.more = true
	}
	return len(p), nil
}

// Reset drops what was written.
func (w *Writer) Reset() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last, w.more = w.last[:0], false
}

// String returns the last lines, at most 20 of them and 4 KB, without white
// space at the end. An incomplete first line is left out, unless it is the only
// one.
func (w *Writer) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	text := w.last
	if end := bytes.IndexByte(text, '\n'); w.more && end >= 0 && end < len(text)-1 {
		text = text[end+1:]
	}
	lines := strings.Split(strings.TrimRight(string(text), "\r\n\t "), "\n")
	return termtext.Harmless(strings.ToValidUTF8(strings.Join(lines[max(0, len(lines)-maxLines):], "\n"), "\ufffd"))
}

// Indented returns the lines of String for the end of a message: each after a
// newline and a tab. It is empty if nothing was written.
func (w *Writer) Indented() string {
	text := w.String()
	if text == "" {
		return ""
	}
	return "\n\t" + strings.ReplaceAll(text, "\n", "\n\t")
}
