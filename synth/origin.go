package synth

import (
	"maps"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/ordered"
)

// Origin says what a resource of a template is for.
type Origin struct {
	// Node is the ID of the graph's resource that it is, or is a part of.
	Node string
	// Function is the name of the function that the resource is, belongs to or is
	// about; empty: none, or several.
	Function string
	// Source is the registration that asked for the resource. What several
	// registrations share, such as the REST API, has the first one's. Nil: none
	// is known.
	Source *app.Source
}

// functionOf returns the name of the function that a resource of the template is for;
// empty: none, or several.
func (t *Template) functionOf(id string) string {
	if t.facts != nil {
		return t.facts.origins[id].Function
	}
	name, _ := strings.CutPrefix(id, tfFunction+".")
	return name
}

// Rendered is a resource of a template.
type Rendered struct {
	ID   string // logical id
	Type string // such as AWS::Serverless::Function; empty where a template lacks it
	// Origin says what the resource is for. What was merged into the template has
	// none.
	Origin
}

// Resources lists the resources of a template for CloudFormation, those merged into
// it included, in its order. Of Terraform's there is no list.
func (t *Template) Resources() []Rendered {
	var list []Rendered
	origins := t.originsByID()
	for _, m := range t.final().Section("Resources").Members {
		r := Rendered{ID: m.Key, Origin: origins[m.Key]}
		if o, ok := m.Value.(*ordered.Object); ok {
			r.Type = o.Text("Type")
		}
		list = append(list, r)
	}
	return list
}

// originsByID returns by logical id what the resources are for. What was merged into
// the template has no origin; nor has what all functions share, such as their
// role.
func (t *Template) originsByID() map[string]Origin {
	if t.facts == nil {
		return nil
	}
	return withIDs(t.facts.origins, t.settledIDs())
}

// withIDs returns what is known by logical ids by others, where these are renamed.
func withIDs[T any](known map[string]T, ids map[string]string) map[string]T {
	known = maps.Clone(known)
	for old, id := range ids {
		if value, ok := known[old]; ok {
			delete(known, old)
			known[id] = value
		}
	}
	return known
}

// origins finds what the resources of a graph are for, in the graph's order.
type origins struct {
	// sources are registrations by the ID of a resource: of those that don't say
	// it themselves, too, since a mistake in them is no registration's.
	sources map[string]*app.Source
}

func newOrigins(g *Graph) *origins {
	o := &origins{sources: map[string]*app.Source{}}
	for _, r := range g.resources {
		switch r := r.(type) {
		case interface {
			asked() (*function, *app.Source)
		}:
			handler, source := r.asked()
			o.note(handler.ID(), source)
		case *bucketNotifications:
			first := r.functions()[0].Source
			o.note(r.ID(), first)
			o.note(r.Notifier.ID(), first)
		}
		o.note(r.ID(), sourceOf(r))
	}
	return o
}

// note takes down the first registration that asks for a resource.
func (o *origins) note(id string, source *app.Source) {
	if o.sources[id] == nil {
		o.sources[id] = source
	}
}

// of returns what a resource is for. Its source is its own, or its function's,
// or that of the first that it refers to, all of which came before it.
func (o *origins) of(r Resource) Origin {
	function := functionOf(r)
	if function != "" {
		o.note(r.ID(), o.sources[functionID(function)])
	}
	for _, ref := range r.Refs() {
		o.note(r.ID(), o.sources[ref])
	}
	return Origin{r.ID(), function, o.sources[r.ID()]}
}

// about returns the origin of what is about one function, though it is a part of
// something else, such as an API.
func (o *origins) about(node string, f *function) Origin {
	return Origin{node, f.Name, o.sources[f.ID()]}
}

// LogicalIDs returns the logical ids that the graph's resources have in
// CloudFormation, by the ID of each, in the template's order. It is an error if there
// can't be a template of the graph.
func LogicalIDs(g *Graph) (map[string][]string, error) {
	t, err := CloudFormation(g, Code{})
	if err != nil {
		return nil, err
	}
	ids, origins := map[string][]string{}, t.originsByID()
	for _, id := range t.final().Section("Resources").Keys() {
		node := origins[id].Node
		ids[node] = append(ids[node], id)
	}
	return ids, nil
}
