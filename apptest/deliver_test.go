package apptest_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/apptest"
)

var errBody = errors.New("the body is bad")

// newDelivered is an app with functions whose sources filter. Those whose events have
// something to see append it to seen.
func newDelivered(seen *[]string) *app.App {
	a := app.New("delivered")
	see := func(what ...string) error {
		*seen = append(*seen, what...)
		return nil
	}
	a.OnSQSMessage("jobs", func(_ context.Context, e *app.SQSEvent) error {
		var failed app.BatchItemFailures
		for _, r := range e.Records() {
			switch r.Body() {
			case "bad":
				failed = append(failed, r.MessageID())
			case "worse":
				return errBody
			}
		}
		return failed
	}, app.Name("jobs"), app.BatchSize(3), app.PartialBatch())
	a.OnSQSMessage("jobs", func(context.Context, *app.SQSEvent) error { return nil }, app.Name("audit"), app.BatchSize(10),
		app.Filter(app.Pattern{"body": map[string]any{"kind": []any{"new"}}}))
	a.OnSQSMessage("paused", func(context.Context, *app.SQSEvent) error { return nil }, app.Name("paused"), app.Disabled())
	a.OnKinesisRecord("clicks", func(_ context.Context, e *app.KinesisEvent) error {
		if string(e.Records()[0].Data()) == "bad" {
			return errBody
		}
		return nil
	}, app.Name("clicks"), app.BatchSize(2))
	a.OnSNSMessage("orders", func(context.Context, *app.SNSEvent) error { return nil }, app.Name("paid"),
		app.FilterPolicy(app.Pattern{"kind": []any{"paid"}}))
	a.OnSNSMessage("orders", func(context.Context, *app.SNSEvent) error { return nil }, app.Name("all"))
	a.OnS3Event("images", func(_ context.Context, e *app.S3Event) error { return see(e.Key()) }, app.Name("resize"),
		app.KeyFilter("in/", ".jpg"), app.KeyFilter("", ".png"))
	a.OnS3Event("films", func(_ context.Context, e *app.S3Event) error { return see(e.Bucket() + "/" + e.Key()) }, app.Name("cut"), app.ViaEventBridge())
	shop := app.Pattern{"source": []any{"com.shop"}}
	a.OnCloudWatchEvent(shop, func(_ context.Context, e *app.CloudWatchEvent) error { return see(e.DetailType()) }, app.Name("ordered"))
	a.OnCloudWatchEvent(shop, func(_ context.Context, e *app.CloudWatchEvent) error {
		var input struct{ From string }
		err := e.JSON(&input)
		see(input.From)
		return err
	}, app.Name("onBus"), app.Bus("orders"), app.Input(map[string]any{"from": "rule"}))
	a.Schedule("rate(1 day)", func(_ context.Context, e *app.CloudWatchEvent) error { return see(e.Source()) }, app.Name("tick"))
	a.Schedule("cron(0 8 * * ? *)", func(_ context.Context, e *app.CloudWatchEvent) error { return see(e.Source()) }, app.Name("paris"), app.Timezone("Europe/Paris"))
	a.OnLogEvents("/app", func(_ context.Context, e *app.LogsEvent) error {
		for _, r := range e.Events() {
			see(r.Message())
		}
		return nil
	}, app.Name("alarm"), app.FilterPattern("?ERROR ?WARN"))
	a.Route("/", index)
	a.LambdaFunction(func(context.Context, json.RawMessage) (any, error) { return nil, nil }, app.Name("plain"))
	return a
}

// got is what a test compares of a function.
type got struct {
	Calls            []string // ids or results
	Failed, Filtered []string
	Why              string
}

// summary of what a function received: of each call its result, or its error.
func summary(r *apptest.Received) got {
	g := got{Failed: r.Failed, Filtered: r.Filtered, Why: r.Why}
	for _, c := range r.Calls {
		if c.Err != nil {
			g.Calls = append(g.Calls, "error: "+c.Err.Error())
			continue
		}
		g.Calls = append(g.Calls, c.Result.Text())
	}
	return g
}

func TestDeliver(t *testing.T) {
	quiet(t)
	var seen []string
	client := apptest.NewClient(t, newDelivered(&seen))
	e := client.Events
	paid := apptest.Attributes(map[string]apptest.Attribute{"kind": {Value: "paid"}})
	const done = `null`
	for name, tc := range map[string]struct {
		event   any
		options []apptest.DeliverOption
		want    map[string]got
		seen    []string
		err     string
	}{
		"messages, some of them for both": {
			event: e.SQS("jobs", "a", `{"kind":"new"}`),
			want: map[string]got{
				"jobs":  {Calls: []string{`{"batchItemFailures":[]}`}},
				"audit": {Calls: []string{done}, Filtered: []string{"message-id"}},
			},
		},
		"records that fail": {
			event: e.SQS("jobs", "a", "bad", "c", "worse", "e"),
			want: map[string]got{
				"jobs":  {Calls: []string{`{"batchItemFailures":[{"itemIdentifier":"message-id-2"}]}`, "error: the body is bad"}, Failed: []string{"message-id-2", "message-id-4", "message-id-5"}},
				"audit": {Why: `its filter wants body.kind to be ["new"], and body is "e"`, Filtered: []string{"message-id", "message-id-2", "message-id-3", "message-id-4", "message-id-5"}},
			},
			err: "jobs reports as failed: message-id-2\njobs: the body is bad",
		},
		"a mapping that is Disabled": {
			event: e.SQS("paused", "a"),
			want:  map[string]got{"paused": {Why: "it is Disabled: nothing of the queue paused is delivered"}},
			err:   "no function gets the event of a queue:\njobs: it is for the queue jobs, and the records are those of paused\naudit: it is for the queue jobs, and the records are those of paused\npaused: it is Disabled: nothing of the queue paused is delivered",
		},
		"a stream stops at a failure": {
			event: e.Kinesis("clicks", []byte("a"), []byte("b"), []byte("bad"), []byte("d"), []byte("e")),
			want:  map[string]got{"clicks": {Calls: []string{done, "error: the body is bad"}, Failed: []string{"12347", "12348", "12349"}}},
			err:   "clicks: the body is bad",
		},
		"a message for all": {
			event: e.SNS("hi", apptest.Topic("orders")),
			want: map[string]got{
				"all":  {Calls: []string{done}},
				"paid": {Why: `its filter policy wants kind to be ["paid"], and the event has none`},
			},
		},
		"a message for both":              {event: e.SNS("hi", apptest.Topic("orders"), paid), want: map[string]got{"all": {Calls: []string{done}}, "paid": {Calls: []string{done}}}},
		"an object":                       {event: e.S3("images", "in/my cat.jpg"), want: map[string]got{"resize": {Calls: []string{done}}}, seen: []string{"in/my cat.jpg"}},
		"an object by way of EventBridge": {event: e.S3("films", "a b"), want: map[string]got{"cut": {Calls: []string{done}}}, seen: []string{"films/a b"}},
		"another object":                  {event: e.S3("images", "cat.jpg"), want: map[string]got{"resize": {Why: "it is for keys like in/*.jpg or *.png, and the object's is cat.jpg"}}, err: "no function gets the event of a bucket:\nresize: it is for keys like in/*.jpg or *.png, and the object's is cat.jpg\ncut: it is for the bucket films, and the object is in images"},
		"an object by a table":            {event: e.DynamoDB("users"), err: "this is no event of EventBridge, SNS, S3, SQS, Kinesis, DynamoDB or CloudWatch Logs"},
		"a change of an item":             {event: e.DynamoDB("users", apptest.Change{New: map[string]any{"id": 1}}), err: "no function gets the event: the app has none for events of a table"},
		"an event": {
			event: e.CloudWatch("com.shop", "OrderPlaced", nil),
			want:  map[string]got{"ordered": {Calls: []string{done}}, "onBus": {Why: "its rule is on the event bus orders, and the event is on default"}},
			seen:  []string{"OrderPlaced"},
		},
		"an event on another bus": {
			event: e.CloudWatch("com.shop", "OrderPlaced", nil), options: []apptest.DeliverOption{apptest.Bus("orders")},
			want: map[string]got{"onBus": {Calls: []string{done}}, "ordered": {Why: "its rule is on the event bus default, and the event is on orders"}},
			seen: []string{"rule"},
		},
		"events of a log": {
			event: e.Logs("/app", "INFO a", "WARN b", "ERROR c"),
			want:  map[string]got{"alarm": {Calls: []string{done}, Filtered: []string{"log-event-id"}}},
			seen:  []string{"WARN b", "ERROR c"},
		},
		"a value": {
			event: map[string]any{"source": "com.shop", "detail-type": "OrderPlaced", "detail": map[string]any{}},
			want:  map[string]got{"ordered": {Calls: []string{done}}},
			seen:  []string{"OrderPlaced"},
		},
		"nothing": {event: nil, err: "this is no event of EventBridge, SNS, S3, SQS, Kinesis, DynamoDB or CloudWatch Logs"},
	} {
		t.Run(name, func(t *testing.T) {
			seen = nil
			d, err := client.Deliver(tc.event, tc.options...)
			said := ""
			if err != nil {
				said = err.Error()
			}
			if diff := cmp.Diff(tc.err, said); diff != "" {
				t.Errorf("the error: want -, got +\n%s", diff)
			}
			if !slices.Equal(seen, tc.seen) {
				t.Errorf("handlers saw %q, want %q", seen, tc.seen)
			}
			for function, want := range tc.want {
				if diff := cmp.Diff(want, summary(d.To(function))); diff != "" {
					t.Errorf("%s: want -, got +\n%s", function, diff)
				}
			}
			for _, r := range d.Received {
				if _, ok := tc.want[r.Function]; !ok {
					t.Errorf("%s got %v", r.Function, summary(r))
				}
			}
		})
	}
}

// TestDeliverErrors: errors have their types, and what the handlers returned.
func TestDeliverErrors(t *testing.T) {
	quiet(t)
	client := apptest.NewClient(t, newDelivered(new([]string)))
	_, err := client.Deliver(client.Events.SQS("jobs", "bad", "b", "c", "worse"))
	failed, ok := errors.AsType[*apptest.FailedRecordsError](err)
	if !ok || failed.Function != "jobs" || !slices.Equal(failed.Records, []string{"message-id"}) || !errors.Is(err, errBody) {
		t.Errorf("got %v", err)
	}
	_, err = client.Deliver(client.Events.CloudWatch("com.other", "A", nil))
	missed, ok := errors.AsType[*apptest.UndeliveredError](err)
	if !ok || missed.Source != "EventBridge" || len(missed.Missed) != 2 || missed.Missed[0].Why != `its pattern wants source to be ["com.shop"], and it is "com.other"` {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errBody)
	if _, err := client.DeliverContext(ctx, client.Events.Kinesis("clicks", []byte("a"))); err != nil && !errors.Is(err, errBody) {
		t.Errorf("got %v", err)
	}
	got := record(t, func(tb testing.TB) {
		d, _ := apptest.NewClient(tb, newDelivered(new([]string))).Deliver(client.Events.SQS("jobs", "a"))
		if r := d.To("clicks"); r.Why != "such an event is for functions of another kind" || len(r.Calls) > 0 {
			t.Errorf("got %+v", r)
		}
		d.To("ghost")
	})
	if len(got) != 1 || !strings.HasPrefix(got[0], `the app has no function "ghost": it has `) {
		t.Errorf("the test fails with %q", got)
	}
}

// TestFire: the time of a schedule comes.
func TestFire(t *testing.T) {
	var seen []string
	client := apptest.NewClient(t, newDelivered(&seen))
	for function, source := range map[string]string{"tick": "aws.events", "paris": "aws.scheduler"} {
		seen = nil
		d, err := client.Fire(function, apptest.FiredAt(time.Date(2026, 7, 1, 8, 0, 0, 0, time.FixedZone("CEST", 2*3600))))
		if err != nil || len(d.To(function).Calls) != 1 || !slices.Equal(seen, []string{source}) {
			t.Fatalf("%s: got %v, %+v, %q", function, err, d.To(function), seen)
		}
		event := d.To(function).Calls[0].Event
		if !strings.Contains(string(event), `"time":"2026-07-01T06:00:00Z"`) || !strings.Contains(string(event), "/"+function+`"`) {
			t.Errorf("%s: got %s", function, event)
		}
		// The same event reaches its own schedule alone.
		d, err = client.Deliver(event)
		if err != nil || len(d.Received) != 1 || d.Received[0].Function != function {
			t.Errorf("%s: got %v, %+v", function, err, d)
		}
	}
	for function, want := range map[string]string{"jobs": "jobs has no schedule", "ghost": `the app has no function "ghost"`, "api_handler": "api_handler has no schedule"} {
		if _, err := client.Fire(function); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: got %v", function, err)
		}
	}
}
