package dispatch_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
)

// eachKinds are the kinds of records that a handler can get one by one: an app whose
// function, work, hands the id of each to a handler; and an event of records.
var eachKinds = map[string]struct {
	declare func(a *app.App, handle func(ctx context.Context, id string) error)
	record  func(id string) string
	ordered bool
}{
	"SQS": {
		declare: func(a *app.App, handle func(context.Context, string) error) {
			a.OnSQSMessage("q", app.Each(func(ctx context.Context, r *app.SQSRecord) error { return handle(ctx, r.MessageID()) }), app.Name("work"))
		},
		record: batchKinds["SQS"].record,
	},
	"FIFO": {
		declare: func(a *app.App, handle func(context.Context, string) error) {
			a.OnSQSMessage("q.fifo", app.Each(func(ctx context.Context, r *app.SQSRecord) error { return handle(ctx, r.MessageID()) }), app.Name("work"))
		},
		record:  func(id string) string { return fifoRecord(id, "g") },
		ordered: true,
	},
	"Kinesis": {
		declare: func(a *app.App, handle func(context.Context, string) error) {
			a.OnKinesisRecord("s", app.Each(func(ctx context.Context, r *app.KinesisRecord) error { return handle(ctx, r.SequenceNumber()) }), app.Name("work"))
		},
		record:  batchKinds["Kinesis"].record,
		ordered: true,
	},
	"DynamoDB": {
		declare: func(a *app.App, handle func(context.Context, string) error) {
			a.OnDynamoDBRecord("arn:aws:dynamodb:us-west-2:1:table/t/stream/l", app.Each(func(ctx context.Context, r *app.DynamoDBRecord) error {
				return handle(ctx, r.SequenceNumber())
			}), app.Name("work"))
		},
		record:  batchKinds["DynamoDB"].record,
		ordered: true,
	},
}

func fifoRecord(id, group string) string {
	return `{"messageId":"` + id + `","body":"b","receiptHandle":"h","attributes":{"MessageGroupId":"` + group + `"},"eventSourceARN":"arn:aws:sqs:us-west-2:1:q.fifo"}`
}

// batchOf returns an event of records.
func batchOf(record func(string) string, ids ...string) string {
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = record(id)
	}
	return `{"Records":[` + strings.Join(all, ",") + `]}`
}

// TestEachFailures: however a handler fails, its record alone has failed, or those after it,
// too, where they have an order; and that is logged once.
func TestEachFailures(t *testing.T) {
	fail := map[string]struct {
		handle func() error
		logged []string
	}{
		"an error":         {func() error { return fmt.Errorf("boom: %w", errors.New("inside")) }, []string{`"error":"boom: inside"`, `"chain":`}},
		"a panic":          {func() error { panic("boom") }, []string{`"error":"boom"`, `"type":"panic"`, `"stack":`, "each_test.go"}},
		"a panic with nil": {func() error { panic(error(nil)) }, []string{`"type":"panic"`}},
		"Goexit":           {func() error { runtime.Goexit(); return nil }, []string{"runtime.Goexit", `"stack":`, "each_test.go"}},
		"reported records": {func() error { return app.BatchItemFailures{"9"} }, []string{"1 records of the batch failed"}},
	}
	for kind, k := range eachKinds {
		for how, f := range fail {
			t.Run(kind+", "+how, func(t *testing.T) {
				log := capture(t)
				a := app.New("each")
				var seen []string
				k.declare(a, func(_ context.Context, id string) error {
					seen = append(seen, id)
					if id == "2" {
						return f.handle()
					}
					return nil
				})
				got, err := invokeFunction(t, a, "work", batchOf(k.record, "1", "2", "3"))
				wantSeen, want := []string{"1", "2", "3"}, failuresOf("2")
				if k.ordered {
					wantSeen, want = wantSeen[:2], failuresOf("2", "3")
				}
				if err != nil || got != want || fmt.Sprint(seen) != fmt.Sprint(wantSeen) {
					t.Errorf("got %s, %v after %v; want %s after %v", got, err, seen, want, wantSeen)
				}
				if n := strings.Count(log.String(), `"record":"2"`); n != 1 {
					t.Errorf("the failure is logged %d times:\n%s", n, log)
				}
				lines := 1
				if k.ordered {
					lines = 2
				}
				if n := strings.Count(log.String(), "\n"); n != lines {
					t.Errorf("%d lines were logged, not %d:\n%s", n, lines, log)
				}
				for _, part := range f.logged {
					if !strings.Contains(log.String(), part) {
						t.Errorf("no %s in the log: %s", part, log)
					}
				}
			})
		}
	}
}

// TestEachSucceeds: without a failure nothing is logged or reported, also of an empty batch.
func TestEachSucceeds(t *testing.T) {
	for kind, k := range eachKinds {
		log := capture(t)
		a := app.New("each")
		k.declare(a, func(_ context.Context, id string) error {
			if id == "2" {
				return app.BatchItemFailures{} // no failure elsewhere, and none here
			}
			return nil
		})
		for _, event := range []string{`{"Records":[]}`, batchOf(k.record, "1", "2", "2")} {
			if got, err := invokeFunction(t, a, "work", event); got != failuresOf() || err != nil || log.Len() > 0 {
				t.Errorf("%s: got %s, %v; logged %s", kind, got, err, log)
			}
		}
	}
}
