package awsrules

import (
	"net/url"
	"slices"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/lazyregexp"
)

// maxTTL is the largest number of seconds for which API Gateway keeps an
// authorizer's answer.
// https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html
const maxTTL = 3600

var (
	// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolType.html
	userPool = lazyregexp.New(`^userpool/[A-Za-z0-9_-]+_[A-Za-z0-9]+$`)
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
	roleName = lazyregexp.New(`^role/([\x21-\x7e]+/)*[A-Za-z0-9_+=,.@-]{1,64}$`)
	// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
	functionARN = lazyregexp.New(`^function:[A-Za-z0-9_-]+(:(\$LATEST|[A-Za-z0-9_-]+))?$`)
	// authorizerURI matches what follows the region in the URI of a function.
	// https://docs.aws.amazon.com/apigateway/latest/api/API_Authorizer.html
	authorizerURI = lazyregexp.New(`^path/{1,2}\d{4}-\d{2}-\d{2}/functions/(.+)/invocations$`)
)

func (p place) authorizer(m *app.AuthorizerModel) {
	if m.Header != "" && !filledIn(m.Header) && !headerName.MatchString(m.Header) {
		p.fail("Header is %q, which is no name of a header", m.Header)
	}
	if ttl := m.TTLSeconds; ttl != nil && (*ttl < 0 || *ttl > maxTTL) {
		p.fail("TTL is %ds: it can be from 0 to %ds, which is 1 hour", *ttl, maxTTL)
	}
	for _, identity := range m.Identity {
		p.identity(m, identity)
	}
	switch m.Type {
	case app.JWTAuthorizerType:
		p.issuer(m)
		p.audiences(m, "JWT")
	case app.CognitoAuthorizerType:
		p.userPools(m)
		if m.Audiences != nil {
			p.audiences(m, "Audience")
		}
	case app.CustomAuthorizerType:
		p.authorizerURI(m)
		p.role("InvokeRole", m.InvokeRoleARN)
	case app.BuiltinAuthorizerType:
		p.role("ExecutionRole", m.ExecutionRole)
	}
}

// identity checks a name by which an authorizer tells clients apart. It is written
// into an expression, in a list with commas.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization.html
func (p place) identity(m *app.AuthorizerModel, identity app.IdentityModel) {
	switch {
	case identity.Name == "", filledIn(identity.Name):
	case identity.In == app.IdentityInHeader && !headerName.MatchString(identity.Name):
		p.fail("authorizer %q: IdentityHeader is %q, which is no name of a header", m.Name, identity.Name)
	case !identityName().MatchString(identity.Name):
		option := map[string]string{app.IdentityInHeader: "IdentityHeader", app.IdentityInQuery: "IdentityQuery"}[identity.In]
		p.fail("authorizer %q: %s is %q, which API Gateway can't name: it takes letters, digits, ., _ and -", m.Name, option, identity.Name)
	}
}

// identityName matches what API Gateway says that it takes, when it is given another
// name: "each source must be either a request parameter, matching
// 'route.request.querystring|header.[a-zA-Z0-9.\_-]+', or ...".
// https://github.com/aws/aws-cdk/issues/18307
var identityName = lazyregexp.New(`^[A-Za-z0-9._-]+$`)

// issuer checks the issuer of tokens.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
func (p place) issuer(m *app.AuthorizerModel) {
	if filledIn(m.Issuer) {
		return
	}
	u, err := url.Parse(m.Issuer)
	switch {
	case m.Issuer == "":
		p.fail("JWT authorizer %q has no issuer: give the URL that tokens have in their claim iss", m.Name)
	case err != nil || u.Host == "" || u.Scheme != "https" && !onThisMachine(u):
		p.fail("JWT authorizer %q: the issuer is %q, which is no URL of https, such as https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc", m.Name, m.Issuer)
	case u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		p.fail("JWT authorizer %q: the issuer %q has more than a host and a path", m.Name, m.Issuer)
	}
}

// onThisMachine reports whether a URL is of an issuer that only tests have.
func onThisMachine(u *url.URL) bool {
	host := u.Hostname()
	return u.Scheme == "http" && (host == "localhost" || host == "127.0.0.1" || host == "::1")
}

// audiences checks for whom tokens may be.
func (p place) audiences(m *app.AuthorizerModel, option string) {
	if len(m.Audiences) == 0 {
		p.fail("authorizer %q: %s names no audience: give one at least, which is mostly the id of a client", m.Name, option)
	}
	if slices.Contains(m.Audiences, "") {
		p.fail("authorizer %q: %s has an empty audience: it may come from an environment variable that isn't set", m.Name, option)
	}
}

func (p place) userPools(m *app.AuthorizerModel) {
	const form = "which is arn:aws:cognito-idp:region:account:userpool/id"
	if len(m.ProviderARNs) == 0 {
		p.fail("authorizer %q names no user pool: give the ARN of one, %s", m.Name, form)
	}
	for _, s := range m.ProviderARNs {
		a, ok := arnOf(s, "cognito-idp")
		if !filledIn(s) && !(ok && a.owned() && userPool.MatchString(a.resource)) {
			p.fail("authorizer %q: %q is not the ARN of a user pool, %s", m.Name, s, form)
		}
	}
}

// authorizerURI checks the URI by which API Gateway invokes a custom authorizer.
func (p place) authorizerURI(m *app.AuthorizerModel) {
	uri := m.AuthorizerURI
	if uri == "" {
		p.fail("custom authorizer %q needs the URI of its function", m.Name)
		return
	}
	if filledIn(uri) {
		return
	}
	if a, ok := functionOf(uri); ok {
		p.fail("custom authorizer %q has the ARN of its function, but API Gateway wants the URI to invoke it by: "+
			"arn:%s:apigateway:%s:lambda:path/2015-03-31/functions/%s/invocations", m.Name, a.partition, a.region, uri)
		return
	}
	a, ok := arnOf(uri, "apigateway")
	if match := authorizerURI().FindStringSubmatch(a.resource); ok && regions.MatchString(a.region) && a.account == "lambda" && match != nil {
		if _, ok := functionOf(match[1]); ok {
			return
		}
	}
	p.fail("custom authorizer %q: %q is not the URI of a function, which is "+
		"arn:aws:apigateway:region:lambda:path/2015-03-31/functions/arn:aws:lambda:region:account:function:name/invocations", m.Name, uri)
}

// functionOf parses the ARN of a function.
func functionOf(s string) (arn, bool) {
	a, ok := arnOf(s, "lambda")
	return a, ok && a.owned() && functionARN.MatchString(a.resource)
}

// role checks the role that API Gateway assumes for an authorizer. It can be
// empty, since then the function's own policy lets API Gateway invoke it.
func (p place) role(option, s string) {
	if s == "" || filledIn(s) {
		return
	}
	a, ok := arnOf(s, "iam")
	if !ok || a.region != "" || !accounts.MatchString(a.account) || !roleName.MatchString(a.resource) {
		p.fail("%s is %q, which is not the ARN of a role: that is arn:aws:iam::account:role/name", option, s)
	}
}
