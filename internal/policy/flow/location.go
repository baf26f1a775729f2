package flow

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/chalice-go/chalice/internal/policy/ssaform"
)

// location is where values can be, in memory or in registers: the set of functions
// and types that get there.
type location struct {
	values set[any] // *ssa.Function, perRecord, types.Type, or anyValue
	added  []any    // those that didn't go along the edges yet
	queued bool     // it is among pending

	edges   set[*location] // where its values get to
	calls   []*dynamicCall // calls of its values
	onValue func(any)      // what is done with each value, if anything
}

// anyValue is a value that comes from code out of sight: it can be anything of its
// type.
type anyValue struct{}

// foreignFunc is a function of code out of sight, which the program's own are told
// apart from: it comes out of an interface, where those were put in.
type foreignFunc struct{}

// The kinds of locations that stand for all values of a type.
const (
	contents = iota // elements of slices and arrays
	mapValues
	mapKeys
	channels
	boxed   // functions in interfaces
	pointed // what pointers from elsewhere point to
	typeKinds
)

// locationKey names a location that is no SSA value.
type locationKey struct {
	kind  placeKind
	of    any
	index int
}

// placeKind is a kind of such a location.
type placeKind uint8

const (
	cell       placeKind = iota // a variable's memory
	fieldOfAll                  // a field of all values of a type
	tuplePart                   // a part of an instruction's result
	result                      // a result of a function
)

// add puts a value into a location.
func (f *Flow) add(p *location, v any) {
	if t, ok := v.(types.Type); ok {
		v = f.canonical(t)
	}
	if !p.values.add(v) {
		return
	}
	p.added = append(p.added, v)
	if !p.queued {
		p.queued = true
		f.pending = append(f.pending, p)
	}
}

// canonical returns one of all identical types.
func (f *Flow) canonical(t types.Type) types.Type {
	if c, ok := f.bodies.canon.At(t).(types.Type); ok {
		return c
	}
	f.bodies.canon.Set(t, t)
	return t
}

// edge includes the values of one location in those of another.
func (f *Flow) edge(from, to *location) {
	if from == nil || to == nil || from == to || !from.edges.add(to) {
		return
	}
	for _, v := range from.values.list {
		f.add(to, v)
	}
}

// locationAt returns the location with a key, a new one if there is none.
func (f *Flow) locationAt(key locationKey) *location {
	p := f.places[key]
	if p == nil {
		p = &location{}
		f.places[key] = p
	}
	return p
}

// typeLocation returns the location of all values of one kind and type.
func (f *Flow) typeLocation(kind int, t types.Type) *location {
	if p, ok := f.byType[kind].At(t).(*location); ok {
		return p
	}
	p := &location{}
	f.byType[kind].Set(t, p)
	return p
}

// isTracked reports whether a value of a type can be called, or have methods that
// are called through it.
func isTracked(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Signature, *types.Interface:
		return true
	}
	return false
}

// location returns the location of a value, nil for one that can't be called.
func (f *Flow) location(v ssa.Value) *location {
	if v == nil || !isTracked(v.Type()) {
		return nil
	}
	p := f.registers[v]
	if p != nil {
		return p
	}
	p = &location{}
	f.registers[v] = p
	if fn, ok := v.(*ssa.Function); ok {
		f.add(p, fn)
	}
	return p
}

// pointee returns the location that an address is of.
func (f *Flow) pointee(addr ssa.Value) *location {
	ptr, ok := addr.Type().Underlying().(*types.Pointer)
	if !ok || !isTracked(ptr.Elem()) {
		return nil
	}
	switch a := addr.(type) {
	case *ssa.Alloc, *ssa.FreeVar:
		p, known := f.places[locationKey{cell, a, 0}]
		if !known {
			p = f.locationAt(locationKey{cell, a, 0})
			if escapes(a) {
				f.alias(a)
			}
		}
		return p
	case *ssa.Global:
		p := f.locationAt(locationKey{cell, a, 0})
		if !f.form.HasSource(a.Pkg.Pkg) {
			f.add(p, anyValue{})
			f.edge(p, f.escaped)
		}
		return p
	case *ssa.FieldAddr:
		return f.fieldLocation(a.X.Type(), a.Field)
	case *ssa.IndexAddr:
		return f.typeLocation(contents, ptr.Elem())
	}
	return f.typeLocation(pointed, ptr.Elem())
}

// alias has what an address is of be one of the places that pointers from elsewhere
// point to.
func (f *Flow) alias(addr ssa.Value) {
	if p := f.pointee(addr); p != nil {
		f.unite(p, f.typeLocation(pointed, addr.Type().Underlying().(*types.Pointer).Elem()))
	}
}

// unite includes the values of two locations in each other.
func (f *Flow) unite(a, b *location) {
	f.edge(a, b)
	f.edge(b, a)
}

// fieldLocation returns the location of a field. Code out of sight can use the fields
// of its own types.
func (f *Flow) fieldLocation(t types.Type, index int) *location {
	key := f.form.KeyOf(t, index)
	p, known := f.places[locationKey{fieldOfAll, key, 0}]
	if !known {
		p = f.locationAt(locationKey{fieldOfAll, key, 0})
		if name := ssaform.NameOf(key.Owner); name != nil && !f.form.HasSource(name.Pkg()) {
			f.add(p, anyValue{})
			f.edge(p, f.escaped)
		}
	}
	return p
}

// escapes reports whether the address of a variable goes elsewhere.
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

// mapLocation returns the location of a map's keys or values, nil if those can't be
// called.
func (f *Flow) mapLocation(kind int, m *types.Map, of types.Type) *location {
	if !isTracked(of) {
		return nil
	}
	return f.typeLocation(kind, m)
}

// channel returns the location of what is sent through channels of a type, nil if
// that can't be called.
func (f *Flow) channel(ch ssa.Value) *location {
	t := ch.Type().Underlying().(*types.Chan).Elem()
	if !isTracked(t) {
		return nil
	}
	return f.typeLocation(channels, t)
}

// commaOK returns the location of an instruction's result, which is part of a tuple if
// the instruction also says whether there was one.
func (f *Flow) commaOK(v ssa.Value, ok bool) *location {
	if ok {
		return f.locationAt(locationKey{tuplePart, v, 0})
	}
	return f.location(v)
}
