package policy

import (
	"github.com/chalice-go/chalice/internal/policy/gotypes"
	"go/ast"
	"go/types"
	"regexp"
	"strings"
)

// closures gives the function literals that a symbol of the runtime's can be,
// such as "main.newServer.func1"; none for a symbol of something else. Where
// the compiler put a function into its caller, its name stands between the
// caller's and the literal's: "main.main.newServer.func2". So the last name
// tells in which function the literal stands, while the number tells nothing.
func (p *program) closures(symbol string, of *types.Signature) []*node {
	name, ok := enclosing(symbol)
	if !ok {
		return nil
	}
	var found []*node
	for _, n := range p.nodes {
		if _, ok := n.syntax.(*ast.FuncLit); ok && p.outermost(n) == name && fitsSignature(paramsOf(n), of) {
			found = append(found, n)
		}
	}
	return found
}

var closureSuffix = regexp.MustCompile(`(\.(func|gowrap|deferwrap)?\d+)+$`)

// enclosing gives the name of the declared function that the closure with a
// symbol stands in, "init" for one in the initializers of variables.
func enclosing(symbol string) (string, bool) {
	local := strings.ReplaceAll(symbol[strings.LastIndexByte(symbol, '/')+1:], "[...]", "")
	at := closureSuffix.FindStringIndex(local)
	if at == nil {
		return "", false
	}
	local = local[:at[0]]
	name := local[strings.LastIndexByte(local, '.')+1:]
	name, _, _ = strings.Cut(name, "-range")
	if name == "" { // "glob."
		name = "init"
	}
	return name, true
}

// outermost gives the name of the function that a literal stands in.
func (p *program) outermost(n *node) string {
	for n.outer != nil {
		n = n.outer
	}
	if n.obj == nil {
		return "init"
	}
	return n.obj.Name()
}

// fitsSignature tells whether a literal can be a handler of a type. Where type
// parameters are part of either, it can.
func fitsSignature(s, of *types.Signature) bool {
	return s != nil && (of == nil || gotypes.IdenticalCalls(s, of) || gotypes.HasTypeParams(s) || gotypes.HasTypeParams(of))
}

// handlerType gives the signature of the handlers that the sites of roots
// register; nil if it isn't known, or not the same for all.
func handlerType(roots []*root) *types.Signature {
	var sig *types.Signature
	for _, r := range roots {
		args := r.site.arguments()
		if len(args) == 0 {
			return nil
		}
		t := r.site.in.pkg.TypesInfo.TypeOf(args[0])
		if !gotypes.IsFunc(t) {
			return nil
		}
		s, _ := t.Underlying().(*types.Signature)
		if sig != nil && !types.Identical(sig, s) {
			return nil
		}
		sig = s
	}
	return sig
}
