// Package flow follows functions, and the types of values in interfaces, from where
// they are made to where they are called.
//
// It is a points-to analysis by inclusion (Andersen, 1994) with few memory locations,
// as variable type analysis (Sundaresan and others, 2000) has: one for each variable,
// one for each field of a type, one for the elements of all slices of one type, and so
// on (location.go). The lattice is the powerset of functions and concrete types for
// each location, with anyValue at its top. Instructions are edges between locations
// (constraint.go), along which values go until nothing is new (Flow.solve). The call
// graph grows on the way: a function that gets to a call makes the callee's
// instructions count (call.go).
//
// What comes from code out of sight is anyValue: a call of it can be a call of anything
// of the right type that reached code mentions. So is a call that nothing gets to, for
// what it calls came on a way that isn't followed.
package flow

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/chalice-go/chalice/internal/policy/source"
	"github.com/chalice-go/chalice/internal/policy/ssaform"
)

// Flow is a run of the analysis for one Lambda function. It looks only at code that
// rapid type analysis reached, and leaves part of that.
type Flow struct {
	p      *source.Program
	form   *ssaform.Program
	bodies *Bodies
	// runs has the nodes that rapid type analysis reached.
	runs map[*source.Node]bool

	// reached are the functions that can run, and queue those of them whose
	// instructions weren't read yet.
	reached map[*ssa.Function]bool
	queue   []*ssa.Function
	// callEdges and Callers are the call graph; anySites are those calls that
	// functions that aren't known get to.
	callEdges map[callEdge]bool
	Callers   map[*ssa.Function][]ssa.CallInstruction
	anySites  map[ssa.CallInstruction]bool

	// registers are locations of SSA values, and places those in memory; byType has those
	// that stand for all values of a kind and a type. Those in pending have values that
	// didn't go along their edges yet.
	registers map[ssa.Value]*location
	places    map[locationKey]*location
	byType    [typeKinds]typeutil.Map
	pending   []*location

	// functions are mentioned in reached code, types put into interfaces there, and records
	// made there: what calls of anyValue can be of.
	functions []*ssa.Function
	mentioned map[*ssa.Function]bool // the same
	types     []types.Type
	liveTypes typeutil.Map // the same
	records   []madeHandler
	// calls are all dynamic calls in reached code, and anyCalls those of anyValue.
	calls    []*dynamicCall
	anyCalls []*dynamicCall

	operands []*ssa.Value // those of the instruction that is looked at

	escaped *location // functions that code out of sight can call
	panics  *location // what is thrown

	// handlers is what is registered at the function's own sites.
	handlers     *location
	search       HandlerSearch
	HandlerFound bool
}

// HandlerSearch says where the function's handlers are registered that the source
// doesn't show plainly.
type HandlerSearch struct {
	Sites      map[token.Pos]bool
	AnySite    bool                  // they can be registered anywhere
	Candidates map[*source.Node]bool // what they can be; if there are none, anything
}

// dynamicCall is a call of a function value or of an interface's method.
type dynamicCall struct {
	site   ssa.CallInstruction
	method *types.Func // nil for a function value
	any    bool        // it can be anything
}

// callEdge is a call, and a function that it can be of.
type callEdge struct {
	site ssa.CallInstruction
	to   *ssa.Function
}

func New(form *ssaform.Program, b *Bodies, runs map[*source.Node]bool, search HandlerSearch) *Flow {
	f := &Flow{
		p: b.p, form: form, bodies: b, runs: runs, search: search, reached: map[*ssa.Function]bool{}, registers: map[ssa.Value]*location{}, places: map[locationKey]*location{},
		callEdges: map[callEdge]bool{}, Callers: map[*ssa.Function][]ssa.CallInstruction{},
		anySites: map[ssa.CallInstruction]bool{}, mentioned: map[*ssa.Function]bool{},
	}
	f.escaped, f.panics = &location{onValue: f.expose}, &location{}
	f.handlers = &location{onValue: f.registered}
	return f
}

// Run follows everything that starts at a cold start or at an entry, and returns
// the nodes that are reached.
func (f *Flow) Run(cold []*source.Node, entries []Entry) map[*source.Node]bool {
	for _, n := range cold {
		for _, body := range f.bodies.Of[n] {
			f.reach(body)
		}
	}
	for _, e := range entries {
		f.enter(e)
	}
	for {
		f.solve()
		if !f.resolveEmpty() {
			break
		}
	}
	reached := map[*source.Node]bool{}
	for body := range f.reached {
		if n := f.bodies.NodeOf[body]; n != nil {
			reached[n] = true
		}
	}
	return reached
}

// enter reaches an entry.
func (f *Flow) enter(e Entry) {
	n := e.Node
	for _, body := range f.bodies.instances(n, e.TypeArgs) {
		if !e.MakesHandler {
			f.add(f.escaped, body)
			continue
		}
		f.reach(body)
		f.escapeResults(body)
	}
	if n.Syntax != nil {
		return
	}
	for _, c := range n.InterfaceCalls { // the handler is a method of an interface
		f.anyCalls = append(f.anyCalls, &dynamicCall{method: c.Method, any: true})
	}
}

// solve takes values along edges, and reads functions that they reach, until nothing
// is new.
func (f *Flow) solve() {
	for len(f.queue) > 0 || len(f.pending) > 0 {
		if n := len(f.queue); n > 0 {
			body := f.queue[n-1]
			f.queue = f.queue[:n-1]
			f.read(body)
			continue
		}
		n := len(f.pending) - 1
		p := f.pending[n]
		f.pending = f.pending[:n]
		p.queued = false
		added := p.added
		p.added = nil
		for _, v := range added {
			for _, next := range p.edges.list {
				f.add(next, v)
			}
			for _, c := range p.calls {
				f.resolve(c, v)
			}
			if p.onValue != nil {
				p.onValue(v)
			}
		}
	}
}

// resolveEmpty makes calls that lead nowhere calls of anything: what they call
// came a way that isn't followed.
func (f *Flow) resolveEmpty() bool {
	more := false
	for _, c := range f.calls {
		if c.any {
			continue
		}
		if p := f.location(c.site.Common().Value); len(p.values.list) == 0 || len(p.values.list) == 1 && p.values.has(foreignFunc{}) {
			f.callAny(c)
			more = true
		}
	}
	return more
}

// reach notes that a function can run.
func (f *Flow) reach(body *ssa.Function) {
	if f.reached[body] || body.Blocks == nil {
		return
	}
	if n := f.bodies.NodeOf[body]; n != nil && !f.runs[n] {
		return
	}
	f.reached[body] = true
	f.queue = append(f.queue, body)
}

// Reaches reports whether a function can run.
func (f *Flow) Reaches(body *ssa.Function) bool { return f.reached[body] }

// mention notes a function that reached code has as a value.
func (f *Flow) mention(fn *ssa.Function) {
	if f.mentioned[fn] {
		return
	}
	f.mentioned[fn] = true
	f.functions = append(f.functions, fn)
	for _, c := range f.anyCalls {
		f.tryFunction(c, fn)
	}
}

// boxed notes a type that reached code puts into an interface.
func (f *Flow) boxed(t types.Type) {
	if f.liveTypes.At(t) != nil {
		return
	}
	f.liveTypes.Set(t, true)
	f.types = append(f.types, t)
	for _, c := range f.anyCalls {
		f.tryType(c, t)
	}
}

// Entry is where a function's own code starts: a handler that code out of
// sight calls, with arguments that aren't known, or a function that makes one.
type Entry struct {
	Node         *source.Node
	MakesHandler bool // what it returns is the handler
	// TypeArgs tell which instance of a generic function it is; nil if it can be any.
	TypeArgs *types.TypeList
}
