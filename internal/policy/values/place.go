package values

import (
	"cmp"
	"fmt"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/chalice-go/chalice/internal/policy/arn"
	"github.com/chalice-go/chalice/internal/policy/ssaform"
)

// Place is one place of the program that says what a field of an input is: where the
// field is set, or where an input is made without it.
type Place struct {
	Names []arn.Name
	// Why says of the field why it can be anything there, such as "isn't set"; "" if
	// Names are all that it can be.
	Why string
	Pos token.Pos
	// Calls are where calls have their left parenthesis that get the input, as far as
	// it can be followed.
	Calls []token.Pos
}

// Why a field can be anything.
const (
	notFollowed = "is set to something that isn't followed"
	notSet      = "isn't set"
	outOfSight  = "can be set by code that isn't followed"
)

// tooMany is why a field can be anything that has too many names.
var tooMany = fmt.Sprintf("can have more than %d names", maxNames)

// FieldPlaces returns where a field is set, and where inputs are made without it, in
// the order of the source. [Analysis.FieldNames] has the names of all together; the
// places tell which call has which. There are none if inputs have no such field.
func (v *Analysis) FieldPlaces(in *types.Named, path, defaultName string) []Place {
	in, path = owner(in, path)
	if in == nil {
		return nil
	}
	index, _ := fieldOf(in, path)
	key := v.form.KeyOf(in, index)
	places := append(v.unsetPlaces(key, defaultName), v.setPlaces(key, defaultName)...)
	for i, p := range places {
		places[i].Names = v.inAccount(in, path, p.Names)
	}
	return ordered(places)
}

// SetPlaces returns where a field is set, in the order of the source.
func (v *Analysis) SetPlaces(in *types.Named, path string) []Place {
	in, path = owner(in, path)
	if in == nil {
		return nil
	}
	index, _ := fieldOf(in, path)
	return ordered(v.setPlaces(v.form.KeyOf(in, index), ""))
}

// ordered returns places in the order of the source, or one that tells that they have
// too many names.
func ordered(places []Place) []Place {
	slices.SortStableFunc(places, func(a, b Place) int { return cmp.Compare(a.Pos, b.Pos) })
	names := 0
	for _, p := range places {
		names += len(p.Names)
	}
	if names > maxNames {
		return []Place{{Why: tooMany}}
	}
	return places
}

// unsetPlaces returns where inputs are made without a field.
func (v *Analysis) unsetPlaces(key ssaform.FieldKey, defaultName string) []Place {
	var places []Place
	for _, value := range v.form.Allocations[key.Owner] {
		made, ok := value.(*ssa.Alloc)
		if !ok || arrayOf(made) != nil || !v.scope.Runs(made.Parent()) || !v.leavesUnset(made, key) && (defaultName == "" || !v.madeWithout(made, key)) {
			continue
		}
		p := Place{Pos: made.Pos(), Calls: v.callsWith(made)}
		switch {
		case v.opaque(key.Owner):
			p.Why = outOfSight
		case defaultName == "":
			p.Why = notSet
		default:
			p.Names = constants(defaultName)
		}
		places = append(places, p)
	}
	return places
}

// setPlaces returns where a field is set. Where that can be to nil, it has the default.
func (v *Analysis) setPlaces(key ssaform.FieldKey, defaultName string) []Place {
	var places []Place
	for _, use := range v.form.FieldUses[key] {
		addr, ok := use.(*ssa.FieldAddr)
		if !ok || !v.scope.Runs(addr.Parent()) || !v.setsField(addr) {
			continue
		}
		p := Place{Pos: addr.Pos()}
		for _, root := range v.roots(addr.X, 0) {
			p.Calls = append(p.Calls, v.callsWith(root)...)
		}
		t := v.newTracer()
		if p.Names, ok = t.stores(addr, nil); !ok {
			p.Names, p.Why = nil, cmp.Or(t.why, notFollowed)
			if v.opaque(key.Owner) {
				p.Why = outOfSight
			}
		}
		if p.Names = nonEmpty(p.Names); defaultName != "" && t.nothing && p.Why == "" {
			p.Names = append(p.Names, constants(defaultName)...)
		}
		places = append(places, p)
	}
	return places
}

// ArgumentPlaces is [Analysis.FieldPlaces] for an argument of a helper of the SDK.
func (v *Analysis) ArgumentPlaces(fn *types.Func, index int) []Place {
	f := v.form.SSA.FuncValue(fn)
	if f == nil || v.form.UsedAsValue[f] {
		return nil
	}
	var places []Place
	for _, c := range v.form.StaticCalls[f] {
		if !v.scope.Runs(c.Parent()) {
			continue
		}
		p := Place{Pos: c.Common().Pos(), Calls: []token.Pos{c.Common().Pos()}}
		var ok bool
		if p.Names, ok = v.origins(c.Common().Args[index]); !ok {
			p.Why = notFollowed
		}
		places = append(places, p)
	}
	return places
}

// roots returns the values that a pointer was made as, across the calls of functions
// that it is a parameter of.
func (v *Analysis) roots(value ssa.Value, depth int) []ssa.Value {
	p, ok := value.(*ssa.Parameter)
	if !ok || depth > 4 {
		return []ssa.Value{value}
	}
	args, _ := v.argumentsOf(p)
	roots := []ssa.Value{value}
	for _, arg := range args {
		roots = append(roots, v.roots(arg, depth+1)...)
	}
	return roots
}

// callsWith returns the calls of functions without a body that get a value, or
// something that it is part of. Where it goes through memory of others, such as a field
// of another type, it isn't followed.
func (v *Analysis) callsWith(value ssa.Value) []token.Pos {
	s := &holderSearch{v: v, visited: map[ssa.Value]bool{}}
	s.follow(value)
	return s.calls
}

// holderSearch follows a value forward, to all that hold it.
type holderSearch struct {
	v       *Analysis
	visited map[ssa.Value]bool
	calls   []token.Pos
}

// follow looks at all uses of a value.
func (s *holderSearch) follow(value ssa.Value) {
	if value == nil || s.visited[value] || value.Referrers() == nil {
		return
	}
	s.visited[value] = true
	for _, use := range *value.Referrers() {
		if s.v.scope.Runs(use.Parent()) {
			s.use(value, use)
		}
	}
}

// use goes on with what one use makes of a value.
func (s *holderSearch) use(value ssa.Value, use ssa.Instruction) {
	switch use := use.(type) {
	case *ssa.Store:
		if use.Val == value {
			s.follow(holder(use.Addr))
		}
	case *ssa.MapUpdate:
		if use.Value == value {
			s.follow(use.Map)
		}
	case *ssa.UnOp:
		if use.Op == token.MUL {
			s.follow(use)
		}
	case *ssa.Phi, *ssa.ChangeType, *ssa.Slice, *ssa.MakeInterface, *ssa.ChangeInterface, *ssa.Extract:
		s.follow(use.(ssa.Value))
	case *ssa.MakeClosure:
		for i, b := range use.Bindings {
			if b == value {
				s.follow(use.Fn.(*ssa.Function).FreeVars[i])
			}
		}
	case *ssa.Return:
		callers, _ := s.v.scope.Callers(use.Parent())
		for _, c := range callers {
			s.follow(c.Value())
		}
	case ssa.CallInstruction:
		s.call(value, use)
	}
}

// call goes on with a value that a call gets.
func (s *holderSearch) call(value ssa.Value, c ssa.CallInstruction) {
	common := c.Common()
	if _, ok := common.Value.(*ssa.Builtin); ok {
		s.follow(c.Value()) // append
		return
	}
	callees, _ := s.v.calleesOf(c)
	if common.IsInvoke() || slices.ContainsFunc(callees, func(f *ssa.Function) bool { return f.Blocks == nil }) {
		s.calls = append(s.calls, common.Pos())
	}
	args := argumentsFor(common)
	for _, f := range callees {
		for i, arg := range args {
			if arg == value && i < len(f.Params) {
				s.follow(f.Params[i])
			}
		}
	}
}

// holder returns the value whose memory an address is in.
func holder(addr ssa.Value) ssa.Value {
	for {
		switch a := addr.(type) {
		case *ssa.FieldAddr:
			addr = a.X
		case *ssa.IndexAddr:
			addr = a.X
		default:
			return addr
		}
	}
}
