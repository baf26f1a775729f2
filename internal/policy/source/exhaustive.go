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
func (w *walker) exhaustive(e ast.Expr, seen map[*types.Var]bool) bool {
	e = ast.Unparen(e)
	if w.staticFunc(e) != nil {
		return true
	}
	switch e := e.(type) {
	case *ast.FuncLit:
		return true
	case *ast.CallExpr:
		return w.exhaustiveCall(e, seen)
	case *ast.CompositeLit:
		return isContainer(w.info.TypeOf(e)) && w.exhaustiveElements(e, seen)
	case *ast.IndexExpr:
		return isContainer(w.info.TypeOf(e.X)) && w.exhaustive(e.X, seen)
	case *ast.Ident:
		switch obj := w.info.ObjectOf(e).(type) {
		case *types.Nil:
			return true
		case *types.Var:
			return w.exhaustiveVar(obj, seen)
		}
	}
	return false
}

// exhaustiveCall is exhaustive for a call: the registration mentions the function, with
// its results, and its arguments.
func (w *walker) exhaustiveCall(c *ast.CallExpr, seen map[*types.Var]bool) bool {
	fun := ast.Unparen(c.Fun)
	if w.info.Types[fun].IsType() {
		return len(c.Args) == 1 && w.exhaustive(c.Args[0], seen)
	}
	if id, ok := fun.(*ast.Ident); ok && w.info.Uses[id] == types.Universe.Lookup("make") {
		return isContainer(w.info.TypeOf(c))
	}
	return gotypes.IsFunc(w.info.TypeOf(c)) && (typeutil.StaticCallee(w.info, c) != nil || w.exhaustive(fun, seen))
}

// exhaustiveElements is exhaustive for what is in a slice, an array or a map.
func (w *walker) exhaustiveElements(c *ast.CompositeLit, seen map[*types.Var]bool) bool {
	for _, e := range c.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			e = kv.Value
		}
		if !w.exhaustive(e, seen) {
			return false
		}
	}
	return true
}

// exhaustiveVar is exhaustive for all that a local variable or parameter can be, or have
// in it.
func (w *walker) exhaustiveVar(v *types.Var, seen map[*types.Var]bool) bool {
	if seen[v] {
		return true
	}
	seen[v] = true
	if w.p.locals.addressed[v] || w.p.isGlobal(v) || !gotypes.IsFunc(v.Type()) && (!isContainer(v.Type()) || w.p.locals.isUsed(v, map[*types.Var]bool{}) || w.p.locals.isWritten(v, map[*types.Var]bool{})) {
		return false
	}
	arg, bound := w.bound[v]
	for _, e := range append([]ast.Expr{arg.expr}, arg.rest...) {
		if bound && !w.inside(arg.in).exhaustive(e, seen) {
			return false
		}
	}
	for _, d := range w.p.locals.definitions[v] {
		if !w.inside(d.in).exhaustive(d.expr, seen) {
			return false
		}
	}
	return bound || len(w.p.locals.definitions[v]) > 0
}

// inside returns a walker of another function that reads the same handler.
func (w *walker) inside(n *Node) *walker {
	return &walker{p: w.p, n: w.n, info: n.Pkg.TypesInfo, bound: w.bound}
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
