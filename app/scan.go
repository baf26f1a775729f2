package app

import (
	"math/bits"
	"strings"
	"unicode/utf8"
)

// Events are read where they lie. The functions of this file walk once over
// an event's JSON, check its syntax, and decode nothing: they move positions
// in a string, and whoever wants a value decodes it then. A position below 0
// stands for a syntax error. [object] and [list] step through what is nested.

// maxDepth is how deeply events may nest, as in encoding/json.
const maxDepth = 10000

// object steps through the members of a JSON object.
//
//	o := object{data: data, pos: start} // at the opening brace
//	for o.next() {
//		switch o.key {
//		case "a":
//			a = o.value()
//		default:
//			o.value()
//		}
//	}
//
// The caller consumes each value. In the end pos is behind the closing brace.
type object struct {
	data    string
	pos     int
	key     string
	started bool
}

// next moves to a member's value. It reports false at the object's end, and
// when the syntax is wrong.
func (o *object) next() bool {
	pos := o.pos
	if !o.started {
		o.started = true
		if c, at := token(o.data, pos); c != '{' {
			return o.fail()
		} else if c, pos = token(o.data, at+1); c == '}' {
			o.pos = pos + 1
			return false
		}
	} else {
		c, at := token(o.data, pos)
		if c == '}' && pos >= 0 {
			o.pos = at + 1
			return false
		}
		if c != ',' || pos < 0 {
			return o.fail()
		}
		_, pos = token(o.data, at+1)
	}
	return o.member(pos)
}

// member reads a name and the colon behind it.
func (o *object) member(pos int) bool {
	end, escaped := skipString(o.data, pos)
	if end < 0 {
		return o.fail()
	}
	if o.key = o.data[pos+1 : end-1]; escaped {
		o.key = plainText(o.data[pos:end])
	}
	c, pos := token(o.data, end)
	if c != ':' {
		return o.fail()
	}
	_, o.pos = token(o.data, pos+1)
	return true
}

// value consumes the member's value and gives its text.
func (o *object) value() string {
	start := o.pos
	o.pos = skipValue(o.data, start, 1)
	if o.pos < 0 {
		return ""
	}
	return o.data[start:o.pos]
}

// span is value for who keeps many: it is small, and the garbage collector has
// nothing to do with it.
func (o *object) span() span {
	start := o.pos
	o.pos = skipValue(o.data, start, 1)
	return span{int32(start), int32(o.pos)}
}

// span is a part of an event. The zero value is none.
type span struct{ start, end int32 }

// name gives the member's name for keeps.
func (o *object) name() string {
	if utf8.ValidString(o.key) {
		return strings.Clone(o.key)
	}
	return string(appendText(nil, o.key))
}

func (o *object) fail() bool {
	o.pos = -1
	return false
}

// list steps through the elements of a JSON array, as object does.
type list struct {
	data    string
	pos     int
	started bool
}

func (l *list) next() bool {
	c, at := token(l.data, l.pos)
	open := byte(',')
	if !l.started {
		open = '['
	}
	if c == ']' && l.started && l.pos >= 0 {
		l.pos = at + 1
		return false
	}
	if c != open || l.pos < 0 {
		l.pos = -1
		return false
	}
	c, l.pos = token(l.data, at+1)
	if c == ']' && !l.started {
		l.pos++
		return false
	}
	l.started = true
	return true
}

func (l *list) value() string {
	start := l.pos
	l.pos = skipValue(l.data, start, 1)
	if l.pos < 0 {
		return ""
	}
	return l.data[start:l.pos]
}

// member gives the text of a member of an object, "" if it isn't there.
// Of members with the same name the last one counts.
func member(raw, name string) string {
	if raw == "" || raw[0] != '{' {
		return ""
	}
	found := ""
	o := object{data: raw}
	for o.next() {
		if v := o.value(); o.key == name {
			found = v
		}
	}
	return found
}

// valid reports whether data is one JSON value and nothing else.
func valid(data string) bool {
	_, pos := token(data, 0)
	return atEnd(data, skipValue(data, pos, 0))
}

// atEnd reports whether only white space follows.
func atEnd(data string, pos int) bool {
	if pos < 0 {
		return false
	}
	_, pos = token(data, pos)
	return pos == len(data)
}

// token gives the next byte that is not white space, and its position; 0 at
// the end.
func token(data string, pos int) (byte, int) {
	for uint(pos) < uint(len(data)) {
		c := data[pos]
		if c > ' ' {
			return c, pos
		}
		if c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return 0, pos
		}
		pos++
	}
	return 0, pos
}

// skipValue gives the position behind the value at pos.
func skipValue(data string, pos, depth int) int {
	if uint(pos) >= uint(len(data)) || depth > maxDepth {
		return -1
	}
	switch data[pos] {
	case '"':
		pos, _ = skipString(data, pos)
		return pos
	case '{':
		return skipObject(data, pos, depth)
	case '[':
		return skipList(data, pos, depth)
	case 't':
		return skipWord(data, pos, "true")
	case 'f':
		return skipWord(data, pos, "false")
	case 'n':
		return skipWord(data, pos, "null")
	}
	return skipNumber(data, pos)
}

func skipObject(data string, pos, depth int) int {
	c, pos := token(data, pos+1)
	if c == '}' {
		return pos + 1
	}
	for {
		if pos, _ = skipString(data, pos); pos < 0 {
			return -1
		}
		if c, pos = token(data, pos); c != ':' {
			return -1
		}
		if c, pos = token(data, pos+1); c == '"' {
			pos, _ = skipString(data, pos)
		} else {
			pos = skipValue(data, pos, depth+1)
		}
		if pos < 0 {
			return -1
		}
		switch c, pos = token(data, pos); c {
		case '}':
			return pos + 1
		case ',':
			_, pos = token(data, pos+1)
		default:
			return -1
		}
	}
}

func skipList(data string, pos, depth int) int {
	c, pos := token(data, pos+1)
	if c == ']' {
		return pos + 1
	}
	for {
		if pos = skipValue(data, pos, depth+1); pos < 0 {
			return -1
		}
		switch c, pos = token(data, pos); c {
		case ']':
			return pos + 1
		case ',':
			_, pos = token(data, pos+1)
		default:
			return -1
		}
	}
}

func skipWord(data string, pos int, word string) int {
	if len(data)-pos < len(word) || data[pos:pos+len(word)] != word {
		return -1
	}
	return pos + len(word)
}

// skipNumber follows JSON's grammar: -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
func skipNumber(data string, pos int) int {
	at := func(c byte) bool { return pos < len(data) && data[pos] == c }
	if at('-') {
		pos++
	}
	if at('0') {
		pos++
	} else if pos = skipDigits(data, pos); pos < 0 {
		return -1
	}
	if at('.') {
		if pos = skipDigits(data, pos+1); pos < 0 {
			return -1
		}
	}
	if at('e') || at('E') {
		pos++
		if at('+') || at('-') {
			pos++
		}
		pos = skipDigits(data, pos)
	}
	return pos
}

// skipDigits skips at least one digit.
func skipDigits(data string, pos int) int {
	start := pos
	for pos < len(data) && data[pos]-'0' <= 9 {
		pos++
	}
	if pos == start {
		return -1
	}
	return pos
}

// skipString gives the position behind the string whose opening quote is at
// pos, and whether it has escape sequences. Eight bytes at a time it looks for
// what can end or invalidate a string.
func skipString(data string, pos int) (end int, escaped bool) {
	if uint(pos) >= uint(len(data)) || data[pos] != '"' {
		return -1, false
	}
	pos++
	for len(data)-pos >= 8 {
		m := special(word(data, pos))
		if m == 0 {
			pos += 8
			continue
		}
		pos += bits.TrailingZeros64(m) >> 3
		if data[pos] == '"' {
			return pos + 1, escaped
		}
		n := escape(data[pos:])
		if n == 0 {
			return -1, escaped
		}
		pos += n
		escaped = true
	}
	return skipStringEnd(data, pos, escaped)
}

// skipStringEnd is skipString for the event's last bytes.
func skipStringEnd(data string, pos int, escaped bool) (end int, _ bool) {
	for pos < len(data) && data[pos] >= ' ' {
		switch data[pos] {
		case '"':
			return pos + 1, escaped
		case '\\':
			n := escape(data[pos:])
			if n == 0 {
				return -1, escaped
			}
			pos += n
			escaped = true
		default:
			pos++
		}
	}
	return -1, escaped
}

// word reads eight bytes; the compiler makes one load of it.
func word(s string, i int) uint64 {
	s = s[i : i+8]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// special marks the bytes of a word that are a quote, a backslash or a control
// character. The lowest mark is exact; marks above it can be wrong.
func special(w uint64) uint64 {
	const (
		ones  = 0x0101010101010101
		highs = 0x8080808080808080
	)
	quote := w ^ ones*'"'
	slash := w ^ ones*'\\'
	return ((quote-ones)&^quote | (slash-ones)&^slash | (w-ones*' ')&^w) & highs
}

// escape gives the length of the escape sequence that s starts with, 0 if it
// is none.
func escape(s string) int {
	if len(s) < 2 || s[0] != '\\' {
		return 0
	}
	switch s[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if _, ok := hex4(s[2:]); ok {
			return 6
		}
	}
	return 0
}

// hex4 reads four hexadecimal digits.
func hex4(s string) (rune, bool) {
	if len(s) < 4 {
		return 0, false
	}
	var r rune
	for i := range 4 {
		c := s[i]
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}
