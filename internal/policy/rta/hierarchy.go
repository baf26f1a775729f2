package rta

import (
	"go/types"
	"slices"

	"github.com/chalice-go/chalice/internal/policy/gotypes"
	"github.com/chalice-go/chalice/internal/policy/outside"
	"github.com/chalice-go/chalice/internal/policy/source"
)

// hierarchy answers which methods of types implement which methods of interfaces.
type hierarchy struct {
	p       *source.Program
	known   map[implKey]*implementation
	methods map[*types.Func]*source.Node // stand for methods of interfaces
	mounts  bool                         // net/http's handlers are mounted
	outside *outside.Calls
}

func newHierarchy(p *source.Program) *hierarchy {
	mounts := slices.ContainsFunc(p.Sites, func(s *source.Site) bool { return s.Web })
	return &hierarchy{p: p, known: map[implKey]*implementation{}, methods: map[*types.Func]*source.Node{}, mounts: mounts, outside: outside.New(p)}
}

// implKey is a type, and a method of an interface.
type implKey struct {
	t types.Type
	m *types.Func
}

// implementation is what a method of an interface is for a type: a function
// with source, or the method of an interface that the type embeds.
type implementation struct {
	node *source.Node
	call *types.Func
}

// implementation returns what a method of an interface is for a type, nil if the type
// doesn't implement the interface.
func (h *hierarchy) implementation(t types.Type, m *types.Func) *implementation {
	key := implKey{t, m}
	if i, ok := h.known[key]; ok {
		return i
	}
	var found *implementation
	if h.implements(t, m.Signature().Recv().Type()) {
		found = h.methodOf(t, m.Name(), m.Pkg())
	}
	h.known[key] = found
	return found
}

// methodOf returns what a type has as a method with a name, nil if it has none.
func (h *hierarchy) methodOf(t types.Type, name string, pkg *types.Package) *implementation {
	obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(t), true, pkg, name)
	f, ok := obj.(*types.Func)
	if !ok {
		return nil
	}
	if n := h.p.Funcs[f.Origin()]; n != nil {
		return &implementation{node: n}
	}
	if recv := f.Signature().Recv(); recv != nil && types.IsInterface(recv.Type()) {
		return &implementation{call: f}
	}
	return nil
}

// method returns the node of a type's exported method.
func (h *hierarchy) method(t types.Type, name string) *source.Node {
	if i := h.methodOf(t, name, nil); i != nil {
		return i.node
	}
	return nil
}

// declaredMethods returns the names of a type's methods that are of an interface, or of
// another one that its package declares and the type implements.
func (h *hierarchy) declaredMethods(t, iface types.Type) map[string]bool {
	names := map[string]bool{}
	add := func(iface types.Type) {
		for m := range iface.Underlying().(*types.Interface).Methods() {
			names[m.Name()] = true
		}
	}
	add(iface)
	scope := types.Unalias(iface).(*types.Named).Obj().Pkg().Scope()
	for _, name := range scope.Names() {
		obj, ok := scope.Lookup(name).(*types.TypeName)
		if ok && obj.Exported() && types.IsInterface(obj.Type()) && h.implements(t, obj.Type()) {
			add(obj.Type())
		}
	}
	return names
}

// implements reports whether a pointer to a type can be in an interface. Where
// type parameters are part of either, names decide.
func (h *hierarchy) implements(t, iface types.Type) bool {
	i, ok := iface.Underlying().(*types.Interface)
	if !ok || types.IsInterface(t) {
		return false
	}
	ptr := types.NewPointer(t)
	if types.Implements(ptr, i) {
		return true
	}
	if !gotypes.MentionsTypeParam(t) && !gotypes.MentionsTypeParam(iface) && !genericInterface(i) {
		return false
	}
	for m := range i.Methods() {
		if obj, _, _ := types.LookupFieldOrMethod(ptr, true, m.Pkg(), m.Name()); obj == nil {
			return false
		}
	}
	return i.NumMethods() > 0
}

// genericInterface reports whether type parameters are part of an interface.
func genericInterface(i *types.Interface) bool {
	if !i.IsMethodSet() {
		return true
	}
	for m := range i.Methods() {
		if gotypes.HasTypeParams(m.Signature()) {
			return true
		}
	}
	return false
}

// methodNode stands for a method of an interface in links.
func (h *hierarchy) methodNode(m *types.Func) *source.Node {
	n := h.methods[m]
	if n == nil {
		n = &source.Node{Name: source.FuncName(m), Pos: m.Pos()}
		h.methods[m] = n
	}
	return n
}

// isWebHandler reports whether a node has the signature of net/http's handlers,
// which nobody calls at a cold start, and the app mounts such handlers.
func (h *hierarchy) isWebHandler(n *source.Node) bool {
	if !h.mounts || n.Syntax == nil {
		return false
	}
	sig := source.ParamsOf(n)
	if sig == nil || sig.Params().Len() != 2 || sig.Results().Len() != 0 {
		return false
	}
	return sig.Params().At(0).Type().String() == "net/http.ResponseWriter" && sig.Params().At(1).Type().String() == "*net/http.Request"
}
