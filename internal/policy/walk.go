package policy

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/types/typeutil"
)

// walker notes what the code of one node mentions.
type walker struct {
	p    *program
	n    *node
	info *types.Info
	// root: the code is what a registration says of its handler, so that
	// variables are followed to where they are set.
	root   bool
	seen   map[*types.Var]bool
	bound  map[*types.Var]helperArg // what a helper's parameters stand for
	claims *[]span                  // where the root keeps what belongs to it
}

// helperArg is what a helper was called with for a parameter.
type helperArg struct {
	expr ast.Expr
	in   *node
	rest []ast.Expr // further ones, of a variadic parameter
}

// visit reads any piece of code. What it mentions as values is put into the
// variable that holder stands for, if that isn't nil.
func (w *walker) visit(code ast.Node, holder *node) {
	if code == nil {
		return
	}
	ast.Inspect(code, func(x ast.Node) bool {
		if e, ok := x.(ast.Expr); ok {
			w.valueType(w.info.TypeOf(e))
		}
		if c, ok := x.(*ast.CompositeLit); ok {
			w.input(c)
		}
		switch x := x.(type) {
		case *ast.CallExpr:
			w.call(x, holder)
		case *ast.FuncLit:
			w.literal(x, holder, false)
		case *ast.SelectorExpr:
			w.selector(x, holder, nil)
		case *ast.Ident:
			w.ident(x, holder, nil)
		case *ast.AssignStmt:
			w.assign(x, holder)
		case *ast.ValueSpec:
			w.localSpec(x)
		case *ast.RangeStmt:
			w.rangeOver(x)
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

// input notes that an input of the SDK is made.
func (w *walker) input(c *ast.CompositeLit) {
	t := w.info.TypeOf(c)
	if t == nil {
		return
	}
	if op, ok := w.p.operationOf(types.NewPointer(t), "Input"); ok {
		w.n.inputs = append(w.n.inputs, sink{operations: []operation{op}, pos: c.Pos()})
	}
}

// call reads a call: its function, and its arguments.
func (w *walker) call(c *ast.CallExpr, holder *node) {
	fun := ast.Unparen(c.Fun)
	if tv, ok := w.info.Types[fun]; ok && tv.IsType() {
		// A conversion hands its value on.
		w.valueType(tv.Type)
		for _, a := range c.Args {
			w.visit(a, holder)
		}
		return
	}
	callee, _ := typeutil.Callee(w.info, c).(*types.Func)
	skip := w.p.register(w, c, callee)
	w.callee(fun, c)
	if sig, ok := w.info.TypeOf(fun).(*types.Signature); ok {
		w.signature(sig)
	}
	if callee != nil {
		w.noteCall(c, callee)
	}
	w.noteCaller(fun, c, callee)
	inner := holder
	if !handsOn(w.info, fun, callee) {
		inner = nil
	}
	for i, a := range c.Args {
		if !skip[i] {
			w.visit(a, inner)
		}
	}
}

// handsOn tells whether a call's result holds its arguments, none of which the
// call itself calls: append, and the functions of sync that make one that runs
// once.
func handsOn(info *types.Info, fun ast.Expr, callee *types.Func) bool {
	if id, ok := fun.(*ast.Ident); ok && info != nil {
		if b, ok := info.Uses[id].(*types.Builtin); ok {
			return b.Name() == "append" || b.Name() == "new"
		}
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
func (w *walker) callee(fun ast.Expr, c *ast.CallExpr) {
	switch fun := fun.(type) {
	case *ast.Ident:
		w.ident(fun, nil, c)
	case *ast.SelectorExpr:
		w.selector(fun, nil, c)
	case *ast.IndexExpr:
		w.visit(fun.Index, nil)
		w.callee(ast.Unparen(fun.X), c)
	case *ast.IndexListExpr:
		for _, i := range fun.Indices {
			w.visit(i, nil)
		}
		w.callee(ast.Unparen(fun.X), c)
	case *ast.FuncLit:
		w.literal(fun, nil, true)
	default:
		w.visit(fun, nil)
	}
}

// literal makes a node of a function literal.
func (w *walker) literal(f *ast.FuncLit, holder *node, called bool) {
	n := w.p.literals[f.Pos()]
	if n == nil {
		n = w.p.add(&node{pkg: w.n.pkg, name: "func literal in " + w.n.name, pos: f.Pos(), syntax: f})
		if w.n.syntax != nil {
			if _, ok := w.n.syntax.(*ast.FuncLit); ok {
				n.name = w.n.name
			}
		}
		w.p.literals[f.Pos()] = n
		inner := walker{p: w.p, n: n, info: w.info, root: w.root, seen: w.seen, bound: w.bound, claims: w.claims}
		if sig, ok := w.info.TypeOf(f).(*types.Signature); ok {
			inner.signature(sig)
		}
		inner.visit(f.Body, nil)
	}
	w.n.refs = append(w.n.refs, ref{to: n, pos: f.Pos(), called: called, holder: holder})
}

// selector reads x.f, be it a field, a method or a name of a package.
func (w *walker) selector(s *ast.SelectorExpr, holder *node, call *ast.CallExpr) {
	if w.info.Selections[s] != nil {
		// x is read for what it mentions; a method's receiver is no value that
		// the holder gets hold of but through the method.
		w.visit(s.X, holder)
	}
	w.ident(s.Sel, holder, call)
}

// ident reads a name.
func (w *walker) ident(id *ast.Ident, holder *node, call *ast.CallExpr) {
	if inst, ok := w.info.Instances[id]; ok {
		for t := range inst.TypeArgs.Types() {
			w.valueType(t)
		}
	}
	switch obj := w.info.Uses[id].(type) {
	case *types.Func:
		w.function(obj, id.Pos(), holder, call)
	case *types.Var:
		w.valueType(obj.Type())
		if w.p.isGlobal(obj) {
			w.n.refs = append(w.n.refs, ref{to: w.p.variable(obj), pos: id.Pos(), holder: holder})
		} else if w.root && !obj.IsField() {
			w.local(obj)
		}
	}
}

// function reads the mention of a function or method.
func (w *walker) function(f *types.Func, pos token.Pos, holder *node, call *ast.CallExpr) {
	if ops := w.p.operations(f); len(ops) > 0 {
		w.n.sinks = append(w.n.sinks, sink{fn: f, operations: ops, pos: pos, called: call != nil, holder: holder, call: call})
	}
	if n := w.p.funcs[f.Origin()]; n != nil {
		w.n.refs = append(w.n.refs, ref{to: n, pos: pos, called: call != nil, holder: holder})
		return
	}
	if recv := f.Signature().Recv(); recv != nil && types.IsInterface(recv.Type()) {
		w.n.calls = append(w.n.calls, interfaceCall{f, pos})
	}
}

// local follows a local variable of a registration to what it is set to.
func (w *walker) local(v *types.Var) {
	if w.seen[v] {
		return
	}
	w.seen[v] = true
	if arg, ok := w.bound[v]; ok {
		inner := walker{p: w.p, n: w.n, info: arg.in.pkg.TypesInfo, root: true, seen: w.seen, bound: w.bound, claims: w.claims}
		for _, e := range append([]ast.Expr{arg.expr}, arg.rest...) {
			w.claim(arg.in, e)
			inner.visit(e, nil)
		}
	}
	_, isFunc := v.Type().Underlying().(*types.Signature)
	for _, d := range w.p.locals[v] {
		if isFunc {
			w.claim(d.in, d.expr)
		}
		inner := walker{p: w.p, n: w.n, info: d.in.pkg.TypesInfo, root: true, seen: w.seen, bound: w.bound, claims: w.claims}
		inner.visit(d.expr, nil)
	}
}

// assign reads an assignment. What is put into a package variable, or a part
// of one, is held by it.
func (w *walker) assign(s *ast.AssignStmt, holder *node) {
	for i, l := range s.Lhs {
		target := w.target(l)
		rhs := s.Rhs[min(i, len(s.Rhs)-1)]
		if len(s.Rhs) == len(s.Lhs) || i == 0 {
			inner := holder
			if target != nil {
				inner = target
			}
			w.visit(rhs, inner)
		}
		if id, ok := ast.Unparen(l).(*ast.Ident); ok {
			w.define(id, rhs)
		}
		if _, plain := ast.Unparen(l).(*ast.Ident); !plain || target == nil {
			w.lhs(l, target)
		}
		w.valueType(w.info.TypeOf(l))
	}
}

// lhs reads what an assignment's left side mentions, but for the variable that
// is assigned to.
func (w *walker) lhs(l ast.Expr, target *node) {
	switch l := ast.Unparen(l).(type) {
	case *ast.Ident:
		if target == nil {
			w.ident(l, nil, nil)
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

// setRegion notes that a field of the SDK is set which is a region.
func (w *walker) setRegion(field ast.Expr) {
	id, ok := field.(*ast.Ident)
	if !ok || id.Name != "Region" {
		return
	}
	if v, ok := w.info.Uses[id].(*types.Var); ok && v.IsField() && v.Pkg() != nil && strings.HasPrefix(v.Pkg().Path(), sdkPrefix) {
		w.n.region = true
	}
}

// target gives the package variable that a left side is or is part of. What is
// reached through a pointer isn't part of it.
func (w *walker) target(l ast.Expr) *node {
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
func (p *program) blank() *node { return &node{name: "_"} }

// define notes what a local variable is set to.
func (w *walker) define(id *ast.Ident, e ast.Expr) {
	v, ok := w.info.ObjectOf(id).(*types.Var)
	if !ok || e == nil {
		return
	}
	if f, ok := ast.Unparen(e).(*ast.FuncLit); ok {
		w.p.holds[f.Pos()] = v
	}
	if !w.p.isGlobal(v) {
		w.p.locals[v] = append(w.p.locals[v], definition{e, w.n})
	}
}

// valueSpec reads the initializers of package variables.
func (w *walker) valueSpec(s *ast.ValueSpec) {
	for i, e := range s.Values {
		w.define(s.Names[i], e)
		holder := w.target(s.Names[i])
		if len(s.Values) == 1 && len(s.Names) > 1 {
			holder = nil // a call of a function with several results
		}
		w.visit(e, holder)
	}
	if s.Type != nil {
		w.visit(s.Type, nil)
	}
}

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
		if id, ok := v.(*ast.Ident); ok {
			w.define(id, s.X)
			w.valueType(w.info.TypeOf(id))
			if obj := w.info.ObjectOf(id); obj != nil {
				w.valueType(obj.Type())
			}
		}
	}
}

// valueType notes a type of the values that the code handles: those with
// methods of ours, whose methods can be called through an interface, and
// interfaces of others, through which they can be called out of sight.
func (w *walker) valueType(t types.Type) {
	switch t := t.(type) {
	case *types.Tuple:
		for v := range t.Variables() {
			w.valueType(v.Type())
		}
	case *types.Pointer:
		w.valueType(t.Elem())
	case *types.Slice:
		w.valueType(t.Elem())
	case *types.Array:
		w.valueType(t.Elem())
	case *types.Map:
		w.valueType(t.Elem())
	case *types.Chan:
		w.valueType(t.Elem())
	case *types.Alias:
		w.valueType(types.Unalias(t))
	case *types.Struct:
		if hasEmbedded(t) {
			w.addType(t)
		}
	case *types.Interface:
		w.addOutside(t)
	case *types.Named:
		switch {
		case types.IsInterface(t):
			if t.Obj().Pkg() == nil || w.p.sources[t.Obj().Pkg()] == nil {
				w.addOutside(t)
			}
		case t.Obj().Pkg() != nil && w.p.sources[t.Obj().Pkg()] != nil:
			w.addType(t)
		}
	}
}

func hasEmbedded(t *types.Struct) bool {
	for f := range t.Fields() {
		if f.Embedded() {
			return true
		}
	}
	return false
}

func (w *walker) addType(t types.Type) {
	for _, known := range w.n.types {
		if known == t {
			return
		}
	}
	w.n.types = append(w.n.types, t)
}

func (w *walker) addOutside(t types.Type) {
	if i, ok := t.Underlying().(*types.Interface); !ok || i.NumMethods() == 0 {
		return
	}
	for _, known := range w.n.outside {
		if known == t {
			return
		}
	}
	w.n.outside = append(w.n.outside, t)
}

// signature notes the types that go in and out of a function.
func (w *walker) signature(s *types.Signature) {
	for _, t := range []*types.Tuple{s.Params(), s.Results()} {
		for v := range t.Variables() {
			w.interfaces(v.Type())
		}
	}
}

// interfaces notes an interface, also one of a variadic parameter's elements.
func (w *walker) interfaces(t types.Type) {
	if s, ok := t.(*types.Slice); ok {
		t = s.Elem()
	}
	if types.IsInterface(t) {
		w.valueType(t)
	}
}

// noteCaller keeps who calls a function, also one that a variable holds.
func (w *walker) noteCaller(fun ast.Expr, c *ast.CallExpr, callee *types.Func) {
	if callee != nil {
		callee = callee.Origin()
		w.p.callers[callee] = append(w.p.callers[callee], helperCall{c, w.n})
	} else if id, ok := fun.(*ast.Ident); ok {
		if v, ok := w.info.Uses[id].(*types.Var); ok {
			w.p.callers[v] = append(w.p.callers[v], helperCall{c, w.n})
		}
	}
}

// noteCall notes calls that the analysis can't see through.
func (w *walker) noteCall(c *ast.CallExpr, f *types.Func) {
	if f.Pkg() == nil {
		return
	}
	name := f.Pkg().Path() + "." + f.Name()
	switch {
	case f.Pkg().Path() == "reflect" && (f.Name() == "MethodByName" || f.Name() == "Method" && f.Signature().Recv() != nil):
		w.note(WarnReflection, c.Pos(), "a method is looked up by reflection: calls made so aren't seen, allow them by hand")
	case name == sdkPrefix+"aws/signer/v4.SignHTTP" || name == sdkPrefix+"aws/signer/v4.PresignHTTP":
		w.note(WarnSigning, c.Pos(), "a request is signed by hand: which action it needs isn't seen, allow it by hand")
	case name == sdkPrefix+"config.WithRegion" || name == sdkPrefix+"config.WithDefaultRegion":
		w.n.region = true
	case f.Pkg().Path() == "plugin":
		w.note(WarnOpaque, c.Pos(), "a plugin is opened: calls made in it aren't seen, allow them by hand")
	}
}

func (w *walker) note(kind WarningKind, pos token.Pos, message string) {
	w.n.notes = append(w.n.notes, note{kind, pos, message})
}

// noteFiles finds what in a package's files is out of sight.
func (p *program) noteFiles(l *packages.Package) {
	for _, file := range l.Syntax {
		for _, i := range file.Imports {
			if i.Path.Value == `"C"` {
				p.warnAt(i.Pos(), WarnOpaque, "the file uses cgo: calls made in C aren't seen, allow them by hand")
			}
		}
		for _, group := range file.Comments {
			for _, c := range group.List {
				if len(c.Text) > 13 && c.Text[:13] == "//go:linkname" {
					p.warnAt(c.Pos(), WarnOpaque, fmt.Sprintf("%q: calls of functions linked by name aren't seen, allow them by hand", c.Text))
				}
			}
		}
	}
}
