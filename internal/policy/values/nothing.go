package values

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/chalice-go/chalice/internal/policy/seen"
	"github.com/chalice-go/chalice/internal/policy/ssaform"
)

// emptiness finds whether values are always nil or zero, whichever way they come: as
// copies of fields that nobody sets, say. What only runs if such a value is something
// doesn't run.
//
// It looks for the greatest fixed point: what depends on itself is nothing. That holds,
// since the first value to become something would have to be made of one that already
// is, or behind a condition on one.
type emptiness struct {
	v       *Analysis
	visited map[query]bool
	trail   []query // those visited, in their order
}

// maxVisited is how many values are looked at for one question. Past it they are
// something.
const maxVisited = 2000

// setsField reports whether an address of a field is used to set it to anything but
// nothing, or goes elsewhere.
func (v *Analysis) setsField(addr *ssa.FieldAddr) bool {
	e := &emptiness{v: v, visited: map[query]bool{}}
	return e.sets(addr)
}

// sets is setsField.
func (e *emptiness) sets(addr *ssa.FieldAddr) bool {
	for _, use := range *addr.Referrers() {
		switch use := use.(type) {
		case *ssa.Store:
			if (use.Addr != addr || !e.isApart(use.Val, nil)) && !e.isDead(use.Block(), nil) {
				return true
			}
		case *ssa.UnOp, *ssa.DebugRef:
		default:
			if !e.isDead(use.Block(), nil) {
				return true // its address goes elsewhere
			}
		}
	}
	return false
}

// is reports whether a value, in a call if that is known, is always nothing.
func (e *emptiness) is(value ssa.Value, in *callContext) bool {
	at := query{value: value, in: in}
	if e.visited[at] {
		return true
	}
	if e.visited[at] = true; len(e.visited) > maxVisited {
		return false
	}
	e.trail = append(e.trail, at)
	switch value := value.(type) {
	case *ssa.Const:
		return isZero(value)
	case *ssa.Phi:
		return e.isPhi(value, in)
	case *ssa.ChangeType:
		return e.is(value.X, in)
	case *ssa.Convert:
		return keepsZero(value) && e.is(value.X, in)
	case *ssa.BinOp:
		return value.Op == token.ADD && e.is(value.X, in) && e.is(value.Y, in)
	case *ssa.UnOp:
		return value.Op == token.MUL && e.isLoaded(value, in)
	case *ssa.Field:
		return e.isField(e.v.form.KeyOf(value.X.Type(), value.Field))
	case *ssa.Parameter:
		return e.isParameter(value, in)
	case *ssa.Call:
		return e.isResult(value, 0, in)
	case *ssa.Extract:
		c, ok := value.Tuple.(*ssa.Call)
		return ok && e.isResult(c, value.Index, in)
	}
	return false
}

// all reports whether values are all nothing.
func (e *emptiness) all(values []ssa.Value, in *callContext) bool {
	return !slices.ContainsFunc(values, func(value ssa.Value) bool { return !e.is(value, in) })
}

// isZero reports whether a constant is the zero of its type.
func isZero(c *ssa.Const) bool {
	return c.Value == nil || seen.IsZero(c.Value)
}

// keepsZero reports whether a conversion makes zero of zero.
func keepsZero(c *ssa.Convert) bool {
	from, ok := c.X.Type().Underlying().(*types.Basic)
	to, ok2 := c.Type().Underlying().(*types.Basic)
	return ok && ok2 && from.Info()&types.IsString == to.Info()&types.IsString
}

// isPhi reports whether what a variable can be is nothing on all ways that can be gone.
func (e *emptiness) isPhi(phi *ssa.Phi, in *callContext) bool {
	for i, value := range phi.Edges {
		from := phi.Block().Preds[i]
		if !e.isDead(from, in) && !e.neverGoes(from, phi.Block(), in) && !e.is(value, in) {
			return false
		}
	}
	return true
}

// isLoaded reports whether what is read from memory is nothing.
func (e *emptiness) isLoaded(load *ssa.UnOp, in *callContext) bool {
	switch addr := load.X.(type) {
	case *ssa.FieldAddr:
		return e.isField(e.v.form.KeyOf(addr.X.Type(), addr.Field))
	case *ssa.Alloc:
		if stored := blockLocalOf(addr).loads[load]; stored != nil {
			return e.is(stored, in)
		}
		return e.isStored(addr, in)
	case *ssa.Global:
		return e.isStored(addr, nil)
	case *ssa.FreeVar:
		bindings := e.v.bindingsOf(addr)
		return len(bindings) > 0 && !slices.ContainsFunc(bindings, func(b ssa.Value) bool {
			a, ok := b.(*ssa.Alloc)
			return !ok || !e.isStored(a, nil)
		})
	}
	return false
}

// isStored reports whether nothing but nothing is stored in a place.
func (e *emptiness) isStored(place ssa.Value, in *callContext) bool {
	w := e.v.storesTo(place)
	if in != nil && e.v.isRecursive(in.fn) {
		in = nil
	}
	return !w.unknown && e.all(w.values, in)
}

// isField reports whether nobody sets a field, in any value of its type.
func (e *emptiness) isField(key ssaform.FieldKey) bool {
	for _, kin := range e.v.form.Class(key.Owner) {
		if name := ssaform.NameOf(kin); name != nil && !e.v.form.HasSource(name.Pkg()) && !setByProgram(name) {
			return false
		}
	}
	if e.v.opaque(key.Owner) {
		return false
	}
	for _, i := range e.v.form.FieldUses[key] {
		if addr, ok := i.(*ssa.FieldAddr); ok && e.v.scope.Runs(i.Parent()) && e.sets(addr) {
			return false
		}
	}
	return true
}

// isParameter reports whether a function is always called with nothing.
func (e *emptiness) isParameter(p *ssa.Parameter, in *callContext) bool {
	if f := p.Parent(); in != nil && in.fn == f {
		return e.is(in.argument(p), in.outer)
	}
	args, ok := e.v.argumentsOf(p)
	return ok && e.all(args, nil)
}

// isResult reports whether a call returns nothing.
func (e *emptiness) isResult(c *ssa.Call, index int, in *callContext) bool {
	if b, ok := c.Call.Value.(*ssa.Builtin); ok {
		return b.Name() == "len" && e.is(c.Call.Args[0], in)
	}
	callees, ok := e.v.calleesOf(c)
	return ok && !slices.ContainsFunc(callees, func(f *ssa.Function) bool { return !e.isResultOf(f, &c.Call, index, in) })
}

// isResultOf reports whether a function returns nothing, in a call.
func (e *emptiness) isResultOf(f *ssa.Function, c *ssa.CallCommon, index int, in *callContext) bool {
	args := argumentsFor(c)
	if f.Blocks == nil {
		// Of pointers and values, it is those that are looked for.
		return isPointerHelper(f) && pointsTo(args[0].Type(), f.Signature.Results().At(0).Type()) && e.is(args[0], in)
	}
	if contextDepth(in) > 8 {
		return false
	}
	inner := &callContext{fn: f, args: args, outer: in}
	for _, b := range f.Blocks {
		r, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if ok && index < len(r.Results) && !e.isDead(b, inner) && !e.is(r.Results[index], inner) {
			return false
		}
	}
	return true
}

// isDead reports whether a block runs only if something is that never is.
func (e *emptiness) isDead(b *ssa.BasicBlock, in *callContext) bool {
	for ; b.Idom() != nil; b = b.Idom() {
		if len(b.Preds) == 1 && e.neverGoes(b.Preds[0], b, in) {
			return true
		}
	}
	return false
}

// neverGoes reports whether the end of a block never leads to another block.
func (e *emptiness) neverGoes(from, to *ssa.BasicBlock, in *callContext) bool {
	branch, ok := from.Instrs[len(from.Instrs)-1].(*ssa.If)
	if !ok || from.Succs[0] == from.Succs[1] {
		return false
	}
	holds, known := e.decides(branch.Cond, in)
	return known && holds != (from.Succs[0] == to)
}

// decides returns what a condition always is, if that is known.
func (e *emptiness) decides(cond ssa.Value, in *callContext) (holds, known bool) {
	switch c := cond.(type) {
	case *ssa.UnOp:
		if c.Op == token.NOT {
			holds, known = e.decides(c.X, in)
			return !holds, known
		}
	case *ssa.BinOp:
		return e.compares(c, in)
	}
	return false, e.isApart(cond, in)
}

// compares returns what a comparison of nothing with a constant is.
func (e *emptiness) compares(b *ssa.BinOp, in *callContext) (holds, known bool) {
	x, constant := b.X, b.Y
	if _, ok := x.(*ssa.Const); ok {
		x, constant = b.Y, b.X
	}
	c, ok := constant.(*ssa.Const)
	if !ok {
		return false, false
	}
	switch b.Op {
	case token.EQL:
		return isZero(c), e.isApart(x, in)
	case token.NEQ:
		return !isZero(c), e.isApart(x, in)
	case token.GTR, token.LSS:
		return false, isZero(c) && e.isApart(x, in)
	}
	return false, false
}

// isApart is what is is, where the answer doesn't decide what was asked: what was visited
// on the way to a no is visited again if it is met again.
func (e *emptiness) isApart(value ssa.Value, in *callContext) bool {
	before := len(e.trail)
	if e.is(value, in) {
		return true
	}
	for _, at := range e.trail[before:] {
		delete(e.visited, at)
	}
	e.trail = e.trail[:before]
	return false
}
