package synth_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

// TestWhatFrontsCantDo: each front says at the route or the authorizer what it can't do,
// all at once, and what to do instead; the others take the same app.
func TestWhatFrontsCantDo(t *testing.T) {
	pool := "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_a"
	uri := "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:f/invocations"
	auth := func(m app.AuthorizerModel) *app.Model {
		m.Name, m.Source = "a", line(9)
		return &app.Model{Name: "x", Authorizers: []app.AuthorizerModel{m}, Routes: []app.RouteModel{
			{Path: "/one", Name: "one", Authorizer: "a", Source: line(1)}, {Path: "/two", Name: "two", Authorizer: "a", Source: line(2)},
		}}
	}
	routes := func(paths ...string) *app.Model {
		m := &app.Model{Name: "x"}
		for i, path := range paths {
			m.Routes = append(m.Routes, app.RouteModel{Path: path, Name: "r", Source: line(i + 1)})
		}
		return m
	}
	keys := routes("/a", "/b")
	keys.Routes[0].APIKeyRequired, keys.Routes[1].APIKeyRequired = true, true
	some := auth(app.AuthorizerModel{Type: app.IAMAuthorizerType})
	some.Routes[1].Authorizer = ""
	names := func(n int) []string {
		var list []string
		for i := range n {
			list = append(list, fmt.Sprint("n", i))
		}
		return list
	}
	many := auth(app.AuthorizerModel{Type: app.JWTAuthorizerType, Issuer: "https://issuer.example", Audiences: names(51), Scopes: names(11)})
	many.Routes[1].Scopes = names(12)
	most := auth(app.AuthorizerModel{Type: app.CognitoAuthorizerType, ProviderARNs: []string{pool}, Audiences: names(50), Scopes: names(11)})
	most.Routes[0].Scopes, most.Routes[1].Scopes = names(10), names(1)
	identity := []app.IdentityModel{{In: app.IdentityInHeader, Name: "X-Token"}}
	for name, tc := range map[string]struct {
		model           *app.Model
		rest, http, url string
	}{
		"plain":                  {routes("/", "/{id}", "/a/{proxy+}"), "", "", ""},
		"a builtin authorizer":   {auth(app.AuthorizerModel{Type: app.BuiltinAuthorizerType}), "", "", ""},
		"all routes with IAM":    {auth(app.AuthorizerModel{Type: app.IAMAuthorizerType}), "", "", ""},
		"a request authorizer":   {auth(app.AuthorizerModel{Type: app.BuiltinAuthorizerType, Identity: identity}), "", "", ""},
		"names of one parameter": {routes("/{a}", "/{b}/c"), "main.go:2: /{b}/c has {b} where /{a} (main.go:1) has {a}, and a REST API takes one parameter in a place: call both {a}", "main.go:2: /{b}/c has {b} where /{a} (main.go:1) has {a}, and an HTTP API takes one parameter in a place: call both {a}", ""},
		"two greedy ones":        {routes("/{a+}", "/{b+}"), "main.go:2: /{b+} has {b+} where /{a+} (main.go:1) has {a+}, and a REST API takes one parameter in a place: call both {a+}", "main.go:2: /{b+} has {b+} where /{a+} (main.go:1) has {a+}, and an HTTP API takes one parameter in a place: call both {a+}", ""},
		"a greedy one beside":    {routes("/{a}", "/{b+}"), "main.go:2: /{b+} has {b+} where /{a} (main.go:1) has {a}, and a REST API takes one parameter in a place: let the handler of /{b+} serve /{a} as well, or put a literal part before one of them", "", ""},
		"API keys": {
			keys, "",
			"main.go:1: /a needs an API key, which only a REST API asks for, but api_type is http: use api_type rest, or an authorizer in place of APIKeyRequired\n" +
				"main.go:2: /b needs an API key, which only a REST API asks for, but api_type is http: use api_type rest, or an authorizer in place of APIKeyRequired",
			"main.go:1: /a needs an API key, which only a REST API asks for, but api_type is function_url: use api_type rest, or an authorizer in place of APIKeyRequired\n" +
				"main.go:2: /b needs an API key, which only a REST API asks for, but api_type is function_url: use api_type rest, or an authorizer in place of APIKeyRequired",
		},
		"streams": {
			&app.Model{Name: "a", Routes: []app.RouteModel{
				{Path: "/a", Name: "a", Streams: true, Source: &app.Source{File: "main.go", Line: 1}},
				{Path: "/b", Name: "b", Source: &app.Source{File: "main.go", Line: 2}},
			}}, "",
			"main.go:1: /a streams its responses, which an HTTP API can't pass on, and api_type is http: use api_type rest or function_url, or leave out Streams and return whole responses",
			"",
		},
		"JWT": {
			auth(app.AuthorizerModel{Type: app.JWTAuthorizerType, Issuer: "https://issuer.example", Audiences: []string{"a"}}),
			`main.go:1: /one has the authorizer "a", which is of JSON Web Tokens, which only an HTTP API verifies, but api_type is rest: use api_type http, or a Cognito or builtin authorizer (so for 1 route more with it)`,
			"",
			`main.go:1: /one has the authorizer "a", which is of JSON Web Tokens, which only an HTTP API verifies, but api_type is function_url: use api_type http, or a builtin authorizer that verifies them (so for 1 route more with it)`,
		},
		"JWT of a test": {
			auth(app.AuthorizerModel{Type: app.JWTAuthorizerType, Issuer: "http://127.0.0.1:8080", Audiences: []string{"a"}}),
			`main.go:1: /one has the authorizer "a", which is of JSON Web Tokens, which only an HTTP API verifies, but api_type is rest: use api_type http, or a Cognito or builtin authorizer (so for 1 route more with it)`,
			`main.go:9: the issuer of the JWT authorizer "a" is http://127.0.0.1:8080, which only local mode and tests can ask for keys, and api_type is http: give it an issuer with a URL of https`,
			`main.go:1: /one has the authorizer "a", which is of JSON Web Tokens, which only an HTTP API verifies, but api_type is function_url: use api_type http, or a builtin authorizer that verifies them (so for 1 route more with it)`,
		},
		"Cognito": {
			auth(app.AuthorizerModel{Type: app.CognitoAuthorizerType, ProviderARNs: []string{pool}, Audiences: []string{"client"}}), "", "",
			`main.go:1: /one has the authorizer "a", which is of a Cognito user pool, whose tokens only an API of API Gateway verifies, but api_type is function_url: use api_type rest or http, or a builtin authorizer that verifies them (so for 1 route more with it)`,
		},
		"Cognito for anyone, of two pools": {
			auth(app.AuthorizerModel{Type: app.CognitoAuthorizerType, ProviderARNs: []string{pool, pool + "b"}}), "",
			"main.go:9: the Cognito authorizer \"a\" doesn't say for which app clients tokens are, as it has to for an HTTP API, and api_type is http: give it Audience with their ids, or use api_type rest\n" +
				"main.go:9: the Cognito authorizer \"a\" names 2 user pools, an authorizer of an HTTP API takes one, and api_type is http: make an authorizer of each, or use api_type rest",
			`main.go:1: /one has the authorizer "a", which is of a Cognito user pool, whose tokens only an API of API Gateway verifies, but api_type is function_url: use api_type rest or http, or a builtin authorizer that verifies them (so for 1 route more with it)`,
		},
		"Cognito of a pool that only a deployment knows": {
			auth(app.AuthorizerModel{Type: app.CognitoAuthorizerType, ProviderARNs: []string{"${aws_cognito_user_pool.p.arn}"}, Audiences: []string{"client"}}), "",
			"main.go:9: the ARN of the user pool of the Cognito authorizer \"a\" is known only when the app is deployed, an HTTP API wants the URL of the pool's issuer, and api_type is http: " +
				"use app.JWT with the pool's attribute ProviderURL, which is https://cognito-idp.REGION.amazonaws.com/POOL-ID",
			`main.go:1: /one has the authorizer "a", which is of a Cognito user pool, whose tokens only an API of API Gateway verifies, but api_type is function_url: use api_type rest or http, or a builtin authorizer that verifies them (so for 1 route more with it)`,
		},
		"tokens for too many, with too many scopes": {
			many, `main.go:1: /one has the authorizer "a", which is of JSON Web Tokens, which only an HTTP API verifies, but api_type is rest: use api_type http, or a Cognito or builtin authorizer (so for 1 route more with it)`,
			"main.go:9: the authorizer \"a\" takes tokens for 51 audiences, and an HTTP API takes 50 of an authorizer: make several authorizers, or use api_type rest with a builtin one\n" +
				"main.go:1: /one takes tokens with one of 11 scopes, and an HTTP API takes 10 of a route: leave some out, or use a builtin authorizer\n" +
				"main.go:2: /two takes tokens with one of 12 scopes, and an HTTP API takes 10 of a route: leave some out, or use a builtin authorizer",
			`main.go:1: /one has the authorizer "a", which is of JSON Web Tokens, which only an HTTP API verifies, but api_type is function_url: use api_type http, or a builtin authorizer that verifies them (so for 1 route more with it)`,
		},
		"as many as there can be": {
			most, "", "",
			`main.go:1: /one has the authorizer "a", which is of a Cognito user pool, whose tokens only an API of API Gateway verifies, but api_type is function_url: use api_type rest or http, or a builtin authorizer that verifies them (so for 1 route more with it)`,
		},
		"a token authorizer of one's own": {
			auth(app.AuthorizerModel{Type: app.CustomAuthorizerType, AuthorizerURI: uri}), "",
			`main.go:1: /one has the authorizer "a", which gets a token alone, which only a REST API does, but api_type is http: give it IdentityHeader("Authorization"), so that it gets whole requests, or use api_type rest (so for 1 route more with it)`,
			`main.go:1: /one has the authorizer "a", which is a function of its own, which only an API of API Gateway asks, but api_type is function_url: use api_type rest or http, or a builtin authorizer (so for 1 route more with it)`,
		},
		"a request authorizer of one's own": {
			auth(app.AuthorizerModel{Type: app.CustomAuthorizerType, AuthorizerURI: uri, Identity: identity}), "", "",
			`main.go:1: /one has the authorizer "a", which is a function of its own, which only an API of API Gateway asks, but api_type is function_url: use api_type rest or http, or a builtin authorizer (so for 1 route more with it)`,
		},
		"IAM for some": {
			some, "", "",
			`main.go:1: GET /one has the IAM authorizer "a", and a function URL asks every caller for credentials or none, but /two (main.go:2) has no such authorizer (api_type is function_url): give all routes an IAM authorizer, or use api_type rest or http`,
		},
	} {
		for apiType, want := range map[string]string{config.REST: tc.rest, config.HTTP: tc.http, config.FunctionURL: tc.url} {
			t.Run(name+" of "+apiType, func(t *testing.T) {
				stage := config.New("dev")
				stage.APIType = apiType
				_, err := synth.Build(synth.Input{Model: tc.model, Stage: stage, Version: "1.0.0"})
				got := ""
				if err != nil {
					got = err.Error()
				}
				if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")); diff != "" {
					t.Errorf("want -, got +\n%s", diff)
				}
			})
		}
	}
}
