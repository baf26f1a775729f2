// Package functions finds the Lambda functions of a program, and where their
// handlers are: as the app's model has them, by the handlers' symbols and the places
// of their registrations, or without a model as far as the source tells.
package functions

import (
	"fmt"
	"go/types"
	"path/filepath"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/policy/source"
)

// App has the Lambda functions of an app.
type App struct {
	p      *source.Program
	ByName map[string]*Function
	// Registered are the nodes that are known to be handlers.
	Registered map[*source.Node]bool
}

// Find finds the Lambda functions and where their handlers are: as the app's model
// has them, or without one as far as the source tells.
func Find(p *source.Program, registrations []Registration) *App {
	a := &App{p: p, ByName: map[string]*Function{}, Registered: map[*source.Node]bool{}}
	if len(registrations) == 0 {
		a.bySource()
		return a
	}
	for _, r := range registrations {
		a.byModel(r, a.function(r.Function))
	}
	for _, f := range a.ByName {
		for _, n := range f.Named {
			a.Registered[n] = true
		}
	}
	return a
}

// function returns a function, a new one if there is none of that name.
func (a *App) function(name string) *Function {
	f := a.ByName[name]
	if f == nil {
		f = &Function{Name: name, Kinds: map[app.EventKind]bool{}, Candidates: map[*source.Node]bool{}}
		a.ByName[name] = f
	}
	return f
}

// Function is a Lambda function: where its handlers are in the program.
type Function struct {
	Name     string
	Kinds    map[app.EventKind]bool // of its events; empty where they aren't known
	Handlers []*source.Handler      // as registrations show them
	Named    []*source.Node         // handlers that are plain functions, by the model
	// Candidates are the function literals that its other handlers can be, unless
	// AnyCandidate: then that isn't known of all.
	Candidates   map[*source.Node]bool
	AnyCandidate bool
	AnySite      bool // the source doesn't show where they are registered
	Decides      bool // one of them decides about records of the only handler that there is
}

// add adds a handler.
func (f *Function) add(h *source.Handler) {
	if !slices.Contains(f.Handlers, h) {
		f.Handlers = append(f.Handlers, h)
		f.Kinds[h.Site.Kind] = true
	}
}

// Middleware returns what stands around a function's handlers: the middleware for its
// kinds of events.
func (a *App) Middleware(f *Function) []*source.Handler {
	var around []*source.Handler
	for _, s := range a.p.Sites {
		kind := s.KindOf()
		if s.Middleware && !f.onlyAuthorizers() && (kind == "" || len(f.Kinds) == 0 || f.Kinds[kind]) {
			around = append(around, s.Handlers...)
		}
	}
	return around
}

// onlyAuthorizers reports whether no middleware is around any handler.
func (f *Function) onlyAuthorizers() bool { return len(f.Kinds) == 1 && f.Kinds[""] }

// bySource names functions as the source does.
func (a *App) bySource() {
	for _, s := range a.p.Sites {
		if s.Middleware {
			continue
		}
		for _, h := range s.Handlers {
			names := []string{s.Function}
			if s.Function == "" {
				names = nil
				for _, prefix := range a.p.Prefixes(s) {
					names = append(names, prefix+h.Name)
				}
			}
			if s.Function == "" && (h.Name == "" || h.Name == source.UnknownName) {
				a.p.WarnAt(s.Call.Pos(), source.WarnRegister, "the name of this function isn't plain from the source: its needs aren't found without the app's model")
				continue
			}
			for _, name := range names {
				a.function(name).add(h)
			}
			if n := a.p.Funcs[h.Static]; h.Static != nil && n != nil {
				a.Registered[n] = true
			}
		}
	}
}

// byModel finds the handler of a registration of the model: by the handler's
// symbol where that is a function of the source, otherwise by the place.
func (a *App) byModel(r Registration, f *Function) {
	f.Decides = f.Decides || r.Decides
	at := a.handlersAt(r)
	if handler := a.bySymbol(r.Handler); handler != nil {
		f.Named = append(f.Named, a.nodeOf(handler))
		same := slices.DeleteFunc(slices.Clone(at), func(h *source.Handler) bool { return h.Static != handler })
		for _, h := range same {
			f.add(h)
		}
		if len(same) == 0 {
			for _, h := range at {
				f.Kinds[h.Site.Kind] = true
			}
		}
		return
	}
	named := a.handlersNamed(r, at)
	closures := a.closures(r, HandlerType(named))
	f.addCandidates(closures)
	f.AnySite = f.AnySite || len(named) == 0
	if len(named) == 0 && len(closures) == 0 {
		a.p.Warn(source.Warning{
			Kind: source.WarnRegister, File: r.File, Line: r.Line, Functions: []string{r.Function},
			Message: fmt.Sprintf("the source doesn't show where the handler of %q is registered, so it gets what all handlers need", r.Function),
		})
		for _, s := range a.p.Sites {
			named = append(named, s.Handlers...)
		}
	}
	for _, h := range named {
		f.add(h)
	}
}

// addCandidates notes which literals a handler can be.
func (f *Function) addCandidates(closures []*source.Node) {
	f.AnyCandidate = f.AnyCandidate || len(closures) == 0
	for _, n := range closures {
		f.Candidates[n] = true
	}
}

// handlersNamed returns those of the handlers registered at a place that can be of a
// function: those with its name, otherwise those whose name isn't plain. A handler
// that is plainly a function has a symbol, by which it is found.
func (a *App) handlersNamed(r Registration, at []*source.Handler) []*source.Handler {
	only := func(can func(*source.Handler) bool) []*source.Handler {
		return slices.DeleteFunc(slices.Clone(at), func(h *source.Handler) bool { return h.Static != nil || !can(h) })
	}
	exact := only(func(h *source.Handler) bool {
		return slices.ContainsFunc(a.p.Prefixes(h.Site), func(prefix string) bool { return prefix+h.Name == r.Function })
	})
	if len(exact) > 0 {
		return exact
	}
	unclear := only(func(h *source.Handler) bool {
		return h.Site.Function != "" || h.Name == "" || h.Name == source.UnknownName || strings.HasSuffix(r.Function, h.Name)
	})
	if len(unclear) > 0 {
		return unclear
	}
	return at
}

// nodeOf returns the node of a function that is known to be a handler.
func (a *App) nodeOf(handler *types.Func) *source.Node {
	if n := a.p.Funcs[handler]; n != nil {
		return n
	}
	// It is the method of an interface.
	n := a.p.Add(&source.Node{Pkg: a.p.Main, Name: source.FuncName(handler), Pos: handler.Pos()})
	n.InterfaceCalls = append(n.InterfaceCalls, source.InterfaceCall{Method: handler, Pos: handler.Pos()})
	return n
}

// handlersAt returns what is registered at a line.
func (a *App) handlersAt(r Registration) []*source.Handler {
	var found []*source.Handler
	for _, s := range a.p.Sites {
		if s.Middleware {
			continue
		}
		from, to := a.p.Fset.Position(s.Call.Pos()), a.p.Fset.Position(s.Call.End())
		if r.Line < from.Line || r.Line > to.Line || !a.sameFile(s.In, from.Filename, r.File) {
			continue
		}
		found = append(found, s.Handlers...)
	}
	return found
}

// sameFile compares a file with one of a model, which is relative to the root
// of its module, or of the main module.
func (a *App) sameFile(n *source.Node, file, relative string) bool {
	if a.p.Relative(file) == relative || filepath.ToSlash(file) == relative {
		return true
	}
	m := n.Pkg.Module
	if m == nil {
		return false
	}
	own, err := filepath.Rel(m.Dir, file)
	own = filepath.ToSlash(own)
	return err == nil && (own == relative || m.Path+"/"+own == relative || m.Path+"@"+m.Version+"/"+own == relative)
}
