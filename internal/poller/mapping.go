package poller

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/requestid"
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
	record  string // what it has, such as message
	size    int    // of a batch, at most
	window  time.Duration
	partial bool // the function reports which records failed
	filter  *filter
}

// The kinds of sources, for people.
const (
	kindQueue  = "queue"
	kindStream = "stream"
	kindTable  = "table"
)

// what names the source for people.
func (m *mapping) what() string { return fmt.Sprintf("the %s %s", m.kind, m.name) }

// count names some of the source's records for people.
func (m *mapping) count(n int) string { return counted(n, m.record) }

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// outcome is the result of a batch.
type outcome struct {
	// failed has a value for each record: whether it failed.
	failed []bool
	// err says what failed; nil: nothing did.
	err error
	// request is the id of the invocation, and threw says that it ended with an
	// error of the function, rather than with an answer.
	request string
	threw   bool
	// throttled means that the function didn't get the batch.
	throttled bool
	// interrupted means that the result isn't known, since the poller was closed.
	interrupted bool
	// end is called with what becomes of the records that failed, for people.
	end func(next string)
}

// first returns the index of the first record that failed, or the number of
// records if none did.
func (o outcome) first() int {
	if n := slices.Index(o.failed, true); n >= 0 {
		return n
	}
	return len(o.failed)
}

// deliver hands a batch over, and waits for the answer until the poller is
// closed. The caller ends the outcome.
func (m *mapping) deliver(ctx context.Context, b *batch) outcome {
	ctx, release := m.poller.linger(ctx, forever)
	defer release()
	o := outcome{failed: make([]bool, len(b.items)), request: requestid.New()}
	ctx, end := m.app.Begin(ctx, Batch{Function: m.function, Source: m.name})
	answer, err := m.app.Invoke(ctx, o.request, m.function, b.event())
	o.threw, o.throttled = err != nil, errors.Is(err, ErrThrottled)
	o.interrupted = err != nil && (ctx.Err() != nil || m.poller.isClosed())
	if err == nil && m.partial {
		err = markFailures(answer, b.items, o.failed)
	} else if err != nil {
		markAll(o.failed)
	}
	o.err, o.end = err, func(next string) { end(Result{Err: err, Next: next}) }
	return o
}

// ErrThrottled is what the error of [App.Invoke] wraps if the function didn't get
// the event, since it is busy with too many others.
var ErrThrottled = errors.New("throttled")

// Source names the queue, stream or table from which a function gets its
// events, for people. It is empty for a function whose source isn't polled.
func Source(f *app.FunctionModel) string {
	switch {
	case f.SQS != nil:
		return "the queue " + queueName(f.SQS)
	case f.Kinesis != nil:
		return "the stream " + streamName(f.Kinesis)
	case f.DynamoDB != nil:
		return "the table " + tableName(f.DynamoDB)
	}
	return ""
}
