package functions

import (
	"go/ast"
	"go/types"
	"net/url"
	"regexp"
	"strings"

	"github.com/chalice-go/chalice/internal/policy/source"
)

// bySymbol finds the function with a symbol of the runtime's, such as
// "example.com/shop.index" or "example.com/shop.(*server).index-fm"; nil for a
// closure.
func (a *App) bySymbol(symbol string) *types.Func {
	slash := strings.LastIndexByte(symbol, '/') + 1
	pkg, local, ok := strings.Cut(symbol[slash:], ".")
	if !ok {
		return nil
	}
	path, err := url.PathUnescape(symbol[:slash] + pkg)
	if err != nil {
		return nil
	}
	if path == "main" {
		path = a.p.Main.ImportPath
	}
	t := a.p.All[path]
	if t == nil {
		return nil
	}
	local = strings.TrimSuffix(local, "-fm")
	local = strings.ReplaceAll(local, "[...]", "")
	if recv, name, isMethod := strings.Cut(local, "."); isMethod {
		return methodOf(t, strings.Trim(recv, "(*)"), name)
	}
	f, _ := t.Scope().Lookup(local).(*types.Func)
	if a.p.Funcs[f] == nil {
		return nil
	}
	return f
}

// methodOf returns the method of one of a package's types, nil if there is none.
func methodOf(pkg *types.Package, typ, name string) *types.Func {
	obj, ok := pkg.Scope().Lookup(typ).(*types.TypeName)
	if !ok || strings.Contains(name, ".") {
		return nil
	}
	m, _, _ := types.LookupFieldOrMethod(types.NewPointer(obj.Type()), true, pkg, name)
	if types.IsInterface(obj.Type()) {
		m, _, _ = types.LookupFieldOrMethod(obj.Type(), true, pkg, name)
	}
	f, ok := m.(*types.Func)
	if !ok {
		return nil
	}
	return f.Origin()
}

// closures returns the function literals that a registration's symbol of the runtime's can
// be, such as "main.newServer.func1"; none for a symbol of something else. Where
// the compiler put a function into its caller, its name stands between the
// caller's and the literal's: "main.main.newServer.func2". So the last name
// tells in which function the literal stands, while the number tells nothing.
func (a *App) closures(r Registration, of *types.Signature) []*source.Node {
	name, ok := enclosing(r.Handler)
	can := CanBeHandler
	switch {
	case r.Decides:
		can = canDecide
	case r.Checks:
		can = canCheck
	}
	if !ok {
		return nil
	}
	var found []*source.Node
	for _, n := range a.p.Nodes {
		if _, ok := n.Syntax.(*ast.FuncLit); ok && a.outermost(n) == name && can(source.ParamsOf(n), of) {
			found = append(found, n)
		}
	}
	return found
}

// closureSuffix is how the compiler numbers closures.
var closureSuffix = regexp.MustCompile(`(\.(func|gowrap|deferwrap)?\d+)+$`)

// enclosing returns the name of the declared function that the closure with a
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

// outermost returns the name of the function that a literal stands in.
func (a *App) outermost(n *source.Node) string {
	for n.Outer != nil {
		n = n.Outer
	}
	if n.Obj == nil {
		return "init"
	}
	return n.Obj.Name()
}
