package policy

import (
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// reach is what can run: from a cold start, or from the handlers of one
// function.
//
// Whoever mentions a function is taken to call it, at once or through whoever
// it is given to. Methods called through an interface are those of all types
// that occur in reached code. Only in code that runs at a cold start there is
// more to it, since that code mentions everything: a function that it puts into
// a package variable is reached by those who use the variable.
type reach struct {
	p    *program
	cold *reach // nil for the cold start itself

	links map[*node]link
	order []*node
	held  map[*node][]held // what a cold start puts into variables
	found []finding

	calls   []interfaceCall
	types   []types.Type
	outside []types.Type
	known   map[any]bool   // of calls, types and outside
	web     []*node        // what a cold start gives to net/http
	exposed map[*node]bool // methods that code out of sight calls
}

// link is how a node was reached.
type link struct {
	from *node
	pos  token.Pos
}

// held is a function or a sink that a variable holds.
type held struct {
	in   *node // who puts it there
	ref  ref
	sink *sink
}

// finding is a reached sink.
type finding struct {
	in   *node
	sink *sink
}

func newReach(p *program, cold *reach) *reach {
	r := &reach{p: p, cold: cold, links: map[*node]link{}, held: map[*node][]held{}, known: map[any]bool{}, exposed: map[*node]bool{}}
	if cold != nil {
		r.calls, r.types, r.outside = clip(cold.calls), clip(cold.types), clip(cold.outside)
		for k := range cold.known {
			r.known[k] = true
		}
	}
	return r
}

func clip[T any](s []T) []T { return s[:len(s):len(s)] }

// coldStart follows what runs before the first event.
func (p *program) coldStart() *reach {
	r := newReach(p, nil)
	for _, n := range p.start {
		r.visit(n, nil, token.NoPos)
	}
	for _, s := range p.sites {
		for _, root := range s.roots {
			r.calledBy(root.node)
		}
	}
	r.dispatch()
	return r
}

// calledBy follows what runs when a registration says what its handler is: it
// runs at every cold start, but for what it makes, which belongs to the
// handler. So only calls count.
func (r *reach) calledBy(n *node) {
	for _, f := range n.refs {
		if _, known := r.links[f.to]; !f.called || known {
			continue
		}
		r.links[f.to] = link{n, f.pos}
		r.order = append(r.order, f.to)
		for _, c := range f.to.calls {
			r.callMethod(f.to, c)
		}
		r.calledBy(f.to)
	}
	for i := range n.sinks {
		if n.sinks[i].called {
			r.found = append(r.found, finding{n, &n.sinks[i]})
		}
	}
}

// handlers follows what the handlers of one function can run.
func (p *program) handlers(cold *reach, roots []*node) *reach {
	r := newReach(p, cold)
	for _, n := range roots {
		r.visit(n, nil, token.NoPos)
	}
	r.dispatch()
	return r
}

// visit reaches a node, and what it mentions.
func (r *reach) visit(n, from *node, pos token.Pos) {
	if _, ok := r.links[n]; ok {
		return
	}
	r.links[n] = link{from, pos}
	r.order = append(r.order, n)
	for i := range n.refs {
		r.follow(n, n.refs[i])
	}
	for i := range n.sinks {
		r.sink(n, &n.sinks[i])
	}
	for _, c := range n.calls {
		if r.cold != nil || !r.p.claimed(n, c.pos) {
			r.callMethod(n, c)
		}
	}
	r.types = r.addTypes(r.types, n.types)
	r.outside = r.addTypes(r.outside, n.outside)
	for _, h := range r.holdings(n) {
		r.release(n, h)
	}
}

// callMethod notes a call of an interface's method.
func (r *reach) callMethod(n *node, c interfaceCall) {
	if !r.known[c.method] {
		r.known[c.method] = true
		r.calls = append(r.calls, c)
		r.links[r.p.methodNode(c.method)] = link{n, c.pos}
	}
}

func (r *reach) addTypes(to, from []types.Type) []types.Type {
	for _, t := range from {
		if !r.known[t] {
			r.known[t] = true
			to = append(to, t)
		}
	}
	return to
}

// holdings gives what a variable's node holds.
func (r *reach) holdings(n *node) []held {
	if r.cold != nil {
		return r.cold.held[n]
	}
	return r.held[n]
}

// release reaches what a variable holds.
func (r *reach) release(v *node, h held) {
	if h.sink != nil {
		r.found = append(r.found, finding{v, h.sink})
		return
	}
	if r.cold == nil && r.p.registered[h.ref.to] {
		return // kept there to be registered
	}
	r.visit(h.ref.to, v, h.ref.pos)
}

// follow goes from a node to another one that it mentions.
func (r *reach) follow(n *node, f ref) {
	if r.cold == nil {
		switch {
		case r.p.claimed(n, f.pos):
			return
		case f.called:
		case f.holder != nil:
			r.hold(f.holder, held{in: n, ref: f})
			return
		case r.p.registered[f.to]:
			return
		case r.p.isWebHandler(f.to):
			r.web = append(r.web, f.to)
			return
		}
	}
	r.visit(f.to, n, f.pos)
}

func (r *reach) sink(n *node, s *sink) {
	if r.cold == nil {
		switch {
		case r.p.claimed(n, s.pos):
			return
		case !s.called && s.holder != nil:
			r.hold(s.holder, held{in: n, sink: s})
			return
		}
	}
	r.found = append(r.found, finding{n, s})
}

// hold puts something into a variable, which may have been reached before.
func (r *reach) hold(v *node, h held) {
	r.held[v] = append(r.held[v], h)
	if _, ok := r.links[v]; ok {
		r.release(v, h)
	}
}

// dispatch finds what interfaces lead to, until nothing is new.
func (r *reach) dispatch() {
	done := [3]int{} // calls, types and outside interfaces that are done with each other
	if r.cold != nil {
		done = [3]int{len(r.cold.calls), len(r.cold.types), len(r.cold.outside)}
	}
	for {
		now := [3]int{len(r.calls), len(r.types), len(r.outside)}
		if now == done {
			return
		}
		calls, live, outside := clip(r.calls), clip(r.types), clip(r.outside)
		for j, t := range live {
			for i, c := range calls {
				if i >= done[0] || j >= done[1] {
					r.implement(t, c)
				}
			}
			for i, o := range outside {
				if i >= done[2] || j >= done[1] {
					r.expose(t, o)
				}
			}
			if j >= done[1] {
				r.conventions(t)
			}
		}
		done = now
	}
}

// implement reaches a type's method that an interface's method may be.
func (r *reach) implement(t types.Type, c interfaceCall) {
	i := r.p.implementation(t, c.method)
	if i == nil {
		return
	}
	from := r.p.methodNode(c.method)
	if i.node != nil {
		r.visit(i.node, r.links[from].from, r.links[from].pos)
		return
	}
	// The type has the method from an interface embedded in it.
	if !r.known[i.call] {
		r.known[i.call] = true
		r.calls = append(r.calls, interfaceCall{i.call, c.pos})
		r.links[r.p.methodNode(i.call)] = r.links[from]
	}
}

// expose reaches the methods of a type that code out of sight can call.
func (r *reach) expose(t, outside types.Type) {
	if !r.p.implements(t, outside) {
		return
	}
	for m := range outside.Underlying().(*types.Interface).Methods() {
		r.exposeMethod(t, m.Name())
	}
}

func (r *reach) exposeMethod(t types.Type, name string) {
	n := r.p.method(t, name)
	if n == nil {
		return
	}
	if r.cold == nil && r.p.isWebHandler(n) {
		r.web = append(r.web, n)
		return
	}
	r.exposed[n] = true
	r.visit(n, nil, n.pos)
}

// conventional are methods that the standard library and the SDK call on any
// value that has them, and their signatures; none means that the name says
// enough.
var conventional = map[string][]string{
	"Error": {"func() string"}, "String": {"func() string"}, "GoString": {"func() string"},
	"Unwrap": {"func() error", "func() []error"}, "Is": {"func(error) bool"}, "As": {"func(any) bool"},
	"Format": nil, "LogValue": nil, "IsZero": {"func() bool"},
	"MarshalJSON": nil, "UnmarshalJSON": nil, "MarshalJSONTo": nil, "UnmarshalJSONFrom": nil,
	"MarshalText": nil, "UnmarshalText": nil, "AppendText": nil, "MarshalBinary": nil, "UnmarshalBinary": nil, "AppendBinary": nil,
	"MarshalXML": nil, "UnmarshalXML": nil, "MarshalYAML": nil, "UnmarshalYAML": nil, "GobEncode": nil, "GobDecode": nil,
	"MarshalDynamoDBAttributeValue": nil, "UnmarshalDynamoDBAttributeValue": nil,
	"Scan": {"func(any) error"}, "Value": {"func() (database/sql/driver.Value, error)"},
	"ReadFrom": {"func(io.Reader) (int64, error)"}, "WriteTo": {"func(io.Writer) (int64, error)"},
}

func (r *reach) conventions(t types.Type) {
	for name, signatures := range conventional {
		if n := r.p.method(t, name); n != nil && (signatures == nil || slices.Contains(signatures, shape(n.obj.Signature()))) {
			r.exposeMethod(t, name)
		}
	}
}

// shape gives a signature without the names of parameters.
func shape(s *types.Signature) string {
	bare := func(t *types.Tuple) *types.Tuple {
		var vars []*types.Var
		for v := range t.Variables() {
			vars = append(vars, types.NewVar(token.NoPos, nil, "", v.Type()))
		}
		return types.NewTuple(vars...)
	}
	return strings.ReplaceAll(types.NewSignatureType(nil, nil, nil, bare(s.Params()), bare(s.Results()), s.Variadic()).String(), "interface{}", "any")
}

// implKey is a type and a method of an interface.
type implKey struct {
	t types.Type
	m *types.Func
}

// implementation is what a method of an interface is for a type: a function
// with source, or the method of an interface that the type embeds.
type implementation struct {
	node *node
	call *types.Func
}

func (p *program) implementation(t types.Type, m *types.Func) *implementation {
	key := implKey{t, m}
	if i, ok := p.implCache[key]; ok {
		return i
	}
	var found *implementation
	if p.implements(t, m.Signature().Recv().Type()) {
		found = p.methodOf(t, m.Name(), m.Pkg())
	}
	p.implCache[key] = found
	return found
}

func (p *program) methodOf(t types.Type, name string, pkg *types.Package) *implementation {
	obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(t), true, pkg, name)
	f, ok := obj.(*types.Func)
	if !ok {
		return nil
	}
	if n := p.funcs[f.Origin()]; n != nil {
		return &implementation{node: n}
	}
	if recv := f.Signature().Recv(); recv != nil && types.IsInterface(recv.Type()) {
		return &implementation{call: f}
	}
	return nil
}

// method gives the node of a type's exported method.
func (p *program) method(t types.Type, name string) *node {
	if i := p.methodOf(t, name, nil); i != nil {
		return i.node
	}
	return nil
}

// implements tells whether a pointer to a type can be in an interface. Where
// type parameters are part of either, names decide.
func (p *program) implements(t, iface types.Type) bool {
	i, ok := iface.Underlying().(*types.Interface)
	if !ok || types.IsInterface(t) {
		return false
	}
	ptr := types.NewPointer(t)
	if types.Implements(ptr, i) {
		return true
	}
	if !mentionsTypeParam(t, 0) && !mentionsTypeParam(iface, 0) && !genericInterface(i) {
		return false
	}
	for m := range i.Methods() {
		if obj, _, _ := types.LookupFieldOrMethod(ptr, true, m.Pkg(), m.Name()); obj == nil {
			return false
		}
	}
	return i.NumMethods() > 0
}

func genericInterface(i *types.Interface) bool {
	if !i.IsMethodSet() {
		return true
	}
	for m := range i.Methods() {
		if hasTypeParams(m.Signature()) {
			return true
		}
	}
	return false
}

// methodNode stands for a method of an interface in links.
func (p *program) methodNode(m *types.Func) *node {
	n := p.methods[m]
	if n == nil {
		n = &node{name: funcName(m), pos: m.Pos()}
		p.methods[m] = n
	}
	return n
}

// isWebHandler tells whether a node has the signature of net/http's handlers,
// which nobody calls at a cold start, and the app mounts such handlers.
func (p *program) isWebHandler(n *node) bool {
	if !p.mounts || n.syntax == nil {
		return false
	}
	sig := paramsOf(n)
	if sig == nil || sig.Params().Len() != 2 || sig.Results().Len() != 0 {
		return false
	}
	return sig.Params().At(0).Type().String() == "net/http.ResponseWriter" && sig.Params().At(1).Type().String() == "*net/http.Request"
}
