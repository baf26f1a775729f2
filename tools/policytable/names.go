package main

import (
	"regexp"
	"slices"
	"strings"
)

// naming matches the names of fields that name a resource.
var naming = regexp.MustCompile(`(Name|Names|Arn|ARN|Arns|ARNs|ArnList|IdList|Url|Identifier|Identifiers|^Resource|^Resources)$`)

// named checks that each field that can name a resource of a known type is among the
// fields that the analysis looks at, or that the facts say why not: in services whose
// facts have such a list.
func (b *builder) named(name string, s *service, sh *shape) {
	if s.Unnamed == nil {
		return
	}
	used := map[string]bool{}
	for _, op := range sh.operations {
		if !b.limited(s, op) {
			continue
		}
		for _, in := range sh.inputs(op) {
			if in.holds != text || strings.Contains(in.path, ".") || !naming.MatchString(in.name) || kindOf(op, in) != nil || s.looksAt(op, in.name) {
				continue
			}
			key := in.name
			if s.Unnamed[op+"."+in.name] != "" {
				key = op + "." + in.name
			}
			if used[key] = true; s.Unnamed[key] == "" {
				b.wrong("%s.%s: %s may name what the operation is about: give fields its types, or unnamed why it doesn't\n\t%s", name, op, in.name, in.doc)
			}
		}
	}
	for _, key := range sortedKeys(s.Unnamed) {
		if !used[key] {
			b.wrong("%s: unnamed: %s is no such field, or is looked at", name, key)
		}
	}
	s.Unnamed = nil
}

// limited reports whether an operation's own actions can be limited to resources of a
// known type.
func (b *builder) limited(s *service, op string) bool {
	actions, special := s.Actions[op]
	if !special {
		actions = []string{s.IAM + ":" + op}
	}
	return slices.ContainsFunc(actions, func(action string) bool {
		a, ok := b.lists[s.IAM].action(strings.TrimPrefix(action, s.IAM+":"))
		return ok && slices.ContainsFunc(a.ResourceTypes, func(r usedType) bool {
			return slices.ContainsFunc(b.facts.ResourceTypes[s.IAM], func(typ string) bool { return strings.EqualFold(typ, r.Name) })
		})
	})
}

// looksAt reports whether the analysis looks at a field of an operation, or looks at
// none by intent.
func (s *service) looksAt(op, field string) bool {
	if target, ok := s.Targets[op]["*"]; ok && target == "" {
		return true
	}
	var specs []string
	for spec := range s.Fields {
		if of, rest, ofOne := strings.Cut(spec, "."); !ofOne {
			specs = append(specs, spec)
		} else if of == op {
			specs = append(specs, rest)
		}
	}
	return slices.ContainsFunc(specs, func(spec string) bool { return slices.Contains(fieldsOf(spec), field) })
}
