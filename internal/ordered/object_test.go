package ordered_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/ordered"
)

func TestObjectKeepsOrderAndSpelling(t *testing.T) {
	const text = `{"b":1.50,"a":[{"z":12345678901234567890,"y":null}],"empty":{},"list":[],"text":"<&>\u2028é"}`
	var o ordered.Object
	if err := o.UnmarshalJSON([]byte(text)); err != nil {
		t.Fatal(err)
	}
	got, err := o.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(text, string(got)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]string{"b", "a", "empty", "list", "text"}, o.Keys()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestObjectRefuses(t *testing.T) {
	for text, want := range map[string]string{
		``:                 "EOF",
		`[1]`:              "want a JSON object, got a list",
		`"x"`:              "want a JSON object, got a string",
		`null`:             "want a JSON object, got null",
		`1`:                "want a JSON object, got a number",
		`true`:             "want a JSON object, got a boolean",
		`{"a":1,"a":2}`:    `key "a" occurs twice`,
		`{"a":{"b":`:       "unexpected EOF",
		`{"a":1} {"b":2}`:  "unexpected text after the JSON value",
		`{"a":1,}`:         "invalid character",
		`{"list":[1,2`:     "unexpected EOF",
		`{"deep":{"x":[}}`: "invalid character",

		`{"a":` + strings.Repeat("[", 1_000_000): "nested more than 200 deep",
	} {
		var o ordered.Object
		err := o.UnmarshalJSON([]byte(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v; want an error with %q", text, err, want)
		}
	}
}

func FuzzObject(f *testing.F) {
	for _, seed := range []string{`{}`, `{"a":[1,2.5e3,{"b":null}],"c":"\u0000"}`, `{"a":{"a":{"a":[]}}}`, `{"a"`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var first, second ordered.Object
		if first.UnmarshalJSON([]byte(text)) != nil {
			return
		}
		data, err := first.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		if err := second.UnmarshalJSON(data); err != nil {
			t.Fatalf("%q became %q, which can't be read: %v", text, data, err)
		}
		again, _ := second.MarshalJSON()
		if string(again) != string(data) {
			t.Fatalf("%q became %q, then %q", text, data, again)
		}
	})
}
