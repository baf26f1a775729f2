package synth

import (
	"fmt"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
)

// stack is a template of CloudFormation's in the making, with or without SAM.
type stack struct {
	*tree
	resources  []*stackResource
	byID       map[string]*stackResource // by logical id
	owners     map[string]owner          // what has a logical id
	at         *app.Source               // where what is being rendered was registered
	outputs    *ordered.Object
	problems   []error
	facts      facts
	function   string // logical id of the function that what is being rendered belongs to
	origins    *origins
	origin     Origin // of what is being rendered
	standIns   standIns
	configured []configured // values of the configuration
	roles      roleSettings
	tags       map[string]config.Value // of what is being rendered, if it can have some; nil: none
}

func newStack() *stack {
	return &stack{
		tree:    newTree(),
		byID:    map[string]*stackResource{},
		owners:  map[string]owner{},
		outputs: &ordered.Object{},
		origins: newOrigins(&Graph{}),
		facts:   facts{functions: map[string]string{}, expansions: map[string]expansion{}, origins: map[string]Origin{}},
	}
}

// owner is what has a logical id.
type owner struct {
	name string
	at   *app.Source
}

// stackResource is a resource of goformation's, and what that library can't
// say of it.
type stackResource struct {
	id        string
	resource  cloudFormationResource
	dependsOn []string
	replaced  string          // UpdateReplacePolicy; empty: what is replaced goes
	deleted   string          // DeletionPolicy; empty: what leaves the template goes
	updated   *ordered.Object // UpdatePolicy; nil: none
	amend     []func(properties *ordered.Object)
}

// cloudFormationResource is what every resource type of goformation's is.
type cloudFormationResource interface{ AWSCloudFormationType() string }

func (t *stack) fail(err error) { t.problems = append(t.problems, err) }

// each renders the resources of a graph.
func (t *stack) each(g *Graph, render func(Resource) error) {
	apart := g.apart()
	t.origins = newOrigins(g)
	t.facts.names, t.standIns, t.roles = g.names, g.standIns, g.roles
	if g.tagging != nil {
		t.facts.tags = t.tagsIn(tagObjects, g.tagging.own).([]any)
	}
	for _, r := range g.resources {
		before := len(t.problems)
		t.at, t.function = sourceOf(r), apart[functionOf(r)]
		t.origin, t.tags = t.origins.of(r), g.tagging.of(r)
		if err := render(r); err != nil {
			t.fail(fmt.Errorf("%s: %w", r.ID(), err))
		}
		located(r, t.problems[before:])
	}
}

// id returns the logical id of a name.
func (t *stack) id(name string) string {
	id, err := LogicalID(name)
	if err != nil {
		t.fail(err)
	}
	return id
}

// claim takes a logical id for its owner, which a message can name.
func (t *stack) claim(id, name string) {
	other, taken := t.owners[id]
	if !taken {
		t.owners[id] = owner{name, t.at}
		return
	}
	var err error = fmt.Errorf("%s and %s would both have the logical id %s in the template; rename one of them", other.name, name, id)
	if t.at == nil && other.at != nil {
		err = &Mistake{other.at, err.Error()}
	}
	t.fail(err)
}

// add puts a resource of goformation's into the template.
func (t *stack) add(id, owner string, resource cloudFormationResource) *stackResource {
	t.claim(id, owner)
	r := &stackResource{id: id, resource: resource}
	t.tag(r)
	t.resources = append(t.resources, r)
	t.byID[id] = r
	t.facts.origins[id] = t.origin
	if t.function != "" {
		t.facts.functions[id] = t.function
	}
	return r
}

// about says that a resource which is in the template is for one function.
func (t *stack) about(f *function, id string) {
	t.facts.origins[id] = t.origins.about(t.origin.Node, f)
}

// follow says that a resource which is in the template is of no use without
// another one, so that it has the condition that a merge gives that.
func (t *stack) follow(id, other string) {
	t.facts.follows = append(t.facts.follows, following{id, other})
}

// followItem says the same of an item of a list that a resource has as a property.
func (t *stack) followItem(id, property string, index int, other string) {
	t.facts.items = append(t.facts.items, followingItem{following{id, other}, property, index})
}

// set gives a property a value that goformation's type has no room for.
func (r *stackResource) set(property string, value any) *stackResource {
	return r.change(func(properties *ordered.Object) { properties.Set(property, value) })
}

// setAll gives properties their values, as set does one.
func (r *stackResource) setAll(values *ordered.Object) {
	for _, m := range values.Members {
		r.set(m.Key, m.Value)
	}
}

// change amends the properties after goformation's type has given them.
func (r *stackResource) change(amend func(properties *ordered.Object)) *stackResource {
	r.amend = append(r.amend, amend)
	return r
}

func (t *stack) output(name string, value any) {
	t.outputs.Set(name, ordered.New("Value", value))
}

// template completes the template. Header is what comes before its own, names
// and values in turn.
func (t *stack) template(header ...any) (*Template, error) {
	root, err := t.root(header...)
	if err != nil {
		return nil, err
	}
	return &Template{root: root, facts: &t.facts, standIns: t.standIns, configured: t.configured}, nil
}

func (t *stack) root(header ...any) (*ordered.Object, error) {
	resources := &ordered.Object{}
	for _, r := range t.resources {
		o, err := t.render(r)
		if err != nil {
			t.fail(fmt.Errorf("%s: %w", t.owners[r.id].name, err))
			continue
		}
		resources.Add(r.id, o)
	}
	if err := distinct(t.problems); err != nil {
		return nil, t.standIns.explained(err)
	}
	root := ordered.New("AWSTemplateFormatVersion", "2010-09-09")
	root.Members = append(root.Members, ordered.New(header...).Members...)
	root.Add("Resources", resources)
	root.Add("Outputs", t.outputs)
	return root, nil
}

func (t *stack) render(r *stackResource) (*ordered.Object, error) {
	value, err := t.of(r.resource)
	if err != nil {
		return nil, err
	}
	properties := value.(*ordered.Object) // every resource type is a struct
	for _, amend := range r.amend {
		amend(properties)
	}
	o := ordered.New("Type", r.resource.AWSCloudFormationType())
	if len(r.dependsOn) > 0 {
		o.Add("DependsOn", ordered.Texts(r.dependsOn))
	}
	if r.replaced != "" {
		o.Add("UpdateReplacePolicy", r.replaced)
	}
	if r.deleted != "" {
		o.Add("DeletionPolicy", r.deleted)
	}
	if r.updated != nil {
		o.Add("UpdatePolicy", r.updated)
	}
	o.Add("Properties", properties)
	return o, nil
}
