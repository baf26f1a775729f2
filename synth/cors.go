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
