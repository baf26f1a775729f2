package lambdarun

import (
	"io"
	"sync"

	"github.com/chalice-go/chalice/internal/tail"
)

// output passes on a program's streams, and keeps the end of what it printed.
// The lock keeps the streams apart if both go to one writer.
type output struct {
	mu   sync.Mutex
	tail tail.Writer
}

func (o *output) to(w io.Writer) io.Writer { return stream{o, w} }

type stream struct {
	*output
	w io.Writer
}

// Write never fails: a closed terminal must not stop the program.
func (s stream) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tail.Write(p)
	s.w.Write(p)
	return len(p), nil
}
