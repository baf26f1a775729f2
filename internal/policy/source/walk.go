package source

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/chalice-go/chalice/internal/policy/gotypes"
)

// walker notes what the code of one node mentions.
type walker struct {
	p    *Program
	n    *Node
	at   token.Pos // the expression that is read
	info *types.Info
	// inHandler: the code is what a registration says of its handler, so that
	// variables are followed to where they are set.
	inHandler bool
	visited   map[*types.Var]bool
	bound     map[*types.Var]helperArg // what a helper's parameters stand for
	spans     *[]Span                  // where the handler keeps what belongs to it
	shared    bool                     // what is followed isn't the handler's alone
	variable  *Node                    // the package variable whose initializer is read; nil elsewhere
}

// visit reads any piece of code. What it mentions as values is put into a package
// variable, if into isn't nil.
func (w *walker) visit(code ast.Node, into *Node) {
	if code == nil {
		return
	}
	ast.Inspect(code, func(x ast.Node) bool {
		if e, ok := x.(ast.Expr); ok {
			w.at = e.Pos()
			w.valueType(w.info.TypeOf(e))
		}
		if c, ok := x.(*ast.CompositeLit); ok {
			w.input(c)
		}
		switch x := x.(type) {
		case *ast.BasicLit:
			w.noteText(w.info.Types[x].Value, x.Pos(), into)
			return true
		case *ast.CallExpr:
			w.call(x, into)
		case *ast.FuncLit:
			w.literal(x, into, false)
		case *ast.SelectorExpr:
			w.selector(x, into, false)
		case *ast.Ident:
			w.ident(x, into, false)
		case *ast.AssignStmt:
			w.assign(x, into)
		case *ast.ValueSpec:
			w.localSpec(x)
		case *ast.RangeStmt:
			w.ignore(x.X)
			w.noteValueCall(x.X)
			w.rangeOver(x)
			return true
		case *ast.BinaryExpr:
			if x.Op == token.EQL || x.Op == token.NEQ {
				w.ignore(x.X)
				w.ignore(x.Y)
			}
			return true
		case *ast.UnaryExpr:
			if id := base(x.X); x.Op == token.AND && id != nil {
				if v, ok := w.info.ObjectOf(id).(*types.Var); ok {
					w.p.locals.addressed[v] = true
				}
			}
			return true
		case *ast.SendStmt:
			w.define(base(x.Chan), x.Value)
			return true
		case *ast.KeyValueExpr:
			w.setRegion(x.Key)
			return true
		default:
			return true
		}
		return false
	})
}

// call reads a call: its function, and its arguments.
func (w *walker) call(c *ast.CallExpr, into *Node) {
	fun := ast.Unparen(c.Fun)
	if tv, ok := w.info.Types[fun]; ok && tv.IsType() {
		// A conversion hands its value on.
		w.valueType(tv.Type)
		for _, a := range c.Args {
			w.visit(a, into)
		}
		return
	}
	callee, _ := typeutil.Callee(w.info, c).(*types.Func)
	skip := w.p.register(w, c, callee)
	w.callee(fun)
	if sig, ok := w.info.TypeOf(fun).(*types.Signature); ok {
		w.signature(sig)
	}
	if callee != nil {
		w.noteCall(c, callee)
	} else {
		w.noteValueCall(fun)
	}
	w.noteCaller(fun, c, callee)
	inner := into
	if !PassesOn(w.info, fun, callee) {
		inner = nil
	}
	if id, ok := fun.(*ast.Ident); ok && id.Name == "len" && callee == nil {
		w.ignore(c.Args[0])
	} else if callee != nil {
		w.pass(c, callee)
	}
	for i, a := range c.Args {
		if !skip[i] {
			w.visit(a, inner)
		}
	}
}

// noteValueCall notes the call of a function value, also that of a loop over it.
func (w *walker) noteValueCall(fun ast.Expr) {
	if _, literal := fun.(*ast.FuncLit); literal || w.info.TypeOf(fun) == nil {
		return
	}
	if sig, ok := w.info.TypeOf(fun).Underlying().(*types.Signature); ok && !w.info.Types[fun].IsBuiltin() {
		w.n.ValueCalls = append(w.n.ValueCalls, sig)
	}
}

// PassesOn reports whether the result of a call has its arguments in it, none of which
// the call itself calls: append, the functions of sync that make one that runs once, and
// those of package app that make handlers of batches.
func PassesOn(info *types.Info, fun ast.Expr, callee *types.Func) bool {
	if id, ok := fun.(*ast.Ident); ok && info != nil {
		if b, ok := info.Uses[id].(*types.Builtin); ok {
			return b.Name() == "append" || b.Name() == "new"
		}
	}
	if HandsRecords(callee) || DecidesRecords(callee) {
		return true
	}
	if callee == nil || callee.Pkg() == nil || callee.Pkg().Path() != "sync" {
		return false
	}
	switch callee.Name() {
	case "OnceFunc", "OnceValue", "OnceValues":
		return true
	}
	return false
}

// callee reads the function part of a call.
func (w *walker) callee(fun ast.Expr) {
	switch fun := fun.(type) {
	case *ast.Ident:
		w.ident(fun, nil, true)
	case *ast.SelectorExpr:
		w.selector(fun, nil, true)
	case *ast.IndexExpr:
		w.ignore(fun.X)
		w.visit(fun.Index, nil)
		w.callee(ast.Unparen(fun.X))
	case *ast.IndexListExpr:
		for _, i := range fun.Indices {
			w.visit(i, nil)
		}
		w.callee(ast.Unparen(fun.X))
	case *ast.FuncLit:
		w.literal(fun, nil, true)
	default:
		w.visit(fun, nil)
	}
}

// literal makes a node of a function literal.
func (w *walker) literal(f *ast.FuncLit, into *Node, called bool) {
	n := w.p.Literals[f.Pos()]
	if n == nil {
		n = w.p.Add(&Node{Pkg: w.n.Pkg, Name: "func literal in " + w.n.Name, Pos: f.Pos(), Syntax: f, Outer: w.n})
		if w.n.Syntax != nil {
			if _, ok := w.n.Syntax.(*ast.FuncLit); ok {
				n.Name = w.n.Name
			}
		}
		w.p.Literals[f.Pos()] = n
		inner := walker{p: w.p, n: n, info: w.info, inHandler: w.inHandler, visited: w.visited, bound: w.bound, spans: w.spans, shared: w.shared}
		if sig, ok := w.info.TypeOf(f).(*types.Signature); ok {
			inner.signature(sig)
		}
		inner.visit(f.Body, nil)
	}
	if w.inHandler {
		w.captured(f)
	}
	w.n.Mentions = append(w.n.Mentions, Mention{To: n, Pos: f.Pos(), Called: called, Into: into})
}

// captured follows the variables that a literal in a registration has from
// around it.
func (w *walker) captured(f *ast.FuncLit) {
	ast.Inspect(f.Body, func(x ast.Node) bool {
		id, ok := x.(*ast.Ident)
		if !ok {
			return true
		}
		v, ok := w.info.Uses[id].(*types.Var)
		if ok && !v.IsField() && !w.p.isGlobal(v) && !Within([]Span{{f.Pos(), f.End()}}, v.Pos()) {
			w.local(v)
		}
		return true
	})
}

// selector reads x.f, be it a field, a method or a name of a package.
func (w *walker) selector(s *ast.SelectorExpr, into *Node, called bool) {
	if w.info.Selections[s] != nil {
		// x is read for what it mentions; a method's receiver is no value that
		// the variable gets hold of but through the method.
		if _, basic := w.info.TypeOf(s).Underlying().(*types.Basic); basic {
			w.ignore(s.X)
		}
		w.visit(s.X, into)
	}
	w.ident(s.Sel, into, called)
}

// ident reads a name.
func (w *walker) ident(id *ast.Ident, into *Node, called bool) {
	if inst, ok := w.info.Instances[id]; ok {
		for t := range inst.TypeArgs.Types() {
			w.valueType(t)
		}
	}
	switch obj := w.info.Uses[id].(type) {
	case *types.Const:
		w.noteText(obj.Val(), id.Pos(), into)
	case *types.Func:
		w.function(obj, id, into, called)
	case *types.Var:
		w.valueType(obj.Type())
		if w.p.isGlobal(obj) {
			w.n.Mentions = append(w.n.Mentions, Mention{To: w.p.variable(obj), Pos: id.Pos(), Into: into})
		} else if isOutsideVariable(obj) {
			w.n.OutsideUses = append(w.n.OutsideUses, OutsideUse{Object: obj, Pos: id.Pos(), Into: into})
		} else if w.inHandler && !obj.IsField() {
			w.local(obj)
		} else if !obj.IsField() && !w.p.locals.ignored[id] {
			w.p.locals.used[obj] = true
		}
	}
}

// function reads the mention of a function or method.
func (w *walker) function(f *types.Func, id *ast.Ident, into *Node, called bool) {
	pos := id.Pos()
	if ops := w.p.operations.Of(f); len(ops) > 0 {
		w.n.Sinks = append(w.n.Sinks, Sink{Fn: f, Operations: ops, Pos: pos, Called: called, Into: into})
	}
	if o := w.p.operations.Other(f); o != nil {
		if called {
			into = nil
		}
		w.noteOther(o, pos, f.Pkg().Name()+"."+f.Name(), into)
	}
	if setsVariable(f) {
		w.setVariable(into, called)
	}
	if n := w.p.Funcs[f.Origin()]; n != nil {
		w.n.Mentions = append(w.n.Mentions, Mention{To: n, Pos: pos, Called: called, Into: into, TypeArgs: w.typeArgs(f, id)})
		return
	}
	if recv := f.Signature().Recv(); recv != nil && types.IsInterface(recv.Type()) {
		w.n.InterfaceCalls = append(w.n.InterfaceCalls, InterfaceCall{f, pos})
	} else if f.Pkg() != nil {
		w.n.OutsideUses = append(w.n.OutsideUses, OutsideUse{Object: f.Origin(), Pos: pos, Called: called, Into: into})
	}
}

// typeArgs returns the type arguments with which a function is mentioned, or the
// receiver of a method has; nil if there are none.
func (w *walker) typeArgs(f *types.Func, id *ast.Ident) *types.TypeList {
	if recv := f.Signature().Recv(); recv != nil {
		return gotypes.TypeArgs(recv.Type())
	}
	return w.info.Instances[id].TypeArgs
}

// isOutsideVariable reports whether a variable belongs to a package without source, and
// can hold a function or something with methods that its type doesn't tell.
func isOutsideVariable(v *types.Var) bool {
	if v.IsField() || v.Pkg() == nil || v.Parent() != v.Pkg().Scope() {
		return false
	}
	return gotypes.IsFunc(v.Type()) || types.IsInterface(v.Type())
}

// local follows a local variable of a registration to what it is set to.
func (w *walker) local(v *types.Var) {
	if w.visited[v] {
		return
	}
	w.visited[v] = true
	// What is used for something else, too, belongs to the cold start as well.
	_, basic := v.Type().Underlying().(*types.Basic)
	shared := w.shared || !basic && (w.p.locals.isUsed(v, map[*types.Var]bool{}) || w.p.locals.addressed[v])
	own := gotypes.IsFunc(v.Type()) && !shared
	if arg, ok := w.bound[v]; ok {
		inner := walker{p: w.p, n: w.n, info: arg.in.Pkg.TypesInfo, inHandler: true, visited: w.visited, bound: w.bound, spans: w.spans, shared: shared}
		for _, e := range append([]ast.Expr{arg.expr}, arg.rest...) {
			if !shared {
				w.assignToHandler(arg.in, e)
			}
			inner.visit(e, nil)
		}
	}
	for _, d := range w.p.locals.definitions[v] {
		if own {
			w.assignToHandler(d.in, d.expr)
		}
		inner := walker{p: w.p, n: w.n, info: d.in.Pkg.TypesInfo, inHandler: true, visited: w.visited, bound: w.bound, spans: w.spans, shared: shared}
		inner.visit(d.expr, nil)
	}
}
