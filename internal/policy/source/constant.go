package source

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"github.com/chalice-go/chalice/internal/policy/sdk"
)

// staticFunc returns the function that an expression plainly names, also through
// the parameter of a helper.
func (w *walker) staticFunc(e ast.Expr) *types.Func {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		switch obj := w.info.Uses[e].(type) {
		case *types.Func:
			return obj.Origin()
		case *types.Var:
			// A parameter that is set again is something else then.
			if a, ok := w.bound[obj]; ok && len(a.rest) == 0 && len(w.p.locals.definitions[obj]) == 0 {
				inner := walker{p: w.p, n: w.n, info: a.in.Pkg.TypesInfo, bound: w.bound}
				return inner.staticFunc(a.expr)
			}
		}
	case *ast.SelectorExpr:
		if f, ok := w.info.Uses[e.Sel].(*types.Func); ok {
			return f.Origin()
		}
	case *ast.IndexExpr:
		return w.staticFunc(e.X)
	}
	return nil
}

// nameOf finds app.Name among a registration's options.
func (w *walker) nameOf(options []ast.Expr) string {
	for _, o := range options {
		c, ok := ast.Unparen(o).(*ast.CallExpr)
		if !ok || len(c.Args) != 1 {
			continue
		}
		sel, ok := ast.Unparen(c.Fun).(*ast.SelectorExpr)
		if !ok {
			continue
		}
		if f, ok := w.info.Uses[sel.Sel].(*types.Func); ok && f.Pkg() != nil && f.Pkg().Path() == sdk.AppPath && f.Name() == "Name" {
			name, ok := w.constant(c.Args[0])
			if !ok {
				return UnknownName
			}
			return name
		}
	}
	return ""
}

// UnknownName is the name of a handler whose name is made at run time.
const UnknownName = "?"

// constant returns the text of a constant expression, also one made of the
// parameters of a helper.
func (w *walker) constant(e ast.Expr) (string, bool) {
	e = ast.Unparen(e)
	if v := w.info.Types[e].Value; v != nil && v.Kind() == constant.String {
		return constant.StringVal(v), true
	}
	switch e := e.(type) {
	case *ast.Ident:
		if v, ok := w.info.Uses[e].(*types.Var); ok {
			if a, ok := w.bound[v]; ok && len(a.rest) == 0 && len(w.p.locals.definitions[v]) == 0 {
				inner := walker{p: w.p, n: w.n, info: a.in.Pkg.TypesInfo, bound: w.bound}
				return inner.constant(a.expr)
			}
		}
	case *ast.BinaryExpr:
		x, okX := w.constant(e.X)
		y, okY := w.constant(e.Y)
		return x + y, okX && okY && e.Op == token.ADD
	}
	return "", false
}
