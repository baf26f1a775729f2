package logpattern

import (
	"regexp"
	"strings"
	"unicode"
)

// term is a part of a pattern of terms.
type term struct {
	text string
	expr *regexp.Regexp // instead of a text
}

func (t term) in(message string) bool {
	if t.expr != nil {
		return t.expr.MatchString(message)
	}
	return strings.Contains(message, t.text)
}

// terms are what an event has to contain, may contain, of which it has to contain one,
// and what it may not contain.
type terms struct{ all, any, none []term }

func (t terms) match(message string) bool {
	for _, term := range t.none {
		if term.in(message) {
			return false
		}
	}
	for _, term := range t.all {
		if !term.in(message) {
			return false
		}
	}
	// Beside others, optional terms make no difference.
	if len(t.any) == 0 || len(t.all)+len(t.none) > 0 {
		return true
	}
	for _, term := range t.any {
		if term.in(message) {
			return true
		}
	}
	return false
}

// termPattern reads a pattern such as: ERROR "it failed" -retried
func (p *parser) termPattern() *Matcher {
	var all terms
	for p.space(); !p.done(); p.space() {
		list := &all.all
		switch {
		case p.take("-"):
			list = &all.none
		case p.take("?"):
			list = &all.any
		}
		if p.space(); p.done() {
			p.fail("there is no term after the sign")
			break
		}
		*list = append(*list, p.term())
	}
	return &Matcher{match: all.match, example: all.example}
}

func (p *parser) term() term {
	switch {
	case p.peek("%"):
		return term{expr: p.regexp()}
	case p.peek(`"`):
		text := p.quoted()
		if strings.TrimSpace(text) == "" {
			text = "" // such a term is in every event
		}
		return term{text: text}
	}
	start := p.pos
	text := p.run(`"`)
	for i, c := range text {
		if c != '_' && !unicode.IsLetter(c) && !unicode.IsDigit(c) {
			p.failAt(start+i, `the term %s has a %q: a term of more than letters, digits and _ has to be in double quotes`, text, c)
			return term{}
		}
	}
	return term{text: text}
}
