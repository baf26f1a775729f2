package app

// authorizerUse is a route's use of an authorizer.
type authorizerUse struct {
	authorizer Authorizer
	site       site
	at         placement
}

// use notes that a route has an authorizer. If that isn't a function of the
// app, the first use gives it its place in the model.
func (f *freezer) use(authorizer Authorizer, s site, at placement) {
	f.uses = append(f.uses, authorizerUse{authorizer, s, at})
	if authorizer == nil || authorizer.base() == nil {
		f.at(s).report("Auth has no authorizer: it is nil")
		return
	}
	a := authorizer.base()
	if a.kind == BuiltinAuthorizerType {
		return
	}
	for _, known := range f.registry.allAuthorizers {
		if known.from == a {
			return
		}
	}
	r := f.at(a.site)
	m := a.describe(r)
	if m.Name = a.name; m.Name == "" {
		r.report("the authorizer's name is empty")
	}
	for _, known := range f.registry.allAuthorizers {
		if known.from.kind != BuiltinAuthorizerType && a.equal(known.model, m) {
			return // the same authorizer, made twice
		}
	}
	f.registry.allAuthorizers = append(f.registry.allAuthorizers, &placedAuthorizer{m, a})
}

// builtinDeclaration declares an authorizer that is a function of the app. It is a
// type of its own as all programs know the type authorizer, and would link its
// methods.
type builtinDeclaration struct{ *authorizer }

func (d builtinDeclaration) place(f *freezer, at placement) {
	a := d.authorizer
	f.registry.parts.add(parts{auth: authParts, functions: (*modelCheck).functions})
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

// placedAuthorizer is an authorizer of the model, and the declaration that it
// comes from.
type placedAuthorizer struct {
	model AuthorizerModel
	from  *authorizer
}

// protect returns what a route with an authorizer requires, and notes that it has
// one.
func (f *freezer) protect(authorizer Authorizer, s site, at placement) *Protection {
	f.use(authorizer, s, at)
	return protection(authorizer)
}

// connectAuth returns the authorizer that a function was given, if it is one of new
// websocket connections.
func (f *freezer) connectAuth(r reporter, kind FunctionKind, authorizer Authorizer, at placement) Authorizer {
	if kind != WSConnectKind {
		r.report("%s takes no Auth: a websocket API asks its authorizer once, when a client connects, so give it to OnWSConnect", socketMethod(kind))
		return nil
	}
	f.use(authorizer, r.site, at)
	if authorizer == nil || authorizer.base() == nil {
		return nil
	}
	if len(authorizer.routeScopes()) > 0 || len(authorizer.base().scopes.value) > 0 {
		r.report("the authorizer of OnWSConnect has scopes: a websocket API checks none, so leave them out, and have the authorizer decide")
	}
	return authorizer
}

// checkUses reports routes whose authorizer isn't one of the app's.
func (f *freezer) checkUses() {
	for _, u := range f.uses {
		if u.authorizer == nil || u.authorizer.base() == nil {
			continue
		}
		if _, problem := f.registry.authorizerName(u.authorizer, u.at); problem != "" {
			f.at(u.site).report("%s", problem)
		}
	}
}

// authorizerName returns the name under which a route finds its authorizer. The
// name of a blueprint's authorizer has the prefix of the registration that the
// route came with.
func (g *Registry) authorizerName(authorizer Authorizer, at placement) (name, problem string) {
	a := authorizer.base()
	if a.kind != BuiltinAuthorizerType {
		return a.name, ""
	}
	elsewhere := ""
	for _, candidate := range g.authorizers {
		switch {
		case candidate.from != a:
		case candidate.at.via == at.via, candidate.at.namePrefix == "":
			return candidate.Name, ""
		default:
			elsewhere = candidate.Name
		}
	}
	if elsewhere != "" {
		return "", "the authorizer belongs to a blueprint that is registered with a name prefix (as \"" + elsewhere +
			"\"), so only the blueprint's own routes can use it"
	}
	return "", "the authorizer is none of this app's: it was declared on another app, or on a blueprint that isn't registered"
}
