package app

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// AuthRequest is what a builtin authorizer decides about: a token, or a whole
// request. REST APIs send a token alone, unless the authorizer has
// [IdentityHeader] or [IdentityQuery]. HTTP APIs, functions' URLs and websocket
// APIs always have the whole request, but for its body. What an event doesn't
// have is empty.
type AuthRequest struct {
	event
	kind, token, methodARN, context string
	sources                         string          // identitySource: the values of the identities
	identities                      []IdentityModel // of the authorizer, if that is known
}

// NewAuthRequest makes a request of its JSON. An event of type REQUEST has to
// have the ARN of a method, in methodArn or, as from HTTP APIs with payload
// format 2.0, in routeArn; any other event has to have a token as well.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
func NewAuthRequest(data []byte) (*AuthRequest, error) {
	r := &AuthRequest{event: newEvent(data)}
	o := object{data: r.raw}
	for o.next() {
		switch v := o.value(); o.key {
		case "type":
			r.kind = v
		case "authorizationToken":
			r.token = v
		case "methodArn", "routeArn":
			r.methodARN = v
		case "identitySource":
			r.sources = v
		case "requestContext":
			r.context = v
		}
	}
	switch {
	case !atEnd(r.raw, o.pos):
		return nil, syntaxError(data)
	case r.Type() != "REQUEST" && !isText(r.token):
		return nil, r.missing("authorizer", "authorizationToken")
	case !isText(r.methodARN):
		return nil, r.missing("authorizer", "methodArn")
	}
	return r, nil
}

// Type is the kind of the event: "TOKEN" for a token, "REQUEST" for a whole
// request, or "" if the event doesn't say.
func (r *AuthRequest) Type() string { return text(r.kind) }

// Token is the value of the header with the token. Of a whole request it is the
// first of the values that the authorizer's options name, without them that of
// the header Authorization.
func (r *AuthRequest) Token() string {
	if isText(r.token) || r.Type() != "REQUEST" {
		return text(r.token)
	}
	if sources := texts(r.sources); len(sources) > 0 {
		return sources[0]
	}
	identity := IdentityModel{IdentityInHeader, defaultAuthHeader}
	if len(r.identities) > 0 {
		identity = r.identities[0]
	}
	return r.identity(identity)
}

// identity returns the value by which an authorizer tells clients apart.
func (r *AuthRequest) identity(m IdentityModel) string {
	if m.In == IdentityInQuery {
		return r.Query(m.Name)
	}
	return r.Header(m.Name)
}

// MethodARN is the ARN of the method that the client calls, or of the route
// $connect of a websocket API.
func (r *AuthRequest) MethodARN() string { return text(r.methodARN) }

// Method is the HTTP method, such as "GET"; "" for new websocket connections.
func (r *AuthRequest) Method() string {
	if http := member(r.context, "http"); isObject(http) {
		return text(member(http, "method"))
	}
	return text(member(r.raw, "httpMethod"))
}

// Path is the path of the route, with the names of its parameters:
// "/users/{id}".
func (r *AuthRequest) Path() string {
	if path := member(r.context, "resourcePath"); isText(path) {
		return text(path)
	}
	_, path, _ := strings.Cut(text(member(r.raw, "routeKey")), " ")
	return path
}

// URLPath is the path that the client asked for, without the stage.
func (r *AuthRequest) URLPath() string {
	if path := member(r.raw, "rawPath"); isText(path) {
		return withoutStage(sharedText(member(r.context, "stage")), text(path))
	}
	return text(member(r.raw, "path"))
}

// Param returns the value of a parameter of the path, decoded as the route's handler
// gets it of [Request.Param]; "" if there is none.
func (r *AuthRequest) Param(name string) string { return r.Params()[name] }

// Params returns the parameters of the path, decoded; nil if there are none.
func (r *AuthRequest) Params() map[string]string {
	params := textMap(member(r.raw, "pathParameters"))
	if r.pathDecoded() {
		return params
	}
	for name, raw := range params {
		params[name] = unescapePath(raw)
	}
	return params
}

// pathDecoded is [Request.PathDecoded] of the request that the event is about.
func (r *AuthRequest) pathDecoded() bool {
	if isObject(member(r.context, "http")) {
		return !isURLDomain(member(r.context, "domainName"))
	}
	return versionMark(member(r.raw, "version")) == markVersion1
}

// StageVar returns the value of a stage variable, "" if there is none.
func (r *AuthRequest) StageVar(name string) string {
	return text(member(member(r.raw, "stageVariables"), name))
}

// Header returns the value of a header, "" if the request doesn't have it. Case
// doesn't matter in names. The subprotocols that a websocket's client asks for
// are those of the header Sec-WebSocket-Protocol.
func (r *AuthRequest) Header(name string) string {
	if strings.EqualFold(name, "Cookie") {
		if cookies := texts(member(r.raw, "cookies")); len(cookies) > 0 {
			return strings.Join(cookies, "; ")
		}
	}
	return text(lastHeader(orEmpty(member(r.raw, "headers")), name))
}

// orEmpty returns a value if it is an object, and an empty object otherwise.
func orEmpty(raw string) string {
	if isObject(raw) {
		return raw
	}
	return "{}"
}

// Headers returns the values of all headers by their names in lower case. It is
// never nil.
func (r *AuthRequest) Headers() map[string]string {
	found := map[string]string{}
	o := object{data: orEmpty(member(r.raw, "headers"))}
	for o.next() {
		v := o.value()
		found[strings.ToLower(o.name())] = text(v)
	}
	if cookies := texts(member(r.raw, "cookies")); len(cookies) > 0 {
		found["cookie"] = strings.Join(cookies, "; ")
	}
	return found
}

// Cookie returns the value of a cookie, "" if the request doesn't have it.
func (r *AuthRequest) Cookie(name string) string {
	for pair := range strings.SplitSeq(r.Header("Cookie"), ";") {
		if key, value, ok := strings.Cut(strings.TrimSpace(pair), "="); ok && key == name {
			return value
		}
	}
	return ""
}

// Query returns the value of a query parameter, the last one if there are
// several, "" if there is none.
func (r *AuthRequest) Query(name string) string {
	value, _ := lastOf(r.QueryAll(name))
	return value
}

// QueryAll returns all values of a query parameter, nil if there are none.
func (r *AuthRequest) QueryAll(name string) []string { return r.QueryParams()[name] }

// QueryParams returns all values of all query parameters, nil if the request has
// no query.
func (r *AuthRequest) QueryParams() map[string][]string {
	if query := member(r.raw, "rawQueryString"); isText(query) {
		if query := text(query); query != "" {
			return ParseQuery(query)
		}
		return nil
	}
	for _, name := range [...]string{"multiValueQueryStringParameters", "queryStringParameters"} {
		if query := queryObject(member(r.raw, name)); query != nil {
			return query
		}
	}
	return nil
}

// SourceIP is the address of the client, as the gateway sees it.
func (r *AuthRequest) SourceIP() string {
	if http := member(r.context, "http"); isObject(http) {
		return text(member(http, "sourceIp"))
	}
	return text(member(member(r.context, "identity"), "sourceIp"))
}

// ConnectionID identifies a new websocket connection; "" for requests of routes.
func (r *AuthRequest) ConnectionID() string { return text(member(r.context, "connectionId")) }

// Context returns what the gateway says about the request, numbers as
// [json.Number]; nil if the event has only a token.
func (r *AuthRequest) Context() map[string]any { return decodeMap(r.context) }

// authAnswer makes of a handler what answers with a value to be written as JSON.
func (a *authorizer) authAnswer(ctx context.Context, data []byte) (any, error) {
	r, err := NewAuthRequest(data)
	if err != nil {
		return nil, err
	}
	r.identities = a.identities()
	if _, lacks := r.lacking(a.settings.identity); lacks && r.Type() == "REQUEST" {
		return nil, errors.New(unauthorized)
	}
	response, err := a.handler(ctx, r)
	if err != nil {
		return nil, err
	}
	return response.Render(r), nil
}

// unauthorized is the message of an error with which an authorizer asks for a 401.
const unauthorized = "Unauthorized"

// lacking returns the first of some identities that the request doesn't have, or has
// blank. A gateway looks at that before it asks, but where it remembers no answers, it
// isn't documented to.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization.html
func (r *AuthRequest) lacking(identities []IdentityModel) (first IdentityModel, lacks bool) {
	for _, m := range identities {
		if strings.TrimSpace(r.identity(m)) == "" {
			return m, true
		}
	}
	return IdentityModel{}, false
}

// identities are those of a builtin authorizer.
func (a *authorizer) identities() []IdentityModel {
	return (&AuthorizerModel{Header: a.header.value, Identity: a.settings.identity}).Identities()
}

// AuthResponse is what an authorizer answers: which routes the client may call.
// The zero value allows none.
type AuthResponse struct {
	// Routes may be called; see [AuthRoutes].
	Routes []AuthRoute
	// PrincipalID identifies the client.
	PrincipalID string
	// Context is passed on to the routes; API Gateway makes texts of its
	// values.
	Context map[string]any
	// UsageKey is an API key, for usage plans that take a request's key from its
	// authorizer.
	UsageKey string
	// Policy is a policy document, as JSON. If there is one, Routes don't count.
	Policy json.RawMessage
	// Raw is the whole answer, as JSON. If there is one, no other field counts.
	Raw json.RawMessage
}

// AuthRoute is a path that a client may call, with all methods if Methods is
// nil. A path may hold *, and "*" alone stands for all, and for new websocket
// connections, whose own path is "$connect".
type AuthRoute struct {
	Path    string
	Methods []string
}

// AuthRoutes are paths that a client may call with all methods.
func AuthRoutes(paths ...string) []AuthRoute {
	routes := make([]AuthRoute, len(paths))
	for i, path := range paths {
		routes[i].Path = path
	}
	return routes
}

// Render returns the answer in the form that API Gateway takes. It returns nil
// for null, which API Gateway takes for a failure of the authorizer.
func (a *AuthResponse) Render(r *AuthRequest) any {
	if a == nil {
		return nil
	}
	if a.Raw != nil {
		return a.Raw
	}
	answer := map[string]any{
		"context":        a.context(r),
		"principalId":    a.PrincipalID,
		"policyDocument": a.policy(r),
	}
	if a.UsageKey != "" {
		answer["usageIdentifierKey"] = a.UsageKey
	}
	return answer
}

// context returns what is passed on to the routes. A REST or websocket API adds
// the principal itself, an HTTP API doesn't. If the context is empty, an event of
// an HTTP API doesn't show that the authorizer was asked, so it never is.
func (a *AuthResponse) context(r *AuthRequest) map[string]any {
	context := a.Context
	if context == nil {
		context = map[string]any{}
	}
	if _, given := context[principalID]; !given && isObject(member(r.context, "http")) {
		context = maps.Clone(context)
		context[principalID] = a.PrincipalID
	}
	return context
}

const principalID = "principalId"

// policy returns the answer's policy. It covers all of the routes and not only
// the one that is asked about, so that a gateway can use a remembered answer for
// another route.
func (a *AuthResponse) policy(r *AuthRequest) any {
	if a.Policy != nil {
		return a.Policy
	}
	methodARN, isSocket := r.MethodARN(), r.ConnectionID() != ""
	resources := []string{}
	for _, route := range a.Routes {
		if isSocket {
			resources = append(resources, route.connectARN(methodARN)...)
			continue
		}
		methods := route.Methods
		if methods == nil {
			methods = []string{"*"}
		}
		for _, method := range methods {
			resources = append(resources, routeARN(methodARN, method, route.Path))
		}
	}
	return map[string]any{
		"Version": "2012-10-17",
		"Statement": []any{map[string]any{
			"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": resources,
		}},
	}
}

// connectARN returns the ARNs in a websocket API that a route stands for: none if
// it isn't for GET, with which websockets begin.
func (r AuthRoute) connectARN(methodARN string) []string {
	if r.Methods != nil && !slices.Contains(r.Methods, "GET") && !slices.Contains(r.Methods, "*") {
		return nil
	}
	api, rest, _ := strings.Cut(methodARN, "/")
	stage, _, _ := strings.Cut(rest, "/")
	return []string{api + "/" + stage + "/" + strings.TrimPrefix(r.Path, "/")}
}

// routeARN returns the ARN of a method, which has the form
// arn:aws:execute-api:region:account:api/stage/method/path, with another method
// and path.
func routeARN(methodARN, method, path string) string {
	parts := strings.SplitN(methodARN, ":", 6)
	last := &parts[len(parts)-1]
	base := strings.SplitN(*last, "/", 3)
	base = base[:min(len(base), 2)]
	resource := ""
	if path == "*" {
		resource = "*"
	} else {
		_, slash := utf8.DecodeRuneInString(path)
		resource = path[slash:]
	}
	*last = strings.Join(append(base, method, resource), "/")
	return strings.Join(parts, ":")
}
