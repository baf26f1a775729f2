package eventpattern

import (
	"bytes"
	"encoding/json"
)

// These functions read JSON that is known to be valid.

// space returns where the next character is that isn't white space.
func space(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\t' || b[i] == '\r') {
		i++
	}
	return i
}

// comma returns where the next member begins, or where the object ends.
func comma(b []byte, i int) int {
	if i = space(b, i); b[i] == ',' {
		return space(b, i+1)
	}
	return i
}

// skip returns where the value ends that begins at i.
func skip(b []byte, i int) int {
	switch b[i] {
	case '"':
		return skipText(b, i)
	case '{', '[':
		return skipAll(b, i)
	}
	for ; i < len(b); i++ {
		switch b[i] {
		case ',', ']', '}', ' ', '\n', '\t', '\r':
			return i
		}
	}
	return i
}

func skipText(b []byte, i int) int {
	for i++; b[i] != '"'; i++ {
		if b[i] == '\\' {
			i++
		}
	}
	return i + 1
}

// skipAll skips an object or a list, however deep.
func skipAll(b []byte, i int) int {
	for depth := 0; ; {
		switch b[i] {
		case '"':
			i = skipText(b, i)
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
		i++
	}
}

// unquoted returns what a text in JSON stands for, without its quotes.
func unquoted(quoted []byte) []byte {
	if bytes.IndexByte(quoted, '\\') < 0 {
		return quoted
	}
	var s string
	// It can't fail, since the text is valid.
	_ = json.Unmarshal(bytes.Join([][]byte{{'"'}, quoted, {'"'}}, nil), &s)
	return []byte(s)
}

// members calls a function with the name of each member of the object that begins at i,
// and where its value begins and ends.
func members(b []byte, i int, each func(name []byte, start, end int)) {
	for i = space(b, i+1); b[i] != '}'; i = comma(b, i) {
		name, start := key(b, i)
		end := skip(b, start)
		each(name, start, end)
		i = end
	}
}

// key returns the name of the member that begins at i, and where its value begins.
func key(b []byte, i int) (name []byte, value int) {
	end := skip(b, i)
	return unquoted(b[i+1 : end-1]), space(b, space(b, end)+1)
}

// textAt returns the text in a value; ok is false if the value isn't a text.
func textAt(b []byte, start, end int) (text []byte, ok bool) {
	if b[start] != '"' {
		return nil, false
	}
	return unquoted(b[start+1 : end-1]), true
}
