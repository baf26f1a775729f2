package dispatch_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

// TestMain runs one of the programs below if a test started this binary to do
// so.
func TestMain(m *testing.M) {
	if program, ok := programs[os.Getenv("CHALICE_TEST_PROGRAM")]; ok {
		dispatch.Start(program())
	}
	os.Exit(m.Run())
}

var programs = map[string]func() *app.App{
	"good": func() *app.App {
		a := app.New("good", app.Debug())
		a.Route("/hello", hello)
		a.LambdaFunction(func(ctx context.Context, event json.RawMessage) (any, error) {
			slog.InfoContext(ctx, "with context", "n", 1)
			slog.Debug("without context")
			return map[string]any{"event": event, "env": os.Getenv("AWS_EXECUTION_ENV")}, nil
		}, app.Name("echo"))
		a.LambdaFunction(func(context.Context, json.RawMessage) (any, error) {
			return nil, fmt.Errorf("wrapped: %w", app.NotFound("gone"))
		}, app.Name("failing"))
		return a
	},
	"mistaken": func() *app.App {
		a := app.New("mistaken")
		a.Route("hello", hello)
		a.Route("/hello/", hello)
		return a
	},
	"nothing": func() *app.App { return nil },
}

// program is a command that runs this binary as one of the programs.
func program(name string, environment ...string) *exec.Cmd {
	c := exec.Command(os.Args[0])
	c.Env = append([]string{"CHALICE_TEST_PROGRAM=" + name, "PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")}, environment...)
	return c
}

// run returns a program's output and its exit status.
func run(t *testing.T, c *exec.Cmd) (stdout, stderr string, status int) {
	t.Helper()
	var out, err bytes.Buffer
	c.Stdout, c.Stderr = &out, &err
	e := c.Run()
	var exit *exec.ExitError
	if e != nil && !errors.As(e, &exit) {
		t.Fatal(e)
	}
	return out.String(), err.String(), c.ProcessState.ExitCode()
}

func TestStartByHand(t *testing.T) {
	for name, tc := range map[string]struct {
		program     string
		environment []string
		stderr      string
	}{
		"by hand":        {"good", nil, `good is an app for AWS Lambda, which starts this program there: use "chalice package OUT" to build it for that, and "chalice local" to run it here` + "\n"},
		"with mistakes":  {"mistaken", nil, "dispatch/start_test.go:52: path \"hello\" has to start with a slash\ndispatch/start_test.go:53: path \"/hello/\" can't end in a slash: write \"/hello\"\n"},
		"without an app": {"nothing", nil, "dispatch.Start needs an app: dispatch.Start(newApp())\n"},
	} {
		t.Run(name, func(t *testing.T) {
			stdout, stderr, status := run(t, program(tc.program, tc.environment...))
			if diff := cmp.Diff([]any{"", tc.stderr, 1}, []any{stdout, stderr, status}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestDescribe(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "model.json")
	stdout, stderr, status := run(t, program("good", "CHALICE_MODEL="+file))
	if stdout+stderr != "" || status != 0 {
		t.Errorf("got %q, %q, status %d", stdout, stderr, status)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	m, err := app.ParseModel(data)
	if err != nil {
		t.Fatal(err)
	}
	if m.Name != "good" || len(m.Routes) != 1 || m.Routes[0].Source.File != "dispatch/start_test.go" || m.Routes[0].Handler != "github.com/chalice-go/chalice/dispatch_test.hello" {
		t.Errorf("got %+v", m)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("there is more than the model: %v, %v", entries, err)
	}
}

// TestNoDescriptionInLambda: in Lambda a variable of the function must not make
// the program write its model to a file and end.
func TestNoDescriptionInLambda(t *testing.T) {
	file := filepath.Join(t.TempDir(), "model.json")
	answers, _ := serve(t, "echo", []string{"CHALICE_MODEL=" + file}, `7`)
	if len(answers) != 1 || !strings.HasPrefix(answers[0], `/response {"env":`) || !strings.Contains(answers[0], `"event":7`) {
		t.Errorf("got %q", answers)
	}
	if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the program wrote its model: %v", err)
	}
}

func TestDescribeMistakes(t *testing.T) {
	file := filepath.Join(t.TempDir(), "model.json")
	_, stderr, status := run(t, program("mistaken", "CHALICE_MODEL="+file))
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, err = app.ParseModel(data)
	var mistakes app.Mistakes
	if !errors.As(err, &mistakes) || len(mistakes) != 2 || mistakes.Error()+"\n" != stderr || status != 1 {
		t.Errorf("got %v, %q, status %d", err, stderr, status)
	}
	_, stderr, status = run(t, program("good", "CHALICE_MODEL="+filepath.Join(t.TempDir(), "missing", "model.json")))
	if !strings.HasPrefix(stderr, "describe the app: ") || strings.Count(stderr, "\n") != 1 || status != 1 {
		t.Errorf("no folder: %q, status %d", stderr, status)
	}
}

// runtimeAPI is Lambda's runtime API for a number of invocations.
type runtimeAPI struct {
	events  []string
	answers chan string // of /response and /error
	asked   atomic.Int64
	stopped chan struct{}
}

func (api *runtimeAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		body, _ := io.ReadAll(r.Body)
		api.answers <- r.URL.Path[strings.LastIndex(r.URL.Path, "/"):] + " " + string(body)
		w.WriteHeader(http.StatusAccepted)
		return
	}
	// A large event can be answered before all of it is written here.
	n := int(api.asked.Add(1)) - 1
	if n >= len(api.events) {
		select { // no more events
		case <-r.Context().Done():
		case <-api.stopped:
		}
		return
	}
	w.Header().Set("Lambda-Runtime-Aws-Request-Id", fmt.Sprintf("id-%d", n))
	w.Header().Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(time.Now().Add(time.Minute).UnixMilli()))
	_, _ = io.WriteString(w, api.events[n])
}

// serve runs a function of the good program in Lambda. It returns the
// function's answers and its log.
func serve(t *testing.T, handler string, environment []string, events ...string) (answers []string, log string) {
	t.Helper()
	api := &runtimeAPI{events: events, answers: make(chan string), stopped: make(chan struct{})}
	server := httptest.NewServer(api)
	defer server.Close()
	defer close(api.stopped)
	c := program("good", append(environment, "AWS_LAMBDA_RUNTIME_API="+strings.TrimPrefix(server.URL, "http://"), "_HANDLER="+handler)...)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	for range events {
		select {
		case answer := <-api.answers:
			answers = append(answers, answer)
		case <-time.After(20 * time.Second):
			t.Error("no answer")
		}
	}
	_ = c.Process.Kill()
	_ = c.Wait()
	return answers, out.String()
}

func TestServe(t *testing.T) {
	answers, _ := serve(t, app.RESTHandler, nil, get("/hello", ""), get("/other", ""), `[]`)
	want := []string{
		`/response {"headers":{},"multiValueHeaders":{},"statusCode":200,"body":"{\"hello\":\"world\"}"}`,
		`/response {"headers":{"Allow":""},"multiValueHeaders":{},"statusCode":405,"body":"{\"Code\":\"MethodNotAllowedError\",\"Message\":\"Unsupported method: GET\"}"}`,
		`/error {"errorMessage":"the event does not have the expected form","errorType":"errorString"}`,
	}
	if diff := cmp.Diff(want, answers); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	answers, _ = serve(t, "failing", nil, `{}`)
	if diff := cmp.Diff([]string{`/error {"errorMessage":"wrapped: gone","errorType":"NotFoundError"}`}, answers); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestServeLogs(t *testing.T) {
	answers, log := serve(t, "echo", []string{"AWS_EXECUTION_ENV=AWS_Lambda_provided"}, `1`, `2`)
	if len(answers) != 2 || !strings.Contains(answers[1], `"env":"AWS_Lambda_provided chalice-go/`) {
		t.Errorf("got %v", answers)
	}
	type line struct{ Level, Message, Function, RequestID string }
	var got []line
	for text := range strings.Lines(log) {
		var l struct {
			line
			Timestamp time.Time
			N         int
		}
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		if l.Timestamp.IsZero() {
			t.Errorf("no time: %s", text)
		}
		got = append(got, l.line)
	}
	want := []line{
		{"INFO", "with context", "echo", "id-0"}, {"DEBUG", "without context", "echo", "id-0"},
		{"INFO", "with context", "echo", "id-1"}, {"DEBUG", "without context", "echo", "id-1"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// With several invocations at a time, only the context knows the request id.
	_, log = serve(t, "echo", []string{"AWS_LAMBDA_MAX_CONCURRENCY=2"}, `1`)
	if strings.Count(log, "requestId") != 1 {
		t.Errorf("got %s", log)
	}
}
