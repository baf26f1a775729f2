package policy

import (
	"fmt"
	"maps"
	"slices"
)

// call is a reached sink, with the way that leads to it.
type call struct {
	finding
	cold bool
	path []Step
}

// needs gives the actions of what a function can reach.
func (p *program) needs(l *lambda, cold, own *reach) *Needs {
	var calls []call
	for _, r := range []*reach{cold, own} {
		for _, f := range r.found {
			calls = append(calls, call{finding: f, cold: r == cold, path: p.path(r, f.in)})
		}
		for _, n := range r.order {
			for _, note := range n.notes {
				file, line := p.position(note.pos)
				p.warn(Warning{Kind: note.kind, File: file, Line: line, Message: note.message, Functions: []string{l.name}})
			}
		}
	}
	n := &Needs{}
	actions := map[string]*Action{}
	for _, c := range calls {
		for _, op := range c.sink.operations {
			n.Connections = n.Connections || c.sink.fn.Pkg() != nil && c.sink.fn.Pkg().Path() == websocketPath
			p.addOperation(l, actions, c, op)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(actions)) {
		a := actions[name]
		a.Reasons = sortReasons(a.Reasons)
		n.Actions = append(n.Actions, *a)
	}
	return n
}

// addOperation adds the actions of one call.
func (p *program) addOperation(l *lambda, actions map[string]*Action, c call, op operation) {
	always, known, listed := p.table.actions(op)
	file, line := p.position(c.sink.pos)
	switch {
	case !known:
		p.warn(Warning{Kind: WarnService, File: file, Line: line, Functions: []string{l.name},
			Message: fmt.Sprintf("the SDK's package %s isn't in the table of actions: %v is a guess", op.service, always)})
	case !listed:
		p.warn(Warning{Kind: WarnOperation, File: file, Line: line, Functions: []string{l.name},
			Message: fmt.Sprintf("AWS's reference has no action for %s: %v is a guess", op, always)})
	}
	for _, name := range always {
		a := actions[name]
		if a == nil {
			a = &Action{Name: name}
			actions[name] = a
		}
		a.Reasons = append(a.Reasons, Reason{Operation: op.String(), File: file, Line: line, Path: c.path})
	}
}
