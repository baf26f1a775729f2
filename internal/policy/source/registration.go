package source

import (
	"go/ast"
	"go/types"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/policy/gotypes"
	"github.com/chalice-go/chalice/internal/policy/sdk"
	"github.com/chalice-go/chalice/internal/policy/seen"
)

// Registering says what a function or method of package app registers.
type Registering struct {
	Handler    int           // which argument the handler is
	Kind       app.EventKind // of the handler's events; "" for an authorizer
	Function   string        // the Lambda function that all such handlers share
	Middleware bool          // all arguments from Handler on are middleware
	// Web: the handler is one of net/http.
	Web bool
	// ofApp: the app is the first argument, and not the receiver.
	ofApp bool
	// ofKind: the argument before the middleware is the kind of events it is for.
	ofKind bool
}

// registrations has what registers handlers and middleware, by its name: the
// methods of [app.App] and [app.Blueprint], app.TypedRoute, app.TypedLambda and httpadapter.Mount.
// A test of package layout fails for a method that is missing.
var registrations = map[string]Registering{
	"Route":             {Handler: 1, Kind: app.HTTP, Function: app.RESTHandler},
	"TypedRoute":        {Handler: 2, Kind: app.HTTP, Function: app.RESTHandler, ofApp: true},
	"Mount":             {Handler: 2, Kind: app.HTTP, Function: app.RESTHandler, Web: true, ofApp: true},
	"Authorizer":        {Handler: 0},
	"Schedule":          {Handler: 1, Kind: app.Scheduled},
	"OnCloudWatchEvent": {Handler: 1, Kind: app.CloudWatch},
	"OnS3Event":         {Handler: 1, Kind: app.S3},
	"OnSNSMessage":      {Handler: 1, Kind: app.SNS},
	"OnSQSMessage":      {Handler: 1, Kind: app.SQS},
	"OnKinesisRecord":   {Handler: 1, Kind: app.Kinesis},
	"OnDynamoDBRecord":  {Handler: 1, Kind: app.DynamoDB},
	"OnLogEvents":       {Handler: 1, Kind: app.Logs},
	"OnWSConnect":       {Handler: 0, Kind: app.Websocket, Function: app.WebsocketConnect},
	"OnWSMessage":       {Handler: 0, Kind: app.Websocket, Function: app.WebsocketMessage},
	"OnWSDisconnect":    {Handler: 0, Kind: app.Websocket, Function: app.WebsocketDisconnect},
	"LambdaFunction":    {Handler: 0, Kind: app.PureLambda},
	"TypedLambda":       {Handler: 1, Kind: app.PureLambda, ofApp: true},
	"Use":               {Handler: 0, Middleware: true},
	"UseFor":            {Handler: 1, Middleware: true, ofKind: true},
}

// registerBlueprint makes what a blueprint registers part of an app.
const registerBlueprint = "RegisterBlueprint"

// RegisteringOf returns what a function or method with a name registers.
func RegisteringOf(name string) (Registering, bool) {
	r, ok := registrations[name]
	return r, ok
}

// Site is a call that registers a handler, or middleware.
type Site struct {
	Registering
	Method string
	Call   *ast.CallExpr
	In     *Node
	shift  int // 1 if the first argument is the receiver
	texts  *seen.Texts
	// Handlers has one element for each way in which the call is reached, if it is
	// in a helper that is called with handlers.
	Handlers []*Handler
}

// register notes a call if it registers something. The arguments with these
// indexes belong to the registration.
func (p *Program) register(w *walker, c *ast.CallExpr, callee *types.Func) map[int]bool {
	if callee == nil {
		return nil
	}
	r, ok := p.RegisteringFunc(callee)
	if !ok {
		return nil
	}
	if callee.Name() == registerBlueprint {
		p.blueprints = append(p.blueprints, blueprintUse{c, w.n})
		return nil
	}
	s := &Site{Registering: r, Method: callee.Name(), Call: c, In: w.n, texts: p.Texts}
	if sel, ok := ast.Unparen(c.Fun).(*ast.SelectorExpr); ok {
		if selection := w.info.Selections[sel]; selection != nil && selection.Kind() == types.MethodExpr {
			s.shift = 1
		}
	}
	p.Sites = append(p.Sites, s)
	skip := map[int]bool{}
	for i := range c.Args {
		if at := i - s.shift; at == s.Handler || s.Middleware && at > s.Handler {
			skip[i] = true
		}
	}
	return skip
}

// RegisteringFunc returns what a function registers, if it is one of package app's,
// or a method of an interface that an app satisfies.
func (p *Program) RegisteringFunc(f *types.Func) (Registering, bool) {
	r, ok := registrations[f.Name()]
	if (!ok && f.Name() != registerBlueprint) || f.Pkg() == nil {
		return r, false
	}
	recv := f.Signature().Recv()
	switch path := f.Pkg().Path(); {
	case path == sdk.AppPath && (recv != nil || r.ofApp):
		return r, true
	case path == sdk.AdapterPath && recv == nil:
		return r, true
	case recv == nil || !types.IsInterface(recv.Type()) || p.All[sdk.AppPath] == nil:
		return r, false
	}
	ofApp := p.All[sdk.AppPath].Scope().Lookup(sdk.AppType)
	if ofApp == nil {
		return r, false
	}
	m, _, _ := types.LookupFieldOrMethod(types.NewPointer(ofApp.Type()), true, p.All[sdk.AppPath], f.Name())
	own, ok := m.(*types.Func)
	return r, ok && gotypes.IdenticalCalls(own.Signature(), f.Signature())
}

// KindOf returns the kind of events that middleware is for, "" for all.
func (s *Site) KindOf() app.EventKind {
	if !s.ofKind || len(s.Call.Args) <= s.shift {
		return ""
	}
	kind, _ := s.texts.Of(s.In.Pkg.TypesInfo.Types[s.Call.Args[s.shift]].Value)
	return app.EventKind(kind)
}
