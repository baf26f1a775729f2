package policy

import (
	"go/types"
	"slices"

	"github.com/chalice-go/chalice/internal/policy/arn"
	"github.com/chalice-go/chalice/internal/policy/gotypes"
	"github.com/chalice-go/chalice/internal/policy/sdk"
	"golang.org/x/tools/go/ssa"
)

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

// parameter gives what a function is called with.
func (t *tracer) parameter(p *ssa.Parameter, in *frame) ([]arn.Name, bool) {
	f := p.Parent()
	if in != nil && in.f == f {
		return t.trace(in.args[slices.Index(f.Params, p)], in.outer)
	}
	args, ok := t.v.argumentsOf(p)
	if !ok {
		return nil, false
	}
	return t.all(args, nil)
}

// argumentsOf gives what all calls of a function have for a parameter; false if
// there are none, or can be others.
func (v *view) argumentsOf(p *ssa.Parameter) ([]ssa.Value, bool) {
	f := p.Parent()
	callers, ok := v.callersOf(f)
	if !ok || len(callers) == 0 {
		return nil, false
	}
	var values []ssa.Value
	for _, c := range callers {
		args := c.Common().Args
		at := slices.Index(f.Params, p)
		if c.Common().IsInvoke() {
			at-- // the receiver isn't among the arguments
		}
		if at < 0 || at >= len(args) {
			return nil, false
		}
		values = append(values, args[at])
	}
	return values, true
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
		add(v.invokes[f.Name()], func(c *ssa.CallCommon) bool { return gotypes.IdenticalCalls(c.Method.Signature(), f.Signature) })
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
			if sig, ok := a.Type().Underlying().(*types.Signature); ok && gotypes.IdenticalCalls(sig, s) {
				return true
			}
		}
	}
	for _, i := range v.interfaces {
		if sig, ok := i.X.Type().Underlying().(*types.Signature); ok && v.sees(i.Parent()) && gotypes.IdenticalCalls(sig, s) {
			return true
		}
	}
	return false
}

// freeVar gives what a closure finds outside of itself.
func (t *tracer) freeVar(free *ssa.FreeVar) ([]arn.Name, bool) {
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
func (t *tracer) result(c *ssa.Call, index int, in *frame) ([]arn.Name, bool) {
	if b, ok := c.Call.Value.(*ssa.Builtin); ok {
		if b.Name() == "append" {
			return t.made(c, c.Call.Args, in)
		}
		return nil, false
	}
	f := c.Call.StaticCallee()
	switch {
	case f == nil:
		return nil, false
	case !t.v.hasBody(f):
		if isPointerHelper(f) && pointing(c.Type()) {
			return t.made(c, c.Call.Args, in)
		}
		return t.known(f, c.Call.Args, index, in)
	case frameDepth(in) > 8:
		return nil, false
	}
	inner := &frame{f: f, args: c.Call.Args, outer: in}
	var names []arn.Name
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

// made gives what is in memory that a call makes of its arguments, with what is
// stored there afterwards.
func (t *tracer) made(c *ssa.Call, args []ssa.Value, in *frame) ([]arn.Name, bool) {
	names, ok := t.all(args, in)
	if !ok {
		return nil, false
	}
	more, ok := t.writes(c, in)
	return append(names, more...), ok
}

func frameDepth(f *frame) int {
	n := 0
	for ; f != nil; f = f.outer {
		n++
	}
	return n
}

// known gives the result of functions whose body isn't seen, but known.
func (t *tracer) known(f *ssa.Function, args []ssa.Value, index int, in *frame) ([]arn.Name, bool) {
	if o := f.Origin(); o != nil {
		f = o
	}
	switch path := packageOf(f); {
	case path == "os" && (f.Name() == "Getenv" || f.Name() == "LookupEnv") && index == 0:
		return t.variable(args[0], in)
	case path == "cmp" && f.Name() == "Or":
		names, ok := t.all(args, in)
		return nonEmpty(names), ok
	case path == "fmt" && f.Name() == "Sprintf":
		return t.format(args, in)
	case path == "strings" && f.Name() == "Join":
		return t.joined(args, in)
	case path == sdk.AppPath && f.Signature.Recv() != nil && gotypes.ReceiverName(f.Signature.Recv().Type())+"."+f.Name() == "S3Event.Bucket":
		return t.v.eventTargets()
	case isPointerHelper(f):
		return t.trace(args[0], in)
	}
	return nil, false
}

// variable gives the value of an environment variable with a constant name:
// what is configured, and what the program itself sets.
func (t *tracer) variable(name ssa.Value, in *frame) ([]arn.Name, bool) {
	keys, ok := t.trace(name, in)
	if !ok {
		return nil, false
	}
	var names []arn.Name
	for _, k := range nonEmpty(keys) {
		if len(k) != 1 || k[0].Kind != arn.Constant {
			return nil, false
		}
		set, ok := t.environment(k[0].Text)
		if !ok {
			return nil, false
		}
		names = append(append(names, arn.Name{{Kind: arn.Variable, Text: k[0].Text}}), set...)
	}
	return names, true
}

// environment gives what the program sets an environment variable to.
func (t *tracer) environment(key string) ([]arn.Name, bool) {
	var names []arn.Name
	for _, c := range t.v.foreign {
		f := c.Common().StaticCallee()
		if f == nil || f.Name() != "Setenv" || !t.v.sees(c.Parent()) || packageOf(f) != "os" && packageOf(f) != "syscall" {
			continue
		}
		set, ok := t.trace(c.Common().Args[0], nil)
		if ok && !slices.ContainsFunc(set, func(n arn.Name) bool { return n.CanBe(key) }) {
			continue
		}
		values, known := t.trace(c.Common().Args[1], nil)
		if !ok || !known {
			return nil, false
		}
		names = append(names, values...)
	}
	return names, true
}

// eventTargets gives the buckets whose events the function's handlers get.
func (v *view) eventTargets() ([]arn.Name, bool) {
	var names []arn.Name
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

// queueURL gives the names of the queues whose URLs the program asks for: what
// GetQueueUrl gives is as good as the name that it got.
func (v *view) queueURL(output *types.TypeName, index int) ([]arn.Name, bool) {
	if output.Name() != "GetQueueUrlOutput" || output.Pkg() == nil || output.Pkg().Path() != sdk.ServicePrefix+"sqs" {
		return nil, false
	}
	if s, ok := output.Type().Underlying().(*types.Struct); !ok || s.Field(index).Name() != "QueueUrl" {
		return nil, false
	}
	in, ok := output.Pkg().Scope().Lookup("GetQueueUrlInput").(*types.TypeName)
	if !ok || v.IsSet(in.Type().(*types.Named), "QueueOwnerAWSAccountId") {
		return nil, false
	}
	return v.values(in.Type().(*types.Named), "QueueName", "")
}
