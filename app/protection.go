package app

import (
	"context"
	"slices"
	"strings"
)

// Protection is what a route with an authorizer requires of the events that
// reach it. A REST API asks the authorizer before it sends an event. An HTTP
// API or a function's URL has settings of its own, which may differ from the
// app's, so its event has to show that an authorizer was asked. A builtin
// authorizer behind a function's URL is asked by the program; see
// [Protection.Ask].
type Protection struct {
	// Member is the member of requestContext.authorizer that is there if the
	// declared kind of authorizer was asked: "iam", "jwt" or "lambda".
	Member string
	// Scopes are those of which the client needs at least one; empty requires
	// none.
	Scopes []string

	ask func(ctx context.Context, r *Request, functionARN string) (*Request, *Refusal, error)
}

// authorizerMembers are the members of requestContext.authorizer that each kind
// of authorizer writes into the event of an HTTP API or a function's URL.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control.html
var authorizerMembers = map[AuthorizerType]string{
	BuiltinAuthorizerType: "lambda",
	CustomAuthorizerType:  "lambda",
	CognitoAuthorizerType: "jwt",
	IAMAuthorizerType:     "iam",
	JWTAuthorizerType:     "jwt",
}

// protection returns what the routes of an authorizer require.
func protection(authorizer Authorizer) *Protection {
	if authorizer == nil || authorizer.base() == nil {
		return &Protection{} // which is reported elsewhere, and lets nobody in
	}
	a := authorizer.base()
	scopes := authorizer.routeScopes()
	if scopes == nil {
		scopes = a.scopes.value
	}
	return &Protection{Member: authorizerMembers[a.kind], Scopes: scopes, ask: a.ask}
}

// Refuse returns the status to answer a request with that may not reach the
// route, and a reason for the log: 401 if no authorizer of the declared kind
// was asked, 403 if the client has none of the scopes. The status is 0 for a
// request that may reach it.
func (p *Protection) Refuse(r *Request) (status int, why string) {
	switch r.Source() {
	case RESTAPI:
		return 0, ""
	case HTTPAPI:
	case HTTPAPI1:
		return 401, "payload format 1.0 does not tell which authorizer was asked: set the payload format of the HTTP API's integration to 2.0, " +
			"or, where it comes from sam local, which sends it for a REST API too, use chalice local"
	default:
		return 401, "a load balancer asks no authorizer"
	}
	given := p.said(r)
	switch {
	case !isObject(given):
		return 401, "the event has no object requestContext.authorizer." + p.Member +
			", so no authorizer of the declared kind was asked: give the HTTP API's route, or the function URL, that authorizer" +
			map[string]string{"lambda": "; if it was asked, have it return a context, which the event shows"}[p.Member]
	case len(p.Scopes) > 0 && !slices.ContainsFunc(p.scopes(given), p.asksFor):
		return 403, "the client has none of the scopes " + strings.Join(p.Scopes, ", ")
	}
	return 0, ""
}

// said returns what an authorizer of the declared kind said, "" if none was asked.
func (p *Protection) said(r *Request) string {
	return only(only(r.part(r.context), "authorizer"), p.Member)
}

func (p *Protection) asksFor(scope string) bool { return slices.Contains(p.Scopes, scope) }

// scopes returns the scopes of the client. They are in its token's claims; the
// list beside the claims isn't used, as it can be the gateway's own. A Lambda
// authorizer can put them into its context.
func (p *Protection) scopes(given string) []string {
	claims := given
	if p.Member == "jwt" {
		claims = member(given, "claims")
	}
	scope, scp := member(claims, "scope"), member(claims, "scp")
	if isNull(scope) && isNull(scp) {
		return scopeWords(member(given, "scopes"))
	}
	return slices.Concat(scopeWords(scope), scopeWords(scp))
}

// scopeWords splits scopes: a list, or a text with blanks between them, as
// OAuth has it. API Gateway makes a text in brackets of a list that is among
// the claims.
func scopeWords(raw string) []string {
	switch {
	case isNull(raw):
		return nil
	case raw[0] == '[':
		return texts(raw)
	}
	text := sharedText(raw)
	if inner, ok := strings.CutPrefix(text, "["); ok && strings.HasSuffix(inner, "]") {
		text = strings.ReplaceAll(strings.TrimSuffix(inner, "]"), ",", " ")
	}
	return strings.Fields(text)
}

// only returns a member as the function member does, but "" if the member is
// there twice: another reader could take the other one, so a decision must not
// depend on it.
func only(raw, name string) string {
	if raw == "" || raw[0] != '{' {
		return ""
	}
	found, times := "", 0
	o := object{data: raw}
	for o.next() {
		if v := o.value(); o.key == name {
			found, times = v, times+1
		}
	}
	if times != 1 {
		return ""
	}
	return found
}
