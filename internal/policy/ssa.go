package policy

import (
	"fmt"
	"go/ast"
	"go/types"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/policy/gotypes"
	"github.com/chalice-go/chalice/internal/policy/sdk"
	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"
	"golang.org/x/tools/go/types/typeutil"
)

// valueGraph is the program in SSA form, with what the tracing of values asks
// for.
type valueGraph struct {
	p         *program
	prog      *ssa.Program
	functions []*ssa.Function // those with a body, in a fixed order
	nodes     map[*ssa.Function]*node
	bodies    map[*node][]*ssa.Function

	fields     map[fieldKey][]ssa.Instruction // *ssa.FieldAddr and *ssa.Field
	allocs     map[any][]ssa.Value
	zeros      map[any][]ssa.Instruction // those that have a value of a struct without any field set
	globals    map[*ssa.Global][]ssa.Instruction
	static     map[*ssa.Function][]ssa.CallInstruction
	dynamic    []ssa.CallInstruction
	invokes    map[string][]ssa.CallInstruction
	closures   map[*ssa.Function][]*ssa.MakeClosure
	taken      map[*ssa.Function]bool // used as a value
	interfaces []*ssa.MakeInterface
	foreign    []ssa.CallInstruction // calls of functions without a body
	canon      typeutil.Map          // one of all identical types
	structs    typeutil.Map          // the same of structs without a name
	kin        kinship
}

// fieldKey is a field of a struct. All instances of a generic type share it.
type fieldKey struct {
	owner any // *types.TypeName or *types.Struct
	index int
}

// buildValues makes the SSA form, or says why it can't.
func (p *program) buildValues() (g *valueGraph, err error) {
	defer func() {
		if v := recover(); v != nil {
			g, err = nil, fmt.Errorf("%v at %s", v, panicPlace(debug.Stack()))
		}
	}()
	g = &valueGraph{
		p: p, prog: ssa.NewProgram(p.fset, ssa.InstantiateGenerics),
		nodes: map[*ssa.Function]*node{}, bodies: map[*node][]*ssa.Function{},
		fields: map[fieldKey][]ssa.Instruction{}, allocs: map[any][]ssa.Value{}, zeros: map[any][]ssa.Instruction{},
		kin:     kinship{map[any]any{}, map[any][]any{}, map[any]bool{}},
		globals: map[*ssa.Global][]ssa.Instruction{}, static: map[*ssa.Function][]ssa.CallInstruction{},
		invokes: map[string][]ssa.CallInstruction{}, closures: map[*ssa.Function][]*ssa.MakeClosure{}, taken: map[*ssa.Function]bool{},
	}
	created := map[*types.Package]bool{}
	for _, l := range p.packages {
		if l.IllTyped {
			return nil, fmt.Errorf("package %s has errors", l.PkgPath)
		}
		g.prog.CreatePackage(l.Types, l.Syntax, l.TypesInfo, true)
		created[l.Types] = true
	}
	var create func(t *types.Package)
	create = func(t *types.Package) {
		for _, i := range t.Imports() {
			if !created[i] {
				created[i] = true
				g.prog.CreatePackage(i, nil, nil, true)
				create(i)
			}
		}
	}
	for _, l := range p.packages {
		create(l.Types)
	}
	for _, l := range p.packages {
		g.prog.Package(l.Types).Build()
	}
	g.index()
	return g, nil
}

// panicPlace gives the file and line of the function that panicked.
func panicPlace(stack []byte) string {
	_, after, _ := strings.Cut(string(stack), "panic(")
	for _, line := range strings.Split(after, "\n") {
		place, isFile := strings.CutPrefix(line, "\t")
		if isFile && !strings.Contains(place, "/runtime/") {
			place, _, _ = strings.Cut(place, " ")
			return place[strings.LastIndexByte(place, '/')+1:]
		}
	}
	return "an unknown place"
}

// index reads all instructions once.
func (g *valueGraph) index() {
	for f := range ssautil.AllFunctions(g.prog) {
		if f.Blocks != nil && !isTemplate(f) && (f.Pkg == nil || f.Pkg.Pkg == nil || !sdk.IsKnown(f.Pkg.Pkg.Path())) {
			g.functions = append(g.functions, f)
		}
	}
	sortFunctions(g.functions)
	for _, f := range g.functions {
		g.relate(f)
	}
	for _, f := range g.functions {
		n := g.nodeOf(f)
		g.nodes[f] = n
		if n != nil {
			g.bodies[n] = append(g.bodies[n], f)
		}
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				g.indexInstruction(i)
			}
		}
	}
}

// isTemplate tells whether a function is generic, and so never runs itself: its
// instances do.
func isTemplate(f *ssa.Function) bool {
	for ; f.Parent() != nil; f = f.Parent() {
	}
	if f.TypeParams().Len() > 0 && len(f.TypeArgs()) == 0 {
		return true
	}
	return slices.ContainsFunc(f.TypeArgs(), func(t types.Type) bool { return gotypes.MentionsTypeParam(t, 0) })
}

// nodeOf gives the node whose source a function is of; nil for functions that
// the compiler makes up, such as that of a method value.
func (g *valueGraph) nodeOf(f *ssa.Function) *node {
	if origin := f.Origin(); origin != nil {
		f = origin
	}
	switch syntax := f.Syntax().(type) {
	case *ast.FuncDecl:
		if obj, ok := f.Object().(*types.Func); ok {
			return g.p.funcs[obj]
		}
		return g.initOf(f, syntax)
	case *ast.FuncLit:
		return g.p.literals[syntax.Pos()]
	}
	if f.Parent() != nil { // the body of a loop over a function
		return g.nodeOf(f.Parent())
	}
	if f.Synthetic == "package initializer" && f.Pkg != nil {
		for _, n := range g.p.start {
			if n.syntax == nil && n.pkg.Types == f.Pkg.Pkg {
				return n
			}
		}
	}
	return nil
}

// initOf finds the node of one of a package's init functions, which have no
// object of their own.
func (g *valueGraph) initOf(f *ssa.Function, syntax *ast.FuncDecl) *node {
	for _, n := range g.p.start {
		if n.syntax == syntax {
			return n
		}
	}
	return nil
}

func (g *valueGraph) indexInstruction(i ssa.Instruction) {
	var operands [16]*ssa.Value
	callee := calleeOperand(i)
	for _, o := range i.Operands(operands[:0]) {
		switch v := (*o).(type) {
		case *ssa.Global:
			g.globals[v] = append(g.globals[v], i)
		case *ssa.Function:
			if o != callee {
				g.taken[v] = true
			}
		case *ssa.Const:
			if owner := g.ownerOf(v.Type()); owner != nil && v.Value == nil && !pointing(v.Type()) {
				g.zeros[owner] = append(g.zeros[owner], i)
			}
		}
	}
	switch i := i.(type) {
	case *ssa.FieldAddr:
		key := g.keyOf(i.X.Type(), i.Field)
		g.fields[key] = append(g.fields[key], i)
		g.addInstance(i)
	case *ssa.Field:
		key := g.keyOf(i.X.Type(), i.Field)
		g.fields[key] = append(g.fields[key], i)
	case *ssa.IndexAddr:
		g.addInstance(i)
	case *ssa.Alloc:
		g.addInstance(i)
	case *ssa.MakeSlice:
		g.addElements(i)
	case *ssa.MakeClosure:
		f := i.Fn.(*ssa.Function)
		g.closures[f] = append(g.closures[f], i)
	case *ssa.MakeInterface:
		g.interfaces = append(g.interfaces, i)
	case ssa.CallInstruction:
		g.indexCall(i)
	}
}

// calleeOperand gives the operand of a call that says what is called.
func calleeOperand(i ssa.Instruction) *ssa.Value {
	if c, ok := i.(ssa.CallInstruction); ok {
		return &c.Common().Value
	}
	return nil
}

func (g *valueGraph) indexCall(c ssa.CallInstruction) {
	common := c.Common()
	f := common.StaticCallee()
	switch {
	case common.IsInvoke():
		g.invokes[common.Method.Name()] = append(g.invokes[common.Method.Name()], c)
		if !g.seen(common.Method.Pkg()) {
			g.foreign = append(g.foreign, c)
		}
	case f == nil:
		if _, ok := common.Value.(*ssa.Builtin); !ok {
			g.dynamic = append(g.dynamic, c)
		}
	default:
		g.static[f] = append(g.static[f], c)
		if !g.hasBody(f) {
			g.foreign = append(g.foreign, c)
		}
	}
}

// seen tells whether a package has source.
func (g *valueGraph) seen(p *types.Package) bool { return p != nil && g.p.sources[p] != nil }

// hasBody tells whether the analysis sees into a function.
func (g *valueGraph) hasBody(f *ssa.Function) bool { return f.Blocks != nil }

// addInstance notes where a value of a struct type comes into being, or an
// array of them.
func (g *valueGraph) addInstance(v ssa.Value) {
	ptr, ok := v.Type().Underlying().(*types.Pointer)
	if !ok {
		return
	}
	elem := ptr.Elem()
	for {
		array, ok := elem.Underlying().(*types.Array)
		if !ok {
			break
		}
		elem = array.Elem()
	}
	if _, ok := elem.Underlying().(*types.Struct); ok {
		owner := g.ownerOf(elem)
		g.allocs[owner] = append(g.allocs[owner], v)
	}
}

// addElements notes a slice of structs that none has set a field of.
func (g *valueGraph) addElements(s *ssa.MakeSlice) {
	elem := s.Type().Underlying().(*types.Slice).Elem()
	if _, ok := elem.Underlying().(*types.Struct); ok {
		owner := g.ownerOf(elem)
		g.allocs[owner] = append(g.allocs[owner], s)
	}
}

// keyOf gives the key of a field of a struct, or of what a pointer points to.
func (g *valueGraph) keyOf(t types.Type, index int) fieldKey {
	if owner := g.ownerOf(t); owner != nil {
		return fieldKey{owner, index}
	}
	return fieldKey{t, index}
}
