package dispatch

import (
	"context"
	"fmt"
	"strings"

	"github.com/chalice-go/chalice/app"
)

// Handler answers the events of one of an app's Lambda functions. It is a
// lambda.Handler of aws-lambda-go, whose package isn't imported because it
// brings net/http.
//
// Invoke answers an event. It reads payload in place, and so do the events that
// it hands to the app: payload must not change as long as a handler of the app,
// or a goroutine that it leaves behind, has its [app.Request].
type Handler interface {
	Invoke(ctx context.Context, payload []byte) ([]byte, error)
}

// NewHandler returns the handler of one of an app's Lambda functions, by the
// name under which Lambda knows the function (see the package's comment). The
// error is of type [app.Mistakes] if something is wrong with the app.
func NewHandler(a *app.App, function string) (Handler, error) {
	registry, err := a.Registry()
	if err != nil {
		return nil, err
	}
	return newHandler(registry, function)
}

func newHandler(registry *app.Registry, function string) (Handler, error) {
	if function == app.RESTHandler && len(registry.Routes()) > 0 {
		return newREST(registry), nil
	}
	if a, ok := registry.Authorizer(function); ok {
		return authorizer{a}, nil
	}
	if f, ok := registry.Function(function); ok {
		return newEventHandler(f), nil
	}
	names := registry.FunctionNames()
	if len(names) == 0 {
		return nil, fmt.Errorf("%s has no function %q: it declares no handlers", registry.Name(), function)
	}
	return nil, fmt.Errorf("%s has no function %q: it has %s", registry.Name(), function, strings.Join(names, ", "))
}
