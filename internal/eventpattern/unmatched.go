package eventpattern

import (
	"maps"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/nearest"
)

// Unmatched returns for which members of a filter no record is let through, since none has
// a member of that name. AWS takes such a filter. What is meant are members of the data, more
// often than not.
func Unmatched(kind app.FunctionKind, pattern app.Pattern) []Problem {
	plain, _, err := decoded(pattern)
	l := Lambda(kind)
	if err != nil || l.data == "" {
		return nil // which is a mistake of its own
	}
	c := &checker{language: l}
	c.strangers("", plain)
	return c.problems
}

// strangers looks for names that no record has, also in alternatives.
func (c *checker) strangers(path string, o map[string]any) {
	l := c.language
	known := append([]string{l.data}, l.beside...)
	for _, name := range slices.Sorted(maps.Keys(o)) {
		at := join(path, name)
		switch {
		case name == alternatives && areAlternatives(o[name]):
			for i, element := range o[name].([]any) {
				c.strangers(index(at, i), element.(map[string]any))
			}
		case slices.Contains(known, name), filledIn(name), metByNothing(o[name]):
		default:
			c.fail(at, "is in no record, so that none passes: what is in the data belongs into %s, and beside that a record has %s%s",
				l.data, strings.Join(l.beside, ", "), nearest.Question(name, known))
		}
	}
}

// metByNothing reports whether a member that isn't there is as it has to be.
func metByNothing(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		for _, member := range v {
			if !metByNothing(member) {
				return false
			}
		}
		return true
	case []any:
		return slices.ContainsFunc(v, func(element any) bool {
			o, _ := element.(map[string]any)
			return o["exists"] == false
		})
	}
	return false
}
