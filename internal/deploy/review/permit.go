package review

import (
	"slices"
	"strings"
)

// permit is one thing that a statement of a policy allows or denies: one action on
// one resource, for one principal, or all but some.
type permit struct {
	deny      bool
	principal set // of a policy of a resource; matches "anyone" elsewhere
	action    set // in lower case, as IAM takes any
	shown     set // the same as it is written
	resource  set
	// conditions have all to be met; the condition keys of IAM.
	conditions []restriction
	// when are the conditions of the template under which it is there.
	when []string
	// policy is a policy, or a role, whose content isn't known, in place of an action
	// and a resource: its ARN.
	policy pattern
	holder string // logical id of the resource that has the statement
}

// set is what a pattern matches, or with not, all that none of some patterns does.
type set struct {
	not      bool
	patterns []pattern
}

// covers reports whether a set holds all that another one does.
func (s set) covers(other set) bool {
	switch {
	case !s.not && !other.not:
		return all(other.patterns, func(o pattern) bool { return anyOf(s.patterns, func(p pattern) bool { return p.covers(o) }) })
	case s.not && other.not: // all that s leaves out has to be left out by the other
		return all(s.patterns, func(p pattern) bool { return anyOf(other.patterns, func(o pattern) bool { return o.covers(p) }) })
	case s.not:
		return !anyOf(s.patterns, func(p pattern) bool { return anyOf(other.patterns, p.meets) })
	}
	return anyOf(s.patterns, func(p pattern) bool { return p.covers(pattern("*")) })
}

// folded returns the set in lower case.
func (s set) folded() set {
	lower := set{not: s.not}
	for _, p := range s.patterns {
		lower.patterns = append(lower.patterns, p.folded())
	}
	return lower
}

// meets reports whether something may be in both sets.
func (s set) meets(other set) bool {
	switch {
	case s.not && other.not:
		return true
	case s.not:
		return other.meets(s)
	case other.not:
		return !all(s.patterns, func(p pattern) bool { return anyOf(other.patterns, func(o pattern) bool { return o.covers(p) }) })
	}
	return anyOf(s.patterns, func(p pattern) bool { return anyOf(other.patterns, p.meets) })
}

func all(list []pattern, is func(pattern) bool) bool {
	return !slices.ContainsFunc(list, func(p pattern) bool { return !is(p) })
}

func anyOf(list []pattern, is func(pattern) bool) bool { return slices.ContainsFunc(list, is) }

// administrator is the policy that allows everything.
const administrator = ":policy/AdministratorAccess"

// covers reports whether what a permit says holds wherever another one says it.
func (p *permit) covers(other *permit) bool {
	if !includes(other.when, p.when) {
		return false
	}
	if p.policy != nil {
		return other.policy != nil && slices.Equal(p.policy, other.policy) || strings.HasSuffix(string(p.policy), administrator)
	}
	if other.policy != nil {
		return false
	}
	return p.principal.covers(other.principal) && p.action.covers(other.action) && p.resource.covers(other.resource) &&
		p.restrictsNoMore(other)
}

// meets reports whether both permits may be about one call.
func (p *permit) meets(other *permit) bool {
	return p.policy != nil || other.policy != nil ||
		p.principal.meets(other.principal) && p.action.meets(other.action) && p.resource.meets(other.resource)
}

// includes reports whether all of some texts are in a list.
func includes(list, some []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(list, s) })
}

// restrictsNoMore reports whether each condition of a permit is met wherever those
// of the other one are.
func (p *permit) restrictsNoMore(other *permit) bool {
	return !slices.ContainsFunc(p.conditions, func(r restriction) bool {
		return !slices.ContainsFunc(other.conditions, r.impliedBy)
	})
}
