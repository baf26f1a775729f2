package dispatch_test

import (
	"context"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

// TestRefusalsAreLogged: a line says what to put in front of the function. It
// is logged once for each request that is refused, and once for payload format
// 1.0 itself.
func TestRefusalsAreLogged(t *testing.T) {
	for name, tc := range map[string]struct {
		source, path, authorizer string
		level, want              string // empty: none
	}{
		"no authorizer":           {"an HTTP API", "/jwt", ``, "WARN", `refused GET /jwt: the event has no object requestContext.authorizer.jwt`},
		"another":                 {"a function URL", "/iam", `"authorizer":{"jwt":{}},`, "WARN", `refused GET /iam: the event has no object requestContext.authorizer.iam`},
		"a load balancer":         {"a load balancer", "/builtin", ``, "WARN", `refused GET /builtin: a load balancer asks no authorizer`},
		"format 1.0":              {"payload format 1.0", "/custom", ``, "WARN", `set the payload format of the HTTP API's integration to 2.0`},
		"format 1.0, an open one": {"payload format 1.0", "/open", ``, "WARN", `set the payload format of its integration to 2.0`},
		"no scope":                {"an HTTP API", "/jwt/scoped", `"authorizer":{"jwt":{}},`, "DEBUG", `the client has none of the scopes orders/read, orders/write`},
		"let through":             {"an HTTP API", "/iam", `"authorizer":{"iam":{}},`, "", ``},
		"an open one of an API":   {"an HTTP API", "/open", ``, "", ``},
		"a REST API's":            {"a REST API", "/iam", ``, "", ``},
	} {
		t.Run(name, func(t *testing.T) {
			log := capture(t)
			newSafe(false).invoke(t, protectionSources[tc.source](tc.path, tc.authorizer))
			lines := strings.Count(log.String(), "\n")
			if tc.level == "" && lines == 0 {
				return
			}
			if lines != 1 || !strings.Contains(log.String(), tc.want) || !strings.Contains(log.String(), tc.level) {
				t.Errorf("got %s, want %q", log, tc.want)
			}
		})
	}
	log := capture(t)
	h, err := dispatch.NewHandler(newSafe(false).App, app.RESTHandler)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := h.Invoke(t.Context(), []byte(protectionSources["payload format 1.0"]("/open", ""))); err != nil {
			t.Fatal(err)
		}
	}
	if strings.Count(log.String(), "\n") != 1 {
		t.Errorf("three open requests of format 1.0: %s", log)
	}
}

// TestSubstitutedRequest: if middleware replaces the request, the authorizer
// must have let the new one through as well.
func TestSubstitutedRequest(t *testing.T) {
	quiet(t)
	s := newSafe(false)
	s.Use(func(next app.Handler) app.Handler {
		return func(context.Context, any) (any, error) {
			other, err := app.NewRequest([]byte(protectionSources["an HTTP API"]("/iam", "")))
			if err != nil {
				return nil, err
			}
			return next(context.Background(), other)
		}
	})
	if status, _ := s.invoke(t, protectionSources["an HTTP API"]("/open", "")); status != 401 || s.ran != nil {
		t.Errorf("got status %d, ran %v", status, s.ran)
	}
}
