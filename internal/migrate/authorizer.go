package migrate

import (
	"fmt"
	"time"

	"github.com/chalice-go/chalice/app"
)

// auth is what a route gives app.Auth.
type auth struct {
	code  string
	value func(*shadow) app.Authorizer
}

func (p *plan) auth(s step) (auth, error) {
	a := s.Authorizer
	switch {
	case a == nil:
		return auth{}, nil
	case a.Kind == "builtin":
		return p.builtin(s)
	case a.Kind == "other":
		p.note(s.Site, "the authorizer of the class %s: instead, the route takes requests that are signed with AWS credentials", a.Type)
	case a.Kind == "iam" && len(a.Scopes) > 0:
		p.note(s.Site, "the scopes of an IAMAuthorizer, which don't mean anything")
	}
	d := p.declare(a)
	scopes := a.Scopes
	if a.Kind != "cognito" && a.Kind != "custom" || len(scopes) == 0 {
		return auth{d.name, func(sh *shadow) app.Authorizer { return sh.other(d) }}, nil
	}
	return auth{d.name + ".WithScopes(" + quoteAll(scopes) + ")", func(sh *shadow) app.Authorizer {
		if cognito, ok := sh.other(d).(*app.CognitoAuth); ok {
			return cognito.WithScopes(scopes...)
		}
		return sh.other(d).(*app.CustomAuth).WithScopes(scopes...)
	}}, nil
}

// other returns an authorizer that isn't a function.
func (sh *shadow) other(d *declared) app.Authorizer {
	if sh.others[d.name] == nil {
		sh.others[d.name] = d.make()
	}
	return sh.others[d.name]
}

// builtin is an authorizer that is a function, which has been registered before.
func (p *plan) builtin(s step) (auth, error) {
	r, handler, scopes := p.functions[s.Authorizer.Function], s.Authorizer.Function, s.Authorizer.Scopes
	if r == nil {
		return auth{}, fmt.Errorf("the authorizer %s of %s belongs to another app, or to a blueprint that isn't registered", s.Authorizer.Name, s.Path)
	}
	if r.name == "" {
		r.name = p.names.name(s.Authorizer.Name+"_authorizer", "authorizer")
		p.lines[r.line] = r.name + " := " + p.lines[r.line]
	}
	if len(scopes) == 0 {
		return auth{r.name, func(sh *shadow) app.Authorizer { return sh.builtin[handler] }}, nil
	}
	return auth{r.name + ".WithScopes(" + quoteAll(scopes) + ")",
		func(sh *shadow) app.Authorizer { return sh.builtin[handler].WithScopes(scopes...) }}, nil
}

// declare makes a variable for an authorizer that isn't a function, one for all that are
// the same but for their scopes.
func (p *plan) declare(a *authorizer) *declared {
	code, make := a.constructor()
	if p.authorizers[code] == nil {
		name := p.names.name(a.Name+"_authorizer", "authorizer")
		p.lines = append(p.lines, name+" := "+code)
		p.authorizers[code] = &declared{name, make}
	}
	return p.authorizers[code]
}

// constructor is the call that makes an authorizer which isn't a function.
func (a *authorizer) constructor() (code string, make func() app.Authorizer) {
	switch a.Kind {
	case "cognito":
		var o options[app.CognitoOption]
		if a.Header != "" && a.Header != "Authorization" {
			o.add(app.Header(a.Header), "app.Header(%s)", quote(a.Header))
		}
		return o.write("app.CognitoUserPool", quote(a.Name), textList(a.ProviderARNs)),
			func() app.Authorizer { return app.CognitoUserPool(a.Name, a.ProviderARNs, o.values...) }
	case "custom":
		var o options[app.CustomOption]
		if a.Header != "" && a.Header != "Authorization" {
			o.add(app.Header(a.Header), "app.Header(%s)", quote(a.Header))
		}
		if a.TTLSeconds != nil && *a.TTLSeconds != 300 {
			o.add(app.TTL(time.Duration(*a.TTLSeconds)*time.Second), "app.TTL(%d*time.Second)", *a.TTLSeconds)
		}
		if a.InvokeRoleARN != "" {
			o.add(app.InvokeRole(a.InvokeRoleARN), "app.InvokeRole(%s)", quote(a.InvokeRoleARN))
		}
		return o.write("app.CustomAuthorizer", quote(a.Name), quote(a.AuthorizerURI)),
			func() app.Authorizer { return app.CustomAuthorizer(a.Name, a.AuthorizerURI, o.values...) }
	}
	return "app.IAMAuthorizer()", func() app.Authorizer { return app.IAMAuthorizer() }
}
