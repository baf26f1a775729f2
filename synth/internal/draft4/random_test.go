package draft4_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/draft4"
)

// TestNeverStricter: for random schemas, a model takes every value that its schema takes.
// A library judges both, each in its own draft.
func TestNeverStricter(t *testing.T) {
	r := rand.New(rand.NewPCG(22, 4))
	taken, refused, modelRefused := 0, 0, 0
	for range 2000 {
		g := generator{r, 4}
		schemas := map[string]any{"A": g.schema(0), "B": g.schema(0)}
		body := g.schema(0)
		strict := compiled(t, jsonschema.Draft2020, map[string]any{"$ref": "#/components/schemas/Body", "components": map[string]any{"schemas": with(schemas, "Body", body)}})
		models := draft4.New(object(t, spelled(t, schemas)))
		ref, _ := models.Add(object(t, spelled(t, body)), "Body")
		if ref == "" {
			continue
		}
		model := compiled(t, jsonschema.Draft4, map[string]any{"$ref": ref, "definitions": decoded(t, ordered.CompactJSON(models.Definitions()))})
		for range 60 {
			v := decoded(t, spelled(t, g.value(with(schemas, "Body", body), body, 0)))
			ok, modelOK := strict.Validate(v) == nil, model.Validate(v)
			switch {
			case ok && modelOK != nil:
				t.Fatalf("the model refuses %s: %v\nschema %s\nof %s\nmodels %s", spelled(t, v), modelOK, spelled(t, body), spelled(t, schemas), ordered.CompactJSON(models.Definitions()))
			case ok:
				taken++
			default:
				refused++
				if modelOK != nil {
					modelRefused++
				}
			}
		}
	}
	t.Logf("%d values taken, %d refused, of which the models refuse %d", taken, refused, modelRefused)
	if taken < 10000 || modelRefused < 10000 {
		t.Errorf("too few values say something")
	}
}

func with(m map[string]any, key string, v any) map[string]any {
	more := map[string]any{key: v}
	for k, v := range m {
		more[k] = v
	}
	return more
}

func spelled(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func decoded(t *testing.T, text string) any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func compiled(t *testing.T, draft *jsonschema.Draft, schema map[string]any) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.DefaultDraft(draft)
	c.UseRegexpEngine(func(s string) (jsonschema.Regexp, error) { return goPattern(s) })
	if err := c.AddResource("file:///schema.json", decoded(t, spelled(t, schema))); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("file:///schema.json")
	if err != nil {
		t.Fatalf("%v\n%s", err, spelled(t, schema))
	}
	return s
}

// goPattern compiles a pattern of a model, which spells characters as ECMAScript does.
func goPattern(pattern string) (*regexp.Regexp, error) {
	pattern = strings.ReplaceAll(pattern, `(?![\udc00-\udfff])`, "") // no text of Go's has halves of characters
	pattern = pair.ReplaceAllStringFunc(pattern, func(s string) string {
		var high, low rune
		fmt.Sscanf(s, `\u%04x\u%04x`, &high, &low)
		return fmt.Sprintf(`\x{%x}`, utf16.DecodeRune(high, low))
	})
	return regexp.Compile(unit.ReplaceAllString(pattern, `\x{$1}`))
}

var (
	unit = regexp.MustCompile(`\\u([0-9a-f]{4})`)
	pair = regexp.MustCompile(`\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}`)
)

// generator makes schemas of the kind that typed routes have, and values that they may take.
type generator struct {
	*rand.Rand
	depth int
}

var patterns = []string{`^[a-c]+$`, `^.{1,3}$`, `b`, `^[^a]*$`, `^(a|b){2}c?$`, `\d`, `^\S+$`, `\bb`, `^(?:ab)*$`, "^\U0001F600?.$"}

func (g generator) schema(depth int) any {
	s := g.plain(depth)
	if g.IntN(6) == 0 {
		if kind, ok := s["type"].(string); ok {
			s["type"] = []any{kind, "null"}
		} else if ref, ok := s["$ref"]; ok {
			return map[string]any{"anyOf": []any{map[string]any{"$ref": ref}, map[string]any{"type": "null"}}}
		}
	}
	return s
}

func (g generator) plain(depth int) map[string]any {
	s := map[string]any{"type": "string", "description": "a value"}
	sometimes := func(key string, v any) {
		if g.IntN(3) == 0 {
			s[key] = v
		}
	}
	kinds := 8
	if depth >= g.depth {
		kinds = 4
	}
	switch g.IntN(kinds) {
	case 0:
		sometimes("minLength", g.IntN(3))
		sometimes("maxLength", g.IntN(4))
		sometimes("pattern", patterns[g.IntN(len(patterns))])
		sometimes("format", "email")
		sometimes("enum", []any{"a", "b", "abc"})
	case 1:
		s["type"] = "integer"
		sometimes("minimum", g.IntN(7)-3)
		sometimes("exclusiveMinimum", float64(g.IntN(7)-3)/2)
		sometimes("maximum", g.IntN(7))
		sometimes("exclusiveMaximum", g.IntN(7))
		sometimes("multipleOf", 1+g.IntN(3))
		sometimes("enum", []any{0, 1, 2, 5})
	case 2:
		s["type"] = "number"
		sometimes("minimum", float64(g.IntN(7)-3)/4)
		sometimes("exclusiveMinimum", float64(g.IntN(7)-3)/4)
		sometimes("exclusiveMaximum", float64(g.IntN(9))/4)
		sometimes("multipleOf", 0.25)
	case 3:
		s["type"] = "boolean"
	case 4:
		s["type"] = "array"
		s["items"] = g.schema(depth + 1)
		sometimes("minItems", g.IntN(2))
		sometimes("maxItems", g.IntN(4))
		sometimes("uniqueItems", true)
	case 5:
		s["type"] = "object"
		s["additionalProperties"] = g.schema(depth + 1)
		sometimes("minProperties", g.IntN(2))
		sometimes("maxProperties", g.IntN(4))
	case 6:
		s["type"] = "object"
		properties, required := map[string]any{}, []any{}
		for _, name := range []string{"a", "b", "Ref"} {
			properties[name] = g.schema(depth + 1)
			if g.IntN(2) == 0 {
				required = append(required, name)
			}
		}
		s["properties"], s["required"] = properties, required
		if g.IntN(3) == 0 {
			s["additionalProperties"] = g.IntN(2) == 0
		}
	case 7:
		return map[string]any{"$ref": "#/components/schemas/" + []string{"A", "B"}[g.IntN(2)]}
	}
	return s
}

// value makes a value that a schema takes, more often than not.
func (g generator) value(schemas map[string]any, schema any, depth int) any {
	s := schema.(map[string]any)
	if ref, ok := s["$ref"].(string); ok && depth < 8 {
		return g.value(schemas, schemas[strings.TrimPrefix(ref, "#/components/schemas/")], depth+1)
	}
	if either, ok := s["anyOf"].([]any); ok {
		return g.value(schemas, either[g.IntN(2)], depth+1)
	}
	kind := s["type"]
	if kinds, ok := kind.([]any); ok {
		kind = kinds[g.IntN(2)]
	}
	if g.IntN(12) == 0 {
		kind = []any{"string", "integer", "number", "boolean", "null", "array", "object"}[g.IntN(7)]
	}
	switch kind {
	case "string":
		if values, ok := s["enum"].([]any); ok && g.IntN(4) > 0 {
			return values[g.IntN(len(values))]
		}
		var text strings.Builder
		for range g.IntN(4) {
			text.WriteRune([]rune("abc1 .\n\u00a0é\u2028\U0001F600")[g.IntN(11)])
		}
		return text.String()
	case "integer":
		return g.IntN(9) - 3
	case "number":
		return json.Number(fmt.Sprintf("%.2f", float64(g.IntN(24)-8)/4))
	case "boolean":
		return g.IntN(2) == 0
	case "array":
		items, _ := s["items"].(map[string]any)
		list := []any{}
		for range g.IntN(4) {
			list = append(list, g.value(schemas, orAny(items), depth+1))
		}
		return list
	case "object":
		return g.members(schemas, s, depth)
	}
	return nil
}

func (g generator) members(schemas, s map[string]any, depth int) map[string]any {
	o := map[string]any{}
	properties, _ := s["properties"].(map[string]any)
	for _, name := range []string{"a", "b", "Ref"} {
		if p, ok := properties[name]; ok && g.IntN(6) > 0 {
			o[name] = g.value(schemas, p, depth+1)
		}
	}
	others, _ := s["additionalProperties"].(map[string]any)
	if g.IntN(3) == 0 || others != nil {
		for _, name := range []string{"x", "y", "A"}[:g.IntN(4)] {
			o[name] = g.value(schemas, orAny(others), depth+1)
		}
	}
	return o
}

func orAny(s map[string]any) map[string]any {
	if s == nil {
		return map[string]any{"type": "string"}
	}
	return s
}
