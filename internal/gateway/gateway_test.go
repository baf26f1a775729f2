package gateway_test

//lint:file-ignore SA1008 header names are compared as API Gateway spells them

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/gateway"
)

// functions are an app's functions by name. Package apptest has tests with real
// ones, which this package can't import.
type functions map[string]func(event []byte) ([]byte, error)

func (f functions) Invoke(_ context.Context, function string, event []byte) ([]byte, error) {
	return f[function](event)
}

// returns makes a function that always returns the same output.
func returns(output string) func([]byte) ([]byte, error) {
	return func([]byte) ([]byte, error) { return []byte(output), nil }
}

// echo answers with the event that it got.
func echo(event []byte) ([]byte, error) {
	return json.Marshal(map[string]any{"statusCode": 200, "body": string(event)})
}

func route(path string, methods ...string) app.RouteModel {
	if len(methods) == 0 {
		methods = []string{"GET"}
	}
	return app.RouteModel{Path: path, Methods: methods}
}

// echoing returns a gateway whose routes answer with their events.
func echoing(routes ...app.RouteModel) *gateway.Gateway {
	return gateway.New(gateway.API{
		Model:     &app.Model{Name: "echo", Routes: routes},
		Functions: functions{app.RESTHandler: echo},
	})
}

// do sends a request that came over no known connection.
func do(g *gateway.Gateway, method, target, body string, header http.Header) gateway.Response {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Host, r.RemoteAddr = "", ""
	if header != nil {
		r.Header = header
	}
	return g.Handle(r)
}

// event returns the event that an echoing gateway's function got.
func event(t *testing.T, r gateway.Response) map[string]any {
	t.Helper()
	var e map[string]any
	if err := json.Unmarshal(r.Body, &e); err != nil || r.Status != 200 {
		t.Fatalf("status %d, body %s: %v", r.Status, r.Body, err)
	}
	return e
}

func TestEvent(t *testing.T) {
	r := httptest.NewRequest("POST", "/shops/b%C3%BCcher%2F7/?q=a+b&q=%26&x", strings.NewReader(`{"a":"<&>✓"}`))
	r.Host, r.RemoteAddr = "shop.example.com:8000", "192.0.2.7:1234"
	r.Header = http.Header{
		"Content-Type":    {"application/json"},
		"User-Agent":      {"tester/1"},
		"X-Many":          {"one", "two"},
		"X-Forwarded-For": {"203.0.113.9"},
	}
	got := event(t, gateway.New(gateway.API{
		Model:     &app.Model{Name: "shop", Routes: []app.RouteModel{route("/shops/{name}", "POST")}},
		Functions: functions{app.RESTHandler: echo},
		Stage:     "beta",
	}).Handle(r))

	data := `{
		"resource": "/shops/{name}",
		"path": "/shops/b%C3%BCcher%2F7/",
		"httpMethod": "POST",
		"headers": {
			"Content-Type": "application/json", "Host": "shop.example.com:8000", "User-Agent": "tester/1", "X-Many": "two",
			"X-Forwarded-For": "203.0.113.9, 192.0.2.7", "X-Forwarded-Port": "8000", "X-Forwarded-Proto": "http"
		},
		"multiValueHeaders": {
			"Content-Type": ["application/json"], "Host": ["shop.example.com:8000"], "User-Agent": ["tester/1"], "X-Many": ["one", "two"],
			"X-Forwarded-For": ["203.0.113.9, 192.0.2.7"], "X-Forwarded-Port": ["8000"], "X-Forwarded-Proto": ["http"]
		},
		"queryStringParameters": {"q": "&", "x": ""},
		"multiValueQueryStringParameters": {"q": ["a b", "&"], "x": [""]},
		"pathParameters": {"name": "b%C3%BCcher%2F7"},
		"stageVariables": null,
		"requestContext": {
			"resourcePath": "/shops/{name}", "httpMethod": "POST", "path": "/shops/b%C3%BCcher%2F7/",
			"accountId": "123456789012", "protocol": "HTTP/1.1", "stage": "beta",
			"domainPrefix": "shop", "domainName": "shop.example.com:8000", "apiId": "ymy8tbxw7b",
			"identity": {
				"cognitoIdentityPoolId": null, "accountId": null, "cognitoIdentityId": null, "caller": null,
				"sourceIp": "192.0.2.7", "principalOrgId": null, "accessKey": null, "cognitoAuthenticationType": null,
				"cognitoAuthenticationProvider": null, "userArn": null, "userAgent": "tester/1", "user": null
			}
		},
		"body": "{\"a\":\"<&>✓\"}",
		"isBase64Encoded": false
	}`
	var want map[string]any
	if err := json.Unmarshal([]byte(data), &want); err != nil {
		t.Fatal(err)
	}
	changing := []string{"requestId", "extendedRequestId", "requestTime", "requestTimeEpoch", "resourceId"}
	context := got["requestContext"].(map[string]any)
	for _, name := range changing {
		if v := context[name]; v == nil || v == "" {
			t.Errorf("requestContext has no %s", name)
		}
	}
	ignore := cmpopts.IgnoreMapEntries(func(name string, _ any) bool { return slices.Contains(changing, name) })
	if diff := cmp.Diff(want, got, ignore); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
}

// TestEventBytes: events have no HTML escapes, and AWS's order of members.
func TestEventBytes(t *testing.T) {
	r := do(echoing(route("/", "POST")), "POST", "/", "a<b>&c", nil)
	if want := `"body":"a<b>&c","isBase64Encoded":false}`; !strings.HasSuffix(string(r.Body), want) {
		t.Errorf("event %s\ndoesn't end with %s", r.Body, want)
	}
	if want := `{"resource":"/","path":"/","httpMethod":"POST","headers":{`; !strings.HasPrefix(string(r.Body), want) {
		t.Errorf("event %s\ndoesn't start with %s", r.Body, want)
	}
}

func TestPartsOfTheEvent(t *testing.T) {
	binary := app.DefaultBinaryTypes()
	for name, tc := range map[string]struct {
		binary []string
		target string
		header http.Header
		body   string
		part   string // member of the event
		want   any
	}{
		"no query":                 {target: "/", part: "multiValueQueryStringParameters", want: nil},
		"an empty query":           {target: "/?", part: "queryStringParameters", want: nil},
		"a query of separators":    {target: "/?&&", part: "queryStringParameters", want: nil},
		"blank values":             {target: "/?a&b=&=c", part: "multiValueQueryStringParameters", want: map[string]any{"a": []any{""}, "b": []any{""}, "": []any{"c"}}},
		"no separator":             {target: "/?a=1;b=2", part: "queryStringParameters", want: map[string]any{"a": "1;b=2"}},
		"encodings that are none":  {target: "/?a=%zz%FF", part: "queryStringParameters", want: map[string]any{"a": "%zz\ufffd"}},
		"no parameters":            {target: "/", part: "pathParameters", want: nil},
		"no body":                  {target: "/", part: "body", want: nil},
		"text":                     {target: "/", body: "✓", part: "body", want: "✓"},
		"no text":                  {target: "/", body: "\xfe\xed", part: "body", want: "/u0="},
		"no text is base64":        {target: "/", body: "\xfe\xed", part: "isBase64Encoded", want: true},
		"a binary type":            {target: "/", binary: binary, header: http.Header{"Content-Type": {"image/png"}}, body: "abc", part: "body", want: "YWJj"},
		"its case doesn't matter":  {target: "/", binary: binary, header: http.Header{"content-type": {"IMAGE/png"}}, body: "abc", part: "body", want: "YWJj"},
		"parameters don't either":  {target: "/", binary: binary, header: http.Header{"Content-Type": {"image/png; q=1"}}, body: "abc", part: "body", want: "YWJj"},
		"all types":                {target: "/", binary: []string{"*/*"}, header: http.Header{"Content-Type": {"text/plain"}}, body: "abc", part: "body", want: "YWJj"},
		"all types, but none sent": {target: "/", binary: []string{"*/*"}, header: http.Header{}, body: "abc", part: "body", want: "abc"},
		"no types":                 {target: "/", binary: []string{}, header: http.Header{"Content-Type": {"image/png"}}, body: "abc", part: "body", want: "abc"},
		"a binary type, no body":   {target: "/", binary: binary, header: http.Header{"Content-Type": {"image/png"}}, part: "isBase64Encoded", want: false},
		"names spelled otherwise":  {target: "/", header: http.Header{"x-a": {"1"}, "X-A": {"2"}, "X-None": {}}, part: "multiValueHeaders", want: map[string]any{"X-A": []any{"2", "1"}}},
		"no headers":               {target: "/", header: http.Header{}, part: "headers", want: map[string]any{}},
	} {
		t.Run(name, func(t *testing.T) {
			g := gateway.New(gateway.API{
				Model: &app.Model{
					Name: "parts", API: &app.APIModel{BinaryTypes: tc.binary},
					Routes: []app.RouteModel{route("/", "POST")},
				},
				Functions: functions{app.RESTHandler: echo},
			})
			got := event(t, do(g, "POST", tc.target, tc.body, tc.header))[tc.part]
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.part, diff)
			}
		})
	}
}

func TestContext(t *testing.T) {
	private := route("/private")
	private.APIKeyRequired = true
	g := echoing(route("/"), private)
	key := http.Header{"X-Api-Key": {"k1"}}
	for name, tc := range map[string]struct {
		target string
		path   []string
		want   any
	}{
		"the stage":                      {"/", []string{"stage"}, "api"},
		"the address in process":         {"/", []string{"identity", "sourceIp"}, "127.0.0.1"},
		"the domain in process":          {"/", []string{"domainName"}, "ymy8tbxw7b.execute-api.mars-west-1.amazonaws.com"},
		"an API key that nobody needs":   {"/", []string{"identity", "apiKey"}, nil},
		"an API key":                     {"/private", []string{"identity", "apiKey"}, "k1"},
		"no authorizer, no answer of it": {"/", []string{"authorizer"}, nil},
		"the resource and not the path":  {"/private/", []string{"resourcePath"}, "/private"},
	} {
		t.Run(name, func(t *testing.T) {
			got := event(t, do(g, "GET", tc.target, "", key))["requestContext"]
			for _, name := range tc.path {
				got = got.(map[string]any)[name]
			}
			if got != tc.want {
				t.Errorf("%v: got %v, want %v", tc.path, got, tc.want)
			}
		})
	}
}

func TestRouting(t *testing.T) {
	g := echoing(route("/"), route("/foo"), route("/foo/{capture}"), route("/foo/bar"), route("/names/{n}"),
		route("/a/{x}/c"), route("/{p}/zz"), route("/{q}/yy"), route("/files/{rest+}"))
	for target, want := range map[string]struct {
		resource string
		params   any
	}{
		"/":                 {"/", nil},
		"/foo":              {"/foo", nil},
		"/foo/":             {"/foo", nil},
		"/foo/bar":          {"/foo/bar", nil},
		"/foo/other?a=/b":   {"/foo/{capture}", map[string]any{"capture": "other"}},
		"/foo/bar/x":        {},
		"/Foo":              {},
		"/names/a%20b+c":    {"/names/{n}", map[string]any{"n": "a%20b+c"}},
		"/names/a;b=1":      {"/names/{n}", map[string]any{"n": "a;b=1"}},
		"/names//":          {"/names/{n}", map[string]any{"n": ""}},
		"/names/":           {},
		"/a//c":             {"/a/{x}/c", map[string]any{"x": ""}},
		"/1/yy":             {"/{q}/yy", map[string]any{"q": "1"}},
		"/files/a/b%2Fc.md": {"/files/{rest+}", map[string]any{"rest": "a/b%2Fc.md"}},
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
			if e["resource"] != want.resource {
				t.Errorf("got resource %v, want %s", e["resource"], want.resource)
			}
			if diff := cmp.Diff(want.params, e["pathParameters"]); diff != "" {
				t.Errorf("parameters (-want +got):\n%s", diff)
			}
		})
	}
}

// TestOwnAnswers: the answers that the gateway gives without a function.
func TestOwnAnswers(t *testing.T) {
	cors := &app.CORSModel{Enabled: true}
	withCORS := route("/mixed", "POST", "PUT")
	withCORS.CORS = cors
	other := route("/mixed", "DELETE")
	other.CORS = cors
	options := route("/own", "OPTIONS")
	g := gateway.New(gateway.API{
		Model: &app.Model{Name: "own", Routes: []app.RouteModel{
			route("/mixed"), withCORS, other, route("/plain"), options,
		}},
		Functions: functions{app.RESTHandler: returns(`{"statusCode": 299}`)},
	})
	const allowed = "Authorization,Content-Type,X-Amz-Date,X-Amz-Security-Token,X-Api-Key"
	refused := func(kind string) http.Header {
		return http.Header{"Content-Type": {"application/json"}, "x-amzn-ErrorType": {kind}, "Access-Control-Allow-Origin": {"*"}}
	}
	for name, tc := range map[string]struct {
		method, target string
		header         http.Header
		status         int
		want           http.Header
		body           string
	}{
		"an unknown path": {
			"GET", "/nothing", nil, 403, refused("UnauthorizedException"), `{"message": "Missing Authentication Token"}`,
		},
		"a preflight of an unknown path": {
			"OPTIONS", "/nothing", nil, 403, refused("UnauthorizedException"), `{"message": "Missing Authentication Token"}`,
		},
		"an unknown path with a token": {
			"GET", "/nothing", http.Header{"authorization": {`to"ken`}}, 403, refused("UnauthorizedException"),
			`{"message": "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. ` +
				`Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ` +
				`Authorization=to\"ken"}`,
		},
		"an unknown path with an empty token": {
			"GET", "/nothing", http.Header{"Authorization": {""}}, 403, refused("UnauthorizedException"),
			`{"message": "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. ` +
				`Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ` +
				`Authorization="}`,
		},
		"a preflight": {
			"OPTIONS", "/mixed", nil, 200, http.Header{
				"Access-Control-Allow-Origin": {"*"}, "Access-Control-Allow-Headers": {allowed},
				"Access-Control-Allow-Methods": {"POST,PUT,DELETE,OPTIONS"},
			}, "",
		},
		"a preflight where there is no CORS": {
			"OPTIONS", "/plain", nil, 403, refused("UnauthorizedException"), `{"message": "Missing Authentication Token"}`,
		},
		"an OPTIONS route": {"OPTIONS", "/own", nil, 299, http.Header{}, ""},
		"a method that the path doesn't have": {
			"DELETE", "/plain", nil, 403, refused("UnauthorizedException"), `{"message": "Missing Authentication Token"}`,
		},
		"HEAD of a path that has GET": {
			"HEAD", "/plain", nil, 403, refused("UnauthorizedException"), "",
		},
		"a method that nothing has":            {"TRACE", "/plain", nil, 501, refused("NotImplementedException"), `{"message": "Unsupported method"}`},
		"a method that is spelled differently": {"get", "/plain", nil, 501, refused("NotImplementedException"), `{"message": "Unsupported method"}`},
	} {
		t.Run(name, func(t *testing.T) {
			got := do(g, tc.method, tc.target, "", tc.header)
			if got.Status != tc.status || string(got.Body) != tc.body {
				t.Errorf("got %d %s\nwant %d %s", got.Status, got.Body, tc.status, tc.body)
			}
			if (got.Header["x-amzn-RequestId"] == nil) != (tc.want["x-amzn-ErrorType"] == nil) {
				t.Errorf("the request's id: %v", got.Header)
			}
			ignore := cmpopts.IgnoreMapEntries(func(name string, _ []string) bool {
				return name == "x-amzn-RequestId" || name == "Content-Length"
			})
			if diff := cmp.Diff(tc.want, got.Header, ignore); diff != "" {
				t.Errorf("header (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDefaultCORS(t *testing.T) {
	exempt := route("/exempt")
	exempt.CORS = &app.CORSModel{}
	g := gateway.New(gateway.API{
		Model: &app.Model{
			Name:   "cors",
			API:    &app.APIModel{CORS: &app.CORSModel{Enabled: true, Config: &app.CORSConfig{AllowOrigin: "https://a.example", MaxAge: new(0)}}},
			Routes: []app.RouteModel{route("/"), exempt},
		},
	})
	for target, want := range map[string][]string{"/": {"GET,OPTIONS"}, "/exempt": nil} {
		got := do(g, "OPTIONS", target, "", nil).Header["Access-Control-Allow-Methods"]
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("methods of %s (-want +got):\n%s", target, diff)
		}
	}
	if got := do(g, "OPTIONS", "/", "", nil).Header["Access-Control-Max-Age"]; !cmp.Equal(got, []string{"0"}) {
		t.Errorf("got max age %v, want 0", got)
	}
}

func TestSizes(t *testing.T) {
	g := gateway.New(gateway.API{
		Model:     &app.Model{Name: "sizes", Routes: []app.RouteModel{route("/", "POST")}},
		Functions: functions{app.RESTHandler: returns(`{"statusCode": 200}`)},
	})
	const limit = 6 << 20
	for name, tc := range map[string]struct{ body, want int }{
		"what Lambda takes":                 {limit - 4096, 200},
		"more than Lambda takes":            {limit, 413},
		"more than API Gateway takes":       {10<<20 + 1, 413},
		"much more than API Gateway takes":  {12 << 20, 413},
		"nothing, which is little to carry": {0, 200},
	} {
		t.Run(name, func(t *testing.T) {
			got := do(g, "POST", "/", strings.Repeat("a", tc.body), nil)
			if got.Status != tc.want {
				t.Errorf("got status %d, want %d", got.Status, tc.want)
			}
			if want := `{"message": "Request Too Long"}`; tc.want == 413 && string(got.Body) != want {
				t.Errorf("got %s, want %s", got.Body, want)
			}
		})
	}
}

// brokenBody is the body of a client that disappeared.
type brokenBody struct{ bytes.Buffer }

func (*brokenBody) Read([]byte) (int, error) { return 0, errors.New("connection reset") }

func TestBrokenBody(t *testing.T) {
	r := httptest.NewRequest("POST", "/", &brokenBody{})
	got := echoing(route("/", "POST")).Handle(r)
	if got.Status != 400 || got.Err == nil || !strings.Contains(got.Err.Error(), "connection reset") {
		t.Errorf("got status %d, error %v", got.Status, got.Err)
	}
}
