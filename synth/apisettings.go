package synth

import (
	"encoding/json"
	"regexp"
	"strconv"

	"github.com/awslabs/goformation/v7/cloudformation/logs"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// apiSettings is what the configuration says of an API and its stage beside their
// names.
type apiSettings struct {
	Log        *accessLogGroup // nil: requests aren't logged
	LogFormat  config.Value
	Throttling *config.Throttling // nil: none but the account's
	Variables  map[string]config.Value
	Disabled   bool           // the API answers under its domain name alone
	Domain     *config.Domain // nil: it has none
}

// apiSettings returns the settings of the API in front of the routes, and adds the log
// group of its access log.
func (b *builder) apiSettings() apiSettings {
	s := apiSettings{
		Throttling: b.Stage.Throttling,
		Variables:  b.Stage.StageVariables,
		Disabled:   b.Stage.DisableExecuteAPIEndpoint,
		Domain:     b.Stage.APIDomain,
	}
	if log := b.Stage.AccessLog; log != nil {
		s.Log = &accessLogGroup{App: notInLogName.ReplaceAllString(b.baseName(), "-"), Days: log.RetentionDays}
		s.LogFormat = log.Format
		b.add(s.Log)
	}
	return s
}

// withLog adds the log group to what an API refers to.
func (s *apiSettings) withLog(refs []string) []string {
	if s.Log != nil {
		refs = append(refs, s.Log.ID())
	}
	return refs
}

// outlined adds the log to the outline of an API.
func (s *apiSettings) outlined(o Outline) Outline {
	if s.Log != nil {
		kept := "kept for ever"
		if s.Log.Days > 0 {
			kept = "kept for " + counted(s.Log.Days, "day")
		}
		o.Lines = append(o.Lines, Line{ID: s.Log.ID(), Label: "logs", Text: kept})
	}
	return o
}

// stageNames are what the parts of a stage are called in CloudFormation, for REST APIs
// or for HTTP APIs.
type stageNames struct{ log, variables string }

// properties are those of a stage in which REST APIs and HTTP APIs agree. SAM has them
// on the API.
func (s *apiSettings) properties(t *stack, names stageNames, format string) *ordered.Object {
	p := &ordered.Object{}
	if s.Log != nil {
		p.Add(names.log, ordered.New("DestinationArn", cfn.GetAtt(s.Log.logicalID(), "Arn"), "Format", s.format(t, format)))
	}
	if len(s.Variables) > 0 {
		variables := &ordered.Object{}
		for _, name := range sortedKeys(s.Variables) {
			variables.Add(name, t.written(s.Variables[name], alone))
		}
		p.Add(names.variables, variables)
	}
	return p
}

func (s *apiSettings) format(t *stack, otherwise string) any {
	if s.LogFormat.IsZero() {
		return otherwise
	}
	return t.written(s.LogFormat, alone)
}

// tfStage adds to a stage what REST APIs and HTTP APIs call alike in Terraform.
func (s *apiSettings) tfStage(m *tfModule, stage *ordered.Object, variables, format string) {
	if s.Log != nil {
		if !s.LogFormat.IsZero() {
			format = m.value(s.LogFormat)
		}
		stage.Add("access_log_settings", ordered.New("destination_arn", s.Log.tf("arn"), "format", format))
	}
	if len(s.Variables) > 0 {
		stage.Add(variables, m.values(s.Variables))
	}
}

// domainURL is the URL by which an API is called that answers under its domain name
// alone.
func (s *apiSettings) domainURL(t *stack) (url any, ok bool) {
	if !s.onlyDomain() {
		return nil, false
	}
	d := rootPrefix(*s.Domain)
	parts := []any{"https://", t.written(d.Name, alone), "/"}
	if !d.URLPrefix.IsZero() {
		parts = append(parts, t.written(d.URLPrefix, alone), "/")
	}
	text := ""
	for _, part := range parts {
		s, isText := part.(string)
		if !isText {
			return cfn.Join("", parts...), true
		}
		text += s
	}
	return text, true
}

// nameDomain has the output name the domain where the API answers only there.
func (s *apiSettings) nameDomain(t *stack) {
	if url, ok := s.domainURL(t); ok {
		t.output("EndpointURL", url)
	}
}

func (s *apiSettings) onlyDomain() bool { return s.Disabled && s.Domain != nil }

// tfURL is domainURL in Terraform, or the other URL.
func (s *apiSettings) tfURL(m *tfModule, otherwise string) string {
	if !s.onlyDomain() {
		return otherwise
	}
	d := rootPrefix(*s.Domain)
	url := "https://" + m.value(d.Name) + "/"
	if !d.URLPrefix.IsZero() {
		url += m.value(d.URLPrefix) + "/"
	}
	return url
}

// decimal is a number as templates have it.
func decimal(f float64) json.Number { return json.Number(strconv.FormatFloat(f, 'f', -1, 64)) }

// The lines of access logs, without another format. What a request lacks is "-".
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
var (
	restLogFormat = logFormat("resourcePath", "$context.resourcePath")
	httpLogFormat = logFormat("routeKey", "$context.routeKey")
)

func logFormat(route, variable string) string {
	return ordered.CompactJSON(ordered.New(
		"requestId", "$context.requestId",
		"ip", "$context.identity.sourceIp",
		"requestTime", "$context.requestTime",
		"httpMethod", "$context.httpMethod",
		route, variable,
		"path", "$context.path",
		"status", "$context.status",
		"protocol", "$context.protocol",
		"responseLength", "$context.responseLength",
		"responseLatency", "$context.responseLatency",
		"integrationStatus", "$context.integrationStatus",
		"integrationLatency", "$context.integrationLatency",
		"integrationError", "$context.integrationErrorMessage",
		"authorizerError", "$context.authorizer.error",
		"error", "$context.error.message",
	))
}

// accessLogGroup keeps the access log of the API in front of the routes.
type accessLogGroup struct {
	App  string // of the app and its stage, a part of the name
	Days int    // 0: for ever
}

var _ Resource = (*accessLogGroup)(nil)

// notInLogName is what a log group's name takes no place for.
var notInLogName = regexp.MustCompile(`[^A-Za-z0-9_/.#-]+`)

// accessLogs starts the names of groups for access logs. API Gateway gives itself access
// to the groups of HTTP APIs by a resource policy of CloudWatch's, of which an account
// can have few and no long ones; for names that start so, one policy serves all.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-CloudWatchLogs.html
const accessLogs = "/aws/vendedlogs/apigateway/"

const accessLogGroupName = "access_log"

// ID returns "log group access_log".
func (g *accessLogGroup) ID() string { return "log group " + accessLogGroupName }

// logicalID is an id that no function's name gives.
func (g *accessLogGroup) logicalID() string { return "APIAccessLogGroup" }

// Refs returns nothing.
func (*accessLogGroup) Refs() []string { return nil }

// Outline is empty: the group is a line of the API's.
func (*accessLogGroup) Outline() Outline { return Outline{} }

func (g *accessLogGroup) sam(t *samTemplate) error {
	g.stack(t.stack)
	return nil
}

// cloudformation has the group stay that another replaces, as functions' groups do.
func (g *accessLogGroup) cloudformation(t *cfnTemplate) error {
	g.stack(t.stack).replaced = "Retain"
	return nil
}

func (g *accessLogGroup) stack(t *stack) *stackResource {
	group := &logs.LogGroup{
		LogGroupName: new(t.text(cfn.Sub(accessLogs + "${AWS::StackName}/" + cfn.Literal(g.App)))),
	}
	if g.Days > 0 {
		group.RetentionInDays = &g.Days
	}
	return t.add(g.logicalID(), g.ID(), group)
}

func (g *accessLogGroup) terraform(m *tfModule) error {
	group := m.add(tfLogGroup, accessLogGroupName, ordered.New("name_prefix", accessLogs+g.App+"-"))
	if g.Days > 0 {
		group.Add("retention_in_days", g.Days)
	}
	return nil
}

func (g *accessLogGroup) tf(attribute string) string {
	return tfRef(tfLogGroup, accessLogGroupName, attribute)
}
