package app

import (
	"encoding/json"
	"fmt"
	"math/big"
	"net/netip"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/chalice-go/chalice/internal/schema"
)

// compiled returns the JSON Schema that describes a type.
func compiled(t *testing.T, of *schema.Type) *jsonschema.Schema {
	t.Helper()
	doc := schema.Describe([]*schema.Type{of})
	text := fmt.Sprintf(`{"$schema":"https://json-schema.org/draft/2020-12/schema","allOf":[%s],"components":{"schemas":%s}}`, doc.Schema(of, nil), doc.Components())
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("https://example.com/typed", value); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("https://example.com/typed")
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return s
}

// difference is a way in which the decoder and the schema disagree.
type difference struct {
	reason   string
	stricter bool // the decoder refuses what the schema takes
	shows    func(c typedCase, data string, found Violations) bool
	typ      reflect.Type // with data it is an example
	data     string
}

var differences = []difference{
	{"a whole number may be written as 1.0 or 1e2 in JSON Schema, and encoding/json doesn't take that for an integer", true,
		says("without a fraction or an exponent"), reflect.TypeFor[int](), `1.0`},
	{"a Go type has a range, and JSON Schema's numbers have none", true, says("out of range"), reflect.TypeFor[float64](), `1e309`},
	{"JSON is UTF-8, and the validator's reader puts U+FFFD for what isn't", true,
		func(_ typedCase, data string, _ Violations) bool { return !utf8.ValidString(data) }, reflect.TypeFor[string](), "\"\xff\""},
	{"a type that decodes itself can refuse anything, and JSON Schema says nothing of it", true, says("doesn't have the form"), reflect.TypeFor[mood](), `"bad"`},
	{"a map's names are read into its keys, and the schema says nothing of names", true, says("has a name"), reflect.TypeFor[map[netip.Addr]int](), `{"x":1}`},
	{"a name in another case is the member's for encoding/json, and an unknown one for JSON Schema", false, foldedNames, reflect.TypeFor[rClosed](), `{"A":1}`},
	{"the same, of a value that is wrong", true, foldedNames, reflect.TypeFor[rDefaults](), `{"SIZE":0}`},
}

// TestTypedDifferences: the differences are there.
func TestTypedDifferences(t *testing.T) {
	for _, d := range differences {
		c := typedCase{typ: d.typ, of: newTypedJSON(schema.Of(d.typ), nil, typedLimits{})}
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(d.data))
		if err != nil {
			t.Fatal(err)
		}
		_, found := c.decode(t, 0, d.data)
		refused := compiled(t, c.of.of).Validate(value)
		if taken := len(found) == 0; taken == d.stricter || taken == (refused == nil) || !d.shows(c, d.data, found) {
			t.Errorf("%s: %s as %v: %+v, %v", d.reason, d.data, d.typ, []Violation(found), refused)
		}
	}
}

func says(part string) func(typedCase, string, Violations) bool {
	return func(_ typedCase, _ string, found Violations) bool {
		for _, f := range found {
			if !strings.Contains(f.Problem, part) {
				return false
			}
		}
		return len(found) > 0
	}
}

var names = regexp.MustCompile(`"(?:[^"\\]|\\.)*"\s*:`)

// foldedNames reports whether JSON has a name that isn't a member's, but for its case.
func foldedNames(c typedCase, data string, _ Violations) bool {
	known := map[string]bool{}
	seen := map[*schema.Type]bool{}
	var visit func(t *schema.Type)
	visit = func(t *schema.Type) {
		if t == nil || seen[t] {
			return
		}
		seen[t] = true
		visit(t.Elem)
		for _, m := range t.Members {
			known[m.Name] = true
			visit(m.Type)
		}
	}
	visit(c.of.of)
	for _, name := range names.FindAllString(data, -1) {
		var text string
		if json.Unmarshal([]byte(strings.TrimRight(strings.TrimSuffix(name, ":"), " \n\r\t")), &text) != nil {
			continue
		}
		for member := range known {
			if member != text && strings.EqualFold(member, text) {
				return true
			}
		}
	}
	return false
}

// TestTypedSchema: what the decoder takes the schema takes, and the other way round, but for
// the differences. It asks with values as they are encoded, with one violation, and with any
// JSON made for the type.
func TestTypedSchema(t *testing.T) {
	used := map[string]int{}
	agreed := map[bool]int{}
	for seed := range uint64(250) {
		c := newTypedCase(t, seed)
		s := compiled(t, c.of.of)
		texts := []string{string(c.data)}
		for range 4 {
			if data, _, ok := c.violated(t); ok {
				texts = append(texts, data)
			}
			texts = append(texts, c.json(c.typ, 6))
		}
		for i, data := range texts {
			value, err := jsonschema.UnmarshalJSON(strings.NewReader(data))
			if err != nil || hasHuge(value) {
				continue // it is no JSON, or the validator takes too long for it
			}
			_, found := c.decode(t, seed, data)
			taken, refused := len(found) == 0, s.Validate(value)
			if taken == (refused == nil) {
				agreed[taken]++
				continue
			}
			reason := ""
			for _, d := range differences {
				if d.stricter == !taken && d.shows(c, data, found) {
					reason = d.reason
				}
			}
			if used[reason]++; reason == "" {
				t.Errorf("seed %d, text %d: %.700s of %.900v:\nthe decoder says %+v\nthe schema says %v", seed, i, data, c.typ, []Violation(found), refused)
			}
		}
	}
	t.Logf("%d taken and %d refused by both; %v", agreed[true], agreed[false], used)
	if agreed[true] < 200 || agreed[false] < 300 {
		t.Error("too few")
	}
}

// hasHuge reports whether JSON has a number with an exponent that makes it huge.
func hasHuge(v any) bool {
	switch v := v.(type) {
	case json.Number:
		f, _, err := big.ParseFloat(string(v), 10, 64, big.ToZero)
		return err != nil || f.MantExp(nil) > 2000 || f.MantExp(nil) < -2000
	case []any:
		for _, e := range v {
			if hasHuge(e) {
				return true
			}
		}
	case map[string]any:
		for _, e := range v {
			if hasHuge(e) {
				return true
			}
		}
	}
	return false
}
