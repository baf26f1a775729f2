package synth

import (
	"fmt"
	"slices"

	"github.com/awslabs/goformation/v7/cloudformation/lambda"
	"github.com/awslabs/goformation/v7/cloudformation/serverless"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/internal/standin"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// function is a Lambda function.
type function struct {
	Name         string // as configured and as _HANDLER, unique in its graph
	FunctionName string // as in AWS, where the format names functions
	Architecture string
	MemorySize   int // MB
	Timeout      int // seconds
	Environment  map[string]config.Value
	Tags         map[string]config.Value
	XRay         bool
	Concurrency  *int // reserved; nil: none
	Layers       config.List
	Subnets      config.List
	Groups       config.List  // security groups, if there are subnets
	Role         *role        // nil: RoleARN
	RoleARN      config.Value // a role of the user's own
	Logging      config.Logging
	LogGroup     *logGroup // of the function's own; nil: that of Logging, or left to Lambda
	Alarms       []*alarm  // about its invocations
	warned       []Warning
	API          bool // an API calls it, and it stays in the API's stack
	Source       *app.Source

	Code        string             // digest of the program (SHA-256, in hexadecimal), for versions
	Provisioned *int               // instances that the alias keeps ready; nil: none
	Deployment  *config.Deployment // nil: it has no CodeDeploy

	functionSettings
	DeadLetters *asyncTarget // nil: it has none
}

var _ Resource = (*function)(nil)

// ID returns "function" and the name.
func (f *function) ID() string { return functionID(f.Name) }

func functionID(name string) string { return "function " + name }

func (f *function) source() *app.Source { return f.Source }

func (f *function) belongsTo() string { return f.Name }

// Refs returns the function's role and log group.
func (f *function) Refs() []string {
	var refs []string
	if f.Role != nil {
		refs = append(refs, f.Role.ID())
	}
	if f.LogGroup != nil {
		refs = append(refs, f.LogGroup.ID())
	}
	return refs
}

// Outline has lines for the role and the log group.
func (f *function) Outline() Outline {
	role := Line{ID: "role " + f.RoleARN.String(), Label: "role", Text: f.RoleARN.String()}
	if f.Role != nil {
		role.ID, role.Text = f.Role.ID(), f.Role.Name
	}
	lines := []Line{role}
	if g := f.LogGroup; g != nil {
		lines = append(lines, Line{ID: g.ID(), Label: "logs", Text: "kept for " + counted(g.Days, "day")})
	} else if g := f.Logging.Group; !g.IsZero() {
		lines = append(lines, Line{ID: "log group " + g.String(), Label: "logs", Text: "to " + standin.Readable(g.Any())})
	}
	if f.DeadLetters != nil {
		lines = append(lines, Line{ID: "dead letters of " + f.ID(), Label: "dead letters", Text: f.DeadLetters.outline()})
	}
	return Outline{Kind: "function", Name: f.Name, Note: fmt.Sprintf("%d MB · %d s", f.MemorySize, f.Timeout), Lines: lines}
}

// counted returns a text such as "1 day" or "2 days".
func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// logicalID is the function's id in CloudFormation. The one behind the REST
// API has an id of its own, a part of the reference's public contract.
func (f *function) logicalID(t *stack) string {
	id, err := functionLogicalID(f.Name)
	if err != nil {
		t.fail(err)
	}
	return id
}

func functionLogicalID(name string) (string, error) {
	if name == app.RESTHandler {
		return "APIHandler", nil
	}
	return LogicalID(name)
}

func (f *function) sam(t *samTemplate) error {
	var environment *serverless.Function_FunctionEnvironment
	if variables := t.values(f.Environment); variables != nil {
		environment = &serverless.Function_FunctionEnvironment{Variables: variables}
	}
	id := f.logicalID(t.stack)
	t.expand(id, 0, expandedFunction+len(f.Tags)*expandedTag)
	fn := t.add(id, f.ID(), &serverless.Function{
		Runtime:                      new(providedRuntime),
		Handler:                      &f.Name,
		Architectures:                []string{f.Architecture},
		CodeUri:                      &serverless.Function_CodeUri{String: new("./" + codeArchive)},
		Tags:                         t.values(f.Tags),
		Tracing:                      new(f.tracing()),
		Timeout:                      &f.Timeout,
		MemorySize:                   &f.MemorySize,
		Environment:                  environment,
		VpcConfig:                    f.vpc(t.stack),
		ReservedConcurrentExecutions: f.Concurrency,
		Layers:                       t.listed(f.Layers),
		Role:                         new(f.role(t.stack)),
		DeadLetterQueue:              f.deadLetterQueue(t.stack),
	})
	f.functionSettings.set(t.stack, f, fn)
	f.samVersions(t, fn)
	return f.samLogging(t, fn)
}

// Estimates of how many bytes SAM adds to a function for its code's place and
// for each of its tags.
const (
	expandedFunction = 300
	expandedTag      = 50
)

func (f *function) tracing() string {
	if f.XRay {
		return "Active"
	}
	return "PassThrough"
}

func (f *function) vpc(t *stack) *serverless.Function_VpcConfig {
	if len(f.Subnets.Items) == 0 {
		return nil
	}
	return &serverless.Function_VpcConfig{SecurityGroupIds: t.listed(f.Groups), SubnetIds: t.listed(f.Subnets)}
}

func (f *function) role(t *stack) string {
	if f.Role == nil {
		return t.valueIn(f.RoleARN, asARN)
	}
	return t.text(cfn.GetAtt(f.Role.logicalID(t), "Arn"))
}

// sortedKeys lists the keys of a map in order.
func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func (f *function) cloudformation(t *cfnTemplate) error {
	fn := &lambda.Function{
		Runtime:                      new(providedRuntime),
		Handler:                      &f.Name,
		Architectures:                []string{f.Architecture},
		Code:                         t.functionCode(),
		Tags:                         t.tagList(f.Tags),
		TracingConfig:                &lambda.Function_TracingConfig{Mode: new(f.tracing())},
		Timeout:                      &f.Timeout,
		MemorySize:                   &f.MemorySize,
		ReservedConcurrentExecutions: f.Concurrency,
		Layers:                       t.listed(f.Layers),
		Role:                         f.role(t.stack),
		LoggingConfig:                f.logging(t.stack),
		DeadLetterConfig:             f.deadLetterConfig(t.stack),
	}
	if variables := t.values(f.Environment); variables != nil {
		fn.Environment = &lambda.Function_Environment{Variables: variables}
	}
	if len(f.Subnets.Items) > 0 {
		fn.VpcConfig = &lambda.Function_VpcConfig{SecurityGroupIds: t.listed(f.Groups), SubnetIds: t.listed(f.Subnets)}
	}
	added := t.add(f.logicalID(t.stack), f.ID(), fn)
	f.functionSettings.set(t.stack, f, added)
	f.cfnVersions(t, added)
	return nil
}

const tfFunction = "aws_lambda_function"

// tf is an attribute of the function in Terraform.
func (f *function) tf(attribute string) string { return tfRef(tfFunction, f.Name, attribute) }

func (f *function) terraform(m *tfModule) error {
	body := ordered.New(
		"function_name", m.named(f.ID(), f.FunctionName, tfFunctionName),
		"runtime", providedRuntime,
		"handler", f.Name,
		"architectures", []any{f.Architecture},
		"memory_size", f.MemorySize,
		"tags", m.values(f.Tags),
		"timeout", f.Timeout,
	)
	m.place(body, f.Code)
	body.Add("role", f.tfRole(m))
	if len(f.Subnets.Items) > 0 {
		body.Add("vpc_config", ordered.New("subnet_ids", m.listed(f.Subnets), "security_group_ids", m.listed(f.Groups)))
	}
	if f.Concurrency != nil {
		body.Add("reserved_concurrent_executions", *f.Concurrency)
	}
	if len(f.Environment) > 0 {
		body.Add("environment", ordered.New("variables", m.values(f.Environment)))
	}
	if f.XRay {
		body.Add("tracing_config", ordered.New("mode", "Active"))
	}
	if len(f.Layers.Items) > 0 {
		body.Add("layers", m.listed(f.Layers))
	}
	if logging := f.tfLogging(m); logging != nil {
		body.Add("logging_config", logging)
	}
	f.setTF(m, f, body)
	f.checkTFName(m)
	if f.DeadLetters != nil {
		body.Add("dead_letter_config", ordered.New("target_arn", m.value(f.DeadLetters.Value)))
	}
	m.add(tfFunction, f.Name, body)
	f.tfVersions(m, body)
	return nil
}

func (f *function) tfRole(m *tfModule) string {
	if f.Role == nil {
		return m.value(f.RoleARN)
	}
	return tfRef(tfRole, f.Role.Name, "arn")
}
