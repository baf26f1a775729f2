package synth

import (
	"cmp"

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
		scopes := r.Scopes
		if scopes == nil {
			scopes = a.authorizer(r.Authorizer).Scopes
		}
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
	definition := ordered.New("in", "header", "type", "apiKey", "name", cmp.Or(m.Header, defaultAuthHeader))
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
		definition.Add("x-amazon-apigateway-authorizer", tokenAuthorizer(m.AuthorizerURI, &ttl, m.InvokeRoleARN))
	case app.BuiltinAuthorizerType:
		definition.Add("x-amazon-apigateway-authtype", "custom")
		definition.Add("x-amazon-apigateway-authorizer",
			tokenAuthorizer(uri(a.authorizerHandler(m.Name)), m.TTLSeconds, m.ExecutionRole))
	}
	return definition
}

// tokenAuthorizer calls a function with the caller's token. Without a ttl, in
// seconds, API Gateway chooses; without a role, the function's own policy has
// to let API Gateway call it.
func tokenAuthorizer(uri any, ttl *int, role string) *ordered.Object {
	o := ordered.New("type", "token", "authorizerUri", uri)
	if ttl != nil {
		o.Add("authorizerResultTtlInSeconds", *ttl)
	}
	if role != "" {
		o.Add("authorizerCredentials", role)
	}
	return o
}
