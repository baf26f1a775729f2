package apptest_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/apptest"
)

// asked is refused as its query says.
type asked struct {
	How string `query:"how"`
}

type several []error

func (several) Error() string     { return "several" }
func (s several) Unwrap() []error { return s }

var refusals = map[string]error{
	"nils":            fmt.Errorf("no: %w, %w", error(nil), error(nil)),
	"several of none": several{},
	"several nils":    several{nil, nil},
	"empty":           fmt.Errorf("no: %w", app.Violations{}),
	"joined empty":    errors.Join(app.Violations{}, app.Violations{}),
	"plain":           errors.New("no"),
	"joined":          errors.Join(errors.New("no"), nil),
}

func (a *asked) Validate() error {
	if a.How == "not at all" {
		return app.Violations(nil)
	}
	return refusals[a.How]
}

// TestValidateRefuses: whatever error Validate returns, the handler isn't called.
func TestValidateRefuses(t *testing.T) {
	a := app.New("shop")
	called := false
	app.TypedRoute(a, "/", func(context.Context, *asked) (*struct{}, error) { called = true; return nil, nil }, app.Name("ask"))
	c := apptest.NewClient(t, a)
	for how := range refusals {
		if r := c.HTTP.Get("/", apptest.Query("how", how)); r.Status != 422 || called || !strings.Contains(string(r.Body), `"In":"request"`) {
			t.Errorf("%s: %d %s", how, r.Status, r.Body)
		}
	}
	if r := c.HTTP.Get("/", apptest.Query("how", "not at all")); r.Status != 204 || !called {
		t.Errorf("without an error: %d %s", r.Status, r.Body)
	}
}

// TestWholeBody: a field Body is the whole body also with options in its tag.
func TestWholeBody(t *testing.T) {
	type thing struct {
		ID string `json:"id"`
	}
	a := app.New("shop")
	app.TypedRoute(a, "/", func(_ context.Context, in *struct {
		Body thing `json:",omitempty"`
	}) (*thing, error) {
		return &in.Body, nil
	}, app.Methods("POST"), app.Name("post"))
	// A text in which "form:" stands makes no form.
	app.TypedRoute(a, "/dated", func(_ context.Context, in *struct {
		Day string `json:"day" doc:"In the form: 2026-11-30"`
	}) (*thing, error) {
		return &thing{in.Day}, nil
	}, app.Methods("POST"), app.Name("dated"))
	c := apptest.NewClient(t, a)
	for _, tc := range []struct{ path, body, want string }{
		{"/", `{"id":"a"}`, `{"id":"a"}`}, {"/", "", `{"id":""}`}, {"/dated", `{"day":"b"}`, `{"id":"b"}`},
	} {
		if r := c.HTTP.Post(tc.path, apptest.Body(tc.body), apptest.Header("Content-Type", "application/json")); string(r.Body) != tc.want {
			t.Errorf("%s %s: %d %s", tc.path, tc.body, r.Status, r.Body)
		}
	}
}

// TestTooManyItems: what is beyond maxItems and maxProperties takes no memory.
func TestTooManyItems(t *testing.T) {
	type large struct {
		A [60]int64 `json:"a,omitzero"`
	}
	a := app.New("shop")
	app.TypedRoute(a, "/", func(context.Context, *struct {
		List []large          `json:"list,omitzero" maxItems:"3"`
		Map  map[string]large `json:"map,omitzero" maxProperties:"3"`
	}) (*struct{}, error) {
		return nil, nil
	}, app.Methods("POST"), app.Name("post"))
	c := apptest.NewClient(t, a)
	var members strings.Builder
	for i := range 50_000 {
		fmt.Fprintf(&members, `,"%d":{}`, i)
	}
	for _, body := range []string{
		`{"list":[{}` + strings.Repeat(",{}", 200_000) + `]}`,
		`{"map":{"a":{}` + members.String() + `}}`,
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		r := c.HTTP.Post("/", apptest.Body(body), apptest.Header("Content-Type", "application/json"))
		runtime.ReadMemStats(&after)
		if r.Status != 422 || !strings.Contains(string(r.Body), "at most 3") {
			t.Errorf("%.20s: %d %s", body, r.Status, r.Body)
		}
		if n := after.TotalAlloc - before.TotalAlloc; n > 40*uint64(len(body)) {
			t.Errorf("%.20s: %d bytes take %d of memory", body, len(body), n)
		}
	}
}
