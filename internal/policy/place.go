package policy

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// place is where values can be: it holds the functions and types that get
// there.
type place struct {
	values map[any]bool // *ssa.Function, types.Type, or unknownValue
	added  []any
	next   []*place
	calls  []*dynamicCall
	known  map[*place]bool
	queued bool
	give   func(any) // what is done with each value, if anything
}

// unknownValue is a value from code that isn't seen.
type unknownValue struct{}

// The kinds of places that stand for all values of a type.
const (
	contents = iota // elements of slices and arrays
	mapValues
	mapKeys
	channels
	boxed   // functions in interfaces
	pointed // what pointers from elsewhere point to
	kinds
)

type placeKey struct {
	kind  string
	of    any
	index int
}

// add puts a value into a place.
func (f *flow) add(p *place, v any) {
	if t, ok := v.(types.Type); ok {
		v = f.canonical(t)
	}
	if p.values[v] {
		return
	}
	if p.values == nil {
		p.values = map[any]bool{}
	}
	p.values[v] = true
	p.added = append(p.added, v)
	if !p.queued {
		p.queued = true
		f.pending = append(f.pending, p)
	}
}

// canonical gives one of all identical types.
func (f *flow) canonical(t types.Type) types.Type {
	if c, ok := f.g.canon.At(t).(types.Type); ok {
		return c
	}
	f.g.canon.Set(t, t)
	return t
}

// join makes what gets to one place get to another.
func (f *flow) join(from, to *place) {
	if from == nil || to == nil || from == to || from.known[to] {
		return
	}
	if from.known == nil {
		from.known = map[*place]bool{}
	}
	from.known[to] = true
	from.next = append(from.next, to)
	for v := range from.values {
		f.add(to, v)
	}
}

func (f *flow) at(key any) *place {
	p := f.places[key]
	if p == nil {
		p = &place{}
		f.places[key] = p
	}
	return p
}

// typed gives the place of all values of one kind and type.
func (f *flow) typed(kind int, t types.Type) *place {
	if p, ok := f.byType[kind].At(t).(*place); ok {
		return p
	}
	p := &place{}
	f.byType[kind].Set(t, p)
	return p
}

// carries tells whether a value of a type can be called, or have methods that
// are called through it.
func carries(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Signature, *types.Interface:
		return true
	}
	return false
}

// value gives the place of a value, nil for one that can't be called.
func (f *flow) value(v ssa.Value) *place {
	if v == nil || !carries(v.Type()) {
		return nil
	}
	p, ok := f.places[v]
	if ok {
		return p
	}
	p = f.at(v)
	if fn, ok := v.(*ssa.Function); ok {
		f.add(p, fn)
	}
	return p
}

// memory gives the place that an address is of.
func (f *flow) memory(addr ssa.Value) *place {
	ptr, ok := addr.Type().Underlying().(*types.Pointer)
	if !ok || !carries(ptr.Elem()) {
		return nil
	}
	switch a := addr.(type) {
	case *ssa.Alloc, *ssa.FreeVar:
		p, known := f.places[placeKey{"cell", a, 0}]
		if !known {
			p = f.at(placeKey{"cell", a, 0})
			if escapes(a) {
				f.join(p, f.typed(pointed, ptr.Elem()))
				f.join(f.typed(pointed, ptr.Elem()), p)
			}
		}
		return p
	case *ssa.Global:
		p := f.at(placeKey{"cell", a, 0})
		if !f.g.seen(a.Pkg.Pkg) {
			f.add(p, unknownValue{})
			f.join(p, f.escaped)
		}
		return p
	case *ssa.FieldAddr:
		return f.fieldPlace(a.X.Type(), a.Field)
	case *ssa.IndexAddr:
		return f.typed(contents, ptr.Elem())
	}
	return f.typed(pointed, ptr.Elem())
}

// fieldPlace gives the place of a field. Code out of sight can use the fields
// of its own types.
func (f *flow) fieldPlace(t types.Type, index int) *place {
	key := f.g.keyOf(t, index)
	p, known := f.places[placeKey{"field", key, 0}]
	if !known {
		p = f.at(placeKey{"field", key, 0})
		if name, ok := key.owner.(*types.TypeName); ok && !f.g.seen(name.Pkg()) {
			f.add(p, unknownValue{})
			f.join(p, f.escaped)
		}
	}
	return p
}

// escapes tells whether the address of a variable goes elsewhere.
func escapes(v ssa.Value) bool {
	for _, use := range *v.Referrers() {
		switch use := use.(type) {
		case *ssa.Store:
			if use.Val == v {
				return true
			}
		case *ssa.UnOp, *ssa.DebugRef, *ssa.MakeClosure:
		default:
			return true
		}
	}
	return false
}

// mapPlace gives the place of a map's keys or values, nil if those can't be
// called.
func (f *flow) mapPlace(kind int, m *types.Map, of types.Type) *place {
	if !carries(of) {
		return nil
	}
	return f.typed(kind, m)
}

func (f *flow) channel(ch ssa.Value) *place {
	t := ch.Type().Underlying().(*types.Chan).Elem()
	if !carries(t) {
		return nil
	}
	return f.typed(channels, t)
}

// commaOK gives the place of what an instruction gives that may also tell
// whether it gave anything.
func (f *flow) commaOK(v ssa.Value, ok bool) *place {
	if ok {
		return f.at(placeKey{"tuple", v, 0})
	}
	return f.value(v)
}
