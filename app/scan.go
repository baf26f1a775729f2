package app

import "math/bits"

// Events are read in place. The functions of this file walk once over an
// event's JSON and check its syntax. They decode nothing: they return positions
// in a string, and a value is decoded when somebody asks for it. A position
// below 0 stands for a syntax error. The types object and list step through the
// members of nested values.

// maxDepth is the depth to which events may nest, the same as encoding/json's.
const maxDepth = 10000

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

// token returns the next byte that isn't white space, and its position. The
// byte is 0 at the end.
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

// skipValue returns the position behind the value at pos.
func skipValue(data string, pos, depth int) int {
	if uint(pos) >= uint(len(data)) {
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
	if depth >= maxDepth {
		return -1
	}
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
	if depth >= maxDepth {
		return -1
	}
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

// skipString returns the position behind the string whose opening quote is at
// pos, and reports whether the string has escape sequences. It looks at eight
// bytes at a time for one that ends the string or is invalid in it.
func skipString(data string, pos int) (end int, escaped bool) {
	if uint(pos) >= uint(len(data)) || data[pos] != '"' {
		return -1, false
	}
	for pos++; pos <= len(data)-8; pos += 8 {
		w := word(data, pos)
		m := special(w)
		if m == 0 {
			continue
		}
		at := bits.TrailingZeros64(m) >> 3
		if byte(w>>(at<<3&63)) == '"' {
			return pos + at + 1, false
		}
		return skipEscaped(data, pos+at), true
	}
	return skipStringEnd(data, pos, false)
}

// skipEscaped continues skipString from the first escape sequence on. A string
// with one escape sequence often has many, if it is JSON within a string. So no
// branch is taken for a word whose only quotes are escaped ones.
func skipEscaped(data string, pos int) int {
	var carry uint64 // marks the first byte if a backslash is before it
	for len(data)-pos >= 8 {
		w := word(data, pos)
		quotes, slashes := marks(w, '"'), marks(w, '\\')
		escaped := slashes<<8 | carry
		odd := escaped ^ quotes | controls(w)
		if odd == 0 {
			pos, carry = pos+8, slashes>>56
			continue
		}
		at := bits.TrailingZeros64(odd)
		pos += at >> 3
		switch bit := uint64(1) << at; {
		case escaped&bit != 0: // the quote is escaped
			n := escape(data[pos-1:])
			if n == 0 {
				return -1
			}
			pos, carry = pos-1+n, 0
		case quotes&bit != 0:
			return pos + 1
		default:
			return -1
		}
	}
	end, _ := skipStringEnd(data, pos-int(carry>>7), true)
	return end
}

// skipStringEnd is skipString for the last bytes of the event, fewer than a
// word.
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

// word reads eight bytes. The compiler makes a single load of it.
func word(s string, i int) uint64 {
	s = s[i : i+8]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// The functions below mark bytes of a word by setting their highest bits.
const (
	ones  = 0x0101010101010101
	highs = 0x80 * ones
)

// marks marks the bytes of a word that are equal to c, which has to be ASCII.
func marks(w uint64, c byte) uint64 {
	return ^((w&^highs ^ ones*uint64(c)) + ones*0x7f | w) & highs
}

// controls marks the bytes of a word that are control characters.
func controls(w uint64) uint64 { return ^((w &^ highs) + ones*(0x80-' ') | w) & highs }

// special marks the bytes of a word that are a quote, a backslash or a control
// character. The lowest mark is always right, marks above it needn't be: so it
// is cheaper than marks.
func special(w uint64) uint64 {
	low := w ^ ones*('"'^' ') // a quote becomes ' ', control characters remain below it
	slash := w ^ ones*'\\'
	return ((low - ones*(' '+1)) | (slash - ones)) & (^w & highs)
}

// escape returns the length of the escape sequence at the start of s, 0 if
// there is none.
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
