package config

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/lazyregexp"
)

// AccessLog is the log of an API's requests, one line each, in a log group of the
// stack's.
type AccessLog struct {
	// Format is a line with $context variables of API Gateway's. Zero: JSON with what
	// one usually wants to know of a request.
	Format Value
	// RetentionDays is how long the lines are kept; 0: for ever.
	RetentionDays int
}

// Throttling is how many requests API Gateway lets through: Rate a second, and Burst at
// once. It answers others with 429.
type Throttling struct {
	Rate  float64
	Burst int
}

// UsagePlan limits what callers with an API key can do, each for itself.
type UsagePlan struct {
	Throttling *Throttling // nil: the plan has no limit of its own
	// Quota is how many requests there can be in a Period, which is PerDay, PerWeek or
	// PerMonth; 0: any number.
	Quota  int
	Period string
}

// The periods of a quota, as API Gateway calls them.
const (
	PerDay   = "DAY"
	PerWeek  = "WEEK"
	PerMonth = "MONTH"
)

// enhancedPolicy starts the name of a security policy that takes an endpoint access mode.
const enhancedPolicy = "SecurityPolicy_"

// IsEnhancedPolicy reports whether API Gateway takes a security policy only together
// with an endpoint access mode.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies.html
func IsEnhancedPolicy(name string) bool { return strings.HasPrefix(name, enhancedPolicy) }

// securityPolicies are those that a REST API takes, by the types of its endpoint.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies-list.html
var securityPolicies = []struct {
	name      string
	endpoints []string
}{
	{"TLS_1_0", []string{Edge, Regional}},
	{"TLS_1_2", []string{Edge, Regional, Private}},
	{enhancedPolicy + "TLS13_1_3_2025_09", []string{Regional, Private}},
	{enhancedPolicy + "TLS13_1_3_FIPS_2025_09", []string{Regional, Private}},
	{enhancedPolicy + "TLS13_1_2_PFS_PQ_2025_09", []string{Regional, Private}},
	{enhancedPolicy + "TLS13_1_2_FIPS_PFS_PQ_2025_09", []string{Regional, Private}},
	{enhancedPolicy + "TLS13_1_2_FIPS_PQ_2025_09", []string{Regional, Private}},
	{enhancedPolicy + "TLS13_1_2_PQ_2025_09", []string{Regional, Private}},
	{enhancedPolicy + "TLS13_1_2_2021_06", []string{Regional, Private}},
	{enhancedPolicy + "TLS13_2025_EDGE", []string{Edge}},
	{enhancedPolicy + "TLS12_PFS_2025_EDGE", []string{Edge}},
	{enhancedPolicy + "TLS12_2018_EDGE", []string{Edge}},
}

// policiesFor lists the security policies for a type of endpoint; empty: all.
func policiesFor(endpoint string) []string {
	var names []string
	for _, p := range securityPolicies {
		if endpoint == "" || slices.Contains(p.endpoints, endpoint) {
			names = append(names, p.name)
		}
	}
	return names
}

// The settings of an API, by which it becomes a product.
const (
	accessLogKey  = "access_log"
	throttlingKey = "throttling"
	apiKeysKey    = "api_keys"
	usagePlanKey  = "usage_plan"
	variablesKey  = "stage_variables"
	disableKey    = "disable_execute_api_endpoint"
	securityKey   = "security_policy"
	webACLKey     = "web_acl_arn"
	validationKey = "request_validation"
)

const maxInt32 = 1<<31 - 1

var (
	apiKeyName = lazyregexp.New(`^[A-Za-z0-9_-]{1,128}$`)
	// https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html
	webACLARN = lazyregexp.New(`^arn:[a-z-]+:wafv2:[^:]+:[^:]+:regional/webacl/[^/]+/[^/]+$`)
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/aws-api-gateway-stage-variables-reference.html
	stageVariable      = lazyregexp.New(`^[A-Za-z0-9_]+$`)
	stageVariableValue = lazyregexp.New(`^[A-Za-z0-9._~:/?#&=,-]*$`)
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
	logFormat = lazyregexp.New(`^[^\r\n]*\$context\.(requestId|extendedRequestId)\b[^\r\n]*$`)
)

var apiSettings = []Key{
	{
		Name: accessLogKey, Scope: stageScopes, Kind: Switch, Keys: accessLogKeys,
		Doc: "Whether the API's stage logs each request, as a line of JSON in a log group of the stack's. A REST API needs a role that the account has for API Gateway's logs.",
	},
	{
		Name: throttlingKey, Scope: stageScopes, Kind: Object, Keys: throttlingKeys,
		Doc: "How many requests the API's stage lets through; it answers others with 429.",
	},
	{
		Name: apiKeysKey, Scope: stageScopes, Kind: TextList,
		plain: true,
		form:  "a name of letters, digits, - and _, 128 at most", pattern: apiKeyName,
		Doc: "Names of the API keys that routes with app.APIKeyRequired accept. API Gateway makes the keys themselves.",
	},
	{
		Name: usagePlanKey, Scope: stageScopes, Kind: Object, Keys: usagePlanKeys,
		Doc: "What each caller with an API key can do. Without it, keys have no limits of their own.",
	},
	{
		Name: variablesKey, Scope: stageScopes, Kind: TextMap, intrinsic: true, entry: checkStageVariable,
		Doc: "Variables of the API's stage, which each request has. Scopes are merged.",
	},
	{
		Name: disableKey, Scope: stageScopes, Kind: Bool, Default: "false",
		Doc: "Whether the API answers under its own domain name alone, and not under the one that AWS gives it.",
	},
	{
		Name: securityKey, Scope: stageScopes, Values: policiesFor(""),
		plain: true,
		Doc:   "Versions of TLS and ciphers that the REST API takes, and its domain, unless that has a tls_version.",
	},
	{
		Name: webACLKey, Scope: stageScopes, intrinsic: true,
		form: "the ARN of a regional web ACL, such as arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/NAME/ID", pattern: webACLARN,
		Doc: "Web ACL of AWS WAF in front of the REST API.",
	},
	{
		Name: validationKey, Scope: stageScopes, Kind: Bool, Default: "false",
		Doc: "Whether the REST API checks requests to typed routes before they reach the function, as far as it can.",
	},
}

var accessLogKeys = []Key{
	{
		Name: "format", Scope: stageScopes, intrinsic: true,
		form: "one line with $context.requestId or $context.extendedRequestId in it", pattern: logFormat,
		Doc: "Line that is logged, with API Gateway's $context variables. Without it, JSON.",
	},
	{
		Name: "retention_in_days", Scope: stageScopes, Kind: Int, Default: "0", Numbers: retentionDays,
		Doc: "How many days the lines are kept; 0 is for ever.",
	},
}

// rateKeys are those of a limit.
func rateKeys(required bool) []Key {
	return []Key{
		{
			Name: "rate", Scope: stageScopes, Kind: Number, Required: required,
			Doc: "Requests a second, in the long run.",
		},
		{
			Name: "burst", Scope: stageScopes, Kind: Int, Required: required, Min: 0, Max: maxInt32,
			Doc: "Requests that can come at once.",
		},
	}
}

var (
	throttlingKeys = rateKeys(true)
	usagePlanKeys  = append(rateKeys(false),
		Key{
			Name: "quota", Scope: stageScopes, Kind: Int, Min: 1, Max: maxInt32,
			Doc: "Requests in a period; goes with period.",
		},
		Key{
			Name: "period", Scope: stageScopes, Values: []string{PerDay, PerWeek, PerMonth},
			plain: true,
			Doc:   "Period of the quota.",
		},
	)
)

// checkStageVariable reports what API Gateway would refuse of a variable of a stage.
func checkStageVariable(c *checker, k *Key, line int, at keyPath, name, value string) {
	if !stageVariable.MatchString(name) {
		c.add(line, at.to(name), "is no name for a variable of an API's stage: it takes letters, digits and _")
	}
	if n := len(name); n > maxStageVariableName {
		c.add(line, at, "has a variable whose name has %d characters, %d more than the %d that API Gateway takes", n, n-maxStageVariableName, maxStageVariableName)
	}
	if holdsExpression(value) {
		return
	}
	if n := utf8.RuneCountInString(value); n > maxStageVariableValue {
		c.add(line, at.to(name), "has a value of %d characters, %d more than the %d that API Gateway takes", n, n-maxStageVariableValue, maxStageVariableValue)
	}
	if !stageVariableValue.MatchString(value) {
		c.add(line, at.to(name), "has a character that API Gateway doesn't take in a variable of a stage: there are letters, digits and - . _ ~ : / ? # & = ,")
	}
}

// What a stage's settings can hold, of REST APIs as of HTTP APIs. AWS raises none of
// these.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
const (
	maxStageVariables     = 100
	maxStageVariableName  = 64      // characters
	maxStageVariableValue = 512     // characters
	maxLogFormat          = 3 << 10 // bytes
)

// checkSizes reports settings that are larger than a stage can have them.
func (s *Stage) checkSizes(ms *mistakes) {
	if n := len(s.StageVariables); n > maxStageVariables {
		ms.add(s.source.line("", variablesKey), keyPath{variablesKey}, "are %d, %d more than the %d that API Gateway takes", n, n-maxStageVariables, maxStageVariables)
	}
	if s.AccessLog == nil || holdsExpression(s.AccessLog.Format.Text) {
		return
	}
	if n := len(s.AccessLog.Format.Text); n > maxLogFormat {
		ms.add(s.source.line("", accessLogKey), keyPath{accessLogKey, "format"}, "has %d bytes, %d more than the %d that API Gateway takes", n, n-maxLogFormat, maxLogFormat)
	}
}

// mergeAPISettings puts the settings of the API into a stage.
func (s *source) mergeAPISettings(out *Stage) {
	out.AccessLog = s.accessLog()
	if m := s.lookup("", throttlingKey); m != nil {
		out.Throttling = m.value.value.(*object).throttling()
	}
	out.APIKeys = s.texts(apiKeysKey)
	if m := s.lookup("", usagePlanKey); m != nil {
		o := m.value.value.(*object)
		out.UsagePlan = &UsagePlan{Throttling: o.throttling(), Quota: o.number("quota"), Period: o.text("period")}
	}
	out.StageVariables = s.values("", variablesKey)
	out.DisableExecuteAPIEndpoint = s.flag("", disableKey, false)
	out.SecurityPolicy = s.text("", securityKey, "")
	out.WebACLARN = s.value("", webACLKey)
	out.RequestValidation = s.flag("", validationKey, false)
	domain := s.lookup("", "api_gateway_custom_domain")
	if out.APIType == REST && domain != nil && IsEnhancedPolicy(out.SecurityPolicy) && domain.value.value.(*object).get("tls_version") == nil {
		out.APIDomain.TLSVersion = out.SecurityPolicy
	}
}

// KnownStageVariables returns the stage's variables whose values don't come about only
// when the app is deployed; nil: there are none.
func (s *Stage) KnownStageVariables() map[string]string {
	var known map[string]string
	for name, v := range s.StageVariables {
		if v.Intrinsic != nil || holdsExpression(v.Text) {
			continue
		}
		if known == nil {
			known = map[string]string{}
		}
		known[name] = v.Text
	}
	return known
}

func (s *source) accessLog() *AccessLog {
	m := s.lookup("", accessLogKey)
	if m == nil || m.value.value == false {
		return nil
	}
	log := &AccessLog{}
	o, ok := m.value.value.(*object)
	if !ok {
		return log
	}
	if format := o.get("format"); format != nil {
		log.Format = s.valueOf(format, format.value, keyPath{accessLogKey, "format"})
	}
	log.RetentionDays = o.number("retention_in_days")
	return log
}

// throttling returns the limit that an object has; nil: it has none.
func (o *object) throttling() *Throttling {
	if o.get("rate") == nil {
		return nil
	}
	return &Throttling{Rate: o.get("rate").value.float(), Burst: o.number("burst")}
}

// Doubts tells which settings may not be meant, as sentences with their places: keys of
// the API that no route asks for, an API that has no other name than the one under which
// it doesn't answer, and what a function has for invocations that it doesn't get.
func (s *Stage) Doubts(m *app.Model) []string {
	return slices.Concat(s.apiDoubts(m), s.asyncDoubts(m))
}

func (s *Stage) apiDoubts(m *app.Model) []string {
	if len(m.Routes) == 0 {
		return nil
	}
	ms := s.mistakes()
	doubt := func(key, format string, args ...any) { ms.add(s.source.line("", key), keyPath{key}, format, args...) }
	if s.DisableExecuteAPIEndpoint && s.APIDomain == nil {
		doubt(disableKey, "leaves the API without a name, since there is no %s: unless a domain name is made elsewhere, nobody can call it", s.called("", disableKey, "api_gateway_custom_domain"))
	}
	if !slices.ContainsFunc(m.Routes, func(r app.RouteModel) bool { return r.APIKeyRequired }) {
		const nothing = "counts for nothing, since no route asks for a key: those do that are registered with app.APIKeyRequired()"
		if len(s.APIKeys) > 0 {
			doubt(apiKeysKey, nothing)
		}
		if s.UsagePlan != nil {
			doubt(usagePlanKey, nothing)
		}
	}
	if s.RequestValidation && !slices.ContainsFunc(m.Routes, func(r app.RouteModel) bool { return len(r.Operation) > 0 }) {
		doubt(validationKey, "counts for nothing, since no route has types: those do that are registered with app.TypedRoute")
	}
	return ms.lines()
}

// checkAPISettings reports what API Gateway would refuse of the settings of the API,
// beside each other.
func (s *Stage) checkAPISettings(ms *mistakes) {
	if allowed := policiesFor(s.EndpointType); s.APIType == REST && s.SecurityPolicy != "" && !slices.Contains(allowed, s.SecurityPolicy) {
		ms.add(s.source.line("", securityKey), keyPath{securityKey}, "is %s, which an API that is %s doesn't take: use one of %s, or another %s",
			s.SecurityPolicy, s.EndpointType, strings.Join(allowed, ", "), s.called("", securityKey, "api_gateway_endpoint_type"))
	}
	s.checkSizes(ms)
	seen := map[string]bool{}
	for _, name := range s.APIKeys {
		if seen[name] {
			ms.add(s.source.line("", apiKeysKey), keyPath{apiKeysKey}, "has %q twice: each key needs a name of its own", name)
		}
		seen[name] = true
	}
	if m := s.source.lookup("", usagePlanKey); m != nil {
		o := m.value.value.(*object)
		for _, pair := range [][2]string{{"rate", "burst"}, {"burst", "rate"}, {"quota", "period"}, {"period", "quota"}} {
			if o.get(pair[0]) != nil && o.get(pair[1]) == nil {
				ms.add(o.get(pair[0]).line, keyPath{usagePlanKey, pair[0]}, "needs %s beside it", pair[1])
			}
		}
	}
}
