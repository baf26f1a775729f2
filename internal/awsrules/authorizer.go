package awsrules

import (
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
	switch m.Type {
	case app.CognitoAuthorizerType:
		p.userPools(m)
	case app.CustomAuthorizerType:
		p.authorizerURI(m)
		p.role("InvokeRole", m.InvokeRoleARN)
	case app.BuiltinAuthorizerType:
		p.role("ExecutionRole", m.ExecutionRole)
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
