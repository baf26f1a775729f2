package policy

import (
	"fmt"
	"runtime/debug"
	"slices"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/types/typeutil"
)

// view is what one function sees of the program: only code that it can run
// counts for where values come from.
type view struct {
	*valueGraph
	in map[*node]bool
	// exposed are functions that code out of sight calls, with arguments of its
	// own.
	exposed map[*node]bool
	roots   []*root
	opaques map[any]bool
	written map[ssa.Value]*writes
	callees map[ssa.CallInstruction][]*ssa.Function // of dynamic calls
	loads   *typeutil.Map
	// flow has who calls whom; nil if it failed.
	flow *flow
	// others are expressions that make handlers of other functions. What they
	// make is for those; what they do is done at every cold start.
	others []span
}

// sees tells whether a function is part of the view. What the compiler makes
// up always is.
func (v *view) sees(f *ssa.Function) bool {
	n := v.nodes[f]
	return n == nil || v.in[n]
}

// view is what a function sees of the program's values.
func (p *program) view(graph *valueGraph, l *lambda, reaches ...*reach) *view {
	if graph == nil {
		return nil
	}
	v := &view{valueGraph: graph, in: map[*node]bool{}, exposed: map[*node]bool{}, roots: l.roots, opaques: map[any]bool{}, written: map[ssa.Value]*writes{}}
	for _, r := range reaches {
		for _, n := range r.order {
			v.in[n] = true
		}
		for n := range r.exposed {
			v.exposed[n] = true
		}
	}
	for n := range p.registered {
		v.exposed[n] = true
	}
	v.others = p.otherSpans(append(slices.Clip(l.roots), p.around(l)...))
	for _, r := range l.roots {
		for _, f := range r.node.refs {
			if !f.called {
				v.exposed[f.to] = true
			}
		}
	}
	return v
}

// otherSpans gives the expressions that make handlers of other functions.
func (p *program) otherSpans(own []*root) []span {
	var others []span
	for _, s := range p.sites {
		for _, r := range s.roots {
			if !slices.Contains(own, r) {
				others = append(others, r.spans...)
			}
		}
	}
	return slices.DeleteFunc(others, func(o span) bool {
		return slices.ContainsFunc(own, func(r *root) bool { return within(r.spans, o.from) })
	})
}

// narrow leaves of a view what the second analysis reaches, too. It reports
// false if that didn't find the function's handler.
func (p *program) narrow(v *view, l *lambda, cold, own *reach, roots []*node) (found bool) {
	defer func() {
		if r := recover(); r != nil {
			found = true
			p.warn(Warning{Kind: WarnAnalysis, Message: fmt.Sprintf("values can't be followed, so actions can be too many: %v at %s", r, panicPlace(debug.Stack()))})
		}
	}()
	var starts []start
	for _, n := range roots {
		starts = append(starts, p.startsOf(start{node: n}, cold, map[start]bool{})...)
	}
	for _, r := range []*reach{cold, own} {
		for _, n := range r.order {
			if r.exposed[n] {
				starts = append(starts, start{node: n})
			}
		}
	}
	flow := newFlow(v.valueGraph, v.in)
	flow.sites, flow.anySite = p.openSites(l), l.anySite
	if !l.anyFits {
		flow.fits = l.fits
	}
	reached := flow.run(p.start, starts)
	if flow.anySite || slices.ContainsFunc(l.roots, func(r *root) bool { return r.open }) {
		found = flow.found
	} else {
		found = true
	}
	v.flow = flow
	left := map[*node]bool{}
	for n := range v.in {
		if reached[n] || len(v.bodies[n]) == 0 {
			left[n] = true
		}
	}
	v.in = left
	return found
}

// startsOf gives the functions that a root stands for: itself, or what an
// expression mentions.
func (p *program) startsOf(s start, cold *reach, seen map[start]bool) []start {
	if seen[s] {
		return nil
	}
	seen[s] = true
	if s.node.syntax != nil {
		return []start{s}
	}
	starts := []start{s}
	for _, f := range s.node.refs {
		starts = append(starts, p.startsOf(start{f.to, f.called}, cold, seen)...)
	}
	for _, h := range cold.held[s.node] {
		if h.sink == nil {
			starts = append(starts, p.startsOf(start{node: h.ref.to}, cold, seen)...)
		}
	}
	return starts
}
