package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// A person is asked for a line at a time.
type person struct {
	says  *bufio.Reader
	reads io.Writer
}

// errUnanswered means that the person's input has ended.
var errUnanswered = errors.New("the input has ended")

// ask asks until a line is an answer, and returns that. Enter alone is what otherwise
// says, in brackets behind the question. At the end of the input it returns
// [errUnanswered], and at the end of the context the cause of that.
func (p person) ask(ctx context.Context, question, otherwise string, answer func(line string) (string, error)) (string, error) {
	if otherwise != "" {
		question += " [" + otherwise + "]"
	}
	for {
		fmt.Fprint(p.reads, question+": ")
		line, err := p.line(ctx)
		if err != nil {
			fmt.Fprintln(p.reads)
			return "", err
		}
		if line == "" {
			line = otherwise
		}
		found, err := answer(line)
		if err == nil {
			return found, nil
		}
		fmt.Fprintln(p.reads, err)
	}
}

// line returns what the person types, without white space at its ends. Nothing interrupts
// the read, so it goes on if the context ends.
func (p person) line(ctx context.Context) (string, error) {
	var line string
	read := make(chan error, 1)
	go func() {
		var err error
		line, err = p.says.ReadString('\n')
		read <- err
	}()
	select {
	case err := <-read:
		if errors.Is(err, io.EOF) {
			err = errUnanswered
		}
		return strings.TrimSpace(line), err
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

// oneOf is the answer that is a number of a list, counted from 1, or a name in it.
func oneOf(names []string) func(string) (string, error) {
	return func(line string) (string, error) {
		for i, name := range names {
			if line == name || line == strconv.Itoa(i+1) {
				return name, nil
			}
		}
		return "", fmt.Errorf("type a number from 1 to %d, or a name of the list", len(names))
	}
}

// checked is the answer that is the line itself, if nothing is wrong with it.
func checked(check func(string) error) func(string) (string, error) {
	return func(line string) (string, error) { return line, check(line) }
}
