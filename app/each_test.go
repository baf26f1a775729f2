package app_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
)

// shop has a handler that is a method.
type shop struct{}

func (*shop) ship(context.Context, *app.SQSRecord) error { return nil }

func anyRecord[R any](context.Context, R) error { return nil }

// asked is a handler of batches that would be found out if it were called at the registration.
//
//go:noinline
func asked(t *testing.T) func(context.Context, *app.SQSEvent) error {
	return func(context.Context, *app.SQSEvent) error {
		t.Error("a handler was called at its registration")
		return nil
	}
}

// TestEachIsRecognized: the function is called after the handler of single records, which the
// model names, and asks for a partial batch; a handler of the user's own that calls what Each
// made, or looks like it, is taken for itself.
func TestEachIsRecognized(t *testing.T) {
	const here = "github.com/chalice-go/chalice/app_test."
	each := app.Each(item)
	held := map[string]func(context.Context, *app.SQSEvent) error{"h": app.Each(new(shop).ship)}
	json := app.EachJSON(decoded, app.Poison(park))
	for name, tc := range map[string]struct {
		register func(a *app.App)
		name     string
		handler  string
		poison   string
		partial  bool
	}{
		"a function":              {func(a *app.App) { a.OnSQSMessage("q", app.Each(item)) }, "item", here + "item", "", true},
		"a variable":              {func(a *app.App) { a.OnSQSMessage("q", each) }, "item", here + "item", "", true},
		"a method, from a map":    {func(a *app.App) { a.OnSQSMessage("q", held["h"]) }, "ship", here + "(*shop).ship-fm", "", true},
		"decoding":                {func(a *app.App) { a.OnSQSMessage("q", json) }, "decoded", here + "decoded", here + "park", true},
		"twice":                   {func(a *app.App) { a.OnSQSMessage("q", json, app.Name("n")) }, "n", here + "decoded", here + "park", true},
		"an instance":             {func(a *app.App) { a.OnKinesisRecord("s", app.Each(anyRecord[*app.KinesisRecord]), app.Name("n")) }, "n", here + "anyRecord[...]", "", true},
		"another instance":        {func(a *app.App) { a.OnDynamoDBRecord(stream, app.Each(anyRecord[*app.DynamoDBRecord]), app.Name("n")) }, "n", here + "anyRecord[...]", "", true},
		"a handler of batches":    {func(a *app.App) { a.OnSQSMessage("q", work) }, "work", here + "work", "", false},
		"a closure":               {func(a *app.App) { a.OnSQSMessage("q", asked(t), app.Name("n")) }, "n", here + "asked.func1", "", false},
		"a handler that calls it": {func(a *app.App) { a.OnSQSMessage("q", callsEach) }, "callsEach", here + "callsEach", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			a := app.New("a")
			tc.register(a)
			registry, err := a.Registry()
			if err != nil {
				t.Fatal(err)
			}
			f := registry.Model().Functions[0]
			partial := f.SQS != nil && f.SQS.PartialBatch || f.Kinesis != nil && f.Kinesis.PartialBatch || f.DynamoDB != nil && f.DynamoDB.PartialBatch
			got := []any{f.Name, f.Handler, f.Poison, partial, registry.Functions()[0].PartialBatch}
			if diff := cmp.Diff([]any{tc.name, tc.handler, tc.poison, tc.partial, tc.partial}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func callsEach(ctx context.Context, e *app.SQSEvent) error { return app.Each(item)(ctx, e) }

// TestSQSRecord reads what a message says of itself, and one that says nothing.
func TestSQSRecord(t *testing.T) {
	e, err := app.NewSQSEvent([]byte(`{"Records":[{"body":"b","messageId":"m","eventSourceARN":"arn:aws:sqs:us-west-2:123456789012:jobs.fifo",
		"attributes":{"ApproximateReceiveCount":"3","SentTimestamp":"1520621625029","MessageGroupId":"gr\u00fcn","MessageDeduplicationId":"d","SequenceNumber":"18849496460467696128"},
		"messageAttributes":{"n":{"dataType":"Number.cents","stringValue":"12345678901234567890.5"},"b":{"dataType":"Binary","binaryValue":"aGk="},"s":{"dataType":"String","stringValue":"t"},"x":{"dataType":"Binary","binaryValue":"Y"}}},
		{"body":"b"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	type said struct {
		Group, Deduplication, Sequence, ARN, Queue, Text, None string
		Receives                                               int
		Sent                                                   time.Time
		Attributes                                             map[string]app.SQSAttribute
		Number                                                 json.Number
	}
	want := []said{{
		"grün", "d", "18849496460467696128", "arn:aws:sqs:us-west-2:123456789012:jobs.fifo", "jobs.fifo", "t", "", 3, time.UnixMilli(1520621625029).UTC(),
		map[string]app.SQSAttribute{"n": {Type: "Number.cents", Value: "12345678901234567890.5"}, "b": {Type: "Binary", Binary: []byte("hi")}, "s": {Type: "String", Value: "t"}, "x": {Type: "Binary"}},
		"12345678901234567890.5",
	}, {Attributes: map[string]app.SQSAttribute{}}}
	for i, r := range e.Records() {
		got := said{
			r.GroupID(), r.DeduplicationID(), r.SequenceNumber(), r.EventSourceARN(), r.QueueName(), r.MessageAttribute("s"), r.MessageAttribute("none"),
			r.ReceiveCount(), r.SentTime(), r.MessageAttributes(), r.MessageAttributes()["n"].Number(),
		}
		if diff := cmp.Diff(want[i], got); diff != "" {
			t.Errorf("record %d (-want +got):\n%s", i, diff)
		}
		if n := r.MessageAttributes()["s"].Number(); n != "" {
			t.Errorf("the number of a text is %q", n)
		}
	}
}

// TestKinesisRecordSource reads where a record is from.
func TestKinesisRecordSource(t *testing.T) {
	e, err := app.NewKinesisEvent([]byte(`{"Records":[{"eventID":"shardId-000000000006:49590338271490256608559692538361571095921575989136588898","awsRegion":"us-east-2",
		"eventSourceARN":"arn:aws:kinesis:us-east-2:123456789012:stream/s","kinesis":{"data":"eyJhIjogMX0=","sequenceNumber":"1"}},{"kinesis":{"data":"YQ=="}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"shardId-000000000006:49590338271490256608559692538361571095921575989136588898", "shardId-000000000006", "us-east-2", "arn:aws:kinesis:us-east-2:123456789012:stream/s"},
		{"", "", "", ""},
	}
	for i, r := range e.Records() {
		if diff := cmp.Diff(want[i], []string{r.EventID(), r.ShardID(), r.AWSRegion(), r.EventSourceARN()}); diff != "" {
			t.Errorf("record %d (-want +got):\n%s", i, diff)
		}
		var v struct{ A int }
		if err := r.JSON(&v); (err == nil) != (i == 0) || v.A != 1-i {
			t.Errorf("record %d: decoded %v, %v", i, v, err)
		}
	}
}

// TestExpired tells deletions by Time to Live from the app's own.
func TestExpired(t *testing.T) {
	const ttl = `"userIdentity":{"type":"Service","principalId":"dynamodb.amazonaws.com"},`
	for record, want := range map[string]bool{
		ttl + `"eventName":"REMOVE",`: true,
		`"eventName":"REMOVE",`:       false,
		ttl + `"eventName":"MODIFY",`: false,
		`"userIdentity":null,`:        false,
		`"userIdentity":"x",`:         false,
		strings.Replace(ttl, "Service", "AssumedRole", 1) + `"eventName":"REMOVE",`: false,
	} {
		e, err := app.NewDynamoDBEvent([]byte(`{"Records":[{` + record + `"dynamodb":{}}]}`))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range e.Records() {
			if r.Expired() != want {
				t.Errorf("%s: %v, by %v", record, r.Expired(), r.UserIdentity())
			}
		}
	}
}
