package policy

import (
	"go/types"

	"github.com/chalice-go/chalice/internal/policy/gotypes"
	"golang.org/x/tools/go/ssa"
)

// resolve makes a value that gets to a dynamic call a target of it.
func (f *flow) resolve(c *dynamicCall, v any) {
	switch v := v.(type) {
	case unknownValue:
		if c.any {
			return
		}
		c.any = true
		f.unknown = append(f.unknown, c)
		f.unknownResults(c.site)
		for _, fn := range f.functions {
			f.tryFunction(c, fn)
		}
		for _, t := range f.types {
			f.tryType(c, t)
		}
	case *ssa.Function:
		if c.method == nil {
			f.link(c.site, v, c.site.Common().Args)
		}
	case types.Type:
		if c.method != nil {
			f.invoke(c, v)
		}
	}
}

func (f *flow) tryFunction(c *dynamicCall, fn *ssa.Function) {
	if c.method == nil && gotypes.IdenticalCalls(c.site.Common().Signature(), fn.Signature) {
		f.link(c.site, fn, c.site.Common().Args)
	}
}

func (f *flow) tryType(c *dynamicCall, t types.Type) {
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
func (f *flow) invoke(c *dynamicCall, t types.Type) {
	if types.IsInterface(t) {
		return
	}
	sel := f.g.prog.MethodSets.MethodSet(t).Lookup(c.method.Pkg(), c.method.Name())
	if sel == nil {
		return
	}
	fn := f.g.prog.MethodValue(sel)
	if fn == nil {
		return
	}
	if len(fn.Params) > 0 && carries(t) {
		f.join(f.typed(boxed, t), f.value(fn.Params[0]))
	}
	if c.site == nil {
		f.expose(fn)
		return
	}
	f.link(c.site, fn, append([]ssa.Value{nil}, c.site.Common().Args...))
}

// link makes a call one of a function.
func (f *flow) link(site ssa.CallInstruction, fn *ssa.Function, args []ssa.Value) {
	edge := callEdge{site, fn}
	if f.links[edge] {
		return
	}
	f.links[edge] = true
	if fn.Blocks == nil {
		f.foreign(site, fn)
		return
	}
	if n := f.g.nodes[fn]; n != nil && !f.in[n] {
		return
	}
	f.callers[fn] = append(f.callers[fn], site)
	f.reach(fn)
	for i, a := range args {
		if i < len(fn.Params) && a != nil {
			f.join(f.value(a), f.value(fn.Params[i]))
		}
	}
	results := fn.Signature.Results()
	for i := range results.Len() {
		if carries(results.At(i).Type()) {
			f.join(f.at(placeKey{"result", fn, i}), f.resultOf(site, i))
		}
	}
}

// resultOf gives the place of a call's result.
func (f *flow) resultOf(site ssa.CallInstruction, i int) *place {
	v := site.Value()
	if v == nil {
		return nil
	}
	if _, ok := v.Type().(*types.Tuple); ok {
		return f.at(placeKey{"tuple", ssa.Value(v), i})
	}
	return f.value(v)
}

// unknownResults makes what a call returns unknown.
func (f *flow) unknownResults(site ssa.CallInstruction) {
	if site == nil {
		return
	}
	results := site.Common().Signature().Results()
	for i := range results.Len() {
		if carries(results.At(i).Type()) {
			if p := f.resultOf(site, i); p != nil {
				f.add(p, unknownValue{})
			}
		}
	}
}

// foreign is a call of a function that isn't seen: it can call what it gets.
func (f *flow) foreign(site ssa.CallInstruction, fn *ssa.Function) {
	common := site.Common()
	if fn != nil {
		origin := fn
		if o := fn.Origin(); o != nil {
			origin = o
		}
		if obj, ok := origin.Object().(*types.Func); ok {
			if _, ok := f.g.p.registering(obj); ok {
				f.unknownResults(site)
				f.register(site, obj)
				return
			}
			if handsOn(nil, nil, obj) {
				f.join(f.value(common.Args[0]), f.resultOf(site, 0))
				return
			}
		}
	}
	f.unknownResults(site)
	for _, a := range common.Args {
		f.giveAway(a)
	}
}

// giveAway makes a value one that code out of sight has.
func (f *flow) giveAway(v ssa.Value) { f.handOver(v, f.escaped) }

// handOver brings a value, or what is in it, to a place.
func (f *flow) handOver(v ssa.Value, to *place) {
	if p := f.value(v); p != nil {
		f.join(p, to)
		return
	}
	switch t := v.Type().Underlying().(type) {
	case *types.Slice:
		if carries(t.Elem()) {
			f.join(f.typed(contents, t.Elem()), to)
		}
	case *types.Map:
		if carries(t.Elem()) {
			f.join(f.typed(mapValues, t), to)
		}
	case *types.Chan:
		if carries(t.Elem()) {
			f.join(f.typed(channels, t.Elem()), to)
		}
	case *types.Pointer:
		if carries(t.Elem()) {
			f.join(f.memory(v), to)
			f.add(f.memory(v), unknownValue{})
		}
	}
}

// expose has code out of sight call a function, or the function in an
// interface.
func (f *flow) expose(v any) {
	switch v := v.(type) {
	case types.Type:
		if _, ok := v.Underlying().(*types.Signature); ok {
			f.join(f.typed(boxed, v), f.escaped)
		}
	case *ssa.Function:
		if n := f.g.nodes[v]; v.Blocks == nil || n != nil && !f.in[n] {
			return
		}
		f.reach(v)
		for _, p := range v.Params {
			if place := f.value(p); place != nil {
				f.add(place, unknownValue{})
			}
		}
		f.escapeResults(v)
	}
}

// escapeResults gives what a function returns to code out of sight.
func (f *flow) escapeResults(fn *ssa.Function) {
	for i := range fn.Signature.Results().Len() {
		if carries(fn.Signature.Results().At(i).Type()) {
			f.join(f.at(placeKey{"result", fn, i}), f.escaped)
		}
	}
}
