package layout_test

// unrun are examples that only compile, since what they call ends the program or needs
// another one.
var unrun = []string{
	"dispatch.ExampleStart",
	"cdkconstruct.ExampleNewChalice",
	"cdkconstruct.ExampleChalice",
	"cdkconstruct.ExampleStageConfig",
}

// reason says why some names are in no example. In names * stands for any text.
type reason struct{ why, names string }

const (
	options   = "what options are: the functions that make them have examples"
	models    = "the fields of a model are their own example; ExampleModel reads one"
	forTools  = "for packages dispatch, synth, apptest and others that stand between AWS and an app"
	errorText = "every error has these; examples print errors and look into them with errors.As"
	originals = "the event as it came, the same for all: ExampleRequest_ToMap"
	results   = "what functions in examples return, field by field"
)

var unexampled = map[string][]reason{
	"app": {
		{options, "*Option"},
		{models, "*Model *Model.* Source Source.String HeaderField"},
		{"an app's own methods have examples, and a blueprint has the same", "Blueprint.*"},
		{originals, "*.Raw *.ToMap"},
		{errorText, "*.Error *.Unwrap *.ErrorCode *.StatusCode UnhandledError"},
		{"encoding/json calls it", "*.UnmarshalJSON *.MarshalJSON"},
		{"the types of handlers, which every example of a route or authorizer has", "RouteHandler AuthorizerHandler WebsocketHandler"},
		{"what authorizers have in common", "Authorizer IAMAuth"},
		{"the types of texts and of fields", "Expression SNSAttribute UserIdentity ProblemDetail Violation ErrorBody"},
		{"constructors of what an app gets as an argument", "NewRequest NewKinesisEvent NewSNSEvent NewWebsocketEvent NewProblem NewMistake"},
		{"the event can't be read, which Each reports itself", "*Event.Err"},
		{forTools, "AuthDecision AuthAllowed AuthDenied AuthNotAllowed AuthPolicy AuthPolicy.* AuthorizerFunction AuthorizerFunction.* Registry.* Function.* Route Route.*"},
		{forTools, "*Kind *AuthorizerType AuthorizerType IdentityIn* ModelVariable ModelVersion RESTHandler PreflightStatus PreflightHeaders"},
		{forTools, "Matcher.* Mistake Parts Parts.* Protection Protection.* Refusal ErrorCORS ErrorCORS.Headers HTTPCORS HTTPCORS.* S3BridgeEvent S3BridgeEvents"},
		{forTools, "DecodesBase64 MemberText Members ParseQuery PathProblems CORSConfig.Allowed CORSConfig.Echoes CORSConfig.Equal CORSConfig.Origins LogsEvent.Decoded"},
		{forTools, "Request.FromFunctionURL Request.HasParam Request.MultiValueHeaders Request.PathDecoded Request.RawQuery"},
		{"as LookupQuery and LookupHeader", "Request.LookupParam"},
	},
	"apptest": {
		{options, "*Option"},
		{errorText, "*.Error *.Unwrap *.Is"},
		{"net/http calls it in ExampleHTTP_ServeHTTP", "HTTP.ServeHTTP"},
		{results, "Call Received"},
	},
	"cdkconstruct": {
		{"the keys of .chalice/config.json: docs/configuration.md has examples of each", "Contact License Oauth2 Openapi UsagePlan"},
		{errorText, "Error Error.*"},
	},
	"config": {
		{"values of configured keys: docs/configuration.md has examples of each", "AccessLog Alarms Async AsyncTarget Contact Deployment Domain Function License List Logging OAuth2 OpenAPI Throttling UsagePlan Value"},
		{"words of the configuration", "ARM64 X86 AllAtOnce AllowLoops TerminateLoops DeadLetterTargetKey OnSuccessKey OnFailureKey Default*Stage DefaultLogLevel DefaultTLSVersion DeploymentTypes"},
		{"words of the configuration", "*Alarm Edge Regional Private REST HTTP FunctionURL JSONLogs TextLogs LiveAlias LogLevels MaxManagedPolicies OwnAlarms PerDay PerMonth PerWeek RolePerFunction SharedRole File"},
		{"what ExampleKeys and ExampleStage_Settings print", "Key Kind Kind.* Scope Scope.* *Scope Setting Origin From*"},
		{"kinds of keys, by their words in ExampleKeys", "Bool Functions Int Number Object Refused Stages Switch Text TextList TextMap TextOrList Variables Version"},
		{"for synth and the command, which ask a stage for more than its fields", "Stage.* Alarms.Has Async.Targets Deployment.Mistake IsEnhancedPolicy Logging.LeastLevel Root Texts Value.*"},
		{"for the command and the construct, whose messages name flags and properties", "Names Names.*"},
		{errorText, "Mistake.Error"},
	},
	"httpadapter": {
		{"an app or a blueprint, which ExampleMount hands over", "Router Router.Route"},
	},
	"package": {
		{"it compiles a program, which takes seconds: the tests of the package show it", "Archive BuildProgram FindPolicies FindSources DescribeForEvents CacheDir Program Program.OpenAPI Sources"},
		{"what FindPolicies returns, field by field", "Call FunctionPolicy Need Policies Policies.* PolicyDocument PolicyStatement PolicyStatement.Allowed Step"},
		{results, "Output Place Resource Warning Warning.String WarningKind *Warning GatewayNote"},
		{"words of an input", "CloudFormation SAM Terraform JSON YAML DefaultTimeout"},
		{errorText, "*Error *Error.*"},
	},
	"synth": {
		{results, "File Rendered Origin Warning"},
		{"for drawings: chalice graph", "Call Line Outline Resource.Outline Graph.Readable"},
		{"for package packager, which puts the steps together", "FunctionsIn Graph.App Graph.Functions Graph.Notes Graph.Stage Graph.Warnings IsTemplatePart RequiredFiles Versions Part.IsFIFO Target Target.Check Template.OpenAPI Template.Warnings Template.YAML"},
		{"limits of CloudFormation's", "DefaultNestedStacks MaxNestedStacks MaxResources"},
		{"parts of names of resources, beside ARN", "Joined OwnAccount OwnPartition OwnRegion"},
		{errorText, "Mistake Mistake.Error"},
	},
	"websocket": {
		{errorText, "*.Error *.Unwrap"},
	},
}
