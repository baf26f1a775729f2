package gateway_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/gateway"
)

// FuzzGateway: whatever a client sends and a function returns, functions get
// valid JSON, and the client gets a response that net/http can parse, whatever
// is in front.
func FuzzGateway(f *testing.F) {
	f.Add("GET", "/", "a=1", "Accept", "*/*", []byte(nil), `{"statusCode":200,"body":"ok"}`)
	f.Add("POST", "/users/7/", "", "Authorization", "a.e30.b", []byte("\xff"), `{"statusCode":204,"headers":{"a":"b"}}`)
	f.Add("OPTIONS", "/users/%zz", "&&=%", "X-Token", "", []byte("{}"), `{"statusCode":200,"multiValueHeaders":{"Set-Cookie":["a","b"]}}`)
	f.Add("HEAD", "/files/a//b", "a;b", "content-type", "image/png", []byte("x"), `{"statusCode":304,"body":"/u0=","isBase64Encoded":true}`)
	f.Add("PUT", "/private", "", "authorization", "t", []byte("x"), `{"policyDocument":{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}},"statusCode":200}`)
	f.Add("", "", "", "", "", []byte(nil), `{"statusCode":100,"headers":{"":"\r\n"}}`)
	f.Add("GET", "/a%2Fb%3", "a=%zz", "Cookie", "a=1; ;b", []byte("x"), `"text"`)
	f.Add("GET", "/files/%3F/", "", "User-Agent", "ELB-HealthChecker/2.0", []byte(nil), `{"statusCode":200,"cookies":["a","\n"],"headers":{"Connection":"close"}}`)
	f.Fuzz(func(t *testing.T, method, path, query, name, value string, body []byte, output string) {
		function := func(event []byte) ([]byte, error) {
			if !json.Valid(event) {
				t.Errorf("the event is no JSON: %q", event)
			}
			return []byte(output), nil
		}
		for _, front := range types {
			r := &http.Request{
				Method: method, URL: &url.URL{Path: path, RawPath: path, RawQuery: query},
				Header: http.Header{name: {value}}, Body: io.NopCloser(bytes.NewReader(body)),
			}
			checkHTTP(t, fuzzed(front, function), r)
		}
	})
}

// fuzzed returns a gateway with everything that a gateway can have.
func fuzzed(front gateway.Type, function func([]byte) ([]byte, error)) *gateway.Gateway {
	withAuth := func(path, authorizer string) app.RouteModel {
		r := route(path, "GET", "PUT")
		r.Authorizer, r.CORS = authorizer, &app.CORSModel{Enabled: true}
		return r
	}
	return gateway.New(gateway.API{
		Type: front,
		Model: &app.Model{
			Name: "fuzzed",
			Routes: []app.RouteModel{
				route("/", "GET", "POST"), route("/users/{id}", "POST", "HEAD"), route("/files/{rest+}", "GET", "HEAD"),
				withAuth("/private", "auth"), withAuth("/pool", "pool"),
			},
			Authorizers: []app.AuthorizerModel{
				{Name: "auth", Type: app.BuiltinAuthorizerType},
				{Name: "pool", Type: app.CognitoAuthorizerType},
			},
		},
		Functions: functions{app.RESTHandler: function, "auth": function},
	})
}

// checkHTTP sends a request and parses the response as a client does.
func checkHTTP(t *testing.T, g http.Handler, r *http.Request) {
	t.Helper()
	recorder := httptest.NewRecorder()
	g.ServeHTTP(recorder, r)
	response := recorder.Result()
	response.Request = r
	if response.StatusCode < 200 || response.StatusCode > 599 {
		t.Errorf("status %d", response.StatusCode)
	}
	var wire bytes.Buffer
	if err := response.Write(&wire); err != nil {
		t.Fatalf("write the response: %v", err)
	}
	read, err := http.ReadResponse(bufio.NewReader(&wire), r)
	if err != nil {
		t.Fatalf("read the response: %v\n%s", err, wire.Bytes())
	}
	body, err := io.ReadAll(read.Body)
	if err != nil {
		t.Fatalf("read the body: %v\n%s", err, wire.Bytes())
	}
	if want := recorder.Body.Bytes(); !bytes.Equal(body, want) {
		t.Errorf("read body %q, want %q", body, want)
	}
}
