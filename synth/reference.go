package synth

import "strings"

// reference is what a Ref, an Fn::GetAtt or a variable of an Fn::Sub names.
type reference struct {
	name      string // a logical id, or with SAM also the likes of RestAPI.Stage
	attribute string // empty: a Ref
}

// id is the logical id that the reference is about.
func (r reference) id() string {
	id, _, _ := strings.Cut(r.name, ".")
	return id
}

// fn is the reference as an intrinsic function.
func (r reference) fn() *Object {
	if r.attribute == "" {
		return ref(r.name)
	}
	return getAtt(r.name, r.attribute)
}

// text is the reference within an Fn::Sub, without its ${}.
func (r reference) text() string {
	if r.attribute == "" {
		return r.name
	}
	return r.name + "." + r.attribute
}

// mapReferences gives a value in which every reference is what change makes of
// it. What doesn't change is shared with the value, which stays as it is.
func mapReferences(v any, change func(reference) reference) any {
	switch v := v.(type) {
	case []any:
		return mapList(v, change)
	case *Object:
		if len(v.members) == 1 {
			if fn, ok := mapIntrinsic(v, change); ok {
				return fn
			}
		}
		return mapObject(v, change)
	}
	return v
}

func mapList(list []any, change func(reference) reference) []any {
	var mapped []any
	for i, element := range list {
		value := mapReferences(element, change)
		if mapped == nil && !same(value, element) {
			mapped = append([]any(nil), list...)
		}
		if mapped != nil {
			mapped[i] = value
		}
	}
	if mapped == nil {
		return list
	}
	return mapped
}

func mapObject(o *Object, change func(reference) reference) *Object {
	mapped := o
	for i, m := range o.members {
		value := mapReferences(m.value, change)
		if mapped == o && !same(value, m.value) {
			mapped = &Object{members: append([]member(nil), o.members...)}
		}
		if mapped != o {
			mapped.members[i].value = value
		}
	}
	return mapped
}

// same tells whether mapping a value has left it alone.
func same(a, b any) bool {
	list, ok := a.([]any)
	if !ok {
		return a == b
	}
	other := b.([]any) // mapping a list gives a list
	return len(list) == 0 || &list[0] == &other[0]
}

// mapIntrinsic maps an object that is a reference, and tells whether it is.
func mapIntrinsic(o *Object, change func(reference) reference) (*Object, bool) {
	m := o.members[0]
	if m.key == "Fn::Sub" {
		return mapSub(o, m.value, change), true
	}
	old, ok := intrinsicReference(m)
	if !ok {
		return nil, false
	}
	if r := change(old); r != old {
		return r.fn(), true
	}
	return o, true
}

// intrinsicReference reads a Ref or an Fn::GetAtt, which has a list or, in a
// user's template, a text with a dot.
func intrinsicReference(m member) (reference, bool) {
	switch m.key {
	case "Ref":
		name, ok := m.value.(string)
		return reference{name: name}, ok
	case "Fn::GetAtt":
		if text, ok := m.value.(string); ok {
			name, attribute, ok := strings.Cut(text, ".")
			return reference{name, attribute}, ok
		}
		if list, ok := m.value.([]any); ok && len(list) == 2 {
			name, isName := list[0].(string)
			attribute, isText := list[1].(string)
			return reference{name, attribute}, isName && isText
		}
	}
	return reference{}, false
}

// mapSub maps the variables in an Fn::Sub's text, and the values of those that
// are its own.
func mapSub(o *Object, argument any, change func(reference) reference) *Object {
	text, ok := argument.(string)
	own := &Object{}
	if list, isList := argument.([]any); isList && len(list) == 2 {
		text, ok = list[0].(string)
		own, _ = list[1].(*Object)
	}
	if !ok || own == nil {
		return mapObject(o, change) // not what CloudFormation takes: left to it
	}
	values := mapObject(own, change)
	mapped := variable.ReplaceAllStringFunc(text, func(match string) string {
		name := match[len("${") : len(match)-len("}")]
		if _, isOwn := own.Get(name); isOwn {
			return match
		}
		old := reference{name: name}
		old.name, old.attribute, _ = strings.Cut(name, ".")
		r := change(old)
		if _, hidden := own.Get(r.text()); hidden && r != old {
			// A variable of the text's own has the new name already.
			values = merged(values, object(r.name+"Outside", r.fn()))
			return "${" + r.name + "Outside}"
		}
		return "${" + r.text() + "}"
	})
	switch {
	case values.Len() > 0 && (mapped != text || values != own):
		return subWith(mapped, values)
	case mapped != text:
		return sub(mapped)
	}
	return o
}

// eachReference calls visit with every reference in a value.
func eachReference(v any, visit func(reference)) {
	mapReferences(v, func(r reference) reference {
		visit(r)
		return r
	})
}
