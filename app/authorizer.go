package app

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Authorizer decides who may call a route; see [Auth]. It is one of
// [*BuiltinAuth], [*CognitoAuth], [*CustomAuth], [*IAMAuth] and [*JWTAuth].
type Authorizer interface {
	// base returns what all copies of an authorizer share, nil for a nil pointer.
	base() *authorizer
	// routeScopes returns the scopes given with WithScopes, nil if there are none.
	routeScopes() []string
}

// authorizer is what all kinds of authorizers have in common.
type authorizer struct {
	site
	settings
	kind    AuthorizerType
	name    string
	owner   *declarations // of a builtin one
	handler AuthorizerHandler
	model   AuthorizerModel
	// answer answers an event of a builtin one, ask asks it within the program,
	// and equal finds another one that was
	// made twice. Constructors set them, so that a program links what it uses.
	answer func(ctx context.Context, data []byte) (any, error)
	ask    func(ctx context.Context, r *Request, functionARN string) (*Request, *Refusal, error)
	equal  func(x, y any) bool
}

// AuthorizerHandler decides about a request before it reaches its route.
type AuthorizerHandler = func(ctx context.Context, r *AuthRequest) (*AuthResponse, error)

// BuiltinAuth is an authorizer that is a function of the app.
type BuiltinAuth struct {
	shared *authorizer
	scopes []string
}

// Authorizer declares a function that authorizes requests. Its result protects
// routes as an option, [Auth].
func (d *declarations) Authorizer(handler AuthorizerHandler, options ...AuthorizerOption) *BuiltinAuth {
	a := &authorizer{site: here(), kind: BuiltinAuthorizerType, owner: d, handler: handler}
	a.answer, a.ask = a.authAnswer, a.askAbout
	for _, o := range options {
		if o != nil {
			o.authorizer(&a.settings)
		}
	}
	d.add(builtinDeclaration{a})
	return &BuiltinAuth{shared: a}
}

// AuthorizerOption is an option of Authorizer.
type AuthorizerOption interface{ authorizer(*settings) }

type authorizerOption func(*settings)

func (o authorizerOption) authorizer(s *settings) { o(s) }

// ExecutionRole is the ARN of the role with which API Gateway invokes a builtin
// authorizer.
func ExecutionRole(arn string) AuthorizerOption {
	return authorizerOption(func(s *settings) { put(s, &s.executionRole, "ExecutionRole", arn) })
}

// TTLOption is what [TTL] returns.
type TTLOption struct{ ttl time.Duration }

// TTL is how long API Gateway may remember an authorizer's answer: whole
// seconds, up to an hour; 0 means not at all. Without this option it is 300 seconds. It is an
// option of builtin and custom authorizers.
func TTL(ttl time.Duration) TTLOption { return TTLOption{ttl} }

func (o TTLOption) authorizer(s *settings) { put(s, &s.ttl, "TTL", o.ttl) }
func (o TTLOption) custom(s *settings)     { o.authorizer(s) }

// defaultAuthHeader is the header with the token if an authorizer doesn't say.
const defaultAuthHeader = "Authorization"

// HeaderOption is what [Header] returns.
type HeaderOption struct{ name string }

// Header is the name of the request header with the token; without this option
// Authorization. It is an option of builtin, Cognito and custom authorizers.
func Header(name string) HeaderOption { return HeaderOption{name} }

func (o HeaderOption) authorizer(s *settings) { put(s, &s.header, "Header", o.name) }
func (o HeaderOption) custom(s *settings)     { o.authorizer(s) }
func (o HeaderOption) cognito(s *settings)    { o.authorizer(s) }

// IdentityOption is what [IdentityHeader] and [IdentityQuery] return.
type IdentityOption struct{ identity IdentityModel }

// IdentityHeader has an authorizer look at whole requests, and tell clients
// apart by a header. It is an option of builtin and custom authorizers, and can
// be given several times, also together with [IdentityQuery]: a request that
// lacks one of them, or has it empty, gets status 401 and the authorizer isn't
// asked; and API Gateway remembers an answer for requests that have the same
// values of all of them. An authorizer with such an option is what API Gateway
// calls REQUEST: its [AuthRequest] has the request's headers, query and path.
func IdentityHeader(name string) IdentityOption {
	return IdentityOption{IdentityModel{IdentityInHeader, name}}
}

// IdentityQuery is [IdentityHeader] for a parameter of the query.
func IdentityQuery(name string) IdentityOption {
	return IdentityOption{IdentityModel{IdentityInQuery, name}}
}

func (o IdentityOption) authorizer(s *settings) {
	if o.identity.In != "" { // the zero option says nothing
		s.identity = append(s.identity, o.identity)
	}
}
func (o IdentityOption) custom(s *settings) { o.authorizer(s) }

// AudienceOption is what [Audience] returns.
type AudienceOption struct{ ids []string }

// Audience names the app clients of a Cognito user pool whose tokens are
// accepted: their ids, which a token has in its claim aud or client_id. An HTTP
// API needs them; a REST API accepts the tokens of all clients of a pool, and
// ignores this option.
func Audience(ids ...string) AudienceOption { return AudienceOption{append([]string{}, ids...)} }

func (o AudienceOption) cognito(s *settings) { put(s, &s.audiences, "Audience", o.ids) }

// ScopesOption is what [Scopes] returns.
type ScopesOption struct{ scopes []string }

// Scopes are the OAuth scopes that the routes of a Cognito or custom
// authorizer need, unless they say otherwise with WithScopes.
func Scopes(scopes ...string) ScopesOption { return ScopesOption{slices.Clone(scopes)} }

func (o ScopesOption) custom(s *settings)  { put(s, &s.scopes, "Scopes", o.scopes) }
func (o ScopesOption) cognito(s *settings) { o.custom(s) }

// WithScopes returns a copy for routes that need these OAuth scopes.
func (b *BuiltinAuth) WithScopes(scopes ...string) *BuiltinAuth {
	return &BuiltinAuth{b.base(), append([]string{}, scopes...)}
}

func (b *BuiltinAuth) routeScopes() []string { return b.scopes }

func (b *BuiltinAuth) base() *authorizer {
	if b == nil {
		return nil
	}
	return b.shared
}

// CognitoAuth is an authorizer that asks Amazon Cognito.
type CognitoAuth struct {
	shared *authorizer
	scopes []string
}

// CognitoUserPool makes an authorizer that accepts the tokens of Cognito user
// pools, given by their ARNs.
func CognitoUserPool(name string, poolARNs []string, options ...CognitoOption) *CognitoAuth {
	a := &authorizer{site: here(), kind: CognitoAuthorizerType, name: name, equal: reflect.DeepEqual}
	a.model.ProviderARNs = slices.Clone(poolARNs)
	for _, o := range options {
		if o != nil {
			o.cognito(&a.settings)
		}
	}
	return &CognitoAuth{shared: a}
}

// CognitoOption is an option of [CognitoUserPool].
type CognitoOption interface{ cognito(*settings) }

// WithScopes returns a copy for routes that need these OAuth scopes.
func (c *CognitoAuth) WithScopes(scopes ...string) *CognitoAuth {
	return &CognitoAuth{c.base(), append([]string{}, scopes...)}
}

func (c *CognitoAuth) routeScopes() []string { return c.scopes }

func (c *CognitoAuth) base() *authorizer {
	if c == nil {
		return nil
	}
	return c.shared
}

// CustomAuth is an authorizer that asks a Lambda function which exists already.
type CustomAuth struct {
	shared *authorizer
	scopes []string
}

// CustomAuthorizer makes an authorizer of a Lambda function that exists
// already, given by the URI under which API Gateway invokes it:
//
//	arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/FUNCTION-ARN/invocations
func CustomAuthorizer(name, uri string, options ...CustomOption) *CustomAuth {
	a := &authorizer{site: here(), kind: CustomAuthorizerType, name: name, equal: reflect.DeepEqual}
	a.model.AuthorizerURI = uri
	for _, o := range options {
		if o != nil {
			o.custom(&a.settings)
		}
	}
	return &CustomAuth{shared: a}
}

// CustomOption is an option of [CustomAuthorizer].
type CustomOption interface{ custom(*settings) }

type customOption func(*settings)

func (o customOption) custom(s *settings) { o(s) }

// InvokeRole is the ARN of the role with which API Gateway invokes a custom
// authorizer.
func InvokeRole(arn string) CustomOption {
	return customOption(func(s *settings) { put(s, &s.invokeRole, "InvokeRole", arn) })
}

// WithScopes returns a copy for routes that need these OAuth scopes.
func (c *CustomAuth) WithScopes(scopes ...string) *CustomAuth {
	return &CustomAuth{c.base(), append([]string{}, scopes...)}
}

func (c *CustomAuth) routeScopes() []string { return c.scopes }

func (c *CustomAuth) base() *authorizer {
	if c == nil {
		return nil
	}
	return c.shared
}

// IAMAuth is an authorizer that accepts requests signed with AWS credentials.
type IAMAuth struct{ shared *authorizer }

// IAMAuthorizer makes an authorizer that accepts requests signed with AWS
// credentials (Signature Version 4).
func IAMAuthorizer() *IAMAuth {
	return &IAMAuth{&authorizer{site: here(), kind: IAMAuthorizerType, name: "sigv4", equal: reflect.DeepEqual}}
}

func (i *IAMAuth) routeScopes() []string { return nil }

func (i *IAMAuth) base() *authorizer {
	if i == nil {
		return nil
	}
	return i.shared
}

// JWTAuth is an authorizer that accepts JSON Web Tokens of one issuer.
type JWTAuth struct {
	shared *authorizer
	scopes []string
}

// JWT makes an authorizer of HTTP APIs that accepts the JSON Web Tokens of an
// issuer for one of some audiences. The issuer is the https URL that the tokens
// have in their claim iss, under which it serves .well-known/openid-configuration;
// a token's audience is its claim aud, or client_id where it has no aud. The
// token is expected in the header Authorization, with Bearer in front or
// without. A token has to be signed with RSA, may not be expired, and has to be
// valid already. Local mode and package apptest verify tokens that are signed with
// elliptic curves (ES256) as well, which API Gateway may not take.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
func JWT(name, issuer string, audiences ...string) *JWTAuth {
	a := &authorizer{site: here(), kind: JWTAuthorizerType, name: name, equal: reflect.DeepEqual}
	a.model.Issuer, a.model.Audiences = issuer, slices.Clone(audiences)
	return &JWTAuth{shared: a}
}

// WithScopes returns a copy for routes whose tokens need one of these OAuth
// scopes, in the claim scope or scp.
func (j *JWTAuth) WithScopes(scopes ...string) *JWTAuth {
	return &JWTAuth{j.base(), append([]string{}, scopes...)}
}

func (j *JWTAuth) routeScopes() []string { return j.scopes }

func (j *JWTAuth) base() *authorizer {
	if j == nil {
		return nil
	}
	return j.shared
}

// describe checks an authorizer and returns its model, without the name.
func (a *authorizer) describe(r reporter) AuthorizerModel {
	a.settings.check(r)
	m := a.model
	m.Type = a.kind
	reportEmpty(r, "ExecutionRole", a.executionRole, "the ARN of a role, or leave it out")
	reportEmpty(r, "InvokeRole", a.invokeRole, "the ARN of a role, or leave it out")
	m.ExecutionRole = a.executionRole.value
	m.InvokeRoleARN = a.invokeRole.value
	m.Scopes = a.scopes.value
	m.Allow = a.allow
	m.Identity = a.identity
	if a.audiences.given {
		m.Audiences = a.audiences.value
	}
	if m.Type != IAMAuthorizerType && len(m.Identity) == 0 {
		m.Header = a.header.or(defaultAuthHeader)
		if m.Header == "" {
			r.report("Header is empty: leave it out for Authorization")
		}
	}
	a.checkIdentity(r)
	if ttl := a.ttl.value; ttl%time.Second != 0 {
		r.report("TTL is %v: it has to be whole seconds", ttl)
	}
	if a.ttl.given {
		m.TTLSeconds = new(int(a.ttl.value / time.Second))
	}
	return m
}

// checkIdentity reports what is wrong with the options by which an authorizer
// tells clients apart.
func (a *authorizer) checkIdentity(r reporter) {
	options := map[string]string{IdentityInHeader: "IdentityHeader", IdentityInQuery: "IdentityQuery"}
	if len(a.identity) > 0 && a.header.given {
		r.report("Header and %s exclude each other: an authorizer looks at one token or at whole requests, so write IdentityHeader(%q) in place of Header",
			options[a.identity[0].In], a.header.value)
	}
	for i, identity := range a.identity {
		switch {
		case identity.Name == "":
			r.report("%s is empty: name the %s", options[identity.In], map[string]string{
				IdentityInHeader: "header", IdentityInQuery: "parameter of the query"}[identity.In])
		case slices.ContainsFunc(a.identity[:i], identity.same):
			r.report("%s(%q) is given twice", options[identity.In], identity.Name)
		}
	}
}

// same reports whether two identities are the same part of a request. Case
// matters in parameters, and not in headers.
func (m IdentityModel) same(other IdentityModel) bool {
	return m.In == other.In && (m.Name == other.Name || m.In == IdentityInHeader && strings.EqualFold(m.Name, other.Name))
}
