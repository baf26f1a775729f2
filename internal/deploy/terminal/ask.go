package terminal

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/fatih/color"

	"github.com/chalice-go/chalice/internal/termtext"
)

// ErrNoTerminal says that there is a question and nobody to answer it.
var ErrNoTerminal = errors.New("there is a question, and no terminal to ask it in")

// choice follows a question. The capital letter is what Enter means.
const choice = " [y/N] "

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
	question = strings.Join(fold(termtext.CleanLine(question), s.err.width()-len(choice)), "\n")
	if s.err.inPlace { // over the ^C of who pressed that
		io.WriteString(s.err.w, "\r\x1b[K")
	}
	io.WriteString(s.err.w, s.err.Paint(question, color.Bold)+choice)
	s.mu.Unlock()

	asked := time.Now()
	answer, err := s.answers.next(ctx)

	s.mu.Lock()
	defer s.mu.Unlock()
	s.asking += time.Since(asked)
	s.live.asking = false
	switch {
	case !strings.HasSuffix(answer, "\n"): // nobody has pressed Enter
		io.WriteString(s.err.w, "\n")
	case s.err.inPlace:
		io.WriteString(s.err.w, ownLine(s.err.width()))
	}
	s.redraw()
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes":
		return err == nil, err
	}
	return false, err
}

// ownLine puts the cursor at the beginning of a line of its own. Enter has put it there,
// unless the answer was typed before the question. Blanks up to the last column stay in
// an empty line, and end in the next one otherwise, as zsh does it before its prompt.
func ownLine(width int) string { return strings.Repeat(" ", width-1) + "\r" }

// answers reads lines. A read can't be interrupted: when nobody waits for it any
// longer, its line goes to whoever asks next.
type answers struct {
	in      io.Reader
	mu      sync.Mutex
	pending chan string // what is being read; nil: nothing
}

// next returns the next line with its end: what there is at the end of input, and ""
// with the cause of the context's end.
func (a *answers) next(ctx context.Context) (string, error) {
	a.mu.Lock()
	if a.pending == nil {
		a.pending = make(chan string, 1)
		go func(line chan<- string) { line <- readLine(a.in) }(a.pending)
	}
	line := a.pending
	a.mu.Unlock()
	select {
	case text := <-line:
		a.mu.Lock()
		a.pending = nil
		a.mu.Unlock()
		return text, nil
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

// readLine reads a line, and nothing beyond it: what is typed for another program,
// later, isn't taken from it.
func readLine(in io.Reader) string {
	var line []byte
	for b := make([]byte, 1); ; {
		n, err := in.Read(b)
		if line = append(line, b[:n]...); err != nil || n > 0 && b[0] == '\n' {
			return string(line)
		}
	}
}
