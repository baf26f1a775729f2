package source

import (
	"go/ast"
	"go/types"
	"maps"
)

// variants finds with what a helper is called that these expressions are part
// of: one set of its parameters' values for each call. Without parameters in
// the expressions there is one empty set.
func (p *Program) variants(exprs []ast.Expr, in *Node, depth int) []map[*types.Var]helperArg {
	params := ParamsOf(in)
	if depth == 0 || !p.mentionsParams(in, exprs, params, map[*types.Var]bool{}) {
		return []map[*types.Var]helperArg{nil}
	}
	var found []map[*types.Var]helperArg
	for _, c := range p.callersOf(in) {
		bound := bind(params, c)
		var args []ast.Expr
		for _, a := range bound {
			args = append(append(args, a.expr), a.rest...)
		}
		for _, outer := range p.variants(args, c.in, depth-1) {
			all := map[*types.Var]helperArg{}
			maps.Copy(all, outer)
			maps.Copy(all, bound)
			found = append(found, all)
		}
	}
	if len(found) == 0 {
		return []map[*types.Var]helperArg{nil}
	}
	return found
}

// mentionsParams reports whether expressions mention one of a function's parameters,
// also through what local variables are set to.
func (p *Program) mentionsParams(in *Node, exprs []ast.Expr, sig *types.Signature, seen map[*types.Var]bool) bool {
	if sig == nil {
		return false
	}
	found := false
	for _, e := range exprs {
		ast.Inspect(e, func(x ast.Node) bool {
			id, ok := x.(*ast.Ident)
			if !ok || found {
				return !found
			}
			v, ok := in.Pkg.TypesInfo.Uses[id].(*types.Var)
			if !ok || seen[v] {
				return true
			}
			seen[v] = true
			for param := range sig.Params().Variables() {
				found = found || v == param
			}
			for _, d := range p.locals.definitions[v] {
				found = found || p.mentionsParams(in, []ast.Expr{d.expr}, sig, seen)
			}
			return !found
		})
	}
	return found
}

// callersOf returns the calls of a function, or of the variable that it is in.
func (p *Program) callersOf(n *Node) []helperCall {
	if n.Obj != nil {
		return p.callers[n.Obj]
	}
	if v := p.locals.holders[n.Pos]; v != nil {
		return p.callers[v]
	}
	return nil
}

// bind returns what the parameters of a function are in a call.
func bind(sig *types.Signature, c helperCall) map[*types.Var]helperArg {
	bound := map[*types.Var]helperArg{}
	for i := range sig.Params().Len() {
		if i >= len(c.call.Args) {
			break
		}
		arg := helperArg{expr: c.call.Args[i], in: c.in}
		if sig.Variadic() && i == sig.Params().Len()-1 {
			arg.rest = c.call.Args[i+1:]
		}
		bound[sig.Params().At(i)] = arg
	}
	return bound
}

// helperCall is a call of a declared function.
type helperCall struct {
	call *ast.CallExpr
	in   *Node
}

// helperArg is what a helper was called with for a parameter.
type helperArg struct {
	expr ast.Expr
	in   *Node
	rest []ast.Expr // further ones, of a variadic parameter
}
