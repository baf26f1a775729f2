package callgraph

import (
	"slices"

	"github.com/chalice-go/chalice/internal/policy/functions"
	"github.com/chalice-go/chalice/internal/policy/source"
)

// entryPoints returns all nodes from which a function's own code starts.
func entryPoints(app *functions.App, fn *functions.Function, cold *rta) []*source.Node {
	entries := slices.Clone(fn.Named)
	for _, h := range append(slices.Clip(fn.Handlers), app.Middleware(fn)...) {
		entries = append(entries, h.Node)
	}
	if len(fn.Kinds) == 0 || slices.ContainsFunc(fn.Handlers, func(h *source.Handler) bool { return h.Site.Web }) {
		entries = append(entries, cold.webHandlers...)
	}
	return entries
}

// entry is where a function's own code starts: a handler that code out of
// sight calls, with arguments that aren't known, or a function that makes one.
type entry struct {
	node         *source.Node
	makesHandler bool // what it returns is the handler
}

// entriesOf returns the functions that an entry stands for: itself, or what an
// expression mentions.
func (g *Graph) entriesOf(e entry, seen map[entry]bool) []entry {
	if seen[e] {
		return nil
	}
	seen[e] = true
	if e.node.Syntax != nil {
		return []entry{e}
	}
	entries := []entry{e}
	for _, m := range e.node.Mentions {
		entries = append(entries, g.entriesOf(entry{m.To, m.Called}, seen)...)
	}
	for _, s := range g.cold.stored[e.node] {
		if s.sink == nil {
			entries = append(entries, g.entriesOf(entry{node: s.mention.To}, seen)...)
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
