package callgraph

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/chalice-go/chalice/internal/policy/functions"
	"github.com/chalice-go/chalice/internal/policy/source"
)

// Reached is what one Lambda function can run.
type Reached struct {
	graph    *Graph
	function *functions.Function
	searches []*rta                // of the cold start, and of its handlers
	runs     map[*source.Node]bool // nil if the searches alone count
	// exposed are functions that code out of sight calls, with arguments of its
	// own.
	exposed map[*source.Node]bool
	flow    *flow // nil if values couldn't be followed
	// others are expressions that make handlers of other functions. What they
	// make is for those; what they do is done at every cold start.
	others  []source.Span
	callees map[ssa.CallInstruction][]*ssa.Function
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
	search *rta
}

// Finding is a reached call, or mention, of something that makes operations.
type Finding struct {
	Visit
	Sink *source.Sink
}

// Visits returns the nodes that are reached.
func (r *Reached) Visits() []Visit {
	var all []Visit
	for _, search := range r.searches {
		for _, n := range search.order {
			if r.has(n) {
				all = append(all, Visit{n, search})
			}
		}
	}
	return all
}

// Findings returns the mentions of the SDK's operations that are reached.
func (r *Reached) Findings() []Finding {
	var all []Finding
	for _, search := range r.searches {
		for _, f := range search.sinks {
			if r.has(f.in) {
				all = append(all, Finding{Visit{f.in, search}, f.sink})
			}
		}
	}
	return all
}

func (r *Reached) has(n *source.Node) bool { return r.runs == nil || r.runs[n] }

// Step is a node on the way to another one, and where the one before it mentions
// it.
type Step struct {
	Node *source.Node
	Pos  token.Pos
}

// Path returns how a node was reached, from the handler on.
func (v Visit) Path() []Step {
	var steps []Step
	seen := map[*source.Node]bool{}
	for n := v.Node; n != nil && !seen[n]; {
		seen[n] = true
		l := v.search.links[n]
		pos := l.pos
		if !pos.IsValid() {
			pos = n.Pos
		}
		steps = append(steps, Step{n, pos})
		n = l.from
	}
	slices.Reverse(steps)
	return steps
}

// otherSpans returns the expressions that make handlers of other functions.
func otherSpans(p *source.Program, own []*source.Handler) []source.Span {
	var others []source.Span
	for _, s := range p.Sites {
		for _, h := range s.Handlers {
			if !slices.Contains(own, h) {
				others = append(others, h.Spans...)
			}
		}
	}
	return slices.DeleteFunc(others, func(o source.Span) bool {
		return slices.ContainsFunc(own, func(h *source.Handler) bool { return source.Within(h.Spans, o.From) })
	})
}
