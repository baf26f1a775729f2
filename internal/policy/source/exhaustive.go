package source

import (
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/chalice-go/chalice/internal/policy/gotypes"
)

// exhaustive reports whether the root of a registration mentions all that an
// expression can be. What comes out of a field, a channel and the like can have
// got there any way, which only the second analysis follows.
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

// exhaustiveCall reports whether what a call gives is plain: the root has a function's
// results, and what it is called with.
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

// exhaustiveVar reports whether all that a local variable or parameter can be, or
// have in it, is plain.
func (w *walker) exhaustiveVar(v *types.Var, seen map[*types.Var]bool) bool {
	if seen[v] {
		return true
	}
	seen[v] = true
	if w.p.shared[v] || w.p.isGlobal(v) || !gotypes.IsFunc(v.Type()) && (!isContainer(v.Type()) || w.p.isUsed(v, map[*types.Var]bool{}) || w.p.isWritten(v, map[*types.Var]bool{})) {
		return false
	}
	arg, bound := w.bound[v]
	for _, e := range append([]ast.Expr{arg.expr}, arg.rest...) {
		if bound && !w.into(arg.in).exhaustive(e, seen) {
			return false
		}
	}
	for _, d := range w.p.locals[v] {
		if !w.into(d.in).exhaustive(d.expr, seen) {
			return false
		}
	}
	return bound || len(w.p.locals[v]) > 0
}

// into returns a walker of another function that follows the same root.
func (w *walker) into(n *Node) *walker {
	return &walker{p: w.p, n: w.n, info: n.Pkg.TypesInfo, bound: w.bound}
}

// isUsed reports whether a variable, or a parameter that it is passed as, isn't
// only registered.
func (p *Program) isUsed(v *types.Var, seen map[*types.Var]bool) bool {
	if seen[v] {
		return false
	}
	seen[v] = true
	return p.used[v] || slices.ContainsFunc(p.passed[v], func(param *types.Var) bool { return p.isUsed(param, seen) })
}

// isWritten reports whether a slice or a map is passed to a function that may put
// something into it.
func (p *Program) isWritten(v *types.Var, seen map[*types.Var]bool) bool {
	if seen[v] {
		return false
	}
	seen[v] = true
	return slices.ContainsFunc(p.passed[v], func(param *types.Var) bool {
		return len(p.locals[param]) > 0 || p.shared[param] || p.isWritten(param, seen)
	})
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

// ignore makes a mention of a variable one that doesn't let it go elsewhere.
func (w *walker) ignore(e ast.Expr) {
	if id, ok := ast.Unparen(e).(*ast.Ident); ok {
		w.p.ignored[id] = true
	}
}

// pass notes which variables are passed to a function with source, whose
// parameters tell what becomes of them.
func (w *walker) pass(c *ast.CallExpr, to *types.Func) {
	if w.inHandler || w.p.Funcs[to.Origin()] == nil {
		return
	}
	params := to.Origin().Signature().Params()
	for i, a := range c.Args {
		id, ok := ast.Unparen(a).(*ast.Ident)
		if !ok || params.Len() == 0 {
			continue
		}
		if v, ok := w.info.Uses[id].(*types.Var); ok {
			w.ignore(id)
			w.p.passed[v] = append(w.p.passed[v], params.At(min(i, params.Len()-1)))
		}
	}
}

// reassigned reads what a variable is set to, which may be made of what it was: that
// isn't a use of it.
func (w *walker) reassigned(l ast.Expr, read func()) {
	id, ok := ast.Unparen(l).(*ast.Ident)
	if !ok {
		read()
		return
	}
	v, _ := w.info.ObjectOf(id).(*types.Var)
	used := w.p.used[v]
	read()
	w.p.used[v] = used
}
