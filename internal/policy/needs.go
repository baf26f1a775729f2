package policy

import (
	"cmp"
	"fmt"
	"go/token"
	"maps"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/policy/arn"
	"github.com/chalice-go/chalice/internal/policy/callgraph"
	"github.com/chalice-go/chalice/internal/policy/sdk"
	"github.com/chalice-go/chalice/internal/policy/source"
	"github.com/chalice-go/chalice/internal/policy/ssaform"
	"github.com/chalice-go/chalice/internal/policy/values"
)

// collector gathers what one function needs.
type collector struct {
	p        *source.Program
	function string
	reached  *callgraph.Reached
	v        *values.Analysis // nil where values can't be followed
	actions  map[string]*Action
	any      map[string]bool // actions on any resource
	// anyService is true if a role is passed to a service that isn't known.
	anyService bool
	// calls are those of each operation, and uses what they show of their resources.
	calls map[useKey][]source.Sink
	uses  map[useKey]*use
	// others are the calls of AWS that aren't followed.
	others map[*sdk.Other][]otherCall
}

// needs returns what a function needs, without following values where those can't
// be followed.
func needs(p *source.Program, function string, r *callgraph.Reached, form *ssaform.Program) (n *Needs) {
	if !r.HasValues() {
		return collect(p, function, r, nil)
	}
	defer func() {
		if v := recover(); v != nil {
			p.Warn(Warning{Kind: source.WarnAnalysis, Functions: []string{function},
				Message: fmt.Sprintf("values can't be followed, so actions can be too many and resources are any: %s", source.Failure(v, debug.Stack()))})
			n = collect(p, function, r.Coarse(), nil)
		}
	}()
	return collect(p, function, r, values.New(form, r))
}

// collect gathers the actions of what a function can reach, code of the cold start
// and its own.
func collect(p *source.Program, function string, r *callgraph.Reached, v *values.Analysis) *Needs {
	c := &collector{p: p, function: function, reached: r, v: v, actions: map[string]*Action{}, any: map[string]bool{}, calls: map[useKey][]source.Sink{}, uses: map[useKey]*use{},
		others: map[*sdk.Other][]otherCall{}}
	n := &Needs{}
	findings := slices.Collect(r.Findings())
	reflects := false
	for visit := range r.Visits() {
		n.AnyRegion = n.AnyRegion || c.setsRegion(visit.Node)
		for _, note := range visit.Node.Notes {
			reflects = reflects || note.Kind == source.WarnReflection
			if note.Other != nil {
				c.others[note.Other] = append(c.others[note.Other], otherCall{note, visit})
			} else {
				c.warn(note.Pos, note.Kind, note.Message)
			}
		}
	}
	for _, calls := range c.others {
		c.warnOfOther(calls)
	}
	if reflects {
		findings = append(findings, c.inputs()...)
	}
	for _, f := range findings {
		for _, op := range f.Sink.Operations {
			key := keyOf(f.Sink, op, "")
			c.calls[key] = append(c.calls[key], *f.Sink)
		}
	}
	for _, f := range findings {
		n.Connections = n.Connections || isOf(f, sdk.WebsocketPath)
		n.Shift = n.Shift || isOf(f, sdk.DeployPath)
		c.add(f)
	}
	for _, name := range slices.Sorted(maps.Keys(c.actions)) {
		a := c.actions[name]
		a.Reasons = sortReasons(a.Reasons)
		if a.Targets = arn.SortTargets(a.Targets); c.any[name] {
			a.Targets = nil
		}
		if name == passRole && c.anyService {
			a.PassedTo = nil
		}
		n.Actions = append(n.Actions, *a)
	}
	n.Actions = byNames(n.Actions)
	return n
}

// isOf reports whether a call is one of a package.
func isOf(f callgraph.Finding, path string) bool {
	return f.Sink.Fn != nil && f.Sink.Fn.Pkg() != nil && f.Sink.Fn.Pkg().Path() == path
}

// inputs returns the inputs that reached code makes for the calls that it makes by
// reflection.
func (c *collector) inputs() []callgraph.Finding {
	var all []callgraph.Finding
	for visit := range c.reached.Visits() {
		for i := range visit.Node.Inputs {
			all = append(all, callgraph.Finding{Visit: visit, Sink: &visit.Node.Inputs[i]})
		}
	}
	return all
}

// path returns how a call was reached, from the handler on. The variables of a package have
// no place of their own, so theirs is that of the call.
func (c *collector) path(f callgraph.Finding) []Step {
	var steps []Step
	for _, s := range f.Path() {
		step := Step{Function: s.Node.Name}
		step.File, step.Line = c.p.Position(cmp.Or(s.Pos, f.Sink.Pos))
		steps = append(steps, step)
	}
	return steps
}

// add adds the actions of one call.
func (c *collector) add(f callgraph.Finding) {
	path := c.path(f)
	for _, op := range f.Sink.Operations {
		file, line := c.p.Position(f.Sink.Pos)
		reason := Reason{Operation: op.String(), Connections: isOf(f, sdk.WebsocketPath), Shift: isOf(f, sdk.DeployPath), File: file, Line: line, Path: path}
		for _, name := range c.actionsOf(f, op) {
			a := c.actions[name]
			if a == nil {
				a = &Action{Name: name}
				c.actions[name] = a
			}
			if name == passRole {
				c.passedTo(a, op)
			}
			use := c.use(f, op, name)
			one := use.of(f.Sink)
			reason.Targets, reason.Open = one.targets, one.open
			a.Reasons = append(a.Reasons, reason)
			a.Targets = append(a.Targets, use.targets...)
			c.any[name] = c.any[name] || len(use.targets) == 0
		}
	}
}

// passRole is needed for handing a role to a service.
const passRole = "iam:PassRole"

// passedTo notes the services that an operation hands a role to. If one isn't known,
// it can be any.
func (c *collector) passedTo(a *Action, op sdk.Operation) {
	to := op.PassedTo(c.fields())
	if len(to) == 0 {
		c.anyService = true
	}
	for _, service := range to {
		if !slices.Contains(a.PassedTo, service) {
			a.PassedTo = append(a.PassedTo, service)
		}
	}
}

// fields is what is known of the inputs of operations; nil where values can't be
// followed.
func (c *collector) fields() sdk.Fields {
	if c.v == nil {
		return nil
	}
	return c.v
}

// actionsOf returns the actions of an operation, with those that depend on
// fields of its input.
func (c *collector) actionsOf(f callgraph.Finding, op sdk.Operation) []string {
	actions, certainty := op.Actions(c.fields())
	switch certainty {
	case sdk.UnknownService:
		c.warn(f.Sink.Pos, source.WarnService, fmt.Sprintf("the SDK's package %s isn't in the table of actions: %s", op.Service, guess(actions)))
	case sdk.UnlistedOperation:
		c.warn(f.Sink.Pos, source.WarnOperation, fmt.Sprintf("AWS's reference has no action for %s: %s", op, guess(actions)))
	}
	return actions
}

// guess says that actions are a guess.
func guess(actions []string) string {
	if len(actions) == 1 {
		return actions[0] + " is a guess"
	}
	return strings.Join(actions, ", ") + " are guesses"
}

// names returns what a field of an operation's input, or the argument that stands
// for it, can be.
func (c *collector) names(f callgraph.Finding, op sdk.Operation, field sdk.ResourceField) ([]arn.Name, bool) {
	if op.Field != "" {
		if op.Field != field.Path {
			return nil, false
		}
		return c.v.ArgumentNames(f.Sink.Fn, op.Argument)
	}
	if op.Input == nil {
		return nil, false
	}
	if field.Also {
		return c.v.SetNames(op.Input, field.Path)
	}
	names, ok := c.v.FieldNames(op.Input, field.Path, field.Default)
	if !ok && field.Within != nil && c.v.IsSet(op.Input, field.Path) {
		// What it is within can tell enough.
		if _, ok = c.names(f, op, *field.Within); ok {
			names = []arn.Name{{{Kind: arn.Anything}}}
		}
	}
	return c.within(f, op, field, names), ok
}

// within returns the names of a field with those of what it is within before them, if
// there is that: any, where it isn't known.
func (c *collector) within(f callgraph.Finding, op sdk.Operation, field sdk.ResourceField, names []arn.Name) []arn.Name {
	if field.Within == nil {
		return names
	}
	outer, ok := c.names(f, op, *field.Within)
	if !ok {
		outer = []arn.Name{{{Kind: arn.Anything}}}
	}
	var all []arn.Name
	for _, n := range names {
		for _, o := range outer {
			all = append(all, n.Within(o))
		}
	}
	return all
}

// warn adds a warning about this function.
func (c *collector) warn(pos token.Pos, kind source.WarningKind, message string) {
	file, line := c.p.Position(pos)
	c.p.Warn(Warning{Kind: kind, File: file, Line: line, Message: message, Functions: []string{c.function}})
}
