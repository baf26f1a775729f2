package app

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
)

// ModelVersion is the version of the model's format that this package writes
// and reads.
const ModelVersion = 1

// Model is an app as plain data: what it declares, without stage
// configuration and without code. A program writes it as JSON when it is asked
// to describe itself, and package synth turns it into templates.
//
// Decode one with [ParseModel], which fills in what the format leaves out.
type Model struct {
	Version int    `json:"version"`
	Name    string `json:"name"`
	Debug   bool   `json:"debug,omitempty"`

	API         *APIModel         `json:"api,omitempty"`
	Routes      []RouteModel      `json:"routes,omitempty"`
	Authorizers []AuthorizerModel `json:"authorizers,omitempty"`
	Functions   []FunctionModel   `json:"functions,omitempty"`
	// Schemas are the JSON Schemas that operations of routes refer to, by their names: the
	// member components/schemas of an OpenAPI 3.1 document.
	Schemas json.RawMessage `json:"schemas,omitzero"`

	// Mistakes are what is wrong with the app. A model that has some can be
	// checked for more of them, and is good for nothing else.
	Mistakes Mistakes `json:"errors,omitempty"`
}

// APIModel holds the settings of the REST API as a whole.
type APIModel struct {
	// BinaryTypes are the media types whose bodies are bytes. nil stands for
	// the default list, empty for none at all.
	BinaryTypes []string `json:"binary_types,omitzero"`
	// CORS is the app's default. The CORS of each route already takes it into
	// account.
	CORS *CORSModel `json:"cors,omitempty"`
	// Source is where the settings were made: the call of New.
	Source *Source `json:"source,omitempty"`
}

// CORSModel says whether, and how, cross-origin requests are allowed. In JSON
// it is true, false, or the configuration itself.
type CORSModel struct {
	Enabled bool
	// Config is nil for the default configuration.
	Config *CORSConfig
}

// MarshalJSON writes false, true or the configuration.
func (c CORSModel) MarshalJSON() ([]byte, error) {
	if c.Enabled && c.Config != nil {
		return json.Marshal(c.Config)
	}
	return json.Marshal(c.Enabled)
}

// UnmarshalJSON reads false, true or a configuration.
func (c *CORSModel) UnmarshalJSON(data []byte) error {
	*c = CORSModel{}
	if len(data) > 0 && data[0] == '{' {
		c.Enabled = true
		return json.Unmarshal(data, &c.Config)
	}
	return json.Unmarshal(data, &c.Enabled)
}

// RouteModel is a handler for some methods of one path.
type RouteModel struct {
	Path    string   `json:"path"`
	Methods []string `json:"methods,omitempty"` // empty: GET
	Name    string   `json:"name,omitempty"`
	// ContentTypes are the media types that the route accepts. nil stands for
	// application/json alone, empty for any.
	ContentTypes   []string `json:"content_types,omitzero"`
	APIKeyRequired bool     `json:"api_key_required,omitempty"`
	// Streams says that answers are sent piece by piece, see [Streams].
	Streams bool `json:"streams,omitempty"`
	// CORS overrides the API's default where it is not nil.
	CORS       *CORSModel `json:"cors,omitempty"`
	Authorizer string     `json:"authorizer,omitempty"` // name of an AuthorizerModel
	// Scopes replace the authorizer's own where they are not nil.
	Scopes  []string     `json:"scopes,omitzero"`
	Doc     string       `json:"doc,omitempty"` // first line: summary; the rest: description
	Handler string       `json:"handler,omitempty"`
	Source  *Source      `json:"source,omitempty"`
	Allow   []AllowModel `json:"allow,omitempty"`
	// Operation is the Operation Object of OpenAPI 3.1 of a [TypedRoute], as far as the
	// program knows it; it refers to the model's Schemas.
	Operation json.RawMessage `json:"operation,omitzero"`
	// ServesOpenAPI says that the route answers with the app's OpenAPI document.
	ServesOpenAPI bool `json:"serves_openapi,omitempty"`
	// Via is where the blueprint was registered that the route came with. It is
	// known only in the program itself.
	Via *Source `json:"-"`
}

// AuthorizerType is one of the five kinds of authorizers.
type AuthorizerType string

// The kinds of authorizers.
const (
	BuiltinAuthorizerType AuthorizerType = "builtin" // a function of the app
	CustomAuthorizerType  AuthorizerType = "custom"  // a Lambda function that exists already
	CognitoAuthorizerType AuthorizerType = "cognito" // Amazon Cognito user pools
	IAMAuthorizerType     AuthorizerType = "iam"     // AWS Signature Version 4
	JWTAuthorizerType     AuthorizerType = "jwt"     // an issuer of JSON Web Tokens; HTTP APIs only
)

// AuthorizerModel is something that decides who may call a route.
type AuthorizerModel struct {
	Name string         `json:"name"`
	Type AuthorizerType `json:"type"`
	// Header is the request header with the token. Empty stands for
	// Authorization, unless there is an Identity.
	Header string `json:"header,omitempty"`
	// Identity is what a request has to have, all of it, for a builtin or custom
	// authorizer to be asked. If it isn't empty, the authorizer is one of
	// requests, which API Gateway calls REQUEST; Header is empty then.
	Identity      []IdentityModel `json:"identity,omitempty"`
	TTLSeconds    *int            `json:"ttl_seconds,omitempty"`     // nil: API Gateway's default, 300
	ExecutionRole string          `json:"execution_role,omitempty"`  // builtin
	AuthorizerURI string          `json:"authorizer_uri,omitempty"`  // custom
	InvokeRoleARN string          `json:"invoke_role_arn,omitempty"` // custom
	ProviderARNs  []string        `json:"provider_arns,omitempty"`   // cognito
	Issuer        string          `json:"issuer,omitempty"`          // jwt: the URL in the tokens' claim iss
	// Audiences are those of which a token has to be for one: always there for
	// type jwt, and needed of type cognito only where an HTTP API asks it.
	Audiences []string     `json:"audiences,omitzero"`
	Scopes    []string     `json:"scopes,omitzero"`
	Handler   string       `json:"handler,omitempty"`
	Source    *Source      `json:"source,omitempty"`
	Allow     []AllowModel `json:"allow,omitempty"`
}

// IdentityModel is a header or a query parameter by which an authorizer of
// requests tells clients apart.
type IdentityModel struct {
	In   string `json:"in"` // IdentityInHeader or IdentityInQuery
	Name string `json:"name"`
}

// The values of IdentityModel.In.
const (
	IdentityInHeader = "header"
	IdentityInQuery  = "query"
)

// Identities returns what a request has to have for a Lambda authorizer to be
// asked: its Identity, or the one header that it has without.
func (m *AuthorizerModel) Identities() []IdentityModel {
	if len(m.Identity) > 0 {
		return m.Identity
	}
	return []IdentityModel{{IdentityInHeader, cmp.Or(m.Header, defaultAuthHeader)}}
}

// FunctionKind is what invokes a function.
type FunctionKind string

// The kinds of functions. Each names the field of FunctionModel that holds
// its settings, if it has any.
const (
	LambdaKind       FunctionKind = "lambda"
	ScheduleKind     FunctionKind = "schedule"
	CloudWatchKind   FunctionKind = "cloudwatch"
	S3Kind           FunctionKind = "s3"
	SNSKind          FunctionKind = "sns"
	SQSKind          FunctionKind = "sqs"
	KinesisKind      FunctionKind = "kinesis"
	DynamoDBKind     FunctionKind = "dynamodb"
	LogsKind         FunctionKind = "logs"
	WSConnectKind    FunctionKind = "ws_connect"
	WSMessageKind    FunctionKind = "ws_message"
	WSDisconnectKind FunctionKind = "ws_disconnect"
)

// FunctionModel is a Lambda function of its own: every handler that is
// neither a route nor a builtin authorizer. Of the settings, those of its Kind are
// there and no others.
//
// In this and in the other parts of a model, Handler is the symbol of the handler's Go
// function, such as example.com/shop.index; Source is the registration, nil where it
// isn't known; and Allow is what [Allow] adds to the function's policy.
type FunctionModel struct {
	Name       string           `json:"name"`
	Kind       FunctionKind     `json:"kind"`
	Schedule   *ScheduleModel   `json:"schedule,omitempty"`
	CloudWatch *CloudWatchModel `json:"cloudwatch,omitempty"`
	S3         *S3Model         `json:"s3,omitempty"`
	SNS        *SNSModel        `json:"sns,omitempty"`
	SQS        *SQSModel        `json:"sqs,omitempty"`
	Kinesis    *StreamModel     `json:"kinesis,omitempty"`
	DynamoDB   *StreamModel     `json:"dynamodb,omitempty"`
	Logs       *LogsModel       `json:"logs,omitempty"`
	// Authorizer is the name of the AuthorizerModel that decides about new
	// websocket connections; only for WSConnectKind.
	Authorizer string `json:"authorizer,omitempty"`
	// TrafficHook says that CodeDeploy can call the function while it deploys another
	// one, and is told what the function found; only for LambdaKind.
	TrafficHook bool   `json:"traffic_hook,omitempty"`
	Handler     string `json:"handler,omitempty"`
	// Poison is the symbol of the function that decides about records which can't be
	// decoded, see [Poison]; empty if there is none.
	Poison string       `json:"poison,omitempty"`
	Source *Source      `json:"source,omitempty"`
	Allow  []AllowModel `json:"allow,omitempty"`
}

// FunctionName is the name by which Lambda knows the function: its own, or for
// a websocket handler that of its kind of event.
func (m *FunctionModel) FunctionName() string {
	return cmp.Or(socketName(m.Kind), m.Name)
}

// ScheduleModel invokes a function at certain times: by a rule of Amazon
// EventBridge, or by EventBridge Scheduler where Scheduler is not nil.
type ScheduleModel struct {
	Expression  string `json:"expression"` // rate(...), cron(...), or at(...) for Scheduler
	Description string `json:"description,omitempty"`
	// Input is the JSON that the function gets; empty: the event that says when it is.
	Input string `json:"input,omitempty"`
	// Retry is nil for the service's own limits.
	Retry *RetryModel `json:"retry,omitempty"`
	// DeadLetterQueue is the ARN of the queue that gets what couldn't be delivered.
	DeadLetterQueue string          `json:"dead_letter_queue,omitempty"`
	Scheduler       *SchedulerModel `json:"scheduler,omitempty"`
}

// SchedulerModel is what EventBridge Scheduler has and rules lack.
type SchedulerModel struct {
	Timezone string `json:"timezone,omitempty"` // IANA's name, such as Europe/Paris; empty: UTC
	// FlexibleWindowMinutes is how much later than its time the function may be
	// invoked; 0: at its time.
	FlexibleWindowMinutes int    `json:"flexible_window_in_minutes,omitempty"`
	From                  string `json:"from,omitempty"`  // when the schedule begins, RFC 3339 in UTC
	Until                 string `json:"until,omitempty"` // when it ends
}

// RetryModel limits how often and how long a service tries again. nil: the
// service's own limit.
type RetryModel struct {
	MaximumAttempts   *int `json:"maximum_attempts,omitempty"` // beyond the first
	MaximumAgeSeconds *int `json:"maximum_age_in_seconds,omitempty"`
}

// CloudWatchModel invokes a function for the events that match a pattern.
type CloudWatchModel struct {
	Pattern Pattern `json:"pattern"`
	Bus     string  `json:"bus,omitempty"` // name or ARN; empty: the account's default bus
	// Input is the JSON that the function gets in place of the event, and InputPath
	// the part of the event that it gets.
	Input     string      `json:"input,omitempty"`
	InputPath string      `json:"input_path,omitempty"`
	Retry     *RetryModel `json:"retry,omitempty"`
	// DeadLetterQueue is the ARN of the queue that gets what couldn't be delivered.
	DeadLetterQueue string `json:"dead_letter_queue,omitempty"`
}

// UnmarshalJSON reads a pattern. Numbers become [json.Number], so that they
// keep all their digits.
func (p *Pattern) UnmarshalJSON(data []byte) error {
	var members map[string]any
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(&members); err != nil {
		return err
	}
	*p = members
	return nil
}

// S3Model invokes a function when objects of a bucket change.
type S3Model struct {
	Bucket string   `json:"bucket"`
	Events []string `json:"events,omitempty"` // empty: s3:ObjectCreated:*
	Prefix string   `json:"prefix,omitempty"`
	Suffix string   `json:"suffix,omitempty"`
	// KeyFilters are further kinds of keys, beside Prefix with Suffix if either is
	// given.
	KeyFilters []KeyFilterModel `json:"key_filters,omitempty"`
	// EventBridge says that the bucket's events come by way of Amazon EventBridge. Only
	// then are there Retry, nil for its own limits, and DeadLetterQueue.
	EventBridge bool        `json:"eventbridge,omitempty"`
	Retry       *RetryModel `json:"retry,omitempty"`
	// DeadLetterQueue is the ARN of the queue that gets what couldn't be delivered.
	DeadLetterQueue string `json:"dead_letter_queue,omitempty"`
}

// KeyFilterModel is a kind of keys of objects: those that start and end with
// something.
type KeyFilterModel struct {
	Prefix string `json:"prefix,omitempty"`
	Suffix string `json:"suffix,omitempty"`
}

// Keys are the kinds of keys that the function is invoked for, one of which is
// enough. There is at least one, which is empty for all keys.
func (m *S3Model) Keys() []KeyFilterModel {
	if m.Prefix == "" && m.Suffix == "" && len(m.KeyFilters) > 0 {
		return m.KeyFilters
	}
	return append([]KeyFilterModel{{m.Prefix, m.Suffix}}, m.KeyFilters...)
}

// SNSModel invokes a function for the messages of a topic.
type SNSModel struct {
	Topic        string  `json:"topic"`                   // name or ARN
	FilterPolicy Pattern `json:"filter_policy,omitempty"` // nil: all messages
	// FilterPolicyScope says what the policy looks at: MessageAttributes or
	// MessageBody; empty: MessageAttributes.
	FilterPolicyScope string `json:"filter_policy_scope,omitempty"`
	// DeadLetterQueue is the ARN of the queue that gets what couldn't be delivered.
	DeadLetterQueue string `json:"dead_letter_queue,omitempty"`
}

// SQSModel invokes a function with batches of a queue's messages.
type SQSModel struct {
	Queue    string `json:"queue,omitempty"`     // name
	QueueARN string `json:"queue_arn,omitempty"` // wins over Queue

	BatchSize          int  `json:"batch_size,omitempty"` // 0: 1
	BatchWindowSeconds int  `json:"maximum_batching_window_in_seconds,omitempty"`
	MaximumConcurrency *int `json:"maximum_concurrency,omitempty"` // nil: no limit of its own
	// PartialBatch says that the handler reports the records that failed.
	PartialBatch bool              `json:"partial_batch,omitempty"`
	Provisioned  *ProvisionedModel `json:"provisioned,omitempty"`
	// Filters are patterns, one of which a message has to match; none: all messages.
	Filters   []Pattern `json:"filters,omitempty"`
	Disabled  bool      `json:"disabled,omitempty"`
	SourceKey string    `json:"source_key,omitempty"` // ARN of the KMS key of the queue
}

// ProvisionedModel is how many pollers Lambda keeps for a source.
type ProvisionedModel struct {
	MinimumPollers int `json:"minimum_pollers"`
	MaximumPollers int `json:"maximum_pollers"`
}

// StreamModel invokes a function with batches of a stream's records.
type StreamModel struct {
	Stream    string `json:"stream,omitempty"`     // Kinesis: name or ARN
	StreamARN string `json:"stream_arn,omitempty"` // DynamoDB: the table's stream

	BatchSize          int `json:"batch_size,omitempty"` // 0: 100
	BatchWindowSeconds int `json:"maximum_batching_window_in_seconds,omitempty"`
	// StartingPosition is LATEST, TRIM_HORIZON, or AT_TIMESTAMP, which is that of
	// StartAt, in RFC 3339; empty: LATEST.
	StartingPosition string `json:"starting_position,omitempty"`
	StartAt          string `json:"starting_position_timestamp,omitempty"` // Kinesis
	// PartialBatch says that the handler reports the records that failed.
	PartialBatch bool `json:"partial_batch,omitempty"`
	// Filters are patterns, one of which a record has to match; none: all records.
	Filters []Pattern `json:"filters,omitempty"`
	// Retry is nil if a batch is tried until its records expire.
	Retry *RetryModel `json:"retry,omitempty"`
	// Bisect says that a batch that failed is divided into two.
	Bisect bool `json:"bisect,omitempty"`
	// OnFailure is the ARN of the queue, topic or bucket that learns of batches
	// that were given up, and FailureKey that of its KMS key.
	OnFailure  string `json:"on_failure,omitempty"`
	FailureKey string `json:"failure_key,omitempty"`
	// ParallelizationFactor is how many batches of a shard are handled at a time;
	// 0: 1.
	ParallelizationFactor int    `json:"parallelization_factor,omitempty"`
	Disabled              bool   `json:"disabled,omitempty"`
	SourceKey             string `json:"source_key,omitempty"` // ARN of the KMS key of the stream
}

// LogsModel invokes a function with what is written to a log group of Amazon
// CloudWatch Logs.
type LogsModel struct {
	Group         string `json:"group"`
	FilterPattern string `json:"filter_pattern,omitempty"` // empty: all events
}

// Source is the place of a registration. File is relative to the root of the
// user's module.
type Source struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

// String returns the place as file:line.
func (s Source) String() string { return fmt.Sprintf("%s:%d", s.File, s.Line) }
