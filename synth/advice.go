package synth

import (
	"fmt"
	"maps"
	"slices"

	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/nest"
)

// MaxNestedStacks is how many nested stacks the configuration can ask for.
const MaxNestedStacks = 200

// rootAdvice says what can be done about a root that is too large.
func (w *filer) rootAdvice() string {
	if w.stacks == 0 {
		return "with " + w.facts.names.Key("nested_stacks") + ", functions have stacks of their own"
	}
	return "nested stacks can take only the functions that no API calls, and have taken them"
}

// nestedAdvice says what can be done about nested stacks that are too large.
func (w *filer) nestedAdvice(n *nest.Division, over excess) string {
	_, resources := over.of(resourcesLimit)
	if _, bytes := over.of(bytesLimit); !resources && !bytes {
		return "its functions refer to too much that is outside of it"
	}
	var loads []*load
	for _, function := range slices.Sorted(maps.Keys(n.Members)) {
		l := &load{function: function, weight: w.weigh(n, n.Members[function])}
		if w.isTooMuch(l.weight) {
			return fmt.Sprintf("function %s alone is more than a stack takes", function)
		}
		loads = append(loads, l)
	}
	for stacks := 1; stacks <= MaxNestedStacks; stacks++ {
		for _, l := range loads {
			l.Offer(l.function, stacks)
		}
		if stacks > w.stacks && w.isEnough(n, loads) {
			return fmt.Sprintf("set %s to %d: docs/large-apps.md says what then moves", w.facts.names.Key("nested_stacks"), stacks)
		}
	}
	return fmt.Sprintf("even %d nested stacks are not enough", MaxNestedStacks)
}

// weight is what something takes of a stack.
type weight struct{ resources, bytes int }

// load is a function, what it and its resources take, and where.
type load struct {
	function string
	weight
	nest.Seat
}

func (w *filer) weigh(n *nest.Division, ids []string) weight {
	resources := &ordered.Object{}
	for _, id := range ids {
		value, _ := n.Resources.Get(id)
		resources.Add(id, value)
	}
	made := w.facts.made(ordered.New("Resources", resources))
	return weight{len(ids) + made.resources, len(ordered.YAML(resources)) + made.bytes}
}

func (w *filer) isTooMuch(sum weight) bool {
	return sum.resources > w.maxResources() || sum.bytes > maxTemplateSize
}

// isEnough reports whether all functions find room where they are.
func (w *filer) isEnough(n *nest.Division, loads []*load) bool {
	sums := map[nest.Name]weight{}
	for _, l := range loads {
		name := nest.NameOf(l.Number, n.Levels[l.function])
		sum := weight{sums[name].resources + l.resources, sums[name].bytes + l.bytes}
		if w.isTooMuch(sum) {
			return false
		}
		sums[name] = sum
	}
	root := n.RootResources.Len() + w.facts.made(ordered.New("Resources", n.RootResources)).resources
	return root+len(sums) <= w.maxResources()
}
