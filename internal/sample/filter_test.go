package sample_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/apptest"
	"github.com/chalice-go/chalice/internal/delivery"
	"github.com/chalice-go/chalice/internal/eventpattern"
	"github.com/chalice-go/chalice/internal/sample"
)

// TestSamplesAreDelivered: AWS would invoke each function with its sample.
func TestSamplesAreDelivered(t *testing.T) {
	data, err := os.ReadFile("../../app/testdata/everything.json")
	if err != nil {
		t.Fatal(err)
	}
	everything, err := app.ParseModel(data)
	if err != nil {
		t.Fatal(err)
	}
	delivered(t, everything)
	delivered(t, model(t, shop(new(string))))
}

// TestFilters: a sample passes the first of a function's filters.
func TestFilters(t *testing.T) {
	for kind, patterns := range map[string][]string{
		"sqs": {
			`{"body":{"kind":["new"],"n":[{"numeric":[">",3]}],"a":{"b":[null]}}}`, `{"body":["plain"]}`, `{"body":[{"prefix":"a "}]}`,
			`{"messageAttributes":{"k":{"stringValue":["v"]}}}`, `{"body":{"gone":[{"exists":false}]}}`,
			`{"body":{"message":[{"exists":false}]}}`, `{"body":[{"anything-but":"x"}]}`, `{"body":[{"exists":true}]}`,
		},
		"kinesis":  {`{"data":{"kind":["new"]}}`, `{"partitionKey":["7"]}`, `{"eventName":["aws:kinesis:record"]}`},
		"dynamodb": {`{"eventName":["REMOVE"]}`, `{"eventName":["MODIFY"],"dynamodb":{"NewImage":{"state":{"S":["paid"]}}}}`, `{"dynamodb":{"Keys":{"Id":{"N":["7"]}}}}`, `{"dynamodb":{"NewImage":{"Message":{"S":[{"prefix":"a"}]}}}}`},
	} {
		source := map[string]string{"sqs": `"queue":"jobs"`, "kinesis": `"stream":"clicks"`, "dynamodb": `"stream_arn":"arn:aws:dynamodb:us-east-1:123456789012:table/t/stream/x"`}[kind]
		for _, pattern := range patterns {
			text := fmt.Sprintf(`{"version":1,"name":"x","functions":[{"name":"f","kind":%q,%q:{%s,"filters":[%s]}}]}`, kind, kind, source, pattern)
			m, err := app.ParseModel([]byte(text))
			if err != nil {
				t.Errorf("%s: %v", pattern, err)
				continue
			}
			delivered(t, m)
		}
	}
}

// TestFilterPatterns: a sample passes patterns that ask for equality.
func TestFilterPatterns(t *testing.T) {
	for _, pattern := range []string{
		"", "ERROR", `"no such file"`, "?ERROR ?WARN", "ERROR -timeout", `{ $.level = "ERROR" }`, "{ $.a.b = 7 && $.c = \"x*\" }",
		`{ ($.done IS TRUE) || ($.n >= 2.5) }`, "[ip, user, status=404]", "[a, b, ...]", "[..., size=1]",
	} {
		m := &app.Model{Name: "x", Functions: []app.FunctionModel{{Name: "f", Kind: app.LogsKind, Logs: &app.LogsModel{Group: "/app", FilterPattern: pattern}}}}
		delivered(t, m)
	}
}

// delivered fails for samples that AWS wouldn't deliver.
func delivered(t *testing.T, m *app.Model) {
	t.Helper()
	routes, err := delivery.New(m)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range m.Functions {
		event, err := sample.Event(m, f.FunctionName(), sample.Options{})
		if err != nil {
			t.Error(err)
			continue
		}
		if why := routes.Explain(f.FunctionName(), event); why != "" && !strings.HasPrefix(why, "it is Disabled: ") {
			t.Errorf("%s: %s\n%s", f.FunctionName(), why, event)
		}
		if !json.Valid(event) {
			t.Errorf("%s: %s", f.FunctionName(), event)
		}
	}
}

// TestMembers: a filter can ask for each member that a record has.
func TestMembers(t *testing.T) {
	for kind, f := range map[app.FunctionKind]app.FunctionModel{
		app.SQSKind:      {SQS: &app.SQSModel{Queue: "q"}},
		app.KinesisKind:  {Kinesis: &app.StreamModel{Stream: "s"}},
		app.DynamoDBKind: {DynamoDB: &app.StreamModel{StreamARN: "arn:aws:dynamodb:us-west-2:123456789012:table/t/stream/l"}},
	} {
		f.Name, f.Kind = "f", kind
		event, err := sample.Event(&app.Model{Functions: []app.FunctionModel{f}}, "f", sample.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var batch struct{ Records []map[string]any }
		if err := json.Unmarshal(event, &batch); err != nil {
			t.Fatal(err)
		}
		record := batch.Records[0]
		if inner, ok := record["kinesis"].(map[string]any); ok {
			delete(record, "kinesis") // filters see its members beside the others
			maps.Copy(record, inner)
		}
		for name := range record {
			if problems := eventpattern.Unmatched(kind, app.Pattern{name: []any{"x"}}); len(problems) > 0 {
				t.Errorf("%s: %s", kind, problems[0].Of("it"))
			}
		}
	}
}

// TestDecodable: handlers that decode messages and records as JSON can have the samples.
func TestDecodable(t *testing.T) {
	var decoded int
	count := func(_ context.Context, v struct{ Message string }) error {
		if v.Message != "" {
			decoded++
		}
		return nil
	}
	a := app.New("a")
	a.OnSQSMessage("q", app.EachJSON(func(ctx context.Context, v struct{ Message string }, r *app.SQSRecord) error { return count(ctx, v) }), app.Name("message"))
	a.OnKinesisRecord("s", app.EachJSON(func(ctx context.Context, v struct{ Message string }, r *app.KinesisRecord) error {
		return count(ctx, v)
	}), app.Name("record"))
	client := apptest.NewClient(t, a)
	for _, name := range []string{"message", "record"} {
		event, err := sample.Event(model(t, a), name, sample.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if result, err := client.Lambda.Invoke(name, event); err != nil || len(result.Failed()) > 0 {
			t.Errorf("%s: %v, and failed are %q", name, err, result.Failed())
		}
	}
	if decoded != 2 {
		t.Errorf("%d of 2 were decoded", decoded)
	}
}
