package dispatch

import (
	"context"
	"log/slog"
	"runtime/debug"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/errtext"
)

// protector is what the function of the routes has if one of them has an
// authorizer.
type protector interface {
	enter(ctx context.Context, r *app.Request) (asked *app.Request, answer reply, refused bool)
	refuse(ctx context.Context, r *app.Request) (answer reply, refused bool)
}

// UseAuthorizers has the function of the routes protect those that have an
// authorizer.
func (h *rest) UseAuthorizers() { h.protector = protecting{h} }

// protecting is the function of the routes, as it protects them.
type protecting struct{ *rest }

// refuse answers a request that its route's authorizer has not let through. If
// no authorizer was asked, the API is set up wrongly, which is a warning in the
// log. A client without a scope is none.
func (h protecting) refuse(ctx context.Context, r *app.Request) (answer reply, refused bool) {
	route := h.resources[r.Path()].find(r.Method())
	if route == nil || route.Protection == nil {
		return reply{}, false
	}
	switch status, why := route.Protection.Refuse(r); status {
	case 0:
		return reply{}, false
	case 401:
		return h.refused(ctx, r, status, why, slog.LevelWarn), true
	default:
		return h.refused(ctx, r, status, why, slog.LevelDebug), true
	}
}

// refused makes the answer to a request that may not reach its route, and logs
// why.
func (h protecting) refused(ctx context.Context, r *app.Request, status int, why string, level slog.Level) reply {
	answer := errorReply(403, "ForbiddenError", "Forbidden")
	if status == 401 {
		answer = errorReply(401, "UnauthorizedError", "Unauthorized")
	}
	slog.Log(ctx, level, "refused "+r.Method()+" "+r.Path()+": "+why, "status", status)
	answer.cors = h.cors(r)
	return answer
}

// enter refuses a request that doesn't come from a REST API before any code of
// the app runs but its authorizers, middleware included. Behind a function's URL
// it asks the route's authorizer, and returns the request with what that said.
func (h protecting) enter(ctx context.Context, r *app.Request) (asked *app.Request, answer reply, refused bool) {
	asked, refusal, err := h.askAuthorizer(ctx, r)
	switch {
	case err != nil:
		answer = h.unexpected(ctx, r, err)
		answer.cors = h.cors(r)
		return r, answer, true
	case refusal != nil:
		return r, h.refused(ctx, r, refusal.Status, refusal.Why, slog.LevelDebug), true
	case asked != nil:
		h.registry.Matcher().Resolve(asked)
		r = asked
	}
	answer, refused = h.refuse(ctx, r)
	return r, answer, refused
}

// askAuthorizer asks the route's authorizer if that has to be done here. A panic
// of the authorizer is an error.
func (h protecting) askAuthorizer(ctx context.Context, r *app.Request) (asked *app.Request, refusal *app.Refusal, err error) {
	route := h.resources[r.Path()].find(r.Method())
	if route == nil || route.Protection == nil {
		return nil, nil, nil
	}
	defer func() {
		if v := recover(); v != nil {
			asked, refusal, err = nil, nil, &errtext.Panic{Value: v, Stack: debug.Stack()}
		}
	}()
	functionARN := ""
	if about, ok := lambdacontext.FromContext(ctx); ok {
		functionARN = about.InvokedFunctionArn
	}
	return route.Protection.Ask(ctx, r, functionARN)
}
