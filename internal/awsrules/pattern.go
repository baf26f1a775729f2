package awsrules

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/chalice-go/chalice/internal/nearest"
)

// alternatives is the member of a pattern that contains a list of patterns, one
// of which has to match.
const alternatives = "$or"

// notWithin are names that no member of an alternative can have, since they are
// reserved for operators.
// https://github.com/aws/event-ruler/blob/main/README.md
var notWithin = append(slices.Sorted(maps.Keys(operators)),
	"=", "<", "<=", ">", ">=", "regex", "not-wildcard", "not-equals-ignore-case",
	"date-after", "date-on-or-after", "date-before", "date-on-or-before", "in-date-range",
	"ip-address-in-range", "ip-address-not-in-range")

// pattern checks an event pattern as EventBridge does, whose code for it is
// open source.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
// https://github.com/aws/event-ruler
func (p place) pattern(pattern map[string]any) {
	if len(pattern) == 0 {
		p.fail("the event pattern is empty: name at least a source, as in app.Pattern{\"source\": []string{\"aws.ec2\"}}")
		return
	}
	text, err := compact(pattern)
	if err != nil {
		p.fail("the event pattern can't be written as JSON: %v", err)
		return
	}
	if n := utf8.RuneCountInString(text); n > maxPattern {
		p.fail("the event pattern has %d characters, %d more than the %d that EventBridge takes", n, n-maxPattern, maxPattern)
	}
	// The pattern as encoding/json decodes it: with lists of any, and with numbers
	// as they are written.
	var plain map[string]any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&plain); err != nil {
		p.fail("the event pattern can't be read as JSON: %v", err)
		return
	}
	patternChecker{p}.object("", plain, false)
}

// maxPattern is the length in characters of the longest pattern of a rule.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
const maxPattern = 4096

// compact writes a value as JSON without white space.
func compact(v any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return strings.TrimSuffix(b.String(), "\n"), err
}

// patternChecker checks one pattern. A path says where a mistake is:
// detail.size[0].
type patternChecker struct{ place }

func (c patternChecker) fail(path, format string, args ...any) {
	c.place.fail("the event pattern's %s %s", path, fmt.Sprintf(format, args...))
}

// object checks the members of a pattern, or of an object in it. within says
// that it is in one of the alternatives.
func (c patternChecker) object(path string, o map[string]any, within bool) {
	if len(o) == 0 {
		c.fail(path, "is an empty object: leave it out")
	}
	for _, name := range slices.Sorted(maps.Keys(o)) {
		at := name
		if path != "" {
			at = path + "." + name
		}
		if name == alternatives {
			c.alternatives(at, o[name])
			continue
		}
		if within && slices.Contains(notWithin, name) {
			c.fail(at, "has a name that EventBridge keeps for operators within %s", alternatives)
		}
		switch v := o[name].(type) {
		case map[string]any:
			c.object(at, v, within)
		case []any:
			c.values(at, v)
		default:
			c.fail(at, "is %s: the values that match stand in a list, [%s]", show(v), show(v))
		}
	}
}

func (c patternChecker) alternatives(path string, v any) {
	list, ok := v.([]any)
	if !ok || len(list) < 2 {
		c.fail(path, "has to be a list of at least two objects")
		return
	}
	for i, element := range list {
		at := path + "[" + strconv.Itoa(i) + "]"
		if o, ok := element.(map[string]any); ok {
			c.object(at, o, true)
		} else {
			c.fail(at, "is %s: alternatives are objects", show(element))
		}
	}
}

// values checks the list of the values that a member can have.
func (c patternChecker) values(path string, list []any) {
	if len(list) == 0 {
		c.fail(path, "is an empty list, which nothing matches: name at least one value")
	}
	for i, v := range list {
		at := path + "[" + strconv.Itoa(i) + "]"
		switch v := v.(type) {
		case []any:
			c.fail(at, "is a list in a list: values are texts, numbers, true, false and null, or objects with an operator")
		case map[string]any:
			c.operation(at, v)
		}
	}
}

// operation checks an object with an operator, such as {"prefix": "aws."}.
func (c patternChecker) operation(path string, o map[string]any) {
	if len(o) != 1 {
		c.fail(path, "has %d members: an operator stands alone in its object, as in {\"prefix\": \"aws.\"}", len(o))
		return
	}
	for name, operand := range o {
		check, ok := operators[name]
		if !ok {
			c.fail(path, "has the operator %q, which EventBridge doesn't know%s", name, nearest.Question(name, slices.Sorted(maps.Keys(operators))))
			return
		}
		if problem := check(operand); problem != "" {
			c.fail(path, "has the operator %s, which %s", name, problem)
		}
	}
}

// maxShown is how many characters of a value a message shows.
const maxShown = 60

// show returns a value for a message, or the beginning of a long one.
func show(v any) string {
	text, err := compact(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	if runes := []rune(text); len(runes) > maxShown {
		return string(runes[:maxShown]) + "…"
	}
	return text
}
