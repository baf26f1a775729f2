package deploy

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/chalice-go/chalice/internal/deploy/account"
	"github.com/chalice-go/chalice/internal/deploy/record"
	"github.com/chalice-go/chalice/internal/deploy/review"
	"github.com/chalice-go/chalice/internal/deploy/signed"
	"github.com/chalice-go/chalice/internal/deploy/stack"
	"github.com/chalice-go/chalice/internal/lazyregexp"
	"github.com/chalice-go/chalice/internal/ordered"
)

// atWork are the statuses of deployments that haven't ended.
// https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeploymentInfo.html
var atWork = []string{"Created", "Queued", "InProgress", "Baking", "Ready"}

// deploymentIn returns the id of a deployment of CodeDeploy's in a group that hasn't
// ended; "" if there is none, or no such group.
func deploymentIn(ctx context.Context, session *account.Session, app, group string) (string, error) {
	in := struct {
		ApplicationName     string   `json:"applicationName"`
		DeploymentGroupName string   `json:"deploymentGroupName"`
		IncludeOnlyStatuses []string `json:"includeOnlyStatuses"`
	}{app, group, atWork}
	var out struct {
		Deployments []string `json:"deployments"`
	}
	err := signed.New(session.Config, signed.CodeDeploy).JSON(ctx, "ListDeployments", &in, &out)
	switch {
	case account.Code(err) == "DeploymentGroupDoesNotExistException":
		return "", nil // it is another application's
	case err != nil:
		return "", fmt.Errorf("ask CodeDeploy for deployments of %s: %w", group, err)
	case len(out.Deployments) > 0:
		return out.Deployments[0], nil
	}
	return "", nil
}

// aliased returns the names in Lambda of the functions that are called by an alias, in
// order.
func aliased(functions map[string]record.Function) []string {
	var names []string
	for _, f := range functions {
		if f.Alias != "" {
			names = append(names, f.Name)
		}
	}
	slices.Sort(names)
	return names
}

// versions returns the versions that a stack has published, by function. A function of
// which it has several has none.
func versions(resources []stack.Resource) map[string]string {
	all := map[string]string{}
	for _, r := range resources {
		if r.Type != versionType {
			continue
		}
		name, version := qualified(r.PhysicalID)
		if _, several := all[name]; several {
			version = ""
		}
		all[name] = version
	}
	return all
}

// noteTraffic says how long CodeDeploy shifts traffic, if it does.
func (r *run) noteTraffic(changes []stack.ResourceChange) {
	templates, err := r.templates()
	if err != nil {
		return // it is an error later
	}
	changed := changedAliases(changes)
	longest, name := -1, ""
	for _, t := range templates {
		for id, configuration := range t.shifted() {
			if minutes := minutesOf(configuration); changed[id] && minutes > longest {
				longest, name = minutes, configuration
			}
		}
	}
	switch {
	case longest < 0:
	case longest == 0:
		r.Talk.Note(fmt.Sprintf("CodeDeploy shifts traffic to the new versions by %s", name))
	default:
		r.Talk.Note(fmt.Sprintf("CodeDeploy shifts traffic to the new versions by %s: that takes %d minutes or more", name, longest))
	}
}

// changedAliases returns the logical ids of the aliases that change, and were there before.
func changedAliases(changes []stack.ResourceChange) map[string]bool {
	all := map[string]bool{}
	for _, c := range changes {
		if c.Type == aliasType && c.Action == review.Modify {
			all[c.LogicalID] = true
		}
		maps.Copy(all, changedAliases(c.Nested))
	}
	return all
}

// shifted returns the aliases whose traffic CodeDeploy shifts, by their logical ids, with
// the names of its configurations.
func (t template) shifted() map[string]string {
	groups, all := map[string]string{}, map[string]string{}
	for _, r := range t.resources() {
		if r.kind == deploymentGroupType {
			groups[r.id] = r.properties.Text("DeploymentConfigName")
		}
	}
	for _, m := range t.root.Section("Resources").Members {
		body, _ := m.Value.(*ordered.Object)
		by := body.Section("UpdatePolicy").Section("CodeDeployLambdaAliasUpdate")
		if name, ok := groups[by.Section("DeploymentGroupName").Text("Ref")]; ok && body.Text("Type") == aliasType {
			all[m.Key] = name
		}
	}
	return all
}

// pace matches what CodeDeploy's configurations for Lambda say of time.
// https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html#deployment-configuration-lambda
var pace = lazyregexp.New(`(Canary|Linear)10Percent(?:Every)?([0-9]+)Minutes?$`)

// minutesOf returns how many minutes it takes to shift all traffic by a configuration of
// CodeDeploy's; 0 for all at once, or if it isn't known.
func minutesOf(configuration string) int {
	m := pace().FindStringSubmatch(configuration)
	if m == nil {
		return 0
	}
	minutes, err := strconv.Atoi(m[2])
	if err != nil {
		return 0
	}
	if m[1] == "Linear" {
		minutes *= 9 // the first of ten steps is made at once
	}
	return minutes
}
