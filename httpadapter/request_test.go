package httpadapter_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
	"github.com/chalice-go/chalice/httpadapter"
)

// sourceLine returns a line of mount_test.go.
func sourceLine(t *testing.T, line int) string {
	t.Helper()
	data, err := os.ReadFile("mount_test.go")
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(strings.Split(string(data), "\n")[line-1])
}

// origin is what a handler sees of a request, but can't see of a request that
// comes through the local gateway.
type origin struct {
	Method, Path, RawPath, Query, Host, RemoteAddr, Proto, Body string
	Cookies, Values                                             []string
	Source                                                      string
}

// serve invokes an app whose handler, mounted at /v1, records its request.
func serve(t *testing.T, event string) (seen origin, answer map[string]any) {
	t.Helper()
	a := app.New("events")
	httpadapter.Mount(a, "/v1", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if r.Context().Value(ctxKey{}) != "kept" {
			t.Error("the context is not that of the invocation")
		}
		seen = origin{
			r.Method, r.URL.Path, r.URL.RawPath, r.URL.RawQuery, r.Host, r.RemoteAddr, r.Proto, string(body),
			r.Header.Values("Cookie"), r.Header.Values("X-Values"), "",
		}
		if of, ok := httpadapter.RequestOf(r); ok {
			seen.Source = of.StageVar("color") + of.ContextValue("requestId")
		}
		w.Header().Add("Set-Cookie", "a=1")
		w.Header().Add("Set-Cookie", "b=2")
		w.Header().Set("Content-Type", "image/png")
		w.Write([]byte("\xff\x00"))
	}))
	h, err := dispatch.NewHandler(a, app.RESTHandler)
	if err != nil {
		t.Fatal(err)
	}
	out, err := h.Invoke(context.WithValue(t.Context(), ctxKey{}, "kept"), []byte(event))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out, &answer); err != nil {
		t.Fatal(err)
	}
	return seen, answer
}

type ctxKey struct{}

// restAPI returns an event of a REST API for a path below /v1.
func restAPI(path, proxy string) string {
	return `{"path": "` + path + `", "httpMethod": "POST", "isBase64Encoded": true, "body": "aMOp",
		"multiValueHeaders": {"host": ["shop.example.com"], "X-Values": ["1", "2"], "accept": ["*/*"]},
		"headers": {"host": "shop.example.com", "X-Values": "2", "accept": "*/*"},
		"multiValueQueryStringParameters": {"b": ["2", " &"], "a": ["é"]},
		"pathParameters": {"proxy": "` + proxy + `"}, "stageVariables": {"color": "blue"},
		"requestContext": {"resourcePath": "/v1/{proxy+}", "httpMethod": "POST", "requestId": "r-1", "protocol": "HTTP/2.0",
			"identity": {"sourceIp": "2001:db8::1"}}}`
}

// httpAPI returns an event of an HTTP API, or of a function's URL.
func httpAPI(path, domain string) string {
	return `{"version": "2.0", "routeKey": "$default", "rawPath": "` + path + `", "rawQueryString": "b=%32&a&b=%20",
		"cookies": ["x=1", "y=2"], "headers": {"host": "` + domain + `", "x-values": "1,2"}, "body": "hé", "isBase64Encoded": false,
		"requestContext": {"http": {"method": "POST", "path": "` + path + `", "protocol": "HTTP/1.1", "sourceIp": "192.0.2.7"},
			"domainName": "` + domain + `", "stage": "$default", "requestId": "r-2"}}`
}

func TestEvents(t *testing.T) {
	rest := origin{
		Method: "POST", Path: "/v1/users/7", Query: "a=%C3%A9&b=2&b=+%26", Host: "shop.example.com",
		RemoteAddr: "[2001:db8::1]:0", Proto: "HTTP/2.0", Body: "hé", Values: []string{"1", "2"}, Source: "bluer-1",
	}
	other := origin{
		Method: "POST", Query: "b=%32&a&b=%20", RemoteAddr: "192.0.2.7:0", Proto: "HTTP/1.1", Body: "hé",
		Cookies: []string{"x=1; y=2"}, Values: []string{"1,2"}, Source: "r-2",
	}
	with := func(o origin, change func(*origin)) origin { change(&o); return o }
	for name, tc := range map[string]struct {
		event string
		want  origin
	}{
		"REST API":                        {restAPI("/v1/users/7", "users/7"), rest},
		"REST API, base path":             {restAPI("/shop/v1/users/7", "users/7"), rest},
		"REST API, base path like prefix": {restAPI("/v1/v1/users/7", "users/7"), rest},
		"REST API, slash": {restAPI("/shop/v1/users/7/", "users/7/"), with(rest, func(o *origin) {
			o.Path = "/v1/users/7/"
		})},
		"REST API, encoded": {restAPI("/shop/v1/a%2Fb%20", "a%2Fb%20"), with(rest, func(o *origin) {
			o.Path, o.RawPath = "/v1/a/b ", "/v1/a%2Fb%20"
		})},
		"REST API, not encoded": {restAPI("/v1/100% é", "100% é"), with(rest, func(o *origin) {
			o.Path = "/v1/100% é"
		})},
		"HTTP API, decoded": {httpAPI("/v1/a%41 b", "shop.example.com"), with(other, func(o *origin) {
			o.Path, o.Host = "/v1/a%41 b", "shop.example.com"
		})},
		"function URL, encoded": {httpAPI("/v1/a%41%20b/", "x.lambda-url.us-east-1.on.aws"), with(other, func(o *origin) {
			o.Path, o.RawPath, o.Host = "/v1/aA b/", "/v1/a%41%20b/", "x.lambda-url.us-east-1.on.aws"
		})},
		"load balancer": {`{"httpMethod": "GET", "path": "/v1/a%20b", "body": "", "isBase64Encoded": false,
			"multiValueHeaders": {"host": ["lb.example.com"], "x-forwarded-for": ["203.0.113.9, 192.0.2.7"], "x-values": ["1", "2"], "cookie": ["a=1"]},
			"multiValueQueryStringParameters": {"q": ["a%26b", "c"]}, "requestContext": {"elb": {"targetGroupArn": "arn"}}}`, origin{
			Method: "GET", Path: "/v1/a b", Query: "q=a%26b&q=c", Host: "lb.example.com", RemoteAddr: "192.0.2.7:0", Proto: "HTTP/1.1",
			Cookies: []string{"a=1"}, Values: []string{"1", "2"},
		}},
		"almost nothing": {`{"path": "", "requestContext": {"resourcePath": "/v1", "httpMethod": "GET", "domainName": "d.example.com"}}`, origin{
			Method: "GET", Path: "/", Host: "d.example.com", Proto: "HTTP/1.1",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			got, _ := serve(t, tc.event)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("the request (-want +got):\n%s", diff)
			}
		})
	}
}

// TestAnswers: each kind of event gets its kind of answer.
func TestAnswers(t *testing.T) {
	for name, tc := range map[string]struct {
		event string
		want  map[string]any
	}{
		"REST API": {restAPI("/v1/x", "x"), map[string]any{
			"statusCode": 200.0, "body": "/wA=", "isBase64Encoded": true,
			"headers":           map[string]any{"Content-Type": "image/png"},
			"multiValueHeaders": map[string]any{"Set-Cookie": []any{"a=1", "b=2"}},
		}},
		"HTTP API": {httpAPI("/v1/x", "d.example.com"), map[string]any{
			"statusCode": 200.0, "body": "/wA=", "isBase64Encoded": true,
			"headers": map[string]any{"Content-Type": "image/png"},
			"cookies": []any{"a=1", "b=2"},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			_, got := serve(t, tc.event)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("the answer (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRequestOfOthers(t *testing.T) {
	r, err := http.NewRequest("GET", "/", nil)
	if err != nil {
		t.Fatal(err)
	}
	if of, ok := httpadapter.RequestOf(r); ok || of != nil {
		t.Errorf("a request that was not made of an app's has %v", of)
	}
}

// TestBrokenBody: the handler isn't called with half a body.
func TestBrokenBody(t *testing.T) {
	quiet(t)
	seen, answer := serve(t, `{"path": "/v1", "isBase64Encoded": true, "body": "a", "requestContext": {"resourcePath": "/v1", "httpMethod": "POST"}}`)
	if seen.Method != "" || answer["statusCode"] != 500.0 {
		t.Errorf("want status 500 without a call, got %v and %+v", answer, seen)
	}
}
