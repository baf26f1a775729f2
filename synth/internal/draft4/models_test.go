package draft4_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/draft4"
)

// modelOf makes the models of a schema, which is named Body unless it refers to one of others.
func modelOf(t *testing.T, others, schema string) (definitions string, gaps []string) {
	t.Helper()
	m := draft4.New(object(t, others), "Empty")
	_, found := m.Add(object(t, schema), "Body")
	for _, g := range found {
		gaps = append(gaps, g.What+" "+g.Where)
	}
	return ordered.CompactJSON(m.Definitions()), gaps
}

func object(t *testing.T, text string) *ordered.Object {
	t.Helper()
	o := &ordered.Object{}
	if err := json.Unmarshal([]byte(text), o); err != nil {
		t.Fatal(err)
	}
	return o
}

// TestValue: what a model says of one value, and what it doesn't say.
func TestValue(t *testing.T) {
	for name, tc := range map[string]struct {
		schema, want string // empty: nothing
		gaps         string
	}{
		"a text":                 {`{"type": "string"}`, `{"type":"string"}`, ""},
		"documentation":          {`{"type": "string", "title": "T", "description": "d */", "default": "x", "example": "x", "examples": ["x"], "deprecated": true, "readOnly": true, "x-go": "m.T"}`, `{"type":"string"}`, ""},
		"lengths":                {`{"type": "string", "minLength": 1, "maxLength": 9}`, `{"type":"string","minLength":1,"maxLength":9}`, ""},
		"a format":               {`{"type": "string", "format": "date-time"}`, `{"type":"string"}`, "format"},
		"bytes":                  {`{"type": "string", "contentEncoding": "base64", "pattern": "^[A-Z]*$"}`, `{"type":"string"}`, "contentEncoding"},
		"texts":                  {`{"type": "string", "enum": ["a", "b"]}`, `{"type":"string","enum":["a","b"]}`, ""},
		"one text":               {`{"type": "string", "const": "a"}`, `{"type":"string","enum":["a"]}`, ""},
		"a pattern":              {`{"type": "string", "pattern": "^[a-z]{3}$"}`, `{"type":"string","pattern":"^[a-z]{3}$"}`, ""},
		"a pattern of words":     {`{"type": "string", "pattern": "\\bno\\b"}`, `{"type":"string"}`, "pattern"},
		"what can be null":       {`{"type": ["string", "null"], "minLength": 1}`, "", "what can be null"},
		"what is null or a type": {`{"anyOf": [{"$ref": "#/components/schemas/Other"}, {"type": "null"}]}`, "", "what can be null"},
		"several types":          {`{"type": ["string", "integer"]}`, "", "type"},
		"anything":               {`{"description": "whatever"}`, "", ""},
		"an address":             {`{"type": "string", "anyOf": [{"format": "ipv4"}, {"format": "ipv6"}]}`, `{"type":"string"}`, "format"},
		"one of several":         {`{"oneOf": [{"type": "string"}, {"type": "integer"}]}`, "", "oneOf"},
		"a type and more":        {`{"type": "string", "anyOf": [{"minLength": 1}]}`, `{"type":"string"}`, "anyOf"},
		"yes or no":              {`{"type": "boolean"}`, `{"type":"boolean"}`, ""},
		"one boolean":            {`{"type": "boolean", "const": true}`, `{"type":"boolean"}`, "const"},

		"a whole number":             {`{"type": "integer", "format": "int64", "minimum": 1, "maximum": 10, "multipleOf": 3}`, `{"type":"integer","minimum":1,"maximum":10,"multipleOf":3}`, ""},
		"whole numbers within":       {`{"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 10}`, `{"type":"integer","minimum":1,"maximum":9}`, ""},
		"whole numbers above a half": {`{"type": "integer", "exclusiveMinimum": 0.5}`, `{"type":"integer","minimum":0.5,"exclusiveMinimum":true}`, "exclusiveMinimum"},
		"two lower bounds":           {`{"type": "integer", "minimum": 3, "exclusiveMinimum": 1}`, `{"type":"integer","minimum":3}`, ""},
		"the same bound twice":       {`{"type": "integer", "exclusiveMaximum": 3, "maximum": 3}`, `{"type":"integer","maximum":2}`, ""},
		"bounds of the type":         {`{"type": "integer", "minimum": -9223372036854775808, "maximum": 18446744073709551615}`, `{"type":"integer"}`, ""},
		"a bound past a float":       {`{"type": "integer", "maximum": 9007199254740993}`, `{"type":"integer"}`, "maximum"},
		"some whole numbers":         {`{"type": "integer", "enum": [1, 2]}`, `{"type":"integer","enum":[1,2]}`, ""},
		"one past a float":           {`{"type": "integer", "enum": [9007199254740993]}`, `{"type":"integer"}`, "enum"},
		"a number":                   {`{"type": "number", "format": "double", "minimum": 0.10, "maximum": 1.5e2}`, `{"type":"number","minimum":0.1,"maximum":150}`, ""},
		"numbers within":             {`{"type": "number", "exclusiveMinimum": 0, "maximum": 1}`, `{"type":"number","minimum":0,"exclusiveMinimum":true,"maximum":1}`, "exclusiveMinimum"},
		"multiples of a tenth":       {`{"type": "number", "multipleOf": 0.1}`, `{"type":"number"}`, "multipleOf"},
		"some numbers":               {`{"type": "number", "enum": [0.5]}`, `{"type":"number"}`, "enum"},
		"bounds of a float32":        {`{"type": "number", "minimum": -3.4028234663852886e+38, "maximum": 3.4028234663852886e+38}`, `{"type":"number"}`, ""},
		"a bound near nothing":       {`{"type": "number", "minimum": 1e-999999999}`, `{"type":"number"}`, "minimum"},

		"a list":              {`{"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 2, "uniqueItems": true}`, `{"type":"array","items":{"type":"string"},"minItems":1,"maxItems":2,"uniqueItems":true}`, "minItems, maxItems"},
		"a list of nulls":     {`{"type": "array", "items": {"type": ["string", "null"]}}`, "", "what can be null []"},
		"a list of anything":  {`{"type": "array"}`, "", "lists of anything"},
		"unlike times":        {`{"type": "array", "items": {"type": "string", "format": "date-time"}, "uniqueItems": true}`, `{"type":"array","items":{"type":"string"}}`, "format [], uniqueItems"},
		"unlike objects":      {`{"type": "array", "items": {"type": "object"}, "uniqueItems": true}`, `{"type":"array","items":{"type":"object"}}`, "uniqueItems"},
		"a map":               {`{"type": "object", "additionalProperties": {"type": "integer", "maximum": 9}, "minProperties": 1, "maxProperties": 2}`, `{"type":"object","additionalProperties":{"type":"integer","maximum":9},"minProperties":1,"maxProperties":2}`, ""},
		"a map of nulls":      {`{"type": "object", "additionalProperties": {"type": ["integer", "null"]}}`, `{"type":"object"}`, "what can be null .*"},
		"a map of named keys": {`{"type": "object", "propertyNames": {"maxLength": 3}}`, `{"type":"object"}`, "propertyNames"},
	} {
		t.Run(name, func(t *testing.T) {
			got, gaps := modelOf(t, "{}", tc.schema)
			want := "{}"
			if tc.want != "" {
				want = `{"Body":` + tc.want + "}"
			}
			if got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			said := strings.Join(gaps, ", ")
			said = strings.NewReplacer(" Body", " ").Replace(said)
			said = strings.TrimSpace(strings.ReplaceAll(said, " ,", ","))
			if said != tc.gaps {
				t.Errorf("gaps %q, want %q", said, tc.gaps)
			}
		})
	}
}

// TestObjects: members, and the models that they refer to.
func TestObjects(t *testing.T) {
	const line = `"Line": {"type": "object", "properties": {"sku": {"type": "string"}}, "required": ["sku"]}`
	const madeLine = `"Line":{"type":"object","properties":{"sku":{"type":"string"}},"required":["sku"]}`
	for name, tc := range map[string]struct {
		others, schema, want string
		gaps                 []string
	}{
		"members": {
			"{}", `{"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": ["string", "null"]}, "c": {}}, "required": ["a", "b"]}`,
			`{"Body":{"type":"object","properties":{"a":{"type":"string"}},"required":["a","b"]}}`,
			[]string{"what can be null Body.b"},
		},
		"nothing required": {
			"{}", `{"type": "object", "properties": {"a": {"type": "string"}}, "required": []}`,
			`{"Body":{"type":"object","properties":{"a":{"type":"string"}}}}`, nil,
		},
		"nothing else": {
			"{}", `{"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": false}`,
			`{"Body":{"type":"object","properties":{"a":{"type":"string"}}}}`, []string{"unknown members Body"},
		},
		"other members": {
			"{}", `{"type": "object", "properties": {"a": {"type": ["string", "null"]}}, "additionalProperties": {"type": "integer"}}`,
			`{"Body":{"type":"object"}}`, []string{"what can be null Body.a", "additionalProperties Body"},
		},
		"intrinsic functions": {
			"{}", `{"type": "object", "properties": {"Ref": {"type": "string"}, "Fn::GetAtt": {"type": "string"}, "Condition": {"type": "string"}}}`,
			`{"Body":{"type":"object"}}`,
			[]string{"what CloudFormation has a meaning for Body.Ref", "what CloudFormation has a meaning for Body.Fn::GetAtt", "what CloudFormation has a meaning for Body.Condition"},
		},
		"a reference": {
			"{" + line + "}", `{"$ref": "#/components/schemas/Line", "description": "d"}`, "{" + madeLine + "}", nil,
		},
		"references": {
			"{" + line + `, "Unused": {"type": "string"}}`,
			`{"type": "object", "properties": {"first": {"$ref": "#/components/schemas/Line", "description": "d"}, "all": {"type": "array", "items": {"$ref": "#/components/schemas/Line"}}}}`,
			`{"Body":{"type":"object","properties":{"first":{"$ref":"#/definitions/Line"},"all":{"type":"array","items":{"$ref":"#/definitions/Line"}}}},` + madeLine + "}", nil,
		},
		"a circle of one": {
			`{"Node": {"type": "object", "properties": {"name": {"type": "string"}, "next": {"$ref": "#/components/schemas/Node"}}}}`, `{"$ref": "#/components/schemas/Node"}`,
			`{"Node":{"type":"object","properties":{"name":{"type":"string"}}}}`, []string{"recursion Node.next"},
		},
		"a circle of two": {
			`{"A": {"type": "object", "properties": {"b": {"$ref": "#/components/schemas/B"}}}, "B": {"type": "object", "properties": {"as": {"type": "array", "items": {"$ref": "#/components/schemas/A"}}}}}`,
			`{"$ref": "#/components/schemas/A"}`,
			`{"A":{"type":"object","properties":{"b":{"$ref":"#/definitions/B"}}},"B":{"type":"object"}}`, []string{"recursion B.as[]"},
		},
		"a name of another kind": {
			`{"Text": {"type": ["string", "null"]}}`, `{"type": "object", "properties": {"a": {"$ref": "#/components/schemas/Text"}}}`,
			`{"Body":{"type":"object"}}`, []string{"what can be null Text"},
		},
		"names that are taken": {
			`{"Empty": {"type": "string"}, "Ref": {"type": "integer"}, "Body": {"type": "boolean"}, "a-b": {"type": "string"}, "ab": {"type": "string"}}`,
			`{"type": "object", "properties": {"1": {"$ref": "#/components/schemas/Empty"}, "2": {"$ref": "#/components/schemas/Ref"}, "3": {"$ref": "#/components/schemas/Body"}, "4": {"$ref": "#/components/schemas/a-b"}, "5": {"$ref": "#/components/schemas/ab"}}}`,
			`{"Body":{"type":"object","properties":{"1":{"$ref":"#/definitions/EmptyModel"},"2":{"$ref":"#/definitions/RefModel"},"3":{"$ref":"#/definitions/BodyModel"},"4":{"$ref":"#/definitions/ab"},"5":{"$ref":"#/definitions/abModel"}}},` +
				`"EmptyModel":{"type":"string"},"RefModel":{"type":"integer"},"BodyModel":{"type":"boolean"},"ab":{"type":"string"},"abModel":{"type":"string"}}`, nil,
		},
		"nothing of that name": {
			"{}", `{"type": "object", "properties": {"a": {"$ref": "#/components/schemas/A"}, "b": {"$ref": "other.json"}}}`, `{"Body":{"type":"object"}}`,
			[]string{"reference to #/components/schemas/A Body.a", "reference to other.json Body.b"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, gaps := modelOf(t, tc.others, tc.schema)
			if got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
			if diff := cmp.Diff(tc.gaps, gaps); diff != "" {
				t.Errorf("gaps (-want +got)\n%s", diff)
			}
		})
	}
}

// TestSharedModels: several schemas share models, and each has its own gaps and those of
// what it refers to.
func TestSharedModels(t *testing.T) {
	m := draft4.New(object(t, `{"Time": {"type": "object", "properties": {"at": {"type": "string", "format": "date-time"}}}}`))
	refers := `{"type": "object", "properties": {"t": {"$ref": "#/components/schemas/Time"}}}`
	for i := range 2 {
		ref, gaps := m.Add(object(t, refers), "body")
		if want := []string{"#/definitions/body", "#/definitions/bodyModel"}[i]; ref != want {
			t.Errorf("refers to %s, want %s", ref, want)
		}
		if got := fmt.Sprint(gaps); got != "[{format Time.at}]" {
			t.Errorf("gaps %s", got)
		}
	}
	if got := m.Definitions().Len(); got != 3 {
		t.Errorf("%d models", got)
	}
}
