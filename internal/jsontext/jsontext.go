// Package jsontext finds what encoding/json would change in a text without a word:
// bytes that aren't UTF-8, and escaped halves of characters. Both become U+FFFD.
package jsontext

import (
	"bytes"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// Flaw is the first place of a JSON text at which something would be changed.
type Flaw struct {
	Offset  int // in bytes
	Message string
	data    []byte
}

// Check returns the first flaw of a JSON text, or nil. Whether the text is JSON isn't
// asked.
func Check(data []byte) *Flaw {
	inString := false
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			return &Flaw{i, "this byte isn't UTF-8", data}
		case r == '"':
			inString = !inString
		case r == '\\' && inString:
			var whole bool
			if size, whole = escape(data[i:]); !whole {
				return &Flaw{i, fmt.Sprintf("%s is half of a character: a high and a low surrogate stand for one together", data[i:i+size]), data}
			}
		}
		i += size
	}
	return nil
}

// escape returns how long an escape sequence is, the second one of a pair included, and
// whether it stands for whole characters.
func escape(data []byte) (size int, whole bool) {
	first, ok := codeUnit(data)
	switch {
	case !ok:
		return min(2, len(data)), true
	case !utf16.IsSurrogate(first):
		return 6, true
	}
	second, ok := codeUnit(data[6:])
	if ok && utf16.DecodeRune(first, second) != utf8.RuneError {
		return 12, true
	}
	return 6, false
}

// codeUnit reads an escape sequence such as \u00e9.
func codeUnit(data []byte) (rune, bool) {
	if len(data) < 6 || data[0] != '\\' || data[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(data[2:6]), 16, 16)
	return rune(n), err == nil
}

// Error says what is wrong, and in which line.
func (f *Flaw) Error() string { return fmt.Sprintf("line %d: %s", f.Line(), f.Message) }

// Line is the line of the flaw, from 1.
func (f *Flaw) Line() int { return 1 + bytes.Count(f.data[:f.Offset], []byte("\n")) }
