package app_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
)

func TestAnyMethod(t *testing.T) {
	index := func(context.Context, *app.Request) (any, error) { return nil, nil }
	all := []string{"GET", "POST", "PUT", "PATCH", "HEAD", "OPTIONS", "DELETE"}
	withoutOptions := []string{"GET", "POST", "PUT", "PATCH", "HEAD", "DELETE"}
	for name, tc := range map[string]struct {
		app   []app.Option
		route []app.RouteOption
		want  []string
	}{
		"alone":                  {want: all},
		"with Methods":           {route: []app.RouteOption{app.Methods("PUT")}, want: []string{"PUT"}},
		"CORS of the route":      {route: []app.RouteOption{app.CORS()}, want: withoutOptions},
		"CORS of the app":        {app: []app.Option{app.DefaultCORS()}, want: withoutOptions},
		"CORS of others":         {app: []app.Option{app.DefaultCORS()}, route: []app.RouteOption{app.NoCORS()}, want: all},
		"CORS, and with Methods": {app: []app.Option{app.DefaultCORS()}, route: []app.RouteOption{app.Methods("GET")}, want: []string{"GET"}},
	} {
		t.Run(name, func(t *testing.T) {
			a := app.New("any", tc.app...)
			a.Route("/", index, append(tc.route, app.Name("index"), app.AnyMethod())...)
			registry, err := a.Registry()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, registry.Routes()[0].Methods); diff != "" {
				t.Errorf("methods (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAllHeadersAndRawQuery(t *testing.T) {
	for name, tc := range map[string]struct {
		event string
		want  [][2]string
		query string
	}{
		"REST API": {
			event: restEvent(`"headers": {"a": "2"}, "multiValueHeaders": {"B": ["x\ty"], "a": ["1", "2"], "null": null, "none": []},`),
			want:  [][2]string{{"B", "x\ty"}, {"a", "1"}, {"a", "2"}},
		},
		"REST API without lists": {
			event: restEvent(`"headers": {"B": "x", "a": "2"},`),
			want:  [][2]string{{"B", "x"}, {"a", "2"}},
		},
		"REST API with null": {
			event: restEvent(`"headers": null, "multiValueHeaders": null,`),
		},
		"names": {
			event: restEvent(`"multiValueHeaders": {"x\u002dy": ["1"], "b` + "\xff\xff" + `": ["` + "\xff" + `"]},`),
			want:  [][2]string{{"x-y", "1"}, {"b\uFFFD\uFFFD", "\uFFFD"}},
		},
		"HTTP API": {
			event: `{"version": "2.0", "rawPath": "/x", "rawQueryString": "b=%20&a=1&b", "cookies": ["c=1", "d=2"],
				"headers": {"host": "h", "x": "1,2"}, "requestContext": {"http": {"method": "GET"}}}`,
			want:  [][2]string{{"host", "h"}, {"x", "1,2"}, {"cookie", "c=1; d=2"}},
			query: "b=%20&a=1&b",
		},
		"load balancer": {
			event: `{"httpMethod": "GET", "path": "/x", "headers": {"a": "1"}, "queryStringParameters": {"q": "1"}, "requestContext": {"elb": {}}}`,
			want:  [][2]string{{"a", "1"}},
		},
		"load balancer with lists": {
			event: `{"httpMethod": "GET", "path": "/x", "multiValueHeaders": {"a": ["1", "2"]}, "requestContext": {"elb": {}}}`,
			want:  [][2]string{{"a", "1"}, {"a", "2"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRequest(t, tc.event)
			var got [][2]string
			for name, value := range r.AllHeaders() {
				got = append(got, [2]string{name, value})
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("headers (-want +got):\n%s", diff)
			}
			if r.RawQuery() != tc.query {
				t.Errorf("query: want %q, got %q", tc.query, r.RawQuery())
			}
			for range r.AllHeaders() {
				break // which must not make it panic
			}
		})
	}
}
