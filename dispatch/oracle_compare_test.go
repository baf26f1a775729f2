package dispatch_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"reflect"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/app"
)

// oracleResult is what the reference answered.
type oracleResult struct {
	Output json.RawMessage
	Error  *struct {
		Type    string
		Message string
	}
	Body     string // how bodies are to be compared
	Contains []string
	Trace    *[]string
}

// compare returns the differences between the reference's answer and ours, by
// the rules of the oracle's README.
func (c *oracleCase) compare(step oracleStep, got result) (differences []string) {
	want := step.Expected
	if c.letThrough(step, got) {
		return nil
	}
	if want.Trace != nil && !slices.Equal(*want.Trace, got.trace) {
		differences = append(differences, fmt.Sprintf("trace: want %q, got %q", *want.Trace, got.trace))
	}
	switch {
	case want.Error != nil:
		return append(differences, compareErrors(want, got)...)
	case got.err != nil || got.panicked != nil:
		return append(differences, fmt.Sprintf("unexpected error %v %v", got.err, got.panicked))
	}
	output, err := decodeNumbers(want.Output)
	if err != nil {
		return append(differences, err.Error())
	}
	if want.Body != "" {
		return append(differences, compareResponses(want, output, c.bodyQuirk(got.output))...)
	}
	if !sameJSON(output, c.bodyQuirk(got.output)) {
		differences = append(differences, fmt.Sprintf("output: want %s, got %v", want.Output, got.output))
	}
	return differences
}

// meantOtherwise are bodies that differ from the reference's deliberately.
var meantOtherwise = map[string]string{
	"json_body/type-upper": `{"value":{"a":1}}`, // case doesn't count in media types
}

// letThrough reports whether this result is right because of a quirk of the
// case.
func (c *oracleCase) letThrough(step oracleStep, got result) bool {
	out, _ := got.output.(map[string]any)
	if want, ok := meantOtherwise[c.Name]; ok {
		return out["body"] == want
	}
	for _, quirk := range c.Quirks {
		switch quirk {
		case "bytes-not-sent":
			b := c.Behaviours["view"]
			sent := b.text("return_bytes_b64")
			if b["response"] != nil {
				sent = behaviour(decodeObject(b["response"])).text("body_b64")
			}
			return out["isBase64Encoded"] == true && out["body"] == sent
		case "event-return-value":
			failed := got.err != nil || got.panicked != nil
			return c.isEventFunction(step.Function) && !failed && step.Expected.Error == nil &&
				(step.Expected.Trace == nil || slices.Equal(*step.Expected.Trace, got.trace))
		}
	}
	return false
}

func (c *oracleCase) isEventFunction(name string) bool {
	model, err := app.ParseModel(c.Model)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(model.Functions, func(f app.FunctionModel) bool {
		socket := f.Kind == app.WSConnectKind || f.Kind == app.WSMessageKind || f.Kind == app.WSDisconnectKind
		return f.Name == name && f.Kind != app.LambdaKind && !socket
	})
}

// bodyQuirk replaces our body by the reference's text for no body.
func (c *oracleCase) bodyQuirk(output any) any {
	if out, ok := output.(map[string]any); ok && slices.Contains(c.Quirks, "ws-body-none") && out["body"] == "" {
		out["body"] = "None"
	}
	return output
}

func compareErrors(want oracleResult, got result) []string {
	name, message := "Exception", fmt.Sprint(got.panicked)
	if got.err != nil {
		name, message = errorName(got.err)
	}
	if got.err == nil && got.panicked == nil {
		return []string{fmt.Sprintf("want the error %+v, got %v", *want.Error, got.output)}
	}
	framework := strings.HasPrefix(want.Error.Type, "Chalice") || raisesStatus(want.Error.Type)
	if framework && name != want.Error.Type {
		return []string{fmt.Sprintf("error type: want %s, got %s", want.Error.Type, name)}
	}
	if (framework || want.Error.Type == "Exception") && message != want.Error.Message {
		return []string{fmt.Sprintf("error message: want %q, got %q", want.Error.Message, message)}
	}
	return nil
}

func raisesStatus(name string) bool {
	_, ok := app.StatusOf(raise(name, ""))
	return ok
}

// compareResponses compares outputs that have the form of a response.
func compareResponses(want oracleResult, expected, actual any) (differences []string) {
	w, g := expected.(map[string]any), map[string]any{}
	if object, ok := actual.(map[string]any); ok {
		g = object
	}
	absent := map[string]any{"isBase64Encoded": false, "multiValueHeaders": map[string]any{}, "headers": map[string]any{}}
	for _, o := range []map[string]any{w, g} {
		for name, value := range absent {
			if o[name] == nil {
				o[name] = value
			}
		}
	}
	for _, name := range sortedNames(w) {
		if name != "body" && !sameJSON(w[name], g[name]) {
			differences = append(differences, fmt.Sprintf("%s: want %v, got %v", name, w[name], g[name]))
		}
	}
	for name := range g {
		if _, ok := w[name]; !ok {
			differences = append(differences, fmt.Sprintf("%s: want none, got %v", name, g[name]))
		}
	}
	if d := compareBodies(want, w["body"], g["body"]); d != "" {
		differences = append(differences, d)
	}
	return differences
}

func compareBodies(want oracleResult, expected, actual any) string {
	got, ok := actual.(string)
	if !ok {
		return fmt.Sprintf("the body is no text: %v", actual)
	}
	text, _ := expected.(string)
	switch want.Body {
	case "contains":
		for _, part := range want.Contains {
			if !strings.Contains(got, part) {
				return fmt.Sprintf("the body lacks %q: %q", part, got)
			}
		}
		return ""
	case "base64-json":
		text, got = unbase64(text), unbase64(got)
		fallthrough
	case "json":
		w, err := decodeNumbers([]byte(text))
		if err != nil {
			return err.Error()
		}
		g, err := decodeNumbers([]byte(got))
		if err != nil || !sameJSON(w, g) {
			return fmt.Sprintf("body: want %s, got %s", text, got)
		}
		var compact bytes.Buffer
		if json.Compact(&compact, []byte(got)) != nil || compact.Len() != len(got) {
			return fmt.Sprintf("the body is not compact: %s", got)
		}
		return ""
	}
	if text != got {
		return fmt.Sprintf("body: want %q, got %q", text, got)
	}
	return ""
}

func unbase64(s string) string {
	data, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return "no base64: " + s
	}
	return string(data)
}

// decodeNumbers decodes JSON and keeps numbers as they are written.
func decodeNumbers(data []byte) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("decode %q: %w", data, err)
	}
	if d.More() {
		return nil, fmt.Errorf("decode %q: there is more than one value", data)
	}
	return v, nil
}

func decodeObject(data json.RawMessage) (m map[string]json.RawMessage) {
	decodeInto(data, &m)
	return m
}

// sameJSON compares decoded JSON; numbers are equal if their values are.
func sameJSON(a, b any) bool {
	switch a := a.(type) {
	case json.Number:
		n, ok := b.(json.Number)
		return ok && number(a).Cmp(number(n)) == 0
	case map[string]any:
		m, ok := b.(map[string]any)
		if !ok || len(a) != len(m) {
			return false
		}
		for name, value := range a {
			if other, ok := m[name]; !ok || !sameJSON(value, other) {
				return false
			}
		}
		return true
	case []any:
		s, ok := b.([]any)
		return ok && slices.EqualFunc(a, s, sameJSON)
	}
	return reflect.DeepEqual(a, b)
}

// number is the value of a JSON number as Python reads it: exact for integers,
// a float64 for others.
func number(n json.Number) *big.Rat {
	if strings.ContainsAny(string(n), ".eE") {
		f, _ := n.Float64()
		return new(big.Rat).SetFloat64(f)
	}
	r, _ := new(big.Rat).SetString(string(n))
	return r
}
