package app

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync/atomic"
	"time"
)

// records is an event that is a batch. Its records are looked at when the
// handler asks for them, so what is wrong with one comes up then.
type records struct {
	event
	list   string
	broken atomic.Pointer[error]
}

// read checks the syntax and finds the records. An event that another service
// sent is an error, so that no handler takes it for an empty batch.
func (e *records) read(data []byte, kind, service string) error {
	e.event = newEvent(data)
	if !valid(e.raw) || !isObject(e.raw) {
		return syntaxError(data)
	}
	e.list = member(e.raw, "Records")
	switch from := sender(e.raw); {
	case from != "" && from != service:
		return e.noEvent(kind, "it is not from "+service)
	case e.list == "" || e.list[0] != '[':
		return e.missing(kind, "the list of Records")
	}
	return nil
}

func isObject(raw string) bool {
	c, _ := token(raw, 0)
	return c == '{'
}

// Err tells what was wrong with the records that were asked for so far. An
// invocation fails with it after its handler returned.
func (e *records) Err() error {
	if err := e.broken.Load(); err != nil {
		return *err
	}
	return nil
}

func (e *records) fail(err error) { e.broken.CompareAndSwap(nil, &err) }

// each makes the records of an event.
func each[R any](e *records, read func(raw string) (*R, error)) []*R {
	found := []*R{}
	l := list{data: e.list}
	for l.next() {
		r, err := read(l.value())
		if err != nil {
			e.fail(fmt.Errorf("record %d: %w", len(found), err))
			break
		}
		found = append(found, r)
	}
	return found
}

// batch is an event whose Err counts when its handler succeeded.
type batch interface{ Err() error }

// recordsHandler is [eventHandler] for batches: it also turns an empty list of
// failures into success.
func recordsHandler[E any](handler func(context.Context, *E) error) Handler {
	invoke := eventHandler(handler)
	if invoke == nil {
		return nil
	}
	return func(ctx context.Context, event any) (any, error) {
		result, err := invoke(ctx, event)
		var failures BatchItemFailures
		if errors.As(err, &failures) && len(failures) == 0 {
			err = nil
		}
		if b, ok := event.(batch); ok && err == nil {
			err = b.Err()
		}
		return result, err
	}
}

// BatchItemFailures are the records of a batch that a handler couldn't do, by
// the MessageID of a queue's records, the SequenceNumber of a stream's. Of a
// stream, Lambda retries all the records from the first of them on. Returned
// by a handler that is registered with [PartialBatch], the other records count
// as done; without it, the whole batch fails. No failures are success.
//
//	var failed app.BatchItemFailures
//	for _, r := range e.Records() {
//		if work(r.Body()) != nil {
//			failed = append(failed, r.MessageID())
//		}
//	}
//	return failed
type BatchItemFailures []string

// Error says how many records failed.
func (b BatchItemFailures) Error() string {
	return fmt.Sprintf("%d records of the batch failed", len(b))
}

// roundToMicroseconds makes a time of seconds since 1970, as Python does.
func roundToMicroseconds(seconds float64) time.Time {
	whole, fraction := math.Modf(seconds)
	return time.Unix(int64(whole), int64(math.RoundToEven(fraction*1e6))*1000).UTC()
}
