package cdkconstruct

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"github.com/chalice-go/chalice/internal/child"
	packager "github.com/chalice-go/chalice/package"
)

// packaged is an app that has been built and synthesized.
type packaged struct {
	zip    string            // path
	file   string            // the template's
	nested map[string]string // likewise of nested stacks, by their logical ids
	// document is the path of the API's definition, where that is too
	// large for the template; empty: it is in there.
	document string
	template
}

// template is what we need to know of one. Resources are also those of nested
// stacks: all ids of an app differ.
type template struct {
	Resources map[string]resource
	Outputs   map[string]any
}

type resource struct {
	stack      string // the nested stack that it is in; empty: none
	Type       string
	Properties struct {
		// of a function
		Code          struct{ S3Key any }
		Role          any
		Architectures []string
		VpcConfig     struct{ SecurityGroupIds any }

		FunctionName any // of an event source, a version or an alias

		// of a nested stack
		TemplateURL any
		Parameters  map[string]any
	}
}

const (
	functionType = "AWS::Lambda::Function"
	versionType  = "AWS::Lambda::Version"
	aliasType    = "AWS::Lambda::Alias"
	roleType     = "AWS::IAM::Role"
	sourceType   = "AWS::Lambda::EventSourceMapping"
	stackType    = "AWS::CloudFormation::Stack"
)

// names lists the logical ids of a type's resources, those of all types for "".
// Functions are only those whose code is the app's zip: a stack can have one
// more, which configures buckets.
func (t template) names(typ string) []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(t.Resources)) {
		r := t.Resources[name]
		if typ == "" || r.Type == typ && (typ != functionType || r.Properties.Code.S3Key != nil) {
			names = append(names, name)
		}
	}
	return names
}

// functionOf returns the logical id of the function that an event source, a version or an
// alias is of. An event source can name the alias.
func (t template) functionOf(name string) string {
	of := refOf(t.Resources[name].Properties.FunctionName)
	if t.Resources[of].Type == aliasType {
		return t.functionOf(of)
	}
	return of
}

// of returns the logical id of what a function has of a type, a version or an alias; "":
// nothing.
func (t template) of(function, typ string) string {
	for _, name := range t.names(typ) {
		if t.functionOf(name) == function {
			return name
		}
	}
	return ""
}

// refOf returns what a Ref names, "" for anything else.
func refOf(v any) string {
	o, _ := v.(map[string]any)
	id, _ := o["Ref"].(string)
	return id
}

// uses reports whether a function has that role of the template's.
func (r resource) uses(role string) bool {
	id, _ := r.role()
	return id == role
}

// role returns the logical id of a function's role, or what the function has
// instead: the ARN of a role that isn't in the template.
func (r resource) role() (id, arn string) {
	switch role := r.Properties.Role.(type) {
	case string:
		return "", role
	case map[string]any:
		if list, ok := role["Fn::GetAtt"].([]any); ok && len(list) == 2 {
			id, _ = list[0].(string)
		}
	}
	return id, ""
}

// build packages the app into the CDK app's own output folder: what the
// program is compiled to is kept there for the next time.
func (c *chalice) build(props *ChaliceProps, stage string) (*packaged, error) {
	t := newTokens(awscdk.Stack_Of(c))
	overrides, err := props.overrides(t)
	if err != nil {
		return nil, err
	}
	root, err := filepath.Abs(*awscdk.Stage_Of(c).AssetOutdir())
	if err != nil {
		return nil, err
	}
	in := packager.Input{
		ProjectDir:     c.source,
		NoConfig:       true,
		Names:          propertyNames,
		Stage:          stage,
		AnyStage:       true,
		Overrides:      overrides,
		StandIns:       t.tokens,
		Out:            filepath.Join(root, "chalice", *c.Node().Addr()),
		PackageFormat:  packager.CloudFormation,
		TemplateFormat: packager.JSON,
		Cache:          packager.CacheDir(),
		Version:        version(),
		Progress:       os.Stderr,
	}
	aim(&in, awscdk.Stack_Of(c))
	in.BuildTags, in.LinkerFlags, in.PassEnv = texts(props.BuildTags), texts(props.LinkerFlags), texts(props.PassEnvironment)
	in.Force = props.Force != nil && *props.Force
	var out packager.Output
	err = child.WithSignals(func(ctx context.Context) (err error) {
		out, err = packager.Build(ctx, in)
		return err
	})
	for _, w := range out.Warnings {
		awscdk.Annotations_Of(c).AddWarningV2(jsii.String("@chalice-go/chalice:"+string(w.Kind)), jsii.String(w.Message))
	}
	if err != nil {
		return nil, err
	}
	p, err := read(out)
	if err != nil {
		return nil, err
	}
	return p, p.addDocument(out)
}

// texts are the values of a property; nil: it is left out.
func texts(list *[]*string) (all []string) {
	if list == nil {
		return nil
	}
	for _, text := range *list {
		all = append(all, *text)
	}
	return all
}

// aim says where a stack is deployed to, as far as that is known.
func aim(in *packager.Input, stack awscdk.Stack) {
	known := func(s *string) string {
		if token.MatchString(*s) {
			return ""
		}
		return *s
	}
	in.Target.Region, in.Target.AccountID = known(stack.Region()), known(stack.Account())
	if in.Target.Check() != nil { // made up, which matters to hardly any app
		in.Target.Region, in.Target.AccountID = "", ""
	}
}

// read returns what the packager has written.
func read(out packager.Output) (*packaged, error) {
	root, err := readTemplate(out.Template)
	if err != nil {
		return nil, err
	}
	p := &packaged{zip: out.Zip, file: out.Template, nested: map[string]string{}, template: root}
	for _, id := range root.names(stackType) {
		stack := root.Resources[id]
		name, _ := stack.Properties.TemplateURL.(string)
		file := filepath.Join(filepath.Dir(out.Template), filepath.FromSlash(name))
		part, err := readTemplate(file)
		if err != nil {
			return nil, err
		}
		p.nested[id] = file
		for name, r := range part.Resources {
			r.stack = id
			// A role that isn't in the nested stack comes as a parameter.
			if value, ok := stack.Properties.Parameters[refOf(r.Properties.Role)]; ok {
				r.Properties.Role = value
			}
			r.Properties.VpcConfig.SecurityGroupIds = passed(r.Properties.VpcConfig.SecurityGroupIds, stack.Properties.Parameters)
			root.Resources[name] = r
		}
	}
	return p, nil
}

// passed puts the values of a nested stack's parameters in place of references to
// them.
func passed(v any, parameters map[string]any) any {
	if list, ok := v.([]any); ok {
		values := make([]any, len(list))
		for i, e := range list {
			values[i] = passed(e, parameters)
		}
		return values
	}
	if value, ok := parameters[refOf(v)]; ok {
		return value
	}
	return v
}

func readTemplate(file string) (parsed template, err error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return template{}, err
	}
	if err := json.Unmarshal(data, &parsed); err != nil {
		return template{}, fmt.Errorf("read %s: %w", file, err)
	}
	return parsed, nil
}

const module = "github.com/chalice-go/chalice"

// version is that of the module, for the tag that functions have.
func version() string {
	const unreleased = "0.0.0-devel" // as the command calls itself
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return unreleased
	}
	for _, m := range info.Deps {
		if m.Path == module && m.Replace == nil && strings.HasPrefix(m.Version, "v") {
			return strings.TrimPrefix(m.Version, "v")
		}
	}
	return unreleased
}
