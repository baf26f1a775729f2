package local

import (
	"bytes"
	"io"
	"strings"
	"sync"
)

// How much of a program's output an error shows.
const (
	tailBytes = 4 << 10
	tailLines = 20
)

// Tail remembers the end of what is written to it. It can be used by several
// goroutines.
type Tail struct {
	mu   sync.Mutex
	last []byte
	more bool // something was dropped
}

// Write keeps the end of p.
func (t *Tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last = append(t.last, p...)
	if cut := len(t.last) - tailBytes; cut > 0 {
		t.last = append(t.last[:0], t.last[cut:]...)
		t.more = true
	}
	return len(p), nil
}

// String gives the last lines, without the newline at the end. A first line
// that was cut off is left out, unless there is no other.
func (t *Tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	text := t.last
	if end := bytes.IndexByte(text, '\n'); t.more && end >= 0 && end < len(text)-1 {
		text = text[end+1:]
	}
	lines := strings.Split(strings.TrimRight(string(text), "\r\n\t "), "\n")
	return strings.ToValidUTF8(strings.Join(lines[max(0, len(lines)-tailLines):], "\n"), "�")
}

// output sends a program's streams on, and remembers their end. The lock keeps
// them apart where both go to one writer.
type output struct {
	mu   sync.Mutex
	tail Tail
}

func (o *output) to(w io.Writer) io.Writer { return stream{o, w} }

type stream struct {
	*output
	w io.Writer
}

// Write never fails: a terminal that is gone must not stop the program.
func (s stream) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tail.Write(p)
	s.w.Write(p)
	return len(p), nil
}
