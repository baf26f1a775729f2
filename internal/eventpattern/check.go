package eventpattern

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/chalice-go/chalice/internal/lazyregexp"
	"github.com/chalice-go/chalice/internal/nearest"
)

// Problem is what AWS would refuse of a pattern, or what can't work.
type Problem struct {
	// Path says where in the pattern it is: detail.size[0]. It is empty if it is about
	// all of the pattern.
	Path string
	// Text is the end of a sentence that begins with the pattern or the path in it.
	Text string
}

// Of returns the problem as a sentence without a full stop, about a pattern that is
// called what, as in "the event pattern".
func (p Problem) Of(what string) string {
	if p.Path == "" {
		return what + " " + p.Text
	}
	return what + "'s " + p.Path + " " + p.Text
}

// Check returns what AWS would refuse of a pattern in a language; nothing if it takes
// it. What a deployment fills in later, and contains "${" until then, isn't checked.
func Check(l *Language, pattern map[string]any) []Problem {
	_, problems := compile(l, pattern)
	return problems
}

// compile checks a pattern, and makes of it what is required of an event.
func compile(l *Language, pattern map[string]any) (*object, []Problem) {
	c := &checker{language: l}
	if len(pattern) == 0 {
		c.fail("", "is empty: %s", l.example())
		return nil, c.problems
	}
	plain, text, err := decoded(pattern)
	if err != nil {
		c.fail("", "can't be written as JSON: %v", err)
		return nil, c.problems
	}
	c.size(text)
	c.object("", plain, false)
	c.kind("", plain)
	if len(c.problems) > 0 {
		return nil, c.problems
	}
	return build(l, plain)
}

// example says what to do about an empty pattern.
func (l *Language) example() string {
	switch {
	case l == EventBridge:
		return `name at least a source, as in app.Pattern{"source": []string{"aws.ec2"}}`
	case l.data != "":
		return "leave it out if all records are meant"
	}
	return "leave it out if all messages are meant"
}

// decoded returns a pattern in the Go types to which encoding/json decodes it, with
// lists of any and numbers as they are written, and as JSON without white space.
func decoded(pattern map[string]any) (plain map[string]any, text string, err error) {
	if text, err = compact(pattern); err != nil {
		return nil, "", err
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&plain); err != nil {
		return nil, "", err
	}
	return plain, text, nil
}

// compact writes a value as JSON without white space.
func compact(v any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return strings.TrimSuffix(b.String(), "\n"), err
}

// errorOf returns problems as one error; nil if there are none.
func errorOf(problems []Problem) error {
	var errs []error
	for _, p := range problems {
		errs = append(errs, errors.New(p.Of("the pattern")))
	}
	return errors.Join(errs...)
}

// filledIn reports whether a deployment fills in a part of a text.
func filledIn(s string) bool { return strings.Contains(s, "${") }

// checker checks one pattern.
type checker struct {
	language *Language
	problems []Problem
}

func (c *checker) fail(path, format string, args ...any) {
	c.problems = append(c.problems, Problem{path, fmt.Sprintf(format, args...)})
}

func (c *checker) size(text string) {
	if filledIn(text) {
		return
	}
	l := c.language
	if n := utf8.RuneCountInString(text); l.length > 0 && n > l.length {
		c.fail("", "has %d characters, %d more than the %d that %s takes", n, n-l.length, l.length, l.name)
	}
	if n := len(text); l.bytes > 0 && n > l.bytes {
		c.fail("", "has %d bytes, %d more than the %d that %s takes", n, n-l.bytes, l.bytes, l.name)
	}
}

// object checks the members of a pattern, or of an object in it. within says
// that it is in one of the alternatives.
func (c *checker) object(path string, o map[string]any, within bool) {
	if len(o) == 0 {
		c.fail(path, "is an empty object: leave it out")
	}
	if n := c.language.members; path == "" && n > 0 && len(o) > n {
		c.fail("", "has %d members, %d more than %s takes", len(o), len(o)-n, c.language.name)
	}
	for _, name := range slices.Sorted(maps.Keys(o)) {
		at := join(path, name)
		switch {
		case name == alternatives:
			c.alternatives(at, o[name], within)
		case within && slices.Contains(notWithin, name):
			c.fail(at, "has a name that %s keeps for operators within %s", c.language.name, alternatives)
		default:
			c.member(at, o[name], within)
		}
	}
}

// join returns the path of a member. A name that could be taken for something else stands
// in brackets.
func join(path, name string) string {
	switch {
	case !plainName.MatchString(name):
		return path + "[" + strconv.Quote(name) + "]"
	case path == "":
		return name
	}
	return path + "." + name
}

var plainName = lazyregexp.New(`^[\pL\pN_$:/@-][\pL\pN_.$:/@-]*$`)

func (c *checker) member(path string, v any, within bool) {
	switch v := v.(type) {
	case map[string]any:
		if c.language.flat {
			c.fail(path, "is an object, and attributes of messages have no members: with the scope app.MessageBody the policy is about the message's body")
			return
		}
		c.object(path, v, within)
	case []any:
		c.values(path, v)
	default:
		c.fail(path, "is %s: the values that match stand in a list, [%s]", show(v), show(v))
	}
}

// alternatives is the member of a pattern that contains a list of patterns, one
// of which has to match.
const alternatives = "$or"

// notWithin are names that no member of an alternative can have, since they are
// reserved for operators.
// https://github.com/aws/event-ruler/blob/main/README.md
var notWithin = append(slices.Clone(EventBridge.operators),
	"=", "<", "<=", ">", ">=", "regex", "not-wildcard", "not-equals-ignore-case",
	"date-after", "date-on-or-after", "date-before", "date-on-or-before", "in-date-range",
	"ip-address-in-range", "ip-address-not-in-range")

// areAlternatives reports whether a member called $or has patterns of which one has to
// match. If it has anything else, it is a member like any other.
// https://docs.aws.amazon.com/sns/latest/dg/and-or-logic.html#or-operator
// https://github.com/aws/event-ruler/blob/main/README.md#the-or-primitive
func areAlternatives(v any) bool {
	list, ok := v.([]any)
	return ok && len(list) > 1 && !slices.ContainsFunc(list, func(element any) bool {
		o, ok := element.(map[string]any)
		return !ok || slices.ContainsFunc(notWithin, func(name string) bool { return o[name] != nil })
	})
}

// alternatives checks a member called $or. If it has no alternatives, it has to be right
// as a member like any other; what is said of a wrong one is about alternatives, since
// these were meant.
func (c *checker) alternatives(path string, v any, within bool) {
	if !areAlternatives(v) {
		ordinary := &checker{language: c.language}
		if ordinary.member(path, v, within); len(ordinary.problems) == 0 {
			return
		}
	}
	list, ok := v.([]any)
	if !ok || len(list) < 2 {
		c.fail(path, "has to be a list of at least two objects")
		return
	}
	for i, element := range list {
		at := index(path, i)
		if o, ok := element.(map[string]any); ok {
			c.object(at, o, true)
		} else {
			c.fail(at, "is %s: alternatives are objects", show(element))
		}
	}
}

func index(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// values checks the list of the values that a member can have.
func (c *checker) values(path string, list []any) {
	if len(list) == 0 {
		c.fail(path, "is an empty list, which nothing matches: name at least one value")
	}
	for i, v := range list {
		at := index(path, i)
		switch v := v.(type) {
		case []any:
			c.fail(at, "is a list in a list: values are texts, numbers, true, false and null, or objects with an operator")
		case map[string]any:
			c.operation(at, v)
		}
	}
}

// operation checks an object with an operator, such as {"prefix": "aws."}.
func (c *checker) operation(path string, o map[string]any) {
	if len(o) != 1 {
		c.fail(path, "has %d members: an operator stands alone in its object, as in {\"prefix\": \"aws.\"}", len(o))
		return
	}
	for name, operand := range o {
		l := c.language
		switch {
		case l.has(name):
			if problem := operators[name].check(l, operand); problem != "" && !hasStandIn(operand) {
				c.fail(path, "has the operator %s, which %s", name, problem)
			}
		case EventBridge.has(name):
			c.fail(path, "has the operator %s, which EventBridge has, but not %s: they have %s", name, l.patterns, strings.Join(l.operators, ", "))
		default:
			c.fail(path, "has the operator %q, which %s doesn't know%s", name, l.name, nearest.Question(name, l.operators))
		}
	}
}

// kind checks what a filter asks of the data of its kind of records.
func (c *checker) kind(path string, o map[string]any) {
	l := c.language
	if l.data == "" {
		return
	}
	if list, _ := o[alternatives].([]any); areAlternatives(o[alternatives]) {
		for i, element := range list {
			c.kind(index(join(path, alternatives), i), element.(map[string]any))
		}
	}
	at := join(path, l.data)
	if _, isList := o[l.data].([]any); isList && l.objects {
		c.fail(at, "is a list: Lambda takes only an object there, which says what members of the data have to be")
	}
	data, _ := o[l.data].(map[string]any)
	for _, name := range l.images {
		if v, ok := data[name]; ok {
			c.texts(join(at, name), v)
		}
	}
}

// texts complains of numbers, and of what compares numbers, where all numbers are texts.
// https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html#filtering-ddb-boolean
func (c *checker) texts(path string, v any) {
	const nothing = "which nothing matches: a record has an item's numbers as texts"
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			c.texts(join(path, name), v[name])
		}
	case []any:
		between := areAlternatives(v)
		for i, element := range v {
			at := index(path, i)
			switch element := element.(type) {
			case json.Number:
				c.fail(at, `is %s, %s, as in "%s"`, show(element), nothing, show(element))
			case map[string]any:
				if between {
					c.texts(at, element)
				} else if element["numeric"] != nil {
					c.fail(at, `has the operator numeric, %s, as in {"N": ["42"]}`, nothing)
				}
			}
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

// hasStandIn reports whether a part of an operand is filled in later.
func hasStandIn(operand any) bool {
	text, err := compact(operand)
	return err == nil && filledIn(text)
}
