package app

import "strings"

// RequestSource is what sent a request. Each source has its own form of event.
type RequestSource int

// The sources of requests.
const (
	// RESTAPI is an API Gateway REST API, which is what an app deploys. It matches
	// the route before it invokes the function.
	RESTAPI RequestSource = iota
	// HTTPAPI is an API Gateway HTTP API with payload format 2.0, or a function's
	// URL.
	HTTPAPI
	// LoadBalancer is an Application Load Balancer.
	LoadBalancer
	// HTTPAPI1 is an API Gateway HTTP API with payload format 1.0. Its events look
	// like a REST API's, but don't say which kind of authorizer was asked.
	HTTPAPI1
)

// restForm reports whether the event has the form of a REST API's.
func (r *Request) restForm() bool { return r.other == nil || r.other.source == HTTPAPI1 }

// sourceMarks are the members of an event that tell what sent it. They are at
// the top of the event and in its requestContext, where a client can't write:
// it can only choose the values of headers, parameters and the body. An event
// with marks of different sources, or with one of them twice, has no known
// source, as two readers could understand it differently.
type sourceMarks uint16

const (
	markContext    sourceMarks = 1 << iota // requestContext
	markResource                           // requestContext.resourcePath
	markHTTP                               // requestContext.http
	markELB                                // requestContext.elb
	markConnection                         // requestContext.connectionId: a websocket's
	markVersion1                           // version "1.0"
	markVersion2                           // version "2.0"
	markVersion                            // another version
	markAuthorizer                         // methodArn or routeArn: a question to an authorizer
	markTwice                              // one of them is there twice
)

var markNames = [...]string{
	"requestContext", "requestContext.resourcePath", "requestContext.http", "requestContext.elb",
	"requestContext.connectionId", `version "1.0"`, `version "2.0"`, "another version",
	"the ARN of what an authorizer is asked about", "one of them twice",
}

func (m *sourceMarks) add(one sourceMarks) {
	if *m&one != 0 {
		*m |= markTwice
	}
	*m |= one
}

func versionMark(raw string) sourceMarks {
	switch sharedText(raw) {
	case "1.0":
		return markVersion1
	case "2.0":
		return markVersion2
	}
	return markVersion
}

// source returns the source whose events have exactly these marks.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
func (m sourceMarks) source() (source RequestSource, known bool) {
	switch m {
	case markContext | markResource:
		return RESTAPI, true
	case markContext | markHTTP, markContext | markHTTP | markVersion2:
		return HTTPAPI, true
	case markContext | markResource | markVersion1:
		return HTTPAPI1, true
	case markContext | markELB:
		return LoadBalancer, true
	}
	return 0, false
}

// requiredMembers are the members that hold the path and the method in the
// events of each source.
var requiredMembers = [...]struct{ path, method string }{
	RESTAPI:      {"requestContext.resourcePath", "requestContext.httpMethod"},
	HTTPAPI:      {"rawPath", "requestContext.http.method"},
	HTTPAPI1:     {"path", "requestContext.httpMethod"},
	LoadBalancer: {"path", "httpMethod"},
}

// unknownSource returns the error of an event whose source isn't clear.
func (r *Request) unknownSource() error {
	if r.marks&(markResource|markHTTP|markELB) == 0 {
		return r.noEvent("HTTP", "its requestContext has neither resourcePath, as from a REST API, "+
			"nor http, as from an HTTP API or a function URL, nor elb, as from a load balancer")
	}
	var names []string
	for i, name := range markNames {
		if i > 0 && r.marks&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return r.noEvent("HTTP", "no source sends "+strings.Join(names, ", ")+" in one event")
}

// AuthValue returns what the route's authorizer said about the client, whatever
// is in front of the function: a claim of the client's token, or a value of the
// Context of an [AuthResponse], or its PrincipalID under the name "principalId".
// Numbers and booleans are returned as text. It is "" for what was not said.
func (r *Request) AuthValue(name string) string {
	return authValue(member(r.part(r.context), "authorizer"), name)
}

// authValue finds a value in the member authorizer of a request's context.
func authValue(authorizer, name string) string {
	from := authorizer
	switch lambda, jwt, claims := member(from, "lambda"), member(from, "jwt"), member(from, "claims"); {
	case isObject(lambda): // what is in it is the app's own, whatever it is called
		from = lambda
	case isObject(jwt):
		from = member(jwt, "claims")
	case isObject(claims):
		from = claims
	}
	v := member(from, name)
	if v == "" || v[0] == '{' || v[0] == '[' {
		return ""
	}
	return looseText(v)
}
