package policy

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/types/typeutil"
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
	g  *valueGraph
	in map[*node]bool

	reached map[*ssa.Function]bool
	queue   []*ssa.Function
	places  map[any]*place
	byType  [kinds]typeutil.Map // of type places
	pending []*place
	links   map[callEdge]bool
	callers map[*ssa.Function][]ssa.CallInstruction

	functions []*ssa.Function // mentioned in reached code
	types     []types.Type    // put into interfaces in reached code
	liveTypes typeutil.Map
	mentioned map[*ssa.Function]bool
	unknown   []*dynamicCall // calls that can be anything
	calls     []*dynamicCall
	escaped   *place // functions that code out of sight can call
	panics    *place
}

// place is where values can be: it holds the functions and types that get
// there.
type place struct {
	values map[any]bool // *ssa.Function, types.Type, or unknownValue
	added  []any
	next   []*place
	calls  []*dynamicCall
	known  map[*place]bool
	queued bool
	escape bool
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

type placeKey struct {
	kind  string
	of    any
	index int
}

func newFlow(g *valueGraph, in map[*node]bool) *flow {
	f := &flow{
		g: g, in: in, reached: map[*ssa.Function]bool{}, places: map[any]*place{},
		links: map[callEdge]bool{}, callers: map[*ssa.Function][]ssa.CallInstruction{}, mentioned: map[*ssa.Function]bool{},
	}
	f.escaped, f.panics = &place{escape: true}, &place{}
	return f
}

// run follows everything that starts at the given nodes, and gives the nodes
// that are reached.
func (f *flow) run(cold []*node, roots []start) map[*node]bool {
	for _, n := range cold {
		for _, body := range f.g.bodies[n] {
			f.reach(body)
		}
	}
	for _, s := range roots {
		f.root(s)
	}
	for {
		f.solve()
		if !f.fallBack() {
			break
		}
	}
	reached := map[*node]bool{}
	for body := range f.reached {
		if n := f.g.nodes[body]; n != nil {
			reached[n] = true
		}
	}
	return reached
}

// start is where a function's own code starts: a handler that code out of
// sight calls, with arguments that aren't known, or a function that makes one.
type start struct {
	node *node
	made bool // what it returns is the handler
}

// root reaches a start.
func (f *flow) root(s start) {
	n := s.node
	for _, body := range f.g.bodies[n] {
		if !s.made {
			f.add(f.escaped, body)
			continue
		}
		f.reach(body)
		f.escapeResults(body)
	}
	if n.syntax != nil {
		return
	}
	for _, c := range n.calls { // the handler is a method of an interface
		f.unknown = append(f.unknown, &dynamicCall{method: c.method, any: true})
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
			for _, next := range p.next {
				f.add(next, v)
			}
			for _, c := range p.calls {
				f.resolve(c, v)
			}
			if p.escape {
				f.expose(v)
			}
		}
	}
}

// fallBack makes calls that lead nowhere calls of anything: what they call
// came a way that isn't followed.
func (f *flow) fallBack() bool {
	more := false
	for _, c := range f.calls {
		if c.any {
			continue
		}
		if p := f.value(c.site.Common().Value); len(p.values) == 0 {
			f.resolve(c, unknownValue{})
			more = true
		}
	}
	return more
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
	key := keyOf(t, index)
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

// reach notes that a function can run.
func (f *flow) reach(body *ssa.Function) {
	if f.reached[body] || body.Blocks == nil {
		return
	}
	if n := f.g.nodes[body]; n != nil && !f.in[n] {
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

// box notes a type that reached code puts into an interface.
func (f *flow) box(t types.Type) {
	if f.liveTypes.At(t) != nil {
		return
	}
	f.liveTypes.Set(t, true)
	f.types = append(f.types, t)
	for _, c := range f.unknown {
		f.tryType(c, t)
	}
}

// resolve makes a value that gets to a dynamic call a target of it.
func (f *flow) resolve(c *dynamicCall, v any) {
	switch v := v.(type) {
	case unknownValue:
		if c.any {
			return
		}
		c.any = true
		f.unknown = append(f.unknown, c)
		f.unknownResults(c.site)
		for _, fn := range f.functions {
			f.tryFunction(c, fn)
		}
		for _, t := range f.types {
			f.tryType(c, t)
		}
	case *ssa.Function:
		if c.method == nil {
			f.link(c.site, v, c.site.Common().Args)
		}
	case types.Type:
		if c.method != nil {
			f.invoke(c, v)
		}
	}
}

func (f *flow) tryFunction(c *dynamicCall, fn *ssa.Function) {
	if c.method == nil && identicalCalls(c.site.Common().Signature(), fn.Signature) {
		f.link(c.site, fn, c.site.Common().Args)
	}
}

func (f *flow) tryType(c *dynamicCall, t types.Type) {
	if c.method == nil {
		return
	}
	iface, ok := c.method.Signature().Recv().Type().Underlying().(*types.Interface)
	if !ok || !types.Implements(t, iface) {
		return
	}
	f.invoke(c, t)
}

// invoke calls a type's method.
func (f *flow) invoke(c *dynamicCall, t types.Type) {
	if types.IsInterface(t) {
		return
	}
	sel := f.g.prog.MethodSets.MethodSet(t).Lookup(c.method.Pkg(), c.method.Name())
	if sel == nil {
		return
	}
	fn := f.g.prog.MethodValue(sel)
	if fn == nil {
		return
	}
	if len(fn.Params) > 0 && carries(t) {
		f.join(f.typed(boxed, t), f.value(fn.Params[0]))
	}
	if c.site == nil {
		f.expose(fn)
		return
	}
	f.link(c.site, fn, append([]ssa.Value{nil}, c.site.Common().Args...))
}

// link makes a call one of a function.
func (f *flow) link(site ssa.CallInstruction, fn *ssa.Function, args []ssa.Value) {
	edge := callEdge{site, fn}
	if f.links[edge] {
		return
	}
	f.links[edge] = true
	if fn.Blocks == nil {
		f.foreign(site, fn)
		return
	}
	if n := f.g.nodes[fn]; n != nil && !f.in[n] {
		return
	}
	f.callers[fn] = append(f.callers[fn], site)
	f.reach(fn)
	for i, a := range args {
		if i < len(fn.Params) && a != nil {
			f.join(f.value(a), f.value(fn.Params[i]))
		}
	}
	results := fn.Signature.Results()
	for i := range results.Len() {
		if carries(results.At(i).Type()) {
			f.join(f.at(placeKey{"result", fn, i}), f.resultOf(site, i))
		}
	}
}

// resultOf gives the place of a call's result.
func (f *flow) resultOf(site ssa.CallInstruction, i int) *place {
	v := site.Value()
	if v == nil {
		return nil
	}
	if _, ok := v.Type().(*types.Tuple); ok {
		return f.at(placeKey{"tuple", ssa.Value(v), i})
	}
	return f.value(v)
}

// unknownResults makes what a call returns unknown.
func (f *flow) unknownResults(site ssa.CallInstruction) {
	if site == nil {
		return
	}
	results := site.Common().Signature().Results()
	for i := range results.Len() {
		if carries(results.At(i).Type()) {
			if p := f.resultOf(site, i); p != nil {
				f.add(p, unknownValue{})
			}
		}
	}
}

// foreign is a call of a function that isn't seen: it can call what it gets.
func (f *flow) foreign(site ssa.CallInstruction, fn *ssa.Function) {
	common := site.Common()
	if fn != nil {
		origin := fn
		if o := fn.Origin(); o != nil {
			origin = o
		}
		if obj, ok := origin.Object().(*types.Func); ok {
			if _, ok := f.g.p.registering(obj); ok {
				f.unknownResults(site)
				return // handlers have their own roots
			}
			if handsOn(nil, nil, obj) {
				f.join(f.value(common.Args[0]), f.resultOf(site, 0))
				return
			}
		}
	}
	f.unknownResults(site)
	for _, a := range common.Args {
		f.giveAway(a)
	}
}

// giveAway makes a value one that code out of sight has.
func (f *flow) giveAway(v ssa.Value) {
	if p := f.value(v); p != nil {
		f.join(p, f.escaped)
		return
	}
	switch t := v.Type().Underlying().(type) {
	case *types.Slice:
		if carries(t.Elem()) {
			f.join(f.typed(contents, t.Elem()), f.escaped)
		}
	case *types.Map:
		if carries(t.Elem()) {
			f.join(f.typed(mapValues, t), f.escaped)
		}
	case *types.Chan:
		if carries(t.Elem()) {
			f.join(f.typed(channels, t.Elem()), f.escaped)
		}
	case *types.Pointer:
		if carries(t.Elem()) {
			f.join(f.memory(v), f.escaped)
			f.add(f.memory(v), unknownValue{})
		}
	}
}

// expose has code out of sight call a function, or the function in an
// interface.
func (f *flow) expose(v any) {
	switch v := v.(type) {
	case types.Type:
		if _, ok := v.Underlying().(*types.Signature); ok {
			f.join(f.typed(boxed, v), f.escaped)
		}
	case *ssa.Function:
		if n := f.g.nodes[v]; v.Blocks == nil || n != nil && !f.in[n] {
			return
		}
		f.reach(v)
		for _, p := range v.Params {
			if place := f.value(p); place != nil {
				f.add(place, unknownValue{})
			}
		}
		f.escapeResults(v)
	}
}

// escapeResults gives what a function returns to code out of sight.
func (f *flow) escapeResults(fn *ssa.Function) {
	for i := range fn.Signature.Results().Len() {
		if carries(fn.Signature.Results().At(i).Type()) {
			f.join(f.at(placeKey{"result", fn, i}), f.escaped)
		}
	}
}

// read follows the instructions of a function.
func (f *flow) read(body *ssa.Function) {
	for _, b := range body.Blocks {
		for _, i := range b.Instrs {
			f.instruction(i)
		}
	}
}

func (f *flow) instruction(i ssa.Instruction) {
	var operands [16]*ssa.Value
	callee := calleeOperand(i)
	for _, o := range i.Operands(operands[:0]) {
		if fn, ok := (*o).(*ssa.Function); ok && o != callee {
			f.mention(fn)
		}
	}
	switch i := i.(type) {
	case *ssa.Store:
		f.join(f.value(i.Val), f.memory(i.Addr))
	case *ssa.UnOp:
		f.unary(i)
	case *ssa.Phi:
		for _, e := range i.Edges {
			f.join(f.value(e), f.value(i))
		}
	case *ssa.ChangeType:
		f.join(f.value(i.X), f.value(i))
		f.convertStruct(i.X.Type(), i.Type())
	case *ssa.ChangeInterface:
		f.join(f.value(i.X), f.value(i))
	case *ssa.MultiConvert:
		f.join(f.value(i.X), f.value(i))
	case *ssa.MakeInterface:
		f.box(i.X.Type())
		f.add(f.value(i), i.X.Type())
		if p := f.value(i.X); p != nil {
			f.join(p, f.typed(boxed, i.X.Type()))
		}
	case *ssa.TypeAssert:
		f.assert(i)
	case *ssa.MakeClosure:
		f.closure(i)
	case *ssa.Return:
		for n, r := range i.Results {
			if p := f.value(r); p != nil {
				f.join(p, f.at(placeKey{"result", i.Parent(), n}))
			}
		}
	case *ssa.Panic:
		f.join(f.value(i.X), f.panics)
	case ssa.CallInstruction:
		f.call(i)
	default:
		f.aggregate(i)
	}
}

// aggregate follows instructions on fields, elements, maps and channels.
func (f *flow) aggregate(i ssa.Instruction) {
	switch i := i.(type) {
	case *ssa.Extract:
		if p := f.value(i); p != nil {
			f.join(f.at(placeKey{"tuple", i.Tuple, i.Index}), p)
		}
	case *ssa.Field:
		if p := f.value(i); p != nil {
			f.join(f.fieldPlace(i.X.Type(), i.Field), p)
		}
	case *ssa.Index:
		if p := f.value(i); p != nil {
			f.join(f.typed(contents, i.Type()), p)
		}
	case *ssa.Lookup:
		if m, ok := i.X.Type().Underlying().(*types.Map); ok {
			f.join(f.mapPlace(mapValues, m, m.Elem()), f.commaOK(i, i.CommaOk))
		}
	case *ssa.MapUpdate:
		m := i.Map.Type().Underlying().(*types.Map)
		f.join(f.value(i.Value), f.mapPlace(mapValues, m, m.Elem()))
		f.join(f.value(i.Key), f.mapPlace(mapKeys, m, m.Key()))
	case *ssa.Next:
		if r, ok := i.Iter.(*ssa.Range); ok && !i.IsString {
			m := r.X.Type().Underlying().(*types.Map)
			f.join(f.mapPlace(mapKeys, m, m.Key()), f.at(placeKey{"tuple", ssa.Value(i), 1}))
			f.join(f.mapPlace(mapValues, m, m.Elem()), f.at(placeKey{"tuple", ssa.Value(i), 2}))
		}
	case *ssa.Send:
		f.join(f.value(i.X), f.channel(i.Chan))
	case *ssa.Select:
		received := 2
		for _, s := range i.States {
			if s.Dir == types.SendOnly {
				f.join(f.value(s.Send), f.channel(s.Chan))
				continue
			}
			f.join(f.channel(s.Chan), f.at(placeKey{"tuple", ssa.Value(i), received}))
			received++
		}
	}
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

func (f *flow) unary(i *ssa.UnOp) {
	switch i.Op {
	case token.MUL:
		if p := f.value(i); p != nil {
			f.join(f.memory(i.X), p)
		}
	case token.ARROW:
		f.join(f.channel(i.X), f.commaOK(i, i.CommaOk))
	}
}

func (f *flow) assert(i *ssa.TypeAssert) {
	to := f.commaOK(i, i.CommaOk)
	switch {
	case to == nil || !carries(i.AssertedType):
	case types.IsInterface(i.AssertedType):
		f.join(f.value(i.X), to)
	default: // a function in an interface
		f.join(f.typed(boxed, i.AssertedType), to)
	}
}

// closure binds the variables of a function literal.
func (f *flow) closure(i *ssa.MakeClosure) {
	fn := i.Fn.(*ssa.Function)
	f.mention(fn)
	f.add(f.value(i), fn)
	for n, b := range i.Bindings {
		if p := f.value(b); p != nil {
			f.join(p, f.value(fn.FreeVars[n]))
		}
		if p := f.memory(b); p != nil {
			f.join(p, f.memory(fn.FreeVars[n]))
			f.join(f.memory(fn.FreeVars[n]), p)
		}
	}
}

// convertStruct joins the fields of two struct types that are converted into
// each other.
func (f *flow) convertStruct(from, to types.Type) {
	a, ok := from.Underlying().(*types.Struct)
	b, ok2 := to.Underlying().(*types.Struct)
	if !ok || !ok2 {
		return
	}
	for i := range min(a.NumFields(), b.NumFields()) {
		if carries(a.Field(i).Type()) {
			f.join(f.fieldPlace(from, i), f.fieldPlace(to, i))
			f.join(f.fieldPlace(to, i), f.fieldPlace(from, i))
		}
	}
}

func (f *flow) call(site ssa.CallInstruction) {
	common := site.Common()
	if b, ok := common.Value.(*ssa.Builtin); ok {
		if b.Name() == "recover" && site.Value() != nil {
			f.join(f.panics, f.value(site.Value()))
		}
		return
	}
	if fn := common.StaticCallee(); fn != nil {
		if c, ok := common.Value.(*ssa.MakeClosure); ok {
			f.closure(c)
		}
		f.link(site, fn, common.Args)
		return
	}
	c := &dynamicCall{site: site}
	if common.IsInvoke() {
		c.method = common.Method
		if !f.g.seen(common.Method.Pkg()) {
			f.foreign(site, nil)
		}
	}
	f.calls = append(f.calls, c)
	p := f.value(common.Value)
	p.calls = append(p.calls, c)
	for v := range p.values {
		f.resolve(c, v)
	}
}
