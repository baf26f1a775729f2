package dispatch_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

const queueEvent = `{"Records":[{"messageId":"m1","body":"1","receiptHandle":"h"},{"messageId":"m2","body":"2","receiptHandle":"h"}]}`

// queue is an app with a queue's function, named work.
func queue(handler func(context.Context, *app.SQSEvent) error, options ...app.SQSOption) *app.App {
	a := app.New("queue")
	a.OnSQSMessage("q", handler, append(options, app.Name("work"))...)
	return a
}

func invokeFunction(t *testing.T, a *app.App, name, event string) (string, error) {
	t.Helper()
	h, err := dispatch.NewHandler(a, name)
	if err != nil {
		t.Fatal(err)
	}
	out, err := h.Invoke(t.Context(), []byte(event))
	return string(out), err
}

func TestBatches(t *testing.T) {
	failing := func(err error) func(context.Context, *app.SQSEvent) error {
		return func(_ context.Context, e *app.SQSEvent) error { e.Records(); return err }
	}
	for name, tc := range map[string]struct {
		err    error
		event  string
		plain  string // empty: the invocation fails
		report string
	}{
		"success":        {nil, queueEvent, `null`, `{"batchItemFailures":[]}`},
		"failures":       {app.BatchItemFailures{"m1", `m"2`}, queueEvent, ``, `{"batchItemFailures":[{"itemIdentifier":"m1"},{"itemIdentifier":"m\"2"}]}`},
		"wrapped":        {fmt.Errorf("some: %w", app.BatchItemFailures{"m2"}), queueEvent, ``, `{"batchItemFailures":[{"itemIdentifier":"m2"}]}`},
		"none":           {app.BatchItemFailures(nil), queueEvent, `null`, `{"batchItemFailures":[]}`},
		"error":          {errors.New("broken"), queueEvent, ``, ``},
		"broken record":  {nil, `{"Records":[{"messageId":"m1"}]}`, ``, `{"batchItemFailures":[{"itemIdentifier":"m1"}]}`},
		"nameless one":   {nil, `{"Records":[{"receiptHandle":"h"}]}`, ``, ``},
		"records asked?": {app.BatchItemFailures{}, `{}`, ``, ``},
	} {
		t.Run(name, func(t *testing.T) {
			log := capture(t)
			got, err := invokeFunction(t, queue(failing(tc.err)), "work", tc.event)
			if got != tc.plain || (err == nil) != (tc.plain != "") {
				t.Errorf("got %s, %v", got, err)
			}
			var failures app.BatchItemFailures
			if errors.As(err, &failures) != strings.Contains(log.String(), "without app.PartialBatch") {
				t.Errorf("%v, but the log is %s", err, log)
			}
			got, err = invokeFunction(t, queue(failing(tc.err), app.PartialBatch()), "work", tc.event)
			if got != tc.report || (err == nil) != (tc.report != "") {
				t.Errorf("PartialBatch: got %s, %v", got, err)
			}
		})
	}
}

// TestMiddlewareAnswersForBatches: Lambda gets what middleware returns.
func TestMiddlewareAnswersForBatches(t *testing.T) {
	for _, options := range [][]app.SQSOption{nil, {app.PartialBatch()}} {
		a := queue(func(context.Context, *app.SQSEvent) error { return nil }, options...)
		a.Use(func(app.Handler) app.Handler {
			return func(context.Context, any) (any, error) { return map[string]any{"own": 1}, nil }
		})
		if got, err := invokeFunction(t, a, "work", queueEvent); err != nil || got != `{"own":1}` {
			t.Errorf("got %s, %v", got, err)
		}
	}
}

// TestMiddlewareReplacesEvents: handlers get the event that middleware passes
// on, but for HTTP.
func TestMiddlewareReplacesEvents(t *testing.T) {
	var got string
	a := queue(func(_ context.Context, e *app.SQSEvent) error { got = e.Records()[0].Body(); return nil })
	a.Use(func(next app.Handler) app.Handler {
		return func(ctx context.Context, _ any) (any, error) {
			other, err := app.NewSQSEvent([]byte(`{"Records":[{"body":"other","receiptHandle":"h"}]}`))
			if err != nil {
				return nil, err
			}
			return next(ctx, other)
		}
	})
	if _, err := invokeFunction(t, a, "work", queueEvent); err != nil || got != "other" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestHandlerNames(t *testing.T) {
	a := app.New("names")
	a.LambdaFunction(func(context.Context, json.RawMessage) (any, error) { return "plain", nil }, app.Name("plain"))
	a.OnWSMessage(func(context.Context, *app.WebsocketEvent) (any, error) { return nil, nil }, app.Name("talk"))
	a.Authorizer(func(context.Context, *app.AuthRequest) (*app.AuthResponse, error) { return nil, nil }, app.Name("auth"))
	for name, want := range map[string]string{
		"plain": "", app.WebsocketMessage: "", "auth": "",
		"":                   `names has no function "": it has auth, plain, websocket_message`,
		"talk":               `names has no function "talk"`,
		app.RESTHandler:      `names has no function "api_handler"`,
		app.WebsocketConnect: `names has no function "websocket_connect"`,
	} {
		_, err := dispatch.NewHandler(a, name)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", name, err, want)
		}
	}
	empty := app.New("empty")
	if _, err := dispatch.NewHandler(empty, "x"); err == nil || !strings.Contains(err.Error(), "declares no handlers") {
		t.Errorf("got %v", err)
	}
	mistaken := app.New("")
	var mistakes app.Mistakes
	if _, err := dispatch.NewHandler(mistaken, "x"); !errors.As(err, &mistakes) {
		t.Errorf("got %v", err)
	}
}

func TestTypedLambda(t *testing.T) {
	a := app.New("typed")
	app.TypedLambda(a, func(_ context.Context, n int) (map[string]int, error) { return map[string]int{"double": 2 * n}, nil }, app.Name("double"))
	if got, err := invokeFunction(t, a, "double", ` 21 `); err != nil || got != `{"double":42}` {
		t.Errorf("got %s, %v", got, err)
	}
	if _, err := invokeFunction(t, a, "double", `"x"`); err == nil || !strings.Contains(err.Error(), "decode event into int") {
		t.Errorf("got %v", err)
	}
}

// tagging is a wrapper for plain Lambda handlers.
func tagging(change func(in, out []byte) ([]byte, error)) app.Middleware {
	return dispatch.Middleware(func(next lambda.Handler) lambda.Handler {
		return handlerFunc(func(ctx context.Context, event []byte) ([]byte, error) {
			out, err := next.Invoke(ctx, []byte(`"what a wrapper passes on doesn't count"`))
			if err != nil {
				return nil, err
			}
			return change(event, out)
		})
	})
}

type handlerFunc func(context.Context, []byte) ([]byte, error)

func (f handlerFunc) Invoke(ctx context.Context, event []byte) ([]byte, error) { return f(ctx, event) }

func TestWrappers(t *testing.T) {
	same := func(_, out []byte) ([]byte, error) { return out, nil }
	for name, tc := range map[string]struct {
		result any
		change func(in, out []byte) ([]byte, error)
		want   response
	}{
		"unchanged": {map[string]int{"a": 1}, same, response{map[string]string{}, map[string][]string{}, 200, `{"a":1}`, false}},
		"unchanged bytes": {
			&app.Response{Body: []byte{1}, Headers: map[string]string{"Content-Type": "image/png"}}, same,
			response{map[string]string{"Content-Type": "image/png"}, map[string][]string{}, 200, "AQ==", true},
		},
		"changed": {"text", func(in, out []byte) ([]byte, error) {
			if !strings.Contains(string(in), "resourcePath") || !strings.Contains(string(out), `"body":"text"`) {
				return nil, fmt.Errorf("the wrapper saw %s and %s", in, out)
			}
			return []byte(`{"statusCode":418,"headers":{"X":"y"},"multiValueHeaders":{"Z":["1"]},"body":"other"}`), nil
		}, response{map[string]string{"X": "y"}, map[string][]string{"Z": {"1"}}, 418, "other", false}},
		"changed to bytes": {"text", func(_, _ []byte) ([]byte, error) {
			return []byte(`{"statusCode":200,"body":"/w==","isBase64Encoded":true}`), nil
		}, response{map[string]string{}, map[string][]string{}, 200, "/w==", true}},
		"changed in place": {"text", func(_, out []byte) ([]byte, error) {
			copy(out[bytes.Index(out, []byte("text")):], "TEXT")
			return out, nil
		}, response{map[string]string{}, map[string][]string{}, 200, "TEXT", false}},
		"cookies": {"text", func(_, _ []byte) ([]byte, error) {
			return []byte(`{"statusCode":200,"cookies":["a=1","b=2"],"body":"x"}`), nil
		}, response{map[string]string{}, map[string][]string{"Set-Cookie": {"a=1", "b=2"}}, 200, "x", false}},
		"line breaks": {"text", func(_, _ []byte) ([]byte, error) {
			return []byte(`{"statusCode":200,"headers":{"X":"a\r\nY: b"},"body":"x"}`), nil
		}, response{map[string]string{}, map[string][]string{}, 500, internalError, false}},
		"error":  {"text", func(_, _ []byte) ([]byte, error) { return nil, errors.New("x") }, response{map[string]string{}, map[string][]string{}, 500, internalError, false}},
		"broken": {"text", func(_, _ []byte) ([]byte, error) { return []byte(`[`), nil }, response{map[string]string{}, map[string][]string{}, 500, internalError, false}},
	} {
		t.Run(name, func(t *testing.T) {
			quiet(t)
			a := app.New("wrapped")
			a.Use(tagging(tc.change))
			a.Route("/", returns(tc.result, nil), app.Name("r"))
			if got := call(t, a, get("/", `"headers":{"Accept":"*/*"},`)); fmt.Sprint(got) != fmt.Sprint(tc.want) {
				t.Errorf("got %+v, want %+v", got, tc.want)
			}
		})
	}
}

// TestWrapperState: a wrapper is made once for each function and keeps its
// state. If a wrapper gives up on a handler, nothing of that event is left.
func TestWrapperState(t *testing.T) {
	made, called := 0, 0
	waiting := make(chan struct{})
	a := app.New("wrapped")
	a.Use(dispatch.Middleware(func(next lambda.Handler) lambda.Handler {
		made++
		return handlerFunc(func(ctx context.Context, event []byte) ([]byte, error) {
			called++
			go func() {
				<-waiting
				_, _ = next.Invoke(ctx, event)
			}()
			if called == 1 {
				close(waiting)
			}
			return fmt.Appendf(nil, `{"statusCode":200,"body":"%d"}`, called), nil
		})
	}))
	a.Route("/", returns("late", nil), app.Name("r"))
	h, err := dispatch.NewHandler(a, app.RESTHandler)
	if err != nil {
		t.Fatal(err)
	}
	for want := range 3 {
		out, err := h.Invoke(t.Context(), []byte(get("/", "")))
		if err != nil || !strings.Contains(string(out), fmt.Sprintf(`"body":"%d"`, want+1)) {
			t.Errorf("got %s, %v", out, err)
		}
	}
	if made != 1 {
		t.Errorf("the wrapper was made %d times", made)
	}
	lost := app.New("lost")
	lost.Use(dispatch.Middleware(func(next lambda.Handler) lambda.Handler {
		return handlerFunc(func(_ context.Context, event []byte) ([]byte, error) { return next.Invoke(context.Background(), event) })
	}))
	lost.LambdaFunction(func(context.Context, json.RawMessage) (any, error) { return nil, nil }, app.Name("f"))
	if _, err := invokeFunction(t, lost, "f", `1`); err == nil || !strings.Contains(err.Error(), "has to pass on its context") {
		t.Errorf("got %v", err)
	}
}

func TestWrappersOfFunctions(t *testing.T) {
	a := app.New("wrapped")
	a.Use(tagging(func(in, out []byte) ([]byte, error) {
		return []byte(`{"in":` + string(in) + `,"out":` + string(out) + `}`), nil
	}))
	a.LambdaFunction(func(_ context.Context, event json.RawMessage) (any, error) { return event, nil }, app.Name("f"))
	if got, err := invokeFunction(t, a, "f", `{"a":[1]}`); err != nil || got != `{"in":{"a":[1]},"out":{"a":[1]}}` {
		t.Errorf("got %s, %v", got, err)
	}
	failing := app.New("failing")
	failing.Use(tagging(nil))
	failing.LambdaFunction(func(context.Context, json.RawMessage) (any, error) { return nil, app.NotFound("x") }, app.Name("f"))
	if _, err := invokeFunction(t, failing, "f", `1`); err == nil || err.Error() != "x" {
		t.Errorf("got %v", err)
	}
	none := app.New("none")
	none.Use(dispatch.Middleware[lambda.Handler](nil))
	if _, err := none.Registry(); err == nil || !strings.Contains(err.Error(), "the middleware is nil") {
		t.Errorf("got %v", err)
	}
}

func TestWebsocketResults(t *testing.T) {
	const event = `{"requestContext":{"apiId":"a","stage":"s","domainName":"d","connectionId":"c"},"body":"x"}`
	for name, tc := range map[string]struct {
		result any
		want   string
	}{
		"nil":           {nil, `{"statusCode":200}`},
		"text":          {"lost", `{"statusCode":200}`},
		"list":          {[]int{1}, `{"statusCode":200}`},
		"empty":         {map[string]any{}, `{"statusCode":200}`},
		"object":        {map[string]any{"body": "x"}, `{"body":"x","statusCode":200}`},
		"with a status": {map[string]any{"statusCode": 403}, `{"statusCode":403}`},
		"other case":    {map[string]any{"StatusCode": 1}, `{"StatusCode":1,"statusCode":200}`},
		"struct":        {named{B: 1}, `{"b":1,"a":null,"statusCode":200}`},
		"nil response":  {(*app.Response)(nil), `{"statusCode":200}`},
		"response": {
			&app.Response{Body: []int{1}, StatusCode: 401, Headers: map[string]string{"Sec-WebSocket-Protocol": "p"}},
			`{"headers":{"Sec-WebSocket-Protocol":"p"},"multiValueHeaders":{},"statusCode":401,"body":"[1]"}`,
		},
	} {
		a := app.New("sockets")
		a.OnWSMessage(func(context.Context, *app.WebsocketEvent) (any, error) { return tc.result, nil }, app.Name("m"))
		if got, err := invokeFunction(t, a, app.WebsocketMessage, event); err != nil || got != tc.want {
			t.Errorf("%s: got %s, %v; want %s", name, got, err, tc.want)
		}
	}
	a := app.New("sockets")
	a.OnWSMessage(func(context.Context, *app.WebsocketEvent) (any, error) { return make(chan int), nil }, app.Name("m"))
	if _, err := invokeFunction(t, a, app.WebsocketMessage, event); err == nil {
		t.Error("a channel is sent")
	}
	if _, err := invokeFunction(t, a, app.WebsocketMessage, `{}`); err == nil {
		t.Error("an event of something else is accepted")
	}
}
