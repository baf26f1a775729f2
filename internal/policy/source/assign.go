package source

import (
	"go/ast"
	"go/token"
	"go/types"
)

// assign reads an assignment. What is assigned to a package variable, or to a part of
// one, is put into it.
func (w *walker) assign(s *ast.AssignStmt, into *Node) {
	for i, l := range s.Lhs {
		target := w.target(l)
		rhs := s.Rhs[min(i, len(s.Rhs)-1)]
		if len(s.Rhs) == len(s.Lhs) || i == 0 {
			inner := into
			if target != nil {
				inner = target
			}
			w.reassigned(l, func() { w.visit(rhs, inner) })
		}
		w.define(base(l), rhs)
		if _, plain := ast.Unparen(l).(*ast.Ident); !plain || target == nil {
			w.lhs(l, target)
		}
		w.valueType(w.info.TypeOf(l))
	}
}

// lhs reads what an assignment's left side mentions, but for the variable that
// is assigned to.
func (w *walker) lhs(l ast.Expr, target *Node) {
	switch l := ast.Unparen(l).(type) {
	case *ast.Ident:
		if target == nil && w.inHandler {
			w.ident(l, nil, false)
		}
	case *ast.IndexExpr:
		w.visit(l.Index, nil)
		w.lhs(l.X, target)
	case *ast.SelectorExpr:
		w.setRegion(l.Sel)
		if v, ok := w.info.Uses[l.Sel].(*types.Var); ok {
			w.valueType(v.Type())
		}
		if w.info.Selections[l] != nil {
			w.lhs(l.X, target)
		}
	default:
		w.visit(l, nil)
	}
}

// target returns the package variable that a left side is or is part of. What is
// reached through a pointer isn't part of it.
func (w *walker) target(l ast.Expr) *Node {
	switch l := ast.Unparen(l).(type) {
	case *ast.Ident:
		if l.Name == "_" {
			return w.p.blank()
		}
		if v, ok := w.info.ObjectOf(l).(*types.Var); ok && w.p.isGlobal(v) {
			return w.p.variable(v)
		}
	case *ast.IndexExpr:
		return w.target(l.X)
	case *ast.SelectorExpr:
		if w.info.Selections[l] == nil {
			return w.target(l.Sel)
		}
		return w.target(l.X)
	}
	return nil
}

// blank stands for what is assigned to the blank identifier: nobody has it.
func (p *Program) blank() *Node { return &Node{Name: "_"} }

// base returns the name of the variable that an expression is, is part of or is
// reached through; nil if there is none.
func base(e ast.Expr) *ast.Ident {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return e
	case *ast.IndexExpr:
		return base(e.X)
	case *ast.SelectorExpr:
		return base(e.X)
	case *ast.StarExpr:
		return base(e.X)
	}
	return nil
}

// valueSpec reads the initializers of package variables.
func (w *walker) valueSpec(s *ast.ValueSpec) {
	for i, e := range s.Values {
		if len(s.Names) == len(s.Values) && s.Names[i].Name == "_" && w.isAssertion(e) {
			continue
		}
		w.define(s.Names[i], e)
		into := w.target(s.Names[i])
		if len(s.Values) == 1 && len(s.Names) > 1 {
			into = nil // a call of a function with several results
		}
		w.variable = w.target(s.Names[i])
		w.visit(e, into)
		w.variable = nil
	}
	if s.Type != nil {
		w.visit(s.Type, nil)
	}
}

// isAssertion reports whether a value is there for the compiler alone, to see that a type
// implements an interface: it is made, and nothing gets hold of it.
func (w *walker) isAssertion(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.CallExpr: // a conversion, or new
		fun := w.info.Types[ast.Unparen(e.Fun)]
		return fun.IsType() && w.info.Types[e.Args[0]].IsNil() || fun.IsBuiltin() && w.info.Types[e.Args[0]].IsType()
	case *ast.UnaryExpr:
		return e.Op == token.AND && w.isAssertion(e.X)
	case *ast.CompositeLit:
		return len(e.Elts) == 0
	}
	return false
}

// localSpec reads the declaration of local variables.
func (w *walker) localSpec(s *ast.ValueSpec) {
	for i, e := range s.Values {
		w.visit(e, nil)
		for j, name := range s.Names {
			if i == j || len(s.Values) == 1 {
				w.define(name, e)
			}
		}
	}
	if s.Type != nil {
		w.visit(s.Type, nil)
	}
}

// rangeOver notes what a loop's variables are set to.
func (w *walker) rangeOver(s *ast.RangeStmt) {
	for _, v := range []ast.Expr{s.Key, s.Value} {
		if id := base(v); id != nil {
			w.define(id, s.X)
			w.valueType(w.info.TypeOf(id))
			if obj := w.info.ObjectOf(id); obj != nil {
				w.valueType(obj.Type())
			}
		}
	}
}
