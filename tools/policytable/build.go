package main

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/policy/sdk"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// sources are what a table is made of.
type sources struct {
	facts      *facts
	companions companions
	lists      lists
	// shapes returns what a module of the SDK has.
	shapes func(module, version string) (*shape, error)
}

// builder makes a table, and collects what is wrong with the facts.
type builder struct {
	sources
	operations map[string][]string // by service, of those whose module is known
	census     []string
	table      *table
	errs       []error
}

// build makes the table, and the census: a line for each field of the SDK's inputs that
// is of a kind, with what was made of it.
func build(from sources) (*table, []string, error) {
	f := from.facts
	b := &builder{sources: from, operations: map[string][]string{}, table: &table{
		Prefixes: f.Prefixes, Same: f.Same, Services: f.Services, Features: f.Features, Kinds: map[string][]string{},
		ARNs: map[string]map[string]string{}, On: map[string]map[string][]string{}, Reads: map[string]map[string]bool{},
		Unlimited: map[string][]string{}, Tagging: map[string][]string{}, Together: map[string]map[string][]string{}, Optional: map[string][]string{},
	}}
	b.prefixes()
	b.same()
	needed := map[string]bool{"iam:PassRole": true}
	for _, name := range sortedKeys(f.Services) {
		s := f.Services[name]
		sh := &shape{}
		if s.Module != "" {
			var err error
			if sh, err = b.shapes(f.SDK+name, s.Module); err != nil {
				return nil, nil, err
			}
			b.operations[name] = sh.operations
		}
		b.named(name, s, sh)
		b.service(name, s, sh, needed)
		b.addCompanions(name, s, sh, needed)
	}
	b.kinds()
	b.features(needed)
	b.unlimited()
	b.tagging()
	b.resources()
	b.required(needed)
	b.access(needed)
	return b.table, b.census, errors.Join(b.errs...)
}

// prefixes checks that the prefixes are AWS's, and of packages without facts.
func (b *builder) prefixes() {
	for _, name := range sortedKeys(b.facts.Prefixes) {
		if b.lists[b.facts.Prefixes[name]] == nil {
			b.wrong("prefixes: %s: AWS's lists have no service %q", name, b.facts.Prefixes[name])
		}
		if b.facts.Services[name] != nil {
			b.wrong("prefixes: %s is among the services, which have one", name)
		}
	}
}

// same checks that packages with an older name are services.
func (b *builder) same() {
	for _, name := range sortedKeys(b.facts.Same) {
		if b.facts.Services[name] != nil || b.facts.Prefixes[name] != "" || b.facts.Services[b.facts.Same[name]] == nil {
			b.wrong("same: %s: there has to be a service %s, and no facts of its own", name, b.facts.Same[name])
		}
	}
}

// kinds copies what the fields of kinds name, and checks that the rules for fields are
// for services that there are.
func (b *builder) kinds() {
	for _, name := range sortedKeys(b.companions) {
		if b.operations[name] == nil {
			b.wrong("companions.json: %s: facts.json has no such service with a module", name)
		}
	}
	for _, k := range sdk.Kinds() {
		if len(k.Types) > 0 {
			b.table.Kinds[k.Name] = k.Types
		}
	}
}

func (b *builder) wrong(format string, args ...any) {
	b.errs = append(b.errs, fmt.Errorf(format, args...))
}

// service checks the facts of a service, and adds operations that aren't
// listed.
func (b *builder) service(name string, s *service, sh *shape, needed map[string]bool) {
	if s.Module != "" {
		b.paths(name, s, sh)
	}
	b.types(name, s)
	b.actions(name, s.Always, needed)
	for op, actions := range s.Actions {
		b.actions(name+"."+op, actions, needed)
	}
	for op, conditions := range s.When {
		for _, c := range conditions {
			b.actions(name+"."+op, c.Actions, needed)
			if c.Kind != "" && !isKind(c.Kind) {
				b.wrong("%s.%s: when: there is no kind %q", name, op, c.Kind)
			}
		}
	}
	for op, n := range s.Narrow {
		for _, actions := range n.Map {
			b.actions(name+"."+op, actions, needed)
		}
	}
	for _, op := range sh.operations {
		action := s.IAM + ":" + op
		switch _, special := s.Actions[op]; {
		case special || slices.Contains(s.NoPermission, op):
		case b.lists.has(action):
			needed[action] = true
		case s.Methods && b.lists.has(s.IAM+":"+sh.methods[op]):
			if s.Actions == nil {
				s.Actions = map[string][]string{}
			}
			s.Actions[op] = []string{s.IAM + ":" + sh.methods[op]}
			needed[s.Actions[op][0]] = true
		default:
			s.Unlisted = append(s.Unlisted, op)
		}
	}
	s.Module, s.Methods = "", false
}

// paths checks that the SDK has the operations and the fields that the facts name.
func (b *builder) paths(name string, s *service, sh *shape) {
	operations := slices.Concat(sortedKeys(s.Actions), s.NoPermission, sortedKeys(s.When), sortedKeys(s.Narrow), sortedKeys(s.Targets))
	for _, field := range slices.Concat(sortedKeys(s.Fields), sortedKeys(s.Defaults)) {
		if of, _, ofOne := strings.Cut(field, "."); ofOne {
			operations = append(operations, of)
		}
	}
	for _, op := range operations {
		if !slices.Contains(sh.operations, op) {
			b.wrong("%s: the SDK has no operation %s", name, op)
			continue
		}
		paths := []string{s.Narrow[op].Path}
		for _, c := range s.When[op] {
			paths = slices.Concat(paths, c.Fields, c.Names)
		}
		for _, target := range s.Targets[op] {
			paths = append(paths, fieldsOf(target)...)
		}
		for _, field := range slices.Concat(sortedKeys(s.Fields), sortedKeys(s.Defaults)) {
			if of, path, ofOne := strings.Cut(field, "."); ofOne && of == op {
				paths = append(paths, fieldsOf(path)...)
			}
		}
		inputs := sh.inputs(op)
		for _, path := range paths {
			if path != "" && !slices.ContainsFunc(inputs, func(in input) bool { return in.path == path }) {
				b.wrong("%s.%s: the SDK's input has no field %s", name, op, path)
			}
		}
	}
}

// types checks that the fields that name resources name such of known types, and that
// what is said of them is of these fields.
func (b *builder) types(name string, s *service) {
	for _, field := range sortedKeys(s.Fields) {
		for _, typ := range s.Fields[field] {
			if typ != sdk.AnyType && !slices.Contains(b.facts.ResourceTypes[s.IAM], typ) {
				b.wrong("%s: fields: %s: resourceTypes of %s have no type %q", name, field, s.IAM, typ)
			}
		}
	}
	known := map[string]bool{}
	for field := range s.Fields {
		for _, part := range fieldsOf(field) {
			known[part] = true
		}
	}
	for _, field := range sortedKeys(s.Defaults) {
		if _, path, _ := strings.Cut(field, "."); !known[field] && !known[path] {
			b.wrong("%s: defaults: fields have no %s", name, field)
		}
	}
	for op, targets := range s.Targets {
		for _, target := range targets {
			for _, path := range fieldsOf(target) {
				if field := path[strings.LastIndexByte(path, '.')+1:]; !known[field] && !known[op+"."+path] {
					b.wrong("%s.%s: targets: fields have no %s", name, op, field)
				}
			}
		}
	}
}

// fieldsOf returns the paths of fields in what the facts say of them: A,B are two
// fields, and A/B is B within A.
func fieldsOf(spec string) []string {
	return strings.FieldsFunc(spec, func(r rune) bool { return r == ',' || r == '/' })
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

// features checks that helpers name operations, actions and fields that there are.
func (b *builder) features(needed map[string]bool) {
	for _, path := range sortedKeys(b.facts.Features) {
		for _, name := range sortedKeys(b.facts.Features[path]) {
			h, of := b.facts.Features[path][name], path+"."+name
			b.actions(of, h.Actions, needed)
			for _, full := range h.Ops {
				service, op, _ := strings.Cut(full, ".")
				s := b.facts.Services[service]
				switch ops := b.operations[service]; {
				case s == nil:
					b.wrong("%s: there is no service %s", of, service)
				case ops != nil && !slices.Contains(ops, op):
					b.wrong("%s: the SDK has no operation %s", of, full)
				case h.Field != "" && s.Fields[h.Field] == nil:
					b.wrong("%s: fields of %s have no %s", of, service, h.Field)
				}
			}
			if len(h.Ops) == 0 && len(h.Actions) == 0 {
				b.wrong("%s: a helper has either ops or actions", of)
			}
		}
	}
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

// tagActions matches the actions for tags, which are those of one resource, of whichever of
// the types that AWS lists as required.
var tagActions = regexp.MustCompile(`^(Tag|Untag|(Add|Remove|List)Tags)`)

// required lists for needed actions that can be limited to several types of resources
// which of these they need one of each of, and the actions that can be on none.
func (b *builder) required(needed map[string]bool) {
	b.actions("alternatives", b.facts.Alternatives, map[string]bool{})
	for _, action := range sortedKeys(needed) {
		service, name, _ := strings.Cut(action, ":")
		a, _ := b.lists[service].action(name)
		var required []string
		for _, r := range a.ResourceTypes {
			if !r.Required {
				continue
			}
			name := r.Name
			for _, typ := range b.facts.ResourceTypes[service] { // whose letters can differ
				if strings.EqualFold(typ, name) {
					name = typ
				}
			}
			required = append(required, name)
		}
		slices.Sort(required)
		required = slices.Compact(required)
		switch {
		case len(a.ResourceTypes) > 0 && len(required) == 0:
			b.table.Optional[service] = append(b.table.Optional[service], a.Name)
		case len(required) > 0 && len(a.ResourceTypes) > 1 && !tagActions.MatchString(name) && !slices.Contains(b.facts.Alternatives, action):
			if b.table.Together[service] == nil {
				b.table.Together[service] = map[string][]string{}
			}
			b.table.Together[service][name] = required
		}
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

// tagging lists the services by their action for tags, the first that they have.
func (b *builder) tagging() {
	for _, service := range sortedKeys(b.lists) {
		for _, action := range []string{"TagResource", "AddTagsToResource", "AddTags", "CreateTags", "TagResources"} {
			if b.lists.has(service + ":" + action) {
				b.table.Tagging[action] = append(b.table.Tagging[action], service)
				break
			}
		}
	}
}

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
		if reads == sdk.ReadsByName(name) {
			continue
		}
		if b.table.Reads[service] == nil {
			b.table.Reads[service] = map[string]bool{}
		}
		b.table.Reads[service][name] = reads
	}
}
