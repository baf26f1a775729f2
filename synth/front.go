package synth

import (
	"slices"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// front is what all that can be in front of the routes have in common.
type front struct {
	Title  string // the app's own name, also where another is configured
	Routes []app.RouteModel
	Model  *app.Model

	Handler            *function   // serves the routes
	AuthorizerHandlers []*function // the builtin authorizers, if they are functions of their own
}

// front adds what is in front of the routes, if there are any, and the functions that
// it calls.
func (b *builder) front() {
	if len(b.Model.Routes) == 0 {
		return
	}
	switch b.Stage.APIType {
	case config.HTTP:
		b.httpAPI()
	case config.FunctionURL:
		b.functionURL()
	default:
		b.restAPI()
	}
}

// newFront adds the functions that the front of the routes calls, and returns what it
// needs to know of them.
func (b *builder) newFront() front {
	f := front{
		Title:  b.Model.Name,
		Routes: resolveRoutes(b.Model),
		Model:  b.Model,
	}
	f.Handler = b.apiFunction(app.RESTHandler, nil)
	if b.Stage.APIType == config.FunctionURL {
		return f // authorizers are steps within the handler, see within
	}
	connect := b.Model.ConnectAuthorizer()
	for i, a := range b.Model.Authorizers {
		ofSockets := &b.Model.Authorizers[i] == connect && !b.Model.Protects(a.Name) // which websocketAPI adds
		if a.Type == app.BuiltinAuthorizerType && !ofSockets {
			f.AuthorizerHandlers = append(f.AuthorizerHandlers, b.authorizerFunction(a))
		}
	}
	return f
}

// authorizerFunction returns the function of a builtin authorizer, which several APIs
// can call.
func (b *builder) authorizerFunction(a app.AuthorizerModel) *function {
	f, ok := b.authorizers[a.Name]
	if !ok {
		f = b.apiFunction(a.Name, a.Source)
		b.authorizers[a.Name] = f
	}
	return f
}

// Refs returns the functions that the front calls.
func (a *front) Refs() []string {
	refs := []string{a.Handler.ID()}
	for _, f := range a.AuthorizerHandlers {
		refs = append(refs, f.ID())
	}
	return refs
}

// asked returns the function of the routes, and the first registration that asks for it.
func (a *front) asked() (*function, *app.Source) { return a.Handler, a.Routes[0].Source }

// outline has a line for each method of each route. An authorizer is called by the
// first that it is for.
func (a *front) outline(kind, note string) Outline {
	o := Outline{Kind: kind, Name: a.Title, Note: note, Calls: []Call{{To: a.Handler.ID()}}}
	asked := map[string]bool{} // authorizers
	for _, route := range a.Routes {
		for _, method := range route.Methods {
			line := Line{"route " + method + " " + route.Path, method, route.Path, guard(route)}
			o.Lines = append(o.Lines, line)
			for _, f := range a.AuthorizerHandlers {
				if f.Name == route.Authorizer && !asked[f.Name] {
					asked[f.Name] = true
					o.Calls = append(o.Calls, Call{line.ID, f.ID()})
				}
			}
		}
	}
	return o
}

func (a *front) authorizer(name string) *app.AuthorizerModel { return a.Model.Authorizer(name) }

func (a *front) authorizerHandler(name string) *function {
	for _, f := range a.AuthorizerHandlers {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// around adds the permissions to call the functions of an API, and the outputs.
func (a *front) around(t *stack, owner, api, url string) {
	handler := a.Handler.logicalID(t)
	t.addPermission(a.Handler, "APIHandlerInvokePermission", owner, a.Handler.callee(t), apiSource(api))
	for _, f := range a.AuthorizerHandlers {
		id := f.logicalID(t)
		t.addPermission(f, id+"InvokePermission", "the permission of authorizer "+f.Name, f.invoked(t), apiSource(api))
	}
	t.output(api+"Id", cfn.Ref(api))
	t.output("APIHandlerName", cfn.Ref(handler))
	t.output("APIHandlerArn", cfn.GetAtt(handler, "Arn"))
	t.output("EndpointURL", cfn.Sub(url))
}

// apiSource is the ARN of every method of an API, which is named by its logical id.
func apiSource(api string) *ordered.Object {
	return cfn.SubWith("arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${"+api+"Id}/*",
		ordered.New(api+"Id", cfn.Ref(api)))
}

// tfAllow lets API Gateway call the functions of an API in Terraform.
func (a *front) tfAllow(m *tfModule, name, source string) {
	m.allow(name+"_invoke", a.Handler, "arn", "apigateway", source)
	for _, f := range a.AuthorizerHandlers {
		m.allow(f.Name+"_invoke", f, "arn", "apigateway", source)
	}
}

// tfDocumentText returns text of an API's document in which Terraform finds no
// expressions. What tfJSON takes care of is left to it.
func tfDocumentText(s string) string { return tfEscaped(s, "${aws:", "${aws:", "${", "$${") }

// tfRoutes returns the routes with documentation for Terraform.
func (a *front) tfRoutes() []app.RouteModel {
	routes := slices.Clone(a.Routes)
	for i := range routes {
		routes[i].Doc = tfDocumentText(routes[i].Doc)
	}
	return routes
}
