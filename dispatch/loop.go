package dispatch

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"reflect"
	"strings"
	"sync"

	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/errtext"
	"github.com/chalice-go/chalice/internal/runtimeapi"
)

// loop gets events from Lambda's runtime API and answers them, as
// aws-lambda-go's own loop does, which isn't used because it needs net/http:
// that is half of a small program and of its start.
type loop struct {
	handler   Handler
	address   string
	directory string // the directory that the program runs in
}

// run answers events, as many at a time as Lambda lets the process have, until
// the process itself fails or has to end.
func (l loop) run() error {
	concurrency := lambdacontext.MaxConcurrency()
	ctx, stop := context.WithCancelCause(context.Background())
	defer stop(nil)
	var workers sync.WaitGroup
	for range concurrency {
		workers.Go(func() {
			err := errors.New("a handler ended the goroutine that it was called in")
			defer func() { stop(err) }() // the other workers finish their events
			err = l.work(ctx, concurrency == 1)
		})
	}
	workers.Wait()
	return context.Cause(ctx)
}

// work answers one event after the other until the context ends.
func (l loop) work(ctx context.Context, alone bool) error {
	client := runtimeapi.New(l.address, agent())
	for {
		i, err := client.Next(ctx)
		if err != nil {
			return err
		}
		if alone { // X-Ray's SDK expects it there
			if err := os.Setenv("_X_AMZN_TRACE_ID", i.TraceID); err != nil {
				return err
			}
		}
		if err := l.answer(client, i); err != nil {
			return err
		}
	}
}

// agent is the name of this library in requests.
func agent() string { return "chalice-go/" + version() }

// answer answers an event. Its error is one that ends the process.
func (l loop) answer(client *runtimeapi.Client, event *runtimeapi.Invocation) error {
	i, err := newInvocation(client, event)
	ctx, cancel := context.WithDeadline(i, event.Deadline)
	defer cancel()
	var out []byte
	var failed *failed
	if err != nil {
		failed = newFailed(err)
	} else {
		out, failed = l.invoke(ctx, event.Event)
	}
	if i.endStream != nil && i.endStream(ctx, failed) {
		return i.end()
	}
	if failed != nil {
		failed.log(ctx)
		i.endAfter(failed.err)
		return errors.Join(client.Fail(event.ID, failed.failure, l.directory), i.end())
	}
	err = client.Respond(event.ID, out)
	var refused *runtimeapi.StatusError
	if errors.As(err, &refused) && refused.Status == statusTooLarge {
		newFailed(&tooLargeError{size: len(out)}).log(ctx)
		err = nil
	}
	return errors.Join(err, i.end())
}

// statusTooLarge is the status with which the runtime API refuses an answer
// that is larger than its limit, whatever that is. The invocation has failed
// then.
const statusTooLarge = 413

// invoke calls the function. A panic is a failure, also that of an error's own
// methods.
func (l loop) invoke(ctx context.Context, event []byte) (out []byte, fail *failed) {
	defer func() {
		if value := recover(); value != nil {
			out, fail = nil, newFailed(&functionPanic{value, panicFailure(value)})
		}
	}()
	out, err := l.handler.Invoke(ctx, event)
	if err != nil {
		return nil, newFailed(err)
	}
	return out, nil
}

// failed is the failure of an invocation: in the form for Lambda, and for the
// log.
type failed struct {
	err     error
	failure *runtimeapi.Failure
	chain   []string
}

func newFailed(err error) *failed {
	f := failure(err)
	return &failed{err, f, errtext.Chain(err, f.Message)}
}

func (f *failed) log(ctx context.Context) {
	attrs := []slog.Attr{slog.String("errorType", f.failure.Type), slog.String("errorMessage", f.failure.Message)}
	if f.failure.StackTrace != nil {
		attrs = append(attrs, slog.Any("stackTrace", f.failure.StackTrace))
	}
	if len(f.chain) > 1 {
		attrs = append(attrs, slog.Any("chain", f.chain))
	}
	if large, ok := f.err.(*tooLargeError); ok {
		attrs = append(attrs, large.attributes()...)
	}
	level := slog.LevelError
	if _, panicked := f.err.(*functionPanic); panicked {
		level = endLevel(ctx)
	}
	slog.LogAttrs(ctx, level, "the invocation failed", attrs...)
}

// maxMessage is how many bytes of an error's text Lambda is sent: it refuses a
// failure that is larger than an answer may be.
const maxMessage = 256 << 10

// failure returns the failure that Lambda passes on to the function's caller.
func failure(err error) *runtimeapi.Failure {
	f := failureOf(err)
	if len(f.Message) > maxMessage {
		f.Message = strings.ToValidUTF8(f.Message[:maxMessage], "") + "…"
	}
	return f
}

// failureOf makes a failure of an error. Its type is the code of an
// [app.Error], or else the error's Go type.
func failureOf(err error) *runtimeapi.Failure {
	switch e := err.(type) {
	case messages.InvokeResponse_Error:
		return ownFailure(e)
	case *functionPanic:
		if own, ok := e.value.(messages.InvokeResponse_Error); ok {
			return ownFailure(own)
		}
		return e.failure
	case *brokenError:
		if p, ok := e.error.(*errtext.Panic); ok {
			return &runtimeapi.Failure{Type: typeName(p.Value), Message: p.Error()}
		}
		return failureOf(e.error)
	case *unreadableError:
		return &runtimeapi.Failure{Type: "Runtime.InvalidInvocation", Message: e.Error()}
	case *tooLargeError:
		return &runtimeapi.Failure{Type: "Function.ResponseSizeTooLarge", Message: e.Error()}
	}
	f := &runtimeapi.Failure{Type: typeName(err), Message: err.Error()}
	var coded *app.Error
	if errors.As(err, &coded) && coded != nil {
		f.Type = coded.Code
	}
	return f
}

// ownFailure makes a failure of an error that a handler wrote in
// aws-lambda-go's own form.
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

// failInit logs why the program can't start, and tells Lambda, which passes it
// on to whoever calls the function.
func failInit(address string, err error) {
	f := &runtimeapi.Failure{Type: "Runtime.ConfigError", Message: err.Error()}
	slog.Log(context.Background(), endLevel(context.Background()), "the program can't start", "errorType", f.Type, "errorMessage", f.Message)
	// The error is in the log and the program ends: nobody else could be told.
	_ = runtimeapi.New(address, agent()).FailInit(f)
}
