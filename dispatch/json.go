package dispatch

import (
	"bytes"
	"encoding/json"
	"math"
	"math/bits"
	"strconv"
	"sync"
	"unicode/utf8"

	"github.com/chalice-go/chalice/app"
)

// appendJSON writes a value as compact JSON, as encoding/json would, but leaves
// <, > and & as they are. It writes values itself that need no reflection.
func appendJSON(dst []byte, value any) ([]byte, error) {
	return appendValue(dst, value, 0)
}

// maxPlainDepth is the depth to which appendValue goes. Deeper values are left
// to encoding/json, which finds values that contain themselves.
const maxPlainDepth = 100

func appendValue(dst []byte, value any, depth int) ([]byte, error) {
	if depth > maxPlainDepth {
		return appendReflected(dst, value)
	}
	switch v := value.(type) {
	case nil:
		return append(dst, "null"...), nil
	case string:
		return appendText(dst, v), nil
	case bool:
		return strconv.AppendBool(dst, v), nil
	case int:
		return strconv.AppendInt(dst, int64(v), 10), nil
	case int64:
		return strconv.AppendInt(dst, v, 10), nil
	case float64:
		return appendFloat(dst, v)
	case map[string]any:
		return appendMap(dst, v, depth)
	case []any:
		return appendSlice(dst, v, depth)
	case map[string]string:
		return appendTextMap(dst, v), nil
	case []string:
		if v != nil {
			return appendTexts(dst, v), nil
		}
	case app.ErrorBody:
		dst = appendText(append(dst, `{"Code":`...), v.Code)
		dst = appendText(append(dst, `,"Message":`...), v.Message)
		return append(dst, '}'), nil
	}
	return appendReflected(dst, value)
}

func appendMap(dst []byte, m map[string]any, depth int) ([]byte, error) {
	if m == nil {
		return append(dst, "null"...), nil
	}
	dst = append(dst, '{')
	start := len(dst)
	var err error
	if len(m) == 1 { // a single member needs no order
		for name, value := range m {
			dst, err = appendValue(appendName(dst, start, name), value, depth+1)
		}
		return append(dst, '}'), err
	}
	for _, name := range sortedKeys(m) {
		if dst, err = appendValue(appendName(dst, start, name), m[name], depth+1); err != nil {
			return dst, err
		}
	}
	return append(dst, '}'), nil
}

func appendTextMap(dst []byte, m map[string]string) []byte {
	if m == nil {
		return append(dst, "null"...)
	}
	dst = append(dst, '{')
	start := len(dst)
	if len(m) == 1 {
		for name, value := range m {
			dst = appendText(appendName(dst, start, name), value)
		}
		return append(dst, '}')
	}
	for _, name := range sortedKeys(m) {
		dst = appendText(appendName(dst, start, name), m[name])
	}
	return append(dst, '}')
}

func appendSlice(dst []byte, s []any, depth int) ([]byte, error) {
	if s == nil {
		return append(dst, "null"...), nil
	}
	dst = append(dst, '[')
	var err error
	for i, value := range s {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = appendValue(dst, value, depth+1); err != nil {
			return dst, err
		}
	}
	return append(dst, ']'), nil
}

// appendFloat writes a number as encoding/json does, whose rules are
// ECMAScript's.
func appendFloat(dst []byte, f float64) ([]byte, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return appendReflected(dst, f) // encoding/json has the error for it
	}
	format := byte('f')
	if size := math.Abs(f); size != 0 && (size < 1e-6 || size >= 1e21) {
		format = 'e'
	}
	dst = strconv.AppendFloat(dst, f, format, -1, 64)
	if n := len(dst); format == 'e' && n >= 4 && dst[n-4] == 'e' && dst[n-3] == '-' && dst[n-2] == '0' {
		dst[n-2] = dst[n-1] // e-09 becomes e-9
		dst = dst[:n-1]
	}
	return dst, nil
}

// encoder is an encoding/json encoder that is used again.
type encoder struct {
	out bytes.Buffer
	*json.Encoder
}

var encoders = sync.Pool{New: func() any {
	e := &encoder{}
	e.Encoder = json.NewEncoder(&e.out)
	e.SetEscapeHTML(false)
	return e
}}

// appendReflected lets encoding/json write a value.
func appendReflected(dst []byte, value any) ([]byte, error) {
	e := encoders.Get().(*encoder)
	if err := e.Encode(value); err != nil {
		return dst, err // the encoder isn't used again
	}
	dst = append(dst, bytes.TrimSuffix(e.out.Bytes(), []byte("\n"))...)
	if e.out.Cap() <= maxPooled {
		e.out.Reset()
		encoders.Put(e)
	}
	return dst, nil
}

// appendText writes a JSON string as encoding/json does without HTML escapes:
// invalid UTF-8 becomes U+FFFD.
func appendText(dst []byte, s string) []byte {
	dst = append(dst, '"')
	done := 0
	for i := 0; i < len(s); {
		if len(s)-i >= 8 {
			m := special(word(s, i))
			if m == 0 {
				i += 8
				continue
			}
			i += bits.TrailingZeros64(m) >> 3
		}
		c := s[i]
		if c < utf8.RuneSelf {
			if plain[c] {
				i++
				continue
			}
			dst = append(dst, s[done:i]...)
			dst = appendEscaped(dst, c)
			i++
			done = i
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			dst = append(append(dst, s[done:i]...), `\ufffd`...)
			done = i + n
		} else if r == '\u2028' || r == '\u2029' {
			dst = append(append(dst, s[done:i]...), `\u202`...)
			dst = append(dst, hexDigits[r&0xf])
			done = i + n
		}
		i += n
	}
	return append(append(dst, s[done:]...), '"')
}

// word reads eight bytes. The compiler makes a single load of it.
func word(s string, i int) uint64 {
	s = s[i : i+8]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// special marks the bytes of a word that are not plain, by their highest bits.
// The lowest mark is always right, marks above it needn't be.
func special(w uint64) uint64 {
	const ones = 0x0101010101010101
	low := w ^ ones*('"'^' ') // a quote becomes ' ', control characters remain below it
	slash := w ^ ones*'\\'
	return ((low-ones*(' '+1))&^low | (slash-ones)&^slash | w) & (0x80 * ones)
}

const hexDigits = "0123456789abcdef"

// plain are the bytes below 0x80 that need no escape in a JSON string.
var plain = func() (table [utf8.RuneSelf]bool) {
	for c := range table {
		table[c] = c >= ' ' && c != '"' && c != '\\'
	}
	return table
}()

func appendEscaped(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\b':
		return append(dst, '\\', 'b')
	case '\f':
		return append(dst, '\\', 'f')
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&0xf])
}
