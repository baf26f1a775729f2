package synth

import (
	"errors"
	"fmt"
)

// SAM renders the graph as a template for the AWS Serverless Application
// Model. It fails where two resources would have one logical id, and names
// both.
func SAM(g *Graph) (*Template, error) {
	t := newSAMTemplate()
	for _, r := range g.resources {
		if err := r.sam(t); err != nil {
			t.fail(fmt.Errorf("%s: %w", r.ID(), err))
		}
	}
	if err := checkCount(len(t.resources), t.made); err != nil {
		t.fail(err)
	}
	root, err := t.root()
	if err != nil {
		return nil, err
	}
	return &Template{root: root, check: checkTemplate}, nil
}

// samTemplate is a SAM template in the making.
type samTemplate struct {
	*tree
	resources []*samResource
	byID      map[string]*samResource // by logical id
	owners    map[string]string       // what has a logical id
	outputs   *Object
	made      int // resources that SAM makes of those in the template
	problems  []error
}

func newSAMTemplate() *samTemplate {
	return &samTemplate{
		tree:    newTree(),
		byID:    map[string]*samResource{},
		owners:  map[string]string{},
		outputs: &Object{},
	}
}

// samResource is a resource of goformation's, and what that library can't
// say of it.
type samResource struct {
	id        string
	resource  cloudFormationResource
	dependsOn []string
	amend     []func(properties *Object)
}

// cloudFormationResource is what every resource type of goformation's is.
type cloudFormationResource interface{ AWSCloudFormationType() string }

func (t *samTemplate) fail(err error) { t.problems = append(t.problems, err) }

// id gives the logical id of a name.
func (t *samTemplate) id(name string) string {
	id, err := LogicalID(name)
	if err != nil {
		t.fail(err)
	}
	return id
}

// claim takes a logical id for its owner, which a message can name.
func (t *samTemplate) claim(id, owner string) {
	if other, taken := t.owners[id]; taken {
		t.fail(fmt.Errorf("%s and %s would both have the logical id %s in the template; rename one of them", other, owner, id))
		return
	}
	t.owners[id] = owner
}

// add puts a resource of goformation's into the template.
func (t *samTemplate) add(id, owner string, resource cloudFormationResource) *samResource {
	t.claim(id, owner)
	r := &samResource{id: id, resource: resource}
	t.resources = append(t.resources, r)
	t.byID[id] = r
	return r
}

// set gives a property a value that goformation's type has no room for.
func (r *samResource) set(property string, value any) *samResource {
	return r.change(func(properties *Object) { properties.Set(property, value) })
}

// change amends the properties after goformation's type has given them.
func (r *samResource) change(amend func(properties *Object)) *samResource {
	r.amend = append(r.amend, amend)
	return r
}

func (t *samTemplate) output(name string, value any) {
	t.outputs.Set(name, object("Value", value))
}

func (t *samTemplate) root() (*Object, error) {
	resources := &Object{}
	for _, r := range t.resources {
		o, err := t.render(r)
		if err != nil {
			t.fail(fmt.Errorf("%s: %w", t.owners[r.id], err))
			continue
		}
		resources.add(r.id, o)
	}
	if err := errors.Join(t.problems...); err != nil {
		return nil, err
	}
	return object(
		"AWSTemplateFormatVersion", "2010-09-09",
		"Transform", "AWS::Serverless-2016-10-31",
		"Resources", resources,
		"Outputs", t.outputs,
	), nil
}

func (t *samTemplate) render(r *samResource) (*Object, error) {
	value, err := t.of(r.resource)
	if err != nil {
		return nil, err
	}
	properties := value.(*Object) // every resource type is a struct
	for _, amend := range r.amend {
		amend(properties)
	}
	o := object("Type", r.resource.AWSCloudFormationType())
	if len(r.dependsOn) > 0 {
		o.add("DependsOn", texts(r.dependsOn))
	}
	o.add("Properties", properties)
	return o, nil
}

// texts makes a list of values of a list of strings.
func texts(list []string) []any {
	values := make([]any, len(list))
	for i, s := range list {
		values[i] = s
	}
	return values
}
