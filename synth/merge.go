package synth

import (
	"bytes"
	"fmt"
	"path"
	"strings"
)

// ParseTemplate reads a template, or a part of one, for [Template.Merge]. A
// name that ends in .yaml or .yml says that it is YAML, where CloudFormation's
// short forms such as !Ref are understood, and one that ends in .json that it
// is JSON; otherwise it is JSON if it starts with a brace. The error starts
// with the name.
func ParseTemplate(name string, data []byte) (*Object, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // some editors of Windows start a file with it
	parse := parseJSON
	looksJSON := bytes.HasPrefix(bytes.TrimSpace(data), []byte("{"))
	if IsYAML(name) || strings.ToLower(path.Ext(name)) != ".json" && !looksJSON {
		parse = parseYAML
	}
	v, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	switch v := v.(type) {
	case *Object:
		return v, nil
	case nil:
		return &Object{}, nil
	default:
		return nil, fmt.Errorf("%s: a template is an object of sections such as Resources, not %s", name, kindName(v))
	}
}

// IsYAML tells by its name whether a template is YAML.
func IsYAML(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".yaml", ".yml":
		return true
	}
	return false
}

// Merge puts a part of a template over the template: objects are merged
// member by member; anything else of the part, intrinsic functions and lists
// among it, replaces what was there, and so does whatever is put over an
// intrinsic function. A DependsOn joins what is there, and the Condition of a
// function counts for what invokes it. The part may add resources that the
// configuration refers to. What CloudFormation would refuse of it, such as a null,
// is for [Template.Check] to say.
func (t *Template) Merge(part *Object) {
	t.parts = append(t.parts, part)
}

// merged gives the base with a part over it, and changes neither.
func merged(base, part *Object) *Object {
	o := &Object{members: append([]member(nil), base.members...)}
	for _, m := range part.members {
		value := m.value
		if over, ok := value.(*Object); ok {
			if under, ok := get[*Object](o, m.key); ok && !isIntrinsic(over) && !isIntrinsic(under) {
				value = merged(under, over)
			}
		}
		o.Set(m.key, value)
	}
	return o
}

// withDependsOn gives the resources of a merged template the dependencies of both
// sides. Null takes them away.
func withDependsOn(template, base, part *Object) *Object {
	resources, under := section(template, "Resources"), section(base, "Resources")
	joined := &Object{}
	for _, m := range section(part, "Resources").members {
		over, _ := m.value.(*Object)
		if over == nil || len(dependencies(over)) == 0 {
			continue
		}
		all := dependencies(section(under, m.key))
		if len(all) == 0 {
			continue
		}
		for _, id := range dependencies(over) {
			all = appendNew(all, id)
		}
		joined.add(m.key, object("DependsOn", texts(all)))
	}
	if joined.Len() == 0 {
		return template
	}
	return merged(template, object("Resources", merged(resources, joined)))
}

// following is a resource, by its logical id, that is of no use without another.
type following struct{ id, other string }

// withConditions gives what follows a resource that resource's condition, unless it
// has one of its own. SAM does so for what it makes of a function's events.
func withConditions(template *Object, follows []following) *Object {
	for _, f := range follows {
		resources := section(template, "Resources")
		condition, ok := section(resources, f.other).Get("Condition")
		resource, there := get[*Object](resources, f.id)
		if !ok || !there {
			continue
		}
		if _, own := resource.Get("Condition"); !own {
			conditional := object(f.id, object("Condition", condition))
			template = merged(template, object("Resources", conditional))
		}
	}
	return template
}

// isIntrinsic tells whether an object is a call of an intrinsic function, which
// is one value. Loops and transforms are not: they stand among the members that
// they add to.
func isIntrinsic(o *Object) bool {
	if len(o.members) != 1 {
		return false
	}
	m := o.members[0]
	if m.key == "Ref" {
		_, ok := m.value.(string)
		return ok // or else something has that logical id
	}
	return strings.HasPrefix(m.key, "Fn::") && m.key != "Fn::Transform" && !strings.HasPrefix(m.key, "Fn::ForEach")
}

// get gives a member of a type, and whether there is one.
func get[T any](o *Object, key string) (T, bool) {
	v, _ := o.Get(key)
	typed, ok := v.(T)
	return typed, ok
}
