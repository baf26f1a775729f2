package source

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/chalice-go/chalice/internal/policy/gotypes"
)

// exhaustive reports whether a registration mentions all that an expression in it can
// be. What comes out of a field, a channel and the like can have got there any way,
// which only the flow of values follows.
func (ev *evaluator) exhaustive(e ast.Expr, seen map[*types.Var]bool) bool {
	e = ast.Unparen(e)
	if c, ok := e.(*ast.CallExpr); ok && recordHandler(ev.info, c) != nil {
		return ev.exhaustiveRecords(c, seen)
	}
	if ev.staticFunc(e) != nil {
		return true
	}
	switch e := e.(type) {
	case *ast.FuncLit:
		return true
	case *ast.CallExpr:
		return ev.exhaustiveCall(e, seen)
	case *ast.CompositeLit:
		return isContainer(ev.info.TypeOf(e)) && ev.exhaustiveElements(e, seen)
	case *ast.IndexExpr:
		return isContainer(ev.info.TypeOf(e.X)) && ev.exhaustive(e.X, seen)
	case *ast.Ident:
		switch obj := ev.info.ObjectOf(e).(type) {
		case *types.Nil:
			return true
		case *types.Var:
			return ev.exhaustiveVar(obj, seen)
		}
	}
	return false
}

// exhaustiveCall is exhaustive for a call: the registration mentions the function, with
// its results, and its arguments.
func (ev *evaluator) exhaustiveCall(c *ast.CallExpr, seen map[*types.Var]bool) bool {
	fun := ast.Unparen(c.Fun)
	if ev.info.Types[fun].IsType() {
		return len(c.Args) == 1 && ev.exhaustive(c.Args[0], seen)
	}
	if id, ok := fun.(*ast.Ident); ok && ev.info.Uses[id] == types.Universe.Lookup("make") {
		return isContainer(ev.info.TypeOf(c))
	}
	return gotypes.IsFunc(ev.info.TypeOf(c)) && (typeutil.StaticCallee(ev.info, c) != nil || ev.exhaustive(fun, seen))
}

// exhaustiveElements is exhaustive for what is in a slice, an array or a map.
func (ev *evaluator) exhaustiveElements(c *ast.CompositeLit, seen map[*types.Var]bool) bool {
	for _, e := range c.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			e = kv.Value
		}
		if !ev.exhaustive(e, seen) {
			return false
		}
	}
	return true
}

// exhaustiveVar is exhaustive for all that a local variable or parameter can be, or have
// in it.
func (ev *evaluator) exhaustiveVar(v *types.Var, seen map[*types.Var]bool) bool {
	if seen[v] {
		return true
	}
	seen[v] = true
	if ev.p.locals.addressed[v] || ev.p.isGlobal(v) || !gotypes.IsFunc(v.Type()) && (!isContainer(v.Type()) || ev.p.locals.isUsed(v, map[*types.Var]bool{}) || ev.p.locals.isWritten(v, map[*types.Var]bool{})) {
		return false
	}
	arg, bound := ev.bound[v]
	for _, e := range append([]ast.Expr{arg.expr}, arg.rest...) {
		if bound && !ev.inside(arg.in).exhaustive(e, seen) {
			return false
		}
	}
	for _, d := range ev.p.locals.definitions[v] {
		if !ev.inside(d.in).exhaustive(d.expr, seen) {
			return false
		}
	}
	return bound || len(ev.p.locals.definitions[v]) > 0
}

// isContainer reports whether a type is of slices, arrays or maps of functions.
func isContainer(t types.Type) bool {
	switch t := t.Underlying().(type) {
	case *types.Slice:
		return gotypes.IsFunc(t.Elem())
	case *types.Array:
		return gotypes.IsFunc(t.Elem())
	case *types.Map:
		return gotypes.IsFunc(t.Elem())
	}
	return false
}
