package values

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/chalice-go/chalice/internal/policy/gotypes"
	"github.com/chalice-go/chalice/internal/policy/ssaform"
)

// alias is a value by which a place in memory can be written: its address, a
// slice or a map that shares it, or what leads to one of these.
type alias struct {
	value ssa.Value
	// depth is how many loads lead from the value to the address: 1 for the address
	// of a variable that has it.
	depth int
	// hasCapacity: it is a slice with room behind its end, which append writes to.
	hasCapacity bool
}

// stores are what is stored in a place, by whichever alias. For a slice or an
// array that is what its elements get; of a map it is keys and elements.
type stores struct {
	values, keys []ssa.Value
	unknown      bool // something unknown can be stored, too
	moved        bool // elements can be at other indexes than where they were stored
}

// aliasSearch follows the aliases of one place forward, from where the place is made
// through all uses of them. It knows no order of stores, but what blocklocal.go knows.
// An alias that is kept in a field is in that field of all values of the type; one that
// is kept in a map, in a channel or behind a pointer is in all values of its type that
// are read from memory; and one that reaches code out of sight makes the place unknown.
type aliasSearch struct {
	v       *Analysis
	visited map[alias]bool
	found   stores
}

// storesTo returns what is stored in the place that a value makes or names.
func (v *Analysis) storesTo(origin ssa.Value) *stores {
	if known := v.storesOf[origin]; known != nil {
		return known
	}
	a := &aliasSearch{v: v, visited: map[alias]bool{}}
	_, made := origin.(*ssa.MakeSlice)
	_, appended := origin.(*ssa.Call)
	a.follow(alias{value: origin, hasCapacity: made || appended})
	v.storesOf[origin] = &a.found
	return &a.found
}

// follow looks at all uses of an alias.
func (a *aliasSearch) follow(x alias) {
	if a.found.unknown || a.visited[x] {
		return
	}
	a.visited[x] = true
	uses := x.value.Referrers()
	if g, ok := x.value.(*ssa.Global); ok {
		if !a.v.form.HasSource(g.Pkg.Pkg) {
			a.found.unknown = true
			return
		}
		global := a.v.form.GlobalUses[g]
		uses = &global
	}
	if uses == nil {
		a.found.unknown = true
		return
	}
	for _, use := range *uses {
		if a.v.scope.Runs(use.Parent()) {
			a.use(x, use)
		}
	}
}

// use follows an alias through one of its uses. An instruction without a case can do
// anything with it.
func (a *aliasSearch) use(x alias, use ssa.Instruction) {
	switch use := use.(type) {
	case *ssa.DebugRef, *ssa.BinOp:
	case *ssa.Store:
		if use.Addr == x.value && x.depth == 0 && !overwritten(use) {
			a.found.values = append(a.found.values, use.Val)
		}
		if use.Val == x.value {
			a.storedAt(x, use.Addr)
		}
	case *ssa.MapUpdate:
		a.mapUpdate(x, use)
	case *ssa.UnOp:
		if x.depth > 0 && (use.Op == token.MUL || use.Op == token.ARROW) {
			a.follow(alias{use, x.depth - 1, x.hasCapacity})
		}
	case *ssa.Range:
		a.found.unknown = a.found.unknown || x.depth > 0
	case *ssa.Lookup, *ssa.Field, *ssa.Extract:
		if x.depth > 0 {
			a.anyOfType(alias{x.value, x.depth - 1, x.hasCapacity}, use.(ssa.Value).Type())
		}
	case *ssa.Slice:
		a.follow(alias{use, x.depth, x.hasCapacity || use.High != nil})
	case *ssa.Convert:
		a.found.unknown = a.found.unknown || !gotypes.IsString(use.Type()) // a copy
	case *ssa.Phi, *ssa.ChangeType, *ssa.IndexAddr, *ssa.Index, *ssa.SliceToArrayPointer:
		a.follow(alias{use.(ssa.Value), x.depth, x.hasCapacity})
	case *ssa.MakeClosure:
		for i, b := range use.Bindings {
			if b == x.value {
				a.follow(alias{use.Fn.(*ssa.Function).FreeVars[i], x.depth, x.hasCapacity})
			}
		}
	case *ssa.Send:
		a.send(x, use.Chan, use.X)
	case *ssa.Select:
		a.selected(x, use)
	case *ssa.MakeInterface:
		a.inInterface(x, use)
	case *ssa.Return:
		a.returned(x, use)
	case ssa.CallInstruction:
		a.call(x, use)
	default:
		a.found.unknown = true
	}
}

// mapUpdate notes a store into a map, or follows what is stored in one.
func (a *aliasSearch) mapUpdate(x alias, use *ssa.MapUpdate) {
	if use.Map == x.value && x.depth == 0 {
		a.found.keys = append(a.found.keys, use.Key)
		a.found.values = append(a.found.values, use.Value)
	}
	if use.Key == x.value || use.Value == x.value {
		a.anyOfType(x, x.value.Type())
	}
}

// send notes what is sent through a channel, or follows what is sent through one.
func (a *aliasSearch) send(x alias, channel, sent ssa.Value) {
	if channel == x.value && x.depth == 0 {
		a.found.values = append(a.found.values, sent)
	}
	if sent == x.value {
		a.anyOfType(x, x.value.Type())
	}
}

// selected follows the channels and values of a select.
func (a *aliasSearch) selected(x alias, use *ssa.Select) {
	for _, s := range use.States {
		if s.Dir == types.SendOnly {
			a.send(x, s.Chan, s.Send)
		} else if s.Chan == x.value && x.depth > 0 {
			a.anyOfType(alias{x.value, x.depth - 1, x.hasCapacity}, use.Type())
		}
	}
}

// storedAt follows an alias into the place where it is kept.
func (a *aliasSearch) storedAt(x alias, addr ssa.Value) {
	switch p := addr.(type) {
	case *ssa.Alloc, *ssa.Global:
		a.follow(alias{addr, x.depth + 1, x.hasCapacity})
		return
	case *ssa.FieldAddr:
		a.field(x, a.v.form.KeyOf(p.X.Type(), p.Field))
		return
	case *ssa.IndexAddr:
		if array, ok := p.X.(*ssa.Alloc); ok {
			a.follow(alias{array, x.depth + 1, x.hasCapacity})
			return
		}
	case *ssa.FreeVar:
		f := p.Parent()
		for _, c := range a.v.form.Closures[f] {
			if a.v.scope.Runs(c.Parent()) {
				a.storedAt(x, c.Bindings[slices.Index(f.FreeVars, p)])
			}
		}
		a.follow(alias{p, x.depth + 1, x.hasCapacity})
		return
	}
	a.anyOfType(x, x.value.Type())
}

// field follows an alias into a field, of all values of the type.
func (a *aliasSearch) field(x alias, key ssaform.FieldKey) {
	if a.v.writtenElsewhere(key) {
		a.found.unknown = true
		return
	}
	for _, i := range a.v.form.FieldUses[key] {
		if !a.v.scope.Runs(i.Parent()) {
			continue
		}
		switch i := i.(type) {
		case *ssa.FieldAddr:
			a.follow(alias{i, x.depth + 1, x.hasCapacity})
		case *ssa.Field:
			a.follow(alias{i, x.depth, x.hasCapacity})
		}
	}
}

// anyOfType follows an alias that is kept where it isn't told apart from others
// of its type: in a map, a channel, behind a pointer to a pointer.
func (a *aliasSearch) anyOfType(x alias, t types.Type) {
	if tuple, ok := t.(*types.Tuple); ok {
		for part := range tuple.Variables() {
			a.anyOfType(x, part.Type())
		}
		return
	}
	if !ssaform.LeadsToMemory(t) {
		return
	}
	if a.v.escapes(t) {
		a.found.unknown = true
		return
	}
	for _, value := range a.v.loadsOf(t) {
		a.follow(alias{value, x.depth, x.hasCapacity})
	}
}

// inInterface follows an alias that becomes an interface.
func (a *aliasSearch) inInterface(x alias, i *ssa.MakeInterface) {
	if !a.v.onlyRead(i) && !a.v.onlyAnswered(i) {
		a.found.unknown = true
	}
	a.found.moved = a.found.moved || x.depth == 0 && a.v.movesElements(i)
}

// movesElements reports whether an interface with a slice in it goes to code that sorts it,
// or that isn't plain.
func (v *Analysis) movesElements(i *ssa.MakeInterface) bool {
	if _, ok := i.X.Type().Underlying().(*types.Slice); !ok {
		return false
	}
	return slices.ContainsFunc(*i.Referrers(), func(use ssa.Instruction) bool {
		c, ok := use.(ssa.CallInstruction)
		if !ok {
			return false
		}
		f := c.Common().StaticCallee()
		return f == nil || f.Blocks != nil || isListed(movers, f)
	})
}

// returned follows a result to those who call the function.
func (a *aliasSearch) returned(x alias, r *ssa.Return) {
	f := r.Parent()
	if a.v.scope.IsHandler(f) {
		return // it is the answer of a handler
	}
	callers, ok := a.v.scope.Callers(f)
	if !ok {
		a.found.unknown = true
		return
	}
	for _, caller := range callers {
		c, ok := caller.(*ssa.Call)
		switch {
		case !ok:
		case len(r.Results) == 1:
			a.follow(alias{c, x.depth, x.hasCapacity})
		default:
			a.extracted(x, c, r)
		}
	}
}

// extracted follows a result of several to those who use it.
func (a *aliasSearch) extracted(x alias, c *ssa.Call, r *ssa.Return) {
	for _, use := range *c.Referrers() {
		if e, ok := use.(*ssa.Extract); ok && e.Index < len(r.Results) && r.Results[e.Index] == x.value {
			a.follow(alias{e, x.depth, x.hasCapacity})
		} else if !ok {
			a.found.unknown = true // the results go on together
		}
	}
}

// call follows an alias that is an argument.
func (a *aliasSearch) call(x alias, c ssa.CallInstruction) {
	common := c.Common()
	if b, ok := common.Value.(*ssa.Builtin); ok {
		a.builtin(x, c, b.Name())
		return
	}
	callees, ok := a.v.calleesOf(c)
	if !ok {
		a.found.unknown = true
		return
	}
	for _, f := range callees {
		if f.Blocks == nil {
			a.found.unknown = a.found.unknown || !onlyReads(f, x.depth)
			a.found.moved = a.found.moved || isListed(movers, f)
			continue
		}
		first := 0
		if common.IsInvoke() {
			first = 1
			if common.Value == x.value {
				a.found.unknown = true
			}
		}
		for i, arg := range common.Args {
			if arg == x.value && i+first < len(f.Params) {
				a.follow(alias{f.Params[i+first], x.depth, x.hasCapacity})
			}
		}
	}
}

// builtin follows an alias that is an argument of append, copy and the like.
func (a *aliasSearch) builtin(x alias, c ssa.CallInstruction, name string) {
	args := c.Common().Args
	switch name {
	case "append":
		grown := c.Value()
		if grown != nil && (args[0] == x.value || x.depth > 0) {
			a.follow(alias{grown, x.depth, true})
		}
		if args[0] == x.value && x.depth == 0 && x.hasCapacity && len(args) > 1 {
			a.found.values = append(a.found.values, args[1])
		}
	case "copy":
		if args[0] == x.value && x.depth == 0 {
			a.found.values = append(a.found.values, args[1])
		}
		if args[1] == x.value && x.depth > 0 {
			if s, ok := x.value.Type().Underlying().(*types.Slice); ok {
				a.anyOfType(alias{x.value, x.depth - 1, x.hasCapacity}, s.Elem())
			}
		}
	}
}

// onlyAnswered reports whether an interface is nothing but what handlers return,
// and no code takes it apart.
func (v *Analysis) onlyAnswered(i *ssa.MakeInterface) bool {
	for _, use := range *i.Referrers() {
		switch use.(type) {
		case *ssa.Return, *ssa.DebugRef:
		default:
			return false
		}
		if !v.scope.IsHandler(use.Parent()) {
			return false
		}
	}
	for _, value := range v.loadsOf(i.X.Type()) {
		if _, ok := value.(*ssa.TypeAssert); ok {
			return false
		}
	}
	return true
}
