package policy

import (
	"go/token"
	"go/types"
)

// reach is what can run: from a cold start, or from the handlers of one
// function.
//
// Whoever mentions a function is taken to call it, at once or through whoever
// it is given to. Methods called through an interface are those of all types
// that occur in reached code. Only in code that runs at a cold start there is
// more to it, since that code mentions everything: a function that it puts into
// a package variable is reached by those who use the variable.
type reach struct {
	p    *program
	cold *reach // nil for the cold start itself

	links map[*node]link
	order []*node
	held  map[*node][]held // what a cold start puts into variables
	found []finding

	calls   []interfaceCall
	types   []types.Type
	outside []types.Type
	known   map[any]bool   // of calls, types and outside
	web     []*node        // what a cold start gives to net/http
	exposed map[*node]bool // methods that code out of sight calls
}

// link is how a node was reached.
type link struct {
	from *node
	pos  token.Pos
}

// held is a function or a sink that a variable holds.
type held struct {
	in   *node // who puts it there
	ref  ref
	sink *sink
}

// finding is a reached sink.
type finding struct {
	in   *node
	sink *sink
}

func newReach(p *program, cold *reach) *reach {
	r := &reach{p: p, cold: cold, links: map[*node]link{}, held: map[*node][]held{}, known: map[any]bool{}, exposed: map[*node]bool{}}
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
func (p *program) coldStart() *reach {
	r := newReach(p, nil)
	for _, n := range p.start {
		r.visit(n, nil, token.NoPos)
	}
	for _, s := range p.sites {
		for _, root := range s.roots {
			r.calledBy(root.node)
		}
	}
	r.dispatch()
	return r
}

// calledBy follows what runs when a registration says what its handler is: it
// runs at every cold start, but for what it makes, which belongs to the
// handler. So only calls count.
func (r *reach) calledBy(n *node) {
	for _, f := range n.refs {
		if _, known := r.links[f.to]; !f.called || known {
			continue
		}
		r.links[f.to] = link{n, f.pos}
		r.order = append(r.order, f.to)
		for _, c := range f.to.calls {
			r.callMethod(f.to, c)
		}
		r.calledBy(f.to)
	}
	for i := range n.sinks {
		if n.sinks[i].called {
			r.found = append(r.found, finding{n, &n.sinks[i]})
		}
	}
}

// handlers follows what the handlers of one function can run.
func (p *program) handlers(cold *reach, roots []*node) *reach {
	r := newReach(p, cold)
	for _, n := range roots {
		r.visit(n, nil, token.NoPos)
	}
	r.dispatch()
	return r
}

// visit reaches a node, and what it mentions.
func (r *reach) visit(n, from *node, pos token.Pos) {
	if _, ok := r.links[n]; ok {
		return
	}
	r.links[n] = link{from, pos}
	r.order = append(r.order, n)
	for i := range n.refs {
		r.follow(n, n.refs[i])
	}
	for i := range n.sinks {
		r.sink(n, &n.sinks[i])
	}
	for _, c := range n.calls {
		if r.cold != nil || !r.p.claimed(n, c.pos) {
			r.callMethod(n, c)
		}
	}
	r.types = r.addTypes(r.types, n.types)
	r.outside = r.addTypes(r.outside, n.outside)
	for _, h := range r.holdings(n) {
		r.release(n, h)
	}
}

// callMethod notes a call of an interface's method.
func (r *reach) callMethod(n *node, c interfaceCall) {
	if !r.known[c.method] {
		r.known[c.method] = true
		r.calls = append(r.calls, c)
		r.links[r.p.methodNode(c.method)] = link{n, c.pos}
	}
}

func (r *reach) addTypes(to, from []types.Type) []types.Type {
	for _, t := range from {
		if !r.known[t] {
			r.known[t] = true
			to = append(to, t)
		}
	}
	return to
}

// holdings gives what a variable's node holds.
func (r *reach) holdings(n *node) []held {
	if r.cold != nil {
		return r.cold.held[n]
	}
	return r.held[n]
}

// release reaches what a variable holds.
func (r *reach) release(v *node, h held) {
	if h.sink != nil {
		r.found = append(r.found, finding{v, h.sink})
		return
	}
	r.visit(h.ref.to, v, h.ref.pos)
}

// follow goes from a node to another one that it mentions.
func (r *reach) follow(n *node, f ref) {
	if r.cold == nil {
		switch {
		case r.p.claimed(n, f.pos):
			return
		case f.called:
		case f.holder != nil:
			r.hold(f.holder, held{in: n, ref: f})
			return
		case r.p.isWebHandler(f.to):
			r.web = append(r.web, f.to)
			return
		}
	}
	r.visit(f.to, n, f.pos)
}

func (r *reach) sink(n *node, s *sink) {
	if r.cold == nil {
		switch {
		case r.p.claimed(n, s.pos):
			return
		case !s.called && s.holder != nil:
			r.hold(s.holder, held{in: n, sink: s})
			return
		}
	}
	r.found = append(r.found, finding{n, s})
}

// hold puts something into a variable, which may have been reached before.
func (r *reach) hold(v *node, h held) {
	r.held[v] = append(r.held[v], h)
	if _, ok := r.links[v]; ok {
		r.release(v, h)
	}
}
