package dispatch

import (
	"context"

	"github.com/chalice-go/chalice/app"
)

// An answerer writes what a handler returned as the answer to Lambda.
type answerer func(ctx context.Context, result any, err error) ([]byte, error)

// eventHandler is the handler of a function, but for that of the routes and
// those of authorizers.
type eventHandler struct {
	function *app.Function
	handle   app.Handler
	answer   answerer
}

func newEventHandler(f *app.Function) Handler { return eventHandler{f, f.Handler(), answererOf(f)} }

// answererOf returns what writes the answers of a kind of function.
func answererOf(f *app.Function) answerer {
	switch f.EventKind() {
	case app.SQS, app.Kinesis, app.DynamoDB:
		return batchAnswer(f)
	case app.Websocket:
		return asSocketResponse
	}
	return asJSON
}

// Invoke answers one event. It doesn't recover panics of the app's handler: for
// Lambda they are a failed invocation and the end of the process.
func (h eventHandler) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	event, err := h.function.Event(payload)
	if err != nil {
		return nil, err
	}
	result, err := h.handle(ctx, event)
	return sized(h.answer(ctx, result, err))
}

// asJSON writes a result as JSON.
func asJSON(_ context.Context, result any, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	return appendJSON(nil, result)
}
