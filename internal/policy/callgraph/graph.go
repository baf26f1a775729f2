// Package callgraph finds what each Lambda function can run: what rapid type analysis
// (package rta) reaches from its handlers and from a cold start, as far as the flow of
// values (package flow) agrees.
//
//	functions.Function --rta--> nodes --flow--> Reached
//
// The first keeps apart functions that have one signature, and merges the
// implementations of an interface that occur in reached code. The second keeps these
// apart, and merges functions in all slices, maps or channels of one type. It looks
// only at what the first reached, so that together they are as narrow as both.
//
// A [Reached] is also what package values asks of a call graph (scope.go).
package callgraph

import (
	"fmt"
	"maps"
	"runtime/debug"
	"slices"

	"github.com/chalice-go/chalice/internal/policy/flow"
	"github.com/chalice-go/chalice/internal/policy/functions"
	"github.com/chalice-go/chalice/internal/policy/rta"
	"github.com/chalice-go/chalice/internal/policy/source"
	"github.com/chalice-go/chalice/internal/policy/ssaform"
)

// Graph is the call graph of a program, from which each Lambda function of the app
// gets what it can run.
type Graph struct {
	p    *source.Program
	app  *functions.App
	cold *rta.Run
	// form and bodies are nil as long as values aren't followed.
	form   *ssaform.Program
	bodies *flow.Bodies
	// leaving has the handlers whose expressions leave something to others.
	leaving *leaving
}

// New follows what a program runs at a cold start.
func New(p *source.Program, app *functions.App) *Graph {
	return &Graph{p: p, app: app, cold: rta.ColdStart(p)}
}

// FollowValues makes the flow of values count, too.
func (g *Graph) FollowValues(form *ssaform.Program) {
	g.form, g.bodies = form, flow.NewBodies(g.p, form)
	g.leaving = &leaving{g: g}
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
	own := g.cold.From(append(slices.Clip(entries), g.makers(fn)...), isWeb(fn))
	r = &Reached{graph: g, function: fn, searches: []*rta.Run{g.cold, own}}
	if g.form == nil {
		return r, true
	}
	r.runs, r.exposed = map[*source.Node]bool{}, map[*source.Node]bool{}
	for _, search := range r.searches {
		for _, n := range search.Order {
			r.runs[n] = true
		}
		for n := range search.Exposed {
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
	r.others = g.otherSpans(append(slices.Clip(fn.Handlers), g.app.Middleware(fn)...))
	return r, g.narrow(r, entries)
}

// narrow leaves of what was reached what the flow of values reaches, too. It
// reports false if that didn't find the function's handler.
func (g *Graph) narrow(r *Reached, entries []*source.Node) (found bool) {
	defer func() {
		if v := recover(); v != nil {
			found = true
			g.p.Warn(source.Warning{Kind: source.WarnAnalysis, Message: fmt.Sprintf("values can't be followed, so actions can be too many: %s", source.Failure(v, debug.Stack()))})
		}
	}()
	var starts []flow.Entry
	for _, n := range entries {
		starts = append(starts, g.entriesOf(flow.Entry{Node: n}, map[flow.Entry]bool{})...)
	}
	for _, search := range r.searches {
		for _, n := range search.Order {
			if search.Exposed[n] {
				starts = append(starts, flow.Entry{Node: n})
			}
		}
	}
	fn := r.function
	looked := flow.HandlerSearch{Sites: g.dynamicSites(fn), AnySite: fn.AnySite}
	if !fn.AnyCandidate {
		looked.Candidates = fn.Candidates
	}
	if fn.Decides && len(looked.Candidates) > 0 { // its only handler may be among the named
		looked.Candidates = maps.Clone(fn.Candidates)
		for _, n := range fn.Named {
			looked.Candidates[n] = true
		}
	}
	values := flow.New(g.form, g.bodies, r.runs, looked)
	reached := values.Run(g.p.ColdStart, starts)
	found = values.HandlerFound || !fn.AnySite && !slices.ContainsFunc(fn.Handlers, func(h *source.Handler) bool { return h.Dynamic })
	r.flow = values
	left := map[*source.Node]bool{}
	for n := range r.runs {
		if reached[n] || len(g.bodies.Of[n]) == 0 {
			left[n] = true
		}
	}
	r.runs = left
	return found
}
