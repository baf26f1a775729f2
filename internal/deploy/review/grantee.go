package review

import (
	"slices"
	"strings"
)

// holder compares a resource's own policy, which says who may use it.
func (w *widening) holder(key string) {
	after := w.after.holders[key]
	var had []*permit
	if before := w.before.holders[key]; before != nil {
		had = before.permits
	}
	gained := slices.DeleteFunc(gains(had, after.permits), func(p *permit) bool { return p.deny })
	for _, p := range append(gained, lifted(had, after.permits, true)...) {
		if !w.inherent(key, p) {
			w.toPrincipal(after, p)
		}
	}
}

// goneHolder adds the prohibitions of a policy that is gone, if the policy's
// subject still exists.
func (w *widening) goneHolder(key string) {
	before := w.before.holders[key]
	_, id, _ := strings.Cut(key, " of ")
	if w.after.holders[key] != nil || w.before.world.nodes[id] != nil && w.after.world.nodes[id] == nil {
		return
	}
	for _, p := range lifted(before.permits, nil, true) {
		w.toPrincipal(before, p)
	}
}

func (w *widening) toPrincipal(h *holder, p *permit) {
	g := w.grant(p)
	if g.Resource == "*" || g.Resource == "" {
		g.Resource = h.name
	}
	g.To = []string{w.principalText(p.principal)}
	w.grants = append(w.grants, g)
}

// principalText returns text for the principals of a statement.
func (w *widening) principalText(s set) string {
	var names []string
	for _, p := range s.patterns {
		name := w.after.text(p)
		if string(p) == "*" {
			name = "anyone"
		}
		if account, ok := strings.CutPrefix(name, accountPrefix); ok {
			name = "account " + strings.TrimSuffix(account, ":*")
		}
		for _, kind := range []string{"AWS:", "Service:", "Federated:", "CanonicalUser:"} {
			name = strings.TrimPrefix(name, kind)
		}
		names = append(names, name)
	}
	text := strings.Join(names, ", ")
	if s.not {
		return "everyone but " + text
	}
	return text
}

// inherent reports whether a permit follows from what is new anyway: that
// Lambda may assume the role of a function, EventBridge Scheduler that of a
// schedule of the account, and CodeDeploy that with which it deploys, and that a new
// function may be invoked by its own event sources.
func (w *widening) inherent(key string, p *permit) bool {
	principal := w.principalText(p.principal)
	if role, ok := strings.CutPrefix(key, "trust of "); ok {
		if principal == "scheduler.amazonaws.com" {
			return w.origins.Resources[p.holder].Source != nil && len(p.conditions) > 0
		}
		if principal == "codedeploy.amazonaws.com" {
			return w.deploys(role)
		}
		return principal == "lambda.amazonaws.com" && len(w.after.havers[role]) > 0
	}
	function, ok := strings.CutPrefix(key, "function ")
	if !ok || w.after.world.nodes[function] == nil || w.before.world.nodes[function] != nil {
		return false
	}
	return w.origins.Resources[p.holder].Source != nil && len(p.conditions) > 0 && strings.HasSuffix(principal, ".amazonaws.com")
}
