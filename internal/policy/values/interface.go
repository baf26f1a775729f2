package values

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/chalice-go/chalice/internal/policy/arn"
	"github.com/chalice-go/chalice/internal/policy/gotypes"
)

// asserted returns what an interface can hold of the type that it is asserted to have.
func (t *tracer) asserted(a *ssa.TypeAssert, in *callContext) ([]arn.Name, bool) {
	if types.IsInterface(a.AssertedType) {
		return t.trace(a.X, in)
	}
	names, ok := t.outOf(a.X, a.AssertedType, in)
	if ok && a.CommaOk {
		names = append(names, arn.Name{}) // or it has another type
	}
	return names, ok
}

// outOf returns what an interface can hold as a value of a type. Where the interface
// can't be followed, that is all of the type that is put into any interface.
func (t *tracer) outOf(iface ssa.Value, of types.Type, in *callContext) ([]arn.Name, bool) {
	names, ok := t.wanting(want{boxed: of}, iface, in)
	if ok {
		return names, true
	}
	return t.madeAs(of)
}

// unbox returns the value that an interface is made of, if it is of the type that is
// looked for.
func (t *tracer) unbox(m *ssa.MakeInterface, in *callContext) ([]arn.Name, bool) {
	switch {
	case t.want == nil:
		return t.trace(m.X, in)
	case t.want.boxed == nil:
		return nil, false
	case !types.Identical(m.X.Type(), t.want.boxed):
		return nil, true
	}
	return t.found([]ssa.Value{m.X}, in)
}

// madeAs returns what is put into interfaces as a value of one of the program's types
// of strings; false if code out of sight can make such values, too.
func (t *tracer) madeAs(of types.Type) ([]arn.Name, bool) {
	named, ok := types.Unalias(of).(*types.Named)
	if !ok || !gotypes.IsString(of) || !t.v.form.HasSource(named.Obj().Pkg()) || t.v.madeOutOfSight(named) {
		return nil, false
	}
	return t.all(t.v.boxedAs(named), nil)
}

// boxedAs returns the values of a type that are put into interfaces.
func (v *Analysis) boxedAs(t types.Type) []ssa.Value {
	var values []ssa.Value
	for _, made := range v.madeInterfaces() {
		if types.Identical(made.of, t) {
			for _, m := range made.at {
				values = append(values, m.X)
			}
		}
	}
	return values
}

// madeOutOfSight reports whether code that isn't seen can make values of a type, or put
// others than the program does into interfaces: it gets memory that holds such values,
// or, by way of an empty interface, the type itself.
func (v *Analysis) madeOutOfSight(t *types.Named) bool {
	known, ok := v.outOfSight[t.Obj()]
	if !ok {
		known = v.isDecoded(t) || v.isPassedIn(t) || v.isHandedOut(t)
		v.outOfSight[t.Obj()] = known
	}
	return known
}

// isDecoded reports whether something that leads to values of a type goes out of sight.
func (v *Analysis) isDecoded(t types.Type) bool {
	for _, made := range v.madeInterfaces() {
		if !types.Identical(made.of, t) && leadsTo(made.of, t) && slices.ContainsFunc(made.at, func(m *ssa.MakeInterface) bool { return !v.onlyRead(m) }) {
			return true
		}
	}
	for _, c := range v.foreignCalls() {
		for _, arg := range c.Common().Args {
			if leadsTo(arg.Type(), t) && (c.callee == nil || !onlyReads(c.callee, 1)) {
				return true
			}
		}
	}
	return false
}

// isPassedIn reports whether code out of sight gives the program values of a type.
func (v *Analysis) isPassedIn(t types.Type) bool {
	for _, f := range v.scope.Exposed() {
		for i, p := range f.Params {
			if (i > 0 || f.Signature.Recv() == nil) && leadsTo(p.Type(), t) {
				return true
			}
		}
	}
	for _, c := range v.foreignCalls() {
		for r := range c.Common().Signature().Results().Variables() {
			if leadsTo(r.Type(), t) {
				return true
			}
		}
	}
	return false
}

// isHandedOut reports whether code out of sight gets a value of a type in an empty
// interface, of which it can make others.
func (v *Analysis) isHandedOut(t *types.Named) bool {
	for _, made := range v.madeInterfaces() {
		if types.Identical(made.of, t) && slices.ContainsFunc(made.at, func(m *ssa.MakeInterface) bool {
			return isEmptyInterface(m.Type()) && !v.staysInside(m, map[ssa.Value]bool{})
		}) {
			return true
		}
	}
	for _, c := range v.form.EmptiedInterfaces {
		if i, ok := c.X.Type().Underlying().(*types.Interface); ok && v.scope.Runs(c.Parent()) && types.Implements(t, i) && !v.staysInside(c, map[ssa.Value]bool{}) {
			return true
		}
	}
	return false
}

// isEmptyInterface reports whether a type is that of interfaces without methods.
func isEmptyInterface(t types.Type) bool {
	i, ok := t.Underlying().(*types.Interface)
	return ok && i.NumMethods() == 0
}

// staysInside reports whether code out of sight only reads or keeps an interface, as far
// as that is plain.
func (v *Analysis) staysInside(value ssa.Value, visited map[ssa.Value]bool) bool {
	if visited[value] || v.onlyRead(value) {
		return true
	}
	visited[value] = true
	for _, use := range *value.Referrers() {
		switch use := use.(type) {
		case *ssa.DebugRef, *ssa.BinOp, *ssa.TypeAssert:
		case *ssa.Phi:
			if !v.staysInside(use, visited) {
				return false
			}
		case ssa.CallInstruction:
			if !v.callKeeps(use, value, visited) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// callKeeps reports whether an argument of a call stays inside.
func (v *Analysis) callKeeps(c ssa.CallInstruction, value ssa.Value, visited map[ssa.Value]bool) bool {
	callees, ok := v.calleesOf(c)
	for _, f := range callees {
		if f.Blocks == nil {
			ok = ok && (isListed(readers, f) || isListed(keepers, f))
			continue
		}
		for i, arg := range argumentsFor(c.Common()) {
			ok = ok && (arg != value || i < len(f.Params) && v.staysInside(f.Params[i], visited))
		}
	}
	return ok
}
