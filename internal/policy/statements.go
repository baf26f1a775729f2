package policy

import (
	"slices"

	"github.com/chalice-go/chalice/internal/policy/arn"
	"github.com/chalice-go/chalice/internal/policy/sdk"
	"github.com/chalice-go/chalice/internal/policy/source"
)

// StatementOptions change what [Needs.Statements] gives.
type StatementOptions struct {
	// AnyResource leaves all resources open.
	AnyResource bool
	// Except are actions that the caller has statements of its own for.
	Except []string
}

// Statements returns the statements of a role with these needs. env has the
// values of the function's environment variables: a string, or an intrinsic of
// CloudFormation. Statements are sorted, so the same needs and values give the
// same statements. A warning tells of each action that is allowed on any
// resource although it could be limited.
func (n *Needs) Statements(env map[string]any, options StatementOptions) ([]arn.Statement, []Warning) {
	n = n.Configure(env)
	m := &arn.Maker{AnyRegion: n.AnyRegion}
	var grants []arn.Grant
	var warnings []Warning
	for _, a := range n.Actions {
		if slices.Contains(options.Except, a.Name) {
			continue
		}
		resources, warning := a.resources(m, options)
		if warning != nil {
			warnings = append(warnings, *warning)
		}
		grants = append(grants, arn.Grant{Action: a.Name, Resources: resources, PassedTo: a.PassedTo})
	}
	return arn.Statements(grants), warnings
}

// resources returns what an action is allowed on, sorted.
func (a Action) resources(m *arn.Maker, options StatementOptions) ([]arn.Resource, *Warning) {
	all := []arn.Resource{arn.AnyResource()}
	if options.AnyResource {
		return all, nil
	}
	if len(a.Targets) == 0 {
		if !sdk.CanBeLimited(a.Name) {
			return all, nil
		}
		return all, anyWarning(a, "the program doesn't show which one it uses")
	}
	resources, why := m.Resources(a.Targets)
	if why != "" {
		return all, anyWarning(a, why)
	}
	return resources, nil
}

// anyWarning warns of an action that is allowed on any resource.
func anyWarning(a Action, why string) *Warning {
	w := &Warning{Kind: source.WarnResource, Message: a.Name + " is allowed on any resource: " + why}
	if len(a.Reasons) > 0 {
		w.File, w.Line = a.Reasons[0].File, a.Reasons[0].Line
	}
	return w
}

// Configure returns the needs with the values of a function's environment
// variables in place of the variables, a string or an intrinsic each, so that
// they can be merged with those of functions that have other values.
func (n *Needs) Configure(env map[string]any) *Needs {
	configured := *n
	configured.Actions = slices.Clone(n.Actions)
	for i := range configured.Actions {
		a := &configured.Actions[i]
		targets := slices.Clone(a.Targets)
		for j := range targets {
			targets[j].Name = targets[j].Name.Configure(env)
		}
		a.Targets = arn.SortTargets(targets)
	}
	return &configured
}
