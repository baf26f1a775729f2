// Package form asks a person for several things at once, in a terminal: each is a line of
// text or one of a list. Where the cursor can't be moved, it asks for one after the other.
//
// It is small on purpose. The libraries for it are made for whole programs in a terminal,
// and would be a sixteenth of the command, and of the time that it takes to start.
package form

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/term"

	"github.com/chalice-go/chalice/internal/termtext"
)

// A Question is for one thing.
type Question struct {
	Title       string
	Description string
	Choices     []Choice           // what it can be; none: a line of text
	Answer      *string            // what it is unless it is changed, and then what was answered
	Check       func(string) error // says what is wrong with an answer; nil: nothing is
}

// A Choice is one of the things that an answer can be.
type Choice struct{ Text, Value string }

// check says what is wrong with an answer.
func (q Question) check(answer string) error {
	if q.Check == nil {
		return nil
	}
	return q.Check(answer)
}

// ErrAborted means that the person doesn't want to answer.
var ErrAborted = errors.New("not answered")

// A Terminal is where somebody can be asked.
type Terminal struct {
	In interface {
		io.Reader
		termtext.File
	}
	Out interface {
		io.Writer
		termtext.File
	}
}

// Ask asks all questions and sets their answers. It returns [ErrAborted] for Ctrl-C and
// the end of the input, and the cause if the context ends.
func Ask(ctx context.Context, t Terminal, questions []Question) error {
	if os.Getenv("TERM") == "dumb" {
		return wait(ctx, func() error { return oneByOne(t, questions) })
	}
	before, err := term.MakeRaw(int(t.In.Fd()))
	if err != nil {
		return fmt.Errorf("ask in the terminal: %w", err)
	}
	defer term.Restore(int(t.In.Fd()), before)
	f := newSheet(t, questions)
	defer f.erase()
	for f.draw(); !f.done(); f.draw() {
		var read []byte
		err := wait(ctx, func() error {
			buffer := make([]byte, 256)
			n, err := t.In.Read(buffer)
			read = buffer[:n]
			return err
		})
		if errors.Is(err, io.EOF) {
			err = ErrAborted
		}
		if err == nil {
			err = f.typed(read)
		}
		if err != nil {
			return err
		}
	}
	f.answer()
	return nil
}

// wait calls a function that reads from a terminal, which nothing interrupts. If the
// context ends before, it returns the cause.
func wait(ctx context.Context, read func() error) error {
	done := make(chan error, 1)
	go func() { done <- read() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// oneByOne asks without moving the cursor.
func oneByOne(t Terminal, questions []Question) error {
	lines := bufio.NewReader(t.In)
	for _, q := range questions {
		fmt.Fprintf(t.Out, "%s: %s\n", q.Title, q.Description)
		for i, c := range q.Choices {
			fmt.Fprintf(t.Out, "%d. %s\n", i+1, c.Text)
		}
		for {
			fmt.Fprintf(t.Out, "[%s] > ", *q.Answer)
			line, err := lines.ReadString('\n')
			if err != nil {
				return ErrAborted
			}
			answer, err := q.understood(strings.TrimSpace(line))
			if err == nil {
				*q.Answer = answer
				break
			}
			fmt.Fprintln(t.Out, err)
		}
	}
	return nil
}

// understood returns the answer that a line is: nothing leaves it as it is, and a choice
// has a number and a name.
func (q Question) understood(line string) (string, error) {
	if line == "" {
		line = *q.Answer
	}
	if len(q.Choices) == 0 {
		return line, q.check(line)
	}
	for i, c := range q.Choices {
		if line == strconv.Itoa(i+1) || line == c.Value {
			return c.Value, q.check(c.Value)
		}
	}
	return "", fmt.Errorf("use a number from 1 to %d, or a name of the list", len(q.Choices))
}
