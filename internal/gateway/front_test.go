package gateway_test

//lint:file-ignore SA1008 header names are compared as the fronts spell them

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/gateway"
)

// types are all that can be in front of an app.
var types = []gateway.Type{gateway.REST, gateway.HTTP, gateway.FunctionURL, gateway.LoadBalancer}

// behind returns a front whose function is f.
func behind(t gateway.Type, f func([]byte) ([]byte, error), routes ...app.RouteModel) *gateway.Gateway {
	return gateway.New(gateway.API{
		Type: t, Model: &app.Model{Name: "front", Routes: routes}, Functions: functions{app.RESTHandler: f},
	})
}

func routesOf(keys ...string) (routes []app.RouteModel) {
	for _, key := range keys {
		method, path, _ := strings.Cut(key, " ")
		routes = append(routes, route(path, method))
	}
	return routes
}

// TestSampleEvents: the events are those of AWS's pages, with the same members,
// and the same values but for what only AWS has.
func TestSampleEvents(t *testing.T) {
	files, err := filepath.Glob("testdata/events/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no samples", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var sample struct {
				Page, Front string
				Lists       bool
				Request     struct {
					Method, Target, Body string
					Header               http.Header
				}
				Routes []string
				Event  map[string]any
			}
			if err := json.Unmarshal(data, &sample); err != nil {
				t.Fatal(err)
			}
			front := slices.IndexFunc(types, func(of gateway.Type) bool { return of.String() == sample.Front })
			var got map[string]any
			g := gateway.New(gateway.API{
				Type: types[front], Model: &app.Model{Name: "sample", Routes: routesOf(sample.Routes...)}, MultiValueHeaders: sample.Lists,
				Functions: functions{app.RESTHandler: func(event []byte) ([]byte, error) {
					return []byte(`{"statusCode":200}`), json.Unmarshal(event, &got)
				}},
			})
			do(g, sample.Request.Method, sample.Request.Target, sample.Request.Body, sample.Request.Header)
			ours := cmpopts.IgnoreMapEntries(func(name string, value any) bool {
				return slices.Contains([]string{"apiId", "domainName", "domainPrefix", "requestId", "time", "timeEpoch", "targetGroupArn"}, name)
			})
			if diff := cmp.Diff(sample.Event, got, ours); diff != "" {
				t.Errorf("%s (-want +got):\n%s", sample.Page, diff)
			}
			if diff := cmp.Diff(members(sample.Event), members(got)); diff != "" {
				t.Errorf("members, %s (-want +got):\n%s", sample.Page, diff)
			}
		})
	}
}

// members lists the names of all members of a JSON object, with their kind.
func members(of map[string]any) (names []string) {
	for name, value := range of {
		switch v := value.(type) {
		case map[string]any:
			for _, inner := range members(v) {
				names = append(names, name+"."+inner)
			}
		case string:
			names = append(names, name+" text")
		case float64:
			names = append(names, name+" number")
		default:
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// TestHTTPRouting: an HTTP API decodes the path before it looks for a route, and
// looks for method and path together.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
func TestHTTPRouting(t *testing.T) {
	g := behind(gateway.HTTP, echo, routesOf(
		"GET /", "GET /pets/dog/1", "GET /pets/dog/{id}", "GET /pets/{proxy+}", "POST /{proxy+}", "GET /{x}/b", "GET /a/{rest+}",
		"PUT /pets/dog/{id}", "GET /names/{n}")...)
	for request, want := range map[string]struct {
		key    string
		params any
	}{
		"GET /":               {"GET /", nil},
		"GET /pets/dog/1":     {"GET /pets/dog/1", nil},
		"GET /pets/dog/2":     {"GET /pets/dog/{id}", map[string]any{"id": "2"}},
		"GET /pets/cat/1":     {"GET /pets/{proxy+}", map[string]any{"proxy": "cat/1"}},
		"PUT /pets/dog/1":     {"PUT /pets/dog/{id}", map[string]any{"id": "1"}},
		"POST /pets/dog/1":    {"POST /{proxy+}", map[string]any{"proxy": "pets/dog/1"}},
		"POST /test/5":        {"POST /{proxy+}", map[string]any{"proxy": "test/5"}},
		"POST /":              {"POST /{proxy+}", map[string]any{"proxy": ""}},
		"GET /a/b":            {"GET /{x}/b", map[string]any{"x": "a"}},
		"GET /a/c":            {"GET /a/{rest+}", map[string]any{"rest": "c"}},
		"GET /pets/":          {"GET /pets/{proxy+}", map[string]any{"proxy": ""}},
		"GET /pets":           {},
		"GET /names/":         {},
		"GET /names/x/":       {},
		"GET /names/a%20b+c":  {"GET /names/{n}", map[string]any{"n": "a b+c"}},
		"GET /names/%C3%BC":   {"GET /names/{n}", map[string]any{"n": "ü"}},
		"GET /names/a%3Fb":    {"GET /names/{n}", map[string]any{"n": "a"}},
		"GET /names/a%2Fb":    {},
		"GET /Names/x":        {},
		"DELETE /pets/dog/1":  {},
		"OPTIONS /pets/dog/1": {},
		"get /":               {},
		"TRACE /":             {},
	} {
		t.Run(request, func(t *testing.T) {
			method, target, _ := strings.Cut(request, " ")
			r := httptest.NewRequest("GET", target, nil)
			r.Method, r.Host, r.RemoteAddr = method, "", ""
			response := g.Handle(r)
			if want.key == "" {
				if response.Status != 404 || string(response.Body) != `{"message":"Not Found"}` {
					t.Errorf("got %d %s", response.Status, response.Body)
				}
				return
			}
			e := event(t, response)
			if e["routeKey"] != want.key {
				t.Errorf("got route %v, want %s", e["routeKey"], want.key)
			}
			if diff := cmp.Diff(want.params, e["pathParameters"]); diff != "" {
				t.Errorf("parameters (-want +got):\n%s", diff)
			}
		})
	}
}

// TestHTTPStage: the event's paths have the stage in front, unless it is
// $default.
func TestHTTPStage(t *testing.T) {
	for name, tc := range map[string]struct {
		stage      string
		staged     bool
		target     string
		want, path string
	}{
		"$default":              {"", true, "/users/7", "$default", "/users/7"},
		"$default isn't a path": {"", true, "/$default/users/7", "", ""},
		"another":               {"beta", false, "/users/7", "beta", "/beta/users/7"},
		"another, sent":         {"beta", true, "/beta/users/7", "beta", "/beta/users/7"},
		"another, not taken":    {"beta", false, "/beta/users/7", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			g := gateway.New(gateway.API{
				Type: gateway.HTTP, Stage: tc.stage, StagePath: tc.staged,
				Model: &app.Model{Name: "staged", Routes: routesOf("GET /users/{id}")}, Functions: functions{app.RESTHandler: echo},
			})
			response := do(g, "GET", tc.target, "", nil)
			if tc.want == "" {
				if response.Status != 404 {
					t.Errorf("got %d", response.Status)
				}
				return
			}
			e := event(t, response)
			context := e["requestContext"].(map[string]any)
			if e["rawPath"] != tc.path || context["stage"] != tc.want || context["http"].(map[string]any)["path"] != tc.path {
				t.Errorf("got path %v, context %v", e["rawPath"], context)
			}
		})
	}
}

// TestAnyPathReachesTheFunction: a function's URL and a load balancer know no
// routes.
func TestAnyPathReachesTheFunction(t *testing.T) {
	for _, front := range types[2:] {
		for _, request := range []string{"GET /nothing", "PUT /private", "OPTIONS /", "PROPFIND /x"} {
			method, target, _ := strings.Cut(request, " ")
			private := route("/private", "GET")
			private.Authorizer, private.APIKeyRequired = "auth", true
			if got := do(behind(front, echo, private), method, target, "", nil); got.Status != 200 {
				t.Errorf("%s, %s: got %d %s", front, request, got.Status, got.Body)
			}
		}
	}
	if got := do(behind(gateway.LoadBalancer, echo), "TRACE", "/", "", nil); got.Status != 405 || contentType(got) != "text/html" {
		t.Errorf("TRACE: got %d, header %v", got.Status, got.Header)
	}
}

func contentType(r gateway.Response) string { return strings.Join(r.Header["Content-Type"], "|") }

// TestOwnErrors: how each front answers by itself.
func TestOwnErrors(t *testing.T) {
	fails := func([]byte) ([]byte, error) { return nil, &gateway.FunctionError{Type: "E", Message: "no"} }
	large := strings.Repeat("a", 6<<20)
	text := http.Header{"Content-Type": {"text/plain"}}
	for name, tc := range map[string]struct {
		function func([]byte) ([]byte, error)
		body     string
		header   http.Header
		want     map[gateway.Type]string // status, content type and body
	}{
		"the function fails": {fails, "", nil, map[gateway.Type]string{
			gateway.REST:         `502 application/json {"message": "Internal server error"}`,
			gateway.HTTP:         `500 application/json {"message":"Internal Server Error"}`,
			gateway.FunctionURL:  `502 application/json Internal Server Error`,
			gateway.LoadBalancer: "502 text/html <html>",
		}},
		"a status that is none": {returns(`{"statusCode":0,"body":"x"}`), "", nil, map[gateway.Type]string{
			gateway.REST:         `502 application/json {"message": "Internal server error"}`,
			gateway.HTTP:         `500 application/json {"message":"Internal Server Error"}`,
			gateway.FunctionURL:  `502 application/json Internal Server Error`,
			gateway.LoadBalancer: "502 text/html <html>",
		}},
		"a body that is an object": {returns(`{"statusCode":200,"body":{}}`), "", nil, map[gateway.Type]string{
			gateway.HTTP:        `500 application/json {"message":"Internal Server Error"}`,
			gateway.FunctionURL: `502 application/json Internal Server Error`,
		}},
		"a body that is larger than Lambda takes": {echo, large, text, map[gateway.Type]string{
			gateway.REST:         `413 application/json {"message": "Request Too Long"}`,
			gateway.HTTP:         `413 application/json {"message":"Request Entity Too Large"}`,
			gateway.FunctionURL:  `413 application/json {"Message":"Request must be smaller than 6291456 bytes for the InvokeFunction operation"}`,
			gateway.LoadBalancer: "413 text/html <html>",
		}},
		"many headers": {echo, "", http.Header{"X": {strings.Repeat("a", 11<<10)}}, map[gateway.Type]string{
			gateway.REST:         `431 application/json {"message": "Request Header Fields Too Large"}`,
			gateway.HTTP:         `431 application/json {"message":"Request Header Fields Too Large"}`,
			gateway.FunctionURL:  `200 application/json {`,
			gateway.LoadBalancer: `200 application/octet-stream {`,
		}},
	} {
		for front, want := range tc.want {
			t.Run(name+", "+front.String(), func(t *testing.T) {
				got := do(behind(front, tc.function, route("/", "POST")), "POST", "/", tc.body, tc.header)
				shown := strings.Join([]string{http.StatusText(got.Status), contentType(got), string(got.Body)}, " ")
				status, rest, _ := strings.Cut(want, " ")
				if got.Status != atoi(t, status) || !strings.HasPrefix(contentType(got)+" "+string(got.Body), rest) {
					t.Errorf("got %d %s\nwant %s", got.Status, shown, want)
				}
				if got.Status >= 500 && got.Err == nil {
					t.Error("the reason is lost")
				}
			})
		}
	}
}

func atoi(t *testing.T, text string) (n int) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestIDsOfRequests: each front tells the client its id of the request, in
// answers of its own and of the function's.
func TestIDsOfRequests(t *testing.T) {
	for front, name := range map[gateway.Type]string{gateway.HTTP: "Apigw-Requestid", gateway.FunctionURL: "x-amzn-RequestId"} {
		for _, output := range []string{`{"statusCode":200}`, `{"statusCode":1}`, `"text"`} {
			got := do(behind(front, returns(output), route("/")), "GET", "/", "", nil)
			if len(got.Header[name]) != 1 {
				t.Errorf("%s, %s: %v", front, output, got.Header)
			}
		}
	}
}

// TestFormat2 is what an HTTP API and a function's URL make of outputs. Where
// the two differ, a function's URL is second. The cases without a status are
// those that AWS's .NET tools for Lambda have recorded of the real thing.
// https://github.com/aws/aws-lambda-dotnet/tree/master/Tools/LambdaTestTool-v2
func TestFormat2(t *testing.T) {
	const jsonType = "application/json"
	for name, tc := range map[string]struct {
		output string
		status int
		types  []string
		body   string
	}{
		"an object without a status": {`{"name": "John Doe", "age": 30}`, 200, []string{jsonType}, `{"name": "John Doe", "age": 30}`},
		"a body without a status":    {`{"body":"x","headers":{"a":"b"}}`, 200, []string{jsonType}, `{"body":"x","headers":{"a":"b"}}`},
		"a list":                     {`[1, 2, 3]`, 200, []string{jsonType}, `[1, 2, 3]`},
		"a text":                     {`"Hello, \"World\"!"`, 200, []string{jsonType}, `Hello, "World"!`},
		"an empty text":              {`""`, 200, []string{jsonType}, ``},
		"a number":                   {`42`, 200, []string{jsonType}, `42`},
		"true":                       {`true`, 200, []string{jsonType}, `true`},
		"null":                       {`null`, 200, []string{jsonType}, `null`},
		"no JSON":                    {`{"name": "John Doe", "age":`, 200, []string{jsonType}, `{"name": "John Doe", "age":`},
		"a status and a text":        {`{"statusCode":201,"body":"x"}`, 201, []string{"text/plain;charset=utf-8", jsonType}, `x`},
		"a type of its own":          {`{"statusCode":200,"body":"x","headers":{"content-type":"text/html"}}`, 200, []string{"text/html"}, `x`},
		"base64":                     {`{"statusCode":200,"body":"/u0=","isBase64Encoded":true,"headers":{"content-type":"image/png"}}`, 200, []string{"image/png"}, "\xfe\xed"},
		"no body":                    {`{"statusCode":204}`, 204, []string{""}, ``},
		"values that aren't texts":   {`{"statusCode":200,"headers":{"x":7,"y":true,"z":null}}`, 200, []string{""}, ``},
		"lists are another format's": {`{"statusCode":200,"multiValueHeaders":{"Content-Type":["text/html"]},"body":"x"}`, 200, []string{"text/plain;charset=utf-8", jsonType}, `x`},
		"a status that is a float":   {`{"statusCode":200.5}`, 500, []string{jsonType}, ``},
		"a status that is null":      {`{"statusCode":null}`, 500, []string{jsonType}, ``},
		"a status that is an object": {`{"statusCode":{}}`, 500, []string{jsonType}, ``},
		"a header that is a list":    {`{"statusCode":200,"headers":{"x":["a"]}}`, 500, []string{jsonType}, ``},
		"a header with a line break": {`{"statusCode":200,"headers":{"x":"a\nb"}}`, 500, []string{jsonType}, ``},
		"a body that is no base64":   {`{"statusCode":200,"body":"-","isBase64Encoded":true}`, 500, []string{jsonType}, ``},
		"more than Lambda takes":     {`"` + strings.Repeat("a", 6_291_556) + `"`, 500, []string{jsonType}, ``},
	} {
		for i, front := range []gateway.Type{gateway.HTTP, gateway.FunctionURL} {
			t.Run(name+", "+front.String(), func(t *testing.T) {
				got := do(behind(front, returns(tc.output), route("/")), "GET", "/", "", nil)
				status, body, mediaType := tc.status, tc.body, tc.types[min(i, len(tc.types)-1)]
				if status == 500 {
					status, body = []int{500, 502}[i], []string{`{"message":"Internal Server Error"}`, "Internal Server Error"}[i]
				}
				if got.Status != status || contentType(got) != mediaType || string(got.Body) != body {
					t.Errorf("got %d %s %q, error %v\nwant %d %s %q", got.Status, contentType(got), got.Body, got.Err, status, mediaType, body)
				}
			})
		}
	}
}

// TestHeadersOfFormat2: cookies have a member of their own, and headers about
// the connection don't arrive.
func TestHeadersOfFormat2(t *testing.T) {
	output := `{"statusCode":200,"cookies":["a=1; Path=/","b=2"],"headers":{"x-own":"1","connection":"close","transfer-encoding":"chunked","content-length":"99","date":"x"},"body":"x"}`
	for front, want := range map[gateway.Type]http.Header{
		gateway.HTTP:        {"Set-Cookie": {"a=1; Path=/", "b=2"}, "x-own": {"1"}, "date": {"x"}, "Content-Length": {"1"}},
		gateway.FunctionURL: {"Set-Cookie": {"a=1; Path=/", "b=2"}, "x-own": {"1"}, "x-amzn-Remapped-date": {"x"}, "Content-Length": {"1"}},
	} {
		got := do(behind(front, returns(output), route("/")), "GET", "/", "", nil)
		ignore := cmpopts.IgnoreMapEntries(func(name string, _ []string) bool {
			return name == "Content-Type" || strings.HasSuffix(strings.ToLower(name), "requestid")
		})
		if diff := cmp.Diff(want, got.Header, ignore); diff != "" {
			t.Errorf("%s (-want +got):\n%s", front, diff)
		}
	}
}

// TestTextsOfBodies: which bodies reach a function as text. An HTTP API's cases
// were recorded of the real thing: forms and bodies without a type are base64.
// https://github.com/ministackorg/ministack/pull/766
func TestTextsOfBodies(t *testing.T) {
	for name, tc := range map[string]struct {
		header http.Header
		body   string
		text   bool
	}{
		"text":                      {http.Header{"Content-Type": {"text/csv; charset=utf-8"}}, "a", true},
		"JSON":                      {http.Header{"Content-Type": {"application/json"}}, "a", true},
		"JavaScript":                {http.Header{"Content-Type": {"Application/JavaScript"}}, "a", true},
		"XML":                       {http.Header{"Content-Type": {"application/xml"}}, "a", true},
		"a form":                    {http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, "a=b", false},
		"bytes":                     {http.Header{"Content-Type": {"application/octet-stream"}}, "a", false},
		"no type":                   {http.Header{}, "a", false},
		"a text type without texts": {http.Header{"Content-Type": {"text/plain"}}, "\xff", false},
	} {
		for _, front := range types[1:] {
			got := map[string]any{}
			do(behind(front, func(e []byte) ([]byte, error) {
				return []byte(`{"statusCode":200}`), json.Unmarshal(e, &got)
			}, route("/", "POST")), "POST", "/", tc.body, tc.header)
			if got["isBase64Encoded"] != !tc.text || tc.text != (got["body"] == tc.body) {
				t.Errorf("%s, %s: body %v, base64 %v", name, front, got["body"], got["isBase64Encoded"])
			}
		}
	}
	packed := http.Header{"Content-Type": {"text/plain"}, "Content-Encoding": {"identity"}}
	var got map[string]any
	do(behind(gateway.LoadBalancer, func(e []byte) ([]byte, error) {
		return []byte(`{"statusCode":200}`), json.Unmarshal(e, &got)
	}), "POST", "/", "a", packed)
	if got["body"] != "YQ==" {
		t.Errorf("with a Content-Encoding a load balancer sent %v", got)
	}
}

// TestBalancerResponses: a load balancer reads single values or lists,
// whichever it sends, and takes a megabyte.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
func TestBalancerResponses(t *testing.T) {
	both := `{"statusCode":200,"statusDescription":"200 OK","headers":{"X-A":"one"},"multiValueHeaders":{"X-A":["1","2"],"Set-Cookie":["a=1","b=2"]},"body":"/u0=","isBase64Encoded":true}`
	for name, tc := range map[string]struct {
		output string
		lists  bool
		status int
		header http.Header
		body   string
	}{
		"single values": {both, false, 200, http.Header{"X-A": {"one"}}, "\xfe\xed"},
		"lists":         {both, true, 200, http.Header{"X-A": {"1", "2"}, "Set-Cookie": {"a=1", "b=2"}}, "\xfe\xed"},
		"no status":     {`{"body":"x"}`, false, 502, http.Header{}, ""},
		"a text":        {`"x"`, false, 502, http.Header{}, ""},
		"a megabyte":    {`{"statusCode":200,"body":"` + strings.Repeat("a", 1<<20) + `"}`, false, 502, http.Header{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			g := gateway.New(gateway.API{
				Type: gateway.LoadBalancer, Model: &app.Model{Name: "elb"}, MultiValueHeaders: tc.lists,
				Functions: functions{app.RESTHandler: returns(tc.output)},
			})
			got := do(g, "GET", "/", "", nil)
			if got.Status != tc.status || tc.body != "" && string(got.Body) != tc.body {
				t.Errorf("got %d %q, error %v", got.Status, got.Body, got.Err)
			}
			ignore := cmpopts.IgnoreMapEntries(func(name string, _ []string) bool {
				return name == "Content-Type" || name == "Content-Length" || name == "Server"
			})
			if diff := cmp.Diff(tc.header, got.Header, ignore); diff != "" {
				t.Errorf("header (-want +got):\n%s", diff)
			}
		})
	}
}

// TestPatience: how long each front waits. A function's URL and a load balancer
// wait as long as the function may take.
func TestPatience(t *testing.T) {
	for front, want := range map[gateway.Type]struct {
		waits  time.Duration
		status int
		body   string
	}{
		gateway.REST:         {29 * time.Second, 504, `{"message": "Endpoint request timed out"}`},
		gateway.HTTP:         {30 * time.Second, 503, `{"message":"Service Unavailable"}`},
		gateway.FunctionURL:  {15 * time.Minute, 502, `Internal Server Error`},
		gateway.LoadBalancer: {15 * time.Minute, 502, `<html>`},
	} {
		t.Run(front.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := gateway.New(gateway.API{Type: front, Model: &app.Model{Name: "slow", Routes: routesOf("GET /")}, Functions: lambda{}})
				begin := time.Now()
				got := do(g, "GET", "/", "", nil)
				if took := time.Since(begin); took != want.waits || got.Status != want.status || !strings.HasPrefix(string(got.Body), want.body) {
					t.Errorf("after %v: got %d %s", took, got.Status, got.Body)
				}
			})
		})
	}
}

// lambda never answers, and is ended after Lambda's longest timeout.
type lambda struct{}

func (lambda) Invoke(ctx context.Context, _ string, _ []byte) ([]byte, error) {
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(15 * time.Minute):
		return nil, errors.New("timed out")
	}
}

// TestSignedURL: a URL all of whose routes have IAM as authorizer is called by
// somebody. One that has others is called by nobody in particular.
func TestSignedURL(t *testing.T) {
	signed, open := route("/signed"), route("/open")
	signed.Authorizer = "iam"
	for name, tc := range map[string]struct {
		routes  []app.RouteModel
		account any
	}{
		"all":  {[]app.RouteModel{signed}, "123456789012"},
		"some": {[]app.RouteModel{signed, open}, "anonymous"},
		"none": {[]app.RouteModel{open}, "anonymous"},
	} {
		t.Run(name, func(t *testing.T) {
			g := gateway.New(gateway.API{
				Type: gateway.FunctionURL, Functions: functions{app.RESTHandler: echo},
				Model: &app.Model{Name: "signed", Routes: tc.routes, Authorizers: []app.AuthorizerModel{{Name: "iam", Type: app.IAMAuthorizerType}}},
			})
			context := event(t, do(g, "GET", "/signed", "", nil))["requestContext"].(map[string]any)
			if context["accountId"] != tc.account || (context["authorizer"] != nil) != (name == "all") {
				t.Errorf("got %v", context)
			}
			if domain := context["domainName"].(string); !strings.HasSuffix(domain, ".lambda-url.mars-west-1.on.aws") {
				t.Errorf("domain %s", domain)
			}
		})
	}
}

// TestTypeOf: the values of the configuration's api_type.
func TestTypeOf(t *testing.T) {
	for name, want := range map[string]gateway.Type{"rest": gateway.REST, "http": gateway.HTTP, "function_url": gateway.FunctionURL, "": gateway.REST, "other": gateway.REST} {
		if got := gateway.TypeOf(name); got != want {
			t.Errorf("%q: got %v", name, got)
		}
	}
}
