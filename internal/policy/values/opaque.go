package values

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/chalice-go/chalice/internal/policy/gotypes"
	"github.com/chalice-go/chalice/internal/policy/sdk"
	"github.com/chalice-go/chalice/internal/policy/ssaform"
)

// opaque reports whether values of a struct type can come from code that isn't
// seen, with fields that nobody in the program sets: decoded from JSON, say.
func (v *Analysis) opaque(owner any) bool {
	owner = v.form.Representative(owner)
	if known, ok := v.opaqueTypes[owner]; ok {
		return known
	}
	v.opaqueTypes[owner] = false // while it is being found out
	found := false
	for _, kin := range v.form.Class(owner) {
		found = found || v.form.ConvertedUnsafely(kin) || v.decoded(kin) || v.returned(kin) || v.passedIn(kin)
	}
	v.opaqueTypes[owner] = found
	return found
}

// decoded reports whether a pointer to such a value is given away as an
// interface, other than to code that only reads it, and as an answer.
func (v *Analysis) decoded(owner any) bool {
	for _, i := range v.form.MadeInterfaces {
		ptr, ok := i.X.Type().Underlying().(*types.Pointer)
		if ok && v.scope.Runs(i.Parent()) && containsStruct(ptr.Elem(), owner, 0) && i.Type().Underlying().(*types.Interface).NumMethods() == 0 && !v.onlyRead(i) && !v.onlyAnswered(i) {
			return true
		}
	}
	for _, c := range v.foreignCalls() {
		if c.Common().IsInvoke() || c.callee != nil && leavesStructs(c.callee) {
			continue
		}
		for _, a := range c.Common().Args {
			if ptr, ok := a.Type().Underlying().(*types.Pointer); ok && containsStruct(ptr.Elem(), owner, 0) {
				return true
			}
		}
	}
	return false
}

// leavesStructs reports whether a function out of sight doesn't write to what the
// pointers that it gets point to.
func leavesStructs(f *ssa.Function) bool {
	return strings.HasPrefix(ssaform.PackageOf(f), sdk.Prefix) || isListed(readers, f) || f.Signature.Recv() != nil && f.Origin() == nil
}

// returned reports whether functions that aren't seen return such values, and the
// program takes them.
func (v *Analysis) returned(owner any) bool {
	name := ssaform.NameOf(owner)
	own := name != nil && name.Pkg() != nil && strings.HasPrefix(name.Pkg().Path(), sdk.Prefix) && !strings.HasSuffix(name.Pkg().Path(), "/types")
	for _, c := range v.foreignCalls() {
		results := c.Common().Signature().Results()
		for r := range results.Variables() {
			// The SDK gives nobody an input; its paginators only hold one.
			if !(own && strings.HasPrefix(gotypes.PackagePath(r.Type()), sdk.Prefix)) && containsStruct(r.Type(), owner, 0) && v.takes(r.Type(), owner) {
				return true
			}
		}
	}
	return false
}

// takes reports whether the program takes values of a struct type out of a result that
// has them. It does unless that is an output of the SDK's, none of whose fields that
// lead there is read.
func (v *Analysis) takes(result types.Type, owner any) bool {
	if ptr, ok := types.Unalias(result).(*types.Pointer); ok {
		result = ptr.Elem()
	}
	output, ok := types.Unalias(result).(*types.Named)
	if !ok || !ofSDK(output.Obj()) || output.Obj() == owner {
		return true
	}
	s, ok := output.Underlying().(*types.Struct)
	if !ok {
		return true
	}
	for i := range s.NumFields() {
		if containsStruct(s.Field(i).Type(), owner, 0) && v.readsField(v.form.KeyOf(output, i)) {
			return true
		}
	}
	return false
}

// readsField reports whether code that runs uses a field but to store something there.
func (v *Analysis) readsField(key ssaform.FieldKey) bool {
	return slices.ContainsFunc(v.form.FieldUses[key], func(use ssa.Instruction) bool {
		if !v.scope.Runs(use.Parent()) {
			return false
		}
		addr, ok := use.(*ssa.FieldAddr)
		return !ok || slices.ContainsFunc(*addr.Referrers(), func(r ssa.Instruction) bool {
			store, ok := r.(*ssa.Store)
			return !ok || store.Addr != addr
		})
	})
}

// passedIn reports whether a function that is called from out of sight gets such
// values.
func (v *Analysis) passedIn(owner any) bool {
	for _, f := range v.scope.Exposed() {
		for _, p := range f.Params {
			if f.Signature.Recv() != nil && p == f.Params[0] {
				continue
			}
			if containsStruct(p.Type(), owner, 0) {
				return true
			}
		}
	}
	return false
}

// writtenElsewhere reports whether a field can be written out of sight.
func (v *Analysis) writtenElsewhere(key ssaform.FieldKey) bool {
	for _, kin := range v.form.Class(key.Owner) {
		if name := ssaform.NameOf(kin); name != nil && !v.form.HasSource(name.Pkg()) && !ofSDK(name) {
			return true
		}
	}
	return v.opaque(key.Owner)
}

// ofSDK reports whether a type is the SDK's, whose fields only the program sets.
func ofSDK(name *types.TypeName) bool {
	return name.Pkg() != nil && strings.HasPrefix(name.Pkg().Path(), sdk.Prefix)
}

// setByProgram reports whether a type is one of the SDK's inputs, or of what is in
// these: nobody but the program makes values of it for the SDK.
func setByProgram(name *types.TypeName) bool {
	return ofSDK(name) && (strings.HasSuffix(name.Name(), "Input") || strings.HasSuffix(name.Pkg().Path(), "/types"))
}

// containsStruct reports whether a value of a type has a value of a struct type in it.
func containsStruct(t types.Type, owner any, depth int) bool {
	if depth > 4 {
		return false
	}
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		if t.Obj() == owner {
			return true
		}
		if one, ok := owner.(*types.Named); ok && types.Identical(t, one) {
			return true
		}
		if s, ok := t.Underlying().(*types.Struct); ok && t.Obj().Pkg() != nil {
			return containsStruct(s, owner, depth+1)
		}
		if _, ok := t.Underlying().(*types.Interface); !ok {
			return containsStruct(t.Underlying(), owner, depth+1)
		}
	case *types.Pointer:
		return containsStruct(t.Elem(), owner, depth)
	case *types.Slice:
		return containsStruct(t.Elem(), owner, depth)
	case *types.Array:
		return containsStruct(t.Elem(), owner, depth)
	case *types.Map:
		return containsStruct(t.Elem(), owner, depth)
	case *types.Chan:
		return containsStruct(t.Elem(), owner, depth)
	case *types.Struct:
		if one, ok := owner.(*types.Struct); ok && types.Identical(t, one) {
			return true
		}
		for f := range t.Fields() {
			if containsStruct(f.Type(), owner, depth) {
				return true
			}
		}
	}
	return false
}
