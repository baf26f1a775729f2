package callgraph

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/chalice-go/chalice/internal/policy/functions"
	"github.com/chalice-go/chalice/internal/policy/source"
)

// register follows what a call registers, if the expressions there don't mention all
// that it can be.
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

// dynamicSites returns the places at which a function's handlers, or its middleware,
// can be something that the expressions there don't mention.
func (g *Graph) dynamicSites(fn *functions.Function) map[token.Pos]bool {
	sites := map[token.Pos]bool{}
	for _, h := range append(slices.Clip(fn.Handlers), g.app.Middleware(fn)...) {
		if h.Dynamic {
			sites[h.Site.Call.Lparen] = true
		}
	}
	return sites
}

// assumeHandlers treats every function with a handler's signature as the handler,
// because the source doesn't show which it is.
func (g *Graph) assumeHandlers(fn *functions.Function) {
	if !fn.AnyCandidate && len(fn.Candidates) > 0 {
		for _, n := range g.p.Nodes {
			if fn.Candidates[n] {
				fn.Named = append(fn.Named, n)
			}
		}
		return
	}
	for _, h := range fn.Handlers {
		sig := functions.HandlerType([]*source.Handler{h})
		if !h.Dynamic || sig == nil {
			continue
		}
		file, line := g.p.Position(h.Site.Call.Pos())
		g.p.Warn(source.Warning{
			Kind: source.WarnRegister, File: file, Line: line, Functions: []string{fn.Name},
			Message: "the source doesn't show which function the handler is, so it gets what all functions of its type need",
		})
		for _, n := range g.p.Nodes {
			if n.Syntax != nil && functions.CanBeHandler(source.ParamsOf(n), sig) && !slices.Contains(fn.Named, n) {
				fn.Named = append(fn.Named, n)
			}
		}
	}
}
