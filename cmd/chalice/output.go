package main

import (
	"context"
	"fmt"
	"io"
	"sync"

	"github.com/spf13/cobra"

	"github.com/chalice-go/chalice/internal/scratch"
	"github.com/chalice-go/chalice/internal/termtext"
)

// output is standard output or standard error, as commands have it of cobra. What is
// written to it can be anybody's text: a program's, a compiler's, AWS's. So it is made
// harmless where a person reads it. Whoever colours text or moves the cursor, and has
// made foreign text harmless itself, writes to its stream.
type output struct {
	*stream
	read bool // by a person
}

// Write never fails but as the stream does.
func (o *output) Write(p []byte) (int, error) {
	if !o.read {
		return o.stream.Write(p)
	}
	if _, err := io.WriteString(o.stream, termtext.Harmless(string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// direct returns the stream of an output, for text that is harmless.
func direct(w io.Writer) io.Writer {
	if o, ok := w.(*output); ok {
		return o.stream
	}
	return w
}

// harmless makes what is written to a stream harmless.
func harmless(w io.Writer) io.Writer { return &output{&stream{w: w}, true} }

// stream remembers whether it could be written to, which many who print don't ask.
type stream struct {
	w io.Writer

	mu      sync.Mutex
	failure error
	failed  []func() // called when the first failure comes
}

// Write fails once and for all.
func (s *stream) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failure != nil {
		return 0, s.failure
	}
	n, err := s.w.Write(p)
	if err != nil {
		s.failure = fmt.Errorf("write to standard output: %w", scratch.Reason(err))
		for _, f := range s.failed {
			f()
		}
	}
	return n, s.failure
}

// Fd lets others find out whether it is a terminal.
func (s *stream) Fd() uintptr {
	if f, ok := s.w.(interface{ Fd() uintptr }); ok {
		return f.Fd()
	}
	return ^uintptr(0)
}

// unwritten is why something couldn't be written, or nil.
func (s *stream) unwritten() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failure
}

// whileWritten returns a context that ends when a command's results can't be written
// any more, for a command that would go on for ever.
func whileWritten(c *cobra.Command) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(c.Context())
	if o, ok := c.OutOrStdout().(*output); ok {
		o.mu.Lock()
		defer o.mu.Unlock()
		if o.failed = append(o.failed, cancel); o.failure != nil {
			cancel()
		}
	}
	return ctx, cancel
}
