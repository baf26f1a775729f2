package draft4

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/chalice-go/chalice/internal/ordered"
)

// Gap is something that a schema says and its model doesn't.
type Gap struct {
	What  string // a keyword, or what else it is in a few words
	Where string // the model and the members below it, such as Order.lines[]
}

// References to schemas and to models.
const (
	schemaPrefix = "#/components/schemas/"
	modelPrefix  = "#/definitions/"
)

// Models are the models of an API, made one by one of the schemas that ask for them.
type Models struct {
	schemas *ordered.Object   // by their names
	byName  map[string]*model // by the schemas' names
	taken   map[string]bool   // names of models
	made    []*model          // in the order of their names' first mention
}

// model is what is made of a schema that has a name.
type model struct {
	name    string
	schema  *ordered.Object // nil: nothing can be said
	making  bool            // a reference to it would be a circle
	gaps    []Gap
	mention []*model // the models that it refers to
}

// New returns the models of an API without any. The schemas are the value of
// components/schemas in its OpenAPI document. Reserved are names that no model can have.
func New(schemas *ordered.Object, reserved ...string) *Models {
	m := &Models{schemas: schemas, byName: map[string]*model{}, taken: map[string]bool{}}
	for _, name := range reserved {
		m.taken[name] = true
	}
	return m
}

// Add makes the model of a schema, and of those that it refers to. It returns a reference
// to it, empty if nothing can be said of the values, and what the models don't say. The
// name is for a schema that has none of its own.
func (m *Models) Add(schema any, name string) (ref string, gaps []Gap) {
	root := &model{}
	if o, ok := schema.(*ordered.Object); ok && o.Text("$ref") != "" {
		m.refer(root, o.Text("$ref"), name)
		if root.mention == nil {
			return "", root.gaps
		}
		root = root.mention[0]
	} else {
		root.name = m.free(name)
		m.made = append(m.made, root)
		root.schema = m.convert(root, schema, root.name)
	}
	gaps = root.all(map[*model]bool{})
	if root.schema == nil {
		return "", gaps
	}
	return modelPrefix + root.name, gaps
}

// Definitions lists the models under their names.
func (m *Models) Definitions() *ordered.Object {
	list := &ordered.Object{}
	for _, made := range m.made {
		if made.schema != nil {
			list.Add(made.name, made.schema)
		}
	}
	return list
}

// all lists the gaps of a model and of those that it refers to.
func (m *model) all(seen map[*model]bool) []Gap {
	if seen[m] {
		return nil
	}
	seen[m] = true
	gaps := slices.Clone(m.gaps)
	for _, other := range m.mention {
		gaps = append(gaps, other.all(seen)...)
	}
	return gaps
}

func (m *model) gap(what, where string) { m.gaps = append(m.gaps, Gap{what, where}) }

// free returns a name of letters and digits that no model has, as API Gateway wants them.
func (m *Models) free(name string) string {
	name = strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, name)
	free := name
	for i := 2; free == "" || m.taken[free] || isIntrinsic(free); i++ {
		free = name + "Model"
		if i > 2 {
			free += strconv.Itoa(i - 1)
		}
	}
	m.taken[free] = true
	return free
}

// refer returns a reference to the model of a schema that has a name, nil if nothing can be
// said of its values.
func (m *Models) refer(from *model, ref, at string) *ordered.Object {
	name, ok := strings.CutPrefix(ref, schemaPrefix)
	schema, found := m.schemas.Get(name)
	if !ok || !found {
		from.gap(fmt.Sprintf("reference to %s", ref), at)
		return nil
	}
	to := m.byName[name]
	if to == nil {
		to = &model{name: m.free(name), making: true}
		m.byName[name] = to
		m.made = append(m.made, to)
		to.schema = m.convert(to, schema, to.name)
		to.making = false
	}
	if to.making {
		from.gap("recursion", at)
		return nil
	}
	from.mention = append(from.mention, to)
	if to.schema == nil {
		return nil
	}
	return ordered.New("$ref", modelPrefix+to.name)
}

// isIntrinsic reports whether a template would take an object with a member of this name
// for an intrinsic function.
func isIntrinsic(name string) bool {
	return name == "Ref" || name == "Condition" || strings.HasPrefix(name, "Fn::")
}
