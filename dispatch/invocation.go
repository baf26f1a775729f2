package dispatch

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/chalice-go/chalice/internal/outlet"
	"github.com/chalice-go/chalice/internal/runtimeapi"
)

// invocation is the context of an invocation, but for its deadline. It also
// records whether the process has to end after the answer.
type invocation struct {
	context.Context
	traceID string
	reason  atomic.Pointer[error] // why the process has to end
	client  *runtimeapi.Client
	id      string
	// endStream ends an answer that is sent piece by piece, and reports whether any
	// of it was sent. nil: the answer isn't.
	endStream func(ctx context.Context, failed *failed) (begun bool)
}

// unreadableError is the error of an invocation whose metadata from Lambda
// can't be read.
type unreadableError struct{ error }

// newInvocation makes the context of an invocation of the metadata from Lambda,
// as far as that can be read.
func newInvocation(client *runtimeapi.Client, event *runtimeapi.Invocation) (*invocation, error) {
	about := &lambdacontext.LambdaContext{AwsRequestID: event.ID, InvokedFunctionArn: event.FunctionARN, TenantID: event.TenantID}
	err := errors.Join(
		decodeAbout("client context", event.ClientContext, &about.ClientContext, decodeClientContext),
		decodeAbout("Cognito identity", event.CognitoIdentity, &about.Identity, decodeIdentity),
	)
	if event.Deadline.IsZero() {
		err = errors.Join(err, errors.New("the invocation has no deadline"))
	}
	if err != nil {
		err = &unreadableError{err}
	}
	return &invocation{
		Context: lambdacontext.NewContext(context.Background(), about), traceID: event.TraceID, client: client, id: event.ID,
	}, err
}

// decodeAbout decodes a part of an invocation's metadata, if Lambda sent it.
func decodeAbout[T any](what, text string, v *T, decode func(string, *T) error) error {
	if text == "" {
		return nil
	}
	if err := decode(text, v); err != nil {
		return fmt.Errorf("decode the %s: %w", what, err)
	}
	return nil
}

// invocationKey is the key under which a context holds its invocation.
type invocationKey struct{}

// Value also returns X-Ray's trace id, under the key that its SDK looks for.
func (i *invocation) Value(key any) any {
	switch key {
	case "x-amzn-trace-id":
		return i.traceID
	case invocationKey{}:
		return i
	case outlet.Key{}:
		return i
	}
	return i.Context.Value(key)
}

// end returns why the process has to end after this invocation, nil if it
// doesn't.
func (i *invocation) end() error {
	if reason := i.reason.Load(); reason != nil {
		return *reason
	}
	return nil
}

// endAfter notes whether the error of a function ends the process, as it does
// with aws-lambda-go: after a panic the state of the process isn't known, and
// an InvokeResponse_Error can ask for the end.
func (i *invocation) endAfter(err error) {
	panicked, _ := err.(*functionPanic)
	own, asks := err.(messages.InvokeResponse_Error)
	if panicked != nil {
		own, asks = panicked.value.(messages.InvokeResponse_Error)
	}
	switch {
	case asks && own.ShouldExit:
		i.stopFor(own)
	case panicked != nil && !asks:
		i.stop("a handler panicked: " + err.Error())
	}
}

// endAfterAnswer is endAfter for an error for which a request is answered. The
// error counts however it is wrapped, since aws-lambda-go has no rule for
// requests.
func endAfterAnswer(ctx context.Context, err error) {
	var own messages.InvokeResponse_Error
	var pointer *messages.InvokeResponse_Error
	if errors.As(err, &pointer) && pointer != nil {
		own = *pointer
	} else if !errors.As(err, &own) {
		return
	}
	if i, ok := ctx.Value(invocationKey{}).(*invocation); ok && own.ShouldExit {
		i.stopFor(own)
	}
}

func (i *invocation) stopFor(own messages.InvokeResponse_Error) {
	i.stop("a handler's error has ShouldExit: " + strings.Trim(own.Type+": "+own.Message, ": "))
}

func (i *invocation) stop(why string) {
	reason := errors.New(why)
	i.reason.Store(&reason)
}
