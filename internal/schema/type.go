package schema

import (
	"encoding"
	"encoding/json"
	"maps"
	"reflect"
	"sync"
	"time"
)

// Kind is what a value is in JSON.
type Kind uint8

// The kinds of values.
const (
	Any     Kind = iota // whatever there is: an empty interface, or a type that decodes itself
	Boolean             // true or false
	Integer             // a number that is whole
	Number
	String
	Array
	Object // a struct
	Map    // an object whose members all have one type
)

// Type says what the JSON of a Go type is like. It is read-only, and there is one of
// each Go type, and one for pointers to it.
type Type struct {
	Go   reflect.Type // without pointers to it
	Kind Kind
	// Nullable says that null is one of the values: of pointers, slices, maps and
	// interfaces, which encoding/json writes as null if they are nil.
	Nullable bool
	// Own says that the type has UnmarshalJSON or MarshalJSON, so that nothing else is
	// known of it. It is Any then.
	Own bool
	// Text says that the type is a String that UnmarshalText reads, as that of
	// time.Time and netip.Addr, or MarshalText writes.
	Text bool
	// Bytes says that the type is a String which is the base64 of a slice of bytes.
	Bytes bool
	// Quoted says that a Boolean, Integer, Number or String is written in quotes, by the
	// option string of encoding/json.
	Quoted bool
	// Format is JSON Schema's format that follows from the Go type, such as date-time;
	// empty: none.
	Format string
	Elem   *Type // of an Array or a Map
	// Members are those of an Object, in the order of its fields, each name once.
	Members []*Member
	// Closed says that an Object has no other members than these.
	Closed bool
	// Tagged says that a struct within the type has a constraint or a default, or that
	// the type itself has a method Validate.
	Tagged bool
	// Doc is what an Object means: the tag doc of its field _.
	Doc string

	base *Type // the type without pointers to it
}

// Of returns the Type of a Go type.
func Of(t reflect.Type) *Type { return open.of(t) }

// OfClosed returns the Type of a Go type whose structs are all closed, but for those
// with the tag additionalProperties:"true".
func OfClosed(t reflect.Type) *Type { return closed.of(t) }

// registry has the Types that are complete.
type registry struct {
	sync.Mutex
	types map[reflect.Type]*Type
}

var open, closed registry

func (r *registry) of(t reflect.Type) *Type {
	r.Lock()
	defer r.Unlock()
	if known := r.types[t]; known != nil {
		return known
	}
	if r.types == nil {
		r.types = map[reflect.Type]*Type{}
	}
	m := maker{known: r.types, closed: r == &closed, made: map[reflect.Type]*Type{}}
	made := m.of(t)
	m.finish()
	return made
}

// maker makes the Types of a Go type and of those that it consists of, which can be
// the type itself.
type maker struct {
	known    map[reflect.Type]*Type // complete ones
	closed   bool
	made     map[reflect.Type]*Type
	pointers []*Type // whose base is to be copied once it is complete
	untagged []untaggedMember
}

// untaggedMember is a member whose tags are to be read once all types are complete.
type untaggedMember struct {
	member    *Member
	candidate *candidate
}

func (m *maker) of(t reflect.Type) *Type {
	if known := m.known[t]; known != nil {
		return known
	}
	if made := m.made[t]; made != nil {
		return made
	}
	made := &Type{Go: t}
	made.base = made
	m.made[t] = made
	if t.Kind() == reflect.Pointer {
		if inner, ok := pointee(t); ok {
			made.base = m.of(inner)
			m.pointers = append(m.pointers, made)
		} // else it stays Any
		return made
	}
	m.complete(made, t)
	return made
}

// pointee returns the type that a pointer leads to through any number of pointers. It
// reports false for a pointer type that leads to itself.
func pointee(t reflect.Type) (_ reflect.Type, ok bool) {
	for seen := (map[reflect.Type]bool{}); t.Kind() == reflect.Pointer; t = t.Elem() {
		if seen[t] {
			return nil, false
		}
		seen[t] = true
	}
	return t, true
}

// finish completes what depends on other types, and makes the types known.
func (m *maker) finish() {
	for _, t := range m.pointers {
		*t = *t.base
		t.Nullable = true
	}
	for _, u := range m.untagged {
		u.member.readTags(u.candidate)
	}
	for changed := true; changed; {
		changed = false
		for _, t := range m.made {
			if t.base == t && !t.Tagged && t.hasTags() {
				t.Tagged, changed = true, true
			}
		}
	}
	for _, t := range m.made {
		if t.base == t && has[validator](t.Go) {
			t.Tagged = true
		}
	}
	for _, t := range m.pointers {
		t.Tagged = t.base.Tagged
	}
	maps.Copy(m.known, m.made)
}

// hasTags reports whether a struct within the type has a constraint or a default, as far
// as is known by now.
func (t *Type) hasTags() bool {
	if t.Elem != nil && t.Elem.base.Tagged {
		return true
	}
	for _, member := range t.Members {
		if member.Rules != nil || member.Default != "" || member.Type.base.Tagged {
			return true
		}
	}
	return false
}

// has reports whether values of a type, or pointers to them, have the methods of I.
func has[I any](t reflect.Type) bool {
	return hasMethods(t) && reflect.PointerTo(t).Implements(reflect.TypeFor[I]())
}

// hasMethods reports whether values of a type, or pointers to them, have methods. It tells
// most types that have none without asking for the type of the pointers, which may have to
// be made.
func hasMethods(t reflect.Type) bool {
	return (t.PkgPath() != "" || t.Kind() == reflect.Struct) && reflect.PointerTo(t).NumMethod() > 0
}

func (m *maker) complete(s *Type, t reflect.Type) {
	switch {
	case t == reflect.TypeFor[time.Time]():
		s.Kind, s.Text, s.Format = String, true, "date-time"
	case t == reflect.TypeFor[json.Number]():
		s.Kind = Number
	case !hasMethods(t):
		m.completeKind(s, t)
	case has[json.Unmarshaler](t), has[json.Marshaler](t):
		s.Own, s.Nullable = true, true
	case has[encoding.TextUnmarshaler](t), has[encoding.TextMarshaler](t):
		s.Kind, s.Text = String, true
		if isNamed(t, "net/netip", "Addr") || isNamed(t, "net", "IP") {
			s.Format = ipFormat
		}
	default:
		m.completeKind(s, t)
	}
}

// completeKind is complete for a type without methods for JSON.
func (m *maker) completeKind(s *Type, t reflect.Type) {
	switch k := t.Kind(); {
	case k == reflect.Bool:
		s.Kind = Boolean
	case reflect.Int <= k && k <= reflect.Uintptr:
		s.Kind = Integer
	case k == reflect.Float32, k == reflect.Float64:
		s.Kind = Number
	case k == reflect.String:
		s.Kind = String
	case k == reflect.Slice && isByte(t.Elem()):
		s.Kind, s.Bytes, s.Nullable = String, true, true
	case k == reflect.Slice, k == reflect.Array:
		s.Kind, s.Elem, s.Nullable = Array, m.of(t.Elem()), k == reflect.Slice
	case k == reflect.Map:
		s.Kind, s.Elem, s.Nullable = Map, m.of(t.Elem()), true
	case k == reflect.Struct:
		s.Kind, s.Closed = Object, m.closed
		m.members(s)
	default: // an interface, or what can't be JSON
		s.Nullable = true
	}
}

// isByte reports whether slices of a type are base64 in JSON.
func isByte(t reflect.Type) bool {
	return t.Kind() == reflect.Uint8 && !has[json.Marshaler](t) && !has[encoding.TextMarshaler](t)
}

// isNamed reports whether a type is the one that a package has under a name. So types are
// recognized whose packages aren't imported.
func isNamed(t reflect.Type, path, name string) bool { return t.Name() == name && t.PkgPath() == path }
