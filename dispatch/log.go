package dispatch

import (
	"context"
	"io"
	"log"
	"log/slog"
	"os"
	"reflect"
	"slices"
	"sync/atomic"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// goLogger is the default logger of log/slog when this package is initialized:
// Go's own, unless a package that was initialized before has set another one.
var goLogger = slog.Default()

// setLoggers makes the default loggers of log/slog and log fit for a function
// of an app in Lambda: their lines have request ids, and lines of package log
// are never dropped. Settings of the program itself stay: another default
// logger, the writer of package log, and the level of slog.SetLogLoggerLevel.
func setLoggers(function, level string, debug bool) requestLog {
	own, output, flags := slog.Default(), log.Writer(), log.Flags()
	least := logLoggerLevel()
	l := newRequestLog(own.Handler())
	gos := isGos(own)
	if gos && (isStandard(output) || output == io.Discard) {
		if least == slog.LevelInfo || debug { // the program has chosen no level
			l = newRequestLog(jsonHandler(os.Stdout, logLevel(level, debug), function))
		} else {
			l = newRequestLog(jsonHandler(os.Stdout, least, function))
		}
	}
	slog.SetDefault(slog.New(l)) // which also sends package log's lines there
	switch {
	case gos && isStandard(output):
		log.SetOutput(slog.NewLogLogger(unfiltered{l}, least).Writer())
		log.SetFlags(flags & (log.Lshortfile | log.Llongfile | log.Lmsgprefix)) // a line has its time
	case !gos && isBridge(output):
		log.SetFlags(log.Lshortfile) // so that the writer passes on where a line is from
		output = slog.NewLogLogger(unfiltered{l}, least).Writer()
		fallthrough
	default:
		log.SetOutput(output)
		log.SetFlags(flags)
	}
	return l
}

// isGos reports whether a default logger is Go's own, which writes to package
// log's. A logger that was derived from Go's own by adding attributes is the
// program's.
func isGos(l *slog.Logger) bool {
	t := reflect.TypeOf(l.Handler())
	return l == goLogger && t.Kind() == reflect.Pointer && t.Elem().PkgPath() == "log/slog" && t.Elem().Name() == "defaultHandler"
}

// isStandard reports whether a writer is one of the process's own streams.
func isStandard(w io.Writer) bool { return w == os.Stderr || w == os.Stdout }

// isBridge reports whether package log's writer is the one with which
// slog.SetDefault sends its lines to a handler.
func isBridge(w io.Writer) bool {
	return reflect.TypeOf(w) == reflect.TypeOf(slog.NewLogLogger(slog.DiscardHandler, 0).Writer())
}

// logLoggerLevel returns the level that the program has set with
// slog.SetLogLoggerLevel, info if it has set none.
func logLoggerLevel() slog.Level {
	level := slog.SetLogLoggerLevel(slog.LevelInfo)
	slog.SetLogLoggerLevel(level)
	return level
}

// jsonHandler writes JSON lines as Lambda's own are, with timestamp, level and
// message, for a function of an app.
func jsonHandler(w io.Writer, level slog.Level, function string) slog.Handler {
	h := slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: replaceAttr})
	return h.WithAttrs([]slog.Attr{slog.String("function", function)})
}

// replaceAttr gives what every line has Lambda's names. A line of another level than
// Lambda's would be one of INFO for Lambda, whatever was meant.
func replaceAttr(groups []string, a slog.Attr) slog.Attr {
	if level, ok := a.Value.Any().(slog.Level); ok && len(groups) == 0 && a.Key == slog.LevelKey {
		return slog.String(a.Key, levelName(level))
	}
	return lambdacontext.ReplaceAttr(groups, a)
}

// Lambda has two levels more than log/slog.
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
const (
	levelTrace = slog.LevelDebug - 4
	levelFatal = slog.LevelError + 4
)

// endLevel is the level of lines that say why the process ends: that of errors, and
// where those are dropped the one that never is.
func endLevel(ctx context.Context) slog.Level {
	if slog.Default().Enabled(ctx, slog.LevelError) {
		return slog.LevelError
	}
	return levelFatal
}

// levels are Lambda's, the highest first.
var levels = [...]struct {
	from slog.Level
	name string
}{{levelFatal, "FATAL"}, {slog.LevelError, "ERROR"}, {slog.LevelWarn, "WARN"}, {slog.LevelInfo, "INFO"}, {slog.LevelDebug, "DEBUG"}}

// levelName returns the highest of Lambda's levels that a level reaches.
func levelName(level slog.Level) string {
	for _, l := range levels {
		if level >= l.from {
			return l.name
		}
	}
	return "TRACE"
}

// logLevel returns the level of Lambda's logging configuration, or one that low in
// debug mode.
func logLevel(name string, debug bool) slog.Level {
	least := slog.LevelInfo
	for _, l := range levels {
		if name == l.name {
			least = l.from
		}
	}
	if name == "TRACE" {
		least = levelTrace
	}
	if debug {
		least = min(least, slog.LevelDebug)
	}
	return least
}

// unfiltered handles the lines of package log, which knows no levels: if the
// handler drops lines of their level, they get the least level that it takes.
// So a filter behind the handler, such as Lambda's own, lets them through as
// well.
type unfiltered struct{ slog.Handler }

// Enabled is part of [slog.Handler].
func (unfiltered) Enabled(context.Context, slog.Level) bool { return true }

// Handle writes a line.
func (u unfiltered) Handle(ctx context.Context, r slog.Record) error {
	for _, level := range []slog.Level{r.Level, slog.LevelInfo, slog.LevelWarn, slog.LevelError, levelFatal} {
		r.Level = max(r.Level, level)
		if u.Handler.Enabled(ctx, r.Level) {
			break
		}
	}
	return u.Handler.Handle(ctx, r)
}

// requestLog adds requestId to every line that a handler writes, outside of all
// groups. If a line is logged with an invocation's context, the id is that
// invocation's. Any other line gets the id of the only invocation there is,
// unless Lambda lets the process have several at a time.
type requestLog struct {
	slog.Handler
	current *atomic.Pointer[string]
	adds    bool // the handler itself adds the id of a context

	// Within a group, a line's attributes belong to the group. So for a line with
	// an id, Handle makes a new handler: outside, which is the handler before the
	// first group, then the id, then the steps in inside.
	outside slog.Handler
	inside  []func(slog.Handler) slog.Handler
}

func newRequestLog(h slog.Handler) requestLog {
	return requestLog{Handler: h, current: new(atomic.Pointer[string]), adds: isLambdaHandler(h)}
}

// isLambdaHandler reports whether a handler is one of lambdacontext's.
func isLambdaHandler(h slog.Handler) bool {
	t := reflect.TypeOf(h)
	return t.Kind() == reflect.Pointer && t.Elem().PkgPath() == reflect.TypeFor[lambdacontext.LambdaContext]().PkgPath()
}

const requestID = "requestId"

// Handle writes a line.
func (l requestLog) Handle(ctx context.Context, r slog.Record) error {
	c, ok := lambdacontext.FromContext(ctx)
	if !ok {
		id := l.current.Load()
		if id == nil {
			return l.Handler.Handle(ctx, r)
		}
		c = &lambdacontext.LambdaContext{AwsRequestID: *id}
	}
	switch {
	case l.adds:
		return l.Handler.Handle(lambdacontext.NewContext(ctx, c), r)
	case l.outside == nil:
		r = r.Clone() // the caller may still use it
		r.AddAttrs(slog.String(requestID, c.AwsRequestID))
		return l.Handler.Handle(ctx, r)
	}
	h := l.outside.WithAttrs([]slog.Attr{slog.String(requestID, c.AwsRequestID)})
	for _, derive := range l.inside {
		h = derive(h)
	}
	return h.Handle(ctx, r)
}

// WithAttrs is part of [slog.Handler].
func (l requestLog) WithAttrs(attrs []slog.Attr) slog.Handler {
	return l.derived(l.outside != nil, func(h slog.Handler) slog.Handler { return h.WithAttrs(slices.Clone(attrs)) })
}

// WithGroup is part of [slog.Handler].
func (l requestLog) WithGroup(name string) slog.Handler {
	if name == "" {
		return l
	}
	return l.derived(true, func(h slog.Handler) slog.Handler { return h.WithGroup(name) })
}

// derived returns a log whose handler is made from l's. grouped says that the
// new handler opens a group, or that l's handler is within one.
func (l requestLog) derived(grouped bool, derive func(slog.Handler) slog.Handler) slog.Handler {
	if grouped {
		if l.outside == nil {
			l.outside = l.Handler
		}
		l.inside = append(slices.Clip(l.inside), derive)
	}
	l.Handler = derive(l.Handler)
	return l
}

// watch returns a handler that tells the log which invocation is running.
func (l requestLog) watch(h Handler) Handler {
	if lambdacontext.MaxConcurrency() > 1 {
		return h
	}
	return watched{h, l.current}
}

type watched struct {
	Handler
	current *atomic.Pointer[string]
}

func (w watched) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	if c, ok := lambdacontext.FromContext(ctx); ok {
		w.current.Store(&c.AwsRequestID)
	}
	return w.Handler.Invoke(ctx, payload)
}
