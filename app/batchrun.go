package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/chalice-go/chalice/internal/errtext"
)

// record is a record of a batch, as far as its handling depends on it.
type record interface {
	// identifier is what the record is reported by, "" if it has none.
	identifier() string
	// sequence returns what the record has its order in: a group of a FIFO queue's
	// messages, or the batch of a stream, which is of one shard. It reports false if the
	// record has no order.
	sequence() (name string, ordered bool)
}

// batchRun handles the records of one batch.
type batchRun struct {
	count    int
	parallel int
	record   func(at int) record
	handle   func(ctx context.Context, at int) error

	next     atomic.Int64
	outcomes []outcome
	stopped  map[string]bool // the sequences in which a record failed
}

// outcome is what became of a record.
type outcome uint8

const (
	late   outcome = iota // not begun in time
	done                  // the handler returned nil
	failed                // the handler failed
	behind                // one before it in its sequence failed
)

// run handles all records that it can, and returns those to be reported as
// [BatchItemFailures], nil if there are none.
func (b *batchRun) run(ctx context.Context) error {
	work, cancel := withMargin(ctx, maxMargin, marginPart)
	defer cancel()
	b.outcomes, b.stopped = make([]outcome, b.count), map[string]bool{}
	b.work(work)
	return b.report(ctx, work)
}

// withMargin returns the context of handlers, which ends a little before the deadline: by
// most, or by one of some parts of the time that there is, whichever is less.
func withMargin(ctx context.Context, most time.Duration, parts int) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	margin := min(most, time.Until(deadline)/time.Duration(parts))
	return context.WithDeadlineCause(ctx, deadline.Add(-margin), errNoTime)
}

// maxMargin is how long before the function's deadline the context of handlers ends, at
// most. A call of AWS that is given up returns in a few milliseconds; undoing something
// takes another call, and the answer one to Lambda on the same machine. All of this is
// slow where a function has the least memory, a fourteenth of a processor.
const (
	maxMargin  = 500 * time.Millisecond
	marginPart = 10
)

// errNoTime is why the context of handlers ended, if it wasn't canceled before.
var errNoTime = errors.New("the function's time is nearly over")

// work calls the handler in goroutines, which take one record after the other. A handler
// that ends its goroutine has failed, and another goroutine takes its place.
func (b *batchRun) work(ctx context.Context) {
	var workers sync.WaitGroup
	var start func()
	start = func() {
		workers.Go(func() {
			ended := true
			defer func() {
				if ended {
					start()
				}
			}()
			for b.one(ctx) {
			}
			ended = false
		})
	}
	for range b.workers() {
		start()
	}
	workers.Wait()
}

// workers returns how many goroutines there are. Records with an order have one,
// whatever the options say.
func (b *batchRun) workers() int {
	for at := range b.count {
		if _, ordered := b.record(at).sequence(); ordered {
			return 1
		}
	}
	return max(min(b.parallel, b.count), 0)
}

// one takes the next record. It reports false if there is none.
func (b *batchRun) one(ctx context.Context) bool {
	at := int(b.next.Add(1)) - 1
	if at >= b.count || ctx.Err() != nil {
		return false // what isn't begun is late
	}
	name, ordered := b.record(at).sequence()
	if ordered && b.stopped[name] {
		b.outcomes[at] = behind
		return true
	}
	b.outcomes[at] = failed // unless the handler returns
	defer func() {
		if ordered && b.outcomes[at] == failed {
			b.stopped[name] = true
		}
	}()
	b.call(ctx, at)
	return true
}

// call calls the handler for a record.
func (b *batchRun) call(ctx context.Context, at int) {
	returned := false
	defer func() {
		switch value := recover(); {
		case value != nil:
			b.log(ctx, at, &errtext.Panic{Value: value, Stack: debug.Stack()})
		case !returned:
			b.log(ctx, at, &errtext.Panic{Value: errEnded, Stack: debug.Stack()})
		}
	}()
	err := b.handle(ctx, at)
	returned = true
	if reported, ok := err.(BatchItemFailures); err == nil || ok && len(reported) == 0 {
		b.outcomes[at] = done
		return
	}
	b.log(ctx, at, err)
}

var errEnded = errors.New("the handler ended its goroutine, as runtime.Goexit does")

// log logs why a record failed.
func (b *batchRun) log(ctx context.Context, at int, err error) {
	if !slog.Default().Enabled(ctx, slog.LevelError) {
		return
	}
	slog.LogAttrs(ctx, slog.LevelError, "a record failed",
		append([]slog.Attr{slog.String("record", b.record(at).identifier())}, errtext.Attributes(err)...)...)
}

// report returns the records that aren't done, and logs how many weren't begun.
func (b *batchRun) report(ctx, work context.Context) error {
	counts := [...]int{late: 0, done: 0, failed: 0, behind: 0}
	for _, o := range b.outcomes {
		counts[o]++
	}
	if counts[done] == b.count {
		return nil
	}
	b.logUnhandled(ctx, counts[behind], counts[late], context.Cause(work))
	seen := make(map[string]bool, b.count)
	twice := map[string]bool{}
	for at := range b.count {
		id := b.record(at).identifier()
		twice[id] = twice[id] || seen[id] || id == ""
		seen[id] = true
	}
	var ids BatchItemFailures
	for at, o := range b.outcomes {
		if o == done {
			continue
		}
		id := b.record(at).identifier()
		if twice[id] {
			return fmt.Errorf("record %d can't be reported alone, since its id is %q: the whole batch of %d fails, of which %d records were handled", at, id, b.count, counts[done])
		}
		ids = append(ids, id)
	}
	return ids
}

// logUnhandled logs that there are records for which the handler wasn't called.
func (b *batchRun) logUnhandled(ctx context.Context, behind, late int, over error) {
	var why []string
	if behind > 0 {
		why = append(why, fmt.Sprintf("%d are behind one that failed, in its group or shard", behind))
	}
	if late > 0 {
		why = append(why, fmt.Sprintf("%d came too late: %v", late, over))
	}
	if why != nil {
		slog.LogAttrs(ctx, slog.LevelWarn, "records were not begun, and come again", slog.Int("records", behind+late), slog.String("why", strings.Join(why, "; ")))
	}
}
