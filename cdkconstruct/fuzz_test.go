package cdkconstruct

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/config"
)

// FuzzTokens takes text with tokens to stand-ins and back: it is as it was.
func FuzzTokens(f *testing.F) {
	for _, seed := range []string{
		"", "plain", "${Token[TOKEN.12]}", "a${Token[Queue.Arn:1]}b#{Token[TOKEN.3]}", "${Token[${Token[x]}]}",
		"${Token[chalice.0011223344556677]}", "arn:${Token[TOKEN.1]}", "${Token[]}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "${Token[chalice.") {
			return // the CDK makes no such token
		}
		known := newTokens(nil)
		for i, found := range token.FindAllString(text, -1) {
			if _, ok := known.standIns[found]; !ok {
				standIn := fmt.Sprintf("arn:${Token[chalice.%016x]}", i)
				known.standIns[found], known.tokens[standIn] = standIn, found
			}
		}
		replaced, err := known.replace(map[string]any{"key": []any{text}})
		if err != nil {
			t.Fatal(err)
		}
		without := replaced.(map[string]any)["key"].([]any)[0].(string)
		if back := string(known.restore([]byte(without))); back != text {
			t.Errorf("%q comes back as %q", text, back)
		}
	})
}

// FuzzOverrides takes whatever StageConfig.Raw can hold to a configuration: what
// is wrong with it is a mistake that names the key as the user knows it.
func FuzzOverrides(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"xray": true}`, `{"lambda_timeout": 0}`, `{"lambda_functions": {"f": {"lambda_timeout": 1e9, "nope": 1}}}`,
		`{"environment_variables": {"A": {"Ref": "T"}, "1": "x"}, "tags": {"aws:x": ""}}`, `{"a.b": 1}`, `{"stages": {}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var raw map[string]any
		if json.Unmarshal(data, &raw) != nil || token.Match(data) || strings.Contains(string(data), "-") {
			return // numbers and text that may be tokens are the CDK's to tell
		}
		props := &ChaliceProps{StageConfig: &StageConfig{Raw: &raw}}
		block, err := props.overrides(newTokens(nil))
		if err != nil {
			t.Fatal(err)
		}
		if len(raw) > 0 && !reflect.DeepEqual(raw, block) {
			t.Errorf("%v became %v", raw, block)
		}
		_, err = config.Parse([]byte("{}"), config.Options{Stage: "s", AnyStage: true, Overrides: block, Names: propertyNames})
		if mistake := (*config.Mistake)(nil); errors.As(err, &mistake) && !strings.HasPrefix(mistake.Key, "StageConfig.") {
			t.Errorf("the mistake names no field: %v", err)
		}
	})
}

// FuzzARN asks of any value that a token can resolve to whether it is an ARN.
func FuzzARN(f *testing.F) {
	for _, seed := range []string{
		`"arn:aws:s3:::b"`, `{"Fn::GetAtt": ["Q", "Arn"]}`, `{"Fn::GetAtt": ["Q"]}`, `{"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}]]}`,
		`{"Fn::Join": ["", []]}`, `{"Fn::Join": ["", [{"Fn::Join": ["", ["arn:"]]}]]}`, `null`, `[]`, `7`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var v any
		if json.Unmarshal(data, &v) != nil || strings.Contains(string(data), "Ref") {
			return // what a Ref is of, only the CDK knows
		}
		got := newTokens(nil).isARN("", v)
		if text, ok := v.(string); ok && got != strings.HasPrefix(text, "arn:") {
			t.Errorf("%q: got %t", text, got)
		}
		joined := map[string]any{"Fn::Join": []any{"", []any{v, "x"}}}
		if again := newTokens(nil).isARN("", joined); again != got {
			t.Errorf("%s: got %t, and joined with more %t", data, got, again)
		}
	})
}
