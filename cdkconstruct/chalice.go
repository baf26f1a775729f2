package cdkconstruct

import (
	"errors"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3assets"
	"github.com/aws/aws-cdk-go/awscdk/v2/cloudformationinclude"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// Chalice is an app in a stack. Its methods name resources by the logical ids
// that chalice package gives them, whichever they have in the stack:
// APIHandler is the function behind the routes, RestAPI or HTTPAPI the API in front of
// it or APIHandlerUrl its URL, and DefaultRole the role that functions share. A name that the app doesn't have
// is a mistake; the panic lists those that it has.
type Chalice interface {
	constructs.Construct

	// GetResource returns a resource as it is in the template, to change
	// properties for which StageConfig has no key. Every call for a name gives
	// the same resource.
	GetResource(name *string) awscdk.CfnResource

	// GetRole returns a role that the app's functions have. What is granted to
	// it becomes a policy of that role. Event sources of the functions wait
	// for the policy; the functions themselves don't, so that a permission to
	// call one of them is no circle.
	GetRole(name *string) awsiam.IRole

	// GetFunction returns a function for other constructs: as the target of a
	// rule, for alarms on its metrics, to grant permissions to its role or the
	// permission to call it.
	GetFunction(name *string) awslambda.IFunction

	// GetAlias returns the alias live of a function that has versions, for other
	// constructs that call it: GetFunction is the function itself, whose calls run
	// what was deployed last, whatever traffic has been shifted.
	GetAlias(functionName *string) awslambda.IFunction

	// Functions returns all functions by their names.
	Functions() *map[string]awslambda.IFunction

	// AddEnvironmentVariable sets a variable of a function. The value can be a
	// token. Unlike variables of StageConfig, it isn't there while the program
	// describes itself.
	AddEnvironmentVariable(key *string, value *string, functionName *string)

	// EndpointUrl is the URL of the REST or HTTP API, or of the function, with a slash
	// at the end; nil if the app has no routes.
	EndpointUrl() *string

	// Template gives all that is included: also its outputs.
	Template() cloudformationinclude.CfnInclude
}

type chalice struct {
	constructs.Construct
	path   string // of the construct
	source string // SourceDir
	app    *packaged

	include   cloudformationinclude.CfnInclude
	roles     map[string]awsiam.IRole
	functions map[string]awslambda.IFunction
	aliases   map[string]awslambda.IFunction // by the function
	added     map[string]*addedVariables     // by the version
}

var _ Chalice = (*chalice)(nil)

// NewChalice packages an app and adds it to the scope's stack. If that fails,
// it panics with an [*Error].
func NewChalice(scope constructs.Construct, id *string, props *ChaliceProps) Chalice {
	c := &chalice{
		roles: map[string]awsiam.IRole{}, functions: map[string]awslambda.IFunction{},
		aliases: map[string]awslambda.IFunction{}, added: map[string]*addedVariables{},
	}
	defer c.rescue()
	c.settle(scope, id, props)
	constructs.NewConstruct_Override(c, scope, id)
	c.path = *c.Node().Path()

	stage := props.StageName
	if stage == nil {
		stage = scope.Node().Path()
	}
	var err error
	if c.app, err = c.build(props, *stage); err != nil {
		c.fail(err)
	}
	c.add(c.preservesIDs(props.PreserveLogicalIds))
	return c
}

// settle finds what the first messages need.
func (c *chalice) settle(scope constructs.Construct, id *string, props *ChaliceProps) {
	if id != nil {
		c.path = *id
	}
	if props != nil && props.SourceDir != nil {
		c.source = *props.SourceDir
	}
	switch {
	case scope == nil:
		c.fail(errors.New("the scope is nil: give a stack, or a construct in one"))
	case id == nil || *id == "":
		c.fail(errors.New("the construct has no id"))
	case c.source == "":
		c.fail(errors.New("SourceDir is missing: name the folder of the program's main package"))
	case *awscdk.Token_IsUnresolved(c.source):
		c.fail(errors.New("SourceDir is a token, whose value is known only when the stack is deployed: the app is packaged before, so name its folder in plain text"))
	}
}

// preservesIDs reports whether the app keeps its logical ids. Who does leaves a
// mark in the stack.
func (c *chalice) preservesIDs(wanted *bool) bool {
	if wanted != nil && !*wanted {
		return false
	}
	const mark = "$Chalice"
	stack := awscdk.Stack_Of(c)
	taken := stack.Node().TryFindChild(jsii.String(mark)) != nil
	if taken && wanted != nil {
		c.fail(errors.New("PreserveLogicalIds is true, but another app in the stack has the same logical ids already: leave it out, or say false"))
	}
	if !taken {
		constructs.NewConstruct(stack, jsii.String(mark))
	}
	return !taken
}

// The ids of the construct's children.
const (
	codeID       = "ChaliceAppCode"
	documentID   = "ChaliceAPIDefinition"
	includeID    = "ChaliceApp"
	rolesID      = "Roles"
	givenRolesID = "GivenRoles" // roles of the user's own, by function
	functionsID  = "Functions"
	aliasesID    = "Aliases"
	groupsID     = "SecurityGroups" // of functions in a VPC
)

// add adds the zip and the resources.
func (c *chalice) add(preserveIDs bool) {
	props := &cloudformationinclude.CfnIncludeProps{
		TemplateFile:       &c.app.file,
		PreserveLogicalIds: &preserveIDs,
		LoadNestedStacks:   &map[string]*cloudformationinclude.CfnIncludeProps{},
	}
	for id, file := range c.app.nested {
		(*props.LoadNestedStacks)[id] = &cloudformationinclude.CfnIncludeProps{TemplateFile: &file, PreserveLogicalIds: &preserveIDs}
	}
	var code awss3assets.Asset
	if c.app.zip != "" {
		code = awss3assets.NewAsset(c, jsii.String(codeID), &awss3assets.AssetProps{Path: &c.app.zip})
		props.Parameters = &map[string]any{"CodeBucket": code.S3BucketName(), "CodeKey": code.S3ObjectKey()}
	}
	if c.app.document != "" {
		document := awss3assets.NewAsset(c, jsii.String(documentID), &awss3assets.AssetProps{Path: &c.app.document})
		(*props.Parameters)[documentBucket], (*props.Parameters)[documentKey] = document.S3BucketName(), document.S3ObjectKey()
	}
	c.include = cloudformationinclude.NewCfnInclude(c, jsii.String(includeID), props)
	for _, name := range c.app.names(functionType) {
		// For tools that run a stack's functions from its assets.
		code.AddResourceMetadata(c.included(name), jsii.String("Code"))
	}
}

// included returns a resource that the template has.
func (c *chalice) included(name string) awscdk.CfnResource {
	include := c.include
	if stack := c.app.Resources[name].stack; stack != "" {
		include = c.include.GetNestedStack(&stack).IncludedTemplate
	}
	return include.GetResource(&name)
}

// scope returns the construct of that id for what is made of a resource. It is
// in the resource's own stack: what is granted to a role of a nested stack
// would otherwise be outside, and that stack, with event sources that wait for
// the grant, would wait for what waits for its role.
func (c *chalice) scope(id, name string) constructs.Construct {
	var parent constructs.Construct = c
	if stack := c.app.Resources[name].stack; stack != "" {
		parent = c.include.GetNestedStack(&stack).Stack
	}
	child := parent.Node().TryFindChild(&id)
	if child == nil {
		return constructs.NewConstruct(parent, &id)
	}
	var scope constructs.Construct
	jsii.UnsafeCast(child, &scope)
	return scope
}
