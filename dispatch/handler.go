package dispatch

import (
	"context"
	"fmt"
	"strings"

	"github.com/chalice-go/chalice/app"
)

// Function is one of an app's Lambda functions. It is a lambda.Handler of
// aws-lambda-go, whose package this one does not need: that brings net/http.
//
// Invoke answers an event. It reads payload where it lies, and so does whatever
// it hands to handlers: what is in payload must not change as long as a handler,
// or a goroutine that it leaves behind, has its [app.Request].
type Function interface {
	Invoke(ctx context.Context, payload []byte) ([]byte, error)
}

// Handler gives one of an app's Lambda functions, by the name that Lambda
// knows it by (see the package's comment). The error is of type [app.Mistakes]
// if something is wrong with the app.
func Handler(a *app.App, function string) (Function, error) {
	registry, err := a.Registry()
	if err != nil {
		return nil, err
	}
	return handler(registry, function)
}

func handler(registry *app.Registry, function string) (Function, error) {
	if function == app.RESTHandler && len(registry.Routes()) > 0 {
		return newREST(registry), nil
	}
	if a, ok := registry.Authorizer(function); ok {
		return authorizer{a}, nil
	}
	if f, ok := registry.Function(function); ok {
		return newFunction(f)
	}
	names := registry.FunctionNames()
	if len(names) == 0 {
		return nil, fmt.Errorf("%s has no function %q: it declares no handlers", registry.Name(), function)
	}
	return nil, fmt.Errorf("%s has no function %q: it has %s", registry.Name(), function, strings.Join(names, ", "))
}

// function is a Lambda function that is neither the routes nor an authorizer.
type function struct {
	decode func([]byte) (any, error)
	handle app.Handler
	// answer writes what the handler returned.
	answer func(ctx context.Context, result any, err error) ([]byte, error)
}

// newFunction gives the function for a handler; how it decodes events and what
// it answers is in the file of its kind.
func newFunction(f *app.Function) (Function, error) {
	h := function{handle: f.Handler(), answer: asJSON}
	switch f.Kind {
	case app.LambdaKind:
		h.decode = decodeLambda
	case app.ScheduleKind:
		h.decode = decodeSchedule
	case app.CloudWatchKind:
		h.decode = decodeCloudWatch
	case app.S3Kind:
		h.decode = decodeBucket
	case app.SNSKind:
		h.decode = decodeTopic
	case app.SQSKind:
		h.decode = decodeQueue
		h.answer = batchAnswer(f)
	case app.KinesisKind:
		h.decode = decodeStream
		h.answer = batchAnswer(f)
	case app.DynamoDBKind:
		h.decode = decodeTable
		h.answer = batchAnswer(f)
	case app.WSConnectKind, app.WSMessageKind, app.WSDisconnectKind:
		h.decode = decodeWebsocket
		h.answer = websocketAnswer
	default:
		return nil, fmt.Errorf("function %q is of the unknown kind %q", f.Name, f.Kind)
	}
	return h, nil
}

// Invoke answers one event. Panics of the handler are left to whoever calls:
// to Lambda they are a failed invocation and the end of the process.
func (f function) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	event, err := f.decode(payload)
	if err != nil {
		return nil, err
	}
	result, err := f.handle(ctx, event)
	return sized(f.answer(ctx, result, err))
}

// asJSON writes a result as JSON.
func asJSON(_ context.Context, result any, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	return appendJSON(nil, result)
}
