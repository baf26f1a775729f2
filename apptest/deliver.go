package apptest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chalice-go/chalice/internal/delivery"
)

// DeliverOption is an option of [Client.Deliver] and [Client.Fire].
type DeliverOption func(*deliverOptions)

type deliverOptions struct {
	bus string
	at  time.Time
}

// Bus is the event bus that an event of EventBridge is on, by its name or ARN; without
// this option it is the default one.
func Bus(nameOrARN string) DeliverOption {
	return func(o *deliverOptions) { o.bus = nameOrARN }
}

// FiredAt is the time at which a schedule fires; without this option it is
// 2015-11-11T21:29:54Z.
func FiredAt(t time.Time) DeliverOption {
	return func(o *deliverOptions) { o.at = t }
}

// Deliver hands an event to every function that AWS would invoke with it, as AWS would:
// the event of a queue, a topic, a bucket and so on that a method of [Events] makes, or
// any event of EventBridge. It waits for all of them, one after the other.
//
// A function gets the event if its registration is for that source and its pattern,
// filter policy, filters of keys or filters of records let it through. What it gets is
// what AWS sends it: the Input or the part that InputPath selects, the records that the
// filters leave, in batches of the registration's size. A function whose mapping is
// Disabled gets nothing. Each event is delivered once, where AWS would try again:
// [Received.Failed] has the records of a batch that it would deliver again. After a
// failure in a batch of a stream, the rest of the stream isn't delivered, as in AWS.
//
// The error joins those of the functions, a [*FailedRecordsError] for records that a
// function reports as failed, and an [*UndeliveredError] if no function gets the event.
// The Delivery is never nil. To call a function whatever AWS would do, use
// [Lambda.Invoke].
func (c *Client) Deliver(event any, opts ...DeliverOption) (*Delivery, error) {
	return c.DeliverContext(c.Lambda.t.Context(), event, opts...)
}

// DeliverContext is Deliver with a context, from which the handlers' contexts are
// derived.
func (c *Client) DeliverContext(ctx context.Context, event any, opts ...DeliverOption) (*Delivery, error) {
	var o deliverOptions
	for _, set := range opts {
		set(&o)
	}
	raw, err := encode(event)
	if err != nil {
		return c.delivery(), fmt.Errorf("the event to deliver: %w", err)
	}
	routes, err := c.routes()
	if err != nil {
		return c.delivery(), err
	}
	parsed, err := delivery.Parse(raw)
	if err != nil {
		return c.delivery(), err
	}
	parsed.Bus = o.bus
	return c.deliver(ctx, parsed.Source(), routes.Route(parsed))
}

// Fire has the time of a function's schedule come: the function gets the Input of its
// schedule, or the event that a rule or EventBridge Scheduler sends. The Delivery and
// the error are like those of [Client.Deliver].
func (c *Client) Fire(function string, opts ...DeliverOption) (*Delivery, error) {
	o := deliverOptions{at: time.Date(2015, 11, 11, 21, 29, 54, 0, time.UTC)}
	for _, set := range opts {
		set(&o)
	}
	routes, err := c.routes()
	if err != nil {
		return c.delivery(), err
	}
	d, ok := routes.Fire(function, delivery.Moment{Time: o.at, ID: bridgeID, Region: region, Account: bridgeAccount})
	if !ok && slices.Contains(c.Lambda.functions.names, function) {
		return c.delivery(), fmt.Errorf("%s has no schedule", function)
	} else if !ok {
		return c.delivery(), &UnknownFunctionError{Name: function, Known: c.Lambda.functions.invocable()}
	}
	return c.deliver(c.Lambda.t.Context(), "a schedule", []delivery.Delivery{d})
}

func (c *Client) delivery() *Delivery { return &Delivery{lambda: c.Lambda} }

// Delivery is what became of an event.
type Delivery struct {
	// Received are the functions that got it, in the order in which the app
	// registers them.
	Received []*Received
	// Missed are the functions that events of such a source can invoke, and which
	// didn't get this one: each has a Why.
	Missed []*Received

	lambda *Lambda
}

// Received is what one function got of an event.
type Received struct {
	Function string
	// Calls are the invocations, in order: one, or several for a batch that is larger
	// than the registration's. There are none if the function got nothing.
	Calls []Call
	// Filtered and Failed are records of a batch: those that the function's filters
	// held back, and those that AWS would deliver again, as their invocation failed
	// or reported them. Records of a queue have their message id here, those of a
	// stream their sequence number.
	Filtered, Failed []string
	// Why says, in a sentence, why the function got nothing.
	Why string
}

// Call is one invocation.
type Call struct {
	Event  json.RawMessage // that the function got
	Result *Result         // nil if it failed
	Err    error           // as [Lambda.Invoke] returns it
}

// To returns what a function got of the event. For one that got nothing there are no
// Calls, and a Why. A name that the app doesn't have fails the test.
func (d *Delivery) To(function string) *Received {
	d.lambda.t.Helper()
	for _, r := range slices.Concat(d.Received, d.Missed) {
		if r.Function == function {
			return r
		}
	}
	if known := d.lambda.functions.invocable(); !slices.Contains(known, function) {
		d.lambda.t.Errorf("%v", &UnknownFunctionError{Name: function, Known: known})
	}
	return &Received{Function: function, Why: "such an event is for functions of another kind"}
}

// UndeliveredError says that no function of the app gets an event.
type UndeliveredError struct {
	Source string // such as "a queue"
	// Missed are the functions that events of such a source can invoke.
	Missed []*Received
}

// Error says why each of the functions doesn't get the event.
func (e *UndeliveredError) Error() string {
	if len(e.Missed) == 0 {
		return "no function gets the event: the app has none for events of " + e.Source
	}
	var reasons []string
	for _, r := range e.Missed {
		reasons = append(reasons, fmt.Sprintf("%s: %s", r.Function, r.Why))
	}
	return "no function gets the event of " + e.Source + ":\n" + strings.Join(reasons, "\n")
}

// FailedRecordsError says that a function has reported records of a batch as failed.
type FailedRecordsError struct {
	Function string
	Records  []string // as in [Received.Failed]
}

// Error names the records.
func (e *FailedRecordsError) Error() string {
	return fmt.Sprintf("%s reports as failed: %s", e.Function, strings.Join(e.Records, ", "))
}

// deliver invokes the functions.
func (c *Client) deliver(ctx context.Context, source string, all []delivery.Delivery) (*Delivery, error) {
	d := c.delivery()
	var failures []error
	for _, one := range all {
		r := &Received{Function: one.Function, Filtered: one.Filtered, Why: one.Why}
		if len(one.Payloads) == 0 {
			d.Missed = append(d.Missed, r)
			continue
		}
		d.Received = append(d.Received, r)
		if err := r.take(ctx, c.Lambda, one); err != nil {
			failures = append(failures, err)
		}
	}
	if len(d.Received) == 0 {
		return d, &UndeliveredError{source, d.Missed}
	}
	return d, errors.Join(failures...)
}

// take invokes the function with each payload, and records how that went.
func (r *Received) take(ctx context.Context, l *Lambda, d delivery.Delivery) error {
	var failures []error
	for i, p := range d.Payloads {
		if d.Ordered && len(r.Failed) > 0 {
			r.Failed = append(r.Failed, recordsOf(d.Payloads[i:])...)
			break
		}
		call := Call{Event: p.Event}
		var answer []byte
		if call.Result, call.Err = l.InvokeContext(ctx, r.Function, p.Event); call.Err == nil {
			answer = call.Result.Payload
		}
		r.Calls = append(r.Calls, call)
		failed, err := d.Failed(p, answer, call.Err)
		r.Failed = append(r.Failed, failed...)
		switch {
		case call.Err != nil:
			failures = append(failures, fmt.Errorf("%s: %w", r.Function, call.Err))
		case err != nil:
			failures = append(failures, fmt.Errorf("%s: %w", r.Function, err))
		case len(failed) > 0:
			failures = append(failures, &FailedRecordsError{r.Function, failed})
		}
	}
	return errors.Join(failures...)
}

func recordsOf(payloads []delivery.Payload) (ids []string) {
	for _, p := range payloads {
		ids = append(ids, p.Records...)
	}
	return ids
}
