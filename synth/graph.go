package synth

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
)

// Graph is everything that an app needs in AWS: complete and checked. Its
// resources are in an order in which each comes after those it refers to.
type Graph struct {
	resources []Resource
	app       string // the configured name of the app
	stage     string
	names     config.Names // of what the reader of messages can set
	standIns  standIns
	roles     roleSettings
	tagging   *tagging // nil: only functions have tags
}

// Resource is one node of a Graph. What it is called in a format, and how it
// is written there, is its own affair.
type Resource interface {
	// ID is the resource's kind and name, such as "function jobs", unique in
	// its graph. Messages use it too.
	ID() string
	// Refs lists the IDs of the resources that this one refers to.
	Refs() []string
	// Outline returns what a drawing shows of the resource.
	Outline() Outline

	sam(*samTemplate) error
	cloudformation(*cfnTemplate) error
	terraform(*tfModule) error
}

// sourced is a resource that a registration of the user's asked for.
type sourced interface{ source() *app.Source }

// belonging is a resource that goes where a function goes: the function itself,
// or what nothing else has any use for.
type belonging interface {
	belongsTo() string // name of the function; empty: to none
}

// functionOf returns the name of the function that a resource belongs to.
func functionOf(r Resource) string {
	if b, ok := r.(belonging); ok {
		return b.belongsTo()
	}
	return ""
}

// functionsOf returns the functions among resources, in their order.
func functionsOf(resources []Resource) []*function {
	var functions []*function
	for _, r := range resources {
		if f, ok := r.(*function); ok {
			functions = append(functions, f)
		}
	}
	return functions
}

// apart lists the functions that can be in another stack than the app's own, all
// but those that an API calls: their logical ids by their names.
func (g *Graph) apart() map[string]string {
	ids := map[string]string{}
	for _, f := range functionsOf(g.resources) {
		if !f.API {
			ids[f.Name], _ = LogicalID(f.Name)
		}
	}
	return ids
}

// located gives the problems that came up with a resource the place of the
// registration that asked for it, where that is known and they have none in the
// configuration.
func located(r Resource, problems []error) {
	at := sourceOf(r)
	for i, problem := range problems {
		if at != nil && !errors.As(problem, new(*config.Mistake)) {
			problems[i] = &Mistake{at, problem.Error()}
		}
	}
}

// distinct joins problems, those of the configuration first, by their lines. Of those
// that read alike there is one: what is configured for several functions is one
// mistake.
func distinct(problems []error) error {
	said := map[string]bool{}
	var configured []*config.Mistake
	var list, rest []error
	for _, problem := range problems {
		m := (*config.Mistake)(nil)
		if errors.As(problem, &m) {
			problem = m // without what it was found in
		}
		switch {
		case said[problem.Error()]:
		case m != nil:
			configured = append(configured, m)
		default:
			rest = append(rest, problem)
		}
		said[problem.Error()] = true
	}
	slices.SortStableFunc(configured, func(a, b *config.Mistake) int { return cmp.Compare(a.Line, b.Line) })
	for _, m := range configured {
		list = append(list, m)
	}
	return errors.Join(append(list, rest...)...)
}

// sourceOf returns the place of the registration that asked for a resource, nil
// where it isn't known.
func sourceOf(r Resource) *app.Source {
	if s, ok := r.(sourced); ok {
		return s.source()
	}
	return nil
}

// Readable returns a text of a resource's as a person reads it: where it stands for
// what is known only when the app is deployed, it says for what.
func (g *Graph) Readable(text string) string { return g.standIns.readable(text) }

// Resources lists the resources, each after those that it refers to.
func (g *Graph) Resources() []Resource { return g.resources }

// App returns the name that the app's AWS resources carry.
func (g *Graph) App() string { return g.app }

// Stage returns the name of the stage that the graph is for.
func (g *Graph) Stage() string { return g.stage }

// Functions lists the names of the Lambda functions. A graph without any
// needs no code.
func (g *Graph) Functions() []string {
	var names []string
	for _, f := range functionsOf(g.resources) {
		names = append(names, f.Name)
	}
	return names
}

// newGraph checks that the ids are unique, and that each resource comes after
// those it refers to.
func newGraph(in Input, resources []Resource) (*Graph, error) {
	seen := map[string]bool{}
	var problems []error
	for _, r := range resources {
		for _, ref := range r.Refs() {
			if !seen[ref] {
				problems = append(problems, fmt.Errorf("%s refers to %s, which does not come before it", r.ID(), ref))
			}
		}
		if seen[r.ID()] {
			problems = append(problems, fmt.Errorf("there is more than one %s", r.ID()))
		}
		seen[r.ID()] = true
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	return &Graph{
		resources: resources, app: in.appName(), stage: in.Stage.Name, names: in.Stage.Names, standIns: in.StandIns,
		roles: in.roleSettings(), tagging: in.tagging(resources),
	}, nil
}
