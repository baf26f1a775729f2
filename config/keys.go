package config

import (
	"slices"

	"github.com/chalice-go/chalice/internal/lazyregexp"
)

const (
	maxCompressionSize = 10 << 20 // bytes
	maxNestedStacks    = 200
)

var (
	// A part of names in AWS, and of files. Where the stage is a construct's, with
	// slashes in its path, it is a part of tags alone.
	stageName   = lazyregexp.New(`^[A-Za-z0-9_-][A-Za-z0-9_.-]*$`)
	stageInTag  = lazyregexp.New(`^[\pL\pN _.:/=+@-]+$`)
	awsName     = lazyregexp.New(`^[A-Za-z0-9_-]+$`)
	anARN       = lazyregexp.New(`^arn:`)
	layerARN    = lazyregexp.New(`^arn:[a-z-]+:lambda:[^:]+:[^:]+:layer:[^:]+:[0-9]+$`)
	apiStage    = lazyregexp.New(`^([A-Za-z0-9_-]{1,128}|\$default)$`)
	buildTags   = lazyregexp.New(`^[A-Za-z0-9_.]+(,[A-Za-z0-9_.]+)*$`)
	linkerFlags = lazyregexp.New(`^-`)
	notEmpty    = lazyregexp.New(`.`)
	domainName  = lazyregexp.New(`^(\*\.)?(` + domainLabel + `\.)+[A-Za-z]` + domainLabel + `$`)
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html
	urlPrefix = lazyregexp.New(`^(/|\(none\)|[A-Za-z0-9$_.+!*'()-]*)$`)
	// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html
	stackName = lazyregexp.New(`^[A-Za-z][-A-Za-z0-9]{0,127}$`)
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
	bucketName = lazyregexp.New(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
)

// domainLabel is a part of a domain name.
const domainLabel = `[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?`

// retentionDays are how long CloudWatch can keep logs; 0 is for ever.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
var retentionDays = []int{
	0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
}

// Keys lists every key of the configuration.
func Keys() []Key { return slices.Clone(keys) }

// keys are those of a stage and of functions, then those of what is in front of the
// routes, and then the rest.
var keys = slices.Concat(ownKeys, functionKeys, loggingKeys, asyncKeys, roleKeys, versionKeys, alarmKeys, frontKeys, apiSettings, openAPIKeys, otherKeys)

// ownKeys are those that most apps have.
var ownKeys = []Key{
	{
		Name: "version", Scope: AppScope, Kind: Version, Default: `"1.0"`,
		Doc: "Version of this file's format: 1.0 and 2.0 mean the same.",
	},
	{
		Name: "app_name", Scope: AppScope,
		form: "a name of letters, digits, - and _", pattern: awsName,
		Doc: "Start of the name of everything in AWS. Without it, the app's own name.",
	},
	{
		Name: "stages", Scope: AppScope, Kind: Stages,
		Doc: "Configuration of each stage, by the stage's name.",
	},
	{
		Name: "lambda_functions", Scope: stageScopes, Kind: Functions,
		Doc: "Configuration of single functions, by the function's name: api_handler is the REST API's.",
	},
	{
		Name: "lambda_architecture", Scope: stageScopes, Default: `"arm64"`, Values: []string{ARM64, X86},
		plain: true,
		Doc:   "Processor of every function, since one artifact serves all of them.",
	},
	{
		Name: "build_tags", Scope: stageScopes, Kind: TextOrList,
		plain: true,
		form:  "a build tag of letters, digits, _ and dots, or several with commas between them", pattern: buildTags,
		Doc: "Build tags for go build, beside those of GOFLAGS and --build-tags.",
	},
	{
		Name: "ldflags", Scope: stageScopes, Kind: TextOrList,
		plain: true,
		form:  "a flag of Go's linker, such as -X main.version=1.2.3, or several", pattern: linkerFlags,
		Doc: "Flags for Go's linker, as go build takes them with -ldflags, beside those of GOFLAGS and --ldflags.",
	},
	{
		Name: "profile", Scope: stageScopes,
		plain: true,
		form:  "the name of a profile", pattern: notEmpty,
		Doc: "Profile of the AWS configuration, for commands that call AWS but have no --profile.",
	},
	{
		Name: "stack_name", Scope: stageScopes,
		form: "a name of letters, digits and -, 128 at most, that starts with a letter", pattern: stackName,
		Doc: "Stack of CloudFormation that deploy makes. Without it, APP-STAGE with - for each _.",
	},
	{
		Name: "artifact_bucket", Scope: stageScopes,
		plain: true,
		form:  "the name of a bucket", pattern: bucketName,
		Doc: "Bucket that deploy uploads to. Without it, one of its own for the account and region.",
	},

	{
		Name: "environment_variables", Scope: allScopes, Kind: Variables, intrinsic: true,
		Doc: "Environment variables of functions. Scopes are merged.",
	},
	{
		Name: "tags", Scope: allScopes, Kind: TextMap, intrinsic: true, entry: checkTag,
		Doc: "Tags of functions. Scopes are merged.",
	},
	{
		Name: "lambda_memory_size", Scope: allScopes, Kind: Int, Default: "128", Min: 128, Max: 10240,
		Doc: "Memory of a function in MB.",
	},
	{
		Name: "lambda_timeout", Scope: allScopes, Kind: Int, Default: "60", Min: 1, Max: 900,
		Doc: "Time limit of a function in seconds.",
	},
	{
		Name: "reserved_concurrency", Scope: allScopes, Kind: Int, Min: 0, Max: 1 << 20,
		Doc: "How many invocations of a function can run at once, set aside for it; 0 stops the function.",
	},
	{
		Name: "layers", Scope: allScopes, Kind: TextList, intrinsic: true,
		form: "the ARN of a layer's version, such as arn:aws:lambda:us-east-1:123456789012:layer:NAME:1", pattern: layerARN,
		Doc: "ARNs of the layers of a function, in order, 5 at most.",
	},
	{
		Name: "subnet_ids", Scope: allScopes, Kind: TextList, intrinsic: true,
		form: "a subnet's id", pattern: notEmpty,
		Doc: "Subnets of the VPC in which a function runs; goes with security_group_ids.",
	},
	{
		Name: "security_group_ids", Scope: allScopes, Kind: TextList, intrinsic: true,
		form: "a security group's id", pattern: notEmpty,
		Doc: "Security groups of a function in a VPC; goes with subnet_ids.",
	},
	{
		Name: "xray", Scope: allScopes, Kind: Bool, Default: "false",
		Doc: "Whether AWS X-Ray traces a function; for api_handler or the app also the REST API's stage.",
	},
	{
		Name: logRetentionKey, Scope: allScopes, Kind: Int, Default: "0",
		Numbers: retentionDays,
		Doc:     "How many days the logs of a function are kept, in a log group of the stack's; 0 is for ever, in the one that Lambda makes.",
	},

	{
		Name: "iam_roles", Scope: stageScopes, Default: `"shared"`, Values: []string{SharedRole, RolePerFunction},
		plain: true,
		Doc:   "Whether the functions whose policy is generated share one role, or each has a role with what it needs itself.",
	},
	{
		Name: "autogen_policy", Scope: allScopes, Kind: Bool, Default: "true",
		Doc: "Whether the policy of a function's role is generated rather than read from iam_policy_file.",
	},
	{
		Name: "iam_policy_file", Scope: allScopes,
		plain: true,
		form:  "the name of a file", pattern: notEmpty,
		Doc: "Policy of a function's role, a file in .chalice; without it policy-STAGE.json. Goes with autogen_policy false.",
	},
	{
		Name: "manage_iam_role", Scope: allScopes, Kind: Bool, Default: "true",
		Doc: "Whether a function's role is made for it rather than given by iam_role_arn.",
	},
	{
		Name: "iam_role_arn", Scope: allScopes, intrinsic: true,
		form: "an ARN", pattern: anARN,
		Doc: "Role of a function. Goes with manage_iam_role false.",
	},
}

// frontKeys say what is in front of the routes.
var frontKeys = []Key{
	{
		Name: "api_type", Scope: stageScopes, Default: `"rest"`, Values: []string{REST, HTTP, FunctionURL},
		plain: true,
		Doc:   "What is in front of the routes: a REST API, an HTTP API, or the URL of their function.",
	},
	{
		Name: "api_gateway_stage", Scope: stageScopes, Default: `"api"`,
		form: "a name of letters, digits, - and _, 128 at most", pattern: apiStage,
		Doc: "Stage of the REST and the websocket API, a part of their URLs. Also that of an HTTP API, whose stage is $default without it.",
	},
	{
		Name: "api_gateway_endpoint_type", Scope: stageScopes, Default: `"EDGE"`,
		plain:  true,
		Values: []string{Edge, Regional, Private},
		Doc:    "From where the REST API can be reached.",
	},
	{
		Name: "api_gateway_endpoint_vpce", Scope: stageScopes, Kind: TextOrList, intrinsic: true,
		form: "a VPC endpoint's id", pattern: notEmpty,
		Doc: "VPC endpoints from which a PRIVATE API can be called.",
	},
	{
		Name: "api_gateway_policy_file", Scope: stageScopes,
		plain: true,
		form:  "the name of a file", pattern: notEmpty,
		Doc: "Resource policy of the REST API, a file in .chalice.",
	},
	{
		Name: "minimum_compression_size", Scope: stageScopes, Kind: Int, Min: 0, Max: maxCompressionSize,
		Doc: "Size in bytes from which the REST API compresses responses; without it, it never does.",
	},
	{
		Name: "api_gateway_custom_domain", Scope: stageScopes, Kind: Object, Keys: domainKeys, shared: "domain",
		Doc: "Domain name of the REST API.",
	},
	{
		Name: "websocket_api_custom_domain", Scope: stageScopes, Kind: Object, Keys: websocketDomainKeys, shared: "domain",
		Doc: "Domain name of the websocket API.",
	},
}

var otherKeys = []Key{
	{
		Name: "nested_stacks", Scope: stageScopes, Kind: Int, Min: 0, Max: maxNestedStacks,
		Doc: "Number of nested stacks for functions that no API calls; 0 is none. Without it, 20 if one template is too small.",
	},

	{
		Name: "automatic_layer", Scope: stageScopes, Kind: Refused,
		Doc: "has no meaning in Go: one artifact holds everything; remove the key",
	},
	{
		Name: "container", Scope: allScopes, Kind: Refused,
		Doc: "has no meaning in Go: a function is one static program in a zip, which needs no image and starts faster than one; remove the key",
	},
}

var domainKeys = []Key{
	{
		Name: "domain_name", Scope: stageScopes, Required: true, intrinsic: true,
		form: "a domain name, such as api.example.com", pattern: domainName,
		Doc: "The name.",
	},
	{
		Name: "certificate_arn", Scope: stageScopes, Required: true, intrinsic: true,
		form: "an ARN", pattern: anARN,
		Doc: "ARN of the certificate for the name.",
	},
	{
		Name: "tls_version", Scope: stageScopes, Default: `"TLS_1_2"`,
		Values: []string{"TLS_1_0", "TLS_1_1", "TLS_1_2"},
		Doc:    "Oldest version of TLS that clients can use.",
	},
	{
		Name: "url_prefix", Scope: stageScopes, Default: `"/"`, intrinsic: true,
		form: "one segment of a path, such as v1", pattern: urlPrefix,
		Doc: "First part of the path, in front of the API's own.",
	},
	{
		Name: "tags", Scope: stageScopes, Kind: TextMap, intrinsic: true, entry: checkTag,
		Doc: "Tags of the domain name.",
	},
}

// websocketDomainKeys are those of a domain, but for older versions of TLS.
// https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/domainnames-domainname.html
var websocketDomainKeys = func() []Key {
	list := slices.Clone(domainKeys)
	find(list, "tls_version").Values = []string{DefaultTLSVersion}
	return list
}()
