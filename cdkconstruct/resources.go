package cdkconstruct

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/cloudformationinclude"
	"github.com/aws/jsii-runtime-go"

	"github.com/chalice-go/chalice/config"
)

func (c *chalice) Template() cloudformationinclude.CfnInclude { return c.include }

func (c *chalice) GetResource(name *string) awscdk.CfnResource {
	defer c.rescue()
	return c.resource("resource", "", name)
}

// resource returns the resource of a name, which has to be of a type; "": any.
func (c *chalice) resource(what, typ string, name *string) awscdk.CfnResource {
	names := c.app.names(typ)
	switch {
	case len(names) == 0:
		c.fail(fmt.Errorf("the app has no %s in the template", what))
	case name == nil:
		c.fail(fmt.Errorf("the name of a %s is nil; the app has %s", what, strings.Join(names, ", ")))
	case !slices.Contains(names, *name):
		c.fail(fmt.Errorf("the app has no %s %q in the template, only %s", what, *name, strings.Join(names, ", ")))
	}
	return c.included(*name)
}

func (c *chalice) GetRole(name *string) awsiam.IRole {
	defer c.rescue()
	resource := c.resource("role", roleType, name)
	if role, ok := c.roles[*name]; ok {
		return role
	}
	// By its name, a reference: of an ARN, the CDK would have to cut out the name
	// with functions of CloudFormation's, which no cdk diff can show.
	role := awsiam.Role_FromRoleName(c.scope(rolesID, *name), name, resource.Ref(), nil)
	c.roles[*name] = role
	c.sourcesAwait(*name, role)
	return role
}

// sourcesAwait lets the sources of the role's functions wait for what is
// granted to the role: Lambda refuses one whose function may not read it.
func (c *chalice) sourcesAwait(name string, role awsiam.IRole) {
	for _, source := range c.app.names(sourceType) {
		if function := c.app.functionOf(source); c.app.Resources[function].uses(name) {
			c.included(source).Node().AddDependency(role)
		}
	}
}

func (c *chalice) GetFunction(name *string) awslambda.IFunction {
	defer c.rescue()
	resource := c.resource("function", functionType, name)
	if function, ok := c.functions[*name]; ok {
		return function
	}
	role := c.roleOf(*name)
	attributes := &awslambda.FunctionAttributes{
		FunctionArn:     awscdk.Token_AsString(resource.GetAtt(jsii.String("Arn"), awscdk.ResolutionTypeHint_STRING), nil),
		Role:            role,
		Architecture:    c.architecture(*name),
		SameEnvironment: jsii.Bool(true),
	}
	groups := c.securityGroups(*name)
	if len(groups) > 0 {
		attributes.SecurityGroup = groups[0]
	}
	function := awslambda.Function_FromFunctionAttributes(c.scope(functionsID, *name), name, attributes)
	if len(groups) > 1 {
		function.Connections().AddSecurityGroup(groups[1:]...)
	}
	// What other constructs add to the function, its event sources above all,
	// waits for what they grant to its role.
	function.Node().AddDependency(role)
	c.functions[*name] = function
	return function
}

// roleOf returns the role of a function: one of the app's own, or one that the
// configuration names.
func (c *chalice) roleOf(function string) awsiam.IRole {
	id, arn := c.app.Resources[function].role()
	if id != "" {
		return c.GetRole(&id)
	}
	return awsiam.Role_FromRoleArn(c.scope(givenRolesID, function), &function, &arn, nil)
}

// securityGroups returns those of a function in a VPC, so that its Connections are
// known. A list that is one token counts as one group, its first: how many it
// has, only the deployment knows, and what may reach one of a function's groups
// may reach the function.
func (c *chalice) securityGroups(function string) []awsec2.ISecurityGroup {
	var groups []awsec2.ISecurityGroup
	for i, id := range c.groupIDs(function) {
		scope := c.scope(groupsID, function)
		groups = append(groups, awsec2.SecurityGroup_FromSecurityGroupId(scope, jsii.String(fmt.Sprint(function, i+1)), &id, nil))
	}
	return groups
}

// groupIDs returns the ids of a function's security groups, as strings that can
// be tokens.
func (c *chalice) groupIDs(function string) []string {
	ids, _ := c.app.Resources[function].Properties.VpcConfig.SecurityGroupIds.([]any)
	var list []string
	for _, id := range ids {
		switch text, ok := id.(string); {
		case !ok: // what a merged intrinsic stands for is no business of the CDK's
		case strings.HasPrefix(text, "#"): // a token for a whole list
			list = append(list, *awscdk.Fn_Select(jsii.Number(0), &[]*string{&text}))
		default:
			list = append(list, text)
		}
	}
	return list
}

func (c *chalice) architecture(function string) awslambda.Architecture {
	if slices.Equal(c.app.Resources[function].Properties.Architectures, []string{*awslambda.Architecture_X86_64().Name()}) {
		return awslambda.Architecture_X86_64()
	}
	return awslambda.Architecture_ARM_64()
}

func (c *chalice) Functions() *map[string]awslambda.IFunction {
	defer c.rescue()
	functions := map[string]awslambda.IFunction{}
	for _, name := range c.app.names(functionType) {
		functions[name] = c.GetFunction(&name)
	}
	return &functions
}

func (c *chalice) AddEnvironmentVariable(key, value, functionName *string) {
	defer c.rescue()
	function := c.resource("function", functionType, functionName)
	if key == nil || value == nil {
		c.fail(fmt.Errorf("an environment variable of %s needs a key and a value, but one is nil", *functionName))
	}
	if problem := config.VariableProblem(*key); problem != "" {
		c.fail(fmt.Errorf("%q %s", *key, problem))
	}
	function.AddPropertyOverride(jsii.String("Environment.Variables."+*key), value)
	c.publish(*functionName, *key, value)
}

// publish has a function that has versions publish one with a variable that the template
// didn't have when it was made: under another logical id, which tells the values of such
// variables.
func (c *chalice) publish(function, key string, value *string) {
	id := c.app.of(function, versionType)
	if id == "" {
		return
	}
	version := c.included(id)
	stack := awscdk.Stack_Of(version)
	if c.added[id] == nil {
		plain, _ := stack.Resolve(version.LogicalId()).(string)
		c.added[id] = &addedVariables{version: plain, values: map[string]any{}}
	}
	added := c.added[id]
	added.values[key] = stack.Resolve(value)
	version.OverrideLogicalId(jsii.String(added.logicalID()))
}

// addedVariables are those that were added to a function with versions.
type addedVariables struct {
	version string // logical id of the version without them
	values  map[string]any
}

// logicalID returns the id of the version with them.
func (a *addedVariables) logicalID() string {
	data, err := json.Marshal(a.values)
	if err != nil {
		panic(fmt.Sprintf("cdkconstruct: what the CDK resolves is JSON: %v", err))
	}
	sum := sha256.Sum256(data)
	return a.version + hex.EncodeToString(sum[:])[:10]
}

func (c *chalice) GetAlias(name *string) awslambda.IFunction {
	defer c.rescue()
	c.resource("function", functionType, name)
	id := c.app.of(*name, aliasType)
	if id == "" {
		c.fail(fmt.Errorf("the function %s has no alias: configure deployment or provisioned_concurrency for it", *name))
	}
	if alias, ok := c.aliases[*name]; ok {
		return alias
	}
	alias := awslambda.Function_FromFunctionAttributes(c.scope(aliasesID, *name), name, &awslambda.FunctionAttributes{
		FunctionArn:     c.included(id).Ref(),
		Role:            c.roleOf(*name),
		Architecture:    c.architecture(*name),
		SameEnvironment: jsii.Bool(true), // an IAlias of the CDK's gives nobody permission where it doesn't know the account
	})
	c.aliases[*name] = alias
	return alias
}

func (c *chalice) EndpointUrl() *string {
	defer c.rescue()
	output, ok := c.app.Outputs["EndpointURL"].(map[string]any)
	if !ok {
		return nil
	}
	value, _ := output["Value"].(map[string]any)
	if list, ok := value["Fn::GetAtt"].([]any); ok && len(list) == 2 { // of a function's URL
		id, attribute := fmt.Sprint(list[0]), fmt.Sprint(list[1])
		return awscdk.Token_AsString(c.include.GetResource(&id).GetAtt(&attribute, awscdk.ResolutionTypeHint_STRING), nil)
	}
	return jsii.String(c.substituted(value["Fn::Sub"]))
}

// variable matches what Fn::Sub replaces.
var variable = regexp.MustCompile(`\$\{([^}]+)\}`)

// substituted returns what Fn::Sub makes of a text, in tokens: Fn::Sub itself can't
// have references to other stacks in its text, where the value may end up.
func (c *chalice) substituted(argument any) string {
	text, _ := argument.(string)
	values := map[string]any{}
	if list, ok := argument.([]any); ok && len(list) == 2 {
		text, _ = list[0].(string)
		values, _ = list[1].(map[string]any)
	}
	stack := awscdk.Stack_Of(c)
	return variable.ReplaceAllStringFunc(text, func(reference string) string {
		name := reference[2 : len(reference)-1]
		switch value, given := values[name].(string); {
		case given:
			return value
		case name == "AWS::Region":
			return *stack.Region()
		case name == "AWS::URLSuffix":
			return *stack.UrlSuffix()
		}
		return *c.include.GetResource(&name).Ref()
	})
}
