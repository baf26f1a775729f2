package callgraph

import (
	"go/token"
	"slices"

	"github.com/chalice-go/chalice/internal/policy/flow"
	"github.com/chalice-go/chalice/internal/policy/functions"
	"github.com/chalice-go/chalice/internal/policy/rta"
	"github.com/chalice-go/chalice/internal/policy/source"
)

// entryPoints returns all nodes from which a function's own code starts.
func entryPoints(app *functions.App, fn *functions.Function, cold *rta.Run) []*source.Node {
	entries := slices.Clone(fn.Named)
	for _, h := range append(slices.Clip(fn.Handlers), app.Middleware(fn)...) {
		entries = append(entries, h.Node)
	}
	if isWeb(fn) {
		entries = append(entries, cold.WebHandlers...)
	}
	return entries
}

// isWeb reports whether a function's handlers can be those of net/http.
func isWeb(fn *functions.Function) bool {
	return len(fn.Kinds) == 0 || slices.ContainsFunc(fn.Handlers, func(h *source.Handler) bool { return h.Site.Web })
}

// entriesOf returns the functions that an entry stands for: itself, or what an
// expression mentions.
func (g *Graph) entriesOf(e flow.Entry, seen map[flow.Entry]bool) []flow.Entry {
	if seen[e] {
		return nil
	}
	seen[e] = true
	if e.Node.Syntax != nil {
		return []flow.Entry{e}
	}
	entries := []flow.Entry{e}
	for _, m := range e.Node.Mentions {
		entries = append(entries, g.entriesOf(flow.Entry{Node: m.To, MakesHandler: m.Called, TypeArgs: m.TypeArgs}, seen)...)
	}
	for _, s := range g.cold.Stored[e.Node] {
		if s.Mention.To != nil {
			entries = append(entries, g.entriesOf(flow.Entry{Node: s.Mention.To, TypeArgs: s.Mention.TypeArgs}, seen)...)
		}
	}
	return entries
}

// makers returns the nodes in which a function's handlers can be made: anywhere in a cold
// start, if the expressions that say what they are don't mention all of it.
func (g *Graph) makers(fn *functions.Function) []*source.Node {
	if fn.AnySite || slices.ContainsFunc(append(slices.Clip(fn.Handlers), g.app.Middleware(fn)...), func(h *source.Handler) bool { return h.Dynamic }) {
		return g.p.ColdStart
	}
	return nil
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
