package dispatch_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

// shop has routes for the sources of requests that don't match routes
// themselves.
func shop() *app.App {
	a := app.New("shop")
	a.Route("/", returns("root", nil), app.Name("root"))
	a.Route("/echo/{id}", func(_ context.Context, r *app.Request) (any, error) {
		body, err := r.Body()
		return map[string]any{
			"method": r.Method(), "path": r.Path(), "url": r.URLPath(), "id": r.Param("id"), "params": r.Params(),
			"query": r.QueryParams(), "q": r.Query("q"), "header": r.Header("X-One"), "cookie": r.Header("cookie"),
			"headers": len(r.Headers()), "body": string(body), "stage": r.StageVar("color"),
		}, err
	}, app.Name("echo"), app.Methods("GET", "POST"), app.CORS(), app.ContentTypes())
	a.Route("/files/{path+}", func(_ context.Context, r *app.Request) (any, error) { return r.Param("path"), nil }, app.Name("files"))
	a.Route("/cookies", returns(&app.Response{
		Body: []byte{0xff}, StatusCode: 201,
		Headers:           map[string]string{"Content-Type": "image/png", "X-A": "1"},
		MultiValueHeaders: map[string][]string{"Set-Cookie": {"a=1", "b=2"}, "X-B": {"1", "2"}},
	}, nil), app.Name("cookies"))
	a.Route("/private", returns("secret", nil), app.Name("private"), app.Auth(app.IAMAuthorizer()), app.CORS())
	return a
}

// ask invokes the shop and decodes its answer.
func ask(t *testing.T, event string) map[string]any {
	t.Helper()
	h, err := dispatch.NewHandler(shop(), app.RESTHandler)
	if err != nil {
		t.Fatal(err)
	}
	out, err := h.Invoke(t.Context(), []byte(event))
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return got
}

// httpAPI returns an event of an HTTP API, which has decoded the path.
func httpAPI(method, path, members string) string {
	return `{"version":"2.0","rawPath":"` + path + `",` + members +
		`"requestContext":{"stage":"$default","http":{"method":"` + method + `","path":"` + path + `"}},"isBase64Encoded":false}`
}

// functionURL returns an event of a function's URL, whose path is as the client
// wrote it.
func functionURL(method, path, members string) string {
	return strings.Replace(httpAPI(method, path, members), `"stage":`, `"domainName":"id.lambda-url.us-west-2.on.aws","stage":`, 1)
}

// formatOne returns an event of an HTTP API whose integration has payload
// format 1.0.
func formatOne(method, path, stage, members string) string {
	return `{"version":"1.0","resource":"$default","path":"` + path + `","httpMethod":"` + method + `",` + members +
		`"requestContext":{"authorizer":{"claims":null,"scopes":null},"httpMethod":"` + method + `","path":"` + path +
		`","resourceId":"$default","resourcePath":"$default","stage":"` + stage + `"}}`
}

func loadBalancer(method, path, members string) string {
	return `{"requestContext":{"elb":{"targetGroupArn":"arn"}},"httpMethod":"` + method + `","path":"` + path + `",` + members + `"isBase64Encoded":false}`
}

func TestGatewayRequests(t *testing.T) {
	decoded := func(id, url string, more map[string]any) map[string]any {
		want := map[string]any{
			"method": "GET", "path": "/echo/{id}", "url": url, "id": id, "params": map[string]any{"id": id},
			"query": nil, "q": "", "header": "", "cookie": "", "headers": 0.0, "body": "", "stage": "",
		}
		for name, value := range more {
			want[name] = value
		}
		return want
	}
	for name, tc := range map[string]struct {
		event string
		want  map[string]any
	}{
		"function URL": {
			functionURL("POST", "/echo/a%20b+c", `"routeKey":"$default","rawQueryString":"q=1&q=%E2%9C%93+x&e","cookies":["a=1","b=2"],"headers":{"x-one":"1,2"},"body":"text","stageVariables":{"color":"blue"},`),
			decoded("a b+c", "/echo/a%20b+c", map[string]any{
				"method": "POST", "query": map[string]any{"q": []any{"1", "✓ x"}, "e": []any{""}}, "q": "✓ x",
				"header": "1,2", "cookie": "a=1; b=2", "headers": 2.0, "body": "text", "stage": "blue",
			}),
		},
		"HTTP API with routes of its own": {
			httpAPI("GET", "/echo/a%20b", `"routeKey":"GET /echo/{id}","pathParameters":{"id":"its own"},`),
			decoded("its own", "/echo/a%20b", nil),
		},
		"HTTP API with another route": {
			httpAPI("GET", "/echo/a", `"routeKey":"ANY /{proxy+}","pathParameters":{"proxy":"echo/a"},`),
			decoded("a", "/echo/a", nil),
		},
		"HTTP API with a stage": {
			strings.Replace(httpAPI("GET", "/dev/echo/a", ""), "$default", "dev", 1),
			decoded("a", "/echo/a", nil),
		},
		"payload format 1.0": {
			formatOne("GET", "/echo/7", "$default", `"queryStringParameters":{"q":"2"},"multiValueQueryStringParameters":{"q":["1","2"]},"headers":{"X-One":"1","Cookie":"a=1"},"stageVariables":{"color":"blue"},`),
			decoded("7", "/echo/7", map[string]any{
				"query": map[string]any{"q": []any{"1", "2"}}, "q": "2", "header": "1", "cookie": "a=1", "headers": 2.0, "stage": "blue",
			}),
		},
		"payload format 1.0 with a stage": {
			formatOne("POST", "/dev/echo/7", "dev", `"body":"dGV4dA==","isBase64Encoded":true,`),
			decoded("7", "/echo/7", map[string]any{"method": "POST", "body": "text"}),
		},
		"payload format 1.0 with routes of its own": {
			strings.ReplaceAll(formatOne("GET", "/dev/echo/a", "dev", `"pathParameters":{"id":"its own"},`), "$default", "/echo/{id}"),
			decoded("its own", "/echo/a", nil),
		},
		"load balancer": {
			loadBalancer("GET", "/echo/a%2Fb", `"queryStringParameters":{"q":"%E2%9C%93+x"},"headers":{"x-one":"1","Cookie":"c"},"body":"",`),
			decoded("a/b", "/echo/a%2Fb", map[string]any{
				"query": map[string]any{"q": []any{"✓ x"}}, "q": "✓ x", "header": "1", "cookie": "c", "headers": 2.0,
			}),
		},
		"load balancer with lists": {
			loadBalancer("GET", "/echo/a/", `"multiValueQueryStringParameters":{"q":["%31","2"]},"multiValueHeaders":{"x-one":["1","2"]},"body":"YQ==",`),
			decoded("a", "/echo/a/", map[string]any{
				"query": map[string]any{"q": []any{"1", "2"}}, "q": "2", "header": "2", "headers": 1.0, "body": "YQ==",
			}),
		},
	} {
		t.Run(name, func(t *testing.T) {
			out := ask(t, tc.event)
			var got map[string]any
			if err := json.Unmarshal([]byte(out["body"].(string)), &got); err != nil {
				t.Fatalf("%v: %v", err, out)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if got := ask(t, functionURL("GET", "/files/a/b%20c", "")); got["body"] != "a/b c" {
		t.Errorf("the rest of a path: %v", got)
	}
}

func TestGatewayResponses(t *testing.T) {
	const message = `{"Code":"NotFoundError","Message":"Not found: /nowhere"}`
	for name, tc := range map[string]struct{ event, want string }{
		"HTTP API": {
			httpAPI("GET", "/cookies", ""),
			`{"headers":{"Content-Type":"image/png","X-A":"1","X-B":"1, 2"},"cookies":["a=1","b=2"],"statusCode":201,"body":"/w==","isBase64Encoded":true}`,
		},
		"load balancer": {
			loadBalancer("GET", "/cookies", ""),
			`{"headers":{"Content-Type":"image/png","Set-Cookie":"b=2","X-A":"1","X-B":"1, 2"},"statusCode":201,"statusDescription":"201 Created","body":"/w==","isBase64Encoded":true}`,
		},
		"load balancer with lists": {
			loadBalancer("GET", "/cookies", `"multiValueHeaders":{},`),
			`{"multiValueHeaders":{"Content-Type":["image/png"],"Set-Cookie":["a=1","b=2"],"X-A":["1"],"X-B":["1","2"]},"statusCode":201,"statusDescription":"201 Created","body":"/w==","isBase64Encoded":true}`,
		},
		"payload format 1.0": {
			formatOne("GET", "/cookies", "$default", ""),
			`{"headers":{"Content-Type":"image/png","X-A":"1"},"multiValueHeaders":{"Set-Cookie":["a=1","b=2"],"X-B":["1","2"]},"statusCode":201,"body":"/w==","isBase64Encoded":true}`,
		},
		"payload format 1.0, JSON by default": {
			formatOne("GET", "/", "$default", ""), `{"headers":{"Content-Type":"application/json"},"multiValueHeaders":{},"statusCode":200,"body":"root"}`,
		},
		"payload format 1.0, preflight": {
			formatOne("OPTIONS", "/echo/a", "$default", ""),
			`{"headers":{"Access-Control-Allow-Headers":"Authorization,Content-Type,X-Amz-Date,X-Amz-Security-Token,X-Api-Key","Access-Control-Allow-Methods":"GET,POST,OPTIONS","Access-Control-Allow-Origin":"*","Content-Type":"application/json"},"multiValueHeaders":{},"statusCode":200,"body":""}`,
		},
		"HTTP API, JSON by default": {httpAPI("GET", "/", ""), `{"headers":{"Content-Type":"application/json"},"statusCode":200,"body":"root"}`},
		"unknown path": {
			httpAPI("GET", "/nowhere", ""),
			`{"headers":{"Access-Control-Allow-Origin":"*","Content-Type":"application/json"},"statusCode":404,"body":` + quote(message) + `}`,
		},
		"unknown method": {
			loadBalancer("PUT", "/", ""),
			`{"headers":{"Access-Control-Allow-Origin":"*","Allow":"GET","Content-Type":"application/json"},"statusCode":405,"statusDescription":"405 Method Not Allowed","body":` +
				quote(`{"Code":"MethodNotAllowedError","Message":"Unsupported method: PUT"}`) + `}`,
		},
		"preflight": {
			httpAPI("OPTIONS", "/echo/a", ""),
			`{"headers":{"Access-Control-Allow-Headers":"Authorization,Content-Type,X-Amz-Date,X-Amz-Security-Token,X-Api-Key","Access-Control-Allow-Methods":"GET,POST,OPTIONS","Access-Control-Allow-Origin":"*","Content-Type":"application/json"},"statusCode":200,"body":""}`,
		},
		"authorizer not asked": {
			httpAPI("GET", "/private", ""),
			`{"headers":{"Access-Control-Allow-Headers":"Authorization,Content-Type,X-Amz-Date,X-Amz-Security-Token,X-Api-Key","Access-Control-Allow-Origin":"*","Content-Type":"application/json"},"statusCode":401,"body":` +
				quote(`{"Code":"UnauthorizedError","Message":"Unauthorized"}`) + `}`,
		},
		"authorizer asked": {
			strings.Replace(httpAPI("GET", "/private", ""), `"stage"`, `"authorizer":{"iam":{}},"stage"`, 1),
			`{"headers":{"Access-Control-Allow-Headers":"Authorization,Content-Type,X-Amz-Date,X-Amz-Security-Token,X-Api-Key","Access-Control-Allow-Origin":"*","Content-Type":"application/json"},"statusCode":200,"body":"secret"}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			var want map[string]any
			if err := json.Unmarshal([]byte(tc.want), &want); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, ask(t, tc.event)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func quote(s string) string {
	data, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(data)
}

// TestGatewayMiddleware: middleware sees the route that was found.
func TestGatewayMiddleware(t *testing.T) {
	a := shop()
	var path string
	a.Use(func(next app.Handler) app.Handler {
		return func(ctx context.Context, event any) (any, error) {
			path = event.(*app.Request).Path()
			return next(ctx, event)
		}
	})
	h, err := dispatch.NewHandler(a, app.RESTHandler)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Invoke(t.Context(), []byte(httpAPI("GET", "/echo/7", ""))); err != nil || path != "/echo/{id}" {
		t.Errorf("saw %q, %v", path, err)
	}
}
