package gateway

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/app"
)

// authorize asks the route's authorizer. It returns nil if the request may go
// on, and otherwise the response.
func (g *Gateway) authorize(ctx context.Context, c *call, route app.RouteModel) *Response {
	a := g.authorizers[route.Authorizer]
	if a.Type == app.IAMAuthorizerType {
		g.standIn(a, "the caller is a made-up one")
		c.signed = true
		return nil
	}
	if g.sampling && g.api.Type == HTTP && g.checksTokens(a) {
		return c.letIn(a, route, standInClaims(a, route))
	}
	// A blank text isn't a token: no authorizer is asked about it.
	values, there := c.identities(a)
	if !there && (g.needsIdentity(a) || slices.ContainsFunc(values, isBlank)) {
		return c.unauthorized()
	}
	switch {
	case a.Type == app.BuiltinAuthorizerType:
		return g.askFunction(ctx, c, a, values)
	case g.checksTokens(a):
		return g.checkToken(ctx, c, a, route, values[0])
	case a.Type == app.CognitoAuthorizerType:
		return g.askPool(ctx, c, a, route, values[0])
	}
	g.standIn(a, "the principal is a made-up one")
	c.authorizer = map[string]any{"principalId": standInUser}
	return nil
}

// checksTokens reports whether the API verifies the tokens of an authorizer by itself.
func (g *Gateway) checksTokens(a app.AuthorizerModel) bool {
	return a.Type == app.JWTAuthorizerType || a.Type == app.CognitoAuthorizerType && g.api.Type == HTTP
}

// needsIdentity reports whether a request without what an authorizer tells
// clients apart by is refused. Authorizers that only AWS can ask let it pass.
func (g *Gateway) needsIdentity(a app.AuthorizerModel) bool {
	return a.Type == app.BuiltinAuthorizerType || len(a.Identity) > 0 || g.api.Type == HTTP ||
		a.Type == app.CognitoAuthorizerType && g.keys.Given()
}

// isBlank reports whether a value is there, but has nothing in it.
func isBlank(value string) bool { return value != "" && strings.TrimSpace(value) == "" }

// identities returns the values of what an authorizer tells clients apart by, ""
// for what isn't there, and reports whether all are there and none is blank.
func (c *call) identities(a app.AuthorizerModel) (values []string, there bool) {
	there = true
	for _, m := range a.Identities() {
		given := c.headers[http.CanonicalHeaderKey(m.Name)]
		if m.In == app.IdentityInQuery {
			given = app.ParseQuery(c.query)[m.Name]
		}
		value := ""
		if len(given) > 0 {
			if value = given[len(given)-1]; c.api != nil && c.api.Type == HTTP {
				value = strings.Join(given, ",")
			}
			if value == "" {
				value = " " // there, and blank
			}
		}
		there = there && strings.TrimSpace(value) != ""
		values = append(values, value)
	}
	return values, there
}

// tokenEvent is the event for an authorizer's function.
type tokenEvent struct {
	Type      string `json:"type"`
	MethodARN string `json:"methodArn"`
	Token     string `json:"authorizationToken"`
}

// restQuestion is the event for an authorizer that looks at whole requests of a
// REST API: that of the route's function, without the body.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
type restQuestion struct {
	Type      string `json:"type"`
	MethodARN string `json:"methodArn"`
	*proxyEvent
	Body            *struct{} `json:"body,omitempty"` // instead of proxyEvent's
	IsBase64Encoded *struct{} `json:"isBase64Encoded,omitempty"`
}

// httpQuestion is the same of an HTTP API, with payload format 2.0.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
type httpQuestion struct {
	Type           string   `json:"type"`
	RouteARN       string   `json:"routeArn"`
	IdentitySource []string `json:"identitySource"`
	*httpEvent
	Body            *struct{} `json:"body,omitempty"`
	IsBase64Encoded *struct{} `json:"isBase64Encoded,omitempty"`
}

// question returns the event for an authorizer's function.
func (c *call) question(a app.AuthorizerModel, arn string, values []string) any {
	switch {
	case c.api.Type == HTTP:
		return httpQuestion{Type: "REQUEST", RouteARN: arn, IdentitySource: values, httpEvent: c.httpEvent(nil, false).(*httpEvent)}
	case len(a.Identity) > 0:
		return restQuestion{Type: "REQUEST", MethodARN: arn, proxyEvent: c.restEvent(nil, false).(*proxyEvent)}
	}
	return tokenEvent{"TOKEN", arn, values[0]}
}

// authAnswer is what an authorizer's function returns.
type authAnswer struct {
	PrincipalID    json.RawMessage            `json:"principalId"`
	PolicyDocument *app.AuthPolicy            `json:"policyDocument"`
	Context        map[string]json.RawMessage `json:"context"`
}

// askFunction asks an authorizer that is a function of the app, or uses its
// answer from the cache. The policy of an answer is evaluated for each request,
// since it need not be about the method that the client asks for now.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
func (g *Gateway) askFunction(ctx context.Context, c *call, a app.AuthorizerModel, values []string) *Response {
	arn := c.methodARN()
	client := strings.Join(values, "\x00") // which no header or parameter of a good client has
	answer := g.answers.find(a.Name, client)
	if answer == nil {
		var refusal *Response
		if answer, refusal = g.invokeAuthorizer(ctx, c, a, c.question(a, arn, values)); refusal != nil {
			return refusal
		}
		g.answers.keep(a, client, answer)
	}
	if decision := answer.PolicyDocument.Decide(arn, false); decision != app.AuthAllowed {
		return c.denied(decision)
	}
	var err error
	if c.authorizer, err = answer.contextFor(c.api.Type); err != nil {
		return c.misconfigured(a, fmt.Errorf("authorizer %s: %w", a.Name, err))
	}
	return nil
}

// invokeAuthorizer invokes an authorizer's function.
func (g *Gateway) invokeAuthorizer(ctx context.Context, c *call, a app.AuthorizerModel, e any) (*authAnswer, *Response) {
	event, err := json.Marshal(e)
	if err != nil {
		return nil, c.misconfigured(a, err)
	}
	output, err := g.call(ctx, a.Name, event)
	if err != nil {
		if messageOf(err) == "Unauthorized" { // with this message a function asks for a 401
			return nil, c.unauthorized()
		}
		return nil, c.misconfigured(a, g.failure("authorizer "+a.Name, err))
	}
	answer, err := readAnswer(a, output)
	if err != nil {
		return nil, c.misconfigured(a, err)
	}
	return answer, nil
}

// readAnswer reads what an authorizer's function returned.
func readAnswer(a app.AuthorizerModel, output []byte) (*authAnswer, error) {
	var answer *authAnswer
	if err := json.Unmarshal(output, &answer); err != nil {
		return nil, fmt.Errorf("what authorizer %s returned is no answer: %w", a.Name, err)
	}
	if answer == nil {
		return nil, fmt.Errorf("authorizer %s returned nothing", a.Name)
	}
	return answer, nil
}

// methodARN returns the ARN of the method that the client asks for.
func (c *call) methodARN() string {
	return fmt.Sprintf("arn:aws:execute-api:%s:%s:%s/%s/%s/%s", localRegion, localAccount, localAPI,
		c.stage, c.method, strings.TrimPrefix(c.path, "/"))
}

// messageOf returns the message of a function's error, without its type.
func messageOf(err error) string {
	if e, ok := errors.AsType[*FunctionError](err); ok {
		return e.Message
	}
	return err.Error()
}

// contextFor returns what the authorizer says to the function of the route. An
// HTTP API passes on the context as it is, and nothing else.
func (a *authAnswer) contextFor(t Type) (map[string]any, error) {
	if t != HTTP {
		return a.context()
	}
	var found map[string]any // nil without a context: the event doesn't show who was asked then
	for name, raw := range a.Context {
		if found == nil {
			found = map[string]any{}
		}
		found[name] = raw
	}
	return found, nil
}

// context returns what the authorizer says to the function of the route. API
// Gateway makes texts of texts, numbers and booleans, and refuses other values.
func (a *authAnswer) context() (map[string]any, error) {
	found := map[string]any{}
	for name, raw := range a.Context {
		text, ok := scalar(raw)
		if !ok {
			return nil, fmt.Errorf("the value of %q in its context is an object or a list: API Gateway takes only texts, numbers and booleans", name)
		}
		if !isNull(raw) {
			found[name] = text
		}
	}
	if principal, ok := scalar(a.PrincipalID); ok && !isNull(a.PrincipalID) {
		found["principalId"] = principal
	}
	return found, nil
}

// claimsOf reads the middle part of a JSON Web Token. It checks nothing.
func claimsOf(token string) (map[string]any, error) {
	parts := strings.SplitN(token, ".", 3)
	if len(parts) < 2 {
		return nil, errors.New("it has no dots, so it is no JSON Web Token")
	}
	data, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return nil, err
	}
	var claims map[string]any
	d := json.NewDecoder(strings.NewReader(string(data)))
	d.UseNumber()
	if err := d.Decode(&claims); err != nil {
		return nil, err
	}
	return claims, nil
}
