package awsrules

import (
	"regexp"
	"sync"
)

// expression is a regular expression that is compiled when it is first needed.
// Those for names with a limit of length are large, and every command would wait
// for them, also one that checks no model.
type expression func() *regexp.Regexp

func compiled(text string) expression {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}

// MatchString reports whether a text has a match.
func (e expression) MatchString(s string) bool { return e().MatchString(s) }
