package app

import (
	"encoding/json"
	"strings"
	"testing"
)

// jsonSamples are valid and invalid JSON, for the fuzzers and the test below.
var jsonSamples = []string{
	``, ` `, `null`, `true`, `false`, `nul`, `truee`, `0`, `-0`, `01`, `-`, `1.`, `1.5`, `.5`, `1e5`, `1e`, `1E+5`, `1e-`, `--1`, `+1`,
	`""`, `"a"`, `"`, `"\"`, `"\""`, `"\u00e9"`, `"\u00g9"`, `"\u12"`, `"\x"`, "\"\n\"", "\"\x00\"", "\"\xff\"", "\"é✓😀\"",
	`"\ud83d\ude00"`, `"\ud83d"`, `"\ude00\ud83d"`, `"\ud83d\u0041"`, `"\ud83d\ud83d\ude00"`, `"\b\f\n\r\t\/\\"`, `"long enough for words of eight bytes\n and more"`,
	`{}`, `{ }`, `{"a":1}`, `{"a":1,}`, `{,}`, `{"a"}`, `{"a":}`, `{a:1}`, `{"a":1 "b":2}`, `{"a":{"b":[1,{"c":null}]}}`, `{"a":1}}`, `{"a":1`, `{"a" : 1 , "b" : [ ] }`,
	`[]`, `[ ]`, `[1,2]`, `[1,]`, `[,1]`, `[1 2]`, `[[[]]]`, `[1`, `[}`, `{]`, "\ufeff{}", "[1]\n", "\t{\r\n}\n", "\v1", `[1]x`,
	`{"\u0061":1,"a":2}`, `{"a":"\"","b":"\\"}`,
}

func TestValid(t *testing.T) {
	samples := append([]string{
		strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth),
		strings.Repeat("[", maxDepth+1) + strings.Repeat("]", maxDepth+1),
		strings.Repeat(`{"a":`, maxDepth) + "{}" + strings.Repeat("}", maxDepth),
		strings.Repeat("[", 3*maxDepth),
	}, jsonSamples...)
	for _, s := range samples {
		if got, want := valid(s), json.Valid([]byte(s)); got != want {
			t.Errorf("%.40q: got %v, want %v", s, got, want)
		}
	}
}

// FuzzValid compares the scanner with encoding/json.
func FuzzValid(f *testing.F) {
	for _, s := range jsonSamples {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := valid(s), json.Valid([]byte(s)); got != want {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

// FuzzText compares the decoding of strings and objects with encoding/json.
func FuzzText(f *testing.F) {
	for _, s := range jsonSamples {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.TrimSpace(s)
		var str string
		if isText(s) && json.Unmarshal([]byte(s), &str) == nil {
			if got := text(s); got != str {
				t.Errorf("text: got %q, want %q", got, str)
			}
		}
		var object map[string]string
		if json.Unmarshal([]byte(s), &object) == nil && isObject(s) {
			got := textMap(s)
			for name, want := range object {
				if got[name] != want {
					t.Errorf("%q: got %q, want %q", name, got[name], want)
				}
			}
			if len(got) != len(object) {
				t.Errorf("got %d members, want %d", len(got), len(object))
			}
		}
		var list []string
		if json.Unmarshal([]byte(s), &list) == nil && list != nil {
			if got := texts(s); strings.Join(got, "\x00") != strings.Join(list, "\x00") {
				t.Errorf("got %q, want %q", got, list)
			}
		}
	})
}

// TestTextAtAllOffsets: strings are read in words of eight bytes, so the test
// puts escape sequences at every position within a word.
func TestTextAtAllOffsets(t *testing.T) {
	for _, piece := range []string{`"`, `""`, `{"k":"v"}`, `\`, `\"`, "\n", "é", "😀\"", "\x01", "a"} {
		for before := range 20 {
			for after := range 20 {
				want := strings.Repeat("x", before) + piece + strings.Repeat("y", after) + piece
				raw, err := json.Marshal(want)
				if err != nil {
					t.Fatal(err)
				}
				if got := text(string(raw)); got != want || !valid(string(raw)) {
					t.Errorf("got %q, want %q", got, want)
				}
				for _, broken := range []string{string(raw[:len(raw)-1]), string(raw) + `"`, strings.Replace(string(raw), "y", "\x02", 1), strings.Replace(string(raw), "y", `\x`, 1)} {
					if got, want := valid(broken), json.Valid([]byte(broken)); got != want {
						t.Errorf("%q: got %v, want %v", broken, got, want)
					}
				}
			}
		}
	}
}
