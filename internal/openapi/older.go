package openapi

import (
	"encoding/json"
	"math/big"
	"slices"

	"github.com/chalice-go/chalice/internal/ordered"
)

// newerKeywords are those of JSON Schema that OpenAPI 3.0 lacks, and that nothing there
// stands for: without them a schema allows more.
// https://spec.openapis.org/oas/v3.0.4.html#json-schema-keywords
var newerKeywords = map[string]bool{
	"$anchor": true, "$comment": true, "$defs": true, "$dynamicAnchor": true, "$dynamicRef": true, "$id": true, "$schema": true, "$vocabulary": true,
	"contains": true, "contentEncoding": true, "contentMediaType": true, "contentSchema": true, "definitions": true, "dependentRequired": true,
	"dependentSchemas": true, "else": true, "examples": true, "if": true, "maxContains": true, "minContains": true, "patternProperties": true,
	"prefixItems": true, "propertyNames": true, "then": true, "unevaluatedItems": true, "unevaluatedProperties": true,
}

// older returns a schema in the spelling of OpenAPI 3.0, those within it being in it.
func older(s any) any {
	o, ok := s.(*ordered.Object)
	if !ok {
		return olderBoolean(s == true)
	}
	for _, step := range []func(*ordered.Object){olderConst, olderExamples, olderContent, olderTuple, olderBounds, olderNull, olderTypes, olderRef} {
		step(o)
	}
	o.Members = slices.DeleteFunc(o.Members, func(m ordered.Member) bool { return newerKeywords[m.Key] })
	if o.Text("type") == "array" && o.Index("items") < 0 {
		o.Add("items", &ordered.Object{})
	}
	return o
}

// olderBoolean returns an object for a schema that is true or false.
func olderBoolean(all bool) *ordered.Object {
	if all {
		return &ordered.Object{}
	}
	return ordered.New("not", &ordered.Object{})
}

// rename replaces a member by another one in its place, unless the object has that one.
func rename(o *ordered.Object, key, to string, value any) {
	if i := o.Index(key); o.Index(to) < 0 {
		o.Members[i] = ordered.Member{Key: to, Value: value}
	} else {
		remove(o, key)
	}
}

func remove(o *ordered.Object, key string) {
	o.Members = slices.DeleteFunc(o.Members, func(m ordered.Member) bool { return m.Key == key })
}

// olderConst has an enumeration of one value for a constant.
func olderConst(o *ordered.Object) {
	if value, ok := o.Get("const"); ok {
		rename(o, "const", "enum", []any{value})
	}
}

// olderExamples has the first of the examples.
func olderExamples(o *ordered.Object) {
	if list, ok := ordered.Get[[]any](o, "examples"); ok && len(list) > 0 {
		rename(o, "examples", "example", list[0])
	}
}

// olderContent has formats for texts that are bytes.
// https://spec.openapis.org/oas/v3.0.4.html#data-type-format
func olderContent(o *ordered.Object) {
	encoding, media := o.Text("contentEncoding"), o.Text("contentMediaType")
	switch {
	case encoding == "base64" || encoding == "base64url":
		rename(o, "contentEncoding", "format", "byte")
	case encoding == "" && media != "":
		rename(o, "contentMediaType", "format", "binary")
	default:
		return
	}
	if o.Index("type") < 0 {
		o.Add("type", "string")
	}
}

// olderTuple lets members and items be anything that version 3.0 can't tell apart by their
// names and places.
func olderTuple(o *ordered.Object) {
	if o.Index("patternProperties") >= 0 {
		remove(o, "additionalProperties")
	}
	if o.Index("prefixItems") >= 0 {
		o.Set("items", &ordered.Object{})
	}
}

// olderBounds says by a boolean that a bound isn't a value itself.
func olderBounds(o *ordered.Object) {
	for _, bound := range []struct {
		exclusive, inclusive string
		stricter             int // of the exclusive one, compared to the other
	}{{"exclusiveMinimum", "minimum", 1}, {"exclusiveMaximum", "maximum", -1}} {
		value, ok := ordered.Get[json.Number](o, bound.exclusive)
		if !ok {
			continue
		}
		other, both := ordered.Get[json.Number](o, bound.inclusive)
		if both && compare(value, other) == -bound.stricter {
			remove(o, bound.exclusive)
			continue
		}
		o.Set(bound.inclusive, value)
		o.Set(bound.exclusive, true)
	}
}

// compare compares numbers as they are spelled.
func compare(a, b json.Number) int {
	x, okX := new(big.Rat).SetString(a.String())
	y, okY := new(big.Rat).SetString(b.String())
	if !okX || !okY {
		return 0
	}
	return x.Cmp(y)
}

// isOnlyNull reports whether a schema, in the spelling of 3.0, is one of null alone.
func isOnlyNull(s any) bool {
	o, ok := s.(*ordered.Object)
	list, _ := ordered.Get[[]any](o, "enum")
	nullable, _ := ordered.Get[bool](o, "nullable")
	return ok && nullable && len(list) == 1 && list[0] == nil
}

// olderNull says of a choice between null and something else that the latter can be null.
// For something that is referred to, that is what generators of clients understand, rather
// than what a strict reading of the specification gives.
func olderNull(o *ordered.Object) {
	for _, key := range []string{"anyOf", "oneOf"} {
		list, _ := ordered.Get[[]any](o, key)
		rest := slices.DeleteFunc(slices.Clone(list), isOnlyNull)
		if len(rest) != 1 || len(list) != 2 || o.Index("allOf") >= 0 {
			continue
		}
		other, ok := rest[0].(*ordered.Object)
		if nullable, _ := ordered.Get[bool](other, "nullable"); key == "oneOf" && (nullable || other.Index("type") < 0 && other.Index("$ref") < 0) {
			continue // which takes null from neither, if both do
		}
		if ok && other.Index("type") >= 0 {
			other.Set("nullable", true)
			rename(o, key, "allOf", []any{other})
			continue
		}
		rename(o, key, "allOf", rest)
		o.Set("nullable", true)
	}
}

// olderTypes has one type, and says apart from it that there can be null.
func olderTypes(o *ordered.Object) {
	list, isList := ordered.Get[[]any](o, "type")
	if o.Text("type") == "null" {
		list, isList = []any{"null"}, true
	}
	if !isList {
		return
	}
	types := slices.DeleteFunc(slices.Clone(list), func(t any) bool { return t == "null" })
	nullable := len(types) < len(list)
	switch len(types) {
	case 0:
		o.Set("type", "string")
		o.Set("enum", []any{nil})
	case 1:
		o.Set("type", types[0])
	default:
		oneOfTypes(o, types, nullable)
		return
	}
	if nullable {
		o.Set("nullable", true)
	}
}

// oneOfTypes has a choice for a list of types.
func oneOfTypes(o *ordered.Object, types []any, nullable bool) {
	var choice []any
	for _, t := range types {
		one := ordered.New("type", t)
		if t == "array" {
			items, ok := o.Get("items")
			if !ok {
				items = &ordered.Object{}
			}
			one.Add("items", items)
		}
		if nullable {
			one.Add("nullable", true)
		}
		choice = append(choice, one)
	}
	remove(o, "items")
	if o.Index("anyOf") < 0 {
		rename(o, "type", "anyOf", choice)
		return
	}
	remove(o, "type")
	all, _ := ordered.Get[[]any](o, "allOf")
	o.Set("allOf", append(slices.Clone(all), ordered.New("anyOf", choice)))
}

// olderRef has what stands beside a reference around it: version 3.0 ignores it otherwise.
func olderRef(o *ordered.Object) {
	ref, ok := o.Get("$ref")
	if !ok || o.Len() == 1 {
		return
	}
	all, _ := ordered.Get[[]any](o, "allOf")
	remove(o, "$ref")
	o.Set("allOf", append([]any{ordered.New("$ref", ref)}, all...))
}
