package eventpattern

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"unicode"
	"unicode/utf8"
)

// scalar is a value of an event that is neither an object nor a list: its text, if it
// is one, or how it is spelled in JSON.
type scalar struct {
	isText bool
	text   []byte
}

// isNumber reports whether a value is a number: JSON's others begin with letters.
func (s *scalar) isNumber() bool {
	return !s.isText && (s.text[0] == '-' || '0' <= s.text[0] && s.text[0] <= '9')
}

// test is what a matcher of a pattern asks of a value. A test is of a field in an event, so
// it is never asked of what isn't there.
type test interface{ accepts(v *scalar) bool }

// anything accepts all values: exists.
type anything struct{}

func (anything) accepts(*scalar) bool { return true }

// equal accepts values that are the same as one of some, with the same type.
type equal struct {
	texts, others map[string]bool
	// multiples are the numbers, where their spelling doesn't matter.
	numbers   numbers
	multiples map[int64]bool
}

func (l *Language) equal(values []any) test {
	e := &equal{texts: map[string]bool{}, others: map[string]bool{}, numbers: l.numbers, multiples: map[int64]bool{}}
	for _, v := range values {
		switch v := v.(type) {
		case string:
			e.texts[v] = true
		case json.Number:
			e.others[v.String()] = true
			if n, ok := l.numbers.of(v.String()); ok && !l.spelled {
				e.multiples[n] = true
			}
		default:
			e.others[show(v)] = true
		}
	}
	return e
}

func (e *equal) accepts(v *scalar) bool {
	if v.isText {
		return e.texts[string(v.text)]
	}
	if e.others[string(v.text)] {
		return true
	}
	return len(e.multiples) > 0 && v.isNumber() && e.sameNumber(v)
}

func (e *equal) sameNumber(v *scalar) bool {
	n, ok := e.numbers.of(string(v.text))
	return ok && e.multiples[n]
}

// affix accepts texts that begin or end with one.
type affix struct {
	text     []byte
	end      bool
	anyCases bool
}

// newPart makes the test of a prefix or, at the end, a suffix.
func newPart(operand any, end bool) test {
	s, fold, _ := parted(operand)
	return affix{[]byte(s), end, fold}
}

func (a affix) accepts(v *scalar) bool {
	switch {
	case !v.isText:
		return false
	case a.anyCases && a.end:
		return hasFolded(v.text, a.text, utf8.DecodeLastRune, cutEnd)
	case a.anyCases:
		return hasFolded(v.text, a.text, utf8.DecodeRune, cutStart)
	case a.end:
		return bytes.HasSuffix(v.text, a.text)
	}
	return bytes.HasPrefix(v.text, a.text)
}

// hasFolded compares two texts in any case, letter by letter from one of their ends,
// until the part ends. Letters can have more bytes in the one case than in the other.
func hasFolded(s, part []byte, decode func([]byte) (rune, int), cut func([]byte, int) []byte) bool {
	for len(part) > 0 {
		if len(s) == 0 {
			return false
		}
		want, n := decode(part)
		got, m := decode(s)
		if !sameLetter(want, got) {
			return false
		}
		part, s = cut(part, n), cut(s, m)
	}
	return true
}

func cutStart(s []byte, n int) []byte { return s[n:] }
func cutEnd(s []byte, n int) []byte   { return s[:len(s)-n] }

func sameLetter(a, b rune) bool {
	if a == b {
		return true
	}
	for r := unicode.SimpleFold(a); r != a; r = unicode.SimpleFold(r) {
		if r == b {
			return true
		}
	}
	return false
}

// folded accepts a text in any case.
type folded []byte

func (f folded) accepts(v *scalar) bool { return v.isText && bytes.EqualFold(v.text, f) }

// between accepts numbers within bounds.
type between struct {
	numbers     numbers
	least, most int64
}

// between makes the test of numeric. Numbers are whole ones here, so that those above
// one begin with the next.
func (l *Language) between(operand any) test {
	end := l.numbers.limit * pow10(l.numbers.digits)
	b := between{numbers: l.numbers, least: -end, most: end}
	comparisons, _ := compares(operand)
	for _, c := range comparisons {
		n, _ := l.numbers.of(c.number)
		switch c.operator {
		case "=":
			b.least, b.most = n, n
		case ">":
			b.least = n + 1
		case ">=":
			b.least = n
		case "<":
			b.most = n - 1
		case "<=":
			b.most = n
		}
	}
	return b
}

func (b between) accepts(v *scalar) bool {
	if !v.isNumber() {
		return false
	}
	n, ok := b.numbers.of(string(v.text))
	return ok && b.least <= n && n <= b.most
}

// addresses accepts the addresses of a range.
type addresses netip.Prefix

// longestAddress is how many characters an address can have.
const longestAddress = len("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")

func (a addresses) accepts(v *scalar) bool {
	if !v.isText || len(v.text) > longestAddress {
		return false
	}
	ip, err := netip.ParseAddr(string(v.text))
	return err == nil && ip.Zone() == "" && netip.Prefix(a).Contains(ip.Unmap())
}

// none accepts what none of some tests accepts.
type none []test

func (n none) accepts(v *scalar) bool {
	for _, t := range n {
		if t.accepts(v) {
			return false
		}
	}
	return true
}

// anythingBut makes the test of anything-but. Numbers are compared as numbers in it,
// other than in lists of values.
func (l *Language) anythingBut(operand any) test {
	o, ok := operand.(map[string]any)
	if !ok {
		values, isList := operand.([]any)
		if !isList {
			values = []any{operand}
		}
		asNumbers := *l
		asNumbers.spelled = false
		return none{asNumbers.equal(values)}
	}
	var n none
	for name, texts := range o { // there is exactly one
		list, isList := texts.([]any)
		if !isList {
			list = []any{texts}
		}
		for _, t := range list {
			n = append(n, textTests[name](t))
		}
	}
	return n
}

// textTests make the tests of the operators that compare texts, by themselves and within
// anything-but.
var textTests = map[string]func(operand any) test{
	"equals-ignore-case": func(v any) test { return folded(v.(string)) },
	"prefix":             func(v any) test { return newPart(v, false) },
	"suffix":             func(v any) test { return newPart(v, true) },
	"wildcard":           func(v any) test { return newWildcard(v.(string)) },
}
