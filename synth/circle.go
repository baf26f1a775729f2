package synth

import (
	"errors"
	"slices"
	"strings"
)

// circle finds resources of a template of which each needs the next and the last the
// first, so that CloudFormation can make none of them. It is a depth-first search.
type circle struct {
	resources *Object
	byID      map[string]*Object // the same
	done      map[string]bool
	path      []string // logical ids, each of which needs the next
}

// checkCircles finds a circle of resources. What the configuration has to do with it
// has its place.
func (t *Template) checkCircles(final *Object) error {
	c := circle{resources: section(final, "Resources"), byID: map[string]*Object{}, done: map[string]bool{}}
	for _, m := range c.resources.members {
		c.byID[m.key], _ = m.value.(*Object)
	}
	for _, m := range c.resources.members {
		if ids := c.from(m.key); ids != nil {
			first := slices.Index(ids, slices.Min(ids))
			return t.inCircle(c, append(ids[first:], ids[:first]...))
		}
	}
	return nil
}

// from returns the circle that a resource leads to, nil where it leads to none.
func (c *circle) from(id string) []string {
	if i := slices.Index(c.path, id); i >= 0 {
		return slices.Clone(c.path[i:])
	}
	if c.done[id] {
		return nil
	}
	c.path = append(c.path, id)
	for _, need := range c.needs(id) {
		if ids := c.from(need); ids != nil {
			return ids
		}
	}
	c.path = c.path[:len(c.path)-1]
	c.done[id] = true
	return nil
}

// needs lists the other resources that have to be there before a resource.
func (c *circle) needs(id string) []string {
	resource := c.byID[id]
	if resource == nil {
		return nil
	}
	ids := dependencies(resource)
	visit := func(r reference) { ids = append(ids, r.id()) }
	typ, _ := get[string](resource, "Type")
	for _, m := range section(resource, "Properties").members {
		if !strings.HasPrefix(typ, samTypes) || !slices.Contains(samApart, m.key) {
			certainReferences(m.value, visit)
		}
	}
	for i, need := range ids {
		ids[i] = c.owner(need)
	}
	return slices.DeleteFunc(ids, func(need string) bool { return need == "" || need == id })
}

// samApart are properties of SAM's types of which it makes other resources, which need
// the one that has the property.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html
var samApart = []string{"DeploymentPreference", "Domain", "EventInvokeConfig", "Events", "FunctionUrlConfig"}

// owner gives the resource with a logical id, or of which SAM makes what has it; "":
// there is none.
func (c *circle) owner(id string) string {
	if _, ok := c.byID[id]; ok || strings.HasPrefix(id, "AWS::") {
		return id
	}
	if i := slices.IndexFunc(c.resources.members, func(m member) bool { return samMakes(m, id) }); i >= 0 {
		return c.resources.members[i].key
	}
	return ""
}

// certainReferences visits the references in a value, but for those that a condition
// can take away.
func certainReferences(v any, visit func(reference)) {
	switch v := v.(type) {
	case []any:
		for _, element := range v {
			certainReferences(element, visit)
		}
	case *Object:
		if len(v.members) == 1 && v.members[0].key == "Fn::If" {
			return
		}
		if len(v.members) == 1 && isIntrinsic(v) {
			eachOwnReference(v.members[0], visit)
		}
		for _, m := range v.members {
			certainReferences(m.value, visit)
		}
	}
}

// eachOwnReference visits the references of an intrinsic function itself, and not of
// those within it.
func eachOwnReference(m member, visit func(reference)) {
	if r, ok := intrinsicReference(m); ok {
		visit(r)
	}
	if m.key == "Fn::Sub" {
		for _, name := range freeVariables(m.value) {
			visit(reference{name: name})
		}
	}
}

// inCircle tells of a circle, at the place of a value of the configuration that is a
// part of it.
func (t *Template) inCircle(c circle, ids []string) error {
	const why = "CloudFormation can't make any of these before the others"
	for i, id := range ids {
		rest := append(slices.Clone(ids[i+1:]), ids[:i+1]...) // what it needs, and in the end itself
		text := compactJSON(c.byID[id])
		for _, used := range t.facts.configured {
			needed := false
			certainReferences(used.fn, func(r reference) { needed = needed || c.owner(r.id()) == rest[0] })
			if needed && used.value.IsConfigured() && strings.Contains(text, compactJSON(used.fn)) {
				return used.value.Mistake("refers to %s, which has this value: %s", strings.Join(rest, ", which refers to "), why)
			}
		}
	}
	return errors.New(strings.Join(append(ids, ids[0]), " refers to ") + ": " + why)
}
