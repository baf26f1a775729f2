package synth

import (
	"strconv"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/ordered"
)

// preflight is the operation with which API Gateway itself answers the question
// that a browser asks before a cross-origin request.
func preflight(header []app.HeaderField) *ordered.Object {
	status := strconv.Itoa(app.PreflightStatus)
	headers, parameters := &ordered.Object{}, &ordered.Object{}
	for _, h := range header {
		headers.Add(h.Name, ordered.New("type", "string"))
		parameters.Add("method.response.header."+h.Name, "'"+h.Value+"'")
	}
	response := okResponse()
	response.Add("headers", headers)
	return ordered.New(
		"consumes", []any{"application/json"},
		"produces", []any{"application/json"},
		"responses", ordered.New(status, response),
		"x-amazon-apigateway-integration", ordered.New(
			"responses", ordered.New("default", ordered.New("statusCode", status, "responseParameters", parameters)),
			"requestTemplates", ordered.New("application/json", `{"statusCode": `+status+`}`),
			"passthroughBehavior", "when_no_match",
			"type", "mock",
			"contentHandling", "CONVERT_TO_TEXT",
		),
	)
}

// gatewayErrors are the answers that a REST API gives itself: refusals of an
// authorizer, requests without a key, beyond a limit, or for what isn't there, and
// those for which the function has no good answer in time.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
var gatewayErrors = []string{"DEFAULT_4XX", "DEFAULT_5XX"}

// gatewayResponses are the CORS headers of the API's own errors, which a browser
// keeps from a page otherwise; nil if no route has CORS.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-gateway-responses.html
func (a *restAPI) gatewayResponses() *ordered.Object {
	cors := (&app.Model{Routes: a.Routes}).ErrorCORS()
	if cors == nil {
		return nil
	}
	const origin = "method.request.header.Origin" // in place of the request's own
	parameters := &ordered.Object{}
	for _, h := range cors.Headers(origin) {
		value := "'" + h.Value + "'"
		if h.Value == origin {
			value = origin
		}
		parameters.Add("gatewayresponse.header."+h.Name, value)
	}
	responses := &ordered.Object{}
	for _, name := range gatewayErrors {
		responses.Add(name, ordered.New("responseParameters", parameters))
	}
	return responses
}
