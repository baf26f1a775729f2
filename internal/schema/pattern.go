package schema

import (
	"strconv"
	"sync"
)

// pattern is a regular expression of ECMA-262, as JSON Schema has them. Its automaton is
// made when it is first needed.
type pattern struct {
	text      string // as it is written
	once      sync.Once
	automaton *automaton // nil: it is none, which is a mistake of the app
}

// matches reports whether a part of a text matches.
func (p *pattern) matches(s string) bool {
	p.once.Do(func() { p.automaton, _ = newAutomaton(readPattern(p.text).goText()) })
	return p.automaton != nil && p.automaton.matches(s)
}

// ecma returns the pattern as it is written for others: its escapes of characters that
// need none, which are errors with ECMA-262's flag u, are gone.
func (p *pattern) ecma() string { return readPattern(p.text).ecmaText() }

// patternProblem returns why a text is no pattern.
func patternProblem(text string) string {
	r := readPattern(text)
	problem := r.problem
	if problem == "" {
		problem = r.beyondGo
	}
	if problem == "" {
		if _, err := newAutomaton(r.goText()); err != nil {
			problem = err.Error()
		}
	}
	if problem == "" {
		return ""
	}
	return strconv.Quote(text) + " can't be used as a pattern: " + problem
}

// isRegex reports whether a text is a regular expression of ECMA-262, also one that Go's
// can't say.
func isRegex(s string) bool { return readPattern(s).problem == "" }
