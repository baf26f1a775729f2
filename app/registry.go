package app

import (
	"cmp"
	"context"
	"slices"
	"sync"
)

// ModelVariable is the environment variable that makes a program write its
// app's model to a file, whose name is the variable's value, and not answer
// events: see dispatch.Start.
const ModelVariable = "CHALICE_MODEL"

// These are the names of functions that stand for several handlers, or have no
// name of their own. Lambda and [Registry.Function] find them by these.
const (
	RESTHandler         = "api_handler"
	WebsocketConnect    = "websocket_connect"
	WebsocketMessage    = "websocket_message"
	WebsocketDisconnect = "websocket_disconnect"
)

// socketName returns the name of the function for a kind of websocket events, "" for other
// kinds.
func socketName(of FunctionKind) string {
	switch of {
	case WSConnectKind:
		return WebsocketConnect
	case WSMessageKind:
		return WebsocketMessage
	case WSDisconnectKind:
		return WebsocketDisconnect
	}
	return ""
}

// Registry is an app that was checked and doesn't change anymore: its handlers,
// and its model. [App.Registry] returns it. It is read-only.
type Registry struct {
	app         *App
	cors        *CORSModel
	binaryTypes []string
	parts       parts
	middleware  []kindMiddleware
	routes      []*Route
	functions   []*Function
	authorizers []*AuthorizerFunction

	placed         []*placedRoute
	allAuthorizers []*placedAuthorizer

	matcher sync.Once
	matched *Matcher
	model   sync.Once
	modeled *Model
}

// Name is the app's name.
func (g *Registry) Name() string { return g.app.name }

// Debug reports whether the app is in debug mode.
func (g *Registry) Debug() bool { return g.app.settings.debug }

// BinaryTypes are the media types whose bodies are bytes.
func (g *Registry) BinaryTypes() []string { return slices.Clone(g.binaryTypes) }

// Routes are the routes in the order of declaration.
func (g *Registry) Routes() []*Route { return g.routes }

// Matcher returns a matcher that finds the app's routes by the paths of URLs.
func (g *Registry) Matcher() *Matcher {
	g.matcher.Do(func() {
		paths := make([]string, len(g.routes))
		for i, r := range g.routes {
			paths[i] = r.Path
		}
		g.matched = NewMatcher(paths)
	})
	return g.matched
}

// Functions returns the functions in the order of declaration, without those of
// routes and authorizers.
func (g *Registry) Functions() []*Function { return g.functions }

// Function finds a function by the name under which Lambda knows it, which is
// websocket_message and the like for websocket handlers.
func (g *Registry) Function(name string) (*Function, bool) {
	for _, f := range g.functions {
		if f.LambdaName() == name {
			return f, true
		}
	}
	return nil, false
}

// Authorizers are the builtin authorizers in the order of declaration.
func (g *Registry) Authorizers() []*AuthorizerFunction { return g.authorizers }

// Authorizer finds a builtin authorizer.
func (g *Registry) Authorizer(name string) (*AuthorizerFunction, bool) {
	for _, a := range g.authorizers {
		if a.Name == name {
			return a, true
		}
	}
	return nil, false
}

// FunctionNames returns the names of all the app's Lambda functions: that of
// the routes if there are any, then the authorizers', then the others'.
func (g *Registry) FunctionNames() []string {
	var names []string
	if len(g.routes) > 0 {
		names = append(names, RESTHandler)
	}
	for _, a := range g.authorizers {
		names = append(names, a.Name)
	}
	for _, f := range g.functions {
		names = append(names, f.LambdaName())
	}
	return names
}

// HasMiddleware reports whether there is middleware for a kind of events.
func (g *Registry) HasMiddleware(kind EventKind) bool {
	return slices.ContainsFunc(g.middleware, func(m kindMiddleware) bool { return m.appliesTo(kind) })
}

func (m kindMiddleware) appliesTo(kind EventKind) bool {
	return m.kind == everyKind || m.kind == kind
}

// Wrap puts the middleware for a kind of events around a handler, the first
// registered outermost.
func (g *Registry) Wrap(kind EventKind, h Handler) Handler {
	for _, m := range slices.Backward(g.middleware) {
		if m.appliesTo(kind) {
			h = m.wrap(h)
		}
	}
	return h
}

// Function is a handler that is a Lambda function of its own. It is read-only.
type Function struct {
	Name string // in the app; see LambdaName
	Kind FunctionKind
	// PartialBatch says that the function answers with the records that failed.
	PartialBatch bool

	model    FunctionModel
	auth     Authorizer // of new websocket connections, nil if there is none
	at       placement
	site     site
	registry *Registry
	read     func(data []byte) (any, error)
	invoke   Handler
	around   func(Handler) Handler // around all middleware; nil: nothing is
	wrapped  sync.Once
	handler  Handler
}

// LambdaName is the name under which Lambda knows the function.
func (f *Function) LambdaName() string {
	return cmp.Or(socketName(f.Kind), f.Name)
}

// EventKind is the kind of the function's events.
func (f *Function) EventKind() EventKind { return eventKind(f.Kind) }

// Event makes an event of its JSON, of the type that the function's handler
// takes. It reads data in place, which must not change as long as the event is in
// use.
func (f *Function) Event(data []byte) (any, error) { return f.read(data) }

// Handler returns the function's handler with the middleware around it.
func (f *Function) Handler() Handler {
	f.wrapped.Do(func() {
		if f.handler = f.registry.Wrap(f.EventKind(), f.invoke); f.around != nil {
			f.handler = f.around(f.handler)
		}
	})
	return f.handler
}

// AuthorizerFunction is a builtin authorizer. It is read-only.
type AuthorizerFunction struct {
	Name    string
	Handler AuthorizerHandler

	from *authorizer
	at   placement
}

// Answer answers an event, which has to be the JSON of an [AuthRequest], with a
// value to be written as JSON. The error is the handler's, or that of an event in
// another form.
func (a *AuthorizerFunction) Answer(ctx context.Context, data []byte) (any, error) {
	return a.from.answer(ctx, data)
}
