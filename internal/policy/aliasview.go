package policy

import (
	"go/types"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/policy/sdk"
	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/types/typeutil"
)

// calleesOf gives what a call can call; none if that isn't known.
func (v *view) calleesOf(c ssa.CallInstruction) []*ssa.Function {
	if f := c.Common().StaticCallee(); f != nil {
		return []*ssa.Function{f}
	}
	if v.flow == nil {
		return nil
	}
	if v.callees == nil {
		v.callees = map[ssa.CallInstruction][]*ssa.Function{}
		for f, calls := range v.flow.callers {
			for _, call := range calls {
				v.callees[call] = append(v.callees[call], f)
			}
		}
	}
	return v.callees[c]
}

// onlyAnswered tells whether an interface is nothing but what handlers return,
// and no code takes it apart.
func (v *view) onlyAnswered(i *ssa.MakeInterface) bool {
	for _, use := range *i.Referrers() {
		switch use.(type) {
		case *ssa.Return, *ssa.DebugRef:
		default:
			return false
		}
		if n := v.nodes[use.Parent()]; n == nil || !v.p.registered[n] {
			return false
		}
	}
	for _, value := range v.loadsOf(i.X.Type()) {
		if _, ok := value.(*ssa.TypeAssert); ok {
			return false
		}
	}
	return true
}

// loadsOf gives the values of a type that are read from memory.
func (v *view) loadsOf(t types.Type) []ssa.Value {
	if v.loads == nil {
		v.loads = &typeutil.Map{}
		for _, f := range v.functions {
			if v.sees(f) {
				v.addLoads(f)
			}
		}
	}
	values, _ := v.loads.At(t).([]ssa.Value)
	return values
}

func (v *view) addLoads(f *ssa.Function) {
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			switch i := i.(type) {
			case *ssa.UnOp, *ssa.Lookup, *ssa.Extract, *ssa.Index, *ssa.Field, *ssa.TypeAssert:
				value := i.(ssa.Value)
				if pointing(value.Type()) {
					known, _ := v.loads.At(value.Type()).([]ssa.Value)
					v.loads.Set(value.Type(), append(known, value))
				}
			}
		}
	}
}

// leaves tells whether code that isn't seen gets values of a type, in others,
// to write by.
func (v *view) leaves(t types.Type) bool {
	for _, i := range v.interfaces {
		if v.sees(i.Parent()) && contains(i.X.Type(), t, 0) && !v.onlyRead(i) && !v.onlyAnswered(i) {
			return true
		}
	}
	for _, c := range v.foreign {
		if !v.sees(c.Parent()) {
			continue
		}
		if f := c.Common().StaticCallee(); f != nil && onlyReads(f, 1) {
			continue
		}
		if c.Common().IsInvoke() && c.Common().Method.Pkg() != nil && strings.HasPrefix(c.Common().Method.Pkg().Path(), sdk.SdkPrefix) {
			continue
		}
		if slices.ContainsFunc(c.Common().Args, func(arg ssa.Value) bool { return contains(arg.Type(), t, 0) }) {
			return true
		}
	}
	return false
}

// contains tells whether a value of a type leads to values of another.
func contains(t, part types.Type, depth int) bool {
	if types.Identical(t, part) {
		return true
	}
	if depth > 5 {
		return false
	}
	switch t := t.Underlying().(type) {
	case *types.Pointer:
		return contains(t.Elem(), part, depth+1)
	case *types.Slice:
		return contains(t.Elem(), part, depth+1)
	case *types.Array:
		return contains(t.Elem(), part, depth+1)
	case *types.Chan:
		return contains(t.Elem(), part, depth+1)
	case *types.Map:
		return contains(t.Key(), part, depth+1) || contains(t.Elem(), part, depth+1)
	case *types.Struct:
		for f := range t.Fields() {
			if contains(f.Type(), part, depth+1) {
				return true
			}
		}
	}
	return false
}
