package nest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// Stack is a stack that the app's own stack holds.
type Stack struct {
	Name
	resources  *ordered.Object
	parameters *ordered.Object          // as its template declares them
	values     *ordered.Object          // what the root gives for them
	named      map[string]cfn.Reference // by parameter: what it stands for
	outputs    *ordered.Object
	dependsOn  cfn.TextSet
}

// Division is a template, taken apart into that of the root and those of stacks
// nested in it. Functions are named by their logical ids.
type Division struct {
	Stacks        []*Stack            // in the order of their ids
	Resources     *ordered.Object     // of all stacks, as they were
	RootResources *ordered.Object     // of the root, without the nested stacks
	Members       map[string][]string // by function: what belongs to it
	Levels        map[string]int      // by function

	flat       *ordered.Object
	parameters *ordered.Object
	byID       map[string]*ordered.Object // Resources
	functions  map[string]string          // by logical id: the function that it belongs to
	homes      map[string]*Stack          // by logical id; absent: the root
}

// Divide spreads the functions of a template over a number of nested stacks. Functions
// says by logical id to which function a resource belongs; what isn't there stays in
// the root. Which goes where is up to the template as it was before anything left it
// for a file, so that this moves nothing. It is an error if resources refer to each
// other in a circle, or have the id of a nested stack.
func Divide(flat, before *ordered.Object, functions map[string]string, stacks int) (*Division, error) {
	n := &Division{
		flat:          flat,
		Resources:     flat.Section("Resources"),
		parameters:    flat.Section("Parameters"),
		byID:          map[string]*ordered.Object{},
		functions:     functions,
		homes:         map[string]*Stack{},
		RootResources: &ordered.Object{},
	}
	for _, m := range n.Resources.Members {
		n.byID[m.Key], _ = m.Value.(*ordered.Object)
	}
	if err := n.assign(before, stacks); err != nil {
		return nil, err
	}
	for _, m := range n.Resources.Members {
		home := n.homes[m.Key]
		n.resourcesOf(home).Add(m.Key, n.moved(m.Value, home))
	}
	return n, nil
}

// assign finds the stack of each function.
func (n *Division) assign(before *ordered.Object, stacks int) error {
	l := &levels{functions: n.functions, members: map[string][]string{}, needs: map[string][]string{}, known: map[string]int{}}
	for _, m := range before.Section("Resources").Members {
		if function, ok := n.functions[m.Key]; ok {
			l.members[function] = append(l.members[function], m.Key)
		}
		l.needs[m.Key] = n.needs(m.Value)
	}
	n.Members, n.Levels = l.members, l.known
	byName := map[Name]*Stack{}
	for _, function := range slices.Sorted(maps.Keys(l.members)) {
		level, err := l.of(function)
		if err != nil {
			return err
		}
		name := NameOf(shard(function, stacks), level)
		if n.byID[name.ID] != nil {
			return fmt.Errorf("%s is the logical id of a nested stack, but the app has something with that id: rename it", name.ID)
		}
		if byName[name] == nil {
			byName[name] = &Stack{
				Name: name, named: map[string]cfn.Reference{},
				resources: &ordered.Object{}, parameters: &ordered.Object{}, values: &ordered.Object{}, outputs: &ordered.Object{},
			}
		}
		for _, id := range l.members[function] {
			n.homes[id] = byName[name]
		}
	}
	n.Stacks = slices.SortedFunc(maps.Values(byName), func(a, b *Stack) int { return strings.Compare(a.ID, b.ID) })
	return nil
}

// needs lists the resources that a resource refers to.
func (n *Division) needs(resource any) []string {
	var ids []string
	note := func(id string) {
		if id = n.owner(id); n.byID[id] != nil && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	cfn.EachReference(resource, func(r cfn.Reference) { note(r.ID()) })
	if o, ok := resource.(*ordered.Object); ok {
		for _, id := range cfn.Dependencies(o) {
			note(id)
		}
	}
	return ids
}

// owner returns the resource that an id is about. SAM makes further resources of
// what it is given, and a variable can name those: RestAPIapiStage of RestAPI.
func (n *Division) owner(id string) string {
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

func (n *Division) resourcesOf(home *Stack) *ordered.Object {
	if home == nil {
		return n.RootResources
	}
	return home.resources
}

// moved returns a part of the flat template as it is in the stack that is its
// new home.
func (n *Division) moved(v any, home *Stack) any {
	v = cfn.MapReferences(v, func(r cfn.Reference) cfn.Reference { return n.across(r, home) })
	if o, ok := v.(*ordered.Object); ok {
		if ids := cfn.Dependencies(o); len(ids) > 0 {
			return n.withDependencies(o, ids, home)
		}
	}
	return v
}

// across returns a reference as the stack where it is has to write it.
func (n *Division) across(r cfn.Reference, here *Stack) cfn.Reference {
	id := n.owner(r.ID())
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
func (n *Division) conditionOf(id string) string {
	return n.byID[id].Text("Condition")
}

// stackFacts are the pseudo parameters that have another value in a nested
// stack: what the app is told has to be the same wherever it runs.
var stackFacts = map[string]bool{"AWS::StackName": true, "AWS::StackId": true}

// output returns the reference to a resource of the stack from outside.
func (s *Stack) output(r cfn.Reference, resource *ordered.Object) cfn.Reference {
	name := cfn.Alphanumeric(r.Text())
	if _, ok := s.outputs.Get(name); !ok {
		output := ordered.New("Value", r.Call())
		if condition, ok := resource.Get("Condition"); ok {
			output.Add("Condition", condition)
		}
		s.outputs.Add(name, output)
	}
	return cfn.Reference{Name: s.ID, Attribute: "Outputs." + name}
}

// parameter returns what stands in a stack for a reference of the root's, to something
// that is there if a condition holds; "" means always. Where it isn't there, nothing in
// the stack may read the parameter, but the root has to give it a value.
func (n *Division) parameter(s *Stack, r cfn.Reference, condition string) cfn.Reference {
	base := cfn.Alphanumeric(r.Text())
	if output, ok := strings.CutPrefix(r.Attribute, "Outputs."); ok {
		base = output
	}
	name := base
	for i := 2; ; i++ {
		known, taken := s.named[name]
		if known == r {
			return cfn.Reference{Name: name}
		}
		if !taken && (n.byID[name] == nil || n.homes[name] != s) {
			break
		}
		name = fmt.Sprint(base, i)
	}
	declaration, value := n.declaration(r)
	if condition != "" {
		value = ordered.New("Fn::If", []any{condition, value, ""})
	}
	s.named[name] = r
	s.parameters.Add(name, declaration)
	s.values.Add(name, value)
	return cfn.Reference{Name: name}
}

// declaration declares the parameter for a reference, and gives its value. A
// list can be passed as text only.
func (n *Division) declaration(r cfn.Reference) (declaration, value *ordered.Object) {
	declaration, value = ordered.New("Type", "String"), r.Call()
	own, ok := ordered.Get[*ordered.Object](n.parameters, r.Name)
	if !ok || r.Attribute != "" {
		return declaration, value
	}
	if cfn.IsListType(own) {
		declaration, value = ordered.New("Type", "CommaDelimitedList"), ordered.New("Fn::Join", []any{",", r.Call()})
	}
	if secret, ok := own.Get("NoEcho"); ok {
		declaration.Add("NoEcho", secret)
	}
	return declaration, value
}

// withDependencies returns a resource a DependsOn that holds in its new home.
// Within a nested stack nothing can wait for what is outside, so that all of it
// waits.
func (n *Division) withDependencies(resource *ordered.Object, ids []string, home *Stack) *ordered.Object {
	var kept cfn.TextSet
	used := attributesIn(resource)
	for _, id := range ids {
		there := n.homes[n.owner(id)]
		switch {
		case there == home:
			kept.Add(id)
			continue
		case there != nil:
			if id = there.ID; home == nil && used[id] {
				continue // it waits already, for what it gets from there
			}
		}
		if home == nil {
			kept.Add(id)
		} else {
			home.dependsOn.Add(id)
		}
	}
	o := &ordered.Object{}
	for _, m := range resource.Members {
		switch {
		case m.Key != "DependsOn":
			o.Add(m.Key, m.Value)
		case len(kept.List) > 0:
			o.Add(m.Key, ordered.Texts(kept.List))
		}
	}
	return o
}

// attributesIn tells of which resources something has attributes.
func attributesIn(v any) map[string]bool {
	found := map[string]bool{}
	cfn.MapReferences(v, func(r cfn.Reference) cfn.Reference {
		if r.Attribute != "" {
			found[r.Name] = true
		}
		return r
	})
	return found
}
