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

// authorize asks the route's authorizer. The answer is nil if the request may
// go on.
func (g *Gateway) authorize(ctx context.Context, c *call, a app.AuthorizerModel) *Response {
	switch a.Type {
	case app.BuiltinAuthorizerType:
		return g.askFunction(ctx, c, a)
	case app.CognitoAuthorizerType:
		return g.readClaims(c, a)
	}
	g.allowAll(a)
	return nil
}

// kindNames are what warnings call authorizers that only AWS can ask.
var kindNames = map[app.AuthorizerType]string{
	app.CognitoAuthorizerType: "CognitoUserPoolAuthorizer",
	app.CustomAuthorizerType:  "CustomAuthorizer",
	app.IAMAuthorizerType:     "IAMAuthorizer",
}

const allAuthorized = "All requests made against a route will be authorized to allow local testing."

func (g *Gateway) allowAll(a app.AuthorizerModel) {
	g.warn(a.Name, kindNames[a.Type]+" is not a supported in local mode. "+allAuthorized)
}

// tokenEvent is what an authorizer's function gets.
type tokenEvent struct {
	Type      string `json:"type"`
	MethodARN string `json:"methodArn"`
	Token     string `json:"authorizationToken"`
}

// authAnswer is what an authorizer's function returns.
type authAnswer struct {
	PrincipalID    json.RawMessage            `json:"principalId"`
	PolicyDocument *policy                    `json:"policyDocument"`
	Context        map[string]json.RawMessage `json:"context"`
}

// askFunction asks an authorizer that is a function of the app.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
func (g *Gateway) askFunction(ctx context.Context, c *call, a app.AuthorizerModel) *Response {
	token, ok := c.token(a)
	if !ok {
		return c.unauthorized()
	}
	arn := c.methodARN()
	event, err := json.Marshal(tokenEvent{"TOKEN", arn, token})
	if err != nil {
		return c.misconfigured(err)
	}
	output, err := g.api.Functions.Invoke(ctx, a.Name, event)
	switch {
	case err != nil && messageOf(err) == "Unauthorized": // how a function asks for a 401
		return c.unauthorized()
	case err != nil:
		response := c.failed(fmt.Errorf("authorizer %s failed: %w", a.Name, err))
		return &response
	}
	var answer *authAnswer
	if err := json.Unmarshal(output, &answer); err != nil {
		return c.misconfigured(fmt.Errorf("what authorizer %s returned is no answer: %w", a.Name, err))
	}
	if answer == nil {
		return c.misconfigured(fmt.Errorf("authorizer %s returned nothing", a.Name))
	}
	if decision := answer.PolicyDocument.decide(arn); decision != allowed {
		return c.denied(decision)
	}
	if c.authorizer, err = answer.context(); err != nil {
		return c.misconfigured(fmt.Errorf("authorizer %s: %w", a.Name, err))
	}
	return nil
}

// token gives the value of the header with the token.
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

// methodARN is the ARN of what the client asks for.
func (c *call) methodARN() string {
	return fmt.Sprintf("arn:aws:execute-api:%s:%s:%s/%s/%s/%s", localRegion, localAccount, localAPI,
		c.stage, c.method, strings.TrimPrefix(c.path, "/"))
}

// messageOf returns a function's error without its type.
func messageOf(err error) string {
	if e := (*FunctionError)(nil); errors.As(err, &e) {
		return e.Message
	}
	return err.Error()
}

// context is what the function of the route learns from the authorizer: API
// Gateway makes texts of all values, and takes no others.
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

// readClaims lets everybody through, with the claims of the token if it has
// any: nothing here knows Cognito's keys.
func (g *Gateway) readClaims(c *call, a app.AuthorizerModel) *Response {
	token, ok := c.token(a)
	if !ok {
		g.allowAll(a)
		return nil
	}
	claims, err := claimsOf(token)
	if err != nil {
		response := c.unauthorized()
		response.Err = fmt.Errorf("the token for %s can't be read: %w", a.Name, err)
		return response
	}
	user, ok := claims["cognito:username"]
	if !ok {
		g.warn(a.Name, "CognitoUserPoolAuthorizer for machine-to-machine communication is not supported in local mode. "+allAuthorized)
		return nil
	}
	g.allowAll(a)
	c.authorizer = map[string]any{"claims": claims, "principalId": user}
	return nil
}

// claimsOf reads the middle part of a JSON Web Token, and checks nothing.
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
