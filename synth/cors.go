package synth

import (
	"strings"

	"github.com/chalice-go/chalice/app"
)

// preflights collects the answers that API Gateway itself gives to the
// browser's question before a cross-origin request.
type preflights struct {
	byPath map[string]*preflight
}

type preflight struct {
	config  *app.CORSConfig
	methods []string // those with CORS, in the order of registration
}

func newPreflights() *preflights { return &preflights{byPath: map[string]*preflight{}} }

// note takes in a method of a route. All routes of a path that allow
// cross-origin requests do so alike, which validate makes sure of.
func (p *preflights) note(r app.RouteModel, method string) {
	if r.CORS == nil || !r.CORS.Enabled {
		return
	}
	at := p.byPath[r.Path]
	if at == nil {
		at = &preflight{config: corsConfig(r.CORS)}
		p.byPath[r.Path] = at
	}
	at.methods = append(at.methods, method)
}

func corsConfig(m *app.CORSModel) *app.CORSConfig {
	if m.Config != nil {
		return m.Config
	}
	return &app.CORSConfig{}
}

func (p *preflight) operation() *Object {
	allowed := strings.Join(append(p.methods, "OPTIONS"), ",")
	headers := object("Access-Control-Allow-Methods", object("type", "string"))
	parameters := object("method.response.header.Access-Control-Allow-Methods", "'"+allowed+"'")
	for _, h := range p.config.Headers() {
		headers.add(h.Name, object("type", "string"))
		parameters.add("method.response.header."+h.Name, "'"+h.Value+"'")
	}
	response := okResponse()
	response.add("headers", headers)
	return object(
		"consumes", []any{"application/json"},
		"produces", []any{"application/json"},
		"responses", object("200", response),
		"x-amazon-apigateway-integration", object(
			"responses", object("default", object("statusCode", "200", "responseParameters", parameters)),
			"requestTemplates", object("application/json", `{"statusCode": 200}`),
			"passthroughBehavior", "when_no_match",
			"type", "mock",
			"contentHandling", "CONVERT_TO_TEXT",
		),
	)
}
