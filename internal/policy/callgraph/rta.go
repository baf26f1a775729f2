package callgraph

import (
	"go/token"
	"go/types"

	"github.com/chalice-go/chalice/internal/policy/source"
)

// rta is a run of rapid type analysis: from what runs at a cold start, or from the
// handlers of one Lambda function, whose run goes on where that of the cold start
// ended. Its lattice is the powerset of nodes, types and interfaces' methods; it only
// ever adds, so it ends.
//
// Three things differ from x/tools' rta. A function is reached by whoever mentions
// it, and not only by calls, for a mentioned function is called by whoever gets hold
// of it; so function values need no signatures to be matched by. A type is live by
// occurring in reached code, which needs no SSA. And in code that runs at a cold
// start, which mentions everything, a function that is put into a package variable is
// reached by those who use the variable, and not by the one who put it there.
type rta struct {
	p         *source.Program
	hierarchy *hierarchy
	cold      *rta // nil for the cold start itself

	// links has each reached node, and how it was reached; order has them in the
	// order in which that happened.
	links map[*source.Node]link
	order []*source.Node
	// sinks are the reached mentions of the SDK's operations.
	sinks []reachedSink
	// stored is what the cold start puts into package variables.
	stored map[*source.Node][]storedValue

	// calls are the reached calls of interfaces' methods, types the live types, and
	// outside the interfaces through which code out of sight can call methods. Each
	// call and each outside interface has met each type once (resolveInterfaces).
	calls   []source.InterfaceCall
	types   []types.Type
	outside []types.Type
	known   map[any]bool // what is in one of these

	webHandlers []*source.Node        // what a cold start gives to net/http
	exposed     map[*source.Node]bool // methods that code out of sight calls
}

// link is how a node was reached.
type link struct {
	from *source.Node
	pos  token.Pos
}

// storedValue is a function or a sink that is put into a variable.
type storedValue struct {
	in      *source.Node // who puts it there
	mention source.Mention
	sink    *source.Sink
}

// reachedSink is a sink, and the node in which it was reached.
type reachedSink struct {
	in   *source.Node
	sink *source.Sink
}

func newRTA(h *hierarchy, cold *rta) *rta {
	r := &rta{p: h.p, hierarchy: h, cold: cold, links: map[*source.Node]link{}, stored: map[*source.Node][]storedValue{}, known: map[any]bool{}, exposed: map[*source.Node]bool{}}
	if cold != nil {
		r.calls, r.types, r.outside = clip(cold.calls), clip(cold.types), clip(cold.outside)
		for k := range cold.known {
			r.known[k] = true
		}
	}
	return r
}

// clip returns a slice that append copies.
func clip[T any](s []T) []T { return s[:len(s):len(s)] }

// coldStart follows what runs before the first event.
func coldStart(h *hierarchy) *rta {
	r := newRTA(h, nil)
	for _, n := range h.p.ColdStart {
		r.visit(n, nil, token.NoPos)
	}
	for _, s := range h.p.Sites {
		for _, h := range s.Handlers {
			r.calledBy(h.Node)
		}
	}
	r.resolveInterfaces()
	return r
}

// calledBy follows what runs when a registration says what its handler is: it
// runs at every cold start, but for what it makes, which belongs to the
// handler. So only calls count.
func (r *rta) calledBy(n *source.Node) {
	for _, f := range n.Mentions {
		if _, known := r.links[f.To]; !f.Called || known {
			continue
		}
		r.links[f.To] = link{n, f.Pos}
		r.order = append(r.order, f.To)
		for _, c := range f.To.InterfaceCalls {
			r.callMethod(f.To, c)
		}
		r.calledBy(f.To)
	}
	for i := range n.Sinks {
		if n.Sinks[i].Called {
			r.sinks = append(r.sinks, reachedSink{n, &n.Sinks[i]})
		}
	}
}

// fromEntries follows what runs from the entry points of one Lambda function.
func fromEntries(cold *rta, entries []*source.Node) *rta {
	r := newRTA(cold.hierarchy, cold)
	for _, n := range entries {
		r.visit(n, nil, token.NoPos)
	}
	r.resolveInterfaces()
	return r
}

// visit reaches a node, and what it mentions.
func (r *rta) visit(n, from *source.Node, pos token.Pos) {
	if _, ok := r.links[n]; ok {
		return
	}
	r.links[n] = link{from, pos}
	r.order = append(r.order, n)
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
	r.types = r.addTypes(r.types, n.Types)
	r.outside = r.addTypes(r.outside, n.OutsideInterfaces)
	for _, s := range r.storedIn(n) {
		r.load(n, s)
	}
}

// callMethod notes a call of an interface's method.
func (r *rta) callMethod(n *source.Node, c source.InterfaceCall) {
	if !r.known[c.Method] {
		r.known[c.Method] = true
		r.calls = append(r.calls, c)
		r.links[r.hierarchy.methodNode(c.Method)] = link{n, c.Pos}
	}
}

// addTypes adds those types that are new.
func (r *rta) addTypes(to, from []types.Type) []types.Type {
	for _, t := range from {
		if !r.known[t] {
			r.known[t] = true
			to = append(to, t)
		}
	}
	return to
}

// storedIn returns what a cold start puts into a variable.
func (r *rta) storedIn(n *source.Node) []storedValue {
	if r.cold != nil {
		return r.cold.stored[n]
	}
	return r.stored[n]
}

// load reaches what is stored in a variable, since its users can have it.
func (r *rta) load(v *source.Node, s storedValue) {
	if s.sink != nil {
		r.sinks = append(r.sinks, reachedSink{v, s.sink})
		return
	}
	r.visit(s.mention.To, v, s.mention.Pos)
}

// follow goes from a node to another one that it mentions.
func (r *rta) follow(n *source.Node, f source.Mention) {
	if r.cold == nil {
		switch {
		case r.p.BelongsToHandler(n, f.Pos):
			return
		case f.Called:
		case f.Into != nil:
			r.store(f.Into, storedValue{in: n, mention: f})
			return
		case r.hierarchy.isWebHandler(f.To):
			r.webHandlers = append(r.webHandlers, f.To)
			return
		}
	}
	r.visit(f.To, n, f.Pos)
}

// reachSink goes from a node to an operation of the SDK that it mentions.
func (r *rta) reachSink(n *source.Node, s *source.Sink) {
	if r.cold == nil {
		switch {
		case r.p.BelongsToHandler(n, s.Pos):
			return
		case !s.Called && s.Into != nil:
			r.store(s.Into, storedValue{in: n, sink: s})
			return
		}
	}
	r.sinks = append(r.sinks, reachedSink{n, s})
}

// store puts something into a variable, which may have been reached before.
func (r *rta) store(v *source.Node, s storedValue) {
	r.stored[v] = append(r.stored[v], s)
	if _, ok := r.links[v]; ok {
		r.load(v, s)
	}
}
