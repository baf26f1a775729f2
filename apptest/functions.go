package apptest

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/dispatch"
	"github.com/chalice-go/chalice/internal/apidoc"
	"github.com/chalice-go/chalice/internal/openapi"
	"github.com/chalice-go/chalice/internal/outlet"
	"github.com/chalice-go/chalice/internal/requestid"
)

// functions are the app's Lambda functions, run in this process.
type functions struct {
	t           testing.TB
	names       []string
	handlers    map[string]dispatch.Handler
	stage       *config.Stage
	environment *environment
	debug       bool                   // the app's
	document    func() ([]byte, error) // that a route serves
}

func newFunctions(t testing.TB, a *app.App, registry *app.Registry, stage *config.Stage) *functions {
	t.Helper()
	f := &functions{t: t, names: registry.FunctionNames(), handlers: map[string]dispatch.Handler{}, stage: stage, debug: registry.Debug()}
	f.document = sync.OnceValues(func() ([]byte, error) { return openapi.Served(registry.Model(), stage, openapi.Comments{}) })
	for _, name := range f.names {
		handler, err := dispatch.NewHandler(a, name)
		if err != nil {
			t.Fatal(err)
		}
		f.handlers[name] = handler
	}
	f.environment = newEnvironment(t, stage, f.names)
	return f
}

// Invoke calls a function as Lambda would: with its environment, its deadline,
// and the request's id in the context. When the context ends, it stops waiting
// for the handler.
func (f *functions) Invoke(ctx context.Context, function string, event []byte) ([]byte, error) {
	handler, ok := f.handlers[function]
	if !ok {
		return nil, &UnknownFunctionError{Name: function, Known: f.invocable()}
	}
	limit := time.Duration(f.stage.Function(function).Timeout) * time.Second
	ctx, cancel := context.WithTimeoutCause(ctx, limit, &TimeoutError{Function: function, Timeout: limit})
	defer cancel()
	ctx = lambdacontext.NewContext(ctx, &lambdacontext.LambdaContext{
		AwsRequestID:       requestid.New(),
		InvokedFunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:" + function,
	})
	ctx = apidoc.With(ctx, f.document)
	log := logs.begin(f.t, f.level(function))
	defer log.end()
	return await(ctx, func() ([]byte, error) {
		defer f.environment.enter(function)()
		log.here()
		return guard(log.context(ctx), handler, event)
	})
}

// level returns from which level on lines of a function are logged: from that of the
// stage's configuration, and in debug mode from a level as low as that.
func (f *functions) level(function string) slog.Level {
	level := slog.LevelInfo
	if i := slices.Index(config.LogLevels, f.stage.Function(function).Logging.LeastLevel()); i >= 0 {
		level = traceLevel + slog.Level(i)*levelStep
	}
	if f.debug {
		level = min(level, slog.LevelDebug)
	}
	return level
}

// Lambda's levels are as far apart as those of log/slog, and start with one below debug.
const (
	levelStep  = slog.LevelWarn - slog.LevelInfo
	traceLevel = slog.LevelDebug - levelStep
)

// InvokeStream is Invoke for an answer that may be written to w.
func (f *functions) InvokeStream(ctx context.Context, function string, event []byte, w io.Writer) ([]byte, error) {
	return f.Invoke(outlet.With(ctx, w), function, event)
}

// grace is how long Invoke waits beyond a handler's deadline, so that the
// handler can itself report what it didn't finish.
const grace = 100 * time.Millisecond

// await calls a function in a goroutine of its own, and waits for it until the
// context ends. If the call ends its goroutine, as the test's FailNow does,
// await ends the calling goroutine as well.
func await(ctx context.Context, call func() ([]byte, error)) ([]byte, error) {
	type outcome struct {
		output []byte
		err    error
	}
	done := make(chan outcome, 1)
	go func() {
		defer close(done)
		output, err := call()
		done <- outcome{output, err}
	}()
	var got outcome
	ended := false
	select {
	case got, ended = <-done:
	case <-ctx.Done():
		select {
		case got, ended = <-done:
		case <-time.After(grace):
			return nil, context.Cause(ctx)
		}
	}
	if !ended {
		runtime.Goexit()
	}
	return got.output, got.err
}

// TimeoutError says that a function took longer than the stage's configuration
// allows it. Lambda ends such a function.
type TimeoutError struct {
	Function string
	Timeout  time.Duration
}

// Error returns the function's name and its timeout.
func (e *TimeoutError) Error() string {
	return fmt.Sprintf("%s took longer than its timeout of %v", e.Function, e.Timeout)
}

// Is reports whether target is [context.DeadlineExceeded].
func (e *TimeoutError) Is(target error) bool { return target == context.DeadlineExceeded }

// invocable returns the names of the functions that can be invoked with an
// event: all but that of the routes.
func (f *functions) invocable() []string {
	return slices.DeleteFunc(slices.Clone(f.names), func(name string) bool { return name == app.RESTHandler })
}

// PanicError is the error of a function whose handler panicked, as Lambda
// reports it. If a route's handler panics, the response has status 500, and the
// PanicError is in its Err.
type PanicError struct {
	Value any
	Stack []byte
}

// Error returns the panic's value and the stack.
func (p *PanicError) Error() string { return fmt.Sprintf("panic: %v\n\n%s", p.Value, p.Stack) }

// Unwrap returns the panic's value if that is an error.
func (p *PanicError) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}

// guard calls a handler and turns its panic into an error.
func guard(ctx context.Context, handler dispatch.Handler, event []byte) (output []byte, err error) {
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

// Error returns the name, and the names that the app has.
func (e *UnknownFunctionError) Error() string {
	switch {
	case e.Name == app.RESTHandler:
		return e.Name + " is the function of the routes: use the client's HTTP"
	case len(e.Known) == 0:
		return fmt.Sprintf("the app has no function %q, and no other but routes", e.Name)
	}
	return fmt.Sprintf("the app has no function %q: it has %s", e.Name, strings.Join(e.Known, ", "))
}
