package dispatch

import (
	"context"
	"fmt"

	"github.com/chalice-go/chalice/app"
)

// An answerer writes what a handler returned as the answer to Lambda.
type answerer func(ctx context.Context, result any, err error) ([]byte, error)

// eventKinds says how each kind of function reads its events and writes its
// answers. The routes and the authorizers have handler types of their own.
var eventKinds = map[app.FunctionKind]struct {
	decode func(event []byte) (any, error)
	answer func(*app.Function) answerer
}{
	app.LambdaKind: {func(b []byte) (any, error) { return app.NewLambdaEvent(b) }, jsonAnswer},
	// Schedules send their events through EventBridge.
	app.ScheduleKind:     {func(b []byte) (any, error) { return app.NewCloudWatchEvent(b) }, jsonAnswer},
	app.CloudWatchKind:   {func(b []byte) (any, error) { return app.NewCloudWatchEvent(b) }, jsonAnswer},
	app.S3Kind:           {func(b []byte) (any, error) { return app.NewS3Event(b) }, jsonAnswer},
	app.SNSKind:          {func(b []byte) (any, error) { return app.NewSNSEvent(b) }, jsonAnswer},
	app.SQSKind:          {func(b []byte) (any, error) { return app.NewSQSEvent(b) }, batchAnswer},
	app.KinesisKind:      {func(b []byte) (any, error) { return app.NewKinesisEvent(b) }, batchAnswer},
	app.DynamoDBKind:     {func(b []byte) (any, error) { return app.NewDynamoDBEvent(b) }, batchAnswer},
	app.WSConnectKind:    {decodeWebsocket, websocketAnswer},
	app.WSMessageKind:    {decodeWebsocket, websocketAnswer},
	app.WSDisconnectKind: {decodeWebsocket, websocketAnswer},
}

// eventHandler is the handler of a function, but for that of the routes and
// those of authorizers.
type eventHandler struct {
	decode func(event []byte) (any, error)
	handle app.Handler
	answer answerer
}

func newEventHandler(f *app.Function) (Handler, error) {
	kind, ok := eventKinds[f.Kind]
	if !ok {
		return nil, fmt.Errorf("function %q is of the unknown kind %q", f.Name, f.Kind)
	}
	return eventHandler{decode: kind.decode, handle: f.Handler(), answer: kind.answer(f)}, nil
}

// Invoke answers one event. It doesn't recover panics of the app's handler: for
// Lambda they are a failed invocation and the end of the process.
func (h eventHandler) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	event, err := h.decode(payload)
	if err != nil {
		return nil, err
	}
	result, err := h.handle(ctx, event)
	return sized(h.answer(ctx, result, err))
}

func jsonAnswer(*app.Function) answerer { return asJSON }

// asJSON writes a result as JSON.
func asJSON(_ context.Context, result any, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	return appendJSON(nil, result)
}
