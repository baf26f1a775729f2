package config

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/chalice-go/chalice/internal/lazyregexp"
	"github.com/chalice-go/chalice/internal/nearest"
	"github.com/chalice-go/chalice/internal/tftext"
)

// checker compares a file with the table of keys.
type checker struct {
	*mistakes
}

// block checks an object whose keys are those of the table.
func (c *checker) block(o *object, at keyPath, table []Key, in Scope) {
	for _, m := range o.members {
		k := find(table, m.key)
		switch at := at.to(m.key); {
		case k == nil && m.key == "$schema" && len(at) == 1:
			// For editors; it says nothing about the app.
		case k == nil:
			c.unknown(m, at, namesFor(table, in))
		case k.Kind == Refused:
			c.add(m.line, at, "%s", k.Doc)
		case k.Scope&in == 0:
			c.add(m.line, at, "belongs to %s, not to %s", k.Scope, in)
		case m.value.value == nil && k.Kind != Version:
			// null is as good as absent.
		case k.plain && anyText(m.value.plain(), holdsExpression):
			c.add(m.line, at, "is %s, but packaging reads it itself, so that nothing fills that in: write the value", m.value.show())
		default:
			c.value(m, at, k)
		}
	}
}

func (c *checker) unknown(m *member, at keyPath, names []string) {
	word := strings.ReplaceAll(m.key, "-", "_")
	c.add(m.line, at, "is not a key of the configuration%s", nearest.Question(word, names))
}

// value checks the value of a key that is in its place.
func (c *checker) value(m *member, at keyPath, k *Key) {
	switch v := m.value.value.(type) {
	case *object:
		c.object(m, v, at, k)
	case []*node:
		if k.Kind != TextList && k.Kind != TextOrList {
			c.wrong(m.value, at, k)
			return
		}
		for i, e := range v {
			if !k.allowsItem(e) {
				c.add(e.line, at, "must be a list of strings, but %s is %s", "item "+strconv.Itoa(i+1), k.but(e))
				continue
			}
			c.nulls(e, at)
		}
	default:
		if !k.allowsScalar(v) {
			c.wrong(m.value, at, k)
		}
	}
}

func (c *checker) wrong(n *node, at keyPath, k *Key) {
	if k.Kind == Version {
		c.add(n.line, at, "%s is unknown; this chalice reads 1.0 and 2.0", n.show())
		return
	}
	want := k.want()
	if _, ok := n.value.(string); ok && k.Kind == TextOrList && k.form != "" {
		want = k.form
	}
	c.add(n.line, at, "must be %s%s, not %s", want, k.orIntrinsic(n), n.show())
}

// anIntrinsic says what an object has to be where it can be one.
const anIntrinsic = `a CloudFormation intrinsic such as {"Ref": "Name"}`

// orIntrinsic says of an object what else it could be.
func (k Key) orIntrinsic(n *node) string {
	if _, ok := n.value.(*object); ok && k.intrinsic {
		return ", or " + anIntrinsic
	}
	return ""
}

// but describes a list's item that isn't allowed.
func (k Key) but(n *node) string {
	switch n.value.(type) {
	case string:
		if k.form != "" {
			return n.show() + ", which isn't " + k.form
		}
	case *object:
		if k.intrinsic {
			return n.show() + ", which isn't " + anIntrinsic
		}
	}
	return n.show()
}

func (k Key) allowsItem(n *node) bool {
	switch v := n.value.(type) {
	case string:
		return k.allowsText(v)
	case *object:
		return k.intrinsic && isIntrinsic(v)
	}
	return false
}

func (k Key) allowsScalar(v any) bool {
	switch k.Kind {
	case Text, TextOrList:
		text, ok := v.(string)
		return ok && k.allowsText(text)
	case TextList:
		text, _ := v.(string)
		_, ok := tftext.Expression(text)
		return ok && k.intrinsic
	case Bool, Switch:
		_, ok := v.(bool)
		return ok
	case Int:
		number, ok := v.(json.Number)
		return ok && k.allowsNumber(number)
	case Number:
		number, ok := v.(json.Number)
		f, err := number.Float64()
		return ok && err == nil && f >= 0
	case Version:
		return knownVersion(v)
	}
	return false
}

// allowsText checks a text against the key's values and pattern. A text with
// ${ in it is only filled in later, by Terraform or the CDK.
func (k Key) allowsText(text string) bool {
	switch {
	case holdsExpression(text):
		return true
	case len(k.Values) > 0:
		return slices.Contains(k.Values, text)
	case k.pattern != nil:
		return k.pattern.MatchString(text)
	}
	return true
}

func (k Key) allowsNumber(number json.Number) bool {
	n, err := strconv.Atoi(number.String())
	if err != nil {
		return false
	}
	if len(k.Numbers) > 0 {
		return slices.Contains(k.Numbers, n)
	}
	return k.Min <= n && n <= k.Max
}

// knownVersion accepts what the reference does: a number up to 2.0, also as a
// string.
func knownVersion(v any) bool {
	text, ok := v.(string)
	if number, isNumber := v.(json.Number); isNumber {
		text, ok = number.String(), true
	}
	version, err := strconv.ParseFloat(text, 64)
	return ok && err == nil && version > 0 && version <= 2
}

func (c *checker) object(m *member, o *object, at keyPath, k *Key) {
	switch k.Kind {
	case Stages:
		for _, stage := range o.members {
			c.child(stage, at, StageScope)
		}
	case Functions:
		for _, function := range o.members {
			c.child(function, at, FunctionScope)
		}
	case Object, Switch:
		c.block(o, at, k.Keys, StageScope)
		for _, required := range k.Keys {
			if required.Required && o.get(required.Name) == nil {
				c.add(m.line, at.to(required.Name), "is missing")
			}
		}
	case Variables:
		c.variables(o, at)
	case TextMap:
		c.textMap(o, at, k)
	default:
		if !k.intrinsic || !isIntrinsic(o) {
			c.wrong(m.value, at, k)
			return
		}
		c.nulls(m.value, at)
	}
}

// child checks the block of a stage or a function.
func (c *checker) child(m *member, at keyPath, in Scope) {
	at = at.to(m.key)
	switch v := m.value.value.(type) {
	case nil:
	case *object:
		c.block(v, at, keys, in)
	default:
		c.add(m.line, at, "must be an object, the configuration of %s, not %s", in, m.value.show())
	}
}

// What a tag of AWS's has room for, in characters.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html
const (
	maxTagName  = 128
	maxTagValue = 256
)

// functionTag matches the names and values of a function's tags; other services
// have rules of their own.
// https://docs.aws.amazon.com/lambda/latest/api/API_TagResource.html
var functionTag = lazyregexp.New(`^[\pL\pZ\pN_.:/=+@-]*$`)

func (c *checker) textMap(o *object, at keyPath, k *Key) {
	for _, m := range o.members {
		value, ok := m.value.value.(string)
		if o, isObject := m.value.value.(*object); !ok && !(isObject && isIntrinsic(o)) {
			c.add(m.line, at.to(m.key), "must be a string%s, not %s", k.orIntrinsic(m.value), m.value.show())
		} else {
			c.nulls(m.value, at.to(m.key))
		}
		k.entry(c, k, m.line, at, m.key, value)
	}
}

// checkTag reports what AWS would refuse of a tag.
func checkTag(c *checker, k *Key, line int, at keyPath, name, value string) {
	if n := utf8.RuneCountInString(name); n > maxTagName {
		c.add(line, at, "has a tag whose name has %d characters, %d more than the %d that AWS takes", n, n-maxTagName, maxTagName)
	}
	if n := utf8.RuneCountInString(value); n > maxTagValue && !holdsExpression(value) {
		c.add(line, at.to(name), "has a value of %d characters, %d more than the %d that AWS takes", n, n-maxTagValue, maxTagValue)
	}
	if k.Scope == allScopes && !holdsExpression(name+value) && !(functionTag.MatchString(name) && functionTag.MatchString(value)) {
		c.add(line, at.to(name), "has a character that Lambda doesn't take in a tag: there are letters, digits, spaces and _ . : / = + - @")
	}
	if strings.HasPrefix(strings.ToLower(name), "aws:") || name == "" {
		c.add(line, at.to(name), "is a tag that AWS keeps for itself; choose another name")
	}
}

func (c *checker) variables(o *object, at keyPath) {
	for _, m := range o.members {
		at := at.to(m.key)
		if problem := VariableProblem(m.key); problem != "" {
			c.add(m.line, at, "%s", problem)
		}
		switch v := m.value.value.(type) {
		case string:
		case *object:
			if !isIntrinsic(v) {
				c.add(m.line, at, `must be a string, or a CloudFormation intrinsic such as {"Ref": "Table"}`)
				continue
			}
			c.nulls(m.value, at)
		default:
			c.add(m.line, at, "is %s, but environment variable values must be strings", m.value.show())
		}
	}
}

// isIntrinsic reports whether an object is {"Ref": ...} or {"Fn::...": ...}.
func isIntrinsic(o *object) bool {
	if len(o.members) != 1 {
		return false
	}
	m := o.members[0]
	if m.key == "Ref" {
		_, ok := m.value.value.(string)
		return ok
	}
	return strings.HasPrefix(m.key, "Fn::") && m.value.value != nil
}

// nulls reports those within an intrinsic function.
func (c *checker) nulls(n *node, at keyPath) {
	switch v := n.value.(type) {
	case nil:
		c.add(n.line, at, "has a null within its intrinsic, which CloudFormation takes nowhere")
	case []*node:
		for _, e := range v {
			c.nulls(e, at)
		}
	case *object:
		for _, m := range v.members {
			c.nulls(m.value, at)
		}
	}
}

// duplicates reports every key that an object has twice. JSON decoders take
// the last one in silence, which is seldom what was meant.
func (c *checker) duplicates(n *node, at keyPath) {
	switch v := n.value.(type) {
	case []*node:
		for _, e := range v {
			c.duplicates(e, at)
		}
	case *object:
		first := map[string]int{}
		for _, m := range v.members {
			if line, twice := first[m.key]; twice {
				c.add(m.line, at.to(m.key), "is there twice, first on line %d", line)
				continue
			}
			first[m.key] = m.line
			c.duplicates(m.value, at.to(m.key))
		}
	}
}
