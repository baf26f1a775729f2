package values

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/chalice-go/chalice/internal/policy/gotypes"
)

// blockLocal is what happens to a variable in the block that makes it, up to where
// its address goes elsewhere: there the order of stores and loads is known.
type blockLocal struct {
	loads       map[*ssa.UnOp]ssa.Value
	overwritten map[*ssa.Store]bool
}

// blockLocalOf reads the block that makes a variable.
func blockLocalOf(a *ssa.Alloc) blockLocal {
	s := blockLocal{map[*ssa.UnOp]ssa.Value{}, map[*ssa.Store]bool{}}
	if !gotypes.IsString(a.Type().Underlying().(*types.Pointer).Elem()) {
		return s
	}
	var last *ssa.Store
	instructions := a.Block().Instrs
	for _, i := range instructions[slices.Index(instructions, ssa.Instruction(a))+1:] {
		switch use := i.(type) {
		case *ssa.Store:
			if use.Val == a {
				return s
			}
			if use.Addr == a {
				if last != nil {
					s.overwritten[last] = true
				}
				last = use
			}
		case *ssa.UnOp:
			if use.X == a && last != nil {
				s.loads[use] = last.Val
			}
		case *ssa.DebugRef:
		default:
			if slices.Contains(*a.Referrers(), i) {
				return s
			}
		}
	}
	return s
}

// overwritten reports whether nobody can see what is stored, other than loads
// whose place is known.
func overwritten(s *ssa.Store) bool {
	a, ok := s.Addr.(*ssa.Alloc)
	return ok && !isRecovered(a) && blockLocalOf(a).overwritten[s]
}

// isRecovered reports whether a variable is a result that is returned after a panic, with
// what was stored by then.
func isRecovered(a *ssa.Alloc) bool {
	after := a.Parent().Recover
	return after != nil && slices.ContainsFunc(*a.Referrers(), func(use ssa.Instruction) bool { return use.Block() == after })
}
