package apptest_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/apptest"
)

// portable is an app that runs behind all fronts.
func portable() *app.App {
	a := app.New("portable")
	auth := a.Authorizer(portableAuthorizer)
	a.Route("/", index)
	a.Route("/items/{id}", portableItem, app.Methods("GET", "POST", "PUT"), app.ContentTypes())
	a.Route("/files/{path+}", func(_ context.Context, r *app.Request) (any, error) { return r.Param("path"), nil }, app.Name("files"))
	a.Route("/cookies", func(_ context.Context, r *app.Request) (any, error) {
		return &app.Response{Body: r.Header("Cookie"), StatusCode: 202, MultiValueHeaders: map[string][]string{"Set-Cookie": {"a=1", "b=2"}}}, nil
	}, app.Name("cookies"))
	a.Route("/image", func(context.Context, *app.Request) (any, error) {
		return &app.Response{Body: []byte{0xfe, 0xed}, Headers: map[string]string{"Content-Type": "image/png"}}, nil
	}, app.Name("image"))
	a.Route("/gone", func(context.Context, *app.Request) (any, error) { return nil, app.NewError(410, "Gone", "no more") }, app.Name("gone"))
	a.Route("/crash", func(context.Context, *app.Request) (any, error) { panic("crashed") }, app.Name("crash"))
	a.Route("/private", func(_ context.Context, r *app.Request) (any, error) { return "private", nil }, app.Auth(auth), app.Name("private"))
	a.Route("/pages", index, app.Name("pages"), app.CORS(app.CORSConfig{AllowOrigin: "https://shop.example"}))
	return a
}

func portableAuthorizer(_ context.Context, r *app.AuthRequest) (*app.AuthResponse, error) {
	if r.Token() == "good" {
		return &app.AuthResponse{Routes: app.AuthRoutes("/*"), PrincipalID: "ada"}, nil
	}
	return &app.AuthResponse{}, nil
}

// portableItem returns what it was called with.
func portableItem(_ context.Context, r *app.Request) (any, error) {
	body, err := r.Body()
	return map[string]any{
		"method": r.Method(), "path": r.Path(), "url": r.URLPath(), "id": r.Param("id"), "q": r.QueryAll("q"),
		"x": r.Header("X-Header"), "type": r.Header("Content-Type"), "body": string(body),
	}, err
}

// fronts are the configurations and options of all that can be in front.
var fronts = map[string]struct {
	configuration string
	opts          []apptest.Option
}{
	"REST API":            {`{"version": "2.0"}`, nil},
	"HTTP API":            {`{"version": "2.0", "api_type": "http"}`, nil},
	"HTTP API's stage":    {`{"version": "2.0", "api_type": "http", "api_gateway_stage": "beta"}`, nil},
	"function URL":        {`{"version": "2.0", "api_type": "function_url"}`, nil},
	"load balancer":       {`{"version": "2.0"}`, []apptest.Option{apptest.LoadBalancer()}},
	"load balancer lists": {`{"version": "2.0"}`, []apptest.Option{apptest.MultiValueHeaders()}},
}

// TestFronts: the same tests of the same app pass behind every front.
func TestFronts(t *testing.T) {
	quiet(t)
	for name, front := range fronts {
		t.Run(name, func(t *testing.T) {
			opts := append(front.opts, apptest.ProjectDir(project(t, front.configuration)))
			testPortable(t, apptest.NewClient(t, portable(), opts...).HTTP, len(front.opts) > 0)
		})
	}
}

// testPortable tests the app. Nobody asks authorizers behind a load balancer.
func testPortable(t *testing.T, client *apptest.HTTP, balanced bool) {
	item := func(method, url, id string, more map[string]any) map[string]any {
		want := map[string]any{"method": method, "path": "/items/{id}", "url": url, "id": id, "q": nil, "x": "", "type": "", "body": ""}
		for name, value := range more {
			want[name] = value
		}
		return want
	}
	for name, tc := range map[string]struct {
		response *apptest.Response
		want     map[string]any
	}{
		"a parameter": {client.Get("/items/7"), item("GET", "/items/7", "7", nil)},
		"a query": {
			client.Get("/items/7", apptest.Query("q", "a&b c"), apptest.Header("X-Header", "1")),
			item("GET", "/items/7", "7", map[string]any{"q": []any{"a&b c"}, "x": "1"}),
		},
		"text": {
			client.Put("/items/7", apptest.Body("ü"), apptest.Header("Content-Type", "text/plain")),
			item("PUT", "/items/7", "7", map[string]any{"type": "text/plain", "body": "ü"}),
		},
		"a form": {
			client.Post("/items/7", apptest.Body("a=b"), apptest.Header("Content-Type", "application/x-www-form-urlencoded")),
			item("POST", "/items/7", "7", map[string]any{"type": "application/x-www-form-urlencoded", "body": "a=b"}),
		},
		"JSON": {
			client.Post("/items/7", apptest.JSON([]int{1})), item("POST", "/items/7", "7", map[string]any{"type": jsonType, "body": "[1]"}),
		},
	} {
		var got map[string]any
		tc.response.JSON(&got)
		if diff := cmp.Diff(tc.want, got); diff != "" || tc.response.Status != 200 {
			t.Errorf("%s: status %d (-want +got):\n%s", name, tc.response.Status, diff)
		}
	}
	for name, tc := range map[string]struct {
		got  *apptest.Response
		want seen
	}{
		"the index":         {client.Get("/"), seen{200, jsonType, `{"hello":"world"}`}},
		"the rest":          {client.Get("/files/a/b%20c.md"), seen{200, jsonType, "a/b c.md"}},
		"an image":          {client.Get("/image", apptest.Header("Accept", "image/png")), seen{200, "image/png", "\xfe\xed"}},
		"an error":          {client.Get("/gone"), seen{410, jsonType, `{"Code":"Gone","Message":"no more"}`}},
		"a panic":           {client.Get("/crash"), seen{500, jsonType, `{"Code":"InternalServerError","Message":"An internal server error occurred."}`}},
		"cookies that come": {client.Get("/cookies", apptest.Cookie("a", "1"), apptest.Cookie("b", "2")), seen{202, jsonType, "a=1; b=2"}},
	} {
		if diff := cmp.Diff(tc.want, see(tc.got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if got := client.Get("/crash").Err; got == nil {
		t.Error("the panic is lost")
	}
	for target, status := range map[string][]int{"/nowhere": {403, 404}, "/items": {403, 404}, "/items/7/more": {403, 404}} {
		if got := client.Get(target); got.Status != status[0] && got.Status != status[1] {
			t.Errorf("%s: %d %s", target, got.Status, got.Text())
		}
	}
	if got := client.Delete("/items/7").Status; got < 403 || got > 405 {
		t.Errorf("a method that the path doesn't have: %d", got)
	}
	testPortableCORS(t, client)
	if !balanced {
		testPortableAuthorizer(t, client)
	}
}

func testPortableCORS(t *testing.T, client *apptest.HTTP) {
	const origin = "https://shop.example"
	preflight := client.Options("/pages", apptest.Header("Origin", origin), apptest.Header("Access-Control-Request-Method", "GET"))
	page := client.Get("/pages", apptest.Header("Origin", origin))
	for _, r := range []*apptest.Response{preflight, page} {
		if got := r.Header.Get("Access-Control-Allow-Origin"); got != origin || r.Status >= 300 {
			t.Errorf("status %d, allowed origin %q", r.Status, got)
		}
	}
}

func testPortableAuthorizer(t *testing.T, client *apptest.HTTP) {
	for token, want := range map[string]int{"": http.StatusUnauthorized, "bad": http.StatusForbidden, "good": http.StatusOK} {
		var opts []apptest.RequestOption
		if token != "" {
			opts = append(opts, apptest.Header("Authorization", token))
		}
		if got := client.Get("/private", opts...); got.Status != want {
			t.Errorf("token %q: got %d %s, want %d", token, got.Status, got.Text(), want)
		}
	}
}

// TestSeveralCookies: all fronts but a load balancer without lists set several
// cookies.
func TestSeveralCookies(t *testing.T) {
	for name, front := range fronts {
		client := apptest.NewClient(t, portable(), append(front.opts, apptest.ProjectDir(project(t, front.configuration)))...)
		want := 2
		if name == "load balancer" {
			want = 1
		}
		if got := client.HTTP.Get("/cookies").Cookies(); len(got) != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestHealthCheck: the app answers a load balancer's health check, which has a
// User-Agent and nothing else.
func TestHealthCheck(t *testing.T) {
	client := apptest.NewClient(t, portable(), apptest.LoadBalancer())
	check := apptest.Header("User-Agent", "ELB-HealthChecker/2.0")
	if got := client.HTTP.Get("/", check); got.Status != 200 {
		t.Errorf("got %d %s", got.Status, got.Text())
	}
	if got := client.HTTP.Get("/nowhere", check); got.Status != 404 {
		t.Errorf("a path without a route: %d %s", got.Status, got.Text())
	}
}
