package app

import (
	"strings"
	"unicode/utf8"
)

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
// The caller has to consume each value. At the end pos is behind the closing
// brace.
type object struct {
	data    string
	pos     int
	key     string
	started bool
}

// next moves to a member's value. It reports false at the end of the object,
// and if the syntax is wrong.
func (o *object) next() (more bool) {
	o.key, o.pos, more = nextMember(o.data, o.pos, o.started)
	o.started = true
	return more
}

// nextMember is next for those who keep the position themselves, in a register:
// from the opening brace, or from behind a value, it moves to the next member's
// value.
func nextMember(data string, pos int, started bool) (key string, _ int, more bool) {
	c, pos := token(data, pos)
	switch {
	case c == '}' && started:
		return "", pos + 1, false
	case c == ',' && started:
		_, pos = token(data, pos+1)
	case c == '{' && !started:
		if c, pos = token(data, pos+1); c == '}' {
			return "", pos + 1, false
		}
	default:
		return "", -1, false
	}
	end, escaped := skipString(data, pos)
	if end < 0 {
		return "", -1, false
	}
	if key = data[pos+1 : end-1]; escaped {
		key = plainText(data[pos:end])
	}
	if c, pos = token(data, end); c != ':' {
		return "", -1, false
	}
	_, pos = token(data, pos+1)
	return key, pos, true
}

// value consumes the member's value and returns its text.
func (o *object) value() string {
	start := o.pos
	o.pos = skipValue(o.data, start, 1)
	if o.pos < 0 {
		return ""
	}
	return o.data[start:o.pos]
}

// span is a part of an event. The zero value stands for no part.
type span struct{ start, end int32 }

// name returns a copy of the member's name, which can outlive the event.
func (o *object) name() string {
	if utf8.ValidString(o.key) {
		return strings.Clone(o.key)
	}
	return string(appendText(nil, o.key))
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

// member returns the text of a member of an object, "" if it isn't there.
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
