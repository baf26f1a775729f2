package review

import "strings"

// world has all resources of a stack and of those nested in it, as if they were
// in one template: a parameter of a nested stack is replaced by the value that
// the outer stack passes, and an output by its value. So a value that moves
// from one stack into another keeps its meaning.
type world struct {
	nodes   map[string]*node // by id
	byStack map[string]map[string]*node
	root    *scope          // nil: there is no stack
	secrets map[string]bool // parameters with NoEcho
	steps   int
}

// node is a resource.
type node struct {
	// id is the logical id, or, if several stacks have that, the path to it.
	id        string
	logicalID string
	stack     []string // the nested stacks around it, by their logical ids
	kind      string   // its type
	resource  map[string]any
	// properties are in canonical form; see canonical.
	properties map[string]any
	// when are the conditions under which the resource exists.
	when []string
	// document is the OpenAPI document of an API, in canonical form; nil: it has
	// none, or one in a file that isn't known.
	document map[string]any
}

// scope is the template of one stack of the world.
type scope struct {
	world *world
	stack *Stack
	path  []string
	outer *scope         // the stack around it; nil: this is the root
	given map[string]any // the parameters that outer passes, in its own terms
	ids   map[string]string
	inner map[string]*scope // nested stacks whose templates are known
	depth int               // of the value that is being made canonical
}

// maxDepth limits how far references are followed. In a template that
// CloudFormation accepts, they never form a cycle.
const maxDepth = 100

// maxSteps limits the size to which a template can grow because it refers to
// the same thing many times: the largest one that CloudFormation accepts has
// fewer values.
const maxSteps = 3_000_000

// enter begins a step of making a value canonical, and reports whether the step
// is within the limits. leave ends it.
func (c *scope) enter() bool {
	c.depth++
	c.world.steps++
	return c.depth <= maxDepth && c.world.steps <= maxSteps
}

func (c *scope) leave() { c.depth-- }

// newWorld reads a stack. A nil stack doesn't exist.
func newWorld(s *Stack) *world {
	w := &world{nodes: map[string]*node{}, byStack: map[string]map[string]*node{}, secrets: map[string]bool{}}
	if s == nil {
		return w
	}
	root := w.scopes(s, nil, nil, nil, stackIDs(s, nil, map[string]int{}))
	root.each(func(s *scope) { s.declare() })
	root.each(func(s *scope) { s.resolve() })
	w.root = root
	return w
}

// stackIDs counts how often each logical id occurs.
func stackIDs(s *Stack, path []string, count map[string]int) map[string]int {
	for id := range objects(s.Template["Resources"]) {
		count[id]++
	}
	if len(path) < maxDepth {
		for id, nested := range s.Nested {
			if nested != nil {
				stackIDs(nested, append(path, id), count)
			}
		}
	}
	return count
}

// scopes makes the scopes of a stack and of those nested in it.
func (w *world) scopes(s *Stack, path []string, outer *scope, given map[string]any, count map[string]int) *scope {
	c := &scope{world: w, stack: s, path: path, outer: outer, given: given, ids: map[string]string{}, inner: map[string]*scope{}}
	for id, resource := range objects(s.Template["Resources"]) {
		c.ids[id] = id
		if count[id] > 1 {
			c.ids[id] = strings.Join(append(path[:len(path):len(path)], id), "/")
		}
		if nested := s.Nested[id]; nested != nil && len(path) < maxDepth {
			parameters := object(object(resource["Properties"])["Parameters"])
			c.inner[id] = w.scopes(nested, append(path[:len(path):len(path)], id), c, parameters, count)
		}
	}
	return c
}

// each calls visit with a scope and those nested in it.
func (c *scope) each(visit func(*scope)) {
	visit(c)
	for _, id := range sortedKeys(c.inner) {
		c.inner[id].each(visit)
	}
}

// declare records the parameters that are secret.
func (c *scope) declare() {
	for name, p := range objects(c.stack.Template["Parameters"]) {
		if scalar(p["NoEcho"]) == "true" {
			c.world.secrets[name] = true
		}
	}
}

// resolve adds the resources to the world.
func (c *scope) resolve() {
	here := map[string]*node{}
	for logicalID, resource := range objects(c.stack.Template["Resources"]) {
		n := &node{id: c.ids[logicalID], logicalID: logicalID, stack: c.path, kind: text(resource["Type"]), resource: resource}
		if condition, ok := resource["Condition"].(string); ok {
			switch holds, told := c.condition(condition); {
			case told && !holds:
				continue
			case !told:
				n.when = []string{c.conditionText(condition)}
			}
		}
		n.properties = object(c.canonical(resource["Properties"]))
		n.document = object(n.properties["Body"])
		if n.document == nil {
			n.document = object(c.canonical(c.stack.Documents[logicalID]))
		}
		here[logicalID] = n
		c.world.nodes[n.id] = n
	}
	c.world.byStack[pathText(c.path)] = here
}

// outputs returns the values of the root's outputs, in canonical form.
func (w *world) outputs() map[string]any {
	values := map[string]any{}
	if w.root != nil {
		for name, output := range objects(w.root.stack.Template["Outputs"]) {
			values[name] = w.root.canonical(output["Value"])
		}
	}
	return values
}

func pathText(path []string) string { return strings.Join(path, "/") }

// holds reports whether a resource is a nested stack whose template is known.
func (w *world) holds(n *node) bool {
	return n.kind == stackType && w.byStack[pathText(at(n.stack, n.logicalID))] != nil
}
