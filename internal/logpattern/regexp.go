package logpattern

import (
	"regexp"
	"strings"
)

// What a regular expression can have beside letters and digits. A space isn't in AWS's
// list, but in its examples of the CDK.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/regex-expressions.html
const (
	exprSymbols   = ":_#=@/;,- "
	exprOperators = `^$?[]{}|\*+.`
)

// exprClasses are the letters that have a meaning after a backslash; \x has one with the
// two digits after it.
const exprClasses = "dDsSwW"

// regexp reads a regular expression between percent signs.
func (p *parser) regexp() *regexp.Regexp {
	start := p.pos
	p.pos++
	from := p.pos
	for ; !p.done() && p.text[p.pos] != '%'; p.pos++ {
		if !p.exprCharacter(start) {
			return nil
		}
	}
	if p.done() {
		if p.err == nil {
			p.failAt(start, "the regular expression has no end: there is no second %%")
		}
		return nil
	}
	text := p.text[from:p.pos]
	p.pos++
	p.expressions++
	if text == "" {
		p.failAt(start, "the regular expression is empty")
		return nil
	}
	expr, err := regexp.Compile(text)
	if err != nil {
		p.failAt(start, "%s is no regular expression: %s", text, strings.TrimPrefix(err.Error(), "error parsing regexp: "))
		return nil
	}
	return expr
}

// exprCharacter checks a character, and moves to the last one that belongs to it.
func (p *parser) exprCharacter(start int) bool {
	c := p.text[p.pos]
	switch {
	case c >= 0x80:
		p.fail("a regular expression can have only ASCII characters")
		return false
	case c == '\\':
		return p.exprEscape(start)
	case isAlphanumeric(c), strings.IndexByte(exprSymbols+exprOperators, c) >= 0:
		return true
	case c == '(' || c == ')':
		p.fail("a regular expression can have no parentheses here")
		return false
	}
	p.fail("a regular expression can have no %q here: beside letters and digits there are %s and the operators %s", c, strings.TrimSpace(exprSymbols), exprOperators)
	return false
}

func (p *parser) exprEscape(start int) bool {
	p.pos++
	if p.done() {
		p.failAt(start, "the regular expression has no end: there is no second %%")
		return false
	}
	c := p.text[p.pos]
	switch {
	case c == 'x' && p.pos+2 < len(p.text) && isHex(p.text[p.pos+1]) && isHex(p.text[p.pos+2]):
		p.pos += 2
		return true
	case c < 0x80 && !isAlphanumeric(c), strings.IndexByte(exprClasses, c) >= 0:
		return true
	}
	p.failAt(p.pos-1, `a regular expression can have no \%c here: there are \d \D \s \S \w \W, \x with two digits, and a backslash before a symbol`, []rune(p.rest())[0])
	return false
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
