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

// limit is the limit on a call's duration.
type limit struct {
	attempt time.Duration // for one attempt
	call    time.Duration // for all attempts and the waits between them
}

// usual is the limit of most calls, which are answered within a second.
var usual = limit{attempt: 30 * time.Second, call: 3 * time.Minute}

// unusual are the limits of calls that send much or wait for something. A
// function runs for up to 15 minutes. The answer of GetObject is read after the
// call, so its reader has to limit the time.
var unusual = map[string]limit{
	"PutObject":               {attempt: 5 * time.Minute, call: 20 * time.Minute},
	"UploadPart":              {attempt: 5 * time.Minute, call: 20 * time.Minute},
	"CompleteMultipartUpload": {attempt: 2 * time.Minute, call: 6 * time.Minute},
	"UpdateFunctionCode":      {attempt: 5 * time.Minute, call: 20 * time.Minute},
	"Invoke":                  {attempt: 16 * time.Minute, call: 16 * time.Minute},
	"GetObject":               {},
}

// once are the calls that aren't repeated if AWS may have received the first
// one.
var once = map[string]bool{"Invoke": true}

// limits limits the duration of every call of a client.
type limits struct {
	read time.Duration // takes precedence over the limit of an attempt
}

// add adds the limits to a call and to each of its attempts.
func (l limits) add(stack *middleware.Stack) error {
	call := middleware.InitializeMiddlewareFunc("chalice.CallLimit", l.call)
	if err := stack.Initialize.Add(call, middleware.Before); err != nil {
		return err
	}
	if _, ok := stack.Finalize.Get("Retry"); !ok {
		return nil // for instance the metadata of a machine, for which the SDK has limits
	}
	attempt := middleware.FinalizeMiddlewareFunc("chalice.AttemptLimit", l.attempt)
	return stack.Finalize.Insert(attempt, "Retry", middleware.After)
}

// of returns the limit of the operation that is being called.
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

// call limits a call as a whole. When the time is up, its error is that of the
// last attempt, which explains more.
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

// attempt limits one attempt of a call, and decides whether there may be
// another one.
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

// lastKey is the key under which attempts leave their error for the call.
type lastKey struct{}

// judged decides about a retry for errors about which the SDK would decide
// wrongly.
func judged(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil: // the caller doesn't wait anymore
		return err
	case errors.As(err, new(*credentialsError)) || errors.As(err, new(*tls.CertificateVerificationError)):
		return &verdict{error: err} // getting the credentials had retries of its own
	case once[middleware.GetOperationName(ctx)] && !neverSent(err) && throttles.IsErrorThrottle(err) != aws.TrueTernary:
		return &verdict{error: err}
	case answerLost(err):
		return &verdict{error: err, again: true}
	}
	return err
}

// verdict is an error with a decision about another attempt.
type verdict struct {
	error
	again bool
}

func (v *verdict) Unwrap() error { return v.error }

// RetryableError tells the SDK whether to try again.
func (v *verdict) RetryableError() bool { return v.again }

// timeoutError means that a call, or an attempt, took too long. It doesn't wrap
// the SDK's error, a cancellation, which wouldn't be retried.
type timeoutError struct {
	after time.Duration
	last  error // the error of the last attempt; nil: this is that attempt
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
