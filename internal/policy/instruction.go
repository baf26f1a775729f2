package policy

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// read follows the instructions of a function.
func (f *flow) read(body *ssa.Function) {
	for _, b := range body.Blocks {
		for _, i := range b.Instrs {
			f.instruction(i)
		}
	}
}

func (f *flow) instruction(i ssa.Instruction) {
	f.mentions(i)
	switch i := i.(type) {
	case *ssa.Store:
		f.join(f.value(i.Val), f.memory(i.Addr))
	case *ssa.UnOp:
		f.unary(i)
	case *ssa.Phi:
		for _, e := range i.Edges {
			f.join(f.value(e), f.value(i))
		}
	case *ssa.ChangeType:
		f.join(f.value(i.X), f.value(i))
		f.convertStruct(i.X.Type(), i.Type())
	case *ssa.ChangeInterface:
		f.join(f.value(i.X), f.value(i))
	case *ssa.MultiConvert:
		f.join(f.value(i.X), f.value(i))
	case *ssa.MakeInterface:
		f.box(i.X.Type())
		f.add(f.value(i), i.X.Type())
		if p := f.value(i.X); p != nil {
			f.join(p, f.typed(boxed, i.X.Type()))
		}
	case *ssa.TypeAssert:
		f.assert(i)
	case *ssa.MakeClosure:
		f.closure(i)
	case *ssa.Return:
		for n, r := range i.Results {
			if p := f.value(r); p != nil {
				f.join(p, f.at(placeKey{"result", i.Parent(), n}))
			}
		}
	case *ssa.Panic:
		f.join(f.value(i.X), f.panics)
	case ssa.CallInstruction:
		f.call(i)
	default:
		f.aggregate(i)
	}
}

// mentions notes the functions that an instruction has as values.
func (f *flow) mentions(i ssa.Instruction) {
	var operands [16]*ssa.Value
	callee := calleeOperand(i)
	for _, o := range i.Operands(operands[:0]) {
		if fn, ok := (*o).(*ssa.Function); ok && o != callee {
			f.mention(fn)
		}
	}
}

// aggregate follows instructions on fields, elements, maps and channels.
func (f *flow) aggregate(i ssa.Instruction) {
	switch i := i.(type) {
	case *ssa.Extract:
		if p := f.value(i); p != nil {
			f.join(f.at(placeKey{"tuple", i.Tuple, i.Index}), p)
		}
	case *ssa.Field:
		if p := f.value(i); p != nil {
			f.join(f.fieldPlace(i.X.Type(), i.Field), p)
		}
	case *ssa.Index:
		if p := f.value(i); p != nil {
			f.join(f.typed(contents, i.Type()), p)
		}
	case *ssa.Lookup:
		if m, ok := i.X.Type().Underlying().(*types.Map); ok {
			f.join(f.mapPlace(mapValues, m, m.Elem()), f.commaOK(i, i.CommaOk))
		}
	case *ssa.MapUpdate:
		m := i.Map.Type().Underlying().(*types.Map)
		f.join(f.value(i.Value), f.mapPlace(mapValues, m, m.Elem()))
		f.join(f.value(i.Key), f.mapPlace(mapKeys, m, m.Key()))
	case *ssa.Next:
		if r, ok := i.Iter.(*ssa.Range); ok && !i.IsString {
			m := r.X.Type().Underlying().(*types.Map)
			f.join(f.mapPlace(mapKeys, m, m.Key()), f.at(placeKey{"tuple", ssa.Value(i), 1}))
			f.join(f.mapPlace(mapValues, m, m.Elem()), f.at(placeKey{"tuple", ssa.Value(i), 2}))
		}
	case *ssa.Send:
		f.join(f.value(i.X), f.channel(i.Chan))
	case *ssa.Select:
		received := 2
		for _, s := range i.States {
			if s.Dir == types.SendOnly {
				f.join(f.value(s.Send), f.channel(s.Chan))
				continue
			}
			f.join(f.channel(s.Chan), f.at(placeKey{"tuple", ssa.Value(i), received}))
			received++
		}
	}
}

func (f *flow) unary(i *ssa.UnOp) {
	switch i.Op {
	case token.MUL:
		if p := f.value(i); p != nil {
			f.join(f.memory(i.X), p)
		}
	case token.ARROW:
		f.join(f.channel(i.X), f.commaOK(i, i.CommaOk))
	}
}

func (f *flow) assert(i *ssa.TypeAssert) {
	to := f.commaOK(i, i.CommaOk)
	switch {
	case to == nil || !carries(i.AssertedType):
	case types.IsInterface(i.AssertedType):
		f.join(f.value(i.X), to)
	default: // a function in an interface
		f.join(f.typed(boxed, i.AssertedType), to)
	}
}

// closure binds the variables of a function literal.
func (f *flow) closure(i *ssa.MakeClosure) {
	fn := i.Fn.(*ssa.Function)
	f.mention(fn)
	f.add(f.value(i), fn)
	for n, b := range i.Bindings {
		if p := f.value(b); p != nil {
			f.join(p, f.value(fn.FreeVars[n]))
		}
		if p := f.memory(b); p != nil {
			f.join(p, f.memory(fn.FreeVars[n]))
			f.join(f.memory(fn.FreeVars[n]), p)
		}
	}
}

// convertStruct joins the fields of two struct types that are converted into
// each other.
func (f *flow) convertStruct(from, to types.Type) {
	a, ok := from.Underlying().(*types.Struct)
	b, ok2 := to.Underlying().(*types.Struct)
	if !ok || !ok2 {
		return
	}
	for i := range min(a.NumFields(), b.NumFields()) {
		if carries(a.Field(i).Type()) {
			f.join(f.fieldPlace(from, i), f.fieldPlace(to, i))
			f.join(f.fieldPlace(to, i), f.fieldPlace(from, i))
		}
	}
}

func (f *flow) call(site ssa.CallInstruction) {
	common := site.Common()
	if b, ok := common.Value.(*ssa.Builtin); ok {
		if b.Name() == "recover" && site.Value() != nil {
			f.join(f.panics, f.value(site.Value()))
		}
		return
	}
	if fn := common.StaticCallee(); fn != nil {
		if c, ok := common.Value.(*ssa.MakeClosure); ok {
			f.closure(c)
		}
		f.link(site, fn, common.Args)
		return
	}
	c := &dynamicCall{site: site}
	if common.IsInvoke() {
		c.method = common.Method
		if !f.g.seen(common.Method.Pkg()) {
			f.foreign(site, nil)
		}
	}
	f.calls = append(f.calls, c)
	p := f.value(common.Value)
	p.calls = append(p.calls, c)
	for v := range p.values {
		f.resolve(c, v)
	}
}
