package values

import (
	"go/constant"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/chalice-go/chalice/internal/policy/ssaform"
)

// SetsOne reports whether each input that is made sets at least one of some fields of
// its own.
func (v *Analysis) SetsOne(in *types.Named, fields []string) bool {
	var keys []ssaform.FieldKey
	for _, name := range fields {
		index, field := fieldOf(in, name)
		if field == nil {
			return false
		}
		keys = append(keys, v.form.KeyOf(in, index))
	}
	if len(keys) == 0 || v.opaque(keys[0].Owner) {
		return false
	}
	unset, found := v.maybeUnset(keys...)
	return found && !unset
}

// maybeUnset reports whether there is a value of a struct type none of whose fields with
// some keys is set where it is made, and whether there are values of it at all.
func (v *Analysis) maybeUnset(keys ...ssaform.FieldKey) (unset, found bool) {
	owner := keys[0].Owner
	for _, value := range v.form.Allocations[owner] {
		i, ok := value.(ssa.Instruction)
		if !ok || !v.scope.Runs(i.Parent()) {
			continue
		}
		switch made := value.(type) {
		case *ssa.MakeSlice:
			unset = unset || !isEmpty(made)
			continue
		case *ssa.Alloc, *ssa.FieldAddr, *ssa.IndexAddr:
			if array := arrayOf(value); array != nil {
				unset = unset || !fillsAll(value, array)
				continue
			}
		}
		found = true
		unset = unset || v.leavesUnset(value, keys...)
	}
	for _, use := range v.form.ZeroValues[owner] {
		if _, ok := use.(*ssa.Return); !ok && v.scope.Runs(use.Parent()) {
			unset = true // a result with an error is no input
		}
	}
	return unset, found
}

// leavesUnset reports whether a value is without any of some fields where it is made.
func (v *Analysis) leavesUnset(value ssa.Value, keys ...ssaform.FieldKey) bool {
	for _, use := range *value.Referrers() {
		switch use := use.(type) {
		case *ssa.Store:
			if use.Addr == value {
				return false // it is a copy
			}
		case *ssa.FieldAddr:
			if slices.Contains(keys, v.form.KeyOf(use.X.Type(), use.Field)) && v.setsField(use) {
				return false
			}
		}
	}
	return true
}

// isEmpty reports whether a slice is made without elements, and gets some only by
// append.
func isEmpty(s *ssa.MakeSlice) bool {
	return isZeroInt(s.Len) && !slices.ContainsFunc(*s.Referrers(), func(use ssa.Instruction) bool { _, ok := use.(*ssa.Slice); return ok })
}

// isZeroInt reports whether a value is the constant 0.
func isZeroInt(value ssa.Value) bool {
	c, ok := value.(*ssa.Const)
	return ok && c.Value != nil && c.Value.Kind() == constant.Int && constant.Sign(c.Value) == 0
}

// arrayOf returns the type of the array that an address is of.
func arrayOf(addr ssa.Value) *types.Array {
	array, _ := addr.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Array)
	return array
}

// fillsAll reports whether each element of an array has its own address taken where
// the array is made, or the array is a copy: its elements are looked at then.
// An array that make makes for an empty slice is filled by append.
func fillsAll(addr ssa.Value, array *types.Array) bool {
	elements := map[int64]bool{}
	if uses := *addr.Referrers(); len(uses) == 1 {
		s, ok := uses[0].(*ssa.Slice)
		if ok && s.High != nil && isZeroInt(s.High) {
			return true
		}
	}
	for _, use := range *addr.Referrers() {
		switch use := use.(type) {
		case *ssa.Store:
			if use.Addr == addr {
				return true
			}
		case *ssa.IndexAddr:
			if at, ok := use.Index.(*ssa.Const); ok {
				elements[at.Int64()] = true
			}
		}
	}
	return int64(len(elements)) == array.Len()
}
