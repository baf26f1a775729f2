package apptest

import (
	"context"
	"crypto/rand"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/dispatch"
)

// functions are the app's Lambda functions, run in this process.
type functions struct {
	t           testing.TB
	names       []string
	handlers    map[string]dispatch.Function
	stage       *config.Stage
	environment *environment
}

func newFunctions(t testing.TB, a *app.App, names []string, stage *config.Stage) *functions {
	t.Helper()
	f := &functions{t: t, names: names, handlers: map[string]dispatch.Function{}, stage: stage}
	for _, name := range names {
		handler, err := dispatch.Handler(a, name)
		if err != nil {
			t.Fatal(err)
		}
		f.handlers[name] = handler
	}
	f.environment = newEnvironment(t, stage, names)
	return f
}

// Invoke calls a function as Lambda would: with its environment, its deadline,
// and the request's id in the context.
func (f *functions) Invoke(ctx context.Context, function string, event []byte) ([]byte, error) {
	handler, ok := f.handlers[function]
	if !ok {
		return nil, &UnknownFunctionError{Name: function, Known: f.invocable()}
	}
	leave := f.environment.enter(function)
	defer leave()
	ctx, cancel := context.WithTimeout(ctx, time.Duration(f.stage.Function(function).Timeout)*time.Second)
	defer cancel()
	ctx = lambdacontext.NewContext(ctx, &lambdacontext.LambdaContext{
		AwsRequestID:       requestID(),
		InvokedFunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:" + function,
	})
	return guard(ctx, handler, event)
}

// invocable are the functions but for that of the routes, which gets requests
// instead of events.
func (f *functions) invocable() []string {
	return slices.DeleteFunc(slices.Clone(f.names), func(name string) bool { return name == app.RESTHandler })
}

// PanicError is the error of a function whose handler panicked, as Lambda
// reports it. The panics of routes are answered with status 500 instead.
type PanicError struct {
	Value any
	Stack []byte
}

// Error gives the panic's value and the stack.
func (p *PanicError) Error() string { return fmt.Sprintf("panic: %v\n\n%s", p.Value, p.Stack) }

// Unwrap gives the panic's value if that is an error.
func (p *PanicError) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}

// guard calls a handler and turns its panic into an error.
func guard(ctx context.Context, handler dispatch.Function, event []byte) (output []byte, err error) {
	defer func() {
		if v := recover(); v != nil {
			output, err = nil, &PanicError{v, debug.Stack()}
		}
	}()
	return handler.Invoke(ctx, event)
}

// UnknownFunctionError says that the app has no such Lambda function.
type UnknownFunctionError struct {
	Name  string
	Known []string
}

// Error gives the name and those that the app has.
func (e *UnknownFunctionError) Error() string {
	switch {
	case e.Name == app.RESTHandler:
		return e.Name + " is the function of the routes: use the client's HTTP"
	case len(e.Known) == 0:
		return fmt.Sprintf("the app has no function %q, and no other but routes", e.Name)
	}
	return fmt.Sprintf("the app has no function %q: it has %s", e.Name, strings.Join(e.Known, ", "))
}

// requestID gives a UUID of version 4.
func requestID() string {
	var id [16]byte
	rand.Read(id[:]) // it never fails
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}
