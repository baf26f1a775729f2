package gateway_test

//lint:file-ignore SA1008 header names are compared as API Gateway spells them

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/gateway"
)

func TestAPIKeys(t *testing.T) {
	keyed := route("/keyed")
	keyed.APIKeyRequired = true
	both := route("/both")
	both.APIKeyRequired, both.Authorizer = true, "auth"
	const forbidden = `{"message":"Forbidden"}`
	for name, tc := range map[string]struct {
		keys   []string
		target string
		header http.Header
		status int
		body   string
	}{
		"no key":                             {nil, "/keyed", http.Header{}, 403, forbidden},
		"an empty key":                       {nil, "/keyed", http.Header{"X-Api-Key": {""}}, 403, forbidden},
		"any key where none is known":        {nil, "/keyed", http.Header{"X-Api-Key": {"k"}}, 200, ""},
		"a good key":                         {[]string{"k1", "k2"}, "/keyed", http.Header{"x-api-key": {"k2"}}, 200, ""},
		"a bad key":                          {[]string{"k1", "k2"}, "/keyed", http.Header{"X-Api-Key": {"k3"}}, 403, forbidden},
		"case matters":                       {[]string{"k1"}, "/keyed", http.Header{"X-Api-Key": {"K1"}}, 403, forbidden},
		"an open route":                      {[]string{"k1"}, "/", http.Header{}, 200, ""},
		"the authorizer comes first":         {[]string{"k1"}, "/both", http.Header{}, 401, `{"message":"Unauthorized"}`},
		"the authorizer isn't enough":        {[]string{"k1"}, "/both", http.Header{"Authorization": {"t"}}, 403, forbidden},
		"a key and the authorizer's consent": {[]string{"k1"}, "/both", http.Header{"Authorization": {"t"}, "X-Api-Key": {"k1"}}, 200, ""},
	} {
		t.Run(name, func(t *testing.T) {
			g := gateway.New(gateway.API{
				Model: &app.Model{
					Name: "keys", Routes: []app.RouteModel{route("/"), keyed, both},
					Authorizers: []app.AuthorizerModel{{Name: "auth", Type: app.BuiltinAuthorizerType}},
				},
				Functions: functions{app.RESTHandler: returns(`{"statusCode":200}`), "auth": returns(allowing("*"))},
				APIKeys:   tc.keys,
			})
			got := do(g, "GET", tc.target, "", tc.header)
			if got.Status != tc.status || string(got.Body) != tc.body {
				t.Errorf("got %d %s, want %d %s", got.Status, got.Body, tc.status, tc.body)
			}
			if kind := got.Header["x-amzn-ErrorType"]; tc.status == 403 && !cmp.Equal(kind, []string{"ForbiddenException"}) {
				t.Errorf("got error type %q", kind)
			}
		})
	}
}

// slow are functions that take some time, even when nobody waits for them.
type slow struct {
	functions
	takes map[string]time.Duration
}

func (s slow) Invoke(ctx context.Context, function string, event []byte) ([]byte, error) {
	select {
	case <-time.After(s.takes[function]):
		return s.functions.Invoke(ctx, function, event)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func TestTimeout(t *testing.T) {
	private := route("/private")
	private.Authorizer = "auth"
	const timedOut = `{"message": "Endpoint request timed out"}`
	for name, tc := range map[string]struct {
		timeout             time.Duration
		handler, authorizer time.Duration
		want                int
		err                 string
	}{
		"in time":                     {0, 28 * time.Second, 28 * time.Second, 200, ""},
		"too late":                    {0, 30 * time.Second, 0, 504, "api_handler took longer than the 29s that API Gateway waits"},
		"an authorizer that's late":   {0, 0, 30 * time.Second, 500, "authorizer auth took longer than the 29s that API Gateway waits\n\tthe authorizer is registered at main.go:7"},
		"another limit":               {time.Minute, 59 * time.Second, 0, 200, ""},
		"another limit, and too late": {time.Minute, 61 * time.Second, 0, 504, "api_handler took longer than the 1m0s that API Gateway waits"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := gateway.New(gateway.API{
					Model: &app.Model{
						Name: "slow", Routes: []app.RouteModel{private},
						Authorizers: []app.AuthorizerModel{{
							Name: "auth", Type: app.BuiltinAuthorizerType, Source: &app.Source{File: "main.go", Line: 7},
						}},
					},
					Functions: slow{
						functions{app.RESTHandler: returns(`{"statusCode":200}`), "auth": returns(allowing("*"))},
						map[string]time.Duration{app.RESTHandler: tc.handler, "auth": tc.authorizer},
					},
					Timeout: tc.timeout,
				})
				got := do(g, "GET", "/private", "", http.Header{"Authorization": {"t"}})
				text := ""
				if got.Err != nil {
					text = got.Err.Error()
				}
				if got.Status != tc.want || text != tc.err || tc.want == 504 && string(got.Body) != timedOut {
					t.Errorf("got %d %s, error %q, want %d, error %q", got.Status, got.Body, text, tc.want, tc.err)
				}
			})
		})
	}
}

// full are functions that have no idle process, and return that error.
type full struct{}

func (full) Invoke(ctx context.Context, _ string, _ []byte) ([]byte, error) {
	<-ctx.Done()
	return nil, fmt.Errorf("all 4 processes are busy: %w", context.Cause(ctx))
}

// TestBusyFunction: the log doesn't say of a function that never got the event
// that it is slow.
func TestBusyFunction(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gateway.New(gateway.API{Model: &app.Model{Name: "full", Routes: []app.RouteModel{route("/")}}, Functions: full{}})
		got := do(g, "GET", "/", "", nil)
		const want = "api_handler did not get the event within 29s: all 4 processes are busy"
		if got.Status != 504 || got.Err == nil || !strings.HasPrefix(got.Err.Error(), want) {
			t.Errorf("got %d, error %v, want 504, error %q", got.Status, got.Err, want)
		}
	})
}

// TestGoneClient: a client that leaves early isn't logged as a timeout of API
// Gateway.
func TestGoneClient(t *testing.T) {
	ctx, leave := context.WithCancel(t.Context())
	leave()
	g := gateway.New(gateway.API{
		Model:     &app.Model{Name: "slow", Routes: []app.RouteModel{route("/")}},
		Functions: slow{functions{}, map[string]time.Duration{app.RESTHandler: time.Hour}},
	})
	got := g.Handle(httptest.NewRequestWithContext(ctx, "GET", "/", nil))
	if got.Status != 502 || !errors.Is(got.Err, context.Canceled) {
		t.Errorf("got status %d, error %v", got.Status, got.Err)
	}
}

func TestStagePath(t *testing.T) {
	g := gateway.New(gateway.API{
		Model: &app.Model{Name: "staged", Routes: []app.RouteModel{
			route("/"), route("/users/{id}"), route("/api/own"), route("/files/{rest+}"), route("/dev"),
		}},
		Functions: functions{app.RESTHandler: echo},
		Stage:     "api",
		StagePath: true,
	})
	for target, want := range map[string]struct{ resource, path string }{
		"/":               {"/", "/"},
		"/api":            {"/", "/"},
		"/api/":           {"/", "/"},
		"/users/7":        {"/users/{id}", "/users/7"},
		"/api/users/7":    {"/users/{id}", "/users/7"},
		"/api/users/7/":   {"/users/{id}", "/users/7/"},
		"/api/users/a%2F": {"/users/{id}", "/users/a%2F"},
		"/api/own":        {"/api/own", "/api/own"},
		"/api/api/own":    {"/api/own", "/api/own"},
		"/api/files/a/b":  {"/files/{rest+}", "/files/a/b"},
		"/files/api/b":    {"/files/{rest+}", "/files/api/b"},
		"/apis":           {},
		"/api2/users/7":   {},
		"/dev/users/7":    {},
		"/api/api":        {},
		"/API/users/7":    {},
	} {
		t.Run(target, func(t *testing.T) {
			response := do(g, "GET", target, "", nil)
			if want.resource == "" {
				if response.Status != 403 {
					t.Errorf("got status %d, want 403", response.Status)
				}
				return
			}
			e := event(t, response)
			sent := e["requestContext"].(map[string]any)["path"]
			if e["resource"] != want.resource || e["path"] != want.path || sent != target {
				t.Errorf("got resource %v, path %v, path sent %v, want %s, %s, %s", e["resource"], e["path"], sent, want.resource, want.path, target)
			}
		})
	}
	if got := do(echoing(route("/users")), "GET", "/api/users", "", nil); got.Status != 403 {
		t.Errorf("a gateway that takes no stage: status %d, want 403", got.Status)
	}
}

// TestStagePathOfAuthorizers: the ARN in an authorizer's event is that of the
// method, with and without the stage in the path.
func TestStagePathOfAuthorizers(t *testing.T) {
	private := route("/private")
	private.Authorizer = "auth"
	g := gateway.New(gateway.API{
		Model: &app.Model{
			Name: "staged", Routes: []app.RouteModel{private},
			Authorizers: []app.AuthorizerModel{{Name: "auth", Type: app.BuiltinAuthorizerType, TTLSeconds: new(0)}},
		},
		Functions: functions{app.RESTHandler: returns(`{"statusCode":200}`), "auth": returns(allowing(arnPrefix + "/GET/private"))},
		StagePath: true,
	})
	for _, target := range []string{"/private", "/api/private"} {
		if got := do(g, "GET", target, "", http.Header{"Authorization": {"t"}}); got.Status != 200 {
			t.Errorf("%s: status %d", target, got.Status)
		}
	}
}

// TestAccept: a client gets bytes as bytes if the first type that it accepts is
// a binary one, else as base64.
func TestAccept(t *testing.T) {
	const (
		browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
		pdf     = `{"statusCode":200,"headers":{"Content-Type":"application/pdf"},"body":"/u0=","isBase64Encoded":true}`
		text    = `{"statusCode":200,"headers":{"Content-Type":"application/pdf"},"body":"/u0="}`
		bytes   = "\xfe\xed"
		base64  = "/u0="
	)
	own := []string{"application/pdf", "Image/PNG"}
	for name, tc := range map[string]struct {
		types  []string
		accept []string
		output string
		want   string
		warned string
	}{
		"the type itself":                      {own, []string{"application/pdf"}, pdf, bytes, ""},
		"another binary type":                  {own, []string{"image/png"}, pdf, bytes, ""},
		"in any case":                          {own, []string{"Application/PDF"}, pdf, bytes, ""},
		"with a weight":                        {own, []string{"application/pdf;q=0.1"}, pdf, bytes, ""},
		"first of several":                     {own, []string{"application/pdf, text/html"}, pdf, bytes, ""},
		"not first":                            {own, []string{"text/html, application/pdf"}, pdf, base64, "starts with text/html"},
		"a browser":                            {own, []string{browser}, pdf, base64, "starts with text/html"},
		"anything":                             {own, []string{"*/*"}, pdf, base64, "starts with */*"},
		"a family":                             {own, []string{"application/*"}, pdf, base64, "starts with application/*"},
		"nothing":                              {own, nil, pdf, base64, "sends no Accept"},
		"an empty Accept":                      {own, []string{""}, pdf, base64, "sends no Accept"},
		"all types are binary":                 {[]string{"*/*"}, []string{browser}, pdf, bytes, ""},
		"all types are binary, and no Accept":  {[]string{"image/png", "*/*"}, nil, pdf, bytes, ""},
		"no types are":                         {[]string{}, []string{"application/pdf"}, pdf, base64, "starts with application/pdf"},
		"the defaults have none for documents": {nil, []string{"application/pdf"}, pdf, base64, "starts with application/pdf"},
		"the defaults have images":             {nil, []string{"image/png"}, pdf, bytes, ""},
		"no base64":                            {own, []string{"application/pdf"}, text, base64, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var lines []string
			g := gateway.New(gateway.API{
				Model:     &app.Model{Name: "types", API: &app.APIModel{BinaryTypes: tc.types}, Routes: []app.RouteModel{route("/report")}},
				Functions: functions{app.RESTHandler: returns(tc.output)},
				Log:       func(line string) { lines = append(lines, line) },
			})
			header := http.Header{}
			if tc.accept != nil {
				header["Accept"] = tc.accept
			}
			for range 2 {
				if got := do(g, "GET", "/report", "", header); string(got.Body) != tc.want || got.Status != 200 {
					t.Errorf("got %d %q, want %q", got.Status, got.Body, tc.want)
				}
			}
			if tc.warned == "" && len(lines) > 0 || tc.warned != "" && len(lines) != 1 {
				t.Fatalf("logged %q", lines)
			}
			if warning := strings.Join(lines, "\n"); tc.warned != "" {
				for _, part := range []string{"GET /report", "application/pdf", tc.warned, `app.BinaryTypes("*/*")`} {
					if !strings.Contains(warning, part) {
						t.Errorf("logged %q, want %s in it", warning, part)
					}
				}
			}
		})
	}
}

func TestHeaderLimit(t *testing.T) {
	g := echoing(route("/"))
	for name, tc := range map[string]struct {
		header http.Header
		want   int
	}{
		"as much as API Gateway takes": {http.Header{"X-A": {strings.Repeat("a", 10_240-3)}}, 200},
		"more":                         {http.Header{"X-A": {strings.Repeat("a", 10_240-2)}}, 431},
		"more, in many headers":        {http.Header{"X-A": {strings.Repeat("a", 6000)}, "X-B": {strings.Repeat("a", 6000)}}, 431},
		"more, in one of many values":  {http.Header{"X-A": {strings.Repeat("a", 6000), strings.Repeat("a", 6000)}}, 431},
	} {
		t.Run(name, func(t *testing.T) {
			got := do(g, "GET", "/", "", tc.header)
			if got.Status != tc.want {
				t.Errorf("got status %d, want %d", got.Status, tc.want)
			}
		})
	}
}

// TestDroppedHeaders: headers between the client and API Gateway don't reach
// the function.
func TestDroppedHeaders(t *testing.T) {
	header := http.Header{"X-Kept": {"1"}, "User-Agent": {"a"}, "Via": {"b"}, "Date": {"c"}}
	want := map[string]any{"X-Kept": "1", "User-Agent": "a", "Via": "b", "Date": "c"}
	for _, name := range []string{
		"Connection", "Content-MD5", "Expect", "Max-Forwards", "Proxy-Authenticate", "Server", "TE", "Trailer",
		"Transfer-Encoding", "Upgrade", "WWW-Authenticate",
	} {
		header[name] = []string{"x"}
	}
	got := event(t, do(echoing(route("/")), "GET", "/", "", header))
	if diff := cmp.Diff(want, got["headers"]); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
	if n := len(got["multiValueHeaders"].(map[string]any)); n != len(want) {
		t.Errorf("multiValueHeaders has %d, want %d", n, len(want))
	}
}
