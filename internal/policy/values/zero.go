package values

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/chalice-go/chalice/internal/policy/gotypes"
	"github.com/chalice-go/chalice/internal/policy/ssaform"
)

// A text that is never set is empty, which names nothing. As a part of a longer name it
// counts: what is around it is a name of its own. This file finds where memory is made
// that can be read before a text is stored in it.

// isText reports whether a type is one of strings, or of pointers to strings.
func isText(t types.Type) bool {
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		t = ptr.Elem()
	}
	return gotypes.IsString(t)
}

// startsEmpty reports whether a variable, or an element of an array or a slice, can be
// read before a text is stored in it.
func (v *Analysis) startsEmpty(place ssa.Value) bool {
	switch place := place.(type) {
	case *ssa.MakeSlice:
		return isText(place.Type().Underlying().(*types.Slice).Elem()) && !isEmpty(place)
	case *ssa.Alloc:
		if array := arrayOf(place); array != nil {
			return isText(array.Elem()) && !fillsAll(place, array)
		}
		return isText(place.Type().Underlying().(*types.Pointer).Elem()) && !isStoredFirst(place, storesAt(place))
	case *ssa.Global:
		if !isText(place.Type().Underlying().(*types.Pointer).Elem()) {
			return false
		}
		return !slices.ContainsFunc(v.form.GlobalUses[place], func(use ssa.Instruction) bool {
			s, ok := use.(*ssa.Store)
			return ok && s.Addr == place && isInitial(s)
		})
	}
	return false
}

// fieldStartsEmpty reports whether there is a value of a struct type that can be read
// before a field of texts is stored in it.
func (v *Analysis) fieldStartsEmpty(key ssaform.FieldKey) bool {
	for _, value := range v.form.Allocations[key.Owner] {
		if i, ok := value.(ssa.Instruction); ok && v.scope.Runs(i.Parent()) && v.madeWithout(value, key) {
			return true
		}
	}
	for _, use := range v.form.ZeroValues[key.Owner] {
		if _, ok := use.(*ssa.Return); !ok && v.scope.Runs(use.Parent()) {
			return true
		}
	}
	return slices.ContainsFunc(v.globalsOf(key.Owner), func(g *ssa.Global) bool { return v.globalWithout(g, key) })
}

// madeWithout reports whether a value is made without a field, and can be read so.
func (v *Analysis) madeWithout(value ssa.Value, key ssaform.FieldKey) bool {
	switch made := value.(type) {
	case *ssa.MakeSlice:
		return !isEmpty(made)
	case *ssa.Alloc:
		if array := arrayOf(made); array != nil {
			return !fillsAll(made, array)
		}
	case *ssa.IndexAddr:
		if !isMadeWith(made, made.X) {
			return false // a way to one that is made elsewhere
		}
	case *ssa.FieldAddr:
		if !isMadeWith(made, made.X) {
			return false
		}
	}
	return !isStoredFirst(value, v.storesOfField(value, key))
}

// isMadeWith reports whether a part of a value is made where that is.
func isMadeWith(part ssa.Instruction, whole ssa.Value) bool {
	a, ok := whole.(*ssa.Alloc)
	return ok && a.Block() == part.Block()
}

// storesAt returns the stores to an address.
func storesAt(addr ssa.Value) []ssa.Instruction {
	var stores []ssa.Instruction
	for _, use := range *addr.Referrers() {
		if s, ok := use.(*ssa.Store); ok && s.Addr == addr {
			stores = append(stores, s)
		}
	}
	return stores
}

// storesOfField returns the stores to a field of a value, and to all of it.
func (v *Analysis) storesOfField(value ssa.Value, key ssaform.FieldKey) []ssa.Instruction {
	stores := storesAt(value)
	for _, use := range *value.Referrers() {
		if addr, ok := use.(*ssa.FieldAddr); ok && v.form.KeyOf(addr.X.Type(), addr.Field) == key {
			stores = append(stores, storesAt(addr)...)
		}
	}
	return stores
}

// isStoredFirst reports whether one of some stores is before all other uses of what is
// made.
func isStoredFirst(made ssa.Value, stores []ssa.Instruction) bool {
	return slices.ContainsFunc(stores, func(s ssa.Instruction) bool {
		return !slices.ContainsFunc(*made.Referrers(), func(use ssa.Instruction) bool { return reads(use, made) && !s.Block().Dominates(use.Block()) })
	})
}

// reads reports whether a use of a value can read what is in it.
func reads(use ssa.Instruction, value ssa.Value) bool {
	switch use := use.(type) {
	case *ssa.DebugRef:
		return false
	case *ssa.Store:
		return use.Val == value
	case *ssa.FieldAddr:
		return slices.ContainsFunc(*use.Referrers(), func(u ssa.Instruction) bool { return reads(u, use) })
	}
	return true
}

// globalsOf returns the variables of packages that hold a struct of a type.
func (v *Analysis) globalsOf(owner any) []*ssa.Global {
	if v.globals == nil {
		v.globals = map[any][]*ssa.Global{}
		for g := range v.form.GlobalUses {
			elem := g.Type().Underlying().(*types.Pointer).Elem()
			if _, ok := elem.Underlying().(*types.Struct); ok {
				of := v.form.KeyOf(elem, 0).Owner
				v.globals[of] = append(v.globals[of], g)
			}
		}
	}
	return v.globals[owner]
}

// globalWithout reports whether a variable of a package can be read before a field is
// stored in it.
func (v *Analysis) globalWithout(g *ssa.Global, key ssaform.FieldKey) bool {
	used := false
	for _, use := range v.form.GlobalUses[g] {
		used = used || v.scope.Runs(use.Parent())
		stores := []ssa.Instruction{use}
		if addr, ok := use.(*ssa.FieldAddr); ok && v.form.KeyOf(addr.X.Type(), addr.Field) == key {
			stores = storesAt(addr)
		}
		for _, s := range stores {
			if s, ok := s.(*ssa.Store); ok && isInitial(s) {
				return false
			}
		}
	}
	return used
}

// isInitial reports whether a store is always done while the program starts.
func isInitial(s *ssa.Store) bool {
	f := s.Parent()
	if f.Synthetic == "package initializer" {
		return true
	}
	if f.Parent() != nil || f.Signature.Recv() != nil || !strings.HasPrefix(f.Name(), "init#") && f.Name() != "main" {
		return false
	}
	return !slices.ContainsFunc(f.Blocks, func(b *ssa.BasicBlock) bool {
		_, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		return ok && !s.Block().Dominates(b)
	})
}
