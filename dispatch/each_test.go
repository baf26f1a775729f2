package dispatch_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
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

// invokeWithin invokes the function work with a context.
func invokeWithin(t *testing.T, ctx context.Context, a *app.App, event string) (string, error) {
	t.Helper()
	h, err := dispatch.NewHandler(a, "work")
	if err != nil {
		t.Fatal(err)
	}
	out, err := h.Invoke(ctx, []byte(event))
	return string(out), err
}

// TestEachDeadline: handlers get a context that ends before the function does, and what wasn't
// begun by then is reported, with one line in the log; by the clock of a bubble.
func TestEachDeadline(t *testing.T) {
	for limit, margin := range map[time.Duration]time.Duration{
		time.Minute: 500 * time.Millisecond, 5 * time.Second: 500 * time.Millisecond, 3 * time.Second: 300 * time.Millisecond, time.Second: 100 * time.Millisecond,
	} {
		for kind, k := range eachKinds {
			t.Run(fmt.Sprint(kind, " ", limit), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					log := capture(t)
					start := time.Now()
					a := app.New("each")
					k.declare(a, func(ctx context.Context, id string) error {
						if id == "2" {
							<-ctx.Done() // and the record is done all the same
						}
						return nil
					})
					ctx, cancel := context.WithTimeout(t.Context(), limit)
					defer cancel()
					got, err := invokeWithin(t, ctx, a, batchOf(k.record, "1", "2", "3", "4"))
					if got != failuresOf("3", "4") || err != nil || time.Since(start) != limit-margin {
						t.Errorf("after %v: got %s, %v", time.Since(start), got, err)
					}
					const want = `"records":2,"why":"2 came too late: the function's time is nearly over"`
					if !strings.Contains(log.String(), want) || strings.Count(log.String(), "\n") != 1 {
						t.Errorf("logged %s", log)
					}
				})
			})
		}
	}
}

// TestEachCanceled: when the context of the invocation is canceled, nothing more begins.
func TestEachCanceled(t *testing.T) {
	for kind, k := range eachKinds {
		log := capture(t)
		ctx, cancel := context.WithCancelCause(t.Context())
		a := app.New("each")
		k.declare(a, func(ctx context.Context, id string) error {
			cancel(errors.New("the caller has gone"))
			return nil
		})
		got, err := invokeWithin(t, ctx, a, batchOf(k.record, "1", "2"))
		if got != failuresOf("2") || err != nil || !strings.Contains(log.String(), "the caller has gone") {
			t.Errorf("%s: got %s, %v; logged %s", kind, got, err, log)
		}
	}
}

// TestEachGroups: after a failure the rest of a group waits, and other groups go on; of a
// standard queue everything goes on, whatever groups there are.
func TestEachGroups(t *testing.T) {
	quiet(t)
	for queue, want := range map[string]string{"q.fifo": failuresOf("1", "3", "5"), "q": failuresOf("1")} {
		a := app.New("each")
		a.OnSQSMessage("${queue}", app.Each(func(_ context.Context, r *app.SQSRecord) error {
			if r.MessageID() == "1" {
				return errors.New("boom")
			}
			return nil
		}, app.Parallel(5)), app.Name("work"))
		event := `{"Records":[` + strings.Join([]string{fifoRecord("1", "a"), fifoRecord("2", "b"), fifoRecord("3", "a"), fifoRecord("4", "b"), fifoRecord("5", "a")}, ",") + `]}`
		got, err := invokeFunction(t, a, "work", strings.ReplaceAll(event, "q.fifo", queue))
		if got != want || err != nil {
			t.Errorf("%s: got %s, %v; want %s", queue, got, err, want)
		}
	}
}

// TestEachUnread: a record that can't be read, and those after it, come again beside those
// whose handlers failed.
func TestEachUnread(t *testing.T) {
	for kind, k := range eachKinds {
		broken := strings.ReplaceAll(k.record("3"), `"body":"b",`, "")
		if kind == "Kinesis" || kind == "DynamoDB" {
			broken = batchKinds[kind].broken("3")[0]
		}
		log := capture(t)
		a := app.New("each")
		k.declare(a, func(_ context.Context, id string) error {
			if id == "2" {
				return errors.New("boom")
			}
			return nil
		})
		got, err := invokeFunction(t, a, "work", `{"Records":[`+strings.Join([]string{k.record("1"), k.record("2"), broken, k.record("4")}, ",")+`]}`)
		if got != failuresOf("2", "3", "4") || err != nil {
			t.Errorf("%s: got %s, %v", kind, got, err)
		}
		for _, part := range []string{`"record":"2"`, "record 2: ", `"error":"boom"`} {
			if strings.Count(log.String(), part) != 1 && part[0] == '"' || !strings.Contains(log.String(), part) {
				t.Errorf("%s: %s isn't logged once:\n%s", kind, part, log)
			}
		}
	}
}

// TestEachAmbiguous: a record that failed and can't be reported alone fails the whole batch.
func TestEachAmbiguous(t *testing.T) {
	for kind, k := range eachKinds {
		quiet(t)
		a := app.New("each")
		k.declare(a, func(_ context.Context, id string) error {
			if id == "" || id == "2" {
				return errors.New("boom")
			}
			return nil
		})
		for _, event := range []string{batchOf(k.record, "1", "2", "2"), batchOf(k.record, "1", "")} {
			if got, err := invokeFunction(t, a, "work", event); err == nil || !strings.Contains(err.Error(), "can't be reported alone") {
				t.Errorf("%s: %s: got %s, %v", kind, event, got, err)
			}
		}
	}
}

// TestEachJSON decodes bodies, and asks Poison about those that it can't decode.
func TestEachJSON(t *testing.T) {
	type job struct{ N int }
	for name, tc := range map[string]struct {
		poison []app.EachOption[*app.SQSRecord]
		want   string
		logged []string
	}{
		"without Poison": {nil, failuresOf("2", "3"), []string{"decode the record into dispatch_test.job: ", `"record":"3"`}},
		"done":           {[]app.EachOption[*app.SQSRecord]{app.Poison(func(context.Context, *app.SQSRecord, error) error { return nil })}, failuresOf("3"), []string{`"record":"3"`}},
		"failed": {[]app.EachOption[*app.SQSRecord]{app.Poison(func(_ context.Context, r *app.SQSRecord, err error) error {
			return errors.New("no room for " + r.MessageID())
		})}, failuresOf("2", "3"), []string{"no room for 2 (about a record that can't be decoded: decode the record into", `"record":"3"`}},
		"the same": {[]app.EachOption[*app.SQSRecord]{app.Poison(func(_ context.Context, _ *app.SQSRecord, err error) error {
			return fmt.Errorf("poison: %w", err)
		})}, failuresOf("2", "3"), []string{`"error":"poison: decode the record into`}},
		"panicked": {[]app.EachOption[*app.SQSRecord]{app.Poison(func(context.Context, *app.SQSRecord, error) error { panic("poison") })}, failuresOf("2", "3"), []string{`"type":"panic"`}},
		"none":     {[]app.EachOption[*app.SQSRecord]{{}}, failuresOf("2", "3"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			log := capture(t)
			a := app.New("each")
			a.OnSQSMessage("q", app.EachJSON(func(_ context.Context, j job, r *app.SQSRecord) error {
				if fmt.Sprint(j.N) != r.MessageID() {
					t.Errorf("%s is decoded as %v", r.Body(), j)
				}
				if j.N == 3 {
					return errors.New("boom")
				}
				return nil
			}, tc.poison...), app.Name("work"))
			got, err := invokeFunction(t, a, "work", `{"Records":[{"messageId":"1","body":"{\"N\":1}"},{"messageId":"2","body":"{\"N\":\"2\"}"},{"messageId":"3","body":"{\"N\":3}"}]}`)
			if got != tc.want || err != nil {
				t.Errorf("got %s, %v; want %s", got, err, tc.want)
			}
			for _, part := range tc.logged {
				if strings.Count(log.String(), part) != 1 {
					t.Errorf("%s isn't logged once:\n%s", part, log)
				}
			}
		})
	}
}

// TestEachCalled: a handler of one's own that calls what Each made is registered for itself, so
// that the whole batch fails unless it is registered with PartialBatch, and the log says so.
func TestEachCalled(t *testing.T) {
	each := app.Each(func(_ context.Context, r *app.SQSRecord) error {
		if r.MessageID() == "1" {
			return errors.New("boom")
		}
		return nil
	})
	own := func(ctx context.Context, e *app.SQSEvent) error { return each(ctx, e) }
	event := batchOf(batchKinds["SQS"].record, "1", "2")

	log := capture(t)
	a := app.New("each")
	a.OnSQSMessage("q", own, app.Name("work"))
	const advice = "register it with app.PartialBatch, or register what app.Each returned itself"
	if got, err := invokeFunction(t, a, "work", event); err == nil || !strings.Contains(log.String(), advice) {
		t.Errorf("got %s, %v; logged %s", got, err, log)
	}

	log = capture(t)
	a = app.New("each")
	a.OnSQSMessage("q", own, app.Name("work"), app.PartialBatch())
	if got, err := invokeFunction(t, a, "work", event); got != failuresOf("1") || err != nil || strings.Contains(log.String(), "PartialBatch") {
		t.Errorf("got %s, %v; logged %s", got, err, log)
	}
}
