package source

import (
	"go/types"
	"slices"
)

// valueType notes a type of the values that the code handles: those with
// methods of ours, whose methods can be called through an interface, and
// interfaces of others, through which they can be called out of sight.
func (w *walker) valueType(t types.Type) {
	switch t := t.(type) {
	case *types.Tuple:
		for v := range t.Variables() {
			w.valueType(v.Type())
		}
	case *types.Pointer:
		w.valueType(t.Elem())
	case *types.Slice:
		w.valueType(t.Elem())
	case *types.Array:
		w.valueType(t.Elem())
	case *types.Map:
		w.valueType(t.Elem())
	case *types.Chan:
		w.valueType(t.Elem())
	case *types.Alias:
		w.valueType(types.Unalias(t))
	case *types.Struct:
		if hasEmbedded(t) {
			w.addType(t)
		}
	case *types.Interface:
		w.addOutside(t)
	case *types.Named:
		switch {
		case types.IsInterface(t):
			if t.Obj().Pkg() == nil || w.p.sources[t.Obj().Pkg()] == nil {
				w.addOutside(t)
			}
		case t.Obj().Pkg() != nil && w.p.sources[t.Obj().Pkg()] != nil:
			w.addType(t)
		case t.Obj().Pkg() != nil:
			w.addOutsideType(t.Origin())
		}
	}
}

// hasEmbedded reports whether a struct has embedded fields, and so may have methods.
func hasEmbedded(t *types.Struct) bool {
	for f := range t.Fields() {
		if f.Embedded() {
			return true
		}
	}
	return false
}

// addType adds a type to those that the node handles.
func (w *walker) addType(t types.Type) {
	for _, known := range w.n.Types {
		if known.Type == t {
			return
		}
	}
	w.n.Types = append(w.n.Types, LiveType{t, w.at})
}

// addOutsideType adds a concrete type of code out of sight, if it has methods.
func (w *walker) addOutsideType(t *types.Named) {
	s, ok := t.Underlying().(*types.Struct)
	if (t.NumMethods() > 0 || ok && hasEmbedded(s)) && !slices.Contains(w.n.OutsideTypes, t) {
		w.n.OutsideTypes = append(w.n.OutsideTypes, t)
	}
}

// addOutside adds an interface of code out of sight.
func (w *walker) addOutside(t types.Type) {
	if i, ok := t.Underlying().(*types.Interface); !ok || i.NumMethods() == 0 {
		return
	}
	for _, known := range w.n.OutsideInterfaces {
		if known == t {
			return
		}
	}
	w.n.OutsideInterfaces = append(w.n.OutsideInterfaces, t)
}

// signature notes the types that go in and out of a function.
func (w *walker) signature(s *types.Signature) {
	for _, t := range []*types.Tuple{s.Params(), s.Results()} {
		for v := range t.Variables() {
			w.interfaces(v.Type())
		}
	}
}

// interfaces notes an interface, also one of a variadic parameter's elements.
func (w *walker) interfaces(t types.Type) {
	if s, ok := t.(*types.Slice); ok {
		t = s.Elem()
	}
	if types.IsInterface(t) {
		w.valueType(t)
	}
}
