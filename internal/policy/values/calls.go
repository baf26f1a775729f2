package values

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/chalice-go/chalice/internal/policy/arn"
	"github.com/chalice-go/chalice/internal/policy/ssaform"
)

// parameter returns what a function is called with.
func (t *tracer) parameter(p *ssa.Parameter, in *callContext) ([]arn.Name, bool) {
	f := p.Parent()
	if in != nil && in.fn == f {
		return t.argument(in.argument(p), p, in.outer)
	}
	args, all := t.v.argumentsOf(p)
	var names []arn.Name
	for _, arg := range args {
		more, ok := t.argument(arg, p, nil)
		if !ok || len(names) > maxNames {
			return nil, false
		}
		names = append(names, more...)
	}
	if all {
		return names, true
	}
	if f.Signature.Recv() == nil || p != f.Params[0] {
		return nil, false
	}
	// Code out of sight calls the method of what it got in an interface.
	more, ok := t.madeAs(p.Type())
	return append(names, more...), ok
}

// argument returns what a parameter of the function is in the call.
func (c *callContext) argument(p *ssa.Parameter) ssa.Value {
	return c.args[slices.Index(c.fn.Params, p)]
}

// argument returns what a function is called with, where the receiver may come out of
// an interface.
func (t *tracer) argument(arg ssa.Value, p *ssa.Parameter, in *callContext) ([]arn.Name, bool) {
	if types.IsInterface(arg.Type()) && !types.IsInterface(p.Type()) {
		return t.outOf(arg, p.Type(), in)
	}
	return t.trace(arg, in)
}

// argumentsOf returns what the calls of a function have for a parameter, and false if
// there can be others.
func (v *Analysis) argumentsOf(p *ssa.Parameter) ([]ssa.Value, bool) {
	f := p.Parent()
	callers, ok := v.scope.Callers(f)
	if !ok {
		return nil, false
	}
	at := slices.Index(f.Params, p)
	var values []ssa.Value
	for _, c := range callers {
		args := argumentsFor(c.Common())
		if at >= len(args) {
			return nil, false
		}
		values = append(values, args[at])
	}
	return values, true
}

// isRecursive reports whether a function can call itself, through others or through a
// literal in it.
func (v *Analysis) isRecursive(f *ssa.Function) bool {
	known, ok := v.recursive[f]
	if !ok {
		known = v.isCalledIn(f, f, map[*ssa.Function]bool{})
		v.recursive[f] = known
	}
	return known
}

// isCalledIn reports whether a call of a function can lead to one of another.
func (v *Analysis) isCalledIn(f, by *ssa.Function, visited map[*ssa.Function]bool) bool {
	if visited[f] {
		return false
	}
	visited[f] = true
	callers, _ := v.scope.Callers(f)
	if outer := f.Parent(); outer != nil && (outer == by || v.isCalledIn(outer, by, visited)) {
		return true
	}
	return slices.ContainsFunc(callers, func(c ssa.CallInstruction) bool { return c.Parent() == by || v.isCalledIn(c.Parent(), by, visited) })
}

// freeVar returns what a closure finds outside of itself.
func (t *tracer) freeVar(free *ssa.FreeVar) ([]arn.Name, bool) {
	bindings := t.v.bindingsOf(free)
	if len(bindings) == 0 {
		return nil, false
	}
	return t.all(bindings, nil)
}

// bindingsOf returns what the closures that can be made of a function have for a
// variable.
func (v *Analysis) bindingsOf(free *ssa.FreeVar) []ssa.Value {
	f := free.Parent()
	index := slices.Index(f.FreeVars, free)
	var values []ssa.Value
	for _, c := range v.form.Closures[f] {
		if v.scope.Runs(c.Parent()) {
			values = append(values, c.Bindings[index])
		}
	}
	return values
}

// calleesOf returns the functions that a call can be of, and false if it can be of
// others.
func (v *Analysis) calleesOf(c ssa.CallInstruction) ([]*ssa.Function, bool) {
	if f := c.Common().StaticCallee(); f != nil {
		return []*ssa.Function{f}, true
	}
	callees, ok := v.scope.Callees(c)
	return callees, ok && len(callees) > 0
}

// argumentsFor returns what a call has for the parameters of its callee, with the
// receiver of a method as the first. That of an interface's method is the interface.
func argumentsFor(c *ssa.CallCommon) []ssa.Value {
	if c.IsInvoke() {
		return append([]ssa.Value{c.Value}, c.Args...)
	}
	return c.Args
}

// result returns a result of a call.
func (t *tracer) result(c *ssa.Call, index int, in *callContext) ([]arn.Name, bool) {
	if b, ok := c.Call.Value.(*ssa.Builtin); ok {
		if b.Name() == "append" {
			return t.made(c, c.Call.Args, in)
		}
		return nil, false
	}
	callees, ok := t.v.calleesOf(c)
	if !ok {
		return nil, false
	}
	var names []arn.Name
	for _, f := range callees {
		more, ok := t.resultOf(c, f, index, in)
		if !ok || len(names) > maxNames {
			return nil, false
		}
		names = append(names, more...)
	}
	return names, true
}

// resultOf returns a result of a call, as far as it is one of a function.
func (t *tracer) resultOf(c *ssa.Call, f *ssa.Function, index int, in *callContext) ([]arn.Name, bool) {
	args := argumentsFor(&c.Call)
	switch {
	case f.Blocks == nil:
		names, ok := t.known(c, f, args, index, in)
		if !ok || !ssaform.LeadsToMemory(c.Type()) {
			return names, ok
		}
		more, ok := t.stores(c, in) // in what it makes
		return append(names, more...), ok && !isMap(c.Type())
	case contextDepth(in) > 8:
		return nil, false
	}
	inner := &callContext{fn: f, args: args, outer: in}
	var names []arn.Name
	for _, result := range results(f, index) {
		more, ok := t.trace(result, inner)
		if !ok {
			return nil, false
		}
		names = append(names, more...)
	}
	return names, true
}

// isMap reports whether a type is one of maps.
func isMap(t types.Type) bool {
	_, ok := t.Underlying().(*types.Map)
	return ok
}

// results returns what a function returns as one of its results.
func results(f *ssa.Function, index int) []ssa.Value {
	var values []ssa.Value
	for _, b := range f.Blocks {
		if r, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && index < len(r.Results) {
			values = append(values, r.Results[index])
		}
	}
	return values
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
