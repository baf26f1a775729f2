package flow

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/chalice-go/chalice/internal/policy/gotypes"
	"github.com/chalice-go/chalice/internal/policy/source"
)

// resolve makes a value that gets to a dynamic call one that is called.
func (f *Flow) resolve(c *dynamicCall, v any) {
	switch v := v.(type) {
	case anyValue:
		f.anySites[c.site] = true
		f.callAny(c)
	case foreignFunc:
		f.anySites[c.site] = true
		f.unknownResults(c.site)
	case perRecord:
		f.anySites[c.site] = true
		f.unknownResults(c.site)
		f.add(f.escaped, v.handler)
	case *ssa.Function:
		if c.method == nil {
			f.addCallEdge(c.site, v, c.site.Common().Args)
		}
	case types.Type:
		if c.method != nil {
			f.invoke(c, v)
		}
	}
}

// callAny makes a dynamic call one of all that it can be by its type.
func (f *Flow) callAny(c *dynamicCall) {
	if c.any {
		return
	}
	c.any = true
	f.anyCalls = append(f.anyCalls, c)
	f.unknownResults(c.site)
	for _, fn := range f.functions {
		f.tryFunction(c, fn)
	}
	for _, t := range f.types {
		f.tryType(c, t)
	}
	for _, r := range f.records {
		f.tryRecords(c, r)
	}
}

// tryFunction makes a call of anything one of a function, if it has its signature.
func (f *Flow) tryFunction(c *dynamicCall, fn *ssa.Function) {
	if c.method == nil && gotypes.IdenticalCalls(c.site.Common().Signature(), fn.Signature) {
		f.addCallEdge(c.site, fn, c.site.Common().Args)
	}
}

// tryType makes a call of anything one of a type's method, if it can be.
func (f *Flow) tryType(c *dynamicCall, t types.Type) {
	if c.method == nil {
		return
	}
	iface, ok := c.method.Signature().Recv().Type().Underlying().(*types.Interface)
	if !ok || !types.Implements(t, iface) {
		return
	}
	f.invoke(c, t)
}

// invoke calls a type's method.
func (f *Flow) invoke(c *dynamicCall, t types.Type) {
	if types.IsInterface(t) {
		return
	}
	sel := f.form.SSA.MethodSets.MethodSet(t).Lookup(c.method.Pkg(), c.method.Name())
	if sel == nil {
		return
	}
	fn := f.form.SSA.MethodValue(sel)
	if fn == nil {
		return
	}
	if len(fn.Params) > 0 && isTracked(t) {
		f.edge(f.typeLocation(boxed, t), f.location(fn.Params[0]))
	}
	if c.site == nil {
		f.expose(fn)
		return
	}
	f.addCallEdge(c.site, fn, append([]ssa.Value{nil}, c.site.Common().Args...))
}

// addCallEdge makes a call one of a function.
func (f *Flow) addCallEdge(site ssa.CallInstruction, fn *ssa.Function, args []ssa.Value) {
	edge := callEdge{site, fn}
	if f.callEdges[edge] {
		return
	}
	f.callEdges[edge] = true
	if fn.Blocks == nil {
		f.Callers[fn] = append(f.Callers[fn], site)
		f.callForeign(site, fn)
		return
	}
	if n := f.bodies.NodeOf[fn]; n != nil && !f.runs[n] {
		return
	}
	f.Callers[fn] = append(f.Callers[fn], site)
	f.reach(fn)
	for i, a := range args {
		if i < len(fn.Params) && a != nil {
			f.edge(f.location(a), f.location(fn.Params[i]))
		}
	}
	results := fn.Signature.Results()
	for i := range results.Len() {
		if isTracked(results.At(i).Type()) {
			f.edge(f.locationAt(locationKey{result, fn, i}), f.resultOf(site, i))
		}
	}
}

// resultOf returns the location of a call's result.
func (f *Flow) resultOf(site ssa.CallInstruction, i int) *location {
	v := site.Value()
	if v == nil {
		return nil
	}
	if _, ok := v.Type().(*types.Tuple); ok {
		return f.locationAt(locationKey{tuplePart, ssa.Value(v), i})
	}
	return f.location(v)
}

// unknownResults makes what a call returns unknown.
func (f *Flow) unknownResults(site ssa.CallInstruction) {
	if site == nil {
		return
	}
	results := site.Common().Signature().Results()
	for i := range results.Len() {
		if isTracked(results.At(i).Type()) {
			if p := f.resultOf(site, i); p != nil {
				f.add(p, anyValue{})
			}
		}
	}
}

// callForeign follows a call of a function out of sight: that can call what it gets,
// and return anything.
func (f *Flow) callForeign(site ssa.CallInstruction, fn *ssa.Function) {
	common := site.Common()
	if fn != nil {
		origin := fn
		if o := fn.Origin(); o != nil {
			origin = o
		}
		if obj, ok := origin.Object().(*types.Func); ok {
			if _, ok := f.p.RegisteringFunc(obj); ok {
				f.unknownResults(site)
				f.register(site, obj)
				return
			}
			if source.HandsRecords(obj) || source.DecidesRecords(obj) {
				f.callForRecords(site, obj)
				return
			}
			if source.PassesOn(nil, nil, obj) {
				f.edge(f.location(common.Args[0]), f.resultOf(site, 0))
				return
			}
		}
	}
	f.unknownResults(site)
	for _, a := range common.Args {
		f.escape(a)
	}
}

// escape makes a value one that code out of sight has.
func (f *Flow) escape(v ssa.Value) { f.flowInto(v, f.escaped) }

// flowInto brings a value, or what is in it, to a location.
func (f *Flow) flowInto(v ssa.Value, to *location) {
	if p := f.location(v); p != nil {
		f.edge(p, to)
		return
	}
	switch t := v.Type().Underlying().(type) {
	case *types.Slice:
		if isTracked(t.Elem()) {
			f.edge(f.typeLocation(contents, t.Elem()), to)
		}
	case *types.Map:
		if isTracked(t.Elem()) {
			f.edge(f.typeLocation(mapValues, t), to)
		}
	case *types.Chan:
		if isTracked(t.Elem()) {
			f.edge(f.typeLocation(channels, t.Elem()), to)
		}
	case *types.Pointer:
		if isTracked(t.Elem()) {
			f.edge(f.pointee(v), to)
			f.add(f.pointee(v), anyValue{})
		}
	}
}

// expose has code out of sight call a function, or the function in an
// interface.
func (f *Flow) expose(v any) {
	switch v := v.(type) {
	case types.Type:
		if _, ok := v.Underlying().(*types.Signature); ok {
			f.edge(f.typeLocation(boxed, v), f.escaped)
		}
	case perRecord:
		f.add(f.escaped, v.handler)
	case *ssa.Function:
		if n := f.bodies.NodeOf[v]; v.Blocks == nil || n != nil && !f.runs[n] {
			return
		}
		f.reach(v)
		for _, p := range v.Params {
			if at := f.location(p); at != nil {
				f.add(at, anyValue{})
			}
		}
		f.escapeResults(v)
	}
}

// escapeResults hands what a function returns to code out of sight.
func (f *Flow) escapeResults(fn *ssa.Function) {
	for i := range fn.Signature.Results().Len() {
		if isTracked(fn.Signature.Results().At(i).Type()) {
			f.edge(f.locationAt(locationKey{result, fn, i}), f.escaped)
		}
	}
}

// CallsAnything reports whether a dynamic call can be of functions that aren't known.
func (f *Flow) CallsAnything(site ssa.CallInstruction) bool { return f.anySites[site] }

// HasEscaped reports whether code out of sight can call a function.
func (f *Flow) HasEscaped(fn *ssa.Function) bool { return f.escaped.values.has(fn) }
