package logpattern

import (
	"bytes"
	"encoding/json"
	"regexp/syntax"
	"strconv"
	"strings"
)

// maxTries is how many examples are tried: one for each way through a few alternatives.
const maxTries = 64

// Example returns a message that matches. It reports false if none was found, as for a
// pattern that contradicts itself.
func (m *Matcher) Example() (string, bool) {
	for try := range maxTries {
		if message := m.example(try); m.match(message) {
			return message, true
		}
	}
	return "", false
}

// example is a message in the making: of JSON, or of the words of fields by their names.
type example struct {
	doc   any
	words map[string]string
}

func (e *example) json() string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(e.doc) != nil {
		return ""
	}
	return strings.TrimSpace(b.String())
}

// maxElements is how long a list of an example can be.
const maxElements = 1000

// set returns a value with another one where the path leads.
func (s path) set(v, value any) any {
	if len(s) == 0 {
		return value
	}
	if name, ok := s[0].(string); ok {
		o, isObject := v.(map[string]any)
		if !isObject {
			o = map[string]any{}
		}
		o[name] = s[1:].set(o[name], value)
		return o
	}
	at, _ := s[0].(int) // every: the first
	list, _ := v.([]any)
	for len(list) <= at && at < maxElements {
		list = append(list, nil)
	}
	if at < len(list) {
		list[at] = s[1:].set(list[at], value)
	}
	return list
}

// value returns what the comparison holds of: a number, if it compares with one.
func (c *comparison) value() any {
	if !c.isNumber {
		return c.word()
	}
	return json.Number(strconv.FormatFloat(c.near(), 'f', -1, 64))
}

// near returns a number that the comparison holds of.
func (c *comparison) near() float64 {
	switch c.operator {
	case "<":
		return c.number - 1
	case ">", "!=":
		return c.number + 1
	}
	return c.number
}

// word returns a text that the comparison holds of.
func (c *comparison) word() string {
	switch {
	case c.isNumber:
		return strconv.FormatFloat(c.near(), 'f', -1, 64)
	case c.operator == "!=":
		return "other"
	case c.expr != nil:
		return matched(c.expr.String())
	case c.text == "":
		return "any"
	}
	return c.text
}

// example writes all terms or, if all are optional, one of them.
func (t terms) example(try int) string {
	list := t.all
	if len(t.all)+len(t.none) == 0 && len(t.any) > 0 {
		list = t.any[try%len(t.any):][:1]
	}
	var all []string
	for _, term := range list {
		if term.expr != nil {
			all = append(all, matched(term.expr.String()))
		} else {
			all = append(all, term.text)
		}
	}
	return strings.Join(all, " ")
}

// example writes a word for each field.
func (w *words) example(try int) string {
	e := example{words: map[string]string{}}
	for _, f := range w.fields {
		if f.about != nil {
			f.about.meet(&e, try)
		}
	}
	var all []string
	for _, f := range w.fields {
		word, ok := e.words[f.name]
		if !ok || f.name == "" {
			word = "-"
		}
		if strings.ContainsAny(word, " \t[") {
			word = `"` + word + `"`
		}
		all = append(all, word)
	}
	return strings.Join(all, " ")
}

// matched returns a text that a regular expression matches.
func matched(expr string) string {
	parsed, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return ""
	}
	var b strings.Builder
	writeMatched(&b, parsed)
	return b.String()
}

// maxMatched is how long such a text can be.
const maxMatched = 4096

func writeMatched(b *strings.Builder, e *syntax.Regexp) {
	if b.Len() > maxMatched {
		return
	}
	switch e.Op {
	case syntax.OpLiteral:
		b.WriteString(string(e.Rune))
	case syntax.OpCharClass:
		if len(e.Rune) > 0 {
			b.WriteRune(oneOf(e.Rune))
		}
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b.WriteByte('x')
	case syntax.OpCapture, syntax.OpPlus:
		writeMatched(b, e.Sub[0])
	case syntax.OpRepeat:
		for range e.Min {
			writeMatched(b, e.Sub[0])
		}
	case syntax.OpConcat:
		for _, part := range e.Sub {
			writeMatched(b, part)
		}
	case syntax.OpAlternate:
		writeMatched(b, e.Sub[0])
	}
}

// oneOf returns a character of a class, which is a list of ranges; a letter or a digit,
// if there is one.
func oneOf(ranges []rune) rune {
	for _, c := range "a0A_-" {
		for i := 0; i+1 < len(ranges); i += 2 {
			if ranges[i] <= c && c <= ranges[i+1] {
				return c
			}
		}
	}
	return ranges[0]
}
