package synth

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// nestedStack is a stack that the app's own stack holds.
type nestedStack struct {
	stackName
	resources  *Object
	parameters *Object              // as its template declares them
	values     *Object              // what the root gives for them
	named      map[string]reference // by parameter: what it stands for
	outputs    *Object
	dependsOn  []string
}

// nesting takes a template apart into that of the root and those of stacks
// nested in it. It works on what is rendered, so no kind of resource knows of
// it: a reference to what is in another stack becomes a parameter, and an
// output where that is a nested stack. What belongs to no function stays in the
// root, and so do the functions that an API calls.
type nesting struct {
	flat       *Object
	resources  *Object
	parameters *Object
	byID       map[string]*Object      // the same resources
	functions  map[string]string       // by logical id: the function that it belongs to
	members    map[string][]string     // by function: what belongs to it
	levels     map[string]int          // by function
	stacks     []*nestedStack          // in the order of their ids
	homes      map[string]*nestedStack // by logical id; absent: the root
	root       *Object                 // the root's resources
}

// nest spreads the functions of a template over a number of nested stacks. Which
// goes where is up to the template as it was before anything left it for a file,
// so that this moves nothing.
func nest(flat, before *Object, functions map[string]string, stacks int) (*nesting, error) {
	n := &nesting{
		flat:       flat,
		resources:  section(flat, "Resources"),
		parameters: section(flat, "Parameters"),
		byID:       map[string]*Object{},
		functions:  functions,
		homes:      map[string]*nestedStack{},
		root:       &Object{},
	}
	for _, m := range n.resources.members {
		n.byID[m.key], _ = m.value.(*Object)
	}
	if err := n.assign(before, stacks); err != nil {
		return nil, err
	}
	for _, m := range n.resources.members {
		home := n.homes[m.key]
		n.resourcesOf(home).add(m.key, n.moved(m.value, home))
	}
	return n, nil
}

// section gives a section of a template, an empty one if it has none.
func section(template *Object, name string) *Object {
	if o, ok := get[*Object](template, name); ok {
		return o
	}
	return &Object{}
}

// assign finds the stack of each function.
func (n *nesting) assign(before *Object, stacks int) error {
	l := &levels{functions: n.functions, members: map[string][]string{}, needs: map[string][]string{}, known: map[string]int{}}
	for _, m := range section(before, "Resources").members {
		if function, ok := n.functions[m.key]; ok {
			l.members[function] = append(l.members[function], m.key)
		}
		l.needs[m.key] = n.needs(m.value)
	}
	n.members, n.levels = l.members, l.known
	byName := map[stackName]*nestedStack{}
	for _, function := range slices.Sorted(maps.Keys(l.members)) {
		level, err := l.of(function)
		if err != nil {
			return err
		}
		name := nameStack(shard(function, stacks), level)
		if n.byID[name.id] != nil {
			return fmt.Errorf("%s is the logical id of a nested stack, but the app has something with that id: rename it", name.id)
		}
		if byName[name] == nil {
			byName[name] = &nestedStack{
				stackName: name, named: map[string]reference{},
				resources: &Object{}, parameters: &Object{}, values: &Object{}, outputs: &Object{},
			}
		}
		for _, id := range l.members[function] {
			n.homes[id] = byName[name]
		}
	}
	n.stacks = slices.SortedFunc(maps.Values(byName), func(a, b *nestedStack) int { return strings.Compare(a.id, b.id) })
	return nil
}

// needs lists the resources that a resource refers to.
func (n *nesting) needs(resource any) []string {
	var ids []string
	note := func(id string) {
		if id = n.owner(id); n.byID[id] != nil && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	eachReference(resource, func(r reference) { note(r.id()) })
	if o, ok := resource.(*Object); ok {
		for _, id := range dependencies(o) {
			note(id)
		}
	}
	return ids
}

// dependencies lists the DependsOn of a resource.
func dependencies(resource *Object) []string {
	var ids []string
	value, _ := resource.Get("DependsOn")
	switch value := value.(type) {
	case string:
		ids = []string{value}
	case []any:
		for _, v := range value {
			if id, ok := v.(string); ok {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// owner gives the resource that an id is about. SAM makes further resources of
// what it is given, and a variable can name those: RestAPIapiStage of RestAPI.
func (n *nesting) owner(id string) string {
	if n.byID[id] != nil {
		return id
	}
	if _, ok := n.parameters.Get(id); ok || strings.HasPrefix(id, "AWS::") {
		return id
	}
	for i := len(id) - 1; i > 0; i-- {
		if n.byID[id[:i]] != nil {
			return id[:i]
		}
	}
	return id
}

func (n *nesting) resourcesOf(home *nestedStack) *Object {
	if home == nil {
		return n.root
	}
	return home.resources
}

// moved gives a part of the flat template as it is in the stack that is its
// new home.
func (n *nesting) moved(v any, home *nestedStack) any {
	v = mapReferences(v, func(r reference) reference { return n.across(r, home) })
	if o, ok := v.(*Object); ok {
		if ids := dependencies(o); len(ids) > 0 {
			return n.withDependencies(o, ids, home)
		}
	}
	return v
}

// across gives a reference as the stack where it is has to write it.
func (n *nesting) across(r reference, here *nestedStack) reference {
	id := n.owner(r.id())
	there := n.homes[id]
	_, isParameter := n.parameters.Get(id)
	switch {
	case there == here && n.byID[id] != nil:
		return r
	case n.byID[id] == nil && !isParameter && !stackFacts[id]:
		return r // of AWS, or of something that isn't there
	}
	if there != nil {
		r = there.output(r, n.byID[id])
	}
	if here != nil {
		r = n.parameter(here, r, n.conditionOf(id))
	}
	return r
}

// conditionOf returns the name of the condition that a resource has, or "".
func (n *nesting) conditionOf(id string) string {
	if resource := n.byID[id]; resource != nil {
		condition, _ := get[string](resource, "Condition")
		return condition
	}
	return ""
}

// stackFacts are the pseudo parameters that have another value in a nested
// stack: what the app is told has to be the same wherever it runs.
var stackFacts = map[string]bool{"AWS::StackName": true, "AWS::StackId": true}

// output gives the reference to a resource of the stack from outside.
func (s *nestedStack) output(r reference, resource *Object) reference {
	name := alphanumeric(r.text())
	if _, ok := s.outputs.Get(name); !ok {
		output := object("Value", r.fn())
		if condition, ok := resource.Get("Condition"); ok {
			output.add("Condition", condition)
		}
		s.outputs.add(name, output)
	}
	return reference{s.id, "Outputs." + name}
}

// parameter gives what stands in a stack for a reference of the root's, to something
// that is there if a condition holds; "" means always. Where it isn't there, nothing in
// the stack may read the parameter, but the root has to give it a value.
func (n *nesting) parameter(s *nestedStack, r reference, condition string) reference {
	base := alphanumeric(r.text())
	if output, ok := strings.CutPrefix(r.attribute, "Outputs."); ok {
		base = output
	}
	name := base
	for i := 2; ; i++ {
		known, taken := s.named[name]
		if known == r {
			return reference{name: name}
		}
		if !taken && (n.byID[name] == nil || n.homes[name] != s) {
			break
		}
		name = fmt.Sprint(base, i)
	}
	declaration, value := n.declaration(r)
	if condition != "" {
		value = object("Fn::If", []any{condition, value, ""})
	}
	s.named[name] = r
	s.parameters.add(name, declaration)
	s.values.add(name, value)
	return reference{name: name}
}

// declaration declares the parameter for a reference, and gives its value. A
// list can be passed as text only.
func (n *nesting) declaration(r reference) (declaration, value *Object) {
	declaration, value = object("Type", "String"), r.fn()
	own, ok := get[*Object](n.parameters, r.name)
	if !ok || r.attribute != "" {
		return declaration, value
	}
	if isListType(own) {
		declaration, value = object("Type", "CommaDelimitedList"), object("Fn::Join", []any{",", r.fn()})
	}
	if secret, ok := own.Get("NoEcho"); ok {
		declaration.add("NoEcho", secret)
	}
	return declaration, value
}

// alphanumeric takes from a text what no name of a parameter or output can
// have.
func alphanumeric(s string) string {
	return strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// withDependencies gives a resource a DependsOn that holds in its new home.
// Within a nested stack nothing can wait for what is outside, so that all of it
// waits.
func (n *nesting) withDependencies(resource *Object, ids []string, home *nestedStack) *Object {
	var kept []string
	used := attributesIn(resource)
	for _, id := range ids {
		there := n.homes[n.owner(id)]
		switch {
		case there == home:
			kept = appendNew(kept, id)
			continue
		case there != nil:
			if id = there.id; home == nil && used[id] {
				continue // it waits already, for what it gets from there
			}
		}
		if home == nil {
			kept = appendNew(kept, id)
		} else {
			home.dependsOn = appendNew(home.dependsOn, id)
		}
	}
	o := &Object{}
	for _, m := range resource.members {
		switch {
		case m.key != "DependsOn":
			o.add(m.key, m.value)
		case len(kept) > 0:
			o.add(m.key, texts(kept))
		}
	}
	return o
}

// attributesIn tells of which resources something has attributes.
func attributesIn(v any) map[string]bool {
	found := map[string]bool{}
	mapReferences(v, func(r reference) reference {
		if r.attribute != "" {
			found[r.name] = true
		}
		return r
	})
	return found
}

func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
