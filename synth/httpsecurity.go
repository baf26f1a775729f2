package synth

import (
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/ordered"
)

// secure adds to an operation what a caller of its route needs. Only tokens have
// scopes there: those of a Lambda authorizer are checked by the program.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-extensions-auth.html
func (a *httpAPI) secure(op *ordered.Object, r app.RouteModel) {
	m := a.authorizer(r.Authorizer)
	if m == nil {
		return
	}
	if m.Type == app.IAMAuthorizerType {
		op.Add("x-amazon-apigateway-auth", ordered.New("type", "AWS_IAM"))
		return
	}
	scopes := scopesOf(r, m)
	if _, tokens := tokenAuthorizers[m.Type]; !tokens {
		scopes = nil
	}
	op.Add("security", []any{ordered.New(m.Name, ordered.Texts(scopes))})
}

// scopesOf are those of which a token has to have one: the route's own, or else the
// authorizer's.
func scopesOf(r app.RouteModel, m *app.AuthorizerModel) []string {
	if r.Scopes != nil {
		return r.Scopes
	}
	return m.Scopes
}

// securitySchemes defines each authorizer that a route uses, in the order of first use.
func (a *httpAPI) securitySchemes(uri invocation) *ordered.Object {
	schemes := &ordered.Object{}
	for _, r := range a.Routes {
		if m := a.authorizer(r.Authorizer); m != nil && m.Type != app.IAMAuthorizerType {
			schemes.Set(m.Name, a.securityScheme(m, uri))
		}
	}
	return schemes
}

// tokenAuthorizers are the types of authorizers whose tokens an HTTP API checks by itself.
var tokenAuthorizers = map[app.AuthorizerType]struct{}{app.JWTAuthorizerType: {}, app.CognitoAuthorizerType: {}}

// securityScheme defines an authorizer.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html
func (a *httpAPI) securityScheme(m *app.AuthorizerModel, uri invocation) *ordered.Object {
	switch m.Type {
	case app.BuiltinAuthorizerType:
		return requestScheme(m, uri(a.authorizerHandler(m.Name)), m.ExecutionRole)
	case app.CustomAuthorizerType:
		return requestScheme(m, m.AuthorizerURI, m.InvokeRoleARN)
	}
	return ordered.New(
		"type", "oauth2",
		"x-amazon-apigateway-authorizer", ordered.New(
			"type", "jwt",
			"identitySource", identitySources(m, "$request")[0],
			"jwtConfiguration", ordered.New("issuer", strings.Join(m.Issuers(), ""), "audience", ordered.Texts(m.Audiences)),
		),
	)
}

// requestScheme defines an authorizer that is a function. It answers with a policy,
// which is right for all routes while API Gateway remembers it: a simple answer would
// be about the route that was asked for first, and be used for the others.
func requestScheme(m *app.AuthorizerModel, uri any, role string) *ordered.Object {
	ttl := 300 // seconds, as long as a REST API remembers an answer if nothing is said
	if m.TTLSeconds != nil {
		ttl = *m.TTLSeconds
	}
	authorizer := ordered.New(
		"type", "request",
		"identitySource", strings.Join(identitySources(m, "$request"), ", "),
		"authorizerUri", uri,
		"authorizerPayloadFormatVersion", "2.0",
		"enableSimpleResponses", false,
		"authorizerResultTtlInSeconds", ttl,
	)
	if role != "" {
		authorizer.Add("authorizerCredentials", role)
	}
	return ordered.New("type", "apiKey", "name", schemeName(m), "in", "header", "x-amazon-apigateway-authorizer", authorizer)
}
