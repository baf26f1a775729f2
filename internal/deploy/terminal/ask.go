package terminal

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"
	"sync"

	"github.com/fatih/color"

	"github.com/chalice-go/chalice/internal/termtext"
)

// ErrNoTerminal says that there is a question and nobody to answer it.
var ErrNoTerminal = errors.New("there is a question, and no terminal to ask it in")

// Ask asks a question and reports whether the answer is y or yes. All else is no,
// the end of input as well. Without a terminal to ask in and to be answered from it
// returns [ErrNoTerminal], and the cause of the context's end if that comes before an
// answer. What is redrawn in place rests meanwhile.
func (s *Screen) Ask(ctx context.Context, question string) (bool, error) {
	if !termtext.IsTerminal(s.answers.in) || !s.err.terminal {
		return false, ErrNoTerminal
	}
	if err := context.Cause(ctx); err != nil {
		return false, err
	}
	s.mu.Lock()
	s.live.asking, s.live.shown, s.live.last = true, nil, ""
	io.WriteString(s.err.w, s.err.Paint(termtext.Clean(question), color.Bold)+" [y/N] ")
	s.mu.Unlock()

	answer, err := s.answers.next(ctx)

	s.mu.Lock()
	defer s.mu.Unlock()
	s.live.asking = false
	if !strings.HasSuffix(answer, "\n") { // nobody has pressed Enter
		io.WriteString(s.err.w, "\n")
	}
	s.redraw()
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes":
		return err == nil, err
	}
	return false, err
}

// answers reads lines. A read can't be interrupted: when nobody waits for it any
// longer, its line goes to whoever asks next.
type answers struct {
	in    io.Reader
	once  sync.Once
	lines chan string
	asked chan struct{}
}

// next returns the next line with its end; "" at the end of input, or with the cause
// of the context's end.
func (a *answers) next(ctx context.Context) (string, error) {
	a.once.Do(func() {
		a.lines, a.asked = make(chan string), make(chan struct{}, 1)
		go a.read()
	})
	select {
	case a.asked <- struct{}{}:
	default: // it reads already
	}
	select {
	case line := <-a.lines:
		return line, nil
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

// read reads a line for each time that one is asked for, so that what is typed for
// another program, later, isn't taken from it.
func (a *answers) read() {
	in := bufio.NewReaderSize(byByte{a.in}, 16)
	for range a.asked {
		line, _ := in.ReadString('\n') // at the end of input what there is
		a.lines <- line
	}
}

// byByte reads a byte at a time, so that nothing is read ahead.
type byByte struct{ io.Reader }

// Read reads at most one byte.
func (r byByte) Read(p []byte) (int, error) { return r.Reader.Read(p[:min(1, len(p))]) }
