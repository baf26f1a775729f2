package dispatch_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
)

// batchKinds are the kinds of functions that get batches: how their records are
// written, whole and broken, and an app whose function, work, reads its records
// and then returns result.
var batchKinds = map[string]struct {
	record  func(id string) string
	broken  func(id string) []string // broken records with an identifier
	noName  []string                 // broken records without an identifier
	declare func(a *app.App, partial bool, result func(ids []string) error)
}{
	"SQS": {
		record: func(id string) string { return `{"messageId":"` + id + `","body":"b","receiptHandle":"h"}` },
		broken: func(id string) []string {
			return []string{`{"messageId":"` + id + `"}`, `{"Body":"b","messageId":"` + id + `"}`}
		},
		noName: []string{`{}`, `null`, `7`, `[]`, `{"messageId":7}`, `{"messageId":""}`},
		declare: func(a *app.App, partial bool, result func(ids []string) error) {
			options := []app.SQSOption{app.Name("work")}
			if partial {
				options = append(options, app.PartialBatch())
			}
			a.OnSQSMessage("q", func(_ context.Context, e *app.SQSEvent) error {
				return result(idsOf(e.Records(), (*app.SQSRecord).MessageID))
			}, options...)
		},
	},
	"Kinesis": {
		record: func(id string) string { return `{"kinesis":{"sequenceNumber":"` + id + `","data":"YQ=="}}` },
		broken: func(id string) []string {
			return []string{
				`{"kinesis":{"sequenceNumber":"` + id + `"}}`, `{"kinesis":{"sequenceNumber":"` + id + `","data":"Y"}}`,
				`{"kinesis":{"sequenceNumber":"` + id + `","data":"YQ==","approximateArrivalTimestamp":"soon"}}`,
			}
		},
		noName: []string{`{}`, `null`, `{"kinesis":{}}`, `{"kinesis":null}`, `{"sequenceNumber":"n"}`},
		declare: func(a *app.App, partial bool, result func(ids []string) error) {
			a.OnKinesisRecord("s", func(_ context.Context, e *app.KinesisEvent) error {
				return result(idsOf(e.Records(), (*app.KinesisRecord).SequenceNumber))
			}, streamOptions[app.KinesisOption](partial)...)
		},
	},
	"DynamoDB": {
		record: func(id string) string { return `{"dynamodb":{"SequenceNumber":"` + id + `"}}` },
		broken: func(id string) []string {
			return []string{`{"dynamodb":{"SequenceNumber":"` + id + `","ApproximateCreationDateTime":{}}}`}
		},
		noName: []string{`{}`, `null`, `{"dynamodb":[]}`, `{"eventID":"e"}`},
		declare: func(a *app.App, partial bool, result func(ids []string) error) {
			a.OnDynamoDBRecord("arn:aws:dynamodb:us-west-2:1:table/t/stream/l", func(_ context.Context, e *app.DynamoDBEvent) error {
				return result(idsOf(e.Records(), (*app.DynamoDBRecord).SequenceNumber))
			}, streamOptions[app.DynamoDBOption](partial)...)
		},
	},
}

// streamOptions returns the options of a registration of either kind of stream.
func streamOptions[O any](partial bool) []O {
	options := []O{any(app.Name("work")).(O)}
	if partial {
		options = append(options, any(app.PartialBatch()).(O))
	}
	return options
}

func idsOf[R any](records []R, id func(R) string) []string {
	ids := []string{}
	for _, r := range records {
		ids = append(ids, id(r))
	}
	return ids
}

// failuresOf returns the answer that reports these records.
func failuresOf(ids ...string) string {
	items := make([]string, len(ids))
	for i, id := range ids {
		items[i] = `{"itemIdentifier":"` + id + `"}`
	}
	return `{"batchItemFailures":[` + strings.Join(items, ",") + `]}`
}

// TestUnreadableRecords: a record that can't be read, and all after it, are
// retried, as are those that the handler reports.
func TestUnreadableRecords(t *testing.T) {
	for kind, k := range batchKinds {
		for i, broken := range k.broken("3") {
			event := `{"Records":[` + strings.Join([]string{k.record("1"), k.record("2"), broken, k.record("4")}, ",") + `]}`
			for name, tc := range map[string]struct {
				returns error
				want    string // "": the invocation fails
				logged  []string
			}{
				"nothing reported":    {nil, failuresOf("3", "4"), []string{"record 2: "}},
				"one reported":        {app.BatchItemFailures{"2"}, failuresOf("2", "3", "4"), []string{"record 2: "}},
				"none reported":       {app.BatchItemFailures{}, failuresOf("3", "4"), []string{"record 2: "}},
				"reported with a why": {fmt.Errorf("no room: %w", app.BatchItemFailures{"1"}), failuresOf("1", "3", "4"), []string{"record 2: ", "no room"}},
				"one of them twice":   {app.BatchItemFailures{"4", "2"}, failuresOf("4", "2", "3"), []string{"record 2: "}},
				"another error":       {errors.New("boom"), "", nil},
			} {
				t.Run(fmt.Sprint(kind, " ", i, ", ", name), func(t *testing.T) {
					log := capture(t)
					a := app.New("batches")
					k.declare(a, true, func(ids []string) error {
						if got := fmt.Sprint(ids); got != "[1 2]" {
							t.Errorf("the handler sees %s", got)
						}
						return tc.returns
					})
					got, err := invokeFunction(t, a, "work", event)
					if got != tc.want || (err != nil) != (tc.want == "") {
						t.Errorf("got %s, %v; want %s", got, err, tc.want)
					}
					for _, part := range tc.logged {
						if !strings.Contains(log.String(), part) || !strings.Contains(log.String(), `"level":"ERROR"`) {
							t.Errorf("no %q in the log: %s", part, log)
						}
					}
					plain := app.New("whole")
					k.declare(plain, false, func([]string) error { return tc.returns })
					if got, err := invokeFunction(t, plain, "work", event); err == nil {
						t.Errorf("without PartialBatch: got %s", got)
					}
				})
			}
		}
	}
}

// TestUnnamedRecords: if one of the records that weren't handled has no
// identifier, the whole batch is retried.
func TestUnnamedRecords(t *testing.T) {
	quiet(t)
	for kind, k := range batchKinds {
		events := []string{`{}`, `{"Records":null}`, `{"Records":{}}`, `{"Records":"x"}`}
		for _, unnamed := range k.noName {
			events = append(events,
				`{"Records":[`+k.record("1")+`,`+unnamed+`]}`,
				`{"Records":[`+unnamed+`,`+k.record("2")+`]}`,
				`{"Records":[`+k.record("1")+`,`+k.broken("2")[0]+`,`+unnamed+`]}`)
		}
		for _, event := range events {
			for _, returns := range []error{nil, app.BatchItemFailures{"1"}} {
				a := app.New("batches")
				k.declare(a, true, func([]string) error { return returns })
				if got, err := invokeFunction(t, a, "work", event); err == nil {
					t.Errorf("%s, %s, %v: got %s, though a record can't be named", kind, event, returns, got)
				}
			}
		}
	}
}
