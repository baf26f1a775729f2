package synth

import (
	"cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/ordered"
)

// secure adds to an operation what a caller of its route needs.
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
	scopes := r.Scopes
	if scopes == nil {
		scopes = m.Scopes
	}
	op.Add("security", []any{ordered.New(m.Name, ordered.Texts(scopes))})
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

// securityScheme defines an authorizer.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html
func (a *httpAPI) securityScheme(m *app.AuthorizerModel, uri invocation) *ordered.Object {
	header := cmp.Or(m.Header, defaultAuthHeader)
	scheme := ordered.New("type", "apiKey", "name", header, "in", "header")
	if m.Type != app.BuiltinAuthorizerType {
		return scheme
	}
	authorizer := ordered.New(
		"type", "request",
		"identitySource", "$request.header."+header,
		"authorizerUri", uri(a.authorizerHandler(m.Name)),
		"authorizerPayloadFormatVersion", "2.0",
		"enableSimpleResponses", false,
	)
	if m.TTLSeconds != nil {
		authorizer.Add("authorizerResultTtlInSeconds", *m.TTLSeconds)
	}
	if m.ExecutionRole != "" {
		authorizer.Add("authorizerCredentials", m.ExecutionRole)
	}
	scheme.Add("x-amazon-apigateway-authorizer", authorizer)
	return scheme
}
