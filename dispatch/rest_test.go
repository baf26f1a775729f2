package dispatch_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

// response is a REST API's response as Lambda returns it.
type response struct {
	Headers           map[string]string   `json:"headers"`
	MultiValueHeaders map[string][]string `json:"multiValueHeaders"`
	StatusCode        int                 `json:"statusCode"`
	Body              string              `json:"body"`
	IsBase64Encoded   bool                `json:"isBase64Encoded"`
}

// get returns a REST API's event for GET. members is JSON that ends in a comma,
// for the event itself.
func get(path, members string) string {
	return `{` + members + `"requestContext":{"resourcePath":"` + path + `","httpMethod":"GET"}}`
}

// call invokes an app's routes.
func call(t *testing.T, a *app.App, event string) response {
	t.Helper()
	h, err := dispatch.NewHandler(a, app.RESTHandler)
	if err != nil {
		t.Fatal(err)
	}
	out, err := h.Invoke(t.Context(), []byte(event))
	if err != nil {
		t.Fatal(err)
	}
	var r response
	d := json.NewDecoder(bytes.NewReader(out))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return r
}

// returns makes a handler that returns these values.
func returns(result any, err error) app.RouteHandler {
	return func(context.Context, *app.Request) (any, error) { return result, err }
}

const internalError = `{"Code":"InternalServerError","Message":"An internal server error occurred."}`

// capture returns a buffer with everything that is logged from now on.
func capture(t *testing.T) *bytes.Buffer {
	t.Helper()
	var b bytes.Buffer
	old := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(&b, &slog.HandlerOptions{Level: slog.LevelDebug})))
	t.Cleanup(func() { slog.SetDefault(old) })
	return &b
}

type named struct {
	B int `json:"b"`
	A any `json:"a"`
}

type marshaler struct{}

func (marshaler) MarshalJSON() ([]byte, error) { return []byte(` { "x" : "<&>" } `), nil }

func TestResults(t *testing.T) {
	cyclic := map[string]any{}
	cyclic["self"] = cyclic
	for name, tc := range map[string]struct {
		result  any
		body    string
		encoded bool
	}{
		"struct":             {named{1, []int{2}}, `{"b":1,"a":[2]}`, false},
		"pointer":            {&named{1, nil}, `{"b":1,"a":null}`, false},
		"map":                {map[string]any{"b": 1, "a": "<&>\u2028é\x7f"}, `{"a":"<&>\u2028é` + "\x7f" + `","b":1}`, false},
		"nested":             {map[string]any{"l": []any{nil, true, 1.5, int64(7), []string{"x"}, map[string]string{"k": "v"}}}, `{"l":[null,true,1.5,7,["x"],{"k":"v"}]}`, false},
		"floats":             {[]any{1e21, 1e-7, 100.0, 0.0, 1e20, 123456789.25}, `[1e+21,1e-7,100,0,100000000000000000000,123456789.25]`, false},
		"number":             {json.Number("12345678901234567890"), `12345678901234567890`, false},
		"raw":                {json.RawMessage(` {"a" : 1}`), `{"a":1}`, false},
		"marshaler":          {marshaler{}, `{"x":"<&>"}`, false},
		"nil map":            {map[string]any(nil), `null`, false},
		"nil slice":          {[]any(nil), `null`, false},
		"nil strings":        {[]string(nil), `null`, false},
		"empty strings":      {[]string{}, `[]`, false},
		"nil response":       {(*app.Response)(nil), `null`, false},
		"invalid text":       {map[string]string{"k": "a\xffb"}, `{"k":"a\ufffdb"}`, false},
		"text":               {"plain \"text\"\n", "plain \"text\"\n", false},
		"bytes of text":      {[]byte(`{"a":1}`), `{"a":1}`, false},
		"bytes":              {[]byte{0xff, 0xfe}, `//4=`, true},
		"text of bytes":      {"\xff\xfe", `//4=`, true},
		"response value nil": {&app.Response{}, `null`, false},
	} {
		t.Run(name, func(t *testing.T) {
			a := app.New("results")
			a.Route("/", returns(tc.result, nil), app.Name("r"))
			got := call(t, a, get("/", ""))
			want := response{map[string]string{}, map[string][]string{}, 200, tc.body, tc.encoded}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	for name, result := range map[string]any{"NaN": math.NaN(), "nested NaN": []any{math.Inf(1)}, "channel": make(chan int), "cycle": cyclic} {
		t.Run(name, func(t *testing.T) {
			log := capture(t)
			a := app.New("results")
			a.Route("/", returns(result, nil), app.Name("r"))
			if got := call(t, a, get("/", "")); got.StatusCode != 500 || got.Body != internalError {
				t.Errorf("got %+v", got)
			}
			if !strings.Contains(log.String(), "json: ") {
				t.Errorf("the log has no reason: %s", log)
			}
		})
	}
}

func TestHeaderValues(t *testing.T) {
	quiet(t)
	for name, r := range map[string]*app.Response{
		"line feed":        {Headers: map[string]string{"X": "a\nb"}},
		"carriage return":  {Headers: map[string]string{"X": "a\rb"}},
		"in a list":        {MultiValueHeaders: map[string][]string{"X": {"a", "b\n"}}},
		"in a name":        {Headers: map[string]string{"X\r\nY": "a"}},
		"in a list's name": {MultiValueHeaders: map[string][]string{"X\n": {"a"}}},
	} {
		t.Run(name, func(t *testing.T) {
			a := app.New("headers")
			a.Route("/", returns(r, nil), app.Name("r"), app.CORS())
			got := call(t, a, get("/", ""))
			if got.StatusCode != 500 || got.Body != internalError || len(got.Headers) != 2 || len(got.MultiValueHeaders) != 0 {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestCORSInjection(t *testing.T) {
	shared := &app.Response{
		Headers:           map[string]string{"access-control-allow-origin": "lower", "Access-Control-Allow-Headers": "own"},
		MultiValueHeaders: map[string][]string{"Access-Control-Max-Age": {"1"}},
	}
	for name, middleware := range map[string][]app.Middleware{
		"without middleware": nil,
		"with middleware":    {func(next app.Handler) app.Handler { return next }},
	} {
		t.Run(name, func(t *testing.T) {
			a := app.New("cors")
			a.Use(middleware...)
			a.Route("/", returns(shared, nil), app.Name("r"), app.CORS(app.CORSConfig{MaxAge: new(5)}))
			got := call(t, a, get("/", ""))
			want := map[string]string{"access-control-allow-origin": "lower", "Access-Control-Allow-Headers": "own"}
			if diff := cmp.Diff(want, got.Headers); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if len(shared.Headers) != 2 {
				t.Error("the handler's own map was changed")
			}
		})
	}
}

func TestContentTypeList(t *testing.T) {
	a := app.New("list")
	a.Route("/", returns(&app.Response{
		Body: []byte{1, 2}, MultiValueHeaders: map[string][]string{"content-TYPE": {"text/plain", "image/png"}},
	}, nil), app.Name("r"), app.CORS())
	if got := call(t, a, get("/", `"headers":{"accept":"image/png"},`)); got.Body != "AQI=" || !got.IsBase64Encoded {
		t.Errorf("got %+v", got)
	}
	if got := call(t, a, get("/", "")); got.StatusCode != 400 || len(got.Headers) != 2 {
		t.Errorf("without Accept: %+v", got)
	}
}

func TestUnexpectedErrors(t *testing.T) {
	cause := errors.New("the cause")
	for name, tc := range map[string]struct {
		handler app.RouteHandler
		traced  []string
	}{
		"error": {returns(nil, fmt.Errorf("outer: %w", cause)), []string{"*fmt.wrapError: outer: the cause\n", "caused by *errors.errorString: the cause\n"}},
		"panic": {
			func(context.Context, *app.Request) (any, error) { panic(cause) },
			[]string{"panic: the cause\n", "rest_test.go", "caused by *errors.errorString: the cause\n"},
		},
		"panic with a status": {func(context.Context, *app.Request) (any, error) { panic(app.NotFound("the cause")) }, []string{"panic: the cause\n"}},
		"nil dereference":     {func(context.Context, *app.Request) (any, error) { var r *app.Request; return r.Method(), nil }, []string{"nil pointer", "rest_test.go"}},
		"left to middleware":  {returns(nil, app.Unhandled(app.NotFound("the cause"))), []string{"the cause"}},
		"nil error pointer":   {returns(nil, (*app.Error)(nil)), []string{"nil *app.Error"}},
	} {
		t.Run(name, func(t *testing.T) {
			log := capture(t)
			a := app.New("plain")
			a.Route("/a", tc.handler, app.Name("r"))
			got := call(t, a, get("/a", ""))
			if diff := cmp.Diff(response{map[string]string{}, map[string][]string{}, 500, internalError, false}, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if !strings.Contains(log.String(), `"level":"ERROR","msg":"Caught exception for path /a"`) {
				t.Errorf("log: %s", log)
			}
			if strings.HasPrefix(name, "panic") && !strings.Contains(log.String(), "rest_test.go") {
				t.Errorf("the log has no stack: %s", log)
			}

			debug := app.New("debug", app.Debug(), app.BinaryTypes("*/*"))
			debug.Route("/a", tc.handler, app.Name("r"))
			got = call(t, debug, get("/a", `"headers":{"Accept":"*/*"},`))
			if got.StatusCode != 500 || got.Headers["Content-Type"] != "text/plain" || !got.IsBase64Encoded {
				t.Errorf("debug: %+v", got)
			}
			for _, part := range tc.traced {
				if body := unbase64(got.Body); !strings.Contains(body, part) || !strings.HasSuffix(body, "\n") {
					t.Errorf("debug: no %q in %q", part, body)
				}
			}
		})
	}
}

func TestEventErrors(t *testing.T) {
	a := app.New("events")
	a.Route("/", returns(nil, nil), app.Name("r"))
	h, err := dispatch.NewHandler(a, app.RESTHandler)
	if err != nil {
		t.Fatal(err)
	}
	for _, event := range []string{``, `[]`, `"x"`, `null`, `{"requestContext":null}`, `{"requestContext":{"resourcePath":"/"}}`, `{"a":}`} {
		if out, err := h.Invoke(t.Context(), []byte(event)); err == nil {
			t.Errorf("%s: %s", event, out)
		}
	}
	// The reference fails if these members are missing; here they are optional.
	if got := call(t, a, get("/", "")); got.StatusCode != 200 {
		t.Errorf("got %+v", got)
	}
}

// TestHTTPMiddleware: the request that is answered is the one that came, errors
// of middleware are answered with their status, and middleware has to return a
// response.
func TestHTTPMiddleware(t *testing.T) {
	quiet(t)
	for name, tc := range map[string]struct {
		middleware func(next app.Handler, ctx context.Context, event any) (any, error)
		status     int
	}{
		"other event":  {func(next app.Handler, ctx context.Context, _ any) (any, error) { return next(ctx, "other") }, 200},
		"no context":   {func(next app.Handler, _ context.Context, e any) (any, error) { return next(context.Background(), e) }, 200},
		"neither":      {func(next app.Handler, _ context.Context, _ any) (any, error) { return next(context.Background(), 1) }, 500},
		"error":        {func(app.Handler, context.Context, any) (any, error) { return nil, app.NotFound("x") }, 404},
		"panic":        {func(app.Handler, context.Context, any) (any, error) { panic("x") }, 500},
		"no response":  {func(app.Handler, context.Context, any) (any, error) { return map[string]any{}, nil }, 500},
		"nothing":      {func(app.Handler, context.Context, any) (any, error) { return nil, nil }, 500},
		"nil response": {func(app.Handler, context.Context, any) (any, error) { return (*app.Response)(nil), nil }, 500},
		"binary, no CORS": {func(app.Handler, context.Context, any) (any, error) {
			return &app.Response{Body: []byte{1}, Headers: map[string]string{"Content-Type": "image/png"}}, nil
		}, 200},
	} {
		t.Run(name, func(t *testing.T) {
			a := app.New("middleware")
			a.Use(func(next app.Handler) app.Handler {
				return func(ctx context.Context, event any) (any, error) { return tc.middleware(next, ctx, event) }
			})
			a.Route("/", returns("ok", nil), app.Name("r"))
			h, err := dispatch.NewHandler(a, app.RESTHandler)
			if err != nil {
				t.Fatal(err)
			}
			out, err := h.Invoke(t.Context(), []byte(get("/", "")))
			var got response
			if err == nil {
				err = json.Unmarshal(out, &got)
			}
			if got.StatusCode != tc.status || err != nil {
				t.Errorf("got %+v, %v", got, err)
			}
			if strings.HasPrefix(name, "binary") && (!got.IsBase64Encoded || got.Body != "AQ==") {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestMiddlewareSeesResponses(t *testing.T) {
	var seen []*app.Response
	a := app.New("responses")
	a.UseFor(app.HTTP, func(next app.Handler) app.Handler {
		return func(ctx context.Context, event any) (any, error) {
			result, err := next(ctx, event)
			if err != nil {
				return nil, err
			}
			r := result.(*app.Response)
			seen = append(seen, r)
			r.Headers["X-Seen"] = "1"
			return r, nil
		}
	})
	a.Route("/", returns(map[string]int{"a": 1}, nil), app.Name("r"), app.CORS())
	a.Route("/error", returns(nil, app.NotFound("x")), app.Name("e"))
	for _, event := range []string{get("/", ""), get("/error", ""), get("/unknown", ""), get("/", `"headers":{"content-type":"x"},`)} {
		if got := call(t, a, event); got.Headers["X-Seen"] != "1" {
			t.Errorf("got %+v", got)
		}
	}
	body, ok := seen[1].Body.(app.ErrorBody)
	if seen[0].StatusCode != 200 || seen[0].Headers["Access-Control-Allow-Origin"] != "*" || !ok || body.Code != "NotFoundError" {
		t.Errorf("saw %+v, %+v", seen[0], seen[1])
	}
	if seen[1].StatusCode != 404 || seen[2].StatusCode != 405 || seen[3].StatusCode != 415 {
		t.Errorf("saw %v %v %v", seen[1], seen[2], seen[3])
	}
}

type typedError struct{ text string }

func (e *typedError) Error() string { return e.text } // panics for a nil e

type noJSON struct{}

func (noJSON) MarshalJSON() ([]byte, error) { panic("no JSON") }

// TestPanicsOfResults: the methods of what a handler returned can panic as
// well.
func TestPanicsOfResults(t *testing.T) {
	quiet(t)
	through := func(next app.Handler) app.Handler {
		return func(ctx context.Context, event any) (any, error) { return next(ctx, event) }
	}
	for name, handler := range map[string]app.RouteHandler{
		"an error":        returns(nil, (*typedError)(nil)),
		"a result":        returns(noJSON{}, nil),
		"part of a body":  returns(&app.Response{Body: []noJSON{{}}}, nil),
		"an io.Reader":    returns(strings.NewReader("x"), nil),
		"others' type":    returns(events.APIGatewayProxyResponse{StatusCode: 418}, nil),
		"error, status 0": returns(nil, &app.Error{Code: "InternalServerError", Message: "An internal server error occurred."}),
	} {
		for _, middleware := range []bool{false, true} {
			t.Run(fmt.Sprint(name, middleware), func(t *testing.T) {
				a := app.New("panics")
				if middleware {
					a.Use(through)
				}
				a.Route("/", handler, app.Name("r"))
				if got := call(t, a, get("/", "")); got.StatusCode != 500 || got.Body != internalError {
					t.Errorf("got %+v", got)
				}
			})
		}
	}
}

func TestResponsesByValue(t *testing.T) {
	a := app.New("values")
	a.Route("/", returns(app.Response{StatusCode: 418, Body: "x"}, nil), app.Name("r"))
	if got := call(t, a, get("/", "")); got.StatusCode != 418 || got.Body != "x" {
		t.Errorf("got %+v", got)
	}
}
