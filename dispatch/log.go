package dispatch

import (
	"context"
	"io"
	"log/slog"
	"sync/atomic"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// requestLog writes JSON lines as Lambda's own are, with timestamp, level,
// message and requestId. A line that is logged with an invocation's context has
// its id from there; any other has that of the one invocation there is, unless
// Lambda lets the process have several at a time.
type requestLog struct {
	slog.Handler
	current *atomic.Pointer[string]
}

// newRequestLog logs to w for a function of an app.
func newRequestLog(w io.Writer, level slog.Level, function string) requestLog {
	h := slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: lambdacontext.ReplaceAttr})
	return requestLog{h.WithAttrs([]slog.Attr{slog.String("function", function)}), new(atomic.Pointer[string])}
}

// logLevel is what Lambda's logging configuration asks for, or everything in
// debug mode.
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
func logLevel(name string, debug bool) slog.Level {
	switch {
	case debug, name == "DEBUG", name == "TRACE":
		return slog.LevelDebug
	case name == "WARN":
		return slog.LevelWarn
	case name == "ERROR", name == "FATAL":
		return slog.LevelError
	}
	return slog.LevelInfo
}

// Handle writes a line.
func (l requestLog) Handle(ctx context.Context, r slog.Record) error {
	if c, ok := lambdacontext.FromContext(ctx); ok {
		r.AddAttrs(slog.String("requestId", c.AwsRequestID))
	} else if id := l.current.Load(); id != nil {
		r.AddAttrs(slog.String("requestId", *id))
	}
	return l.Handler.Handle(ctx, r)
}

// WithAttrs is part of [slog.Handler].
func (l requestLog) WithAttrs(attrs []slog.Attr) slog.Handler {
	return requestLog{l.Handler.WithAttrs(attrs), l.current}
}

// WithGroup is part of [slog.Handler].
func (l requestLog) WithGroup(name string) slog.Handler {
	return requestLog{l.Handler.WithGroup(name), l.current}
}

// watch makes a handler tell the log which invocation there is.
func (l requestLog) watch(h Function) Function {
	if lambdacontext.MaxConcurrency() > 1 {
		return h
	}
	return watched{h, l.current}
}

type watched struct {
	Function
	current *atomic.Pointer[string]
}

func (w watched) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	if c, ok := lambdacontext.FromContext(ctx); ok {
		w.current.Store(&c.AwsRequestID)
	}
	return w.Function.Invoke(ctx, payload)
}
