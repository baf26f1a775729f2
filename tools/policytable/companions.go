package main

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/policy/sdk"
)

// versionName matches the names of fields with the version of an object.
var versionName = regexp.MustCompile(`^(S3)?(Object)?Version(Id)?$`)

// companions are what people say of the fields of inputs that are of a kind: by
// service, as its Go package, and kind. Of the rules for a field the first one counts.
type companions map[string]map[string][]*rule

// rule says which actions some fields need, or why they need none.
type rule struct {
	// Operations and Fields are patterns of the operations and the fields' paths, in
	// which * stands for any text; none are all.
	Operations []string `json:"operations"`
	Fields     []string `json:"fields"`
	Actions    []string `json:"actions"`
	PassedTo   string   `json:"passedTo"`
	// Any is true if the field doesn't name what the actions are used on itself, as the
	// profile of an instance doesn't name its role.
	Any bool `json:"any"`
	// Why says why no action is needed.
	Why  string `json:"why"`
	used bool
}

// defaults are the actions for the fields of kinds that no rule speaks of.
func (s *service) defaultRule(k *sdk.Kind) *rule {
	switch {
	case k.Name == "role" && s.PassedTo != "":
		return &rule{Actions: []string{"iam:PassRole"}}
	case k.Name == "tags" && s.Tagging != "":
		return &rule{Actions: []string{s.Tagging}}
	}
	return nil
}

// addCompanions finds the fields of a service's inputs that are of a kind, and gives the
// operations the conditions that follow.
func (b *builder) addCompanions(name string, s *service, sh *shape, needed map[string]bool) {
	s.Tagging = cmp.Or(s.Tagging, s.IAM+":TagResource")
	if !b.lists.has(s.Tagging) {
		s.Tagging = ""
	}
	for _, op := range sh.operations {
		if slices.Contains(s.NoPermission, op) {
			continue
		}
		conditions := b.conditions(name, s, op, sh.inputs(op))
		for _, c := range conditions {
			b.actions(name+"."+op, c.Actions, needed)
		}
		if len(conditions) > 0 {
			if s.When == nil {
				s.When = map[string][]condition{}
			}
			s.When[op] = append(s.When[op], conditions...)
		}
	}
	b.unused(name)
	s.Tagging = ""
}

// conditions returns what the fields of an operation's input ask for.
func (b *builder) conditions(name string, s *service, op string, inputs []input) []condition {
	var all []condition
	for _, in := range inputs {
		k := kindOf(op, in)
		if k == nil {
			continue
		}
		r, answer := b.answer(name, s, op, in, k)
		b.census = append(b.census, fmt.Sprintf("%s %s %s %s %s", name, op, in.path, k.Name, answer))
		if r == nil {
			continue
		}
		c := condition{Fields: []string{in.path}, Actions: r.Actions, Kind: k.Name, PassedTo: r.PassedTo}
		if r.Any {
			c.Kind = ""
		}
		all = addCondition(all, c)
		if version := versionOf(in, inputs); version != "" && slices.Contains(r.Actions, "s3:GetObject") {
			all = append(all, condition{Fields: []string{version}, Actions: []string{"s3:GetObjectVersion"}, Kind: k.Name, Names: []string{in.path}})
		}
	}
	return all
}

// versionOf returns the field beside that of a bucket which tells an object's version;
// "" if there is none.
func versionOf(bucket input, inputs []input) string {
	before := strings.TrimSuffix(bucket.path, bucket.name)
	for _, in := range inputs {
		if in.path == before+in.name && in.holds == text && versionName.MatchString(in.name) {
			return in.path
		}
	}
	return ""
}

// answer returns what a field needs, nil for nothing, and how the census has it.
func (b *builder) answer(name string, s *service, op string, in input, k *sdk.Kind) (*rule, string) {
	rules := b.companions[name][k.Name]
	i := slices.IndexFunc(rules, func(r *rule) bool { return r.isFor(op, in.path) })
	switch {
	case i >= 0 && rules[i].Why != "":
		rules[i].used = true
		return nil, "- " + rules[i].Why
	case i >= 0:
		rules[i].used = true
		return rules[i], rules[i].String()
	case s.answers(op, in.path):
		return nil, "facts"
	case s.owns(in, k):
		return nil, "own"
	}
	if r := s.defaultRule(k); r != nil {
		return r, r.String()
	}
	b.wrong("%s.%s: %s is a field for a %s: give companions.json the actions that it needs, or why it needs none\n\t%s", name, op, in.path, k.Name, in.doc)
	return nil, ""
}

// answers reports whether the facts speak of a field themselves.
func (s *service) answers(op, path string) bool {
	return slices.ContainsFunc(s.When[op], func(c condition) bool { return slices.Contains(c.Fields, path) })
}

// owns reports whether a field of a kind is one that names the service's own resources.
func (s *service) owns(in input, k *sdk.Kind) bool {
	return slices.ContainsFunc(s.Fields[in.name], func(typ string) bool { return slices.Contains(k.Types, typ) })
}

// addCondition adds a condition, as a field of one that is alike if there is any.
func addCondition(all []condition, c condition) []condition {
	for i, other := range all {
		if other.Kind == c.Kind && other.PassedTo == c.PassedTo && slices.Equal(other.Actions, c.Actions) {
			all[i].Fields = append(other.Fields, c.Fields...)
			return all
		}
	}
	return append(all, c)
}

// String returns the rule's actions as the census has them.
func (r *rule) String() string {
	s := strings.Join(r.Actions, " ")
	if r.Any {
		s += " on any"
	}
	return s
}

func (r *rule) isFor(op, path string) bool {
	return matchAny(r.Operations, op) && matchAny(r.Fields, path)
}

// matchAny reports whether a text is of one of some patterns, if there are any.
func matchAny(patterns []string, s string) bool {
	return len(patterns) == 0 || slices.ContainsFunc(patterns, func(p string) bool {
		quoted := strings.ReplaceAll(regexp.QuoteMeta(p), `\*`, `.*`)
		return regexp.MustCompile("^" + quoted + "$").MatchString(s)
	})
}

// unused says which rules of a service speak of no field.
func (b *builder) unused(name string) {
	for _, of := range sortedKeys(b.companions[name]) {
		if !isKind(of) {
			b.wrong("companions.json: %s: there is no kind %q", name, of)
		}
		for i, r := range b.companions[name][of] {
			switch {
			case !r.used:
				b.wrong("companions.json: %s: rule %d of %s is for no field", name, i+1, of)
			case (r.Why == "") == (len(r.Actions) == 0):
				b.wrong("companions.json: %s: rule %d of %s has to have either actions or why", name, i+1, of)
			}
		}
	}
}
