package flow

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/chalice-go/chalice/internal/policy/ssaform"
)

// read makes edges of the instructions of a function.
func (f *Flow) read(body *ssa.Function) {
	for _, b := range body.Blocks {
		for _, i := range b.Instrs {
			f.instruction(i)
		}
	}
}

// instruction makes the edges of one instruction: what its operands can be, its result
// or a location in memory can be.
func (f *Flow) instruction(i ssa.Instruction) {
	f.mentions(i)
	switch i := i.(type) {
	case *ssa.Store:
		f.edge(f.location(i.Val), f.pointee(i.Addr))
	case *ssa.UnOp:
		f.unary(i)
	case *ssa.Phi:
		for _, e := range i.Edges {
			f.edge(f.location(e), f.location(i))
		}
	case *ssa.ChangeType:
		f.edge(f.location(i.X), f.location(i))
		f.convertPointer(i.X.Type(), i.Type())
	case *ssa.Convert:
		if to, ok := i.Type().Underlying().(*types.Pointer); ok && isTracked(to.Elem()) { // of an unsafe.Pointer
			f.add(f.typeLocation(pointed, to.Elem()), anyValue{})
		}
	case *ssa.ChangeInterface:
		f.edge(f.location(i.X), f.location(i))
	case *ssa.MultiConvert:
		f.edge(f.location(i.X), f.location(i))
	case *ssa.MakeInterface:
		f.boxed(i.X.Type())
		f.add(f.location(i), i.X.Type())
		if p := f.location(i.X); p != nil {
			f.edge(p, f.typeLocation(boxed, i.X.Type()))
		}
	case *ssa.TypeAssert:
		f.assert(i)
	case *ssa.MakeClosure:
		f.closure(i)
	case *ssa.Return:
		for n, r := range i.Results {
			if p := f.location(r); p != nil {
				f.edge(p, f.locationAt(locationKey{result, i.Parent(), n}))
			}
		}
	case *ssa.Panic:
		f.edge(f.location(i.X), f.panics)
	case ssa.CallInstruction:
		f.call(i)
	default:
		f.aggregate(i)
	}
}

// mentions notes the functions that an instruction has as values, and the variables,
// fields and elements whose addresses it hands on.
func (f *Flow) mentions(i ssa.Instruction) {
	f.operands = i.Operands(f.operands[:0])
	callee := ssaform.CalleeOperand(i)
	for _, o := range f.operands {
		switch v := (*o).(type) {
		case *ssa.Function:
			if o != callee {
				f.mention(v)
			}
		case *ssa.Global, *ssa.FieldAddr, *ssa.IndexAddr:
			if handsOn(i, v) {
				f.alias(v)
			}
		}
	}
}

// handsOn reports whether an instruction does more with an address than to load from
// there or to store there.
func handsOn(i ssa.Instruction, addr ssa.Value) bool {
	switch i := i.(type) {
	case *ssa.Store:
		return i.Val == addr
	case *ssa.UnOp, *ssa.FieldAddr, *ssa.IndexAddr, *ssa.DebugRef:
		return false
	}
	return true
}

// aggregate follows instructions on fields, elements, maps and channels.
func (f *Flow) aggregate(i ssa.Instruction) {
	switch i := i.(type) {
	case *ssa.Extract:
		if p := f.location(i); p != nil {
			f.edge(f.locationAt(locationKey{tuplePart, i.Tuple, i.Index}), p)
		}
	case *ssa.Field:
		if p := f.location(i); p != nil {
			f.edge(f.fieldLocation(i.X.Type(), i.Field), p)
		}
	case *ssa.Index:
		if p := f.location(i); p != nil {
			f.edge(f.typeLocation(contents, i.Type()), p)
		}
	case *ssa.Lookup:
		if m, ok := i.X.Type().Underlying().(*types.Map); ok {
			f.edge(f.mapLocation(mapValues, m, m.Elem()), f.commaOK(i, i.CommaOk))
		}
	case *ssa.MapUpdate:
		m := i.Map.Type().Underlying().(*types.Map)
		f.edge(f.location(i.Value), f.mapLocation(mapValues, m, m.Elem()))
		f.edge(f.location(i.Key), f.mapLocation(mapKeys, m, m.Key()))
	case *ssa.Next:
		if r, ok := i.Iter.(*ssa.Range); ok && !i.IsString {
			m := r.X.Type().Underlying().(*types.Map)
			f.edge(f.mapLocation(mapKeys, m, m.Key()), f.locationAt(locationKey{tuplePart, ssa.Value(i), 1}))
			f.edge(f.mapLocation(mapValues, m, m.Elem()), f.locationAt(locationKey{tuplePart, ssa.Value(i), 2}))
		}
	case *ssa.Send:
		f.edge(f.location(i.X), f.channel(i.Chan))
	case *ssa.Select:
		received := 2
		for _, s := range i.States {
			if s.Dir == types.SendOnly {
				f.edge(f.location(s.Send), f.channel(s.Chan))
				continue
			}
			f.edge(f.channel(s.Chan), f.locationAt(locationKey{tuplePart, ssa.Value(i), received}))
			received++
		}
	}
}

// unary follows loads from memory, and receives from channels.
func (f *Flow) unary(i *ssa.UnOp) {
	switch i.Op {
	case token.MUL:
		if p := f.location(i); p != nil {
			f.edge(f.pointee(i.X), p)
		}
	case token.ARROW:
		f.edge(f.channel(i.X), f.commaOK(i, i.CommaOk))
	}
}

// assert follows what comes out of an interface.
func (f *Flow) assert(i *ssa.TypeAssert) {
	to := f.commaOK(i, i.CommaOk)
	switch {
	case to == nil || !isTracked(i.AssertedType):
	case types.IsInterface(i.AssertedType):
		f.edge(f.location(i.X), to)
	default: // a function in an interface
		f.edge(f.typeLocation(boxed, i.AssertedType), to)
		f.edge(f.location(i.X), &location{onValue: func(v any) {
			if _, unknown := v.(anyValue); unknown {
				f.add(to, foreignFunc{})
			}
		}})
	}
}

// closure binds the variables of a function literal.
func (f *Flow) closure(i *ssa.MakeClosure) {
	fn := i.Fn.(*ssa.Function)
	f.mention(fn)
	f.add(f.location(i), fn)
	for n, b := range i.Bindings {
		if p := f.location(b); p != nil {
			f.edge(p, f.location(fn.FreeVars[n]))
		}
		if p := f.pointee(b); p != nil {
			f.unite(p, f.pointee(fn.FreeVars[n]))
		}
	}
}

// convertPointer unites what pointers of two types point to that are converted into
// each other.
func (f *Flow) convertPointer(from, to types.Type) {
	a, ok := from.Underlying().(*types.Pointer)
	b, ok2 := to.Underlying().(*types.Pointer)
	if ok && ok2 && isTracked(a.Elem()) {
		f.unite(f.typeLocation(pointed, a.Elem()), f.typeLocation(pointed, b.Elem()))
	}
}

// call follows a call: at once if the function is plain, otherwise for each value that
// gets to it.
func (f *Flow) call(site ssa.CallInstruction) {
	common := site.Common()
	if b, ok := common.Value.(*ssa.Builtin); ok {
		if b.Name() == "recover" && site.Value() != nil {
			f.edge(f.panics, f.location(site.Value()))
		}
		return
	}
	if fn := common.StaticCallee(); fn != nil {
		if c, ok := common.Value.(*ssa.MakeClosure); ok {
			f.closure(c)
		}
		f.addCallEdge(site, fn, common.Args)
		return
	}
	c := &dynamicCall{site: site}
	if common.IsInvoke() {
		c.method = common.Method
		if !f.form.HasSource(common.Method.Pkg()) {
			f.callForeign(site, nil)
		}
	}
	f.calls = append(f.calls, c)
	p := f.location(common.Value)
	p.calls = append(p.calls, c)
	for _, v := range p.values.list {
		f.resolve(c, v)
	}
}
