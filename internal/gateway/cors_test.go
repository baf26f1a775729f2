package gateway_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
	"github.com/chalice-go/chalice/internal/gateway"
)

// The origins of pages: one that is allowed, one that isn't, and none at all.
const (
	shopOrigin = "https://shop.test"
	evilOrigin = "https://shop.test.evil.example"
	noOrigin   = ""
)

// whose says who gives an answer, which decides what it tells of CORS.
type whose int

const (
	ofNobody  whose = iota // the front never gets into the situation
	ofRoute                // the program, of a route
	ofProgram              // the program, without a route
	ofFront                // the front itself
)

// corsFront is a type of front, and how the app in it is configured.
type corsFront struct {
	api    gateway.API // Type and what belongs to it
	allow  app.CORSConfig
	config bool // an HTTP API's own
	echoes bool // there are several origins
}

// corsFronts are all fronts, with one origin, and with several and a pattern; with
// credentials, so that nothing may be allowed to all.
func corsFronts() map[string]corsFront {
	one := app.CORSConfig{AllowOrigin: shopOrigin, AllowCredentials: true}
	two := app.CORSConfig{AllowOrigins: []string{shopOrigin, "https://other.test"}, AllowCredentials: true}
	several := app.CORSConfig{AllowOrigins: []string{shopOrigin, "https://*.other.test"}, AllowCredentials: true}
	balancer := gateway.API{Type: gateway.LoadBalancer}
	lists := gateway.API{Type: gateway.LoadBalancer, MultiValueHeaders: true}
	return map[string]corsFront{
		"a REST API":                      {api: gateway.API{Type: gateway.REST}, allow: one},
		"a REST API, several":             {api: gateway.API{Type: gateway.REST}, allow: several, echoes: true},
		"an HTTP API":                     {api: gateway.API{Type: gateway.HTTP}, allow: one, config: true},
		"an HTTP API, two":                {api: gateway.API{Type: gateway.HTTP}, allow: two, config: true, echoes: true},
		"an HTTP API, several":            {api: gateway.API{Type: gateway.HTTP}, allow: several, echoes: true},
		"a function URL":                  {api: gateway.API{Type: gateway.FunctionURL}, allow: one},
		"a function URL, several":         {api: gateway.API{Type: gateway.FunctionURL}, allow: several, echoes: true},
		"a load balancer":                 {api: balancer, allow: one},
		"a load balancer, several":        {api: balancer, allow: several, echoes: true},
		"a load balancer, lists":          {api: lists, allow: one},
		"a load balancer, lists, several": {api: lists, allow: several, echoes: true},
	}
}

// origin returns the origin that an answer names; "" if it names none.
func (f corsFront) origin(by whose, origin string) string {
	allowed := map[bool]string{true: shopOrigin}[origin == shopOrigin]
	switch {
	case f.config:
		return allowed // the API's own, whoever answers
	case by == ofFront && f.api.Type != gateway.REST:
		return ""
	case by == ofRoute && f.echoes:
		return allowed
	case f.echoes:
		return origin // errors without a route allow any, since "*" allows no credentials
	}
	return shopOrigin
}

// corsWay is a way for an answer to come about.
type corsWay struct {
	method, path, body string
	header             http.Header
	fails              func(ctx context.Context) ([]byte, error) // in place of the program
	by                 [4]whose                                  // by type of front
	status             [4]int
}

// everywhere are ways in which the program answers the same on all fronts.
func everywhere(by whose, status int) (who [4]whose, all [4]int) {
	for i := range who {
		who[i], all[i] = by, status
	}
	return who, all
}

// corsWays are all ways for an answer to come about that this gateway has. Of what
// it hasn't, too many requests and a firewall's refusal are errors of the front's
// own like others.
func corsWays() map[string]corsWay {
	program := func(method, path string, by whose, status int) corsWay {
		w := corsWay{method: method, path: path}
		w.by, w.status = everywhere(by, status)
		return w
	}
	with := func(w corsWay, name, value string) corsWay {
		w.header = http.Header{name: {value}}
		return w
	}
	own := func(method, path string, status [4]int) corsWay {
		w := corsWay{method: method, path: path, status: status}
		for i := range w.by {
			if status[i] != 0 {
				w.by[i] = ofFront
			}
		}
		return w
	}
	failing := func(status [4]int, fails func(context.Context) ([]byte, error)) corsWay {
		w := own("GET", "/result", status)
		w.fails = fails
		return w
	}
	output := func(text string) func(context.Context) ([]byte, error) {
		return func(context.Context) ([]byte, error) { return []byte(text), nil }
	}
	large := own("POST", "/result", [4]int{413, 413, 413, 413})
	large.body = strings.Repeat("x", 11<<20)
	long := own("GET", "/result", [4]int{431, 431, 0, 400})
	long.header = http.Header{"X-Long": {strings.Repeat("x", 70<<10)}}

	// Without a token a REST or HTTP API refuses, and else the program.
	noToken := own("GET", "/protected", [4]int{401, 401, 0, 0})
	noToken.by[gateway.FunctionURL], noToken.status[gateway.FunctionURL] = ofRoute, 401
	noToken.by[gateway.LoadBalancer], noToken.status[gateway.LoadBalancer] = ofRoute, 401
	badToken := with(noToken, "Authorization", "bad")
	badToken.status = [4]int{403, 403, 403, 401}
	unknown := own("GET", "/nowhere", [4]int{403, 404, 0, 0})
	unknown.by[gateway.FunctionURL], unknown.status[gateway.FunctionURL] = ofProgram, 404
	unknown.by[gateway.LoadBalancer], unknown.status[gateway.LoadBalancer] = ofProgram, 404
	method := own("DELETE", "/result", [4]int{403, 404, 0, 0})
	method.by[gateway.FunctionURL], method.status[gateway.FunctionURL] = ofRoute, 405 // the path's
	method.by[gateway.LoadBalancer], method.status[gateway.LoadBalancer] = ofRoute, 405
	noKey := own("GET", "/keyed", [4]int{403, 0, 0, 0})

	return map[string]corsWay{
		"a result":                  program("GET", "/result", ofRoute, 200),
		"headers of the handler's":  program("GET", "/headers", ofRoute, 201),
		"an error with a status":    program("GET", "/error", ofRoute, 404),
		"another error":             program("GET", "/failure", ofRoute, 500),
		"a panic":                   program("GET", "/panic", ofRoute, 500),
		"what can't be sent":        program("GET", "/channel", ofRoute, 500),
		"an error of middleware":    with(program("GET", "/result", ofRoute, 401), "X-Middleware", "error"),
		"a response of middleware":  with(program("GET", "/result", ofRoute, 429), "X-Middleware", "response"),
		"a panic of middleware":     with(program("GET", "/result", ofRoute, 500), "X-Middleware", "panic"),
		"the wrong type of content": with(program("POST", "/result", ofRoute, 415), "Content-Type", "text/plain"),
		"no token":                  noToken,
		"a bad token":               badToken,
		"no key":                    noKey,
		"an unknown path":           unknown,
		"an unknown method":         method,
		"too large a body":          large,
		"too long headers":          long,
		"a crash": failing([4]int{502, 500, 502, 502}, func(context.Context) ([]byte, error) {
			return nil, &gateway.FunctionError{Type: "Runtime.ExitError", Message: "exit status 2"}
		}),
		"no time": failing([4]int{504, 503, 502, 502}, func(ctx context.Context) ([]byte, error) {
			<-ctx.Done()
			return nil, context.Cause(ctx)
		}),
		"a malformed answer":   failing([4]int{502, 500, 502, 502}, output(`{"statusCode":"teapot"}`)),
		"an answer of nothing": failing([4]int{502, 0, 0, 502}, output(`null`)), // the others take any JSON for a body
	}
}

// corsApp returns an app whose routes get into all of these situations.
func corsApp(cors app.CORSConfig, key bool) *app.App {
	a := app.New("cors", app.DefaultCORS(cors))
	a.Use(func(next app.Handler) app.Handler {
		return func(ctx context.Context, event any) (any, error) {
			if r, ok := event.(*app.Request); ok {
				switch r.Header("X-Middleware") {
				case "error":
					return nil, app.Unauthorized("who are you?")
				case "response":
					return &app.Response{StatusCode: 429, Body: "later"}, nil
				case "panic":
					panic("no middleware today")
				}
			}
			return next(ctx, event)
		}
	})
	route := func(path string, result any, err error, options ...app.RouteOption) {
		a.Route(path, func(context.Context, *app.Request) (any, error) {
			if result == "panic" {
				panic("boom")
			}
			return result, err
		}, append(options, app.Name(strings.Trim(path, "/")))...)
	}
	check := a.Authorizer(func(_ context.Context, r *app.AuthRequest) (*app.AuthResponse, error) {
		return &app.AuthResponse{PrincipalID: "user"}, nil // it may call nothing
	}, app.Name("check"))
	route("/result", "fine", nil, app.Methods("GET", "POST"))
	route("/headers", &app.Response{StatusCode: 201, Headers: map[string]string{"Vary": "Accept", "X-A": "1"}}, nil)
	route("/error", nil, app.NotFound("gone"))
	route("/failure", nil, errors.New("secret"))
	route("/panic", "panic", nil)
	route("/channel", make(chan int), nil)
	route("/protected", "fine", nil, app.Auth(check))
	if key {
		route("/keyed", "fine", nil, app.APIKeyRequired())
	}
	return a
}

// corsProgram runs an app's functions in this process, unless they fail.
type corsProgram struct {
	t     *testing.T
	app   *app.App
	fails func(ctx context.Context) ([]byte, error)
}

func (p corsProgram) Invoke(ctx context.Context, function string, event []byte) ([]byte, error) {
	if p.fails != nil {
		return p.fails(ctx)
	}
	h, err := dispatch.NewHandler(p.app, function)
	if err != nil {
		p.t.Fatal(err)
	}
	return h.Invoke(ctx, event)
}

// values returns all values of a header, however it is spelled.
func values(header http.Header, name string) (all []string) {
	for other, values := range header {
		if strings.EqualFold(other, name) {
			all = append(all, values...)
		}
	}
	return all
}

// TestCORSOfEveryAnswer: whatever becomes of a request, and whoever answers it, a
// page of an origin that is allowed can read the answer wherever the front can be
// told so, and one of another origin can read nothing that a route says.
func TestCORSOfEveryAnswer(t *testing.T) {
	quiet(t)
	for front, f := range corsFronts() {
		for name, w := range corsWays() {
			if w.by[f.api.Type] == ofNobody {
				continue
			}
			t.Run(front+"/"+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					for _, origin := range []string{shopOrigin, evilOrigin, noOrigin} {
						f.checkAnswer(t, w, origin)
					}
				})
			})
		}
	}
}

// quiet loses what the program logs.
func quiet(t *testing.T) {
	before := slog.Default()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	t.Cleanup(func() { slog.SetDefault(before) })
}

// ask sends a request of a page's.
func (f corsFront) ask(t *testing.T, w corsWay, origin string) gateway.Response {
	t.Helper()
	a := corsApp(f.allow, f.api.Type == gateway.REST)
	registry, err := a.Registry()
	if err != nil {
		t.Fatal(err)
	}
	api := f.api
	api.Model, api.Functions, api.Timeout = registry.Model(), corsProgram{t, a, w.fails}, 1e9
	r := httptest.NewRequest(w.method, w.path, strings.NewReader(w.body))
	for name, values := range w.header {
		r.Header[name] = values
	}
	if origin != "" {
		r.Header.Set("Origin", origin)
	}
	return gateway.New(api).Handle(r)
}

func (f corsFront) checkAnswer(t *testing.T, w corsWay, origin string) {
	t.Helper()
	got := f.ask(t, w, origin)
	if want := w.status[f.api.Type]; got.Status != want {
		t.Errorf("from %q: status %d, want %d: %s", origin, got.Status, want, got.Body)
	}
	by := w.by[f.api.Type]
	want := f.origin(by, origin)
	named := values(got.Header, "Access-Control-Allow-Origin")
	if len(named) > 1 || strings.Join(named, "") != want {
		t.Errorf("from %q: the answer names %q, want %q", origin, named, want)
	}
	if credentials := values(got.Header, "Access-Control-Allow-Credentials"); want != "" && !slices.Equal(credentials, []string{"true"}) || slices.Contains(named, "*") {
		t.Errorf("from %q: %q may have credentials: %q", origin, named, credentials)
	}
	vary := strings.Join(values(got.Header, "Vary"), ", ")
	depends := f.echoes && (by != ofFront || f.api.Type == gateway.REST)
	if strings.Contains(vary, "Origin") != depends || w.path == "/headers" && !strings.HasPrefix(vary, "Accept") {
		t.Errorf("from %q: Vary is %q; it depends on the origin: %t", origin, vary, depends)
	}
}

// TestCORSPreflights: a browser that asks first is told the methods of the path and
// the headers, also where the route is protected, or its middleware refuses; for an
// origin that isn't allowed it is told nothing, and neither is it of paths that
// don't exist.
func TestCORSPreflights(t *testing.T) {
	quiet(t)
	for front, f := range corsFronts() {
		for path, methods := range map[string]string{"/result": "GET,POST,OPTIONS", "/protected": "GET,OPTIONS", "/nowhere": ""} {
			t.Run(front+path, func(t *testing.T) {
				w := corsWay{method: "OPTIONS", path: path, header: http.Header{
					"Access-Control-Request-Method": {"GET"}, "Access-Control-Request-Headers": {"authorization"}, "X-Middleware": {"error"},
				}}
				if f.config {
					methods = "GET,POST,OPTIONS" // of the whole API, paths that don't exist included
				}
				for _, origin := range []string{shopOrigin, evilOrigin} {
					got := f.ask(t, w, origin)
					passes := got.Status >= 200 && got.Status < 300
					named := strings.Join(values(got.Header, "Access-Control-Allow-Origin"), "|")
					told := strings.Join(values(got.Header, "Access-Control-Allow-Methods"), "|")
					headers := strings.Join(values(got.Header, "Access-Control-Allow-Headers"), "|")
					if origin == evilOrigin || methods == "" {
						if passes && named == origin {
							t.Errorf("%s may: status %d, %v", origin, got.Status, got.Header)
						}
						continue
					}
					if !passes || named != shopOrigin || told != methods || !strings.Contains(headers, "Authorization") {
						t.Errorf("%s: status %d, %v", origin, got.Status, got.Header)
					}
				}
			})
		}
	}
}
