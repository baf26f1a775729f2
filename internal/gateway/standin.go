package gateway

import (
	"fmt"
	"strings"

	"github.com/chalice-go/chalice/app"
)

// These stand for a caller whom only AWS knows.
const (
	standInUser    = "local-user"
	standInID      = "AIDALOCALLOCALLOCAL00"
	standInKey     = "ASIALOCALLOCALLOCAL00"
	standInARN     = "arn:aws:iam::" + localAccount + ":user/" + standInUser
	standInSubject = "00000000-0000-4000-8000-000000000000"
)

// kindNames are the names in warnings of authorizers that only AWS can ask.
var kindNames = map[app.AuthorizerType]string{
	app.CognitoAuthorizerType: "CognitoUserPoolAuthorizer",
	app.CustomAuthorizerType:  "CustomAuthorizer",
	app.IAMAuthorizerType:     "IAMAuthorizer",
	app.JWTAuthorizerType:     "JWT",
}

// standIn warns that an authorizer isn't asked, and says what takes the place
// of its answer.
func (g *Gateway) standIn(a app.AuthorizerModel, what string) {
	g.warn("authorizer %s (%s) can't be asked on this machine, so every request goes on, and %s", a.Name, kindNames[a.Type], what)
}

// signed fills in a made-up caller for a signed request.
func (i *identity) signed() {
	account, caller, key, arn := localAccount, standInID, standInKey, standInARN
	i.AccountID, i.Caller, i.AccessKey, i.UserARN, i.User = &account, &caller, &key, &arn, &caller
}

// readClaims lets every request pass, with the claims of the token, or made-up
// ones if it has none: Cognito's keys aren't known here.
func (g *Gateway) readClaims(c *call, a app.AuthorizerModel, route app.RouteModel, token string) *Response {
	claims := standInClaims(a, route)
	if token != "" {
		var err error
		if claims, err = claimsOf(token); err != nil {
			response := c.unauthorized()
			response.Err = fmt.Errorf("the token for %s can't be read: %w", a.Name, err)
			return response
		}
	}
	g.standIn(a, "the claims are those of its token, which nobody checks, or made-up ones if there is none")
	c.authorizer = map[string]any{"claims": claims}
	if user, ok := claims["cognito:username"]; ok {
		c.authorizer["principalId"] = user
	}
	return nil
}

// standInClaims returns the claims of a token with the scopes that the route
// requires.
func standInClaims(a app.AuthorizerModel, route app.RouteModel) map[string]any {
	claims := map[string]any{"sub": standInSubject, "cognito:username": standInUser, "token_use": "id"}
	scopes := route.Scopes
	if scopes == nil {
		scopes = a.Scopes
	}
	if len(scopes) > 0 { // only access tokens have scopes
		claims["token_use"], claims["scope"] = "access", strings.Join(scopes, " ")
	}
	return claims
}
