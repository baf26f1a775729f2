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
