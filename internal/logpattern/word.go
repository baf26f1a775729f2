package logpattern

import (
	"strconv"
	"strings"
)

// words is a pattern for events of words.
type words struct {
	fields []field
	gap    int // how many fields come before any number of others; -1: there are no others
}

// field is a word of an event.
type field struct {
	name  string           // empty: it has none
	about *condition[line] // nil: nothing
}

// line is an event, and the word that a condition is in the field of.
type line struct {
	named map[string]string
	own   string
}

// wordPattern reads a pattern such as: [ip, user, ..., status = 5*, bytes]
func (p *parser) wordPattern() *words {
	w := &words{gap: -1}
	p.want("[", "the opening bracket")
	for p.err == nil {
		if p.space(); p.peek("...") || p.peek("…") {
			if w.gap >= 0 {
				p.fail("... is there for the second time, so that nobody can tell which words are which")
			}
			w.gap = len(w.fields)
			_ = p.take("...") || p.take("…")
		} else {
			w.fields = append(w.fields, p.field())
		}
		if !p.take(",") {
			break
		}
	}
	p.want("]", "the closing bracket, or a comma between two fields,")
	if p.space(); p.err == nil && !p.done() {
		p.fail("there is something behind the closing bracket")
	}
	return w
}

// wordEnds end the name of a field, and a value without quotes.
const wordEnds = `,[]()=!<>&|"%`

// field reads a field: nothing, a name, or a condition about it.
func (p *parser) field() field {
	if p.peek(",") || p.peek("]") {
		return field{}
	}
	start := p.pos
	name := p.run(wordEnds)
	p.space()
	if p.done() || p.peek(",") || p.peek("]") {
		return field{name: name}
	}
	p.pos = start
	first := ""
	about := anyOf(p, func() condition[line] {
		p.space()
		at := p.pos
		name := p.run(wordEnds)
		if name == "" {
			p.fail("the name of the field is missing")
			return condition[line]{}
		}
		if first == "" {
			first = name
		}
		c, ok := p.comparison(wordEnds)
		if p.err == nil && !ok {
			p.failAt(at, "after the name of a field there has to be one of %s, or a comma", strings.Join(operators, " "))
		}
		return condition[line]{func(l line) bool {
			word, other := l.named[name]
			if !other {
				word = l.own
			}
			return c.holds(word)
		}, func(e *example, _ int) { e.words[name] = c.word() }}
	})
	return field{first, &about}
}

// placed returns the field that each of so many words is of, -1 for none. It reports false if
// the words are too many or too few.
func (w *words) placed(n int) (func(i int) int, bool) {
	if w.gap < 0 {
		return func(i int) int { return i }, n == len(w.fields)
	}
	others := n - len(w.fields)
	return func(i int) int {
		switch {
		case i < w.gap:
			return i
		case i < w.gap+others:
			return -1
		}
		return i - others
	}, others >= 0
}

func (w *words) match(message string) bool {
	all := split(message)
	at, ok := w.placed(len(all))
	if !ok {
		return false
	}
	named := make(map[string]string, len(w.fields))
	for i, word := range all {
		if f := at(i); f >= 0 && w.fields[f].name != "" {
			named[w.fields[f].name] = word
		}
	}
	for i, word := range all {
		if f := at(i); f >= 0 && w.fields[f].about != nil && !w.fields[f].about.holds(line{named, word}) {
			return false
		}
	}
	return true
}

// extracted returns the words by their names or, if they have none, by their numbers.
func (w *words) extracted(message string) map[string]string {
	all := split(message)
	at, ok := w.placed(len(all))
	if !ok {
		return nil
	}
	fields := map[string]string{}
	for i, word := range all {
		name := strconv.Itoa(i + 1)
		if f := at(i); f >= 0 && w.fields[f].name != "" {
			name = w.fields[f].name
		}
		fields["$"+name] = word
	}
	return fields
}

// split returns the words of an event. What is in brackets or in double quotes is one.
func split(message string) []string {
	var all []string
	open := map[byte]bool{} // brackets or quotes that nothing closes from here on
	for {
		message = strings.TrimLeft(message, " \t\r\n")
		if message == "" {
			return all
		}
		first := message[0]
		if closing := map[byte]string{'[': "]", '"': `"`}[first]; closing != "" && !open[first] {
			if inner, rest, ok := strings.Cut(message[1:], closing); ok {
				all = append(all, inner)
				message = rest
				continue
			}
			open[first] = true
		}
		end := strings.IndexAny(message, " \t\r\n")
		if end < 0 {
			end = len(message)
		}
		all = append(all, message[:end])
		message = message[end:]
	}
}
