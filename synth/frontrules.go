package synth

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/awsrules"
	"github.com/chalice-go/chalice/internal/standin"
)

// frontRule finds what what is in front of the routes can't do.
type frontRule struct {
	fronts []string // values of api_type
	check  func(*validator)
}

// frontRules are about the app; what the configuration asks of a front in vain is
// config's own affair.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vs-rest.html
// https://docs.aws.amazon.com/lambda/latest/dg/furls-http-invoke-decision.html
var frontRules = []frontRule{
	{[]string{config.REST}, func(v *validator) { v.problems = append(v.problems, awsrules.CheckREST(v.goodPaths()).Unwrap()...) }},
	{[]string{config.HTTP}, func(v *validator) { v.problems = append(v.problems, awsrules.CheckHTTP(v.goodPaths()).Unwrap()...) }},
	{[]string{config.REST}, (*validator).keyNames},
	{[]string{config.HTTP, config.FunctionURL}, (*validator).apiKeys},
	{[]string{config.HTTP}, (*validator).streams},
	{[]string{config.REST, config.HTTP, config.FunctionURL}, (*validator).authorizers},
	{[]string{config.HTTP}, (*validator).httpUserPools},
	{[]string{config.HTTP}, (*validator).httpTokens},
	{[]string{config.HTTP}, (*validator).httpIssuers},
	{[]string{config.FunctionURL}, (*validator).urlIAM},
}

// front finds what the front of the routes would refuse.
func (v *validator) front() {
	for _, rule := range frontRules {
		if slices.Contains(rule.fronts, v.Stage.APIType) {
			rule.check(v)
		}
	}
}

// goodPaths lists the routes whose paths an app can have.
func (v *validator) goodPaths() []app.RouteModel {
	return slices.DeleteFunc(slices.Clone(v.routes), func(r app.RouteModel) bool { return len(app.PathProblems(r.Path)) > 0 })
}

// but says which front it is that can't do something.
func (v *validator) but() string { return "but api_type is " + v.Stage.APIType }

// keyNames refuses API keys that a template has no two names for.
func (v *validator) keyNames() {
	first := map[string]string{}
	for _, name := range v.Stage.APIKeys {
		id, err := keyID(name)
		if err != nil {
			v.problems = append(v.problems, fmt.Errorf("%s: api_keys: %w", v.Stage.Where("", "api_keys"), err))
			continue
		}
		if other, taken := first[id]; taken {
			v.problems = append(v.problems, fmt.Errorf("%s: api_keys: %s and %s would both be %s in the template; rename one of them", v.Stage.Where("", "api_keys"), other, name, id))
			continue
		}
		first[id] = name
	}
}

// apiKeys refuses routes that need a key.
func (v *validator) apiKeys() {
	for _, r := range v.routes {
		if r.APIKeyRequired {
			v.fail(r.Source, "%s needs an API key, which only a REST API asks for, %s: use api_type rest, or an authorizer in place of APIKeyRequired", r.Path, v.but())
		}
	}
}

// streams refuses routes that send their responses piece by piece.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html
func (v *validator) streams() {
	for _, r := range v.routes {
		if r.Streams {
			v.fail(r.Source, "%s streams its responses, which an HTTP API can't pass on, and api_type is http: use api_type rest or function_url, or leave out Streams and return whole responses", r.Path)
		}
	}
}

// unable says of each front which kinds of authorizers it can't have, and what to do
// instead.
var unable = map[string][]struct {
	is   func(*app.AuthorizerModel) bool
	what string // after the authorizer's name
	way  string // what to do instead
}{
	config.REST: {
		{ofType(app.JWTAuthorizerType), "is of JSON Web Tokens, which only an HTTP API verifies", "use api_type http, or a Cognito or builtin authorizer"},
	},
	config.HTTP: {
		{isTokenAuthorizer, "gets a token alone, which only a REST API does", `give it IdentityHeader("Authorization"), so that it gets whole requests, or use api_type rest`},
	},
	config.FunctionURL: {
		{ofType(app.JWTAuthorizerType), "is of JSON Web Tokens, which only an HTTP API verifies", "use api_type http, or a builtin authorizer that verifies them"},
		{ofType(app.CognitoAuthorizerType), "is of a Cognito user pool, whose tokens only an API of API Gateway verifies", "use api_type rest or http, or a builtin authorizer that verifies them"},
		{ofType(app.CustomAuthorizerType), "is a function of its own, which only an API of API Gateway asks", "use api_type rest or http, or a builtin authorizer"},
	},
}

func ofType(t app.AuthorizerType) func(*app.AuthorizerModel) bool {
	return func(m *app.AuthorizerModel) bool { return m.Type == t }
}

func isTokenAuthorizer(m *app.AuthorizerModel) bool {
	return m.Type == app.CustomAuthorizerType && len(m.Identity) == 0
}

// authorizers refuses those that the front can't have, each at the first route with it.
func (v *validator) authorizers() {
	for i := range v.Model.Authorizers {
		m := &v.Model.Authorizers[i]
		routes := v.routesWith(m.Name)
		if len(routes) == 0 {
			continue
		}
		for _, u := range unable[v.Stage.APIType] {
			if u.is(m) {
				v.fail(routes[0].Source, "%s has the authorizer %q, which %s, %s: %s%s", routes[0].Path, m.Name, u.what, v.but(), u.way, others(routes))
			}
		}
	}
}

// routesWith lists the routes with an authorizer.
func (v *validator) routesWith(authorizer string) []app.RouteModel {
	return slices.DeleteFunc(slices.Clone(v.routes), func(r app.RouteModel) bool { return r.Authorizer != authorizer })
}

// others says that the first of some routes isn't the only one with a mistake.
func others(routes []app.RouteModel) string {
	if len(routes) == 1 {
		return ""
	}
	return fmt.Sprintf(" (so for %s more with it)", counted(len(routes)-1, "route"))
}

// httpUserPools refuses Cognito authorizers of which no authorizer of an HTTP API can be
// made: that is of one issuer, and wants to know for whom tokens are.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
func (v *validator) httpUserPools() {
	for _, m := range v.Model.Authorizers {
		if m.Type != app.CognitoAuthorizerType || len(v.routesWith(m.Name)) == 0 {
			continue
		}
		if len(m.Audiences) == 0 {
			v.fail(m.Source, "the Cognito authorizer %q doesn't say for which app clients tokens are, as it has to for an HTTP API, and api_type is http: give it Audience with their ids, or use api_type rest", m.Name)
		}
		if len(m.ProviderARNs) == 1 && isFilledIn(m.ProviderARNs[0]) {
			v.fail(m.Source, "the ARN of the user pool of the Cognito authorizer %q is known only when the app is deployed, an HTTP API wants the URL of the pool's issuer, and api_type is http: "+
				"use app.JWT with the pool's attribute ProviderURL, which is https://cognito-idp.REGION.amazonaws.com/POOL-ID", m.Name)
		}
		if n := len(m.ProviderARNs); n > 1 {
			v.fail(m.Source, "the Cognito authorizer %q names %d user pools, an authorizer of an HTTP API takes one, and api_type is http: make an authorizer of each, or use api_type rest", m.Name, n)
		}
	}
}

// What an HTTP API takes of the tokens that it checks by itself. AWS raises neither.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
const (
	maxHTTPAudiences = 50 // of an authorizer
	maxHTTPScopes    = 10 // of a route
)

// httpTokens refuses authorizers and routes that ask for more of a token than an HTTP API
// compares.
func (v *validator) httpTokens() {
	for i := range v.Model.Authorizers {
		m := &v.Model.Authorizers[i]
		if _, tokens := tokenAuthorizers[m.Type]; !tokens {
			continue
		}
		routes := v.routesWith(m.Name)
		if n := len(m.Audiences); n > maxHTTPAudiences && len(routes) > 0 {
			v.fail(m.Source, "the authorizer %q takes tokens for %d audiences, and an HTTP API takes %d of an authorizer: make several authorizers, or use api_type rest with a builtin one", m.Name, n, maxHTTPAudiences)
		}
		for _, r := range routes {
			if n := len(scopesOf(r, m)); n > maxHTTPScopes {
				v.fail(r.Source, "%s takes tokens with one of %d scopes, and an HTTP API takes %d of a route: leave some out, or use a builtin authorizer", r.Path, n, maxHTTPScopes)
			}
		}
	}
}

// httpIssuers refuses issuers that only a test has: an API reads their keys from a URL
// of https, and none of this machine.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
func (v *validator) httpIssuers() {
	for _, m := range v.Model.Authorizers {
		if strings.HasPrefix(strings.ToLower(m.Issuer), "http:") && len(v.routesWith(m.Name)) > 0 {
			v.fail(m.Source, "the issuer of the JWT authorizer %q is %s, which only local mode and tests can ask for keys, and api_type is http: give it an issuer with a URL of https", m.Name, m.Issuer)
		}
	}
}

// isFilledIn reports whether a part of a text is known only when the app is deployed.
func isFilledIn(text string) bool {
	return strings.Contains(text, "${") || len(standin.Split(text)) > 1
}

// urlIAM refuses routes with an IAM authorizer beside others, since a URL asks for
// credentials whatever the path, or never.
func (v *validator) urlIAM() {
	iam := func(r app.RouteModel) bool { return wantsSignature(v.Model, r) }
	first := slices.IndexFunc(v.routes, iam)
	other := slices.IndexFunc(v.routes, func(r app.RouteModel) bool { return !iam(r) })
	if first < 0 || other < 0 {
		return
	}
	r, without := v.routes[first], v.routes[other]
	place := ""
	if without.Source != nil {
		place = " (" + without.Source.String() + ")"
	}
	v.fail(r.Source, "%s has the IAM authorizer %q, and a function URL asks every caller for credentials or none, but %s%s has no such authorizer (api_type is %s): "+
		"give all routes an IAM authorizer, or use api_type rest or http", strings.Join(r.Methods, ", ")+" "+r.Path, r.Authorizer, without.Path, place, v.Stage.APIType)
}
