package callgraph

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/chalice-go/chalice/internal/policy/functions"
	"github.com/chalice-go/chalice/internal/policy/source"
)

// register follows what a call registers, if the function's roots don't mention
// all that it can be.
func (f *flow) register(site ssa.CallInstruction, callee *types.Func) {
	if !f.dynamicSites[site.Pos()] && !f.anySite {
		return
	}
	r, _ := f.p.RegisteringFunc(callee)
	args := site.Common().Args
	if callee.Signature().Recv() != nil && !site.Common().IsInvoke() {
		args = args[1:]
	}
	to := f.handlers
	if r.Middleware {
		to = f.escaped
	}
	for i := r.Handler; i < len(args) && (i == r.Handler || r.Middleware); i++ {
		f.flowInto(args[i], to)
	}
}

// registered makes a function that is registered one that code out of sight calls,
// if it can be the function's own handler.
func (f *flow) registered(v any) {
	if _, unknown := v.(anyValue); unknown {
		return
	}
	fn, ok := v.(*ssa.Function)
	if ok && len(f.candidates) > 0 && !f.candidates[f.bodies.nodeOf[fn]] {
		return
	}
	f.handlerFound = true
	f.add(f.escaped, v)
}

// dynamicSites gives the places at which a function's handlers, or its middleware,
// can be something that the roots don't mention.
func (g *Graph) dynamicSites(l *functions.Function) map[token.Pos]bool {
	sites := map[token.Pos]bool{}
	for _, r := range append(slices.Clip(l.Handlers), g.app.Middleware(l)...) {
		if r.Dynamic {
			sites[r.Site.Call.Lparen] = true
		}
	}
	return sites
}

// makers gives where a function's handlers can be made: anywhere in a cold
// start, if the roots don't mention all that they can be.
func (g *Graph) makers(l *functions.Function) []*source.Node {
	if l.AnySite || slices.ContainsFunc(append(slices.Clip(l.Handlers), g.app.Middleware(l)...), func(r *source.Handler) bool { return r.Dynamic }) {
		return g.p.ColdStart
	}
	return nil
}

// assumeHandlers treats every function with a handler's signature as the handler,
// because the source doesn't show which it is.
func (g *Graph) assumeHandlers(l *functions.Function) {
	if !l.AnyCandidate && len(l.Candidates) > 0 {
		for _, n := range g.p.Nodes {
			if l.Candidates[n] {
				l.Named = append(l.Named, n)
			}
		}
		return
	}
	for _, r := range l.Handlers {
		sig := functions.HandlerType([]*source.Handler{r})
		if !r.Dynamic || sig == nil {
			continue
		}
		file, line := g.p.Position(r.Site.Call.Pos())
		g.p.Warn(source.Warning{
			Kind: source.WarnRegister, File: file, Line: line, Functions: []string{l.Name},
			Message: "the source doesn't show which function the handler is, so it gets what all functions of its type need",
		})
		for _, n := range g.p.Nodes {
			if n.Syntax != nil && functions.CanBeHandler(source.ParamsOf(n), sig) && !slices.Contains(l.Named, n) {
				l.Named = append(l.Named, n)
			}
		}
	}
}

// otherSpans gives the expressions that make handlers of other functions.
func otherSpans(p *source.Program, own []*source.Handler) []source.Span {
	var others []source.Span
	for _, s := range p.Sites {
		for _, r := range s.Handlers {
			if !slices.Contains(own, r) {
				others = append(others, r.Spans...)
			}
		}
	}
	return slices.DeleteFunc(others, func(o source.Span) bool {
		return slices.ContainsFunc(own, func(r *source.Handler) bool { return source.Within(r.Spans, o.From) })
	})
}
