package values

import (
	"go/constant"
	"go/token"
	"go/types"
	"strconv"

	"golang.org/x/tools/go/ssa"

	"github.com/chalice-go/chalice/internal/policy/arn"
)

// element returns what an array, or a slice, has at an index; false if it isn't known
// which value that is.
func (t *tracer) element(of, index ssa.Value, in *callContext) (names []arn.Name, ok bool) {
	at, err := strconv.ParseInt(t.v.constantKey(index, in), 10, 64)
	array := t.v.arrayOf(of, 0)
	if err != nil || array == nil {
		return nil, false
	}
	elements := t.v.elements(array)
	if elements == nil {
		return nil, false
	}
	if elements[at] == nil {
		return []arn.Name{{}}, true
	}
	return t.trace(elements[at], in)
}

// arrayOf returns the array, as the place where it is made, that a value is: an array, its
// address, or a slice of all of it. It returns nil if that isn't plain.
func (v *Analysis) arrayOf(value ssa.Value, depth int) ssa.Value {
	if depth > 8 {
		return nil
	}
	switch x := value.(type) {
	case *ssa.Alloc, *ssa.Global:
		stored := v.onlyStore(x)
		switch {
		case arrayOf(x) == nil:
			return nil
		case stored != nil && types.Identical(stored.Type(), x.Type().Underlying().(*types.Pointer).Elem()):
			return v.arrayOf(stored, depth+1) // a copy
		}
		return x
	case *ssa.Slice:
		if x.Low == nil && x.High == nil {
			return v.arrayOf(x.X, depth+1)
		}
	case *ssa.UnOp:
		if x.Op != token.MUL {
			return nil
		}
		if array := v.arrayOf(x.X, depth+1); array != nil {
			return array
		}
		if stored := v.onlyStore(x.X); stored != nil {
			return v.arrayOf(stored, depth+1)
		}
	}
	return nil
}

// onlyStore returns the one value that is stored in a variable; nil if there are others.
func (v *Analysis) onlyStore(variable ssa.Value) ssa.Value {
	switch variable.(type) {
	case *ssa.Alloc, *ssa.Global:
		if w := v.storesTo(variable); !w.unknown && len(w.values) == 1 {
			return w.values[0]
		}
	}
	return nil
}

// elements returns the values that an array has at its indexes, if each is stored once
// and there; nil otherwise.
func (v *Analysis) elements(array ssa.Value) map[int64]ssa.Value {
	uses := array.Referrers()
	if g, ok := array.(*ssa.Global); ok {
		global := v.form.GlobalUses[g]
		uses = &global
	}
	elements := map[int64]ssa.Value{}
	for _, use := range *uses {
		index, ok := use.(*ssa.IndexAddr)
		if !ok || index.X != array {
			continue
		}
		for _, u := range *index.Referrers() {
			s, isStore := u.(*ssa.Store)
			if !isStore || s.Addr != index {
				continue
			}
			at, ok := index.Index.(*ssa.Const)
			if !ok || at.Value == nil || at.Value.Kind() != constant.Int || elements[at.Int64()] != nil {
				return nil
			}
			elements[at.Int64()] = s.Val
		}
	}
	if w := v.storesTo(array); w.unknown || w.moved || len(w.values) != len(elements) {
		return nil // written by an alias, too
	}
	return elements
}
