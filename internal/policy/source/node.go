package source

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/packages"

	"github.com/chalice-go/chalice/internal/policy/sdk"
)

// Node is a piece of code that is reached as a whole: a declared function, a
// function literal, the initializers of a package, or a package variable, which
// stands for the functions that were put into it. What a registration says of its
// handler is a node, too.
type Node struct {
	Pkg    *packages.Package
	Name   string // as explanations have it
	Pos    token.Pos
	Syntax ast.Node    // *ast.FuncDecl or *ast.FuncLit, nil for others
	Obj    *types.Func // of a declared function
	Outer  *Node       // of a function literal, what it stands in

	Mentions          []Mention
	InterfaceCalls    []InterfaceCall
	Types             []LiveType     // concrete types of values that it handles, with methods
	OutsideInterfaces []types.Type   // interfaces of packages without source that it handles
	OutsideTypes      []*types.Named // the same packages' concrete types with methods
	OutsideUses       []OutsideUse
	Sinks             []Sink
	Notes             []Note
	Inputs            []Sink // operations whose inputs it makes
	SetsRegion        bool   // it sets a client's region, or can set any environment variable
	SetsVariables     bool   // it calls os.Setenv or the like
}

// Executes reports whether a call of the node makes calls of the SDK at once,
// rather than in functions that it returns.
func (n *Node) Executes(seen map[*Node]bool) bool {
	if seen[n] {
		return false
	}
	seen[n] = true
	for _, s := range n.Sinks {
		if s.Called {
			return true
		}
	}
	for _, f := range n.Mentions {
		if f.Called && f.To.Executes(seen) {
			return true
		}
	}
	return len(n.InterfaceCalls) > 0
}

// Mention is the mention of another node.
type Mention struct {
	To  *Node
	Pos token.Pos
	// Called: it is called there. Otherwise it is a value, which may be called
	// by whoever gets hold of it.
	Called bool
	// Into is the package variable that the value is put into.
	Into *Node
	// TypeArgs are those of a generic function, or of a method's receiver.
	TypeArgs *types.TypeList
}

// LiveType is a type, and where a node has it first.
type LiveType struct {
	types.Type
	Pos token.Pos
}

// OutsideUse is the mention of a function of a package without source, or of a variable
// there that can hold one.
type OutsideUse struct {
	Object types.Object // a *types.Func or a *types.Var
	Pos    token.Pos
	Called bool
	Into   *Node
}

// InterfaceCall is the mention of a method of an interface.
type InterfaceCall struct {
	Method *types.Func
	Pos    token.Pos
}

// Sink is the mention of something that makes operations of the SDK: where what the
// analysis looks for ends.
type Sink struct {
	Fn         *types.Func // of the SDK, or a method of an interface
	Operations []sdk.Operation
	Pos        token.Pos
	Called     bool
	Into       *Node
}

// Note is a warning that counts if its node is reached.
type Note struct {
	Kind    WarningKind
	Pos     token.Pos
	Message string
	// Other is a way to call AWS that the analysis doesn't follow: there is one warning
	// of it for each Lambda function, and the message is what is called; it may be empty.
	Other *sdk.Other
}

// FuncName returns a function's name as explanations have it: with its package,
// and its receiver.
func FuncName(f *types.Func) string {
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

// ParamsOf returns the signature of a function or function literal, nil for other
// nodes.
func ParamsOf(n *Node) *types.Signature {
	switch syntax := n.Syntax.(type) {
	case *ast.FuncDecl:
		return n.Obj.Signature()
	case *ast.FuncLit:
		sig, _ := n.Pkg.TypesInfo.TypeOf(syntax).(*types.Signature)
		return sig
	}
	return nil
}
