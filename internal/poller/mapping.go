package poller

import (
	"context"
	"fmt"
	"time"

	"github.com/chalice-go/chalice/app"
)

// mapping is an event source and the function that gets its events. AWS calls
// it an event source mapping.
type mapping struct {
	poller   *Poller
	app      App
	function string
	site     *app.Source // of the registration; nil: unknown

	name    string // of the queue, stream or table
	kind    string // such as queue
	size    int    // of a batch, at most
	window  time.Duration
	partial bool // the function reports which records failed
}

// what names the source for people.
func (m *mapping) what() string { return fmt.Sprintf("the %s %s", m.kind, m.name) }

// outcome is the result of a batch.
type outcome struct {
	// failed has a value for each record: whether it failed.
	failed []bool
	// interrupted means that the result isn't known, since the poller was closed.
	interrupted bool
}

// first returns the index of the first record that failed, or the number of
// records if none did.
func (o outcome) first() int {
	for i, failed := range o.failed {
		if failed {
			return i
		}
	}
	return len(o.failed)
}

// deliver hands a batch over, and waits for the answer until the poller is
// closed.
func (m *mapping) deliver(ctx context.Context, b *batch) outcome {
	ctx, release := m.poller.linger(ctx, forever)
	defer release()
	ctx, end := m.app.Begin(ctx, m.name)
	answer, err := m.app.Invoke(ctx, m.function, b.event())
	interrupted := err != nil && ctx.Err() != nil
	failed := make([]bool, len(b.items))
	if err == nil && m.partial {
		err = markFailures(answer, b.items, failed)
	} else if err != nil {
		markAll(failed)
	}
	end(err)
	return outcome{failed: failed, interrupted: interrupted}
}

// Source names the queue, stream or table from which a function gets its
// events, for people. It is empty for a function whose source isn't polled.
func Source(f *app.FunctionModel) string {
	switch {
	case f.SQS != nil:
		return "the queue " + queueName(f.SQS)
	case f.Kinesis != nil:
		return "the stream " + f.Kinesis.Stream
	case f.DynamoDB != nil:
		return "the table " + tableName(f.DynamoDB)
	}
	return ""
}
