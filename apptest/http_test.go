package apptest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/apptest"
)

// seen is a response in the form that the tests compare.
type seen struct {
	Status int
	Type   string
	Body   string
}

func see(r *apptest.Response) seen {
	return seen{r.Status, r.Header.Get("Content-Type"), r.Text()}
}

const jsonType = "application/json"

// sender sends a request to the shop.
type sender func(t *testing.T, method, path string, opts ...apptest.RequestOption) seen

func inProcess(t *testing.T) sender {
	client := apptest.NewClient(t, newShop()).HTTP
	return func(_ *testing.T, method, path string, opts ...apptest.RequestOption) seen {
		r := apptest.Request{Method: method, Path: path}
		for _, set := range opts {
			set(&r)
		}
		return see(client.Do(r))
	}
}

func TestHTTP(t *testing.T) {
	quiet(t)
	testHTTP(t, inProcess(t))
}

func testHTTP(t *testing.T, send sender) {
	type options = []apptest.RequestOption
	echoed := func(method, name, q, x, contentType, body string) seen {
		return seen{200, jsonType, fmt.Sprintf(`{"body":%q,"method":%q,"name":%q,"q":%s,"stage":"api","type":%q,"x":%q}`, body, method, name, q, contentType, x)}
	}
	for name, tc := range map[string]struct {
		method, path string
		opts         options
		want         seen
	}{
		"the index": {"GET", "/", nil, seen{200, jsonType, `{"hello":"world"}`}},
		"GET":       {"GET", "/echo/a", nil, echoed("GET", "a", "null", "", "", "")},
		"a query in the path": {
			"GET", "/echo/a?q=1&q=2", nil, echoed("GET", "a", `["1","2"]`, "", "", ""),
		},
		"a query of options": {
			"GET", "/echo/a", options{apptest.Query("q", "a&b"), apptest.Query("q", "=")}, echoed("GET", "a", `["a&b","="]`, "", "", ""),
		},
		"an encoded path":         {"GET", "/echo/a%2Fb", nil, echoed("GET", "a/b", "null", "", "", "")},
		"a path with a space":     {"GET", "/echo/a b", nil, echoed("GET", "a b", "null", "", "", "")},
		"a lonely percent sign":   {"GET", "/echo/100%", nil, echoed("GET", "100%", "null", "", "", "")},
		"a header":                {"GET", "/echo/a", options{apptest.Header("x-header", "1")}, echoed("GET", "a", "null", "1", "", "")},
		"the last of two headers": {"GET", "/echo/a", options{apptest.Header("X-Header", "1"), apptest.Header("X-Header", "2")}, echoed("GET", "a", "null", "2", "", "")},
		"POST": {
			"POST", "/echo/a", options{apptest.Body("text"), apptest.Header("Content-Type", "text/plain")},
			echoed("POST", "a", "null", "", "text/plain", "text"),
		},
		"PUT":    {"PUT", "/echo/a", options{apptest.Body([]byte("bytes"))}, echoed("PUT", "a", "null", "", "", "bytes")},
		"PATCH":  {"PATCH", "/echo/a", options{apptest.JSON([]int{1, 2})}, echoed("PATCH", "a", "null", "", jsonType, "[1,2]")},
		"DELETE": {"DELETE", "/echo/a", nil, echoed("DELETE", "a", "null", "", "", "")},
		"HEAD":   {"HEAD", "/echo/a", nil, seen{200, jsonType, ""}},
		"OPTIONS of a route of its own": {
			"OPTIONS", "/echo/a", nil, echoed("OPTIONS", "a", "null", "", "", ""),
		},
		"JSON of another type": {
			"POST", "/echo/a", options{apptest.Header("Content-Type", "application/vnd.api+json"), apptest.JSON(1)},
			echoed("POST", "a", "null", "", "application/vnd.api+json", "1"),
		},
		"null":              {"POST", "/json", options{apptest.JSON(nil)}, seen{200, jsonType, "null"}},
		"JSON":              {"POST", "/json", options{apptest.JSON(map[string]string{"a": "<b>"})}, seen{200, jsonType, `{"a":"<b>"}`}},
		"no JSON":           {"POST", "/json", options{apptest.Header("Content-Type", jsonType), apptest.Body("{")}, seen{400, jsonType, `{"Code":"BadRequestError","Message":"Error Parsing JSON"}`}},
		"an image":          {"GET", "/image", options{apptest.Header("Accept", "image/png")}, seen{200, "image/png", "\xfe\xed"}},
		"an unwanted image": {"GET", "/image", nil, seen{400, jsonType, `{"Code":"BadRequest","Message":"Request did not specify an Accept header with image/png, The response has a Content-Type of image/png. If a response has a binary Content-Type then the request must specify an Accept header that matches."}`}},
		"an error":          {"GET", "/teapot", nil, seen{418, jsonType, `{"Code":"Teapot","Message":"short and stout"}`}},
		"a panic":           {"GET", "/crash", nil, seen{500, jsonType, `{"Code":"InternalServerError","Message":"An internal server error occurred."}`}},
		"the wrong method":  {"DELETE", "/", nil, seen{403, jsonType, `{"message": "Missing Authentication Token"}`}},
		"the wrong type":    {"POST", "/json", options{apptest.Header("Content-Type", "text/plain")}, seen{415, jsonType, `{"Code":"UnsupportedMediaType","Message":"Unsupported media type: text/plain"}`}},
		"no such path":      {"GET", "/nowhere", nil, seen{403, jsonType, `{"message": "Missing Authentication Token"}`}},
		"no response":       {"GET", "/?shortcut=1", nil, seen{500, jsonType, `{"Code":"InternalServerError","Message":"An internal server error occurred."}`}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, send(t, tc.method, tc.path, tc.opts...)); diff != "" {
				t.Errorf("response (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAuthorizers(t *testing.T) {
	quiet(t)
	testAuthorizers(t, inProcess(t))
}

func testAuthorizers(t *testing.T, send sender) {
	unauthorized := seen{401, jsonType, `{"message":"Unauthorized"}`}
	refused := seen{403, jsonType, `{"Message": "User is not authorized to access this resource"}`}
	for name, tc := range map[string]struct {
		path, header, token string
		want                seen
	}{
		"no token":                   {"/private", "", "", unauthorized},
		"a token elsewhere":          {"/private", "Authorization", "admin", unauthorized},
		"the route's context":        {"/private", "X-Token", "admin", seen{200, jsonType, `{"level":"5","principalId":"root"}`}},
		"one of the routes":          {"/private", "X-Token", "user", seen{200, jsonType, `{"principalId":"ada"}`}},
		"not the other":              {"/private/admin", "X-Token", "user", refused},
		"a stranger":                 {"/private", "X-Token", "stranger", refused},
		"a policy":                   {"/private", "X-Token", "policy", seen{200, jsonType, `{"principalId":"p"}`}},
		"a policy's denial":          {"/private/admin", "X-Token", "policy", seen{403, jsonType, `{"Message": "User is not authorized to access this resource with an explicit deny"}`}},
		"an error that is an answer": {"/private", "X-Token", "unauthorized", unauthorized},
		"no answer":                  {"/private", "X-Token", "none", seen{500, jsonType, `{"message":null}`}},
		"a broken authorizer":        {"/closed", "Authorization", "t", seen{500, jsonType, `{"message":null}`}},
	} {
		t.Run(name, func(t *testing.T) {
			var opts []apptest.RequestOption
			if tc.header != "" {
				opts = append(opts, apptest.Header(tc.header, tc.token))
			}
			if diff := cmp.Diff(tc.want, send(t, "GET", tc.path, opts...)); diff != "" {
				t.Errorf("response (-want +got):\n%s", diff)
			}
		})
	}
}

// TestHeaders: names have net/http's spelling, and a header with several values
// keeps them all.
func TestHeaders(t *testing.T) {
	client := apptest.NewClient(t, newShop()).HTTP
	got := client.Get("/cookies")
	want := http.Header{
		"Set-Cookie":                   {"a=1", "b=2"},
		"Content-Type":                 {jsonType},
		"Content-Length":               {"0"},
		"Access-Control-Allow-Origin":  {"*"},
		"Access-Control-Allow-Headers": {"Authorization,Content-Type,X-Amz-Date,X-Amz-Security-Token,X-Api-Key"},
	}
	if diff := cmp.Diff(want, got.Header); diff != "" || got.Status != 202 {
		t.Errorf("status %d, header (-want +got):\n%s", got.Status, diff)
	}
	if got := client.Get("/nowhere").Header.Get("X-Amzn-Errortype"); got != "UnauthorizedException" {
		t.Errorf("got error type %q", got)
	}
	preflight := client.Options("/cookies")
	if got := preflight.Header.Get("Access-Control-Allow-Methods"); got != "GET,OPTIONS" || preflight.Status != 200 {
		t.Errorf("got status %d, methods %q", preflight.Status, got)
	}
}

func TestCookies(t *testing.T) {
	a := app.New("cookies")
	a.Route("/in", func(context.Context, *app.Request) (any, error) {
		return &app.Response{MultiValueHeaders: map[string][]string{"set-cookie": {"session=s1; Path=/; HttpOnly", "theme=dark"}}}, nil
	}, app.Name("in"))
	a.Route("/me", func(_ context.Context, r *app.Request) (any, error) { return r.Header("Cookie"), nil }, app.Name("me"))
	client := apptest.NewClient(t, a).HTTP
	in := client.Get("/in")
	if c := in.Cookie("session"); len(in.Cookies()) != 2 || c == nil || c.Value != "s1" || !c.HttpOnly {
		t.Errorf("got cookies %v", in.Cookies())
	}
	if c := in.Cookie("none"); c != nil {
		t.Errorf("got %v, which nobody has set", c)
	}
	for name, opts := range map[string][]apptest.RequestOption{
		"those of a response": {apptest.Cookies(in.Cookies()...)},
		"one by one":          {apptest.Cookie("session", "s1"), apptest.Cookie("theme", "dark")},
		"and a header":        {apptest.Header("cookie", "session=s1"), apptest.Cookie("theme", "dark")},
	} {
		if got := client.Get("/me", opts...).Text(); got != "session=s1; theme=dark" {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

func TestReader(t *testing.T) {
	quiet(t)
	client := apptest.NewClient(t, newShop()).HTTP
	body := func(r *apptest.Response) string {
		var got struct{ Body string }
		r.JSON(&got)
		return got.Body
	}
	long := strings.Repeat("long ", 1000)
	if got := body(client.Post("/echo/a", apptest.BodyFrom(strings.NewReader(long)))); got != long {
		t.Errorf("got %d bytes, want %d", len(got), len(long))
	}
	if got := body(client.Do(apptest.Request{Method: "PUT", Path: "/echo/a", Body: []byte("no"), Reader: strings.NewReader("yes")})); got != "yes" {
		t.Errorf("got %q", got)
	}
	broken := client.Post("/echo/a", apptest.BodyFrom(iotest.ErrReader(errBroken)))
	if broken.Status != 400 || !errors.Is(broken.Err, errBroken) {
		t.Errorf("a reader that fails: got status %d, error %v", broken.Status, broken.Err)
	}
}

// TestAPIKeys: a route that requires a key refuses requests without one.
func TestAPIKeys(t *testing.T) {
	a := app.New("keys")
	a.Route("/", index, app.APIKeyRequired())
	key := func(k string) []apptest.RequestOption { return []apptest.RequestOption{apptest.Header("X-Api-Key", k)} }
	for name, tc := range map[string]struct {
		known []apptest.Option
		sent  []apptest.RequestOption
		want  int
	}{
		"no key":       {nil, nil, 403},
		"any key":      {nil, key("any"), 200},
		"a known key":  {[]apptest.Option{apptest.APIKeys("k1", "k2")}, key("k2"), 200},
		"another key":  {[]apptest.Option{apptest.APIKeys("k1", "k2")}, key("any"), 403},
		"an empty key": {nil, key(""), 403},
	} {
		got := apptest.NewClient(t, a, tc.known...).HTTP.Get("/", tc.sent...)
		if got.Status != tc.want || tc.want == 403 && got.Text() != `{"message":"Forbidden"}` {
			t.Errorf("%s: got %d %s, want %d", name, got.Status, got.Text(), tc.want)
		}
	}
}

// TestBinaryBody: a browser gets a document only if the API says that all types
// are binary.
func TestBinaryBody(t *testing.T) {
	quiet(t)
	const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
	document := func(context.Context, *app.Request) (any, error) {
		return &app.Response{Body: []byte("\xfe\xed"), Headers: map[string]string{"Content-Type": "application/pdf"}}, nil
	}
	for name, tc := range map[string]struct {
		types  []app.Option
		accept string
		want   string
		warned bool
	}{
		"a browser, and the defaults":  {nil, browser, "/u0=", true},
		"a browser, and all types":     {[]app.Option{app.BinaryTypes("*/*")}, browser, "\xfe\xed", false},
		"no Accept, and all types":     {[]app.Option{app.BinaryTypes("*/*")}, "", "\xfe\xed", false},
		"the type itself":              {[]app.Option{app.BinaryTypes("application/pdf")}, "application/pdf", "\xfe\xed", false},
		"another binary type in front": {[]app.Option{app.BinaryTypes("application/pdf", "image/png")}, "image/png, application/pdf", "\xfe\xed", false},
	} {
		t.Run(name, func(t *testing.T) {
			a := app.New("documents", tc.types...)
			a.Route("/", document, app.Name("document"))
			l := &logged{TB: t}
			var opts []apptest.RequestOption
			if tc.accept != "" {
				opts = append(opts, apptest.Header("Accept", tc.accept))
			}
			got := apptest.NewClient(l, a).HTTP.Get("/", opts...)
			if got.Status != 200 || got.Text() != tc.want {
				t.Errorf("got %d %q, want %q", got.Status, got.Text(), tc.want)
			}
			if lines := strings.Join(l.take(), "\n"); tc.warned != strings.Contains(lines, "application/pdf") {
				t.Errorf("logged %q", lines)
			}
		})
	}
}

// TestDoMistakes: requests that can't be sent fail the test.
func TestDoMistakes(t *testing.T) {
	for name, tc := range map[string]struct {
		request apptest.Request
		want    string
	}{
		"a relative path":      {apptest.Request{Path: "users"}, " users: the path has to start with a slash"},
		"an address":           {apptest.Request{Method: "PUT", Path: "http://h/"}, "PUT http://h/: the path has to start with a slash"},
		"JSON that can't be":   {apptest.Request{Path: "/", JSON: func() {}}, " /: json: unsupported type: func()"},
		"a method in any case": {apptest.Request{Method: "get", Path: "/"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			failures := record(t, func(t testing.TB) {
				got := apptest.NewClient(t, newShop()).HTTP.Do(tc.request)
				if (got.Status == 0) != (tc.want != "") || (got.Err == nil) != (tc.want == "") {
					t.Errorf("got status %d, error %v", got.Status, got.Err)
				}
			})
			if got := strings.Join(failures, "\n"); got != tc.want {
				t.Errorf("the test failed with %q, want %q", got, tc.want)
			}
		})
	}
}

func TestResponseJSON(t *testing.T) {
	failures := record(t, func(t testing.TB) {
		client := apptest.NewClient(t, newShop()).HTTP
		var v struct{ Hello string }
		if client.Get("/").JSON(&v); v.Hello != "world" {
			t.Errorf("got %+v", v)
		}
		client.Head("/echo/x").JSON(&v)
		var n int
		client.Get("/").JSON(&n)
	})
	want := []string{
		"HEAD /echo/x: the body of the response (status 200) as *struct { Hello string }: unexpected end of JSON input\n",
		"GET /: the body of the response (status 200) as *int: json: cannot unmarshal object into Go value of type int\n" + `{"hello":"world"}`,
	}
	if diff := cmp.Diff(want, failures); diff != "" {
		t.Errorf("failures (-want +got):\n%s", diff)
	}
}

// TestHandler: the client serves net/http's requests as well.
func TestHandler(t *testing.T) {
	recorder := httptest.NewRecorder()
	apptest.NewClient(t, newShop()).HTTP.ServeHTTP(recorder, httptest.NewRequest("GET", "http://shop.example.com/", nil))
	if got := recorder.Body.String(); recorder.Code != 200 || got != `{"hello":"world"}` {
		t.Errorf("got %d %s", recorder.Code, got)
	}
}

// TestConcurrency: each of 64 clients gets its own answers.
func TestConcurrency(t *testing.T) {
	client := apptest.NewClient(t, newShop())
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			for j := range 10 {
				name := fmt.Sprintf("%d-%d", i, j)
				var got struct{ Name, Body string }
				client.HTTP.Post("/echo/"+name, apptest.Body(name)).JSON(&got)
				if got.Name != name || got.Body != name {
					t.Errorf("%s got the answer %+v", name, got)
				}
				if got := client.HTTP.Get("/private", apptest.Header("X-Token", "user")); got.Status != 200 {
					t.Errorf("%s got status %d", name, got.Status)
				}
				result, err := client.Lambda.Invoke("double", name)
				if err != nil || result.Text() != fmt.Sprintf("[%q,%q]", name, name) {
					t.Errorf("%s got %v, error %v", name, result, err)
				}
			}
		})
	}
	wg.Wait()
}

// FuzzHTTP: the app answers every request with a status.
func FuzzHTTP(f *testing.F) {
	quiet(f)
	f.Add("GET", "/echo/a?q=%zz", "X-Token", "admin", []byte("{}"))
	f.Add("POST", "/json", "Content-Type", "application/json", []byte(`{"a":[1,"\ud800"]}`))
	f.Add("PUT", "/private/%2e%2e/", "authorization", "\xff", []byte("\xfe"))
	f.Fuzz(func(t *testing.T, method, path, name, value string, body []byte) {
		got := apptest.NewClient(t, newShop()).HTTP.Do(apptest.Request{
			Method: method, Path: "/" + path, Header: http.Header{name: {value}}, Body: body,
		})
		if got.Status < 200 || got.Status > 599 || got.Header.Get("Content-Type") == "" && len(got.Body) > 0 {
			t.Errorf("got %+v", got)
		}
		if got.Err != nil && !strings.Contains(path, "shortcut") && !strings.HasPrefix(path, "closed") && !strings.HasPrefix(path, "crash") {
			t.Errorf("failed: %v", got.Err)
		}
	})
}
