package policy

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// kinship tells which struct types the program converts into each other: what
// is stored in a field of one is in the same field of the others. A type is
// named by its *types.TypeName or, without a name, by one *types.Struct of all
// that are identical.
type kinship struct {
	head    map[any]any
	members map[any][]any // of heads with more than one
	cast    map[any]bool  // by way of an unsafe.Pointer
}

// ownerOf gives what stands for a struct type, or for what a pointer points to,
// and for all that it is converted from and to; nil for other types.
func (g *valueGraph) ownerOf(t types.Type) any {
	if owner := g.structOwner(t); owner != nil {
		return g.headOf(owner)
	}
	return nil
}

func (g *valueGraph) headOf(owner any) any {
	if head, ok := g.kin.head[owner]; ok {
		return head
	}
	return owner
}

// kinOf gives all types that an owner stands for.
func (g *valueGraph) kinOf(owner any) []any {
	if members := g.kin.members[g.headOf(owner)]; members != nil {
		return members
	}
	return []any{owner}
}

func (g *valueGraph) structOwner(t types.Type) any {
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

// relate finds the conversions of a function.
func (g *valueGraph) relate(f *ssa.Function) {
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			switch i := i.(type) {
			case *ssa.ChangeType:
				from, to := g.structOwner(i.X.Type()), g.structOwner(i.Type())
				if from != nil && to != nil {
					g.unite(g.headOf(from), g.headOf(to))
				}
			case *ssa.Convert:
				for _, t := range []types.Type{i.X.Type(), i.Type()} {
					if owner := g.structOwner(t); owner != nil {
						g.kin.cast[owner] = true
					}
				}
			}
		}
	}
}

// unite makes one of two groups. A type of code that isn't seen stands for
// those of code that is.
func (g *valueGraph) unite(a, b any) {
	if a == b {
		return
	}
	if name, ok := b.(*types.TypeName); ok && !g.seen(name.Pkg()) {
		a, b = b, a
	}
	members := append(append([]any{}, g.kinOf(a)...), g.kinOf(b)...)
	delete(g.kin.members, b)
	g.kin.members[a] = members
	for _, m := range members {
		g.kin.head[m] = a
	}
}
