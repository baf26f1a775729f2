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

// decoded reports whether something that leads to such a value is given away as an
// interface, other than to code that only reads it, and as an answer.
func (v *Analysis) decoded(owner any) bool {
	for _, made := range v.madeInterfaces() {
		if v.sharesStruct(made.of, owner, 0) && slices.ContainsFunc(made.at, v.isTakenApart) {
			return true
		}
	}
	for _, c := range v.foreignCalls() {
		if c.Common().IsInvoke() || c.callee != nil && leavesStructs(c.callee) {
			continue
		}
		for _, a := range c.Common().Args {
			if ptr, ok := a.Type().Underlying().(*types.Pointer); ok && v.containsStruct(ptr.Elem(), owner) {
				return true
			}
		}
	}
	return false
}

// isTakenApart reports whether an interface goes to code that isn't seen as one that tells
// nothing of what is in it, which therefore looks for itself.
func (v *Analysis) isTakenApart(i *ssa.MakeInterface) bool {
	if isEmptyInterface(i.Type()) || isMessage(i.Type()) {
		return !v.onlyRead(i) && !v.onlyAnswered(i)
	}
	return slices.ContainsFunc(v.emptied(), func(c *ssa.ChangeInterface) bool {
		return types.AssignableTo(i.X.Type(), c.X.Type())
	})
}

// emptied returns the interfaces that lose their methods and go to code that isn't seen.
func (v *Analysis) emptied() []*ssa.ChangeInterface {
	if v.emptiedOnes == nil {
		v.emptiedOnes = []*ssa.ChangeInterface{}
		for _, c := range v.form.EmptiedInterfaces {
			if v.scope.Runs(c.Parent()) && !v.staysInside(c, map[ssa.Value]bool{}) {
				v.emptiedOnes = append(v.emptiedOnes, c)
			}
		}
	}
	return v.emptiedOnes
}

// isMessage reports whether an interface is that of protocol buffers' messages, which are
// decoded by reflection.
func isMessage(t types.Type) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, false, nil, "ProtoReflect")
	return obj != nil
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
			if !(own && strings.HasPrefix(gotypes.PackagePath(r.Type()), sdk.Prefix)) && v.containsStruct(r.Type(), owner) && v.takes(r.Type(), owner) {
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
		if v.containsStruct(s.Field(i).Type(), owner) && v.readsField(v.form.KeyOf(output, i)) {
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
			if v.containsStruct(p.Type(), owner) {
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
func (v *Analysis) containsStruct(t types.Type, owner any) bool {
	clear(v.visited)
	return contains(t, owner, v.visited, 0)
}

// maxNesting is how deep types are looked into: instances of generic ones can be in each
// other without end.
const maxNesting = 64

// contains is containsStruct without the types that were visited.
func contains(t types.Type, owner any, visited map[types.Type]bool, depth int) bool {
	if t = types.Unalias(t); visited[t] || depth > maxNesting {
		return false
	}
	switch t := t.(type) {
	case *types.Named:
		visited[t] = true
		if one, ok := owner.(*types.Named); t.Obj() == owner || ok && types.Identical(t, one) {
			return true
		}
		return !types.IsInterface(t) && contains(t.Underlying(), owner, visited, depth+1)
	case *types.Struct:
		if one, ok := owner.(*types.Struct); ok && types.Identical(t, one) {
			return true
		}
		for f := range t.Fields() {
			if contains(f.Type(), owner, visited, depth+1) {
				return true
			}
		}
	case interface{ Elem() types.Type }: // a pointer, slice, array, map or channel
		return contains(t.Elem(), owner, visited, depth+1)
	}
	return false
}

// sharesStruct reports whether who has a value of a type can write to a value of a struct
// type by it: one that the value points to, rather than a copy.
func (v *Analysis) sharesStruct(t types.Type, owner any, depth int) bool {
	switch t := t.Underlying().(type) {
	case *types.Pointer, *types.Slice, *types.Map:
		return v.containsStruct(t.(interface{ Elem() types.Type }).Elem(), owner)
	case *types.Array:
		return v.sharesStruct(t.Elem(), owner, depth+1)
	case *types.Struct:
		for f := range t.Fields() {
			if depth < maxNesting && v.sharesStruct(f.Type(), owner, depth+1) {
				return true
			}
		}
	}
	return false
}
