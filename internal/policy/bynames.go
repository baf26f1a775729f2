package policy

import "github.com/chalice-go/chalice/internal/policy/arn"

// byNames returns actions, sorted by name, with those in their place or beside them that
// the names of their targets ask for; see [arn.Uses].
func byNames(actions []Action) []Action {
	all := map[string]*Action{}
	for _, a := range actions {
		for _, b := range a.byNames() {
			add(all, b)
		}
	}
	return sorted(all)
}

// byNames returns what an action comes to by the names of its targets, with the calls
// that have such a name.
func (a Action) byNames() []Action {
	uses := map[string]*Action{}
	use := func(u arn.Use) *Action {
		if uses[u.Action] == nil {
			uses[u.Action] = &Action{Name: u.Action, PassedTo: a.PassedTo}
		}
		return uses[u.Action]
	}
	for _, t := range a.Targets {
		for _, u := range arn.Uses(a.Name, t) {
			use(u).Targets = append(use(u).Targets, u.Target)
		}
	}
	for _, r := range a.Reasons {
		for name, reason := range r.byNames(a.Name) {
			one := use(arn.Use{Action: name})
			one.Reasons = append(one.Reasons, reason)
			one.Targets = append(one.Targets, reason.Targets...)
		}
	}
	if len(a.Targets) == 0 {
		use(arn.Use{Action: a.Name}).Targets = nil
	}
	var all []Action
	for _, one := range sorted(uses) {
		if len(one.Reasons) == 0 {
			one.Reasons = a.Reasons
		}
		one.Targets, one.Reasons = arn.SortTargets(one.Targets), sortReasons(one.Reasons)
		all = append(all, one)
	}
	return all
}

// byNames returns what a call that needs an action needs by the names of its targets: a
// reason for each action.
func (r Reason) byNames(action string) map[string]Reason {
	all := map[string]Reason{}
	if len(r.Targets) == 0 || r.Open != "" {
		all[action] = r.with(nil, r.Open)
	}
	for _, t := range r.Targets {
		for _, u := range arn.Uses(action, t) {
			open := ""
			if u.Action == action {
				open = r.Open
			}
			all[u.Action] = r.with(append(all[u.Action].Targets, u.Target), open)
		}
	}
	return all
}

// with returns the reason with other targets.
func (r Reason) with(targets []arn.Target, open string) Reason {
	r.Targets, r.Open = targets, open
	return r
}
