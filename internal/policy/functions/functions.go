// Package functions finds the Lambda functions of a program, and where their
// handlers are: as the app's model has them, by the handlers' symbols and the places
// of their registrations, or without a model as far as the source tells.
package functions

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"go/types"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/policy/source"
)

// Function is a Lambda function: where its handlers are in the program.
type Function struct {
	Name     string
	Kinds    map[app.EventKind]bool // of its events; empty where they aren't known
	Named    []*source.Node
	Handlers []*source.Handler
	// Candidates are the literals that its handlers can be, if that is known of all.
	Candidates   map[*source.Node]bool
	AnyCandidate bool // it isn't known of all
	AnySite      bool // the source doesn't show where they are registered
}

func (l *Function) add(r *source.Handler) {
	if !slices.Contains(l.Handlers, r) {
		l.Handlers = append(l.Handlers, r)
		l.Kinds[r.Site.Kind] = true
	}
}

// Middleware returns what stands around a function's handlers: the roots of the
// middleware for its kind of events.
func (a *App) Middleware(l *Function) []*source.Handler {
	var roots []*source.Handler
	for _, s := range a.p.Sites {
		kind := s.KindOf()
		if s.Middleware && !l.onlyAuthorizers() && (kind == "" || len(l.Kinds) == 0 || l.Kinds[kind]) {
			roots = append(roots, s.Handlers...)
		}
	}
	return roots
}

// onlyAuthorizers reports whether no middleware is around any handler.
func (l *Function) onlyAuthorizers() bool { return len(l.Kinds) == 1 && l.Kinds[""] }

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
	for _, l := range a.ByName {
		for _, n := range l.Named {
			a.Registered[n] = true
		}
	}
	return a
}

// function returns a function, a new one if there is none of that name.
func (a *App) function(name string) *Function {
	l := a.ByName[name]
	if l == nil {
		l = &Function{Name: name, Kinds: map[app.EventKind]bool{}, Candidates: map[*source.Node]bool{}}
		a.ByName[name] = l
	}
	return l
}

// bySource names functions as the source does.
func (a *App) bySource() {
	for _, s := range a.p.Sites {
		if s.Middleware {
			continue
		}
		for _, r := range s.Handlers {
			names := []string{s.Function}
			if s.Function == "" {
				names = nil
				for _, prefix := range a.p.Prefixes(s) {
					names = append(names, prefix+r.Name)
				}
			}
			if s.Function == "" && (r.Name == "" || r.Name == source.UnknownName) {
				a.p.WarnAt(s.Call.Pos(), source.WarnRegister, "the name of this function isn't plain from the source: its needs aren't found without the app's model")
				continue
			}
			for _, name := range names {
				a.function(name).add(r)
			}
			if n := a.p.Funcs[r.Static]; r.Static != nil && n != nil {
				a.Registered[n] = true
			}
		}
	}
}

// byModel finds the handler of a registration of the model: by the handler's
// symbol where that is a function of the source, otherwise by the place.
func (a *App) byModel(r Registration, l *Function) {
	at := a.handlersAt(r)
	if f := a.bySymbol(r.Handler); f != nil {
		a.addHandler(l, f)
		same := slices.DeleteFunc(slices.Clone(at), func(c *source.Handler) bool { return c.Static == nil || c.Static != f })
		for _, c := range same {
			l.add(c)
		}
		if len(same) == 0 {
			for _, c := range at {
				l.Kinds[c.Site.Kind] = true
			}
		}
		return
	}
	named := a.handlersNamed(r, at)
	closures := a.closures(r.Handler, HandlerType(named))
	l.addCandidates(closures)
	l.AnySite = l.AnySite || len(named) == 0
	if len(named) == 0 && len(closures) == 0 {
		a.p.Warn(source.Warning{
			Kind: source.WarnRegister, File: r.File, Line: r.Line, Functions: []string{r.Function},
			Message: fmt.Sprintf("the source doesn't show where the handler of %q is registered, so it gets what all handlers need", r.Function),
		})
		for _, s := range a.p.Sites {
			named = append(named, s.Handlers...)
		}
	}
	for _, c := range named {
		l.add(c)
	}
}

// addCandidates notes which literals a handler can be.
func (l *Function) addCandidates(closures []*source.Node) {
	l.AnyCandidate = l.AnyCandidate || len(closures) == 0
	for _, n := range closures {
		l.Candidates[n] = true
	}
}

// handlersNamed returns those of the roots at a place that can be of a function:
// those with its name, otherwise those whose name isn't plain. Its handler is
// no plain function.
func (a *App) handlersNamed(r Registration, at []*source.Handler) []*source.Handler {
	fits := func(fit func(*source.Handler) bool) []*source.Handler {
		return slices.DeleteFunc(slices.Clone(at), func(c *source.Handler) bool { return c.Static != nil || !fit(c) })
	}
	exact := fits(func(c *source.Handler) bool {
		return slices.ContainsFunc(a.p.Prefixes(c.Site), func(prefix string) bool { return prefix+c.Name == r.Function })
	})
	if len(exact) > 0 {
		return exact
	}
	open := fits(func(c *source.Handler) bool {
		return c.Site.Function != "" || c.Name == "" || c.Name == source.UnknownName || strings.HasSuffix(r.Function, c.Name)
	})
	if len(open) > 0 {
		return open
	}
	return at
}

// addHandler adds a function that is known to be a handler.
func (a *App) addHandler(l *Function, f *types.Func) {
	n := a.p.Funcs[f]
	if n == nil { // the method of an interface
		n = a.p.Add(&source.Node{Pkg: a.p.Main, Name: source.FuncName(f), Pos: f.Pos()})
		n.InterfaceCalls = append(n.InterfaceCalls, source.InterfaceCall{Method: f, Pos: f.Pos()})
	}
	l.Named = append(l.Named, n)
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
