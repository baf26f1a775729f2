package values

import (
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
