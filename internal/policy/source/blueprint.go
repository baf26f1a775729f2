package source

import (
	"go/ast"
	"go/types"

	"github.com/chalice-go/chalice/internal/policy/gotypes"
	"github.com/chalice-go/chalice/internal/policy/sdk"
)

// blueprintUse is a call of RegisterBlueprint.
type blueprintUse struct {
	call *ast.CallExpr
	in   *Node
}

// Prefixes returns the name prefixes under which what a site registers becomes
// part of an app: of blueprints that could be the one that it registers on.
func (p *Program) Prefixes(s *Site) []string {
	recv := s.receiver()
	if recv == nil {
		return []string{""}
	}
	if t := s.In.Pkg.TypesInfo.TypeOf(recv); t == nil || gotypes.PackagePath(t) != sdk.AppPath || gotypes.ReceiverName(t) != sdk.BlueprintType {
		return []string{""}
	}
	var prefixes []string
	for _, b := range p.blueprints {
		if len(b.call.Args) == 0 || !p.sameBlueprint(s, recv, b) {
			continue
		}
		prefix := ""
		ev := &evaluator{p: p, info: b.in.Pkg.TypesInfo}
		for _, o := range b.call.Args[1:] {
			if c, ok := ast.Unparen(o).(*ast.CallExpr); ok && len(c.Args) == 1 && calls(ev.info, c, "NamePrefix") {
				prefix, _ = ev.constant(c.Args[0])
			}
		}
		prefixes = append(prefixes, prefix)
	}
	if len(prefixes) == 0 {
		return []string{""}
	}
	return prefixes
}

// receiver returns the expression that a site registers on.
func (s *Site) receiver() ast.Expr {
	switch sel, ok := ast.Unparen(s.Call.Fun).(*ast.SelectorExpr); {
	case s.ofApp || s.shift == 1:
		return s.Call.Args[0]
	case ok:
		return sel.X
	}
	return nil
}

// calls reports whether a call is one of a function of package app.
func calls(info *types.Info, c *ast.CallExpr, name string) bool {
	sel, ok := ast.Unparen(c.Fun).(*ast.SelectorExpr)
	return ok && sel.Sel.Name == name && info.Uses[sel.Sel] != nil && info.Uses[sel.Sel].Pkg() != nil && info.Uses[sel.Sel].Pkg().Path() == sdk.AppPath
}

// sameBlueprint reports whether RegisterBlueprint gets the blueprint that a site
// registers on: the same variable, or the result of the function that the site
// is in.
func (p *Program) sameBlueprint(s *Site, recv ast.Expr, b blueprintUse) bool {
	own, used := s.In.Pkg.TypesInfo, b.in.Pkg.TypesInfo
	arg := ast.Unparen(b.call.Args[0])
	if id := nameIn(recv); id != nil && nameIn(arg) != nil && own.ObjectOf(id) == used.ObjectOf(nameIn(arg)) {
		return true
	}
	for _, e := range append([]ast.Expr{arg}, p.definitions(arg, used)...) {
		if c, ok := ast.Unparen(e).(*ast.CallExpr); ok {
			if id := nameIn(c.Fun); id != nil && s.In.Obj != nil && used.ObjectOf(id) == types.Object(s.In.Obj) {
				return true
			}
			// A helper that gets the blueprint as an argument.
			for _, h := range p.callersOf(s.In) {
				if h.in.Obj != nil && nameIn(c.Fun) != nil && used.ObjectOf(nameIn(c.Fun)) == types.Object(h.in.Obj) {
					return true
				}
			}
		}
	}
	return false
}

// definitions returns what a variable is set to.
func (p *Program) definitions(e ast.Expr, info *types.Info) []ast.Expr {
	id, ok := e.(*ast.Ident)
	if !ok {
		return nil
	}
	v, ok := info.ObjectOf(id).(*types.Var)
	if !ok {
		return nil
	}
	var exprs []ast.Expr
	for _, d := range p.locals.definitions[v] {
		exprs = append(exprs, d.expr)
	}
	return exprs
}

// nameIn returns the name of a variable or function, also of one in another
// package.
func nameIn(e ast.Expr) *ast.Ident {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return e
	case *ast.SelectorExpr:
		return e.Sel
	}
	return nil
}
