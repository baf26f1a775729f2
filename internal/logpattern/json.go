package logpattern

import (
	"bytes"
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"unicode"
)

// jsonPattern reads a pattern such as: { $.level = "ERROR" && $.took > 100 }
func (p *parser) jsonPattern() *Matcher {
	p.want("{", "the opening brace")
	c := anyOf(p, p.jsonCondition)
	p.want("}", "the closing brace, or && or || between two conditions,")
	if p.space(); p.err == nil && !p.done() {
		p.fail("there is something behind the closing brace")
	}
	return &Matcher{match: func(message string) bool {
		v, ok := object(message)
		return ok && c.holds(v)
	}, example: func(try int) string {
		e := example{doc: map[string]any{}}
		c.meet(&e, try)
		return e.json()
	}}
}

// object decodes an event that is a JSON object.
func object(message string) (any, bool) {
	d := json.NewDecoder(bytes.NewReader([]byte(message)))
	d.UseNumber()
	var v map[string]any
	if d.Decode(&v) != nil || v == nil {
		return nil, false
	}
	_, err := d.Token()
	return v, err == io.EOF
}

// jsonValueEnds end a value without quotes.
const jsonValueEnds = "(){}&|=!<>,"

// jsonCondition reads a condition about one value.
func (p *parser) jsonCondition() condition[any] {
	path := p.selector()
	c, ok := p.comparison(jsonValueEnds)
	if ok {
		return path.condition(func(v any) bool { return holdsOfJSON(&c, v) }, c.value())
	}
	if p.err != nil {
		return condition[any]{}
	}
	start := p.pos
	switch first, second := p.keyword(), p.keyword(); {
	case first == "IS" && second == "NULL":
		return path.condition(func(v any) bool { return v == nil }, nil)
	case first == "IS" && (second == "TRUE" || second == "FALSE"):
		return path.condition(func(v any) bool { return v == (second == "TRUE") }, second == "TRUE")
	case first == "NOT" && second == "EXISTS":
		return condition[any]{func(v any) bool { return !path.some(v, func(any) bool { return true }) }, func(*example, int) {}}
	}
	p.failAt(start, "after a property there has to be one of %s, or IS NULL, IS TRUE, IS FALSE or NOT EXISTS", strings.Join(operators, " "))
	return condition[any]{}
}

// condition is one about the value that the path leads to, for which there is an
// example.
func (s path) condition(holds func(any) bool, value any) condition[any] {
	return condition[any]{
		func(v any) bool { return s.some(v, holds) },
		func(e *example, _ int) { e.doc = s.set(e.doc, value) },
	}
}

// keyword reads a word, in whatever case.
func (p *parser) keyword() string {
	p.space()
	return strings.ToUpper(p.run(jsonValueEnds))
}

// holdsOfJSON compares a value: text, a number or a truth value, and nothing else.
func holdsOfJSON(c *comparison, v any) bool {
	switch v := v.(type) {
	case json.Number:
		return c.holds(v.String())
	case string:
		// A text isn't compared as a number.
		if c.isNumber && strings.ContainsAny(c.operator, "<>") {
			return false
		}
		plain := *c
		plain.isNumber = false
		return plain.holds(v)
	case bool:
		return c.holds(strconv.FormatBool(v))
	}
	return false
}

// path leads to a value: the name of a property, or the number of an element, or every
// for all elements.
type path []any

type every struct{}

// some reports whether a value that the path leads to has a property.
func (s path) some(v any, has func(any) bool) bool {
	for i, step := range s {
		switch step := step.(type) {
		case string:
			o, isObject := v.(map[string]any)
			member, there := o[step]
			if !isObject || !there {
				return false
			}
			v = member
		case int:
			list, isList := v.([]any)
			if !isList || step >= len(list) {
				return false
			}
			v = list[step]
		case every:
			list, _ := v.([]any)
			for _, element := range list {
				if s[i+1:].some(element, has) {
					return true
				}
			}
			return false
		}
	}
	return has(v)
}

// selector reads a property such as $.users[0].id
func (p *parser) selector() path {
	p.space()
	if p.err == nil && !p.peek("$") {
		p.fail("a condition starts with a property, such as $.level")
	}
	if p.err != nil {
		return nil
	}
	p.pos++
	var steps path
	for p.err == nil {
		switch {
		case p.peek("."):
			p.pos++
			if p.peek("[") {
				continue
			}
			if step := p.property(); step != "" {
				steps = append(steps, step)
			}
		case p.peek("["):
			steps = append(steps, p.element())
		case len(steps) == 0:
			p.fail("the name of a property is missing, as in $.level")
		default:
			return steps
		}
	}
	return nil
}

// property reads a name of letters, digits, - and _.
func (p *parser) property() string {
	start := p.pos
	for _, c := range p.rest() {
		if c != '-' && c != '_' && !unicode.IsLetter(c) && !unicode.IsDigit(c) {
			break
		}
		p.pos += len(string(c))
	}
	if start == p.pos {
		p.fail("the name of a property is missing: it has letters, digits, - and _")
		return ""
	}
	return p.text[start:p.pos]
}

// element reads the number of an element, in brackets.
func (p *parser) element() any {
	start := p.pos
	p.pos++
	text := p.run("]")
	if p.done() || p.text[p.pos] != ']' {
		p.failAt(start, "the closing bracket is missing")
		return nil
	}
	p.pos++
	if text == "*" {
		return every{}
	}
	if name := strings.Trim(text, `'"`); name != text && name != "" {
		return name
	}
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil {
		p.failAt(start, "[%s] is no element of a list: that is a number, such as [0]", text)
		return nil
	}
	return int(n)
}
