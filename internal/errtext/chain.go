// Package errtext says what a log tells of an error: its text, its type, what it
// wraps, and the stack of a panic. Package dispatch logs why an invocation failed,
// and package app why a record of a batch did.
package errtext

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
)

// Panic is a panic that was turned into an error.
type Panic struct {
	Value any
	Stack []byte // in the format of [runtime/debug.Stack]
}

// Error returns the panic's value as text.
func (p *Panic) Error() string { return fmt.Sprint(p.Value) }

// Unwrap returns the panic's value if that is an error.
func (p *Panic) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}

// Attributes returns what a log says of an error: error, type, the stack of a panic,
// and the chain if the error wraps another one.
func Attributes(err error) []slog.Attr {
	text := fmt.Sprint(err) // also for an error whose method panics
	attributes := []slog.Attr{slog.String("error", text), slog.String("type", fmt.Sprintf("%T", err))}
	var panicked *Panic
	if errors.As(err, &panicked) {
		attributes[1] = slog.String("type", "panic")
		attributes = append(attributes, slog.String("stack", string(panicked.Stack)))
	}
	if all := Chain(err, text); len(all) > 1 {
		attributes = append(attributes, slog.Any("chain", all))
	}
	return attributes
}

// maxChain is the largest number of errors of a chain that are logged.
const maxChain = 50

// Chain lists an error and all that it wraps, in every branch, depth first,
// each with its type. An error's text mostly contains the texts of what it
// wraps, so that five levels of an AWS SDK's error would be one line five
// times. So a text is left out if the one before it contains it; for the first
// error that is told. If an error wraps several others, all of them have their
// texts, which tell them apart.
func Chain(err error, told string) []string {
	var all []string
	Walk(err, func(e error, branch bool) {
		line, text := Describe(e)
		if text != "" && (branch || !tells(told, text)) {
			line, told = line+": "+text, text
		}
		all = append(all, line)
	})
	return all
}

// tells reports whether a text contains another one as words of its own.
func tells(text, part string) bool {
	for from := 0; ; {
		at := strings.Index(text[from:], part)
		if at < 0 {
			return false
		}
		start, end := from+at, from+at+len(part)
		if (start == 0 || !isWord(text[start-1])) && (end == len(text) || !isWord(text[end])) {
			return true
		}
		from = start + 1
	}
}

// isWord reports whether a byte is part of a word, as all bytes beyond ASCII
// are.
func isWord(c byte) bool {
	return c >= 0x80 || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// Describe returns an error's type and text. A method of the error may
// panic.
func Describe(err error) (kind, text string) {
	if p, ok := err.(*Panic); ok {
		return "panic", fmt.Sprint(p.Value)
	}
	return fmt.Sprintf("%T", err), fmt.Sprint(err)
}

// Walk visits an error and what it wraps, the first 50 of them. branch says
// that an error is one of several that another one wraps. If a method of an
// error panics, Walk stops there, so that at least the errors before it are
// logged.
func Walk(err error, visit func(e error, branch bool)) {
	defer func() { _ = recover() }()
	left := maxChain
	var visitAll func(e error, branch bool)
	visitAll = func(e error, branch bool) {
		if e == nil || left == 0 {
			return
		}
		left--
		visit(e, branch)
		switch w := e.(type) {
		case interface{ Unwrap() error }:
			visitAll(w.Unwrap(), false)
		case interface{ Unwrap() []error }:
			for _, one := range w.Unwrap() {
				visitAll(one, true)
			}
		}
	}
	visitAll(err, false)
}
