package app

import "iter"

// Members steps through the members of a JSON object: their names, decoded, and
// their values as they are written. It ends where the syntax is wrong, and
// anything else than an object has none. It links much less of encoding/json than
// decoding does.
func Members(raw string) iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		_, start := token(raw, 0)
		if start == len(raw) || raw[start] != '{' {
			return
		}
		o := object{data: raw, pos: start}
		for o.next() {
			if name, value := o.name(), o.value(); o.pos < 0 || !yield(name, value) {
				return
			}
		}
	}
}

// MemberText decodes a value of [Members] that is a string. It reports false for
// any other value.
func MemberText(value string) (string, bool) { return text(value), isText(value) }
