package callgraph

import (
	"iter"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/chalice-go/chalice/internal/policy/flow"
	"github.com/chalice-go/chalice/internal/policy/functions"
	"github.com/chalice-go/chalice/internal/policy/rta"
	"github.com/chalice-go/chalice/internal/policy/source"
)

// Reached is what one Lambda function can run.
type Reached struct {
	graph    *Graph
	function *functions.Function
	searches []*rta.Run            // of the cold start, and of its handlers
	runs     map[*source.Node]bool // nil if the searches alone count
	// exposed are functions that code out of sight calls, with arguments of its
	// own.
	exposed       map[*source.Node]bool
	exposedBodies []*ssa.Function // the same in SSA form, once that is asked for
	flow          *flow.Flow      // nil if values couldn't be followed
	// others are expressions that make handlers of other functions. What they
	// make is for those; what they do is done at every cold start.
	others  []source.Span
	callees map[ssa.CallInstruction][]*ssa.Function
	// executing are functions that make calls of the SDK at once.
	executing map[*ssa.Function]bool
}

// Coarse returns the same without the flow of values.
func (r *Reached) Coarse() *Reached {
	return &Reached{graph: r.graph, function: r.function, searches: r.searches}
}

// HasValues reports whether values can be followed in what was reached.
func (r *Reached) HasValues() bool { return r.runs != nil }

// Visit is a node that was reached, on one way of several.
type Visit struct {
	Node   *source.Node
	search *rta.Run
}

// Finding is a reached call, or mention, of something that makes operations.
type Finding struct {
	Visit
	Sink *source.Sink
}

// Visits yields the nodes that are reached.
func (r *Reached) Visits() iter.Seq[Visit] {
	return func(yield func(Visit) bool) {
		for _, search := range r.searches {
			for _, n := range search.Order {
				if r.has(n) && !yield(Visit{n, search}) {
					return
				}
			}
		}
	}
}

// Findings yields the mentions of the SDK's operations that are reached.
func (r *Reached) Findings() iter.Seq[Finding] {
	return func(yield func(Finding) bool) {
		for _, search := range r.searches {
			for _, f := range search.Sinks {
				if r.has(f.In) && !yield(Finding{Visit{f.In, search}, f.Sink}) {
					return
				}
			}
		}
	}
}

// has reports whether a node is reached.
func (r *Reached) has(n *source.Node) bool { return r.runs == nil || r.runs[n] }

// Path returns how the node was reached, from the handler on.
func (v Visit) Path() []rta.Step { return v.search.Path(v.Node) }

// otherSpans returns the expressions that make handlers of other functions, and nothing
// that those have in common.
func (g *Graph) otherSpans(own []*source.Handler) []source.Span {
	var others []source.Span
	for _, s := range g.p.Sites {
		for _, h := range s.Handlers {
			if !slices.Contains(own, h) && !g.leaving.has(h) {
				others = append(others, h.Spans...)
			}
		}
	}
	return slices.DeleteFunc(others, func(o source.Span) bool {
		return slices.ContainsFunc(own, func(h *source.Handler) bool { return source.Within(h.Spans, o.From) })
	})
}
