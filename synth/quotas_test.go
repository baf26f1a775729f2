package synth_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

// TestQuotas: an app that API Gateway doesn't take as it is unless it was asked before
// says so when it is packaged, and the largest that it takes doesn't.
func TestQuotas(t *testing.T) {
	const ask = " unless AWS has raised the quota, without which it can't be deployed: ask for that first, or need fewer "
	paths := func(n int, format string) *app.Model {
		m := &app.Model{Name: "x"}
		for i := range n {
			m.Routes = append(m.Routes, app.RouteModel{Path: fmt.Sprintf(format, i), Name: "r", Methods: []string{"GET"}})
		}
		return m
	}
	with := func(n int, change func(*app.Model)) *app.Model {
		m := paths(n, "/r%d")
		change(m)
		return m
	}
	ofAuthorizers := func(n int) *app.Model {
		return with(12, func(m *app.Model) {
			for i := range m.Routes {
				name := fmt.Sprint("a", min(i, n-1))
				m.Routes[i].Authorizer = name
				if i < n {
					m.Authorizers = append(m.Authorizers, app.AuthorizerModel{Name: name, Type: app.BuiltinAuthorizerType})
				}
			}
		})
	}
	resources := func(n int) []string {
		return []string{fmt.Sprintf("the REST API has %d resources, and API Gateway takes 300%s(a resource is a path, and each part of it, and a route such as /v1/{path+} is one for all below it)", n, ask)}
	}
	routes := func(n int) []string {
		return []string{fmt.Sprintf("the HTTP API has %d routes, and API Gateway takes 300%s(a route is a method of a path, and one such as /v1/{path+} is one for all below it)", n, ask)}
	}
	authorizers := func(api string, n int) []string {
		return []string{fmt.Sprintf("the %s API has %d authorizers, and API Gateway takes 10%s(routes can share an authorizer)", api, n, ask)}
	}
	for name, tc := range map[string]struct {
		model      *app.Model
		rest, http []string
	}{
		"as many paths as there can be": {paths(299, "/r%d"), nil, nil},
		"300 routes":                    {paths(300, "/r%d"), resources(301), nil},
		"301 routes":                    {paths(301, "/r%d"), resources(302), routes(301)},
		"paths of two parts":            {paths(150, "/r%d/x"), resources(301), nil},
		"two methods of a path": {
			with(151, func(m *app.Model) {
				for i := range m.Routes {
					m.Routes[i].Methods = []string{"GET", "PUT"}
				}
			}), nil, routes(302),
		},
		"ten authorizers":   {ofAuthorizers(10), nil, nil},
		"eleven of them":    {ofAuthorizers(11), authorizers("REST", 11), authorizers("HTTP", 11)},
		"nothing but roots": {with(1, func(m *app.Model) { m.Routes[0].Path = "/" }), nil, nil},
	} {
		for apiType, want := range map[string][]string{config.REST: tc.rest, config.HTTP: tc.http, config.FunctionURL: nil} {
			stage := config.New("dev")
			stage.APIType = apiType
			graph, err := synth.Build(synth.Input{Model: tc.model, Stage: stage, Version: "1.0.0"})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, w := range graph.Warnings() {
				got = append(got, w.Message)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s of %s: want -, got +\n%s", name, apiType, diff)
			}
		}
	}
}
