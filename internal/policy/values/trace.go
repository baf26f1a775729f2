package values

import (
	"go/constant"
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/chalice-go/chalice/internal/policy/arn"
	"github.com/chalice-go/chalice/internal/policy/gotypes"
	"github.com/chalice-go/chalice/internal/policy/ssaform"
)

// Limits of tracing: past them a value is anything.
const (
	maxDepth = 40
	maxSteps = 20_000
	maxNames = 32
)

// tracer follows a string back to where it comes from: also a pointer to a
// string, the strings in a slice, and the keys of a map.
//
// The lattice is that of sets of at most maxNames names, with "anything" at the top,
// which is returned as false. A name itself is text and environment variables, and may
// end in "and so on" ([arn.Anything]). Where a string grows in a loop, the set would
// grow for ever: there each name that the loop starts with is widened to all names that
// start with it.
type tracer struct {
	v *Analysis
	// active has the queries that are being answered, with the number of
	// concatenations that the tracer was in when it came to them. Meeting one again is
	// a cycle.
	active map[query]int
	grown  map[query]bool // active ones that a cycle makes longer
	depth  int
	steps  int
	// want is what is looked for in the value that is traced; nil for that itself.
	// wants has one of all that are equal.
	want  *want
	wants map[want]*want
	// concats are the concatenations that the tracer is in, growths the cycles
	// by which a name grows that it has met.
	concats, growths int
	why              string // a value can be anything, where that isn't for want of following it
	nothing          bool   // it can be nil, too
}

// query is a value that is traced, in a call if that is known, or what is wanted of it.
type query struct {
	value ssa.Value
	in    *callContext
	want  *want
}

// callContext is a call that the tracer went into, which tells the parameters of the
// function apart from those of its other calls.
type callContext struct {
	fn    *ssa.Function
	args  []ssa.Value
	outer *callContext
}

// origins returns the names that a value can be; false if it can be anything.
// No names, and true, is a value that is never set.
func (v *Analysis) origins(value ssa.Value) ([]arn.Name, bool) {
	names, ok := v.newTracer().trace(value, nil)
	if names = nonEmpty(names); !ok || len(names) > maxNames {
		return nil, false
	}
	return names, true
}

// newTracer returns a tracer for one question.
func (v *Analysis) newTracer() *tracer {
	return &tracer{v: v, active: map[query]int{}, grown: map[query]bool{}, wants: map[want]*want{}}
}

// anything is a part of a name that can be any text.
var anything = arn.Name{{Kind: arn.Anything}}

// trace returns the names that a value can be, in a call if that is known.
func (t *tracer) trace(value ssa.Value, in *callContext) (names []arn.Name, ok bool) {
	if t.steps++; t.depth > maxDepth || t.steps > maxSteps {
		return nil, false
	}
	at := query{value, in, t.want}
	if concats, ok := t.active[at]; ok {
		// A cycle brings nothing new, unless the name grows on the way.
		if t.concats > concats {
			t.growths++
			t.grown[at] = true
		}
		return nil, true
	}
	t.active[at] = t.concats
	t.depth++
	names, ok = t.stepBack(value, in)
	t.depth--
	delete(t.active, at)
	if t.grown[at] && ok {
		delete(t.grown, at)
		return product(names, []arn.Name{anything})
	}
	return names, ok
}

// stepBack goes from a value to those that it was made of. A new kind of instruction
// that strings come through is a case here.
func (t *tracer) stepBack(value ssa.Value, in *callContext) ([]arn.Name, bool) {
	if isStoredNumber(value) {
		return nil, false // it can be 0, which nobody stores
	}
	switch x := value.(type) {
	case *ssa.Const:
		t.nothing = t.nothing || x.Value == nil
		return t.constant(x)
	case *ssa.Phi:
		return t.all(x.Edges, in)
	case *ssa.BinOp:
		return t.concat(x, in)
	case *ssa.ChangeType:
		return t.trace(x.X, in)
	case *ssa.Convert:
		return t.converted(x, in)
	case *ssa.UnOp:
		return t.loaded(x, in)
	case *ssa.Alloc, *ssa.Global, *ssa.FieldAddr, *ssa.IndexAddr:
		return t.memory(value, in)
	case *ssa.Field:
		return t.field(t.v.form.KeyOf(x.X.Type(), x.Field))
	case *ssa.Index:
		if names, ok := t.element(x.X, x.Index, in); ok {
			return names, true
		}
		if !gotypes.IsString(x.X.Type()) {
			return t.trace(x.X, in)
		}
	case *ssa.Slice:
		if gotypes.IsString(x.X.Type()) {
			return t.sliced(x, in)
		}
		return t.memory(x.X, in)
	case *ssa.MakeSlice, *ssa.MakeChan:
		return t.stores(x, in)
	case *ssa.MakeMap:
		return t.mapped(x, in)
	case *ssa.MakeInterface:
		return t.unbox(x, in)
	case *ssa.ChangeInterface:
		return t.trace(x.X, in)
	case *ssa.TypeAssert:
		return t.asserted(x, in)
	case *ssa.Extract:
		return t.extracted(x, in)
	case *ssa.Lookup:
		return t.lookedUp(x, in)
	case *ssa.Call:
		return t.result(x, 0, in)
	case *ssa.Parameter:
		return t.parameter(x, in)
	case *ssa.FreeVar:
		return t.freeVar(x)
	}
	return nil, false
}

// loaded returns what is read from memory, or received from a channel.
func (t *tracer) loaded(load *ssa.UnOp, in *callContext) ([]arn.Name, bool) {
	switch load.Op {
	case token.ARROW:
		return t.trace(load.X, in)
	case token.MUL:
		if a, ok := load.X.(*ssa.Alloc); ok {
			if stored := blockLocalOf(a).loads[load]; stored != nil {
				return t.trace(stored, in)
			}
		}
		return t.memory(load.X, in)
	}
	return nil, false
}

// extracted returns one of several results of an instruction.
func (t *tracer) extracted(e *ssa.Extract, in *callContext) ([]arn.Name, bool) {
	switch tuple := e.Tuple.(type) {
	case *ssa.Call:
		return t.result(tuple, e.Index, in)
	case *ssa.TypeAssert:
		if e.Index == 0 {
			return t.asserted(tuple, in)
		}
	case *ssa.Lookup:
		if e.Index == 0 {
			return t.lookedUp(tuple, in)
		}
	case *ssa.UnOp: // a channel can be closed
		names, ok := t.trace(tuple.X, in)
		return append(names, arn.Name{}), ok && e.Index == 0 && tuple.Op == token.ARROW
	case *ssa.Next:
		if r, ok := tuple.Iter.(*ssa.Range); ok && !tuple.IsString && e.Index > 0 {
			return t.ranged(r.X, e.Index == 2, in)
		}
	}
	return nil, false
}

// constant returns the name that a constant is: its text, also of an integer.
func (t *tracer) constant(c *ssa.Const) ([]arn.Name, bool) {
	if c.Value == nil {
		return nil, true // nil
	}
	if text, ok := t.v.form.Texts.Of(c.Value); ok {
		return constants(text), true
	}
	if c.Value.Kind() == constant.Int {
		return constants(t.v.form.Texts.Exact(c.Value)), true
	}
	return nil, false
}

// all returns what any of the values can be.
func (t *tracer) all(values []ssa.Value, in *callContext) ([]arn.Name, bool) {
	var names []arn.Name
	for _, value := range values {
		more, ok := t.trace(value, in)
		if len(names) > maxNames {
			t.why = tooMany
			return nil, false
		}
		if !ok {
			return nil, false
		}
		names = append(names, more...)
	}
	return names, true
}

// memory returns what a place in memory can hold.
func (t *tracer) memory(addr ssa.Value, in *callContext) ([]arn.Name, bool) {
	switch a := addr.(type) {
	case *ssa.Alloc:
		return t.stores(a, in)
	case *ssa.FieldAddr:
		return t.field(t.v.form.KeyOf(a.X.Type(), a.Field))
	case *ssa.Global:
		return t.stores(a, nil)
	case *ssa.IndexAddr:
		if names, ok := t.element(a.X, a.Index, in); ok {
			return names, true
		}
		if base, ok := a.X.(*ssa.Alloc); ok {
			return t.memory(base, in)
		}
		return t.trace(a.X, in)
	}
	return t.trace(addr, in) // a pointer from elsewhere: what it points to
}

// stores returns what is stored in a place, by its address or an alias of that.
func (t *tracer) stores(origin ssa.Value, in *callContext) ([]arn.Name, bool) {
	w := t.v.storesTo(origin)
	if w.unknown {
		return nil, false
	}
	if in != nil && t.v.isRecursive(in.fn) {
		in = nil // another call of the function can store there, with arguments of its own
	}
	names, ok := t.all(w.values, in)
	if ok && t.concats > 0 && t.want == nil && t.v.startsEmpty(origin) {
		names = append(names, arn.Name{})
	}
	return names, ok
}

// field returns what a field can hold: what is stored to that field of any
// value of the type.
func (t *tracer) field(key ssaform.FieldKey) ([]arn.Name, bool) {
	for _, kin := range t.v.form.Class(key.Owner) {
		name := ssaform.NameOf(kin)
		if name == nil {
			continue
		}
		if names, ok := t.v.output(name, key.Index); ok {
			return names, true
		}
		if !t.v.form.HasSource(name.Pkg()) && !setByProgram(name) {
			return nil, false
		}
	}
	if t.v.opaque(key.Owner) {
		return nil, false
	}
	var names []arn.Name
	stored := false
	for _, i := range t.v.form.FieldUses[key] {
		addr, ok := i.(*ssa.FieldAddr)
		if !ok || !t.v.scope.Runs(i.Parent()) {
			continue
		}
		more, ok := t.stores(addr, nil)
		if !ok {
			return nil, false
		}
		stored = stored || len(t.v.storesTo(addr).values) > 0
		names = append(names, more...)
	}
	if stored && t.concats > 0 && t.want == nil && isText(t.v.form.TypeOf(key)) && t.v.fieldStartsEmpty(key) {
		names = append(names, arn.Name{})
	}
	return names, stored
}
