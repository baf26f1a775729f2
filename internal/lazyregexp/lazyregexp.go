// Package lazyregexp compiles regular expressions when they are first needed. The
// large ones take milliseconds, and every command would wait for those of all others:
// chalice version, too.
package lazyregexp

import (
	"regexp"
	"sync"
)

// Regexp returns a regular expression, which its first call compiles. It can be
// called by several goroutines.
type Regexp func() *regexp.Regexp

// New returns the regular expression of a text. If the text is none, the first use
// panics.
func New(text string) Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}

// MatchString reports whether a text has a match.
func (r Regexp) MatchString(s string) bool { return r().MatchString(s) }
