package schema

import (
	"errors"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// patternTree is a part of a pattern.
type patternTree struct {
	kind        treeKind
	class       *class
	op          operation      // of an assertion
	parts       []*patternTree // of a repetition the only one
	least, most int            // of a repetition; most below 0: any number
}

type treeKind uint8

const (
	classTree treeKind = iota
	assertionTree
	sequenceTree
	alternativesTree
	repetitionTree
)

// patternParser reads a pattern in the part of Go's syntax that a patternReader writes.
type patternParser struct {
	text string
	pos  int
	err  error
}

func (p *patternParser) peek(s string) bool { return strings.HasPrefix(p.text[p.pos:], s) }

func (p *patternParser) take(s string) bool {
	if !p.peek(s) {
		return false
	}
	p.pos += len(s)
	return true
}

func (p *patternParser) fail() {
	if p.err == nil {
		p.err = errors.New("it can't be read at " + strconv.Quote(p.text[p.pos:]))
	}
	p.pos = len(p.text)
}

func (p *patternParser) alternatives() *patternTree {
	t := &patternTree{kind: alternativesTree, parts: []*patternTree{p.sequence()}}
	for p.take("|") {
		t.parts = append(t.parts, p.sequence())
	}
	return t
}

func (p *patternParser) sequence() *patternTree {
	t := &patternTree{kind: sequenceTree}
	for p.pos < len(p.text) && !p.peek("|") && !p.peek(")") {
		t.parts = append(t.parts, p.repetition(p.atom()))
	}
	return t
}

func (p *patternParser) atom() *patternTree {
	switch {
	case p.take("^"):
		return &patternTree{kind: assertionTree, op: opBegin}
	case p.take("$"):
		return &patternTree{kind: assertionTree, op: opEnd}
	case p.take(`\b`):
		return &patternTree{kind: assertionTree, op: opWord}
	case p.take(`\B`):
		return &patternTree{kind: assertionTree, op: opNotWord}
	case p.take("(?:"):
		t := p.alternatives()
		if !p.take(")") {
			p.fail()
		}
		return t
	case p.take("["):
		return &patternTree{class: p.class()}
	}
	c := &class{}
	r := p.char()
	c.add(r, r)
	return &patternTree{class: c}
}

// char reads a character, which may be escaped.
func (p *patternParser) char() rune {
	if p.take(`\x{`) {
		digits, _, ok := strings.Cut(p.text[p.pos:], "}")
		c, err := strconv.ParseInt(digits, 16, 32)
		if !ok || err != nil {
			p.fail()
			return 0
		}
		p.pos += len(digits) + 1
		return rune(c)
	}
	if p.take(`\`) {
		for i, letter := range "tnvfr" {
			if p.take(string(letter)) {
				return rune("\t\n\v\f\r"[i])
			}
		}
	}
	if p.pos >= len(p.text) {
		p.fail()
		return 0
	}
	c, n := utf8.DecodeRuneInString(p.text[p.pos:])
	p.pos += n
	return c
}

// repetition reads what may stand behind an atom.
func (p *patternParser) repetition(atom *patternTree) *patternTree {
	t := &patternTree{kind: repetitionTree, parts: []*patternTree{atom}}
	switch {
	case p.take("*"):
		t.least, t.most = 0, -1
	case p.take("+"):
		t.least, t.most = 1, -1
	case p.take("?"):
		t.least, t.most = 0, 1
	case p.take("{"):
		inner, _, ok := strings.Cut(p.text[p.pos:], "}")
		low, high, comma := strings.Cut(inner, ",")
		t.least, t.most = repeats(low), repeats(high)
		if p.pos += len(inner) + 1; !ok {
			p.fail()
			return t
		}
		switch {
		case !comma:
			t.most = t.least
		case high == "":
			t.most = -1
		}
	default:
		return atom
	}
	p.take("?") // which of several matches it prefers doesn't matter
	return t
}

// class reads a class of characters, behind its bracket.
func (p *patternParser) class() *class {
	c := &class{negated: p.take("^")}
	for !p.take("]") {
		if p.pos >= len(p.text) {
			p.fail()
			return c
		}
		if p.classEscape(c) {
			continue
		}
		low := p.char()
		high := low
		if p.take("-") {
			high = p.char()
		}
		c.add(low, high)
	}
	c.complete()
	return c
}

// classEscape reads an escape that stands for several characters, if there is one.
func (p *patternParser) classEscape(c *class) bool {
	switch {
	case p.take(`\d`):
		c.add('0', '9')
	case p.take(`\D`):
		c.add(0, '0'-1)
		c.add('9'+1, unicode.MaxRune)
	case p.take(`\w`):
		c.addAll(wordRanges)
	case p.take(`\W`):
		from := rune(0)
		for i := 0; i < len(wordRanges); i += 2 {
			c.add(from, wordRanges[i]-1)
			from = wordRanges[i+1] + 1
		}
		c.add(from, unicode.MaxRune)
	case p.peek(`\p{`), p.peek(`\P{`):
		negated := p.peek(`\P`)
		name, _, ok := strings.Cut(p.text[p.pos+3:], "}")
		table, ok2 := propertyTable(name)
		if !ok || !ok2 {
			p.fail()
			return true
		}
		p.pos += 3 + len(name) + 1
		c.tables = append(c.tables, propertyTest{table, negated})
	default:
		return false
	}
	return true
}
