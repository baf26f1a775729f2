package cdkconstruct

import "github.com/aws/aws-cdk-go/awscdk/v2/awslambda"

// ChaliceProps say which app a [Chalice] is. Only SourceDir is required.
type ChaliceProps struct {
	// SourceDir is the folder of the program's main package. It can have a
	// configuration file in .chalice. A relative path starts at the folder that
	// the CDK app runs in, which is that of cdk.json. It can't be a token.
	SourceDir *string

	// StageName is the name of the app's stage. Without it that is the path of
	// the scope, as a rule the stack's name. The configuration file can lack
	// the stage.
	StageName *string

	// StageConfig is configuration from outside the file. It wins over the
	// file, but for what the stage's block there says of one function.
	StageConfig *StageConfig

	// PreserveLogicalIds keeps the logical ids that chalice package gives.
	// Only one app in a stack can have them; others have ids made of their
	// construct's path, as the CDK's own resources do. Without a value, the
	// first Chalice of a stack keeps them. Give every one a value where a stack
	// has several, for CloudFormation replaces a resource whose id changes.
	PreserveLogicalIds *bool

	// Architecture of the functions. Without it, the configuration's
	// lambda_architecture, or else ARM64.
	Architecture awslambda.Architecture

	// BuildTags are further build tags for the program.
	BuildTags *[]*string

	// LinkerFlags are further flags for Go's linker, each as go build takes them with
	// -ldflags: -X main.version=1.2.3.
	LinkerFlags *[]*string

	// Force compiles the program and looks at its source again, also where nothing has
	// changed since the last synthesis.
	Force *bool

	// PassEnvironment names variables of the CDK app's environment that the program
	// sees while it describes itself, beside the configured ones and PATH, HOME, TMPDIR,
	// TZ, LANG, LC_*, USER, GO*, XDG_* and SSL_*. A name can end in *. In Lambda the
	// program has the configured ones alone.
	PassEnvironment *[]*string
}

// StageConfig is the configuration of a stage. What each key means is in
// docs/configuration.md, under the name in the field's tag.
//
// Strings and lists of strings can be tokens of the CDK, or contain them, such
// as the name of a table in the same stack. In EnvironmentVariables they are also
// there while the program describes itself, so that it can register
// handlers for what another construct makes:
//
//	a.OnSQSMessage(os.Getenv("QUEUE"), work)
//
// There, a token of an ARN starts with arn:, as the ARN does; everything else
// about it is only known when the stack is deployed.
type StageConfig struct {
	EnvironmentVariables *map[string]*string `json:"environment_variables,omitempty"`
	Tags                 *map[string]*string `json:"tags,omitempty"`
	LambdaMemorySize     *float64            `json:"lambda_memory_size,omitempty"`
	LambdaTimeout        *float64            `json:"lambda_timeout,omitempty"`
	ReservedConcurrency  *float64            `json:"reserved_concurrency,omitempty"`
	Layers               *[]*string          `json:"layers,omitempty"`
	SubnetIds            *[]*string          `json:"subnet_ids,omitempty"`
	SecurityGroupIds     *[]*string          `json:"security_group_ids,omitempty"`
	Xray                 *bool               `json:"xray,omitempty"`
	EphemeralStorage     *float64            `json:"ephemeral_storage,omitempty"`
	KmsKeyArn            *string             `json:"kms_key_arn,omitempty"`
	RecursiveLoop        *string             `json:"recursive_loop,omitempty"`
	Ipv6                 *bool               `json:"ipv6,omitempty"`
	FunctionName         *string             `json:"function_name,omitempty"`
	LogRetentionInDays   *float64            `json:"log_retention_in_days,omitempty"`
	LogFormat            *string             `json:"log_format,omitempty"`
	LogLevel             *string             `json:"log_level,omitempty"`
	SystemLogLevel       *string             `json:"system_log_level,omitempty"`
	LogGroup             *string             `json:"log_group,omitempty"`

	DeadLetterTarget *string  `json:"dead_letter_target,omitempty"`
	OnSuccess        *string  `json:"on_success,omitempty"`
	OnFailure        *string  `json:"on_failure,omitempty"`
	AsyncMaxRetries  *float64 `json:"async_max_retries,omitempty"`
	AsyncMaxAge      *float64 `json:"async_max_age,omitempty"`

	ProvisionedConcurrency *float64    `json:"provisioned_concurrency,omitempty"`
	Deployment             *Deployment `json:"deployment,omitempty"`
	Alarms                 *Alarms     `json:"alarms,omitempty"`

	IamRoles      *string `json:"iam_roles,omitempty"`
	AutogenPolicy *bool   `json:"autogen_policy,omitempty"`
	IamPolicyFile *string `json:"iam_policy_file,omitempty"`
	ManageIamRole *bool   `json:"manage_iam_role,omitempty"`
	IamRoleArn    *string `json:"iam_role_arn,omitempty"`

	PermissionsBoundary *string    `json:"permissions_boundary,omitempty"`
	RolePath            *string    `json:"role_path,omitempty"`
	ManagedPolicies     *[]*string `json:"managed_policies,omitempty"`
	TagResources        *bool      `json:"tag_resources,omitempty"`

	ApiType                  *string    `json:"api_type,omitempty"`
	ApiGatewayStage          *string    `json:"api_gateway_stage,omitempty"`
	ApiGatewayEndpointType   *string    `json:"api_gateway_endpoint_type,omitempty"`
	ApiGatewayEndpointVpce   *[]*string `json:"api_gateway_endpoint_vpce,omitempty"`
	ApiGatewayPolicyFile     *string    `json:"api_gateway_policy_file,omitempty"`
	MinimumCompressionSize   *float64   `json:"minimum_compression_size,omitempty"`
	ApiGatewayCustomDomain   *Domain    `json:"api_gateway_custom_domain,omitempty"`
	WebsocketApiCustomDomain *Domain    `json:"websocket_api_custom_domain,omitempty"`

	AccessLog                 *AccessLog          `json:"access_log,omitempty"`
	Throttling                *Throttling         `json:"throttling,omitempty"`
	ApiKeys                   *[]*string          `json:"api_keys,omitempty"`
	UsagePlan                 *UsagePlan          `json:"usage_plan,omitempty"`
	StageVariables            *map[string]*string `json:"stage_variables,omitempty"`
	DisableExecuteApiEndpoint *bool               `json:"disable_execute_api_endpoint,omitempty"`
	SecurityPolicy            *string             `json:"security_policy,omitempty"`
	WebAclArn                 *string             `json:"web_acl_arn,omitempty"`
	RequestValidation         *bool               `json:"request_validation,omitempty"`

	Openapi *Openapi `json:"openapi,omitempty"`

	NestedStacks *float64 `json:"nested_stacks,omitempty"`

	// LambdaFunctions configures single functions, by their names.
	LambdaFunctions *map[string]*FunctionConfig `json:"lambda_functions,omitempty"`

	// Raw holds further keys, as the configuration file has them, for
	// what the fields can't say: a variable's value that is an intrinsic
	// function, for instance. A key can't be in both.
	Raw *map[string]any `json:"-"`
}

// FunctionConfig is the configuration of one function; see [StageConfig].
type FunctionConfig struct {
	EnvironmentVariables *map[string]*string `json:"environment_variables,omitempty"`
	Tags                 *map[string]*string `json:"tags,omitempty"`
	LambdaMemorySize     *float64            `json:"lambda_memory_size,omitempty"`
	LambdaTimeout        *float64            `json:"lambda_timeout,omitempty"`
	ReservedConcurrency  *float64            `json:"reserved_concurrency,omitempty"`
	Layers               *[]*string          `json:"layers,omitempty"`
	SubnetIds            *[]*string          `json:"subnet_ids,omitempty"`
	SecurityGroupIds     *[]*string          `json:"security_group_ids,omitempty"`
	Xray                 *bool               `json:"xray,omitempty"`
	EphemeralStorage     *float64            `json:"ephemeral_storage,omitempty"`
	KmsKeyArn            *string             `json:"kms_key_arn,omitempty"`
	RecursiveLoop        *string             `json:"recursive_loop,omitempty"`
	Ipv6                 *bool               `json:"ipv6,omitempty"`
	FunctionName         *string             `json:"function_name,omitempty"`
	LogRetentionInDays   *float64            `json:"log_retention_in_days,omitempty"`
	LogFormat            *string             `json:"log_format,omitempty"`
	LogLevel             *string             `json:"log_level,omitempty"`
	SystemLogLevel       *string             `json:"system_log_level,omitempty"`
	LogGroup             *string             `json:"log_group,omitempty"`

	DeadLetterTarget *string  `json:"dead_letter_target,omitempty"`
	OnSuccess        *string  `json:"on_success,omitempty"`
	OnFailure        *string  `json:"on_failure,omitempty"`
	AsyncMaxRetries  *float64 `json:"async_max_retries,omitempty"`
	AsyncMaxAge      *float64 `json:"async_max_age,omitempty"`

	ProvisionedConcurrency *float64    `json:"provisioned_concurrency,omitempty"`
	Deployment             *Deployment `json:"deployment,omitempty"`
	Alarms                 *Alarms     `json:"alarms,omitempty"`

	AutogenPolicy   *bool      `json:"autogen_policy,omitempty"`
	IamPolicyFile   *string    `json:"iam_policy_file,omitempty"`
	ManageIamRole   *bool      `json:"manage_iam_role,omitempty"`
	IamRoleArn      *string    `json:"iam_role_arn,omitempty"`
	ManagedPolicies *[]*string `json:"managed_policies,omitempty"`
}

// Deployment publishes a version of a function with each deployment, and says how traffic
// goes to it. An empty one is deployment true; false, as one function of many can have it,
// goes into Raw.
type Deployment struct {
	Type        *string    `json:"type,omitempty"`
	Alarms      *[]*string `json:"alarms,omitempty"`
	PreTraffic  *string    `json:"pre_traffic,omitempty"`
	PostTraffic *string    `json:"post_traffic,omitempty"`
}

// Alarms are a function's alarms in CloudWatch. Those of a function are merged with those
// of the stage.
type Alarms struct {
	Errors          *bool   `json:"errors,omitempty"`
	Throttles       *bool   `json:"throttles,omitempty"`
	Duration        *string `json:"duration,omitempty"`
	DeadLetters     *bool   `json:"dead_letters,omitempty"`
	DeadLetterQueue *string `json:"dead_letter_queue,omitempty"`
	Topic           *string `json:"topic,omitempty"`
}

// AccessLog has an API's stage log each request. An empty one is access_log true.
type AccessLog struct {
	Format          *string  `json:"format,omitempty"`
	RetentionInDays *float64 `json:"retention_in_days,omitempty"`
}

// Throttling limits the requests that an API's stage lets through: Rate a second, and
// Burst at once.
type Throttling struct {
	Rate  *float64 `json:"rate,omitempty"`
	Burst *float64 `json:"burst,omitempty"`
}

// UsagePlan limits what each caller with an API key can do: Rate requests a second,
// Burst at once, and Quota in a Period, which is DAY, WEEK or MONTH.
type UsagePlan struct {
	Rate   *float64 `json:"rate,omitempty"`
	Burst  *float64 `json:"burst,omitempty"`
	Quota  *float64 `json:"quota,omitempty"`
	Period *string  `json:"period,omitempty"`
}

// Openapi is what the app's OpenAPI document says of the API. It can't be tokens.
type Openapi struct {
	Title          *string  `json:"title,omitempty"`
	Version        *string  `json:"version,omitempty"`
	Description    *string  `json:"description,omitempty"`
	TermsOfService *string  `json:"terms_of_service,omitempty"`
	Contact        *Contact `json:"contact,omitempty"`
	License        *License `json:"license,omitempty"`
	Oauth2         *Oauth2  `json:"oauth2,omitempty"`
}

// Oauth2 are the endpoints of the issuer of tokens.
type Oauth2 struct {
	AuthorizationUrl *string `json:"authorization_url,omitempty"`
	TokenUrl         *string `json:"token_url,omitempty"`
}

// Contact is whom users of an API can ask.
type Contact struct {
	Name  *string `json:"name,omitempty"`
	Url   *string `json:"url,omitempty"`
	Email *string `json:"email,omitempty"`
}

// License is the license of an API. It has a Url or an Identifier of SPDX's, or neither.
type License struct {
	Name       *string `json:"name,omitempty"`
	Identifier *string `json:"identifier,omitempty"`
	Url        *string `json:"url,omitempty"`
}

// Domain is a domain name of one's own for an API.
type Domain struct {
	DomainName     *string             `json:"domain_name,omitempty"`
	CertificateArn *string             `json:"certificate_arn,omitempty"`
	TlsVersion     *string             `json:"tls_version,omitempty"`
	UrlPrefix      *string             `json:"url_prefix,omitempty"`
	Tags           *map[string]*string `json:"tags,omitempty"`
}
