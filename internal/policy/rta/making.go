package rta

import (
	"go/token"
	"go/types"

	"github.com/chalice-go/chalice/internal/policy/source"
)

// making is what runs when a registration says what its handler is: it runs at every cold
// start, but for what it makes, which belongs to the handler. So only calls count: plain
// ones, and those of functions and of interfaces' methods that the makers are given.
type making struct {
	r    *Run
	ran  []*source.Node
	seen map[*source.Node]bool

	// given are functions that are mentioned as values, and called the signatures with
	// which such are called.
	given  []source.Mention
	called []*types.Signature
	// live are the types that occur, and methods those of interfaces that are called.
	live    []types.Type
	methods []source.InterfaceCall
	known   map[any]bool // what is in one of these
}

// makes follows what runs when a handler is made.
func (r *Run) makes(handler *source.Node) {
	m := &making{r: r, seen: map[*source.Node]bool{}, known: map[any]bool{}}
	m.runs(handler)
	m.sinks(handler)
	for done := 0; done < len(m.ran); {
		done = len(m.ran)
		for _, f := range m.given {
			if !m.seen[f.To] && source.HasSignature(f.To, m.called) {
				m.calls(handler, f.To, f.Pos)
			}
		}
		for _, t := range m.live {
			for _, c := range m.methods {
				if i := r.hierarchy.implementation(t, c.Method); i != nil && i.node != nil {
					m.calls(handler, i.node, c.Pos)
				}
			}
		}
	}
}

// runs notes what a node calls, and what it has that others of the makers can call.
func (m *making) runs(n *source.Node) {
	m.seen[n] = true
	m.ran = append(m.ran, n)
	for _, sig := range n.CalledSignatures() {
		if !m.known[sig] {
			m.known[sig] = true
			m.called = append(m.called, sig)
		}
	}
	for _, t := range n.Types {
		if !m.known[t.Type] {
			m.known[t.Type] = true
			m.live = append(m.live, t.Type)
		}
	}
	for _, c := range n.InterfaceCalls {
		if !m.known[c.Method] {
			m.known[c.Method] = true
			m.methods = append(m.methods, c)
		}
	}
	for _, f := range n.Mentions {
		switch {
		case f.Called:
			m.calls(n, f.To, f.Pos)
		case f.To.Syntax != nil:
			m.given = append(m.given, f)
		}
	}
}

// calls reaches a node that one of the makers calls.
func (m *making) calls(from, to *source.Node, pos token.Pos) {
	if m.seen[to] {
		return
	}
	if _, known := m.r.links[to]; !known {
		m.r.made[to] = true
		m.r.links[to] = link{from: from, pos: pos}
		m.r.Order = append(m.r.Order, to)
		for _, c := range to.InterfaceCalls {
			m.r.callMethod(to, c)
		}
		m.sinks(to)
	}
	m.runs(to)
}

// sinks reaches what a node calls out of sight.
func (m *making) sinks(n *source.Node) {
	for _, u := range n.OutsideUses {
		if u.Called {
			m.r.mentionOutside(n, u)
		}
	}
	for i := range n.Sinks {
		if n.Sinks[i].Called {
			m.r.Sinks = append(m.r.Sinks, ReachedSink{n, &n.Sinks[i]})
		}
	}
}
