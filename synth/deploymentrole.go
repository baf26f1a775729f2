package synth

import (
	"slices"

	"github.com/awslabs/goformation/v7/cloudformation/iam"
)

// deploymentRole is what CodeDeploy may do for functions. The functions that an API calls
// share one, as all do that SAM makes a role for. Any other has one of its own: it can be
// in a nested stack, and a role that knew it from outside couldn't be known to it.
type deploymentRole struct {
	function    *function // that it is for; nil: those of the APIs
	deployments []*codeDeployment
}

var _ Resource = (*deploymentRole)(nil)

// ID returns "role of deployments", with the function's name if it is for one.
func (r *deploymentRole) ID() string {
	if r.function != nil {
		return "role of deployments of " + r.function.Name
	}
	return "role of deployments"
}

func (r *deploymentRole) belongsTo() string {
	if r.function != nil {
		return r.function.Name
	}
	return ""
}

// Refs returns the functions, and their hooks.
func (r *deploymentRole) Refs() []string {
	var refs []string
	for _, d := range r.deployments {
		refs = append(refs, d.Function.ID())
		for _, hook := range d.hooks() {
			refs = append(refs, hook.ID())
		}
	}
	return refs
}

// Outline has the actions.
func (r *deploymentRole) Outline() Outline {
	return Outline{Kind: "role", Name: r.ID(), Actions: allowedActions(r.statements())}
}

func (r *deploymentRole) logicalID(t *stack) string {
	if r.function == nil {
		return deploymentRoleID
	}
	return r.function.logicalID(t) + deploymentRoleID
}

// statements are what AWS's own policy for CodeDeploy allows of all functions.
// https://docs.aws.amazon.com/codedeploy/latest/userguide/getting-started-create-service-role.html
func (r *deploymentRole) statements() []statement {
	aliases := statement{sid: "Aliases", actions: []string{"lambda:GetAlias", "lambda:UpdateAlias"}}
	ready := statement{sid: "Provisioned", actions: []string{"lambda:GetProvisionedConcurrencyConfig"}}
	hooks := statement{sid: "Hooks", actions: []string{"lambda:InvokeFunction"}}
	alarms := statement{sid: "Alarms", actions: []string{"cloudwatch:DescribeAlarms"}}
	var called []*function
	for _, d := range r.deployments {
		aliases.resources = append(aliases.resources, text{functionARN{d.Function}})
		ready.resources = append(ready.resources, text{functionARN{d.Function}, ":*"})
		for _, hook := range d.hooks() {
			if !slices.Contains(called, hook) {
				called, hooks.resources = append(called, hook), append(hooks.resources, text{functionARN{hook}})
			}
		}
		if len(d.Alarms) > 0 {
			// Of composite alarms nothing is told to who may ask about some alarms alone.
			// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
			alarms.resources = []text{{"*"}}
		}
	}
	return slices.DeleteFunc([]statement{aliases, ready, hooks, alarms}, func(s statement) bool { return len(s.resources) == 0 })
}

func (r *deploymentRole) sam(t *samTemplate) error { return r.stack(t.stack) }

func (r *deploymentRole) cloudformation(t *cfnTemplate) error { return r.stack(t.stack) }

// stack adds the role also for SAM, whose own may do its work with any function.
func (r *deploymentRole) stack(t *stack) error {
	policy, err := policyDocument(r.statements(), t.joined)
	if err != nil {
		return err
	}
	id := r.logicalID(t)
	t.addRole(id, r.ID(), serviceTrust("codedeploy", nil), iam.Role_Policy{PolicyName: "Deployments", PolicyDocument: policy})
	if r.function != nil {
		t.follow(id, r.function.logicalID(t))
	}
	return nil
}

func (*deploymentRole) terraform(*tfModule) error { return nil }
