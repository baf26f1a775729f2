package rta

import (
	"cmp"
	"go/token"
	"go/types"
	"maps"
	"slices"

	"github.com/chalice-go/chalice/internal/policy/outside"
	"github.com/chalice-go/chalice/internal/policy/source"
)

// A cold start hands values to code out of sight that calls them later, if at all: drivers
// to database/sql, openers of URLs to a mux, loggers to log/slog. So a method that such
// code can call through an interface is reached by those who call the code, which is
// code that can call a method of that name: a package that knows the interface, as far as
// package outside can tell that its function makes such calls. A cold start itself is one
// of those who call, with all that it calls.

// handedMethod is a method of a live type that code out of sight can call, because the type
// implements one of a package's interfaces.
type handedMethod struct {
	node  *source.Node
	of    types.Type
	knows string // the path of the package
	// declared: the method is one of an interface of that package. Others are for code
	// that asks for them, as database/sql asks connections for what they can do.
	declared bool
}

// hand hands the values of a type to code that knows a package, of which the type implements
// an interface.
func (r *Run) hand(t, iface types.Type, pkg string) {
	key := handedKey{t, pkg}
	if r.known[key] {
		return
	}
	r.known[key] = true
	declared := r.hierarchy.declaredMethods(t, iface)
	for s := range types.NewMethodSet(types.NewPointer(t)).Methods() {
		name := s.Obj().Name()
		n := r.hierarchy.method(t, name)
		switch {
		case n == nil || !s.Obj().Exported():
		case r.cold == nil && r.hierarchy.isWebHandler(n):
			r.exposeMethod(t, n, nil)
		default:
			r.handed = append(r.handed, handedMethod{n, t, pkg, declared[name]})
		}
	}
}

// handedKey is a type whose values were handed to code that knows a package.
type handedKey struct {
	t   types.Type
	pkg string
}

// calledOutside is what a run calls out of sight.
type calledOutside struct {
	interfaces map[string]bool // paths of the packages of the interfaces of handed methods
	cold       *calledOutside
	functions  map[outside.Function]*source.Node // those that are called, for links
	todo       []outside.Function                // those whose reach isn't known yet
	types      []*types.Named                    // concrete types of code out of sight that occur
	givers     map[string]bool                   // paths of packages whose functions return values of interfaces
	// methods are the names of those that the functions of a package call, by its path, and
	// opaque the paths of packages of which it isn't known what they call, each with such
	// a function.
	methods map[string]map[string]*source.Node
	opaque  map[string]*source.Node
	done    map[[2]any]bool // types and givers, and the methods that were looked for
}

func newCalledOutside(cold *calledOutside) calledOutside {
	c := calledOutside{
		cold: cold, functions: map[outside.Function]*source.Node{}, givers: map[string]bool{}, done: map[[2]any]bool{},
		methods: map[string]map[string]*source.Node{}, opaque: map[string]*source.Node{},
	}
	if cold != nil {
		c.types, c.todo = slices.Clip(cold.types), slices.Clip(cold.todo)
		maps.Copy(c.givers, cold.givers)
	}
	return c
}

// node returns what stands for a called function in links.
func (c *calledOutside) node(f outside.Function) *source.Node {
	if n := c.functions[f]; n != nil || c.cold == nil {
		return n
	}
	return c.cold.node(f)
}

// callOutside notes that a node calls a function out of sight.
func (r *Run) callOutside(f outside.Function, from *source.Node, pos token.Pos) {
	c := &r.calledOutside
	if c.functions[f] == nil {
		c.functions[f] = &source.Node{Name: f.String(), Pos: pos}
		c.todo = append(c.todo, f)
		r.links[c.functions[f]] = link{from: from, pos: pos}
	}
}

// useOutside goes from a node to a function out of sight that it mentions.
func (r *Run) useOutside(n *source.Node, u source.OutsideUse) {
	if r.cold == nil {
		switch {
		case r.p.BelongsToHandler(n, u.Pos):
			return
		case !u.Called && u.Into != nil:
			r.store(u.Into, StoredValue{in: n, Outside: &u})
			return
		}
	}
	r.mentionOutside(n, u)
}

// mentionOutside notes that what a node mentions out of sight can be called.
func (r *Run) mentionOutside(n *source.Node, u source.OutsideUse) {
	path := u.Object.Pkg().Path()
	f, ok := u.Object.(*types.Func)
	if !ok {
		r.callOutside(outside.VariableOf(u.Object.(*types.Var)), n, u.Pos)
		return
	}
	r.callOutside(outside.FunctionOf(f), n, u.Pos)
	if givesInterface(f.Signature(), 3) {
		r.calledOutside.givers[path] = true
	}
}

// givesInterface reports whether who has a value of a type gets values of an interface's
// type from it that can have a type that nobody else knows: a function's results, what it
// calls a function with, and fields.
func givesInterface(t types.Type, depth int) bool {
	if depth == 0 {
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Interface:
		return packageOf(t) != "context" && t.String() != "error"
	case *types.Signature:
		for v := range u.Results().Variables() {
			if givesInterface(v.Type(), depth) {
				return true
			}
		}
		for v := range u.Params().Variables() {
			if f, ok := v.Type().Underlying().(*types.Signature); ok && takesInterface(f, depth-1) {
				return true
			}
		}
	case *types.Struct:
		for f := range u.Fields() {
			if f.Exported() && givesInterface(f.Type(), depth-1) {
				return true
			}
		}
	case interface{ Elem() types.Type }:
		return givesInterface(u.Elem(), depth)
	}
	return false
}

// takesInterface reports whether a function's parameters give values of an interface's type.
func takesInterface(f *types.Signature, depth int) bool {
	for v := range f.Params().Variables() {
		if givesInterface(v.Type(), depth) {
			return true
		}
	}
	return false
}

// addOutsideTypes notes types of code out of sight, whose methods can be called through
// interfaces.
func (r *Run) addOutsideTypes(of []*types.Named) {
	for _, t := range of {
		if !r.known[t] {
			r.known[t] = true
			r.calledOutside.types = append(r.calledOutside.types, t)
		}
	}
}

// whereLive returns where a type went live, at the cold start or in this run.
func (r *Run) whereLive(t types.Type) link {
	if r.cold != nil {
		if l, ok := r.cold.liveIn[t]; ok {
			return l
		}
	}
	return r.liveIn[t]
}

// packageOf returns the path of a type's package, "" if it has none.
func packageOf(t types.Type) string {
	if named, ok := types.Unalias(t).(*types.Named); ok && named.Obj().Pkg() != nil {
		return named.Obj().Pkg().Path()
	}
	return ""
}

// callHanded reaches the handed methods that the code out of sight which this run calls can
// call. It reports whether there are any.
func (r *Run) callHanded() bool {
	if len(r.handed) == 0 {
		return false
	}
	r.calledOutside.interfaces = map[string]bool{}
	for _, h := range r.handed {
		r.calledOutside.interfaces[h.knows] = true
	}
	r.callThroughInterfaces()
	r.followOutside()
	found := false
	var left []handedMethod
	for _, h := range r.handed {
		caller := r.canCall(h)
		if caller == nil {
			left = append(left, h)
			continue
		}
		_, known := r.links[h.node]
		found = found || !known || !r.Exposed[h.node]
		r.exposeMethod(h.of, h.node, caller)
	}
	r.handed = left
	return found
}

// canCall returns a function out of sight that this run or the cold start calls and that can
// call a method, nil if there is none.
func (r *Run) canCall(h handedMethod) *source.Node {
	for c := &r.calledOutside; c != nil; c = c.cold {
		for _, path := range slices.Sorted(maps.Keys(c.methods)) {
			if by := c.methods[path][h.node.Obj.Name()]; by != nil && r.hierarchy.outside.Knows(path, h.knows) {
				return by
			}
		}
		for _, path := range slices.Sorted(maps.Keys(c.opaque)) {
			if h.declared && r.hierarchy.outside.Knows(path, h.knows) {
				return c.opaque[path]
			}
		}
	}
	return nil
}

// followOutside finds what the called functions out of sight can call. Those of packages
// that know none of the interfaces can call nothing.
func (r *Run) followOutside() {
	c := &r.calledOutside
	var later []outside.Function
	for _, f := range c.todo {
		if !r.knowsHanded(f.Package) {
			later = append(later, f)
			continue
		}
		reach := r.hierarchy.outside.Of(f)
		if c.methods[f.Package] == nil {
			c.methods[f.Package] = map[string]*source.Node{}
		}
		for name := range reach.Methods {
			c.methods[f.Package][name] = cmp.Or(c.methods[f.Package][name], c.node(f))
		}
		for path := range reach.Opaque {
			c.opaque[path] = cmp.Or(c.opaque[path], c.node(f))
		}
	}
	c.todo = later
}

// knowsHanded reports whether a package knows an interface through which handed methods
// can be called.
func (r *Run) knowsHanded(path string) bool {
	for of := range r.calledOutside.interfaces {
		if r.hierarchy.outside.Knows(path, of) {
			return true
		}
	}
	return false
}

// callThroughInterfaces calls methods of types out of sight: those that occur, and those
// that its functions return as interfaces.
func (r *Run) callThroughInterfaces() {
	c := &r.calledOutside
	for _, call := range r.calls {
		m := call.Method
		at := r.links[r.hierarchy.methodNode(m)]
		if pkg := m.Pkg(); pkg != nil && !r.p.HasSource(pkg.Path()) {
			r.callOutside(outside.Function{Package: pkg.Path(), Receiver: "*", Name: m.Name()}, at.from, at.pos)
		}
		for _, path := range slices.Sorted(maps.Keys(c.givers)) {
			r.callOutside(outside.Function{Package: path, Receiver: "*", Name: m.Name()}, at.from, at.pos)
		}
		for _, t := range c.types {
			key := [2]any{t, m}
			if c.done[key] || !r.knowsHanded(packageOf(t)) {
				continue
			}
			c.done[key] = true
			if obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(t), true, m.Pkg(), m.Name()); obj != nil {
				if f, ok := obj.(*types.Func); ok && f.Pkg() != nil && r.hierarchy.implements(t, m.Signature().Recv().Type()) {
					r.callOutside(outside.FunctionOf(f), at.from, at.pos)
				}
			}
		}
	}
}

// callWebPackages calls all of what the program imports that knows net/http.
func (r *Run) callWebPackages() {
	for _, path := range r.p.DirectImports() {
		if r.hierarchy.outside.Knows(path, "net/http") {
			r.callOutside(outside.Function{Package: path}, nil, token.NoPos)
		}
	}
}
