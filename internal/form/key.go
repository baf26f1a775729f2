package form

import (
	"bytes"
	"unicode/utf8"
)

// A key is what was pressed: the character that it has, or one of the following.
type key rune

const (
	interrupt key = iota - 100
	enter
	tab
	backtab
	up
	down
	left
	right
	home
	end
	backspace
	remove       // what is under the cursor
	removeBefore // all of the line that is before the cursor
	unknown      // means nothing here
)

// controls are the keys that send one byte.
var controls = map[byte]key{
	'\r': enter, '\n': enter, '\t': tab, 0x7f: backspace, '\b': backspace,
	'C' - '@': interrupt, 'D' - '@': remove, 'U' - '@': removeBefore, 'W' - '@': removeBefore,
	'A' - '@': home, 'E' - '@': end, 'B' - '@': left, 'F' - '@': right, 'P' - '@': up, 'N' - '@': down,
}

// sequences are the keys that send an escape sequence, by what follows its beginning.
var sequences = map[string]key{
	"A": up, "B": down, "C": right, "D": left, "H": home, "F": end, "Z": backtab,
	"1~": home, "7~": home, "4~": end, "8~": end, "3~": remove,
}

// nextKey returns the first key that a terminal has sent, and the number of its bytes. It
// is 0 if there is only the beginning of one.
func nextKey(sent []byte) (key, int) {
	switch {
	case len(sent) == 0:
		return unknown, 0
	case sent[0] == '\x1b':
		return escaped(sent)
	case sent[0] < ' ' || sent[0] == 0x7f:
		if k, ok := controls[sent[0]]; ok {
			return k, 1
		}
		return unknown, 1
	case !utf8.FullRune(sent):
		return unknown, 0
	}
	r, size := utf8.DecodeRune(sent)
	if r == utf8.RuneError || r >= 0x80 && r < 0xa0 {
		return unknown, size
	}
	return key(r), size
}

// escaped returns the key of an escape sequence: ESC [ with parameters and a final byte,
// or ESC O with one byte. ESC alone is a key, which means nothing.
func escaped(sent []byte) (key, int) {
	if len(sent) == 1 || sent[1] != '[' && sent[1] != 'O' {
		return unknown, 1
	}
	n := bytes.IndexFunc(sent[2:], func(r rune) bool { return r >= '@' })
	switch {
	case n < 0 && len(sent) > 32:
		return unknown, len(sent)
	case n < 0:
		return unknown, 0
	}
	if k, ok := sequences[string(sent[2:3+n])]; ok {
		return k, 3 + n
	}
	return unknown, 3 + n
}
