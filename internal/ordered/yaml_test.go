package ordered

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

func TestYAML(t *testing.T) {
	o := New(
		"Text", []any{"plain", "two words", "", "yes", "No", "null", "1", "1:30", "a: b", "#c", "- d", "{e}", "*f", "&g", "!h", "%i", "@j", "`k", "l'm", `n"o`, "p\\q", "r\ns", " t", "u ", "=", "~", "2010-09-09", "arn:${AWS::Partition}:x/*", "é😀", "\u007f\u0085\ufeff\u2028"},
		"Numbers", []any{1, -2, json.Number("1.50"), json.Number("1e3"), json.Number("2.5E-3"), json.Number("12345678901234567890")},
		"Rest", []any{true, false, nil, []any{}, &Object{}},
		"Nested", []any{New("A", 1, "B", []any{[]any{"x", New("C", "y")}}), New("D", New("E", &Object{}))},
		"a key: with colon", "v",
		strings.Repeat("long", 300), New("deep", "v"),
		"on", "v",
		"200", "v",
	)
	got := YAML(o)
	var fromYAML, fromJSON any
	if err := yaml.Unmarshal(got, &fromYAML); err != nil {
		t.Fatalf("%v in\n%s", err, got)
	}
	data, err := json.Marshal(fromYAML)
	if err != nil {
		t.Fatal(err)
	}
	fromYAML = nil
	for _, err := range []error{json.Unmarshal(data, &fromYAML), json.Unmarshal([]byte(CompactJSON(o)), &fromJSON)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(fromJSON, fromYAML); diff != "" {
		t.Errorf("YAML reads back otherwise than JSON (-json +yaml)\n%s\nin\n%s", diff, got)
	}
}

func TestYAMLLayout(t *testing.T) {
	got := string(YAML(New(
		"Resources", New("A", New("List", []any{"x", New("Ref", "B", "C", []any{1}), []any{"v", "z"}})),
		"Code", "def f():\n\n    return 1  # \"x\": y\n",
		"Quoted", []any{"one\n", " a\nb\n", "a \nb\n", "a\nb", "a\nb\n\n", "a\nb\tc\n"},
		"Listed", []any{"a\n b\n"},
		"Outputs", &Object{},
	)))
	want := `Resources:
  A:
    List:
      - x
      - Ref: B
        C:
          - 1
      - - v
        - z
Code: |
  def f():

      return 1  # "x": y
Quoted:
  - "one\n"
  - " a\nb\n"
  - "a \nb\n"
  - "a\nb"
  - "a\nb\n\n"
  - "a\nb\tc\n"
Listed:
  - |
    a
     b
Outputs: {}
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// FuzzYAMLText checks that any text survives, as a value and as a key.
func FuzzYAMLText(f *testing.F) {
	for _, seed := range []string{"", "yes", "a: b", "\u0085", "1e3", "0x1", "a\tb", "a #b", "?", "<<", "a\nb\n", "#\n---\n", "a\n \n", "a\n\n b\n", "\n\na\n", "\U0001f600", "/", "a:"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			return
		}
		data := YAML(New("k", []any{text}, "m", New(text, 1)))
		var got struct {
			K []any
			M map[any]any
		}
		if err := yaml.Unmarshal(data, &got); err != nil {
			t.Fatalf("%q: %v in\n%s", text, err, data)
		}
		if len(got.K) != 1 || got.K[0] != text || got.M[text] != 1 {
			t.Fatalf("%q reads back as %#v from\n%s", text, got, data)
		}
	})
}
