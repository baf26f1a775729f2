package app

import (
	"reflect"

	"github.com/chalice-go/chalice/internal/schema"
)

// objectFiller fills structs.
type objectFiller struct {
	fields   []memberFiller
	names    memberNames // of the fields
	required uint64      // a bit for each of the fields
	defaults uint64
	closed   bool // there are no other members
}

type memberFiller struct {
	*schema.Member
	fill filler
}

// in returns the member's field of a struct.
func (f *memberFiller) in(v reflect.Value) reflect.Value { return fieldAt(v, f.Index) }

// throughPointers reports whether a field is in an embedded struct behind a pointer.
func throughPointers(t *schema.Type) bool {
	for _, m := range t.Members {
		at := t.Go
		for _, i := range m.Index {
			if at.Kind() == reflect.Pointer {
				return true
			}
			at = at.Field(i).Type
		}
	}
	return false
}

// namesOf returns the names of the members of a struct.
func namesOf(t *schema.Type) memberNames {
	names := make(memberNames, len(t.Members))
	for i, m := range t.Members {
		names[i] = m.Name
	}
	return names
}

// object makes the filler of a struct.
func (m *fillers) object(t *schema.Type) filler {
	o := &objectFiller{fields: make([]memberFiller, len(t.Members)), names: namesOf(t), closed: t.Closed}
	for i, member := range t.Members {
		fill := m.filler(t.Go.FieldByIndex(member.Index).Type, member.Type, member.Rules)
		o.fields[i] = memberFiller{member, fill}
		if member.Required {
			o.required |= 1 << i
		}
		if member.Default != "" {
			o.defaults |= 1 << i
		}
	}
	return o.fill
}

func (o *objectFiller) fill(d decoder, v reflect.Value, pos, depth int) int {
	if depth >= maxDepth {
		return -1
	}
	at := object{data: d.data, pos: pos}
	var seen uint64
	for last := -1; at.next(); {
		i := o.names.find(at.key, last+1)
		if i < 0 {
			if at.pos = skipValue(d.data, at.pos, depth+1); o.closed {
				return -1
			}
			continue
		}
		if seen&(1<<i) != 0 {
			return -1 // the last one counts
		}
		seen |= 1 << i
		last = i
		f := &o.fields[i]
		at.pos = f.fill(d, f.in(v), at.pos, depth+1)
	}
	switch {
	case at.pos < 0 || o.required&^seen != 0:
		return -1
	case o.defaults&^seen != 0:
		o.complete(v, seen)
	}
	return at.pos
}

// complete fills the fields that are absent and have a default.
func (o *objectFiller) complete(v reflect.Value, seen uint64) {
	for i := range o.fields {
		if f := &o.fields[i]; (o.defaults&^seen)&(1<<i) != 0 {
			f.fill(decoder{data: f.Default}, f.in(v), 0, 0)
		}
	}
}
