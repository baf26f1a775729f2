package gateway

import (
	"net/http"
	"strings"

	"github.com/chalice-go/chalice/app"
)

// resource is a path of the API.
type resource struct {
	path    string
	methods map[string]app.RouteModel
	// preflight are the headers of the answer to a preflight request; nil: there
	// is no answer.
	preflight []app.HeaderField
}

func resourcesOf(m *app.Model) map[string]*resource {
	resources := map[string]*resource{}
	for _, r := range m.Routes {
		at := resources[r.Path]
		if at == nil {
			at = &resource{path: r.Path, methods: map[string]app.RouteModel{}}
			resources[r.Path] = at
		}
		for _, method := range r.Methods {
			at.methods[method] = r
		}
	}
	for path, header := range m.Preflights() {
		resources[path].preflight = header
	}
	return resources
}

// find finds the resource of a request, and reports whether there is one. It
// removes a stage in front of the path.
func (g *Gateway) find(c *call) bool {
	path, params, ok := g.matcher.Match(c.path)
	if !ok && g.api.StagePath {
		rest, staged := strings.CutPrefix(c.path, "/"+g.api.Stage)
		if rest == "" {
			rest = "/"
		}
		if staged && rest[0] == '/' {
			if path, params, ok = g.matcher.Match(rest); ok {
				c.path = rest
			}
		}
	}
	c.resource, c.params = g.resources[path], params
	return ok
}

// preflightResponse returns the response that a mock integration sends.
func preflightResponse(header []app.HeaderField) Response {
	response := Response{Status: app.PreflightStatus, Header: http.Header{}}
	for _, field := range header {
		response.Header[field.Name] = []string{field.Value}
	}
	return response
}
