package policy

import (
	"fmt"
	"github.com/chalice-go/chalice/internal/policy/arn"
	"github.com/chalice-go/chalice/internal/policy/sdk"
	"go/token"
	"maps"
	"runtime/debug"
	"slices"
)

// collector gathers what one function needs.
type collector struct {
	p       *program
	l       *lambda
	v       *view // nil where there is no SSA form
	actions map[string]*Action
	any     map[string]bool // actions on any resource
}

// safeNeeds gives the needs without following values, where those can't be
// followed.
func (p *program) safeNeeds(l *lambda, v *view, reaches ...*reach) (n *Needs) {
	defer func() {
		if r := recover(); r != nil && v != nil {
			p.warn(Warning{Kind: WarnAnalysis, Functions: []string{l.name},
				Message: fmt.Sprintf("values can't be followed, so actions can be too many and resources are any: %v at %s", r, panicPlace(debug.Stack()))})
			n = p.needs(l, nil, reaches...)
		} else if r != nil {
			panic(r)
		}
	}()
	return p.needs(l, v, reaches...)
}

// needs gives the actions of what a function can reach, code of the cold start
// and its own.
func (p *program) needs(l *lambda, v *view, reaches ...*reach) *Needs {
	c := &collector{p: p, l: l, v: v, actions: map[string]*Action{}, any: map[string]bool{}}
	n := &Needs{}
	reflects := false
	for _, r := range reaches {
		for _, f := range r.found {
			if v != nil && !v.in[f.in] {
				continue
			}
			n.Connections = n.Connections || f.sink.fn.Pkg() != nil && f.sink.fn.Pkg().Path() == sdk.WebsocketPath
			c.add(f, p.path(r, f.in))
		}
		for _, reached := range r.order {
			if v != nil && !v.in[reached] {
				continue
			}
			n.AnyRegion = n.AnyRegion || reached.region
			for _, note := range reached.notes {
				c.warn(note.pos, note.kind, note.message)
				reflects = reflects || note.kind == WarnReflection
			}
		}
	}
	if reflects {
		c.addInputs(reaches)
	}
	for _, name := range slices.Sorted(maps.Keys(c.actions)) {
		a := c.actions[name]
		a.Reasons = sortReasons(a.Reasons)
		if a.Targets = arn.SortTargets(a.Targets); c.any[name] {
			a.Targets = nil
		}
		n.Actions = append(n.Actions, *a)
	}
	return n
}

// addInputs takes the inputs that reached code makes for the calls that it
// makes by reflection.
func (c *collector) addInputs(reaches []*reach) {
	for _, r := range reaches {
		for _, n := range r.order {
			if c.v != nil && !c.v.in[n] {
				continue
			}
			for i := range n.inputs {
				c.add(finding{n, &n.inputs[i]}, c.p.path(r, n))
			}
		}
	}
}

// add adds the actions of one call.
func (c *collector) add(f finding, path []Step) {
	for _, op := range f.sink.operations {
		file, line := c.p.position(f.sink.pos)
		reason := Reason{Operation: op.String(), File: file, Line: line, Path: path}
		for _, name := range c.actionsOf(f, op) {
			a := c.actions[name]
			if a == nil {
				a = &Action{Name: name}
				c.actions[name] = a
			}
			a.Reasons = append(a.Reasons, reason)
			if name == passRole {
				c.passedTo(a, op)
			}
			targets, known := c.targets(f, op, name)
			a.Targets = append(a.Targets, targets...)
			c.any[name] = c.any[name] || !known
		}
	}
}

const passRole = "iam:PassRole"

func (c *collector) passedTo(a *Action, op sdk.Operation) {
	if to := op.PassedTo(); to != "" && !slices.Contains(a.PassedTo, to) {
		a.PassedTo = append(a.PassedTo, to)
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

// actionsOf gives the actions of an operation, with those that depend on
// fields of its input.
func (c *collector) actionsOf(f finding, op sdk.Operation) []string {
	actions, certainty := op.Actions(c.fields())
	switch certainty {
	case sdk.UnknownService:
		c.warn(f.sink.pos, WarnService, fmt.Sprintf("the SDK's package %s isn't in the table of actions: %v is a guess", op.Service, actions))
	case sdk.UnlistedOperation:
		c.warn(f.sink.pos, WarnOperation, fmt.Sprintf("AWS's reference has no action for %s: %v is a guess", op, actions))
	}
	return actions
}

// targets gives the resources that one call uses an action on; false if they
// can be any.
func (c *collector) targets(f finding, op sdk.Operation, action string) ([]arn.Target, bool) {
	var targets []arn.Target
	for _, field := range op.ResourceFields(action, c.fields()) {
		names, ok := c.names(f, op, field)
		if !ok {
			continue
		}
		for _, n := range names {
			targets = append(targets, arn.Target{Service: op.Service, Field: field.Name, Types: field.Types, Name: n})
		}
	}
	return targets, len(targets) > 0
}

// names gives what a field of an operation's input, or the argument that stands
// for it, can be.
func (c *collector) names(f finding, op sdk.Operation, field sdk.ResourceField) ([]arn.Name, bool) {
	if op.Field != "" {
		if op.Field != field.Path {
			return nil, false
		}
		return c.v.arguments(f.sink.fn, op.Argument)
	}
	if op.Input != nil {
		return c.v.values(op.Input, field.Path, field.Default)
	}
	return nil, false
}

// warn adds a warning about this function.
func (c *collector) warn(pos token.Pos, kind WarningKind, message string) {
	file, line := c.p.position(pos)
	c.p.warn(Warning{Kind: kind, File: file, Line: line, Message: message, Functions: []string{c.l.name}})
}
