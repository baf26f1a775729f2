package sample

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/eventpattern"
)

// decoded returns a pattern in the Go types to which encoding/json decodes it.
func decoded(pattern map[string]any) (dict, error) {
	data, err := json.Marshal(pattern)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var plain dict
	err = d.Decode(&plain)
	return plain, err
}

// fit changes an event so that a pattern matches it. If the pattern lists
// several values for a member, or several alternatives, fit uses the first one.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
func fit(event, pattern dict) {
	for name, want := range pattern {
		switch want := want.(type) {
		case dict:
			inner, ok := event[name].(dict)
			if !ok {
				inner = dict{}
			}
			fit(inner, want)
			event[name] = inner
		case []any:
			if inner, ok := want[0].(dict); ok && name == "$or" && !isMatcher(inner) {
				fit(event, inner)
				continue
			}
			value, exists := matching(want[0])
			_, list := event[name].([]any)
			switch {
			case !exists:
				delete(event, name)
			case list:
				event[name] = []any{value}
			default:
				event[name] = value
			}
		}
	}
}

// isMatcher reports whether an object in a list is a matcher, such as {"prefix": "x"},
// and not what is required of other members.
func isMatcher(o dict) bool { return accepting(o) != nil }

// accepting returns what a matcher accepts; nil if it is none.
func accepting(matcher any) func(value any) bool {
	m, err := eventpattern.Compile(eventpattern.EventBridge, dict{"value": []any{matcher}})
	if err != nil {
		return nil
	}
	return func(value any) bool {
		event, err := json.Marshal(dict{"value": value})
		return err == nil && m.Match(event)
	}
}

// matching returns a value that one of a pattern's matchers accepts. If the
// matcher accepts only that there is no value, exists is false.
func matching(matcher any) (value any, exists bool) {
	operators, ok := matcher.(dict)
	if !ok {
		return matcher, true // a plain value matches itself
	}
	for operator, operand := range operators { // there is exactly one
		switch operator {
		case "exists":
			return "example", operand != false
		case "prefix", "suffix", "equals-ignore-case", "exactly":
			return inner(operand), true
		case "wildcard":
			return unescapeWildcard(textOf(operand)), true
		case "cidr":
			return addressIn(textOf(operand)), true
		case "numeric":
			bounds, _ := operand.([]any)
			return numberIn(bounds), true
		}
	}
	if accepts := accepting(matcher); accepts != nil {
		for _, value := range candidates(operators["anything-but"]) {
			if accepts(value) {
				return value, true
			}
		}
	}
	return nil, true // it is neither a text nor a number
}

func textOf(v any) string {
	text, _ := v.(string)
	return text
}

// inner returns the text in an operand such as "a" or {"equals-ignore-case":
// "a"}.
func inner(operand any) any {
	if nested, ok := operand.(dict); ok {
		for _, text := range nested {
			return text
		}
	}
	return operand
}

// unescapeWildcard replaces each * by an empty text, and each escaped one by *.
func unescapeWildcard(pattern string) string {
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		switch {
		case pattern[i] == '\\' && i+1 < len(pattern):
			i++
			b.WriteByte(pattern[i])
		case pattern[i] != '*':
			b.WriteByte(pattern[i])
		}
	}
	return b.String()
}

func addressIn(block string) string {
	prefix, err := netip.ParsePrefix(block)
	if err != nil {
		return block
	}
	return prefix.Masked().Addr().String()
}

// numberIn returns a number within bounds such as [">", 0, "<=", 5].
func numberIn(bounds []any) any {
	var low, high *float64
	above, below := false, false // whether the bound itself is excluded
	for pair := range slices.Chunk(bounds, 2) {
		number, ok := pair[len(pair)-1].(json.Number)
		if !ok {
			continue
		}
		n, _ := number.Float64()
		switch pair[0] {
		case "=":
			return number
		case ">", ">=":
			low, above = &n, pair[0] == ">"
		case "<", "<=":
			high, below = &n, pair[0] == "<"
		}
	}
	switch {
	case low != nil && !above:
		return *low
	case high != nil && !below:
		return *high
	case low != nil && high != nil:
		return (*low + *high) / 2
	case low != nil:
		return *low + 1
	case high != nil:
		return *high - 1
	}
	return 0
}

// candidates are what anything-but is tried with: numbers if it excludes numbers.
func candidates(operand any) []any {
	if excluded, ok := operand.([]any); ok {
		operand = excluded[0]
	}
	if _, ok := operand.(json.Number); ok {
		return []any{0, 1, 2, 3, 5, 8, 13}
	}
	return []any{"example", "other", "something else", "a", "b", "1"}
}
