package app

import (
	"context"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// AuthRequest is what a builtin authorizer decides about.
type AuthRequest struct {
	event
	kind, token, methodARN string
}

// NewAuthRequest makes a request of its JSON, which has to have a token and the
// ARN of a method.
func NewAuthRequest(data []byte) (*AuthRequest, error) {
	r := &AuthRequest{event: newEvent(data)}
	o := object{data: r.raw}
	for o.next() {
		switch v := o.value(); o.key {
		case "type":
			r.kind = v
		case "authorizationToken":
			r.token = v
		case "methodArn":
			r.methodARN = v
		}
	}
	switch {
	case !atEnd(r.raw, o.pos):
		return nil, syntaxError(data)
	case !isText(r.token):
		return nil, r.missing("authorizer", "authorizationToken")
	case !isText(r.methodARN):
		return nil, r.missing("authorizer", "methodArn")
	}
	return r, nil
}

// authAnswer makes of a handler what answers with a value to be written as JSON.
func authAnswer(handler AuthorizerHandler) func(context.Context, []byte) (any, error) {
	return func(ctx context.Context, data []byte) (any, error) {
		r, err := NewAuthRequest(data)
		if err != nil {
			return nil, err
		}
		response, err := handler(ctx, r)
		if err != nil {
			return nil, err
		}
		return response.Render(r), nil
	}
}

// Type is the kind of authorizer, "TOKEN", or "" if the event doesn't say.
func (r *AuthRequest) Type() string { return text(r.kind) }

// Token is the value of the header with the token.
func (r *AuthRequest) Token() string { return text(r.token) }

// MethodARN is the ARN of the method that the client calls.
func (r *AuthRequest) MethodARN() string { return text(r.methodARN) }

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
// nil. A path may hold *, and "*" alone stands for all.
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
	context := a.Context
	if context == nil {
		context = map[string]any{}
	}
	answer := map[string]any{
		"context":        context,
		"principalId":    a.PrincipalID,
		"policyDocument": a.policy(r.MethodARN()),
	}
	if a.UsageKey != "" {
		answer["usageIdentifierKey"] = a.UsageKey
	}
	return answer
}

func (a *AuthResponse) policy(methodARN string) any {
	if a.Policy != nil {
		return a.Policy
	}
	resources := []string{}
	for _, route := range a.Routes {
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
