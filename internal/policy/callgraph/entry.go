package callgraph

import (
	"slices"

	"github.com/chalice-go/chalice/internal/policy/functions"
	"github.com/chalice-go/chalice/internal/policy/source"
)

// entryPoints returns all nodes from which a function's own code starts.
func entryPoints(app *functions.App, l *functions.Function, cold *rta) []*source.Node {
	roots := slices.Clone(l.Named)
	for _, r := range append(slices.Clip(l.Handlers), app.Middleware(l)...) {
		roots = append(roots, r.Node)
	}
	if len(l.Kinds) == 0 || slices.ContainsFunc(l.Handlers, func(r *source.Handler) bool { return r.Site.Web }) {
		roots = append(roots, cold.webHandlers...)
	}
	return roots
}
