package synth

import (
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/ordered"
)

// security lists what a caller of a route needs.
func (a *restAPI) security(r app.RouteModel) []any {
	var security []any
	if r.APIKeyRequired {
		security = append(security, ordered.New("api_key", []any{}))
	}
	if r.Authorizer != "" {
		scopes := scopesOf(r, a.authorizer(r.Authorizer))
		security = append(security, ordered.New(r.Authorizer, ordered.Texts(scopes)))
	}
	return security
}

// securityDefinitions defines each kind of key and each authorizer that a
// route uses, in the order of first use.
func (a *restAPI) securityDefinitions(uri invocation) *ordered.Object {
	definitions := &ordered.Object{}
	for _, r := range a.Routes {
		if r.APIKeyRequired {
			definitions.Set("api_key", ordered.New("type", "apiKey", "name", "x-api-key", "in", "header"))
		}
		if r.Authorizer != "" {
			definitions.Set(r.Authorizer, a.securityDefinition(a.authorizer(r.Authorizer), uri))
		}
	}
	return definitions
}

func (a *restAPI) securityDefinition(m *app.AuthorizerModel, uri invocation) *ordered.Object {
	definition := ordered.New("in", "header", "type", "apiKey", "name", schemeName(m))
	switch m.Type {
	case app.IAMAuthorizerType:
		definition.Set("name", defaultAuthHeader)
		definition.Add("x-amazon-apigateway-authtype", "awsSigv4")
	case app.CognitoAuthorizerType:
		definition.Add("x-amazon-apigateway-authtype", "cognito_user_pools")
		definition.Add("x-amazon-apigateway-authorizer", ordered.New(
			"type", "cognito_user_pools",
			"providerARNs", ordered.Texts(m.ProviderARNs),
		))
	case app.CustomAuthorizerType:
		ttl := 300 // seconds, API Gateway's own default
		if m.TTLSeconds != nil {
			ttl = *m.TTLSeconds
		}
		definition.Add("x-amazon-apigateway-authtype", "custom")
		definition.Add("x-amazon-apigateway-authorizer", lambdaAuthorizer(m, m.AuthorizerURI, &ttl, m.InvokeRoleARN))
	case app.BuiltinAuthorizerType:
		definition.Add("x-amazon-apigateway-authtype", "custom")
		definition.Add("x-amazon-apigateway-authorizer",
			lambdaAuthorizer(m, uri(a.authorizerHandler(m.Name)), m.TTLSeconds, m.ExecutionRole))
	}
	return definition
}

// schemeName is the header that a security scheme names: that with the token,
// or that by which an authorizer tells clients apart. Where it isn't one header,
// API Gateway wants this word.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html
func schemeName(m *app.AuthorizerModel) string {
	identities := m.Identities()
	if len(identities) != 1 || identities[0].In != app.IdentityInHeader {
		return "Unused"
	}
	return identities[0].Name
}

// identitySources are the expressions for what an authorizer tells clients apart
// by. prefix is what an API calls a request: method.request in a REST API,
// $request in an HTTP API, and route.request in a websocket API.
func identitySources(m *app.AuthorizerModel, prefix string) []string {
	places := map[string]string{app.IdentityInHeader: ".header.", app.IdentityInQuery: ".querystring."}
	var sources []string
	for _, identity := range m.Identities() {
		sources = append(sources, prefix+places[identity.In]+identity.Name)
	}
	return sources
}

// lambdaAuthorizer calls a function with the caller's token, or with the request
// without its body. Without a ttl, in seconds, API Gateway chooses; without a
// role, the function's own policy has to let API Gateway call it.
func lambdaAuthorizer(m *app.AuthorizerModel, uri any, ttl *int, role string) *ordered.Object {
	o := ordered.New("type", "token", "authorizerUri", uri)
	if len(m.Identity) > 0 {
		o = ordered.New("type", "request", "authorizerUri", uri,
			"identitySource", strings.Join(identitySources(m, "method.request"), ", "))
	}
	if ttl != nil {
		o.Add("authorizerResultTtlInSeconds", *ttl)
	}
	if role != "" {
		o.Add("authorizerCredentials", role)
	}
	return o
}
