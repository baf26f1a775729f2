package account

import (
	"errors"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
)

// patience is how often a call is tried, by what happens to it. The waits between
// attempts double from half a second to five seconds, of which between half and
// all is waited. So a call that is throttled goes on for 26 s at least, and ends
// within a minute if it is alone.
var patience = map[trouble]int{
	throttled:   14,
	broken:      8,
	unreachable: 4,
}

const (
	firstWait = 500 * time.Millisecond
	longWait  = 5 * time.Second
)

// trouble is a kind of failure that a later attempt may not have.
type trouble int

const (
	broken      trouble = iota // AWS failed, or its answer got lost
	throttled                  // AWS wants fewer calls
	unreachable                // no connection is made
)

// newRetryer returns what decides about attempts, for one client of a service.
// Adaptive mode bounds the rate of all the client's calls while AWS throttles. So
// the SDK's budget of retries, which would end many calls of a busy client at
// once, isn't needed against storms.
func newRetryer() aws.Retryer {
	return retry.NewAdaptiveMode(func(o *retry.AdaptiveModeOptions) {
		o.Throttles = []retry.IsErrorThrottle{throttles}
		o.StandardOptions = []func(*retry.StandardOptions){func(o *retry.StandardOptions) {
			o.MaxAttempts = patience[throttled]
			o.RateLimiter = ratelimit.None
			o.Backoff = retry.BackoffDelayerFunc(wait)
			o.Throttles = []retry.IsErrorThrottle{throttles}
			o.Retryables = []retry.IsErrorRetryable{
				retry.NoRetryCanceledError{},
				retry.RetryableError{},
				retry.RetryableConnectionError{},
				retry.RetryableHTTPStatusCode{Codes: retry.DefaultRetryableHTTPStatusCodes},
				retry.RetryableErrorCode{Codes: retry.DefaultRetryableErrorCodes},
				retry.IsErrorRetryableFunc(throttles.IsErrorThrottle),
			}
		}}
	})
}

// throttles knows AWS's ways to ask for fewer calls.
var throttles = retry.IsErrorThrottles{
	retry.ThrottleErrorCode{Codes: throttleCodes()},
	retry.IsErrorThrottleFunc(func(err error) aws.Ternary {
		status := (interface{ HTTPStatusCode() int })(nil)
		if errors.As(err, &status) && status.HTTPStatusCode() == http.StatusTooManyRequests {
			return aws.TrueTernary
		}
		return aws.UnknownTernary
	}),
}

// throttleCodes leaves out what the services that we call use for quotas, which
// no patience helps against.
func throttleCodes() map[string]struct{} {
	codes := maps.Clone(retry.DefaultThrottleErrorCodes)
	delete(codes, "LimitExceededException")
	return codes
}

// wait returns how long to wait after an attempt, the first of which is 1. The
// error ends the call.
func wait(attempt int, err error) (time.Duration, error) {
	if attempt >= patience[troubleOf(err)] {
		return 0, &retry.MaxAttemptsError{Attempt: attempt, Err: err}
	}
	longest := min(longWait, firstWait<<max(attempt-1, 0))
	return longest/2 + rand.N(longest/2), nil
}

// troubleOf tells failures apart that are worth another attempt.
func troubleOf(err error) trouble {
	switch {
	case throttles.IsErrorThrottle(err) == aws.TrueTernary:
		return throttled
	case neverSent(err):
		return unreachable
	}
	return broken
}

// neverSent reports whether there was no connection to send a request over.
func neverSent(err error) bool {
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return true
	}
	operation, ok := errors.AsType[*net.OpError](err)
	return ok && (operation.Op == "dial" || operation.Op == "proxyconnect")
}

// answerLost reports whether AWS may have done what it was asked, and its answer
// didn't arrive, or not whole.
func answerLost(err error) bool {
	if _, ok := errors.AsType[*smithy.DeserializationError](err); ok {
		return true
	}
	for _, lost := range []error{io.ErrUnexpectedEOF, io.EOF, net.ErrClosed, syscall.ECONNRESET, syscall.EPIPE} {
		if errors.Is(err, lost) {
			return true
		}
	}
	return false
}
