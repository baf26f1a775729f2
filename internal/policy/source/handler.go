package source

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
)

// Handler is what a registration says of one handler.
type Handler struct {
	Site   *Site
	Node   *Node       // all that the registration mentions
	Static *types.Func // the handler, if it is plainly a function or method
	Name   string      // "" if it isn't known
	Target string      // the first argument, if it is constant: a bucket or the like
	Spans  []Span      // the expressions that say what the handler is
	// Dynamic: the handler can be something that the expressions don't mention.
	Dynamic bool
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

// Within reports whether a place is in one of some parts of files.
func Within(spans []Span, pos token.Pos) bool {
	return slices.ContainsFunc(spans, func(s Span) bool { return s.From <= pos && pos < s.to })
}

// BelongsToHandler reports whether a place in a node says what a handler is.
func (p *Program) BelongsToHandler(n *Node, pos token.Pos) bool {
	return Within(p.spans[n], pos)
}

// SaysHandlers reports whether handlers are registered in a node, or a part of it says
// what one is.
func (p *Program) SaysHandlers(n *Node) bool {
	return len(p.spans[n]) > 0 || slices.ContainsFunc(p.Sites, func(s *Site) bool { return s.In == n })
}

// ReadHandlers reads at each site which handlers are registered there.
func (p *Program) ReadHandlers() {
	for _, s := range p.Sites {
		exprs := s.Arguments()
		for _, bound := range p.variants(exprs, s.In, 5) {
			s.Handlers = append(s.Handlers, p.readHandler(s, bound))
		}
	}
}

// Arguments returns the arguments that say what the handler is, and how it is named.
func (s *Site) Arguments() []ast.Expr {
	if from := s.Registering.Handler + s.shift; from < len(s.Call.Args) {
		return s.Call.Args[from:]
	}
	return nil
}

// readHandler reads what a registration says of a handler.
func (p *Program) readHandler(s *Site, bound map[*types.Var]helperArg) *Handler {
	file, line := p.Position(s.Call.Pos())
	n := p.Add(&Node{Pkg: s.In.Pkg, Name: s.Method + " at " + file + ":" + strconv.Itoa(line), Pos: s.Call.Pos(), Outer: s.In})
	w := walker{p: p, n: n, info: s.In.Pkg.TypesInfo, inHandler: true, visited: map[*types.Var]bool{}, bound: bound}
	h := &Handler{Site: s, Node: n}
	args := s.Arguments()
	if len(args) == 0 {
		return h
	}
	w.spans = &h.Spans
	if s.Middleware {
		h.Dynamic = true
		for _, a := range args {
			h.Spans = append(h.Spans, Span{a.Pos(), a.End()})
			w.visit(a, nil)
		}
		return h
	}
	h.Spans = append(h.Spans, Span{args[0].Pos(), args[0].End()})
	w.visit(args[0], nil)
	ev := &evaluator{p, s.In.Pkg.TypesInfo, bound}
	h.Dynamic = !ev.exhaustive(args[0], map[*types.Var]bool{})
	h.Static = ev.staticFunc(args[0])
	h.Name = ev.nameOf(args[1:])
	if h.Name == "" && h.Static != nil {
		h.Name = h.Static.Name()
	}
	if first := s.Call.Args[s.shift]; s.Handler == 1 {
		h.Target, _ = ev.constant(first)
	}
	return h
}
