package dispatch_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
)

// statusError is an app's own error type, with a status and a cause.
type statusError struct {
	status int
	cause  error
}

func (e *statusError) Error() string     { return "own" }
func (e *statusError) StatusCode() int   { return e.status }
func (e *statusError) ErrorCode() string { return "Own" }
func (e *statusError) Unwrap() error     { return e.cause }

// TestErrorsWithStatus: the log has what a client isn't told of an error, with
// everything that the error wraps.
func TestErrorsWithStatus(t *testing.T) {
	because := errors.New("disk full")
	serverError := app.ServerError("sorry")
	for name, tc := range map[string]struct {
		err  error
		want map[string]any // the log's line
	}{
		"cause of a 500": {
			&app.Error{Status: 500, Message: "sorry", Cause: fmt.Errorf("save: %w", because)},
			map[string]any{"level": "ERROR", "status": 500., "error": "sorry", "chain": []any{"*app.Error", "*fmt.wrapError: save: disk full", "*errors.errorString"}},
		},
		"no status": {
			&app.Error{Message: "sorry", Cause: because},
			map[string]any{"level": "ERROR", "status": 500., "error": "sorry", "chain": []any{"*app.Error", "*errors.errorString: disk full"}},
		},
		"wrapped": {
			fmt.Errorf("save: %w", serverError),
			map[string]any{"level": "ERROR", "status": 500., "error": "save: sorry", "chain": []any{"*fmt.wrapError", "*app.Error"}},
		},
		"bare": {
			app.NewError(503, "Busy", "later"),
			map[string]any{"level": "ERROR", "status": 503., "error": "later", "chain": []any{"*app.Error"}},
		},
		"several branches": {
			errors.Join(fmt.Errorf("%w, %w", io.EOF, serverError), &statusError{418, because}),
			map[string]any{"level": "ERROR", "status": 500., "error": "EOF, sorry\nown", "chain": []any{
				"*errors.joinError", "*fmt.wrapErrors: EOF, sorry", "*errors.errorString: EOF", "*app.Error: sorry",
				"*dispatch_test.statusError: own", "*errors.errorString: disk full",
			}},
		},
		"type of one's own": {
			&statusError{502, because},
			map[string]any{"level": "ERROR", "status": 502., "error": "own", "chain": []any{"*dispatch_test.statusError", "*errors.errorString: disk full"}},
		},
		"cause of a 400": {
			&app.Error{Status: 400, Message: "no", Cause: because},
			map[string]any{"level": "DEBUG", "status": 400., "error": "no", "chain": []any{"*app.Error", "*errors.errorString: disk full"}},
		},
		"wrapped 404": {
			fmt.Errorf("find: %w", app.NotFound("gone")),
			map[string]any{"level": "DEBUG", "status": 404., "error": "find: gone", "chain": []any{"*fmt.wrapError", "*app.Error"}},
		},
		"bare 404": {app.NotFound("gone"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			log := capture(t)
			a := app.New("errors")
			a.Route("/users/{id}", returns(nil, tc.err), app.Name("r"))
			call(t, a, `{"requestContext":{"resourcePath":"/users/{id}","httpMethod":"GET"},"headers":{},"pathParameters":{"id":"a-secret"}}`)
			if tc.want == nil {
				if log.Len() > 0 {
					t.Errorf("log: %s", log)
				}
				return
			}
			if strings.Contains(log.String(), "a-secret") {
				t.Errorf("the log tells of the request: %s", log)
			}
			got := oneLine(t, log.String())
			delete(got, "msg")
			tc.want["route"] = "GET /users/{id}"
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// sdkError has the form of the AWS SDK's errors: its text ends with the text of
// the error that it wraps.
type sdkError struct {
	text string
	err  error
}

func (e *sdkError) Error() string { return e.text + ", " + e.err.Error() }
func (e *sdkError) Unwrap() error { return e.err }

// TestChainTellsOnce: the log has the text of each level of an error only once.
func TestChainTellsOnce(t *testing.T) {
	denied := &sdkError{"operation error S3: PutObject", &sdkError{"https response error StatusCode: 403, RequestID: r", errors.New("api error AccessDenied: Access Denied")}}
	log := capture(t)
	a := app.New("errors")
	a.Route("/a", returns(nil, &app.Error{Status: 500, Message: "no", Cause: fmt.Errorf("save: %w", denied)}), app.Name("r"))
	call(t, a, get("/a", ""))
	want := []any{
		"*app.Error", "*fmt.wrapError: save: " + denied.Error(),
		"*dispatch_test.sdkError", "*dispatch_test.sdkError", "*errors.errorString",
	}
	if diff := cmp.Diff(want, oneLine(t, log.String())["chain"]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// A text that the log contains only as a part of a word is logged.
	log = capture(t)
	a = app.New("errors")
	a.Route("/a", returns(nil, &app.Error{Status: 500, Message: "nothing in the canoe", Cause: errors.New("no")}), app.Name("r"))
	call(t, a, get("/a", ""))
	if diff := cmp.Diff([]any{"*app.Error", "*errors.errorString: no"}, oneLine(t, log.String())["chain"]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// oneLine decodes a log of one line.
func oneLine(t *testing.T, log string) map[string]any {
	t.Helper()
	lines := logLines(t, strings.ReplaceAll(log, `"time":`, `"timestamp":`))
	if len(lines) != 1 {
		t.Fatalf("log: %q", log)
	}
	return lines[0]
}

// TestRefusalsAreQuiet: without debug level, mistakes of a client aren't
// logged.
func TestRefusalsAreQuiet(t *testing.T) {
	var log strings.Builder
	old := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(&log, nil)))
	t.Cleanup(func() { slog.SetDefault(old) })
	a := app.New("quiet")
	a.Route("/", returns(nil, &app.Error{Status: 404, Message: "gone", Cause: errors.New("cause")}), app.Name("r"))
	if got := call(t, a, get("/", "")); got.StatusCode != 404 || got.Body != `{"Code":"","Message":"gone"}` {
		t.Errorf("got %+v", got)
	}
	call(t, a, get("/unknown", ""))
	if log.Len() > 0 {
		t.Errorf("log: %s", log.String())
	}
}

// TestUnexpectedErrorsTellAll: the log has all branches of an error, and so has
// the client's answer in debug mode.
func TestUnexpectedErrorsTellAll(t *testing.T) {
	err := fmt.Errorf("%w and %w", errors.Join(io.EOF, io.ErrShortWrite), io.ErrNoProgress)
	want := []any{
		"*fmt.wrapErrors", "*errors.joinError: EOF\nshort write",
		"*errors.errorString: EOF", "*errors.errorString: short write", "*errors.errorString: multiple Read calls return no data or error",
	}
	log := capture(t)
	a := app.New("errors", app.Debug())
	a.Route("/a", returns(nil, err), app.Name("r"))
	got := call(t, a, get("/a", ""))
	line := oneLine(t, log.String())
	if diff := cmp.Diff([]any{"ERROR", "GET /a", want}, []any{line["level"], line["route"], line["chain"]}); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
	for _, text := range append(want[1:], "*fmt.wrapErrors: "+err.Error()) {
		if !strings.Contains(got.Body, text.(string)+"\n") {
			t.Errorf("no %q in %q", text, got.Body)
		}
	}
}

// TestDefectiveErrors: the client gets an answer even if an error's methods
// panic, or the error is too large.
func TestDefectiveErrors(t *testing.T) {
	log := capture(t)
	a := app.New("errors")
	a.Route("/a", func(context.Context, *app.Request) (any, error) {
		return nil, &app.Error{Status: 500, Message: "m", Cause: (*badError)(nil)}
	}, app.Name("r"))
	if got := call(t, a, get("/a", "")); got.StatusCode != 500 {
		t.Errorf("got %+v", got)
	}
	if line := oneLine(t, log.String()); line["level"] != "ERROR" || line["type"] != "panic" {
		t.Errorf("log: %s", log)
	}
	log.Reset()
	many := app.New("errors")
	many.Route("/a", returns(nil, errors.Join(slices.Repeat([]error{io.EOF}, 1000)...)), app.Name("r"))
	if got := call(t, many, get("/a", "")); got.StatusCode != 500 || strings.Count(log.String(), `"*errors.errorString: EOF"`) != 49 {
		t.Errorf("got %+v, log %s", got, log)
	}
}

// TestStatusOfNoResponse: API Gateway would answer an invalid status with 502,
// without CORS and without an explanation.
func TestStatusOfNoResponse(t *testing.T) {
	for name, result := range map[string]struct {
		value any
		err   error
	}{
		"too small":    {&app.Response{StatusCode: 99}, nil},
		"too large":    {&app.Response{StatusCode: 600}, nil},
		"negative":     {&app.Response{StatusCode: -1}, nil},
		"announcement": {&app.Response{StatusCode: 103}, nil},
		"an error's":   {nil, &app.Error{Status: 42}},
		"own error's":  {nil, &statusError{1000, nil}},
	} {
		t.Run(name, func(t *testing.T) {
			log := capture(t)
			a := app.New("errors")
			a.Route("/a", returns(result.value, result.err), app.Name("r"), app.CORS())
			got := call(t, a, get("/a", ""))
			if got.StatusCode != 500 || got.Headers["Access-Control-Allow-Origin"] != "*" {
				t.Errorf("got %+v", got)
			}
			if !strings.Contains(log.String(), "is none of a response") || !strings.Contains(log.String(), `"route":"GET /a"`) {
				t.Errorf("log: %s", log)
			}
		})
	}
}
