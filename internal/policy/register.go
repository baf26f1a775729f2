package policy

import (
	"github.com/chalice-go/chalice/internal/policy/gotypes"
	"github.com/chalice-go/chalice/internal/policy/sdk"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// registering says what a function or method of package app registers.
type registering struct {
	handler    int    // which argument the handler is
	kind       string // of events, as app.EventKind has it; "" for an authorizer
	function   string // the Lambda function that all such handlers share
	middleware bool   // all arguments from handler on are middleware
}

// The registering functions, by their names.
var registrations = map[string]registering{
	"Route":             {handler: 1, kind: "http", function: "api_handler"},
	"Mount":             {handler: 2, kind: "http", function: "api_handler"},
	"Authorizer":        {handler: 0},
	"Schedule":          {handler: 1, kind: "scheduled"},
	"OnCloudWatchEvent": {handler: 1, kind: "cloudwatch"},
	"OnS3Event":         {handler: 1, kind: "s3"},
	"OnSNSMessage":      {handler: 1, kind: "sns"},
	"OnSQSMessage":      {handler: 1, kind: "sqs"},
	"OnKinesisRecord":   {handler: 1, kind: "kinesis"},
	"OnDynamoDBRecord":  {handler: 1, kind: "dynamodb"},
	"OnWSConnect":       {handler: 0, kind: "websocket", function: "websocket_connect"},
	"OnWSMessage":       {handler: 0, kind: "websocket", function: "websocket_message"},
	"OnWSDisconnect":    {handler: 0, kind: "websocket", function: "websocket_disconnect"},
	"LambdaFunction":    {handler: 0, kind: "pure_lambda"},
	"TypedLambda":       {handler: 1, kind: "pure_lambda"},
	"Use":               {handler: 0, middleware: true},
	"UseFor":            {handler: 1, middleware: true},
}

// site is a call that registers a handler, or middleware.
type site struct {
	registering
	method string
	call   *ast.CallExpr
	in     *node
	shift  int // 1 if the first argument is the receiver
	// roots has one element for each way in which the call is reached, if it is
	// in a helper that is called with handlers.
	roots []*root
}

// root is what a registration says of one handler.
type root struct {
	site   *site
	node   *node       // all that the registration mentions
	static *types.Func // the handler, if it is plainly a function or method
	name   string      // "" if it isn't known
	target string      // the first argument, if it is constant: a bucket or the like
	spans  []span      // the expressions that say so
	open   bool        // the handler can be something that they don't mention
}

// span is a part of a file.
type span struct{ from, to token.Pos }

// claim makes an expression part of a handler, rather than of the function
// that it stands in.
func (w *walker) claim(in *node, e ast.Expr) {
	s := span{e.Pos(), e.End()}
	w.p.spans[in] = append(w.p.spans[in], s)
	if w.claims != nil {
		*w.claims = append(*w.claims, s)
	}
}

func within(spans []span, pos token.Pos) bool {
	return slices.ContainsFunc(spans, func(s span) bool { return s.from <= pos && pos < s.to })
}

func (p *program) claimed(n *node, pos token.Pos) bool {
	return within(p.spans[n], pos)
}

// register notes a call if it registers something. The arguments with these
// indexes belong to the registration.
func (p *program) register(w *walker, c *ast.CallExpr, callee *types.Func) map[int]bool {
	if callee == nil {
		return nil
	}
	r, ok := p.registering(callee)
	if !ok {
		return nil
	}
	if callee.Name() == "RegisterBlueprint" {
		p.blueprints = append(p.blueprints, blueprintUse{c, w.n})
		return nil
	}
	s := &site{registering: r, method: callee.Name(), call: c, in: w.n}
	if sel, ok := ast.Unparen(c.Fun).(*ast.SelectorExpr); ok {
		if selection := w.info.Selections[sel]; selection != nil && selection.Kind() == types.MethodExpr {
			s.shift = 1
		}
	}
	p.sites = append(p.sites, s)
	skip := map[int]bool{}
	for i := range c.Args {
		if at := i - s.shift; at == s.handler || s.middleware && at > s.handler {
			skip[i] = true
		}
	}
	return skip
}

// registering tells what a function registers, if it is one of package app's,
// or a method of an interface that an app satisfies.
func (p *program) registering(f *types.Func) (registering, bool) {
	r, ok := registrations[f.Name()]
	if (!ok && f.Name() != "RegisterBlueprint") || f.Pkg() == nil {
		return r, false
	}
	recv := f.Signature().Recv()
	switch path := f.Pkg().Path(); {
	case path == sdk.AppPath && (recv != nil || f.Name() == "TypedLambda"):
		return r, true
	case path == sdk.AdapterPath && recv == nil:
		return r, true
	case recv == nil || !types.IsInterface(recv.Type()) || p.all[sdk.AppPath] == nil:
		return r, false
	}
	app := p.all[sdk.AppPath].Scope().Lookup("App")
	if app == nil {
		return r, false
	}
	m, _, _ := types.LookupFieldOrMethod(types.NewPointer(app.Type()), true, p.all[sdk.AppPath], f.Name())
	own, ok := m.(*types.Func)
	return r, ok && gotypes.IdenticalCalls(own.Signature(), f.Signature())
}

// resolve gives each site its roots.
func (p *program) resolve() {
	for _, s := range p.sites {
		exprs := s.arguments()
		for _, bound := range p.variants(exprs, s.in, 5) {
			s.roots = append(s.roots, p.root(s, bound))
		}
	}
}

// arguments gives what says what the handler is, and how it is named.
func (s *site) arguments() []ast.Expr {
	if from := s.handler + s.shift; from < len(s.call.Args) {
		return s.call.Args[from:]
	}
	return nil
}

// variants finds with what a helper is called that these expressions are part
// of: one set of its parameters' values for each call. Without parameters in
// the expressions there is one empty set.
func (p *program) variants(exprs []ast.Expr, in *node, depth int) []map[*types.Var]helperArg {
	params := paramsOf(in)
	if depth == 0 || !p.mentions(in, exprs, params, map[*types.Var]bool{}) {
		return []map[*types.Var]helperArg{nil}
	}
	var found []map[*types.Var]helperArg
	for _, c := range p.callersOf(in) {
		bound := bind(params, c)
		var args []ast.Expr
		for _, a := range bound {
			args = append(append(args, a.expr), a.rest...)
		}
		for _, outer := range p.variants(args, c.in, depth-1) {
			all := map[*types.Var]helperArg{}
			for v, a := range outer {
				all[v] = a
			}
			for v, a := range bound {
				all[v] = a
			}
			found = append(found, all)
		}
	}
	if len(found) == 0 {
		return []map[*types.Var]helperArg{nil}
	}
	return found
}

func paramsOf(n *node) *types.Signature {
	switch syntax := n.syntax.(type) {
	case *ast.FuncDecl:
		return n.obj.Signature()
	case *ast.FuncLit:
		sig, _ := n.pkg.TypesInfo.TypeOf(syntax).(*types.Signature)
		return sig
	}
	return nil
}

// mentions tells whether expressions mention one of a function's parameters,
// also through what local variables are set to.
func (p *program) mentions(in *node, exprs []ast.Expr, sig *types.Signature, seen map[*types.Var]bool) bool {
	if sig == nil {
		return false
	}
	found := false
	for _, e := range exprs {
		ast.Inspect(e, func(x ast.Node) bool {
			id, ok := x.(*ast.Ident)
			if !ok || found {
				return !found
			}
			v, ok := in.pkg.TypesInfo.Uses[id].(*types.Var)
			if !ok || seen[v] {
				return true
			}
			seen[v] = true
			for param := range sig.Params().Variables() {
				found = found || v == param
			}
			for _, d := range p.locals[v] {
				found = found || p.mentions(in, []ast.Expr{d.expr}, sig, seen)
			}
			return !found
		})
	}
	return found
}

// callersOf gives the calls of a function, or of the variable that it is in.
func (p *program) callersOf(n *node) []helperCall {
	if n.obj != nil {
		return p.callers[n.obj]
	}
	if v := p.holds[n.pos]; v != nil {
		return p.callers[v]
	}
	return nil
}

func bind(sig *types.Signature, c helperCall) map[*types.Var]helperArg {
	bound := map[*types.Var]helperArg{}
	for i := range sig.Params().Len() {
		if i >= len(c.call.Args) {
			break
		}
		arg := helperArg{expr: c.call.Args[i], in: c.in}
		if sig.Variadic() && i == sig.Params().Len()-1 {
			arg.rest = c.call.Args[i+1:]
		}
		bound[sig.Params().At(i)] = arg
	}
	return bound
}

// root reads what a registration says of a handler.
func (p *program) root(s *site, bound map[*types.Var]helperArg) *root {
	file, line := p.position(s.call.Pos())
	n := p.add(&node{pkg: s.in.pkg, name: s.method + " at " + file + ":" + itoa(line), pos: s.call.Pos(), outer: s.in})
	w := walker{p: p, n: n, info: s.in.pkg.TypesInfo, root: true, seen: map[*types.Var]bool{}, bound: bound}
	r := &root{site: s, node: n}
	args := s.arguments()
	if len(args) == 0 {
		return r
	}
	w.claims = &r.spans
	if s.middleware {
		r.open = true
		for _, a := range args {
			r.spans = append(r.spans, span{a.Pos(), a.End()})
			w.visit(a, nil)
		}
		return r
	}
	r.spans = append(r.spans, span{args[0].Pos(), args[0].End()})
	w.visit(args[0], nil)
	r.open = !w.plain(args[0], map[*types.Var]bool{})
	r.static = w.staticFunc(args[0])
	r.name = w.nameOf(args[1:])
	if r.name == "" && r.static != nil {
		r.name = r.static.Name()
	}
	if first := s.call.Args[s.shift]; s.handler == 1 {
		r.target, _ = w.constant(first)
	}
	return r
}
