package source

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/policy/gotypes"
	"github.com/chalice-go/chalice/internal/policy/load"
	"github.com/chalice-go/chalice/internal/policy/sdk"
)

// Node is a piece of code that is reached as a whole: a declared function, a
// function literal, the initializers of a package, or a package variable, which
// stands for the functions that were put into it. What a registration says of its
// handler is a node, too.
type Node struct {
	Pkg    *load.Package
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
	ValueCalls        []*types.Signature // of the function values that it calls
	Sinks             []Sink
	Notes             []Note
	Inputs            []Sink // operations whose inputs it makes
	SetsRegion        bool   // it sets a client's region, or can set any environment variable
	SetsVariables     bool   // it calls os.Setenv or the like
}

// Executes reports whether the node itself makes calls of the SDK at once, or has code out
// of sight call a function that it mentions.
func (n *Node) Executes() bool {
	if slices.ContainsFunc(n.Sinks, func(s Sink) bool { return s.Called }) {
		return true
	}
	handed := n.handedSignatures()
	return slices.ContainsFunc(n.Mentions, func(f Mention) bool { return !f.Called && HasSignature(f.To, handed) })
}

// CalledSignatures returns the signatures of the function values that the node calls, or
// has code out of sight call.
func (n *Node) CalledSignatures() []*types.Signature {
	return append(slices.Clip(n.ValueCalls), n.handedSignatures()...)
}

// handedSignatures returns the signatures of functions that code out of sight takes from the
// node and can call at once: that of the standard library, but for servers.
func (n *Node) handedSignatures() []*types.Signature {
	var called []*types.Signature
	for _, u := range n.OutsideUses {
		callee, ok := u.Object.(*types.Func)
		if !ok || !u.Called || PassesOn(nil, nil, callee) || !callsAtOnce(callee.Pkg().Path()) {
			continue
		}
		for p := range callee.Signature().Params().Variables() {
			if sig, ok := p.Type().Underlying().(*types.Signature); ok {
				called = append(called, sig)
			}
		}
	}
	return called
}

// callsAtOnce reports whether functions of a package call what they get, rather than keep
// it for requests.
func callsAtOnce(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return first != "net" && !strings.Contains(first, ".") || strings.HasPrefix(path, "golang.org/x/sync/")
}

// HasSignature reports whether a function can be called with one of some signatures. Where
// there are type parameters, only numbers are compared.
func HasSignature(f *Node, signatures []*types.Signature) bool {
	own := ParamsOf(f)
	return own != nil && slices.ContainsFunc(signatures, func(sig *types.Signature) bool {
		if gotypes.MentionsTypeParam(own) || gotypes.MentionsTypeParam(sig) {
			return own.Params().Len() == sig.Params().Len() && own.Results().Len() == sig.Results().Len()
		}
		return gotypes.IdenticalCalls(own, sig)
	})
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
