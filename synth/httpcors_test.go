package synth_test

import (
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

// TestCORSWarnings: what an HTTP API doesn't do as each route says it is a
// warning, with the places and what to do.
func TestCORSWarnings(t *testing.T) {
	cors := func(c app.CORSConfig) *app.CORSModel { return &app.CORSModel{Enabled: true, Config: &c} }
	route := func(path string, c *app.CORSModel, line int) app.RouteModel {
		return app.RouteModel{Path: path, Name: "f" + path[1:], Methods: []string{"GET"}, CORS: c, Source: &app.Source{File: "main.go", Line: line}}
	}
	a, b := cors(app.CORSConfig{AllowOrigin: "https://a.test"}), cors(app.CORSConfig{AllowOrigin: "https://b.test"})
	for name, tc := range map[string]struct {
		routes []app.RouteModel
		want   []string // parts of the one warning; none: there is none
	}{
		"no CORS":        {[]app.RouteModel{route("/a", nil, 1)}, nil},
		"one for all":    {[]app.RouteModel{route("/a", a, 1), route("/b", a, 2)}, nil},
		"different ones": {[]app.RouteModel{route("/a", a, 1), route("/b", b, 2)}, []string{"have no CORS headers", "/a at main.go:1 and /b at main.go:2 have different", "api_type to rest"}},
		"a pattern": {
			[]app.RouteModel{route("/a", cors(app.AllowOrigins("https://*.a.test")), 1)},
			[]string{"have no CORS headers", "the origin https://*.a.test is a pattern"},
		},
		"one without": {
			[]app.RouteModel{route("/a", a, 1), route("/b", nil, 2), route("/c", nil, 3), route("/d", nil, 4), route("/e", nil, 5)},
			[]string{"can read the answers of /b (main.go:2), /c (main.go:3), /d (main.go:4), 1 more as well", "app.NoCORS()"},
		},
		"one that says no": {
			[]app.RouteModel{route("/a", a, 1), route("/b", &app.CORSModel{}, 2)}, []string{"have no CORS headers", "/b has NoCORS, at main.go:2"},
		},
	} {
		for _, apiType := range []string{config.REST, config.HTTP, config.FunctionURL} {
			stage, err := config.Parse([]byte(`{"version": "2.0", "app_name": "warned", "api_type": "`+apiType+`"}`), config.Options{})
			if err != nil {
				t.Fatal(err)
			}
			graph, err := synth.Build(synth.Input{Model: &app.Model{Version: 1, Name: "warned", Routes: tc.routes}, Stage: stage})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, w := range graph.Warnings() {
				got = append(got, w.Message)
			}
			if apiType != config.HTTP || tc.want == nil {
				if got != nil {
					t.Errorf("%s, %s: %q", name, apiType, got)
				}
				continue
			}
			for _, part := range tc.want {
				if len(got) != 1 || !strings.Contains(got[0], part) {
					t.Errorf("%s: %q doesn't say %q", name, got, part)
				}
			}
		}
	}
}

// TestSignedPreflights: a URL that asks every caller for credentials asks browsers,
// too.
func TestSignedPreflights(t *testing.T) {
	cors := &app.CORSModel{Enabled: true}
	for _, tc := range []struct {
		authorizer, apiType string
		cors                *app.CORSModel
		want                bool
	}{
		{"iam", config.FunctionURL, cors, true},
		{"iam", config.FunctionURL, nil, false},
		{"", config.FunctionURL, cors, false},
		{"iam", config.HTTP, cors, false},
		{"iam", config.REST, cors, false},
	} {
		stage, err := config.Parse([]byte(`{"version": "2.0", "app_name": "signed", "api_type": "`+tc.apiType+`"}`), config.Options{})
		if err != nil {
			t.Fatal(err)
		}
		m := &app.Model{
			Version: 1, Name: "signed", Authorizers: []app.AuthorizerModel{{Name: "iam", Type: app.IAMAuthorizerType}},
			Routes: []app.RouteModel{{Path: "/", Name: "index", Authorizer: tc.authorizer, CORS: tc.cors, Source: &app.Source{File: "main.go", Line: 3}}},
		}
		graph, err := synth.Build(synth.Input{Model: m, Stage: stage})
		if err != nil {
			t.Fatal(err)
		}
		got := graph.Warnings()
		if (len(got) == 1 && strings.Contains(got[0].Message, "can't call / (main.go:3) although it has CORS")) != tc.want || !tc.want && got != nil {
			t.Errorf("%+v: %q", tc, got)
		}
	}
}
