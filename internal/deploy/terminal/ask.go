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

// ErrNoTerminal means that there is no terminal for a question.
var ErrNoTerminal = errors.New("there is a question, and no terminal to ask it in")

// choice is appended to a question. The capital letter is the meaning of Enter.
const choice = " [y/N] "

// Ask asks a question and reports whether the answer is y or yes. Anything else
// is no, also the end of the input. Without a terminal for the question and the
// answer it returns [ErrNoTerminal]. If the context ends before an answer, it
// returns the cause. Meanwhile nothing is redrawn in place.
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
	if s.err.inPlace { // over the ^C that the user's key press left
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

// ownLine returns a text that puts the cursor at the beginning of an empty
// line. After Enter it is there already, unless the answer was typed before the
// question. Blanks up to the last column stay within an empty line, and
// otherwise end in the next one; zsh does the same before its prompt.
func ownLine(width int) string { return strings.Repeat(" ", width-1) + "\r" }

// answers reads lines. A read can't be interrupted: if its caller doesn't wait
// anymore, the line is returned to the next caller.
type answers struct {
	in      io.Reader
	mu      sync.Mutex
	pending chan string // the line that is being read; nil: none
}

// next returns the next line with its end. At the end of the input it returns
// what there is. If the context ends, it returns "" and the cause.
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

// readLine reads a line, and no byte beyond it, so that a later program gets
// what was typed for it.
func readLine(in io.Reader) string {
	var line []byte
	for b := make([]byte, 1); ; {
		n, err := in.Read(b)
		if line = append(line, b[:n]...); err != nil || n > 0 && b[0] == '\n' {
			return string(line)
		}
	}
}
