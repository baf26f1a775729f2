package callgraph

import (
	"slices"

	"github.com/chalice-go/chalice/internal/policy/functions"
	"github.com/chalice-go/chalice/internal/policy/source"
)

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
