package app_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
)

// withCORS returns a model whose routes have these configurations, and one route
// that has none.
func withCORS(configs ...app.CORSConfig) *app.Model {
	m := &app.Model{Routes: []app.RouteModel{{Path: "/none"}}}
	for i := range configs {
		m.Routes = append(m.Routes, app.RouteModel{Path: "/" + string(rune('a'+i)), CORS: &app.CORSModel{Enabled: true, Config: &configs[i]}})
	}
	return m
}

func credentials(c app.CORSConfig) app.CORSConfig {
	c.AllowCredentials = true
	return c
}

// TestErrorCORS: what a page of https://a.test sees of answers that no route
// gives.
func TestErrorCORS(t *testing.T) {
	a, b := app.CORSConfig{AllowOrigin: "https://a.test"}, app.CORSConfig{AllowOrigin: "https://b.test"}
	type fields = map[string]string
	const origin, allow, vary, expose = "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Vary", "Access-Control-Expose-Headers"
	exposing := app.CORSConfig{AllowOrigin: "https://a.test", ExposeHeaders: []string{"X-A", "X-B"}}
	more := app.CORSConfig{AllowOrigin: "https://a.test", ExposeHeaders: []string{"X-B", "X-C"}}
	for name, tc := range map[string]struct {
		configs []app.CORSConfig
		want    fields
	}{
		"none":                       {nil, nil},
		"all":                        {[]app.CORSConfig{{}}, fields{origin: "*"}},
		"one":                        {[]app.CORSConfig{a, a}, fields{origin: "https://a.test"}},
		"one in a list":              {[]app.CORSConfig{app.AllowOrigins("https://a.test"), a}, fields{origin: "https://a.test"}},
		"two":                        {[]app.CORSConfig{a, b}, fields{origin: "*"}},
		"two in a list":              {[]app.CORSConfig{app.AllowOrigins("https://a.test", "https://b.test")}, fields{origin: "*"}},
		"a pattern":                  {[]app.CORSConfig{app.AllowOrigins("https://*.test")}, fields{origin: "*"}},
		"one and all":                {[]app.CORSConfig{a, {}}, fields{origin: "*"}},
		"one, credentials":           {[]app.CORSConfig{credentials(a)}, fields{origin: "https://a.test", allow: "true"}},
		"one, credentials once":      {[]app.CORSConfig{a, credentials(a)}, fields{origin: "https://a.test", allow: "true"}},
		"two, credentials":           {[]app.CORSConfig{credentials(a), credentials(b)}, fields{origin: "https://a.test", allow: "true", vary: "Origin"}},
		"all, and one's credentials": {[]app.CORSConfig{{}, credentials(b)}, fields{origin: "https://a.test", allow: "true", vary: "Origin"}},
		"a pattern, credentials":     {[]app.CORSConfig{credentials(app.AllowOrigins("https://*.test"))}, fields{origin: "https://a.test", allow: "true", vary: "Origin"}},
		"headers that pages see":     {[]app.CORSConfig{exposing, more}, fields{origin: "https://a.test", expose: "X-A,X-B,X-C"}},
	} {
		t.Run(name, func(t *testing.T) {
			m := withCORS(tc.configs...)
			var got fields
			for _, h := range m.ErrorCORS().Headers("https://a.test") {
				if got == nil {
					got = fields{}
				}
				got[h.Name] = h.Value
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	for _, h := range withCORS(credentials(a), credentials(b)).ErrorCORS().Headers("") {
		if h.Name == origin {
			t.Errorf("a request without an origin gets %q", h.Value)
		}
	}
}

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
	if diff := cmp.Diff([]string{"GET", "PUT", "OPTIONS", "DELETE"}, got.Methods); diff != "" {
		t.Errorf("methods (-want +got):\n%s", diff)
	}
}
