package app

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// unmarshal is [json.Unmarshal], several times as fast where v points to a zero
// value, as it mostly does. What differs from the usual in any way is left to
// encoding/json, all mistakes among it: so values and errors are its own.
func unmarshal(data []byte, v any) error {
	if decodeInto(view(data), v) {
		return nil
	}
	return json.Unmarshal(data, v)
}

// unmarshalText is unmarshal for JSON that is text.
func unmarshalText(data string, v any) error {
	if decodeInto(data, v) {
		return nil
	}
	return json.Unmarshal([]byte(data), v)
}

// view returns data as a string that shares its memory, which must not change
// as long as the string is in use.
func view(data []byte) string { return unsafe.String(unsafe.SliceData(data), len(data)) }

// decodeInto decodes JSON into the zero value that v points to. If it can't, it
// reports false, and the value is zero again.
func decodeInto(data string, v any) bool {
	pointer := reflect.ValueOf(v)
	if pointer.Kind() != reflect.Pointer || pointer.IsNil() || !pointer.Elem().IsZero() {
		return false
	}
	target := pointer.Elem()
	s := shapeOf(target.Type())
	if s.kind == otherShape || s.kind == ownShape {
		return false
	}
	_, pos := token(data, 0)
	if !atEnd(data, decoder{data: data}.fill(target, s, pos, 0)) {
		target.SetZero()
		return false
	}
	return true
}

// decodeAny decodes JSON as encoding/json decodes it into an any, numbers as
// [json.Number].
func decodeAny(data string) (v any, ok bool) {
	_, pos := token(data, 0)
	v, pos = decoder{data: data, useNumber: true}.any(pos, 0)
	if !atEnd(data, pos) {
		return nil, false
	}
	return v, true
}

// decoder decodes JSON in one pass, which checks the syntax as well. Its methods
// return the position behind what they decoded, as those of the scanner do; one
// below 0 says that encoding/json has to decode the whole. They fill zero values
// only, so null never changes anything. What they make shares no memory with
// data.
type decoder struct {
	data      string
	useNumber bool // numbers are json.Number in an any
}

// fill decodes the value at pos.
func (d decoder) fill(v reflect.Value, s *shape, pos, depth int) int {
	if uint(pos) >= uint(len(d.data)) {
		return -1
	}
	switch c := d.data[pos]; {
	case depth >= maxDepth && (c == '{' || c == '['):
		return -1
	case s.kind == otherShape || s.kind == ownShape:
		return d.delegate(v, s, pos, depth)
	case c == 'n':
		return skipWord(d.data, pos, "null")
	case s.kind == anyShape:
		return d.fillAny(v, pos, depth)
	case s.kind == pointerShape:
		v.Set(reflect.New(v.Type().Elem()))
		return d.fill(v.Elem(), s.elem, pos, depth)
	case s.kind == structShape && c == '{':
		return d.fillStruct(v, s, pos, depth)
	case s.kind == mapShape && c == '{':
		return d.fillMap(v, s, pos, depth)
	case s.kind == sliceShape && c == '[':
		return d.fillSlice(v, s, pos, depth)
	case s.kind == textShape && c == '"':
		text, end := d.text(pos)
		v.SetString(text)
		return end
	case s.kind == boolShape && (c == 't' || c == 'f'):
		v.SetBool(c == 't')
		return skipValue(d.data, pos, depth)
	case c == '"' && (s.kind == sliceShape || s.kind == numberShape): // base64, or a number in quotes
		return d.delegate(v, s, pos, depth)
	case c == '-' || '0' <= c && c <= '9':
		return d.fillNumber(v, s, pos)
	}
	return -1
}

// delegate lets encoding/json decode a part, or the value itself.
func (d decoder) delegate(v reflect.Value, s *shape, pos, depth int) int {
	end := skipValue(d.data, pos, depth)
	if end < 0 {
		return -1
	}
	part, err := []byte(d.data[pos:end]), error(nil)
	if into := v.Addr().Interface(); s.kind == ownShape {
		err = into.(json.Unmarshaler).UnmarshalJSON(part)
	} else {
		err = json.Unmarshal(part, into)
	}
	if err != nil {
		return -1
	}
	return end
}

func (d decoder) fillStruct(v reflect.Value, s *shape, pos, depth int) int {
	o := object{data: d.data, pos: pos}
	var seen uint64
	for last := -1; o.next(); {
		i := s.names.find(o.key, last+1)
		if i < 0 {
			o.pos = skipValue(d.data, o.pos, depth+1)
			continue
		}
		if seen&(1<<i) != 0 {
			return -1 // the second value is decoded into the first
		}
		seen |= 1 << i
		last = i
		o.pos = d.fill(s.fields[i].in(v), s.fields[i].shape, o.pos, depth+1)
	}
	return o.pos
}

func (d decoder) fillMap(v reflect.Value, s *shape, pos, depth int) int {
	t := v.Type()
	v.Set(reflect.MakeMap(t))
	o := object{data: d.data, pos: pos}
	for o.next() {
		key, value := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
		key.SetString(o.name())
		if o.pos = d.fill(value, s.elem, o.pos, depth+1); o.pos >= 0 {
			v.SetMapIndex(key, value)
		}
	}
	return o.pos
}

// firstCap is the capacity of a slice with one element.
const firstCap = 4

func (d decoder) fillSlice(v reflect.Value, s *shape, pos, depth int) int {
	l := list{data: d.data, pos: pos}
	n := 0
	for ; l.next(); n++ {
		if n == v.Cap() {
			v.Grow(max(1, firstCap-n))
		}
		v.SetLen(n + 1)
		l.pos = d.fill(v.Index(n), s.elem, l.pos, depth+1)
	}
	if n == 0 {
		v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	}
	return l.pos
}

func (d decoder) fillNumber(v reflect.Value, s *shape, pos int) int {
	end := skipNumber(d.data, pos)
	if end < 0 {
		return -1
	}
	literal := d.data[pos:end]
	switch s.kind {
	case intShape:
		n, err := strconv.ParseInt(literal, 10, 64)
		if err != nil || v.OverflowInt(n) {
			return -1
		}
		v.SetInt(n)
	case uintShape:
		n, err := strconv.ParseUint(literal, 10, 64)
		if err != nil || v.OverflowUint(n) {
			return -1
		}
		v.SetUint(n)
	case floatShape:
		n, err := strconv.ParseFloat(literal, v.Type().Bits())
		if err != nil {
			return -1
		}
		v.SetFloat(n)
	case numberShape:
		v.SetString(strings.Clone(literal))
	default:
		return -1
	}
	return end
}

// text decodes the string at pos.
func (d decoder) text(pos int) (string, int) {
	end, escaped := skipString(d.data, pos)
	if end < 0 {
		return "", -1
	}
	if inner := d.data[pos+1 : end-1]; !escaped && utf8.ValidString(inner) {
		return strings.Clone(inner), end
	}
	return text(d.data[pos:end]), end
}

func (d decoder) fillAny(v reflect.Value, pos, depth int) int {
	value, end := d.any(pos, depth)
	if end >= 0 {
		v.Set(reflect.ValueOf(value))
	}
	return end
}

// any decodes the value at pos into the type that encoding/json has for it.
func (d decoder) any(pos, depth int) (any, int) {
	if uint(pos) >= uint(len(d.data)) {
		return nil, -1
	}
	c := d.data[pos]
	if depth >= maxDepth && (c == '{' || c == '[') {
		return nil, -1
	}
	switch c {
	case '{':
		members := map[string]any{}
		o := object{data: d.data, pos: pos}
		for o.next() {
			name := o.name()
			members[name], o.pos = d.any(o.pos, depth+1)
		}
		return members, o.pos
	case '[':
		elements := []any{}
		l := list{data: d.data, pos: pos}
		for l.next() {
			var v any
			v, l.pos = d.any(l.pos, depth+1)
			elements = append(elements, v)
		}
		return elements, l.pos
	case '"':
		return d.text(pos)
	case 't', 'f':
		return c == 't', skipValue(d.data, pos, depth)
	case 'n':
		return nil, skipWord(d.data, pos, "null")
	}
	end := skipNumber(d.data, pos)
	if end < 0 || d.useNumber {
		return json.Number(strings.Clone(d.data[pos:max(pos, end)])), end
	}
	f, err := strconv.ParseFloat(d.data[pos:end], 64)
	if err != nil {
		return nil, -1
	}
	return f, end
}
