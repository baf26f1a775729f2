// Package source reads a program: it loads the packages whose code counts, notes
// what each piece of code mentions, and finds where the program registers handlers
// with its app.
//
//	Look --Load--> Program --Read--> nodes and sites --ReadHandlers--> handlers
//
// It works on syntax and types alone. A [Node] is a piece of code that is reached as
// a whole, and its mentions are the edges that package rta follows. The
// expressions that say what a [Handler] is belong to that handler, and not to the
// function that they stand in, so that what makes one handler is no part of others.
package source

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/chalice-go/chalice/internal/policy/load"
	"github.com/chalice-go/chalice/internal/policy/sdk"
)

// Program is a program as it was read: its nodes, and what registers handlers with
// the app.
type Program struct {
	*Packages

	Nodes     []*Node
	Funcs     map[*types.Func]*Node // of declared functions, by their origin
	Literals  map[token.Pos]*Node   // of function literals, by where they start
	variables map[*types.Var]*Node  // of package variables
	// ColdStart is where a cold start begins: the initializers of package variables,
	// init functions, and main.
	ColdStart []*Node

	// Sites are the registrations, with their handlers once ReadHandlers ran.
	Sites      []*Site
	blueprints []blueprintUse
	// spans are the parts of functions that say what a handler is: they belong
	// to the handler, not to the cold start.
	spans map[*Node][]Span

	callers    map[types.Object][]helperCall // calls of functions, and of variables that hold one
	locals     *locals
	operations *sdk.Finder
}

func newProgram(p *Packages) *Program {
	return &Program{
		Packages: p,
		Funcs:    map[*types.Func]*Node{}, Literals: map[token.Pos]*Node{}, variables: map[*types.Var]*Node{},
		spans: map[*Node][]Span{}, callers: map[types.Object][]helperCall{}, locals: newLocals(), operations: sdk.NewFinder(p.All),
	}
}

// Read makes a node of everything that has a body, in the order of the source, and
// finds the registrations.
func (p *Program) Read() {
	for _, l := range p.Sources {
		for _, file := range l.Syntax {
			for _, decl := range file.Decls {
				if f, ok := decl.(*ast.FuncDecl); ok {
					p.declare(l, f)
				}
			}
		}
	}
	for _, l := range p.Sources {
		p.noteFiles(l)
		init := &Node{Pkg: l, Name: "variables of package " + l.ImportPath, Pos: token.NoPos}
		p.Add(init)
		p.ColdStart = append(p.ColdStart, init)
		for _, file := range l.Syntax {
			for _, decl := range file.Decls {
				p.readDecl(l, decl, init)
			}
		}
	}
	if p.Main != nil {
		p.ColdStart = append(p.ColdStart, p.mainFunc()...)
	}
}

// mainFunc returns the node of the function main.
func (p *Program) mainFunc() []*Node {
	if f, ok := p.Main.Types.Scope().Lookup("main").(*types.Func); ok {
		if n := p.Funcs[f]; n != nil {
			return []*Node{n}
		}
	}
	return nil
}

// Add adds a node.
func (p *Program) Add(n *Node) *Node {
	p.Nodes = append(p.Nodes, n)
	return n
}

// declare makes the node of a declared function.
func (p *Program) declare(l *load.Package, f *ast.FuncDecl) {
	obj, ok := l.TypesInfo.Defs[f.Name].(*types.Func)
	if !ok || f.Body == nil {
		return
	}
	n := p.Add(&Node{Pkg: l, Name: FuncName(obj), Pos: f.Pos(), Syntax: f, Obj: obj})
	p.Funcs[obj] = n
	if f.Name.Name == "init" && f.Recv == nil {
		n.Name = "init of package " + l.ImportPath
		p.ColdStart = append(p.ColdStart, n)
	}
}

// readDecl reads the body of a function, or the initializers of variables.
func (p *Program) readDecl(l *load.Package, decl ast.Decl, init *Node) {
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
	n := p.variables[v]
	if n == nil {
		n = p.Add(&Node{Pkg: p.sources[v.Pkg()], Name: v.Pkg().Name() + "." + v.Name(), Pos: v.Pos()})
		p.variables[v] = n
	}
	return n
}
