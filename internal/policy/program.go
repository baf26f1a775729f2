package policy

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/chalice-go/chalice/internal/policy/sdk"
	"golang.org/x/tools/go/packages"
)

// program is the user's program as it was read, and what its parts mention.
type program struct {
	fset     *token.FileSet
	main     *packages.Package
	packages []*packages.Package                  // those with source, sorted by path
	sources  map[*types.Package]*packages.Package // the same
	all      map[string]*types.Package            // also those without

	funcs      map[*types.Func]*node         // declared functions, by their origin
	literals   map[token.Pos]*node           // function literals, by where they start
	vars       map[*types.Var]*node          // package variables, and locals that lead to handlers
	locals     map[*types.Var][]definition   // what is assigned to local variables
	callers    map[types.Object][]helperCall // calls of functions, and of variables that hold one
	holds      map[token.Pos]*types.Var      // the variable that a function literal is put into
	shared     map[*types.Var]bool           // variables whose addresses are taken
	used       map[*types.Var]bool           // local variables that aren't only registered
	passed     map[*types.Var][]*types.Var   // parameters that a local variable is passed as
	quiet      map[*ast.Ident]bool           // mentions that don't let a variable go elsewhere
	nodes      []*node
	start      []*node // where a cold start begins: variables, init functions, main
	sites      []*site // registrations
	blueprints []blueprintUse
	// spans are the parts of functions that say what a handler is: they belong
	// to the handler, not to the cold start.
	spans      map[*node][]span
	registered map[*node]bool    // handlers
	files      map[string]string // names of files, relative to their modules

	operations *sdk.Finder
	implCache  map[implKey]*implementation
	methods    map[*types.Func]*node // stand for methods of interfaces
	mounts     bool                  // net/http's handlers are mounted
	warnings   []Warning
}

func (p *program) warn(w Warning) { p.warnings = append(p.warnings, w) }

// warnAt adds a warning about a place.
func (p *program) warnAt(pos token.Pos, kind WarningKind, message string) {
	file, line := p.position(pos)
	p.warn(Warning{Kind: kind, File: file, Line: line, Message: message})
}

// node is a piece of code that is reached as a whole: a declared function, a
// function literal, the initializers of a package, or a package variable, which
// stands for the functions that were put into it.
type node struct {
	pkg    *packages.Package
	name   string // as explanations have it
	pos    token.Pos
	syntax ast.Node    // *ast.FuncDecl or *ast.FuncLit, nil for others
	obj    *types.Func // of a declared function
	outer  *node       // of a function literal, what it stands in

	refs    []ref
	calls   []interfaceCall
	types   []types.Type // concrete types of values that it handles, with methods
	outside []types.Type // interfaces of packages without source that it handles
	sinks   []sink
	notes   []note
	inputs  []sink // operations whose inputs it makes
	region  bool   // it sets a client's region
}

// executes tells whether a call of the node makes calls of the SDK at once,
// rather than in functions that it returns.
func (n *node) executes(seen map[*node]bool) bool {
	if seen[n] {
		return false
	}
	seen[n] = true
	for _, s := range n.sinks {
		if s.called {
			return true
		}
	}
	for _, f := range n.refs {
		if f.called && f.to.executes(seen) {
			return true
		}
	}
	return len(n.calls) > 0
}

// ref is the mention of another node.
type ref struct {
	to  *node
	pos token.Pos
	// called: it is called there. Otherwise it is a value, which may be called
	// by whoever gets hold of it.
	called bool
	// holder is the package variable that the value is put into.
	holder *node
}

// interfaceCall is the mention of a method of an interface.
type interfaceCall struct {
	method *types.Func
	pos    token.Pos
}

// sink is the mention of something that makes operations of the SDK.
type sink struct {
	fn         *types.Func // of the SDK, or a method of an interface
	operations []sdk.Operation
	pos        token.Pos
	called     bool
	holder     *node
	call       *ast.CallExpr // nil where it is mentioned as a value
}

// note is a warning that counts if its node is reached.
type note struct {
	kind    WarningKind
	pos     token.Pos
	message string
}

// definition is an expression that a local variable gets its value from.
type definition struct {
	expr ast.Expr
	in   *node
}

// helperCall is a call of a declared function.
type helperCall struct {
	call *ast.CallExpr
	in   *node
}

// read fills the program: a node for everything that has a body, in order of
// the source.
func (p *program) read() {
	for _, l := range p.packages {
		for _, file := range l.Syntax {
			for _, decl := range file.Decls {
				if f, ok := decl.(*ast.FuncDecl); ok {
					p.declare(l, f)
				}
			}
		}
	}
	for _, l := range p.packages {
		p.noteFiles(l)
		init := &node{pkg: l, name: l.Name + " (package variables)", pos: token.NoPos}
		p.add(init)
		p.start = append(p.start, init)
		for _, file := range l.Syntax {
			for _, decl := range file.Decls {
				p.readDecl(l, decl, init)
			}
		}
	}
	p.start = append(p.start, p.mainFunc()...)
}

func (p *program) mainFunc() []*node {
	if f, ok := p.main.Types.Scope().Lookup("main").(*types.Func); ok {
		if n := p.funcs[f]; n != nil {
			return []*node{n}
		}
	}
	return nil
}

func (p *program) add(n *node) *node {
	p.nodes = append(p.nodes, n)
	return n
}

// declare makes the node of a declared function.
func (p *program) declare(l *packages.Package, f *ast.FuncDecl) {
	obj, ok := l.TypesInfo.Defs[f.Name].(*types.Func)
	if !ok || f.Body == nil {
		return
	}
	n := p.add(&node{pkg: l, name: funcName(obj), pos: f.Pos(), syntax: f, obj: obj})
	p.funcs[obj] = n
	if f.Name.Name == "init" && f.Recv == nil {
		p.start = append(p.start, n)
	}
}

// funcName gives a function's name as explanations have it: with its package,
// and its receiver.
func funcName(f *types.Func) string {
	name := f.Name()
	if recv := f.Signature().Recv(); recv != nil {
		t, star := recv.Type(), ""
		if ptr, ok := t.(*types.Pointer); ok {
			t, star = ptr.Elem(), "*"
		}
		if named, ok := t.(*types.Named); ok {
			name = named.Obj().Name() + "." + name
			if star != "" {
				name = "(*" + named.Obj().Name() + ")." + f.Name()
			}
		}
	}
	if f.Pkg() == nil {
		return name
	}
	return f.Pkg().Name() + "." + name
}

// readDecl reads the body of a function, or the initializers of variables.
func (p *program) readDecl(l *packages.Package, decl ast.Decl, init *node) {
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		obj, ok := l.TypesInfo.Defs[decl.Name].(*types.Func)
		if n := p.funcs[obj]; ok && n != nil {
			w := walker{p: p, n: n, info: l.TypesInfo}
			w.signature(obj.Signature())
			w.visit(decl.Body, nil)
		}
	case *ast.GenDecl:
		if decl.Tok != token.VAR {
			return
		}
		w := walker{p: p, n: init, info: l.TypesInfo}
		for _, spec := range decl.Specs {
			w.valueSpec(spec.(*ast.ValueSpec))
		}
	}
}

// variable gives the node of a package variable.
func (p *program) variable(v *types.Var) *node {
	n := p.vars[v]
	if n == nil {
		n = p.add(&node{pkg: p.sources[v.Pkg()], name: v.Pkg().Name() + "." + v.Name(), pos: v.Pos()})
		p.vars[v] = n
	}
	return n
}

// isGlobal tells whether a variable belongs to a package with source.
func (p *program) isGlobal(v *types.Var) bool {
	return !v.IsField() && v.Pkg() != nil && v.Parent() == v.Pkg().Scope() && p.sources[v.Pkg()] != nil
}
