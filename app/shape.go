package app

import (
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// shape says how the decoder fills values of a Go type. A shape is made once of
// each type.
type shape struct {
	kind   shapeKind
	fields []field     // of a struct, in the order in which encoding/json looks at them
	names  memberNames // of the fields
	elem   *shape      // of a slice, a map or a pointer
}

type shapeKind uint8

const (
	// otherShape is whatever the decoder leaves to encoding/json: types with rules
	// of their own, and those that JSON can't be decoded into.
	otherShape shapeKind = iota
	ownShape             // a json.Unmarshaler
	anyShape
	boolShape
	intShape
	uintShape
	floatShape
	textShape
	numberShape // json.Number
	pointerShape
	sliceShape
	mapShape
	structShape
)

// field is a member of a JSON object that a struct has a field for.
type field struct {
	name  string
	index []int // of the field, after those of the structs that it is embedded in
	shape *shape
}

// in returns the field of a struct.
func (f *field) in(v reflect.Value) reflect.Value { return fieldAt(v, f.index) }

// fieldAt returns the field of a struct, or of those that are embedded in it without a
// pointer, to which an index leads.
func fieldAt(v reflect.Value, index []int) reflect.Value {
	for _, i := range index {
		v = v.Field(i)
	}
	return v
}

// memberNames are the names of an object's members.
type memberNames []string

// find returns the index of a member's name, -1 if there is none: the same one, or
// else the first that differs in case only. It tries the one at likely first: most
// objects have their members in the order of the fields.
func (n memberNames) find(name string, likely int) int {
	if likely < len(n) && n[likely] == name {
		return likely
	}
	for i := range n {
		if n[i] == name {
			return i
		}
	}
	for i := range n {
		if strings.EqualFold(n[i], name) {
			return i
		}
	}
	return -1
}

// shapes are the shapes of all types that were decoded into.
var shapes sync.Map // map[reflect.Type]*shape

func shapeOf(t reflect.Type) *shape {
	if s, ok := shapes.Load(t); ok {
		return s.(*shape)
	}
	s, _ := shapes.LoadOrStore(t, shaper{}.shape(t))
	return s.(*shape)
}

// shaper makes the shapes of a type and of those that it consists of, which can
// be the type itself.
type shaper map[reflect.Type]*shape

// has reports whether pointers to values of a type have the methods of I.
func has[I any](t reflect.Type) bool { return reflect.PointerTo(t).Implements(reflect.TypeFor[I]()) }

func (m shaper) shape(t reflect.Type) *shape {
	if s := m[t]; s != nil {
		return s
	}
	s := &shape{}
	m[t] = s
	switch {
	case t == reflect.TypeFor[json.Number]():
		s.kind = numberShape
	case has[json.Unmarshaler](t):
		s.kind = ownShape
	case has[encoding.TextUnmarshaler](t):
	default:
		m.complete(s, t)
	}
	return s
}

// complete makes the shape of a type without methods for JSON.
func (m shaper) complete(s *shape, t reflect.Type) {
	switch k := t.Kind(); {
	case k == reflect.Bool:
		s.kind = boolShape
	case k == reflect.String:
		s.kind = textShape
	case reflect.Int <= k && k <= reflect.Int64:
		s.kind = intShape
	case reflect.Uint <= k && k <= reflect.Uintptr:
		s.kind = uintShape
	case k == reflect.Float32, k == reflect.Float64:
		s.kind = floatShape
	case k == reflect.Interface && t.NumMethod() == 0:
		s.kind = anyShape
	case k == reflect.Pointer && t.Name() == "":
		s.kind, s.elem = pointerShape, m.shape(t.Elem())
	case k == reflect.Slice && !hidesMethods(t.Elem()):
		s.kind, s.elem = sliceShape, m.shape(t.Elem())
	case k == reflect.Map && t.Key().Kind() == reflect.String && !hidesMethods(t.Elem()) && !has[encoding.TextUnmarshaler](t.Key()):
		s.kind, s.elem = mapShape, m.shape(t.Elem())
	case k == reflect.Struct:
		if fields, ok := m.fields(nil, t, nil); ok && len(fields) <= maxFields {
			s.kind, s.fields = structShape, fields
			for i := range fields {
				s.names = append(s.names, fields[i].name)
			}
		}
	}
}

// hidesMethods reports whether a type has methods that encoding/json calls for
// a value on its own, but not for one within another value: those that a struct
// without a name has of the types that are embedded in it.
func hidesMethods(t reflect.Type) bool {
	return t.Name() == "" && t.Kind() != reflect.Pointer && reflect.PointerTo(t).NumMethod() > 0
}

// maxFields is the number of fields that the decoder can keep count of.
const maxFields = 64

// fields adds the fields of a struct, and of those that are embedded in it, to
// all. It reports false for structs in which it takes more than names to find
// the field of a member: those with a name twice, embedded pointers, the option
// string, and tags that aren't plain names.
func (m shaper) fields(all []field, t reflect.Type, within []int) (_ []field, ok bool) {
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("json")
		if tag == "-" || !f.IsExported() && !f.Anonymous {
			continue
		}
		index := append(slices.Clone(within), i)
		name, options, _ := strings.Cut(tag, ",")
		switch {
		case !isPlainName(name) || strings.Contains(options, "string") || hidesMethods(f.Type):
			return nil, false
		case f.Anonymous && !f.IsExported() && f.Type.Kind() != reflect.Struct && f.Type.Kind() != reflect.Pointer:
			continue
		case f.Anonymous && (f.Type.Kind() == reflect.Pointer || !f.IsExported() && name != ""):
			return nil, false
		case f.Anonymous && f.Type.Kind() == reflect.Struct && name == "":
			if all, ok = m.fields(all, f.Type, index); !ok {
				return nil, false
			}
			continue
		case name == "":
			name = f.Name
		}
		for _, other := range all {
			if other.name == name {
				return nil, false
			}
		}
		all = append(all, field{name, index, m.shape(f.Type)})
	}
	return all, true
}

// isPlainName reports whether a name in a tag is one without characters that
// encoding/json might refuse.
func isPlainName(name string) bool {
	for i := range len(name) {
		c := name[i]
		if !('a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c == '_' || c == '-' || c == '.') {
			return false
		}
	}
	return true
}
