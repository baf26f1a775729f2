package synth

import (
	"fmt"
	"slices"
	"strings"

	"github.com/awslabs/goformation/v7/cloudformation/codedeploy"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// deploymentApplication is what CodeDeploy has for all deployments of an app. SAM makes
// it of the functions' DeploymentPreference.
type deploymentApplication struct{ first *function }

// codeDeployment is how CodeDeploy shifts the traffic of a function's alias: a deployment
// group with it as its only member.
type codeDeployment struct {
	Function    *function
	Application *deploymentApplication
	Role        *deploymentRole
	Before      *function // called before traffic is shifted; nil: none
	After       *function // called once it has been
	Alarms      []any     // that roll it back: alarms of ours, or values of the configuration

	missing []config.Value // words for alarms that the function doesn't have
}

var _, _ Resource = (*deploymentApplication)(nil), (*codeDeployment)(nil)

// deployments adds what CodeDeploy needs for the functions that it deploys.
func (b *builder) deployments() {
	functions := map[string]*function{}
	for _, f := range functionsOf(b.resources) {
		functions[f.Name] = f
	}
	var all []*codeDeployment
	for _, f := range functionsOf(b.resources) {
		if f.Deployment != nil {
			all = append(all, b.deployment(f, functions))
		}
	}
	if len(all) == 0 {
		return
	}
	b.missingAlarms(all)
	application := &deploymentApplication{all[0].Function}
	b.add(application)
	var shared *deploymentRole
	for _, d := range all {
		d.Application = application
		if d.Function.API {
			if shared == nil {
				shared = &deploymentRole{}
				b.add(shared)
			}
			d.Role = shared
		} else {
			d.Role = &deploymentRole{function: d.Function}
			b.add(d.Role)
		}
		d.Role.deployments = append(d.Role.deployments, d)
	}
	for _, d := range all {
		b.add(d)
	}
	b.allowHooks(all)
}

// deployment returns that of a function, with its hooks and alarms.
func (b *builder) deployment(f *function, functions map[string]*function) *codeDeployment {
	c := f.Deployment
	d := &codeDeployment{Function: f, Before: b.hook(c, "pre_traffic", c.PreTraffic, functions), After: b.hook(c, "post_traffic", c.PostTraffic, functions)}
	for _, v := range c.Alarms {
		if !slices.Contains(config.OwnAlarms, v.Text) {
			d.Alarms = append(d.Alarms, v)
			continue
		}
		if own := f.alarm(v.Text); own != nil {
			d.Alarms = append(d.Alarms, own)
			continue
		}
		d.missing = append(d.missing, v)
	}
	return d
}

// missingAlarms reports alarms of functions' own that deployments name and the functions
// don't have: one that many functions share once, with their names.
func (b *builder) missingAlarms(all []*codeDeployment) {
	without := map[string][]string{} // names of functions, by what they have not, and where that is said
	at := func(v config.Value) string { return v.Mistake("%s", v.Text).Error() }
	for _, d := range all {
		for _, v := range d.missing {
			without[at(v)] = append(without[at(v)], d.Function.Name)
		}
	}
	for _, d := range all {
		for _, v := range d.missing {
			b.fail(v.Mistake("has %[1]s, the function's own alarm, which there is not for %[2]s: add %[1]s to alarms, or give the name of another alarm", v.Text, strings.Join(without[at(v)], ", ")))
		}
	}
}

// versions gives a function its versions, as it is configured.
func (b *builder) versions(f *function, c config.Function) {
	if !b.isHook(f.Name) {
		f.Provisioned, f.Deployment = c.ProvisionedConcurrency, c.Deployment
		return
	}
	for _, key := range []string{"provisioned_concurrency", "deployment"} {
		if b.Stage.IsOwn(f.Name, key) {
			b.fail(&Mistake{f.Source, fmt.Sprintf("%s is a hook of deployments, which has no versions itself: take %s away from it (%s)", f.Name, key, b.Stage.Where(f.Name, key))})
		}
	}
}

// hooks lists the functions that CodeDeploy calls.
func (d *codeDeployment) hooks() []*function {
	return slices.DeleteFunc([]*function{d.Before, d.After}, func(f *function) bool { return f == nil })
}

// The ids that SAM gives.
const (
	deploymentApplicationID = "ServerlessDeploymentApplication"
	deploymentRoleID        = "CodeDeployServiceRole"
)

// applicationName is the name of CodeDeploy's application.
type applicationName struct{}

func (applicationName) String() string    { return deploymentApplicationID }
func (applicationName) sub(*stack) string { return deploymentApplicationID }
func (applicationName) tf() string        { return "" } // there is none in Terraform

// ID returns "deployments".
func (*deploymentApplication) ID() string { return "deployments" }

// Refs returns nothing.
func (*deploymentApplication) Refs() []string { return nil }

// Outline says whose they are.
func (a *deploymentApplication) Outline() Outline {
	return Outline{Kind: "resource", Name: a.ID(), Note: "CodeDeploy"}
}

func (a *deploymentApplication) sam(t *samTemplate) error {
	t.claim(deploymentApplicationID, a.ID())
	t.facts.application = true
	t.expand(a.first.logicalID(t.stack), 1, 100)
	return nil
}

func (a *deploymentApplication) cloudformation(t *cfnTemplate) error {
	t.add(deploymentApplicationID, a.ID(), &codedeploy.Application{ComputePlatform: new("Lambda")})
	return nil
}

func (*deploymentApplication) terraform(*tfModule) error { return nil }

// ID returns "deployment of" and the function's name.
func (d *codeDeployment) ID() string { return "deployment of " + d.Function.Name }

func (d *codeDeployment) belongsTo() string { return d.Function.Name }

// Refs returns the function, what the deployment is a part of and what it calls.
func (d *codeDeployment) Refs() []string {
	refs := []string{d.Function.ID(), d.Application.ID(), d.Role.ID()}
	for _, hook := range d.hooks() {
		refs = append(refs, hook.ID())
	}
	for _, a := range d.Alarms {
		if own, ok := a.(*alarm); ok {
			refs = append(refs, own.ID())
		}
	}
	return refs
}

// Outline is a line of the function's, with a call of each hook.
func (d *codeDeployment) Outline() Outline {
	line := Line{ID: d.ID(), Label: "deployed", Text: d.Function.Deployment.Type}
	o := Outline{In: d.Function.ID(), Lines: []Line{line}}
	for _, hook := range d.hooks() {
		o.Calls = append(o.Calls, Call{line.ID, hook.ID()})
	}
	return o
}

// alarms are the names of the alarms.
func (d *codeDeployment) alarms(t *stack) []any {
	var names []any
	for _, a := range d.Alarms {
		switch a := a.(type) {
		case *alarm:
			names = append(names, cfn.Ref(a.logicalID(t)))
		case config.Value:
			names = append(names, t.written(a, item))
		}
	}
	return names
}

func (d *codeDeployment) logicalID(t *stack) string {
	return d.Function.logicalID(t) + "DeploymentGroup"
}

// sam has SAM make the group. The condition of the function counts for it, too.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-deploymentpreference.html
func (d *codeDeployment) sam(t *samTemplate) error {
	t.claim(d.logicalID(t.stack), d.ID())
	t.expand(d.Function.logicalID(t.stack), 1, expandedGroup)
	preference := ordered.New(
		"Type", d.Function.Deployment.Type,
		"Role", cfn.GetAtt(d.Role.logicalID(t.stack), "Arn"),
		"PassthroughCondition", true,
	)
	if alarms := d.alarms(t.stack); len(alarms) > 0 {
		preference.Add("Alarms", alarms)
	}
	hooks := &ordered.Object{}
	for i, name := range []string{"PreTraffic", "PostTraffic"} {
		if hook := []*function{d.Before, d.After}[i]; hook != nil {
			hooks.Add(name, cfn.Ref(hook.logicalID(t.stack)))
			t.facts.hooks = true
		}
	}
	if hooks.Len() > 0 {
		preference.Add("Hooks", hooks)
	}
	if r, ok := t.byID[d.Function.logicalID(t.stack)]; ok { // else its id was taken, which is reported
		r.set(deploymentPreference, preference)
	}
	return nil
}

// withoutDeploymentRoles returns a template in which no function has the role of its
// deployments, which knows the function: SAM makes something else of that, which needs both.
func withoutDeploymentRoles(template *ordered.Object) *ordered.Object {
	without := &ordered.Object{}
	for _, m := range template.Section("Resources").Members {
		resource, ok := m.Value.(*ordered.Object)
		if ok && resource.Section("Properties").Section(deploymentPreference).Index("Role") >= 0 {
			without.Add(m.Key, ordered.New("Properties", ordered.New(deploymentPreference, ordered.New("Role", ""))))
		}
	}
	return ordered.Merged(template, ordered.New("Resources", without))
}

const deploymentPreference = "DeploymentPreference"

// expandedGroup is about how many bytes SAM writes for a deployment group, and for the
// policy by which the alias has CodeDeploy update it.
const expandedGroup = 900

// rolledBack are the events for which CodeDeploy takes a deployment back, all that there
// are.
var rolledBack = []string{"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"}

// cloudformation is what SAM makes of it.
func (d *codeDeployment) cloudformation(t *cfnTemplate) error {
	id := d.logicalID(t.stack)
	group := t.add(id, d.ID(), &codedeploy.DeploymentGroup{
		ApplicationName:           t.text(cfn.Ref(deploymentApplicationID)),
		AutoRollbackConfiguration: &codedeploy.DeploymentGroup_AutoRollbackConfiguration{Enabled: new(true), Events: rolledBack},
		DeploymentConfigName:      new("CodeDeployDefault.Lambda" + d.Function.Deployment.Type),
		DeploymentStyle: &codedeploy.DeploymentGroup_DeploymentStyle{
			DeploymentOption: new("WITH_TRAFFIC_CONTROL"), DeploymentType: new("BLUE_GREEN"),
		},
		ServiceRoleArn: t.text(cfn.GetAtt(d.Role.logicalID(t.stack), "Arn")),
	})
	if alarms := d.alarms(t.stack); len(alarms) > 0 {
		var list []any
		for _, name := range alarms {
			list = append(list, ordered.New("Name", name))
		}
		group.set("AlarmConfiguration", ordered.New("Enabled", true, "Alarms", list))
	}
	t.follow(id, d.Function.logicalID(t.stack))
	if alias, ok := t.byID[d.Function.aliasID(t.stack)]; ok {
		alias.updated = ordered.New("CodeDeployLambdaAliasUpdate", d.aliasUpdate(t.stack))
	}
	return nil
}

// aliasUpdate has CloudFormation leave an update of the alias to CodeDeploy.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html
func (d *codeDeployment) aliasUpdate(t *stack) *ordered.Object {
	o := ordered.New("ApplicationName", cfn.Ref(deploymentApplicationID), "DeploymentGroupName", cfn.Ref(d.logicalID(t)))
	if d.Before != nil {
		o.Add("BeforeAllowTrafficHook", cfn.Ref(d.Before.logicalID(t)))
	}
	if d.After != nil {
		o.Add("AfterAllowTrafficHook", cfn.Ref(d.After.logicalID(t)))
	}
	return o
}

// terraform refuses what CodeDeploy would have to do: the alias follows the version as soon
// as it is published.
func (d *codeDeployment) terraform(m *tfModule) error {
	c := d.Function.Deployment
	refuse := func(key string) {
		m.fail(c.Mistake(key, "is for CodeDeploy, which Terraform has no part in: there the alias goes to each new version at once, so leave it out, or package for CloudFormation or SAM"))
	}
	if c.Type != config.AllAtOnce {
		refuse("type")
	}
	if i := slices.IndexFunc(c.Alarms, func(v config.Value) bool { return v.Intrinsic != nil }); i >= 0 {
		m.value(c.Alarms[i]) // which says what is wrong with it
	} else if len(c.Alarms) > 0 {
		refuse("alarms")
	}
	if c.PreTraffic != "" {
		refuse("pre_traffic")
	}
	if c.PostTraffic != "" {
		refuse("post_traffic")
	}
	return nil
}
