// Package callgraph finds what each Lambda function can run, by two analyses that
// both have to agree.
//
//	functions.Function --rapid type analysis--> nodes --value flow--> Reached
//
// The first is rapid type analysis (Bacon and Sweeney, 1996), on the mentions of
// package source: see rta.go. It keeps apart functions that have one signature, and
// merges the implementations of an interface that occur in reached code.
//
// The second follows functions and types from where they are made to where they are
// called, like variable type analysis (Sundaresan and others, 2000), but while the
// call graph grows: see flow.go. It keeps apart the implementations of an interface,
// and merges functions in all slices, maps or channels of one type. It looks only at
// what the first reached, so that together they are as narrow as both.
package callgraph

import (
	"fmt"
	"runtime/debug"
	"slices"

	"github.com/chalice-go/chalice/internal/policy/functions"
	"github.com/chalice-go/chalice/internal/policy/source"
	"github.com/chalice-go/chalice/internal/policy/ssaform"
)

// Graph is the call graph of a program, from which each Lambda function of the app
// gets what it can run.
type Graph struct {
	p    *source.Program
	app  *functions.App
	cold *rta
	// form and bodies are nil as long as values aren't followed.
	form   *ssaform.Program
	bodies *bodies
}

// New follows what a program runs at a cold start.
func New(p *source.Program, app *functions.App) *Graph {
	return &Graph{p: p, app: app, cold: coldStart(newHierarchy(p))}
}

// FollowValues makes the flow of values count, too.
func (g *Graph) FollowValues(form *ssaform.Program) {
	g.form, g.bodies = form, newBodies(g.p, form)
}

// Of returns what a Lambda function can run.
func (g *Graph) Of(fn *functions.Function) *Reached {
	r, found := g.reach(fn)
	if !found {
		g.assumeHandlers(fn)
		r, _ = g.reach(fn)
	}
	return r
}

// reach follows what a Lambda function runs. It reports false if its handler isn't
// among that.
func (g *Graph) reach(fn *functions.Function) (r *Reached, found bool) {
	entries := entryPoints(g.app, fn, g.cold)
	own := fromEntries(g.cold, append(slices.Clip(entries), g.makers(fn)...))
	r = &Reached{graph: g, function: fn, searches: []*rta{g.cold, own}}
	if g.form == nil {
		return r, true
	}
	r.runs, r.exposed = map[*source.Node]bool{}, map[*source.Node]bool{}
	for _, search := range r.searches {
		for _, n := range search.order {
			r.runs[n] = true
		}
		for n := range search.exposed {
			r.exposed[n] = true
		}
	}
	for n := range g.app.Registered {
		r.exposed[n] = true
	}
	for _, h := range fn.Handlers {
		for _, f := range h.Node.Mentions {
			if !f.Called {
				r.exposed[f.To] = true
			}
		}
	}
	r.others = otherSpans(g.p, append(slices.Clip(fn.Handlers), g.app.Middleware(fn)...))
	return r, g.narrow(r, entries)
}

// narrow leaves of what was reached what the flow of values reaches, too. It
// reports false if that didn't find the function's handler.
func (g *Graph) narrow(r *Reached, entries []*source.Node) (found bool) {
	defer func() {
		if v := recover(); v != nil {
			found = true
			g.p.Warn(source.Warning{Kind: source.WarnAnalysis, Message: fmt.Sprintf("values can't be followed, so actions can be too many: %v at %s", v, source.PanicPlace(debug.Stack()))})
		}
	}()
	var starts []entry
	for _, n := range entries {
		starts = append(starts, g.entriesOf(entry{node: n}, map[entry]bool{})...)
	}
	for _, search := range r.searches {
		for _, n := range search.order {
			if search.exposed[n] {
				starts = append(starts, entry{node: n})
			}
		}
	}
	fn := r.function
	flow := newFlow(g.form, g.bodies, r.runs)
	flow.dynamicSites, flow.anySite = g.dynamicSites(fn), fn.AnySite
	if !fn.AnyCandidate {
		flow.candidates = fn.Candidates
	}
	reached := flow.run(g.p.ColdStart, starts)
	found = flow.handlerFound || !flow.anySite && !slices.ContainsFunc(fn.Handlers, func(h *source.Handler) bool { return h.Dynamic })
	r.flow = flow
	left := map[*source.Node]bool{}
	for n := range r.runs {
		if reached[n] || len(g.bodies.of[n]) == 0 {
			left[n] = true
		}
	}
	r.runs = left
	return found
}
