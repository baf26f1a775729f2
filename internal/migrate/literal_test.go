package migrate

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestComment: whatever a handler's source holds, its comment is one, and the function
// that it is in says nothing else.
func TestComment(t *testing.T) {
	for name, source := range map[string]string{
		"the end of a comment":    "x = '*/ }; func init() { panic(1) } /*'",
		"a carriage return":       "x = 1\rfunc init() { panic(1) }",
		"both kinds of ends":      "x = 1\r\nfunc init() { panic(1) }\n",
		"other separators":        "x = '\u2028func init() { panic(1) }\u0085\v\f'",
		"a NUL":                   "x = '\x00'",
		"a byte order mark":       "\ufeffx = 1",
		"text from right to left": "x = '\u202e'",
		"directives":              "//go:embed secrets\n//line /etc/passwd:1\n// +build ignore\n+build ignore\n//go:build ignore",
		"nothing":                 "",
		"blank lines":             "\n\n\t\n",
	} {
		t.Run(name, func(t *testing.T) {
			p := &plan{description: &description{Handlers: []handler{{Function: "f", Module: "app", File: "app.py", Line: 1, Source: source}}}}
			code, err := goFile(notWritten + "\n" + p.function(stub{name: "f", kind: "route", does: "answers " + source, registered: source}))
			if err != nil {
				t.Fatal(err)
			}
			for i, line := range strings.Split(string(code), "\n") {
				text := strings.TrimSpace(line)
				if strings.Contains(text, "panic(1)") && !strings.HasPrefix(text, "//") && !strings.HasPrefix(text, "return nil, notWritten(") {
					t.Errorf("line %d is no comment: %s", i+1, line)
				}
				if strings.HasPrefix(line, "//go:") || strings.HasPrefix(line, "//line") || strings.HasPrefix(text, "//") && strings.Contains(text, "+build") {
					t.Errorf("line %d is for Go's tools: %s", i+1, line)
				}
			}
			if again, err := goFile(strings.Replace(string(code), "package main\n", "", 1)); err != nil || strings.Contains(string(code), "\r") {
				t.Errorf("not formatted for good: %v\n%s", err, again)
			}
		})
	}
}

func TestExpression(t *testing.T) {
	for text, want := range map[string]string{
		"rate(5 minutes)":              "app.Rate(5, app.Minutes)",
		"rate(1 day)":                  "app.Rate(1, app.Days)",
		"rate(1 days)":                 `"rate(1 days)"`,
		"rate(05 minutes)":             `"rate(05 minutes)"`,
		"cron(0 18 ? * MON-FRI *)":     `app.Cron(0, 18, "?", "*", "MON-FRI", "*")`,
		"cron(0/05 018 ? * MON-FRI *)": `"cron(0/05 018 ? * MON-FRI *)"`,
		"cron(0  18 ? * MON-FRI *)":    `"cron(0  18 ? * MON-FRI *)"`,
		"often":                        `"often"`,
		"":                             `""`,
	} {
		if got := expression(text); got != want {
			t.Errorf("%q is written %s, want %s", text, got, want)
		}
	}
}

func TestPattern(t *testing.T) {
	const text = `{"z": ["a"], "a": {"n": [1, 1.5, 10000000000000000000000, 1.0, null, true, {"exists": false}]}, "e": []}`
	value, code, err := pattern(json.RawMessage(text))
	if err != nil {
		t.Fatal(err)
	}
	const want = `app.Pattern{"z": []string{"a"}, "a": map[string]any{"n": []any{1, 1.5, json.Number("10000000000000000000000"), ` +
		`json.Number("1.0"), nil, true, map[string]any{"exists": false}}}, "e": []string{}}`
	if diff := cmp.Diff(want, code); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
	got, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	const kept = `{"a":{"n":[1,1.5,10000000000000000000000,1.0,null,true,{"exists":false}]},"e":[],"z":["a"]}`
	if diff := cmp.Diff(kept, string(got)); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
	if _, _, err := pattern(json.RawMessage(`["aws.ec2"]`)); err == nil {
		t.Error("a pattern can be a list")
	}
}
