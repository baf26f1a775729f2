package dispatch_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

// TestURLAsksAuthorizer: behind a function's URL the authorizer runs in the
// program, before middleware and the handler, and both see what it said.
func TestURLAsksAuthorizer(t *testing.T) {
	a := app.New("a", app.DefaultCORS())
	var ran []string
	a.Use(func(next app.Handler) app.Handler {
		return func(ctx context.Context, event any) (any, error) {
			ran = append(ran, "middleware "+event.(*app.Request).AuthValue("user"))
			return next(ctx, event)
		}
	})
	auth := a.Authorizer(func(_ context.Context, r *app.AuthRequest) (*app.AuthResponse, error) {
		ran = append(ran, "authorizer")
		switch r.Token() {
		case "panic":
			panic("oh")
		case "broken":
			return nil, errors.New("broken")
		case "unknown":
			return nil, errors.New("Unauthorized")
		case "other":
			return &app.AuthResponse{Routes: app.AuthRoutes("/other")}, nil
		case "reader":
			return &app.AuthResponse{Routes: app.AuthRoutes("/users/*"), Context: map[string]any{"user": "r", "scope": "read"}}, nil
		}
		if want := "arn:aws:execute-api:eu-west-1:123456789012:id/$default/GET/users/1"; r.MethodARN() != want && r.MethodARN() != want+"/scoped" {
			t.Errorf("asked about %s", r.MethodARN())
		}
		return &app.AuthResponse{Routes: app.AuthRoutes("/users/*"), Context: map[string]any{"user": "u"}}, nil
	}, app.Name("auth"))
	handler := func(_ context.Context, r *app.Request) (any, error) {
		ran = append(ran, "handler")
		return r.AuthValue("user"), nil
	}
	a.Route("/users/{id}", handler, app.Auth(auth), app.Name("users"))
	a.Route("/users/{id}/scoped", handler, app.Auth(auth.WithScopes("read", "write")), app.Name("scoped"))
	h, err := dispatch.NewHandler(a, app.RESTHandler)
	if err != nil {
		t.Fatal(err)
	}
	ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{InvokedFunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:f"})
	const all, none, asked = "authorizer, middleware u, handler", "", "authorizer"
	for name, tc := range map[string]struct {
		path, headers string
		status        int
		body, ran     string
	}{
		"allowed":      {"/users/1", `"authorization":"good"`, 200, "u", all},
		"no token":     {"/users/1", ``, 401, `{"Code":"UnauthorizedError","Message":"Unauthorized"}`, none},
		"unknown":      {"/users/1", `"authorization":"unknown"`, 401, `{"Code":"UnauthorizedError","Message":"Unauthorized"}`, asked},
		"not allowed":  {"/users/1", `"authorization":"other"`, 403, `{"Code":"ForbiddenError","Message":"Forbidden"}`, asked},
		"no scope":     {"/users/1/scoped", `"authorization":"good"`, 403, `{"Code":"ForbiddenError","Message":"Forbidden"}`, asked},
		"with a scope": {"/users/1/scoped", `"authorization":"reader"`, 200, "r", "authorizer, middleware r, handler"},
		"broken":       {"/users/1", `"authorization":"broken"`, 500, `{"Code":"InternalServerError","Message":"An internal server error occurred."}`, asked},
		"panic":        {"/users/1", `"authorization":"panic"`, 500, `{"Code":"InternalServerError","Message":"An internal server error occurred."}`, asked},
	} {
		ran = nil
		event := functionURL("GET", tc.path, `"routeKey":"$default","headers":{`+tc.headers+`},`)
		out, err := h.Invoke(ctx, []byte(strings.Replace(event, `"domainName"`, `"apiId":"id","domainName"`, 1)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var answer struct {
			StatusCode int
			Headers    map[string]string
			Body       string
		}
		if err := json.Unmarshal(out, &answer); err != nil {
			t.Fatal(err)
		}
		if answer.StatusCode != tc.status || answer.Body != tc.body || answer.Headers["Access-Control-Allow-Origin"] != "*" || strings.Join(ran, ", ") != tc.ran {
			t.Errorf("%s: got %s, ran %q; want status %d, %s, %q", name, out, ran, tc.status, tc.body, tc.ran)
		}
	}
}
