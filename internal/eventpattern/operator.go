package eventpattern

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/chalice-go/chalice/internal/nearest"
)

// operator is one of the operators of all languages.
type operator struct {
	// check returns the end of a message, "" if the operand is right.
	check func(l *Language, operand any) string
	// test makes the test of a right operand. That of exists is nil.
	test func(l *Language, operand any) test
}

// operators are all operators by their names.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
var operators = map[string]operator{
	"prefix":             {part, plainTest("prefix")},
	"suffix":             {part, plainTest("suffix")},
	"equals-ignore-case": {text, plainTest("equals-ignore-case")},
	"exactly":            {text, func(l *Language, v any) test { return l.equal([]any{v}) }},
	"wildcard":           {wildcardText, plainTest("wildcard")},
	"anything-but":       {anythingBut, (*Language).anythingBut},
	"numeric":            {numeric, (*Language).between},
	"exists":             {exists, nil},
	"cidr":               {cidr, func(_ *Language, v any) test { return addresses(netip.MustParsePrefix(v.(string)).Masked()) }},
}

// plainTest makes the test of an operator that is the same within anything-but.
func plainTest(operator string) func(*Language, any) test {
	return func(_ *Language, operand any) test { return textTests[operator](operand) }
}

func text(_ *Language, v any) string {
	if _, ok := v.(string); !ok {
		return "takes a text, not " + show(v)
	}
	return ""
}

// part accepts the operands of prefix and suffix.
func part(l *Language, v any) string {
	if !l.foldsParts {
		if o, ok := v.(map[string]any); ok && len(o) == 1 && o[foldOperator] != nil {
			return "takes a text: equals-ignore-case in it is EventBridge's, and not one of " + l.patterns
		}
		return text(l, v)
	}
	if _, _, ok := parted(v); !ok {
		return `takes a text, or {"equals-ignore-case": "..."}, not ` + show(v)
	}
	return ""
}

const foldOperator = "equals-ignore-case"

// parted returns the text of an operand of prefix or suffix, and whether it is
// compared in any case.
func parted(v any) (s string, fold, ok bool) {
	if o, isObject := v.(map[string]any); isObject && len(o) == 1 {
		v, fold = o[foldOperator], true
	}
	s, ok = v.(string)
	return s, fold, ok
}

// wildcardText accepts a text in which * stands for any text, and \* for itself.
func wildcardText(l *Language, v any) string {
	s, ok := v.(string)
	if !ok {
		return text(l, v)
	}
	w, problem := parseWildcard(s)
	switch {
	case problem != "":
		return problem + show(s)
	case len(s) <= EventBridge.length && w.complexity() >= tooComplex:
		return "is too complex for EventBridge in " + show(s) + ": use fewer *, or texts after them that aren't alike"
	}
	return ""
}

// anythingBut accepts a text, a number, a list of either, or one of some
// operators with a text or a list of texts.
func anythingBut(l *Language, v any) string {
	const takes = "takes a text, a number, or a list of texts or of numbers, not "
	switch v := v.(type) {
	case string:
		return ""
	case json.Number:
		return l.compared(v)
	case []any:
		if !allOf[string](v) && !allOf[json.Number](v) {
			return takes + show(v)
		}
		return l.compared(v...)
	case map[string]any:
		return l.butOperator(v)
	}
	return takes + show(v)
}

// compared complains of numbers that a language doesn't compare.
func (l *Language) compared(values ...any) string {
	for _, v := range values {
		if n, ok := v.(json.Number); ok {
			if _, ok := l.numbers.of(n.String()); !ok {
				return fmt.Sprintf("compares %v, not %s", l.numbers, show(n))
			}
		}
	}
	return ""
}

// butOperator accepts an operator within anything-but.
func (l *Language) butOperator(o map[string]any) string {
	for name, operand := range o {
		switch {
		case len(o) != 1:
		case slices.Contains(l.but, name):
			return l.butTexts(name, operand)
		case slices.Contains(EventBridge.but, name):
			return fmt.Sprintf("can have %s inside in EventBridge's event patterns, but not in %s%s", name, l.patterns, l.butInstead())
		}
	}
	question := ""
	for name := range o {
		if len(o) == 1 {
			question = nearest.Question(name, l.but)
		}
	}
	switch len(l.but) {
	case 0:
		return "takes a text, a number, or a list of texts or of numbers, not " + show(o)
	case 1:
		return "takes no operator but " + l.but[0] + ", not " + show(o) + question
	}
	return "takes one of the operators " + strings.Join(l.but, ", ") + ", not " + show(o) + question
}

// butInstead says what anything-but can have inside.
func (l *Language) butInstead() string {
	if len(l.but) == 0 {
		return ": it takes a text, a number, or a list of them"
	}
	return ": there it can have " + strings.Join(l.but, ", ")
}

func (l *Language) butTexts(operator string, operand any) string {
	list, isList := operand.([]any)
	if isList && !l.butLists {
		return "with " + operator + " takes one text, not " + show(operand)
	}
	if !isList {
		list = []any{operand}
	}
	if !allOf[string](list) && len(list) > 0 { // EventBridge accepts an empty list here
		return "with " + operator + " takes a text or a list of them, not " + show(operand)
	}
	for _, s := range list {
		problem := ""
		switch {
		case operator == "wildcard":
			problem = wildcardText(l, s)
		case operator != foldOperator && s == "":
			problem = "can't have an empty text"
		}
		if problem != "" {
			return "with " + operator + " " + problem
		}
	}
	return ""
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

func exists(_ *Language, v any) string {
	if _, ok := v.(bool); !ok {
		return "takes true or false, not " + show(v)
	}
	return ""
}

// numeric accepts an operator and a number. After > and >= there can be < or <=
// and a larger number.
func numeric(l *Language, v any) string {
	wrong := `takes a comparison such as [">", 0, "<=", 5], not ` + show(v)
	comparisons, ok := compares(v)
	if !ok {
		return wrong
	}
	var bounds []int64
	for _, c := range comparisons {
		n, ok := l.numbers.of(c.number)
		if !ok {
			return fmt.Sprintf("compares %v, not %s", l.numbers, show(json.Number(c.number)))
		}
		bounds = append(bounds, n)
	}
	switch first := comparisons[0].operator; {
	case len(comparisons) == 1 && slices.Contains([]string{"=", "<", "<=", ">", ">="}, first):
		return ""
	case len(comparisons) != 2 || first != ">" && first != ">=" || !slices.Contains([]string{"<", "<="}, comparisons[1].operator):
		return wrong
	case bounds[0] >= bounds[1]:
		return "has no number between its bounds " + show(v)
	}
	return ""
}

type comparison struct{ operator, number string }

// compares takes the operand of numeric apart: operators and numbers by turns.
func compares(v any) (found []comparison, ok bool) {
	list, _ := v.([]any)
	for pair := range slices.Chunk(list, 2) {
		operator, isText := pair[0].(string)
		number, isNumber := pair[len(pair)-1].(json.Number)
		if !isText || !isNumber {
			return nil, false
		}
		found = append(found, comparison{operator, number.String()})
	}
	return found, len(found) > 0
}

// cidr accepts a range of IP addresses.
func cidr(l *Language, v any) string {
	s, ok := v.(string)
	if !ok {
		return text(l, v)
	}
	address, bits, _ := strings.Cut(s, "/")
	ip, err := netip.ParseAddr(address)
	n, numberErr := strconv.Atoi(bits)
	switch {
	case err != nil || ip.Zone() != "" || ip.Is4In6() || numberErr != nil || n < 0 || n > ip.BitLen() || bits != strconv.Itoa(n):
		return "takes a range of addresses such as 10.0.0.0/24, not " + show(s)
	case n == ip.BitLen():
		return "takes more than one address: write " + show(address) + " in place of " + show(s)
	}
	return ""
}
