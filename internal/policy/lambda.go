package policy

import (
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"go/types"
)

// lambda is a Lambda function: where its handlers are in the program.
type lambda struct {
	name  string
	kinds map[string]bool // of its events; empty where they aren't known
	nodes []*node
	roots []*root
	// fits are the literals that its handlers can be, if that is known of all.
	fits    map[*node]bool
	anyFits bool // it isn't known of all
	anySite bool // the source doesn't show where they are registered
}

func (l *lambda) add(r *root) {
	if !slices.Contains(l.roots, r) {
		l.roots = append(l.roots, r)
		l.kinds[r.site.kind] = true
	}
}

// around gives what stands around a function's handlers: the roots of the
// middleware for its kind of events.
func (p *program) around(l *lambda) []*root {
	var roots []*root
	for _, s := range p.sites {
		kind := s.kindOf()
		if s.middleware && !l.onlyAuthorizers() && (kind == "" || len(l.kinds) == 0 || l.kinds[kind]) {
			roots = append(roots, s.roots...)
		}
	}
	return roots
}

// rootsOf gives all nodes from which a function's own code starts.
func (p *program) rootsOf(l *lambda, cold *reach) []*node {
	roots := slices.Clone(l.nodes)
	for _, r := range append(slices.Clip(l.roots), p.around(l)...) {
		roots = append(roots, r.node)
	}
	if len(l.kinds) == 0 || slices.ContainsFunc(l.roots, func(r *root) bool { return r.site.method == "Mount" }) {
		roots = append(roots, cold.web...)
	}
	return roots
}

// onlyAuthorizers tells whether no middleware is around any handler.
func (l *lambda) onlyAuthorizers() bool { return len(l.kinds) == 1 && l.kinds[""] }

// lambdas finds the functions and where their handlers are.
func (p *program) lambdas(registrations []Registration) map[string]*lambda {
	found := map[string]*lambda{}
	get := func(name string) *lambda {
		if found[name] == nil {
			found[name] = &lambda{name: name, kinds: map[string]bool{}, fits: map[*node]bool{}}
		}
		return found[name]
	}
	if len(registrations) == 0 {
		p.bySource(get)
		return found
	}
	for _, r := range registrations {
		p.byModel(r, get(r.Function))
	}
	for _, l := range found {
		for _, n := range l.nodes {
			p.registered[n] = true
		}
	}
	return found
}

// bySource names functions as the source does.
func (p *program) bySource(get func(string) *lambda) {
	for _, s := range p.sites {
		if s.middleware {
			continue
		}
		for _, r := range s.roots {
			names := []string{s.function}
			if s.function == "" {
				names = nil
				for _, prefix := range p.prefixes(s) {
					names = append(names, prefix+r.name)
				}
			}
			if s.function == "" && (r.name == "" || r.name == unknownName) {
				p.warnAt(s.call.Pos(), WarnRegister, "the name of this function isn't plain from the source: its needs aren't found without the app's model")
				continue
			}
			for _, name := range names {
				get(name).add(r)
			}
			if n := p.funcs[r.static]; r.static != nil && n != nil {
				p.registered[n] = true
			}
		}
	}
}

// byModel finds the handler of a registration of the model: by the handler's
// symbol where that is a function of the source, otherwise by the place.
func (p *program) byModel(r Registration, l *lambda) {
	at := p.rootsAt(r)
	if f := p.bySymbol(r.Handler); f != nil {
		p.addHandler(l, f)
		same := slices.DeleteFunc(slices.Clone(at), func(c *root) bool { return c.static == nil || c.static != f })
		for _, c := range same {
			l.add(c)
		}
		if len(same) == 0 {
			for _, c := range at {
				l.kinds[c.site.kind] = true
			}
		}
		return
	}
	named := p.namedRoots(r, at)
	closures := p.closures(r.Handler, handlerType(named))
	l.fit(closures)
	l.anySite = l.anySite || len(named) == 0
	if len(named) == 0 && len(closures) == 0 {
		p.warn(Warning{
			Kind: WarnRegister, File: r.File, Line: r.Line, Functions: []string{r.Function},
			Message: fmt.Sprintf("the source doesn't show where the handler of %q is registered, so it gets what all handlers need", r.Function),
		})
		for _, s := range p.sites {
			named = append(named, s.roots...)
		}
	}
	for _, c := range named {
		l.add(c)
	}
}

// fit notes which literals a handler can be.
func (l *lambda) fit(closures []*node) {
	l.anyFits = l.anyFits || len(closures) == 0
	for _, n := range closures {
		l.fits[n] = true
	}
}

// namedRoots gives those of the roots at a place that can be of a function:
// those with its name, otherwise those whose name isn't plain. Its handler is
// no plain function.
func (p *program) namedRoots(r Registration, at []*root) []*root {
	fits := func(fit func(*root) bool) []*root {
		return slices.DeleteFunc(slices.Clone(at), func(c *root) bool { return c.static != nil || !fit(c) })
	}
	exact := fits(func(c *root) bool {
		return slices.ContainsFunc(p.prefixes(c.site), func(prefix string) bool { return prefix+c.name == r.Function })
	})
	if len(exact) > 0 {
		return exact
	}
	open := fits(func(c *root) bool {
		return c.site.function != "" || c.name == "" || c.name == unknownName || strings.HasSuffix(r.Function, c.name)
	})
	if len(open) > 0 {
		return open
	}
	return at
}

// addHandler adds a function that is known to be a handler.
func (p *program) addHandler(l *lambda, f *types.Func) {
	n := p.funcs[f]
	if n == nil { // the method of an interface
		n = p.add(&node{pkg: p.main, name: funcName(f), pos: f.Pos()})
		n.calls = append(n.calls, interfaceCall{f, f.Pos()})
	}
	l.nodes = append(l.nodes, n)
}

// rootsAt gives what is registered at a line.
func (p *program) rootsAt(r Registration) []*root {
	var found []*root
	for _, s := range p.sites {
		if s.middleware {
			continue
		}
		from, to := p.fset.Position(s.call.Pos()), p.fset.Position(s.call.End())
		if r.Line < from.Line || r.Line > to.Line || !p.sameFile(s.in, from.Filename, r.File) {
			continue
		}
		found = append(found, s.roots...)
	}
	return found
}

// sameFile compares a file with one of a model, which is relative to the root
// of its module, or of the main module.
func (p *program) sameFile(n *node, file, relative string) bool {
	if p.relative(file) == relative || filepath.ToSlash(file) == relative {
		return true
	}
	m := n.pkg.Module
	if m == nil {
		return false
	}
	own, err := filepath.Rel(m.Dir, file)
	own = filepath.ToSlash(own)
	return err == nil && (own == relative || m.Path+"/"+own == relative || m.Path+"@"+m.Version+"/"+own == relative)
}

// bySymbol finds the function with a symbol of the runtime's, such as
// "example.com/shop.index" or "example.com/shop.(*server).index-fm"; nil for a
// closure.
func (p *program) bySymbol(symbol string) *types.Func {
	slash := strings.LastIndexByte(symbol, '/') + 1
	pkg, local, ok := strings.Cut(symbol[slash:], ".")
	if !ok {
		return nil
	}
	path, err := url.PathUnescape(symbol[:slash] + pkg)
	if err != nil {
		return nil
	}
	if path == "main" {
		path = p.main.PkgPath
	}
	t := p.all[path]
	if t == nil {
		return nil
	}
	local = strings.TrimSuffix(local, "-fm")
	local = strings.ReplaceAll(local, "[...]", "")
	recv, name, isMethod := strings.Cut(local, ".")
	if !isMethod {
		f, _ := t.Scope().Lookup(local).(*types.Func)
		if p.funcs[f] == nil {
			return nil
		}
		return f
	}
	recv = strings.Trim(recv, "(*)")
	obj, ok := t.Scope().Lookup(recv).(*types.TypeName)
	if !ok || strings.Contains(name, ".") {
		return nil
	}
	m, _, _ := types.LookupFieldOrMethod(types.NewPointer(obj.Type()), true, t, name)
	if types.IsInterface(obj.Type()) {
		m, _, _ = types.LookupFieldOrMethod(obj.Type(), true, t, name)
	}
	f, ok := m.(*types.Func)
	if !ok {
		return nil
	}
	return f.Origin()
}
