package packager

import (
	"slices"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/policy"
	"github.com/chalice-go/chalice/internal/policy/arn"
	"github.com/chalice-go/chalice/synth"
)

// Policies are what the app's functions need for the calls that they make, as
// their source shows.
type Policies struct {
	// Functions are those whose policy is generated, by their names in Lambda.
	// Environment variables have the values that the stage gives them.
	Functions map[string]*FunctionPolicy
	// OwnRoles: each function has a role of its own. Otherwise all share one.
	OwnRoles bool
	// Warnings tell what the analysis could not see, or not narrow.
	Warnings []Warning

	needs   map[string]*policy.Needs // the same functions
	options policy.StatementOptions
}

// FunctionPolicy is what a function needs.
type FunctionPolicy struct {
	// Needs are the actions that the function's calls need, sorted by name.
	Needs []Need
	// Statements are what a policy says of them. They lack what the framework itself
	// sees to: posting to the connections of the app's own websocket API, and asking
	// CodeDeploy about the app's own deployments.
	Statements []PolicyStatement

	connections bool // the function posts to websocket connections
	shift       bool // the function asks CodeDeploy what is being deployed
}

// Need is an action that a function needs, and why.
type Need struct {
	Action string // such as "s3:GetObject"
	// Resources are what the action is allowed on, each with its condition, if there
	// is one; none: the framework has the statement.
	Resources []string
	Calls     []Call // that need it, sorted by place
}

// Call is a call of the AWS SDK.
type Call struct {
	Operation string // such as "s3.GetObject"
	Source    app.Source
	// Path leads from the function's handler to the call: where each function is
	// called or mentioned in the one before it.
	Path []Step
	// AnyResource says why the call leaves the action on any resource; "" if it shows
	// which it uses, or AWS can't limit the action.
	AnyResource string
}

// Step is a function on the way from a handler to a call.
type Step struct {
	Function string
	Source   app.Source // where the step before it mentions the function
}

// PolicyStatement allows actions on resources.
type PolicyStatement struct {
	Actions []string
	// Resources are ARNs, in which ${AWS::Partition}, ${AWS::Region} and
	// ${AWS::AccountId} stand for the stack's, or "*".
	Resources []string
	// Condition is what a request has to be like, such as "kms:RequestAlias is
	// alias/orders"; empty: it can be like anything.
	Condition string
}

// Allowed returns the resources as people read them, each with the condition: "*", or
// "* if iam:PassedToService is ecs.amazonaws.com".
func (s PolicyStatement) Allowed() []string {
	if s.Condition == "" {
		return s.Resources
	}
	var all []string
	for _, r := range s.Resources {
		all = append(all, r+" if "+s.Condition)
	}
	return all
}

// PolicyDocument is an IAM policy as a template for CloudFormation has it.
type PolicyDocument struct {
	Version   string
	Statement []map[string]any
}

// Document returns the policy of some functions, or with no name of all of them. A
// name has to be one of Functions.
func (p *Policies) Document(functions ...string) PolicyDocument {
	d := PolicyDocument{Version: "2012-10-17", Statement: []map[string]any{}}
	statements, _ := p.statements(functions)
	for _, s := range statements {
		d.Statement = append(d.Statement, s.CloudFormation())
	}
	return d
}

// Size counts the characters of [Policies.Document], and of what a role gets in its place
// that the document doesn't fit into; see [synth.PolicySize].
func (p *Policies) Size(functions ...string) (document, shortened int, err error) {
	statements, _ := p.statements(functions)
	return synth.PolicySize(toSynth(statements))
}

// functionPolicy describes the needs of a function and their statements.
func functionPolicy(needs *policy.Needs, statements []arn.Statement) *FunctionPolicy {
	p := &FunctionPolicy{connections: needs.Connections, shift: needs.Shift}
	for _, s := range statements {
		p.Statements = append(p.Statements, PolicyStatement{s.Actions, resourceTexts(s), s.Condition.String()})
	}
	for _, action := range needs.Actions {
		need := Need{Action: action.Name}
		for _, s := range p.Statements {
			if slices.Contains(s.Actions, action.Name) {
				need.Resources = append(need.Resources, s.Allowed()...)
			}
		}
		opens := needs.Opens(action)
		for i, reason := range action.Reasons {
			c := call(reason)
			c.AnyResource = opens[i]
			need.Calls = append(need.Calls, c)
		}
		p.Needs = append(p.Needs, need)
	}
	return p
}

func resourceTexts(s arn.Statement) []string {
	texts := make([]string, len(s.Resources))
	for i, r := range s.Resources {
		texts[i] = r.String()
	}
	return texts
}

func call(r policy.Reason) Call {
	c := Call{Operation: r.Operation, Source: app.Source{File: r.File, Line: r.Line}}
	for _, step := range r.Path {
		c.Path = append(c.Path, Step{step.Function, app.Source{File: step.File, Line: step.Line}})
	}
	return c
}
