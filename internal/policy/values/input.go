package values

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/chalice-go/chalice/internal/policy/arn"
	"github.com/chalice-go/chalice/internal/policy/gotypes"
)

// IsSet reports whether the program sets a field of an input, such as "Tagging"
// or "Delete.Objects.VersionId", to anything but nothing.
func (v *Analysis) IsSet(in *types.Named, path string) bool {
	first, rest, nested := strings.Cut(path, ".")
	index, field := fieldOf(in, first)
	if field == nil {
		return false
	}
	if v.opaque(in.Obj()) {
		return true
	}
	set := false
	for _, i := range v.form.FieldUses[v.form.KeyOf(in, index)] {
		if addr, ok := i.(*ssa.FieldAddr); ok && v.scope.Runs(i.Parent()) && v.setsField(addr) {
			set = true
			break
		}
	}
	if !set || !nested {
		return set
	}
	inner, rest := within(field.Type(), rest)
	return inner != nil && v.IsSet(inner, rest)
}

// fieldOf returns a field of a struct type, and its index; nil if there is none of that
// name. A helper of the SDK can have SSEKMSKeyID where the service has SSEKMSKeyId.
func fieldOf(t *types.Named, name string) (int, *types.Var) {
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return 0, nil
	}
	alike := -1
	for i := range s.NumFields() {
		switch field := s.Field(i); {
		case field.Name() == name:
			return i, field
		case strings.EqualFold(field.Name(), name):
			alike = i
		}
	}
	if alike < 0 {
		return 0, nil
	}
	return alike, s.Field(alike)
}

// within returns the struct type that a field holds one or many of, and the rest of a
// path in it; nil if it holds no such type. The SDK has an interface for a union U, and
// for its member M a struct type UMemberM with the field Value.
func within(t types.Type, rest string) (*types.Named, string) {
	named, ok := gotypes.Element(t).(*types.Named)
	if !ok {
		return nil, ""
	}
	switch named.Underlying().(type) {
	case *types.Struct:
		return named, rest
	case *types.Interface:
		member, below, nested := strings.Cut(rest, ".")
		if nested {
			below = "." + below
		}
		return memberOf(named, member), "Value" + below
	}
	return nil, ""
}

// memberOf returns the struct type of a union's member, nil if there is none.
func memberOf(union *types.Named, member string) *types.Named {
	if union.Obj().Pkg() == nil {
		return nil
	}
	name, ok := union.Obj().Pkg().Scope().Lookup(union.Obj().Name() + "Member" + member).(*types.TypeName)
	if !ok {
		return nil
	}
	named, _ := name.Type().(*types.Named)
	return named
}

// owner returns the struct type that has the last field of a path from an input, and
// that field; nil if there is none.
func owner(in *types.Named, path string) (*types.Named, string) {
	for in != nil {
		first, rest, nested := strings.Cut(path, ".")
		_, field := fieldOf(in, first)
		switch {
		case field == nil:
			return nil, ""
		case !nested:
			return in, path
		}
		in, path = within(field.Type(), rest)
	}
	return nil, ""
}

// FieldNames returns the names that a field of an input can have, and false if it can
// be anything, or if some input doesn't set it. Such an input has the default, if that
// isn't empty.
func (v *Analysis) FieldNames(in *types.Named, path, defaultName string) ([]arn.Name, bool) {
	return v.fieldNames(in, path, defaultName, defaultName != "")
}

// SetNames returns the names that a field has where it is set, and false if it can be
// anything.
func (v *Analysis) SetNames(in *types.Named, path string) ([]arn.Name, bool) {
	return v.fieldNames(in, path, "", true)
}

// fieldNames returns the names that a field can have. Inputs that don't set it have
// the default, if they may be without it; none if that is empty.
func (v *Analysis) fieldNames(in *types.Named, path, defaultName string, mayLack bool) ([]arn.Name, bool) {
	if !v.isReached(in, path) {
		return nil, false
	}
	in, path = owner(in, path)
	index, _ := fieldOf(in, path)
	key := v.form.KeyOf(in, index)
	unset, found := v.maybeUnset(key)
	if !found || unset && !mayLack {
		return nil, false
	}
	t := v.newTracer()
	names, stored := t.field(key)
	names = nonEmpty(names)
	if defaultName != "" && (unset || t.nothing || v.fieldStartsEmpty(key)) {
		names = append(names, constants(defaultName)...)
		stored = stored || !v.IsSet(in, path)
	}
	if names = v.inAccount(in, path, names); !stored || len(names) == 0 || len(names) > maxNames {
		return nil, false
	}
	return names, true
}

// Mentions reports whether a text can be in the text of a field of an input. Where that
// isn't known to its end, it can be if a constant that the program uses has the text.
func (v *Analysis) Mentions(in *types.Named, path, text string) bool {
	names, known := v.FieldNames(in, path, "")
	for _, n := range names {
		for _, p := range n {
			known = known && p.Kind != arn.Anything
			if p.Kind == arn.Constant && strings.Contains(p.Text, text) {
				return true
			}
		}
	}
	return !known && v.usesConstant(text)
}

// usesConstant reports whether a function that runs uses a constant that has a text in
// it.
func (v *Analysis) usesConstant(text string) bool {
	for _, f := range v.form.Functions {
		if !v.scope.Runs(f) {
			continue
		}
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				if slices.ContainsFunc(i.Operands(nil), func(o *ssa.Value) bool { return v.isConstantWith(*o, text) }) {
					return true
				}
			}
		}
	}
	return false
}

// isReached reports whether a path leads to a field, through fields that are set, and
// through no type that code out of sight can make.
func (v *Analysis) isReached(in *types.Named, path string) bool {
	for in != nil {
		first, rest, nested := strings.Cut(path, ".")
		_, field := fieldOf(in, first)
		if field == nil || v.opaque(in.Obj()) || nested && !v.IsSet(in, first) {
			return false
		}
		if !nested {
			return true
		}
		in, path = within(field.Type(), rest)
	}
	return false
}

// isConstantWith reports whether a value is a constant text that has another in it.
func (v *Analysis) isConstantWith(value ssa.Value, text string) bool {
	c, ok := value.(*ssa.Const)
	return ok && v.form.Texts.Has(c.Value, text)
}

// ArgumentNames returns the names that an argument of a helper of the SDK can be, and
// false if it can be anything. The receiver of a method is argument 0.
func (v *Analysis) ArgumentNames(fn *types.Func, index int) ([]arn.Name, bool) {
	var names []arn.Name
	f := v.form.SSA.FuncValue(fn)
	if f == nil || v.form.UsedAsValue[f] {
		return nil, false
	}
	for _, c := range v.form.StaticCalls[f] {
		if !v.scope.Runs(c.Parent()) {
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

// Verbs returns the first words of the statements in a field; false if one isn't
// known.
func (v *Analysis) Verbs(in *types.Named, path string) ([]string, bool) {
	names, ok := v.FieldNames(in, path, "")
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
