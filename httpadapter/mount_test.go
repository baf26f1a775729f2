package httpadapter_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/apptest"
	"github.com/chalice-go/chalice/httpadapter"
)

// named returns a handler that answers with a name and the path that it sees.
func named(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		w.Write([]byte(name + " " + r.URL.Path))
	}
}

func TestMountedPaths(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("/v1/{$}", named("index"))
	mux.Handle("/v1/users/", named("users"))
	stripped := http.NewServeMux()
	stripped.Handle("/{$}", named("stripped index"))
	stripped.Handle("/a/", named("stripped a"))

	a := app.New("paths")
	httpadapter.Mount(a, "/v1", mux)
	httpadapter.Mount(a, "/v2/", http.StripPrefix("/v2", stripped))
	httpadapter.Mount(a, "/tenants/{tenant}", named("tenants"))
	httpadapter.Mount(a, "/", named("rest"))
	a.Route("/v1/users/me", me)
	b := app.NewBlueprint()
	httpadapter.Mount(b, "/inner", named("blueprint"))
	a.RegisterBlueprint(b, app.URLPrefix("/outer"), app.NamePrefix("outer_"))

	client := apptest.NewClient(t, a)
	for target, want := range map[string]string{
		"/":                 "rest /",
		"/x":                "rest /x",
		"/v10":              "rest /v10",
		"/v1/":              "index /v1/",
		"/v1/users/":        "users /v1/users/",
		"/v1/users/7":       "users /v1/users/7",
		"/v1/users/me":      "the app's own",
		"/v1/users/me/too":  "users /v1/users/me/too",
		"/v2/":              "stripped index /",
		"/v2/a/b/":          "stripped a /a/b/",
		"/tenants/a%20b":    "tenants /tenants/a b",
		"/tenants/a/b/":     "tenants /tenants/a/b/",
		"/outer/inner/a%2f": "blueprint /outer/inner/a/",
	} {
		if got := client.HTTP.Get(target); got.Status != 200 || got.Text() != want {
			t.Errorf("GET %s: want %q, got %d %q", target, want, got.Status, got.Text())
		}
	}
}

func me(context.Context, *app.Request) (any, error) { return "the app's own", nil }

func TestRoutesOfMount(t *testing.T) {
	type route struct {
		Path, Name           string
		Methods, ContentType []string
		CORS                 bool
	}
	all := []string{"GET", "POST", "PUT", "PATCH", "HEAD", "OPTIONS", "DELETE"}
	for name, tc := range map[string]struct {
		prefix  string
		options []app.RouteOption
		app     []app.Option
		want    [2]route
	}{
		"plain": {
			prefix: "/api/v-1",
			want:   [2]route{{"/api/v-1", "api_v_1", all, []string{}, false}, {"/api/v-1/{proxy+}", "api_v_1", all, []string{}, false}},
		},
		"the root": {
			prefix: "/",
			want:   [2]route{{"/", "root", all, []string{}, false}, {"/{proxy+}", "root", all, []string{}, false}},
		},
		"a name and methods": {
			prefix:  "/v1",
			options: []app.RouteOption{app.Name("legacy"), app.Methods("GET")},
			want:    [2]route{{"/v1", "legacy", []string{"GET"}, []string{}, false}, {"/v1/{proxy+}", "legacy", []string{"GET"}, []string{}, false}},
		},
		"CORS": {
			prefix: "/v1",
			app:    []app.Option{app.DefaultCORS()},
			want: [2]route{
				{"/v1", "v1", []string{"GET", "POST", "PUT", "PATCH", "HEAD", "DELETE"}, []string{}, true},
				{"/v1/{proxy+}", "v1", []string{"GET", "POST", "PUT", "PATCH", "HEAD", "DELETE"}, []string{}, true},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := app.New("routes", tc.app...)
			httpadapter.Mount(a, tc.prefix, named("x"), tc.options...)
			registry, err := a.Registry()
			if err != nil {
				t.Fatal(err)
			}
			var got [2]route
			for i, r := range registry.Routes() {
				got[i] = route{r.Path, r.Name, r.Methods, r.ContentTypes, r.CORS != nil}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("routes (-want +got):\n%s", diff)
			}
		})
	}
}

// TestMistakes: mistakes are reported at the place where Mount was called.
func TestMistakes(t *testing.T) {
	for name, tc := range map[string]struct {
		register      func(a *app.App)
		line, message string // their beginnings
	}{
		"no handler": {
			func(a *app.App) { httpadapter.Mount(a, "/no-handler", nil) },
			`func(a *app.App) { httpadapter.Mount(a, "/no-handler"`, "the handler is nil",
		},
		"no prefix": {
			func(a *app.App) { httpadapter.Mount(a, "", named("x")) },
			`func(a *app.App) { httpadapter.Mount(a, ""`, "the path is empty",
		},
		"a relative prefix": {
			func(a *app.App) { httpadapter.Mount(a, "v1", named("x")) },
			`func(a *app.App) { httpadapter.Mount(a, "v1"`, `path "v1" has to start with a slash`,
		},
		"twice, in a blueprint": {
			func(a *app.App) {
				b := app.NewBlueprint()
				httpadapter.Mount(b, "/twice", named("first"))
				httpadapter.Mount(b, "/twice", named("second"))
				a.RegisterBlueprint(b)
			},
			`httpadapter.Mount(b, "/twice", named("second"`, `GET /twice has two handlers: "twice" here`,
		},
		"content types": {
			func(a *app.App) { httpadapter.Mount(a, "/types", named("x"), app.ContentTypes("text/plain")) },
			`func(a *app.App) { httpadapter.Mount(a, "/types"`, "ContentTypes is given twice",
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := app.New("mistaken")
			tc.register(a)
			_, err := a.Registry()
			var mistakes app.Mistakes
			if !errors.As(err, &mistakes) {
				t.Fatalf("want mistakes, got %v", err)
			}
			if !strings.HasPrefix(mistakes[0].Message, tc.message) {
				t.Errorf("message: want %q, got %q", tc.message, mistakes[0].Message)
			}
			for _, m := range mistakes {
				if got := sourceLine(t, m.Line); m.File != "httpadapter/mount_test.go" || !strings.HasPrefix(got, tc.line) {
					t.Errorf("%v\nis at %q, should be at %q", m, got, tc.line)
				}
			}
		})
	}
}

// TestLocationOfRegistration: the model has the place where Mount was called.
func TestLocationOfRegistration(t *testing.T) {
	a := app.New("places")
	register := func(r httpadapter.Router) { httpadapter.Mount(r, "/v1", named("x")) }
	register(a)
	registry, err := a.Registry()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range registry.Model().Routes {
		if got := sourceLine(t, r.Source.Line); r.Source.File != "httpadapter/mount_test.go" || !strings.HasPrefix(got, "register := ") {
			t.Errorf("%s: the source is %v: %s", r.Path, r.Source, got)
		}
	}
}

func TestPanics(t *testing.T) {
	for name, tc := range map[string]struct {
		value  any
		logged bool
	}{
		"a text":              {"boom", true},
		"an error":            {errors.New("boom"), true},
		"an aborted response": {http.ErrAbortHandler, false},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			old := slog.Default()
			slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
			defer slog.SetDefault(old)
			a := app.New("panics")
			httpadapter.Mount(a, "/", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Write([]byte("half a response"))
				panicsHere(tc.value)
			}))
			got := apptest.NewClient(t, a).HTTP.Get("/x")
			if want := `{"Code":"InternalServerError","Message":"An internal server error occurred."}`; got.Status != 500 || got.Text() != want {
				t.Errorf("response: want 500 %s, got %d %s", want, got.Status, got.Text())
			}
			if !tc.logged {
				if log.Len() > 0 {
					t.Errorf("nothing should be in the log: %s", &log)
				}
				return
			}
			for _, part := range []string{"boom", "panicsHere", "type=panic"} {
				if !strings.Contains(log.String(), part) {
					t.Errorf("the log lacks %q: %s", part, &log)
				}
			}
		})
	}
}

//go:noinline
func panicsHere(value any) { panic(value) }

func TestInvalidStatus(t *testing.T) {
	quiet(t)
	a := app.New("status")
	httpadapter.Mount(a, "/", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(1000) }))
	if got := apptest.NewClient(t, a).HTTP.Get("/"); got.Status != 500 {
		t.Errorf("status: want 500, got %d", got.Status)
	}
}
