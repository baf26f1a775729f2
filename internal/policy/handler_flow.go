package policy

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// register follows what a call registers, if the function's roots don't mention
// all that it can be.
func (f *flow) register(site ssa.CallInstruction, callee *types.Func) {
	if !f.sites[site.Pos()] && !f.anySite {
		return
	}
	r, _ := f.g.p.registering(callee)
	args := site.Common().Args
	if callee.Signature().Recv() != nil && !site.Common().IsInvoke() {
		args = args[1:]
	}
	to := f.handlers
	if r.middleware {
		to = f.escaped
	}
	for i := r.handler; i < len(args) && (i == r.handler || r.middleware); i++ {
		f.handOver(args[i], to)
	}
}

// handler makes a function that is registered one that code out of sight calls,
// if it can be the function's own handler.
func (f *flow) handler(v any) {
	if _, unknown := v.(unknownValue); unknown {
		return
	}
	fn, ok := v.(*ssa.Function)
	if ok && len(f.fits) > 0 && !f.fits[f.g.nodes[fn]] {
		return
	}
	f.found = true
	f.add(f.escaped, v)
}

// openSites gives the places at which a function's handlers, or its middleware,
// can be something that the roots don't mention.
func (p *program) openSites(l *lambda) map[token.Pos]bool {
	sites := map[token.Pos]bool{}
	for _, r := range append(slices.Clip(l.roots), p.around(l)...) {
		if r.open {
			sites[r.site.call.Lparen] = true
		}
	}
	return sites
}

// makers gives where a function's handlers can be made: anywhere in a cold
// start, if the roots don't mention all that they can be.
func (p *program) makers(l *lambda) []*node {
	if l.anySite || slices.ContainsFunc(append(slices.Clip(l.roots), p.around(l)...), func(r *root) bool { return r.open }) {
		return p.start
	}
	return nil
}

// guess makes all that can be a function's handler one, where it isn't found.
func (p *program) guess(l *lambda) {
	if !l.anyFits && len(l.fits) > 0 {
		for _, n := range p.nodes {
			if l.fits[n] {
				l.nodes = append(l.nodes, n)
			}
		}
		return
	}
	for _, r := range l.roots {
		sig := handlerType([]*root{r})
		if !r.open || sig == nil {
			continue
		}
		file, line := p.position(r.site.call.Pos())
		p.warn(Warning{
			Kind: WarnRegister, File: file, Line: line, Functions: []string{l.name},
			Message: "the source doesn't show which function the handler is, so it gets what all functions of its type need",
		})
		for _, n := range p.nodes {
			if n.syntax != nil && fitsSignature(paramsOf(n), sig) && !slices.Contains(l.nodes, n) {
				l.nodes = append(l.nodes, n)
			}
		}
	}
}
