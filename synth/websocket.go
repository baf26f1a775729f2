package synth

import (
	"strings"

	"github.com/awslabs/goformation/v7/cloudformation/apigatewayv2"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// websocketAPI is the API Gateway websocket API in front of the handlers of
// connections and their messages.
type websocketAPI struct {
	Name   string
	Stage  string // of the API, a segment of its URL
	Routes []websocketRoute
	// Authorizer is asked about new connections; nil: everybody can connect.
	Authorizer *websocketAuthorizer
}

// websocketRoute is a route of the API and the function that serves it.
type websocketRoute struct {
	Key     string // $connect, $default or $disconnect
	Handler *function
}

// connectKey is the key of the route for new connections.
const connectKey = "$connect"

// websocketKinds says for each kind of handler what its function and its
// route are called.
var websocketKinds = map[app.FunctionKind]struct{ function, key string }{
	app.WSConnectKind:    {app.WebsocketConnect, connectKey},
	app.WSMessageKind:    {app.WebsocketMessage, "$default"},
	app.WSDisconnectKind: {app.WebsocketDisconnect, "$disconnect"},
}

var _ Resource = (*websocketAPI)(nil)

// websocketAPI adds the API and its functions, if there are handlers.
func (b *builder) websocketAPI() {
	api := &websocketAPI{
		Name:  b.baseName() + "-websocket-api",
		Stage: b.Stage.APIGatewayStage,
	}
	for _, m := range b.Model.Functions {
		if k, ok := websocketKinds[m.Kind]; ok {
			f := b.apiFunction(k.function, m.Source)
			api.Routes = append(api.Routes, websocketRoute{k.key, f})
		}
	}
	if len(api.Routes) == 0 {
		return
	}
	api.Authorizer = b.websocketAuthorizer()
	b.add(api)
	if d := b.Stage.WebsocketDomain; d != nil {
		b.add(&v2Domain{b.domain(*d), websocketsOwn})
	}
}

// ID returns "websocket API websocket_api".
func (a *websocketAPI) ID() string { return websocketAPIID }

const websocketAPIID = "websocket API websocket_api"

// Refs returns the functions that the API calls.
func (a *websocketAPI) Refs() []string {
	var refs []string
	for _, r := range a.Routes {
		refs = append(refs, r.Handler.ID())
	}
	if f := a.Authorizer.function(); f != nil {
		refs = append(refs, f.ID())
	}
	return refs
}

// Outline has a line for each route.
func (a *websocketAPI) Outline() Outline {
	o := Outline{Kind: "websocket API", Name: a.Name, Note: "stage " + a.Stage}
	for _, r := range a.Routes {
		line := Line{ID: "route " + r.Key, Label: "route", Text: r.Key}
		o.Calls = append(o.Calls, Call{line.ID, r.Handler.ID()})
		if r.Key == connectKey && a.Authorizer != nil {
			line.Note = "auth " + a.Authorizer.Model.Name
			if f := a.Authorizer.Handler; f != nil {
				o.Calls = append(o.Calls, Call{line.ID, f.ID()})
			}
		}
		o.Lines = append(o.Lines, line)
	}
	return o
}

func (a *websocketAPI) sam(t *samTemplate) error { return a.stack(t.stack) }

func (a *websocketAPI) cloudformation(t *cfnTemplate) error { return a.stack(t.stack) }

// stack adds the API, which SAM has no type of its own for.
func (a *websocketAPI) stack(t *stack) error {
	t.add("WebsocketAPI", a.ID(), &apigatewayv2.Api{
		Name:                     &a.Name,
		RouteSelectionExpression: new("$request.body.action"),
		ProtocolType:             new("WEBSOCKET"),
	})
	for _, r := range a.Routes {
		t.websocketIntegration(r)
	}
	if a.Authorizer != nil {
		a.Authorizer.stack(t, a.ID())
	}
	var routes []string
	for _, r := range a.Routes {
		routes = append(routes, t.websocketRoute(r, a.authorizerOf(r)))
	}
	deployment := "WebsocketAPIDeployment" + a.digest()
	t.add(deployment, a.ID(), &apigatewayv2.Deployment{
		ApiId: t.text(cfn.Ref("WebsocketAPI")),
	}).dependsOn = routes
	t.add("WebsocketAPIStage", a.ID(), &apigatewayv2.Stage{
		ApiId:        t.text(cfn.Ref("WebsocketAPI")),
		DeploymentId: new(t.text(cfn.Ref(deployment))),
		StageName:    a.Stage,
	})
	a.outputs(t)
	return nil
}

// digest changes with the routes. CloudFormation deploys an API again only
// when the deployment has another logical id.
func (a *websocketAPI) digest() string {
	var keys []string
	for _, r := range a.Routes {
		keys = append(keys, r.Key)
	}
	if a.Authorizer != nil {
		keys = append(keys, a.Authorizer.text())
	}
	return digest(strings.Join(keys, "\n"))
}

func (t *stack) websocketIntegration(r websocketRoute) {
	id := r.Handler.logicalID(t)
	t.add(id+"APIIntegration", r.Handler.ID(), &apigatewayv2.Integration{
		ApiId:                   t.text(cfn.Ref("WebsocketAPI")),
		ConnectionType:          new("INTERNET"),
		ContentHandlingStrategy: new("CONVERT_TO_TEXT"),
		IntegrationType:         "AWS_PROXY",
		IntegrationUri:          new(t.text(t.websocketURI(r.Handler))),
	})
	t.about(r.Handler, id+"APIIntegration")
	t.addPermission(r.Handler, id+"InvokePermission", r.Handler.ID(), r.Handler.callee(t), cfn.SubWith(
		"arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${WebsocketAPIId}/*",
		ordered.New("WebsocketAPIId", cfn.Ref("WebsocketAPI")),
	))
}

// websocketURI is what a websocket API calls a function by: its ARN made of its name, as
// the reference has it, or the alias', which a reference is already.
func (t *stack) websocketURI(f *function) *ordered.Object {
	arn := "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${WebsocketHandler}"
	if f.alias() {
		arn = "${WebsocketHandler}"
	}
	return cfn.SubWith("arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"+arn+"/invocations",
		ordered.New("WebsocketHandler", f.callee(t)))
}

func (t *stack) websocketRoute(r websocketRoute, authorizer *websocketAuthorizer) string {
	handler := r.Handler.logicalID(t)
	route := &apigatewayv2.Route{
		ApiId:    t.text(cfn.Ref("WebsocketAPI")),
		RouteKey: r.Key,
		Target:   new(t.text(cfn.Join("/", "integrations", cfn.Ref(handler+"APIIntegration")))),
	}
	if authorizer != nil {
		route.AuthorizationType = new(authorizer.authorizationType())
		if !authorizer.signed() {
			route.AuthorizerId = new(t.text(cfn.Ref(websocketAuthorizerID)))
		}
	}
	t.add(handler+"Route", r.Handler.ID(), route)
	t.about(r.Handler, handler+"Route")
	return handler + "Route"
}

func (a *websocketAPI) outputs(t *stack) {
	t.output("WebsocketAPIId", cfn.Ref("WebsocketAPI"))
	for _, r := range a.Routes {
		id := r.Handler.logicalID(t)
		t.output(id+"HandlerArn", cfn.GetAtt(id, "Arn"))
		t.output(id+"HandlerName", cfn.Ref(id))
	}
	t.output("WebsocketConnectEndpointURL",
		cfn.Sub("wss://${WebsocketAPI}.execute-api.${AWS::Region}.${AWS::URLSuffix}/"+cfn.Literal(a.Stage)+"/"))
}

const (
	tfV2API   = "aws_apigatewayv2_api"
	tfV2Stage = "aws_apigatewayv2_stage"
)

func (a *websocketAPI) terraform(m *tfModule) error {
	m.add(tfV2API, "websocket_api", ordered.New(
		"name", a.Name,
		"route_selection_expression", "$request.body.action",
		"protocol_type", "WEBSOCKET",
	))
	id := tfRef(tfV2API, "websocket_api", "id")
	var routes []any
	if a.Authorizer != nil {
		a.Authorizer.terraform(m, id)
	}
	for _, r := range a.Routes {
		m.tfWebsocketRoute(r, id, a.authorizerOf(r))
		routes = append(routes, "aws_apigatewayv2_route."+r.Handler.Name+"_route")
	}
	deployment := m.add("aws_apigatewayv2_deployment", "websocket_api_deployment", ordered.New("api_id", id, "depends_on", routes))
	if a.Authorizer != nil {
		// Without it, an authorizer that an API gets would be one of its routes, and not
		// of what its stage serves: anyone could go on to connect.
		deployment.Add("triggers", ordered.New("redeployment", a.digest()))
		deployment.Add("lifecycle", ordered.New("create_before_destroy", true))
	}
	m.add(tfV2Stage, "websocket_api_stage", ordered.New(
		"api_id", id,
		"deployment_id", tfRef("aws_apigatewayv2_deployment", "websocket_api_deployment", "id"),
		"name", a.Stage,
	))
	m.addOutput("WebsocketAPIId", id)
	for _, r := range a.Routes {
		name, _ := LogicalID(r.Handler.Name)
		m.addOutput(name+"HandlerArn", r.Handler.tf("arn"))
		m.addOutput(name+"HandlerName", r.Handler.tf("function_name"))
	}
	m.addOutput("WebsocketConnectEndpointURL",
		"wss://"+id+".execute-api."+tfRegion+"."+tfSuffix+"/"+a.Stage+"/")
	return nil
}

// tfWebsocketARN is the ARN that a websocket API invokes, as websocketURI has it.
func (f *function) tfWebsocketARN() string {
	if f.alias() {
		return f.tfInvoked()
	}
	return "arn:" + tfPartition + ":lambda:" + tfRegion + ":" + tfAccount + ":function:" + f.tf("function_name")
}

func (m *tfModule) tfWebsocketRoute(r websocketRoute, api string, authorizer *websocketAuthorizer) {
	name := r.Handler.Name
	m.add("aws_apigatewayv2_integration", name+"_api_integration", ordered.New(
		"api_id", api,
		"connection_type", "INTERNET",
		"content_handling_strategy", "CONVERT_TO_TEXT",
		"integration_type", "AWS_PROXY",
		"integration_uri", "arn:"+tfPartition+":apigateway:"+tfRegion+":lambda:path/2015-03-31/functions/"+
			r.Handler.tfWebsocketARN()+"/invocations",
	))
	m.allow(name+"_invoke_permission", r.Handler, "function_name", "apigateway",
		"arn:"+tfPartition+":execute-api:"+tfRegion+":"+tfAccount+":"+api+"/*")
	route := ordered.New(
		"api_id", api,
		"route_key", r.Key,
		"target", "integrations/"+tfRef("aws_apigatewayv2_integration", name+"_api_integration", "id"),
	)
	if authorizer != nil {
		route.Add("authorization_type", authorizer.authorizationType())
		if !authorizer.signed() {
			route.Add("authorizer_id", tfRef(tfV2Authorizer, tfWebsocketAuthorizer, "id"))
		}
	}
	m.add("aws_apigatewayv2_route", name+"_route", route)
}
