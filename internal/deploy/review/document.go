package review

import (
	"slices"
	"strings"
)

// policies reads policy documents.
type policies struct {
	*symbols
	holder string // logical id of the resource with the policy
}

// variant is the value that something has under some conditions of the
// template.
type variant struct {
	v    any
	when []string
}

// variants returns the possible values of v, if it is a Fn::If whose condition
// isn't known.
func variants(v any, when []string) []variant {
	if o, ok := v.(map[string]any); ok {
		if three, _ := o["Fn::If"].([]any); len(o) == 1 && len(three) == 3 {
			condition := valueText(three[0])
			return append(variants(three[1], at(when, condition)), variants(three[2], at(when, "not "+condition))...)
		}
	}
	return []variant{{v, when}}
}

// elements returns the elements of a list, or a single value as the only
// element, each with the conditions under which it exists.
func elements(v any, when []string) []variant {
	var all []variant
	for _, whole := range variants(v, when) {
		for _, element := range asList(whole.v) {
			all = append(all, variants(element, whole.when)...)
		}
	}
	return withoutNothing(all)
}

func withoutNothing(all []variant) []variant {
	var left []variant
	for _, v := range all {
		if v.v != nil && !isNoValue(v.v) {
			left = append(left, v)
		}
	}
	return left
}

// document reads a policy. A policy that is a text is JSON.
func (p policies) document(v any, when []string) []*permit {
	var all []*permit
	for _, document := range variants(v, when) {
		if s, ok := wholeText(document.v); ok {
			document.v = parsed(s)
		}
		o, ok := document.v.(map[string]any)
		if !ok || isIntrinsic(o) {
			if document.v != nil { // a policy that isn't known
				all = append(all, p.opaque(document.v, document.when))
			}
			continue
		}
		for _, statement := range elements(o["Statement"], document.when) {
			all = append(all, p.statement(statement)...)
		}
	}
	return all
}

// opaque returns a permit for a policy, or a role, whose content isn't known.
func (p policies) opaque(arn any, when []string) *permit {
	return &permit{policy: p.pattern(arn), when: when, holder: p.holder}
}

// statement splits a statement: each action on each resource for each principal
// becomes a permit of its own. NotAction, NotResource and NotPrincipal aren't
// split.
func (p policies) statement(v variant) []*permit {
	s, ok := v.v.(map[string]any)
	if !ok || isIntrinsic(s) {
		return []*permit{p.opaque(v.v, v.when)}
	}
	deny := strings.EqualFold(text(s["Effect"]), "Deny")
	conditions := p.restrictions(s["Condition"])
	principals := p.principals(s, v.when)
	actions := p.sets(s, "Action", v.when)
	resources := p.sets(s, "Resource", v.when)
	var all []*permit
	for _, principal := range principals {
		for _, action := range actions {
			for _, resource := range resources {
				all = append(all, &permit{
					deny: deny, principal: principal.set, action: action.set.folded(), shown: action.set, resource: resource.set,
					conditions: conditions, when: union(principal.when, action.when, resource.when), holder: p.holder, sid: text(s["Sid"]),
				})
			}
		}
	}
	return all
}

// whenSet is a set that exists under some conditions of the template.
type whenSet struct {
	set
	when []string
}

// sets reads Action or Resource: a set for each element; or NotAction or
// NotResource: one set for all of them. A statement that has neither applies to
// everything.
func (p policies) sets(statement map[string]any, name string, when []string) []whenSet {
	if left, ok := statement["Not"+name]; ok {
		s := whenSet{set{not: true}, when}
		for _, element := range elements(left, when) {
			s.patterns = append(s.patterns, p.pattern(element.v))
		}
		return []whenSet{s}
	}
	value, ok := statement[name]
	if !ok {
		value = "*"
	}
	var all []whenSet
	for _, element := range elements(value, when) {
		all = append(all, whenSet{set{patterns: []pattern{p.pattern(element.v)}}, element.when})
	}
	return all
}

// principals reads Principal or NotPrincipal. A policy of an identity has
// neither, and applies to the identity.
func (p policies) principals(statement map[string]any, when []string) []whenSet {
	if left, ok := statement["NotPrincipal"]; ok {
		s := whenSet{set{not: true}, when}
		for _, one := range p.principalList(left, when) {
			s.patterns = append(s.patterns, one.patterns...)
		}
		return []whenSet{s}
	}
	value, ok := statement["Principal"]
	if !ok {
		return []whenSet{{set{patterns: []pattern{nil}}, when}}
	}
	return p.principalList(value, when)
}

func (p policies) principalList(v any, when []string) []whenSet {
	var all []whenSet
	for _, one := range variants(v, when) {
		o, ok := one.v.(map[string]any)
		if !ok || isIntrinsic(o) {
			all = append(all, whenSet{set{patterns: []pattern{p.principal("AWS", one.v)}}, one.when})
			continue
		}
		for _, kind := range sortedKeys(o) {
			for _, element := range elements(o[kind], one.when) {
				all = append(all, whenSet{set{patterns: []pattern{p.principal(kind, element.v)}}, element.when})
			}
		}
	}
	return all
}

// principal returns a pattern for a principal: * for anyone, or the kind and a
// name. An account, given by its number or the ARN of its root, stands for
// everything in the account.
func (p policies) principal(kind string, v any) pattern {
	if kind == "AWS" && v == "*" {
		return pattern("*")
	}
	name := p.literal(p.pattern(v))
	if account, ok := p.account(name); ok && kind == "AWS" {
		return slices.Concat(pattern(accountPrefix), account, pattern(":*"))
	}
	return append(pattern(kind+":"), name...)
}

// accountPrefix precedes the number in the pattern for everything in an
// account.
const accountPrefix = "AWS:arn:*:*::"

// account returns the number of the account for which a name stands.
func (p policies) account(name pattern) (pattern, bool) {
	if rest, ok := cutSuffix(name, ":root"); ok {
		for i := len(rest) - 2; i >= 0; i-- {
			if rest[i] == ':' && rest[i+1] == ':' {
				return rest[i+2:], true
			}
		}
	}
	text := p.text(name)
	return name, text == "${AWS::AccountId}" || len(text) == 12 && strings.Trim(text, "0123456789") == ""
}

func cutSuffix(p pattern, suffix string) (pattern, bool) {
	i := len(p) - len(suffix)
	if i < 0 || !slices.Equal(p[i:], pattern(suffix)) {
		return nil, false
	}
	return p[:i], true
}

// union joins lists of conditions.
func union(lists ...[]string) []string {
	var all []string
	for _, list := range lists {
		for _, s := range list {
			if !includes(all, []string{s}) {
				all = append(all, s)
			}
		}
	}
	return all
}
