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
		scopes, warning := a.scopes(m, options)
		if warning != nil {
			warnings = append(warnings, *warning)
		}
		for _, scope := range scopes {
			grants = append(grants, arn.Grant{Action: a.Name, Scope: scope})
		}
	}
	return arn.Statements(grants), warnings
}

// scopes returns what an action is allowed on.
func (a Action) scopes(m *arn.Maker, options StatementOptions) ([]arn.Scope, *Warning) {
	limit := arn.PassedTo(a.PassedTo)
	all := []arn.Scope{{Resources: []arn.Resource{arn.AnyResource()}, Condition: limit}}
	if options.AnyResource {
		return all, nil
	}
	if len(a.Targets) == 0 {
		if !sdk.CanBeLimited(a.Name) {
			return all, nil
		}
		return all, anyWarning(a, "the program doesn't show which one it uses")
	}
	scopes, why := m.Scopes(a.Targets)
	if why != "" {
		return all, anyWarning(a, why)
	}
	if !limit.IsZero() {
		for i := range scopes {
			scopes[i].Condition = limit
		}
	}
	return scopes, nil
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
