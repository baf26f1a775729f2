// Command events is an app without an API. Its functions run at certain times,
// for the messages of a topic and of a queue, for new files in a bucket, and
// when they are invoked.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func main() { dispatch.Start(newApp()) }

func newApp() *app.App {
	a := app.New("events")
	a.Schedule(app.Rate(5, app.Minutes), tick, app.Description("Every five minutes"))
	a.Schedule(app.Cron(0, 8, "?", "*", "MON-FRI", "*"), open, app.Timezone("Europe/Paris"))
	a.OnSNSMessage("alarms", notify)
	a.OnSQSMessage("orders", app.EachJSON(work), app.BatchSize(10)) // a queue with a visibility timeout of 360 s
	a.OnS3Event("example-invoices", file, app.Prefix("in/"), app.Suffix(".pdf"))
	app.TypedLambda(a, count)
	return a
}

func tick(ctx context.Context, e *app.CloudWatchEvent) error {
	slog.InfoContext(ctx, "tick", "time", e.Time(), "rule", e.Resources())
	return nil
}

// open runs at eight in the morning in Paris, in summer and in winter.
func open(ctx context.Context, _ *app.CloudWatchEvent) error {
	slog.InfoContext(ctx, "the shop is open")
	return nil
}

func notify(ctx context.Context, e *app.SNSEvent) error {
	if e.Message() == "" {
		return fmt.Errorf("the message %q is empty", e.Subject())
	}
	slog.WarnContext(ctx, "alarm", "subject", e.Subject(), "message", e.Message())
	return nil
}

// Order is the content of a message of the queue.
type Order struct {
	ID    string `json:"id"`
	Items int    `json:"items"`
}

// work gets the orders of a batch one by one: Lambda retries only those that fail.
func work(ctx context.Context, o Order, r *app.SQSRecord) error {
	if o.Items < 1 {
		return fmt.Errorf("order %q has no items", o.ID)
	}
	slog.InfoContext(ctx, "order", "id", o.ID, "items", o.Items, "message", r.MessageID())
	return nil
}

// file only logs what it would do. The bucket exists already, and keeps the
// notifications of others.
func file(ctx context.Context, e *app.S3Event) error {
	slog.InfoContext(ctx, "invoice", "bucket", e.Bucket(), "key", e.Key())
	return nil
}

// Text is a text whose words are to be counted.
type Text struct {
	Text string `json:"text"`
}

// Count is how often each word occurs.
type Count map[string]int

func count(ctx context.Context, t Text) (Count, error) {
	c := Count{}
	for word := range strings.FieldsSeq(strings.ToLower(t.Text)) {
		c[word]++
	}
	return c, nil
}
