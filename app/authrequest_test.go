package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
)

// What each gateway asks an authorizer about one request.
var authEvents = map[string]string{
	"REST API": `{"type":"REQUEST","methodArn":"arn:aws:execute-api:r:1:id/api/GET/users/1","resource":"/users/{id}","path":"/users/1","httpMethod":"GET",
		"headers":{"X-Token":"secret","Cookie":"a=1; b=2"},"multiValueHeaders":{"X-Token":["secret"]},
		"queryStringParameters":{"q":"2"},"multiValueQueryStringParameters":{"q":["1","2"]},"pathParameters":{"id":"1"},"stageVariables":{"v":"x"},
		"requestContext":{"resourcePath":"/users/{id}","httpMethod":"GET","identity":{"sourceIp":"1.2.3.4"}}}`,
	"HTTP API": `{"version":"2.0","type":"REQUEST","routeArn":"arn:aws:execute-api:r:1:id/$default/GET/users/1","identitySource":["secret"],
		"routeKey":"GET /users/{id}","rawPath":"/users/1","rawQueryString":"q=1&q=2","cookies":["a=1","b=2"],
		"headers":{"x-token":"secret"},"queryStringParameters":{"q":"1,2"},"pathParameters":{"id":"1"},"stageVariables":{"v":"x"},
		"requestContext":{"stage":"$default","http":{"method":"GET","path":"/users/1","sourceIp":"1.2.3.4"}}}`,
}

func TestAuthRequestReadsBothForms(t *testing.T) {
	for name, event := range authEvents {
		r := must(t, app.NewAuthRequest, event)
		got := []any{
			r.Type(), r.Method(), r.Path(), r.URLPath(), r.Header("x-TOKEN"), r.Headers(), r.Cookie("b"), r.Cookie("c"),
			r.Query("q"), r.QueryAll("q"), r.Query("none"), r.Param("id"), r.Params(), r.StageVar("v"), r.SourceIP(), r.ConnectionID(),
		}
		want := []any{
			"REQUEST", "GET", "/users/{id}", "/users/1", "secret", map[string]string{"x-token": "secret", "cookie": "a=1; b=2"}, "2", "",
			"2", []string{"1", "2"}, "", "1", map[string]string{"id": "1"}, "x", "1.2.3.4", "",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestAuthRequestOfWebsocket(t *testing.T) {
	const p = "arn:aws:execute-api:r:1:id/api"
	r := must(t, app.NewAuthRequest, `{"type":"REQUEST","methodArn":"`+p+`/$connect","headers":{"Sec-WebSocket-Protocol":"v1, token"},
		"queryStringParameters":{"token":"t"},"requestContext":{"routeKey":"$connect","connectionId":"c=","identity":{"sourceIp":"1.2.3.4"}}}`)
	got := []any{r.Method(), r.Header("sec-websocket-protocol"), r.Query("token"), r.ConnectionID(), r.SourceIP()}
	if diff := cmp.Diff([]any{"", "v1, token", "t", "c=", "1.2.3.4"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for name, tc := range map[string]struct {
		routes []app.AuthRoute
		want   []string
	}{
		"all":          {app.AuthRoutes("*"), []string{p + "/*"}},
		"$connect":     {app.AuthRoutes("$connect"), []string{p + "/$connect"}},
		"a route":      {app.AuthRoutes("/users"), []string{p + "/users"}},
		"other method": {[]app.AuthRoute{{Path: "*", Methods: []string{"POST"}}}, []string{}},
		"method":       {[]app.AuthRoute{{Path: "*", Methods: []string{"GET"}}}, []string{p + "/*"}},
		"none":         {nil, []string{}},
	} {
		data, err := json.Marshal((&app.AuthResponse{Routes: tc.routes}).Render(r))
		if err != nil {
			t.Fatal(err)
		}
		var answer struct {
			PolicyDocument struct{ Statement []struct{ Resource []string } }
		}
		if err := json.Unmarshal(data, &answer); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tc.want, answer.PolicyDocument.Statement[0].Resource); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// FuzzAuthRequest reads arbitrary events: no accessor panics, and none returns
// what the event doesn't hold.
func FuzzAuthRequest(f *testing.F) {
	f.Add([]byte(authJSON))
	for _, event := range authEvents {
		f.Add([]byte(event))
	}
	f.Add([]byte(`{"type":"REQUEST","routeArn":"","headers":[],"requestContext":1,"cookies":{},"identitySource":[1]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := app.NewAuthRequest(data)
		if err != nil {
			return
		}
		if !json.Valid(data) {
			t.Fatalf("%q was read", data)
		}
		for _, text := range []string{
			r.Type(), r.Token(), r.MethodARN(), r.Method(), r.Path(), r.URLPath(), r.Header("a"), r.Cookie("a"),
			r.Query("a"), r.Param("id"), r.StageVar("v"), r.SourceIP(), r.ConnectionID(),
		} {
			if len(text) > 3*len(data) {
				t.Errorf("%q makes %q", data, text)
			}
		}
		r.Headers()
		r.QueryParams()
		r.Params()
		r.Context()
		if _, err := json.Marshal((&app.AuthResponse{Routes: app.AuthRoutes("*", "/a")}).Render(r)); err != nil {
			t.Errorf("%q: %v", data, err)
		}
	})
}

// urlEvent is the event of a function's URL.
func urlEvent(path, headers, query string) string {
	return `{"version":"2.0","routeKey":"$default","rawPath":"` + path + `","rawQueryString":"` + query + `","headers":{` + headers + `},
		"requestContext":{"accountId":"anonymous","apiId":"id","domainName":"id.lambda-url.eu-west-1.on.aws","authentication":null,
		"http":{"method":"GET","path":"` + path + `","sourceIp":"1.2.3.4"},"routeKey":"$default","stage":"$default"},"body":"secret","isBase64Encoded":false}`
}

const urlFunction = "arn:aws-cn:lambda:cn-north-1:123456789012:function:f"

func TestAskAboutURL(t *testing.T) {
	const arns = "arn:aws-cn:execute-api:cn-north-1:123456789012:id/$default"
	policy := func(statement string) *app.AuthResponse {
		return &app.AuthResponse{Policy: json.RawMessage(`{"Statement":[` + statement + `]}`), PrincipalID: "p", Context: map[string]any{"n": 1}}
	}
	allow := `{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"*"}`
	for name, tc := range map[string]struct {
		path, headers, query string
		options              []app.AuthorizerOption
		response             *app.AuthResponse
		err                  error
		status               int // of the refusal, 0: none
		fails                string
	}{
		"allowed":              {headers: `"authorization":"t"`, response: &app.AuthResponse{Routes: app.AuthRoutes("*"), PrincipalID: "p", Context: map[string]any{"n": 1}}},
		"its route":            {headers: `"authorization":"t"`, response: &app.AuthResponse{Routes: app.AuthRoutes("/users/*"), PrincipalID: "p", Context: map[string]any{"n": 1}}},
		"other route":          {headers: `"authorization":"t"`, response: &app.AuthResponse{Routes: app.AuthRoutes("/other")}, status: 403},
		"no route":             {headers: `"authorization":"t"`, response: &app.AuthResponse{}, status: 403},
		"policy":               {headers: `"authorization":"t"`, response: policy(allow)},
		"ARN":                  {headers: `"authorization":"t"`, response: policy(`{"Effect":"Allow","Action":"*","Resource":"` + arns + `/GET/users/1"}`)},
		"denied":               {headers: `"authorization":"t"`, response: policy(allow + `,{"Effect":"Deny","Action":"*","Resource":"` + arns + `/GET/users/1"}`), status: 403},
		"denied, written else": {path: "/users/%31", headers: `"authorization":"t"`, response: policy(allow + `,{"Effect":"Deny","Action":"*","Resource":"` + arns + `/GET/users/1"}`), status: 403},
		"denied, slash":        {path: "/users/1/", headers: `"authorization":"t"`, response: policy(allow + `,{"Effect":"Deny","Action":"*","Resource":"` + arns + `/GET/users/1"}`), status: 403},
		"on a condition":       {headers: `"authorization":"t"`, response: policy(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"x":{}}}`), status: 403},
		"a misspelt denial":    {headers: `"authorization":"t"`, response: policy(allow + `,{"Effect":"deny","Action":"*","Resource":"*"}`), status: 403},
		"a denial of nothing":  {headers: `"authorization":"t"`, response: policy(allow + `,{"Effect":"Deny","Resource":"*"}`), status: 403},
		"a denial that varies": {headers: `"authorization":"t"`, response: policy(allow + `,{"Effect":"Deny","Action":"*","Resource":"` + arns + `/GET/${aws:username}"}`), status: 403},
		"all but what varies":  {headers: `"authorization":"t"`, response: policy(`{"Effect":"Allow","Action":"*","NotResource":"` + arns + `/GET/${aws:username}"}`), status: 403},
		"no token":             {response: policy(allow), status: 401},
		"blank token":          {headers: `"authorization":"  "`, response: policy(allow), status: 401},
		"unauthorized":         {headers: `"authorization":"t"`, err: errors.New("Unauthorized"), status: 401},
		"error":                {headers: `"authorization":"t"`, err: errors.New("broken"), fails: "broken"},
		"nil":                  {headers: `"authorization":"t"`, fails: "returned nil"},
		"no policy":            {headers: `"authorization":"t"`, response: &app.AuthResponse{Raw: json.RawMessage(`{"isAuthorized":true}`)}, status: 403},
		"odd answer":           {headers: `"authorization":"t"`, response: &app.AuthResponse{Raw: json.RawMessage(`[1]`)}, fails: "no answer"},
		"both identities": {headers: `"x-key":"k"`, query: "token=t", response: policy(allow),
			options: []app.AuthorizerOption{app.IdentityQuery("token"), app.IdentityHeader("X-Key")}},
		"one of two": {headers: `"x-key":"k"`, response: policy(allow), status: 401,
			options: []app.AuthorizerOption{app.IdentityQuery("token"), app.IdentityHeader("X-Key")}},
	} {
		t.Run(name, func(t *testing.T) {
			a := app.New("a")
			asked := 0
			auth := a.Authorizer(func(_ context.Context, r *app.AuthRequest) (*app.AuthResponse, error) {
				asked++
				if r.Token() != "t" || r.Path() != "/users/{id}" || r.Param("id") != "1" || strings.Contains(string(r.Raw()), "secret") {
					t.Errorf("asked about %s", r.Raw())
				}
				return tc.response, tc.err
			}, append(tc.options, app.Name("auth"))...)
			a.Route("/users/{id}", index, app.Auth(auth))
			registry, err := a.Registry()
			if err != nil {
				t.Fatal(err)
			}
			path := tc.path
			if path == "" {
				path = "/users/1"
			}
			request := must(t, app.NewRequest, urlEvent(path, tc.headers, tc.query))
			registry.Matcher().Resolve(request)
			protection := registry.Routes()[0].Protection
			if status, _ := protection.Refuse(request); status != 401 {
				t.Errorf("before the authorizer is asked, the status is %d", status)
			}
			got, refusal, err := protection.Ask(context.Background(), request, urlFunction)
			switch {
			case tc.fails != "":
				if err == nil || !strings.Contains(err.Error(), tc.fails) || got != nil || refusal != nil {
					t.Errorf("got %v, %v, %v; want an error with %q", got, refusal, err, tc.fails)
				}
				return
			case err != nil:
				t.Fatal(err)
			case tc.status != 0:
				if refusal == nil || refusal.Status != tc.status || got != nil {
					t.Errorf("got %v, %v; want status %d", got, refusal, tc.status)
				}
				if wantAsked := tc.status == 403 || tc.err != nil; wantAsked != (asked == 1) {
					t.Errorf("it was asked %d times", asked)
				}
				return
			}
			if got == nil || refusal != nil || asked != 1 {
				t.Fatalf("got %v, %v, asked %d times", got, refusal, asked)
			}
			registry.Matcher().Resolve(got)
			said := []string{got.Path(), got.ContextValue("authorizer", "lambda", "n"), got.AuthValue("n"), got.AuthValue("principalId"), got.ContextValue("domainName"), got.Param("id")}
			if diff := cmp.Diff([]string{"/users/{id}", "1", "1", "p", "id.lambda-url.eu-west-1.on.aws", "1"}, said); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if body, err := got.Body(); err != nil || string(body) != "secret" {
				t.Errorf("the body is %q, %v", body, err)
			}
			if status, why := protection.Refuse(got); status != 0 {
				t.Errorf("refused with %d: %s", status, why)
			}
		})
	}
}

// TestIdentitiesAreThere: whoever asks an authorizer, it decides about requests that
// have what it tells clients apart by. A gateway that remembers no answers needn't look.
func TestIdentitiesAreThere(t *testing.T) {
	a := app.New("a")
	asked := false
	allow := func(context.Context, *app.AuthRequest) (*app.AuthResponse, error) {
		asked = true
		return &app.AuthResponse{Routes: app.AuthRoutes("*")}, nil
	}
	a.Authorizer(allow, app.Name("both"), app.IdentityHeader("X-Key"), app.IdentityQuery("token"), app.TTL(0))
	a.Authorizer(allow, app.Name("token"))
	registry, err := a.Registry()
	if err != nil {
		t.Fatal(err)
	}
	const request = `{"type":"REQUEST","methodArn":"arn:aws:execute-api:eu-west-1:123456789012:id/api/GET/","headers":{%s},"queryStringParameters":%s}`
	for name, tc := range map[string]struct {
		authorizer, headers, query string
		want                       bool
	}{
		"both":       {"both", `"x-KEY":"k"`, `{"token":"t"}`, true},
		"no query":   {"both", `"X-Key":"k"`, `null`, false},
		"no header":  {"both", ``, `{"token":"t"}`, false},
		"empty":      {"both", `"X-Key":""`, `{"token":"t"}`, false},
		"blank":      {"both", `"X-Key":"k"`, `{"token":" "}`, false},
		"undeclared": {"token", ``, `null`, true},
	} {
		asked = false
		for _, f := range registry.Authorizers() {
			if f.Name != tc.authorizer {
				continue
			}
			_, err := f.Answer(context.Background(), fmt.Appendf(nil, request, tc.headers, tc.query))
			if asked != tc.want || (err == nil) != tc.want || err != nil && err.Error() != "Unauthorized" {
				t.Errorf("%s: asked %t, %v", name, asked, err)
			}
		}
	}
}

// TestAskNobody: other sources have authorizers of their own, and other kinds
// can't be asked here.
func TestAskNobody(t *testing.T) {
	a := app.New("a")
	auth := a.Authorizer(func(context.Context, *app.AuthRequest) (*app.AuthResponse, error) {
		t.Error("it was asked")
		return nil, nil
	}, app.Name("auth"))
	a.Route("/users/{id}", index, app.Auth(auth))
	a.Route("/iam", index, app.Auth(app.IAMAuthorizer()), app.Name("iam"))
	registry, err := a.Registry()
	if err != nil {
		t.Fatal(err)
	}
	url := urlEvent("/users/1", `"authorization":"t"`, "")
	for name, event := range map[string]string{
		"HTTP API": strings.Replace(url, "id.lambda-url.eu-west-1.on.aws", "id.execute-api.eu-west-1.amazonaws.com", 1),
		"IAM":      strings.ReplaceAll(url, "/users/1", "/iam"),
	} {
		request := must(t, app.NewRequest, event)
		registry.Matcher().Resolve(request)
		for _, route := range registry.Routes() {
			if route.Path != request.Path() {
				continue
			}
			if asked, refusal, err := route.Protection.Ask(context.Background(), request, urlFunction); asked != nil || refusal != nil || err != nil {
				t.Errorf("%s: got %v, %v, %v", name, asked, refusal, err)
			}
			if status, _ := route.Protection.Refuse(request); status != 401 {
				t.Errorf("%s: status %d", name, status)
			}
		}
	}
}

func TestAuthorizerMistakes(t *testing.T) {
	auth := func(context.Context, *app.AuthRequest) (*app.AuthResponse, error) { return nil, nil }
	socket := func(context.Context, *app.WebsocketEvent) (any, error) { return nil, nil }
	uri := "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:f/invocations"
	for name, tc := range map[string]struct {
		register func(a *app.App)
		want     string
	}{
		"header and identity": {func(a *app.App) {
			a.Authorizer(auth, app.Name("n"), app.Header("X"), app.IdentityQuery("q"))
		}, "Header and IdentityQuery exclude each other"},
		"empty":       {func(a *app.App) { a.Authorizer(auth, app.Name("n"), app.IdentityHeader("")) }, "IdentityHeader is empty: name the header"},
		"empty query": {func(a *app.App) { a.Authorizer(auth, app.Name("n"), app.IdentityQuery("")) }, "IdentityQuery is empty: name the parameter"},
		"twice": {func(a *app.App) {
			a.Authorizer(auth, app.Name("n"), app.IdentityHeader("X"), app.IdentityHeader("x"))
		}, `IdentityHeader("x") is given twice`},
		"messages": {func(a *app.App) {
			a.OnWSMessage(socket, app.Auth(app.IAMAuthorizer()))
		}, "OnWSMessage takes no Auth"},
		"nil": {func(a *app.App) { a.OnWSConnect(socket, app.Auth(nil)) }, "Auth has no authorizer: it is nil"},
		"Cognito": {func(a *app.App) {
			a.OnWSConnect(socket, app.Auth(app.CognitoUserPool("p", []string{"arn:x"})))
		}, "a websocket API can't check tokens itself"},
		"JWT": {func(a *app.App) {
			a.OnWSConnect(socket, app.Auth(app.JWT("j", "https://a.test", "x")))
		}, "a websocket API can't check tokens itself"},
		"custom": {func(a *app.App) {
			a.OnWSConnect(socket, app.Auth(app.CustomAuthorizer("c", uri)))
		}, "tell which part of a request has to be there"},
		"scopes": {func(a *app.App) {
			a.OnWSConnect(socket, app.Auth(a.Authorizer(auth, app.Name("n")).WithScopes("s")))
		}, "a websocket API checks none"},
		"TTL": {func(a *app.App) {
			a.OnWSConnect(socket, app.Auth(a.Authorizer(auth, app.Name("n"), app.TTL(60e9))))
		}, "a websocket API remembers no answers"},
		"another app's": {func(a *app.App) {
			a.OnWSConnect(socket, app.Auth(app.New("b").Authorizer(auth, app.Name("n"))))
		}, "none of this app's"},
	} {
		a := app.New("a")
		tc.register(a)
		mistakes := a.Describe().Mistakes
		if len(mistakes) != 1 || !strings.Contains(mistakes[0].Message, tc.want) || !strings.HasSuffix(mistakes[0].File, "authrequest_test.go") || mistakes[0].Line == 0 {
			t.Errorf("%s: got %v, want %q", name, mistakes, tc.want)
		}
	}
}

func TestConnectAuthorizerIsAFunction(t *testing.T) {
	a := app.New("a")
	a.OnWSConnect(func(context.Context, *app.WebsocketEvent) (any, error) { return nil, nil },
		app.Auth(a.Authorizer(func(context.Context, *app.AuthRequest) (*app.AuthResponse, error) { return nil, nil }, app.Name("check"))))
	m := model(t, a)
	if diff := cmp.Diff([]string{"check", "websocket_connect"}, m.FunctionNames()); diff != "" {
		t.Errorf("functions (-want +got):\n%s", diff)
	}
	if found := m.ConnectAuthorizer(); found == nil || found.Name != "check" {
		t.Errorf("the authorizer is %v", found)
	}
}

// TestAuthValue: what an authorizer said is found wherever an event has it.
func TestAuthValue(t *testing.T) {
	for name, tc := range map[string]struct{ form, authorizer, want string }{
		"REST API, Lambda":     {"rest", `{"principalId":"p","sub":"u"}`, "u"},
		"REST API, Cognito":    {"rest", `{"principalId":"p","claims":{"sub":"u"}}`, "u"},
		"HTTP API, Lambda":     {"http", `{"lambda":{"sub":"u","claims":{"sub":"other"},"jwt":{}}}`, "u"},
		"HTTP API, JWT":        {"http", `{"jwt":{"claims":{"sub":"u","lambda":"x"},"scopes":null}}`, "u"},
		"a number":             {"http", `{"lambda":{"sub":1}}`, "1"},
		"a list":               {"http", `{"lambda":{"sub":["u"]}}`, ""},
		"IAM":                  {"http", `{"iam":{"userId":"u"}}`, ""},
		"nothing":              {"http", `null`, ""},
		"a text for an object": {"http", `"sub"`, ""},
	} {
		event := `{"requestContext":{"resourcePath":"/","httpMethod":"GET","authorizer":` + tc.authorizer + `}}`
		if tc.form == "http" {
			event = `{"version":"2.0","rawPath":"/","requestContext":{"http":{"method":"GET"},"authorizer":` + tc.authorizer + `}}`
		}
		if got := must(t, app.NewRequest, event).AuthValue("sub"); got != tc.want {
			t.Errorf("%s: got %q, want %q", name, got, tc.want)
		}
	}
}
