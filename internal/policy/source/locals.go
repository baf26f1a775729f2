package source

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// locals is what becomes of local variables and parameters, as far as a handler can
// come out of one: an escape analysis on syntax.
type locals struct {
	definitions map[*types.Var][]definition // what is assigned to them, or to a part of them
	holders     map[token.Pos]*types.Var    // the variables that function literals are put into
	addressed   map[*types.Var]bool         // those whose addresses are taken
	used        map[*types.Var]bool         // those that aren't only registered
	passed      map[*types.Var][]*types.Var // the parameters that they are passed as
	ignored     map[*ast.Ident]bool         // mentions that don't let a variable go elsewhere
}

func newLocals() *locals {
	return &locals{
		definitions: map[*types.Var][]definition{}, holders: map[token.Pos]*types.Var{}, addressed: map[*types.Var]bool{},
		used: map[*types.Var]bool{}, passed: map[*types.Var][]*types.Var{}, ignored: map[*ast.Ident]bool{},
	}
}

// isUsed reports whether a variable, or a parameter that it is passed as, isn't
// only registered.
func (l *locals) isUsed(v *types.Var, seen map[*types.Var]bool) bool {
	if seen[v] {
		return false
	}
	seen[v] = true
	return l.used[v] || slices.ContainsFunc(l.passed[v], func(param *types.Var) bool { return l.isUsed(param, seen) })
}

// isWritten reports whether a slice or a map is passed to a function that may put
// something into it.
func (l *locals) isWritten(v *types.Var, seen map[*types.Var]bool) bool {
	if seen[v] {
		return false
	}
	seen[v] = true
	return slices.ContainsFunc(l.passed[v], func(param *types.Var) bool {
		return len(l.definitions[param]) > 0 || l.addressed[param] || l.isWritten(param, seen)
	})
}

// ignore makes a mention of a variable one that doesn't let it go elsewhere.
func (w *walker) ignore(e ast.Expr) {
	if id, ok := ast.Unparen(e).(*ast.Ident); ok {
		w.p.locals.ignored[id] = true
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
			w.p.locals.passed[v] = append(w.p.locals.passed[v], params.At(min(i, params.Len()-1)))
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
	used := w.p.locals.used[v]
	read()
	w.p.locals.used[v] = used
}

// define notes what a local variable, or a part of it, is set to.
func (w *walker) define(id *ast.Ident, e ast.Expr) {
	if id == nil {
		return
	}
	v, ok := w.info.ObjectOf(id).(*types.Var)
	if !ok || e == nil {
		return
	}
	if f, ok := ast.Unparen(e).(*ast.FuncLit); ok {
		w.p.locals.holders[f.Pos()] = v
	}
	if !w.p.isGlobal(v) {
		w.p.locals.definitions[v] = append(w.p.locals.definitions[v], definition{e, w.n})
	}
}

// definition is an expression that a local variable gets its value from.
type definition struct {
	expr ast.Expr
	in   *Node
}
