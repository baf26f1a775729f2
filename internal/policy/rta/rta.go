// Package rta is rapid type analysis, after David F. Bacon and Peter F. Sweeney, "Fast
// static analysis of C++ virtual function calls", OOPSLA 1996, on the mentions that
// package source notes.
//
// Three things differ from x/tools' package of that name. A function is reached by
// whoever mentions it, and not only by calls, for a mentioned function is called by
// whoever gets hold of it; so function values need no signatures to be matched by. A
// type is live by occurring in reached code, which needs no SSA. And in code that runs
// at a cold start, which mentions everything, a function that is put into a package
// variable is reached by those who use the variable, and not by the one who put it
// there. Code out of sight calls what it was handed when it is called itself (handed.go).
package rta

import (
	"cmp"
	"go/token"
	"go/types"
	"slices"

	"github.com/chalice-go/chalice/internal/policy/source"
)

// Run is a run of rapid type analysis: from what runs at a cold start, or from the
// handlers of one Lambda function, whose run goes on where that of the cold start
// ended. Its lattice is the powerset of nodes, types and interfaces' methods; it only
// ever adds, so it ends.
type Run struct {
	p         *source.Program
	hierarchy *hierarchy
	cold      *Run // nil for the cold start itself

	// links has each reached node, and how it was reached; order has them in the
	// order in which that happened.
	links map[*source.Node]link
	Order []*source.Node
	// made are those that were reached by what makes handlers alone: what these mention and
	// don't call isn't reached (making.go).
	made map[*source.Node]bool
	// Sinks are the reached mentions of the SDK's operations.
	Sinks []ReachedSink
	// Stored is what the cold start puts into package variables.
	Stored map[*source.Node][]StoredValue

	// calls are the reached calls of interfaces' methods, types the live types, and
	// outside the interfaces through which code out of sight can call methods. Each
	// call and each outside interface has met each type once (resolveInterfaces).
	calls   []source.InterfaceCall
	types   []types.Type
	outside []types.Type
	known   map[any]bool        // what is in one of these
	liveIn  map[types.Type]link // where types went live in this run

	WebHandlers []*source.Node        // what a cold start gives to net/http
	Exposed     map[*source.Node]bool // methods that code out of sight calls

	// handed are methods that code out of sight can call once the program calls it, and
	// calledOutside what it calls there (handed.go).
	handed        []handedMethod
	calledOutside calledOutside
}

// link is how a node was reached.
type link struct {
	from *source.Node
	pos  token.Pos
	// caller is the function out of sight that calls the node, if from isn't who calls it
	// but who handed it over.
	caller *source.Node
}

// StoredValue is a function that is put into a variable: one with source, a sink, or
// another one out of sight.
type StoredValue struct {
	in      *source.Node // who puts it there
	Mention source.Mention
	Sink    *source.Sink
	Outside *source.OutsideUse
}

// ReachedSink is a sink, and the node in which it was reached.
type ReachedSink struct {
	In   *source.Node
	Sink *source.Sink
}

func newRun(h *hierarchy, cold *Run) *Run {
	r := &Run{p: h.p, hierarchy: h, cold: cold, links: map[*source.Node]link{}, made: map[*source.Node]bool{}, Stored: map[*source.Node][]StoredValue{}, known: map[any]bool{}, liveIn: map[types.Type]link{}, Exposed: map[*source.Node]bool{}}
	if cold != nil {
		r.calls, r.types, r.outside = clip(cold.calls), clip(cold.types), clip(cold.outside)
		for k := range cold.known {
			r.known[k] = true
		}
		r.handed = cold.handed
		r.calledOutside = newCalledOutside(&cold.calledOutside)
	} else {
		r.calledOutside = newCalledOutside(nil)
	}
	return r
}

// clip returns a slice that append copies.
func clip[T any](s []T) []T { return s[:len(s):len(s)] }

// ColdStart follows what runs before the first event.
func ColdStart(p *source.Program) *Run {
	h := newHierarchy(p)
	r := newRun(h, nil)
	for _, n := range h.p.ColdStart {
		r.visit(n, nil, token.NoPos)
	}
	for _, s := range h.p.Sites {
		for _, h := range s.Handlers {
			r.makes(h.Node)
		}
	}
	r.resolve()
	return r
}

// resolve finds what interfaces lead to, and what code out of sight calls, until nothing is
// new.
func (r *Run) resolve() {
	r.resolveInterfaces()
	for r.callHanded() {
		r.resolveInterfaces()
	}
}

// From follows what runs from the entry points of one Lambda function, beside what runs
// at a cold start. web: its handlers are those of net/http, which any code out of sight that
// knows it can stand around.
func (r *Run) From(entries []*source.Node, web bool) *Run {
	own := newRun(r.hierarchy, r)
	if web {
		own.callWebPackages()
	}
	for _, n := range entries {
		own.visit(n, nil, token.NoPos)
	}
	own.resolve()
	return own
}

// visit reaches a node, and what it mentions.
func (r *Run) visit(n, from *source.Node, pos token.Pos) { r.visitBy(n, link{from: from, pos: pos}) }

// visitBy reaches a node by a link.
func (r *Run) visitBy(n *source.Node, l link) {
	if _, ok := r.links[n]; !ok {
		r.links[n] = l
		r.Order = append(r.Order, n)
	} else if !r.made[n] {
		return
	}
	delete(r.made, n)
	for i := range n.Mentions {
		r.follow(n, n.Mentions[i])
	}
	for i := range n.Sinks {
		r.reachSink(n, &n.Sinks[i])
	}
	for _, c := range n.InterfaceCalls {
		if r.cold != nil || !r.p.BelongsToHandler(n, c.Pos) {
			r.callMethod(n, c)
		}
	}
	for _, u := range n.OutsideUses {
		r.useOutside(n, u)
	}
	r.addTypes(n)
	for _, t := range n.OutsideInterfaces {
		if !r.known[t] {
			r.known[t] = true
			r.outside = append(r.outside, t)
		}
	}
	r.addOutsideTypes(n.OutsideTypes)
	for _, s := range r.storedIn(n) {
		r.load(n, s)
	}
}

// callMethod notes a call of an interface's method.
func (r *Run) callMethod(n *source.Node, c source.InterfaceCall) {
	if !r.known[c.Method] {
		r.known[c.Method] = true
		r.calls = append(r.calls, c)
		r.links[r.hierarchy.methodNode(c.Method)] = link{from: n, pos: c.Pos}
	}
}

// addTypes makes the types of a node live.
func (r *Run) addTypes(n *source.Node) {
	for _, t := range n.Types {
		if _, ok := r.liveIn[t.Type]; !ok {
			r.liveIn[t.Type] = link{from: n, pos: t.Pos}
		}
		if !r.known[t.Type] {
			r.known[t.Type] = true
			r.types = append(r.types, t.Type)
		}
	}
}

// storedIn returns what a cold start puts into a variable.
func (r *Run) storedIn(n *source.Node) []StoredValue {
	if r.cold != nil {
		return r.cold.Stored[n]
	}
	return r.Stored[n]
}

// load reaches what is stored in a variable, since its users can have it.
func (r *Run) load(v *source.Node, s StoredValue) {
	if s.Sink != nil {
		r.Sinks = append(r.Sinks, ReachedSink{v, s.Sink})
		return
	}
	if s.Outside != nil {
		r.mentionOutside(v, *s.Outside)
		return
	}
	r.visit(s.Mention.To, v, s.Mention.Pos)
}

// follow goes from a node to another one that it mentions.
func (r *Run) follow(n *source.Node, f source.Mention) {
	if r.cold == nil {
		switch {
		case r.p.BelongsToHandler(n, f.Pos):
			return
		case f.Called:
		case f.Into != nil:
			r.store(f.Into, StoredValue{in: n, Mention: f})
			return
		case r.hierarchy.isWebHandler(f.To):
			r.WebHandlers = append(r.WebHandlers, f.To)
			return
		}
	}
	r.visit(f.To, n, f.Pos)
}

// reachSink goes from a node to an operation of the SDK that it mentions.
func (r *Run) reachSink(n *source.Node, s *source.Sink) {
	if r.cold == nil {
		switch {
		case r.p.BelongsToHandler(n, s.Pos):
			return
		case !s.Called && s.Into != nil:
			r.store(s.Into, StoredValue{in: n, Sink: s})
			return
		}
	}
	r.Sinks = append(r.Sinks, ReachedSink{n, s})
}

// store puts something into a variable, which may have been reached before.
func (r *Run) store(v *source.Node, s StoredValue) {
	r.Stored[v] = append(r.Stored[v], s)
	if _, ok := r.links[v]; ok {
		r.load(v, s)
	}
}

// Step is a node on the way to another one, and where the one before it mentions
// it.
type Step struct {
	Node *source.Node
	Pos  token.Pos
}

// linkOf returns how a node was reached, in this run or at the cold start.
func (r *Run) linkOf(n *source.Node) link {
	if l, ok := r.links[n]; ok || r.cold == nil {
		return l
	}
	return r.cold.links[n]
}

// Path returns how a node was reached, from where the run started. A node that code out of
// sight calls comes after who handed it over, and that after the call of such code.
func (r *Run) Path(n *source.Node) []Step {
	var steps []Step
	var caller *source.Node
	seen := map[*source.Node]bool{}
	for n != nil && !seen[n] {
		seen[n] = true
		l := r.linkOf(n)
		if l.caller != nil {
			caller = l.caller
		}
		steps = append(steps, Step{n, cmp.Or(l.pos, n.Pos)})
		// Who handed a value over may be who calls, too.
		if n = l.from; n == nil && caller != nil && !seen[r.linkOf(caller).from] {
			n = caller
		}
	}
	slices.Reverse(steps)
	if len(steps) > 1 && !steps[0].Pos.IsValid() { // variables of a package
		steps[0].Pos = steps[1].Pos
	}
	return steps
}
