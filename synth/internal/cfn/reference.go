package cfn

import (
	"regexp"
	"strings"

	"github.com/chalice-go/chalice/internal/ordered"
)

// Reference is what a Ref, an Fn::GetAtt or a variable of an Fn::Sub names.
type Reference struct {
	Name      string // a logical id, or with SAM also the likes of RestAPI.Stage
	Attribute string // empty: a Ref
}

// ID is the logical id that the reference is about.
func (r Reference) ID() string {
	id, _, _ := strings.Cut(r.Name, ".")
	return id
}

// Call is the reference as an intrinsic function.
func (r Reference) Call() *ordered.Object {
	if r.Attribute == "" {
		return Ref(r.Name)
	}
	return GetAtt(r.Name, r.Attribute)
}

// Text is the reference within an Fn::Sub, without its ${}.
func (r Reference) Text() string {
	if r.Attribute == "" {
		return r.Name
	}
	return r.Name + "." + r.Attribute
}

// MapReferences returns a value in which every reference is what change makes of
// it. What doesn't change is shared with the value, which stays as it is.
func MapReferences(v any, change func(Reference) Reference) any {
	switch v := v.(type) {
	case []any:
		return mapList(v, change)
	case *ordered.Object:
		if len(v.Members) == 1 {
			if fn, ok := mapIntrinsic(v, change); ok {
				return fn
			}
		}
		return mapObject(v, change)
	}
	return v
}

func mapList(list []any, change func(Reference) Reference) []any {
	var mapped []any
	for i, element := range list {
		value := MapReferences(element, change)
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

func mapObject(o *ordered.Object, change func(Reference) Reference) *ordered.Object {
	mapped := o
	for i, m := range o.Members {
		value := MapReferences(m.Value, change)
		if mapped == o && !same(value, m.Value) {
			mapped = o.Clone()
		}
		if mapped != o {
			mapped.Members[i].Value = value
		}
	}
	return mapped
}

// same reports whether mapping a value has left it alone.
func same(a, b any) bool {
	list, ok := a.([]any)
	if !ok {
		return a == b
	}
	other := b.([]any) // mapping a list gives a list
	return len(list) == 0 || &list[0] == &other[0]
}

// mapIntrinsic maps an object that is a reference, and reports whether it is.
func mapIntrinsic(o *ordered.Object, change func(Reference) Reference) (*ordered.Object, bool) {
	m := o.Members[0]
	if m.Key == "Fn::Sub" {
		return mapSub(o, m.Value, change), true
	}
	old, ok := ReferenceOf(m)
	if !ok {
		return nil, false
	}
	if r := change(old); r != old {
		return r.Call(), true
	}
	return o, true
}

// ReferenceOf reads a Ref or an Fn::GetAtt, which has a list or, in a
// user's template, a text with a dot.
func ReferenceOf(m ordered.Member) (Reference, bool) {
	switch m.Key {
	case "Ref":
		name, ok := m.Value.(string)
		return Reference{Name: name}, ok
	case "Fn::GetAtt":
		if text, ok := m.Value.(string); ok {
			name, attribute, ok := strings.Cut(text, ".")
			return Reference{name, attribute}, ok
		}
		if list, ok := m.Value.([]any); ok && len(list) == 2 {
			name, isName := list[0].(string)
			attribute, isText := list[1].(string)
			return Reference{name, attribute}, isName && isText
		}
	}
	return Reference{}, false
}

// mapSub maps the variables in an Fn::Sub's text, and the values of those that
// are its own.
func mapSub(o *ordered.Object, argument any, change func(Reference) Reference) *ordered.Object {
	text, ok := argument.(string)
	own := &ordered.Object{}
	if list, isList := argument.([]any); isList && len(list) == 2 {
		text, ok = list[0].(string)
		own, _ = list[1].(*ordered.Object)
	}
	if !ok || own == nil {
		return mapObject(o, change) // not what CloudFormation takes: left to it
	}
	values := mapObject(own, change)
	mapped := Variable.ReplaceAllStringFunc(text, func(match string) string {
		name := match[len("${") : len(match)-len("}")]
		if _, isOwn := own.Get(name); isOwn {
			return match
		}
		old := Reference{Name: name}
		old.Name, old.Attribute, _ = strings.Cut(name, ".")
		r := change(old)
		if _, hidden := own.Get(r.Text()); hidden && r != old {
			// A variable of the text's own has the new name already.
			values = ordered.Merged(values, ordered.New(r.Name+"Outside", r.Call()))
			return "${" + r.Name + "Outside}"
		}
		return "${" + r.Text() + "}"
	})
	switch {
	case values.Len() > 0 && (mapped != text || values != own):
		return SubWith(mapped, values)
	case mapped != text:
		return Sub(mapped)
	}
	return o
}

// EachReference calls visit with every reference in a value.
func EachReference(v any, visit func(Reference)) {
	MapReferences(v, func(r Reference) Reference {
		visit(r)
		return r
	})
}

// EachOwnReference visits the references of an intrinsic function itself, and not of
// those within it.
func EachOwnReference(m ordered.Member, visit func(Reference)) {
	if r, ok := ReferenceOf(m); ok {
		visit(r)
	}
	if m.Key == "Fn::Sub" {
		for _, name := range FreeVariables(m.Value) {
			visit(Reference{Name: name})
		}
	}
}

// Variable matches a variable within Fn::Sub; ${!x} is text.
var Variable = regexp.MustCompile(`\$\{([^!}][^}]*)\}`)

// FreeVariables returns the variables in the text of an Fn::Sub that aren't its
// own: they name what the template has.
func FreeVariables(argument any) []string {
	text, own := argument, &ordered.Object{}
	if list, ok := argument.([]any); ok && len(list) == 2 {
		text = list[0]
		own, _ = list[1].(*ordered.Object)
	}
	s, ok := text.(string)
	if !ok || own == nil {
		return nil
	}
	var names []string
	for _, match := range Variable.FindAllStringSubmatch(s, -1) {
		if _, isOwn := own.Get(match[1]); !isOwn {
			names = append(names, match[1])
		}
	}
	return names
}
