package review

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Grant is a new permission of somebody.
type Grant struct {
	// To names who gets it: functions by their names, others by the names in the
	// policy, such as "events.amazonaws.com", or "anyone".
	To []string `json:"to"`
	// Role is the logical id of the role, or of the other resource, with the
	// policy.
	Role string `json:"role"`
	// Action is for instance s3:GetObject, a pattern, or a text for more than one
	// action.
	Action string `json:"action"`
	// Resource is an ARN with references in the form of Fn::Sub, or a logical id.
	Resource  string `json:"resource,omitempty"`
	Condition string `json:"condition,omitempty"`
	// Deny means that not a permission is new, but a prohibition is gone.
	Deny bool `json:"deny,omitempty"`
	// Why are the lines of the source that need it, such as "main.go:42
	// s3.GetObject", or a text if there is no such line.
	Why []string `json:"why,omitempty"`

	permit    *permit
	functions []string // ids of the functions that get it
	identity  string   // id of the role, if it is one that gets it
}

// widening compares the rights in two worlds.
type widening struct {
	before, after *rights
	origins       Origins
	grants        []*Grant
	found         map[[2]string][]*permit // results of gained: the new permits of a role, by the roles before and after
}

// widened returns the permissions that somebody has after a change and not
// before it. A function's permissions are compared whatever role it has: if it
// only gets another role with the same permissions, there are none.
func widened(before, after *rights, origins Origins) []Grant {
	w := &widening{before: before, after: after, origins: origins, found: map[[2]string][]*permit{}}
	for _, id := range sortedKeys(w.after.functions) {
		w.function(id)
	}
	for _, id := range sortedKeys(w.after.identities) {
		if i := w.after.identities[id]; !i.onlyFunctions {
			w.identity(i)
		}
	}
	for _, key := range sortedKeys(w.after.holders) {
		w.holder(key)
	}
	for _, key := range sortedKeys(w.before.holders) {
		w.goneHolder(key)
	}
	return w.result()
}

// function compares the permissions of a function.
func (w *widening) function(id string) {
	for _, role := range w.after.functions[id] {
		after := w.after.permitsOf(role, id)
		// If the function is new, the existing permissions of its role count as
		// before.
		roles, existed := w.before.functions[id]
		if !existed {
			roles = []variant{role}
			if w.before.identities[roleOf(role.v)] == nil {
				roles = nil
			}
		}
		var before []*permit
		key := valueText(role.v) + strings.Join(role.when, ",")
		keys := [2]string{"", key}
		for _, r := range roles {
			before = append(before, w.before.permitsOf(r, id)...)
			keys[0] += valueText(r.v) + strings.Join(r.when, ",")
		}
		gained, ok := w.found[keys]
		if !ok {
			gained = gains(before, after)
			w.found[keys] = gained
		}
		for _, p := range gained {
			w.toFunction(id, roleOf(role.v), p)
		}
		for _, r := range roles {
			w.bounds(w.before.identities[roleOf(r.v)], w.after.identities[roleOf(role.v)], id)
		}
	}
}

// permitsOf returns what a role allows a function.
func (r *rights) permitsOf(role variant, function string) []*permit {
	if i := r.identities[roleOf(role.v)]; i != nil {
		if len(role.when) == 0 {
			return i.permits
		}
		var all []*permit
		for _, p := range i.permits {
			under := *p
			under.when = union(p.when, role.when)
			all = append(all, &under)
		}
		return all
	}
	if role.v == nil {
		return nil
	}
	return []*permit{(policies{symbols: r.symbols, holder: r.world.nodes[function].logicalID}).opaque(role.v, role.when)}
}

// gains returns the permits in after that aren't in before: what is allowed and
// not denied, and what isn't denied anymore.
func gains(before, after []*permit) []*permit {
	known := map[string]bool{}
	for _, p := range before {
		known[p.key()] = true
	}
	var gained []*permit
	for _, p := range after {
		if p.deny || known[p.key()] {
			continue
		}
		known[p.key()] = true
		covered := func(other *permit) bool { return !other.deny && other.covers(p) }
		denied := func(other *permit) bool { return other.deny && other.covers(p) }
		if !slices.ContainsFunc(before, covered) && !slices.ContainsFunc(after, denied) {
			gained = append(gained, p)
		}
	}
	return append(gained, lifted(before, after, false)...)
}

// lifted returns the prohibitions that are gone. They matter if something is
// allowed to which they applied. With always they matter in any case, since
// other, unknown policies may allow it.
func lifted(before, after []*permit, always bool) []*permit {
	var all []*permit
	known := map[string]bool{}
	for _, p := range before {
		if !p.deny || known[p.key()] {
			continue
		}
		known[p.key()] = true
		still := func(other *permit) bool { return other.deny && other.covers(p) }
		matters := func(other *permit) bool { return !other.deny && other.meets(p) }
		if !slices.ContainsFunc(after, still) && (always || slices.ContainsFunc(after, matters)) {
			all = append(all, p)
		}
	}
	return all
}

// key returns a text that is the same for equal permits.
func (p *permit) key() string {
	return fmt.Sprint(p.deny, p.principal, p.action, p.resource, p.conditions, p.when, p.policy)
}

// toFunction adds a permission of a function. If another function gets the same
// permission from the same role, it adds the function to that.
func (w *widening) toFunction(id, role string, p *permit) {
	g := w.grant(p)
	if i := w.after.identities[role]; i != nil {
		g.Role, g.identity = i.logicalID, role
	}
	w.join(id, g)
}

// join adds a function to those that get a grant, a new one or the same as before.
func (w *widening) join(function string, g *Grant) {
	for _, other := range w.grants {
		if other.functions != nil && other.same(g) {
			other.functions = append(other.functions, function)
			return
		}
	}
	g.functions = []string{function}
	w.grants = append(w.grants, g)
}

func (g *Grant) same(other *Grant) bool {
	return g.Role == other.Role && g.Action == other.Action && g.Resource == other.Resource && g.Condition == other.Condition && g.Deny == other.Deny
}

// identity compares the permissions of a role, a user or a group that isn't
// only for functions.
func (w *widening) identity(after *identity) {
	before := w.before.identities[after.id]
	var had []*permit
	if before != nil {
		had = before.permits
	}
	for _, p := range gains(had, after.permits) {
		g := w.grant(p)
		g.Role, g.identity, g.To = after.logicalID, after.id, []string{after.logicalID}
		w.grants = append(w.grants, g)
	}
	w.bounds(before, after, "")
}

// bounds adds what a permissions boundary forbade that doesn't exist anymore.
func (w *widening) bounds(before, after *identity, function string) {
	if before == nil || before.boundary == nil || after == nil || equal(before.boundary, after.boundary) {
		return
	}
	g := &Grant{Role: after.logicalID, identity: after.id, Deny: true,
		Action: "everything outside of its permissions boundary", Resource: valueText(before.boundary)}
	if after.boundary != nil {
		g.Action, g.Resource = "what another permissions boundary left out", valueText(after.boundary)
	}
	if function == "" {
		g.To = []string{after.logicalID}
		w.grants = append(w.grants, g)
		return
	}
	w.join(function, g)
}

// grant makes a grant of a permit, without those who get it.
func (w *widening) grant(p *permit) *Grant {
	s := w.after.symbols
	g := &Grant{Role: p.holder, Deny: p.deny, permit: p}
	if p.policy != nil {
		name := s.text(p.policy)
		g.Action, g.Resource = "everything that "+name[strings.LastIndexAny(name, "/:")+1:]+" allows", name
	} else {
		g.Action, g.Resource = s.setText(p.shown), s.setText(p.resource)
	}
	var conditions []string
	for _, r := range p.conditions {
		conditions = append(conditions, s.conditionText(r))
	}
	for _, when := range p.when {
		conditions = append(conditions, "in a stack where "+when)
	}
	g.Condition = strings.Join(conditions, " and ")
	return g
}

// setText returns a set as text for people.
func (s *symbols) setText(set set) string {
	var names []string
	for _, p := range set.patterns {
		names = append(names, s.text(p))
	}
	text := strings.Join(names, ", ")
	if set.not {
		return "everything but " + text
	}
	return text
}

// result returns the completed grants, in order.
func (w *widening) result() []Grant {
	var all []Grant
	for _, g := range w.grants {
		for _, id := range g.functions {
			g.To = append(g.To, w.functionName(id))
		}
		g.Why = w.why(g)
		all = append(all, *g)
	}
	slices.SortStableFunc(all, func(a, b Grant) int {
		return cmp.Or(cmp.Compare(a.Role, b.Role), slices.Compare(a.To, b.To), cmp.Compare(a.Action, b.Action),
			cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Condition, b.Condition))
	})
	return slices.CompactFunc(all, func(a, b Grant) bool { return a.same(&b) && slices.Equal(a.To, b.To) })
}

// together makes one grant of those that differ only in their actions, since
// nobody reads them one by one if everything is new.
func together(grants []Grant) []Grant {
	var all []Grant
	for _, g := range grants {
		i := slices.IndexFunc(all, func(o Grant) bool {
			return o.Role == g.Role && o.Resource == g.Resource && o.Condition == g.Condition && o.Deny == g.Deny &&
				slices.Equal(o.To, g.To) && slices.Equal(o.Why, g.Why)
		})
		if i < 0 {
			all = append(all, g)
		} else {
			all[i].Action += ", " + g.Action
		}
	}
	return all
}

// functionName returns people's name for a function.
func (w *widening) functionName(id string) string {
	n := w.after.world.nodes[id]
	if n == nil {
		return id
	}
	if name := w.origins.Resources[n.logicalID].Function; name != "" {
		return name
	}
	return n.logicalID
}
