package account

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/middleware"
)

// limit is how long a call may take.
type limit struct {
	attempt time.Duration // one try
	call    time.Duration // all of them, and the waits between
}

// usual is the limit of most calls, whose answers are there within a second.
var usual = limit{attempt: 30 * time.Second, call: 3 * time.Minute}

// unusual are the limits of calls that send much or wait for something. A
// function runs for up to 15 minutes. The answer to GetObject is read after the
// call, so its limit is the reader's.
var unusual = map[string]limit{
	"PutObject":               {attempt: 5 * time.Minute, call: 20 * time.Minute},
	"UploadPart":              {attempt: 5 * time.Minute, call: 20 * time.Minute},
	"CompleteMultipartUpload": {attempt: 2 * time.Minute, call: 6 * time.Minute},
	"UpdateFunctionCode":      {attempt: 5 * time.Minute, call: 20 * time.Minute},
	"Invoke":                  {attempt: 16 * time.Minute, call: 16 * time.Minute},
	"GetObject":               {},
}

// once are the calls that aren't made again if the first may have been heard.
var once = map[string]bool{"Invoke": true}

// limits sees to it that every call of a client ends.
type limits struct {
	read time.Duration // wins over a limit of an attempt
}

// add puts the limits around a call and around each of its attempts.
func (l limits) add(stack *middleware.Stack) error {
	call := middleware.InitializeMiddlewareFunc("chalice.CallLimit", l.call)
	if err := stack.Initialize.Add(call, middleware.Before); err != nil {
		return err
	}
	if _, ok := stack.Finalize.Get("Retry"); !ok {
		return nil // such as the metadata of a machine, of which the SDK has limits
	}
	attempt := middleware.FinalizeMiddlewareFunc("chalice.AttemptLimit", l.attempt)
	return stack.Finalize.Insert(attempt, "Retry", middleware.After)
}

// of returns the limit of the operation that is called.
func (l limits) of(ctx context.Context) limit {
	found, ok := unusual[middleware.GetOperationName(ctx)]
	if !ok {
		found = usual
	}
	if l.read > 0 && found.attempt > 0 {
		found.attempt = l.read
		found.call = max(found.call, 2*l.read)
	}
	return found
}

// call limits a call as a whole. What happened last explains more than that the
// time was up.
func (l limits) call(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
	limit := l.of(ctx).call
	if limit == 0 {
		return next.HandleInitialize(ctx, in)
	}
	var last error
	limited, cancel := context.WithTimeout(context.WithValue(ctx, lastKey{}, &last), limit)
	defer cancel()
	out, metadata, err := next.HandleInitialize(limited, in)
	if err != nil && ctx.Err() == nil && limited.Err() != nil {
		if last == nil {
			last = err
		}
		err = &timeoutError{after: limit, last: last}
	}
	return out, metadata, err
}

// attempt limits one attempt of a call, and says whether there may be another.
func (l limits) attempt(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
	limited, cancel := ctx, context.CancelFunc(func() {})
	limit := l.of(ctx).attempt
	if limit > 0 {
		limited, cancel = context.WithTimeout(ctx, limit)
	}
	defer cancel()
	out, metadata, err := next.HandleFinalize(limited, in)
	if err == nil {
		return out, metadata, nil
	}
	if ctx.Err() == nil && limited.Err() != nil {
		err = &timeoutError{after: limit}
	}
	if last, ok := ctx.Value(lastKey{}).(*error); ok && ctx.Err() == nil {
		*last = err
	}
	return out, metadata, judged(ctx, err)
}

// lastKey is where a call's attempts leave their error.
type lastKey struct{}

// judged marks an error that the SDK wouldn't tell right.
func judged(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil: // nobody waits any more
		return err
	case errors.As(err, new(*credentialsError)) || errors.As(err, new(*tls.CertificateVerificationError)):
		return &verdict{error: err} // whoever got the credentials was patient already
	case once[middleware.GetOperationName(ctx)] && !neverSent(err) && throttles.IsErrorThrottle(err) != aws.TrueTernary:
		return &verdict{error: err}
	case answerLost(err):
		return &verdict{error: err, again: true}
	}
	return err
}

// verdict is an error of which it is known whether the call is made again.
type verdict struct {
	error
	again bool
}

func (v *verdict) Unwrap() error { return v.error }

// RetryableError is what the SDK asks.
func (v *verdict) RetryableError() bool { return v.again }

// timeoutError means that a call, or an attempt of one, took too long. It doesn't
// wrap what the SDK makes of that, a cancellation, which wouldn't be tried again.
type timeoutError struct {
	after time.Duration
	last  error // what happened to the last attempt; nil: it is this one
}

func (e *timeoutError) Error() string {
	if e.last == nil {
		return fmt.Sprintf("no answer within %s", e.after)
	}
	return fmt.Sprintf("no success within %s; at last: %v", e.after, e.last)
}

func (e *timeoutError) Unwrap() error { return e.last }

// Timeout makes the SDK try again.
func (e *timeoutError) Timeout() bool { return true }
