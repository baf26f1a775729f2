package values

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// foreignCall is a call of code out of sight.
type foreignCall struct {
	ssa.CallInstruction
	callee *ssa.Function // nil for a method of an interface, or a function that isn't known
}

// foreignCalls returns the calls of code out of sight that can run: plain ones, those of
// methods of its interfaces, and those of function values that can be its functions.
func (v *Analysis) foreignCalls() []foreignCall {
	if v.foreign != nil {
		return v.foreign
	}
	v.foreign = []foreignCall{}
	for _, c := range v.form.ForeignCalls {
		if v.scope.Runs(c.Parent()) {
			v.foreign = append(v.foreign, foreignCall{c, c.Common().StaticCallee()})
		}
	}
	for _, c := range slices.Concat(v.form.DynamicCalls, v.form.MethodCalls) {
		if v.scope.Runs(c.Parent()) {
			v.addForeign(c)
		}
	}
	return v.foreign
}

// addForeign adds a dynamic call, as far as it is one of code out of sight. The user's
// own interfaces are implemented by what is known of that.
func (v *Analysis) addForeign(c ssa.CallInstruction) {
	callees, ok := v.scope.Callees(c)
	if !ok && !c.Common().IsInvoke() {
		v.foreign = append(v.foreign, foreignCall{c, nil})
	}
	for _, f := range callees {
		if f.Blocks == nil {
			v.foreign = append(v.foreign, foreignCall{c, f})
		}
	}
}

// madeInterfaces are the places where values of a type are put into interfaces.
type madeInterfaces struct {
	of types.Type
	at []*ssa.MakeInterface
}

// madeInterfaces returns where code that can run puts values into interfaces, by their types.
func (v *Analysis) madeInterfaces() []madeInterfaces {
	if v.made != nil {
		return v.made
	}
	v.made = []madeInterfaces{}
	number := map[types.Type]int{}
	for _, i := range v.form.MadeInterfaces {
		if !v.scope.Runs(i.Parent()) {
			continue
		}
		of := i.X.Type()
		n, known := number[of]
		if !known {
			n = len(v.made)
			number[of] = n
			v.made = append(v.made, madeInterfaces{of: of})
		}
		v.made[n].at = append(v.made[n].at, i)
	}
	return v.made
}
