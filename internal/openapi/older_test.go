package openapi_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/chalice-go/chalice/internal/openapi"
)

// values are what schemas of the generator take and refuse.
var values = []any{
	nil, true, "", "a", "b", "c", json.Number("0"), json.Number("1"), json.Number("2"), json.Number("3"), json.Number("4"), json.Number("5"), json.Number("1.5"),
	[]any{}, []any{nil}, []any{"a"}, []any{"a", "a"}, []any{json.Number("1"), "a"}, []any{[]any{"a"}},
	map[string]any{}, map[string]any{"a": nil}, map[string]any{"a": "a"}, map[string]any{"a": json.Number("1")}, map[string]any{"a": "a", "b": "b"},
	map[string]any{"a": true, "default": nil, "x": json.Number("1")}, map[string]any{"x": json.Number("1")}, map[string]any{"a": map[string]any{"a": "a"}},
}

// TestOlderMeansTheSame: a schema in the spelling of 3.0 takes what the one of 3.1 takes,
// and refuses what it refuses, if it has only keywords that both have.
func TestOlderMeansTheSame(t *testing.T) {
	taken, refused := 0, 0
	for seed := range uint64(600) {
		g := &generator{Rand: rand.New(rand.NewPCG(seed, 30)), shared: true}
		schemas, err := json.Marshal(map[string]any{"Root": g.schema(3), "Order": g.schema(2), "Line": g.schema(1)})
		if err != nil {
			t.Fatal(err)
		}
		if circular(schemas) {
			continue
		}
		newer, older := rootOf(t, schemas, openapi.V31), rootOf(t, schemas, openapi.V30)
		for _, v := range values {
			a, b := newer.Validate(v), older.Validate(v)
			if (a == nil) != (b == nil) {
				t.Fatalf("seed %d: %v is taken by 3.1: %v, by 3.0: %v\n%s\n%s", seed, v, a == nil, b == nil, schemas, compact(t, schemas, openapi.V30))
			}
			if a == nil {
				taken++
			} else {
				refused++
			}
		}
	}
	if taken < 1000 || refused < 1000 {
		t.Errorf("%d values were taken and %d refused", taken, refused)
	}
}

// circular reports whether a reference leads back to itself without a part of the value
// in between, about which validators disagree.
func circular(schemas []byte) bool {
	var s map[string]any
	if json.Unmarshal(schemas, &s) != nil {
		return true
	}
	var reaches func(v any, target string, steps int) bool
	reaches = func(v any, target string, steps int) bool {
		o, ok := v.(map[string]any)
		if !ok || steps == 0 {
			return ok
		}
		if ref, ok := o["$ref"].(string); ok {
			name := ref[len("#/components/schemas/"):]
			if name == target || reaches(s[name], target, steps-1) {
				return true
			}
		}
		for _, key := range []string{"anyOf", "oneOf", "allOf"} {
			list, _ := o[key].([]any)
			for _, item := range list {
				if reaches(item, target, steps-1) {
					return true
				}
			}
		}
		return false
	}
	for name := range s {
		if reaches(s[name], name, 8) {
			return true
		}
	}
	return false
}

func compact(t *testing.T, schemas []byte, version string) string {
	t.Helper()
	const routes = `[{"path":"/","operation":{"responses":{"200":{"description":"OK","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Root"}}}}}}}]`
	return at(t, built(t, `{"version":1,"name":"a","routes":`+routes+`,"schemas":`+string(schemas)+`}`, openapi.Comments{}, version), "components", "schemas")
}

// rootOf compiles the schema Root of a document.
func rootOf(t *testing.T, schemas []byte, version string) *jsonschema.Schema {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader([]byte(compact(t, schemas, version))))
	if err != nil {
		t.Fatal(err)
	}
	if version == openapi.V30 {
		for name, s := range v.(map[string]any) {
			v.(map[string]any)[name] = read30(s)
		}
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("doc.json", map[string]any{"components": map[string]any{"schemas": v}}); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("doc.json#/components/schemas/Root")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// read30 returns what a schema of OpenAPI 3.0 means, as generators of clients and most
// validators read it, in the words of JSON Schema.
func read30(v any) any {
	o, ok := v.(map[string]any)
	if !ok {
		return v
	}
	if ref, ok := o["$ref"].(string); ok {
		return map[string]any{"$ref": ref} // what stands beside it is ignored
	}
	s := map[string]any{}
	for key, value := range o {
		switch key {
		case "properties":
			members := map[string]any{}
			for name, member := range value.(map[string]any) {
				members[name] = read30(member)
			}
			s[key] = members
		case "items", "additionalProperties", "not":
			s[key] = read30(value)
		case "allOf", "anyOf", "oneOf":
			var list []any
			for _, item := range value.([]any) {
				list = append(list, read30(item))
			}
			s[key] = list
		case "nullable", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum":
		default:
			s[key] = value
		}
	}
	for inclusive, exclusive := range map[string]string{"minimum": "exclusiveMinimum", "maximum": "exclusiveMaximum"} {
		if bound, ok := o[inclusive]; ok && o[exclusive] == true {
			s[exclusive] = bound
		} else if ok {
			s[inclusive] = bound
		}
	}
	if o["nullable"] == true {
		return map[string]any{"anyOf": []any{s, map[string]any{"type": "null"}}}
	}
	return s
}
