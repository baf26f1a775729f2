// Package arn turns the names of resources that a program uses into ARNs, and
// ARNs with actions into the statements of a policy.
//
//	Target --Maker.Scopes--> Scope --Grant, Statements--> Statement
//
// It works on plain values and knows nothing of programs: a [Name] is what is left
// of a string once it has been followed to where it comes from. A new type of resource
// is an entry of resourceTypes in sdk/data/facts.json, and one of forms (forms.go) as
// well where its ARN isn't a fixed text and the name.
package arn

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Maker makes ARNs of the names that a program uses.
type Maker struct {
	AnyRegion bool // the program sets a region, so that resources can be in any
}

// Scope is what an action is allowed on: some resources, under a condition if there is
// one.
type Scope struct {
	Resources []Resource
	Condition Condition
}

// Scopes returns what some targets stand for: first the resources that need no
// condition, then others with theirs, all sorted. Where a target isn't known, why says
// the reason.
func (m *Maker) Scopes(targets []Target) (scopes []Scope, why string) {
	found := map[string]*Scope{}
	for _, t := range targets {
		made, why := m.scopes(t)
		if why != "" {
			return nil, why
		}
		for _, s := range made {
			key := ""
			if !s.Condition.IsZero() {
				key = fmt.Sprint(s.Condition.Key, " ", s.Condition.Operator, s.Resources)
			}
			if found[key] == nil {
				found[key] = &Scope{Condition: Condition{Operator: s.Condition.Operator, Key: s.Condition.Key}}
			}
			found[key].Resources = append(found[key].Resources, s.Resources...)
			found[key].Condition.Values = append(found[key].Condition.Values, s.Condition.Values...)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(found)) {
		s := found[key]
		scopes = append(scopes, Scope{set(s.Resources), Condition{s.Condition.Operator, s.Condition.Key, set(s.Condition.Values)}})
	}
	return scopes, ""
}

// set sorts resources, and drops what is there twice.
func set(all []Resource) []Resource {
	slices.SortFunc(all, func(a, b Resource) int { return cmp.Compare(a.String(), b.String()) })
	return slices.CompactFunc(all, func(a, b Resource) bool { return a.String() == b.String() })
}

// scopes returns what a target stands for. Where that isn't known, why says the reason.
func (m *Maker) scopes(t Target) (scopes []Scope, why string) {
	value, why := m.resolve(t.Name)
	if why != "" {
		return nil, why
	}
	for _, typ := range t.Types {
		made := m.form(t, typ, value)
		if made == nil {
			return nil, "what " + t.Field + " is doesn't tell an ARN: " + t.Name.String()
		}
		s := Scope{Resources: made}
		if condition := conditions[typ]; condition != nil {
			s.Condition = condition(t, value)
		}
		scopes = append(scopes, s)
	}
	return scopes, ""
}

// resolve returns a name as the part of an ARN.
func (m *Maker) resolve(n Name) (value Resource, why string) {
	for _, p := range n {
		switch p.Kind {
		case Constant:
			value = append(value, text(p.Text))
		case Anything:
			value = append(value, text("*"))
		case Configured:
			value = append(value, expand(p.Value)...)
		case Own:
			value = append(value, m.own(referred(p.Text)))
		case Variable:
			return nil, "the environment variable " + p.Text + " isn't configured"
		}
	}
	if value = join(value); len(value) == 0 {
		return nil, "a name is configured as empty"
	}
	return value, ""
}

// expand returns the parts of a value that is put together by Fn::Sub, as far as
// its text alone tells them.
func expand(v any) []ResourcePart {
	whole := []ResourcePart{{Kind: Value, Value: v}}
	intrinsic, _ := v.(map[string]any)
	rest, ok := intrinsic["Fn::Sub"].(string)
	if !ok {
		return whole
	}
	var parts []ResourcePart
	for {
		before, after, found := strings.Cut(rest, "${")
		if before != "" {
			parts = append(parts, text(before))
		}
		if !found {
			return parts
		}
		name, tail, closed := strings.Cut(after, "}")
		if !closed || strings.ContainsAny(name, "![ ") { // a literal, or a token of the CDK's
			return whole
		}
		parts = append(parts, referred(name))
		rest = tail
	}
}

// referred is what a name stands for in Fn::Sub.
func referred(name string) ResourcePart {
	for kind, parameter := range pseudo {
		if name == parameter {
			return ResourcePart{Kind: kind}
		}
	}
	if resource, attribute, ok := strings.Cut(name, "."); ok {
		return ResourcePart{Kind: Value, Value: map[string]any{"Fn::GetAtt": []any{resource, attribute}}}
	}
	return ResourcePart{Kind: Value, Value: map[string]any{"Ref": name}}
}

// join makes one part of texts that follow each other.
func join(r Resource) Resource {
	var joined Resource
	for _, p := range r {
		if last := len(joined) - 1; last >= 0 && joined[last].Kind == Text && p.Kind == Text {
			joined[last].Text += p.Text
		} else {
			joined = append(joined, p)
		}
	}
	return joined
}

// isARN reports whether a value is an ARN already: by its text, or by the
// attribute that it is.
func (r Resource) isARN() bool {
	if len(r) == 0 {
		return false
	}
	if r[0].Kind == Text {
		return strings.HasPrefix(r[0].Text, "arn:")
	}
	if len(r) > 1 {
		return false
	}
	if token, ok := r[0].Value.(string); ok {
		return strings.HasPrefix(token, "arn:")
	}
	switch m, _ := r[0].Value.(map[string]any); {
	case m["Fn::GetAtt"] != nil:
		_, attribute := getAtt(m["Fn::GetAtt"])
		return strings.HasSuffix(attribute, "Arn")
	case m["Fn::Sub"] != nil:
		s, _ := m["Fn::Sub"].(string)
		if list, ok := m["Fn::Sub"].([]any); ok && len(list) > 0 {
			s, _ = list[0].(string)
		}
		return strings.HasPrefix(s, "arn:")
	case m["Fn::Join"] != nil:
		list, _ := m["Fn::Join"].([]any)
		if len(list) != 2 {
			return false
		}
		parts, _ := list[1].([]any)
		if len(parts) == 0 {
			return false
		}
		s, _ := parts[0].(string)
		return strings.HasPrefix(s, "arn")
	}
	return false
}

// getAtt returns what Fn::GetAtt names.
func getAtt(v any) (resource, attribute string) {
	switch v := v.(type) {
	case string:
		resource, attribute, _ = strings.Cut(v, ".")
	case []any:
		if len(v) == 2 {
			resource, _ = v[0].(string)
			attribute, _ = v[1].(string)
		}
	case []string:
		if len(v) == 2 {
			resource, attribute = v[0], v[1]
		}
	}
	return resource, attribute
}

// intrinsic returns the intrinsic that a value is, nil if it is something else.
func (r Resource) intrinsic() map[string]any {
	if len(r) != 1 {
		return nil
	}
	m, _ := r[0].Value.(map[string]any)
	return m
}

// plain returns the text of a value that is nothing else.
func (r Resource) plain() (string, bool) {
	if len(r) == 1 && r[0].Kind == Text {
		return r[0].Text, true
	}
	return "", false
}

// end returns the text that a resource ends with.
func (r Resource) end() string {
	if len(r) == 0 {
		return ""
	}
	return r[len(r)-1].Text
}

// cut returns what stands before a text, once that has come a number of times before,
// or else all.
func (r Resource) cut(s string, times int) Resource {
	for i, p := range r {
		rest := p.Text
		for at := 0; ; times-- {
			next := strings.Index(rest[at:], s)
			if next < 0 {
				break
			}
			if at += next; times == 0 {
				return slices.Clone(r[:i]).with(text(rest[:at]))
			}
			at += len(s)
		}
	}
	return r
}

// here starts an ARN in the stack's own region and account.
func (m *Maker) here(service, rest string) Resource {
	return m.public(service, "").with(ResourcePart{Kind: AccountID}, text(":"+rest))
}

// public starts an ARN in the stack's own region, of what belongs to no account.
func (m *Maker) public(service, rest string) Resource {
	return Resource{text("arn:"), {Kind: Partition}, text(":" + service + ":"), m.own(ResourcePart{Kind: Region}), text(":" + rest)}
}

// own returns where the stack is, or anywhere if the program sets a region.
func (m *Maker) own(place ResourcePart) ResourcePart {
	if m.AnyRegion && place.Kind == Region {
		return text("*")
	}
	return place
}

// named returns the ARN of a name, or the ARN that the value is already.
func (m *Maker) named(service, before string, value Resource) Resource {
	if value.isARN() {
		return value
	}
	return join(m.here(service, before).with(value...))
}

// suffixed returns a resource with each of some suffixes.
func suffixed(r Resource, suffixes ...string) []Resource {
	var all []Resource
	for _, s := range suffixes {
		one := r
		if s != "" {
			one = join(r.with(text(s)))
		}
		all = append(all, one)
	}
	return all
}

// split returns what is between separators in the texts of a resource.
func (r Resource) split(separator string) []Resource {
	all := []Resource{nil}
	for _, p := range r {
		if p.Kind != Text {
			all[len(all)-1] = append(all[len(all)-1], p)
			continue
		}
		for i, s := range strings.Split(p.Text, separator) {
			if i > 0 {
				all = append(all, nil)
			}
			if s != "" {
				all[len(all)-1] = append(all[len(all)-1], text(s))
			}
		}
	}
	return all
}
