package policy

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"go/token"
)

func itoa(n int) string { return strconv.Itoa(n) }

// analyze finds what the functions of the program need.
func (p *program) analyze(registrations []Registration) *Report {
	p.read()
	p.mounts = slices.ContainsFunc(p.sites, func(s *site) bool { return s.method == "Mount" })
	p.resolve()
	lambdas := p.lambdas(registrations)
	cold := p.coldStart()
	graph, err := p.buildValues()
	if err != nil {
		p.warn(Warning{Kind: WarnAnalysis, Message: "values can't be followed, so actions can be too many and resources are any: " + err.Error()})
	}
	report := &Report{Functions: map[string]*Needs{}}
	for _, name := range slices.Sorted(maps.Keys(lambdas)) {
		report.Functions[name] = p.function(lambdas[name], graph, cold)
	}
	report.Warnings = MergeWarnings(p.warnings)
	return report
}

// function finds what one function needs.
func (p *program) function(l *lambda, graph *valueGraph, cold *reach) *Needs {
	v, own, found := p.see(l, graph, cold)
	if !found {
		p.guess(l)
		v, own, _ = p.see(l, graph, cold)
	}
	return p.safeNeeds(l, v, cold, own)
}

// see finds what a function reaches. It reports false if its handler isn't
// among that.
func (p *program) see(l *lambda, graph *valueGraph, cold *reach) (v *view, own *reach, found bool) {
	roots := p.rootsOf(l, cold)
	own = p.handlers(cold, append(slices.Clip(roots), p.makers(l)...))
	v = p.view(graph, l, cold, own)
	if v == nil {
		return nil, own, true
	}
	return v, own, p.narrow(v, l, cold, own, roots)
}

// MergeWarnings sorts warnings by place. What is said of several functions is
// one warning.
func MergeWarnings(all []Warning) []Warning {
	compare := func(a, b Warning) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Message, b.Message))
	}
	all = slices.Clone(all)
	slices.SortStableFunc(all, compare)
	var merged []Warning
	for _, w := range all {
		n := len(merged)
		if n == 0 || compare(merged[n-1], w) != 0 {
			merged = append(merged, w)
			continue
		}
		last := &merged[n-1]
		if len(last.Functions) == 0 || len(w.Functions) == 0 {
			last.Functions = nil
			continue
		}
		last.Functions = slices.Compact(slices.Sorted(slices.Values(slices.Concat(last.Functions, w.Functions))))
	}
	return merged
}

// path tells how a node was reached, from the handler on.
func (p *program) path(r *reach, n *node) []Step {
	var steps []Step
	seen := map[*node]bool{}
	for n != nil && !seen[n] {
		seen[n] = true
		l := r.links[n]
		pos := l.pos
		if !pos.IsValid() {
			pos = n.pos
		}
		s := Step{Function: n.name}
		if pos != token.NoPos {
			s.File, s.Line = p.position(pos)
		}
		steps = append(steps, s)
		n = l.from
	}
	slices.Reverse(steps)
	return steps
}
