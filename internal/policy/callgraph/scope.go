package callgraph

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/policy/gotypes"
	"github.com/chalice-go/chalice/internal/policy/source"
	"github.com/chalice-go/chalice/internal/policy/ssaform"
)

// Runs reports whether a function can run: of a generic one this instance. Without the
// flow of values, what the compiler makes up always can.
func (r *Reached) Runs(f *ssa.Function) bool {
	if r.flow != nil {
		return r.flow.Reaches(f)
	}
	n := r.graph.bodies.NodeOf[f]
	return n == nil || r.runs[n]
}

// Exposed returns the functions that code out of sight calls.
func (r *Reached) Exposed() []*ssa.Function {
	if r.exposedBodies == nil {
		for n := range r.exposed {
			r.exposedBodies = append(r.exposedBodies, r.graph.bodies.Of[n]...)
		}
	}
	return r.exposedBodies
}

// IsHandler reports whether a function is known to be a handler, so that what it
// returns is an answer.
func (r *Reached) IsHandler(f *ssa.Function) bool {
	n := r.graph.bodies.NodeOf[f]
	return n != nil && r.graph.app.Registered[n]
}

// Buckets returns the buckets whose events the function's handlers get, and false
// if they aren't known.
func (r *Reached) Buckets() (names []string, ok bool) {
	for _, h := range r.function.Handlers {
		if h.Site.Kind != app.S3 {
			continue
		}
		if h.Target == "" {
			return nil, false
		}
		names = append(names, h.Target)
	}
	return names, len(names) > 0
}

// Callers returns the calls of a function that can run, and false if there can be
// others. Calls that make the handlers of other functions don't count, so there may be
// none.
func (r *Reached) Callers(f *ssa.Function) ([]ssa.CallInstruction, bool) {
	n := r.graph.bodies.NodeOf[f]
	exposed := n != nil && r.exposed[n]
	if r.flow == nil {
		callers, all := r.callersBySignature(f)
		return callers, all && !exposed
	}
	callers := slices.Clone(r.flow.Callers[f])
	if len(callers) == 0 {
		return nil, false
	}
	if n != nil && !r.executes(f) {
		callers = slices.DeleteFunc(callers, func(c ssa.CallInstruction) bool { return source.Within(r.others, c.Pos()) })
	}
	return callers, !exposed && !r.flow.HasEscaped(f)
}

// executes reports whether a call of a function makes calls of the SDK at once, rather than
// in functions that it returns.
func (r *Reached) executes(f *ssa.Function) bool {
	known, ok := r.executing[f]
	if !ok {
		if r.executing == nil {
			r.executing = map[*ssa.Function]bool{}
		}
		known = r.executesIn(f, map[*ssa.Function]bool{})
		r.executing[f] = known
	}
	return known
}

// executesIn is executes without the functions that were visited.
func (r *Reached) executesIn(f *ssa.Function, visited map[*ssa.Function]bool) bool {
	if visited[f] {
		return false
	}
	visited[f] = true
	if n := r.graph.bodies.NodeOf[f]; n != nil && n.Executes() {
		return true
	}
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			if c, ok := i.(ssa.CallInstruction); ok && r.callExecutes(c, visited) {
				return true
			}
		}
	}
	return false
}

// callExecutes reports whether a call leads to calls of the SDK.
func (r *Reached) callExecutes(c ssa.CallInstruction, visited map[*ssa.Function]bool) bool {
	if _, ok := c.Common().Value.(*ssa.Builtin); ok {
		return false
	}
	callees, ok := []*ssa.Function{c.Common().StaticCallee()}, true
	if callees[0] == nil {
		callees, ok = r.Callees(c)
	}
	return !ok || slices.ContainsFunc(callees, func(f *ssa.Function) bool { return r.executesIn(f, visited) })
}

// Callees returns the functions that a dynamic call can be of, also those without a
// body, and false if it can be of others.
func (r *Reached) Callees(c ssa.CallInstruction) ([]*ssa.Function, bool) {
	if r.flow == nil || r.flow.CallsAnything(c) {
		return nil, false
	}
	if r.callees == nil {
		r.callees = map[ssa.CallInstruction][]*ssa.Function{}
		for f, calls := range r.flow.Callers {
			for _, call := range calls {
				if call.Common().StaticCallee() == nil {
					r.callees[call] = append(r.callees[call], f)
				}
			}
		}
		for _, callees := range r.callees {
			ssaform.SortFunctions(callees)
		}
	}
	return r.callees[c], true
}

// callersBySignature is Callers without the flow of values: a function that is
// used as a value can be called by all calls with its signature.
func (r *Reached) callersBySignature(f *ssa.Function) ([]ssa.CallInstruction, bool) {
	form := r.graph.form
	var calls []ssa.CallInstruction
	add := func(all []ssa.CallInstruction, matches func(*ssa.CallCommon) bool) {
		for _, c := range all {
			if r.Runs(c.Parent()) && (matches == nil || matches(c.Common())) {
				calls = append(calls, c)
			}
		}
	}
	add(form.StaticCalls[f], nil)
	if form.UsedAsValue[f] || len(form.Closures[f]) > 0 {
		if r.escapes(f.Signature) {
			return nil, false
		}
		add(form.DynamicCalls, func(c *ssa.CallCommon) bool { return types.Identical(c.Signature(), f.Signature) })
	}
	if f.Signature.Recv() != nil {
		add(form.InterfaceCalls[f.Name()], func(c *ssa.CallCommon) bool { return gotypes.IdenticalCalls(c.Method.Signature(), f.Signature) })
	}
	return calls, len(calls) > 0
}

// escapes reports whether functions of a signature are handed to code that isn't
// seen, which can call them with anything.
func (r *Reached) escapes(s *types.Signature) bool {
	for _, c := range r.graph.form.ForeignCalls {
		if !r.Runs(c.Parent()) {
			continue
		}
		for _, a := range c.Common().Args {
			if sig, ok := a.Type().Underlying().(*types.Signature); ok && gotypes.IdenticalCalls(sig, s) {
				return true
			}
		}
	}
	for _, i := range r.graph.form.MadeInterfaces {
		if sig, ok := i.X.Type().Underlying().(*types.Signature); ok && r.Runs(i.Parent()) && gotypes.IdenticalCalls(sig, s) {
			return true
		}
	}
	return false
}
