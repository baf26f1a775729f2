package httpadapter_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
	"github.com/chalice-go/chalice/httpadapter"
)

// FuzzMount sends events of each source to a mounted handler. The handler has
// to get the request that a server of net/http would make, with the body that
// was sent, and the answer has to be JSON.
func FuzzMount(f *testing.F) {
	for source := range fuzzedSources {
		f.Add(uint8(source), "/v1/a%2Fb", "a=b+c&a=%zz", "X-Value", "1,2", []byte("body"))
		f.Add(uint8(source), "/v1", "", "content-length", "9", []byte("\xff\x00"))
		f.Add(uint8(source), "/v1/../v2", "&&=;", "Host", "", []byte(nil))
		f.Add(uint8(source), "/v1/\u00e9 ?#", "x", "cookie", "a=1; b", []byte("{}"))
	}
	f.Fuzz(func(t *testing.T, source uint8, path, query, name, value string, body []byte) {
		if !strings.HasPrefix(path, "/v1/") {
			path = "/v1/" + path // no gateway sends another path for this resource
		}
		event, err := json.Marshal(fuzzedSources[int(source)%len(fuzzedSources)](path, query, name, value, base64.StdEncoding.EncodeToString(body)))
		if err != nil {
			t.Fatal(err)
		}
		a := app.New("fuzz")
		httpadapter.Mount(a, "/v1", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			data, err := io.ReadAll(r.Body)
			switch {
			case err != nil:
				t.Errorf("the body can't be read: %v", err)
			case int64(len(data)) != r.ContentLength || !bytes.Equal(data, body):
				t.Errorf("the body is %q with ContentLength %d, want %q", data, r.ContentLength, body)
			case r.Method == "" || r.URL == nil || r.Header == nil:
				t.Errorf("an incomplete request: %+v", r)
			case r.URL.Path != "/v1" && !strings.HasPrefix(r.URL.Path, "/v1/"):
				t.Errorf("the path %q isn't one of those mounted", r.URL.Path)
			case r.URL.Query() == nil || r.URL.EscapedPath() == "":
				t.Errorf("an URL that can't be read: %s", r.URL)
			}
			for name, values := range r.Header {
				if name != http.CanonicalHeaderKey(name) || len(values) == 0 {
					t.Errorf("the header %q with %d values", name, len(values))
				}
			}
			w.Write(data)
		}))
		handler, err := dispatch.NewHandler(a, app.RESTHandler)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := handler.Invoke(t.Context(), event)
		if err == nil && !json.Valid(answer) {
			t.Errorf("the answer isn't JSON: %q", answer)
		}
	})
}

type object = map[string]any

// fuzzedSources make events of a REST API, an HTTP API and a load balancer.
var fuzzedSources = []func(path, query, name, value, body string) object{
	func(path, query, name, value, body string) object {
		values, _ := url.ParseQuery(query)
		return object{
			"resource": "/v1/{proxy+}", "path": path, "httpMethod": "POST", "body": body, "isBase64Encoded": true,
			"headers": object{name: value}, "multiValueHeaders": object{name: []string{value, value}},
			"multiValueQueryStringParameters": values, "pathParameters": object{"proxy": strings.TrimPrefix(path, "/v1/")},
			"requestContext": object{
				"resourcePath": "/v1/{proxy+}", "httpMethod": "POST", "identity": object{"sourceIp": value},
			},
		}
	},
	func(path, query, name, value, body string) object {
		return object{
			"version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": query, "cookies": []string{value},
			"headers": object{name: value}, "body": body, "isBase64Encoded": true,
			"requestContext": object{
				"domainName": value, "http": object{"method": "POST", "path": path, "sourceIp": value, "protocol": "HTTP/1.1"},
			},
		}
	},
	func(path, query, name, value, body string) object {
		return object{
			"path": path, "httpMethod": "POST", "body": body, "isBase64Encoded": true,
			"headers": object{name: value}, "queryStringParameters": object{query: query},
			"requestContext": object{"elb": object{"targetGroupArn": "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/g/1"}},
		}
	},
}
