package awsrules

import (
	"encoding/json"
	"maps"
	"math/big"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// operators check the operand of each operator of event patterns. They return
// the end of a message, "" if the operand is right.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
var operators = map[string]func(any) string{
	"prefix":             textOrIgnoringCase,
	"suffix":             textOrIgnoringCase,
	"equals-ignore-case": text,
	"exactly":            text,
	"wildcard":           wildcard,
	"anything-but":       anythingBut,
	"numeric":            numeric,
	"exists":             exists,
	"cidr":               cidr,
}

func text(v any) string {
	if _, ok := v.(string); !ok {
		return "takes a text, not " + show(v)
	}
	return ""
}

// textOrIgnoringCase accepts the operands of prefix and suffix.
func textOrIgnoringCase(v any) string {
	inner := v
	if o, ok := v.(map[string]any); ok && len(o) == 1 {
		inner = o["equals-ignore-case"]
	}
	if text(inner) != "" {
		return `takes a text, or {"equals-ignore-case": "..."}, not ` + show(v)
	}
	return ""
}

// wildcard accepts a text in which * stands for any text, and \* for itself.
func wildcard(v any) string {
	s, ok := v.(string)
	if !ok {
		return text(v)
	}
	rest := strings.NewReplacer(`\*`, "", `\\`, "").Replace(s)
	switch {
	case strings.Contains(rest, `\`):
		return `has a backslash before something else than * or \ in ` + show(s)
	case strings.Contains(strings.NewReplacer(`\*`, "a", `\\`, "a").Replace(s), "**"):
		return "can't have two * one after the other, as in " + show(s)
	}
	return ""
}

// notOf are the operators that anything-but accepts, each with the check of its
// text.
var notOf = map[string]func(string) string{
	"prefix":             notEmpty,
	"suffix":             notEmpty,
	"equals-ignore-case": func(string) string { return "" },
	"wildcard":           func(s string) string { return wildcard(s) },
}

func notEmpty(s string) string {
	if s == "" {
		return "can't have an empty text"
	}
	return ""
}

// anythingBut accepts a text, a number, a list of either, or one of some
// operators with a text or a list of texts.
func anythingBut(v any) string {
	const takes = "takes a text, a number, or a list of texts or of numbers, not "
	switch v := v.(type) {
	case string, json.Number:
		return ""
	case []any:
		if !allOf[string](v) && !allOf[json.Number](v) {
			return takes + show(v)
		}
		return ""
	case map[string]any:
		return anythingButOf(v)
	}
	return takes + show(v)
}

func anythingButOf(o map[string]any) string {
	for name, operand := range o {
		check, ok := notOf[name]
		if !ok || len(o) != 1 {
			break
		}
		list, isList := operand.([]any)
		if !isList {
			list = []any{operand}
		}
		if !allOf[string](list) && len(list) > 0 { // EventBridge accepts an empty list here
			return "with " + name + " takes a text or a list of them, not " + show(operand)
		}
		for _, s := range list {
			if problem := check(s.(string)); problem != "" {
				return "with " + name + " " + problem
			}
		}
		return ""
	}
	return "takes one of the operators " + strings.Join(slices.Sorted(maps.Keys(notOf)), ", ") + ", not " + show(o)
}

// allOf reports whether a list isn't empty and all its elements have the same
// type.
func allOf[T any](list []any) bool {
	for _, v := range list {
		if _, ok := v.(T); !ok {
			return false
		}
	}
	return len(list) > 0
}

func exists(v any) string {
	if _, ok := v.(bool); !ok {
		return "takes true or false, not " + show(v)
	}
	return ""
}

// numeric accepts an operator and a number. After > and >= there can be < or <=
// and a larger number.
func numeric(v any) string {
	list, _ := v.([]any)
	var operators []string
	var numbers []*big.Float
	for i, element := range list {
		switch element := element.(type) {
		case string:
			if i%2 == 0 {
				operators = append(operators, element)
			}
		case json.Number:
			if n, _, err := big.ParseFloat(element.String(), 10, 200, big.ToNearestEven); err == nil && i%2 == 1 {
				numbers = append(numbers, n)
			}
		}
	}
	wrong := `takes a comparison such as [">", 0, "<=", 5], not ` + show(v)
	if len(list) == 0 || len(operators)+len(numbers) != len(list) || len(operators) != len(numbers) {
		return wrong
	}
	switch above := operators[0] == ">" || operators[0] == ">="; {
	case len(operators) == 1 && (above || slices.Contains([]string{"=", "<", "<="}, operators[0])):
		return ""
	case len(operators) != 2 || !above || operators[1] != "<" && operators[1] != "<=":
		return wrong
	case numbers[0].Cmp(numbers[1]) >= 0:
		return "has no number between its bounds " + show(v)
	}
	return ""
}

// cidr accepts a range of IP addresses.
func cidr(v any) string {
	s, ok := v.(string)
	if !ok {
		return text(v)
	}
	address, bits, _ := strings.Cut(s, "/")
	ip, err := netip.ParseAddr(address)
	n, numberErr := strconv.Atoi(bits)
	switch {
	case err != nil || ip.Zone() != "" || numberErr != nil || n < 0 || n > ip.BitLen():
		return "takes a range of addresses such as 10.0.0.0/24, not " + show(s)
	case n == ip.BitLen():
		return "takes more than one address: write " + show(address) + " in place of " + show(s)
	}
	return ""
}
