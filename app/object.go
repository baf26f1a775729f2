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

// value consumes the member's value and returns its text.
func (o *object) value() string {
	start := o.pos
	o.pos = skipValue(o.data, start, 1)
	if o.pos < 0 {
		return ""
	}
	return o.data[start:o.pos]
}

// span consumes the member's value as value does, and returns its place. Types
// that keep many values keep spans: these are small, and have no pointers that
// the garbage collector would have to follow.
func (o *object) span() span {
	start := o.pos
	o.pos = skipValue(o.data, start, 1)
	return span{int32(start), int32(o.pos)}
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
