package ssaform

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// conversions tells which struct types the program converts into each other: what
// is stored in a field of one is in the same field of the others. A type is
// named by its *types.TypeName or, without a name, by one *types.Struct of all
// that are identical.
type conversions struct {
	representative map[any]any
	classes        map[any][]any // of heads with more than one
	Unsafe         map[any]bool  // by way of an unsafe.Pointer
}

// ownerOf gives what stands for a struct type, or for what a pointer points to,
// and for all that it is converted from and to; nil for other types.
func (g *Program) ownerOf(t types.Type) any {
	if owner := g.structOwner(t); owner != nil {
		return g.Representative(owner)
	}
	return nil
}

func (g *Program) Representative(owner any) any {
	if head, ok := g.Conversions.representative[owner]; ok {
		return head
	}
	return owner
}

// Class gives all types that an owner stands for.
func (g *Program) Class(owner any) []any {
	if members := g.Conversions.classes[g.Representative(owner)]; members != nil {
		return members
	}
	return []any{owner}
}

func (g *Program) structOwner(t types.Type) any {
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		t = ptr.Elem()
	}
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	if named, ok := types.Unalias(t).(*types.Named); ok {
		return named.Obj()
	}
	if one, ok := g.structs.At(s).(*types.Struct); ok {
		return one
	}
	g.structs.Set(s, s)
	return s
}

// addConversions finds the conversions of a function.
func (g *Program) addConversions(f *ssa.Function) {
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			switch i := i.(type) {
			case *ssa.ChangeType:
				from, to := g.structOwner(i.X.Type()), g.structOwner(i.Type())
				if from != nil && to != nil {
					g.union(g.Representative(from), g.Representative(to))
				}
			case *ssa.Convert:
				for _, t := range []types.Type{i.X.Type(), i.Type()} {
					if owner := g.structOwner(t); owner != nil {
						g.Conversions.Unsafe[owner] = true
					}
				}
			}
		}
	}
}

// union makes one of two groups. A type of code that isn't seen stands for
// those of code that is.
func (g *Program) union(a, b any) {
	if a == b {
		return
	}
	if name, ok := b.(*types.TypeName); ok && !g.HasSource(name.Pkg()) {
		a, b = b, a
	}
	members := append(append([]any{}, g.Class(a)...), g.Class(b)...)
	delete(g.Conversions.classes, b)
	g.Conversions.classes[a] = members
	for _, m := range members {
		g.Conversions.representative[m] = a
	}
}
