package gateway

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/chalice-go/chalice/app"
)

// refuse returns a response of the gateway's own.
func (c *call) refuse(status int, kind, body string) Response {
	return Response{
		Status: status,
		Header: http.Header{
			"Content-Type":     {"application/json"},
			"x-amzn-RequestId": {c.id},
			"x-amzn-ErrorType": {kind},
		},
		Body: []byte(body),
	}
}

// unknownMethod answers a request for an unknown resource, or an unknown method
// of one. API Gateway looks for a signature in such a request, and says what is
// missing in it.
func (c *call) unknownMethod() Response {
	const kind = "UnauthorizedException"
	token, ok := c.headers["Authorization"]
	if !ok {
		return c.refuse(http.StatusForbidden, kind, `{"message": "Missing Authentication Token"}`)
	}
	message, _ := json.Marshal("Authorization header requires 'Credential' parameter. " +
		"Authorization header requires 'Signature' parameter. " +
		"Authorization header requires 'SignedHeaders' parameter. " +
		"Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. " +
		"Authorization=" + token[len(token)-1])
	return c.refuse(http.StatusForbidden, kind, `{"message": `+string(message)+`}`)
}

// unauthorized answers a request without a token, or with one that the
// authorizer doesn't recognize.
func (c *call) unauthorized() *Response {
	response := c.refuse(http.StatusUnauthorized, "UnauthorizedException", `{"message":"Unauthorized"}`)
	return &response
}

// denied answers a request that the authorizer's policy doesn't allow.
func (c *call) denied(how decision) *Response {
	body := `{"Message": "User is not authorized to access this resource"}`
	if how == explicitlyDenied {
		body = `{"Message": "User is not authorized to access this resource with an explicit deny"}`
	}
	response := c.refuse(http.StatusForbidden, "AccessDeniedException", body)
	return &response
}

// misconfigured answers a request whose authorizer failed or returned an
// invalid answer: clients can't tell the two apart.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
func (c *call) misconfigured(a app.AuthorizerModel, err error) *Response {
	if a.Source != nil {
		err = fmt.Errorf("%w\n\tthe authorizer is registered at %s", err, a.Source)
	}
	response := c.refuse(http.StatusInternalServerError, "AuthorizerConfigurationException", `{"message":null}`)
	response.Err = err
	return &response
}

// forbidden answers a request without a valid API key.
func (c *call) forbidden() Response {
	return c.refuse(http.StatusForbidden, "ForbiddenException", `{"message":"Forbidden"}`)
}

// failed answers a request whose function failed.
func (c *call) failed(err error) Response {
	response := c.refuse(http.StatusBadGateway, "InternalServerErrorException", `{"message": "Internal server error"}`)
	response.Err = err
	return response
}

// tooLong answers a request that is larger than API Gateway or Lambda takes.
func (c *call) tooLong() Response {
	return c.refuse(http.StatusRequestEntityTooLarge, "RequestTooLargeException", `{"message": "Request Too Long"}`)
}

// headersTooLong answers a request with more headers than API Gateway takes.
func (c *call) headersTooLong() Response {
	return c.refuse(http.StatusRequestHeaderFieldsTooLarge, "RequestTooLargeException", `{"message": "Request Header Fields Too Large"}`)
}

// timedOut answers a request whose function takes too long.
func (c *call) timedOut(err error) Response {
	response := c.refuse(http.StatusGatewayTimeout, "InternalServerErrorException", `{"message": "Endpoint request timed out"}`)
	response.Err = err
	return response
}
