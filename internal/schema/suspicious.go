package schema

import (
	"reflect"
	"slices"
	"strconv"
)

// rivals looks for fields of one name, of which encoding/json takes none.
func (a *audit) rivals(all []*candidate) {
	for _, c := range all {
		if best := rivals(all, c); len(best) > 1 {
			a.add(c.at(), "the name "+strconv.Quote(c.name)+" is also that of "+best[1].at()+": encoding/json takes neither")
		}
	}
}

// memberless returns the problems of a struct that has no members: those of fields whose
// names are the same, so that they are none.
func memberless(t reflect.Type) []string {
	if t.Kind() != reflect.Struct {
		return nil
	}
	a := audit{}
	a.rivals(candidates(t))
	return a.problems
}

// Suspicious returns what in the tags of a type that isn't [Type.Tagged] is likely to be
// meant as a rule: a misspelt word, or a rule of a field that isn't a member.
func (t *Type) Suspicious() []string {
	a := audit{seen: map[*Type]bool{}}
	a.suspect(t)
	return a.problems
}

func (a *audit) suspect(t *Type) {
	t = t.core()
	if a.seen[t] {
		return
	}
	a.seen[t] = true
	if t.Elem != nil {
		a.suspect(t.Elem)
	}
	if t.Kind != Object {
		return
	}
	all := candidates(t.Go)
	for _, c := range all {
		for _, problem := range nearProblems(c.tags) {
			a.add(c.at(), problem)
		}
		for _, problem := range c.tags.cutProblems(append(knownWords(), jsonTag)) {
			a.add(c.at(), problem)
		}
		if slices.ContainsFunc(c.tags.keys, isRuleWord) {
			a.rivals(all)
		}
	}
	for _, m := range t.Members {
		a.suspect(m.Type)
	}
}

// rivals returns the fields with a name that no other one beats, if the first of them is
// the candidate.
func rivals(all []*candidate, c *candidate) (best []*candidate) {
	for _, other := range all {
		if other.name != c.name {
			continue
		}
		if other.beats(c) {
			return nil
		}
		if !c.beats(other) {
			best = append(best, other)
		}
	}
	if best[0] != c {
		return nil
	}
	return best
}
