package app

import (
	"cmp"
	"os"
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
	serving    *Route // the first that serves the OpenAPI document
	running    bool   // see running
}

// placedRoute is a route, how it came into the app, and what else the model
// says of it. The declaration itself is larger and isn't kept: the garbage
// collector has to look at whatever a running app keeps.
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
	// typed is an operation, an *unprepared, or the *typedSettings of a route without types:
	// any, so that only those programs link the types that have one; nil: none of them.
	typed any
}

// freeze returns the registry of an app, and the mistakes in it.
func freeze(a *App) (*Registry, Mistakes) {
	f := &freezer{app: a, registry: &Registry{app: a}, running: running()}
	f.settings()
	top := placement{owner: &a.declarations}
	for _, item := range a.declarations.freeze() {
		item.place(f, top)
	}
	if place := f.registry.parts.options; place != nil {
		place(f)
	}
	f.nameRoutes()
	if use := f.registry.parts.auth; use != nil {
		use.checkUses(f)
	}
	for _, r := range f.routes {
		f.registry.routes = append(f.registry.routes, r.route)
	}
	f.registry.placed = f.routes
	f.checkModel()
	return f.registry, f.mistakes.tidy()
}

// checkModel reports what shows in the app's model. To look up where something
// was registered costs time, which is spent only if there is a mistake to
// report.
func (f *freezer) checkModel() {
	used := f.registry.parts
	if len(f.registry.describe(func(site) *Source { return nil }).checkUsed(used)) > 0 {
		f.mistakes = append(f.mistakes, f.registry.Model().checkUsed(used)...)
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
	f.registry.parts.add(a.settings.parts)
	f.registry.cors = a.settings.cors.value
	f.registry.binaryTypes = a.settings.binaryTypes.or(DefaultBinaryTypes())
}

// reporter collects the mistakes of one declaration.
type reporter struct {
	f    *freezer
	site site
}

func (r reporter) report(format string, args ...any) {
	r.f.mistakes = append(r.f.mistakes, r.site.mistake(format, args...))
}

// reportEmpty reports an option that only a deployment needs and is given but empty, as by
// an environment variable that isn't set: a model would leave it out. A function that runs
// may not have the variable: it can be set for other functions alone, and "chalice local"
// has no values for what a template makes.
func reportEmpty(r reporter, name string, o option[string], give string) {
	if o.given && o.value == "" && !running() {
		r.report("%s is empty: give %s", name, give)
	}
}

// running reports whether the program is a function in Lambda, or in "chalice local", rather
// than one that describes itself or a test.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
func running() bool { return os.Getenv("AWS_LAMBDA_RUNTIME_API") != "" }

// at returns a reporter for the declaration made at a site, whichever way it
// came into the app.
func (f *freezer) at(s site) reporter { return reporter{f, s} }

// name returns the name of a handler. It reports a handler that has none, or is
// nil.
func (f *freezer) name(r reporter, given option[string], symbol string, isNil bool) string {
	name, named := f.ownName(r, given, symbol, isNil)
	if !named {
		r.report("the handler has no name of its own (it is a closure, a wrapped handler or an instance of a generic function), and AWS needs one: add app.Name(\"...\")")
	}
	return name
}

// ownName returns the name that a handler was given or has in the source, and
// reports whether it has one. For a nil handler it reports true, so that a
// missing name isn't a second mistake.
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
	f.registry.parts.add(d.parts)
	f.registry.parts.functions = (*modelCheck).functions
	m := FunctionModel{
		Name:    at.namePrefix + f.functionName(r, d),
		Kind:    d.kind,
		Handler: d.symbol,
		Poison:  d.poison,
		Allow:   d.allow,
	}
	if d.describe != nil {
		d.describe(r, &m)
	}
	if d.checkEach != nil {
		d.checkEach(r, &m)
	}
	if d.checkPayload != nil {
		d.checkPayload(r)
	}
	var auth Authorizer
	if d.parts.auth != nil {
		auth = d.parts.auth.connect(f, r, d.kind, d.auth.value, at)
	}
	f.registry.functions = append(f.registry.functions, &Function{
		Name: m.Name, Kind: m.Kind, PartialBatch: d.partialBatch,
		model: m, site: d.site, registry: f.registry, read: d.read, invoke: d.invoke, around: d.around,
		auth: auth, at: at,
	})
}

// functionName returns the name of a function. The name of a websocket handler
// doesn't reach AWS, so one without a name is called after its kind of event.
func (f *freezer) functionName(r reporter, d *functionDeclaration) string {
	socket := socketName(d.kind)
	if socket == "" {
		return f.name(r, d.name, d.symbol, d.invoke == nil)
	}
	if name, named := f.ownName(r, d.name, d.symbol, d.invoke == nil); named {
		return name
	}
	return socket
}

// before reports whether a mistake's place is before that of another one.
func (m *Mistake) before(other *Mistake) bool {
	return cmp.Or(strings.Compare(m.File, other.File), cmp.Compare(m.Line, other.Line)) < 0
}

// tidy sorts mistakes by their places and drops duplicates, which a blueprint's
// mistakes have if it is registered twice.
func (m Mistakes) tidy() Mistakes {
	// They are few, and mostly in order. slices has the same in ten times the code.
	for i := range m {
		for j := i; j > 0 && m[j].before(m[j-1]); j-- {
			m[j], m[j-1] = m[j-1], m[j]
		}
	}
	kept := m[:0]
	for _, mistake := range m {
		if !slices.ContainsFunc(kept, func(k *Mistake) bool { return *k == *mistake }) {
			kept = append(kept, mistake)
		}
	}
	return kept
}
