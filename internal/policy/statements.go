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
	// OwnConnections leaves out what nothing but package websocket needs, for which the
	// caller has a statement of its own. The SDK's client can post to any API.
	OwnConnections bool
}

// Statements returns the statements of a role with these needs. env has the
// values of the function's environment variables: a string, or an intrinsic of
// CloudFormation. Statements are sorted, so the same needs and values give the
// same statements. A warning tells of each action that is allowed on any
// resource although it could be limited.
//
// They lack what ShiftOf of package codedeploy needs: only hooks of deployments can ask
// that, and the caller knows which deployments those are.
func (n *Needs) Statements(env map[string]any, options StatementOptions) ([]arn.Statement, []Warning) {
	n = n.Configure(env)
	m := &arn.Maker{AnyRegion: n.AnyRegion}
	var grants []arn.Grant
	var warnings []Warning
	for _, a := range n.Actions {
		if options.OwnConnections && a.isOnlyFor(Reason.ofConnections) || a.isOnlyFor(Reason.ofShift) {
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

func (r Reason) ofConnections() bool { return r.Connections }
func (r Reason) ofShift() bool       { return r.Shift }

// isOnlyFor reports whether nothing but calls of a kind need an action.
func (a Action) isOnlyFor(kind func(Reason) bool) bool {
	return len(a.Reasons) > 0 && !slices.ContainsFunc(a.Reasons, func(r Reason) bool { return !kind(r) })
}

// scopes returns what an action is allowed on.
func (a Action) scopes(m *arn.Maker, options StatementOptions) ([]arn.Scope, *Warning) {
	limit := arn.PassedTo(a.PassedTo)
	all := []arn.Scope{{Resources: []arn.Resource{arn.AnyResource()}, Condition: limit}}
	if options.AnyResource {
		return all, nil
	}
	if len(a.Targets) == 0 {
		if !sdk.CanBeLimited(a.Name) || a.isOnNone(m) {
			return all, nil
		}
		return all, a.anyWarning(m, notShown)
	}
	scopes, why := m.Scopes(a.Targets)
	if why != "" {
		return all, a.anyWarning(m, why)
	}
	if !limit.IsZero() {
		for i := range scopes {
			scopes[i].Condition = limit
		}
	}
	return scopes, nil
}

// isOnNone reports whether no call of an action leaves open what it is used on although
// one has no resource: it is used on none.
func (a Action) isOnNone(m *arn.Maker) bool {
	return len(a.Reasons) > 0 && !slices.ContainsFunc(a.Reasons, func(r Reason) bool { return r.open(m) != "" })
}

// anyWarning warns of an action that is allowed on any resource, at the first call that
// is why.
func (a Action) anyWarning(m *arn.Maker, why string) *Warning {
	w := &Warning{Kind: source.WarnResource}
	for i, r := range a.Reasons {
		if open := r.open(m); i == 0 || open != "" {
			w.File, w.Line = r.File, r.Line
			if open != "" {
				why = open
				break
			}
		}
	}
	w.Message = a.Name + " is allowed on any resource: " + why
	return w
}

// open says why a call can be on any resource; "" if it can't.
func (r Reason) open(m *arn.Maker) string {
	if r.Open != "" {
		return r.Open
	}
	_, why := m.Scopes(r.Targets)
	return why
}

// Opens says for each call that needs an action why it leaves that on any resource;
// "" if it doesn't. The needs are configured.
func (n *Needs) Opens(a Action) []string {
	m := &arn.Maker{AnyRegion: n.AnyRegion}
	why := make([]string, len(a.Reasons))
	for i, r := range a.Reasons {
		why[i] = r.open(m)
	}
	return why
}

// Configure returns the needs with the values of a function's environment
// variables in place of the variables, a string or an intrinsic each, so that
// they can be merged with those of functions that have other values. The values can ask
// for other actions.
func (n *Needs) Configure(env map[string]any) *Needs {
	configured := *n
	configured.Actions = slices.Clone(n.Actions)
	for i := range configured.Actions {
		a := &configured.Actions[i]
		a.Targets = configureTargets(a.Targets, env)
		a.Reasons = slices.Clone(a.Reasons)
		for j := range a.Reasons {
			a.Reasons[j].Targets = configureTargets(a.Reasons[j].Targets, env)
		}
	}
	configured.Actions = byNames(configured.Actions)
	return &configured
}

// configureTargets puts the values of environment variables into names.
func configureTargets(targets []arn.Target, env map[string]any) []arn.Target {
	targets = slices.Clone(targets)
	for i := range targets {
		targets[i].Name = targets[i].Name.Configure(env)
	}
	return arn.SortTargets(targets)
}
