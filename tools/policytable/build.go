package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// builder makes a table, and collects what is wrong with the facts.
type builder struct {
	facts *facts
	lists lists
	table *table
	errs  []error
}

// build makes the table. operations returns the operations of a module of the
// SDK.
func build(f *facts, l lists, operations func(module, version string) ([]string, error)) (*table, error) {
	b := &builder{facts: f, lists: l, table: &table{
		Prefixes: f.Prefixes, Services: f.Services, Features: f.Features,
		ARNs: map[string]map[string]string{}, On: map[string]map[string][]string{}, Reads: map[string]map[string]bool{},
		Unlimited: map[string][]string{},
	}}
	for _, name := range sortedKeys(f.Prefixes) {
		if l[f.Prefixes[name]] == nil {
			b.wrong("prefixes: %s: AWS's lists have no service %q", name, f.Prefixes[name])
		}
	}
	needed := map[string]bool{"iam:PassRole": true}
	for _, name := range sortedKeys(f.Services) {
		s := f.Services[name]
		var ops []string
		if s.Module != "" {
			var err error
			if ops, err = operations(f.SDK+name, s.Module); err != nil {
				return nil, err
			}
		}
		b.service(name, s, ops, needed)
	}
	b.features(needed)
	b.unlimited()
	b.resources()
	b.access(needed)
	return b.table, errors.Join(b.errs...)
}

func (b *builder) wrong(format string, args ...any) {
	b.errs = append(b.errs, fmt.Errorf(format, args...))
}

// service checks the facts of a service, and adds operations that aren't
// listed.
func (b *builder) service(name string, s *service, ops []string, needed map[string]bool) {
	for _, op := range slices.Concat(sortedKeys(s.Actions), s.NoPermission, sortedKeys(s.When), sortedKeys(s.Narrow), sortedKeys(s.Targets)) {
		if s.Module != "" && !slices.Contains(ops, op) {
			b.wrong("%s: the SDK has no operation %s", name, op)
		}
	}
	for op, actions := range s.Actions {
		b.actions(name+"."+op, actions, needed)
	}
	for op, conditions := range s.When {
		for _, c := range conditions {
			b.actions(name+"."+op, c.Actions, needed)
		}
	}
	for op, n := range s.Narrow {
		for _, actions := range n.Map {
			b.actions(name+"."+op, actions, needed)
		}
	}
	for _, op := range ops {
		action := s.IAM + ":" + op
		switch _, special := s.Actions[op]; {
		case special || slices.Contains(s.NoPermission, op):
		case b.lists.has(action):
			needed[action] = true
		default:
			s.Unlisted = append(s.Unlisted, op)
		}
	}
	s.Module = ""
}

// actions checks that actions exist, and notes that they are needed.
func (b *builder) actions(of string, actions []string, needed map[string]bool) {
	for _, a := range actions {
		if !b.lists.has(a) {
			b.wrong("%s: AWS's lists have no action %s", of, a)
		}
		needed[a] = true
	}
}

func (b *builder) features(needed map[string]bool) {
	for path, helpers := range b.facts.Features {
		for name, helper := range helpers {
			m, _ := helper.(map[string]any)
			for _, a := range texts(m["actions"]) {
				b.actions(path+"."+name, []string{a}, needed)
			}
			for _, op := range texts(m["ops"]) {
				service, _, _ := strings.Cut(op, ".")
				if b.facts.Services[service] == nil {
					b.wrong("%s.%s: there is no service %s", path, name, service)
				}
			}
		}
	}
}

func texts(v any) []string {
	list, _ := v.([]any)
	var all []string
	for _, e := range list {
		s, _ := e.(string)
		all = append(all, s)
	}
	return all
}

// resources copies which actions apply to the types of resources, and the forms
// of the resources' ARNs.
func (b *builder) resources() {
	for service, types := range b.facts.ResourceTypes {
		forms, on := map[string]string{}, map[string][]string{}
		for _, typ := range types {
			form, actions := b.lists.resource(service, typ)
			if len(actions) == 0 {
				b.wrong("resourceTypes: AWS's lists have no actions on %s of %s", typ, service)
			}
			forms[typ], on[typ] = form, actions
		}
		b.table.ARNs[service], b.table.On[service] = forms, on
	}
}

// unlimited lists the actions that can't be limited to resources.
func (b *builder) unlimited() {
	b.actions("unlimited", b.facts.Unlimited, map[string]bool{})
	for service, list := range b.lists {
		for _, a := range list.actions {
			if len(a.ResourceTypes) == 0 || slices.Contains(b.facts.Unlimited, service+":"+a.Name) {
				b.table.Unlimited[service] = append(b.table.Unlimited[service], a.Name)
			}
		}
		slices.Sort(b.table.Unlimited[service])
	}
}

// readingVerbs are the first words of actions that only read. Package sdk of
// internal/policy has the same.
var readingVerbs = []string{"Get", "List", "Describe", "BatchGet", "Query", "Scan", "Search", "Select", "Filter", "Lookup", "Head", "Check"}

// access lists the needed actions for which the verb doesn't say whether they
// only read.
func (b *builder) access(needed map[string]bool) {
	for _, action := range sortedKeys(needed) {
		service, name, _ := strings.Cut(action, ":")
		a, ok := b.lists[service].action(name)
		if !ok {
			continue
		}
		reads := a.AccessLevel == "Read" || a.AccessLevel == "List"
		if reads == slices.ContainsFunc(readingVerbs, func(v string) bool { return strings.HasPrefix(name, v) }) {
			continue
		}
		if b.table.Reads[service] == nil {
			b.table.Reads[service] = map[string]bool{}
		}
		b.table.Reads[service][name] = reads
	}
}
