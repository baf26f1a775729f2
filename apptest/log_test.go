package apptest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/apptest"
)

// ending is a test that ended as after t.FailNow, but hasn't failed.
type ending struct{ testing.TB }

func (*ending) FailNow() { runtime.Goexit() }

// logged is a test that records what it logs.
type logged struct {
	testing.TB
	mu    sync.Mutex
	lines []string
}

func (l *logged) Log(args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, strings.TrimSuffix(fmt.Sprintln(args...), "\n"))
}

func (l *logged) take() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	lines := l.lines
	l.lines = nil
	return lines
}

// newTalking returns an app that logs in all ways that there are. Each handler
// logs for whom it was called.
func newTalking(opts ...app.Option) *app.App {
	a := app.New("talking", opts...)
	say := func(path string, log func(ctx context.Context, who string)) {
		a.Route(path, func(ctx context.Context, r *app.Request) (any, error) {
			log(ctx, r.Query("who"))
			return nil, nil
		}, app.Name(strings.TrimPrefix(path, "/")))
	}
	say("/context", func(ctx context.Context, who string) { slog.InfoContext(ctx, "hello", "who", who) })
	say("/plain", func(ctx context.Context, who string) { slog.Warn("hello", "who", who) })
	say("/with", func(ctx context.Context, who string) {
		slog.With("a", 1).WithGroup("g").With("b", 2).ErrorContext(ctx, "hello", "who", who)
	})
	say("/log", func(ctx context.Context, who string) { log.Printf("hello %s", who) })
	say("/debug", func(ctx context.Context, who string) { slog.DebugContext(ctx, "hello", "who", who) })
	say("/lines", func(ctx context.Context, who string) { slog.InfoContext(ctx, "hello", "stack", "a\nb", "who", who) })
	say("/goroutine", func(ctx context.Context, who string) {
		done := make(chan bool)
		go func() {
			defer close(done)
			slog.InfoContext(ctx, "hello", "who", who)
		}()
		<-done
	})
	a.Route("/fails", func(context.Context, *app.Request) (any, error) { return nil, errBroken }, app.Name("fails"))
	a.LambdaFunction(func(ctx context.Context, in json.RawMessage) (any, error) {
		slog.InfoContext(ctx, "invoked")
		return nil, nil
	}, app.Name("function"))
	return a
}

func TestLog(t *testing.T) {
	own, output := slog.Default(), log.Writer()
	for path, want := range map[string][]string{
		"/context":   {"INFO hello who=me"},
		"/plain":     {"WARN hello who=me"},
		"/with":      {"ERROR hello a=1 g.b=2 g.who=me"},
		"/log":       {"INFO hello me"},
		"/debug":     nil,
		"/lines":     {"INFO hello who=me\nstack:\na\nb"},
		"/goroutine": {"INFO hello who=me"},
	} {
		t.Run(path, func(t *testing.T) {
			l := &logged{TB: t}
			apptest.NewClient(l, newTalking()).HTTP.Get(path, apptest.Query("who", "me"))
			if diff := cmp.Diff(want, l.take()); diff != "" {
				t.Errorf("logged (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("a failure", func(t *testing.T) {
		l := &logged{TB: t}
		apptest.NewClient(l, newTalking()).HTTP.Get("/fails")
		if got := strings.Join(l.take(), "\n"); !strings.HasPrefix(got, "ERROR ") || !strings.Contains(got, "the lock is broken") {
			t.Errorf("logged %s", got)
		}
	})
	t.Run("a function", func(t *testing.T) {
		l := &logged{TB: t}
		if _, err := apptest.NewClient(l, newTalking()).Lambda.Invoke("function", nil); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff([]string{"INFO invoked"}, l.take()); diff != "" {
			t.Errorf("logged (-want +got):\n%s", diff)
		}
	})
	t.Run("debug mode", func(t *testing.T) {
		l := &logged{TB: t}
		apptest.NewClient(l, newTalking(app.Debug())).HTTP.Get("/debug", apptest.Query("who", "me"))
		if diff := cmp.Diff([]string{"DEBUG hello who=me"}, l.take()); diff != "" {
			t.Errorf("logged (-want +got):\n%s", diff)
		}
	})
	if slog.Default() != own || log.Writer() != output {
		t.Error("the default loggers aren't what they were")
	}
}

// TestLogLevel: lines are logged from the level of the stage's configuration on, those of
// package log always.
func TestLogLevel(t *testing.T) {
	levels := []slog.Level{slog.LevelDebug - 4, slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError, slog.LevelError + 4}
	for configured, want := range map[string]string{
		`{}`:                     "INFO WARN ERROR ERROR+4",
		`{"log_format": "Text"}`: "INFO WARN ERROR ERROR+4",
		`{"log_format": "JSON"}`: "INFO WARN ERROR ERROR+4",
		`{"log_format": "JSON", "log_level": "TRACE"}`:                                                       "DEBUG-4 DEBUG INFO WARN ERROR ERROR+4",
		`{"log_format": "JSON", "log_level": "ERROR"}`:                                                       "ERROR ERROR+4",
		`{"log_format": "JSON", "log_level": "FATAL"}`:                                                       "ERROR+4",
		`{"log_format": "JSON", "log_level": "ERROR", "lambda_functions": {"talk": {"log_level": "DEBUG"}}}`: "DEBUG INFO WARN ERROR ERROR+4",
	} {
		t.Run(configured, func(t *testing.T) {
			a := app.New("talking")
			a.LambdaFunction(func(ctx context.Context, in json.RawMessage) (any, error) {
				for _, level := range levels {
					slog.Log(ctx, level, "hello")
				}
				log.Print("always")
				return nil, nil
			}, app.Name("talk"))
			dir := t.TempDir()
			if err := os.Mkdir(filepath.Join(dir, ".chalice"), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, ".chalice", "config.json"), []byte(configured), 0o644); err != nil {
				t.Fatal(err)
			}
			l := &logged{TB: t}
			if _, err := apptest.NewClient(l, a, apptest.ProjectDir(dir)).Lambda.Invoke("talk", nil); err != nil {
				t.Error(err)
			}
			got := strings.ReplaceAll(strings.Join(l.take(), " "), " hello", "")
			if diff := cmp.Diff(want+" INFO always", got); diff != "" {
				t.Errorf("logged (-want +got):\n%s", diff)
			}
		})
	}
}

// TestLogParallel: each test logs what its own handlers logged, with and
// without a context.
func TestLogParallel(t *testing.T) {
	var wg sync.WaitGroup
	tests := make([]*logged, 8)
	for i := range tests {
		tests[i] = &logged{TB: t}
		client := apptest.NewClient(tests[i], newTalking()).HTTP
		wg.Go(func() {
			for range 20 {
				for _, path := range []string{"/context", "/plain", "/goroutine", "/log"} {
					client.Get(path, apptest.Query("who", fmt.Sprintf("test%d", i)))
				}
			}
		})
	}
	wg.Wait()
	for i, l := range tests {
		lines := l.take()
		if len(lines) != 80 {
			t.Errorf("test %d logged %d lines, want 80", i, len(lines))
		}
		for _, line := range lines {
			if !strings.HasSuffix(line, fmt.Sprintf("test%d", i)) {
				t.Errorf("test %d logged %q", i, line)
			}
		}
	}
}

// TestLogAfterwards: lines that a handler logs when its caller doesn't wait
// anymore aren't logged by the test, which may have ended.
func TestLogAfterwards(t *testing.T) {
	var stderr bytes.Buffer
	log.SetOutput(&stderr)
	defer log.SetOutput(os.Stderr)
	release, done := make(chan bool), make(chan bool)
	a := app.New("late")
	a.Route("/", func(ctx context.Context, r *app.Request) (any, error) {
		logger := slog.Default()
		go func() {
			defer close(done)
			<-release
			logger.InfoContext(ctx, "too late")
		}()
		return nil, nil
	}, app.Name("late"))
	l := &logged{TB: t}
	apptest.NewClient(l, a).HTTP.Get("/")
	close(release)
	<-done
	if lines := l.take(); lines != nil || !strings.Contains(stderr.String(), "INFO too late") {
		t.Errorf("the test logged %q, the process %q", lines, &stderr)
	}
}

// TestOwnLogger: a default logger that the program has set stays.
func TestOwnLogger(t *testing.T) {
	old := slog.Default()
	var out bytes.Buffer
	own := slog.New(slog.NewTextHandler(&out, nil))
	slog.SetDefault(own)
	defer func() {
		slog.SetDefault(old)
		log.SetOutput(os.Stderr)
		log.SetFlags(log.LstdFlags)
	}()
	l := &logged{TB: t}
	client := apptest.NewClient(l, newTalking()).HTTP
	client.Get("/context", apptest.Query("who", "me"))
	if lines := l.take(); lines != nil || !strings.Contains(out.String(), `msg=hello who=me`) || slog.Default() != own {
		t.Errorf("the test logged %q, the program's logger %q", lines, &out)
	}
}

// TestOwnLoggerLater: so does one that the program sets in a handler.
func TestOwnLoggerLater(t *testing.T) {
	old := slog.Default()
	defer func() {
		slog.SetDefault(old)
		log.SetOutput(os.Stderr)
		log.SetFlags(log.LstdFlags)
	}()
	var out bytes.Buffer
	a := app.New("late")
	a.Route("/", func(context.Context, *app.Request) (any, error) {
		slog.SetDefault(slog.New(slog.NewTextHandler(&out, nil)))
		return nil, nil
	}, app.Name("sets"))
	apptest.NewClient(t, a).HTTP.Get("/")
	if slog.Info("hello"); !strings.Contains(out.String(), "msg=hello") {
		t.Errorf("the program's logger got %q", &out)
	}
}

// TestLogWithoutTest: lines that no handler logs go where they usually go, also
// while handlers run.
func TestLogWithoutTest(t *testing.T) {
	if os.Getenv("APPTEST_LOG") != "" {
		logWithoutTest(t)
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestLogWithoutTest$")
	cmd.Env = append(os.Environ(), "APPTEST_LOG=1")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, &stderr)
	}
	for _, want := range []string{"INFO before\n", "WARN between a=1\n", "printed between\n", "INFO after\n"} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("%q isn't in %s", want, &stderr)
		}
	}
}

func logWithoutTest(t *testing.T) {
	slog.Info("before")
	meet, release := make(chan bool), make(chan bool)
	a := app.New("two")
	a.Route("/", func(context.Context, *app.Request) (any, error) {
		meet <- true
		<-release
		return nil, nil
	}, app.Name("waits"))
	one, two := &logged{TB: t}, &logged{TB: t}
	var wg sync.WaitGroup
	for _, l := range []*logged{one, two} {
		wg.Go(func() { apptest.NewClient(l, a).HTTP.Get("/") })
		<-meet
	}
	slog.Warn("between", "a", 1) // it can't be told whose line this is
	log.Print("printed between")
	slog.Debug("not enabled")
	close(release)
	wg.Wait()
	time.Sleep(time.Millisecond)
	slog.Info("after")
	if lines := append(one.take(), two.take()...); lines != nil {
		t.Errorf("the tests logged %q", lines)
	}
}
