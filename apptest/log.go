package apptest

import (
	"bytes"
	"context"
	"io"
	"log"
	"log/slog"
	"os"
	"reflect"
	"runtime"
	"strconv"
	"sync"
	"testing"
)

// logs is a single one for the process, as the default logger of log/slog is.
var logs logRouter

// logRouter passes lines of the default logger to the tests whose functions log
// them. It is the default logger only while functions run, and only in place of
// Go's own: a default logger that the program has set stays.
type logRouter struct {
	mu       sync.Mutex
	running  map[*logRun]bool
	routines map[uint64]*logRun
	restore  func()
}

// logRun is a running function, which logs to its test. The test of a line is
// found by the line's context, or by the goroutine that the handler was called
// in, or because only one test runs functions. A line whose test isn't found
// goes where it would go without the router.
type logRun struct {
	router *logRouter
	t      testing.TB
	level  slog.Level

	mu      sync.Mutex
	over    bool   // the test may have ended
	routine uint64 // 0: not yet known
}

type logRunKey struct{}

// begin records that a function of a test runs, until end is called.
func (r *logRouter) begin(t testing.TB, level slog.Level) *logRun {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.running == nil {
		r.running, r.routines = map[*logRun]bool{}, map[uint64]*logRun{}
	}
	if len(r.running) == 0 {
		r.restore = r.install()
	}
	run := &logRun{router: r, t: t, level: level}
	r.running[run] = true
	return run
}

func (l *logRun) end() {
	l.mu.Lock()
	l.over = true
	routine := l.routine
	l.mu.Unlock()
	r := l.router
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.running, l)
	delete(r.routines, routine)
	if len(r.running) == 0 {
		r.restore()
	}
}

// context returns a context by which the test of a line is found.
func (l *logRun) context(ctx context.Context) context.Context {
	return context.WithValue(ctx, logRunKey{}, l)
}

// here records that the function runs in the calling goroutine.
func (l *logRun) here() {
	id := goroutine()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over {
		return
	}
	l.routine = id
	l.router.mu.Lock()
	defer l.router.mu.Unlock()
	l.router.routines[id] = l
}

// log logs a line, and reports whether the function still runs.
func (l *logRun) log(line string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over {
		return false
	}
	l.t.Helper()
	l.t.Log(line)
	return true
}

// find returns the function that logs a line, nil if it isn't known.
func (r *logRouter) find(ctx context.Context) *logRun {
	if run, ok := ctx.Value(logRunKey{}).(*logRun); ok {
		return run
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if run := r.routines[goroutine()]; run != nil {
		return run
	}
	var only *logRun
	for run := range r.running {
		if only != nil && only.t != run.t {
			return nil
		}
		only = run
	}
	return only
}

// install makes the router the default logger, if that is Go's own, and returns
// a function that undoes it.
func (r *logRouter) install() (restore func()) {
	old := slog.Default()
	if !isGos(old.Handler()) {
		return func() {}
	}
	writer, flags := log.Writer(), log.Flags()
	ours := &logHandler{router: r, own: old.Handler(), plain: log.New(writer, log.Prefix(), flags)}
	slog.SetDefault(slog.New(ours))               // this also sends the lines of package log to ours
	if writer != os.Stderr && !isBridge(writer) { // the program has set another writer
		log.SetOutput(writer)
		log.SetFlags(flags)
	}
	if isBridge(log.Writer()) { // which drops lines of package log where those of its level are
		level := slog.SetLogLoggerLevel(slog.LevelInfo)
		slog.SetLogLoggerLevel(level)
		log.SetOutput(slog.NewLogLogger(unfiltered{ours}, level).Writer())
	}
	bridge := log.Writer()
	return func() {
		if slog.Default().Handler() != slog.Handler(ours) {
			return // the program has set another one meanwhile
		}
		slog.SetDefault(old)
		if log.Writer() == bridge {
			log.SetOutput(writer)
			log.SetFlags(flags)
		}
	}
}

// isGos reports whether a handler is Go's own. That type isn't exported, so its
// name is compared.
func isGos(h slog.Handler) bool {
	t := reflect.TypeOf(h)
	return t.Kind() == reflect.Pointer && t.Elem().PkgPath() == "log/slog" && t.Elem().Name() == "defaultHandler"
}

// isBridge reports whether a writer is the one with which slog.SetDefault sends
// the lines of package log to a handler. It stays when Go's own default logger
// is set again.
func isBridge(w io.Writer) bool {
	return reflect.TypeOf(w) == reflect.TypeOf(slog.NewLogLogger(slog.DiscardHandler, 0).Writer())
}

// goroutine returns the number of the calling goroutine. Go has it only in
// stack traces. Nothing else tells whose line it is that was logged without a
// context while tests run in parallel.
func goroutine() uint64 {
	var stack [64]byte
	_, rest, _ := bytes.Cut(stack[:runtime.Stack(stack[:], false)], []byte("goroutine "))
	number, _, _ := bytes.Cut(rest, []byte(" "))
	id, _ := strconv.ParseUint(string(number), 10, 64)
	return id
}
