package callgraph

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/chalice-go/chalice/internal/policy/source"
	"github.com/chalice-go/chalice/internal/policy/ssaform"
)

// flow follows functions, and the types of values in interfaces, from where
// they are made to where they are called, for one function of the app. It looks
// only at code that its reach has, and leaves part of that.
//
// Places in memory are told apart by what they are part of: variables each, the
// fields of a type, the elements of all slices of one element type, and so on.
// What comes from code that isn't seen is unknown: a call of it can be a call
// of anything of the right type that reached code mentions.
type flow struct {
	p      *source.Program
	form   *ssaform.Program
	bodies *bodies
	in     map[*source.Node]bool

	reached   map[*ssa.Function]bool
	queue     []*ssa.Function
	locations map[any]*location
	byType    [kinds]typeutil.Map // of type places
	pending   []*location
	edges     map[callEdge]bool
	callers   map[*ssa.Function][]ssa.CallInstruction

	functions    []*ssa.Function // mentioned in reached code
	types        []types.Type    // put into interfaces in reached code
	liveTypes    typeutil.Map
	mentioned    map[*ssa.Function]bool
	unknown      []*dynamicCall // calls that can be anything
	calls        []*dynamicCall
	escaped      *location // functions that code out of sight can call
	handlers     *location // what is registered at the function's own sites
	dynamicSites map[token.Pos]bool
	anySite      bool
	candidates   map[*source.Node]bool // the handlers, if they are known; none if they aren't
	handlerFound bool                  // there is a handler among handlers
	panics       *location
}

// dynamicCall is a call of a function value or of an interface's method.
type dynamicCall struct {
	site   ssa.CallInstruction
	method *types.Func // nil for a function value
	any    bool        // it can be anything
}

type callEdge struct {
	site ssa.CallInstruction
	to   *ssa.Function
}

func newFlow(form *ssaform.Program, b *bodies, in map[*source.Node]bool) *flow {
	f := &flow{
		p: b.p, form: form, bodies: b, in: in, reached: map[*ssa.Function]bool{}, locations: map[any]*location{},
		edges: map[callEdge]bool{}, callers: map[*ssa.Function][]ssa.CallInstruction{}, mentioned: map[*ssa.Function]bool{},
	}
	f.escaped, f.panics = &location{onValue: f.expose}, &location{}
	f.handlers = &location{onValue: f.registered}
	return f
}

// run follows everything that starts at the given nodes, and gives the nodes
// that are reached.
func (f *flow) run(cold []*source.Node, roots []entry) map[*source.Node]bool {
	for _, n := range cold {
		for _, body := range f.bodies.of[n] {
			f.reach(body)
		}
	}
	for _, s := range roots {
		f.enter(s)
	}
	for {
		f.solve()
		if !f.resolveEmpty() {
			break
		}
	}
	reached := map[*source.Node]bool{}
	for body := range f.reached {
		if n := f.bodies.nodeOf[body]; n != nil {
			reached[n] = true
		}
	}
	return reached
}

// entry is where a function's own code starts: a handler that code out of
// sight calls, with arguments that aren't known, or a function that makes one.
type entry struct {
	node         *source.Node
	makesHandler bool // what it returns is the handler
}

// enter reaches a start.
func (f *flow) enter(s entry) {
	n := s.node
	for _, body := range f.bodies.of[n] {
		if !s.makesHandler {
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
		f.unknown = append(f.unknown, &dynamicCall{method: c.Method, any: true})
	}
}

// solve works until nothing is new.
func (f *flow) solve() {
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
			for _, next := range p.edges {
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
func (f *flow) resolveEmpty() bool {
	more := false
	for _, c := range f.calls {
		if c.any {
			continue
		}
		if p := f.location(c.site.Common().Value); len(p.values) == 0 {
			f.resolve(c, anyValue{})
			more = true
		}
	}
	return more
}

// reach notes that a function can run.
func (f *flow) reach(body *ssa.Function) {
	if f.reached[body] || body.Blocks == nil {
		return
	}
	if n := f.bodies.nodeOf[body]; n != nil && !f.in[n] {
		return
	}
	f.reached[body] = true
	f.queue = append(f.queue, body)
}

// mention notes a function that reached code has as a value.
func (f *flow) mention(fn *ssa.Function) {
	if f.mentioned[fn] {
		return
	}
	f.mentioned[fn] = true
	f.functions = append(f.functions, fn)
	for _, c := range f.unknown {
		f.tryFunction(c, fn)
	}
}

// boxed notes a type that reached code puts into an interface.
func (f *flow) boxed(t types.Type) {
	if f.liveTypes.At(t) != nil {
		return
	}
	f.liveTypes.Set(t, true)
	f.types = append(f.types, t)
	for _, c := range f.unknown {
		f.tryType(c, t)
	}
}
