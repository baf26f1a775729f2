package config

import "slices"

// fronts are what api_type can be, in the middle of a sentence.
var fronts = map[string]string{REST: "a REST API", HTTP: "an HTTP API", FunctionURL: "a function URL"}

// Front says in words what is in front of the routes, such as "an HTTP API".
func (s *Stage) Front() string { return fronts[s.APIType] }

// FrontStage is the stage of the API in front of the routes: HTTPAPIStage or
// APIGatewayStage, and empty for a function URL, which has none.
func (s *Stage) FrontStage() string {
	return map[string]string{REST: s.APIGatewayStage, HTTP: s.HTTPAPIStage}[s.APIType]
}

// frontLimit is what some fronts can't do that a key asks for.
type frontLimit struct {
	key     keyPath
	asked   func(*Stage) bool
	fronts  []string // those that can't
	problem string   // after the key and in front of "api_type is ..."; says what to do instead
}

// frontLimits is what the configuration can ask of a front in vain. What it only
// ignores, such as a size for compression, isn't here.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vs-rest.html
var frontLimits = []frontLimit{
	{
		keyPath{"api_gateway_endpoint_type"}, func(s *Stage) bool { return s.EndpointType == Private }, []string{HTTP, FunctionURL},
		"is PRIVATE, as only a REST API can be: use api_type rest, or leave it out",
	},
	{
		keyPath{"api_gateway_endpoint_vpce"}, func(s *Stage) bool { return len(s.VPCEndpoints.Items) > 0 }, []string{HTTP, FunctionURL},
		"is for a private REST API: use api_type rest, or leave it out",
	},
	{
		keyPath{"api_gateway_policy_file"}, func(s *Stage) bool { return s.APIPolicyFile != "" }, []string{HTTP, FunctionURL},
		"is a resource policy, which only a REST API has: use api_type rest, or an authorizer on the routes",
	},
	{
		keyPath{"api_gateway_custom_domain"}, func(s *Stage) bool { return s.APIDomain != nil }, []string{FunctionURL},
		"is for APIs of API Gateway, and a function URL has no other name than its own: use api_type http or rest, or leave it out and give the name to a distribution of CloudFront's in front of the URL",
	},
	{
		keyPath{"api_gateway_custom_domain", "tls_version"}, func(s *Stage) bool { return s.APIDomain != nil && s.APIDomain.TLSVersion != DefaultTLSVersion }, []string{HTTP},
		"is for REST APIs, and HTTP APIs have " + DefaultTLSVersion + " alone: use that, or api_type rest",
	},
	{
		keyPath{accessLogKey}, func(s *Stage) bool { return s.AccessLog != nil }, []string{FunctionURL},
		"is a log of API Gateway's, and a function URL has none: use api_type http or rest, or log requests in middleware",
	},
	{
		keyPath{throttlingKey}, func(s *Stage) bool { return s.Throttling != nil }, []string{FunctionURL},
		"is a limit of API Gateway's, and a function URL has none: use api_type http or rest, or limit the function by reserved_concurrency",
	},
	{
		keyPath{apiKeysKey}, func(s *Stage) bool { return len(s.APIKeys) > 0 }, []string{HTTP, FunctionURL},
		"is for REST APIs, the only ones with API keys: use api_type rest, or an authorizer on the routes",
	},
	{
		keyPath{usagePlanKey}, func(s *Stage) bool { return s.UsagePlan != nil }, []string{HTTP},
		"is for REST APIs, the only ones with API keys: use api_type rest, or throttling, which limits all callers together",
	},
	{
		keyPath{usagePlanKey}, func(s *Stage) bool { return s.UsagePlan != nil }, []string{FunctionURL},
		"is for REST APIs, the only ones with API keys: use api_type rest, or limit the function by reserved_concurrency",
	},
	{
		keyPath{variablesKey}, func(s *Stage) bool { return len(s.StageVariables) > 0 }, []string{FunctionURL},
		"is for the stages of API Gateway, and a function URL has none: use api_type http or rest, or environment_variables",
	},
	{
		keyPath{disableKey}, func(s *Stage) bool { return s.DisableExecuteAPIEndpoint }, []string{FunctionURL},
		"is for APIs of API Gateway, and a function URL has no other name than its own: use api_type http or rest, or leave it out",
	},
	{
		keyPath{securityKey}, func(s *Stage) bool { return s.SecurityPolicy != "" }, []string{HTTP, FunctionURL},
		"is for REST APIs, the only ones that take another than their own: use api_type rest, or leave it out",
	},
	{
		keyPath{webACLKey}, func(s *Stage) bool { return !s.WebACLARN.IsZero() }, []string{HTTP, FunctionURL},
		"is for REST APIs, the only ones that AWS WAF can be in front of: use api_type rest, or put the web ACL of a distribution of CloudFront's in front of it",
	},
	{
		keyPath{validationKey}, func(s *Stage) bool { return s.RequestValidation }, []string{HTTP, FunctionURL},
		"is for REST APIs, the only ones that check requests: use api_type rest, or leave it out, since the program checks requests to typed routes in any case",
	},
}

// checkFront reports what the front of the routes can't do.
func (s *Stage) checkFront(ms *mistakes) {
	for _, l := range frontLimits {
		if slices.Contains(l.fronts, s.APIType) && l.asked(s) {
			ms.add(s.source.line("", l.key[0]), l.key, "%s (%s is %s)", l.problem, s.called("", l.key[0], "api_type"), s.APIType)
		}
	}
	const stage = "api_gateway_stage"
	if s.APIType != HTTP && s.source.text("", stage, "") == DefaultHTTPStage {
		ms.add(s.source.line("", stage), keyPath{stage}, "is %s, the stage of an HTTP API, but api_type is %s: use letters, digits, - and _, or leave it out", DefaultHTTPStage, s.APIType)
	}
}
