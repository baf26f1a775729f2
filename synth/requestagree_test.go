package synth_test

import (
	"context"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/dispatch"
	"github.com/chalice-go/chalice/synth"
)

type agreedPart struct {
	SKU   string            `json:"sku" pattern:"^[A-Z]{2}[^-]?$" maxLength:"4"`
	Count uint8             `json:"count" minimum:"1" maximum:"20" multipleOf:"2"`
	Size  float32           `json:"size,omitempty" exclusiveMinimum:"0" maximum:"2.5"`
	More  []agreedPart      `json:"more,omitempty" minItems:"1" maxItems:"2"`
	Words map[string]string `json:"words,omitempty" minProperties:"1" maxLength:"2"`
}

type agreedBody struct {
	Parts []agreedPart `json:"parts" minItems:"1"`
	Loose []string     `json:"loose" uniqueItems:"true"`
	Next  *agreedPart  `json:"next"`
	Kind  string       `json:"kind" enum:"a,b" default:"a"`
	At    time.Time    `json:"at,omitzero"`
	From  netip.Addr   `json:"from,omitzero"`
	Exact int64        `json:"exact,string,omitempty"`
	Any   any          `json:"any"`
	Yes   bool         `json:"yes"`
	Ref   string       `json:"Ref,omitempty"`
}

// agreedGood is a body that changes are made to.
const agreedGood = `{"parts": [{"sku": "AB", "count": 2, "size": 1, "more": [{"sku": "AB9", "count": 4}], "words": {"a": "b"}}],
	"loose": ["a", "b"], "next": {"sku": "CD", "count": 20}, "kind": "b", "at": "2026-11-30T12:00:00.123456789+05:30",
	"from": "::1", "exact": "7", "any": {"x": [1, null]}, "yes": true, "Ref": "r"}`

// agreedValues are what a value of a body is replaced by.
var agreedValues = []string{
	`null`, `true`, `0`, `1`, `1.0`, `2`, `2e0`, `-0`, `21`, `0.5`, `2.5`, `3`, `1e400`, `9007199254740993`, `""`, `"a"`, `"AB"`, `"AB\u00a0"`,
	`"AB\ud83d\ude00"`, `"AB\ud800"`, `"7"`, `[]`, `["a", "a"]`, `{}`, `{"a": "bc"}`, `{"a": null}`, `{"sku": "AB", "count": 6}`, `[{"sku": "AB", "count": 6}]`,
	`"2026-11-30T12:00:00Z"`, `"10.0.0.1"`,
}

// TestGatewayTakesWhatTheProgramTakes: each body that the program accepts is one that the
// model of its type accepts, which refuses others.
func TestGatewayTakesWhatTheProgramTakes(t *testing.T) {
	a := app.New("agreed")
	app.TypedRoute(a, "/", func(_ context.Context, in *agreedBody) (*app.Response, error) {
		return &app.Response{Body: "taken"}, nil
	}, app.Methods("POST"), app.Name("agree"))
	registry, err := a.Registry()
	if err != nil {
		t.Fatal(err)
	}
	stage, err := config.Parse([]byte(`{"request_validation": true}`), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	doc := restDocument(t, synth.Input{Version: "1.0.0", Stage: stage, Model: registry.Model()})
	post := doc["paths"].(map[string]any)["/"].(map[string]any)["post"].(map[string]any)
	ref := post["parameters"].([]any)[0].(map[string]any)["schema"].(map[string]any)["$ref"]
	model := agreedModel(t, map[string]any{"$ref": ref, "definitions": doc["definitions"]})
	handler, err := dispatch.NewHandler(a, app.RESTHandler)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(4, 22))
	taken, refused, seen := 0, 0, 0
	for i := range 5000 {
		body := agreedGood
		if i > 0 {
			body = changed(t, r, body)
		}
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		wrong := model.Validate(value)
		event, err := json.Marshal(map[string]any{
			"resource": "/", "path": "/", "httpMethod": "POST", "body": body, "headers": map[string]string{"Content-Type": "application/json"},
			"requestContext": map[string]any{"resourcePath": "/", "httpMethod": "POST"},
		})
		if err != nil {
			t.Fatal(err)
		}
		answer, err := handler.Invoke(t.Context(), event)
		if err != nil {
			t.Fatal(err)
		}
		switch isTaken := strings.Contains(string(answer), `"statusCode":200`); {
		case isTaken && wrong != nil:
			t.Fatalf("the program takes %s, but the model says %v\n%s", body, wrong, spelled(doc["definitions"]))
		case isTaken:
			taken++
		default:
			refused++
			if wrong != nil {
				seen++
			}
		}
	}
	t.Logf("%d bodies are taken, %d refused, of which the model refuses %d", taken, refused, seen)
	if taken < 500 || seen < 500 {
		t.Error("too few bodies say something")
	}
}

func agreedModel(t *testing.T, schema map[string]any) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft4)
	c.UseRegexpEngine(unicodeAsGo)
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(spelled(schema)))
	if err == nil {
		err = c.AddResource("file:///models.json", value)
	}
	if err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("file:///models.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// changed replaces or removes one or two values of a body.
func changed(t *testing.T, r *rand.Rand, body string) string {
	t.Helper()
	var v any
	d := json.NewDecoder(strings.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	for range 1 + r.IntN(2) {
		v = replaced(r, v)
	}
	return spelled(v)
}

func replaced(r *rand.Rand, v any) any {
	other := json.RawMessage(agreedValues[r.IntN(len(agreedValues))])
	switch v := v.(type) {
	case map[string]any:
		i := 0
		for _, key := range sortedNames(v) {
			if i++; r.IntN(len(v)) == 0 && r.IntN(8) > 0 {
				if v[key] = replaced(r, v[key]); r.IntN(8) == 0 {
					delete(v, key)
				}
				return v
			}
		}
		if r.IntN(3) > 0 {
			return v
		}
	case []any:
		if len(v) > 0 && r.IntN(4) > 0 {
			v[0] = replaced(r, v[0])
			return v
		}
	}
	return other
}

func sortedNames(o map[string]any) []string { return slices.Sorted(maps.Keys(o)) }

// unicodeAsGo compiles a pattern of a model, which spells characters as ECMAScript does.
func unicodeAsGo(pattern string) (jsonschema.Regexp, error) {
	pattern = strings.ReplaceAll(pattern, `(?![\udc00-\udfff])`, "")
	return regexp.Compile(regexp.MustCompile(`\\u([0-9a-f]{4})`).ReplaceAllString(pattern, `\x{$1}`))
}
