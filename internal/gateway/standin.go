package gateway

import (
	"fmt"
	"strings"

	"github.com/chalice-go/chalice/app"
)

// What stands for a caller that only AWS could tell.
const (
	standInUser    = "local-user"
	standInID      = "AIDALOCALLOCALLOCAL00"
	standInKey     = "ASIALOCALLOCALLOCAL00"
	standInSubject = "00000000-0000-4000-8000-000000000000"
)

// kindNames are what warnings call authorizers that only AWS can ask.
var kindNames = map[app.AuthorizerType]string{
	app.CognitoAuthorizerType: "CognitoUserPoolAuthorizer",
	app.CustomAuthorizerType:  "CustomAuthorizer",
	app.IAMAuthorizerType:     "IAMAuthorizer",
}

// standIn says that an authorizer isn't asked, and what stands for its answer.
func (g *Gateway) standIn(a app.AuthorizerModel, what string) {
	g.warn("authorizer %s (%s) can't be asked on this machine, so every request goes on, and %s", a.Name, kindNames[a.Type], what)
}

// signed fills in who has signed a request.
func (i *identity) signed() {
	account, caller, key, arn := localAccount, standInID, standInKey, "arn:aws:iam::"+localAccount+":user/"+standInUser
	i.AccountID, i.Caller, i.AccessKey, i.UserARN, i.User = &account, &caller, &key, &arn, &caller
}

// readClaims lets everybody through, with the claims of the token or made-up
// ones: nothing here knows Cognito's keys.
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

// standInClaims are those of a token that has the scopes which the route wants.
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
