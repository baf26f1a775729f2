package app_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
)

func TestAuthResponse(t *testing.T) {
	const p = "arn:aws:execute-api:us-west-2:123:api/dev"
	const method = p + "/GET/needs/auth"
	type routes = []app.AuthRoute
	for name, tc := range map[string]struct {
		methodARN string
		routes    []app.AuthRoute
		want      []string
	}{
		"all":             {method, app.AuthRoutes("*"), []string{p + "/*/*"}},
		"root":            {method, app.AuthRoutes("/"), []string{p + "/*/"}},
		"path":            {method, app.AuthRoutes("/a"), []string{p + "/*/a"}},
		"no slash":        {method, app.AuthRoutes("a"), []string{p + "/*/"}},
		"empty":           {method, app.AuthRoutes(""), []string{p + "/*/"}},
		"wildcard":        {method, app.AuthRoutes("/foo/*"), []string{p + "/*/foo/*"}},
		"leading star":    {method, app.AuthRoutes("*foo"), []string{p + "/*/foo"}},
		"parameter":       {method, app.AuthRoutes("/a/{b}"), []string{p + "/*/a/{b}"}},
		"methods":         {method, routes{{Path: "/a", Methods: []string{"GET", "POST"}}}, []string{p + "/GET/a", p + "/POST/a"}},
		"all of a method": {method, routes{{Path: "*", Methods: []string{"GET"}}}, []string{p + "/GET/*"}},
		"root of one":     {method, routes{{Path: "/", Methods: []string{"GET"}}}, []string{p + "/GET/"}},
		"no methods":      {method, routes{{Path: "/a", Methods: []string{}}}, []string{}},
		"odd methods":     {method, routes{{Path: "/a", Methods: []string{"FOO", "get"}}}, []string{p + "/FOO/a", p + "/get/a"}},
		"colons":          {"arn:aws:execute-api:r:1:id/api/GET/foo/a:b:c", app.AuthRoutes("/x"), []string{"arn:aws:execute-api:r:1:id/api/*/x"}},
		"bad ARN":         {"bad", app.AuthRoutes("/a"), []string{"bad/*/a"}},
		"none":            {method, nil, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			request := must(t, app.NewAuthRequest, `{"type":"TOKEN","authorizationToken":"t","methodArn":"`+tc.methodARN+`"}`)
			response := &app.AuthResponse{Routes: tc.routes, PrincipalID: "p"}
			want := map[string]any{
				"context": map[string]any{}, "principalId": "p",
				"policyDocument": map[string]any{"Version": "2012-10-17", "Statement": []any{
					map[string]any{"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": tc.want},
				}},
			}
			if diff := cmp.Diff(want, response.Render(request)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestAuthResponseOfOnesOwn(t *testing.T) {
	request := must(t, app.NewAuthRequest, authJSON)
	for name, tc := range map[string]struct {
		response *app.AuthResponse
		want     string
	}{
		"nil":    {nil, `null`},
		"raw":    {&app.AuthResponse{Raw: json.RawMessage(`{"a":1}`), PrincipalID: "p"}, `{"a":1}`},
		"policy": {&app.AuthResponse{Policy: json.RawMessage(`{"a":1}`), Routes: app.AuthRoutes("*")}, `{"context":{},"policyDocument":{"a":1},"principalId":""}`},
		"key": {
			&app.AuthResponse{Policy: json.RawMessage(`1`), UsageKey: "k", Context: map[string]any{"n": 1}},
			`{"context":{"n":1},"policyDocument":1,"principalId":"","usageIdentifierKey":"k"}`,
		},
	} {
		got, err := json.Marshal(tc.response.Render(request))
		if err != nil || string(got) != tc.want {
			t.Errorf("%s: got %s, %v; want %s", name, got, err, tc.want)
		}
	}
}
