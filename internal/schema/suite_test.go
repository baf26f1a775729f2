package schema_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/internal/schema"
)

// suiteGroup is a schema of the official test suite, and values that it is tried with.
type suiteGroup struct {
	Description string
	Schema      json.RawMessage
	Tests       []struct {
		Description string
		Data        json.RawMessage
		Valid       bool
	}
}

// suiteExceptions are the cases that end otherwise here, by the beginning of file, group and
// case, and why.
var suiteExceptions = map[string]string{
	"type.json/integer type matches integers/a float with zero fractional part is an integer": "encoding/json takes no 1.0 for an integer type",
	"optional/format/hostname.json/validation of A-label (punycode) host names":               "labels that begin with xn-- aren't decoded: the tables of Unicode would be in each program",
	"optional/bignum.json/integer/":                               "integers have 64 bits at most",
	"optional/float-overflow.json/":                               "the same; it works for float64 and json.Number, which have no type integer",
	"type.json/object type matches objects/null is not an object": "encoding/json writes a nil map as null, so null is one",
	"type.json/array type matches arrays/null is not an array":    "the same of slices",
}

// notExpressed are the schemas that no type with tags says, by the beginning of the reason,
// and why not.
var notExpressed = map[string]string{
	"patternProperties":             "no Go type has members by pattern",
	"prefixItems":                   "no Go type is a tuple",
	"propertyNames":                 "a method Validate checks it",
	"dependentSchemas":              "a method Validate checks it",
	"allOf":                         "an embedded struct says it",
	"a map with members of its own": "no Go type has both",
	"a name that encoding/json takes in no tag": "it is no member of a struct",
	"a type of several kinds":                   "an interface that takes anything says it, and a method Validate checks it",
	"a boolean schema":                          "no Go type takes nothing",
	"the type null":                             "no Go type has null alone",
	"a mistake: ":                               "the suite ignores words for other types; here they are mistakes",
}

func TestOfficialSuite(t *testing.T) {
	root := filepath.Join("testdata", "json-schema-test-suite")
	ran, skipped, used := 0, map[string]int{}, map[string]bool{}
	err := filepath.WalkDir(root, func(name string, _ fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".json" {
			return err
		}
		raw, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		var groups []suiteGroup
		if err := json.Unmarshal(raw, &groups); err != nil {
			return err
		}
		file, err := filepath.Rel(root, name)
		for _, g := range groups {
			for _, tc := range g.Tests {
				full := filepath.ToSlash(file) + "/" + g.Description + "/" + tc.Description
				types := suiteTypes(g.Schema, tc.Data)
				if types.reason != "" {
					skipped[types.reason]++
					continue
				}
				for _, v := range types.values {
					ran++
					problems := schema.Conform(`{"V":`+string(tc.Data)+`}`, schema.Of(v), nil)
					if (len(problems) == 0) == tc.Valid || exception(full, used) {
						continue
					}
					t.Errorf("%s (%v): %s: valid is %v, got %q", full, v, tc.Data, tc.Valid, problems)
				}
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d checks; not expressed: %v", ran, skipped)
	for reason := range skipped {
		why := strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(reason, "items: "), "properties: "), "additionalProperties: ")
		if !slices.ContainsFunc(slices.Collect(maps.Keys(notExpressed)), func(r string) bool { return strings.HasPrefix(why, r) }) {
			t.Errorf("no tag says %q, and the list doesn't say why", reason)
		}
	}
	if ran < 900 {
		t.Errorf("only %d checks", ran)
	}
	for name := range suiteExceptions {
		if !used[name] {
			t.Errorf("the exception %s isn't one", name)
		}
	}
}

func exception(full string, used map[string]bool) bool {
	for name := range suiteExceptions {
		if strings.HasPrefix(full, name) {
			used[name] = true
			return true
		}
	}
	return false
}

// suiteType is the types that say a schema for a value: of a number there are several.
type suiteType struct {
	values []reflect.Type // structs whose field V is the value
	reason string         // why there is none
}

// suiteTypes returns types that ask of a value in JSON what a schema asks of it.
func suiteTypes(raw, data json.RawMessage) suiteType {
	s := suiteSchema{data: data}
	if err := json.Unmarshal(raw, &s.words); err != nil {
		return suiteType{reason: "a boolean schema"}
	}
	var all suiteType
	for _, t := range s.candidates() {
		t, tag, reason := s.field(t)
		if reason != "" {
			all.reason = reason
			continue
		}
		field := reflect.StructField{Name: "V", Type: t, Tag: tag}
		all.values = append(all.values, reflect.StructOf([]reflect.StructField{field}))
	}
	if len(all.values) > 0 {
		all.reason = ""
	}
	return all
}

// suiteSchema is a schema, and the value that it is tried with.
type suiteSchema struct {
	words map[string]json.RawMessage
	data  json.RawMessage
}

// candidates are the Go types for a value, or of the schema's type.
func (s suiteSchema) candidates() []reflect.Type {
	switch s.typeOf() {
	case "string":
		return []reflect.Type{reflect.TypeFor[string]()}
	case "boolean":
		return []reflect.Type{reflect.TypeFor[bool]()}
	case "array":
		return []reflect.Type{reflect.TypeFor[[]any]()}
	case "object":
		return []reflect.Type{reflect.TypeFor[map[string]any]()}
	case "null":
		return []reflect.Type{reflect.TypeFor[*string]()} // one that null is a value of
	case "integer":
		return []reflect.Type{reflect.TypeFor[int64]()}
	}
	types := []reflect.Type{reflect.TypeFor[json.Number](), reflect.TypeFor[float64]()}
	text := string(s.data)
	if _, err := strconv.ParseInt(text, 10, 64); err == nil {
		types = append(types, reflect.TypeFor[int64]())
	}
	if _, err := strconv.ParseUint(text, 10, 64); err == nil {
		types = append(types, reflect.TypeFor[uint64]())
	}
	return types
}

// typeOf is the type that the schema names or, if it names none, that of the value.
func (s suiteSchema) typeOf() string {
	var name string
	if json.Unmarshal(s.words["type"], &name) == nil && name != "number" {
		return name
	}
	switch {
	case name == "number":
		return name
	case s.data[0] == '"':
		return "string"
	case s.data[0] == '[':
		return "array"
	case s.data[0] == '{':
		return "object"
	case s.data[0] == 't' || s.data[0] == 'f':
		return "boolean"
	case s.data[0] == 'n':
		return "null"
	}
	return "number"
}

var suiteWords = []string{
	"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern", "format",
	"enum", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties",
}

// field returns the type and the tag of a field that says the schema.
func (s suiteSchema) field(t reflect.Type) (reflect.Type, reflect.StructTag, string) {
	var tag strings.Builder
	if string(s.words["type"]) == `"null"` {
		return nil, "", "the type null"
	}
	if raw, ok := s.words["type"]; ok && raw[0] == '[' {
		return nil, "", "a type of several kinds"
	}
	for word, raw := range s.words {
		switch {
		case word == "type" || word[0] == '$' && word != "$ref" || word == "default":
		case word == "properties" || word == "required" || word == "additionalProperties" || word == "items":
		case slices.Contains(suiteWords, word):
			text := string(raw)
			if raw[0] == '"' && json.Unmarshal(raw, &text) != nil {
				return nil, "", "no text"
			}
			if n, err := strconv.ParseFloat(text, 64); err == nil && strings.HasPrefix(word, "m") && strings.HasSuffix(text, ".0") && word != "minimum" && word != "maximum" {
				text = strconv.Itoa(int(n)) // a length is a whole number in a tag
			}
			fmt.Fprintf(&tag, "%s:%q ", word, text)
		default:
			return nil, "", word
		}
	}
	t, reason := s.refine(t)
	if reason != "" {
		return nil, "", reason
	}
	// A tag that makes no sense for the type would ask nothing, as the suite has it, but is a
	// mistake here.
	field := reflect.StructField{Name: "V", Type: t, Tag: reflect.StructTag(tag.String())}
	if problems := schema.Of(reflect.StructOf([]reflect.StructField{field})).Problems(); len(problems) > 0 {
		_, problem, _ := strings.Cut(problems[0], ": ")
		return nil, "", "a mistake: " + problem
	}
	return t, field.Tag, ""
}

// refine gives a list its items' type, and an object its members.
func (s suiteSchema) refine(t reflect.Type) (reflect.Type, string) {
	inner := func(raw, data json.RawMessage) (reflect.StructField, string) {
		part := suiteSchema{data: data}
		if json.Unmarshal(raw, &part.words) != nil {
			if string(raw) == "true" {
				return reflect.StructField{Type: reflect.TypeFor[any]()}, ""
			}
			return reflect.StructField{}, "a boolean schema"
		}
		if len(part.words) == 0 {
			return reflect.StructField{Type: reflect.TypeFor[any]()}, ""
		}
		t, tag, reason := part.field(part.candidates()[0])
		return reflect.StructField{Type: t, Tag: tag}, reason
	}
	switch t.Kind() {
	case reflect.Slice:
		if raw, ok := s.words["items"]; ok {
			var items []json.RawMessage
			if json.Unmarshal(s.data, &items) != nil || len(items) == 0 {
				items = []json.RawMessage{json.RawMessage("0")}
			}
			item, reason := inner(raw, items[0])
			if reason != "" || item.Tag != "" {
				return nil, "items: " + reason
			}
			return reflect.SliceOf(item.Type), ""
		}
	case reflect.Map:
		var properties, data map[string]json.RawMessage
		var required []string
		_, _ = json.Unmarshal(s.words["properties"], &properties), json.Unmarshal(s.words["required"], &required)
		if properties == nil && required == nil && s.words["additionalProperties"] == nil {
			return t, ""
		}
		_ = json.Unmarshal(s.data, &data)
		var fields []reflect.StructField
		for _, name := range required {
			if properties[name] == nil {
				if properties == nil {
					properties = map[string]json.RawMessage{}
				}
				properties[name] = json.RawMessage("{}")
			}
		}
		for name, raw := range properties {
			value := data[name]
			if value == nil {
				value = json.RawMessage(`""`)
			}
			f, reason := inner(raw, value)
			if reason != "" {
				return nil, "properties: " + reason
			}
			if strings.ContainsAny(name, "\"\\'\n\r\t\f,") {
				return nil, "a name that encoding/json takes in no tag"
			}
			option := ",omitempty"
			if slices.Contains(required, name) {
				option = ""
			}
			f.Name = "F" + strconv.Itoa(len(fields))
			f.Tag = reflect.StructTag(fmt.Sprintf("json:%q %s", name+option, f.Tag))
			fields = append(fields, f)
		}
		switch raw := s.words["additionalProperties"]; {
		case raw == nil || string(raw) == "true":
		case string(raw) == "false":
			fields = append(fields, reflect.StructField{Name: "_", PkgPath: "x", Type: reflect.TypeFor[struct{}](), Tag: `additionalProperties:"false"`})
		default:
			if len(fields) > 0 {
				return nil, "a map with members of its own"
			}
			f, reason := inner(raw, json.RawMessage(`true`))
			if reason != "" || f.Tag != "" {
				return nil, "additionalProperties: " + reason
			}
			return reflect.MapOf(reflect.TypeFor[string](), f.Type), ""
		}
		return reflect.StructOf(fields), ""
	}
	return t, ""
}
