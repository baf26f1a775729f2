package review

import (
	"slices"
	"strings"
)

// permit is a part of a policy's statement: it allows or denies an action on a
// resource to a principal, or all but some of them.
type permit struct {
	deny      bool
	principal set // in the policy of a resource; elsewhere it matches anyone
	action    set // in lower case, since case doesn't matter
	shown     set // the action as it is written
	resource  set
	// conditions must all be met. They are those of IAM.
	conditions []restriction
	// when are the conditions of the template under which the permit exists.
	when []string
	// policy is the ARN of a policy, or of a role, whose content isn't known. It
	// takes the place of action and resource.
	policy pattern
	holder string // logical id of the resource with the statement
	sid    string // the statement's name; empty: it has none
}

// set is everything that one of the patterns matches, or with not, everything
// that none of them does.
type set struct {
	not      bool
	patterns []pattern
}

// covers reports whether a set contains everything that another one contains.
func (s set) covers(other set) bool {
	switch {
	case !s.not && !other.not:
		return all(other.patterns, func(o pattern) bool { return anyOf(s.patterns, func(p pattern) bool { return p.covers(o) }) })
	case s.not && other.not: // the other one has to exclude all that s excludes
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

// covers reports whether a permit applies wherever another one applies.
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

// meets reports whether both permits may apply to the same call.
func (p *permit) meets(other *permit) bool {
	return p.policy != nil || other.policy != nil ||
		p.principal.meets(other.principal) && p.action.meets(other.action) && p.resource.meets(other.resource)
}

// includes reports whether a list contains all of some texts.
func includes(list, some []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(list, s) })
}

// restrictsNoMore reports whether each condition of a permit is met whenever
// those of the other one are.
func (p *permit) restrictsNoMore(other *permit) bool {
	return !slices.ContainsFunc(p.conditions, func(r restriction) bool {
		return !slices.ContainsFunc(other.conditions, r.impliedBy)
	})
}
