package logpattern

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// A SyntaxError says where a pattern is wrong.
type SyntaxError struct {
	Character int // 1 is the first
	Message   string
}

// Error says where, and what is wrong.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("at character %d: %s", e.Character, e.Message)
}

// Matcher tells which events match a pattern.
type Matcher struct {
	match func(message string) bool
	words *words // nil for other patterns
	// example makes a message that may match, another one in each try.
	example func(try int) string
}

// maxExpressions is how many regular expressions a pattern of conditions can have.
const maxExpressions = 2

// Compile makes a matcher of a pattern, or returns a [*SyntaxError]. An empty pattern
// matches all events.
func Compile(pattern string) (*Matcher, error) {
	p := &parser{text: pattern}
	m := p.pattern()
	if p.err != nil {
		return nil, p.err
	}
	return m, nil
}

// Match reports whether an event with that message passes.
func (m *Matcher) Match(message string) bool { return m.match(message) }

// Fields returns the words of a message by the names that a pattern of words gives them,
// with a dollar sign, as CloudWatch Logs sends them with an event that passed; nil for
// other patterns.
func (m *Matcher) Fields(message string) map[string]string {
	if m.words == nil {
		return nil
	}
	return m.words.extracted(message)
}

// parser reads a pattern from left to right. After an error it stays where it is.
type parser struct {
	text        string
	pos         int
	err         *SyntaxError
	expressions int
}

func (p *parser) pattern() *Matcher {
	switch p.space(); {
	case p.done():
		return &Matcher{match: func(string) bool { return true }, example: func(int) string { return "" }}
	case p.peek("{"):
		return p.jsonPattern()
	case p.peek("["):
		w := p.wordPattern()
		return &Matcher{match: w.match, words: w, example: w.example}
	}
	return p.termPattern()
}

// failAt notes the first error.
func (p *parser) failAt(pos int, format string, args ...any) {
	if p.err == nil {
		p.err = &SyntaxError{utf8.RuneCountInString(p.text[:pos]) + 1, fmt.Sprintf(format, args...)}
	}
	p.pos = len(p.text) // so that whatever reads on comes to an end
}

func (p *parser) fail(format string, args ...any) { p.failAt(p.pos, format, args...) }

func (p *parser) done() bool { return p.pos >= len(p.text) }

func (p *parser) rest() string { return p.text[p.pos:] }

func (p *parser) space() {
	p.pos = len(p.text) - len(strings.TrimLeft(p.rest(), " \t\r\n"))
}

func (p *parser) peek(s string) bool { return strings.HasPrefix(p.rest(), s) }

// take skips a text, if it comes next after spaces.
func (p *parser) take(s string) bool {
	p.space()
	if !p.peek(s) {
		return false
	}
	p.pos += len(s)
	return true
}

// want skips a text that has to come next.
func (p *parser) want(s, what string) {
	if p.err == nil && !p.take(s) {
		p.fail("%s is missing", what)
	}
}

// run returns the text up to the first of some characters, or up to a space.
func (p *parser) run(until string) string {
	rest := p.rest()
	if end := strings.IndexAny(rest, until+" \t\r\n"); end >= 0 {
		rest = rest[:end]
	}
	p.pos += len(rest)
	return rest
}

// quoted reads a text in double quotes, in which a backslash makes text of what follows.
func (p *parser) quoted() string {
	start := p.pos
	var b strings.Builder
	for p.pos++; !p.done(); p.pos++ {
		switch c := p.text[p.pos]; {
		case c == '"':
			p.pos++
			return b.String()
		case c == '\\' && p.pos+1 < len(p.text):
			p.pos++
			b.WriteByte(p.text[p.pos])
		default:
			b.WriteByte(c)
		}
	}
	p.failAt(start, `the text in quotes has no end: there is no second "`)
	return ""
}
