// Package gotypes answers questions about types and signatures that go/types
// doesn't answer itself.
package gotypes

import "go/types"

// IdenticalCalls compares signatures without their receivers.
func IdenticalCalls(a, b *types.Signature) bool {
	return types.Identical(a.Params(), b.Params()) && types.Identical(a.Results(), b.Results()) && a.Variadic() == b.Variadic()
}

// HasTypeParams reports whether a signature mentions type parameters.
func HasTypeParams(s *types.Signature) bool {
	for _, tuple := range []*types.Tuple{s.Params(), s.Results()} {
		for v := range tuple.Variables() {
			if MentionsTypeParam(v.Type()) {
				return true
			}
		}
	}
	return false
}

// MentionsTypeParam reports whether type parameters are part of a type. One that is
// nested too deep isn't found.
func MentionsTypeParam(t types.Type) bool { return mentionsTypeParam(t, 0) }

func mentionsTypeParam(t types.Type, depth int) bool {
	if depth > 6 {
		return false
	}
	switch t := types.Unalias(t).(type) {
	case *types.TypeParam:
		return true
	case *types.Pointer:
		return mentionsTypeParam(t.Elem(), depth+1)
	case *types.Slice:
		return mentionsTypeParam(t.Elem(), depth+1)
	case *types.Map:
		return mentionsTypeParam(t.Key(), depth+1) || mentionsTypeParam(t.Elem(), depth+1)
	case *types.Chan:
		return mentionsTypeParam(t.Elem(), depth+1)
	case *types.Signature:
		return HasTypeParams(t)
	case *types.Named:
		for a := range t.TypeArgs().Types() {
			if mentionsTypeParam(a, depth+1) {
				return true
			}
		}
	}
	return false
}

// ReceiverName returns the name of a type, or of what a pointer points to; "" if it has
// none.
func ReceiverName(t types.Type) string {
	if ptr, ok := t.(*types.Pointer); ok {
		t = ptr.Elem()
	}
	if named, ok := t.(*types.Named); ok {
		return named.Obj().Name()
	}
	return ""
}

// TypeArgs returns the type arguments of a type, or of what a pointer points to; nil if
// it has none.
func TypeArgs(t types.Type) *types.TypeList {
	if ptr, ok := t.(*types.Pointer); ok {
		t = ptr.Elem()
	}
	if named, ok := types.Unalias(t).(*types.Named); ok {
		return named.TypeArgs()
	}
	return nil
}

// PackagePath returns the path of the package of a type, or of what a pointer points
// to; "" if it has none.
func PackagePath(t types.Type) string {
	if ptr, ok := t.(*types.Pointer); ok {
		t = ptr.Elem()
	}
	if named, ok := t.(*types.Named); ok && named.Obj().Pkg() != nil {
		return named.Obj().Pkg().Path()
	}
	return ""
}

// Element returns what a type holds one or many of: what pointers point to, and what
// slices and maps have, however deep. Of any other type it is the type itself, and no
// alias of one.
func Element(t types.Type) types.Type {
	for {
		t = types.Unalias(t)
		switch t.(type) {
		case *types.Pointer, *types.Slice, *types.Map:
			t = t.(interface{ Elem() types.Type }).Elem()
		default:
			return t
		}
	}
}

// IsFunc reports whether a type is one of functions. A nil type isn't.
func IsFunc(t types.Type) bool {
	if t == nil {
		return false
	}
	_, ok := t.Underlying().(*types.Signature)
	return ok
}

// IsString reports whether a type is one of strings.
func IsString(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}
