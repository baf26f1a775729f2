package synth

import (
	"slices"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/nearest"
)

// hook returns the function that a key of a deployment names, nil where it names none.
func (b *builder) hook(c *config.Deployment, key, name string, functions map[string]*function) *function {
	if name == "" {
		return nil
	}
	f := functions[name]
	switch {
	case f == nil:
		b.fail(c.Mistake(key, "is %s, but the app has no such function%s", name, nearest.Question(name, sortedKeys(functions))))
	case !b.isHook(name):
		b.fail(c.Mistake(key, "is %s, which isn't made to answer CodeDeploy%s: register it with app.TrafficHook", name, alsoAt(f.Source)))
	}
	return f
}

// isHook reports whether a function is one that CodeDeploy calls. It is not deployed by
// CodeDeploy itself, nor has it versions: it has to be there before anything is shifted,
// as the deployment knows it.
func (b *builder) isHook(name string) bool {
	return slices.ContainsFunc(b.Model.Functions, func(f app.FunctionModel) bool { return f.TrafficHook && f.FunctionName() == name })
}

// allowHooks lets the hooks answer CodeDeploy, for whatever of the app it deploys, and ask
// it what that is.
func (b *builder) allowHooks(all []*codeDeployment) {
	allowed := map[*function]bool{}
	for _, d := range all {
		for _, hook := range d.hooks() {
			if !allowed[hook] {
				hook.allow(b.hookStatements(hook)...)
			}
			allowed[hook] = true
		}
	}
}

// hookStatements are what a hook needs of CodeDeploy. A group would have to know the hook,
// by the role of its deployments, before the hook could know it: so it is all groups of the
// app's own application.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodedeploy.html
func (b *builder) hookStatements(hook *function) []statement {
	of := func(resource ...any) []text {
		return []text{ARN{Service: "codedeploy", Region: Own, Account: Own, Resource: resource}.text()}
	}
	groups := statement{
		sid: "Deployments", actions: []string{"codedeploy:PutLifecycleEventHookExecutionStatus"},
		resources: of("deploymentgroup:", applicationName{}, "/*"),
	}
	if b.AsksOfShifts != nil && !b.AsksOfShifts[hook.Name] {
		return []statement{groups}
	}
	groups.actions = append([]string{"codedeploy:GetDeployment"}, groups.actions...)
	return []statement{groups, {
		sid: "Revisions", actions: []string{"codedeploy:GetApplicationRevision"}, resources: of("application:", applicationName{}),
	}}
}
