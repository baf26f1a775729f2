package ssaform

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// conversions has the struct types that the program converts into each other, as
// classes of a union-find: what is stored in a field of one is in the same field of
// the others. A type is named by its *types.TypeName; one without a name, or with type
// arguments, by one *types.Struct or *types.Named of all that are identical.
type conversions struct {
	representative map[any]any
	classes        map[any][]any // members of classes with more than one, by their representative
	unsafe         map[any]bool  // types that are converted by way of an unsafe.Pointer
}

// ownerOf returns what stands for a struct type, or for what a pointer points to,
// and for all that it is converted from and to; nil for other types.
func (p *Program) ownerOf(t types.Type) any {
	if owner := p.structOwner(t); owner != nil {
		return p.Representative(owner)
	}
	return nil
}

// Representative returns the type that stands for the class of a type.
func (p *Program) Representative(owner any) any {
	if one, ok := p.conversions.representative[owner]; ok {
		return one
	}
	return owner
}

// Class returns all types that an owner stands for.
func (p *Program) Class(owner any) []any {
	if members := p.conversions.classes[p.Representative(owner)]; members != nil {
		return members
	}
	return []any{owner}
}

// ConvertedUnsafely reports whether values of a type are made of others by way of an
// unsafe.Pointer.
func (p *Program) ConvertedUnsafely(owner any) bool { return p.conversions.unsafe[owner] }

// structOwner returns what names a struct type, nil for other types.
func (p *Program) structOwner(t types.Type) any {
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		t = ptr.Elem()
	}
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	named, ok := types.Unalias(t).(*types.Named)
	switch {
	case !ok:
		return p.oneOf(s)
	case named.TypeArgs().Len() > 0:
		return p.oneOf(named)
	}
	return named.Obj()
}

// oneOf returns one of all identical types.
func (p *Program) oneOf(t types.Type) types.Type {
	if one, ok := p.identical.At(t).(types.Type); ok {
		return one
	}
	p.identical.Set(t, t)
	return t
}

// NameOf returns the name of a struct type, without type arguments; nil if it has none.
func NameOf(owner any) *types.TypeName {
	switch owner := owner.(type) {
	case *types.TypeName:
		return owner
	case *types.Named:
		return owner.Obj()
	}
	return nil
}

// addConversions finds the conversions of a function.
func (p *Program) addConversions(f *ssa.Function) {
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			switch i := i.(type) {
			case *ssa.ChangeType:
				from, to := p.structOwner(i.X.Type()), p.structOwner(i.Type())
				if from != nil && to != nil {
					p.union(p.Representative(from), p.Representative(to))
				}
			case *ssa.Convert:
				for _, t := range []types.Type{i.X.Type(), i.Type()} {
					if owner := p.structOwner(t); owner != nil {
						p.conversions.unsafe[owner] = true
					}
				}
			}
		}
	}
}

// union makes one of two classes, given by their representatives. A type of code out
// of sight stands for those of code whose source was read.
func (p *Program) union(a, b any) {
	if a == b {
		return
	}
	if name := NameOf(b); name != nil && !p.HasSource(name.Pkg()) {
		a, b = b, a
	}
	members := append(append([]any{}, p.Class(a)...), p.Class(b)...)
	delete(p.conversions.classes, b)
	p.conversions.classes[a] = members
	for _, m := range members {
		p.conversions.representative[m] = a
	}
}
