package sample_test

import (
	"encoding/json"
	"net/netip"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/sample"
)

func TestEventsMatchTheirPattern(t *testing.T) {
	for name, pattern := range map[string]string{
		"texts":              `{"source": ["aws.ec2", "aws.s3"], "detail-type": ["A"], "account": ["111122223333"]}`,
		"what is a list":     `{"resources": ["arn:aws:ec2:us-east-1:123456789012:instance/i-1"]}`,
		"deep":               `{"detail": {"a": {"b": {"c": [1.5]}}, "t": [true], "n": [null]}}`,
		"prefix":             `{"source": [{"prefix": "aws."}]}`,
		"prefix in any case": `{"source": [{"prefix": {"equals-ignore-case": "AWS."}}]}`,
		"suffix":             `{"detail": {"file": [{"suffix": ".png"}]}}`,
		"any case":           `{"detail-type": [{"equals-ignore-case": "alarm"}]}`,
		"wildcard":           `{"detail": {"path": [{"wildcard": "dir/*.pn*g"}]}}`,
		"address":            `{"detail": {"ip": [{"cidr": "10.0.3.7/24"}], "six": [{"cidr": "2001:db8::/32"}]}}`,
		"equal number":       `{"detail": {"n": [{"numeric": ["=", 3.018e2]}]}}`,
		"over":               `{"detail": {"n": [{"numeric": [">", 10]}], "m": [{"numeric": [">=", 10]}]}}`,
		"under":              `{"detail": {"n": [{"numeric": ["<", -10]}], "m": [{"numeric": ["<=", -10]}]}}`,
		"between":            `{"detail": {"n": [{"numeric": [">", 0, "<", 1]}], "m": [{"numeric": [">", 0, "<=", 5]}]}}`,
		"anything but":       `{"detail": {"a": [{"anything-but": "example"}], "b": [{"anything-but": ["example", "other"]}], "c": [{"anything-but": [0, 1]}], "d": [{"anything-but": 0}]}}`,
		"not this part":      `{"detail": {"a": [{"anything-but": {"prefix": "exa"}}], "b": [{"anything-but": {"suffix": ["ple", "r"]}}], "c": [{"anything-but": {"wildcard": "e*e"}}]}}`,
		"there":              `{"detail": {"a": [{"exists": true}]}}`,
		"not there":          `{"detail": {"a": [{"exists": false}], "b": ["x"]}, "resources": [{"exists": false}]}`,
		"one of two":         `{"detail": {"$or": [{"a": ["x"]}, {"b": [{"numeric": [">", 1]}]}], "c": ["y"]}}`,
	} {
		t.Run(name, func(t *testing.T) {
			var p map[string]any
			if err := json.Unmarshal([]byte(pattern), &p); err != nil {
				t.Fatal(err)
			}
			m := &app.Model{Name: "x", Functions: []app.FunctionModel{
				{Name: "f", Kind: app.CloudWatchKind, CloudWatch: &app.CloudWatchModel{Pattern: p}},
			}}
			event, err := sample.Event(m, "f", sample.Options{})
			if err != nil {
				t.Fatal(err)
			}
			var e map[string]any
			if err := json.Unmarshal(event, &e); err != nil {
				t.Fatal(err)
			}
			if !matches(t, e, p) {
				t.Errorf("%s\ndoesn't match %s", event, pattern)
			}
		})
	}
}

// TestBridgedSamples: the sample of each event that S3 sends to EventBridge matches the
// pattern of a function that asks for it, or for its group, and of no other; and the
// handler gets an event of the same name.
func TestBridgedSamples(t *testing.T) {
	all := app.S3BridgeEvents()
	for _, sent := range all {
		if strings.HasSuffix(sent.Name, "*") {
			continue
		}
		f := func(name string) app.FunctionModel {
			return app.FunctionModel{Name: "f", Kind: app.S3Kind, S3: &app.S3Model{
				Bucket: "b", Events: []string{name}, EventBridge: true, KeyFilters: []app.KeyFilterModel{{Prefix: "a b/", Suffix: ".jpg"}},
			}}
		}
		event, err := sample.Event(&app.Model{Name: "x", Functions: []app.FunctionModel{f(sent.Name)}}, "f", sample.Options{})
		if err != nil {
			t.Fatal(err)
		}
		e, err := app.NewS3Event(event)
		if err != nil {
			t.Fatal(err)
		}
		if got := "s3:" + e.EventName(); got != sent.Name || e.Key() != "a b/example.jpg" || e.Bucket() != "b" || e.AWSRegion() == "" || e.EventTime().IsZero() {
			t.Errorf("%s: the handler gets %s of %q in %q", sent.Name, got, e.Key(), e.Bucket())
		}
		var decoded map[string]any
		if err := json.Unmarshal(event, &decoded); err != nil {
			t.Fatal(err)
		}
		for _, asked := range all {
			group, isGroup := strings.CutSuffix(asked.Name, "*")
			want := asked.Name == sent.Name || isGroup && strings.HasPrefix(sent.Name, group)
			if got := matches(t, decoded, plain(t, f(asked.Name).S3.BridgePattern())); got != want {
				t.Errorf("%s matches the pattern of %s: %v, want %v", sent.Name, asked.Name, got, want)
			}
		}
	}
}

// plain is a pattern as JSON has it.
func plain(t *testing.T, pattern app.Pattern) map[string]any {
	t.Helper()
	data, err := json.Marshal(pattern)
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// matches does what EventBridge does according to its documentation.
func matches(t *testing.T, event, pattern map[string]any) bool {
	for name, want := range pattern {
		if alternatives, ok := want.([]any); ok && name == "$or" {
			if !slices.ContainsFunc(alternatives, func(p any) bool { return matches(t, event, p.(map[string]any)) }) {
				return false
			}
			continue
		}
		value, there := event[name]
		if inner, ok := want.(map[string]any); ok {
			object, _ := value.(map[string]any)
			if !matches(t, object, inner) {
				return false
			}
			continue
		}
		values, list := value.([]any)
		if !list && there {
			values = []any{value}
		}
		if !slices.ContainsFunc(want.([]any), func(m any) bool { return takes(t, m, values, there) }) {
			return false
		}
	}
	return true
}

func takes(t *testing.T, matcher any, values []any, there bool) bool {
	operators, ok := matcher.(map[string]any)
	if !ok {
		return slices.Contains(values, matcher)
	}
	if exists, ok := operators["exists"]; ok {
		return there == exists.(bool)
	}
	for operator, operand := range operators {
		return slices.ContainsFunc(values, func(v any) bool { return operate(t, operator, operand, v) })
	}
	return false
}

func operate(t *testing.T, operator string, operand, value any) bool {
	text, _ := value.(string)
	fold := false
	if inner, ok := operand.(map[string]any); ok && operator != "anything-but" {
		operand, fold = inner["equals-ignore-case"], true
	}
	if fold {
		operand, text = strings.ToLower(operand.(string)), strings.ToLower(text)
	}
	switch operator {
	case "prefix":
		return strings.HasPrefix(text, operand.(string))
	case "suffix":
		return strings.HasSuffix(text, operand.(string))
	case "equals-ignore-case":
		return strings.EqualFold(text, operand.(string))
	case "wildcard":
		ok, err := path.Match(strings.ReplaceAll(operand.(string), "/", "|"), strings.ReplaceAll(text, "/", "|"))
		return ok && err == nil
	case "cidr":
		return netip.MustParsePrefix(operand.(string)).Contains(netip.MustParseAddr(text))
	case "numeric":
		return inBounds(operand.([]any), value.(float64))
	case "anything-but":
		if inner, ok := operand.(map[string]any); ok {
			for operator, operand := range inner {
				return !operateAny(t, operator, operand, value)
			}
		}
		return !operateAny(t, "", operand, value)
	}
	t.Errorf("the test doesn't know %q", operator)
	return false
}

// operateAny reports whether one of several operands accepts a value. Without
// an operator they have to be equal to it.
func operateAny(t *testing.T, operator string, operand, value any) bool {
	operands, ok := operand.([]any)
	if !ok {
		operands = []any{operand}
	}
	return slices.ContainsFunc(operands, func(o any) bool {
		return operator == "" && o == value || operator != "" && operate(t, operator, o, value)
	})
}

func inBounds(bounds []any, n float64) bool {
	for pair := range slices.Chunk(bounds, 2) {
		bound := pair[1].(float64)
		switch pair[0] {
		case "=":
			return n == bound
		case ">":
			if n <= bound {
				return false
			}
		case ">=":
			if n < bound {
				return false
			}
		case "<":
			if n >= bound {
				return false
			}
		case "<=":
			if n > bound {
				return false
			}
		}
	}
	return true
}
