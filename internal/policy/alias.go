package policy

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// alias is a value by which a place in memory can be written: its address, a
// slice or a map that shares it, or, some levels up, what holds one of these.
type alias struct {
	value ssa.Value
	level int
	spare bool // a slice with room behind its end, which append writes to
}

// writes are what is stored in a place, by whichever alias. For a slice or an
// array that is what its elements get; of a map it is keys and elements.
type writes struct {
	values, keys []ssa.Value
	unknown      bool // something unknown can be stored, too
}

// aliases follows the aliases of one place forward.
type aliases struct {
	v    *view
	seen map[alias]bool
	w    writes
}

// writesTo gives what is stored in the place that a value makes or names.
func (v *view) writesTo(origin ssa.Value) *writes {
	if known := v.written[origin]; known != nil {
		return known
	}
	a := &aliases{v: v, seen: map[alias]bool{}}
	_, made := origin.(*ssa.MakeSlice)
	_, appended := origin.(*ssa.Call)
	a.follow(alias{value: origin, spare: made || appended})
	v.written[origin] = &a.w
	return &a.w
}

// follow looks at all uses of an alias.
func (a *aliases) follow(x alias) {
	if a.w.unknown || a.seen[x] {
		return
	}
	a.seen[x] = true
	uses := x.value.Referrers()
	if g, ok := x.value.(*ssa.Global); ok {
		if !a.v.seen(g.Pkg.Pkg) {
			a.w.unknown = true
			return
		}
		global := a.v.globals[g]
		uses = &global
	}
	if uses == nil {
		a.w.unknown = true
		return
	}
	for _, use := range *uses {
		if a.v.sees(use.Parent()) {
			a.use(x, use)
		}
	}
}

func (a *aliases) use(x alias, use ssa.Instruction) {
	switch use := use.(type) {
	case *ssa.DebugRef, *ssa.BinOp:
	case *ssa.Store:
		if use.Addr == x.value && x.level == 0 && !overwritten(use) {
			a.w.values = append(a.w.values, use.Val)
		}
		if use.Val == x.value {
			a.kept(x, use.Addr)
		}
	case *ssa.MapUpdate:
		a.mapUpdate(x, use)
	case *ssa.UnOp:
		if x.level > 0 && (use.Op == token.MUL || use.Op == token.ARROW) {
			a.follow(alias{use, x.level - 1, x.spare})
		}
	case *ssa.Range:
		a.w.unknown = a.w.unknown || x.level > 0
	case *ssa.Lookup, *ssa.Field, *ssa.Extract:
		if x.level > 0 {
			a.anywhere(alias{x.value, x.level - 1, x.spare}, use.(ssa.Value).Type())
		}
	case *ssa.Slice:
		a.follow(alias{use, x.level, x.spare || use.High != nil})
	case *ssa.Phi, *ssa.ChangeType, *ssa.IndexAddr, *ssa.Index, *ssa.SliceToArrayPointer:
		a.follow(alias{use.(ssa.Value), x.level, x.spare})
	case *ssa.MakeClosure:
		for i, b := range use.Bindings {
			if b == x.value {
				a.follow(alias{use.Fn.(*ssa.Function).FreeVars[i], x.level, x.spare})
			}
		}
	case *ssa.Send:
		a.anywhere(x, x.value.Type())
	case *ssa.MakeInterface:
		a.boxed(x, use)
	case *ssa.Return:
		a.returned(x, use)
	case ssa.CallInstruction:
		a.call(x, use)
	default:
		a.w.unknown = true
	}
}

func (a *aliases) mapUpdate(x alias, use *ssa.MapUpdate) {
	if use.Map == x.value && x.level == 0 {
		a.w.keys = append(a.w.keys, use.Key)
		a.w.values = append(a.w.values, use.Value)
	}
	if use.Key == x.value || use.Value == x.value {
		a.anywhere(x, x.value.Type())
	}
}

// kept follows an alias into the place where it is kept.
func (a *aliases) kept(x alias, addr ssa.Value) {
	switch p := addr.(type) {
	case *ssa.Alloc, *ssa.Global:
		a.follow(alias{addr, x.level + 1, x.spare})
		return
	case *ssa.FieldAddr:
		a.field(x, a.v.keyOf(p.X.Type(), p.Field))
		return
	case *ssa.IndexAddr:
		if array, ok := p.X.(*ssa.Alloc); ok {
			a.follow(alias{array, x.level + 1, x.spare})
			return
		}
	case *ssa.FreeVar:
		f := p.Parent()
		for _, c := range a.v.closures[f] {
			if a.v.sees(c.Parent()) {
				a.kept(x, c.Bindings[slices.Index(f.FreeVars, p)])
			}
		}
		a.follow(alias{p, x.level + 1, x.spare})
		return
	}
	a.anywhere(x, x.value.Type())
}

// field follows an alias into a field, of all values of the type.
func (a *aliases) field(x alias, key fieldKey) {
	if a.v.hidden(key) {
		a.w.unknown = true
		return
	}
	for _, i := range a.v.fields[key] {
		if !a.v.sees(i.Parent()) {
			continue
		}
		switch i := i.(type) {
		case *ssa.FieldAddr:
			a.follow(alias{i, x.level + 1, x.spare})
		case *ssa.Field:
			a.follow(alias{i, x.level, x.spare})
		}
	}
}

// anywhere follows an alias that is kept where it isn't told apart from others
// of its type: in a map, a channel, behind a pointer to a pointer.
func (a *aliases) anywhere(x alias, t types.Type) {
	if tuple, ok := t.(*types.Tuple); ok {
		for part := range tuple.Variables() {
			a.anywhere(x, part.Type())
		}
		return
	}
	if !pointing(t) {
		return
	}
	if a.v.leaves(t) {
		a.w.unknown = true
		return
	}
	for _, value := range a.v.loadsOf(t) {
		a.follow(alias{value, x.level, x.spare})
	}
}

// pointing tells whether values of a type lead to memory that can be written.
func pointing(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Slice, *types.Map, *types.Chan:
		return true
	}
	return false
}

// boxed follows an alias that becomes an interface.
func (a *aliases) boxed(x alias, i *ssa.MakeInterface) {
	if !a.v.onlyRead(i) && !a.v.onlyAnswered(i) {
		a.w.unknown = true
	}
}

// returned follows a result to those who call the function.
func (a *aliases) returned(x alias, r *ssa.Return) {
	f := r.Parent()
	if n := a.v.nodes[f]; n != nil && a.v.p.registered[n] {
		return // it is the answer of a handler
	}
	callers, ok := a.v.callersOf(f)
	if !ok {
		a.w.unknown = true
		return
	}
	for _, caller := range callers {
		c, ok := caller.(*ssa.Call)
		switch {
		case !ok:
		case len(r.Results) == 1:
			a.follow(alias{c, x.level, x.spare})
		default:
			a.extracted(x, c, r)
		}
	}
}

func (a *aliases) extracted(x alias, c *ssa.Call, r *ssa.Return) {
	for _, use := range *c.Referrers() {
		if e, ok := use.(*ssa.Extract); ok && e.Index < len(r.Results) && r.Results[e.Index] == x.value {
			a.follow(alias{e, x.level, x.spare})
		} else if !ok {
			a.w.unknown = true // the results go on together
		}
	}
}

// call follows an alias that is an argument.
func (a *aliases) call(x alias, c ssa.CallInstruction) {
	common := c.Common()
	if b, ok := common.Value.(*ssa.Builtin); ok {
		a.builtin(x, c, b.Name())
		return
	}
	callees := a.v.calleesOf(c)
	if len(callees) == 0 {
		a.w.unknown = true
		return
	}
	for _, f := range callees {
		if !a.v.hasBody(f) {
			a.w.unknown = a.w.unknown || !onlyReads(f, x.level)
			continue
		}
		first := 0
		if common.IsInvoke() {
			first = 1
			if common.Value == x.value {
				a.w.unknown = true
			}
		}
		for i, arg := range common.Args {
			if arg == x.value && i+first < len(f.Params) {
				a.follow(alias{f.Params[i+first], x.level, x.spare})
			}
		}
	}
}

func (a *aliases) builtin(x alias, c ssa.CallInstruction, name string) {
	args := c.Common().Args
	switch name {
	case "append":
		grown := c.Value()
		if grown != nil && (args[0] == x.value || x.level > 0) {
			a.follow(alias{grown, x.level, true})
		}
		if args[0] == x.value && x.level == 0 && x.spare && len(args) > 1 {
			a.w.values = append(a.w.values, args[1])
		}
	case "copy":
		if args[0] == x.value && x.level == 0 {
			a.w.values = append(a.w.values, args[1])
		}
		if args[1] == x.value && x.level > 0 {
			if s, ok := x.value.Type().Underlying().(*types.Slice); ok {
				a.anywhere(alias{x.value, x.level - 1, x.spare}, s.Elem())
			}
		}
	}
}
