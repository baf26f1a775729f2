package dispatch

import (
	"fmt"
	"strings"
)

// maxChain is how many errors of a chain are told.
const maxChain = 50

// chain lists an error and all that it wraps, in every branch, depth first, each
// with its type. An error's text mostly holds that of what it wraps, which for an
// AWS SDK's error of five levels would be one line five times: so a text is left
// out that is in the one before it, the first if it is in told. Each of several
// branches has its text, as it says which is which.
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

// tells reports whether a text has another in it, as words of its own.
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

// isWord reports whether a byte is part of a word. Those beyond ASCII count.
func isWord(c byte) bool {
	return c >= 0x80 || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// describeError returns an error's type and text. It is fine with an error whose
// method panics.
func describeError(err error) (kind, text string) {
	if p, ok := err.(*panicError); ok {
		return "panic", fmt.Sprint(p.value)
	}
	return fmt.Sprintf("%T", err), fmt.Sprint(err)
}

// walk visits an error and what it wraps, the first 50 of them; branch says that
// an error is one of several that another wraps. A method of an error's that
// panics ends the walk: the error is to be told of all the same.
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
