package synth

import (
	"strconv"

	"github.com/chalice-go/chalice/app"
)

// preflight is the operation with which API Gateway itself answers the question
// that a browser asks before a cross-origin request.
func preflight(header []app.HeaderField) *Object {
	status := strconv.Itoa(app.PreflightStatus)
	headers, parameters := &Object{}, &Object{}
	for _, h := range header {
		headers.add(h.Name, object("type", "string"))
		parameters.add("method.response.header."+h.Name, "'"+h.Value+"'")
	}
	response := okResponse()
	response.add("headers", headers)
	return object(
		"consumes", []any{"application/json"},
		"produces", []any{"application/json"},
		"responses", object(status, response),
		"x-amazon-apigateway-integration", object(
			"responses", object("default", object("statusCode", status, "responseParameters", parameters)),
			"requestTemplates", object("application/json", `{"statusCode": `+status+`}`),
			"passthroughBehavior", "when_no_match",
			"type", "mock",
			"contentHandling", "CONVERT_TO_TEXT",
		),
	)
}
