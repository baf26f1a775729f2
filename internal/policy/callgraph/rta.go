package callgraph

import (
	"go/token"
	"go/types"

	"github.com/chalice-go/chalice/internal/policy/source"
)

// rta is what can run: from a cold start, or from the handlers of one
// function.
//
// Whoever mentions a function is taken to call it, at once or through whoever
// it is given to. Methods called through an interface are those of all types
// that occur in reached code. Only in code that runs at a cold start there is
// more to it, since that code mentions everything: a function that it puts into
// a package variable is reached by those who use the variable.
type rta struct {
	p         *source.Program
	hierarchy *hierarchy
	cold      *rta // nil for the cold start itself

	links  map[*source.Node]link
	order  []*source.Node
	stored map[*source.Node][]storedValue // what a cold start puts into variables
	sinks  []reachedSink

	calls       []source.InterfaceCall
	types       []types.Type
	outside     []types.Type
	known       map[any]bool          // of calls, types and outside
	webHandlers []*source.Node        // what a cold start gives to net/http
	exposed     map[*source.Node]bool // methods that code out of sight calls
}

// link is how a node was reached.
type link struct {
	from *source.Node
	pos  token.Pos
}

// storedValue is a function or a sink that a variable holds.
type storedValue struct {
	in   *source.Node // who puts it there
	ref  source.Mention
	sink *source.Sink
}

// reachedSink is a reached sink.
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

func clip[T any](s []T) []T { return s[:len(s):len(s)] }

// coldStart follows what runs before the first event.
func coldStart(h *hierarchy) *rta {
	r := newRTA(h, nil)
	for _, n := range h.p.ColdStart {
		r.visit(n, nil, token.NoPos)
	}
	for _, s := range h.p.Sites {
		for _, root := range s.Handlers {
			r.calledBy(root.Node)
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

// fromEntries follows what the handlers of one function can run.
func fromEntries(cold *rta, roots []*source.Node) *rta {
	r := newRTA(cold.hierarchy, cold)
	for _, n := range roots {
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
	for _, h := range r.storedIn(n) {
		r.load(n, h)
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

func (r *rta) addTypes(to, from []types.Type) []types.Type {
	for _, t := range from {
		if !r.known[t] {
			r.known[t] = true
			to = append(to, t)
		}
	}
	return to
}

// storedIn gives what a variable's node holds.
func (r *rta) storedIn(n *source.Node) []storedValue {
	if r.cold != nil {
		return r.cold.stored[n]
	}
	return r.stored[n]
}

// load reaches what a variable holds.
func (r *rta) load(v *source.Node, h storedValue) {
	if h.sink != nil {
		r.sinks = append(r.sinks, reachedSink{v, h.sink})
		return
	}
	r.visit(h.ref.To, v, h.ref.Pos)
}

// follow goes from a node to another one that it mentions.
func (r *rta) follow(n *source.Node, f source.Mention) {
	if r.cold == nil {
		switch {
		case r.p.BelongsToHandler(n, f.Pos):
			return
		case f.Called:
		case f.Into != nil:
			r.store(f.Into, storedValue{in: n, ref: f})
			return
		case r.hierarchy.isWebHandler(f.To):
			r.webHandlers = append(r.webHandlers, f.To)
			return
		}
	}
	r.visit(f.To, n, f.Pos)
}

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
func (r *rta) store(v *source.Node, h storedValue) {
	r.stored[v] = append(r.stored[v], h)
	if _, ok := r.links[v]; ok {
		r.load(v, h)
	}
}
