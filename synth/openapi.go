package synth

import (
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/lazyregexp"
)

// invocation gives the URI by which API Gateway invokes a function, in the
// words of one format.
type invocation func(*function) any

// openAPI is the OpenAPI 2.0 document that defines the API.
func (a *restAPI) openAPI(uri invocation, from endpoints) *Object {
	doc := object(
		"swagger", "2.0",
		"info", object("version", "1.0", "title", a.Title),
		"schemes", []any{"https"},
		"paths", a.paths(uri),
		"definitions", object("Empty", object("type", "object", "title", "Empty Schema")),
		"x-amazon-apigateway-binary-media-types", texts(a.BinaryTypes),
	)
	if schemes := a.securityDefinitions(uri); schemes.Len() > 0 {
		doc.add("securityDefinitions", schemes)
	}
	if policy := a.policy(from); policy != nil {
		doc.add("x-amazon-apigateway-policy", policy)
	}
	if len(a.VPCEndpoints.Items) > 0 {
		doc.add(endpointConfiguration, object(endpointIDs, from.ids))
	}
	return doc
}

func (a *restAPI) paths(uri invocation) *Object {
	paths := &Object{}
	byPath := map[string]*Object{}
	for _, r := range a.Routes {
		path := byPath[r.Path]
		if path == nil {
			path = &Object{}
			byPath[r.Path] = path
			paths.add(r.Path, path)
		}
		for _, method := range r.Methods {
			path.Set(strings.ToLower(method), a.operation(r, uri))
		}
	}
	for path, header := range (&app.Model{Routes: a.Routes}).Preflights() {
		byPath[path].Set("options", preflight(header))
	}
	return paths
}

func (a *restAPI) operation(r app.RouteModel, uri invocation) *Object {
	op := object(
		"consumes", texts(r.ContentTypes),
		"produces", []any{"application/json"},
		"responses", object("200", okResponse()),
		"x-amazon-apigateway-integration", object(
			"responses", object("default", object("statusCode", "200")),
			"uri", uri(a.Handler),
			"passthroughBehavior", "when_no_match",
			"httpMethod", "POST",
			"contentHandling", "CONVERT_TO_TEXT",
			"type", "aws_proxy",
		),
	)
	summary, description, _ := strings.Cut(cleanDoc(r.Doc), "\n")
	if summary != "" {
		op.add("summary", summary)
	}
	if description = strings.Trim(description, "\n"); description != "" {
		op.add("description", description)
	}
	if security := a.security(r); len(security) > 0 {
		op.add("security", security)
	}
	if parameters := pathParameters(r.Path); len(parameters) > 0 {
		op.add("parameters", parameters)
	}
	return op
}

// cleanDoc takes from a text what comes of its place in the source: blank lines
// around it, and the indentation that all lines but the first have in common.
// It is what Python, and so the reference, does with a docstring.
func cleanDoc(doc string) string {
	lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", "        ").Replace(doc), "\n")
	margin := -1
	for _, line := range lines[1:] {
		if text := strings.TrimLeft(line, " "); text != "" && (margin < 0 || len(line)-len(text) < margin) {
			margin = len(line) - len(text)
		}
	}
	lines[0] = strings.TrimLeft(lines[0], " ")
	for i, line := range lines[1:] {
		lines[i+1] = line[min(max(margin, 0), len(line)):]
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

func okResponse() *Object {
	return object("description", "200 response", "schema", object("$ref", "#/definitions/Empty"))
}

// pathParameter matches a parameter of a path. API Gateway wants greedy ones
// ({proxy+}) declared as well, but the reference doesn't, and they work so.
var pathParameter = lazyregexp.New(`\{([\pL\pN_]+)\}`)

func pathParameters(path string) []any {
	var parameters []any
	for _, match := range pathParameter().FindAllStringSubmatch(path, -1) {
		parameters = append(parameters, object("name", match[1], "in", "path", "required", true, "type", "string"))
	}
	return parameters
}
