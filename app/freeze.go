package app

import (
	"cmp"
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
	f.checkUses()
	for _, r := range f.routes {
		f.registry.routes = append(f.registry.routes, r.route)
	}
	f.registry.placed = f.routes
	f.checkModel()
	return f.registry, f.mistakes.tidy()
}

// checkModel finds what shows in the app's model. The places of registrations
// cost time to look up: that is spent where there is something to say of them.
func (f *freezer) checkModel() {
	if len(f.registry.describe(func(site) *Source { return nil }).Check()) > 0 {
		f.mistakes = append(f.mistakes, f.registry.Model().Check()...)
	}
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

func (d *functionDeclaration) place(f *freezer, at placement) {
	r := f.at(d.site)
	d.settings.check(r)
	m := FunctionModel{
		Name:    at.namePrefix + f.functionName(r, d),
		Kind:    d.kind,
		Handler: d.symbol,
		Allow:   d.allow,
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

// tidy sorts mistakes by their places and drops those that came up twice, as
// those of a blueprint do that is registered twice.
func (m Mistakes) tidy() Mistakes {
	slices.SortStableFunc(m, func(a, b *Mistake) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	seen := map[Mistake]bool{}
	return slices.DeleteFunc(m, func(mistake *Mistake) bool {
		again := seen[*mistake]
		seen[*mistake] = true
		return again
	})
}
