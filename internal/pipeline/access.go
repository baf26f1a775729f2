package pipeline

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/chalice-go/chalice/docs"
)

// document is a policy document.
type document struct {
	Version   string
	Statement []statement
}

// statement is a statement of a policy. Action and Resource are a text or a list, and
// a text can be an intrinsic function.
type statement struct {
	Sid       string `json:",omitempty"`
	Effect    string
	Principal any `json:",omitempty"`
	Action    any
	Resource  any `json:",omitempty"`
	Condition any `json:",omitempty"`
}

// policy is a policy of a role.
type policy struct {
	PolicyName     string
	PolicyDocument document
}

// role is the properties of an IAM role.
type role struct {
	AssumeRolePolicyDocument document
	Description              string
	Path                     string   `json:",omitempty"`
	PermissionsBoundary      string   `json:",omitempty"`
	Policies                 []policy `json:",omitempty"`
}

const (
	policyVersion = "2012-10-17"
	allow         = "Allow"
)

// allowing makes a document of statements.
func allowing(statements ...statement) document {
	for i := range statements {
		statements[i].Effect = allow
	}
	return document{Version: policyVersion, Statement: statements}
}

// serviceRole is a role that a service of AWS assumes, with one policy, or without one if
// there are no statements.
func serviceRole(service, description, policyName string, statements ...statement) resource {
	trust := allowing(statement{
		Principal: object{"Service": []any{sub(service + ".${AWS::URLSuffix}")}},
		Action:    []string{"sts:AssumeRole"},
	})
	made := role{AssumeRolePolicyDocument: trust, Description: description}
	if len(statements) > 0 {
		made.Policies = []policy{{PolicyName: policyName, PolicyDocument: allowing(statements...)}}
	}
	return resource{Type: "AWS::IAM::Role", Properties: made}
}

// cloudFormationRole is the role with which CloudFormation makes the resources of
// stacks: what docs/deploying.md says of that, for stacks with these names, whose code
// is in a bucket of the template's. A name is a text for Fn::Sub, and can end in *.
func (in Input) cloudFormationRole(bucket string, stacks ...string) (resource, error) {
	statements, err := in.makingResources(bucket, stacks)
	if err != nil {
		return resource{}, err
	}
	return serviceRole("cloudformation", "Makes the resources of the app", "MakeResources", statements...), nil
}

// serverless is the transform of SAM, which a role needs in order to make a change set
// of a SAM template.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros.html
var serverless = sub("arn:${AWS::Partition}:cloudformation:${AWS::Region}:aws:transform/Serverless-2016-10-31")

// bound gives all roles of a template what those of the app have.
func (in Input) bound(t template) template {
	for id, r := range t.Resources {
		if made, ok := r.Properties.(role); ok {
			made.PermissionsBoundary, made.Path = in.Boundary, in.RolePath
			r.Properties = made
			t.Resources[id] = r
		}
	}
	return t
}

// withRolePath adds to resources the roles that have the path of the app's. What an app
// had before it had the path is left among them.
func (in Input) withRolePath(resources any) any {
	var all []any
	for _, text := range textsOf(resources) {
		all = append(all, text)
		if in.RolePath != "" && in.RolePath != "/" && strings.Contains(text, anyRole) {
			all = append(all, strings.Replace(text, anyRole, strings.TrimSuffix(anyRole, "/")+in.RolePath, 1))
		}
	}
	return all
}

// anyRole is in the ARN of a role, in front of its path and its name.
const anyRole = ":role/"

// makingResources returns the statements of the documentation's policy.
func (in Input) makingResources(bucket string, stacks []string) ([]statement, error) {
	var doc document
	if err := json.Unmarshal(docs.DeployingResources, &doc); err != nil {
		return nil, fmt.Errorf("read the policy of the documentation: %w", err)
	}
	statements := []statement{{Sid: "Transform", Action: "cloudformation:CreateChangeSet", Resource: serverless}}
	for _, s := range doc.Statement {
		if s.Sid == "Artifacts" {
			s.Resource = sub("${" + bucket + ".Arn}/*")
		} else {
			s.Resource = forStacks(in.withRolePath(s.Resource), stacks)
		}
		if condition, ok := s.Condition.(object); ok {
			s.Condition = conditionForStacks(condition, stacks)
		}
		statements = append(statements, s)
	}
	return statements, nil
}

// forStacks writes resources of the documentation's app for others: one for each name
// of a stack. What can be said without an intrinsic function is a text.
func forStacks(v any, stacks []string) any {
	var all []any
	for _, text := range textsOf(v) {
		all = append(all, resourceForStacks(text, stacks)...)
	}
	if len(all) == 1 {
		return all[0]
	}
	return all
}

// documented is what the resources of the documentation's app are called: the name of
// the app, that of a stage, and what CloudFormation adds.
const documented = "myapp-*"

// resourceForStacks writes one resource of the documentation's app.
func resourceForStacks(text string, stacks []string) []any {
	text, named := strings.Replace(text, "arn:aws:", "arn:${AWS::Partition}:", 1), strings.Contains(text, documented)
	text = strings.Replace(text, ":iam::*:", ":iam::${AWS::AccountId}:", 1)
	if !named {
		if text == "*" {
			return []any{text}
		}
		return []any{sub(text)}
	}
	text = strings.Replace(text, ":*:*:", ":${AWS::Region}:${AWS::AccountId}:", 1)
	var all []any
	for _, stack := range stacks {
		for _, name := range namesOf(stack, strings.Contains(text, ":stack/")) {
			all = append(all, sub(strings.Replace(text, documented, name, 1)))
		}
	}
	return all
}

// namesOf returns the names of what a stack has, or of itself and those that are nested
// in it. Names of resources start with that of their stack.
func namesOf(stack string, itself bool) []string {
	switch {
	case strings.HasSuffix(stack, "*"):
		return []string{stack}
	case itself:
		return []string{stack, stack + "-*"}
	}
	return []string{stack + "-*"}
}

// conditionForStacks writes a condition's values like resources.
func conditionForStacks(condition object, stacks []string) object {
	written := object{}
	for operator, keys := range condition {
		values := object{}
		for key, v := range keys.(object) {
			if strings.HasPrefix(operator, "Arn") {
				v = forStacks(v, stacks)
			}
			values[key] = v
		}
		written[operator] = values
	}
	return written
}

// textsOf returns one text or a list of them.
func textsOf(v any) []string {
	if text, ok := v.(string); ok {
		return []string{text}
	}
	var texts []string
	for _, one := range v.([]any) {
		texts = append(texts, one.(string))
	}
	return texts
}
