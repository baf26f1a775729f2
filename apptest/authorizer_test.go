package apptest_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/apptest"
)

// frontDir makes a project whose stage has a front.
func frontDir(t *testing.T, front string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, ".chalice"), 0o755); err != nil {
		t.Fatal(err)
	}
	config := `{"version":"2.0","app_name":"a","api_type":"` + front + `"}`
	if err := os.WriteFile(filepath.Join(dir, ".chalice", "config.json"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func said(_ context.Context, r *app.Request) (any, error) {
	return r.AuthValue("sub") + r.AuthValue("user") + " " + r.AuthValue("principalId"), nil
}

// TestAuthorizerOnEachFront: the same authorizer and the same handler behind each.
func TestAuthorizerOnEachFront(t *testing.T) {
	for _, front := range []string{"rest", "http", "function_url"} {
		t.Run(front, func(t *testing.T) {
			a := app.New("a")
			check := func(_ context.Context, r *app.AuthRequest) (*app.AuthResponse, error) {
				switch r.Token() {
				case "unknown":
					return nil, errors.New("Unauthorized")
				case "other":
					return &app.AuthResponse{Routes: app.AuthRoutes("/other")}, nil
				case "bare":
					return &app.AuthResponse{Routes: app.AuthRoutes("*")}, nil
				}
				return &app.AuthResponse{Routes: app.AuthRoutes("*"), PrincipalID: "p", Context: map[string]any{"user": "u"}}, nil
			}
			a.Route("/token", said, app.Auth(a.Authorizer(check, app.Name("token"))), app.Name("one"))
			whole := a.Authorizer(check, app.Name("whole"), app.IdentityQuery("key"), app.IdentityHeader("X-Device"))
			a.Route("/whole/{id}", said, app.Auth(whole), app.Name("two"))
			client := apptest.NewClient(t, a, apptest.ProjectDir(frontDir(t, front)))
			for _, tc := range []struct {
				path, header, value string
				status              int
				body                string
			}{
				{"/token", "Authorization", "good", 200, "u p"},
				{"/token", "Authorization", "bare", 200, " "},
				{"/token", "Authorization", "other", 403, ""},
				{"/token", "Authorization", "unknown", 401, ""},
				{"/token", "X-Other", "good", 401, ""},
				{"/whole/1?key=good", "X-Device", "d", 200, "u p"},
				{"/whole/1?key=good", "X-Other", "d", 401, ""},
				{"/whole/1", "X-Device", "d", 401, ""},
				{"/whole/1?key=other", "X-Device", "d", 403, ""},
				{"/whole/1?key=unknown", "X-Device", "d", 401, ""},
			} {
				got := client.HTTP.Get(tc.path, apptest.Header(tc.header, tc.value))
				if got.Status != tc.status || tc.status == 200 && string(got.Body) != tc.body {
					t.Errorf("%s with %s %s: status %d %q; want %d %q", tc.path, tc.header, tc.value, got.Status, got.Body, tc.status, tc.body)
				}
			}
		})
	}
}

func TestJWT(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/keys" {
			json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "1"}}})
			return
		}
		json.NewEncoder(w).Encode(map[string]string{"issuer": server.URL, "jwks_uri": server.URL + "/keys"})
	}))
	defer server.Close()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: "1"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	token := func(issuer, scope string, expires time.Duration) string {
		text, err := jwt.Signed(signer).Claims(map[string]any{
			"iss": issuer, "client_id": "web", "sub": "me", "scope": scope, "exp": time.Now().Add(expires).Unix(),
		}).Serialize()
		if err != nil {
			t.Fatal(err)
		}
		return "Bearer " + text
	}
	const given = "https://issuer.test"
	for issuer, options := range map[string][]apptest.Option{given: {apptest.JWKS(key.Public())}, server.URL: nil} {
		a := app.New("a")
		users := app.JWT("users", issuer, "web")
		a.Route("/", said, app.Auth(users), app.Name("one"))
		a.Route("/scoped", said, app.Auth(users.WithScopes("write")), app.Name("two"))
		client := apptest.NewClient(t, a, append(options, apptest.ProjectDir(frontDir(t, "http")))...)
		for _, tc := range []struct {
			path, token string
			status      int
		}{
			{"/", token(issuer, "", time.Minute), 200},
			{"/scoped", token(issuer, "read write", time.Minute), 200},
			{"/scoped", token(issuer, "read", time.Minute), 403},
			{"/", token(issuer, "", -time.Minute), 401},
			{"/", token("https://other.test", "", time.Minute), 401},
			{"/", "Bearer x", 401},
		} {
			got := client.HTTP.Get(tc.path, apptest.Header("Authorization", tc.token))
			if got.Status != tc.status || tc.status == 200 && string(got.Body) != "me " {
				t.Errorf("%s: %s: status %d %q, want %d", issuer, tc.path, got.Status, got.Body, tc.status)
			}
		}
	}
}

// TestAuthorizerSeesWhatTheRouteSees: an authorizer decides about the values that the
// handler gets, however a client writes them: otherwise it could forbid one of them,
// and the handler get it all the same.
func TestAuthorizerSeesWhatTheRouteSees(t *testing.T) {
	for _, front := range []string{"rest", "http", "function_url"} {
		type request interface {
			Param(string) string
			Params() map[string]string
			Query(string) string
			QueryAll(string) []string
			Header(string) string
			Method() string
			Path() string
			URLPath() string
		}
		seen := func(r request) []any {
			return []any{r.Param("id"), r.Params(), r.Query("q"), r.QueryAll("q"), r.Query("Q"), r.Query("none"), r.Header("x-VALUE"),
				r.Header("X-Token"), r.Header("Cookie"), r.Method(), r.Path(), r.URLPath()}
		}
		var asked, answered []any
		a := app.New("a")
		whole := a.Authorizer(func(_ context.Context, r *app.AuthRequest) (*app.AuthResponse, error) {
			asked = seen(r)
			return &app.AuthResponse{Routes: app.AuthRoutes("*")}, nil
		}, app.Name("whole"), app.IdentityHeader("X-Token"), app.TTL(0))
		handler := func(_ context.Context, r *app.Request) (any, error) {
			answered = seen(r)
			return "", nil
		}
		a.Route("/users/{id}", handler, app.Auth(whole), app.Name("one"))
		a.Route("/files/{id+}", handler, app.Auth(whole), app.Name("rest"))
		client := apptest.NewClient(t, a, apptest.ProjectDir(frontDir(t, front)))
		for _, target := range []string{
			"/users/admin", "/users/%61dmin", "/users/%2561dmin", "/users/a+b", "/users/%2B", "/users/%C3%A4", "/users/admin/",
			"/files/a/b", "/files/a%2Fb", "/files/%2e%2e/b", "/files/a//b/",
			"/users/1?q=1&q=2", "/users/1?q=%2561&q=+%20", "/users/1?q", "/users/1?q=&Q=1", "/users/1?%71=1", "/users/1?q=1,2&q=3",
		} {
			asked, answered = nil, nil
			r := httptest.NewRequest("GET", "http://a.test"+target, nil)
			r.Header = http.Header{"X-Token": {"t"}, "X-Value": {"1", "2"}, "Cookie": {"c=1; d=2", "c=3"}}
			w := httptest.NewRecorder()
			client.HTTP.ServeHTTP(w, r)
			if w.Code != 200 || asked == nil {
				if w.Code == 200 || answered != nil {
					t.Errorf("%s, %s: status %d without being asked", front, target, w.Code)
				}
				continue
			}
			if diff := cmp.Diff(answered, asked); diff != "" {
				t.Errorf("%s, %s (-route +authorizer)\n%s", front, target, diff)
			}
		}
	}
}
