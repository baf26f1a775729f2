package gateway

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
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
	// A blank text isn't a token: no authorizer is asked about it.
	token, ok := c.token(a)
	if ok && strings.TrimSpace(token) == "" || !ok && a.Type == app.BuiltinAuthorizerType {
		return c.unauthorized()
	}
	switch a.Type {
	case app.BuiltinAuthorizerType:
		return g.askFunction(ctx, c, a, token)
	case app.CognitoAuthorizerType:
		return g.readClaims(c, a, route, token)
	}
	g.standIn(a, "the principal is a made-up one")
	c.authorizer = map[string]any{"principalId": standInUser}
	return nil
}

// tokenEvent is the event for an authorizer's function.
type tokenEvent struct {
	Type      string `json:"type"`
	MethodARN string `json:"methodArn"`
	Token     string `json:"authorizationToken"`
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
func (g *Gateway) askFunction(ctx context.Context, c *call, a app.AuthorizerModel, token string) *Response {
	arn := c.methodARN()
	answer := g.answers.find(a.Name, token)
	if answer == nil {
		var refusal *Response
		if answer, refusal = g.invokeAuthorizer(ctx, c, a, tokenEvent{"TOKEN", arn, token}); refusal != nil {
			return refusal
		}
	}
	if decision := answer.PolicyDocument.Decide(arn, false); decision != app.AuthAllowed {
		return c.denied(decision)
	}
	var err error
	if c.authorizer, err = answer.context(); err != nil {
		return c.misconfigured(a, fmt.Errorf("authorizer %s: %w", a.Name, err))
	}
	return nil
}

// invokeAuthorizer invokes an authorizer's function and puts its answer into
// the cache.
func (g *Gateway) invokeAuthorizer(ctx context.Context, c *call, a app.AuthorizerModel, e tokenEvent) (*authAnswer, *Response) {
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
	var answer *authAnswer
	if err := json.Unmarshal(output, &answer); err != nil {
		return nil, c.misconfigured(a, fmt.Errorf("what authorizer %s returned is no answer: %w", a.Name, err))
	}
	if answer == nil {
		return nil, c.misconfigured(a, fmt.Errorf("authorizer %s returned nothing", a.Name))
	}
	g.answers.keep(a, e.Token, answer)
	return answer, nil
}

// token returns the value of the header with the token.
func (c *call) token(a app.AuthorizerModel) (string, bool) {
	header := a.Header
	if header == "" {
		header = "Authorization"
	}
	values := c.headers[http.CanonicalHeaderKey(header)]
	if len(values) == 0 {
		return "", false
	}
	return values[len(values)-1], true
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
