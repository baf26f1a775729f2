package dispatch

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/chalice-go/chalice/app"
)

// maxAnswer is the number of bytes of an answer that Lambda takes.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const maxAnswer = 6_291_556

// maxBalanced is the number of bytes of an answer that a load balancer takes.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
const maxBalanced = 1 << 20

// tooLargeError is the error of an answer that Lambda wouldn't take.
type tooLargeError struct {
	route string // empty for functions that aren't the routes'
	size  int
}

func (e *tooLargeError) Error() string {
	of := ""
	if e.route != "" {
		of = " of " + e.route
	}
	return fmt.Sprintf("the answer%s has %d bytes, and Lambda takes no more than %d", of, e.size, maxAnswer)
}

// attributes returns what the log says beside the error's text.
func (e *tooLargeError) attributes() []slog.Attr {
	size := slog.Int("size", e.size)
	if e.route == "" {
		return []slog.Attr{size}
	}
	return []slog.Attr{slog.String("route", e.route), size}
}

// sized returns a function's answer, or an error if it is too large.
func sized(out []byte, err error) ([]byte, error) {
	if err == nil && len(out) > maxAnswer {
		return nil, &tooLargeError{size: len(out)}
	}
	return out, err
}

// routeOf returns the route of a request, such as "GET /users/{id}".
func routeOf(r *app.Request) string { return r.Method() + " " + r.Path() }

// sizedFor returns the answer to a request, or an error if it is too large for
// Lambda. If it is too large for a load balancer alone, it logs that, since the
// load balancer answers with status 502 and says nothing.
func sizedFor(ctx context.Context, r *app.Request, out []byte) ([]byte, error) {
	switch size := len(out); {
	case size > maxAnswer:
		return nil, &tooLargeError{routeOf(r), size}
	case size > maxBalanced && r.Source() == app.LoadBalancer:
		slog.ErrorContext(ctx, "the answer is larger than the 1 MB that a load balancer takes", "route", routeOf(r), "size", size)
	}
	return out, nil
}
