package flow

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/chalice-go/chalice/internal/policy/source"
	"github.com/chalice-go/chalice/internal/policy/ssaform"
)

// Bodies relates functions in SSA form to the nodes whose source they are of.
type Bodies struct {
	p      *source.Program
	NodeOf map[*ssa.Function]*source.Node // nil for what the compiler makes up
	Of     map[*source.Node][]*ssa.Function
	canon  typeutil.Map // one of all identical types
}

func NewBodies(p *source.Program, form *ssaform.Program) *Bodies {
	b := &Bodies{p: p, NodeOf: map[*ssa.Function]*source.Node{}, Of: map[*source.Node][]*ssa.Function{}}
	for _, f := range form.Functions {
		n := b.find(f)
		b.NodeOf[f] = n
		if n != nil {
			b.Of[n] = append(b.Of[n], f)
		}
	}
	return b
}

// instances returns the bodies of a node that have some type arguments; all of them
// where those don't tell.
func (b *Bodies) instances(n *source.Node, args *types.TypeList) []*ssa.Function {
	var found []*ssa.Function
	for _, body := range b.Of[n] {
		if hasTypeArgs(body, args) {
			found = append(found, body)
		}
	}
	if len(found) == 0 {
		return b.Of[n]
	}
	return found
}

// hasTypeArgs reports whether a function is an instance with some type arguments.
func hasTypeArgs(body *ssa.Function, args *types.TypeList) bool {
	own := body.TypeArgs()
	if len(own) != args.Len() {
		return false
	}
	for i, t := range own {
		if !types.Identical(t, args.At(i)) {
			return false
		}
	}
	return true
}

// find returns the node whose source a function is of; nil for functions that
// the compiler makes up, such as that of a method value.
func (b *Bodies) find(f *ssa.Function) *source.Node {
	if origin := f.Origin(); origin != nil {
		f = origin
	}
	switch syntax := f.Syntax().(type) {
	case *ast.FuncDecl:
		if obj, ok := f.Object().(*types.Func); ok {
			return b.p.Funcs[obj]
		}
		return b.initOf(syntax)
	case *ast.FuncLit:
		return b.p.Literals[syntax.Pos()]
	}
	if f.Parent() != nil { // the body of a loop over a function
		return b.find(f.Parent())
	}
	if f.Synthetic == "package initializer" && f.Pkg != nil {
		for _, n := range b.p.ColdStart {
			if n.Syntax == nil && n.Pkg.Types == f.Pkg.Pkg {
				return n
			}
		}
	}
	return nil
}

// initOf finds the node of one of a package's init functions, which have no
// object of their own.
func (b *Bodies) initOf(syntax *ast.FuncDecl) *source.Node {
	for _, n := range b.p.ColdStart {
		if n.Syntax == syntax {
			return n
		}
	}
	return nil
}
