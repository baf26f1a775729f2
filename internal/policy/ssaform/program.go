// Package ssaform makes the SSA form of a program, with an index of its
// instructions: for each field, variable, function and type those that use it.
//
// Struct types that the program converts into each other share their fields. They
// are one class of a partition of types, which is found by union-find over all
// conversions, as Steensgaard's points-to analysis unifies what assignments relate.
package ssaform

import (
	"cmp"
	"fmt"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/chalice-go/chalice/internal/policy/gotypes"
	"github.com/chalice-go/chalice/internal/policy/load"
	"github.com/chalice-go/chalice/internal/policy/parallel"
	"github.com/chalice-go/chalice/internal/policy/sdk"
	"github.com/chalice-go/chalice/internal/policy/seen"
)

// Program is a program in SSA form, with an index of its instructions: for each
// field, variable, function and type, those that use it.
type Program struct {
	SSA       *ssa.Program
	Functions []*ssa.Function         // those with a body, in a fixed order
	Texts     *seen.Texts             // those that were looked at
	sources   map[*types.Package]bool // packages with source

	FieldUses         map[FieldKey][]ssa.Instruction // *ssa.FieldAddr and *ssa.Field
	Allocations       map[any][]ssa.Value            // where values of a struct type are made, by its owner
	ZeroValues        map[any][]ssa.Instruction      // those that have a value of a struct without any field set, by its owner
	GlobalUses        map[*ssa.Global][]ssa.Instruction
	StaticCalls       map[*ssa.Function][]ssa.CallInstruction
	DynamicCalls      []ssa.CallInstruction            // calls of function values
	InterfaceCalls    map[string][]ssa.CallInstruction // calls of interfaces' methods, by their names
	Closures          map[*ssa.Function][]*ssa.MakeClosure
	UsedAsValue       map[*ssa.Function]bool
	MadeInterfaces    []*ssa.MakeInterface
	EmptiedInterfaces []*ssa.ChangeInterface // to one without methods
	ForeignCalls      []ssa.CallInstruction  // calls of functions without a body, and of methods of their interfaces
	MethodCalls       []ssa.CallInstruction  // calls of methods of interfaces whose source was read
	identical         typeutil.Map           // one of all identical types, of those that a name alone doesn't tell
	conversions       conversions
}

// FieldKey is a field of a struct. All types that the program converts into each other
// share it; each instance of a generic type has its own.
type FieldKey struct {
	Owner any // *types.TypeName, *types.Named with type arguments, or *types.Struct
	Index int
}

// Build makes the SSA form of packages with source. What they import has types
// only. An error means that SSA can't be made of them.
func Build(fset *token.FileSet, sources []*load.Package) (*Program, error) {
	p := &Program{
		SSA: ssa.NewProgram(fset, ssa.InstantiateGenerics), Texts: &seen.Texts{}, sources: map[*types.Package]bool{},
		FieldUses: map[FieldKey][]ssa.Instruction{}, Allocations: map[any][]ssa.Value{}, ZeroValues: map[any][]ssa.Instruction{},
		conversions: conversions{map[any]any{}, map[any][]any{}, map[any]bool{}},
		GlobalUses:  map[*ssa.Global][]ssa.Instruction{}, StaticCalls: map[*ssa.Function][]ssa.CallInstruction{},
		InterfaceCalls: map[string][]ssa.CallInstruction{}, Closures: map[*ssa.Function][]*ssa.MakeClosure{}, UsedAsValue: map[*ssa.Function]bool{},
	}
	created := map[*types.Package]bool{}
	for _, l := range sources {
		if l.IllTyped {
			return nil, fmt.Errorf("package %s has errors", l.ImportPath)
		}
		p.sources[l.Types] = true
		p.SSA.CreatePackage(l.Types, l.Syntax, l.TypesInfo, true)
		created[l.Types] = true
	}
	for _, l := range sources {
		p.createImports(l.Types, created)
	}
	parallel.Do(len(sources), func(i int) { p.SSA.Package(sources[i].Types).Build() })
	p.index()
	return p, nil
}

// createImports makes packages without source of what a package imports.
func (p *Program) createImports(t *types.Package, created map[*types.Package]bool) {
	for _, i := range t.Imports() {
		if !created[i] {
			created[i] = true
			p.SSA.CreatePackage(i, nil, nil, true)
			p.createImports(i, created)
		}
	}
}

// index reads all instructions once.
func (p *Program) index() {
	for f := range ssautil.AllFunctions(p.SSA) {
		if f.Blocks != nil && !isGeneric(f) && (f.Pkg == nil || f.Pkg.Pkg == nil || !sdk.IsKnown(f.Pkg.Pkg.Path())) {
			p.Functions = append(p.Functions, f)
		}
	}
	SortFunctions(p.Functions)
	for _, f := range p.Functions {
		p.addConversions(f)
	}
	var operands []*ssa.Value
	for _, f := range p.Functions {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				operands = i.Operands(operands[:0])
				p.indexInstruction(i, operands)
			}
		}
	}
}

// isGeneric reports whether a function is generic, and so never runs itself: its
// instances do.
func isGeneric(f *ssa.Function) bool {
	for ; f.Parent() != nil; f = f.Parent() {
	}
	if f.TypeParams().Len() > 0 && len(f.TypeArgs()) == 0 {
		return true
	}
	return slices.ContainsFunc(f.TypeArgs(), func(t types.Type) bool { return gotypes.MentionsTypeParam(t) })
}

// indexInstruction adds an instruction with its operands to the index.
func (p *Program) indexInstruction(i ssa.Instruction, operands []*ssa.Value) {
	callee := CalleeOperand(i)
	for _, o := range operands {
		switch v := (*o).(type) {
		case *ssa.Global:
			p.GlobalUses[v] = append(p.GlobalUses[v], i)
		case *ssa.Function:
			if o != callee {
				p.UsedAsValue[v] = true
			}
		case *ssa.Const:
			if owner := p.ownerOf(v.Type()); owner != nil && v.Value == nil && !LeadsToMemory(v.Type()) {
				p.ZeroValues[owner] = append(p.ZeroValues[owner], i)
			}
		}
	}
	switch i := i.(type) {
	case *ssa.FieldAddr:
		key := p.KeyOf(i.X.Type(), i.Field)
		p.FieldUses[key] = append(p.FieldUses[key], i)
		p.addAllocation(i)
	case *ssa.Field:
		key := p.KeyOf(i.X.Type(), i.Field)
		p.FieldUses[key] = append(p.FieldUses[key], i)
	case *ssa.IndexAddr:
		p.addAllocation(i)
	case *ssa.Alloc:
		p.addAllocation(i)
	case *ssa.MakeSlice:
		p.addMadeSlice(i)
	case *ssa.MakeClosure:
		f := i.Fn.(*ssa.Function)
		p.Closures[f] = append(p.Closures[f], i)
	case *ssa.MakeInterface:
		p.MadeInterfaces = append(p.MadeInterfaces, i)
	case *ssa.ChangeInterface:
		if to, ok := i.Type().Underlying().(*types.Interface); ok && to.NumMethods() == 0 {
			p.EmptiedInterfaces = append(p.EmptiedInterfaces, i)
		}
	case ssa.CallInstruction:
		p.indexCall(i)
	}
}

// CalleeOperand returns the operand of a call that says what is called.
func CalleeOperand(i ssa.Instruction) *ssa.Value {
	if c, ok := i.(ssa.CallInstruction); ok {
		return &c.Common().Value
	}
	return nil
}

// indexCall adds a call to the index.
func (p *Program) indexCall(c ssa.CallInstruction) {
	common := c.Common()
	f := common.StaticCallee()
	switch {
	case common.IsInvoke():
		p.InterfaceCalls[common.Method.Name()] = append(p.InterfaceCalls[common.Method.Name()], c)
		if p.HasSource(common.Method.Pkg()) {
			p.MethodCalls = append(p.MethodCalls, c)
		} else {
			p.ForeignCalls = append(p.ForeignCalls, c)
		}
	case f == nil:
		if _, ok := common.Value.(*ssa.Builtin); !ok {
			p.DynamicCalls = append(p.DynamicCalls, c)
		}
	default:
		p.StaticCalls[f] = append(p.StaticCalls[f], c)
		if f.Blocks == nil {
			p.ForeignCalls = append(p.ForeignCalls, c)
		}
	}
}

// HasSource reports whether the source of a package was read.
func (p *Program) HasSource(pkg *types.Package) bool { return pkg != nil && p.sources[pkg] }

// addAllocation notes where a value of a struct type comes into being, or an
// array of them.
func (p *Program) addAllocation(v ssa.Value) {
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
		owner := p.ownerOf(elem)
		p.Allocations[owner] = append(p.Allocations[owner], v)
	}
}

// addMadeSlice notes a slice of structs that none has set a field of.
func (p *Program) addMadeSlice(s *ssa.MakeSlice) {
	elem := s.Type().Underlying().(*types.Slice).Elem()
	if _, ok := elem.Underlying().(*types.Struct); ok {
		owner := p.ownerOf(elem)
		p.Allocations[owner] = append(p.Allocations[owner], s)
	}
}

// KeyOf returns the key of a field of a struct, or of what a pointer points to.
func (p *Program) KeyOf(t types.Type, index int) FieldKey {
	if owner := p.ownerOf(t); owner != nil {
		return FieldKey{owner, index}
	}
	return FieldKey{t, index}
}

// TypeOf returns the type of a field.
func (p *Program) TypeOf(key FieldKey) types.Type {
	var s *types.Struct
	switch owner := key.Owner.(type) {
	case *types.TypeName:
		s, _ = owner.Type().Underlying().(*types.Struct)
	case types.Type:
		s, _ = owner.Underlying().(*types.Struct)
	}
	if s == nil || key.Index >= s.NumFields() {
		return types.Typ[types.Invalid]
	}
	return s.Field(key.Index).Type()
}

// SortFunctions sorts functions by their place in the source.
func SortFunctions(functions []*ssa.Function) {
	names := map[*ssa.Function]string{} // of those that a place doesn't tell apart: making one takes long
	name := func(f *ssa.Function) string {
		if names[f] == "" {
			names[f] = f.String()
		}
		return names[f]
	}
	slices.SortFunc(functions, func(a, b *ssa.Function) int {
		if c := cmp.Compare(a.Pos(), b.Pos()); c != 0 {
			return c
		}
		return cmp.Compare(name(a), name(b)) // of instances
	})
}

// LeadsToMemory reports whether values of a type lead to memory that can be written.
func LeadsToMemory(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Slice, *types.Map, *types.Chan:
		return true
	}
	return false
}

// PackageOf returns the path of a function's package, also of an instance of a
// generic one.
func PackageOf(f *ssa.Function) string {
	if o := f.Origin(); o != nil {
		f = o
	}
	if f.Pkg != nil {
		return f.Pkg.Pkg.Path()
	}
	if obj := f.Object(); obj != nil && obj.Pkg() != nil {
		return obj.Pkg().Path()
	}
	return ""
}
