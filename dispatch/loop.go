package dispatch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"reflect"
	"sync"

	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/runtimeapi"
)

// loop gets events from Lambda's runtime API and has them answered, as
// aws-lambda-go's own loop does: that one needs net/http, which is half of a
// small program and of its start.
type loop struct {
	function  Function
	address   string
	directory string // where the program runs
}

// run answers events, as many at a time as Lambda lets the process have, until
// something is wrong with the process itself.
func (l loop) run() error {
	concurrency := lambdacontext.MaxConcurrency()
	ctx, stop := context.WithCancelCause(context.Background())
	defer stop(nil)
	var workers sync.WaitGroup
	for range concurrency {
		workers.Go(func() {
			err := errors.New("a handler ended the goroutine that it was called in")
			defer func() { stop(err) }() // the others finish what they are at
			err = l.work(ctx, concurrency == 1)
		})
	}
	workers.Wait()
	return context.Cause(ctx)
}

// work answers one event after the other, until the context ends.
func (l loop) work(ctx context.Context, alone bool) error {
	client := runtimeapi.New(l.address, agent())
	for {
		i, err := client.Next(ctx)
		if err != nil {
			return err
		}
		if alone { // as X-Ray's SDK wants it
			if err := os.Setenv("_X_AMZN_TRACE_ID", i.TraceID); err != nil {
				return err
			}
		}
		if err := l.answer(client, i); err != nil {
			return err
		}
	}
}

// agent is what this library calls itself.
func agent() string { return "chalice-go/" + version() }

// answer answers an event. The error is one that ends the process.
func (l loop) answer(client *runtimeapi.Client, i *runtimeapi.Invocation) error {
	ctx, cancel, err := contextOf(i)
	defer cancel()
	var out []byte
	fail, panicked := &runtimeapi.Failure{Type: "Runtime.InvalidInvocation"}, false
	if err != nil {
		fail.Message = err.Error()
	} else if out, fail, panicked = l.invoke(ctx, i.Event); fail == nil {
		return client.Respond(i.ID, out)
	}
	logFailure(ctx, fail)
	err = client.Fail(i.ID, fail, l.directory)
	if panicked {
		err = errors.Join(fmt.Errorf("a handler panicked: %s", fail.Message), err)
	}
	return err
}

// invoke calls the function. After a panic nobody knows what the process is
// good for.
func (l loop) invoke(ctx context.Context, event []byte) (out []byte, fail *runtimeapi.Failure, panicked bool) {
	defer func() {
		if value := recover(); value != nil {
			out, fail, panicked = nil, panicFailure(value), true
			if own, ok := value.(messages.InvokeResponse_Error); ok {
				fail, panicked = ownFailure(own), own.ShouldExit
			}
		}
	}()
	out, err := l.function.Invoke(ctx, event)
	if err != nil {
		return nil, failure(err), false
	}
	return out, nil, false
}

// contextOf gives the context of an invocation, as far as what Lambda says of it
// can be read, and what cancels it.
func contextOf(i *runtimeapi.Invocation) (context.Context, context.CancelFunc, error) {
	about := &lambdacontext.LambdaContext{AwsRequestID: i.ID, InvokedFunctionArn: i.FunctionARN, TenantID: i.TenantID}
	err := errors.Join(
		decodeAbout("client context", i.ClientContext, &about.ClientContext),
		decodeAbout("Cognito identity", i.CognitoIdentity, &about.Identity),
	)
	if i.Deadline.IsZero() {
		err = errors.Join(err, errors.New("the invocation has no deadline"))
	}
	ctx := lambdacontext.NewContext(context.Background(), about)
	//lint:ignore SA1029 it is the key that X-Ray's SDK looks for
	ctx = context.WithValue(ctx, "x-amzn-trace-id", i.TraceID)
	ctx, cancel := context.WithDeadline(ctx, i.Deadline)
	return ctx, cancel, err
}

// decodeAbout decodes what Lambda says of an invocation, if it says something.
func decodeAbout(what, text string, v any) error {
	if text == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(text), v); err != nil {
		return fmt.Errorf("decode the %s: %w", what, err)
	}
	return nil
}

// failure is how Lambda's callers get to know of an error: with the code of an
// [app.Error] or the error's Go type.
func failure(err error) *runtimeapi.Failure {
	var coded *app.Error
	if errors.As(err, &coded) && coded != nil {
		return &runtimeapi.Failure{Type: coded.Code, Message: err.Error()}
	}
	if own, ok := err.(messages.InvokeResponse_Error); ok {
		return ownFailure(own)
	}
	return &runtimeapi.Failure{Type: typeName(err), Message: err.Error()}
}

// ownFailure is an error that a handler wrote in aws-lambda-go's own form.
func ownFailure(e messages.InvokeResponse_Error) *runtimeapi.Failure {
	f := &runtimeapi.Failure{Type: e.Type, Message: e.Message}
	for _, frame := range e.StackTrace {
		if frame != nil {
			f.StackTrace = append(f.StackTrace, runtimeapi.Frame{Path: frame.Path, Line: int(frame.Line), Label: frame.Label})
		}
	}
	return f
}

func typeName(value any) string {
	t := reflect.TypeOf(value)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Name()
}

// logFailure logs why an invocation failed.
func logFailure(ctx context.Context, f *runtimeapi.Failure) {
	attrs := []slog.Attr{slog.String("errorType", f.Type), slog.String("errorMessage", f.Message)}
	if f.StackTrace != nil {
		attrs = append(attrs, slog.Any("stackTrace", f.StackTrace))
	}
	slog.LogAttrs(ctx, slog.LevelError, "the invocation failed", attrs...)
}

// failInit tells Lambda why the program can't start, so that whoever calls the
// function sees it, too.
func failInit(address string, err error) {
	f := &runtimeapi.Failure{Type: "Runtime.ConfigError", Message: err.Error()}
	// The program says it itself, too, and ends: there is nobody else to tell.
	_ = runtimeapi.New(address, agent()).FailInit(f)
}
