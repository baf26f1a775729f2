package synth

import (
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/lazyregexp"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// invocation returns the URI by which API Gateway invokes a function, in the
// words of one format.
type invocation func(*function) any

// documentVersion is the version of an API in its document, which is no version of the
// app's.
const documentVersion = "1.0"

// openAPI is the OpenAPI 2.0 document that defines the API.
// The functions of routes that stream are invoked by way of streaming.
func (a *restAPI) openAPI(uri, streaming invocation, from endpoints) *ordered.Object {
	doc := ordered.New(
		"swagger", "2.0",
		"info", ordered.New("version", documentVersion, "title", a.Title),
		"schemes", []any{"https"},
		"paths", a.paths(uri, streaming),
		"definitions", ordered.New(emptyModel, ordered.New("type", "object", "title", "Empty Schema")),
		"x-amazon-apigateway-binary-media-types", ordered.Texts(a.BinaryTypes),
	)
	if schemes := a.securityDefinitions(uri); schemes.Len() > 0 {
		doc.Add("securityDefinitions", schemes)
	}
	if policy := a.policy(from); policy != nil {
		doc.Add("x-amazon-apigateway-policy", policy)
	}
	if responses := a.gatewayResponses(); responses != nil {
		doc.Add("x-amazon-apigateway-gateway-responses", responses)
	}
	if c := a.endpointConfiguration(from); c.Len() > 0 {
		doc.Add(endpointConfiguration, c)
	}
	if a.SecurityPolicy != "" {
		doc.Add("x-amazon-apigateway-security-policy", a.SecurityPolicy)
	}
	if config.IsEnhancedPolicy(a.SecurityPolicy) {
		doc.Add("x-amazon-apigateway-endpoint-access-mode", strictAccess)
	}
	a.Checks.describe(doc)
	return doc
}

func (a *restAPI) paths(uri, streaming invocation) *ordered.Object {
	paths := &ordered.Object{}
	byPath := map[string]*ordered.Object{}
	for _, r := range a.Routes {
		path := byPath[r.Path]
		if path == nil {
			path = &ordered.Object{}
			byPath[r.Path] = path
			paths.Add(r.Path, path)
		}
		for _, method := range r.Methods {
			path.Set(strings.ToLower(method), a.operation(r, uri, streaming))
		}
	}
	routes := &app.Model{Routes: a.Routes}
	for path, header := range routes.Preflights() {
		byPath[path].Set("options", preflight(header))
	}
	for _, path := range routes.OwnPreflights() { // no browser sends a token or a key with them
		byPath[path].Set("options", a.operation(app.RouteModel{Path: path, ContentTypes: []string{"application/json"}}, uri, streaming))
	}
	return paths
}

func (a *restAPI) operation(r app.RouteModel, uri, streaming invocation) *ordered.Object {
	integration := ordered.New(
		"responses", ordered.New("default", ordered.New("statusCode", "200")),
		"uri", uri(a.Handler),
		"passthroughBehavior", "when_no_match",
		"httpMethod", "POST",
		"contentHandling", "CONVERT_TO_TEXT",
		"type", "aws_proxy",
	)
	if r.Streams {
		integration.Set("uri", streaming(a.Handler))
		integration.Add("responseTransferMode", "STREAM")
		integration.Add("timeoutInMillis", streamTimeout)
	}
	op := ordered.New(
		"consumes", ordered.Texts(r.ContentTypes),
		"produces", []any{"application/json"},
		"responses", ordered.New("200", okResponse()),
		"x-amazon-apigateway-integration", integration,
	)
	describe(op, r.Doc)
	if security := a.security(r); len(security) > 0 {
		op.Add("security", security)
	}
	if parameters := a.Checks.of(r).describe(op, pathParameters(r.Path)); len(parameters) > 0 {
		op.Add("parameters", parameters)
	}
	return op
}

// describe adds to an operation what a route's handler says of itself.
func describe(op *ordered.Object, doc string) {
	summary, description, _ := strings.Cut(cleanDoc(doc), "\n")
	if summary != "" {
		op.Add("summary", summary)
	}
	if description = strings.Trim(description, "\n"); description != "" {
		op.Add("description", description)
	}
}

// streamingURI is what API Gateway calls a function by whose response it passes on
// as it comes.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html
func (t *stack) streamingURI(f *function) any {
	return cfn.Sub("arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2021-11-15/functions/${" +
		f.invokedSub(t) + "}/response-streaming-invocations")
}

// tfStreamingURI is streamingURI in Terraform.
func tfStreamingURI(f *function) any {
	return "arn:" + tfPartition + ":apigateway:" + tfRegion + ":lambda:path/2021-11-15/functions/" +
		f.tfInvoked() + "/response-streaming-invocations"
}

// streamTimeout is for how many milliseconds API Gateway passes on what a function
// streams at most: the longest that there is, so that the function's own timeout
// counts.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html
const streamTimeout = 900_000

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

func okResponse() *ordered.Object {
	return ordered.New("description", "200 response", "schema", ordered.New("$ref", "#/definitions/"+emptyModel))
}

// pathParameter matches a parameter of a path. API Gateway wants greedy ones
// ({proxy+}) declared as well, but the reference doesn't, and they work so.
var pathParameter = lazyregexp.New(`\{([\pL\pN_]+)\}`)

func pathParameters(path string) []any {
	var parameters []any
	for _, match := range pathParameter().FindAllStringSubmatch(path, -1) {
		parameters = append(parameters, ordered.New("name", match[1], "in", "path", "required", true, "type", "string"))
	}
	return parameters
}
