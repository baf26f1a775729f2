package poller

import (
	"context"
	"fmt"
	"time"

	"github.com/chalice-go/chalice/app"
)

// How long to wait with a batch of a stream that has failed: it blocks its
// shard, or the partition keys that it shares a lane with.
const (
	minBackoff = time.Second
	maxBackoff = 30 * time.Second
)

// limits say what becomes of a stream's records that a function fails on.
type limits struct {
	retries int           // beyond the first try; negative: no limit
	age     time.Duration // of a record since it arrived; 0: no limit
	bisect  bool
}

func newLimits(s *app.StreamModel) limits {
	l := limits{retries: -1, bisect: s.Bisect}
	if s.Retry != nil && s.Retry.MaximumAttempts != nil {
		l.retries = *s.Retry.MaximumAttempts
	}
	if s.Retry != nil && s.Retry.MaximumAgeSeconds != nil {
		l.age = time.Duration(max(*s.Retry.MaximumAgeSeconds, 0)) * time.Second
	}
	return l
}

// attempt is a batch of a stream, or a part of one, that is handed over next.
type attempt struct {
	*batch
	invoked int           // how often it was handed over
	failed  int           // of these, those that count as tries
	pause   time.Duration // to wait before
	last    outcome       // of the last time
}

// settle hands a batch over until each of its records is done or given up, or
// the context is done.
func (r *reader) settle(ctx context.Context, b *batch) {
	for left := []attempt{{batch: b}}; len(left) > 0; {
		if !sleep(ctx, left[0].pause) {
			return
		}
		next, ok := r.try(ctx, left[0])
		if !ok {
			return
		}
		left = append(next, left[1:]...)
	}
}

// try hands a batch over once. It returns what is left of it, in the order in
// which that is to be tried, and reports whether the result is known.
func (r *reader) try(ctx context.Context, a attempt) (left []attempt, ok bool) {
	if n := r.expired(a.items); n > 0 {
		r.expire(ctx, a, n)
		if a.batch = a.from(n); len(a.items) == 0 {
			return nil, true
		}
	}
	o := r.deliver(ctx, a.batch)
	if o.interrupted {
		o.end("")
		return nil, false
	}
	if o.throttled { // Lambda doesn't count that as a try
		a.pause = backoff(a.pause)
		o.end(fmt.Sprintf("tried again in %s: %s", a.pause, records(len(a.items))))
		return []attempt{a}, true
	}
	n := o.first()
	r.checkpoint.done(a.items[:n])
	if n == len(a.items) {
		o.end("")
		return nil, true
	}
	a.invoked, a.last = a.invoked+1, o
	left, next := r.limits.after(a, n)
	if left == nil {
		next = fmt.Sprintf("given up after %s: %s", tries(a.failed+1), r.discard(ctx, a, a.from(n), retriesExhausted))
	}
	o.end(next)
	return left, true
}

// after returns the parts of a batch that are tried next when its records from n
// on have failed, and says for people how; nil: they are given up.
//
// A division isn't a try, so that it doesn't use up retries, and each part has
// its own. It is at the record that the function reports, or else in the middle. AWS
// doesn't say how a batch is divided whose first record is reported: as one whose
// function failed, or else that record would take the others along when it is given up.
// Nor does it say whose retries they are if a batch isn't divided, and another record
// fails each time: those of the batch.
// https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
// https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
func (l limits) after(a attempt, n int) (left []attempt, next string) {
	rest := a
	rest.batch = a.from(n)
	size := len(rest.items)
	switch {
	case l.bisect && n > 0:
		rest.pause = 0
		return []attempt{rest}, "tried again from the first that failed: " + records(size)
	case l.bisect && size > 1:
		first, second := rest, rest
		first.batch, second.batch = rest.to(size/2), rest.from(size/2)
		first.pause, second.pause = 0, 0
		return []attempt{first, second}, fmt.Sprintf("divided, and tried again as %d and %d records", size/2, size-size/2)
	}
	if rest.failed++; l.retries >= 0 && rest.failed > l.retries {
		return nil, ""
	}
	if rest.pause = backoff(a.pause); n > 0 {
		rest.pause = minBackoff
	}
	next = fmt.Sprintf("tried again in %s: %s", rest.pause, records(size))
	if l.retries >= 0 {
		next += fmt.Sprintf(", retry %d of %d", rest.failed, l.retries)
	}
	return []attempt{rest}, next
}

// backoff returns how long to wait after a pause that wasn't long enough.
func backoff(pause time.Duration) time.Duration {
	return max(minBackoff, min(2*pause, maxBackoff))
}

// expired returns the number of records, at the start, that are older than the
// function is to get.
func (r *reader) expired(items []item) (n int) {
	if r.limits.age == 0 {
		return 0
	}
	for n < len(items) && time.Since(items[n].arrived) > r.limits.age {
		n++
	}
	return n
}

// expire gives up the first n records of a batch.
func (r *reader) expire(ctx context.Context, a attempt, n int) {
	fate := r.discard(ctx, a, a.to(n), ageExceeded)
	r.poller.options.Warn(fmt.Sprintf("%s%s of %s given up at an age of more than %s: %s", r.place(), r.count(n), r.what(), r.limits.age, fate))
}

// records counts records for people.
func records(n int) string { return counted(n, "record") }

// tries counts tries for people.
func tries(n int) string {
	if n == 1 {
		return "1 try"
	}
	return fmt.Sprintf("%d tries", n)
}
