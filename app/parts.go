package app

// Parts are what a handler of an app's events has for apps that use it: each
// method prepares the handler for one part. [Registry.Equip] calls those that an
// app needs.
type Parts interface {
	UseAuthorizers() // a route has an authorizer
	UseCORS()        // a route may have CORS, as CORS or DefaultCORS is given
	UseStreams()     // a route has the option Streams
	UseViolations()  // a route is typed
	UseProblems()    // the app has the option ProblemDetails
}

// parts are what a program links only if its app uses it: options and
// declarations set these functions, and nothing else refers to them. nil: the app
// doesn't use it.
type parts struct {
	auth      *authPart
	cors      *corsPart
	functions func(*modelCheck) // checks the names of functions beside that of the routes
	handler   [handlerParts]func(Parts)
	options   func(*freezer) // does what options for typed routes ask
	prepare   func(*Route)   // completes a typed route, see Route.Prepare
	// serving and operations complete the model of an app with a route that serves its
	// document, and with typed routes.
	serving, operations func(g *Registry, m *Model)
}

// The parts of handlers that need nothing else, in the order in which they are prepared.
const (
	streamsPart = iota
	violationsPart
	problemsPart // another form of errors than that of violationsPart
	handlerParts
)

// authPart is what there is for authorizers.
type authPart struct {
	equip     func(Parts)
	protect   func(f *freezer, authorizer Authorizer, s site, at placement) *Protection
	connect   func(f *freezer, r reporter, kind FunctionKind, authorizer Authorizer, at placement) Authorizer
	checkUses func(f *freezer)
	name      func(g *Registry, authorizer Authorizer, at placement) (name, problem string)
	check     func(c *modelCheck)
}

var authParts = &authPart{
	Parts.UseAuthorizers, (*freezer).protect, (*freezer).connectAuth, (*freezer).checkUses,
	(*Registry).authorizerName, (*modelCheck).authorizers,
}

// corsPart is what allows cross-origin requests.
type corsPart struct {
	equip func(Parts)
	check func(c *modelCheck, at *Source, m *CORSModel)
	paths func(c *modelCheck)
}

var corsParts = &corsPart{Parts.UseCORS, (*modelCheck).cors, (*modelCheck).paths}

// allParts are the parts of any model.
func allParts() parts {
	return parts{auth: authParts, cors: corsParts, functions: (*modelCheck).functions}
}

// add adds the parts of an option or a declaration to those of its app.
func (p *parts) add(used parts) {
	if used.auth != nil {
		p.auth = used.auth
	}
	if used.functions != nil {
		p.functions = used.functions
	}
	if used.cors != nil {
		p.cors = used.cors
	}
	for i, part := range used.handler {
		if part != nil {
			p.handler[i] = part
		}
	}
	if used.options != nil {
		p.options = used.options
	}
	if used.serving != nil {
		p.serving = used.serving
	}
	if used.operations != nil {
		p.operations = used.operations
	}
}

// Equip prepares a handler for what the app uses. The linker keeps a method of
// Parts only if a program uses what the method is for.
func (g *Registry) Equip(p Parts) {
	if g.parts.auth != nil {
		g.parts.auth.equip(p)
	}
	if g.parts.cors != nil {
		g.parts.cors.equip(p)
	}
	for _, part := range g.parts.handler {
		if part != nil {
			part(p)
		}
	}
}
