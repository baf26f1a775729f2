package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/jwt"
)

// checkToken lets a request pass that has a valid token of the authorizer's
// issuer, with one of the scopes that the route needs.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
func (g *Gateway) checkToken(ctx context.Context, c *call, a app.AuthorizerModel, route app.RouteModel, token string) *Response {
	claims, err := g.keys.Verify(ctx, bare(token), jwt.Want{Issuers: a.Issuers(), Audiences: a.Audiences})
	if err != nil {
		return c.badToken(a, err)
	}
	return c.letIn(a, route, claims)
}

// bare returns a token without the word Bearer in front.
func bare(token string) string {
	if word, rest, ok := strings.Cut(token, " "); ok && strings.EqualFold(word, "Bearer") {
		return strings.TrimSpace(rest)
	}
	return token
}

// badToken answers a request whose token isn't accepted. The log says why.
func (c *call) badToken(a app.AuthorizerModel, why error) *Response {
	response := c.unauthorized()
	response.Err = fmt.Errorf("authorizer %s: %w", a.Name, why)
	if c.api.Type == HTTP {
		response.Header["Www-Authenticate"] = []string{`Bearer error="invalid_token"`}
	}
	return response
}

// letIn keeps the claims of a valid token, unless it has none of the scopes that
// the route needs.
func (c *call) letIn(a app.AuthorizerModel, route app.RouteModel, claims map[string]any) *Response {
	wanted := route.Scopes
	if wanted == nil {
		wanted = a.Scopes
	}
	has := slices.Concat(words(claims["scope"]), words(claims["scp"]))
	if len(wanted) > 0 && !slices.ContainsFunc(wanted, func(scope string) bool { return slices.Contains(has, scope) }) {
		response := c.denied(app.AuthNotAllowed)
		response.Err = fmt.Errorf("authorizer %s: the token has none of the scopes %s", a.Name, strings.Join(wanted, ", "))
		if c.api.Type == HTTP {
			response.Header["Www-Authenticate"] = []string{`Bearer scope="` + strings.Join(wanted, " ") + `" error="insufficient_scope"`}
		}
		return response
	}
	c.tokened = true
	c.authorizer = map[string]any{"claims": texts(claims)}
	if user, ok := claims["cognito:username"]; ok && c.api.Type == REST {
		c.authorizer["principalId"] = user
	}
	return nil
}

// words splits the scopes of a claim: a list, or a text with blanks between
// them.
func words(claim any) (found []string) {
	switch v := claim.(type) {
	case string:
		return strings.Fields(v)
	case []any:
		for _, one := range v {
			if text, ok := one.(string); ok {
				found = append(found, text)
			}
		}
	}
	return found
}

// texts makes texts of claims, as API Gateway passes them on: a list has its
// elements within brackets.
func texts(claims map[string]any) map[string]any {
	found := make(map[string]any, len(claims))
	for name, v := range claims {
		found[name] = claimText(v)
	}
	return found
}

func claimText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		parts := make([]string, len(v))
		for i, one := range v {
			parts[i] = claimText(one)
		}
		return "[" + strings.Join(parts, " ") + "]"
	case map[string]any:
		data, _ := json.Marshal(v) // it was decoded from JSON
		return string(data)
	}
	return fmt.Sprint(v)
}

// askPool lets a request of a REST API pass with the token of a Cognito user
// pool. If the keys are known, the token is verified. Made-up pools have none:
// then every request passes, with the claims of its token.
func (g *Gateway) askPool(ctx context.Context, c *call, a app.AuthorizerModel, route app.RouteModel, token string) *Response {
	if !g.keys.Given() && !g.asksPool(a, token) {
		return g.readClaims(c, a, route, token)
	}
	claims, err := g.keys.Verify(ctx, bare(token), jwt.Want{Issuers: a.Issuers()})
	if unknown, ok := errors.AsType[*jwt.UnknownKeysError](err); ok {
		g.warn("authorizer %s: %v", a.Name, unknown)
		return g.readClaims(c, a, route, token)
	}
	if err != nil {
		return c.badToken(a, err)
	}
	return c.letIn(a, route, claims)
}

// asksPool reports whether Cognito may be asked for the keys of a token: only if
// the token says that it is one of the authorizer's pools.
func (g *Gateway) asksPool(a app.AuthorizerModel, token string) bool {
	if !g.api.AskPools {
		return false
	}
	claims, err := claimsOf(bare(token))
	issuer, _ := claims["iss"].(string)
	return err == nil && issuer != "" && slices.Contains(a.Issuers(), issuer)
}
