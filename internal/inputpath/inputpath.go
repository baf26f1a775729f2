// Package inputpath reads the paths by which a rule of Amazon EventBridge selects a
// part of each event, and selects it.
//
// A path is of the part of JSONPath that EventBridge knows: the event itself is $, and
// then come names, indices of arrays, and * for all members, as in $.detail.items[0].id,
// $['detail']['state'] or $.resources[*].
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
package inputpath

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Path selects a part of an event.
type Path []step

// step goes from a value to members of it: those of a name, the one at an index, or,
// without either, all.
type step struct {
	name  string
	index int // of an array; -1: none
}

// Parse reads a path. The error says what EventBridge doesn't know.
func Parse(text string) (Path, error) {
	rest, ok := strings.CutPrefix(text, "$")
	if !ok {
		return nil, errors.New("a path starts with $, which is the event, as in $.detail")
	}
	var path Path
	for rest != "" {
		next, after, err := parseStep(rest)
		if err != nil {
			return nil, err
		}
		path, rest = append(path, next), after
	}
	return path, nil
}

// parseStep reads the first step of a text.
func parseStep(text string) (next step, rest string, err error) {
	if inside, ok := strings.CutPrefix(text, "."); ok {
		return parseDotted(inside)
	}
	inside, ok := strings.CutPrefix(text, "[")
	if !ok {
		return step{}, "", fmt.Errorf("%q is not expected: a name follows a dot, and an index stands in brackets", text)
	}
	if inside != "" && (inside[0] == '\'' || inside[0] == '"') {
		quote := inside[:1]
		name, after, ok := strings.Cut(inside[1:], quote+"]")
		if !ok || name == "" || strings.Contains(name, quote) {
			return step{}, "", fmt.Errorf("[%s is no name in quotes and brackets, such as ['detail']", inside)
		}
		return step{name, -1}, after, nil
	}
	number, after, ok := strings.Cut(inside, "]")
	if ok && number == "*" {
		return step{"", -1}, after, nil
	}
	index, err := strconv.ParseUint(number, 10, 31)
	if !ok || err != nil {
		return step{}, "", fmt.Errorf("[%s is no index such as [0], and not [*]: EventBridge knows no other expressions", inside)
	}
	return step{"", int(index)}, after, nil
}

// parseDotted reads a name, or *, behind a dot.
func parseDotted(text string) (next step, rest string, err error) {
	if rest, ok := strings.CutPrefix(text, "*"); ok {
		return step{"", -1}, rest, nil
	}
	end := strings.IndexFunc(text, func(c rune) bool {
		return !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '-')
	})
	if end < 0 {
		end = len(text)
	}
	if end == 0 {
		return step{}, "", errors.New("behind a dot there is a name of letters, digits, - and _, or *")
	}
	return step{text[:end], -1}, text[end:], nil
}

// In returns the part of an event, which is as encoding/json decodes it into an any.
// It reports false if the event has no such part. A path with * selects a list.
func (p Path) In(event any) (part any, ok bool) {
	found := []any{event}
	several := false
	for _, s := range p {
		several = several || s.isAll()
		var next []any
		for _, v := range found {
			next = append(next, s.of(v)...)
		}
		found = next
	}
	if several {
		return found, true
	}
	if len(found) == 0 {
		return nil, false
	}
	return found[0], true
}

func (s step) isAll() bool { return s.name == "" && s.index < 0 }

// of returns the members that a step goes to: those of an object in the order of their
// names.
func (s step) of(v any) []any {
	switch v := v.(type) {
	case map[string]any:
		if s.isAll() {
			var all []any
			for _, name := range slices.Sorted(maps.Keys(v)) {
				all = append(all, v[name])
			}
			return all
		}
		if member, ok := v[s.name]; ok && s.name != "" {
			return []any{member}
		}
	case []any:
		if s.isAll() {
			return v
		}
		if s.name == "" && s.index < len(v) {
			return v[s.index : s.index+1]
		}
	}
	return nil
}
