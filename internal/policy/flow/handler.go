package flow

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// register follows what a call registers, if the expressions there don't mention all
// that it can be.
func (f *Flow) register(site ssa.CallInstruction, callee *types.Func) {
	if !f.search.Sites[site.Pos()] && !f.search.AnySite {
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
func (f *Flow) registered(v any) {
	switch v.(type) {
	case anyValue, foreignFunc:
		return
	}
	if made, ok := v.(perRecord); ok {
		v = made.handler
	}
	if fn, ok := v.(*ssa.Function); ok && !f.isCandidate(fn) {
		return
	}
	f.HandlerFound = true
	f.add(f.escaped, v)
}

// isCandidate reports whether a function can be one that the function's model names.
func (f *Flow) isCandidate(fn *ssa.Function) bool {
	return len(f.search.Candidates) == 0 || f.search.Candidates[f.bodies.NodeOf[fn]]
}
