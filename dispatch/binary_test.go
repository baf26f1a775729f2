package dispatch_test

import (
	"context"
	"encoding/base64"
	"math"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
)

const browserAccepts = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"

// typed returns a response with a content type.
func typed(contentType string, body any) *app.Response {
	return &app.Response{Body: body, Headers: map[string]string{"Content-Type": contentType}}
}

// TestEverythingIsBinary: with */* the Accept header doesn't matter, and every
// body is sent as base64, whatever sent the request.
func TestEverythingIsBinary(t *testing.T) {
	log := capture(t)
	for name, tc := range map[string]struct {
		result any
		status int
		body   string
	}{
		"text":               {"héllo", 200, "héllo"},
		"JSON":               {map[string]any{"a": 1}, 200, `{"a":1}`},
		"a struct":           {named{1, nil}, 200, `{"b":1,"a":null}`},
		"bytes":              {[]byte{0xff, 0}, 200, "\xff\x00"},
		"nothing":            {nil, 200, "null"},
		"a text response":    {typed("text/html", "<p>é</p>"), 200, "<p>é</p>"},
		"a JSON response":    {typed("application/json", []int{1}), 200, "[1]"},
		"other JSON":         {typed("application/problem+json", named{2, 3}), 200, `{"b":2,"a":3}`},
		"an empty response":  {typed("text/plain", ""), 200, ""},
		"an error":           {app.NotFound("gone"), 404, `{"Code":"NotFoundError","Message":"gone"}`},
		"what can't be JSON": {math.NaN(), 500, internalError},
	} {
		err, failed := tc.result.(error)
		handler := returns(tc.result, nil)
		if failed {
			handler = returns(nil, err)
		}
		a := app.New("everything", app.BinaryTypes("*/*"))
		a.Route("/", handler, app.Name("r"))
		for source, event := range sources {
			for _, accept := range []string{"", `"headers":{"Accept":"text/html"},`, `"headers":{"Accept":"` + browserAccepts + `"},`} {
				got := askFrom(t, a, event("GET", "/", accept))
				if !got.base64 || got.status != tc.status || unbase64(got.body) != tc.body {
					t.Errorf("%s, %s, %s: got %+v", name, source, accept, got)
				}
			}
		}
	}
	if strings.Contains(log.String(), `"WARN"`) {
		t.Errorf("warns of what is decoded: %s", log)
	}
}

// TestTextUnderBinaryTypes: text is sent as its bytes, whatever its Go type.
func TestTextUnderBinaryTypes(t *testing.T) {
	for name, tc := range map[string]struct {
		types       []string
		contentType string
		body        any
		want        string
		encoded     bool
	}{
		"text under a binary type":     {nil, "image/png", "héllo", "héllo", true},
		"text that is no UTF-8":        {nil, "image/png", "\xff", "\xff", true},
		"a value":                      {nil, "image/png", map[string]int{"a": 1}, `{"a":1}`, true},
		"JSON as text":                 {[]string{"application/json"}, "application/json", `{"a":1}`, `{"a":1}`, true},
		"JSON as a value":              {[]string{"application/json"}, "application/json; charset=utf-8", named{}, `{"b":0,"a":null}`, true},
		"a kind of types":              {[]string{"image/*"}, "image/svg+xml", "<svg/>", "<svg/>", true},
		"the type in capitals":         {nil, "IMAGE/PNG", "x", "x", true},
		"text of another type":         {nil, "text/plain", "x", "x", false},
		"text beside a kind of types":  {[]string{"image/*"}, "text/plain", "x", "x", false},
		"no binary types":              {[]string{}, "image/png", "x", "x", false},
		"bytes of text under no types": {[]string{}, "image/png", []byte("x"), "x", false},
	} {
		var options []app.Option
		if tc.types != nil {
			options = append(options, app.BinaryTypes(tc.types...))
		}
		a := app.New("texts", options...)
		a.Route("/", returns(typed(tc.contentType, tc.body), nil), app.Name("r"))
		for source, event := range sources {
			got := askFrom(t, a, event("GET", "/", `"headers":{"Accept":"`+tc.contentType+`"},`))
			body := got.body
			if got.base64 {
				body = unbase64(body)
			}
			if got.status != 200 || got.base64 != tc.encoded || body != tc.want {
				t.Errorf("%s, %s: got %+v", name, source, got)
			}
		}
	}
}

// TestOnlyRESTAPIsRefuse: no other source has binary types.
func TestOnlyRESTAPIsRefuse(t *testing.T) {
	quiet(t)
	a := app.New("images", app.BinaryTypes("image/png", "application/json"))
	a.Route("/image", returns(typed("image/png", []byte{0xff}), nil), app.Name("image"))
	a.Route("/json", returns(1, nil), app.Name("json"))
	for source, event := range sources {
		for _, path := range []string{"/image", "/json"} {
			for _, accept := range []string{"", `"headers":{"Accept":"text/html"},`} {
				want := 200
				if source == "REST API" {
					want = 400
				}
				if got := askFrom(t, a, event("GET", path, accept)); got.status != want {
					t.Errorf("%s, GET %s, %s: got %+v", source, path, accept, got)
				}
			}
		}
	}
}

// TestBase64Warning: the log says when a client gets base64 as text, and with
// which type. API Gateway looks at the first type that a client accepts.
func TestBase64Warning(t *testing.T) {
	pdf := returns(typed("application/pdf", []byte("%PDF\xff")), nil)
	for name, tc := range map[string]struct {
		types   []string
		accept  string
		handler app.RouteHandler
		warns   string // empty: no warning
	}{
		"a browser":                       {[]string{"application/pdf"}, browserAccepts, pdf, "application/pdf"},
		"a browser, not a binary type":    {nil, browserAccepts, pdf, "application/pdf"},
		"no header, not a binary type":    {nil, "", pdf, "application/pdf"},
		"the second type":                 {[]string{"application/pdf"}, "text/html, application/pdf", pdf, "application/pdf"},
		"everything":                      {[]string{"application/pdf"}, "*/*", pdf, "application/pdf"},
		"bytes without a type":            {nil, "*/*", returns([]byte{0xff}, nil), "application/json"},
		"the first type":                  {[]string{"application/pdf"}, "application/pdf, text/html", pdf, ""},
		"another binary type comes first": {[]string{"application/pdf", "text/html"}, browserAccepts, pdf, ""},
		"every type is binary":            {[]string{"*/*"}, browserAccepts, pdf, ""},
		"text":                            {nil, browserAccepts, returns("text", nil), ""},
		"no bytes":                        {[]string{"application/pdf"}, browserAccepts, returns(typed("application/pdf", []byte{}), nil), ""},
	} {
		t.Run(name, func(t *testing.T) {
			log := capture(t)
			var options []app.Option
			if tc.types != nil {
				options = append(options, app.BinaryTypes(tc.types...))
			}
			a := app.New("documents", options...)
			a.Route("/doc", tc.handler, app.Name("r"))
			members := ""
			if tc.accept != "" {
				members = `"headers":{"Accept":"` + tc.accept + `"},`
			}
			for source, event := range sources {
				log.Reset()
				if got := askFrom(t, a, event("GET", "/doc", members)); got.status != 200 {
					t.Errorf("%s: got %+v", source, got)
				}
				line := log.String()
				if source != "REST API" || tc.warns == "" {
					if line != "" {
						t.Errorf("%s: logs %s", source, line)
					}
					continue
				}
				for _, part := range []string{`"level":"WARN"`, `"contentType":"` + tc.warns + `"`, `"path":"/doc"`, `app.BinaryTypes(\"*/*\")`} {
					if !strings.Contains(line, part) {
						t.Errorf("no %s in %s", part, line)
					}
				}
			}
		})
	}
}

// TestLostCookies: a load balancer without lists of values passes on one cookie
// only.
func TestLostCookies(t *testing.T) {
	for name, tc := range map[string]struct {
		response *app.Response
		lost     string // empty: none
	}{
		"one":                   {&app.Response{Headers: map[string]string{"Set-Cookie": "secret=1"}}, ""},
		"a list of one":         {&app.Response{MultiValueHeaders: map[string][]string{"set-cookie": {"secret=1"}}}, ""},
		"a list":                {&app.Response{MultiValueHeaders: map[string][]string{"Set-Cookie": {"secret=1", "b=2", "c=3"}}}, `"lost":2`},
		"a header and a list":   {&app.Response{Headers: map[string]string{"Set-Cookie": "secret=1"}, MultiValueHeaders: map[string][]string{"Set-Cookie": {"b=2"}}}, `"lost":1`},
		"other repeated ones":   {&app.Response{MultiValueHeaders: map[string][]string{"X": {"1", "2"}}}, ""},
		"none":                  {&app.Response{}, ""},
		"names spelled unalike": {&app.Response{Headers: map[string]string{"Set-Cookie": "secret=1"}, MultiValueHeaders: map[string][]string{"set-cookie": {"b=2"}}}, `"lost":1`},
	} {
		t.Run(name, func(t *testing.T) {
			log := capture(t)
			a := app.New("cookies")
			a.Route("/", returns(tc.response, nil), app.Name("r"))
			for source, event := range sources {
				log.Reset()
				got := askFrom(t, a, event("GET", "/", ""))
				line := log.String()
				if source != "load balancer" || tc.lost == "" {
					if line != "" {
						t.Errorf("%s: logs %s", source, line)
					}
					continue
				}
				for _, part := range []string{`"level":"WARN"`, tc.lost, "lambda.multi_value_headers.enabled"} {
					if !strings.Contains(line, part) {
						t.Errorf("no %s in %s", part, line)
					}
				}
				if strings.Contains(line, "secret") {
					t.Errorf("the log has a cookie's value: %s", line)
				}
				if n := len(got.headers["Set-Cookie"]) + len(got.headers["set-cookie"]); n != 1 {
					t.Errorf("%d cookies are sent: %v", n, got.headers)
				}
			}
		})
	}
}

// TestBodiesComeDecoded: handlers get text for a body that API Gateway sent as
// base64, as it does with */* among the binary types.
func TestBodiesComeDecoded(t *testing.T) {
	a := app.New("everything", app.BinaryTypes("*/*"))
	a.Route("/", func(_ context.Context, r *app.Request) (any, error) { return r.JSONBody() }, app.Name("r"), app.Methods("POST"))
	body := base64.StdEncoding.EncodeToString([]byte(`{"a":1}`))
	got := askFrom(t, a, sources["REST API"]("POST", "/", `"headers":{"Content-Type":"APPLICATION/JSON"},"body":"`+body+`","isBase64Encoded":true,`))
	if got.status != 200 || unbase64(got.body) != `{"a":1}` {
		t.Errorf("got %+v", got)
	}
}
