package dispatch_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func init() {
	programs["loop"] = loopApp
	programs["aws-lambda-go's loop"] = func() *app.App {
		h, err := dispatch.NewHandler(loopApp(), os.Getenv("_HANDLER"))
		if err != nil {
			panic(err)
		}
		lambda.Start(h)
		return nil
	}
}

type ownError struct{}

func (*ownError) Error() string { return "own <error>" }

// badError is an error whose methods panic.
type badError struct{ text string }

func (e *badError) Error() string { return e.text }

func (e *badError) Unwrap() error { panic(e.Error()) }

// loopApp has a function that does everything a handler can do to the loop. Its
// event names what it does.
func loopApp() *app.App {
	a := app.New("loop")
	a.LambdaFunction(func(ctx context.Context, event json.RawMessage) (any, error) {
		switch string(event) {
		case `"context"`:
			c, _ := lambdacontext.FromContext(ctx)
			deadline, _ := ctx.Deadline()
			return []any{c, ctx.Value("x-amzn-trace-id"), os.Getenv("_X_AMZN_TRACE_ID"), deadline.UnixMilli()}, nil
		case `"plain"`:
			return nil, errors.New("plain")
		case `"own"`:
			return nil, &ownError{}
		case `"wrapped"`:
			return nil, fmt.Errorf("wrapped: %w", &ownError{})
		case `"message"`:
			frame := &messages.InvokeResponse_Error_StackFrame{Path: "p", Line: 1, Label: "l"}
			return nil, messages.InvokeResponse_Error{Type: "T", Message: "m", StackTrace: []*messages.InvokeResponse_Error_StackFrame{frame}}
		case `"panic"`:
			panic("a value")
		case `"panic with error"`:
			panic(&ownError{})
		case `"panic with message"`:
			panic(messages.InvokeResponse_Error{Type: "T", Message: "m"})
		case `"message that ends"`:
			frame := &messages.InvokeResponse_Error_StackFrame{Path: "p", Line: 1, Label: "l"}
			return nil, messages.InvokeResponse_Error{Type: "T", Message: "m", StackTrace: []*messages.InvokeResponse_Error_StackFrame{frame}, ShouldExit: true}
		case `"empty message that ends"`:
			return nil, messages.InvokeResponse_Error{ShouldExit: true}
		case `"wrapped message that ends"`:
			return nil, fmt.Errorf("wrapped: %w", messages.InvokeResponse_Error{Type: "T", Message: "m", ShouldExit: true})
		case `"pointer to message that ends"`:
			return nil, &messages.InvokeResponse_Error{Type: "T", Message: "m", ShouldExit: true}
		case `"panic with message that ends"`:
			panic(messages.InvokeResponse_Error{Type: "T", Message: "m", ShouldExit: true})
		case `"error that panics"`:
			return nil, (*badError)(nil)
		case `"wait"`:
			time.Sleep(50 * time.Millisecond)
		case `"wait, then panic"`:
			time.Sleep(50 * time.Millisecond)
			panic("late")
		case `"wait longer"`:
			time.Sleep(200 * time.Millisecond)
		}
		return event, nil
	}, app.Name("f"))
	return a
}

// post is a request that a loop sends with POST.
type post struct {
	Path, Type string
	Body       any
	Cause      any
}

// lambdaService is Lambda's side. Each event is sent once; after them there are
// none.
type lambdaService struct {
	mu      sync.Mutex
	events  []string
	context bool // events come with all the metadata that there is
	refusal int  // the status with which answers are refused; 0: they aren't
	posts   chan post
	waiting int // requests that wait for an event
	done    chan struct{}
}

func (s *lambdaService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		p := post{Path: strings.TrimPrefix(r.URL.Path, "/2018-06-01/runtime/"), Type: r.Header.Get("Content-Type")}
		body, _ := io.ReadAll(r.Body)
		_ = json.Unmarshal(body, &p.Body)
		_ = json.Unmarshal([]byte(r.Header.Get("Lambda-Runtime-Function-Xray-Error-Cause")), &p.Cause)
		s.posts <- p
		if s.refusal != 0 {
			w.WriteHeader(s.refusal)
			return
		}
		w.WriteHeader(http.StatusAccepted)
		return
	}
	s.mu.Lock()
	if len(s.events) == 0 {
		s.waiting++
		s.mu.Unlock()
		<-s.done
		return
	}
	event := s.events[0]
	s.events = s.events[1:]
	s.mu.Unlock()
	h := w.Header()
	h.Set("Lambda-Runtime-Aws-Request-Id", strings.Trim(strings.ReplaceAll(event, " ", "-"), `"`))
	if !strings.Contains(event, "no deadline") {
		h.Set("Lambda-Runtime-Deadline-Ms", "4102444800000")
	}
	if s.context {
		h.Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:123456789012:function:f")
		h.Set("Lambda-Runtime-Trace-Id", "Root=1-a;Sampled=0")
		h.Set("Lambda-Runtime-Client-Context", `{"client":{"app_title":"t"},"env":{"e":"f"},"custom":{"a":"b","n":1}}`)
		h.Set("Lambda-Runtime-Cognito-Identity", `{"cognitoIdentityId":"i","cognitoIdentityPoolId":"p"}`)
		h.Set("Lambda-Runtime-Aws-Tenant-Id", "tenant")
	}
	_, _ = io.WriteString(w, event)
}

// inLambda runs a program until it has answered some events, or ended. It
// returns the program's posts, its log, and its exit status, -1 if it didn't
// end.
func inLambda(t *testing.T, name string, s *lambdaService, environment ...string) (posts []post, log string, status int) {
	t.Helper()
	s.posts, s.done = make(chan post, len(s.events)+1), make(chan struct{})
	events := len(s.events)
	server := httptest.NewServer(s)
	defer server.Close()
	defer close(s.done)
	c := program(name, append(environment, "AWS_LAMBDA_RUNTIME_API="+strings.TrimPrefix(server.URL, "http://"))...)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = c.Wait(); close(ended) }()
	for range events {
		select {
		case p := <-s.posts:
			posts = append(posts, p)
			continue
		case <-ended:
		case <-time.After(20 * time.Second):
			t.Error("no answer")
		}
		break
	}
	select { // time to end by itself
	case <-ended:
	case <-time.After(200 * time.Millisecond):
		_ = c.Process.Kill()
		<-ended
	}
	return posts, out.String(), c.ProcessState.ExitCode()
}

// TestLoopIsLikeAWS compares our loop with aws-lambda-go's at the same service.
func TestLoopIsLikeAWS(t *testing.T) {
	t.Parallel()
	for _, does := range []string{
		"context", "plain", "own", "wrapped", "message", "panic", "panic with error", "panic with message", "nothing special",
		"message that ends", "empty message that ends", "wrapped message that ends", "pointer to message that ends",
		"panic with message that ends", "error that panics",
	} {
		t.Run(does, func(t *testing.T) {
			t.Parallel()
			run := func(name string) ([]post, int) {
				s := &lambdaService{events: []string{`"` + does + `"`, `"second"`}, context: true}
				posts, _, status := inLambda(t, name, s, "_HANDLER=f")
				for i, p := range posts {
					cutStacks(p.Body)
					cutStacks(p.Cause)
					posts[i].Type = "" // aws-lambda-go takes every answer of a lambda.Handler for bytes
				}
				return posts, status
			}
			want, wantStatus := run("aws-lambda-go's loop")
			got, status := run("loop")
			if diff := cmp.Diff(want, got); diff != "" || len(want) == 0 {
				t.Errorf("posts (-aws-lambda-go +ours):\n%s", diff)
			}
			if status != wantStatus {
				t.Errorf("status %d, of aws-lambda-go %d", status, wantStatus)
			}
		})
	}
}

// cutStacks leaves only that part of stack traces in which they agree: the
// handler.
func cutStacks(document any) {
	m, _ := document.(map[string]any)
	cut := func(m map[string]any, name, to string) {
		if stack, ok := m[name].([]any); ok {
			m[name] = slices.DeleteFunc(stack, func(frame any) bool { return !strings.Contains(fmt.Sprint(frame), to) })
		}
	}
	cut(m, "stackTrace", "loopApp")
	if exceptions, ok := m["exceptions"].([]any); ok {
		cut(exceptions[0].(map[string]any), "stack", "loopApp")
		cut(m, "paths", "loop_test.go")
	}
}

func TestPanicsAreLogged(t *testing.T) {
	posts, log, status := inLambda(t, "loop", &lambdaService{events: []string{`"panic"`}}, "_HANDLER=f")
	if status != 1 || len(posts) != 1 {
		t.Errorf("got %v, status %d", posts, status)
	}
	lines := logLines(t, log)
	stack, _ := lines[0]["stackTrace"].([]any)
	frame, _ := stack[0].(map[string]any)
	if file, _ := frame["path"].(string); !strings.HasSuffix(file, "dispatch/loop_test.go") || frame["label"] != "loopApp.func1" {
		t.Errorf("the stack starts at %v", frame)
	}
	delete(lines[0], "stackTrace")
	want := []map[string]any{
		{"level": "ERROR", "message": "the invocation failed", "function": "f", "requestId": "panic", "errorType": "string", "errorMessage": "a value"},
		{"level": "ERROR", "message": "the process ends", "function": "f", "requestId": "panic", "error": "a handler panicked: a value"},
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// logLines decodes a log, each of whose lines is JSON with a time.
func logLines(t *testing.T, log string) []map[string]any {
	t.Helper()
	var lines []map[string]any
	for text := range strings.Lines(log) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		if _, ok := line["timestamp"]; !ok {
			t.Errorf("no time: %s", text)
		}
		delete(line, "timestamp")
		lines = append(lines, line)
	}
	return lines
}

// TestConcurrency: Lambda can send a process several events at a time.
func TestConcurrency(t *testing.T) {
	const n = 8
	s := &lambdaService{events: slices.Repeat([]string{`"wait"`}, n)}
	start := time.Now()
	posts, _, _ := inLambda(t, "loop", s, "_HANDLER=f", fmt.Sprintf("AWS_LAMBDA_MAX_CONCURRENCY=%d", n))
	if len(posts) != n {
		t.Errorf("got %d answers", len(posts))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.waiting != n {
		t.Errorf("in %v, %d asked for more", time.Since(start), s.waiting)
	}
}

// TestPanicLeavesOthersTheirTime: after a panic the process ends only when the
// other events are answered.
func TestPanicLeavesOthersTheirTime(t *testing.T) {
	s := &lambdaService{events: []string{`"wait, then panic"`, `"wait longer"`}}
	posts, log, status := inLambda(t, "loop", s, "_HANDLER=f", "AWS_LAMBDA_MAX_CONCURRENCY=3")
	if len(posts) != 2 || posts[1].Path != "invocation/wait-longer/response" || status != 1 {
		t.Errorf("got %v, status %d\n%s", posts, status, log)
	}
}

// TestUnreadableInvocation: an invocation whose metadata can't be read fails,
// and the process goes on.
func TestUnreadableInvocation(t *testing.T) {
	s := &lambdaService{events: []string{`"no deadline"`, `"next"`}}
	posts, log, status := inLambda(t, "loop", s, "_HANDLER=f")
	want := []post{
		{
			Path: "invocation/no-deadline/error", Type: "application/json",
			Body: map[string]any{"errorType": "Runtime.InvalidInvocation", "errorMessage": "the invocation has no deadline"},
		},
		{Path: "invocation/next/response", Type: "application/json", Body: "next"},
	}
	for i := range posts {
		posts[i].Cause = nil
	}
	if diff := cmp.Diff(want, posts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !strings.Contains(log, `"requestId":"no-deadline"`) || status != -1 {
		t.Errorf("got %s, status %d", log, status)
	}
}

// TestCannotStart: the caller of the function is told why the program can't
// start.
func TestCannotStart(t *testing.T) {
	for name, tc := range map[string]struct{ program, message string }{
		"mistakes":      {"mistaken", "dispatch/start_test.go:52: path \"hello\" has to start with a slash\ndispatch/start_test.go:53: path \"/hello/\" can't end in a slash: write \"/hello\""},
		"no app":        {"nothing", "dispatch.Start needs an app: dispatch.Start(newApp())"},
		"wrong handler": {"loop", `_HANDLER: loop has no function "g": it has f`},
	} {
		t.Run(name, func(t *testing.T) {
			posts, log, status := inLambda(t, tc.program, &lambdaService{events: []string{"1"}}, "_HANDLER=g")
			want := []post{{Path: "init/error", Type: "application/json", Body: map[string]any{"errorType": "Runtime.ConfigError", "errorMessage": tc.message}}}
			if diff := cmp.Diff(want, posts); diff != "" {
				t.Errorf("posts (-want +got):\n%s", diff)
			}
			line := map[string]any{
				"level": "ERROR", "message": "the program can't start", "function": "g",
				"errorType": "Runtime.ConfigError", "errorMessage": tc.message,
			}
			if diff := cmp.Diff([]map[string]any{line}, logLines(t, log)); diff != "" || status != 1 {
				t.Errorf("status %d, log (-want +got):\n%s", status, diff)
			}
		})
	}
}
