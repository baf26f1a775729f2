package openapi

import (
	"cmp"
	"strings"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
)

// Server is where the API can be called.
type Server struct {
	URL         string // without a slash at the end; it can have {variables}
	Description string // empty: none
	Variables   []Variable
}

// Variable is a part of a server's URL that the document doesn't know.
type Variable struct{ Name, Default, Description string }

// Servers returns where the API of a stage can be called: its domain name, with the prefix
// of its paths; or else the URL of the stage that is deployed; or, where that is empty, a
// URL of the form that AWS will give the API.
func Servers(s *config.Stage, deployed string) []Server {
	description := "Stage " + s.Name
	if url := domainURL(s.APIDomain); url != "" && s.APIType != config.FunctionURL {
		return []Server{{URL: url, Description: description}}
	}
	if deployed != "" {
		return []Server{{URL: trimmed(deployed), Description: description}}
	}
	return []Server{awaited(s, description)}
}

// domainURL returns the URL of a domain, "" if there is none, or something of it is known
// only when it is deployed.
func domainURL(d *config.Domain) string {
	if d == nil || d.Name.Text == "" || d.URLPrefix.Intrinsic != nil || strings.ContainsAny(d.Name.Text+d.URLPrefix.Text, "${}*") {
		return ""
	}
	prefix := strings.Trim(d.URLPrefix.Text, "/")
	if prefix == "(none)" {
		prefix = ""
	}
	return trimmed("https://" + d.Name.Text + "/" + prefix)
}

// awaited returns a server of the form that AWS gives a stage.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-call-api.html
// https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html
func awaited(s *config.Stage, description string) Server {
	region := Variable{"region", "us-east-1", "Region of AWS in which the stage is deployed"}
	if s.APIType == config.FunctionURL {
		return Server{"https://{url_id}.lambda-url.{region}.on.aws", description, []Variable{{"url_id", "url-id", "Id of the function's URL"}, region}}
	}
	url := "https://{api_id}.execute-api.{region}.amazonaws.com"
	variables := []Variable{{"api_id", "api-id", "Id of the API in API Gateway"}, region}
	stage := cmp.Or(s.APIGatewayStage, "api")
	if s.APIType == config.HTTP {
		stage = s.HTTPAPIStage
	}
	switch {
	case stage == "" || stage == config.DefaultHTTPStage:
	case strings.ContainsAny(stage, "${}"):
		url += "/{stage}"
		variables = append(variables, Variable{"stage", "api", "Stage of the API"})
	default:
		url += "/" + stage
	}
	return Server{url, description, variables}
}

func trimmed(url string) string { return strings.TrimRight(url, "/") }

func serverList(servers []Server) []any {
	var list []any
	for _, s := range servers {
		server := ordered.New("url", s.URL)
		addText(server, "description", s.Description)
		if len(s.Variables) > 0 {
			variables := &ordered.Object{}
			for _, v := range s.Variables {
				variable := ordered.New("default", v.Default)
				addText(variable, "description", v.Description)
				variables.Add(v.Name, variable)
			}
			server.Add("variables", variables)
		}
		list = append(list, server)
	}
	return list
}

// addText adds a text to an object, if there is one.
func addText(o *ordered.Object, key, text string) {
	if text != "" {
		o.Add(key, text)
	}
}
