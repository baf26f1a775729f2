package values

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/chalice-go/chalice/internal/policy/arn"
)

// want is what is looked for in a value that others are in.
type want struct {
	// boxed is, of an interface, the type of the value in it; nil for a map, whose
	// element is looked for.
	boxed types.Type
	// key is the constant key of that element, as exact text; "" for all elements.
	key string
	// outer is what is wanted of what is found.
	outer *want
}

// wanting traces a value for something in it.
func (t *tracer) wanting(w want, value ssa.Value, in *callContext) ([]arn.Name, bool) {
	outer := t.want
	w.outer = outer
	if t.wants[w] == nil {
		t.wants[w] = &w
	}
	t.want = t.wants[w]
	names, ok := t.trace(value, in)
	t.want = outer
	return names, ok
}

// found traces values that are what is wanted.
func (t *tracer) found(values []ssa.Value, in *callContext) ([]arn.Name, bool) {
	w := t.want
	t.want = w.outer
	names, ok := t.all(values, in)
	t.want = w
	return names, ok
}

// mapped returns the elements of a map that are wanted, or its keys.
func (t *tracer) mapped(m *ssa.MakeMap, in *callContext) ([]arn.Name, bool) {
	w := t.v.storesTo(m)
	if in != nil && t.v.isRecursive(in.fn) {
		in = nil
	}
	switch {
	case w.unknown || t.want != nil && t.want.boxed != nil:
		return nil, false
	case t.want == nil:
		return t.all(w.keys, in)
	}
	var values []ssa.Value
	for i, key := range w.keys {
		if k, ok := key.(*ssa.Const); ok && t.want.key != "" && k.Value != nil && t.v.form.Texts.Exact(k.Value) != t.want.key {
			continue
		}
		values = append(values, w.values[i])
	}
	return t.found(values, in)
}

// lookedUp returns what a map can have for a key: nothing, too.
func (t *tracer) lookedUp(l *ssa.Lookup, in *callContext) ([]arn.Name, bool) {
	names, ok := t.wanting(want{key: t.v.constantKey(l.Index, in)}, l.X, in)
	return append(names, arn.Name{}), ok
}

// constantKey returns a key as exact text, if it is constant; also one that a function
// is called with.
func (v *Analysis) constantKey(key ssa.Value, in *callContext) string {
	switch key := key.(type) {
	case *ssa.Const:
		if key.Value != nil {
			return v.form.Texts.Exact(key.Value)
		}
	case *ssa.ChangeType:
		return v.constantKey(key.X, in)
	case *ssa.Parameter:
		if in != nil && in.fn == key.Parent() {
			return v.constantKey(in.argument(key), in.outer)
		}
	}
	return ""
}

// ranged returns the keys or the elements of a map.
func (t *tracer) ranged(m ssa.Value, elements bool, in *callContext) ([]arn.Name, bool) {
	switch {
	case elements:
		return t.wanting(want{}, m, in)
	case t.want != nil:
		return nil, false // something in a key
	}
	return t.trace(m, in)
}
