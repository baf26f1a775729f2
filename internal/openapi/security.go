package openapi

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
)

// The types of schemes with scopes.
const (
	openIDConnect = "openIdConnect"
	oauth2        = "oauth2"
)

// Names of headers, and of the scheme of API keys, as the document that API Gateway gets
// has it.
const (
	authorization = "Authorization"
	keyScheme     = "api_key"
	keyHeader     = "x-api-key"
)

// discovery is where an issuer of tokens describes itself.
// https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig
const discovery = "/.well-known/openid-configuration"

// schemes are the ways in which clients say who they are.
type schemes struct {
	model   *app.Model
	oauth   config.OAuth2 // endpoints of the issuer of tokens, as far as they are configured
	defined *ordered.Object
	// named are the names of an authorizer's schemes: alternatives, each of which is a
	// list of what a client needs at once.
	named map[string][][]string
}

func newSchemes(m *app.Model, s *config.Stage) *schemes {
	all := &schemes{model: m, defined: &ordered.Object{}, named: map[string][][]string{}}
	issuers := map[string]bool{}
	for i := range m.Authorizers {
		for _, issuer := range m.Authorizers[i].Issuers() {
			issuers[issuer] = true
		}
	}
	if s.OpenAPI != nil && len(issuers) == 1 { // of which the endpoints are
		all.oauth = s.OpenAPI.OAuth2
	}
	return all
}

// of returns what a client of a route needs; empty: nothing. The items of the list are
// alternatives.
func (s *schemes) of(m *app.AuthorizerModel, r *app.RouteModel) []any {
	alternatives := [][]string{nil}
	if m != nil {
		alternatives = s.define(m)
	}
	var security []any
	for _, names := range alternatives {
		requirement := &ordered.Object{}
		for _, name := range names {
			list := []any{}
			if s.hasScopes(name) {
				list = ordered.Texts(scopesOf(m, r))
			}
			requirement.Set(name, list)
		}
		if r.APIKeyRequired {
			s.defineKey()
			requirement.Set(s.named[""][0][0], []any{})
		}
		if requirement.Len() > 0 {
			security = append(security, requirement)
		}
	}
	return security
}

// scopesOf are those of which a client has to have one: the route's own, or else the
// authorizer's; none without an authorizer.
func scopesOf(m *app.AuthorizerModel, r *app.RouteModel) []string {
	switch {
	case m == nil:
		return nil
	case r.Scopes != nil:
		return r.Scopes
	}
	return m.Scopes
}

// hasScopes reports whether a requirement of a scheme lists scopes. Those of other schemes
// are said in words: version 3.0 doesn't let them be listed, and linters don't in 3.1.
// https://spec.openapis.org/oas/v3.0.4.html#security-requirement-object
func (s *schemes) hasScopes(name string) bool {
	kind := s.defined.Section(name).Text("type")
	return kind == openIDConnect || kind == oauth2
}

// defineKey defines the scheme of API keys.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-key-source.html
func (s *schemes) defineKey() {
	if s.named[""] == nil {
		name := s.add(keyScheme, ordered.New("type", "apiKey", "name", keyHeader, "in", "header"))
		s.named[""] = [][]string{{name}}
	}
}

// define defines an authorizer's schemes, once.
func (s *schemes) define(m *app.AuthorizerModel) [][]string {
	known, ok := s.named[m.Name]
	if !ok {
		for _, alternative := range s.schemesOf(m) {
			var names []string
			for _, scheme := range alternative {
				names = append(names, s.add(m.Name+scheme.suffix, scheme.object))
			}
			known = append(known, names)
		}
		s.named[m.Name] = known
	}
	return known
}

// add defines a scheme, and returns its name: components take letters and digits of
// ASCII, ., - and _, and a name that is taken gets a number.
func (s *schemes) add(name string, scheme *ordered.Object) string {
	name = cmp.Or(inURL(name), "authorizer")
	free := name
	for n := 2; s.defined.Index(free) >= 0; n++ {
		free = name + "_" + strconv.Itoa(n)
	}
	s.defined.Add(free, scheme)
	return free
}

// scheme is a security scheme, and what follows the authorizer's name in its own.
type scheme struct {
	suffix string
	object *ordered.Object
}

// schemesOf returns an authorizer's schemes, of which a client needs all of one item.
func (s *schemes) schemesOf(m *app.AuthorizerModel) [][]scheme {
	switch m.Type {
	case app.IAMAuthorizerType:
		return [][]scheme{{{object: signed()}}}
	case app.CognitoAuthorizerType, app.JWTAuthorizerType:
		return s.tokens(m)
	}
	identities := m.Identities()
	var all []scheme
	for _, identity := range identities {
		suffix := ""
		if len(identities) > 1 {
			suffix = "_" + identity.Name
		}
		all = append(all, scheme{suffix, identified(identity)})
	}
	return [][]scheme{all}
}

// signed is the scheme of requests with AWS Signature Version 4, as API Gateway spells it.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authtype.html
func signed() *ordered.Object {
	return ordered.New("type", "apiKey", "description", "AWS Signature Version 4.", "name", authorization, "in", "header",
		"x-amazon-apigateway-authtype", "awsSigv4")
}

// identified is the scheme of a header or a query parameter that tells clients apart.
func identified(identity app.IdentityModel) *ordered.Object {
	if identity.In == app.IdentityInHeader && strings.EqualFold(identity.Name, authorization) {
		return ordered.New("type", "http", "scheme", "bearer")
	}
	return ordered.New("type", "apiKey", "name", identity.Name, "in", identity.In)
}

// tokens are the schemes of JSON Web Tokens, an alternative for each issuer. An issuer that
// is known only when the app is deployed can't be named.
func (s *schemes) tokens(m *app.AuthorizerModel) [][]scheme {
	header := m.Identities()[0]
	if len(m.Identity) > 0 || !strings.EqualFold(header.Name, authorization) {
		return [][]scheme{{{object: identified(header)}}}
	}
	var alternatives [][]scheme
	for i, issuer := range m.Issuers() {
		if strings.Contains(issuer, "${") || !strings.HasPrefix(issuer, "http") {
			continue
		}
		suffix := ""
		if i > 0 {
			suffix = "_" + strconv.Itoa(i+1)
		}
		alternatives = append(alternatives, []scheme{{suffix, s.issued(m, issuer)}})
	}
	if alternatives == nil {
		return [][]scheme{{{object: ordered.New("type", "http", "scheme", "bearer", "bearerFormat", "JWT")}}}
	}
	return alternatives
}

// issued is the scheme of an issuer's tokens. OpenID Connect tells programs all that there
// is to know; where the endpoints are configured, and there are scopes, OAuth 2 lists these.
func (s *schemes) issued(m *app.AuthorizerModel, issuer string) *ordered.Object {
	scopes := s.scopesWith(m)
	if s.oauth == (config.OAuth2{}) || scopes.Len() == 0 {
		return ordered.New("type", openIDConnect, "openIdConnectUrl", strings.TrimSuffix(issuer, "/")+discovery)
	}
	flow := &ordered.Object{}
	addText(flow, "authorizationUrl", s.oauth.AuthorizationURL)
	addText(flow, "tokenUrl", s.oauth.TokenURL)
	flow.Add("scopes", scopes)
	name := "authorizationCode"
	switch {
	case s.oauth.AuthorizationURL == "":
		name = "clientCredentials"
	case s.oauth.TokenURL == "":
		name = "implicit"
	}
	return ordered.New("type", oauth2, "flows", ordered.New(name, flow))
}

// scopesWith has the scopes of all routes with an authorizer, without descriptions.
func (s *schemes) scopesWith(m *app.AuthorizerModel) *ordered.Object {
	scopes := &ordered.Object{}
	for i := range s.model.Routes {
		if r := &s.model.Routes[i]; r.Authorizer == m.Name {
			for _, scope := range scopesOf(m, r) {
				scopes.Set(scope, "")
			}
		}
	}
	return scopes
}
