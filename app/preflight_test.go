package app_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
)

func TestPreflights(t *testing.T) {
	yes, no := &app.CORSModel{Enabled: true}, &app.CORSModel{}
	one := &app.CORSModel{Enabled: true, Config: &app.CORSConfig{AllowOrigin: "https://a.example", MaxAge: new(0)}}
	several := &app.CORSModel{Enabled: true, Config: new(app.AllowOrigins("https://a.example", "https://b.example"))}
	route := func(path string, cors *app.CORSModel, methods ...string) app.RouteModel {
		return app.RouteModel{Path: path, Methods: methods, CORS: cors}
	}
	const needed = "Authorization,Content-Type,X-Amz-Date,X-Amz-Security-Token,X-Api-Key"
	of := func(methods, origin string, more ...app.HeaderField) []app.HeaderField {
		return append([]app.HeaderField{
			{Name: "Access-Control-Allow-Methods", Value: methods},
			{Name: "Access-Control-Allow-Origin", Value: origin},
			{Name: "Access-Control-Allow-Headers", Value: needed},
		}, more...)
	}
	for name, tc := range map[string]struct {
		api    *app.APIModel
		routes []app.RouteModel
		want   map[string][]app.HeaderField
	}{
		"no routes": {nil, nil, map[string][]app.HeaderField{}},
		"no CORS":   {nil, []app.RouteModel{route("/", nil, "GET"), route("/", no, "PUT")}, map[string][]app.HeaderField{}},
		"some methods": {
			nil, []app.RouteModel{route("/", nil, "GET"), route("/", yes, "PUT", "POST"), route("/", yes, "DELETE")},
			map[string][]app.HeaderField{"/": of("PUT,POST,DELETE,OPTIONS", "*")},
		},
		"a configuration": {
			nil, []app.RouteModel{route("/a", one, "GET"), route("/b", yes, "GET")},
			map[string][]app.HeaderField{
				"/a": of("GET,OPTIONS", "https://a.example", app.HeaderField{Name: "Access-Control-Max-Age", Value: "0"}),
				"/b": of("GET,OPTIONS", "*"),
			},
		},
		"the app's default": {
			&app.APIModel{CORS: yes}, []app.RouteModel{route("/a", nil, "GET"), route("/b", no, "GET")},
			map[string][]app.HeaderField{"/a": of("GET,OPTIONS", "*")},
		},
		"a route of the app's own": {
			nil, []app.RouteModel{route("/", yes, "GET"), route("/", nil, "OPTIONS")}, map[string][]app.HeaderField{},
		},
		"several origins": {
			nil, []app.RouteModel{route("/a", several, "GET"), route("/b", yes, "GET")}, map[string][]app.HeaderField{"/b": of("GET,OPTIONS", "*")},
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := &app.Model{API: tc.api, Routes: tc.routes}
			if diff := cmp.Diff(tc.want, m.Preflights()); diff != "" {
				t.Errorf("preflights (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOwnPreflights(t *testing.T) {
	yes := &app.CORSModel{Enabled: true}
	several := &app.CORSModel{Enabled: true, Config: new(app.AllowOrigins("https://a.example", "https://b.example"))}
	pattern := &app.CORSModel{Enabled: true, Config: new(app.AllowOrigins("https://*.example"))}
	m := &app.Model{Routes: []app.RouteModel{
		{Path: "/z", CORS: several}, {Path: "/mock", CORS: yes}, {Path: "/none"},
		{Path: "/a", Methods: []string{"PUT"}, CORS: pattern}, {Path: "/z", Methods: []string{"PUT"}, CORS: several},
		{Path: "/own", CORS: several}, {Path: "/own", Methods: []string{"OPTIONS"}},
	}}
	if diff := cmp.Diff([]string{"/z", "/a"}, m.OwnPreflights()); diff != "" {
		t.Errorf("the program's preflights (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"/z", "/mock", "/a"}, m.PreflightPaths()); diff != "" {
		t.Errorf("preflights (-want +got):\n%s", diff)
	}
}
