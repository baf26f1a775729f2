package policy

import (
	"cmp"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// view is what one function sees of the program: only code that it can run
// counts for where values come from.
type view struct {
	*valueGraph
	in map[*node]bool
	// exposed are functions that code out of sight calls, with arguments of its
	// own.
	exposed map[*node]bool
	roots   []*root
	opaques map[*types.TypeName]bool
	// flow has who calls whom; nil if it failed.
	flow *flow
	// others are expressions that make handlers of other functions. What they
	// make is for those; what they do is done at every cold start.
	others []span
}

// sees tells whether a function is part of the view. What the compiler makes
// up always is.
func (v *view) sees(f *ssa.Function) bool {
	n := v.nodes[f]
	return n == nil || v.in[n]
}

// Limits of tracing: past them a value is anything.
const (
	maxDepth = 40
	maxSteps = 20_000
	maxNames = 32
)

// tracer follows a string back to where it comes from: also a pointer to a
// string, the strings in a slice, and the keys of a map.
type tracer struct {
	v     *view
	seen  map[ssa.Value]bool
	depth int
	steps int
}

// frame is a call that the tracer went into.
type frame struct {
	f     *ssa.Function
	args  []ssa.Value
	outer *frame
}

// origins gives the names that a value can be; false if it can be anything.
// No names, and true, is a value that is never set.
func (v *view) origins(value ssa.Value) ([]Name, bool) {
	t := &tracer{v: v, seen: map[ssa.Value]bool{}}
	names, ok := t.trace(value, nil)
	if !ok || len(names) > maxNames {
		return nil, false
	}
	return names, true
}

var anything = Name{{Kind: Anything}}

func (t *tracer) trace(value ssa.Value, in *frame) (names []Name, ok bool) {
	if t.steps++; t.depth > maxDepth || t.steps > maxSteps {
		return nil, false
	}
	if in == nil {
		if t.seen[value] {
			return nil, true // a cycle brings nothing new
		}
		t.seen[value] = true
		defer delete(t.seen, value)
	}
	t.depth++
	defer func() { t.depth-- }()
	switch x := value.(type) {
	case *ssa.Const:
		return traceConst(x)
	case *ssa.Phi:
		return t.all(x.Edges, in)
	case *ssa.BinOp:
		return t.concat(x, in)
	case *ssa.ChangeType:
		return t.trace(x.X, in)
	case *ssa.Convert:
		if isString(x.X.Type()) && isString(x.Type()) {
			return t.trace(x.X, in)
		}
	case *ssa.UnOp:
		if x.Op == token.MUL {
			return t.cell(x.X, in)
		}
	case *ssa.Alloc, *ssa.Global, *ssa.FieldAddr, *ssa.IndexAddr:
		return t.cell(value, in)
	case *ssa.Field:
		return t.field(keyOf(x.X.Type(), x.Field))
	case *ssa.Slice:
		return t.cell(x.X, in)
	case *ssa.MakeSlice:
		return t.made(x)
	case *ssa.MakeMap:
		return t.keys(x, in)
	case *ssa.Extract:
		if c, isCall := x.Tuple.(*ssa.Call); isCall {
			return t.result(c, x.Index, in)
		}
	case *ssa.Call:
		return t.result(x, 0, in)
	case *ssa.Parameter:
		return t.parameter(x, in)
	case *ssa.FreeVar:
		return t.freeVar(x)
	}
	return nil, false
}

func isString(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

func traceConst(c *ssa.Const) ([]Name, bool) {
	switch {
	case c.Value == nil:
		return nil, true // nil
	case c.Value.Kind() == constant.String && constant.StringVal(c.Value) == "":
		return nil, true
	case c.Value.Kind() == constant.String:
		return []Name{{{Kind: Constant, Text: constant.StringVal(c.Value)}}}, true
	}
	return nil, false
}

// all gives what any of the values can be.
func (t *tracer) all(values []ssa.Value, in *frame) ([]Name, bool) {
	var names []Name
	for _, value := range values {
		more, ok := t.trace(value, in)
		if !ok || len(names) > maxNames {
			return nil, false
		}
		names = append(names, more...)
	}
	return names, true
}

// concat joins what x can be with what y can be. An unknown end leaves a
// prefix; an unknown start leaves nothing.
func (t *tracer) concat(b *ssa.BinOp, in *frame) ([]Name, bool) {
	if b.Op != token.ADD || !isString(b.Type()) {
		return nil, false
	}
	x, ok := t.trace(b.X, in)
	if !ok {
		return nil, false
	}
	y, ok := t.trace(b.Y, in)
	if !ok {
		y = []Name{anything}
	}
	return product(x, y)
}

func product(x, y []Name) ([]Name, bool) {
	if len(x) == 0 {
		x = []Name{{}}
	}
	if len(y) == 0 {
		y = []Name{{}}
	}
	if len(x)*len(y) > maxNames {
		return nil, false
	}
	var names []Name
	for _, a := range x {
		for _, b := range y {
			name := a.add(b)
			if len(name) > 0 && name[0].Kind == Anything {
				return nil, false
			}
			if len(name) > 0 {
				names = append(names, name)
			}
		}
	}
	return names, true
}

// cell gives what a place in memory can hold.
func (t *tracer) cell(addr ssa.Value, in *frame) ([]Name, bool) {
	switch a := addr.(type) {
	case *ssa.Alloc:
		return t.stores(*a.Referrers(), a, in)
	case *ssa.FieldAddr:
		return t.field(keyOf(a.X.Type(), a.Field))
	case *ssa.Global:
		if !t.v.seen(a.Pkg.Pkg) {
			return nil, false
		}
		return t.stores(t.v.globals[a], a, nil)
	case *ssa.IndexAddr:
		if base, ok := a.X.(*ssa.Alloc); ok {
			return t.cell(base, in)
		}
		return t.trace(a.X, in)
	}
	return t.trace(addr, in) // a pointer from elsewhere: what it points to
}

// stores gives what is stored at an address. Uses by which something unknown
// could be stored make it anything.
func (t *tracer) stores(uses []ssa.Instruction, addr ssa.Value, in *frame) ([]Name, bool) {
	var names []Name
	for _, use := range uses {
		if !t.v.sees(use.Parent()) {
			continue
		}
		more, ok := t.store(use, addr, in)
		if !ok {
			return nil, false
		}
		names = append(names, more...)
	}
	return names, true
}

func (t *tracer) store(use ssa.Instruction, addr ssa.Value, in *frame) ([]Name, bool) {
	switch use := use.(type) {
	case *ssa.Store:
		if use.Addr == addr {
			return t.trace(use.Val, in)
		}
		return nil, true // the address itself is kept; who has it reads it
	case *ssa.UnOp, *ssa.DebugRef, *ssa.Slice, *ssa.Return, *ssa.Phi, *ssa.FieldAddr, *ssa.BinOp:
		return nil, true
	case *ssa.IndexAddr:
		return t.stores(*use.Referrers(), use, in)
	case *ssa.MakeClosure:
		for i, b := range use.Bindings {
			if b == addr {
				free := use.Fn.(*ssa.Function).FreeVars[i]
				return t.stores(*free.Referrers(), free, nil)
			}
		}
	case ssa.CallInstruction:
		return nil, t.v.reads(use, addr)
	}
	return nil, false
}

// reads tells whether a call that gets a pointer only reads what it points to.
func (v *view) reads(c ssa.CallInstruction, addr ssa.Value) bool {
	f := c.Common().StaticCallee()
	if f == nil {
		return false
	}
	if !v.hasBody(f) {
		path := packageOf(f)
		return strings.HasPrefix(path, sdkPrefix) || isPointerHelper(f)
	}
	for i, a := range c.Common().Args {
		if a != addr || i >= len(f.Params) {
			continue
		}
		for _, use := range *f.Params[i].Referrers() {
			switch use := use.(type) {
			case *ssa.UnOp, *ssa.DebugRef, *ssa.BinOp:
			case *ssa.Store:
				if use.Addr == f.Params[i] {
					return false
				}
			case ssa.CallInstruction:
				if use == c || !v.reads(use, f.Params[i]) {
					return false
				}
			default:
				return false
			}
		}
	}
	return true
}

// packageOf gives the path of a function's package, also of an instance of a
// generic one.
func packageOf(f *ssa.Function) string {
	if o := f.Origin(); o != nil {
		f = o
	}
	if f.Pkg != nil {
		return f.Pkg.Pkg.Path()
	}
	if obj := f.Object(); obj != nil && obj.Pkg() != nil {
		return obj.Pkg().Path()
	}
	return ""
}

// field gives what a field can hold: what is stored to that field of any
// value of the type.
func (t *tracer) field(key fieldKey) ([]Name, bool) {
	if name, ok := key.owner.(*types.TypeName); ok {
		if names, ok := t.v.queueURL(name, key.index); ok {
			return names, true
		}
		ours := t.v.seen(name.Pkg()) || strings.HasSuffix(name.Name(), "Input") || strings.Contains(name.Pkg().Path(), "/types")
		if !ours || t.v.opaque(name) {
			return nil, false
		}
	}
	var names []Name
	stored := false
	for _, i := range t.v.fields[key] {
		addr, ok := i.(*ssa.FieldAddr)
		if !ok || !t.v.sees(i.Parent()) {
			continue
		}
		for _, use := range *addr.Referrers() {
			s, isStore := use.(*ssa.Store)
			stored = stored || isStore && s.Addr == addr
		}
		more, ok := t.stores(*addr.Referrers(), addr, nil)
		if !ok {
			return nil, false
		}
		names = append(names, more...)
	}
	return names, stored
}

// made gives the elements of a slice made with make.
func (t *tracer) made(s *ssa.MakeSlice) ([]Name, bool) { return t.stores(*s.Referrers(), s, nil) }

// keys gives the keys of a map.
func (t *tracer) keys(m *ssa.MakeMap, in *frame) ([]Name, bool) {
	var names []Name
	for _, use := range *m.Referrers() {
		switch use := use.(type) {
		case *ssa.MapUpdate:
			more, ok := t.trace(use.Key, in)
			if !ok {
				return nil, false
			}
			names = append(names, more...)
		case *ssa.Store:
			if _, ok := use.Addr.(*ssa.FieldAddr); !ok {
				return nil, false
			}
		case *ssa.Lookup, *ssa.Range, *ssa.DebugRef:
		default:
			return nil, false
		}
	}
	return names, true
}

// parameter gives what a function is called with.
func (t *tracer) parameter(p *ssa.Parameter, in *frame) ([]Name, bool) {
	f := p.Parent()
	index := slices.Index(f.Params, p)
	if in != nil && in.f == f {
		return t.trace(in.args[index], in.outer)
	}
	callers, ok := t.v.callersOf(f)
	if !ok || len(callers) == 0 {
		return nil, false
	}
	var names []Name
	for _, c := range callers {
		args := c.Common().Args
		at := index
		if c.Common().IsInvoke() {
			at-- // the receiver isn't among the arguments
		}
		if at < 0 || at >= len(args) {
			return nil, false
		}
		more, ok := t.trace(args[at], nil)
		if !ok {
			return nil, false
		}
		names = append(names, more...)
	}
	return names, true
}

// callersOf gives all calls of a function in the view; false if there can be
// others.
func (v *view) callersOf(f *ssa.Function) ([]ssa.CallInstruction, bool) {
	if n := v.nodes[f]; n != nil && v.exposed[n] {
		return nil, false
	}
	if v.flow != nil {
		callers := slices.Clone(v.flow.callers[f])
		if n := v.nodes[f]; n != nil && !n.executes(map[*node]bool{}) {
			callers = slices.DeleteFunc(callers, func(c ssa.CallInstruction) bool { return within(v.others, c.Pos()) })
		}
		return callers, !v.flow.escaped.values[f]
	}
	var calls []ssa.CallInstruction
	add := func(all []ssa.CallInstruction, fits func(*ssa.CallCommon) bool) {
		for _, c := range all {
			if v.sees(c.Parent()) && (fits == nil || fits(c.Common())) {
				calls = append(calls, c)
			}
		}
	}
	add(v.static[f], nil)
	if v.taken[f] || len(v.closures[f]) > 0 {
		if v.escapes(f.Signature) {
			return nil, false
		}
		add(v.dynamic, func(c *ssa.CallCommon) bool { return types.Identical(c.Signature(), f.Signature) })
	}
	if f.Signature.Recv() != nil {
		add(v.invokes[f.Name()], func(c *ssa.CallCommon) bool { return identicalCalls(c.Method.Signature(), f.Signature) })
	}
	return calls, true
}

// escapes tells whether functions of a signature are handed to code that isn't
// seen, which can call them with anything.
func (v *view) escapes(s *types.Signature) bool {
	for _, c := range v.foreign {
		if !v.sees(c.Parent()) {
			continue
		}
		for _, a := range c.Common().Args {
			if sig, ok := a.Type().Underlying().(*types.Signature); ok && identicalCalls(sig, s) {
				return true
			}
		}
	}
	for _, i := range v.interfaces {
		if sig, ok := i.X.Type().Underlying().(*types.Signature); ok && v.sees(i.Parent()) && identicalCalls(sig, s) {
			return true
		}
	}
	return false
}

// freeVar gives what a closure finds outside of itself.
func (t *tracer) freeVar(free *ssa.FreeVar) ([]Name, bool) {
	f := free.Parent()
	index := slices.Index(f.FreeVars, free)
	var values []ssa.Value
	for _, c := range t.v.closures[f] {
		if t.v.sees(c.Parent()) {
			values = append(values, c.Bindings[index])
		}
	}
	if len(values) == 0 {
		return nil, false
	}
	return t.all(values, nil)
}

// result gives a result of a call.
func (t *tracer) result(c *ssa.Call, index int, in *frame) ([]Name, bool) {
	if b, ok := c.Call.Value.(*ssa.Builtin); ok {
		if b.Name() == "append" {
			return t.all(c.Call.Args, in)
		}
		return nil, false
	}
	f := c.Call.StaticCallee()
	switch {
	case f == nil:
		return nil, false
	case !t.v.hasBody(f):
		return t.known(f, c.Call.Args, index, in)
	case frameDepth(in) > 8:
		return nil, false
	}
	inner := &frame{f: f, args: c.Call.Args, outer: in}
	var names []Name
	for _, b := range f.Blocks {
		if r, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && index < len(r.Results) {
			more, ok := t.trace(r.Results[index], inner)
			if !ok {
				return nil, false
			}
			names = append(names, more...)
		}
	}
	return names, true
}

func frameDepth(f *frame) int {
	n := 0
	for ; f != nil; f = f.outer {
		n++
	}
	return n
}

// known gives the result of functions whose body isn't seen, but known.
func (t *tracer) known(f *ssa.Function, args []ssa.Value, index int, in *frame) ([]Name, bool) {
	if o := f.Origin(); o != nil {
		f = o
	}
	switch path := packageOf(f); {
	case path == "os" && (f.Name() == "Getenv" || f.Name() == "LookupEnv") && index == 0:
		return t.variable(args[0], in)
	case path == "cmp" && f.Name() == "Or":
		return t.all(args, in)
	case path == "fmt" && f.Name() == "Sprintf":
		return t.format(args, in)
	case path == appPath && f.Signature.Recv() != nil && receiverName(f.Signature.Recv().Type())+"."+f.Name() == "S3Event.Bucket":
		return t.v.eventTargets()
	case isPointerHelper(f):
		return t.trace(args[0], in)
	}
	return nil, false
}

// isPointerHelper tells whether a function is one of those that make a pointer
// of a value, or the other way round, such as aws.String.
func isPointerHelper(f *ssa.Function) bool {
	sig := f.Signature
	if sig.Params().Len() != 1 || sig.Results().Len() != 1 || sig.Recv() != nil || sig.Variadic() {
		return false
	}
	param, result := sig.Params().At(0).Type(), sig.Results().At(0).Type()
	if ptr, ok := result.(*types.Pointer); ok && types.Identical(ptr.Elem(), param) {
		return true
	}
	ptr, ok := param.(*types.Pointer)
	return ok && types.Identical(ptr.Elem(), result) && strings.HasPrefix(f.Name(), "To")
}

// variable gives the value of an environment variable with a constant name.
func (t *tracer) variable(name ssa.Value, in *frame) ([]Name, bool) {
	keys, ok := t.trace(name, in)
	var names []Name
	for _, k := range keys {
		if len(k) != 1 || k[0].Kind != Constant {
			return nil, false
		}
		names = append(names, Name{{Kind: Variable, Text: k[0].Text}})
	}
	return names, ok
}

// format gives what fmt.Sprintf makes, up to the first verb that isn't %s or
// %v of a known string.
func (t *tracer) format(args []ssa.Value, in *frame) ([]Name, bool) {
	formats, ok := t.trace(args[0], in)
	if !ok || len(formats) != 1 || len(formats[0]) != 1 || formats[0][0].Kind != Constant {
		return nil, false
	}
	text := formats[0][0].Text
	values := variadic(args[1])
	names := []Name{{}}
	for i := 0; ; i++ {
		before, after, found := strings.Cut(text, "%")
		names, ok = product(names, constants(before))
		if !ok || !found {
			return nonEmpty(names), ok
		}
		value := []Name{anything}
		if i < len(values) && after != "" && (after[0] == 's' || after[0] == 'v') {
			if m, isInterface := values[i].(*ssa.MakeInterface); isInterface && isString(m.X.Type()) {
				if known, ok := t.trace(m.X, in); ok && len(known) > 0 {
					value = known
				}
			}
		}
		if names, ok = product(names, value); !ok {
			return nil, false
		}
		text = after[min(1, len(after)):]
	}
}

func nonEmpty(names []Name) []Name {
	return slices.DeleteFunc(names, func(n Name) bool { return len(n) == 0 })
}

func constants(text string) []Name {
	if text == "" {
		return []Name{{}}
	}
	return []Name{{{Kind: Constant, Text: text}}}
}

// variadic gives the values that a call has for a variadic parameter, in
// order; nil where it got a slice.
func variadic(arg ssa.Value) []ssa.Value {
	slice, ok := arg.(*ssa.Slice)
	if !ok {
		return nil
	}
	array, ok := slice.X.(*ssa.Alloc)
	if !ok {
		return nil
	}
	values := map[int64]ssa.Value{}
	for _, use := range *array.Referrers() {
		index, ok := use.(*ssa.IndexAddr)
		if !ok {
			continue
		}
		at, ok := index.Index.(*ssa.Const)
		if !ok {
			return nil
		}
		for _, u := range *index.Referrers() {
			if s, ok := u.(*ssa.Store); ok {
				values[at.Int64()] = s.Val
			}
		}
	}
	var ordered []ssa.Value
	for i := range int64(len(values)) {
		ordered = append(ordered, values[i])
	}
	return ordered
}

// eventTargets gives the buckets whose events the function's handlers get.
func (v *view) eventTargets() ([]Name, bool) {
	var names []Name
	for _, r := range v.roots {
		if r.site.method != "OnS3Event" {
			continue
		}
		if r.target == "" {
			return nil, false
		}
		names = append(names, constants(r.target)...)
	}
	return names, len(names) > 0
}

func sortFunctions(functions []*ssa.Function) {
	slices.SortFunc(functions, func(a, b *ssa.Function) int {
		if c := cmp.Compare(a.Pos(), b.Pos()); c != 0 {
			return c
		}
		return cmp.Compare(a.String(), b.String()) // of instances
	})
}

// queueURL gives the names of the queues whose URLs the program asks for: what
// GetQueueUrl gives is as good as the name that it got.
func (v *view) queueURL(output *types.TypeName, index int) ([]Name, bool) {
	if output.Name() != "GetQueueUrlOutput" || output.Pkg() == nil || output.Pkg().Path() != servicePrefix+"sqs" {
		return nil, false
	}
	if s, ok := output.Type().Underlying().(*types.Struct); !ok || s.Field(index).Name() != "QueueUrl" {
		return nil, false
	}
	in, ok := output.Pkg().Scope().Lookup("GetQueueUrlInput").(*types.TypeName)
	if !ok || v.isSet(in.Type().(*types.Named), "QueueOwnerAWSAccountId") {
		return nil, false
	}
	return v.values(in.Type().(*types.Named), "QueueName", "")
}
