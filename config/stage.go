package config

import "github.com/chalice-go/chalice/app"

// The architectures that a stage can run on.
const (
	ARM64 = "arm64" // the default
	X86   = "x86_64"
)

// How many roles there are for the functions whose policy is generated.
const (
	SharedRole      = "shared" // one for all, the default
	RolePerFunction = "per_function"
)

// What can be in front of the routes.
const (
	REST        = "rest"         // a REST API of API Gateway, the default
	HTTP        = "http"         // an HTTP API of API Gateway
	FunctionURL = "function_url" // the URL of the routes' function, without API Gateway
)

// DefaultHTTPStage is the stage of an HTTP API that isn't a part of its URL.
const DefaultHTTPStage = "$default"

// The endpoint types of a REST API.
const (
	Edge     = "EDGE" // the default
	Regional = "REGIONAL"
	Private  = "PRIVATE"
)

// What a function gets that says nothing of it.
const (
	defaultMemorySize      = 128 // MB
	defaultTimeout         = 60  // seconds
	defaultAPIGatewayStage = "api"
)

// DefaultTLSVersion is the security policy of a domain that says nothing of it.
const DefaultTLSVersion = "TLS_1_2"

// Stage is the configuration of one stage, merged from all the places where a
// value can be given. Nobody downstream asks where a value came from.
//
// Make one with [Load], or with [New] where there is no file.
type Stage struct {
	Name string
	// Root is the folder with .chalice, to which the paths of files are relative; empty
	// for a Stage that no file gave.
	Root string
	// AppName starts the name of everything in AWS. It is empty where the
	// configuration has none; the model's name stands in then.
	AppName string

	// Architecture is that of every function, since one artifact serves all of
	// them: ARM64 or X86.
	Architecture string
	// BuildTags and LinkerFlags are for go build; each of LinkerFlags is a value of
	// -ldflags.
	BuildTags, LinkerFlags []string
	// Profile names the section of the AWS configuration to use; empty: the
	// one that the environment chooses.
	Profile string
	// ArtifactBucket is where deploy uploads to; empty: a bucket of its own.
	ArtifactBucket string
	// StackName is what the configuration calls the stack; empty: see [Stage.Stack].
	StackName string

	// IAMRoles is SharedRole or RolePerFunction.
	IAMRoles string

	// APIType is what is in front of the routes: REST, HTTP or FunctionURL.
	APIType string
	// APIGatewayStage is the stage of the REST and the websocket API, a
	// segment of their URLs.
	APIGatewayStage string
	// HTTPAPIStage is the stage of the HTTP API: DefaultHTTPStage, which its URL doesn't
	// have, unless the configuration names one.
	HTTPAPIStage string
	// EndpointType is Edge, Regional or Private.
	EndpointType string
	// VPCEndpoints may call the API if it is Private.
	//
	// A Single value stays so in the generated resource policy.
	VPCEndpoints List
	// APIPolicyFile holds the REST API's resource policy. The path is relative
	// to Root and has forward slashes; empty: none is named.
	APIPolicyFile string
	// MinimumCompressionSize is the size in bytes from which the REST API
	// compresses a response; nil: it never does, 0: it always does.
	MinimumCompressionSize *int

	// AccessLog is the log of the API's requests; nil: there is none.
	AccessLog *AccessLog
	// Throttling limits the API's stage; nil: the account's limits alone count.
	Throttling *Throttling
	// APIKeys are the names of the keys that the REST API's stage accepts.
	APIKeys []string
	// UsagePlan limits each of the callers with a key; nil: there is none, or it has
	// no limits, where there are APIKeys.
	UsagePlan *UsagePlan
	// StageVariables are those of the API's stage.
	StageVariables map[string]Value
	// DisableExecuteAPIEndpoint: the API answers under its domain name alone.
	DisableExecuteAPIEndpoint bool
	// SecurityPolicy is the REST API's, as API Gateway calls it; empty: the one that
	// APIs of the endpoint type have without one.
	SecurityPolicy string
	// WebACLARN is a web ACL of AWS WAF in front of the REST API; zero: none.
	WebACLARN Value
	// RequestValidation: the REST API refuses requests to typed routes that their types
	// forbid, as far as it can tell.
	RequestValidation bool

	// OpenAPI is what the app's OpenAPI document says of the API; nil: nothing is configured.
	OpenAPI *OpenAPI

	// PermissionsBoundary is the ARN of a policy that bounds every role that is made; zero:
	// none.
	PermissionsBoundary Value
	// RolePath is the path of every role that is made; zero: "/".
	RolePath Value
	// TagResources: the tags are not those of functions alone, but of everything that is
	// made and can have tags.
	TagResources bool

	// NestedStacks is how many nested stacks the functions are spread over that
	// no API calls; 0: none, nil: as many as the synthesizer needs. Terraform
	// has none.
	NestedStacks *int

	// APIDomain and WebsocketDomain are nil where the APIs keep the names that
	// AWS gives them.
	APIDomain       *Domain
	WebsocketDomain *Domain

	// Defaults configure each function that isn't in Functions.
	Defaults Function
	// Functions holds the functions that the configuration names, by the name
	// of the Lambda function: api_handler, websocket_connect and so on.
	Functions map[string]Function

	// Names says how messages call what their reader can set; see Options.
	Names Names

	// source remembers where values came from; nil for a Stage that no file
	// gave.
	source *source
}

// Function is the configuration of one function, complete with defaults.
type Function struct {
	MemorySize int // MB
	Timeout    int // seconds

	Environment map[string]Value
	// Tags lack the aws-chalice tag, which nobody can configure.
	Tags map[string]Value

	// RoleARN is a role of the user's own. Zero: the stack makes the role
	// (manage_iam_role is not false).
	RoleARN Value
	// PolicyFile holds the policy of the role that the stack makes. The path
	// is relative to Root and has forward slashes. Empty: the policy is
	// generated (autogen_policy is not false), or the role isn't ours.
	PolicyFile string

	// ReservedConcurrency: nil reserves nothing, 0 stops the function.
	ReservedConcurrency *int
	// Layers are ARNs, in order.
	Layers List

	// SubnetIDs and SecurityGroupIDs put the function into a VPC. A stage that
	// has passed [Stage.Check] has both or neither.
	SubnetIDs        List
	SecurityGroupIDs List

	XRay bool
	// LogRetentionDays is how long logs are kept, in a log group of the stack's;
	// 0: for ever, in the one that Lambda makes.
	LogRetentionDays int
	Logging          Logging

	EphemeralStorage int    // MB; 0: Lambda's default, 512
	KMSKeyARN        Value  // that the environment is encrypted with; zero: Lambda's own
	RecursiveLoop    string // AllowLoops or TerminateLoops; empty: Lambda's default
	IPv6             *bool  // in a VPC with dual-stack subnets; nil: Lambda's default, false
	// NamePattern is the function's name in AWS, with {app}, {stage} and {function} in it;
	// empty: AWS makes the name.
	NamePattern string

	Async Async
	// ManagedPolicies are ARNs of policies that the function's role has, if it is made.
	ManagedPolicies List

	// ProvisionedConcurrency is how many instances the alias LiveAlias keeps ready; nil: none.
	ProvisionedConcurrency *int
	// Deployment: nil publishes no versions.
	Deployment *Deployment
	Alarms     *Alarms // nil: none
}

// Domain is a domain name of the user's own for an API.
type Domain struct {
	Name           Value
	CertificateARN Value
	TLSVersion     string // TLS_1_0, TLS_1_1, TLS_1_2, or the API's enhanced security policy
	// URLPrefix is the first segment of the path; zero: the API answers at
	// the root, which the configuration can also write as "/".
	URLPrefix Value
	Tags      map[string]Value
}

// New returns the configuration of a stage for which nothing is configured: the
// default of every key.
func New(name string) *Stage {
	return &Stage{
		Name:            name,
		Architecture:    ARM64,
		IAMRoles:        SharedRole,
		APIType:         REST,
		APIGatewayStage: defaultAPIGatewayStage,
		HTTPAPIStage:    DefaultHTTPStage,
		EndpointType:    Edge,
		Defaults:        Function{MemorySize: defaultMemorySize, Timeout: defaultTimeout},
	}
}

// Function returns the configuration of the Lambda function of that name.
func (s *Stage) Function(name string) Function {
	if f, ok := s.Functions[name]; ok {
		return f
	}
	return s.Defaults
}

// API returns the configuration of the function behind the REST API. It is also
// the one to ask about the app as a whole: whether the API's stage is traced,
// which variables are set while the app is described.
func (s *Stage) API() Function { return s.Function(app.RESTHandler) }
