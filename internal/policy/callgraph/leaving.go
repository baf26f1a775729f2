package callgraph

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/chalice-go/chalice/internal/policy/gotypes"
	"github.com/chalice-go/chalice/internal/policy/source"
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
type leaving struct {
	g        *Graph
	stores   map[*ssa.Function]reach // how far functions store something, or call one that does
	values   typeutil.Map            // the same for function values, by their signatures
	handlers map[*source.Handler]bool
}

// has reports whether what says what a handler is leaves something.
func (l *leaving) has(h *source.Handler) bool {
	if l.handlers == nil {
		l.handlers, l.stores = map[*source.Handler]bool{}, map[*ssa.Function]reach{}
		for _, f := range l.g.form.Functions {
			if n := l.g.bodies.NodeOf[f]; n != nil && l.g.p.SaysHandlers(n) {
				l.read(f)
			}
		}
	}
	return l.handlers[h]
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

// function returns how far a function stores something.
func (l *leaving) function(f *ssa.Function) reach {
	if known, ok := l.stores[f]; ok {
		return known
	}
	l.stores[f] = within // while it is being found out
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
			case ssa.CallInstruction:
				far = max(far, l.call(i.Common()))
			}
		}
	}
	l.stores[f] = far
	return far
}

// value returns how far a function value stores something: as all do that are used as
// values and have its signature.
func (l *leaving) value(sig *types.Signature) reach {
	if known, ok := l.values.At(sig).(reach); ok {
		return known
	}
	l.values.Set(sig, within) // while it is being found out
	far := within
	for _, f := range l.g.form.Functions {
		if (l.g.form.UsedAsValue[f] || len(l.g.form.Closures[f]) > 0) && gotypes.IdenticalCalls(f.Signature, sig) {
			far = max(far, l.function(f))
		}
	}
	l.values.Set(sig, far)
	return far
}

// call returns how far a call stores something. A method out of sight does so in its
// receiver.
func (l *leaving) call(c *ssa.CallCommon) reach {
	if _, ok := c.Value.(*ssa.Builtin); ok {
		return within
	}
	f, far := c.StaticCallee(), within
	switch {
	case f == nil && c.IsInvoke():
		return within // of a client
	case f == nil:
		far = l.value(c.Signature())
	case f.Blocks == nil:
		if f.Signature.Recv() == nil || len(c.Args) < 2 {
			return within
		}
		return reachOf(c.Args[0])
	}
	if f != nil {
		far = l.function(f)
	}
	if far != given {
		return far
	}
	far = within
	for _, arg := range c.Args {
		if _, ok := arg.(*ssa.Const); !ok {
			far = max(far, reachOf(arg))
		}
	}
	return far
}

// reachOf returns how far the memory is known that an address is of.
func reachOf(addr ssa.Value) reach {
	switch a := addr.(type) {
	case *ssa.Alloc, *ssa.MakeMap, *ssa.MakeSlice, *ssa.MakeChan:
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
