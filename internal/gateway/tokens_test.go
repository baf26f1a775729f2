package gateway_test

//lint:file-ignore SA1008 header names are compared as API Gateway spells them

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	josejwt "github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/gateway"
	tokenkeys "github.com/chalice-go/chalice/internal/jwt"
)

const poolARN = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_abc"

// signer signs tokens, and has the keys to check them.
type signer struct {
	sign jose.Signer
	keys *tokenkeys.Keys
}

func newSigner(t testing.TB) signer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	sign, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: key}, nil)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := tokenkeys.GivenKeys(nil, key.Public())
	if err != nil {
		t.Fatal(err)
	}
	return signer{sign, keys}
}

func (s signer) token(t testing.TB, issuer, audience, scope string, expires time.Duration) string {
	t.Helper()
	token, err := josejwt.Signed(s.sign).Claims(map[string]any{
		"iss": issuer, "aud": audience, "scope": scope, "sub": "u", "exp": time.Now().Add(expires).Unix(), "groups": []string{"a", "b"}, "n": 1,
	}).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// TestTokens: the same rule for all that check tokens: 401 without a valid one,
// 403 without a scope that fits.
func TestTokens(t *testing.T) {
	const issuer, poolIssuer = "https://issuer.test", "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc"
	s, another := newSigner(t), newSigner(t)
	claims := func(iss, scope, aud string) map[string]any {
		return map[string]any{"iss": iss, "scope": scope, "aud": aud, "sub": "u"}
	}
	for name, tc := range map[string]struct {
		front      gateway.Type
		authorizer app.AuthorizerModel
		issuer     string
		member     []string // of requestContext.authorizer, to the claims
	}{
		"JWT":                  {gateway.HTTP, app.AuthorizerModel{Type: app.JWTAuthorizerType, Issuer: issuer, Audiences: []string{"web"}}, issuer, []string{"jwt", "claims"}},
		"Cognito, HTTP API":    {gateway.HTTP, app.AuthorizerModel{Type: app.CognitoAuthorizerType, ProviderARNs: []string{poolARN}, Audiences: []string{"web"}}, poolIssuer, []string{"jwt", "claims"}},
		"Cognito, REST API":    {gateway.REST, app.AuthorizerModel{Type: app.CognitoAuthorizerType, ProviderARNs: []string{poolARN}}, poolIssuer, []string{"claims"}},
		"Cognito, its headers": {gateway.HTTP, app.AuthorizerModel{Type: app.CognitoAuthorizerType, Header: "X-Token", ProviderARNs: []string{poolARN}, Audiences: []string{"web"}}, poolIssuer, []string{"jwt", "claims"}},
	} {
		t.Run(name, func(t *testing.T) {
			tc.authorizer.Name = "auth"
			open, scoped := route("/open"), route("/scoped")
			open.Authorizer, scoped.Authorizer, scoped.Scopes = "auth", "auth", []string{"write", "admin"}
			var lines []string
			g := gateway.New(gateway.API{
				Type: tc.front, Keys: s.keys, Functions: functions{app.RESTHandler: echo}, Log: func(line string) { lines = append(lines, line) },
				Model: &app.Model{Name: "m", Routes: []app.RouteModel{open, scoped}, Authorizers: []app.AuthorizerModel{tc.authorizer}},
			})
			header := "Authorization"
			if tc.authorizer.Header != "" {
				header = tc.authorizer.Header
			}
			good := s.token(t, tc.issuer, "web", "read write", time.Minute)
			for what, call := range map[string]struct {
				path, token string
				status      int
				logged      string
			}{
				"valid":          {"/open", good, 200, ""},
				"Bearer":         {"/open", "Bearer " + good, 200, ""},
				"with a scope":   {"/scoped", "bearer " + good, 200, ""},
				"no scope":       {"/scoped", s.token(t, tc.issuer, "web", "read", time.Minute), 403, "none of the scopes write, admin"},
				"part of one":    {"/scoped", s.token(t, tc.issuer, "web", "writer", time.Minute), 403, "none of the scopes"},
				"expired":        {"/open", s.token(t, tc.issuer, "web", "write", -time.Minute), 401, "has expired"},
				"other issuer":   {"/open", s.token(t, "https://other.test", "web", "write", time.Minute), 401, "the token's issuer is"},
				"another's key":  {"/open", another.token(t, tc.issuer, "web", "write", time.Minute), 401, "the signature is not"},
				"no token":       {"/open", "", 401, ""},
				"no JWT":         {"/open", "allow", 401, "no JSON Web Token"},
				"expired scoped": {"/scoped", s.token(t, tc.issuer, "web", "none", -time.Minute), 401, "has expired"},
			} {
				lines = nil
				request := http.Header{}
				if call.token != "" {
					request.Set(header, call.token)
				}
				r := do(g, "GET", call.path, "", request)
				if logged := strings.Join(lines, "\n"); r.Status != call.status || !strings.Contains(logged, call.logged) || call.logged == "" && logged != "" {
					t.Errorf("%s: status %d, logged %q", what, r.Status, logged)
				}
				if call.status != 200 || r.Status != 200 {
					continue
				}
				found := event(t, r)["requestContext"].(map[string]any)["authorizer"]
				for _, member := range tc.member {
					found = found.(map[string]any)[member]
				}
				got := found.(map[string]any)
				want := claims(tc.issuer, "read write", "web")
				want["groups"], want["n"], want["exp"] = "[a b]", "1", got["exp"]
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s: claims (-want +got):\n%s", what, diff)
				}
			}
			if r := do(g, "GET", "/open", "", http.Header{header: {s.token(t, tc.issuer, "other", "x", time.Minute)}}); (r.Status == 401) != (tc.authorizer.Audiences != nil) {
				t.Errorf("another audience: status %d", r.Status)
			}
		})
	}
}

// TestKeysUnknown: an HTTP API refuses tokens whose keys can't be had, and a
// REST API takes the claims of a made-up pool's.
func TestKeysUnknown(t *testing.T) {
	s := newSigner(t)
	var lines []string
	r := route("/")
	r.Authorizer = "auth"
	issuer := "http://127.0.0.1:1/none"
	g := gateway.New(gateway.API{
		Type: gateway.HTTP, Functions: functions{app.RESTHandler: echo}, Log: func(line string) { lines = append(lines, line) },
		Model: &app.Model{Name: "m", Routes: []app.RouteModel{r}, Authorizers: []app.AuthorizerModel{
			{Name: "auth", Type: app.JWTAuthorizerType, Issuer: issuer, Audiences: []string{"web"}},
		}},
	})
	response := do(g, "GET", "/", "", http.Header{"Authorization": {s.token(t, issuer, "web", "", time.Minute)}})
	if response.Status != 401 || !strings.Contains(strings.Join(lines, "\n"), "the keys of "+issuer+" can't be had") {
		t.Errorf("status %d, logged %q", response.Status, lines)
	}
}

// TestWholeRequests: what an authorizer of requests gets, and when it is asked.
func TestWholeRequests(t *testing.T) {
	identity := []app.IdentityModel{{In: app.IdentityInHeader, Name: "X-Token"}, {In: app.IdentityInQuery, Name: "key"}}
	for _, front := range []gateway.Type{gateway.REST, gateway.HTTP} {
		var asked []map[string]any
		r, other := route("/users/{id}"), route("/other")
		r.Authorizer, other.Authorizer = "auth", "auth"
		g := gateway.New(gateway.API{
			Type: front,
			Model: &app.Model{Name: "m", Routes: []app.RouteModel{r, other}, Authorizers: []app.AuthorizerModel{
				{Name: "auth", Type: app.BuiltinAuthorizerType, Identity: identity},
			}},
			Functions: functions{app.RESTHandler: echo, "auth": func(data []byte) ([]byte, error) {
				var e map[string]any
				if err := json.Unmarshal(data, &e); err != nil {
					return nil, err
				}
				asked = append(asked, e)
				request, err := app.NewAuthRequest(data)
				if err != nil {
					return nil, err
				}
				got := []string{request.Type(), request.Header("X-Token"), request.Query("key"), request.Param("id"), request.Method(), request.Path()}
				if got[2] == "k" && !cmp.Equal(got, []string{"REQUEST", "t", "k", "1", "GET", "/users/{id}"}) {
					t.Errorf("%v: got %q of %s", front, got, data)
				}
				return json.Marshal((&app.AuthResponse{Routes: app.AuthRoutes("/users/*"), Context: map[string]any{"n": 1}}).Render(request))
			}},
		})
		for _, tc := range []struct {
			target string
			header http.Header
			status int
			asked  int
		}{
			{"/users/1?key=k", nil, 401, 0},
			{"/users/1", http.Header{"X-Token": {"t"}}, 401, 0},
			{"/users/1?key=", http.Header{"X-Token": {"t"}}, 401, 0},
			{"/users/1?key=k", http.Header{"X-Token": {" "}}, 401, 0},
			{"/users/1?key=k", http.Header{"X-Token": {"t"}}, 200, 1},
			{"/users/2?key=k", http.Header{"X-Token": {"t"}}, 200, 1}, // the answer is remembered
			{"/other?key=k", http.Header{"X-Token": {"t"}}, 403, 1},   // and is about all routes
			{"/users/1?key=other", http.Header{"X-Token": {"t"}}, 200, 2},
		} {
			response := do(g, "GET", tc.target, "", tc.header)
			if response.Status != tc.status || len(asked) != tc.asked {
				t.Errorf("%v: %s with %v: status %d %s, asked %d times; want %d, %d", front, tc.target, tc.header, response.Status, response.Body, len(asked), tc.status, tc.asked)
			}
		}
		for _, e := range asked {
			if _, there := e["body"]; there {
				t.Errorf("%v: the authorizer gets a body: %v", front, e)
			}
		}
	}
}

// TestSocketAuthorizer: new connections are asked about, and all events have
// what was said.
func TestSocketAuthorizer(t *testing.T) {
	var questions int
	model := &app.Model{
		Name:        "sockets",
		Authorizers: []app.AuthorizerModel{{Name: "auth", Type: app.BuiltinAuthorizerType, Identity: []app.IdentityModel{{In: app.IdentityInQuery, Name: "token"}}}},
		Functions:   []app.FunctionModel{{Kind: app.WSConnectKind, Authorizer: "auth"}, {Kind: app.WSMessageKind}},
	}
	events := make(chan *app.WebsocketEvent, 10)
	s := serveSockets(t, model, func(name string, data []byte) ([]byte, error) {
		if name != "auth" {
			e, err := app.NewWebsocketEvent(data)
			events <- e
			return []byte(`{"statusCode":200}`), err
		}
		questions++
		r, err := app.NewAuthRequest(data)
		if err != nil {
			return nil, err
		}
		if r.Type() != "REQUEST" || r.ConnectionID() == "" || r.Header("sec-websocket-protocol") != "v1" || !strings.HasSuffix(r.MethodARN(), "/api/$connect") {
			t.Errorf("asked about %s", data)
		}
		switch r.Query("token") {
		case "unknown":
			return nil, &gateway.FunctionError{Type: "errorString", Message: "Unauthorized"}
		case "broken":
			return nil, &gateway.FunctionError{Type: "errorString", Message: "broken"}
		case "nil":
			return []byte("null"), nil
		case "routes":
			return json.Marshal((&app.AuthResponse{Routes: app.AuthRoutes("/users")}).Render(r))
		}
		return json.Marshal((&app.AuthResponse{Routes: app.AuthRoutes("*"), PrincipalID: "p", Context: map[string]any{"n": 1}}).Render(r))
	})
	for _, tc := range []struct {
		query             string
		status, questions int
	}{{"", 401, 0}, {"token=", 401, 0}, {"token=unknown", 401, 1}, {"token=broken", 500, 2}, {"token=nil", 500, 3}, {"token=routes", 403, 4}, {"token=good", 101, 5}, {"token=good", 101, 6}} {
		response, body := upgrade(t, s, func(r *http.Request) {
			r.URL.RawQuery = tc.query
			r.Header.Set("Sec-Websocket-Protocol", "v1")
		})
		if response.StatusCode != tc.status || questions != tc.questions {
			t.Errorf("%q: status %d %s, asked %d times; want %d, %d", tc.query, response.StatusCode, body, questions, tc.status, tc.questions)
		}
		if tc.status != 101 {
			continue
		}
		if e := <-events; e.AuthValue("principalId") != "p" || e.AuthValue("n") != "1" {
			t.Errorf("the event is %s", e.Raw())
		}
	}
	if len(events) > 0 {
		t.Error("refused connections reach the handler")
	}
}

// serveSockets serves a model's websockets.
func serveSockets(t *testing.T, model *app.Model, invoke func(name string, data []byte) ([]byte, error)) *socketServer {
	t.Helper()
	s := &socketServer{logged: make(chan string, 100)}
	s.sockets = gateway.NewSockets(gateway.SocketAPI{
		Model: func() *app.Model { return model }, Log: func(line string) { s.logged <- line },
		Functions: invoker(func(_ context.Context, name string, data []byte) ([]byte, error) { return invoke(name, data) }),
	})
	s.Server = httptest.NewServer(s.sockets)
	t.Cleanup(func() { s.sockets.Close(); s.Close() })
	return s
}

// TestSamplesOfWholeRequests: in samples an authorizer that looks at more than a
// token gets all of it, and a route whose tokens an API checks gets claims.
func TestSamplesOfWholeRequests(t *testing.T) {
	whole, token := route("/whole"), route("/token")
	whole.Authorizer, token.Authorizer, token.Scopes = "auth", "users", []string{"read"}
	m := &app.Model{Name: "m", Routes: []app.RouteModel{whole, token}, Authorizers: []app.AuthorizerModel{
		{Name: "auth", Type: app.BuiltinAuthorizerType, Identity: []app.IdentityModel{
			{In: app.IdentityInQuery, Name: "key"}, {In: app.IdentityInHeader, Name: "X-Token"},
		}},
		{Name: "users", Type: app.JWTAuthorizerType, Issuer: "https://issuer.test", Audiences: []string{"web"}},
	}}
	request := func(path string) *http.Request {
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("Authorization", "allow")
		return r
	}
	for _, front := range []gateway.Type{gateway.REST, gateway.HTTP} {
		events := gateway.Samples(front, m, "", request("/whole"))
		r, err := app.NewAuthRequest(events["auth"])
		if err != nil {
			t.Fatalf("%v: %v", front, err)
		}
		if r.Type() != "REQUEST" || r.Query("key") != "allow" || r.Header("X-Token") != "allow" {
			t.Errorf("%v: %s", front, r.Raw())
		}
		if routed, err := app.NewRequest(events[app.RESTHandler]); err != nil || routed.AuthValue("principalId") != "user" {
			t.Errorf("%v: %v, %s", front, err, events[app.RESTHandler])
		}
	}
	r, err := app.NewRequest(gateway.Samples(gateway.HTTP, m, "", request("/token"))[app.RESTHandler])
	if err != nil {
		t.Fatal(err)
	}
	if r.AuthValue("sub") == "" || r.AuthValue("scope") != "read" {
		t.Errorf("no claims: %s", r.Raw())
	}
}
