package dispatch_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

// sources make an event for each source of requests. members is JSON that ends
// in a comma, for the event itself.
var sources = map[string]func(method, path, members string) string{
	"REST API": func(method, path, members string) string {
		return `{` + members + `"path":"` + path + `","requestContext":{"resourcePath":"` + path + `","httpMethod":"` + method + `"}}`
	},
	"HTTP API":      httpAPI,
	"function URL":  functionURL,
	"load balancer": loadBalancer,
	"load balancer with lists": func(method, path, members string) string {
		return loadBalancer(method, path, strings.Replace(`"multiValueHeaders":{},`+members, `"headers":{`, `"ignored":{`, 1))
	},
}

// answer is the response that a source makes of what the function returned.
type answer struct {
	status  int
	headers map[string][]string
	body    string
	base64  bool
}

// askFrom invokes an app's routes with an event of a source.
func askFrom(t *testing.T, a *app.App, event string) answer {
	t.Helper()
	h, err := dispatch.NewHandler(a, app.RESTHandler)
	if err != nil {
		t.Fatal(err)
	}
	out, err := h.Invoke(t.Context(), []byte(event))
	if err != nil {
		t.Fatal(err)
	}
	var r struct {
		response
		Cookies           []string
		StatusDescription string
	}
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	got := answer{r.StatusCode, map[string][]string{}, r.Body, r.IsBase64Encoded}
	for name, value := range r.Headers {
		got.headers[name] = append(got.headers[name], value)
	}
	for name, values := range r.MultiValueHeaders {
		got.headers[name] = append(got.headers[name], values...)
	}
	return got
}

type (
	panicking     struct{}
	panickingText struct{}
	teapot        struct{}
)

func (panicking) MarshalJSON() ([]byte, error)     { panic("no JSON today") }
func (panickingText) MarshalText() ([]byte, error) { panic("no text today") }
func (teapot) Error() string                       { return "short and stout" }
func (teapot) StatusCode() int                     { return 418 }
func (teapot) ErrorCode() string                   { return "Teapot" }

// way is a situation in which a route's request is answered.
type way struct {
	handler    app.RouteHandler
	middleware func(next app.Handler, ctx context.Context, event any) (any, error)
	options    []app.RouteOption
	method     string // empty: GET
	members    string // of the event
	status     int
	body       string          // empty: not compared
	not        map[string]bool // sources that never get into this situation
}

// ways returns all situations in which a request for a route is answered.
func ways() map[string]way {
	fails := func(err error) way { return way{handler: returns(nil, err)} }
	with := func(w way, status int, body string) way { w.status, w.body = status, body; return w }
	broken := func(result any) way { return way{handler: returns(result, nil), status: 500, body: internalError} }
	passes := func(result any, err error) way {
		return way{handler: returns("not reached", nil), middleware: func(app.Handler, context.Context, any) (any, error) { return result, err }}
	}
	image := &app.Response{Body: []byte{0xff}, Headers: map[string]string{"Content-Type": "image/png"}}
	onlyREST := map[string]bool{"HTTP API": true, "function URL": true, "load balancer": true, "load balancer with lists": true}
	return map[string]way{
		"a result":                  {handler: returns("fine", nil), status: 200, body: "fine"},
		"a response":                {handler: returns(&app.Response{StatusCode: 201, Body: "made"}, nil), status: 201, body: "made"},
		"bytes":                     {handler: returns(image, nil), members: `"headers":{"Accept":"image/png"},`, status: 200, body: "/w=="},
		"nothing":                   {handler: returns(nil, nil), status: 200, body: "null"},
		"an error with a status":    with(fails(app.NotFound("gone")), 404, `{"Code":"NotFoundError","Message":"gone"}`),
		"a wrapped one":             with(fails(fmt.Errorf("look: %w", app.Conflict("twice"))), 409, `{"Code":"ConflictError","Message":"twice"}`),
		"an error of one's own":     with(fails(teapot{}), 418, `{"Code":"Teapot","Message":"short and stout"}`),
		"another error":             with(fails(errors.New("secret")), 500, internalError),
		"a nil *Error":              with(fails((*app.Error)(nil)), 500, internalError),
		"an unhandled error":        with(fails(app.Unhandled(errors.New("secret"))), 500, internalError),
		"an unhandled status":       with(fails(app.Unhandled(app.NotFound("x"))), 500, internalError),
		"a panic":                   {handler: func(context.Context, *app.Request) (any, error) { panic("boom") }, status: 500, body: internalError},
		"a panic with a status":     {handler: func(context.Context, *app.Request) (any, error) { panic(app.NotFound("x")) }, status: 500, body: internalError},
		"NaN":                       broken(math.NaN()),
		"NaN inside":                broken(map[string]any{"a": []float64{math.Inf(-1)}}),
		"a channel":                 broken(make(chan int)),
		"a function":                broken(&app.Response{Body: func() {}}),
		"a MarshalJSON that panics": broken(panicking{}),
		"one inside":                broken(map[string]any{"a": []any{panicking{}}}),
		"a MarshalText that panics": broken(map[panickingText]int{{}: 1}),
		"a reader":                  broken(strings.NewReader("text")),
		"a header of two lines":     broken(&app.Response{Headers: map[string]string{"X": "a\nb"}}),
		"the wrong content type": {
			handler: returns("x", nil), method: "POST", members: `"headers":{"Content-Type":"text/plain"},"multiValueHeaders":{"Content-Type":["text/plain"]},`,
			status: 415, body: `{"Code":"UnsupportedMediaType","Message":"Unsupported media type: text/plain"}`,
		},
		"bytes that the client doesn't accept": {handler: returns(image, nil), status: 400, not: onlyREST},
		"a method that the path lacks": {
			handler: returns("x", nil), method: "DELETE", status: 405, body: `{"Code":"MethodNotAllowedError","Message":"Unsupported method: DELETE"}`,
			not: map[string]bool{"REST API": true}, // a REST API refuses such a request itself
		},
		"a question about CORS": {handler: returns("x", nil), method: "OPTIONS", status: 200, not: map[string]bool{"REST API": true}},
		"no authorizer": {
			handler: returns("x", nil), options: []app.RouteOption{app.Auth(app.IAMAuthorizer())}, status: 401,
			not: map[string]bool{"REST API": true},
		},
		"an error of middleware":             with(passes(nil, app.Unauthorized("who are you")), 401, `{"Code":"UnauthorizedError","Message":"who are you"}`),
		"a wrapped one of middleware":        with(passes(nil, fmt.Errorf("auth: %w", teapot{})), 418, `{"Code":"Teapot","Message":"short and stout"}`),
		"another error of middleware":        with(passes(nil, errors.New("secret")), 500, internalError),
		"an unhandled error of middleware":   with(passes(nil, app.Unhandled(app.NotFound("x"))), 500, internalError),
		"no response of middleware":          with(passes("text", nil), 500, internalError),
		"nothing of middleware":              with(passes(nil, nil), 500, internalError),
		"an error response of middleware":    with(passes(&app.Response{StatusCode: 403, Body: "no"}, nil), 403, "no"),
		"what can't be sent of middleware":   with(passes(&app.Response{Body: math.NaN()}, nil), 500, internalError),
		"a panicking response of middleware": with(passes(&app.Response{Body: panicking{}}, nil), 500, internalError),
		"a panic of middleware": {
			handler:    returns("x", nil),
			middleware: func(app.Handler, context.Context, any) (any, error) { panic(app.NotFound("x")) },
			status:     500, body: internalError,
		},
		"an error that middleware passes on": {
			handler:    returns(nil, app.Unhandled(errors.New("x"))),
			middleware: func(next app.Handler, ctx context.Context, e any) (any, error) { return next(ctx, e) },
			status:     500, body: internalError,
		},
		"an error that middleware takes": {
			handler: returns(nil, app.Unhandled(app.NotFound("gone"))),
			middleware: func(next app.Handler, ctx context.Context, e any) (any, error) {
				_, err := next(ctx, e)
				return nil, errors.Unwrap(err)
			},
			status: 404, body: `{"Code":"NotFoundError","Message":"gone"}`,
		},
	}
}

// TestEveryAnswerHasCORS answers requests for a route with CORS in all ways,
// for all sources of requests, also with middleware that passes everything on.
func TestEveryAnswerHasCORS(t *testing.T) {
	quiet(t)
	for name, w := range ways() {
		for _, wrapped := range []bool{false, true} {
			a := app.New("answers")
			if wrapped {
				a.Use(func(next app.Handler) app.Handler { return next })
			}
			if w.middleware != nil {
				a.Use(func(next app.Handler) app.Handler {
					return func(ctx context.Context, event any) (any, error) { return w.middleware(next, ctx, event) }
				})
			}
			options := append(w.options, app.Name("r"), app.Methods("GET", "POST"), app.CORS(app.CORSConfig{AllowOrigin: "https://shop.test", AllowCredentials: true}))
			a.Route("/way", w.handler, options...)
			for source, event := range sources {
				if w.not[source] {
					continue
				}
				method := w.method
				if method == "" {
					method = "GET"
				}
				got := askFrom(t, a, event(method, "/way", w.members))
				where := fmt.Sprintf("%s, %s, wrapped %t", name, source, wrapped)
				if got.status != w.status || w.body != "" && got.body != w.body {
					t.Errorf("%s: want %d %s, got %+v", where, w.status, w.body, got)
				}
				for header, want := range map[string]string{"Access-Control-Allow-Origin": "https://shop.test", "Access-Control-Allow-Credentials": "true"} {
					if values := got.headers[header]; len(values) != 1 || values[0] != want {
						t.Errorf("%s: %s is %q", where, header, values)
					}
				}
			}
		}
	}
}

// TestNoCORS: an answer of a route without CORS has none of its headers,
// however the route fails. Neither has an answer that isn't a route's.
func TestNoCORS(t *testing.T) {
	quiet(t)
	a := app.New("answers")
	a.Route("/way", returns(panicking{}, nil), app.Name("plain"))
	a.Route("/way", returns(1, nil), app.Name("open"), app.Methods("PUT"), app.CORS())
	for source, event := range sources {
		if got := askFrom(t, a, event("GET", "/way", "")); got.status != 500 || got.headers["Access-Control-Allow-Origin"] != nil {
			t.Errorf("%s: got %+v", source, got)
		}
		if source == "REST API" {
			continue
		}
		if got := askFrom(t, a, event("GET", "/nowhere", "")); got.status != 404 || got.headers["Access-Control-Allow-Origin"] != nil {
			t.Errorf("%s: got %+v", source, got)
		}
	}
}
