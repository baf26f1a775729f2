package values

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/chalice-go/chalice/internal/policy/arn"
	"github.com/chalice-go/chalice/internal/policy/ssaform"
)

// parameter returns what a function is called with.
func (t *tracer) parameter(p *ssa.Parameter, in *callContext) ([]arn.Name, bool) {
	f := p.Parent()
	if in != nil && in.fn == f {
		return t.trace(in.args[slices.Index(f.Params, p)], in.outer)
	}
	args, ok := t.v.argumentsOf(p)
	if !ok {
		return nil, false
	}
	return t.all(args, nil)
}

// argumentsOf returns what all calls of a function have for a parameter; false if
// there are none, or can be others.
func (v *Analysis) argumentsOf(p *ssa.Parameter) ([]ssa.Value, bool) {
	f := p.Parent()
	callers, ok := v.scope.Callers(f)
	if !ok || len(callers) == 0 {
		return nil, false
	}
	var values []ssa.Value
	for _, c := range callers {
		args := c.Common().Args
		at := slices.Index(f.Params, p)
		if c.Common().IsInvoke() {
			at-- // the receiver isn't among the arguments
		}
		if at < 0 || at >= len(args) {
			return nil, false
		}
		values = append(values, args[at])
	}
	return values, true
}

// freeVar returns what a closure finds outside of itself.
func (t *tracer) freeVar(free *ssa.FreeVar) ([]arn.Name, bool) {
	f := free.Parent()
	index := slices.Index(f.FreeVars, free)
	var values []ssa.Value
	for _, c := range t.v.form.Closures[f] {
		if t.v.scope.Runs(c.Parent()) {
			values = append(values, c.Bindings[index])
		}
	}
	if len(values) == 0 {
		return nil, false
	}
	return t.all(values, nil)
}

// result returns a result of a call.
func (t *tracer) result(c *ssa.Call, index int, in *callContext) ([]arn.Name, bool) {
	if b, ok := c.Call.Value.(*ssa.Builtin); ok {
		if b.Name() == "append" {
			return t.made(c, c.Call.Args, in)
		}
		return nil, false
	}
	f := c.Call.StaticCallee()
	switch {
	case f == nil:
		return nil, false
	case f.Blocks == nil:
		if isPointerHelper(f) && ssaform.LeadsToMemory(c.Type()) {
			return t.made(c, c.Call.Args, in)
		}
		return t.known(f, c.Call.Args, index, in)
	case contextDepth(in) > 8:
		return nil, false
	}
	inner := &callContext{fn: f, args: c.Call.Args, outer: in}
	var names []arn.Name
	for _, b := range f.Blocks {
		if r, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && index < len(r.Results) {
			more, ok := t.trace(r.Results[index], inner)
			if !ok {
				return nil, false
			}
			names = append(names, more...)
		}
	}
	return names, true
}

// made returns what is in memory that a call makes of its arguments, with what is
// stored there afterwards.
func (t *tracer) made(c *ssa.Call, args []ssa.Value, in *callContext) ([]arn.Name, bool) {
	names, ok := t.all(args, in)
	if !ok {
		return nil, false
	}
	more, ok := t.stores(c, in)
	return append(names, more...), ok
}

// contextDepth returns how many calls the tracer went into.
func contextDepth(f *callContext) int {
	n := 0
	for ; f != nil; f = f.outer {
		n++
	}
	return n
}
