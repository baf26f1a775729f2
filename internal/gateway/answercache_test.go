package gateway_test

import (
	"errors"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/gateway"
)

// TestAuthorizerCache: an answer is kept for a token, not for a method, and the
// policy in it is evaluated for each.
func TestAuthorizerCache(t *testing.T) {
	type ask struct {
		after  time.Duration // since the previous request
		method string
		target string
		token  string
		status int
	}
	private := allowing(arnPrefix + "/GET/private")
	for name, tc := range map[string]struct {
		ttl    *int
		output string // of the authorizer
		err    error
		asks   []ask
		want   []string // tokens that the authorizer was asked about
	}{
		"a token again": {
			nil, allowing("*"), nil,
			[]ask{{0, "GET", "/private", "a", 200}, {time.Minute, "GET", "/private", "a", 200}}, []string{"a"},
		},
		"tokens of their own": {
			nil, allowing("*"), nil,
			[]ask{{0, "GET", "/private", "a", 200}, {0, "GET", "/private", "b", 200}, {0, "GET", "/private", "a", 200}}, []string{"a", "b"},
		},
		"five minutes unless told otherwise": {
			nil, allowing("*"), nil,
			[]ask{{0, "GET", "/private", "a", 200}, {299 * time.Second, "GET", "/private", "a", 200}, {time.Second, "GET", "/private", "a", 200}},
			[]string{"a", "a"},
		},
		"a time of its own": {
			new(30), allowing("*"), nil,
			[]ask{{0, "GET", "/private", "a", 200}, {29 * time.Second, "GET", "/private", "a", 200}, {time.Second, "GET", "/private", "a", 200}},
			[]string{"a", "a"},
		},
		"no time": {
			new(0), allowing("*"), nil,
			[]ask{{0, "GET", "/private", "a", 200}, {0, "GET", "/private", "a", 200}}, []string{"a", "a"},
		},
		"a policy that isn't about the other method": {
			nil, private, nil,
			[]ask{{0, "GET", "/private", "a", 200}, {0, "PUT", "/private", "a", 403}, {0, "GET", "/users/1", "a", 403}, {0, "GET", "/private", "a", 200}},
			[]string{"a"},
		},
		"a refusal": {
			nil, private, nil,
			[]ask{{0, "PUT", "/private", "a", 403}, {0, "PUT", "/private", "a", 403}, {0, "GET", "/private", "a", 200}}, []string{"a"},
		},
		"a failure isn't kept": {
			nil, "", errors.New("no database"),
			[]ask{{0, "GET", "/private", "a", 500}, {0, "GET", "/private", "a", 500}}, []string{"a", "a"},
		},
		"nor is an unknown token": {
			nil, "", errors.New("Unauthorized"),
			[]ask{{0, "GET", "/private", "a", 401}, {0, "GET", "/private", "a", 401}}, []string{"a", "a"},
		},
		"nor no answer": {
			nil, "null", nil,
			[]ask{{0, "GET", "/private", "a", 500}, {0, "GET", "/private", "a", 500}}, []string{"a", "a"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
			var asked []string
			g := guardAt(func() time.Time { return now }, app.AuthorizerModel{Type: app.BuiltinAuthorizerType, TTLSeconds: tc.ttl},
				func(event []byte) ([]byte, error) {
					asked = append(asked, tokenOf(t, event))
					return []byte(tc.output), tc.err
				})
			for i, a := range tc.asks {
				now = now.Add(a.after)
				if got := g.get(t, a.method, a.target, http.Header{"Authorization": {a.token}}); got.Status != a.status {
					t.Errorf("%d: %s %s: got status %d, want %d", i, a.method, a.target, got.Status, a.status)
				}
			}
			if diff := cmp.Diff(tc.want, asked); diff != "" {
				t.Errorf("asked about (-want +got):\n%s", diff)
			}
		})
	}
}

// TestCachedContext: the route gets the context of the answer that was kept.
func TestCachedContext(t *testing.T) {
	n := 0
	g := guard(builtin, func([]byte) ([]byte, error) {
		n++
		return []byte(`{"principalId":` + strconv.Itoa(n) + `,"policyDocument":{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}}`), nil
	})
	for range 3 {
		got := g.get(t, "GET", "/private", http.Header{"Authorization": {"t"}})
		if diff := cmp.Diff(answer{Status: 200, Auth: map[string]any{"principalId": "1"}}, got); diff != "" {
			t.Errorf("answer (-want +got):\n%s", diff)
		}
	}
}

// TestAuthorizersDontShare: each authorizer has a cache of its own.
func TestAuthorizersDontShare(t *testing.T) {
	asked := map[string]int{}
	ask := func(name string) func([]byte) ([]byte, error) {
		return func([]byte) ([]byte, error) {
			asked[name]++
			return []byte(allowing("*")), nil
		}
	}
	one, two := route("/one"), route("/two")
	one.Authorizer, two.Authorizer = "a1", "a2"
	g := gateway.New(gateway.API{
		Model: &app.Model{Name: "two", Routes: []app.RouteModel{one, two}, Authorizers: []app.AuthorizerModel{
			{Name: "a1", Type: app.BuiltinAuthorizerType}, {Name: "a2", Type: app.BuiltinAuthorizerType},
		}},
		Functions: functions{app.RESTHandler: echo, "a1": ask("a1"), "a2": ask("a2")},
	})
	for range 2 {
		for _, target := range []string{"/one", "/two"} {
			if got := do(g, "GET", target, "", http.Header{"Authorization": {"t"}}); got.Status != 200 {
				t.Errorf("%s: status %d", target, got.Status)
			}
		}
	}
	if diff := cmp.Diff(map[string]int{"a1": 1, "a2": 1}, asked); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
}
