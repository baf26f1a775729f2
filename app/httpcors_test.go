package app_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
)

// TestHTTPCORS: when an HTTP API has one configuration, and why not.
func TestHTTPCORS(t *testing.T) {
	a, b := app.CORSConfig{AllowOrigin: "https://a.test"}, app.CORSConfig{AllowOrigin: "https://b.test"}
	two := app.AllowOrigins("https://a.test", "https://b.test")
	with := func(m *app.Model, more ...app.RouteModel) *app.Model {
		m.Routes = append(m.Routes, more...)
		return m
	}
	for name, tc := range map[string]struct {
		model   *app.Model
		origins []string // nil: the program answers, or nobody
		why     string
	}{
		"none":              {withCORS(), nil, ""},
		"one that all have": {withCORS(a, a), []string{"https://a.test"}, ""},
		"all":               {withCORS(app.CORSConfig{}), []string{"*"}, ""},
		"two":               {withCORS(two, two), []string{"https://a.test", "https://b.test"}, ""},
		"credentials":       {withCORS(credentials(two)), []string{"https://a.test", "https://b.test"}, ""},
		"filled in":         {withCORS(app.CORSConfig{AllowOrigin: "${origin}"}), []string{"${origin}"}, ""},
		"different ones":    {withCORS(a, b), nil, "/a and /b have different CORS configurations"},
		"a pattern":         {withCORS(app.AllowOrigins("https://a.test", "https://*.b.test")), nil, "the origin https://*.b.test is a pattern"},
		"another scheme":    {withCORS(app.CORSConfig{AllowOrigin: "capacitor://localhost"}), nil, "the origin capacitor://localhost is none of http or https"},
		"a route that says no": {
			with(withCORS(a), app.RouteModel{Path: "/no", CORS: &app.CORSModel{}, Source: &app.Source{File: "main.go", Line: 7}}), nil, "/no has NoCORS, at main.go:7",
		},
		"a handler for OPTIONS": {with(withCORS(a), app.RouteModel{Path: "/o", Methods: []string{"GET", "OPTIONS"}}), nil, "/o has a handler for OPTIONS"},
	} {
		t.Run(name, func(t *testing.T) {
			got, why := tc.model.HTTPCORS()
			var origins []string
			if got != nil {
				origins = got.Origins()
			}
			if diff := cmp.Diff(tc.origins, origins); diff != "" || why != tc.why {
				t.Errorf("%s (-want +got):\n%s", why, diff)
			}
		})
	}
	got, _ := with(withCORS(a), app.RouteModel{Path: "/p", Methods: []string{"PUT", "DELETE"}, CORS: &app.CORSModel{Enabled: true, Config: &a}},
		app.RouteModel{Path: "/p", Methods: []string{"PATCH"}}).HTTPCORS()
	if diff := cmp.Diff([]string{"GET", "PUT", "DELETE", "OPTIONS"}, got.Methods); diff != "" {
		t.Errorf("methods (-want +got):\n%s", diff)
	}
}
