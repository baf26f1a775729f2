package schema

import (
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
)

// Problems returns what is wrong with a type and all that it consists of, each in a line
// that begins with the name of the field. None: it can be described and written, and if
// [Type.Undecodable] has none either, read.
func (t *Type) Problems() []string {
	a := audit{seen: map[*Type]bool{}}
	a.visit(t, "")
	return a.problems
}

// Undecodable returns what JSON can't be decoded into, though it can be written: values of
// interfaces with methods, and of types with MarshalText but without UnmarshalText.
func (t *Type) Undecodable() []string {
	a := audit{seen: map[*Type]bool{}, input: true}
	a.visit(t, "")
	return a.problems
}

// audit collects the problems of types.
type audit struct {
	input    bool // problems with decoding only, otherwise all others
	seen     map[*Type]bool
	problems []string
}

func (a *audit) add(at, problem string) {
	if at != "" {
		problem = at + ": " + problem
	}
	if !slices.Contains(a.problems, problem) {
		a.problems = append(a.problems, problem)
	}
}

// visit looks at a type. at is the field that has it, empty: none.
func (a *audit) visit(t *Type, at string) {
	t = t.core()
	if problem := a.typeProblem(t); problem != "" {
		a.add(at, problem)
		return
	}
	if a.seen[t] {
		return
	}
	a.seen[t] = true
	if t.Elem != nil {
		a.visit(t.Elem, at)
	}
	if t.Kind == Object {
		a.object(t)
	}
}

// core is the type without pointers to it.
func (t *Type) core() *Type {
	if t.base != nil {
		return t.base
	}
	return t
}

// typeProblem returns what is wrong with a type itself.
func (a *audit) typeProblem(t *Type) string {
	if a.input {
		return decodingProblem(t)
	}
	switch k := t.Go.Kind(); {
	case isNamed(t.Go, "net/url", "URL"):
		return "url.URL isn't JSON: a string with format:\"uri\" is"
	case t.Kind == Map && !isKey(t.Go.Key()):
		return "a map's keys can't be " + t.Go.Key().String() + ": JSON has strings"
	case t.Own:
		return ownSchemaProblem(t.Go)
	case t.Kind == Any && k == reflect.Pointer:
		return t.Go.String() + " is a pointer to itself"
	case t.Kind == Any && k != reflect.Interface:
		return t.Go.String() + " can't be JSON"
	}
	return ""
}

func isKey(t reflect.Type) bool {
	k := t.Kind()
	return k == reflect.String || reflect.Int <= k && k <= reflect.Uintptr || has[encoding.TextMarshaler](t)
}

func decodingProblem(t *Type) string {
	switch {
	case t.Kind == Any && !t.Own && t.Go.Kind() == reflect.Interface && t.Go.NumMethod() > 0:
		return "JSON can't be decoded into the interface " + t.Go.String()
	case t.Own && !has[json.Unmarshaler](t.Go):
		return t.Go.String() + " has MarshalJSON, but no UnmarshalJSON"
	case t.Text && !has[encoding.TextUnmarshaler](t.Go):
		return t.Go.String() + " has MarshalText, but no UnmarshalText"
	case t.Kind == Map && t.Go.Key().Kind() != reflect.String && has[encoding.TextMarshaler](t.Go.Key()) && !has[encoding.TextUnmarshaler](t.Go.Key()):
		return t.Go.Key().String() + " has MarshalText, but no UnmarshalText"
	}
	return ""
}

// object looks at a struct: at fields that are members, and at those that aren't.
func (a *audit) object(t *Type) {
	all := candidates(t.Go)
	for _, m := range t.Members {
		i := slices.IndexFunc(all, func(c *candidate) bool { return slices.Equal(c.index, m.Index) })
		at := all[i].at()
		if a.input {
			a.embeddedPointer(t.Go, m.Index, at)
		} else {
			for _, problem := range all[i].problems(m.Type) {
				a.add("", problem)
			}
		}
		a.visit(m.Type, at)
	}
	if a.input {
		return
	}
	a.rivals(all)
	for i := range t.Go.NumField() {
		a.otherField(t.Go, t.Go.Field(i))
	}
}

// embeddedPointer looks for what encoding/json can't allocate.
func (a *audit) embeddedPointer(t reflect.Type, index []int, at string) {
	for _, i := range index[:len(index)-1] {
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		f := t.Field(i)
		if t = f.Type; t.Kind() == reflect.Pointer && !f.IsExported() {
			a.add(at, "JSON can't be decoded into an embedded pointer to "+t.Elem().String()+", whose name isn't exported")
		}
	}
}

// otherField looks at a field that isn't a member.
func (a *audit) otherField(owner reflect.Type, f reflect.StructField) {
	tags := readTags(f.Tag)
	at := (&candidate{owner: owner, field: f.Name}).at()
	if f.Name == "_" {
		for key, value := range tags.all {
			if key == "additionalProperties" && value != "false" && value != "true" {
				a.add(at, "additionalProperties is neither false nor true: "+strconv.Quote(value))
			} else if isRuleWord(key) || key == "default" || key == "example" {
				a.add(at, key+" is for fields that have values")
			}
		}
	} else if !IsParameter(f) && (!f.IsExported() || f.Tag.Get("json") == "-") {
		for key := range tags.all {
			if isRuleWord(key) || key == "default" {
				a.add(at, "has the tag "+key+", but isn't JSON")
			}
		}
		return
	}
	for _, problem := range wordProblems(tags) {
		a.add(at, problem)
	}
}

// at is the field with its struct, for problems.
func (c *candidate) at() string {
	if name := typeName(c.owner); name != "" {
		return name + "." + c.field
	}
	return c.field
}

// problems are what is wrong with the tags of a member.
func (c *candidate) problems(t *Type) []string {
	tags := c.tags
	rules, problems := parseRules(tags, t, true)
	problems = append(problems, wordProblems(c.tags)...)
	problems = append(problems, jsonTagProblems(tags.get("json"))...)
	if format := tags.get("format"); t.Format != "" && t.Format != ipFormat && format != "" && format != t.Format {
		problems = append(problems, "format: "+t.Go.String()+" is a "+t.Format+", whatever the tag says")
	}
	if _, ok := tags.lookup("additionalProperties"); ok {
		problems = append(problems, "additionalProperties is for a field _ of the struct that it closes")
	}
	if len(problems) == 0 {
		problems = append(valueProblems("default", tags, t, rules), valueProblems("example", tags, t, rules)...)
	}
	for i, problem := range problems {
		problems[i] = c.at() + ": " + problem
	}
	return problems
}

// ownSchemaProblem says what is wrong with the schema that a type has of its own.
func ownSchemaProblem(t reflect.Type) string {
	if schema, ok := ownSchema(t); ok && !isSchema(schema) {
		return t.String() + "'s JSONSchema isn't a JSON object"
	}
	return ""
}

// ownSchema calls a type's method JSONSchema.
func ownSchema(t reflect.Type) (string, bool) {
	if t.Kind() == reflect.Interface {
		return "", false
	}
	s, ok := reflect.New(t).Interface().(interface{ JSONSchema() string })
	if !ok {
		return "", false
	}
	return s.JSONSchema(), true
}

func isSchema(text string) bool {
	var members map[string]json.RawMessage
	return json.Unmarshal([]byte(text), &members) == nil && members != nil
}
