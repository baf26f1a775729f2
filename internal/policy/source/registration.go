package source

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/policy/gotypes"
	"github.com/chalice-go/chalice/internal/policy/sdk"
)

// Registering says what a function or method of package app registers.
type Registering struct {
	Handler    int           // which argument the handler is
	Kind       app.EventKind // of the handler's events; "" for an authorizer
	Function   string        // the Lambda function that all such handlers share
	Middleware bool          // all arguments from Handler on are middleware
	// Web: the handler is one of net/http.
	Web bool
	// ofApp: the app is the first argument, and not the receiver.
	ofApp bool
	// ofKind: the argument before the middleware is the kind of events it is for.
	ofKind bool
}

// registrations has what registers handlers and middleware, by its name: the
// methods of [app.App] and [app.Blueprint], app.TypedLambda and httpadapter.Mount.
// A test of package layout fails for a method that is missing.
var registrations = map[string]Registering{
	"Route":             {Handler: 1, Kind: app.HTTP, Function: app.RESTHandler},
	"Mount":             {Handler: 2, Kind: app.HTTP, Function: app.RESTHandler, Web: true, ofApp: true},
	"Authorizer":        {Handler: 0},
	"Schedule":          {Handler: 1, Kind: app.Scheduled},
	"OnCloudWatchEvent": {Handler: 1, Kind: app.CloudWatch},
	"OnS3Event":         {Handler: 1, Kind: app.S3},
	"OnSNSMessage":      {Handler: 1, Kind: app.SNS},
	"OnSQSMessage":      {Handler: 1, Kind: app.SQS},
	"OnKinesisRecord":   {Handler: 1, Kind: app.Kinesis},
	"OnDynamoDBRecord":  {Handler: 1, Kind: app.DynamoDB},
	"OnWSConnect":       {Handler: 0, Kind: app.Websocket, Function: app.WebsocketConnect},
	"OnWSMessage":       {Handler: 0, Kind: app.Websocket, Function: app.WebsocketMessage},
	"OnWSDisconnect":    {Handler: 0, Kind: app.Websocket, Function: app.WebsocketDisconnect},
	"LambdaFunction":    {Handler: 0, Kind: app.PureLambda},
	"TypedLambda":       {Handler: 1, Kind: app.PureLambda, ofApp: true},
	"Use":               {Handler: 0, Middleware: true},
	"UseFor":            {Handler: 1, Middleware: true, ofKind: true},
}

// registerBlueprint makes what a blueprint registers part of an app.
const registerBlueprint = "RegisterBlueprint"

// RegisteringOf returns what a function or method with a name registers.
func RegisteringOf(name string) (Registering, bool) {
	r, ok := registrations[name]
	return r, ok
}

// Site is a call that registers a handler, or middleware.
type Site struct {
	Registering
	Method string
	Call   *ast.CallExpr
	In     *Node
	shift  int // 1 if the first argument is the receiver
	// Handlers has one element for each way in which the call is reached, if it is
	// in a helper that is called with handlers.
	Handlers []*Handler
}

// Handler is what a registration says of one handler.
type Handler struct {
	Site    *Site
	Node    *Node       // all that the registration mentions
	Static  *types.Func // the handler, if it is plainly a function or method
	Name    string      // "" if it isn't known
	Target  string      // the first argument, if it is constant: a bucket or the like
	Spans   []Span      // the expressions that say so
	Dynamic bool        // the handler can be something that they don't mention
}

// Span is a part of a file.
type Span struct{ From, to token.Pos }

// assignToHandler makes an expression part of a handler, rather than of the function
// that it stands in.
func (w *walker) assignToHandler(in *Node, e ast.Expr) {
	s := Span{e.Pos(), e.End()}
	w.p.spans[in] = append(w.p.spans[in], s)
	if w.spans != nil {
		*w.spans = append(*w.spans, s)
	}
}

func Within(spans []Span, pos token.Pos) bool {
	return slices.ContainsFunc(spans, func(s Span) bool { return s.From <= pos && pos < s.to })
}

func (p *Program) BelongsToHandler(n *Node, pos token.Pos) bool {
	return Within(p.spans[n], pos)
}

// register notes a call if it registers something. The arguments with these
// indexes belong to the registration.
func (p *Program) register(w *walker, c *ast.CallExpr, callee *types.Func) map[int]bool {
	if callee == nil {
		return nil
	}
	r, ok := p.RegisteringFunc(callee)
	if !ok {
		return nil
	}
	if callee.Name() == registerBlueprint {
		p.blueprints = append(p.blueprints, blueprintUse{c, w.n})
		return nil
	}
	s := &Site{Registering: r, Method: callee.Name(), Call: c, In: w.n}
	if sel, ok := ast.Unparen(c.Fun).(*ast.SelectorExpr); ok {
		if selection := w.info.Selections[sel]; selection != nil && selection.Kind() == types.MethodExpr {
			s.shift = 1
		}
	}
	p.Sites = append(p.Sites, s)
	skip := map[int]bool{}
	for i := range c.Args {
		if at := i - s.shift; at == s.Handler || s.Middleware && at > s.Handler {
			skip[i] = true
		}
	}
	return skip
}

// RegisteringFunc returns what a function registers, if it is one of package app's,
// or a method of an interface that an app satisfies.
func (p *Program) RegisteringFunc(f *types.Func) (Registering, bool) {
	r, ok := registrations[f.Name()]
	if (!ok && f.Name() != registerBlueprint) || f.Pkg() == nil {
		return r, false
	}
	recv := f.Signature().Recv()
	switch path := f.Pkg().Path(); {
	case path == sdk.AppPath && (recv != nil || r.ofApp):
		return r, true
	case path == sdk.AdapterPath && recv == nil:
		return r, true
	case recv == nil || !types.IsInterface(recv.Type()) || p.All[sdk.AppPath] == nil:
		return r, false
	}
	ofApp := p.All[sdk.AppPath].Scope().Lookup(sdk.AppType)
	if ofApp == nil {
		return r, false
	}
	m, _, _ := types.LookupFieldOrMethod(types.NewPointer(ofApp.Type()), true, p.All[sdk.AppPath], f.Name())
	own, ok := m.(*types.Func)
	return r, ok && gotypes.IdenticalCalls(own.Signature(), f.Signature())
}

// ReadHandlers returns each site its roots.
func (p *Program) ReadHandlers() {
	for _, s := range p.Sites {
		exprs := s.Arguments()
		for _, bound := range p.variants(exprs, s.In, 5) {
			s.Handlers = append(s.Handlers, p.readHandler(s, bound))
		}
	}
}

// Arguments returns what says what the handler is, and how it is named.
func (s *Site) Arguments() []ast.Expr {
	if from := s.Registering.Handler + s.shift; from < len(s.Call.Args) {
		return s.Call.Args[from:]
	}
	return nil
}

// variants finds with what a helper is called that these expressions are part
// of: one set of its parameters' values for each call. Without parameters in
// the expressions there is one empty set.
func (p *Program) variants(exprs []ast.Expr, in *Node, depth int) []map[*types.Var]helperArg {
	params := ParamsOf(in)
	if depth == 0 || !p.mentionsParams(in, exprs, params, map[*types.Var]bool{}) {
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

func ParamsOf(n *Node) *types.Signature {
	switch syntax := n.Syntax.(type) {
	case *ast.FuncDecl:
		return n.Obj.Signature()
	case *ast.FuncLit:
		sig, _ := n.Pkg.TypesInfo.TypeOf(syntax).(*types.Signature)
		return sig
	}
	return nil
}

// mentionsParams reports whether expressions mention one of a function's parameters,
// also through what local variables are set to.
func (p *Program) mentionsParams(in *Node, exprs []ast.Expr, sig *types.Signature, seen map[*types.Var]bool) bool {
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
			v, ok := in.Pkg.TypesInfo.Uses[id].(*types.Var)
			if !ok || seen[v] {
				return true
			}
			seen[v] = true
			for param := range sig.Params().Variables() {
				found = found || v == param
			}
			for _, d := range p.locals[v] {
				found = found || p.mentionsParams(in, []ast.Expr{d.expr}, sig, seen)
			}
			return !found
		})
	}
	return found
}

// callersOf returns the calls of a function, or of the variable that it is in.
func (p *Program) callersOf(n *Node) []helperCall {
	if n.Obj != nil {
		return p.callers[n.Obj]
	}
	if v := p.literalVars[n.Pos]; v != nil {
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

// readHandler reads what a registration says of a handler.
func (p *Program) readHandler(s *Site, bound map[*types.Var]helperArg) *Handler {
	file, line := p.Position(s.Call.Pos())
	n := p.Add(&Node{Pkg: s.In.Pkg, Name: s.Method + " at " + file + ":" + strconv.Itoa(line), Pos: s.Call.Pos(), Outer: s.In})
	w := walker{p: p, n: n, info: s.In.Pkg.TypesInfo, inHandler: true, visited: map[*types.Var]bool{}, bound: bound}
	r := &Handler{Site: s, Node: n}
	args := s.Arguments()
	if len(args) == 0 {
		return r
	}
	w.spans = &r.Spans
	if s.Middleware {
		r.Dynamic = true
		for _, a := range args {
			r.Spans = append(r.Spans, Span{a.Pos(), a.End()})
			w.visit(a, nil)
		}
		return r
	}
	r.Spans = append(r.Spans, Span{args[0].Pos(), args[0].End()})
	w.visit(args[0], nil)
	r.Dynamic = !w.exhaustive(args[0], map[*types.Var]bool{})
	r.Static = w.staticFunc(args[0])
	r.Name = w.nameOf(args[1:])
	if r.Name == "" && r.Static != nil {
		r.Name = r.Static.Name()
	}
	if first := s.Call.Args[s.shift]; s.Handler == 1 {
		r.Target, _ = w.constant(first)
	}
	return r
}
