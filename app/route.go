package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// RouteHandler answers the requests of a route. What it returns becomes the
// response:
//
//   - a [*Response] as it is, which may be a [Stream];
//   - a string or []byte as the body, with status 200;
//   - anything else, nil included, as JSON, with status 200;
//   - an error that is or wraps an [*Error] as a response with its status;
//   - any other error, or a panic, as status 500, its text only in the log.
type RouteHandler = func(ctx context.Context, r *Request) (any, error)

// Route sends requests for a path to a handler: GET requests if no [Methods]
// are given. Parts of the path in braces are parameters, as in "/users/{id}"; a
// last part such as {rest+} stands for any number of parts.
func (d *declarations) Route(path string, handler RouteHandler, options ...RouteOption) {
	r := &routeDeclaration{site: here(), path: path, handler: handler}
	for _, o := range options {
		if o != nil {
			o.route(&r.settings)
		}
	}
	d.add(r)
}

// RouteOption is an option of Route.
type RouteOption interface{ route(*settings) }

type routeOption func(*settings)

func (o routeOption) route(s *settings) { o(s) }

// Methods are the HTTP methods that a route takes: GET, POST, PUT, PATCH,
// HEAD, OPTIONS or DELETE.
func Methods(methods ...string) RouteOption {
	return routeOption(func(s *settings) { put(s, &s.methods, "Methods", slices.Clone(methods)) })
}

// ContentTypes are the media types of bodies that a route takes. Without this
// option a route takes application/json alone; ContentTypes without any types
// takes all. A request without a Content-Type header counts as
// application/json.
func ContentTypes(types ...string) RouteOption {
	return routeOption(func(s *settings) {
		put(s, &s.contentTypes, "ContentTypes", append([]string{}, types...))
	})
}

// APIKeyRequired makes API Gateway ask for an API key.
func APIKeyRequired() RouteOption {
	return routeOption(func(s *settings) { s.apiKeyRequired = true })
}

// AuthOption is what [Auth] returns: an option of Route and OnWSConnect.
type AuthOption struct{ authorizer Authorizer }

// Auth protects a route, or new websocket connections, with an authorizer. An
// event of an HTTP API or of a function's URL reaches the route only if it shows
// that an authorizer of the same kind was asked; see [Protection]. An event of a
// load balancer never does. Behind a function's URL, which asks nobody, the
// program asks a builtin authorizer itself, before middleware; see
// [Protection.Ask].
//
// It is an option of Route and of OnWSConnect. A websocket API can ask a builtin
// authorizer, a custom one, or IAM, and asks once for each connection: the
// connection's messages are those of a client that was let in.
func Auth(authorizer Authorizer) AuthOption { return AuthOption{authorizer} }

func (o AuthOption) route(s *settings) {
	put(s, &s.auth, "Auth", o.authorizer)
	s.parts.add(parts{auth: authParts, functions: (*modelCheck).functions})
}
func (o AuthOption) websocket(s *settings) { o.route(s) }

// Doc documents a route in the API's description: the first line becomes its
// summary, the rest its description.
func Doc(text string) RouteOption {
	return routeOption(func(s *settings) { put(s, &s.doc, "Doc", text) })
}

// CORS lets browsers of other origins call a route. Without a configuration
// the default one applies, see [CORSConfig].
func CORS(config ...CORSConfig) RouteOption {
	return routeOption(func(s *settings) { s.putCORS("CORS", config) })
}

// NoCORS exempts a route from the app's [DefaultCORS].
func NoCORS() RouteOption {
	return routeOption(func(s *settings) { put(s, &s.cors, "CORS", &CORSModel{}) })
}

// Route is a handler and the requests that it answers. It is read-only.
type Route struct {
	Path    string
	Methods []string // in the order of declaration
	Name    string
	// Params are the parameters that a request has to have: those in braces,
	// without a last one such as {rest+}.
	Params []string
	// ContentTypes are the accepted media types; empty accepts all.
	ContentTypes []string
	// CORS is nil where no cross-origin requests are allowed.
	CORS *CORSConfig
	// Protection is what the route's authorizer requires of events; nil if the
	// route has none.
	Protection *Protection
	// Streams says that answers are sent piece by piece, see [Streams].
	Streams bool
	Handler RouteHandler

	registry *Registry // of a typed route; nil: it is complete
}

// Prepare completes a route, and has to be called before its Handler or its ContentTypes are
// used: in a function that runs in Lambda a [TypedRoute] has these only then, so that a start
// doesn't wait for the types of all routes.
func (r *Route) Prepare() {
	if r.registry != nil {
		r.registry.parts.prepare(r)
	}
}

type routeDeclaration struct {
	site
	settings
	path    string
	handler RouteHandler
	given   any // the handler that the user gave, or a typed route's call; nil: handler
}

// The defaults of a route. Many routes share these slices, which must not be
// changed.
var (
	defaultMethods      = []string{"GET"}
	defaultContentTypes = []string{"application/json"}
)

// knownMethods are in the order in which messages list them.
var knownMethods = []string{"GET", "POST", "PUT", "PATCH", "HEAD", "OPTIONS", "DELETE"}

func (d *routeDeclaration) place(f *freezer, at placement) {
	r := f.at(d.site)
	var handled string
	if !d.name.given || !f.running { // to look it up takes a start with many routes a while
		if handled = symbol(d.given); d.given == nil {
			handled = symbol(d.handler)
		}
	}
	name, named := f.ownName(r, d.name, handled, d.handler == nil)
	route := &Route{
		Path:         at.path(d.path),
		Methods:      d.methods.or(defaultMethods),
		Name:         at.namePrefix + name,
		ContentTypes: d.contentTypes.or(defaultContentTypes),
		Streams:      d.streams,
		Handler:      d.handler,
	}
	d.settings.check(r)
	cors := d.cors.value
	if !d.cors.given {
		cors = f.registry.cors
	}
	if cors.enabled() {
		route.CORS = new(cors.config())
	}
	if d.anyMethod && !d.methods.given {
		route.Methods = anyMethod(route.CORS)
	}
	if !named {
		route.Name = at.namePrefix + nameOfRoute(route)
	}
	route.Params = params(route.Path)
	d.checkMethods(r, route)
	f.registry.parts.add(d.parts)
	if d.auth.given {
		route.Protection = d.parts.auth.protect(f, d.auth.value, d.site, at)
	}
	f.routes = append(f.routes, &placedRoute{
		route: route, site: d.site, at: at, symbol: handled, unnamed: !named,
		apiKeyRequired: d.apiKeyRequired, cors: d.cors.value, doc: d.doc.value, auth: d.auth.value, allow: d.allow,
		typed: d.typed,
	})
}

func (d *routeDeclaration) checkMethods(r reporter, route *Route) {
	if len(route.Methods) == 0 {
		r.report("Methods is empty: name at least one, or leave it out for GET")
	}
	for i, m := range route.Methods {
		switch {
		case slices.Contains(route.Methods[:i], m):
			r.report("method %s is listed twice for %s", m, route.Path)
		case slices.Contains(knownMethods, m):
		case slices.Contains(knownMethods, strings.ToUpper(m)):
			r.report("unknown method %q: write %s", m, strings.ToUpper(m))
		default:
			r.report("unknown method %q: use one of %s", m, strings.Join(knownMethods, ", "))
		}
	}
}

// PathProblems returns messages about what is wrong with the path of a route,
// whatever prefix it gets; none for a good path.
func PathProblems(path string) []string {
	if path == "" {
		return []string{`the path is empty: the root is "/"`}
	}
	var problems []string
	report := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	switch {
	case path[0] != '/':
		report("path %q has to start with a slash", path)
	case path != "/" && strings.HasSuffix(path, "/"):
		report("path %q can't end in a slash: write %q", path, "/"+strings.Trim(path, "/"))
	}
	seen := map[string]bool{}
	parts := strings.Split(path, "/")
	for i, part := range parts {
		names, err := braces(part)
		if err != nil {
			report("path %q: %v", path, err)
			return problems
		}
		for _, name := range names {
			plain, greedy := strings.CutSuffix(name, "+")
			switch {
			case plain == "":
				report("path %q has a parameter without a name", path)
			case seen[plain]:
				report("path %q has two parameters named %q", path, plain)
			case greedy && (i < len(parts)-1 || part != "{"+name+"}"):
				report("path %q: {%s} takes the rest of the path, so it has to be its last part", path, name)
			case part != "{"+name+"}":
				report("path %q: a parameter is a whole part of the path, as in /{%s}/", path, plain)
			}
			seen[plain] = true
		}
	}
	return problems
}

// braces returns the names in braces of one part of a path.
func braces(part string) (names []string, err error) {
	for {
		opening := strings.IndexAny(part, "{}")
		if opening < 0 {
			return names, nil
		}
		if part[opening] == '}' {
			return nil, fmt.Errorf("a closing brace has no opening one")
		}
		part = part[opening+1:]
		closing := strings.IndexAny(part, "{}")
		if closing < 0 || part[closing] == '{' {
			return nil, fmt.Errorf("an opening brace has no closing one")
		}
		names = append(names, part[:closing])
		part = part[closing+1:]
	}
}

// params returns the names in braces that consist of letters, digits and _.
// Others, such as {rest+}, reach a handler as well, but needn't be there.
func params(path string) []string {
	var found []string
	names, _ := braces(path)
	for _, name := range names {
		if name != "" && strings.IndexFunc(name, func(r rune) bool { return !wordRune(r) }) < 0 {
			found = append(found, name)
		}
	}
	return found
}

func wordRune(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }
