package logpattern

import (
	"regexp"
	"strconv"
	"strings"
)

// A condition is about an event that is JSON, or about the words of one.
type condition[T any] struct {
	holds func(T) bool
	// meet changes an example so that the condition holds of it, as far as other ones
	// allow. Of alternatives, the try says which one.
	meet func(e *example, try int)
}

// anyOf reads conditions with || between them, each of which can be some with &&
// between them, or one in parentheses.
func anyOf[T any](p *parser, one func() condition[T]) condition[T] {
	list := []condition[T]{allOf(p, one)}
	for p.take("||") {
		list = append(list, allOf(p, one))
	}
	return condition[T]{func(v T) bool {
		for _, c := range list {
			if c.holds(v) {
				return true
			}
		}
		return false
	}, func(e *example, try int) { list[try%len(list)].meet(e, try/len(list)) }}
}

func allOf[T any](p *parser, one func() condition[T]) condition[T] {
	list := []condition[T]{single(p, one)}
	for p.take("&&") {
		list = append(list, single(p, one))
	}
	return condition[T]{func(v T) bool {
		for _, c := range list {
			if !c.holds(v) {
				return false
			}
		}
		return true
	}, func(e *example, try int) {
		for _, c := range list {
			c.meet(e, try)
		}
	}}
}

func single[T any](p *parser, one func() condition[T]) condition[T] {
	if !p.take("(") {
		return one()
	}
	c := anyOf(p, one)
	p.want(")", "the closing parenthesis")
	return c
}

// operators are those of comparisons, longer ones first.
var operators = []string{"!=", "<=", ">=", "=", "<", ">"}

// comparison is what something is compared with.
type comparison struct {
	operator string
	text     string // without the wildcards
	// before and after: any text can be before or after it.
	before, after bool
	number        float64
	isNumber      bool
	expr          *regexp.Regexp // instead of a text
}

// comparison reads an operator and a value, which ends at one of some characters.
func (p *parser) comparison(until string) (c comparison, ok bool) {
	for _, operator := range operators {
		if p.take(operator) {
			c.operator = operator
			break
		}
	}
	if c.operator == "" {
		return c, false
	}
	p.space()
	start := p.pos
	switch {
	case p.peek("%"):
		c.expr = p.regexp()
		if p.expressions > maxExpressions {
			p.failAt(start, "this is the third regular expression, but a pattern of conditions can have %d", maxExpressions)
		}
	case p.peek(`"`):
		c.wildcards(p.quoted())
	default:
		c.bare(p, until)
	}
	if p.err == nil && strings.ContainsAny(c.operator, "<>") && !c.isNumber {
		p.failAt(start, "%s compares numbers, and this is none", c.operator)
	}
	return c, true
}

// bare reads a value without quotes.
func (c *comparison) bare(p *parser, until string) {
	start := p.pos
	text := p.run(until + `"%`)
	if text == "" {
		p.fail("the value is missing")
		return
	}
	for i, r := range text {
		if r >= 0x80 || strings.ContainsRune(`@$\`, r) {
			p.failAt(start+i, "the value %s has a %q: it has to be in double quotes", text, r)
			return
		}
	}
	c.number, c.isNumber = number(text)
	c.wildcards(text)
}

// wildcards takes the asterisks at the ends of a text off. Within it they are text.
func (c *comparison) wildcards(text string) {
	if text == "*" {
		c.before, c.after = true, true
		return
	}
	text, c.before = strings.CutPrefix(text, "*")
	c.text, c.after = strings.CutSuffix(text, "*")
}

// number reads a number as patterns and events have it: with a sign, a fraction and an
// exponent, if at all.
func number(text string) (float64, bool) {
	if text == "" || strings.Trim(text, "0123456789+-.eE") != "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil
}

// holds compares a text.
func (c *comparison) holds(text string) bool {
	if c.isNumber {
		if n, ok := number(text); ok {
			return c.holdsOf(n)
		}
	}
	switch c.operator {
	case "=":
		return c.equals(text)
	case "!=":
		return !c.equals(text)
	}
	return false
}

func (c *comparison) holdsOf(n float64) bool {
	switch c.operator {
	case "=":
		return n == c.number
	case "!=":
		return n != c.number
	case "<":
		return n < c.number
	case "<=":
		return n <= c.number
	case ">":
		return n > c.number
	}
	return n >= c.number
}

func (c *comparison) equals(text string) bool {
	switch {
	case c.expr != nil:
		return c.expr.MatchString(text)
	case c.before && c.after:
		return strings.Contains(text, c.text)
	case c.before:
		return strings.HasSuffix(text, c.text)
	case c.after:
		return strings.HasPrefix(text, c.text)
	}
	return text == c.text
}
