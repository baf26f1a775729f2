package app

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
)

// Each turns a handler of single records into one of batches, for OnSQSMessage,
// OnKinesisRecord and OnDynamoDBRecord:
//
//	a.OnSQSMessage("jobs", app.Each(func(ctx context.Context, r *app.SQSRecord) error {
//		return work(ctx, r.Body())
//	}))
//
// A record whose handler returns an error, panics or ends its goroutine has failed: it
// comes again, and the others of the batch don't, for the registration of what Each
// returned asks for [PartialBatch] by itself. Each failure is logged at once, with the
// record's id.
//
// Where records have an order, it is kept. After a failure the rest of a shard is left
// for the next time, and of a FIFO queue the rest of the message's group. Messages of a
// standard queue have no order, also if they have a group id: see [Parallel] for them.
//
// The context of the handler ends before the function's deadline, by half a second or by
// a tenth of the time that is left when the batch begins, whichever is less. A record
// whose handler wasn't called by then, or when the context was canceled, is reported, so
// that it comes again; that is logged in one line for all of them. The margin is for
// handlers to give up, and for the answer. A handler that doesn't heed its context is
// waited for, and if Lambda ends the function meanwhile, the whole batch comes again.
//
// If a record that failed has no id, or one that another record of the batch has, too, it
// can't be reported alone: then the whole batch fails.
//
// The function has the name of handler, where that has one. If it is called by a handler
// of one's own, that one is registered, and needs [PartialBatch].
func Each[E any, R recordOf[E, R]](handler func(context.Context, R) error, options ...EachOption[R]) func(context.Context, *E) error {
	s := newEachSettings(symbol(handler), handler == nil, options)
	if s.poison != nil {
		s.problem("Poison decides about what can't be decoded, and Each decodes nothing: use EachJSON, or leave Poison out")
	}
	return oneByOne[E](&s.eachDeclaration, handler)
}

// EachJSON is [Each] for records that are JSON: the body of a queue's message, or the data
// of a Kinesis record. Each is decoded as its method JSON does, into a T of its own.
//
//	a.OnSQSMessage("jobs", app.EachJSON(func(ctx context.Context, j Job, r *app.SQSRecord) error {
//		return work(ctx, j)
//	}))
//
// If a field within T has a tag that asks something of its value, or T has a method
// Validate, a record is held to what [TypedLambda] says of payloads; the error of one that
// violates something has [Violations].
//
// A record that can't be decoded has failed, and comes again, unless [Poison] decides
// otherwise. A DynamoDB record is no JSON, and may have two images of the item or none:
// take Each for it, and DecodeNew or DecodeOld.
func EachJSON[T any, E any, R jsonRecordOf[E, R]](handler func(context.Context, T, R) error, options ...EachOption[R]) func(context.Context, *E) error {
	s := newEachSettings(symbol(handler), handler == nil, options)
	of := new(payload[T])
	s.checkPayload = of.check
	return oneByOne[E](&s.eachDeclaration, func(ctx context.Context, r R) error {
		var v T
		if err := decodeRecord(r, of, &v); err != nil {
			return s.undecodable(ctx, r, fmt.Errorf("decode the record into %T: %w", v, err))
		}
		return handler(ctx, v, r)
	})
}

// decodeRecord decodes a record's JSON.
func decodeRecord[T any](r interface {
	JSON(any) error
	withJSON(func(data string) error) error
}, of *payload[T], v *T) error {
	if !of.isTyped() {
		return r.JSON(v)
	}
	return r.withJSON(func(data string) error { return of.decode(data, v) })
}

// undecodable decides about a record that can't be decoded.
func (s *eachSettings[R]) undecodable(ctx context.Context, r R, cause error) error {
	if s.poison == nil {
		return cause
	}
	err := s.poison(ctx, r, cause)
	if err == nil || errors.Is(err, cause) {
		return err
	}
	return fmt.Errorf("%w (about a record that can't be decoded: %w)", err, cause)
}

// recordOf is a pointer to a record of a batch of type E.
type recordOf[E, R any] interface {
	*SQSRecord | *KinesisRecord | *DynamoDBRecord
	record
	// of returns the records of a batch.
	of(*E) []R
}

// jsonRecordOf is a pointer to a record that can be JSON.
type jsonRecordOf[E, R any] interface {
	*SQSRecord | *KinesisRecord
	recordOf[E, R]
	JSON(v any) error
	// withJSON hands the JSON to a function that doesn't keep it.
	withJSON(decode func(data string) error) error
}

// EachOption is an option of [Each] and [EachJSON] for records of type R. The zero value
// is no option.
type EachOption[R any] struct{ set func(*eachSettings[R]) }

// Parallel lets n handlers run side by side, each for another message of a standard
// queue, from 1 to 1000: a function can have 1,024 files and connections open. Those of a
// FIFO queue have an order, as the records of a stream do, so that such a queue can't
// have it; where the name of a queue is known only when it is deployed, messages of a FIFO
// queue are handled one after the other.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
func Parallel(n int) EachOption[*SQSRecord] {
	return EachOption[*SQSRecord]{func(s *eachSettings[*SQSRecord]) {
		s.once("Parallel", s.parallel.given)
		s.parallel = option[int]{n, true}
	}}
}

// Poison decides about a record that [EachJSON] can't decode, which would most likely fail
// each time that it comes: decide gets it with the error. If decide returns nil, the record
// is done with and doesn't come again, so decide should have put it somewhere; if it
// returns an error or panics, the record has failed.
func Poison[R any](decide func(ctx context.Context, record R, err error) error) EachOption[R] {
	return EachOption[R]{func(s *eachSettings[R]) {
		s.once("Poison", s.poison != nil)
		if s.poison, s.poisonSymbol = decide, symbol(decide); decide == nil {
			s.problem("Poison has no function: it is nil")
		}
	}}
}

// eachSettings are the options of Each and EachJSON.
type eachSettings[R any] struct {
	eachDeclaration
	poison func(context.Context, R, error) error
}

func newEachSettings[R any](symbol string, isNil bool, options []EachOption[R]) *eachSettings[R] {
	s := &eachSettings[R]{eachDeclaration: eachDeclaration{symbol: symbol, isNil: isNil}}
	for _, o := range options {
		if o.set != nil {
			o.set(s)
		}
	}
	return s
}

// eachDeclaration is what a registration has to know of a handler that Each made.
type eachDeclaration struct {
	symbol       string // of the handler that gets single records
	poisonSymbol string
	isNil        bool
	parallel     option[int]
	problems     []string
	checkPayload func(r reporter) // of EachJSON
}

func (d *eachDeclaration) problem(text string) { d.problems = append(d.problems, text) }

// once notes an option that was given before.
func (d *eachDeclaration) once(name string, given bool) {
	if given && !slices.Contains(d.problems, name+" is given twice") {
		d.problem(name + " is given twice")
	}
}

// check reports what is wrong with the options, at the registration.
func (d *eachDeclaration) check(r reporter, m *FunctionModel) {
	for _, p := range d.problems {
		r.report("%s", p)
	}
	if d.checkPayload != nil {
		d.checkPayload(r)
	}
	if n := d.parallel; n.given && (n.value < 1 || n.value > maxParallel) {
		r.report("Parallel is %d: it has to be from 1 to %d", n.value, maxParallel)
	}
	if d.parallel.value > 1 && m.SQS != nil && isFIFO(m.SQS.Queue+m.SQS.QueueARN) {
		r.report("the queue is a FIFO queue, whose messages have an order: leave Parallel out")
	}
}

// maxParallel leaves a few of the 1,024 files that a function can have open to others.
const maxParallel = 1000

// oneByOne makes the handler of a batch.
func oneByOne[E any, R recordOf[E, R]](d *eachDeclaration, handle func(context.Context, R) error) func(context.Context, *E) error {
	batch := func(ctx context.Context, e *E) error {
		if asked, ok := ctx.(*eachQuestion); ok {
			asked.answer = d
			return nil
		}
		var of R
		records := of.of(e)
		return (&batchRun{
			count:    len(records),
			parallel: d.parallel.or(1),
			record:   func(at int) record { return records[at] },
			handle:   func(ctx context.Context, at int) error { return handle(ctx, records[at]) },
		}).run(ctx)
	}
	made.add(batch)
	return batch
}

// eachQuestion is a context in which a handler that Each made tells what it is, and does
// nothing else. Nobody else can have one.
type eachQuestion struct {
	context.Context
	answer *eachDeclaration
}

// made has the code of all handlers that Each made. A func value leads to its code alone,
// not to what it captured: so who has the same code can be asked for the rest.
var made codes

type codes struct {
	mu   sync.RWMutex
	code []uintptr // few: that of all records of one shape is the same, unless it was inlined
}

func (c *codes) add(fn any) {
	code := reflect.ValueOf(fn).Pointer()
	c.mu.Lock()
	defer c.mu.Unlock()
	if !slices.Contains(c.code, code) {
		c.code = append(c.code, code)
	}
}

func (c *codes) has(fn any) bool {
	code := reflect.ValueOf(fn).Pointer()
	c.mu.RLock()
	defer c.mu.RUnlock()
	return slices.Contains(c.code, code)
}

// eachOf returns what is to be known of a handler if Each made it, otherwise nil.
func eachOf[E any](handler func(context.Context, *E) error) *eachDeclaration {
	if handler == nil || !made.has(handler) {
		return nil
	}
	q := &eachQuestion{Context: context.Background()}
	if err := handler(q, nil); err != nil {
		return nil
	}
	return q.answer
}
