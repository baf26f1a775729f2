package app

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// freezer checks what an app declares and builds its registry.
type freezer struct {
	app        *App
	registry   *Registry
	mistakes   Mistakes
	placements []placement // of blueprints
	routes     []*placedRoute
	uses       []authorizerUse
}

// placedRoute is a route, how it came into the app, and what else its model
// tells. The declaration itself is larger and not kept: what a running app
// keeps, the garbage collector has to look at.
type placedRoute struct {
	route          *Route
	site           site
	at             placement
	symbol         string
	unnamed        bool // its name follows from the path
	apiKeyRequired bool
	cors           *CORSModel
	doc            string
	auth           Authorizer
	allow          []AllowModel
}

// freeze gives the registry of an app, and the mistakes in it.
func freeze(a *App) (*Registry, Mistakes) {
	f := &freezer{app: a, registry: &Registry{app: a}}
	f.settings()
	top := placement{owner: &a.declarations}
	for _, item := range a.declarations.freeze() {
		item.place(f, top)
	}
	f.nameRoutes()
	f.checkAuthorizers()
	f.checkRoutes()
	f.checkNames()
	for _, r := range f.routes {
		f.registry.routes = append(f.registry.routes, r.route)
	}
	f.registry.placed = f.routes
	return f.registry, f.mistakes.compact()
}

// settings checks the options of New.
func (f *freezer) settings() {
	a := f.app
	r := f.at(a.site)
	if a.name == "" {
		r.report("the app has no name: app.New(\"myapp\")")
	}
	a.settings.check(r)
	f.registry.cors = a.settings.cors.value
	f.registry.binaryTypes = a.settings.binaryTypes.or(DefaultBinaryTypes())
}

// reporter notes mistakes of one declaration.
type reporter struct {
	f    *freezer
	site site
}

func (r reporter) report(format string, args ...any) {
	r.f.mistakes = append(r.f.mistakes, r.site.mistake(format, args...))
}

// at notes mistakes of the declaration made at a site, whichever way it came
// into the app.
func (f *freezer) at(s site) reporter { return reporter{f, s} }

// name returns the name of a handler, and reports that it has none, or is nil.
func (f *freezer) name(r reporter, given option[string], symbol string, isNil bool) string {
	name, named := f.ownName(r, given, symbol, isNil)
	if !named {
		r.report("the handler has no name of its own (it is a closure, a wrapped handler or an instance of a generic function), and AWS needs one: add app.Name(\"...\")")
	}
	return name
}

// ownName returns the name that a handler was given or has in the source, and
// reports whether it has one. That of a nil handler isn't missed.
func (f *freezer) ownName(r reporter, given option[string], symbol string, isNil bool) (name string, named bool) {
	if isNil {
		r.report("the handler is nil")
	}
	name, named = goName(symbol)
	switch {
	case given.given && given.value == "":
		r.report("Name is empty")
	case given.given:
		return given.value, true
	}
	return name, named || isNil
}

// checkName reports a name that a Lambda function can't have. That there is
// none is reported elsewhere.
func checkName(r reporter, name string) {
	bad := func(c rune) bool {
		return !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_')
	}
	if len(name) > 64 || strings.ContainsFunc(name, bad) {
		r.report("%q is no name for a function: it must be of 1 to 64 ASCII letters, digits, - and _; set another with app.Name", name)
	}
}

func (d *functionDeclaration) place(f *freezer, at placement) {
	r := f.at(d.site)
	d.settings.check(r)
	m := FunctionModel{
		Name:    at.namePrefix + f.functionName(r, d),
		Kind:    d.kind,
		Handler: d.symbol,
		Allow:   d.allow,
	}
	if _, isSocket := socketNames[d.kind]; !isSocket {
		checkName(r, m.Name)
	}
	if d.describe != nil {
		d.describe(r, &m)
	}
	f.registry.functions = append(f.registry.functions, &Function{
		Name: m.Name, Kind: m.Kind, PartialBatch: d.partialBatch,
		model: m, site: d.site, registry: f.registry, invoke: d.invoke,
	})
}

// functionName returns the name of a function. A websocket handler's doesn't reach
// AWS, so one without a name has that of its kind.
func (f *freezer) functionName(r reporter, d *functionDeclaration) string {
	socket, isSocket := socketNames[d.kind]
	if !isSocket {
		return f.name(r, d.name, d.symbol, d.invoke == nil)
	}
	if name, named := f.ownName(r, d.name, d.symbol, d.invoke == nil); named {
		return name
	}
	return socket
}

func (a *authorizer) place(f *freezer, at placement) {
	r := f.at(a.site)
	m := a.describe(r)
	symbol := symbol(a.handler)
	m.Name = at.namePrefix + f.name(r, a.settings.name, symbol, a.handler == nil)
	checkName(r, m.Name)
	m.Handler = symbol
	f.registry.authorizers = append(f.registry.authorizers, &AuthorizerFunction{
		Name: m.Name, Handler: a.handler, from: a, at: at,
	})
	f.registry.allAuthorizers = append(f.registry.allAuthorizers, &placedAuthorizer{m, a})
}

// placedAuthorizer is an authorizer in the order of the model.
type placedAuthorizer struct {
	model AuthorizerModel
	from  *authorizer
}

// compact drops mistakes that came up twice, as those of a blueprint do that
// is registered twice.
func (m Mistakes) compact() Mistakes {
	seen := map[Mistake]bool{}
	return slices.DeleteFunc(m, func(mistake *Mistake) bool {
		again := seen[*mistake]
		seen[*mistake] = true
		return again
	})
}

// reserved are names that functions of other kinds have.
var reserved = []string{RESTHandler, WebsocketConnect, WebsocketMessage, WebsocketDisconnect}

// checkNames finds functions of the same name, and websocket handlers of the
// same kind.
func (f *freezer) checkNames() {
	type named struct {
		name string
		site site
	}
	var all []named
	sockets := map[FunctionKind]site{}
	for _, a := range f.registry.authorizers {
		all = append(all, named{a.Name, a.from.site})
	}
	for _, fn := range f.registry.functions {
		event, isSocket := socketMethods[fn.Kind]
		if !isSocket {
			all = append(all, named{fn.Name, fn.site})
			continue
		}
		if first, ok := sockets[fn.Kind]; ok {
			f.at(fn.site).report("%s is registered twice, also at %v: an app has one handler of each websocket event", event, first.source())
			continue
		}
		sockets[fn.Kind] = fn.site
	}
	first := map[string]site{}
	for _, n := range all {
		if n.name == "" {
			continue // reported before
		}
		r := f.at(n.site)
		if slices.Contains(reserved, n.name) {
			r.report("the name %q is reserved: use another", n.name)
		}
		if at, ok := first[n.name]; ok {
			r.report("two functions are named %q, the other one at %v: use app.Name", n.name, at.source())
			continue
		}
		first[n.name] = n.site
	}
}

var socketMethods = map[FunctionKind]string{
	WSConnectKind: "OnWSConnect", WSMessageKind: "OnWSMessage", WSDisconnectKind: "OnWSDisconnect",
}

// checkRoutes finds what is wrong between the routes of one path.
func (f *freezer) checkRoutes() {
	paths := map[string][]*placedRoute{}
	var order []string
	for _, r := range f.routes {
		if paths[r.route.Path] == nil {
			order = append(order, r.route.Path)
		}
		paths[r.route.Path] = append(paths[r.route.Path], r)
	}
	for _, path := range order {
		f.checkMethods(path, paths[path])
		f.checkCORS(path, paths[path])
	}
}

func (f *freezer) checkMethods(path string, routes []*placedRoute) {
	first := map[string]*placedRoute{}
	for _, r := range routes {
		for _, method := range r.route.Methods {
			switch other := first[method]; {
			case other == nil:
				first[method] = r
			case other != r: // else reported before
				f.at(r.site).report(
					"%s %s has two handlers: %q here%s and %q at %v%s", method, path,
					r.route.Name, r.at.how(), other.route.Name, other.site.source(), other.at.how())
			}
		}
	}
}

// how tells through which registration of a blueprint a declaration came.
func (p placement) how() string {
	if p.via == nil {
		return ""
	}
	return fmt.Sprintf(" (in the blueprint registered at %v)", p.via.source())
}

func (f *freezer) checkCORS(path string, routes []*placedRoute) {
	var with *placedRoute
	var options *placedRoute
	for _, r := range routes {
		if slices.Contains(r.route.Methods, "OPTIONS") {
			options = cmp.Or(options, r)
		}
		if r.route.CORS == nil {
			continue
		}
		if with == nil {
			with = r
		} else if !with.route.CORS.Equal(*r.route.CORS) {
			f.at(r.site).report(
				"the routes of %s have different CORS configurations, this one and that at %v: a path has one",
				path, with.site.source())
		}
	}
	if with != nil && options != nil {
		f.at(options.site).report(
			"%s has CORS, at %v, and a handler for OPTIONS: API Gateway answers OPTIONS itself then, so remove one of them",
			path, with.site.source())
	}
}

// checkMedia finds routes whose content types are binary in part.
func (f *freezer) checkMedia(r reporter, route *Route) {
	var binary, other []string
	for _, t := range route.ContentTypes {
		if slices.Contains(f.registry.binaryTypes, t) {
			binary = append(binary, t)
		} else {
			other = append(other, t)
		}
	}
	if len(binary) > 0 && len(other) > 0 {
		r.report("of the content types of %q, %q are binary and %q are not: a route takes one or the other",
			route.Name, binary, other)
	}
}
