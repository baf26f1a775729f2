package synth

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// grouped returns statements that allow what a list allows: for each name, one
// for each set of resources. The names of several are numbered. Order and
// numbers depend on nothing but what is allowed.
func grouped(list []statement) []statement {
	everywhere := map[string]bool{} // actions that are allowed on everything
	for _, s := range list {
		if s.condition == nil && onEverything(s.resources) {
			for _, action := range s.actions {
				everywhere[action] = true
			}
		}
	}
	byPlace := map[string]*statement{}
	for _, s := range byAction(list) {
		if everywhere[s.actions[0]] && (s.condition != nil || !onEverything(s.resources)) {
			continue
		}
		place := s.place()
		if at, ok := byPlace[place]; ok {
			at.actions = append(at.actions, s.actions...)
			continue
		}
		byPlace[place] = &s
	}
	var groups []statement
	for _, place := range sortedKeys(byPlace) {
		groups = append(groups, *byPlace[place])
	}
	return numbered(groups)
}

// compacted returns the same in fewer characters: without names, so that actions
// of several services can be in one statement.
func compacted(list []statement) []statement {
	list = slices.Clone(list)
	for i := range list {
		list[i].sid = ""
	}
	return grouped(list)
}

// byAction returns a statement for each action, name and condition, with all the
// resources that the action is allowed on there, ordered by the actions.
func byAction(list []statement) []statement {
	at := map[string]int{}
	var single []statement
	for _, s := range list {
		for _, action := range s.actions {
			key := strings.Join([]string{action, s.sid, s.condition.key()}, "\n")
			if i, ok := at[key]; ok {
				single[i].resources = append(single[i].resources, s.resources...)
				continue
			}
			at[key] = len(single)
			single = append(single, statement{s.sid, []string{action}, slices.Clone(s.resources), s.condition})
		}
	}
	for i := range single {
		single[i].resources = resourceSet(single[i].resources)
	}
	slices.SortStableFunc(single, func(a, b statement) int { return cmp.Compare(a.actions[0], b.actions[0]) })
	return single
}

// resourceSet puts resources in order, each once. What is allowed on everything
// need not be on more.
func resourceSet(set []text) []text {
	if onEverything(set) {
		return []text{{"*"}}
	}
	slices.SortFunc(set, func(a, b text) int { return cmp.Compare(a.key(), b.key()) })
	return slices.CompactFunc(set, func(a, b text) bool { return a.key() == b.key() })
}

func onEverything(resources []text) bool {
	return slices.ContainsFunc(resources, func(t text) bool { return t.key() == "*" })
}

// place is all of a statement but its actions.
func (s statement) place() string {
	parts := []string{s.sid, s.condition.key()}
	for _, r := range s.resources {
		parts = append(parts, r.key())
	}
	return strings.Join(parts, "\n")
}

// numbered gives ordered statements names that differ: S3, S3Part2, S3Part3.
func numbered(list []statement) []statement {
	taken := map[string]bool{}
	for _, s := range list {
		taken[s.sid] = true
	}
	base, n := "", 1
	for i := range list {
		sid := &list[i].sid
		if *sid == "" || *sid != base {
			base, n = *sid, 1
			continue
		}
		for taken[*sid] {
			n++
			*sid = base + "Part" + strconv.Itoa(n)
		}
	}
	return list
}
