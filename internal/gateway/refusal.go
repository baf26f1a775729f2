package gateway

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/chalice-go/chalice/app"
)

// refusal is a reason for which a front answers by itself.
type refusal int

const (
	unsupportedMethod refusal = iota
	unknownRoute
	unauthorized
	deniedAccess
	deniedExplicitly
	badAuthorizer
	noKey
	badRequest
	requestTooLong
	headersTooLong
	functionFailed
	timeoutReached
)

// ownAnswer is how a front answers for a reason.
type ownAnswer struct {
	status int
	kind   string // what the client reads in x-amzn-ErrorType
	body   string
}

type refusals map[refusal]ownAnswer

// restRefusals are the gateway responses of REST APIs.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
var restRefusals = refusals{
	unsupportedMethod: {501, "NotImplementedException", `{"message": "Unsupported method"}`},
	unknownRoute:      {403, "UnauthorizedException", `{"message": "Missing Authentication Token"}`},
	unauthorized:      {401, "UnauthorizedException", `{"message":"Unauthorized"}`},
	deniedAccess:      {403, "AccessDeniedException", `{"Message": "User is not authorized to access this resource"}`},
	deniedExplicitly:  {403, "AccessDeniedException", `{"Message": "User is not authorized to access this resource with an explicit deny"}`},
	badAuthorizer:     {500, "AuthorizerConfigurationException", `{"message":null}`},
	noKey:             {403, "ForbiddenException", `{"message":"Forbidden"}`},
	badRequest:        {400, "BadRequestException", `{"message": "Bad Request"}`},
	requestTooLong:    {413, "RequestTooLargeException", `{"message": "Request Too Long"}`},
	headersTooLong:    {431, "RequestTooLargeException", `{"message": "Request Header Fields Too Large"}`},
	functionFailed:    {502, "InternalServerErrorException", `{"message": "Internal server error"}`},
	timeoutReached:    {504, "InternalServerErrorException", `{"message": "Endpoint request timed out"}`},
}

// httpRefusals are the answers of HTTP APIs, which nobody can change.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html
var httpRefusals = refusals{
	unknownRoute:     {404, "", `{"message":"Not Found"}`},
	unauthorized:     {401, "", `{"message":"Unauthorized"}`},
	deniedAccess:     {403, "", `{"message":"Forbidden"}`},
	deniedExplicitly: {403, "", `{"message":"Forbidden"}`},
	badAuthorizer:    {500, "", `{"message":"Internal Server Error"}`},
	noKey:            {403, "", `{"message":"Forbidden"}`},
	badRequest:       {400, "", `{"message":"Bad Request"}`},
	requestTooLong:   {413, "", `{"message":"Request Entity Too Large"}`},
	headersTooLong:   {431, "", `{"message":"Request Header Fields Too Large"}`},
	functionFailed:   {500, "", `{"message":"Internal Server Error"}`},
	timeoutReached:   {503, "", `{"message":"Service Unavailable"}`},
}

// urlRefusals are the answers of functions' URLs, which come from Lambda
// itself.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
var urlRefusals = refusals{
	deniedAccess:   {403, "AccessDeniedException", `{"Message":"Forbidden"}`},
	badRequest:     {400, "InvalidRequestContentException", `{"Message":"Bad Request"}`},
	requestTooLong: {413, "RequestTooLargeException", `{"Message":"Request must be smaller than 6291456 bytes for the InvokeFunction operation"}`},
	functionFailed: {502, "InternalServerErrorException", `Internal Server Error`},
	timeoutReached: {502, "InternalServerErrorException", `Internal Server Error`},
}

// balancerRefusals are the answers of load balancers: pages for people.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
var balancerRefusals = refusals{
	unsupportedMethod: page(405, "Not Allowed"),
	badRequest:        page(400, "Bad Request"),
	requestTooLong:    page(413, "Request Entity Too Large"),
	headersTooLong:    page(400, "Bad Request"),
	functionFailed:    page(502, "Bad Gateway"),
	timeoutReached:    page(502, "Bad Gateway"),
}

func page(status int, reason string) ownAnswer {
	title := fmt.Sprintf("%d %s", status, reason)
	return ownAnswer{status: status, body: "<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n<center><h1>" + title +
		"</h1></center>\r\n</body>\r\n</html>\r\n"}
}

// refuse returns the front's own answer for a reason.
func (c *call) refuse(why refusal) Response {
	own := c.front.refusals[why]
	contentType := "application/json"
	if strings.HasPrefix(own.body, "<html>") {
		contentType = "text/html"
	}
	response := Response{Status: own.status, Header: http.Header{"Content-Type": {contentType}}, Body: []byte(own.body)}
	c.front.stamp(c, response.Header)
	c.cors.refused(c, response.Header)
	if c.front.typed {
		response.Header["x-amzn-ErrorType"] = []string{own.kind}
	}
	return response
}

// unknownMethod answers a request for an unknown resource, or an unknown method
// of one. API Gateway looks for a signature in such a request, and says what is
// missing in it.
func (c *call) unknownMethod() Response {
	response := c.refuse(unknownRoute)
	token, ok := c.headers["Authorization"]
	if !ok {
		return response
	}
	message, _ := json.Marshal("Authorization header requires 'Credential' parameter. " +
		"Authorization header requires 'Signature' parameter. " +
		"Authorization header requires 'SignedHeaders' parameter. " +
		"Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. " +
		"Authorization=" + token[len(token)-1])
	response.Body = []byte(`{"message": ` + string(message) + `}`)
	return response
}

// unauthorized answers a request without a token, or with one that the
// authorizer doesn't recognize.
func (c *call) unauthorized() *Response {
	return new(c.refuse(unauthorized))
}

// denied answers a request that the authorizer's policy doesn't allow.
func (c *call) denied(how app.AuthDecision) *Response {
	if how == app.AuthDenied {
		return new(c.refuse(deniedExplicitly))
	}
	return new(c.refuse(deniedAccess))
}

// misconfigured answers a request whose authorizer failed or returned an
// invalid answer: clients can't tell the two apart.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
func (c *call) misconfigured(a app.AuthorizerModel, err error) *Response {
	if a.Source != nil {
		err = fmt.Errorf("%w\n\tthe authorizer is registered at %s", err, a.Source)
	}
	response := c.refuse(badAuthorizer)
	response.Err = err
	return &response
}

// forbidden answers a request without a valid API key.
func (c *call) forbidden() Response {
	return c.refuse(noKey)
}

// failed answers a request whose function failed.
func (c *call) failed(err error) Response {
	response := c.refuse(functionFailed)
	response.Err = err
	return response
}

// timedOut answers a request whose function takes too long.
func (c *call) timedOut(err error) Response {
	response := c.refuse(timeoutReached)
	response.Err = err
	return response
}
