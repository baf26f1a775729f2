package policy

import (
	"go/types"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/policy/arn"
	"github.com/chalice-go/chalice/internal/policy/gotypes"
	"github.com/chalice-go/chalice/internal/policy/sdk"
	"golang.org/x/tools/go/ssa"
)

// opaque tells whether values of a struct type can come from code that isn't
// seen, with fields that nobody in the program sets: decoded from JSON, say.
func (v *view) opaque(owner any) bool {
	owner = v.headOf(owner)
	if known, ok := v.opaques[owner]; ok {
		return known
	}
	v.opaques[owner] = false // while it is being found out
	found := false
	for _, kin := range v.kinOf(owner) {
		found = found || v.kin.cast[kin] || v.decoded(kin) || v.returned(kin) || v.handed(kin)
	}
	v.opaques[owner] = found
	return found
}

// decoded tells whether a pointer to such a value is given away as an
// interface, other than to code that only reads it.
func (v *view) decoded(owner any) bool {
	for _, i := range v.interfaces {
		ptr, ok := i.X.Type().Underlying().(*types.Pointer)
		if ok && v.sees(i.Parent()) && holds(ptr.Elem(), owner, 0) && i.Type().Underlying().(*types.Interface).NumMethods() == 0 && !v.onlyRead(i) {
			return true
		}
	}
	for _, c := range v.foreign {
		if !v.sees(c.Parent()) || c.Common().IsInvoke() {
			continue
		}
		f := c.Common().StaticCallee()
		if strings.HasPrefix(packageOf(f), sdk.SdkPrefix) || isListed(readers, f) || f.Signature.Recv() != nil && f.Origin() == nil {
			continue
		}
		for _, a := range c.Common().Args {
			if ptr, ok := a.Type().Underlying().(*types.Pointer); ok && holds(ptr.Elem(), owner, 0) {
				return true
			}
		}
	}
	return false
}

// returned tells whether functions that aren't seen return such values.
func (v *view) returned(owner any) bool {
	name, own := owner.(*types.TypeName)
	own = own && name.Pkg() != nil && strings.HasPrefix(name.Pkg().Path(), sdk.SdkPrefix) && !strings.HasSuffix(name.Pkg().Path(), "/types")
	for _, c := range v.foreign {
		if !v.sees(c.Parent()) {
			continue
		}
		results := c.Common().Signature().Results()
		for r := range results.Variables() {
			// The SDK gives nobody an input; its paginators only hold one.
			if !(own && strings.HasPrefix(gotypes.PackagePath(r.Type()), sdk.SdkPrefix)) && holds(r.Type(), owner, 0) {
				return true
			}
		}
	}
	return false
}

// handed tells whether a function that is called from out of sight gets such
// values.
func (v *view) handed(owner any) bool {
	for n := range v.exposed {
		for _, f := range v.bodies[n] {
			for _, p := range f.Params {
				if f.Signature.Recv() != nil && p == f.Params[0] {
					continue
				}
				if holds(p.Type(), owner, 0) {
					return true
				}
			}
		}
	}
	return false
}

// hidden tells whether a field can be written out of sight.
func (v *view) hidden(key fieldKey) bool {
	for _, kin := range v.kinOf(key.owner) {
		if name, ok := kin.(*types.TypeName); ok && !v.seen(name.Pkg()) && !ofSDK(name) {
			return true
		}
	}
	return v.opaque(key.owner)
}

// ofSDK tells whether a type is the SDK's, whose fields only the program sets.
func ofSDK(name *types.TypeName) bool {
	return name.Pkg() != nil && strings.HasPrefix(name.Pkg().Path(), sdk.SdkPrefix)
}

// setByProgram reports whether a type is one of the SDK's inputs, or of what is in
// these: nobody but the program makes values of it for the SDK.
func setByProgram(name *types.TypeName) bool {
	return ofSDK(name) && (strings.HasSuffix(name.Name(), "Input") || strings.HasSuffix(name.Pkg().Path(), "/types"))
}

// holds tells whether a value of a type has a value of a struct type in it.
func holds(t types.Type, owner any, depth int) bool {
	if depth > 4 {
		return false
	}
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		if t.Obj() == owner {
			return true
		}
		if s, ok := t.Underlying().(*types.Struct); ok && t.Obj().Pkg() != nil {
			return holds(s, owner, depth+1)
		}
		if _, ok := t.Underlying().(*types.Interface); !ok {
			return holds(t.Underlying(), owner, depth+1)
		}
	case *types.Pointer:
		return holds(t.Elem(), owner, depth)
	case *types.Slice:
		return holds(t.Elem(), owner, depth)
	case *types.Array:
		return holds(t.Elem(), owner, depth)
	case *types.Map:
		return holds(t.Elem(), owner, depth)
	case *types.Chan:
		return holds(t.Elem(), owner, depth)
	case *types.Struct:
		if one, ok := owner.(*types.Struct); ok && types.Identical(t, one) {
			return true
		}
		for f := range t.Fields() {
			if holds(f.Type(), owner, depth) {
				return true
			}
		}
	}
	return false
}

// IsSet tells whether the program sets a field of an input, such as "Tagging"
// or "Delete.Objects.VersionId", to anything but nothing.
func (v *view) IsSet(in *types.Named, path string) bool {
	first, rest, nested := strings.Cut(path, ".")
	index, field := fieldOf(in, first)
	if field == nil {
		return false
	}
	if v.opaque(in.Obj()) {
		return true
	}
	set := false
	for _, i := range v.fields[v.keyOf(in, index)] {
		if addr, ok := i.(*ssa.FieldAddr); ok && v.sees(i.Parent()) && v.setsField(addr) {
			set = true
			break
		}
	}
	if !set || !nested {
		return set
	}
	inner := structOf(field.Type())
	return inner == nil || v.IsSet(inner, rest)
}

func (v *view) setsField(addr *ssa.FieldAddr) bool {
	for _, use := range *addr.Referrers() {
		switch use := use.(type) {
		case *ssa.Store:
			if use.Addr != addr || !v.isNothing(use.Val, 0) {
				return true
			}
		case *ssa.UnOp, *ssa.DebugRef:
		default:
			return true // its address goes elsewhere
		}
	}
	return false
}

// isNothing tells whether a value is always nil or zero, also one that helpers
// pass on.
func (v *view) isNothing(value ssa.Value, depth int) bool {
	if depth > 8 {
		return false
	}
	some := func(value ssa.Value) bool { return !v.isNothing(value, depth+1) }
	switch value := value.(type) {
	case *ssa.Const:
		return isZero(value)
	case *ssa.Phi:
		return !slices.ContainsFunc(value.Edges, some)
	case *ssa.Parameter:
		args, ok := v.argumentsOf(value)
		return ok && !slices.ContainsFunc(args, some)
	}
	return false
}

func isZero(c *ssa.Const) bool {
	return c.Value == nil || c.Value.String() == `""` || c.Value.String() == "false" || c.Value.String() == "0"
}

func fieldOf(t *types.Named, name string) (int, *types.Var) {
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return 0, nil
	}
	for i := range s.NumFields() {
		if s.Field(i).Name() == name {
			return i, s.Field(i)
		}
	}
	return 0, nil
}

// structOf gives the struct type that a field holds one or many of.
func structOf(t types.Type) *types.Named {
	for {
		switch x := types.Unalias(t).(type) {
		case *types.Pointer:
			t = x.Elem()
		case *types.Slice:
			t = x.Elem()
		case *types.Map:
			t = x.Elem()
		case *types.Named:
			if _, ok := x.Underlying().(*types.Struct); ok {
				return x
			}
			return nil
		default:
			return nil
		}
	}
}

// values gives the names that a field of an input can have; false if it can be
// anything, or if some input doesn't set it. missing is what the field is then,
// if the service has a default.
func (v *view) values(in *types.Named, path, missing string) ([]arn.Name, bool) {
	for {
		first, rest, nested := strings.Cut(path, ".")
		if !nested {
			break
		}
		_, field := fieldOf(in, first)
		if field == nil || v.opaque(in.Obj()) || !v.IsSet(in, first) {
			return nil, false
		}
		inner := structOf(field.Type())
		if inner == nil {
			return nil, false
		}
		in, path = inner, rest
	}
	index, field := fieldOf(in, path)
	if field == nil || v.opaque(in.Obj()) {
		return nil, false
	}
	key := v.keyOf(in, index)
	lacking, found := v.lacking(key)
	if !found || lacking && missing == "" {
		return nil, false
	}
	names, stored := v.newTracer().field(key)
	names = nonEmpty(names)
	if lacking {
		names = append(names, constants(missing)...)
		stored = stored || !v.IsSet(in, path)
	}
	if !stored || len(names) == 0 || len(names) > maxNames {
		return nil, false
	}
	return names, true
}

// arguments gives the names that a helper of the SDK is called with.
func (v *view) arguments(fn *types.Func, index int) ([]arn.Name, bool) {
	var names []arn.Name
	f := v.prog.FuncValue(fn)
	if f == nil || v.taken[f] {
		return nil, false
	}
	for _, c := range v.static[f] {
		if !v.sees(c.Parent()) {
			continue
		}
		more, ok := v.origins(c.Common().Args[index])
		if !ok {
			return nil, false
		}
		names = append(names, more...)
	}
	return names, len(names) > 0
}

// Verbs gives the first words of the statements in a field; false if one isn't
// known.
func (v *view) Verbs(in *types.Named, path string) ([]string, bool) {
	names, ok := v.values(in, path, "")
	var verbs []string
	for _, n := range names {
		if n[0].Kind != arn.Constant {
			return nil, false
		}
		words := strings.Fields(n[0].Text)
		if len(words) == 0 || len(words) == 1 && len(n) > 1 {
			return nil, false
		}
		verbs = append(verbs, strings.ToUpper(words[0]))
	}
	return verbs, ok
}
