package synth

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/awslabs/goformation/v7/cloudformation/lambda"
	"github.com/awslabs/goformation/v7/cloudformation/serverless"
	"github.com/awslabs/goformation/v7/cloudformation/tags"

	"github.com/chalice-go/chalice/app"
)

// Function is a Lambda function.
type Function struct {
	Name         string // as configured and as _HANDLER, unique in its graph
	FunctionName string // as in AWS, where the format names functions
	Architecture string
	MemorySize   int // MB
	Timeout      int // seconds
	Environment  map[string]any
	Tags         map[string]string
	XRay         bool
	Concurrency  *int // reserved; nil: none
	Layers       []string
	Subnets      []string
	Groups       []string  // security groups, if there are subnets
	Role         *Role     // nil: RoleARN
	RoleARN      string    // a role of the user's own
	LogGroup     *LogGroup // nil: left to Lambda
	API          bool      // an API calls it, and it stays in the API's stack
	Source       *app.Source
}

var _ Resource = (*Function)(nil)

// ID gives "function" and the name.
func (f *Function) ID() string { return functionID(f.Name) }

func functionID(name string) string { return "function " + name }

func (f *Function) source() *app.Source { return f.Source }

func (f *Function) belongsTo() string { return f.Name }

// Refs gives the function's role.
func (f *Function) Refs() []string {
	if f.Role == nil {
		return nil
	}
	return []string{f.Role.ID()}
}

// logicalID is the function's id in CloudFormation. The one behind the REST
// API has an id of its own, a part of the reference's public contract.
func (f *Function) logicalID(t *stack) string {
	if f.Name == app.RESTHandler {
		return "APIHandler"
	}
	return t.id(f.Name)
}

func (f *Function) sam(t *samTemplate) error {
	variables, err := f.variables(t.stack)
	if err != nil {
		return err
	}
	var environment *serverless.Function_FunctionEnvironment
	if variables != nil {
		environment = &serverless.Function_FunctionEnvironment{Variables: variables}
	}
	id := f.logicalID(t.stack)
	t.expand(id, 0, expandedFunction+len(f.Tags)*expandedTag)
	t.add(id, f.ID(), &serverless.Function{
		Runtime:                      new(providedRuntime),
		Handler:                      &f.Name,
		Architectures:                []string{f.Architecture},
		CodeUri:                      &serverless.Function_CodeUri{String: new("./" + codeArchive)},
		Tags:                         f.Tags,
		Tracing:                      new(f.tracing()),
		Timeout:                      &f.Timeout,
		MemorySize:                   &f.MemorySize,
		Environment:                  environment,
		VpcConfig:                    f.vpc(),
		ReservedConcurrentExecutions: f.Concurrency,
		Layers:                       f.Layers,
		Role:                         new(f.role(t.stack)),
	})
	return nil
}

// Estimates of how many bytes SAM adds to a function for its code's place and
// for each of its tags.
const (
	expandedFunction = 300
	expandedTag      = 50
)

func (f *Function) tracing() string {
	if f.XRay {
		return "Active"
	}
	return "PassThrough"
}

// variables gives the environment, nil where it is empty.
func (f *Function) variables(t *stack) (map[string]string, error) {
	if len(f.Environment) == 0 {
		return nil, nil
	}
	variables := map[string]string{}
	for name, value := range f.Environment {
		text, isText := value.(string)
		if !isText {
			fn, err := t.intrinsic(value)
			if err != nil {
				return nil, err
			}
			text = t.text(fn)
		}
		variables[name] = text
	}
	return variables, nil
}

// intrinsic makes an Object of an intrinsic function as the configuration
// holds it.
func (t *tree) intrinsic(v any) (*Object, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	o := &Object{}
	return o, json.Unmarshal(data, o)
}

func (f *Function) vpc() *serverless.Function_VpcConfig {
	if len(f.Subnets) == 0 {
		return nil
	}
	return &serverless.Function_VpcConfig{SecurityGroupIds: f.Groups, SubnetIds: f.Subnets}
}

func (f *Function) role(t *stack) string {
	if f.Role == nil {
		return f.RoleARN
	}
	return t.text(getAtt(f.Role.logicalID(t), "Arn"))
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

func (f *Function) cloudformation(t *cfnTemplate) error {
	variables, err := f.variables(t.stack)
	if err != nil {
		return err
	}
	fn := &lambda.Function{
		Runtime:                      new(providedRuntime),
		Handler:                      &f.Name,
		Architectures:                []string{f.Architecture},
		Code:                         t.functionCode(),
		Tags:                         tagList(f.Tags),
		TracingConfig:                &lambda.Function_TracingConfig{Mode: new(f.tracing())},
		Timeout:                      &f.Timeout,
		MemorySize:                   &f.MemorySize,
		ReservedConcurrentExecutions: f.Concurrency,
		Layers:                       f.Layers,
		Role:                         f.role(t.stack),
	}
	if variables != nil {
		fn.Environment = &lambda.Function_Environment{Variables: variables}
	}
	if len(f.Subnets) > 0 {
		fn.VpcConfig = &lambda.Function_VpcConfig{SecurityGroupIds: f.Groups, SubnetIds: f.Subnets}
	}
	t.add(f.logicalID(t.stack), f.ID(), fn)
	return nil
}

// tagList makes the tags of CloudFormation's types, in the order of their keys.
func tagList(m map[string]string) []tags.Tag {
	var list []tags.Tag
	for _, key := range sortedKeys(m) {
		list = append(list, tags.Tag{Key: key, Value: m[key]})
	}
	return list
}

const tfFunction = "aws_lambda_function"

// tf is an attribute of the function in Terraform.
func (f *Function) tf(attribute string) string { return tfRef(tfFunction, f.Name, attribute) }

func (f *Function) terraform(m *tfModule) error {
	body := object(
		"function_name", m.named(f.ID(), f.FunctionName, tfFunctionName),
		"runtime", providedRuntime,
		"handler", f.Name,
		"architectures", []any{f.Architecture},
		"memory_size", f.MemorySize,
		"tags", textMap(f.Tags),
		"timeout", f.Timeout,
		"source_code_hash", `${filebase64sha256("${path.module}/`+codeArchive+`")}`,
		"filename", "${path.module}/"+codeArchive,
		"role", f.tfRole(),
	)
	if len(f.Subnets) > 0 {
		body.add("vpc_config", object("subnet_ids", texts(f.Subnets), "security_group_ids", texts(f.Groups)))
	}
	if f.Concurrency != nil {
		body.add("reserved_concurrent_executions", *f.Concurrency)
	}
	if len(f.Environment) > 0 {
		variables := &Object{}
		for _, name := range sortedKeys(f.Environment) {
			text, ok := f.Environment[name].(string)
			if !ok {
				return fmt.Errorf("environment variable %s is an intrinsic function of CloudFormation's, which Terraform does not know; use text, with ${...} for an expression", name)
			}
			variables.add(name, text)
		}
		body.add("environment", object("variables", variables))
	}
	if f.XRay {
		body.add("tracing_config", object("mode", "Active"))
	}
	if len(f.Layers) > 0 {
		body.add("layers", texts(f.Layers))
	}
	m.add(tfFunction, f.Name, body)
	return nil
}

func (f *Function) tfRole() string {
	if f.Role == nil {
		return f.RoleARN
	}
	return tfRef(tfRole, f.Role.Name, "arn")
}

// textMap makes an object of a map of strings, its keys in order.
func textMap(m map[string]string) *Object {
	o := &Object{}
	for _, key := range sortedKeys(m) {
		o.add(key, m[key])
	}
	return o
}
