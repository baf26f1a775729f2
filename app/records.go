package app

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"sync/atomic"
	"time"
)

// records is an event that is a batch. Its records are read when the handler
// asks for them, so a faulty record is found only then.
type records struct {
	event
	list   string
	broken atomic.Pointer[unreadable]
}

// unreadable says which record of a batch can't be read, and why.
type unreadable struct {
	record int // 0 is the first
	err    error
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

// Err returns what was wrong with the records that were asked for so far. When
// a handler with [PartialBatch] returns, the broken record and those after it
// count as failed; the invocation of any other handler fails with the error.
func (e *records) Err() error {
	if u := e.broken.Load(); u != nil {
		return u.err
	}
	return nil
}

// allRecords makes the records of an event of their JSON, up to the first that can't
// be read.
func allRecords[R any](e *records, read func(raw string) (*R, error)) []*R {
	found := []*R{}
	l := list{data: e.list}
	for l.next() {
		r, err := read(l.value())
		if err != nil {
			e.broken.CompareAndSwap(nil, &unreadable{len(found), fmt.Errorf("record %d: %w", len(found), err)})
			break
		}
		found = append(found, r)
	}
	return found
}

// unread returns the identifiers of the record that can't be read and of all
// after it. It reports false if one of them has no identifier.
func (e *records) unread(from int, identify func(raw string) string) (ids BatchItemFailures, ok bool) {
	l := list{data: e.list}
	for at := 0; l.next(); at++ {
		raw := l.value()
		if at < from {
			continue
		}
		id := identify(raw)
		if id == "" {
			return nil, false
		}
		ids = append(ids, id)
	}
	return ids, true
}

// batch is an event of records.
type batch interface {
	state() *records
	// identify returns the identifier of a record for a report, "" if it has none.
	identify(raw string) string
}

func (e *records) state() *records { return e }

// recordsHandler is [eventHandler] for batches: it also turns an empty list of
// failures into success, and reports the records that the handler never saw as
// failed.
//
// Of a handler that [Each] made, the function has the name of the one that gets single
// records, and a partial batch.
func recordsHandler[E any](f *functionDeclaration, handler func(context.Context, *E) error) Handler {
	invoke := eventHandler(handler)
	if each := eachOf(handler); each != nil {
		f.symbol, f.poison, f.partialBatch, f.checkEach = each.symbol, each.poisonSymbol, true, each.check
		if each.isNil {
			invoke = nil
		}
	}
	if invoke == nil {
		return nil
	}
	return func(ctx context.Context, event any) (any, error) {
		result, err := invoke(ctx, event)
		var failures BatchItemFailures
		reported := errors.As(err, &failures)
		if reported && len(failures) == 0 {
			err = nil
		}
		b, ok := event.(batch)
		if !ok || err != nil && !reported {
			return result, err
		}
		u := b.state().broken.Load()
		switch {
		case u == nil:
			return result, err
		case f.partialBatch:
			return result, u.partialFailure(b, failures, err)
		}
		return result, errors.Join(u.err, err)
	}
}

// partialFailure returns the error for a handler that couldn't see all records
// and returned err, with the records that it reported. The error names these
// records and those that the handler didn't see. If one of them has no
// identifier, the whole batch has to be retried.
func (u *unreadable) partialFailure(b batch, reported BatchItemFailures, err error) error {
	unread, ok := b.state().unread(u.record, b.identify)
	if !ok {
		return fmt.Errorf("the whole batch fails, since not all of its records that were not handled can be named: %w", u.err)
	}
	failed := reported[:len(reported):len(reported)]
	for _, id := range unread {
		if !slices.Contains(failed, id) {
			failed = append(failed, id)
		}
	}
	return &unreadError{failed, u.err, err}
}

// unreadError names the records that failed because one of them can't be read,
// and those that the handler reported.
type unreadError struct {
	failed BatchItemFailures
	cause  error
	// handler is what the handler returned, nil for no error.
	handler error
}

// Error says which record can't be read, and why.
func (e *unreadError) Error() string {
	return fmt.Sprintf("a record can't be read, so it and all after it are retried: %v", e.cause)
}

// Unwrap returns all failed records first, for [errors.As].
func (e *unreadError) Unwrap() []error {
	if e.handler == nil {
		return []error{e.failed, e.cause}
	}
	return []error{e.failed, e.cause, e.handler}
}

// BatchItemFailures are the records of a batch that a handler couldn't process,
// by the MessageID of a queue's records or the SequenceNumber of a stream's. Of
// a stream, Lambda retries all the records from the first of them on. If a
// handler that is registered with [PartialBatch] returns them, the other
// records count as done; without that option the whole batch fails. An empty
// list is success. A record that can't be read, and those after it, which
// Records doesn't return, needn't be reported: they count as failed.
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

// timeOf reads a time in the format of RFC 3339, in UTC; zero if it is none.
func timeOf(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}

// millisecondsOf reads milliseconds since 1970, in UTC; zero if there are none.
func millisecondsOf(s string) time.Time {
	ms, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
