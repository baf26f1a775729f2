package callgraph

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/chalice-go/chalice/internal/policy/gotypes"
	"github.com/chalice-go/chalice/internal/policy/sdk"
	"github.com/chalice-go/chalice/internal/policy/source"
	"github.com/chalice-go/chalice/internal/policy/ssaform"
)

// reach is how far memory is known that something is stored in.
type reach int

const (
	within  reach = iota // the function made it
	given                // the function got it as a parameter
	outside              // it can be anybody's: that of a variable of a package, say
)

// leaving finds what says of a handler what it is, and also leaves something where other
// handlers find it: what such an expression makes isn't for that handler alone.
//
// How far a function stores something is found as a least fixed point over the functions
// that such expressions lead to.
type leaving struct {
	g        *Graph
	stores   map[*ssa.Function]reach // how far functions store something, or call one that does
	todo     []*ssa.Function         // those in stores
	values   typeutil.Map            // functions that are used as values, by their signatures
	methods  map[string][]*ssa.Function
	handlers map[*source.Handler]bool
}

// has reports whether what says what a handler is leaves something.
func (l *leaving) has(h *source.Handler) bool {
	if l.handlers == nil {
		l.handlers, l.stores, l.methods = map[*source.Handler]bool{}, map[*ssa.Function]reach{}, map[string][]*ssa.Function{}
		for _, f := range l.g.form.Functions {
			if f.Signature.Recv() != nil {
				l.methods[f.Name()] = append(l.methods[f.Name()], f)
			}
		}
		for more := true; more; more = l.settle() {
			l.readAll()
		}
	}
	return l.handlers[h]
}

// readAll looks at the calls that say what handlers are.
func (l *leaving) readAll() {
	for _, f := range l.g.form.Functions {
		if n := l.g.bodies.NodeOf[f]; n != nil && l.g.p.SaysHandlers(n) {
			l.read(f)
		}
	}
}

// read looks at the calls of a function that say what handlers are.
func (l *leaving) read(f *ssa.Function) {
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			c, ok := i.(ssa.CallInstruction)
			if !ok || l.call(c.Common()) == within {
				continue
			}
			for _, s := range l.g.p.Sites {
				for _, h := range s.Handlers {
					l.handlers[h] = l.handlers[h] || source.Within(h.Spans, c.Pos())
				}
			}
		}
	}
}

// settle looks at functions until nothing is new, and reports whether anything was.
func (l *leaving) settle() bool {
	found := false
	for more := true; more; {
		more = false
		for i := 0; i < len(l.todo); i++ {
			f := l.todo[i]
			if far := l.body(f); far > l.stores[f] {
				l.stores[f], more, found = far, true, true
			}
		}
	}
	return found
}

// function returns how far a function stores something, as far as that is known by now.
func (l *leaving) function(f *ssa.Function) reach {
	far, known := l.stores[f]
	if !known {
		l.stores[f] = within
		l.todo = append(l.todo, f)
	}
	return far
}

// body returns how far the instructions of a function store something.
func (l *leaving) body(f *ssa.Function) reach {
	far := within
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			switch i := i.(type) {
			case *ssa.Store:
				far = max(far, reachOf(i.Addr))
			case *ssa.MapUpdate:
				far = max(far, reachOf(i.Map))
			case *ssa.Send:
				far = max(far, reachOf(i.Chan))
			case *ssa.Select:
				for _, s := range i.States {
					if s.Dir == types.SendOnly {
						far = max(far, reachOf(s.Chan))
					}
				}
			case ssa.CallInstruction:
				far = max(far, l.call(i.Common()))
			}
		}
	}
	return far
}

// call returns how far a call stores something.
func (l *leaving) call(c *ssa.CallCommon) reach {
	args := c.Args
	if b, ok := c.Value.(*ssa.Builtin); ok {
		if b.Name() == "copy" {
			return reachOf(args[0])
		}
		return within
	}
	callees := []*ssa.Function{c.StaticCallee()}
	switch {
	case c.IsInvoke():
		callees, args = l.implementations(c.Method), append([]ssa.Value{c.Value}, args...)
	case callees[0] == nil:
		callees = l.functionsOf(c.Signature())
	case callees[0].Blocks == nil:
		return l.outOfSight(callees[0], args)
	}
	far := within
	for _, f := range callees {
		far = max(far, l.function(f))
	}
	if far == given {
		far = within
		for _, arg := range args {
			if _, basic := arg.Type().Underlying().(*types.Basic); !basic {
				far = max(far, reachOf(arg))
			}
		}
	}
	return far
}

// functionsOf returns the functions that a call of a function value can be of: all that are
// used as values and have its signature.
func (l *leaving) functionsOf(sig *types.Signature) []*ssa.Function {
	if known, ok := l.values.At(sig).([]*ssa.Function); ok {
		return known
	}
	var all []*ssa.Function
	for _, f := range l.g.form.Functions {
		if (l.g.form.UsedAsValue[f] || len(l.g.form.Closures[f]) > 0) && gotypes.IdenticalCalls(f.Signature, sig) {
			all = append(all, f)
		}
	}
	l.values.Set(sig, all)
	return all
}

// implementations returns the methods that a call of an interface's method can be of, by
// its name and signature.
func (l *leaving) implementations(m *types.Func) []*ssa.Function {
	return slices.DeleteFunc(slices.Clone(l.methods[m.Name()]), func(f *ssa.Function) bool { return !gotypes.IdenticalCalls(f.Signature, m.Signature()) })
}

// outOfSight returns how far a function without a body stores something that it gets: a
// method in its receiver, and any in memory of the program that it is given. The SDK keeps
// nothing that names are looked for in.
func (l *leaving) outOfSight(f *ssa.Function, args []ssa.Value) reach {
	switch {
	case sdk.IsKnown(ssaform.PackageOf(f)):
		return within
	case f.Name() == "Setenv":
		return outside
	}
	far := within
	if f.Signature.Recv() != nil && len(args) > 1 {
		far = reachOf(args[0])
	}
	for _, arg := range args {
		if m, ok := arg.(*ssa.MakeInterface); ok {
			arg = m.X
		}
		if l.isOwnMemory(arg.Type()) {
			far = max(far, reachOf(arg))
		}
	}
	return far
}

// isOwnMemory reports whether a value leads to memory where the program itself can look
// for texts: none behind a pointer to a type of others.
func (l *leaving) isOwnMemory(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Map, *types.Chan:
		return true
	case *types.Slice:
		b, ok := u.Elem().Underlying().(*types.Basic)
		return !ok || b.Info()&types.IsString != 0
	case *types.Pointer:
		name := ssaform.NameOf(types.Unalias(u.Elem()))
		return name == nil || l.g.form.HasSource(name.Pkg())
	}
	return false
}

// reachOf returns how far the memory is known that an address is of.
func reachOf(addr ssa.Value) reach {
	switch a := addr.(type) {
	case *ssa.Alloc, *ssa.MakeMap, *ssa.MakeSlice, *ssa.MakeChan, *ssa.Const: // nil, too
		return within
	case *ssa.Parameter:
		return given
	case *ssa.FieldAddr:
		return reachOf(a.X)
	case *ssa.IndexAddr:
		return reachOf(a.X)
	case *ssa.Slice:
		return reachOf(a.X)
	}
	return outside
}
