package source

import (
	"go/ast"
	"go/token"
	"go/types"
)

// evaluator evaluates the expressions of a registration, as far as syntax and types
// tell what they are.
type evaluator struct {
	p     *Program
	info  *types.Info
	bound map[*types.Var]helperArg // what a helper's parameters stand for
}

// inside returns an evaluator of expressions in another function.
func (ev *evaluator) inside(n *Node) *evaluator {
	return &evaluator{ev.p, n.Pkg.TypesInfo, ev.bound}
}

// staticFunc returns the function that an expression plainly names, also through
// the parameter of a helper, and as a handler of single records.
func (ev *evaluator) staticFunc(e ast.Expr) *types.Func {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		switch obj := ev.info.Uses[e].(type) {
		case *types.Func:
			return obj.Origin()
		case *types.Var:
			// A parameter that is set again is something else then.
			if a, ok := ev.bound[obj]; ok && len(a.rest) == 0 && len(ev.p.locals.definitions[obj]) == 0 {
				return ev.inside(a.in).staticFunc(a.expr)
			}
		}
	case *ast.SelectorExpr:
		if f, ok := ev.info.Uses[e.Sel].(*types.Func); ok {
			return f.Origin()
		}
	case *ast.IndexExpr:
		return ev.staticFunc(e.X)
	case *ast.CallExpr:
		if handler := recordHandler(ev.info, e); handler != nil {
			return ev.staticFunc(handler)
		}
	}
	return nil
}

// nameOf finds app.Name among a registration's options.
func (ev *evaluator) nameOf(options []ast.Expr) string {
	for _, o := range options {
		c, ok := ast.Unparen(o).(*ast.CallExpr)
		if !ok || len(c.Args) != 1 || !calls(ev.info, c, "Name") {
			continue
		}
		if name, ok := ev.constant(c.Args[0]); ok {
			return name
		}
		return UnknownName
	}
	return ""
}

// UnknownName is the name of a handler whose name is made at run time.
const UnknownName = "?"

// constant returns the text of a constant expression, also one made of the
// parameters of a helper.
func (ev *evaluator) constant(e ast.Expr) (string, bool) {
	e = ast.Unparen(e)
	if text, ok := ev.p.Texts.Of(ev.info.Types[e].Value); ok {
		return text, true
	}
	switch e := e.(type) {
	case *ast.Ident:
		if v, ok := ev.info.Uses[e].(*types.Var); ok {
			if a, ok := ev.bound[v]; ok && len(a.rest) == 0 && len(ev.p.locals.definitions[v]) == 0 {
				return ev.inside(a.in).constant(a.expr)
			}
		}
	case *ast.BinaryExpr:
		x, okX := ev.constant(e.X)
		y, okY := ev.constant(e.Y)
		return x + y, okX && okY && e.Op == token.ADD
	}
	return "", false
}
