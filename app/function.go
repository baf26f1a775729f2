package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
)

// functionDeclaration declares a function of its own in Lambda.
type functionDeclaration struct {
	site
	functionSettings
	kind   FunctionKind
	read   func(data []byte) (any, error)
	symbol string
	// invoke is the handler, nil where none was given, and around is what stands around
	// it and all middleware; nil: nothing.
	invoke Handler
	around func(Handler) Handler
	// describe checks what is special about the kind and puts it in the model.
	describe func(r reporter, m *FunctionModel)
	poison   string // the symbol of Poison's function, if Each has one
	// checkEach checks the options of a handler that Each made; nil: it didn't.
	checkEach func(r reporter, m *FunctionModel)
	// checkPayload checks the tags of the type that the payload is decoded into; nil: it
	// isn't, or not by the app.
	checkPayload func(r reporter)
}

// reader makes a function that reads events of the constructor of one type. Each
// registration has its own, so that a program links those of the kinds that it
// registers.
func reader[E any](newEvent func([]byte) (*E, error)) func([]byte) (any, error) {
	return func(data []byte) (any, error) { return newEvent(data) }
}

// eventHandler makes a [Handler] of the handler for one type of event.
func eventHandler[E any](handler func(context.Context, *E) error) Handler {
	if handler == nil {
		return nil
	}
	return func(ctx context.Context, event any) (any, error) {
		e, ok := event.(*E)
		if !ok {
			return nil, wrongEvent[*E](event)
		}
		return nil, handler(ctx, e)
	}
}

// wrongEvent returns the error for a handler that gets an event of another type
// because middleware passed on something else.
func wrongEvent[E any](event any) error {
	var want E
	return fmt.Errorf("middleware passed a %T to a handler of %T", event, want)
}

// LambdaFunction declares a function that no event source invokes. Its handler
// gets the payload as it came, and its result is sent as JSON. With [TrafficHook] it is
// one that CodeDeploy invokes.
func (d *declarations) LambdaFunction(handler func(context.Context, json.RawMessage) (any, error), options ...LambdaOption) {
	var invoke Handler
	if handler != nil {
		invoke = func(ctx context.Context, event any) (any, error) {
			e, ok := event.(*LambdaEvent)
			if !ok {
				return nil, wrongEvent[*LambdaEvent](event)
			}
			return handler(ctx, e.Raw())
		}
	}
	d.addLambda(here(), symbol(handler), invoke, options, hookOf(handler))
}

// TypedLambda declares a function as LambdaFunction does, for a handler with
// parameter and result types of its own. The payload is decoded as encoding/json does.
//
// If a field within In has a tag that asks something of its value, such as minimum or
// default, or In has a method Validate, the payload is held to all that [TypedRoute] says of
// bodies: then the fields that aren't pointers, without omitzero, omitempty and default, have
// to be there. A payload that violates something fails the invocation with an error that has
// [Violations].
func TypedLambda[In, Out any](r Registrar, handler func(context.Context, In) (Out, error), options ...LambdaOption) {
	of := new(payload[In])
	var invoke Handler
	if handler != nil {
		invoke = func(ctx context.Context, event any) (any, error) {
			e, ok := event.(*LambdaEvent)
			if !ok {
				return nil, wrongEvent[*LambdaEvent](event)
			}
			var in In
			if err := of.decodeEvent(e.raw, &in); err != nil {
				return nil, fmt.Errorf("decode event into %T: %w", in, err)
			}
			return handler(ctx, in)
		}
	}
	raw, _ := any(handler).(func(context.Context, json.RawMessage) (any, error))
	r.declared().addLambda(here(), symbol(handler), invoke, options, hookOf(raw)).checkPayload = of.check
}

func (d *declarations) addLambda(at site, symbol string, invoke Handler, options []LambdaOption, hook *hookDeclaration) *functionDeclaration {
	f := &functionDeclaration{site: at, kind: LambdaKind, read: reader(NewLambdaEvent), symbol: symbol, invoke: invoke}
	for _, o := range options {
		if o != nil {
			o.lambda(&f.settings)
		}
	}
	if hook != nil {
		hook.declare(f)
	}
	d.add(f)
	return f
}

// LambdaOption is an option of LambdaFunction and [TypedLambda].
type LambdaOption interface{ lambda(*settings) }

// LambdaEvent is the payload of a function declared with LambdaFunction or
// [TypedLambda], as middleware sees it.
type LambdaEvent struct{ event }

// NewLambdaEvent makes an event of any JSON value.
func NewLambdaEvent(data []byte) (*LambdaEvent, error) {
	e := &LambdaEvent{newEvent(data)}
	if !valid(e.raw) {
		return nil, syntaxError(data)
	}
	return e, nil
}

// Value decodes the payload, numbers as [json.Number].
func (e *LambdaEvent) Value() any { return decode(e.raw) }

// event is what all types of events have in common: their JSON.
type event struct{ raw string }

// newEvent makes an event that reads data in place, so data must not change as
// long as the event is in use. A copy would cost more than everything else that
// is done for most requests, since it needs new memory.
func newEvent(data []byte) event { return event{view(data)} }

// Raw returns a copy of the event as it came.
func (e *event) Raw() json.RawMessage { return json.RawMessage(e.raw) }

// ToMap decodes the whole event, numbers as [json.Number]. It returns nil for
// an event that isn't an object.
func (e *event) ToMap() map[string]any { return decodeMap(e.raw) }

// decode decodes JSON that has been checked before.
func decode(raw string) any {
	v, _ := decodeAny(raw)
	return v // nil if there is nothing to decode
}

func decodeMap(raw string) map[string]any {
	m, _ := decode(raw).(map[string]any)
	return m
}

// syntaxError says where an event's syntax is wrong.
func syntaxError(data []byte) error {
	// Of all that finds a place in wrong syntax, this links the least.
	if err := json.Compact(new(bytes.Buffer), data); err != nil {
		return fmt.Errorf("the event is no JSON: %w", err)
	}
	return fmt.Errorf("the event does not have the expected form")
}
