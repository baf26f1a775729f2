// Package outside tells what code can do whose source isn't read: which methods of the
// program's values a function of it can call, once it has hold of them.
//
//	*types.Func --Of--> Reach: names of methods, packages
//
// Whoever calls a method of an interface has to know the interface, so only packages
// count that import its package, be it through others ([Calls.Knows]). Of these, the ones
// that the program imports are read here, with the few that stand between them and the
// interface, and a function calls what the code can that it mentions: rapid type analysis
// with all types live, in which a method is known by its name alone. A package that isn't
// read, because too many know the interface or because it is one of the SDK's, can call all
// methods of the interfaces that it knows.
package outside

import (
	"go/types"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/golist"
	"github.com/chalice-go/chalice/internal/policy/gotypes"
	"github.com/chalice-go/chalice/internal/policy/sdk"
	"github.com/chalice-go/chalice/internal/policy/source"
)

// Calls answers which methods code out of sight calls.
type Calls struct {
	p     *source.Program
	list  *golist.List
	users map[string]map[string]bool // the packages that know one, by its path

	loaded  bool
	read    map[string]bool // packages whose source is read
	methods map[Function][]*source.Node
	funcs   map[*types.Func]*source.Node
	types   []*types.Named // concrete ones
	cold    []*source.Node // what runs when the packages start
	stored  map[*source.Node][]*source.Node
	known   map[Function]*Reach
}

// New returns the answers for a program. They cost nothing until [Calls.Of] is asked.
func New(p *source.Program) *Calls {
	return &Calls{p: p, list: p.List(), users: map[string]map[string]bool{}, known: map[Function]*Reach{}}
}

// Function names a function or method of a package, also one that no object stands for:
// all methods of one name are one Function if Receiver is "*", what is in a variable is one if
// Receiver is "var", and all of the package is one if Name is empty.
type Function struct{ Package, Receiver, Name string }

// String returns the name as explanations have it.
func (f Function) String() string {
	short := path.Base(f.Package)
	switch {
	case f.Name == "":
		return "package " + f.Package
	case f.Receiver == "*":
		return "a method " + f.Name + " of package " + f.Package
	case f.Receiver == "var":
		return short + "." + f.Name
	case strings.HasPrefix(f.Receiver, "*"):
		return short + ".(" + f.Receiver + ")." + f.Name
	case f.Receiver != "":
		return short + "." + f.Receiver + "." + f.Name
	}
	return short + "." + f.Name
}

// FunctionOf returns the name of a function or method.
func FunctionOf(f *types.Func) Function {
	f = f.Origin()
	name := Function{Package: f.Pkg().Path(), Name: f.Name()}
	if recv := f.Signature().Recv(); recv != nil {
		name.Receiver = types.TypeString(recv.Type(), func(*types.Package) string { return "" })
	}
	return name
}

// VariableOf returns the name of what a package's variable holds: functions that are put
// there, or if it can be anything with methods all of the package.
func VariableOf(v *types.Var) Function {
	if !gotypes.IsFunc(v.Type()) {
		return Function{Package: v.Pkg().Path()}
	}
	return Function{v.Pkg().Path(), "var", v.Name()}
}

// Reach is what a function out of sight can call.
type Reach struct {
	Methods map[string]bool // names of interfaces' methods
	Opaque  map[string]bool // paths of packages of which it isn't known what they call
}

// Knows reports whether code of a package can call methods of another one's interfaces,
// because it is that package or depends on it.
func (c *Calls) Knows(pkg, of string) bool { return c.usersOf(of)[pkg] }

// usersOf returns the packages that know one.
func (c *Calls) usersOf(of string) map[string]bool {
	if users, ok := c.users[of]; ok {
		return users
	}
	users := map[string]bool{of: true}
	for _, l := range c.list.Packages {
		if slices.ContainsFunc(l.Imports, func(path string) bool { return users[path] }) {
			users[l.ImportPath] = true
		}
	}
	c.users[of] = users
	return users
}

// Of returns what a function can call.
func (c *Calls) Of(f Function) *Reach {
	if r := c.known[f]; r != nil {
		return r
	}
	if !c.loaded {
		c.load()
	}
	s := search{c: c, seen: map[*source.Node]bool{}, called: map[*types.Func]bool{}, Reach: &Reach{Methods: map[string]bool{}, Opaque: map[string]bool{}}}
	starts := c.methods[f]
	for _, n := range starts {
		s.visit(n)
	}
	if len(starts) == 0 && !(c.read[f.Package] && f.Receiver == "*") {
		s.Opaque[f.Package] = true
	}
	for _, n := range c.cold { // what they started may go on
		if len(starts) > 0 && c.Knows(f.Package, n.Pkg.ImportPath) {
			s.visitCold(n)
		}
	}
	c.known[f] = s.Reach
	return s.Reach
}

// waits has goroutines that do nothing until somebody asks for it, who therefore counts as
// their caller: the one of sql.Open connects to the database, as do the queries that
// wait for that.
var waits = map[Function]bool{{"database/sql", "*DB", "connectionOpener"}: true}

// search is a search through code whose source the program itself doesn't have.
type search struct {
	*Reach
	c      *Calls
	seen   map[*source.Node]bool
	called map[*types.Func]bool // methods of interfaces
}

// visit reaches a node, and what it mentions.
func (s *search) visit(n *source.Node) {
	if s.seen[n] || n.Obj != nil && waits[FunctionOf(n.Obj)] {
		return
	}
	s.seen[n] = true
	if n.Pkg != nil && !s.c.read[n.Pkg.ImportPath] {
		s.Opaque[n.Pkg.ImportPath] = true // it doesn't compile
	}
	for _, m := range n.Mentions {
		s.visit(m.To)
	}
	for _, to := range s.c.stored[n] {
		s.visit(to)
	}
	for _, u := range n.OutsideUses {
		s.Opaque[u.Object.Pkg().Path()] = true
	}
	for _, call := range n.InterfaceCalls {
		s.method(call.Method)
	}
	for _, t := range n.OutsideInterfaces { // what others call that the code hands values to
		for m := range t.Underlying().(*types.Interface).Methods() {
			s.method(m)
		}
	}
}

// visitCold reaches what the start of a package calls, or hands to others. What it puts into
// variables is reached by their users.
func (s *search) visitCold(n *source.Node) {
	for _, m := range n.Mentions {
		if m.Called || m.Into == nil {
			s.visit(m.To)
		}
	}
	for _, u := range n.OutsideUses {
		if u.Called || u.Into == nil {
			s.Opaque[u.Object.Pkg().Path()] = true
		}
	}
	for _, call := range n.InterfaceCalls {
		s.method(call.Method)
	}
}

// method calls a method of an interface: one of the program's types, or one of a type out
// of sight.
func (s *search) method(m *types.Func) {
	if s.called[m] {
		return
	}
	s.called[m] = true
	s.Methods[m.Name()] = true
	if m.Pkg() != nil && !s.c.read[m.Pkg().Path()] {
		s.Opaque[m.Pkg().Path()] = true
	}
	for _, t := range s.c.types {
		if obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(t), true, m.Pkg(), m.Name()); obj != nil {
			if f, ok := obj.(*types.Func); ok && implements(t, m.Signature().Recv().Type()) && s.c.funcs[f.Origin()] != nil {
				s.visit(s.c.funcs[f.Origin()])
			}
		}
	}
}

// implements reports whether a pointer to a type can be in an interface; where type
// parameters are part of either, names decide.
func implements(t, iface types.Type) bool {
	i, ok := iface.Underlying().(*types.Interface)
	if !ok {
		return true // the constraint of a type parameter
	}
	named, _ := t.(*types.Named)
	generic := named != nil && named.TypeParams().Len() > named.TypeArgs().Len() || gotypes.MentionsTypeParam(t) || gotypes.MentionsTypeParam(iface)
	if !generic && i.IsMethodSet() {
		return types.Implements(types.NewPointer(t), i)
	}
	for m := range i.Methods() {
		if obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(t), true, m.Pkg(), m.Name()); obj == nil {
			return false
		}
	}
	return true
}

// limits of what is read: packages that know an interface, and files.
const (
	manyUsers = 60
	manyFiles = 150
)

// load reads the packages that know an interface of which the program has
// implementations, as long as they are few.
func (c *Calls) load() {
	c.loaded = true
	c.read, c.methods = map[string]bool{}, map[Function][]*source.Node{}
	wanted := c.wanted()
	if len(wanted) == 0 {
		return
	}
	p, err := c.p.LoadOutside(wanted)
	if err != nil {
		return
	}
	p.Read()
	for _, l := range p.Sources {
		c.read[l.ImportPath] = !l.IllTyped && len(l.Errors) == 0
	}
	c.stored, c.funcs, c.types, c.cold = p.StoredIn(), p.Funcs, p.ConcreteTypes(), p.ColdStart
	for v, n := range p.Variables() {
		if c.read[v.Pkg().Path()] && gotypes.IsFunc(v.Type()) {
			c.methods[VariableOf(v)] = []*source.Node{n}
		}
	}
	for _, n := range p.Nodes {
		if n.Obj == nil || n.Pkg == nil || !c.read[n.Pkg.ImportPath] {
			continue
		}
		names := []Function{FunctionOf(n.Obj), {Package: n.Pkg.ImportPath}}
		if n.Obj.Signature().Recv() != nil {
			names = append(names, Function{n.Pkg.ImportPath, "*", n.Obj.Name()})
		}
		for _, name := range names {
			c.methods[name] = append(c.methods[name], n)
		}
	}
}

// wanted returns the packages to read: first those that the program imports itself.
func (c *Calls) wanted() []string {
	few := map[string]bool{}
	for _, of := range c.interfaces() {
		for path := range c.usersOf(of) {
			few[path] = !sdk.IsKnown(path) && !c.p.HasSource(path)
		}
	}
	direct := map[string]bool{}
	for _, path := range c.p.DirectImports() {
		direct[path] = true
	}
	var wanted []string
	files := 0
	for _, first := range []bool{true, false} {
		for _, path := range slices.Sorted(maps.Keys(few)) {
			if n := len(c.list.Package(path).GoFiles); few[path] && direct[path] == first && files+n <= manyFiles {
				files += n
				wanted = append(wanted, path)
			}
		}
	}
	return wanted
}

// interfaces returns the packages of interfaces out of sight that few know and that types of
// the program implement.
func (c *Calls) interfaces() []string {
	paths := map[string]bool{}
	for _, n := range c.p.Nodes {
		for _, t := range n.OutsideInterfaces {
			named, ok := types.Unalias(t).(*types.Named)
			if !ok || named.Obj().Pkg() == nil {
				continue
			}
			if path := named.Obj().Pkg().Path(); !paths[path] && len(c.usersOf(path)) <= manyUsers && c.isImplemented(t) {
				paths[path] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(paths))
}

// isImplemented reports whether a type of the program implements an interface.
func (c *Calls) isImplemented(iface types.Type) bool {
	for _, n := range c.p.Nodes {
		for _, t := range n.Types {
			if implements(t.Type, iface) {
				return true
			}
		}
	}
	return false
}
