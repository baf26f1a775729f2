package dispatch_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

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

// corsCases are configurations of a route, and what answers to requests of an
// origin have of it; "": no such header.
var corsCases = map[string]struct {
	config app.CORSConfig
	want   map[string]map[string]string // by origin, by header
}{
	"one origin": {
		app.CORSConfig{AllowOrigin: "https://shop.test", AllowCredentials: true},
		map[string]map[string]string{
			"":                  {allowedOrigin: "https://shop.test", allowedCredentials: "true", "Vary": ""},
			"https://shop.test": {allowedOrigin: "https://shop.test", allowedCredentials: "true", "Vary": ""},
			"https://evil.test": {allowedOrigin: "https://shop.test", allowedCredentials: "true", "Vary": ""},
		},
	},
	"all origins": {
		app.CORSConfig{},
		map[string]map[string]string{
			"":                  {allowedOrigin: "*", allowedCredentials: "", "Vary": ""},
			"https://evil.test": {allowedOrigin: "*", allowedCredentials: "", "Vary": ""},
		},
	},
	"several origins": {
		app.CORSConfig{AllowOrigins: []string{"https://shop.test", "https://*.shop.test"}, AllowCredentials: true},
		map[string]map[string]string{
			"":                         {allowedOrigin: "", allowedCredentials: "", "Vary": "Origin"},
			"null":                     {allowedOrigin: "", allowedCredentials: "", "Vary": "Origin"},
			"https://shop.test":        {allowedOrigin: "https://shop.test", allowedCredentials: "true", "Vary": "Origin"},
			"https://a.b.shop.test":    {allowedOrigin: "https://a.b.shop.test", allowedCredentials: "true", "Vary": "Origin"},
			"https://evil.test":        {allowedOrigin: "", allowedCredentials: "", "Vary": "Origin"},
			"https://a.shop.test.evil": {allowedOrigin: "", allowedCredentials: "", "Vary": "Origin"},
		},
	},
}

const (
	allowedOrigin      = "Access-Control-Allow-Origin"
	allowedCredentials = "Access-Control-Allow-Credentials"
)

// withOrigin returns the members of an event with a request's origin among its
// headers.
func withOrigin(members, origin string) string {
	if origin == "" {
		return members
	}
	header, list := `"Origin":"`+origin+`"`, `"Origin":["`+origin+`"]`
	if !strings.Contains(members, `"headers":{`) {
		members += `"headers":{},`
	}
	if !strings.Contains(members, `"multiValueHeaders":{`) {
		members += `"multiValueHeaders":{},`
	}
	members = strings.Replace(members, `"headers":{`, `"headers":{`+header+`,`, 1)
	members = strings.Replace(members, `"multiValueHeaders":{`, `"multiValueHeaders":{`+list+`,`, 1)
	return strings.ReplaceAll(members, `,}`, `}`)
}

// TestEveryAnswerHasCORS answers requests for a route with CORS in all ways,
// for all sources of requests, of all kinds of origins, also with middleware that
// passes everything on.
func TestEveryAnswerHasCORS(t *testing.T) {
	quiet(t)
	for name, w := range ways() {
		for kind, c := range corsCases {
			for _, wrapped := range []bool{false, true} {
				a := w.app(c.config, wrapped)
				for source, event := range sources {
					if w.not[source] && !(name == "a question about CORS" && c.config.Echoes()) {
						continue
					}
					for origin, want := range c.want {
						got := askFrom(t, a, event(cmp.Or(w.method, "GET"), "/way", withOrigin(w.members, origin)))
						where := fmt.Sprintf("%s, %s, %s from %q, wrapped %t", name, kind, source, origin, wrapped)
						if got.status != w.status || w.body != "" && got.body != w.body {
							t.Errorf("%s: want %d %s, got %+v", where, w.status, w.body, got)
						}
						for header, want := range want {
							if values := got.headers[header]; strings.Join(values, "|") != want {
								t.Errorf("%s: %s is %q, want %q", where, header, values, want)
							}
						}
					}
				}
			}
		}
	}
}

// app returns an app whose route gets into the situation.
func (w way) app(cors app.CORSConfig, wrapped bool) *app.App {
	a := app.New("answers")
	if wrapped {
		a.Use(func(next app.Handler) app.Handler { return next })
	}
	if w.middleware != nil {
		a.Use(func(next app.Handler) app.Handler {
			return func(ctx context.Context, event any) (any, error) { return w.middleware(next, ctx, event) }
		})
	}
	a.Route("/way", w.handler, append(w.options, app.Name("r"), app.Methods("GET", "POST"), app.CORS(cors))...)
	return a
}

// TestPreflights: what a browser is told, whatever the app's middleware would do
// with a request that has no token.
func TestPreflights(t *testing.T) {
	quiet(t)
	several := app.CORSConfig{AllowOrigins: []string{"https://shop.test", "https://*.shop.test"}, AllowHeaders: []string{"X-A"}, MaxAge: new(600)}
	a := app.New("preflights")
	a.Use(func(app.Handler) app.Handler {
		return func(context.Context, any) (any, error) { return nil, app.Unauthorized("no token") }
	})
	a.Route("/several", returns(1, nil), app.Name("get"), app.CORS(several), app.Auth(app.IAMAuthorizer()))
	a.Route("/several", returns(1, nil), app.Name("put"), app.Methods("PUT", "DELETE"), app.CORS(several))
	a.Route("/several", returns(1, nil), app.Name("post"), app.Methods("POST"))
	told := map[string][]string{
		"Access-Control-Allow-Methods": {"GET,PUT,DELETE,OPTIONS"}, allowedOrigin: {"https://a.shop.test"}, "Access-Control-Max-Age": {"600"},
		"Access-Control-Allow-Headers": {"Authorization,Content-Type,X-A,X-Amz-Date,X-Amz-Security-Token,X-Api-Key"}, "Vary": {"Origin"},
	}
	for source, event := range sources {
		got := askFrom(t, a, event("OPTIONS", "/several", withOrigin("", "https://a.shop.test")))
		delete(got.headers, "Content-Type")
		if diff := gocmp.Diff(told, got.headers); diff != "" || got.status != 200 {
			t.Errorf("%s: status %d (-want +got)\n%s", source, got.status, diff)
		}
		got = askFrom(t, a, event("OPTIONS", "/several", withOrigin("", "https://evil.test")))
		delete(got.headers, "Content-Type")
		if diff := gocmp.Diff(map[string][]string{"Vary": {"Origin"}}, got.headers); diff != "" || got.status != 200 {
			t.Errorf("%s, another origin: status %d (-want +got)\n%s", source, got.status, diff)
		}
	}
}

// TestVary: what a handler says of its answer and what CORS does both count.
func TestVary(t *testing.T) {
	const origin = "https://shop.test"
	for name, tc := range map[string]struct {
		headers map[string]string
		lists   map[string][]string
		want    string
	}{
		"nothing":             {nil, nil, "Origin"},
		"another":             {map[string]string{"Vary": "Accept"}, nil, "Accept, Origin"},
		"another, lower case": {map[string]string{"vary": "accept"}, nil, "accept, Origin"},
		"the same":            {map[string]string{"Vary": "accept, origin"}, nil, "accept, origin"},
		"everything":          {map[string]string{"Vary": "*"}, nil, "*"},
		"a part of it":        {map[string]string{"Vary": "Original"}, nil, "Original, Origin"},
		"a list":              {nil, map[string][]string{"Vary": {"Accept", "Cookie"}}, "Accept, Cookie, Origin"},
	} {
		t.Run(name, func(t *testing.T) {
			shared := &app.Response{Headers: tc.headers, MultiValueHeaders: tc.lists, Body: "x"}
			before := fmt.Sprint(shared.Headers, shared.MultiValueHeaders)
			for _, wrapped := range []bool{false, true} {
				w := way{handler: returns(shared, nil)}
				a := w.app(app.AllowOrigins(origin, "https://other.test"), wrapped)
				for source, event := range sources {
					got := askFrom(t, a, event("GET", "/way", withOrigin("", origin)))
					var all []string
					for name, values := range got.headers {
						if strings.EqualFold(name, "Vary") {
							all = append(all, values...)
						}
					}
					if strings.Join(all, ", ") != tc.want {
						t.Errorf("%s, wrapped %t: Vary is %q, want %s", source, wrapped, all, tc.want)
					}
				}
			}
			if after := fmt.Sprint(shared.Headers, shared.MultiValueHeaders); after != before {
				t.Errorf("the handler's own response became %s", after)
			}
		})
	}
}

// TestNoCORS: an answer of a route without CORS has none of its headers,
// however the route fails. One that isn't a route's has what any of them allows,
// and none in an app without CORS.
func TestNoCORS(t *testing.T) {
	quiet(t)
	a := app.New("answers")
	a.Route("/way", returns(panicking{}, nil), app.Name("plain"))
	a.Route("/way", returns(1, nil), app.Name("open"), app.Methods("PUT"), app.CORS())
	closed := app.New("closed")
	closed.Route("/way", returns(1, nil), app.Name("plain"))
	for source, event := range sources {
		if got := askFrom(t, a, event("GET", "/way", "")); got.status != 500 || got.headers[allowedOrigin] != nil {
			t.Errorf("%s: got %+v", source, got)
		}
		if source == "REST API" {
			continue
		}
		if got := askFrom(t, a, event("GET", "/nowhere", "")); got.status != 404 || strings.Join(got.headers[allowedOrigin], "|") != "*" {
			t.Errorf("%s: got %+v", source, got)
		}
		for path, status := range map[string]int{"/nowhere": 404, "/way": 405} {
			if got := askFrom(t, closed, event("OPTIONS", path, "")); got.status != status || got.headers[allowedOrigin] != nil {
				t.Errorf("%s, without CORS: got %+v", source, got)
			}
		}
	}
}

// TestStreamedCORS: what precedes a streamed body has the headers as well, and
// one Vary for all that it depends on.
func TestStreamedCORS(t *testing.T) {
	quiet(t)
	a := app.New("streams")
	a.Route("/way", func(context.Context, *app.Request) (any, error) {
		r := app.Stream("text/plain", func(w io.Writer) error {
			_, err := io.WriteString(w, "body")
			return err
		})
		r.Headers["Vary"] = "Accept"
		return r, nil
	}, app.Name("r"), app.Streams(), app.CORS(app.AllowOrigins("https://shop.test", "https://*.shop.test")))
	h, err := dispatch.NewHandler(a, app.RESTHandler)
	if err != nil {
		t.Fatal(err)
	}
	for _, source := range []string{"REST API", "function URL"} {
		for origin, named := range map[string]string{"https://a.shop.test": `"Access-Control-Allow-Origin":"https://a.shop.test"`, "https://evil.test": ""} {
			out, err := h.Invoke(t.Context(), []byte(sources[source]("GET", "/way", withOrigin("", origin))))
			if err != nil {
				t.Fatal(err)
			}
			prelude := string(out)
			if !strings.Contains(prelude, named) || named == "" && strings.Contains(prelude, allowedOrigin) || !strings.Contains(prelude, `"Vary":"Accept, Origin"`) {
				t.Errorf("%s from %s: %q", source, origin, out)
			}
		}
	}
}
