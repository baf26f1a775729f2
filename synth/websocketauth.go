package synth

import (
	"strings"

	"github.com/awslabs/goformation/v7/cloudformation/apigatewayv2"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// websocketAuthorizer is what a websocket API asks about new connections: a function,
// or IAM. It can't remember answers.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-control-access.html
type websocketAuthorizer struct {
	Model   *app.AuthorizerModel
	Handler *function // nil unless it is one of the app's
}

// websocketAuthorizer returns the authorizer of new connections, with its function.
func (b *builder) websocketAuthorizer() *websocketAuthorizer {
	m := b.Model.ConnectAuthorizer()
	if m == nil {
		return nil
	}
	a := &websocketAuthorizer{Model: m}
	if m.Type == app.BuiltinAuthorizerType {
		a.Handler = b.authorizerFunction(*m)
	}
	return a
}

// authorizerOf returns what a route is protected by: only new connections are.
func (a *websocketAPI) authorizerOf(r websocketRoute) *websocketAuthorizer {
	if r.Key != connectKey {
		return nil
	}
	return a.Authorizer
}

func (a *websocketAuthorizer) function() *function {
	if a == nil {
		return nil
	}
	return a.Handler
}

// signed reports whether clients sign their requests, which no authorizer of the API's
// is asked about.
func (a *websocketAuthorizer) signed() bool { return a.Model.Type == app.IAMAuthorizerType }

func (a *websocketAuthorizer) authorizationType() string {
	if a.signed() {
		return "AWS_IAM"
	}
	return "CUSTOM"
}

// text tells authorizers apart.
func (a *websocketAuthorizer) text() string {
	return strings.Join(append([]string{a.authorizationType(), a.Model.Name, a.Model.AuthorizerURI, a.role()}, a.sources()...), "\n")
}

func (a *websocketAuthorizer) sources() []string { return identitySources(a.Model, "route.request") }

func (a *websocketAuthorizer) role() string {
	if a.Handler != nil {
		return a.Model.ExecutionRole
	}
	return a.Model.InvokeRoleARN
}

const websocketAuthorizerID = "WebsocketAPIAuthorizer"

// stack adds the authorizer, and lets API Gateway call its function.
func (a *websocketAuthorizer) stack(t *stack, owner string) {
	if a.signed() {
		return
	}
	uri := a.Model.AuthorizerURI
	if a.Handler != nil {
		uri = t.text(t.invocationURI(a.Handler).(*ordered.Object))
		id := a.Handler.logicalID(t)
		t.addPermission(a.Handler, id+"WebsocketInvokePermission", "the permission of authorizer "+a.Handler.Name,
			a.Handler.invoked(t), apiSource("WebsocketAPI"))
	}
	authorizer := &apigatewayv2.Authorizer{
		ApiId:          t.text(cfn.Ref("WebsocketAPI")),
		Name:           a.Model.Name,
		AuthorizerType: "REQUEST",
		AuthorizerUri:  &uri,
		IdentitySource: a.sources(),
	}
	if role := a.role(); role != "" {
		authorizer.AuthorizerCredentialsArn = &role
	}
	t.add(websocketAuthorizerID, owner, authorizer)
}

const (
	tfV2Authorizer        = "aws_apigatewayv2_authorizer"
	tfWebsocketAuthorizer = "websocket_api_authorizer"
)

// terraform does the same as stack.
func (a *websocketAuthorizer) terraform(m *tfModule, api string) {
	if a.signed() {
		return
	}
	uri := a.Model.AuthorizerURI
	if a.Handler != nil {
		uri = a.Handler.tfCalled("invoke_arn")
		m.allow(a.Handler.Name+"_websocket_invoke", a.Handler, "arn", "apigateway",
			"arn:"+tfPartition+":execute-api:"+tfRegion+":"+tfAccount+":"+api+"/*")
	}
	authorizer := ordered.New(
		"api_id", api,
		"name", a.Model.Name,
		"authorizer_type", "REQUEST",
		"authorizer_uri", uri,
		"identity_sources", ordered.Texts(a.sources()),
	)
	if role := a.role(); role != "" {
		authorizer.Add("authorizer_credentials_arn", role)
	}
	m.add(tfV2Authorizer, tfWebsocketAuthorizer, authorizer)
}
