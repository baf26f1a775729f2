package dispatch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/cause"
	"github.com/chalice-go/chalice/internal/errtext"
)

const (
	internalCode    = "InternalServerError"
	internalMessage = "An internal server error occurred."
)

// guard calls a function and turns its panic into an error. The end of a
// goroutine by [runtime.Goexit] isn't a panic.
func guard(call func() (any, error)) (result any, err error) {
	defer func() {
		if v := recover(); v != nil {
			result, err = nil, &errtext.Panic{Value: v, Stack: debug.Stack()}
		}
	}()
	return call()
}

// guardRoute is guard for a route's handler. It avoids the cost of a closure.
func guardRoute(ctx context.Context, handler app.RouteHandler, r *app.Request) (result any, err error) {
	defer func() {
		if v := recover(); v != nil {
			result, err = nil, &errtext.Panic{Value: v, Stack: debug.Stack()}
		}
	}()
	return handler(ctx, r)
}

// errorAnswer makes a response of an error of a route's handler. It returns an
// error that the handler left to middleware.
func (h *rest) errorAnswer(ctx context.Context, r *app.Request, err error) (reply, error) {
	var panicked *errtext.Panic
	if !errors.As(err, &panicked) {
		var left *app.UnhandledError
		if errors.As(err, &left) {
			return reply{}, err
		}
		if e, ok := app.StatusOf(err); ok {
			status := cmp.Or(e.Status, 500)
			logStatus(ctx, r, status, err)
			endAfterAnswer(ctx, err)
			if status >= 500 {
				report(ctx, err)
			}
			answer := errorReply(status, e.Code, e.Message)
			if h.form != nil {
				answer = h.form(answer, err)
			}
			return answer, nil
		}
	}
	return h.unexpected(ctx, r, err), nil
}

// unexpected logs an error that the client must not see, and returns a response
// that doesn't tell it, unless the app is in debug mode.
func (h *rest) unexpected(ctx context.Context, r *app.Request, err error) reply {
	slog.LogAttrs(ctx, slog.LevelError, "Caught exception for path "+r.Path(), attributesOf(r, err)...)
	endAfterAnswer(ctx, err)
	report(ctx, err)
	answer := errorReply(500, internalCode, internalMessage)
	if h.registry.Debug() {
		answer.Headers = map[string]string{"Content-Type": "text/plain"}
		answer.Body = []byte(trace(err)) // bytes, as the type may be binary
	}
	if h.form != nil {
		answer = h.form(answer, err)
	}
	return answer
}

// attributesOf returns what the log says of an error that the client must not
// see.
func attributesOf(r *app.Request, err error) []slog.Attr {
	return append([]slog.Attr{slog.String("route", routeOf(r))}, errtext.Attributes(err)...)
}

// logStatus logs what a client isn't told of an error with a status: always if
// the program is at fault, otherwise at debug level.
func logStatus(ctx context.Context, r *app.Request, status int, err error) {
	level, message := slog.LevelError, "the request failed"
	if status < 500 {
		level, message = slog.LevelDebug, "the request was refused"
	}
	if !slog.Default().Enabled(ctx, level) {
		return
	}
	text := fmt.Sprint(err)
	all := errtext.Chain(err, text)
	if level == slog.LevelDebug && len(all) < 2 {
		return // the client was told everything
	}
	slog.LogAttrs(ctx, level, message, slog.String("route", routeOf(r)), slog.Int("status", status),
		slog.String("error", text), slog.Any("chain", all))
}

// report tells the caller within this process, if there is one, why the
// function failed.
func report(ctx context.Context, err error) {
	var panicked *errtext.Panic
	if errors.As(err, &panicked) {
		err = &cause.Panic{Value: panicked.Value, Stack: panicked.Stack}
	}
	cause.Report(ctx, err)
}

// trace returns everything about an error: its type, its text and its causes.
func trace(err error) string {
	var b strings.Builder
	errtext.Walk(err, func(e error, _ bool) {
		if b.Len() > 0 {
			b.WriteString("caused by ")
		}
		kind, text := errtext.Describe(e)
		b.WriteString(kind + ": " + text)
		b.WriteByte('\n')
		if p, ok := e.(*errtext.Panic); ok {
			b.Write(p.Stack)
		}
	})
	return b.String()
}
