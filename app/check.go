package app

import (
	"fmt"
	"slices"
)

// Check returns what is wrong with the app that a model describes, whatever
// deploys the app and wherever the model comes from. It says nothing about
// empty names, which [ParseModel] reports.
func (m *Model) Check() Mistakes { return m.checkUsed(allParts()) }

// checkUsed is Check for a model that has only some parts.
func (m *Model) checkUsed(used parts) Mistakes {
	c := modelCheck{model: m, used: used}
	if m.API != nil && used.cors != nil {
		used.cors.check(&c, m.API.Source, m.API.CORS)
	}
	for i := range m.Routes {
		c.route(&m.Routes[i])
	}
	c.methods()
	if used.cors != nil {
		used.cors.paths(&c)
	}
	if used.auth != nil {
		used.auth.check(&c)
	}
	if used.functions != nil {
		used.functions(&c)
	}
	return c.mistakes
}

// modelCheck collects the mistakes of one model.
type modelCheck struct {
	model    *Model
	used     parts
	mistakes Mistakes
}

func (c *modelCheck) fail(at *Source, format string, args ...any) {
	c.mistakes = append(c.mistakes, NewMistake(at, format, args...))
}

// beside returns words and the place of something else, or "" if the place
// isn't known.
func beside(words string, other *Source) string {
	if other == nil {
		return ""
	}
	return words + other.String()
}

// route checks a single route.
func (c *modelCheck) route(r *RouteModel) {
	for _, problem := range PathProblems(r.Path) {
		c.fail(r.Source, "%s", problem)
	}
	c.allowed(r.Source, r.Allow)
	if c.used.cors != nil {
		c.used.cors.check(c, r.Source, r.CORS)
	}
	var binary, other []string
	for _, t := range r.ContentTypes {
		if slices.Contains(c.model.BinaryTypes(), t) {
			binary = append(binary, t)
		} else {
			other = append(other, t)
		}
	}
	if len(binary) > 0 && len(other) > 0 {
		c.fail(r.Source, "of the content types of %q, %q are binary and %q are not: a route takes one or the other", r.Name, binary, other)
	}
}

// allowed checks the permissions that a registration has by [Allow].
func (c *modelCheck) allowed(at *Source, allowed []AllowModel) {
	for _, a := range allowed {
		if err := a.Check(); err != nil {
			c.fail(at, "Allow: %v", err)
		}
	}
}

// cors reports a configuration that doesn't say which origins it allows.
func (c *modelCheck) cors(at *Source, m *CORSModel) {
	if !m.enabled() || m.Config == nil || m.Config.AllowOrigins == nil {
		return
	}
	switch {
	case m.Config.AllowOrigin != "":
		c.fail(at, "CORS has AllowOrigin and AllowOrigins: name all origins in AllowOrigins")
	case len(m.Config.AllowOrigins) == 0:
		c.fail(at, "AllowOrigins of CORS is empty: name the origins, or leave it out for all")
	}
}

// methods reports each method of a path that has two handlers.
func (c *modelCheck) methods() {
	type key struct{ method, path string }
	first := map[key]*RouteModel{}
	for i := range c.model.Routes {
		r := &c.model.Routes[i]
		for _, method := range r.methods() {
			switch other := first[key{method, r.Path}]; {
			case other == nil:
				first[key{method, r.Path}] = r
			case other != r: // else it is listed twice
				c.fail(r.Source, "%s %s has two handlers: %q here%s and %q%s%s", method, r.Path,
					r.Name, r.how(), other.Name, beside(" at ", other.Source), other.how())
			}
		}
	}
}

// methods returns the methods that the route answers.
func (r *RouteModel) methods() []string {
	if r.Methods == nil {
		return defaultMethods
	}
	return r.Methods
}

// how returns a text that says with which registration of a blueprint a route
// came.
func (r *RouteModel) how() string {
	if r.Via == nil {
		return ""
	}
	return fmt.Sprintf(" (in the blueprint registered at %v)", r.Via)
}

// paths reports routes of one path whose CORS configurations differ.
func (c *modelCheck) paths() {
	with, options := map[string]*RouteModel{}, map[string]*RouteModel{}
	for i := range c.model.Routes {
		r := &c.model.Routes[i]
		if options[r.Path] == nil && slices.Contains(r.Methods, "OPTIONS") {
			options[r.Path] = r
		}
		cors := c.model.CORS(*r)
		switch other := with[r.Path]; {
		case cors == nil:
		case other == nil:
			with[r.Path] = r
		case !cors.Equal(*c.model.CORS(*other)):
			c.fail(r.Source, "the routes of %s have different CORS configurations, this one and that%s: a path has one", r.Path, beside(" at ", other.Source))
		}
	}
	for i := range c.model.Routes {
		r := &c.model.Routes[i]
		if other := with[r.Path]; other != nil && options[r.Path] == r {
			c.fail(r.Source, "%s has CORS%s, and a handler for OPTIONS: API Gateway answers OPTIONS itself then, so remove one of them", r.Path, beside(", at ", other.Source))
		}
	}
}

// authorizers reports authorizers that differ but have the same name, and
// routes whose authorizer isn't there or can't have scopes.
func (c *modelCheck) authorizers() {
	first := map[string]*AuthorizerModel{}
	for i := range c.model.Authorizers {
		a := &c.model.Authorizers[i]
		switch other := first[a.Name]; {
		case a.Name == "":
		case other == nil:
			first[a.Name] = a
		case a.Type != BuiltinAuthorizerType || other.Type != BuiltinAuthorizerType:
			// Two builtin authorizers of one name are two functions of one name.
			c.fail(a.Source, "two different authorizers are named %q%s", a.Name, beside(", the other one at ", other.Source))
		}
	}
	for i := range c.model.Routes {
		r := &c.model.Routes[i]
		a := first[r.Authorizer]
		switch {
		case r.Authorizer == "":
		case a == nil:
			c.fail(r.Source, "view %s of %s has the authorizer %s, which the app does not have", r.Name, r.Path, r.Authorizer)
		case a.Type == IAMAuthorizerType && len(r.Scopes) > 0:
			c.fail(r.Source, "view %s of %s asks for scopes of %s: an IAM authorizer has none", r.Name, r.Path, r.Authorizer)
		}
	}
	for _, f := range c.model.Functions {
		if f.Authorizer != "" {
			c.connectAuthorizer(f, first[f.Authorizer])
		}
	}
}

// connectAuthorizer checks the authorizer of new websocket connections.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-control-access.html
func (c *modelCheck) connectAuthorizer(f FunctionModel, a *AuthorizerModel) {
	switch {
	case f.Kind != WSConnectKind:
		c.fail(f.Source, "function %q of kind %s has the authorizer %s: only new websocket connections and routes have one", f.Name, f.Kind, f.Authorizer)
	case a == nil:
		c.fail(f.Source, "OnWSConnect has the authorizer %s, which the app does not have", f.Authorizer)
	case a.Type == CognitoAuthorizerType, a.Type == JWTAuthorizerType:
		c.fail(f.Source, "OnWSConnect has the authorizer %s, but a websocket API can't check tokens itself: give it a builtin authorizer that does, or IAMAuthorizer", a.Name)
	case a.Type == CustomAuthorizerType && len(a.Identity) == 0:
		c.fail(f.Source, "OnWSConnect has the custom authorizer %s, which looks at one token, but a websocket API asks about whole requests: "+
			"tell which part of a request has to be there, with IdentityHeader or IdentityQuery", a.Name)
	case a.TTLSeconds != nil && *a.TTLSeconds > 0 && !c.model.Protects(a.Name):
		c.fail(f.Source, "authorizer %s has a TTL, but a websocket API remembers no answers: it asks once for each connection, so leave the TTL out", a.Name)
	}
}

// reserved are the names of functions that no other function may have.
var reserved = []string{RESTHandler, WebsocketConnect, WebsocketMessage, WebsocketDisconnect}

// socketMethod returns the method of App that registers the handler of a kind of websocket
// events, "" for other kinds.
func socketMethod(of FunctionKind) string {
	switch of {
	case WSConnectKind:
		return "OnWSConnect"
	case WSMessageKind:
		return "OnWSMessage"
	case WSDisconnectKind:
		return "OnWSDisconnect"
	}
	return ""
}

// functions checks the names of functions, and that there is one for each
// websocket event.
func (c *modelCheck) functions() {
	first := map[string]*Source{}
	for _, a := range c.model.Authorizers {
		c.allowed(a.Source, a.Allow)
		if a.Type == BuiltinAuthorizerType {
			c.function(a.Name, a.Source, first)
		}
	}
	sockets := map[FunctionKind]*Source{}
	for _, f := range c.model.Functions {
		c.allowed(f.Source, f.Allow)
		method := socketMethod(f.Kind)
		other, twice := sockets[f.Kind]
		switch {
		case method == "":
			c.function(f.Name, f.Source, first)
		case twice:
			c.fail(f.Source, "%s is registered twice%s: an app has one handler of each websocket event", method, beside(", also at ", other))
		default:
			sockets[f.Kind] = f.Source
		}
	}
}

// function checks the name of a function; first has the names before it.
func (c *modelCheck) function(name string, at *Source, first map[string]*Source) {
	if name == "" {
		return
	}
	if slices.Contains(reserved, name) {
		c.fail(at, "the name %q is reserved: use another", name)
	}
	if !isFunctionName(name) {
		c.fail(at, "%q is no name for a function: it must be of 1 to 64 ASCII letters, digits, - and _; set another with app.Name", name)
	}
	if other, twice := first[name]; twice {
		c.fail(at, "two functions are named %q%s: use app.Name", name, beside(", the other one at ", other))
		return
	}
	first[name] = at
}

// isFunctionName reports whether a name may be that of a function: it becomes
// the function's handler and a part of its deployed name.
func isFunctionName(name string) bool {
	return len(name) <= 64 && consistsOf(name, '-', '_')
}
