package synth

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/internal/standin"
	"github.com/chalice-go/chalice/internal/tftext"
)

// The versions that the Terraform module runs with. There are no upper bounds:
// a module that works with the provider's next version shouldn't refuse it.
const (
	terraformVersion   = ">= 1.5.0"
	awsProviderVersion = ">= 6.0"
	// urlProviderVersion is the first that knows of both permissions of a URL.
	// https://github.com/hashicorp/terraform-provider-aws/pull/44858
	urlProviderVersion = ">= 6.29.0"
)

// Terraform renders the graph as a Terraform module in JSON, for Terraform
// from 1.5 on and OpenTofu. What is configured, and what the program names outside
// the app, is written as it is, so ${...} in it is an expression of Terraform's.
// In the program's own texts, such as descriptions, it is text.
func Terraform(g *Graph) (*Template, error) { return newTFModule(g).of(g) }

func newTFModule(g *Graph) *tfModule {
	return &tfModule{
		resource: &ordered.Object{}, locals: &ordered.Object{}, output: &ordered.Object{}, variables: &ordered.Object{},
		standIns: g.standIns, provider: awsProviderVersion, roles: g.roles,
	}
}

// of renders a graph.
func (m *tfModule) of(g *Graph) (*Template, error) {
	for _, r := range g.resources {
		before := len(m.problems)
		m.function, m.tags = functionOf(r), g.tagging.of(r)
		if err := r.terraform(m); err != nil {
			m.fail(fmt.Errorf("%s: %w", r.ID(), err))
		}
		located(r, m.problems[before:])
	}
	if err := distinct(m.problems); err != nil {
		return nil, g.standIns.explained(err)
	}
	return &Template{root: m.root(), standIns: g.standIns, configured: m.configured}, nil
}

// tfModule is a Terraform module in the making.
type tfModule struct {
	resource *ordered.Object // type, then name
	locals   *ordered.Object
	output   *ordered.Object
	problems []error
	// variables are those for what is left open about the code.
	variables *ordered.Object
	code      *tfCode // where the program is in S3; nil: it is beside the module
	standIns  standIns
	function  string // that what is being rendered belongs to
	provider  string // which versions of the AWS provider it needs
	// configured are values of the configuration with expressions.
	configured []configured
	roles      roleSettings
	tags       map[string]config.Value // of what is being rendered, if it can have some; nil: none
}

func (m *tfModule) fail(err error) { m.problems = append(m.problems, err) }

var tfName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)

// add puts a resource into the module.
func (m *tfModule) add(typ, name string, body *ordered.Object) *ordered.Object {
	if !tfName.MatchString(name) {
		m.fail(fmt.Errorf("%q is no name for a resource in Terraform: it must start with a letter or _, and have only letters, digits, _ and -", name))
	}
	resources := m.resource.Child(typ)
	if _, taken := resources.Get(name); taken {
		m.fail(fmt.Errorf("two resources would both be %s.%s; rename one of them", typ, name))
	}
	m.tag(typ, body)
	resources.Set(name, body)
	return body
}

var (
	tfFunctionName = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
	tfRuleName     = regexp.MustCompile(`^[A-Za-z0-9_.-]+$`)
)

// maxTFName is how long names of functions, roles and rules can be.
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
const maxTFName = 64

// named checks a name that AWS gets from the module; elsewhere CloudFormation makes
// such names. What has something to fill in can't be checked.
func (m *tfModule) named(what, name string, allowed *regexp.Regexp) string {
	switch {
	case strings.Contains(name, "${"):
	case len(name) > maxTFName:
		m.fail(fmt.Errorf("%s would have the name %s, of %d characters, but AWS takes %d: shorten app_name, the stage or the function's name", what, name, len(name), maxTFName))
	case !allowed.MatchString(name):
		m.fail(fmt.Errorf("%s would have the name %s, but AWS takes letters, digits, - and _: change app_name or the stage", what, name))
	}
	return name
}

func (m *tfModule) addOutput(name, value string) { m.output.Set(name, ordered.New("value", value)) }

const tfPermission = "aws_lambda_permission"

// allow lets a service invoke a function, which is named by one of its attributes, or the
// function's alias.
func (m *tfModule) allow(name string, f *function, attribute, service, source string) {
	m.add(tfPermission, name, f.tfQualify(ordered.New(
		"function_name", f.tf(attribute),
		"action", "lambda:InvokeFunction",
		"principal", service+".amazonaws.com",
		"source_arn", source,
	)))
}

func (m *tfModule) root() *ordered.Object {
	root := ordered.New(
		"resource", m.resource,
		"locals", m.locals,
		"terraform", ordered.New(
			"required_version", terraformVersion,
			"required_providers", ordered.New("aws", ordered.New("source", "hashicorp/aws", "version", m.provider)),
		),
		"data", ordered.New(
			"aws_caller_identity", ordered.New("chalice", &ordered.Object{}),
			"aws_partition", ordered.New("chalice", &ordered.Object{}),
			"aws_region", ordered.New("chalice", &ordered.Object{}),
		),
	)
	if m.variables.Len() > 0 {
		root.Add("variable", m.variables)
	}
	if m.output.Len() > 0 {
		root.Add("output", m.output)
	}
	return root
}

// What ARNs in the stack's own account and region are made of. Before version 6
// of the provider, the region was its name.
const (
	tfPartition = "${data.aws_partition.chalice.partition}"
	tfRegion    = "${data.aws_region.chalice.region}"
	tfAccount   = "${data.aws_caller_identity.chalice.account_id}"
	tfSuffix    = "${data.aws_partition.chalice.dns_suffix}"
)

// tfRef is an attribute of a resource.
func tfRef(typ, name, attribute string) string {
	return "${" + typ + "." + name + "." + attribute + "}"
}

// tfJSON returns a document as text that Terraform reads as it is meant: ${...}
// is an expression of Terraform's, but for the variables of IAM policies, such
// as ${aws:username}, which no expression looks like; and %{ is nothing. Within
// an expression, nothing is written as JSON has it.
func tfJSON(o *ordered.Object) string {
	return ordered.CompactJSONWith(o, appendTFText)
}

func appendTFText(buf []byte, s string) []byte {
	buf = append(buf, '"')
	for i, part := range tftext.Split(s) {
		if i%2 == 0 || strings.HasPrefix(part, tfPolicyVariable) {
			quoted := ordered.AppendString(nil, tfLiteral.Replace(part))
			part = string(quoted[1 : len(quoted)-1])
		}
		buf = append(buf, part...)
	}
	return append(buf, '"')
}

const tfPolicyVariable = "${aws:"

var tfLiteral = strings.NewReplacer(tfPolicyVariable, "$"+tfPolicyVariable, "%{", "%%{")

// tfJSONOf returns the expression for the JSON of another's value.
func tfJSONOf(expression string) ordered.Raw {
	return ordered.Raw("${jsonencode(" + expression + ")}")
}

// tfQuoted returns text, with expressions in it, as an expression has it.
func tfQuoted(s string) string {
	parts := tftext.Split(s)
	for i := 0; i < len(parts); i += 2 {
		parts[i] = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(parts[i])
	}
	return `"` + strings.Join(parts, "") + `"`
}

// tfText returns text of the program's in which Terraform finds no expressions but
// those that there are stand-ins for.
func tfText(s string) string { return tfEscaped(s, "${", "$${", "%{", "%%{") }

// tfEscaped returns text with parts replaced that are no stand-ins: what is to be
// replaced, and what by, in turn.
func tfEscaped(s string, replacements ...string) string {
	parts := standin.Split(s)
	for i := 0; i < len(parts); i += 2 {
		parts[i] = strings.NewReplacer(replacements...).Replace(parts[i])
	}
	return strings.Join(parts, "")
}
