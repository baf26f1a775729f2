package policy

import (
	"fmt"
	"go/token"
	"maps"
	"runtime/debug"
	"slices"
	"strings"
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
			n.Connections = n.Connections || f.sink.fn.Pkg() != nil && f.sink.fn.Pkg().Path() == websocketPath
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
		if a.Targets = sortTargets(a.Targets); c.any[name] {
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

func (c *collector) passedTo(a *Action, op operation) {
	if to := c.p.table.Services[op.service].PassedTo; to != "" && !slices.Contains(a.PassedTo, to) {
		a.PassedTo = append(a.PassedTo, to)
	}
}

// actionsOf gives the actions of an operation, with those that depend on
// fields of its input.
func (c *collector) actionsOf(f finding, op operation) []string {
	actions, known, listed := c.p.table.actions(op)
	switch {
	case !known:
		c.warn(f.sink.pos, WarnService, fmt.Sprintf("the SDK's package %s isn't in the table of actions: %v is a guess", op.service, actions))
	case !listed:
		c.warn(f.sink.pos, WarnOperation, fmt.Sprintf("AWS's reference has no action for %s: %v is a guess", op, actions))
	}
	if op.name == "" {
		return actions
	}
	s := c.p.table.Services[op.service]
	actions = c.narrowed(s.Narrow[op.name], op, actions)
	for _, w := range s.When[op.name] {
		if slices.ContainsFunc(w.Fields, func(field string) bool { return c.isSet(op, field) }) {
			actions = append(slices.Clip(actions), w.Actions...)
		}
	}
	return actions
}

// isSet tells whether a field of an operation's input is set, or can be.
func (c *collector) isSet(op operation, field string) bool {
	if c.v == nil || op.input == nil {
		return true
	}
	if op.feature != "" {
		field, _, _ = strings.Cut(field, ".")
	}
	return c.v.isSet(op.input, field)
}

// narrowed leaves the actions of a wide list that the input asks for.
func (c *collector) narrowed(n narrow, op operation, actions []string) []string {
	if c.v == nil || op.input == nil {
		return actions
	}
	var keys []string
	switch n.By {
	case "field":
		for _, member := range slices.Sorted(maps.Keys(n.Map)) {
			if c.v.isSet(op.input, n.Path+"."+member) {
				keys = append(keys, member)
			}
		}
	case "statementVerb":
		verbs, ok := c.v.verbs(op.input, n.Path)
		if !ok {
			return actions
		}
		keys = verbs
	default:
		return actions
	}
	var left []string
	for _, k := range keys {
		if n.Map[k] == nil {
			return actions
		}
		left = append(left, n.Map[k]...)
	}
	if len(left) == 0 {
		return actions
	}
	slices.Sort(left)
	return slices.Compact(left)
}

// targets gives the resources that one call uses an action on; false if they
// can be any.
func (c *collector) targets(f finding, op operation, action string) ([]Target, bool) {
	s, ok := c.p.table.Services[op.service]
	if c.v == nil || !ok || op.name == "" {
		return nil, false
	}
	var paths []string
	if special, ok := s.Targets[op.name]; ok {
		path, ok := special[action]
		if !ok {
			path, ok = special["*"]
		}
		if ok {
			paths = []string{path}
		}
	}
	if paths == nil && strings.HasPrefix(action, s.IAM+":") {
		paths = slices.Sorted(maps.Keys(s.Fields))
	}
	var targets []Target
	for _, path := range paths {
		field := path[strings.LastIndexByte(path, '.')+1:]
		types := c.p.table.typesOf(action, s.Fields[field])
		if len(types) == 0 {
			continue
		}
		if field == "FunctionName" && op.input != nil && c.v.isSet(op.input, "Qualifier") {
			types = append(types, "function alias")
		}
		names, ok := c.names(f, op, path, s.Defaults[field])
		if !ok {
			continue
		}
		for _, n := range names {
			targets = append(targets, Target{Service: op.service, Field: field, Types: types, Name: n})
		}
	}
	return targets, len(targets) > 0
}

// names gives what a field of an operation's input, or the argument that stands
// for it, can be.
func (c *collector) names(f finding, op operation, path, missing string) ([]Name, bool) {
	if op.field != "" {
		if op.field != path {
			return nil, false
		}
		return c.v.arguments(f.sink.fn, op.argument)
	}
	if op.input != nil {
		return c.v.values(op.input, path, missing)
	}
	return nil, false
}

// warn adds a warning about this function.
func (c *collector) warn(pos token.Pos, kind WarningKind, message string) {
	file, line := c.p.position(pos)
	c.p.warn(Warning{Kind: kind, File: file, Line: line, Message: message, Functions: []string{c.l.name}})
}
