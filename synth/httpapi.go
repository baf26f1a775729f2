package synth

import (
	"strings"

	"github.com/awslabs/goformation/v7/cloudformation/apigatewayv2"
	"github.com/awslabs/goformation/v7/cloudformation/serverless"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// httpAPI is the API Gateway HTTP API in front of the routes.
type httpAPI struct {
	front
	apiSettings
	Stage string // of the API, a segment of its URL unless it is the default one
	crossOrigin
}

var _ Resource = (*httpAPI)(nil)

// httpAPI adds the API.
func (b *builder) httpAPI() {
	api := &httpAPI{
		front: b.newFront(), apiSettings: b.apiSettings(), crossOrigin: newCrossOrigin(b.Model),
		Stage: b.Stage.HTTPAPIStage,
	}
	b.add(api)
	if d := b.Stage.APIDomain; d != nil {
		b.add(&v2Domain{b.domain(*d), httpsOwn})
	}
}

// ID returns "HTTP API http_api".
func (a *httpAPI) ID() string { return httpAPIID }

const httpAPIID = "HTTP API http_api"

// The logical ids of the API and of its stage, whatever the stage's name.
const (
	httpAPILogicalID   = "HTTPAPI"
	httpStageLogicalID = "HTTPAPIStage"
)

// Refs returns the functions that the API calls, and what it logs to.
func (a *httpAPI) Refs() []string { return a.withLog(a.front.Refs()) }

// Outline has a line for each method of each route, and for the log.
func (a *httpAPI) Outline() Outline { return a.outlined(a.outline("HTTP API", "stage "+a.Stage)) }

// url returns the API's URL, which starts with its host.
func (a *httpAPI) url(host, stage string) string {
	if a.Stage == config.DefaultHTTPStage {
		return "https://" + host + "/"
	}
	return "https://" + host + "/" + stage + "/"
}

// stageProperties are what the stage has beside its name, which SAM has on the API.
func (a *httpAPI) stageProperties(t *stack) *ordered.Object {
	p := a.properties(t, stageNames{"AccessLogSettings", "StageVariables"}, httpLogFormat)
	if limit := a.Throttling; limit != nil {
		p.Add("DefaultRouteSettings", ordered.New(
			"ThrottlingBurstLimit", limit.Burst,
			"ThrottlingRateLimit", decimal(limit.Rate),
		))
	}
	return p
}

func (a *httpAPI) sam(t *samTemplate) error {
	t.expand(httpAPILogicalID, 1, 500) // its stage
	t.facts.document = &document{
		kind: "HTTP API", api: httpAPILogicalID, inline: "DefinitionBody", file: "DefinitionUri", variables: "StageVariables",
		onlyInline: "Tags", // which SAM gives to the stage
	}
	api := t.add(httpAPILogicalID, a.ID(), &serverless.HttpApi{
		// SAM gives the stage of an API the id HTTPAPIStage only if it can't read the
		// stage's name; so the id doesn't change with the name.
		StageName:      new(t.text(cfn.Join("", a.Stage))),
		DefinitionBody: t.tagDocument(a.openAPI(t.invocationURI)),
	})
	api.setAll(a.stageProperties(t.stack))
	t.claim(httpStageLogicalID, "the stage of the HTTP API")
	t.claim("ApiHandler", "the HTTP API's handler") // two ids that differ in case alone mislead
	a.around(t.stack)
	return nil
}

func (a *httpAPI) cloudformation(t *cfnTemplate) error {
	t.facts.document = &document{
		kind: "HTTP API", api: httpAPILogicalID, inline: "Body", file: "BodyS3Location", stage: httpStageLogicalID, variables: "StageVariables",
	}
	t.add(httpAPILogicalID, a.ID(), &apigatewayv2.Api{Body: t.tagDocument(a.openAPI(t.invocationURI))})
	stage := t.add(httpStageLogicalID, a.ID(), &apigatewayv2.Stage{
		ApiId:      t.text(cfn.Ref(httpAPILogicalID)),
		StageName:  a.Stage,
		AutoDeploy: new(true),
	})
	stage.setAll(a.stageProperties(t.stack))
	a.around(t.stack)
	return nil
}

func (a *httpAPI) around(t *stack) {
	a.front.around(t, a.ID(), httpAPILogicalID, a.url("${HTTPAPI}.execute-api.${AWS::Region}.${AWS::URLSuffix}", cfn.Literal(a.Stage)))
	a.nameDomain(t)
}

// httpIntegration is the name of the one integration, which all routes share: an API can
// have only so many.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
const httpIntegration = "APIHandler"

// openAPI is the OpenAPI 3.0 document that defines the API.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-open-api.html
func (a *httpAPI) openAPI(uri invocation) *ordered.Object {
	components := ordered.New("x-amazon-apigateway-integrations", ordered.New(httpIntegration, ordered.New(
		"type", "aws_proxy",
		"httpMethod", "POST",
		"uri", uri(a.Handler),
		"payloadFormatVersion", "2.0",
	)))
	if schemes := a.securitySchemes(uri); schemes.Len() > 0 {
		components.Add("securitySchemes", schemes)
	}
	doc := ordered.New(
		"openapi", "3.0.1",
		"info", ordered.New("title", a.Title, "version", documentVersion),
		"paths", a.paths(),
		"components", components,
	)
	if a.API != nil {
		doc.Add("x-amazon-apigateway-cors", a.configuration())
	}
	if a.Disabled {
		doc.Add("servers", []any{ordered.New(endpointConfiguration, ordered.New(endpointDisabled, true))})
	}
	return doc
}

func (a *httpAPI) paths() *ordered.Object {
	paths := &ordered.Object{}
	for _, r := range a.Routes {
		path := paths.Child(r.Path)
		for _, method := range r.Methods {
			path.Set(strings.ToLower(method), a.operation(r))
		}
	}
	for _, path := range a.Asked { // no browser sends a token with them
		paths.Child(path).Set("options", a.operation(app.RouteModel{Path: path}))
	}
	return paths
}

func (a *httpAPI) operation(r app.RouteModel) *ordered.Object {
	op := &ordered.Object{}
	describe(op, r.Doc)
	if parameters := pathParameters(r.Path); len(parameters) > 0 {
		for i, p := range parameters {
			name, _ := p.(*ordered.Object).Get("name")
			parameters[i] = ordered.New("name", name, "in", "path", "required", true, "schema", ordered.New("type", "string"))
		}
		op.Add("parameters", parameters)
	}
	op.Add("responses", ordered.New("default", ordered.New("description", "The response of the function")))
	a.secure(op, r)
	op.Add("x-amazon-apigateway-integration", ordered.New("$ref", "#/components/x-amazon-apigateway-integrations/"+httpIntegration))
	return op
}

const tfHTTPName = "http_api"

func (a *httpAPI) terraform(m *tfModule) error {
	api := *a
	api.Routes = a.tfRoutes()
	m.locals.Set("chalice_api_openapi", tfJSON(api.openAPI((*function).tfInvocation)))
	resource := m.add(tfV2API, tfHTTPName, ordered.New(
		"name", a.Title,
		"version", documentVersion,
		"protocol_type", "HTTP",
		"body", "${local.chalice_api_openapi}",
	))
	a.tfBeside(resource)
	id := tfRef(tfV2API, tfHTTPName, "id")
	stage := m.add(tfV2Stage, tfHTTPName, ordered.New(
		"api_id", id,
		"name", a.Stage,
		"auto_deploy", true,
	))
	a.tfStage(m, stage)
	a.tfAllow(m, tfHTTPName, tfRef(tfV2API, tfHTTPName, "execution_arn")+"/*")
	m.addOutput("EndpointURL", a.tfURL(m, tfRef(tfV2Stage, tfHTTPName, "invoke_url")))
	m.addOutput("HTTPAPIId", id)
	return nil
}

// tfBeside adds to the API what its document says as well, and Terraform undoes if
// the API doesn't: after an import it deletes a CORS configuration that it isn't told
// of, and with the next change it enables the endpoint again. So it is with the name and
// the version, which each plan would take away again.
// https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/apigatewayv2/api.go
func (a *httpAPI) tfBeside(resource *ordered.Object) {
	if a.API != nil {
		cors := &ordered.Object{}
		for _, m := range a.configuration().Members {
			cors.Add(tfCORS[m.Key], m.Value)
		}
		resource.Add("cors_configuration", cors)
	}
	if a.Disabled {
		resource.Add("disable_execute_api_endpoint", true)
	}
}

// tfCORS are the names that the parts of a CORS configuration have in Terraform.
var tfCORS = map[string]string{
	"allowOrigins": "allow_origins", "allowMethods": "allow_methods", "allowHeaders": "allow_headers",
	"exposeHeaders": "expose_headers", "maxAge": "max_age", "allowCredentials": "allow_credentials",
}

// tfStage adds to the stage what it has in Terraform beside its name.
func (a *httpAPI) tfStage(m *tfModule, stage *ordered.Object) {
	a.apiSettings.tfStage(m, stage, "stage_variables", httpLogFormat)
	if limit := a.Throttling; limit != nil {
		stage.Add("default_route_settings", ordered.New(
			"throttling_burst_limit", limit.Burst,
			"throttling_rate_limit", decimal(limit.Rate),
		))
	}
}
