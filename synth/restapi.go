package synth

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/awslabs/goformation/v7/cloudformation/apigateway"
	"github.com/awslabs/goformation/v7/cloudformation/lambda"
	"github.com/awslabs/goformation/v7/cloudformation/serverless"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// restAPI is the API Gateway REST API in front of the routes.
type restAPI struct {
	front
	apiSettings
	Stage              string // of the API, a segment of its URL
	BinaryTypes        []string
	EndpointType       string
	VPCEndpoints       config.List
	Policy             *ordered.Object // resource policy of a file; nil: see endpoints.policy
	MinimumCompression *int            // bytes; nil: off
	XRay               bool
	SecurityPolicy     string // empty: the one that such APIs have
	Checks             *requestChecks
}

var _ Resource = (*restAPI)(nil)

// restAPI adds the API.
func (b *builder) restAPI() {
	api := &restAPI{
		front:              b.newFront(),
		apiSettings:        b.apiSettings(),
		Stage:              b.Stage.APIGatewayStage,
		BinaryTypes:        b.Model.BinaryTypes(),
		EndpointType:       b.Stage.EndpointType,
		VPCEndpoints:       b.Stage.VPCEndpoints,
		MinimumCompression: b.Stage.MinimumCompressionSize,
		XRay:               b.Stage.API().XRay,
		Policy:             b.resourcePolicy(),
		SecurityPolicy:     b.Stage.SecurityPolicy,
	}
	api.Checks = b.requestChecks(api.Routes)
	b.add(api)
	b.usagePlan()
	b.webACL()
	if d := b.Stage.APIDomain; d != nil {
		b.add(&restDomain{Domain: b.domain(*d), EndpointType: api.EndpointType, Stage: api.Stage})
	}
}

// resourcePolicy returns the policy of the file that the stage names, nil where it
// names none.
func (b *builder) resourcePolicy() *ordered.Object {
	file := b.Stage.APIPolicyFile
	if file == "" {
		return nil
	}
	policy := &ordered.Object{}
	if err := policy.UnmarshalJSON(b.Files[file]); err != nil {
		b.fail(fmt.Errorf("%s: %w; a policy file holds one IAM policy document", file, err))
	}
	for i, s := range policyStatements(policy) {
		if !hasPrincipal(s) {
			b.fail(fmt.Errorf("%s: statement %d has no Principal, but the policy of an API says who may call it: add one, such as \"Principal\": \"*\"", file, i+1))
		}
	}
	return policy
}

// ID returns "REST API rest_api".
func (a *restAPI) ID() string { return restAPIID }

const restAPIID = "REST API rest_api"

// Refs returns the functions that the API calls, and what it logs to.
func (a *restAPI) Refs() []string { return a.withLog(a.front.Refs()) }

// Outline has a line for each method of each route, and for the log.
func (a *restAPI) Outline() Outline { return a.outlined(a.outline("REST API", a.EndpointType)) }

// guard returns a text that says what a request needs to reach a route.
func guard(r app.RouteModel) string {
	var needs []string
	if r.Authorizer != "" {
		needs = append(needs, "auth "+r.Authorizer)
	}
	if r.APIKeyRequired {
		needs = append(needs, "API key")
	}
	return strings.Join(needs, ", ")
}

func (a *restAPI) sam(t *samTemplate) error {
	t.expand("RestAPI", 2, 1000) // its deployment and its stage
	t.facts.document = &document{kind: "REST API", api: "RestAPI", inline: "DefinitionBody", file: "DefinitionUri", variables: "Variables"}
	api := t.add("RestAPI", a.ID(), &serverless.Api{
		StageName:              a.Stage,
		DefinitionBody:         a.openAPI(t.invocationURI, t.streamingURI, t.endpoints(a.VPCEndpoints)),
		MinimumCompressionSize: a.MinimumCompression,
		// Without it, SAM makes a second stage, named Stage and as public as ours.
		// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-api.html#sam-api-openapiversion
		OpenApiVersion: new("2.0"),
	})
	// SAM takes the type itself; goformation knows only the longer form.
	api.set("EndpointConfiguration", a.EndpointType)
	if a.XRay {
		api.set("TracingEnabled", true)
	}
	api.setAll(a.tlsProperties())
	api.setAll(a.stageProperties(t.stack))
	t.claim("ApiHandler", "the REST API's handler") // two ids that differ in case alone mislead
	a.around(t.stack)
	return nil
}

func (a *restAPI) cloudformation(t *cfnTemplate) error {
	api := t.add("RestAPI", a.ID(), &apigateway.RestApi{
		Name:                   &a.Title,
		Body:                   a.openAPI(t.invocationURI, t.streamingURI, t.endpoints(a.VPCEndpoints)),
		EndpointConfiguration:  &apigateway.RestApi_EndpointConfiguration{Types: []string{a.EndpointType}},
		Parameters:             map[string]string{"endpointConfigurationTypes": a.EndpointType},
		MinimumCompressionSize: a.MinimumCompression,
	})
	api.setAll(a.tlsProperties())
	t.add(restDeployment, a.ID(), &apigateway.Deployment{RestApiId: t.text(cfn.Ref("RestAPI"))})
	t.facts.deployed = true
	stage := &apigateway.Stage{
		RestApiId:    t.text(cfn.Ref("RestAPI")),
		DeploymentId: new(t.text(cfn.Ref(restDeployment))),
		StageName:    &a.Stage,
	}
	if a.XRay {
		stage.TracingEnabled = new(true)
	}
	t.add(restStageID(a.Stage), a.ID(), stage).setAll(a.stageProperties(t.stack))
	t.facts.document = &document{
		kind: "REST API", api: "RestAPI", inline: "Body", file: "BodyS3Location", stage: restStageID(a.Stage), variables: "Variables",
	}
	a.around(t.stack)
	return nil
}

// stageProperties are what the stage has beside its name, which SAM has on the API.
func (a *restAPI) stageProperties(t *stack) *ordered.Object {
	p := a.properties(t, stageNames{"AccessLogSetting", "Variables"}, restLogFormat)
	if limit := a.Throttling; limit != nil {
		p.Add("MethodSettings", []any{ordered.New(
			"HttpMethod", "*",
			"ResourcePath", "/*",
			"ThrottlingBurstLimit", limit.Burst,
			"ThrottlingRateLimit", decimal(limit.Rate),
		)})
	}
	return p
}

// tlsProperties are those that say which versions of TLS the API takes.
func (a *restAPI) tlsProperties() *ordered.Object {
	p := &ordered.Object{}
	if a.SecurityPolicy != "" {
		p.Add("SecurityPolicy", a.SecurityPolicy)
	}
	if config.IsEnhancedPolicy(a.SecurityPolicy) {
		p.Add("EndpointAccessMode", strictAccess)
	}
	return p
}

// strictAccess is the access mode of endpoints with an enhanced security policy: who
// calls one of them has to name it in the TLS handshake.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies.html#apigateway-security-policies-endpoint-access-mode
const strictAccess = "STRICT"

// restStageID is the id that SAM gives to the stage.
func restStageID(stage string) string {
	if id, err := LogicalID(stage); err == nil && strings.EqualFold(id, stage) {
		return "RestAPI" + stage + "Stage"
	}
	return "RestAPIStage" + digest(stage)
}

// digest is a part of logical ids: what it is made of changed if it changes.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])[:10]
}

// around adds the permissions to call the API's functions, and the outputs.
func (a *restAPI) around(t *stack) {
	a.front.around(t, a.ID(), "RestAPI", "https://${RestAPI}.execute-api.${AWS::Region}.${AWS::URLSuffix}/"+cfn.Literal(a.Stage)+"/")
	a.nameDomain(t)
}

// invocationURI is what API Gateway calls a function by.
func (t *stack) invocationURI(f *function) any {
	return cfn.Sub("arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${" +
		f.invokedSub(t) + "}/invocations")
}

// addPermission lets API Gateway invoke a function, as its callee or what is invoked of
// it, on behalf of an API.
func (t *stack) addPermission(f *function, id, owner string, callee, source *ordered.Object) {
	t.add(id, owner, &lambda.Permission{
		FunctionName: t.text(callee),
		Action:       "lambda:InvokeFunction",
		Principal:    "apigateway.amazonaws.com",
		SourceArn:    new(t.text(source)),
	})
	t.about(f, id)
}

// resolveRoutes fills in what routes leave to the app, so that each says all
// of itself.
func resolveRoutes(m *app.Model) []app.RouteModel {
	routes := slices.Clone(m.Routes)
	for i := range routes {
		r := &routes[i]
		if len(r.Methods) == 0 {
			r.Methods = []string{"GET"}
		}
		if r.ContentTypes == nil {
			r.ContentTypes = []string{"application/json"}
		}
		if r.CORS == nil && m.API != nil {
			r.CORS = m.API.CORS
		}
	}
	return routes
}

const tfRestAPI = "aws_api_gateway_rest_api"

func (a *restAPI) terraform(m *tfModule) error {
	endpoints := m.endpoints(a.VPCEndpoints)
	m.locals.Set("chalice_api_swagger", tfJSON(a.withTFText().openAPI((*function).tfInvocation, tfStreamingURI, endpoints)))
	api := m.add(tfRestAPI, "rest_api", ordered.New(
		"body", "${local.chalice_api_swagger}",
		"name", a.Title,
		"binary_media_types", ordered.Texts(a.BinaryTypes),
		"endpoint_configuration", ordered.New("types", []any{a.EndpointType}),
	))
	if policy := a.policy(endpoints); policy != nil {
		api.Add("policy", tfJSON(policy))
	}
	if a.MinimumCompression != nil {
		api.Add("minimum_compression_size", *a.MinimumCompression)
	}
	if a.Disabled {
		api.Add("disable_execute_api_endpoint", true)
	}
	a.tfStage(m)
	a.tfAllow(m, "rest_api", tfRef(tfRestAPI, "rest_api", "execution_arn")+"/*")
	m.addOutput("EndpointURL", a.tfURL(m, tfRef(tfRestStage, "rest_api", "invoke_url")))
	m.addOutput("RestAPIId", tfRef(tfRestAPI, "rest_api", "id"))
	return nil
}

// withTFText returns the API with routes for Terraform.
func (a *restAPI) withTFText() *restAPI {
	api := *a
	api.Routes = a.tfRoutes()
	api.Checks = a.Checks.tfChecks()
	return &api
}

const tfRestStage = "aws_api_gateway_stage"

// tfStage adds the deployment, made anew when the document changes, and the
// stage that serves it.
func (a *restAPI) tfStage(m *tfModule) {
	id := tfRef(tfRestAPI, "rest_api", "id")
	m.add("aws_api_gateway_deployment", "rest_api", ordered.New(
		"rest_api_id", id,
		"triggers", ordered.New("redeployment", "${sha1(local.chalice_api_swagger)}"),
		"lifecycle", ordered.New("create_before_destroy", true),
	))
	stage := m.add(tfRestStage, "rest_api", ordered.New(
		"rest_api_id", id,
		"deployment_id", tfRef("aws_api_gateway_deployment", "rest_api", "id"),
		"stage_name", a.Stage,
	))
	if a.XRay {
		stage.Add("xray_tracing_enabled", true)
	}
	a.apiSettings.tfStage(m, stage, "variables", restLogFormat)
	if limit := a.Throttling; limit != nil {
		m.add("aws_api_gateway_method_settings", "rest_api", ordered.New(
			"rest_api_id", id,
			"stage_name", tfRef(tfRestStage, "rest_api", "stage_name"),
			"method_path", "*/*",
			"settings", ordered.New("throttling_burst_limit", limit.Burst, "throttling_rate_limit", decimal(limit.Rate)),
		))
	}
}
