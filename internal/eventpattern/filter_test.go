package eventpattern_test

import (
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/eventpattern"
)

// TestPass has the rules about records that aren't examples of AWS's.
func TestPass(t *testing.T) {
	for _, tc := range []struct {
		kind    app.FunctionKind
		filters []string
		record  string
		want    bool
	}{
		{"sqs", nil, `not JSON`, true},
		{"sqs", []string{`{"body": ["a"]}`, `{"body": {"x": [1]}}`}, `{"body":"a"}`, true},
		{"sqs", []string{`{"body": ["a"]}`, `{"body": {"x": [1]}}`}, `{"body":"{\"x\":1}"}`, true},
		{"sqs", []string{`{"body": ["a"]}`, `{"body": {"x": [1]}}`}, `{"body":"{\"x\":2}"}`, false},
		{"sqs", []string{`{"body": {"x": [1]}}`}, `{"body":" [{\"x\":0},{\"x\":1}]\n"}`, true},
		{"sqs", []string{`{"body": {"x": [1]}}`}, `{"body":{"x":1}}`, false},
		{"sqs", []string{`{"body": {"x": [1]}}`}, `{"messageId":"1"}`, false},
		{"sqs", []string{`{"body": {"x": [1]}}`}, `not JSON`, false},
		{"sqs", []string{`{"body": ["\"\\\n"]}`}, `{"body":"\"\\\n"}`, true},
		{"sqs", []string{`{"$or": [{"body": {"x": [1]}}, {"awsRegion": ["us-east-1"]}]}`}, `{"body":"plain","awsRegion":"us-east-1"}`, true},
		{"sqs", []string{`{"messageId": [{"exists": false}]}`}, `{"body":"plain"}`, true},
		{"sqs", []string{`{"body.x": [1]}`}, `{"body":"{\"x\":1}"}`, true},
		{"kinesis", []string{`{"data": {"x": [{"exists": false}]}}`}, `{"kinesis":{"data":"e30="}}`, true},
		{"kinesis", []string{`{"data": {"x": [{"exists": false}]}}`}, `{"kinesis":{"data":"no base64"}}`, false},
		{"kinesis", []string{`{"data": {"x": [{"exists": false}]}}`}, `{"kinesis":{}}`, true},
		{"kinesis", []string{`{"kinesis": {"partitionKey": ["1"]}}`}, `{"kinesis":{"partitionKey":"1"}}`, false},
		{"kinesis", []string{`{"approximateArrivalTimestamp": [{"numeric": [">", 1]}]}`}, `{"kinesis":{"approximateArrivalTimestamp":1545084650.987}}`, true},
		{"dynamodb", []string{`{"userIdentity": {"type": ["Service"]}}`}, `{"userIdentity":{"type":"Service","principalId":"dynamodb.amazonaws.com"}}`, true},
		{"dynamodb", []string{`{"dynamodb": {"OldImage": {"id": {"S": [{"exists": false}]}}}}`}, `{"dynamodb":{"NewImage":{"id":{"S":"1"}}}}`, true},
	} {
		var patterns []app.Pattern
		for _, text := range tc.filters {
			patterns = append(patterns, pattern(t, text))
		}
		f, err := eventpattern.NewFilters(tc.kind, patterns)
		if err != nil {
			t.Errorf("%v: %v", tc.filters, err)
			continue
		}
		if got := f.Pass([]byte(tc.record)); got != tc.want {
			t.Errorf("%v: %s passes: %v", tc.filters, tc.record, got)
		}
	}
}

func TestNewFilters(t *testing.T) {
	if _, err := eventpattern.NewFilters(app.S3Kind, nil); err == nil || err.Error() != "functions of the kind s3 have no filters" {
		t.Error(err)
	}
	_, err := eventpattern.NewFilters(app.SQSKind, []app.Pattern{{"body": []any{"a"}}, {"body": []any{}}})
	if want := "filter 2: the pattern's body is an empty list, which nothing matches: name at least one value"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	var none *eventpattern.Filters
	if !none.Pass([]byte(`{}`)) {
		t.Error("a record doesn't pass no filters")
	}
}

func TestPolicy(t *testing.T) {
	for _, tc := range []struct {
		scope, policy, record string
		want                  bool
	}{
		{"MessageBody", `{"a": [1]}`, `{"Sns":{"Message":"{\"a\":1}"}}`, true},
		{"MessageBody", `{"a": [1]}`, `{"Sns":{"Message":"[{\"a\":1}]"}}`, false},
		{"MessageBody", `{"a": [{"exists": false}]}`, `{"Sns":{"Message":"plain"}}`, false},
		{"MessageBody", `{"a": [1]}`, `not JSON`, false},
		{"", `{"a": [1]}`, `{"Sns":{"Message":"{\"a\":1}"}}`, false},
		{"", `{"a": [1.0]}`, `{"Sns":{"MessageAttributes":{"a":{"Type":"Number","Value":"1"}}}}`, true},
		{"", `{"a": [1]}`, `{"Sns":{"MessageAttributes":{"a":{"Type":"Number.int","Value":" 1 "}}}}`, true},
		{"", `{"a": ["1"]}`, `{"Sns":{"MessageAttributes":{"a":{"Type":"Number","Value":"1"}}}}`, false},
		{"", `{"a": ["one"]}`, `{"Sns":{"MessageAttributes":{"a":{"Type":"Number","Value":"one"}}}}`, true},
		{"", `{"a": ["[1"]}`, `{"Sns":{"MessageAttributes":{"a":{"Type":"String.Array","Value":"[1"}}}}`, true},
		{"", `{"a": [2]}`, `{"Sns":{"MessageAttributes":{"a":{"Type":"String.Array","Value":"[1, 2]"}}}}`, true},
		{"", `{"a.b": ["x"]}`, `{"Sns":{"MessageAttributes":{"a.b":{"Type":"String","Value":"x"}}}}`, true},
	} {
		p, err := eventpattern.NewPolicy(tc.scope, pattern(t, tc.policy))
		if err != nil {
			t.Errorf("%s: %v", tc.policy, err)
			continue
		}
		if got := p.Pass([]byte(tc.record)); got != tc.want {
			t.Errorf("%s: %s passes: %v", tc.policy, tc.record, got)
		}
	}
	for _, p := range []app.Pattern{nil, {}} {
		none, err := eventpattern.NewPolicy("", p)
		if err != nil || !none.Pass([]byte(`{}`)) {
			t.Errorf("a message doesn't pass without a policy: %v", err)
		}
	}
}
