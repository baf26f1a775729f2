package dispatch

import (
	"fmt"
	"strings"
)

// maxChain is the largest number of errors of a chain that are logged.
const maxChain = 50

// chain lists an error and all that it wraps, in every branch, depth first,
// each with its type. An error's text mostly contains the texts of what it
// wraps, so that five levels of an AWS SDK's error would be one line five
// times. So a text is left out if the one before it contains it; for the first
// error that is told. If an error wraps several others, all of them have their
// texts, which tell them apart.
func chain(err error, told string) []string {
	var all []string
	walk(err, func(e error, branch bool) {
		line, text := describeError(e)
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

// describeError returns an error's type and text. A method of the error may
// panic.
func describeError(err error) (kind, text string) {
	if p, ok := err.(*panicError); ok {
		return "panic", fmt.Sprint(p.value)
	}
	return fmt.Sprintf("%T", err), fmt.Sprint(err)
}

// walk visits an error and what it wraps, the first 50 of them. branch says
// that an error is one of several that another one wraps. If a method of an
// error panics, walk stops there, so that at least the errors before it are
// logged.
func walk(err error, visit func(e error, branch bool)) {
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
