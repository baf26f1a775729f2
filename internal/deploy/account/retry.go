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

// patience is the number of attempts by kind of trouble. The waits between
// attempts double from half a second to five seconds, and are shortened at
// random by up to half. So a call that is throttled goes on for at least 26 s,
// and ends within a minute if there are no other calls.
var patience = map[trouble]int{
	throttled:   14,
	broken:      8,
	unreachable: 4,
}

const (
	firstWait = 500 * time.Millisecond
	longWait  = 5 * time.Second
)

// trouble is a kind of failure that another attempt may not have.
type trouble int

const (
	broken      trouble = iota // AWS failed, or its answer got lost
	throttled                  // AWS throttles
	unreachable                // no connection can be made
)

// newRetryer returns a retryer for one client of a service. Adaptive mode
// limits the rate of all the client's calls while AWS throttles. So the SDK's
// budget of retries isn't needed to protect AWS; it would end many calls of a
// busy client at once.
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

// throttles recognizes AWS's errors that ask for fewer calls.
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

// throttleCodes leaves out the codes that mean a quota in the services that we
// call: to wait doesn't help against these.
func throttleCodes() map[string]struct{} {
	codes := maps.Clone(retry.DefaultThrottleErrorCodes)
	delete(codes, "LimitExceededException")
	return codes
}

// wait returns how long to wait after an attempt; the first one is 1. An error
// ends the call.
func wait(attempt int, err error) (time.Duration, error) {
	if attempt >= patience[troubleOf(err)] {
		return 0, &retry.MaxAttemptsError{Attempt: attempt, Err: err}
	}
	longest := min(longWait, firstWait<<max(attempt-1, 0))
	return longest/2 + rand.N(longest/2), nil
}

// troubleOf returns the kind of trouble of an error that is worth another
// attempt.
func troubleOf(err error) trouble {
	switch {
	case throttles.IsErrorThrottle(err) == aws.TrueTernary:
		return throttled
	case neverSent(err):
		return unreachable
	}
	return broken
}

// neverSent reports whether a request wasn't sent because there was no
// connection.
func neverSent(err error) bool {
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return true
	}
	operation, ok := errors.AsType[*net.OpError](err)
	return ok && (operation.Op == "dial" || operation.Op == "proxyconnect")
}

// answerLost reports whether AWS may have done what it was asked although its
// answer didn't arrive, or not completely.
func answerLost(err error) bool {
	if _, ok := errors.AsType[*smithy.DeserializationError](err); ok {
		return true
	}
	// Windows has numbers of its own, for which package syscall's names don't stand.
	const wsaAborted, wsaReset = syscall.Errno(10053), syscall.Errno(10054)
	for _, lost := range []error{io.ErrUnexpectedEOF, io.EOF, net.ErrClosed, syscall.ECONNRESET, syscall.EPIPE, wsaAborted, wsaReset} {
		if errors.Is(err, lost) {
			return true
		}
	}
	return false
}
