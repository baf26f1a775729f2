package app

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// plainText decodes a JSON string with its quotes. What it returns shares
// memory with raw if there is nothing to decode.
func plainText(raw string) string {
	inner := raw[1 : len(raw)-1]
	if strings.IndexByte(inner, '\\') < 0 && utf8.ValidString(inner) {
		return inner
	}
	return string(appendText(make([]byte, 0, len(inner)+8), inner))
}

// text decodes a value that should be a string; for any other value it returns
// "". What it returns doesn't keep the event in memory.
func text(raw string) string {
	if !isText(raw) {
		return ""
	}
	return strings.Clone(plainText(raw))
}

// sharedText is text for values that don't outlive their event.
func sharedText(raw string) string {
	if !isText(raw) {
		return ""
	}
	return plainText(raw)
}

// looseText is text, but returns numbers and booleans as they are written.
func looseText(raw string) string {
	if isNull(raw) {
		return ""
	}
	if isText(raw) {
		return text(raw)
	}
	return strings.Clone(raw)
}

func isText(raw string) bool { return raw != "" && raw[0] == '"' }

// isNull reports whether a value is null or was not there at all.
func isNull(raw string) bool { return raw == "" || raw[0] == 'n' }

// appendText decodes the inside of a JSON string. As encoding/json does, it
// puts U+FFFD where the text is not valid UTF-8 or UTF-16.
func appendText(dst []byte, s string) []byte {
	for i := 0; i < len(s); {
		var n int
		dst, n = appendPlain(dst, s[i:])
		if i += n; i == len(s) {
			break
		}
		switch c := s[i]; {
		case c == '\\':
			dst, n = appendEscape(dst, s[i:])
			i += n
		case c < utf8.RuneSelf:
			dst = append(dst, c)
			i++
		default:
			var r rune
			r, n = utf8.DecodeRuneInString(s[i:])
			dst = utf8.AppendRune(dst, r)
			i += n
		}
	}
	return dst
}

// appendPlain decodes the beginning of s as long as it is ASCII and escaped
// quotes, as in JSON within JSON, and returns the length of what it read. It
// works on words of eight bytes, and takes the backslashes out of them.
func appendPlain(dst []byte, s string) ([]byte, int) {
	dst = slices.Grow(dst, len(s)+8)
	out, n, i := dst[:cap(dst)], len(dst), 0
	var carry uint64 // marks the first byte if a backslash is before it
	for len(s)-i >= 8 {
		w := word(s, i)
		slashes := marks(w, '\\')
		odd := (slashes<<8|carry)&^marks(w, '"') | w&highs
		if odd != 0 {
			slashes &= odd&-odd - 1 // those before the first odd byte
		}
		binary.LittleEndian.PutUint64(out[n:], without(w, slashes))
		if odd == 0 {
			i, n, carry = i+8, n+8-bits.OnesCount64(slashes), slashes>>56
			continue
		}
		at := bits.TrailingZeros64(odd) >> 3
		i, n = i+at, n+at-bits.OnesCount64(slashes)
		if w&highs&odd&-odd == 0 {
			i-- // to the backslash, which is not in out
		}
		return out[:n], i
	}
	return out[:n], i - int(carry>>7)
}

// without removes the marked bytes from a word.
func without(w, marks uint64) uint64 {
	for marks != 0 {
		below := (marks&-marks)>>7 - 1 // the bits below the first marked byte
		w = w&below | w>>8&^below
		marks = marks & (marks - 1) >> 8
	}
	return w
}

// appendEscape decodes one escape sequence, or two that are a surrogate pair,
// and returns the length of what it read. The scanner has checked the syntax.
func appendEscape(dst []byte, s string) ([]byte, int) {
	switch s[1] {
	case 'b':
		return append(dst, '\b'), 2
	case 'f':
		return append(dst, '\f'), 2
	case 'n':
		return append(dst, '\n'), 2
	case 'r':
		return append(dst, '\r'), 2
	case 't':
		return append(dst, '\t'), 2
	case 'u':
	default:
		return append(dst, s[1]), 2
	}
	r, _ := hex4(s[2:])
	if !utf16.IsSurrogate(r) {
		return utf8.AppendRune(dst, r), 6
	}
	if len(s) >= 12 && s[6] == '\\' && s[7] == 'u' {
		if low, ok := hex4(s[8:]); ok {
			if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
				return utf8.AppendRune(dst, pair), 12
			}
		}
	}
	return utf8.AppendRune(dst, utf8.RuneError), 6
}
