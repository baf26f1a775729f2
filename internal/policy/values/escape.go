package values

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/chalice-go/chalice/internal/policy/sdk"
	"github.com/chalice-go/chalice/internal/policy/ssaform"
)

// loadsOf returns the values of a type that are read from memory.
func (v *Analysis) loadsOf(t types.Type) []ssa.Value {
	if v.loads == nil {
		v.loads = &typeutil.Map{}
		for _, f := range v.form.Functions {
			if v.scope.Runs(f) {
				v.addLoads(f)
			}
		}
	}
	values, _ := v.loads.At(t).([]ssa.Value)
	return values
}

// addLoads adds what a function reads from memory.
func (v *Analysis) addLoads(f *ssa.Function) {
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			switch i := i.(type) {
			case *ssa.UnOp, *ssa.Lookup, *ssa.Extract, *ssa.Index, *ssa.Field, *ssa.TypeAssert:
				value := i.(ssa.Value)
				if ssaform.LeadsToMemory(value.Type()) {
					known, _ := v.loads.At(value.Type()).([]ssa.Value)
					v.loads.Set(value.Type(), append(known, value))
				}
			}
		}
	}
}

// escapes reports whether code that isn't seen gets values of a type, in others,
// to write by.
func (v *Analysis) escapes(t types.Type) bool {
	known, ok := v.escaping.At(t).(bool)
	if !ok {
		known = v.isGivenAway(t)
		v.escaping.Set(t, known)
	}
	return known
}

// isGivenAway is escapes.
func (v *Analysis) isGivenAway(t types.Type) bool {
	for _, made := range v.madeInterfaces() {
		if leadsTo(made.of, t) && slices.ContainsFunc(made.at, func(i *ssa.MakeInterface) bool { return !v.onlyRead(i) && !v.onlyAnswered(i) }) {
			return true
		}
	}
	for _, c := range v.foreignCalls() {
		if c.callee != nil && onlyReads(c.callee, 1) {
			continue
		}
		if c.Common().IsInvoke() && c.Common().Method.Pkg() != nil && strings.HasPrefix(c.Common().Method.Pkg().Path(), sdk.Prefix) {
			continue
		}
		if slices.ContainsFunc(c.Common().Args, func(arg ssa.Value) bool { return leadsTo(arg.Type(), t) }) {
			return true
		}
	}
	return false
}

// leadsTo reports whether a value of a type leads to values of another.
func leadsTo(t, part types.Type) bool {
	return leads(t, part, map[types.Type]bool{}, 0)
}

// leads is leadsTo without the types that were visited.
func leads(t, part types.Type, visited map[types.Type]bool, depth int) bool {
	t = types.Unalias(t)
	switch {
	case types.Identical(t, part):
		return true
	case visited[t] || depth > maxNesting:
		return false
	}
	if _, ok := t.(*types.Named); ok {
		visited[t] = true
	}
	switch t := t.Underlying().(type) {
	case *types.Map:
		return leads(t.Key(), part, visited, depth+1) || leads(t.Elem(), part, visited, depth+1)
	case interface{ Elem() types.Type }: // a pointer, slice, array or channel
		return leads(t.Elem(), part, visited, depth+1)
	case *types.Struct:
		for f := range t.Fields() {
			if leads(f.Type(), part, visited, depth+1) {
				return true
			}
		}
	}
	return false
}
