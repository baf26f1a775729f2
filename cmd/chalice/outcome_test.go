package main

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// C-081, C-082, R-496, R-498: how a function's error is shown.
func TestFunctionErrors(t *testing.T) {
	for name, tc := range map[string]struct {
		document string
		want     string
	}{
		"a message":          {`{"errorMessage": "no"}`, "no\n"},
		"a type and message": {`{"errorMessage": "no", "errorType": "Refusal"}`, "Refusal: no\n"},
		"a type":             {`{"errorType": "Refusal"}`, "Refusal: \n"},
		"no stack":           {`{"errorMessage": "no", "stackTrace": null}`, "no\n"},
		"an empty stack":     {`{"errorMessage": "no", "stackTrace": []}`, "no\n"},
		"Go's frames": {
			`{"errorMessage": "no shelf", "errorType": "string", "stackTrace": [{"path": "shop/main.go", "line": 44, "label": "panicking"}, {"path": "runtime/asm_amd64.s", "line": 1771, "label": "goexit"}]}`,
			"string: no shelf\n  shop/main.go:44 panicking\n  runtime/asm_amd64.s:1771 goexit\n",
		},
		"Python's frames": {
			`{"errorMessage": "boom", "errorType": "ValueError", "stackTrace": ["  File \"/var/task/app.py\", line 4, in f\n    g()\n", "  File \"/var/task/app.py\", line 9, in g\n    raise ValueError()"]}`,
			"Traceback (most recent call last):\n  File \"/var/task/app.py\", line 4, in f\n    g()\n  File \"/var/task/app.py\", line 9, in g\n    raise ValueError()\nValueError: boom\n",
		},
		"Python's old frames": {
			`{"errorMessage": "boom", "errorType": "ValueError", "stackTrace": [["/var/task/app.py", 1000000, "f", "g(\"a\")"]]}`,
			"Traceback (most recent call last):\n  File \"/var/task/app.py\", line 1000000, in f\n    g(\"a\")\nValueError: boom\n",
		},
		"frames of another kind": {
			`{"errorMessage": "boom", "stackTrace": [["a", "b"], 7, null, {"file": "x"}]}`,
			"Traceback (most recent call last):\n[\"a\", \"b\"]\n7\nnull\n{\"file\": \"x\"}\nboom\n",
		},
		"a stack that is no list": {`{"errorMessage": "boom", "stackTrace": "at f"}`, "boom\n"},
		"a timeout":               {`{"errorType":"Sandbox.Timedout","errorMessage":"Task timed out after 2.00 seconds"}`, "Sandbox.Timedout: Task timed out after 2.00 seconds\n"},
		"another document":        {`{"fault": 1}`, "{\"fault\": 1}\n"},
		"a message that is none":  {`{"errorMessage": {"a": 1}}`, "{\"errorMessage\": {\"a\": 1}}\n"},
		"no document":             {`exit status 2`, "exit status 2\n"},
		"nothing":                 {``, "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var out, errs bytes.Buffer
			o := outcome{function: "f", result: []byte(tc.document), failed: true}
			err := o.print(&out, &errs)
			if err == nil || err.Error() != "the function f failed, details above" || out.Len() > 0 {
				t.Errorf("got %v, and %q as the result", err, &out)
			}
			if diff := cmp.Diff(tc.want, errs.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// R-494, C-081: a result is printed as it came, and the end of the log beside it.
func TestResult(t *testing.T) {
	for result, want := range map[string]string{
		` {"a":  1.0, "b": "é"}`: " {\"a\":  1.0, \"b\": \"é\"}\n",
		"null":                   "null\n",
		"":                       "\n",
	} {
		var out, errs bytes.Buffer
		o := outcome{function: "f", result: []byte(result), tail: "START\n{\"msg\":\"hi\"}\r\nEND"}
		if err := o.print(&out, &errs); err != nil || out.String() != want {
			t.Errorf("got %q, %v, want %q", &out, err, want)
		}
		if want := "START\n{\"msg\":\"hi\"}\nEND\n"; errs.String() != want {
			t.Errorf("the log: got %q, want %q", &errs, want)
		}
	}
}
