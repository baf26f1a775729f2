package values

import (
	"go/types"
	"iter"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/chalice-go/chalice/internal/policy/arn"
	"github.com/chalice-go/chalice/internal/policy/gotypes"
	"github.com/chalice-go/chalice/internal/policy/sdk"
	"github.com/chalice-go/chalice/internal/policy/ssaform"
)

// known returns the first result of functions whose source isn't read, but which are
// known. A new one is a case here.
func (t *tracer) known(c *ssa.Call, f *ssa.Function, args []ssa.Value, index int, in *callContext) ([]arn.Name, bool) {
	name := qualifiedName(f)
	if textOf := texts[name]; textOf != nil {
		if f.Signature.Variadic() {
			args = t.variadic(args[0])
		}
		return t.ofTexts(textOf, args, index, in)
	}
	if index > 0 {
		return nil, false
	}
	switch name {
	case "os.Getenv", "os.LookupEnv":
		return t.variable(args[0], in)
	case "cmp.Or":
		names, ok := t.all(args, in)
		return nonEmpty(names), ok
	case "fmt.Sprintf":
		return t.format(args, in)
	case "fmt.Sprint":
		return t.printed(args[0], in)
	case "os.ExpandEnv":
		return t.expanded(args[0], in)
	case "strings.Join":
		return t.joined(args, in)
	case "net/url.PathEscape":
		return t.escaped(args[0], in, url.PathEscape)
	case "net/url.QueryEscape":
		return t.escaped(args[0], in, url.QueryEscape)
	case "strings.Builder.String", "bytes.Buffer.String":
		return t.built(args[0], c, in)
	case "strings.ToLower":
		return t.cased(strings.ToLower, args[0], in)
	case "strings.ToUpper":
		return t.cased(strings.ToUpper, args[0], in)
	case "maps.Keys", "maps.Values":
		return t.ranged(args[0], name == "maps.Values", in)
	case sdk.AppPath + ".S3Event.Bucket":
		return t.v.buckets()
	}
	if isPointerHelper(f) || isListed(copiers, f) {
		return t.trace(args[0], in)
	}
	return nil, false
}

// qualifiedName returns the name of a function with the path of its package and, for
// a method, the name of its receiver's type: "os.Getenv", "encoding/json.Encoder.Encode".
func qualifiedName(f *ssa.Function) string {
	if o := f.Origin(); o != nil {
		f = o
	}
	name := f.Name()
	if recv := f.Signature.Recv(); recv != nil {
		name = gotypes.ReceiverName(recv.Type()) + "." + name
	}
	return ssaform.PackageOf(f) + "." + name
}

// variable returns the value of an environment variable with a constant name:
// what is configured, and what the program itself sets.
func (t *tracer) variable(name ssa.Value, in *callContext) ([]arn.Name, bool) {
	keys, ok := t.trace(name, in)
	if !ok {
		return nil, false
	}
	var names []arn.Name
	for _, k := range nonEmpty(keys) {
		if len(k) != 1 || k[0].Kind != arn.Constant {
			return nil, false
		}
		more, ok := t.variableNamed(k[0].Text)
		if !ok {
			return nil, false
		}
		names = append(names, more...)
	}
	return names, true
}

// variableNamed returns the value of an environment variable: what is configured, and
// what the program itself sets.
func (t *tracer) variableNamed(key string) ([]arn.Name, bool) {
	set, ok := t.environment(key)
	return append([]arn.Name{{{Kind: arn.Variable, Text: key}}}, set...), ok
}

// environment returns what the program sets an environment variable to.
func (t *tracer) environment(key string) ([]arn.Name, bool) {
	var names []arn.Name
	for c := range t.v.setenvs() {
		set, ok := t.trace(c.Common().Args[0], nil)
		if ok && !slices.ContainsFunc(set, func(n arn.Name) bool { return n.CanBe(key) }) {
			continue
		}
		values, known := t.trace(c.Common().Args[1], nil)
		if !ok || !known {
			return nil, false
		}
		names = append(names, values...)
	}
	return names, true
}

// setenvs yields the calls that set an environment variable: the first argument names it.
func (v *Analysis) setenvs() iter.Seq[ssa.CallInstruction] {
	return func(yield func(ssa.CallInstruction) bool) {
		for _, c := range v.foreignCalls() {
			if c.callee == nil || c.callee.Name() != "Setenv" {
				continue
			}
			if name := qualifiedName(c.callee); (name == "os.Setenv" || name == "syscall.Setenv") && !yield(c) {
				return
			}
		}
	}
}

// CanSet reports whether a call can set one of some environment variables.
func (v *Analysis) CanSet(variables []string) bool {
	for c := range v.setenvs() {
		names, ok := v.origins(c.Common().Args[0])
		if !ok || slices.ContainsFunc(names, func(n arn.Name) bool { return slices.ContainsFunc(variables, n.CanBe) }) {
			return true
		}
	}
	return false
}

// buckets returns the names of the buckets whose events the handlers get.
func (v *Analysis) buckets() ([]arn.Name, bool) {
	buckets, ok := v.scope.Buckets()
	var names []arn.Name
	for _, b := range buckets {
		names = append(names, constants(b)...)
	}
	return names, ok
}

// named says which field of an input names the resource that an output is about.
type named struct {
	input, field string
	typ          string // of the resource, where the output has its ARN and inputs take no name
}

// outputs are the fields of outputs with what an input names: its name, or what is as
// good as that, or its ARN. They have the SDK's package before them.
var outputs = map[string]named{
	"sqs.GetQueueUrlOutput.QueueUrl":                       {"GetQueueUrlInput", "QueueName", ""},
	"sqs.CreateQueueOutput.QueueUrl":                       {"CreateQueueInput", "QueueName", ""},
	"sns.CreateTopicOutput.TopicArn":                       {"CreateTopicInput", "Name", "sns:topic"},
	"sfn.CreateStateMachineOutput.StateMachineArn":         {"CreateStateMachineInput", "Name", "states:statemachine"},
	"sfn.StartExecutionOutput.ExecutionArn":                {"StartExecutionInput", "StateMachineArn", ""},
	"eventbridge.CreateEventBusOutput.EventBusArn":         {"CreateEventBusInput", "Name", "events:event-bus"},
	"scheduler.CreateScheduleGroupOutput.ScheduleGroupArn": {"CreateScheduleGroupInput", "Name", "scheduler:schedule-group"},
	"s3.CreateMultipartUploadOutput.Bucket":                {"CreateMultipartUploadInput", "Bucket", ""},
	"s3.CompleteMultipartUploadOutput.Bucket":              {"CompleteMultipartUploadInput", "Bucket", ""},
	"lambda.CreateFunctionOutput.FunctionArn":              {"CreateFunctionInput", "FunctionName", ""},
	"lambda.CreateFunctionOutput.FunctionName":             {"CreateFunctionInput", "FunctionName", ""},
	"lambda.GetFunctionConfigurationOutput.FunctionName":   {"GetFunctionConfigurationInput", "FunctionName", ""},
	"secretsmanager.CreateSecretOutput.ARN":                {"CreateSecretInput", "Name", ""},
	"secretsmanager.CreateSecretOutput.Name":               {"CreateSecretInput", "Name", ""},
	"secretsmanager.DescribeSecretOutput.ARN":              {"DescribeSecretInput", "SecretId", ""},
	"secretsmanager.DescribeSecretOutput.Name":             {"DescribeSecretInput", "SecretId", ""},
	"secretsmanager.GetSecretValueOutput.ARN":              {"GetSecretValueInput", "SecretId", ""},
	"secretsmanager.GetSecretValueOutput.Name":             {"GetSecretValueInput", "SecretId", ""},
	"secretsmanager.PutSecretValueOutput.ARN":              {"PutSecretValueInput", "SecretId", ""},
	"secretsmanager.PutSecretValueOutput.Name":             {"PutSecretValueInput", "SecretId", ""},
}

// output returns the names of the resources that a field of an output is about.
func (v *Analysis) output(owner *types.TypeName, index int) ([]arn.Name, bool) {
	s, ok := owner.Type().Underlying().(*types.Struct)
	if !ok || owner.Pkg() == nil {
		return nil, false
	}
	by, ok := outputs[sdkName(owner)+"."+s.Field(index).Name()]
	if !ok {
		return nil, false
	}
	in, ok := owner.Pkg().Scope().Lookup(by.input).(*types.TypeName)
	if !ok {
		return nil, false
	}
	if v.outputsOf[owner] {
		return nil, true // a call's input made of its own output brings nothing new
	}
	v.outputsOf[owner] = true
	names, ok := v.FieldNames(in.Type().(*types.Named), by.field, "")
	delete(v.outputsOf, owner)
	if !ok || by.typ == "" {
		return names, ok
	}
	var arns []arn.Name
	for _, n := range names {
		arns = append(arns, n.OfType(by.typ, nil))
	}
	return arns, true
}

// sdkName returns the name of a type of one of the SDK's clients with its package,
// "" if it is no such type.
func sdkName(t *types.TypeName) string {
	if t.Pkg() == nil {
		return ""
	}
	service, ok := strings.CutPrefix(t.Pkg().Path(), sdk.ServicePrefix)
	if !ok || strings.Contains(service, "/") {
		return ""
	}
	return service + "." + t.Name()
}

// accounts are the fields of inputs that say whose account a resource is in, by the
// field that names it, with the type of the resource.
var accounts = map[string]struct{ field, typ string }{
	"sqs.GetQueueUrlInput.QueueName": {"QueueOwnerAWSAccountId", "sqs:queue"},
}

// inAccount returns the names that a field of an input has, as ARNs where the input can
// name another account. One that isn't known is any.
func (v *Analysis) inAccount(in *types.Named, field string, names []arn.Name) []arn.Name {
	by, ok := accounts[sdkName(in.Obj())+"."+field]
	if !ok || !v.IsSet(in, by.field) {
		return names
	}
	owners, ok := v.FieldNames(in, by.field, "")
	if !ok {
		owners = []arn.Name{anything}
	}
	var arns []arn.Name
	for _, n := range names {
		for _, owner := range owners {
			arns = append(arns, n.OfType(by.typ, owner))
		}
	}
	return arns
}

// escaped returns a name with its texts escaped. The value of an environment variable
// is taken for one that needs no escapes.
func (t *tracer) escaped(arg ssa.Value, in *callContext, escape func(string) string) ([]arn.Name, bool) {
	names, ok, grows := t.part(arg, in)
	var all []arn.Name
	for _, n := range names {
		n = slices.Clone(n)
		for i, p := range n {
			if p.Kind == arn.Constant {
				n[i].Text = escape(p.Text)
			}
		}
		all = append(all, n)
	}
	return all, ok && !grows
}
