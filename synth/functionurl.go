package synth

import (
	"slices"

	"github.com/awslabs/goformation/v7/cloudformation/lambda"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// functionURL is the URL of the routes' function.
type functionURL struct {
	front
	AuthType    string           // of AWS's: NONE or AWS_IAM
	Streams     bool             // some route does
	crossOrigin []app.RouteModel // with CORS
}

var _ Resource = (*functionURL)(nil)

// functionURL adds the URL.
func (b *builder) functionURL() {
	url := &functionURL{front: b.newFront(), AuthType: urlAuthType(b.Model), Streams: b.Model.Streams()}
	for _, r := range b.Model.Routes {
		if b.Model.CORS(r) != nil {
			url.crossOrigin = append(url.crossOrigin, r)
		}
	}
	b.add(url)
}

// The types of authorization that a URL can have.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
const (
	urlPublic = "NONE"
	urlIAM    = "AWS_IAM"
)

// urlAuthType returns who can call the URL: a caller with credentials where all routes
// want that, and else anyone, since a URL has one type for all that it serves.
func urlAuthType(m *app.Model) string {
	if len(m.Routes) > 0 && !slices.ContainsFunc(m.Routes, func(r app.RouteModel) bool { return !wantsSignature(m, r) }) {
		return urlIAM
	}
	return urlPublic
}

// wantsSignature reports whether a route has an IAM authorizer.
func wantsSignature(m *app.Model, r app.RouteModel) bool {
	a := m.Authorizer(r.Authorizer)
	return a != nil && a.Type == app.IAMAuthorizerType
}

// ID returns "function URL function_url".
func (u *functionURL) ID() string { return "function URL " + urlName }

const urlName = "function_url"

// warnings tell of CORS that a URL doesn't let the program answer for: it asks for a
// signature before, and browsers don't sign their preflight requests. The CORS
// configuration of the URL's own would answer these, but has no patterns, and with it
// other answers have headers twice, the URL's and the program's.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-cors
func (u *functionURL) warnings() []Warning {
	if u.AuthType != urlIAM || len(u.crossOrigin) == 0 {
		return nil
	}
	return []Warning{{app.RESTHandler, "pages of other origins can't call " + listed(u.crossOrigin) + " although it has CORS: all routes have an IAM authorizer, " +
		"so the function URL refuses the preflight requests of browsers, which aren't signed. Set api_type to rest or http, which answer these"}}
}

// Outline has a line for each method of each route.
func (u *functionURL) Outline() Outline { return u.outline("function URL", u.AuthType) }

// invokeMode is whether what the function writes reaches the caller as it is written, in
// AWS's words; empty: once it is complete, as is the default.
func (u *functionURL) invokeMode() string {
	if u.Streams {
		return "RESPONSE_STREAM"
	}
	return ""
}

// urlPermission is one of two that whoever calls a URL needs: since October 2025, that to
// invoke the function as well.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
type urlPermission struct {
	id, name string // in CloudFormation, as SAM has it, and in Terraform
	action   string
	property string // what limits the permission to calls of the URL
	value    any
	tf       string // that property in Terraform
}

var urlPermissions = []urlPermission{
	{"UrlPublicPermissions", "function_url", "lambda:InvokeFunctionUrl", "FunctionUrlAuthType", urlPublic, "function_url_auth_type"},
	{"URLInvokeAllowPublicAccess", "function_url_invoke", "lambda:InvokeFunction", "InvokedViaFunctionUrl", true, "invoked_via_function_url"},
}

// permissions lists those that the stack gives to anyone. Who calls a URL with
// credentials has them of his own.
func (u *functionURL) permissions() []urlPermission {
	if u.AuthType == urlIAM {
		return nil
	}
	return urlPermissions
}

func (u *functionURL) sam(t *samTemplate) error {
	handler := u.Handler.logicalID(t.stack)
	config := ordered.New("AuthType", u.AuthType)
	if mode := u.invokeMode(); mode != "" {
		config.Add("InvokeMode", mode)
	}
	if r, ok := t.byID[handler]; ok { // else its id was taken, which is reported
		r.set("FunctionUrlConfig", config)
	}
	t.claim(handler+"Url", u.ID())
	for _, p := range u.permissions() {
		t.claim(handler+p.id, u.ID())
	}
	n := 1 + len(u.permissions())
	t.expand(handler, n, 200*n)
	u.outputs(t.stack)
	return nil
}

func (u *functionURL) cloudformation(t *cfnTemplate) error {
	handler := u.Handler.logicalID(t.stack)
	url := &lambda.Url{TargetFunctionArn: t.text(u.Handler.callee(t.stack)), AuthType: u.AuthType}
	if mode := u.invokeMode(); mode != "" {
		url.InvokeMode = &mode
	}
	t.add(handler+"Url", u.ID(), url)
	for _, p := range u.permissions() {
		permission := &lambda.Permission{FunctionName: t.text(u.Handler.callee(t.stack)), Action: p.action, Principal: "*"}
		t.add(handler+p.id, u.ID(), permission).set(p.property, p.value)
	}
	u.outputs(t.stack)
	return nil
}

func (u *functionURL) outputs(t *stack) {
	handler := u.Handler.logicalID(t)
	t.output("APIHandlerName", cfn.Ref(handler))
	t.output("APIHandlerArn", cfn.GetAtt(handler, "Arn"))
	t.output("EndpointURL", cfn.GetAtt(handler+"Url", "FunctionUrl"))
}

func (u *functionURL) terraform(m *tfModule) error {
	const typ = "aws_lambda_function_url"
	body := ordered.New("function_name", u.Handler.tf("function_name"), "authorization_type", u.AuthType)
	if mode := u.invokeMode(); mode != "" {
		body.Add("invoke_mode", mode)
	}
	m.add(typ, urlName, u.Handler.tfQualify(body))
	for _, p := range u.permissions() {
		m.provider = urlProviderVersion
		m.add(tfPermission, p.name, u.Handler.tfQualify(ordered.New(
			"function_name", u.Handler.tf("function_name"),
			"action", p.action,
			"principal", "*",
			p.tf, p.value,
		)))
	}
	m.addOutput("EndpointURL", tfRef(typ, urlName, "function_url"))
	return nil
}
