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
