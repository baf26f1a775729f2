package synth

import (
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// This file alone says what calls a function: whatever invokes one in a template, or
// may, asks it here, so that a function with versions is called by its alias.

// alias reports whether the function has versions, and the alias that leads to one.
func (f *function) alias() bool { return f.Deployment != nil || f.Provisioned != nil }

// qualifier is what callers name beside the function: the alias; empty: it has none.
func (f *function) qualifier() string {
	if !f.alias() {
		return ""
	}
	return config.LiveAlias
}

// aliasID is the alias' id in CloudFormation, as SAM has it.
func (f *function) aliasID(t *stack) string { return f.logicalID(t) + aliasID }

// invoked is the ARN that callers invoke: a reference to the alias, or else the
// function's.
func (f *function) invoked(t *stack) *ordered.Object {
	if f.alias() {
		return cfn.Ref(f.aliasID(t))
	}
	return cfn.GetAtt(f.logicalID(t), "Arn")
}

// callee names what is called, where a permission or a mapping takes names as well as
// ARNs: the alias, or else the function by its name.
func (f *function) callee(t *stack) *ordered.Object {
	if f.alias() {
		return cfn.Ref(f.aliasID(t))
	}
	return cfn.Ref(f.logicalID(t))
}

// invokedSub is what invoked is in the text of an Fn::Sub, between ${ and }.
func (f *function) invokedSub(t *stack) string {
	if f.alias() {
		return f.aliasID(t)
	}
	return f.logicalID(t) + ".Arn"
}

// arnOf is the ARN that callers of a function invoke, as a part of a text.
type arnOf struct{ *function }

func (f arnOf) String() string      { return f.ID() + " arn" }
func (f arnOf) sub(t *stack) string { return f.invokedSub(t) }
func (f arnOf) tf() string          { return f.tfInvoked() }

const tfAlias = "aws_lambda_alias"

// tfInvoked is the ARN that callers invoke in Terraform.
func (f *function) tfInvoked() string { return f.tfCalled("arn") }

// tfInvocation is the URI by which API Gateway invokes the function.
func (f *function) tfInvocation() any { return f.tfCalled("invoke_arn") }

// tfCalled is an attribute that a function and an alias both have.
func (f *function) tfCalled(attribute string) string {
	if f.alias() {
		return tfRef(tfAlias, f.Name, attribute)
	}
	return f.tf(attribute)
}

// tfQualify adds the alias to a resource that names the function, which has none if the
// function has none.
func (f *function) tfQualify(body *ordered.Object) *ordered.Object {
	if f.alias() {
		body.Add("qualifier", tfRef(tfAlias, f.Name, "name"))
	}
	return body
}
