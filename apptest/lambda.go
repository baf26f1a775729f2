package apptest

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/chalice-go/chalice/app"
)

// Lambda invokes the app's Lambda functions by their names: all but that of the
// routes, so also authorizers, and the websocket handlers, which have the names
// websocket_connect, websocket_message and websocket_disconnect.
type Lambda struct {
	t         testing.TB
	functions *functions
}

// Result is what a function returned.
type Result struct {
	Payload json.RawMessage

	t        testing.TB
	function string
}

// Invoke calls a function and waits for its result. A payload of type []byte or
// [json.RawMessage], which the methods of [Events] return, is sent as it is;
// any other value is encoded as JSON, and nil as an empty object.
//
// The error is the one that the function's handler returned, a [*PanicError], a
// [*TimeoutError], or an [*UnknownFunctionError].
func (l *Lambda) Invoke(function string, payload any) (*Result, error) {
	return l.InvokeContext(l.t.Context(), function, payload)
}

// InvokeContext is Invoke with a context, from which the handler's context is
// derived. When it ends, InvokeContext stops waiting for the handler.
func (l *Lambda) InvokeContext(ctx context.Context, function string, payload any) (*Result, error) {
	event, err := encode(payload)
	if err != nil {
		return nil, fmt.Errorf("the payload for %s: %w", function, err)
	}
	if _, ok := l.functions.handlers[function]; !ok || function == app.RESTHandler {
		return nil, &UnknownFunctionError{Name: function, Known: l.functions.invocable()}
	}
	output, err := l.functions.Invoke(ctx, function, event)
	if err != nil {
		return nil, err
	}
	return &Result{Payload: output, t: l.t, function: function}, nil
}

func encode(payload any) ([]byte, error) {
	switch p := payload.(type) {
	case nil:
		return []byte("{}"), nil
	case []byte:
		return p, nil
	case json.RawMessage:
		return p, nil
	}
	return json.Marshal(payload)
}

// Text returns the payload as it is.
func (r *Result) Text() string { return string(r.Payload) }

// Failed returns the ids of the records that a function reports as failed, in the order of
// its report: one whose handler [app.Each] or [app.EachJSON] made, or that is registered with
// [app.PartialBatch]. If all succeeded there are none. Any other answer fails the test.
func (r *Result) Failed() []string {
	r.t.Helper()
	var answer struct {
		Failures []struct {
			ID string `json:"itemIdentifier"`
		} `json:"batchItemFailures"`
	}
	if err := json.Unmarshal(r.Payload, &answer); err != nil || answer.Failures == nil {
		r.t.Errorf("%s reports no records, since it has neither app.Each nor app.PartialBatch: %s", r.function, excerpt(r.Payload))
	}
	var ids []string
	for _, f := range answer.Failures {
		ids = append(ids, f.ID)
	}
	return ids
}

// Told returns what a function that [app.TrafficHook] made would tell CodeDeploy: Succeeded
// or Failed, and why it is Failed. Any other answer fails the test.
func (r *Result) Told() (status, reason string) {
	r.t.Helper()
	var answer struct{ Status, Error string }
	if err := json.Unmarshal(r.Payload, &answer); err != nil || answer.Status != "Succeeded" && answer.Status != "Failed" {
		r.t.Errorf("%s tells CodeDeploy nothing, since app.TrafficHook didn't make it: %s", r.function, excerpt(r.Payload))
	}
	return answer.Status, answer.Error
}

// JSON decodes the payload as [json.Unmarshal] does. An error fails the test.
func (r *Result) JSON(v any) {
	r.t.Helper()
	if err := json.Unmarshal(r.Payload, v); err != nil {
		r.t.Errorf("what %s returned as %T: %v\n%s", r.function, v, err, excerpt(r.Payload))
	}
}
