package dispatch_test

import (
	"context"
	"encoding/json"
	"io"
	"log"
	"log/slog"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
)

func init() { programs["log"] = logApp }

// redacting hides a secret; programs have handlers like it.
type redacting struct{ slog.Handler }

func (h redacting) Handle(ctx context.Context, r slog.Record) error {
	r.Message = redact(r.Message)
	return h.Handler.Handle(ctx, r)
}

func (h redacting) WithAttrs(attrs []slog.Attr) slog.Handler {
	return redacting{h.Handler.WithAttrs(attrs)}
}

func (h redacting) WithGroup(name string) slog.Handler { return redacting{h.Handler.WithGroup(name)} }

func redact(s string) string { return strings.ReplaceAll(s, "secret", "***") }

// redactingWriter does the same for package log's lines.
type redactingWriter struct{ io.Writer }

func (w redactingWriter) Write(p []byte) (int, error) {
	_, err := io.WriteString(w.Writer, redact(string(p)))
	return len(p), err
}

func setRedacting() {
	slog.SetDefault(slog.New(redacting{slog.NewJSONHandler(os.Stdout, plainJSON)}))
}

// setups are what a main function can do to its loggers before it starts.
var setups = map[string]func(){
	"redacting": setRedacting,
	"redacting from warn on": func() {
		slog.SetDefault(slog.New(redacting{slog.NewJSONHandler(os.Stdout, &slog.HandlerOptions{Level: slog.LevelWarn, ReplaceAttr: plainJSON.ReplaceAttr})}))
	},
	"redacting, and package log apart": func() {
		setRedacting()
		log.SetOutput(os.Stdout)
		log.SetFlags(0)
		log.SetPrefix("apart: ")
	},
	"source of lines": func() {
		slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stdout, &slog.HandlerOptions{AddSource: true, ReplaceAttr: plainJSON.ReplaceAttr})))
	},
	"attributes":      func() { slog.SetDefault(slog.Default().With("service", "shop")) },
	"group":           func() { slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stdout, plainJSON)).WithGroup("g")) },
	"lambdacontext's": func() { slog.SetDefault(lambdacontext.NewLogger()) },
	"debug level":     func() { slog.SetLogLoggerLevel(slog.LevelDebug) },
	"error level":     func() { slog.SetLogLoggerLevel(slog.LevelError) },
	"a writer": func() {
		log.SetOutput(redactingWriter{os.Stdout})
		log.SetFlags(0)
	},
	"standard output": func() { log.SetOutput(os.Stdout) },
	"log discarded":   func() { log.SetOutput(io.Discard) },
	"flags": func() {
		log.SetFlags(log.LstdFlags | log.Lshortfile | log.Lmsgprefix)
		log.SetPrefix("shop: ")
	},
	"": func() {},
}

// plainJSON are handler options that leave out times.
var plainJSON = &slog.HandlerOptions{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}}

// logApp has a function that logs in the way that its event says.
func logApp() *app.App {
	setups[os.Getenv("SETUP")]()
	early := slog.Default()
	a := app.New("log")
	a.LambdaFunction(func(ctx context.Context, event json.RawMessage) (any, error) {
		switch string(event) {
		case `"context"`:
			slog.InfoContext(ctx, "my secret", "a", 1)
		case `"no context"`:
			slog.Info("my secret", "a", 1)
		case `"debug"`:
			slog.Debug("my secret")
		case `"levels"`:
			for _, level := range []slog.Level{-9, -8, -4, -1, 0, 3, 4, 7, 8, 11, 12, 20} {
				slog.Log(ctx, level, "secret", slog.LevelKey, "mine")
			}
		case `"group"`:
			slog.With("a", 1).WithGroup("g").With("b", 2).WithGroup("h").Info("my secret", "c", 3)
		case `"empty group"`:
			slog.Default().WithGroup("").Info("my secret", "c", 3)
		case `"early"`:
			early.Info("my secret", "a", 1)
		case `"print"`:
			log.Print("my secret")
		case `"panic"`:
			log.Panic("my secret")
		case `"fatal"`:
			log.Fatal("my secret")
		}
		return nil, nil
	}, app.Name("f"))
	return a
}

// TestLoggers: a program's settings of its loggers stay, request ids are added,
// and lines of package log are never dropped.
func TestLoggers(t *testing.T) {
	for name, tc := range map[string]struct {
		setup, level, event string
		want                string // without times
	}{
		"Go's own":                   {"", "", "context", `{"level":"INFO","message":"my secret","function":"f","a":1,"requestId":"context"}`},
		"Go's own, no context":       {"", "", "no context", `{"level":"INFO","message":"my secret","function":"f","a":1,"requestId":"no-context"}`},
		"Go's own, before the start": {"", "", "early", `{"level":"INFO","message":"INFO my secret a=1","function":"f","requestId":"early"}`},
		"Go's own, group":            {"", "", "group", `{"level":"INFO","message":"my secret","function":"f","a":1,"requestId":"group","g":{"b":2,"h":{"c":3}}}`},
		"Go's own, empty group":      {"", "", "empty group", `{"level":"INFO","message":"my secret","function":"f","c":3,"requestId":"empty-group"}`},
		"Go's own, package log":      {"", "", "print", `{"level":"INFO","message":"my secret","function":"f","requestId":"print"}`},
		"Go's own, debug":            {"", "", "debug", ``},
		"Go's own, debug level":      {"", "DEBUG", "debug", `{"level":"DEBUG","message":"my secret","function":"f","requestId":"debug"}`},
		"set level":                  {"debug level", "", "debug", `{"level":"DEBUG","message":"my secret","function":"f","requestId":"debug"}`},
		"set level, other configured level": {
			"debug level", "ERROR", "debug", `{"level":"DEBUG","message":"my secret","function":"f","requestId":"debug"}`,
		},
		"set level, package log": {"debug level", "", "print", `{"level":"DEBUG","message":"my secret","function":"f","requestId":"print"}`},
		"set high level":         {"error level", "", "context", ``},
		"package log at WARN":    {"", "WARN", "print", `{"level":"WARN","message":"my secret","function":"f","requestId":"print"}`},
		"package log at ERROR":   {"", "ERROR", "print", `{"level":"ERROR","message":"my secret","function":"f","requestId":"print"}`},
		"package log at FATAL":   {"", "FATAL", "print", `{"level":"FATAL","message":"my secret","function":"f","requestId":"print"}`},
		"log.Fatal at WARN":      {"", "WARN", "fatal", `{"level":"WARN","message":"my secret","function":"f","requestId":"fatal"}`},

		"redacting":                    {"redacting", "ERROR", "context", `{"level":"INFO","msg":"my ***","a":1,"requestId":"context"}`},
		"redacting, no context":        {"redacting", "", "no context", `{"level":"INFO","msg":"my ***","a":1,"requestId":"no-context"}`},
		"redacting, before the start":  {"redacting", "", "early", `{"level":"INFO","msg":"my ***","a":1}`},
		"redacting, group":             {"redacting", "", "group", `{"level":"INFO","msg":"my ***","a":1,"requestId":"group","g":{"b":2,"h":{"c":3}}}`},
		"redacting, debug":             {"redacting", "DEBUG", "debug", ``},
		"redacting, package log":       {"redacting", "ERROR", "print", `{"level":"INFO","msg":"my ***","requestId":"print"}`},
		"redacting, log.Fatal":         {"redacting from warn on", "", "fatal", `{"level":"WARN","msg":"my ***","requestId":"fatal"}`},
		"redacting from warn on":       {"redacting from warn on", "DEBUG", "context", ``},
		"package log apart":            {"redacting, and package log apart", "ERROR", "print", `apart: my secret`},
		"package log apart, slog":      {"redacting, and package log apart", "", "context", `{"level":"INFO","msg":"my ***","a":1,"requestId":"context"}`},
		"a group around all":           {"group", "", "context", `{"level":"INFO","msg":"my secret","g":{"a":1,"requestId":"context"}}`},
		"lambdacontext's, context":     {"lambdacontext's", "", "context", `level=INFO message="my secret" a=1 requestId=context`},
		"lambdacontext's, no context":  {"lambdacontext's", "", "no context", `level=INFO message="my secret" a=1 requestId=no-context`},
		"attributes of Go's own":       {"attributes", "", "context", `INFO my secret service=shop a=1 requestId=context`},
		"attributes, package log":      {"attributes", "ERROR", "print", `my secret`},
		"a writer for log":             {"a writer", "ERROR", "print", `my ***`},
		"a writer for log, slog":       {"a writer", "ERROR", "context", `INFO my *** a=1 requestId=context`},
		"a writer for log, fatal":      {"a writer", "ERROR", "fatal", `my ***`},
		"standard output":              {"standard output", "", "print", `{"level":"INFO","message":"my secret","function":"f","requestId":"print"}`},
		"log discarded":                {"log discarded", "", "print", ``},
		"log discarded, slog":          {"log discarded", "", "context", `{"level":"INFO","message":"my secret","function":"f","a":1,"requestId":"context"}`},
		"flags and a prefix":           {"flags", "", "print", `{"level":"INFO","message":"log_test.go:0: shop: my secret","function":"f","requestId":"print"}`},
		"flags and a prefix, slog too": {"flags", "", "context", `{"level":"INFO","message":"my secret","function":"f","a":1,"requestId":"context"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &lambdaService{events: []string{`"` + tc.event + `"`}}
			_, out, status := inLambda(t, "log", s, "_HANDLER=f", "SETUP="+tc.setup, "AWS_LAMBDA_LOG_LEVEL="+tc.level)
			got := times.ReplaceAllString(strings.TrimSuffix(out, "\n"), "")
			got = line.ReplaceAllString(got, "_test.go:0")
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if fatal := tc.event == "fatal"; fatal != (status == 1) {
				t.Errorf("status %d", status)
			}
		})
	}
}

var line = regexp.MustCompile(`_test\.go:\d+`)

var times = regexp.MustCompile(`"timestamp":"[^"]*",|(timestamp|time)=\S* |\d{4}/\d\d/\d\d \d\d:\d\d:\d\d `)

// TestLogLevels: lines have levels that Lambda knows, from the configured one on, and
// attributes of the name are the program's.
func TestLogLevels(t *testing.T) {
	all := strings.Fields("TRACE TRACE DEBUG DEBUG INFO INFO WARN WARN ERROR ERROR FATAL FATAL")
	for level, dropped := range map[string]int{"TRACE": 1, "DEBUG": 2, "": 4, "INFO": 4, "WARN": 6, "ERROR": 8, "FATAL": 10} {
		_, out, _ := inLambda(t, "log", &lambdaService{events: []string{`"levels"`}}, "_HANDLER=f", "AWS_LAMBDA_LOG_LEVEL="+level)
		want := ""
		for _, each := range all[dropped:] {
			want += `{"level":"` + each + `","message":"secret","function":"f","level":"mine","requestId":"levels"}` + "\n"
		}
		if diff := cmp.Diff(want, times.ReplaceAllString(out, "")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", level, diff)
		}
	}
}

// TestLogPanic: a line of package log that is written before a panic comes
// before the panic's own lines.
func TestLogPanic(t *testing.T) {
	for _, level := range []string{"", "WARN", "ERROR", "FATAL"} {
		posts, out, status := inLambda(t, "log", &lambdaService{events: []string{`"panic"`}}, "_HANDLER=f", "AWS_LAMBDA_LOG_LEVEL="+level)
		lines := logLines(t, out)
		if len(posts) != 1 || status != 1 || len(lines) != 3 || lines[0]["message"] != "my secret" || lines[1]["errorMessage"] != "my secret" {
			t.Errorf("at %q: got %v, status %d\n%s", level, posts, status, out)
		}
	}
}

// TestLogSource: with a handler that says where a line is from, lines of
// package log have that as well.
func TestLogSource(t *testing.T) {
	_, out, _ := inLambda(t, "log", &lambdaService{events: []string{`"print"`}}, "_HANDLER=f", "SETUP=source of lines")
	if !strings.Contains(out, `log_test.go","line":`) || !strings.Contains(out, `"msg":"my secret","requestId":"print"`) {
		t.Errorf("got %s", out)
	}
}
