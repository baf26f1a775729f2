package logs

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"

	"github.com/chalice-go/chalice/internal/deploy/signed"
)

const (
	// Interval is the time between the requests of Follow.
	Interval = 5 * time.Second
	// Overlap is how late an event can arrive, after others with a later time, so
	// that Follow still finds it.
	Overlap = time.Minute
)

// Reader reads log groups of an account and region. Several goroutines can use
// it.
type Reader struct {
	client            filterer
	interval, overlap time.Duration
}

// New returns a reader for the account and region of a configuration.
func New(cfg aws.Config) *Reader {
	return &Reader{client: service{signed.New(cfg, signed.CloudWatchLogs)}, interval: Interval, overlap: Overlap}
}

// Group is a function and its log group, which others can have, too.
type Group struct {
	Function string // the function's name in events
	Deployed string // the function's name in Lambda
	Name     string // of the log group
}

// Query says which events to read.
type Query struct {
	Groups  []Group
	Since   time.Time // zero: all events
	Pattern string    // in CloudWatch's filter pattern syntax; empty: all
	// Missing, if it isn't nil, is called once with a group that doesn't exist, or
	// with several together: Lambda makes a function's group when it first logs.
	Missing func([]Group)
	// Trouble, if it isn't nil, is called by Follow with an error of a request.
	// Follow then tries again.
	Trouble func(error)
}

// Read returns the events until now. An error ends the sequence.
func (r *Reader) Read(ctx context.Context, q Query) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		for e, err := range r.round(ctx, q, r.cursors(q)) {
			if !yield(e, err) {
				return
			}
		}
	}
}

// Follow returns the events until now, and then new ones as they come, until
// the context is done, which isn't an error. A late event is returned when it
// arrives.
func (r *Reader) Follow(ctx context.Context, q Query) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		cursors := r.cursors(q)
		for reached, troubled := false, false; ; {
			var failure error
			for e, err := range r.round(ctx, q, cursors) {
				if failure = err; err == nil && !yield(e, nil) {
					return
				}
			}
			switch {
			case ctx.Err() != nil:
				return
			case failure == nil:
				reached = true
			case !reached || !passing(failure):
				yield(Event{}, failure)
				return
			case !troubled && q.Trouble != nil:
				q.Trouble(failure)
			}
			troubled = failure != nil
			select {
			case <-ctx.Done():
				return
			case <-time.After(r.interval):
			}
		}
	}
}

// passing reports whether an error may be gone at the next request: any error
// but AWS's that the request is invalid.
func passing(err error) bool {
	if retry.IsErrorThrottles(retry.DefaultThrottles).IsErrorThrottle(err) == aws.TrueTernary {
		return true
	}
	refusal, ok := errors.AsType[smithy.APIError](err)
	return !ok || refusal.ErrorFault() == smithy.FaultServer
}
