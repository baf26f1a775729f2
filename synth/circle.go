package synth

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/ordered"
)

// need is what a resource needs before it can be made.
type need struct {
	id   string   // of another resource, or its own
	path []string // where the template says so
	// by is the outermost intrinsic function there, as JSON, or in Terraform the text;
	// empty: a DependsOn.
	by string
}

// needs are those of all of a template's resources.
type needs struct {
	ids []string // in the template's order
	of  map[string][]need
}

// link is a need of a resource's.
type link struct {
	from string
	need
}

// checkCircles finds circles of resources, of which each needs the next and the last
// the first: whatever makes resources can make none of them. What the configuration or
// a merge has to do with one is named by its place.
func (t *Template) checkCircles(final *ordered.Object) error {
	n, maker := stackNeeds(final), "CloudFormation"
	if t.facts == nil {
		n, maker = moduleNeeds(final), "Terraform"
	}
	var problems []error
	for _, circle := range n.circles() {
		problems = append(problems, t.inCircle(circle, maker))
	}
	return errors.Join(problems...)
}

// circles returns a shortest circle of each strongly connected component: whoever breaks
// that sees the next one.
func (n *needs) circles() [][]link {
	var found [][]link
	for _, component := range n.components() {
		var shortest []link
		for _, id := range component {
			if circle := n.back(id, component); circle != nil && (shortest == nil || len(circle) < len(shortest)) {
				shortest = circle
			}
		}
		if shortest != nil {
			found = append(found, shortest)
		}
	}
	return found
}

// components returns the strongly connected components of the resources, each sorted,
// by Tarjan's algorithm.
func (n *needs) components() [][]string {
	var (
		found      [][]string
		stack      []string
		index, low = map[string]int{}, map[string]int{} // from 1
		onStack    = map[string]bool{}
		visit      func(id string)
	)
	visit = func(id string) {
		index[id] = len(index) + 1
		low[id] = index[id]
		stack, onStack[id] = append(stack, id), true
		for _, next := range n.of[id] {
			if index[next.id] == 0 {
				visit(next.id)
				low[id] = min(low[id], low[next.id])
			} else if onStack[next.id] {
				low[id] = min(low[id], index[next.id])
			}
		}
		if low[id] != index[id] {
			return
		}
		start := slices.Index(stack, id)
		component := slices.Clone(stack[start:])
		stack = stack[:start]
		for _, member := range component {
			onStack[member] = false
		}
		slices.Sort(component)
		found = append(found, component)
	}
	for _, id := range n.ids {
		if index[id] == 0 {
			visit(id)
		}
	}
	slices.SortFunc(found, func(a, b []string) int { return cmp.Compare(a[0], b[0]) })
	return found
}

// back returns the shortest way from a resource to itself within a component, nil where
// there is none: by breadth-first search.
func (n *needs) back(id string, component []string) []link {
	came := map[string]link{} // by the resource that it leads to
	for queue := []string{id}; len(queue) > 0; queue = queue[1:] {
		for _, next := range n.of[queue[0]] {
			if _, seen := came[next.id]; seen || !slices.Contains(component, next.id) {
				continue
			}
			came[next.id] = link{queue[0], next}
			if next.id != id {
				queue = append(queue, next.id)
				continue
			}
			way := []link{came[id]}
			for way[0].from != id {
				way = append([]link{came[way[0].from]}, way...)
			}
			return way
		}
	}
	return nil
}

// inCircle tells of a circle, at the place of a value of the configuration if one is a
// part of it.
func (t *Template) inCircle(circle []link, maker string) error {
	for i, l := range circle {
		used, ok := t.configuredAt(l)
		if !ok {
			continue
		}
		circle = append(slices.Clone(circle[i:]), circle[:i]...)
		message := "refers to " + l.id
		for _, place := range t.mergedPlaces(circle) {
			message += ", and " + place
		}
		return used.value.Mistake("%s, which is a circle: %s", message, outcome(circle, maker))
	}
	if places := t.mergedPlaces(circle); len(places) > 0 {
		return fmt.Errorf("%s, which is a circle: %s", strings.Join(places, ", and "), outcome(circle, maker))
	}
	return errors.New("there is a circle: " + outcome(circle, maker))
}

// outcome draws a circle, and says what comes of it.
func outcome(circle []link, maker string) string {
	drawn := circle[0].from
	for _, l := range circle {
		drawn += " -> " + l.id
	}
	what := "none of these first"
	if len(circle) == 1 {
		what = "nothing that needs itself"
	}
	return fmt.Sprintf("%s; %s can make %s, so give a plain name in one of the places, or have the function look the value up when it runs", drawn, maker, what)
}

// configuredAt finds the value of the configuration that is why a resource needs
// another.
func (t *Template) configuredAt(l link) (configured, bool) {
	var found configured
	best := 0
	for _, used := range t.configured {
		if !used.value.IsConfigured() || used.text() != l.by {
			continue
		}
		fits := 1
		if strings.HasSuffix(used.value.Mistake("").Key, "."+l.path[len(l.path)-1]) {
			fits++
		}
		if used.function == t.functionOf(l.from) {
			fits++
		}
		if fits > best {
			found, best = used, fits
		}
	}
	return found, best > 0
}

// mergedPlaces says where a merge has a part in a circle.
func (t *Template) mergedPlaces(circle []link) []string {
	var places []string
	for _, l := range circle {
		if slices.ContainsFunc(t.parts, func(part *ordered.Object) bool { return holds(part, l.path) }) {
			places = append(places, strings.Join(l.path, ".")+" refers to "+l.id)
		}
	}
	return places
}

// holds reports whether a part of a template has something at a path.
func holds(part *ordered.Object, path []string) bool {
	for i, key := range path {
		value, ok := part.Get(key)
		if !ok {
			return false
		}
		next, isObject := value.(*ordered.Object)
		if !isObject || i == len(path)-1 {
			return true
		}
		part = next
	}
	return true
}
