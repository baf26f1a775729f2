package dispatch_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

type typedThing struct {
	ID     string   `path:"id"`
	Page   int      `query:"page,omitzero"`
	Tenant string   `header:"X-Tenant,omitzero"`
	Tags   []string `header:"X-Tags,omitzero"`
	Count  int      `json:"count" minimum:"1"`
}

type typedAnswer struct {
	Got string `json:"got"`
}

func putThing(_ context.Context, in *typedThing) (*typedAnswer, error) {
	data, err := json.Marshal(in)
	if in.Count == 7 {
		return nil, app.Conflict("it is seven")
	}
	if in.Count == 8 {
		panic("eight")
	}
	return &typedAnswer{string(data)}, err
}

// invokeTyped sends an event to an app of typed routes, and returns status, content type and body.
func invokeTyped(t *testing.T, a *app.App, event string) (status int, contentType, body string) {
	t.Helper()
	h, err := dispatch.NewHandler(a, app.RESTHandler)
	if err != nil {
		t.Fatal(err)
	}
	out, err := h.Invoke(context.Background(), []byte(event))
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		StatusCode        int
		Headers           map[string]string
		MultiValueHeaders map[string][]string
		Body              string
	}
	if err := json.Unmarshal(out, &answer); err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, answer.Headers["Content-Type"], answer.Body
}

func restEvent(method, resource, more string) string {
	return `{"resource": "` + resource + `", "path": "/x", "httpMethod": "` + method + `", "pathParameters": {"id": "x"},` + more +
		`"requestContext": {"resourcePath": "` + resource + `", "httpMethod": "` + method + `"}, "isBase64Encoded": false}`
}

// TestTypedSources: headers and queries of events that have them in several forms.
func TestTypedSources(t *testing.T) {
	const payload1 = `{"version": "1.0", "resource": "/{id}", "path": "/x", "httpMethod": "PUT", "pathParameters": {"id": "x"},
		"headers": {"X-Tags": "b"}, "multiValueHeaders": {"X-Tags": ["a", "b"]}, "queryStringParameters": {"page": "3"}, "multiValueQueryStringParameters": {"page": ["3"]},
		"requestContext": {"resourcePath": "/{id}", "httpMethod": "PUT", "stage": "$default"}, "body": "eyJjb3VudCI6Mn0=", "isBase64Encoded": true}`
	for name, tc := range map[string]struct {
		event, body string
		status      int
	}{
		"payload 1.0": {payload1, `{"got":"{\"ID\":\"x\",\"Page\":3,\"Tenant\":\"\",\"Tags\":[\"a\",\"b\"],\"count\":2}"}`, 200},
		"single values": {restEvent("PUT", "/{id}", `"headers": {"x-tags": "a,b", "x-tenant": "c, d"}, "queryStringParameters": {"page": "3"}, "body": "{\"count\": 1}",`),
			`{"got":"{\"ID\":\"x\",\"Page\":3,\"Tenant\":\"c, d\",\"Tags\":[\"a\",\"b\"],\"count\":1}"}`, 200},
		"a header twice": {restEvent("PUT", "/{id}", `"headers": {"x-tenant": "d"}, "multiValueHeaders": {"x-tenant": ["c", "d"]}, "body": "{\"count\": 1}",`),
			`{"Code":"BadRequestError","Message":"header \"X-Tenant\" is given more than once","Violations":[{"In":"header","Name":"X-Tenant","Problem":"is given more than once"}]}`, 400},
	} {
		t.Run(name, func(t *testing.T) {
			a := app.New("a")
			app.TypedRoute(a, "/{id}", putThing, app.Methods("PUT"))
			status, _, body := invokeTyped(t, a, tc.event)
			if diff := cmp.Diff(tc.body, body); status != tc.status || diff != "" {
				t.Errorf("status %d, want %d: %s", status, tc.status, diff)
			}
		})
	}
}

// problemApp is an app whose errors are those of RFC 9457, of all the ways to one.
func problemApp(options ...app.Option) *app.App {
	a := app.New("a", append(options, app.ProblemDetails())...)
	app.TypedRoute(a, "/{id}", putThing, app.Methods("PUT"))
	a.Route("/plain", func(context.Context, *app.Request) (any, error) { return nil, app.NotFound("no such thing") })
	a.Route("/panic", func(context.Context, *app.Request) (any, error) { panic("secret") })
	a.Route("/left", func(context.Context, *app.Request) (any, error) { return nil, app.Unhandled(errors.New("secret")) })
	a.Route("/unwritable", func(context.Context, *app.Request) (any, error) { return make(chan int), nil })
	a.Route("/stopped", func(context.Context, *app.Request) (any, error) { return nil, nil })
	a.Route("/cause", func(context.Context, *app.Request) (any, error) {
		e := app.Conflict("it is taken")
		e.Cause = app.Violations{{In: "body", Name: "/secret", Problem: "is a secret"}}
		return nil, e
	})
	a.UseFor(app.HTTP, func(next app.Handler) app.Handler {
		return func(ctx context.Context, event any) (any, error) {
			if r := event.(*app.Request); r.Path() == "/stopped" {
				return nil, app.NewError(451, "Banned", "not here")
			}
			return next(ctx, event)
		}
	})
	return a
}

// TestProblemDetails: whatever the program answers to an error has the form of RFC 9457.
func TestProblemDetails(t *testing.T) {
	old := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	defer slog.SetDefault(old)
	put := func(body string) string { return restEvent("PUT", "/{id}", `"body": `+body+`,`) }
	for name, tc := range map[string]struct{ event, want string }{
		"violations": {put(`"{\"count\": 0}"`), `{"type":"about:blank","title":"Unprocessable Content","status":422,"detail":"body \"/count\" has to be at least 1","code":"UnprocessableEntityError","errors":[{"detail":"has to be at least 1","pointer":"#/count"}]}`},
		"no body":    {put(`""`), `{"type":"about:blank","title":"Bad Request","status":400,"detail":"the body is empty: it has to be JSON","code":"BadRequestError","errors":[{"detail":"is empty: it has to be JSON","pointer":"#"}]}`},
		"parameter": {restEvent("PUT", "/{id}", `"queryStringParameters": {"page": "x"}, "body": "{\"count\": 1}",`),
			`{"type":"about:blank","title":"Bad Request","status":400,"detail":"query parameter \"page\" has to be a whole number","code":"BadRequestError","errors":[{"detail":"has to be a whole number","in":"query","parameter":"page"}]}`},
		"error":       {put(`"{\"count\": 7}"`), `{"type":"about:blank","title":"Conflict","status":409,"detail":"it is seven","code":"ConflictError"}`},
		"panic":       {put(`"{\"count\": 8}"`), `{"type":"about:blank","title":"Internal Server Error","status":500,"detail":"An internal server error occurred.","code":"InternalServerError"}`},
		"plain":       {restEvent("GET", "/plain", ""), `{"type":"about:blank","title":"Not Found","status":404,"detail":"no such thing","code":"NotFoundError"}`},
		"plain panic": {restEvent("GET", "/panic", ""), `{"type":"about:blank","title":"Internal Server Error","status":500,"detail":"An internal server error occurred.","code":"InternalServerError"}`},
		"left":        {restEvent("GET", "/left", ""), `{"type":"about:blank","title":"Internal Server Error","status":500,"detail":"An internal server error occurred.","code":"InternalServerError"}`},
		"unwritable":  {restEvent("GET", "/unwritable", ""), `{"type":"about:blank","title":"Internal Server Error","status":500,"detail":"An internal server error occurred.","code":"InternalServerError"}`},
		"middleware":  {restEvent("GET", "/stopped", ""), `{"type":"about:blank","title":"Unavailable For Legal Reasons","status":451,"detail":"not here","code":"Banned"}`},
		"cause":       {restEvent("GET", "/cause", ""), `{"type":"about:blank","title":"Conflict","status":409,"detail":"it is taken","code":"ConflictError"}`},
		"method":      {restEvent("DELETE", "/plain", ""), `{"type":"about:blank","title":"Method Not Allowed","status":405,"detail":"Unsupported method: DELETE","code":"MethodNotAllowedError"}`},
		"media type": {restEvent("PUT", "/{id}", `"headers": {"Content-Type": "text/csv"}, "body": "x",`),
			`{"type":"about:blank","title":"Unsupported Media Type","status":415,"detail":"Unsupported media type: text/csv","code":"UnsupportedMediaType"}`},
		"no route": {`{"version": "2.0", "rawPath": "/none/x", "routeKey": "$default", "requestContext": {"http": {"method": "GET"}, "stage": "$default"}}`,
			`{"type":"about:blank","title":"Not Found","status":404,"detail":"Not found: /none/x","code":"NotFoundError"}`},
	} {
		t.Run(name, func(t *testing.T) {
			status, contentType, body := invokeTyped(t, problemApp(), tc.event)
			if diff := cmp.Diff(tc.want, body); diff != "" || contentType != "application/problem+json" {
				t.Errorf("status %d, type %s: %s", status, contentType, diff)
			}
		})
	}
	t.Run("debug mode", func(t *testing.T) {
		_, contentType, body := invokeTyped(t, problemApp(app.Debug()), restEvent("GET", "/panic", ""))
		if !strings.Contains(body, "secret") || !json.Valid([]byte(body)) || contentType != "application/problem+json" {
			t.Errorf("%s: %s", contentType, body)
		}
	})
}
