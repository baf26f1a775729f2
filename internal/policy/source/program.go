// Package source reads a program: it loads the packages whose code counts, notes
// what each piece of code mentions, and finds where the program registers handlers
// with its app.
//
//	Look --Load--> Program --Read--> nodes and sites --ReadHandlers--> handlers
//
// It works on syntax and types alone. A [Node] is a piece of code that is reached as
// a whole, and its mentions are the edges that package callgraph follows. The
// expressions that say what a [Handler] is belong to that handler, and not to the
// function that they stand in, so that what makes one handler is no part of others.
package source

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/packages"

	"github.com/chalice-go/chalice/internal/policy/sdk"
)

// Program is the user's program as it was read, and what its parts mention.
type Program struct {
	Fset     *token.FileSet
	Main     *packages.Package
	Packages []*packages.Package                  // those with source, sorted by path
	sources  map[*types.Package]*packages.Package // the same
	All      map[string]*types.Package            // also those without

	Funcs       map[*types.Func]*Node         // declared functions, by their origin
	Literals    map[token.Pos]*Node           // function literals, by where they start
	vars        map[*types.Var]*Node          // package variables, and locals that lead to handlers
	locals      map[*types.Var][]definition   // what is assigned to local variables
	callers     map[types.Object][]helperCall // calls of functions, and of variables that hold one
	literalVars map[token.Pos]*types.Var      // the variable that a function literal is put into
	shared      map[*types.Var]bool           // variables whose addresses are taken
	used        map[*types.Var]bool           // local variables that aren't only registered
	passed      map[*types.Var][]*types.Var   // parameters that a local variable is passed as
	ignored     map[*ast.Ident]bool           // mentions that don't let a variable go elsewhere
	Nodes       []*Node
	ColdStart   []*Node // where a cold start begins: variables, init functions, main
	Sites       []*Site // registrations
	blueprints  []blueprintUse
	// spans are the parts of functions that say what a handler is: they belong
	// to the handler, not to the cold start.
	spans map[*Node][]Span
	files map[string]string // names of files, relative to their modules

	operations *sdk.Finder
	Warnings   []Warning
}

// Read fills the program: a node for everything that has a body, in order of
// the source.
func (p *Program) Read() {
	for _, l := range p.Packages {
		for _, file := range l.Syntax {
			for _, decl := range file.Decls {
				if f, ok := decl.(*ast.FuncDecl); ok {
					p.declare(l, f)
				}
			}
		}
	}
	for _, l := range p.Packages {
		p.noteFiles(l)
		init := &Node{Pkg: l, Name: l.Name + " (package variables)", Pos: token.NoPos}
		p.Add(init)
		p.ColdStart = append(p.ColdStart, init)
		for _, file := range l.Syntax {
			for _, decl := range file.Decls {
				p.readDecl(l, decl, init)
			}
		}
	}
	p.ColdStart = append(p.ColdStart, p.mainFunc()...)
}

func (p *Program) mainFunc() []*Node {
	if f, ok := p.Main.Types.Scope().Lookup("main").(*types.Func); ok {
		if n := p.Funcs[f]; n != nil {
			return []*Node{n}
		}
	}
	return nil
}

func (p *Program) Add(n *Node) *Node {
	p.Nodes = append(p.Nodes, n)
	return n
}

// declare makes the node of a declared function.
func (p *Program) declare(l *packages.Package, f *ast.FuncDecl) {
	obj, ok := l.TypesInfo.Defs[f.Name].(*types.Func)
	if !ok || f.Body == nil {
		return
	}
	n := p.Add(&Node{Pkg: l, Name: FuncName(obj), Pos: f.Pos(), Syntax: f, Obj: obj})
	p.Funcs[obj] = n
	if f.Name.Name == "init" && f.Recv == nil {
		p.ColdStart = append(p.ColdStart, n)
	}
}

// readDecl reads the body of a function, or the initializers of variables.
func (p *Program) readDecl(l *packages.Package, decl ast.Decl, init *Node) {
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		obj, ok := l.TypesInfo.Defs[decl.Name].(*types.Func)
		if n := p.Funcs[obj]; ok && n != nil {
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

// variable returns the node of a package variable.
func (p *Program) variable(v *types.Var) *Node {
	n := p.vars[v]
	if n == nil {
		n = p.Add(&Node{Pkg: p.sources[v.Pkg()], Name: v.Pkg().Name() + "." + v.Name(), Pos: v.Pos()})
		p.vars[v] = n
	}
	return n
}

// isGlobal reports whether a variable belongs to a package with source.
func (p *Program) isGlobal(v *types.Var) bool {
	return !v.IsField() && v.Pkg() != nil && v.Parent() == v.Pkg().Scope() && p.sources[v.Pkg()] != nil
}
