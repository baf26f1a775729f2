package review

import (
	"slices"
	"strings"
)

// Compare returns what CloudFormation would do to change a stack with one
// template into a stack with the other, as far as the templates tell: the
// content of a change set, without AWS. A nil stack doesn't exist.
func Compare(before, after *Stack) []Change {
	return compare(newWorld(before), newWorld(after)).changes(nil)
}

// comparison is the difference between two worlds.
type comparison struct {
	before, after *world
	byStack       map[string]map[string]*comparedNode // by stack, then by logical id
	secrets       map[string]bool                     // parameters with NoEcho whose values change
}

// comparedNode is a resource that is in both worlds, or in one.
type comparedNode struct {
	before, after *node
	differences   []difference // of properties; the first element of each path is the property
	attributes    []difference // of attributes beside the properties
	indirect      []difference // of properties that refer to replaced resources
	replacement   string
}

func (n *comparedNode) any() *node {
	if n.after != nil {
		return n.after
	}
	return n.before
}

// compare compares two worlds resource by resource.
func compare(before, after *world) *comparison {
	c := &comparison{before: before, after: after, byStack: map[string]map[string]*comparedNode{}, secrets: newSecrets(before, after)}
	for stack, nodes := range before.byStack {
		for id, n := range nodes {
			c.node(stack, id).before = n
		}
	}
	for stack, nodes := range after.byStack {
		for id, n := range nodes {
			c.node(stack, id).after = n
		}
	}
	for _, nodes := range c.byStack {
		for _, n := range nodes {
			c.compareNode(n)
		}
	}
	c.propagate()
	return c
}

func (c *comparison) node(stack, id string) *comparedNode {
	nodes := c.byStack[stack]
	if nodes == nil {
		nodes = map[string]*comparedNode{}
		c.byStack[stack] = nodes
	}
	if nodes[id] == nil {
		nodes[id] = &comparedNode{}
	}
	return nodes[id]
}

// lookUp returns a resource of a stack, or nil.
func (c *comparison) lookUp(stack []string, id string) *comparedNode {
	return c.byStack[pathText(stack)][id]
}

// comparedAttributes are the attributes beside the properties that a change set
// includes.
var comparedAttributes = []string{"CreationPolicy", "DeletionPolicy", "Metadata", "UpdatePolicy", "UpdateReplacePolicy"}

func (c *comparison) compareNode(n *comparedNode) {
	if n.before == nil || n.after == nil {
		return
	}
	n.differences = memberDifferences(nil, n.before.properties, n.after.properties)
	if c.before.holds(n.before) && c.after.holds(n.after) {
		// Changes of a nested stack's parameters and of its template's place are
		// shown by the changes within it.
		n.differences = slices.DeleteFunc(n.differences, func(d difference) bool {
			return isWithin(d.path[0])
		})
	}
	for _, property := range sortedKeys(n.after.properties) {
		n.differences = append(n.differences, referring([]string{property}, n.before.properties[property], n.after.properties[property], c.secrets)...)
	}
	for _, name := range comparedAttributes {
		n.attributes = append(n.attributes, optional([]string{name}, get(n.before.resource, name), get(n.after.resource, name))...)
	}
	n.settle()
}

// newSecrets returns the parameters with NoEcho whose values change, as far as
// that is known: CloudFormation doesn't return their values.
func newSecrets(before, after *world) map[string]bool {
	changed := map[string]bool{}
	if before.root == nil || after.root == nil {
		return changed
	}
	for name := range after.secrets {
		was, had := before.root.stack.Parameters[name]
		if is, has := after.root.stack.Parameters[name]; had && has && was != is {
			changed[name] = true
		}
	}
	return changed
}

// referring returns the places of a value that refer to some parameters, and
// are equal otherwise.
func referring(path []string, before, after any, names map[string]bool) []difference {
	if len(names) == 0 || !refersTo(after, names) {
		return nil
	}
	o, ok := after.(map[string]any)
	if was, both := before.(map[string]any); ok && both && !isIntrinsic(o) && !isIntrinsic(was) {
		var all []difference
		for _, key := range sortedKeys(o) {
			all = append(all, referring(at(path, key), was[key], o[key], names)...)
		}
		return all
	}
	if !equal(before, after) {
		return nil // it is a difference without that
	}
	return []difference{{path: path, before: before, after: after}}
}

// isWithin reports whether a property of a nested stack only changes what is
// within the stack.
func isWithin(property string) bool { return property == "TemplateURL" || property == "Parameters" }

// settle decides whether the resource is replaced.
func (n *comparedNode) settle() {
	n.replacement = ReplaceNo
	if n.before.kind != n.after.kind {
		n.replacement = ReplaceYes
		return
	}
	for _, d := range slices.Concat(n.differences, n.indirect) {
		switch recreation(n.after.kind, d.path[0]) {
		case RecreateAlways:
			n.replacement = ReplaceYes
			return
		case RecreateMaybe:
			n.replacement = ReplaceMaybe
		}
	}
}

func (n *comparedNode) changed() bool {
	return n.before == nil || n.after == nil || n.before.kind != n.after.kind ||
		len(n.differences)+len(n.attributes)+len(n.indirect) > 0
}

// propagate marks resources that refer to replaced ones as changed, until
// nothing more is replaced because of that.
func (c *comparison) propagate() {
	done := map[string]bool{}
	for {
		replaced := map[string]bool{}
		for _, nodes := range c.byStack {
			for _, n := range nodes {
				if n.replacement == ReplaceYes && !done[n.after.id] {
					replaced[n.after.id] = true
					done[n.after.id] = true
				}
			}
		}
		if len(replaced) == 0 {
			return
		}
		for _, nodes := range c.byStack {
			for _, n := range nodes {
				n.refer(replaced)
			}
		}
	}
}

// refer records which properties refer to replaced resources.
func (n *comparedNode) refer(replaced map[string]bool) {
	if n.before == nil || n.after == nil || n.after.kind == stackType {
		return
	}
	for _, property := range sortedKeys(n.after.properties) {
		v := n.after.properties[property]
		direct := slices.ContainsFunc(slices.Concat(n.differences, n.indirect), func(d difference) bool { return d.path[0] == property })
		if !direct && refersTo(v, replaced) {
			n.indirect = append(n.indirect, difference{path: []string{property}, before: v, after: v})
		}
	}
	n.settle()
}

// refersTo reports whether a canonical value refers to one of some resources.
func refersTo(v any, ids map[string]bool) bool {
	found := false
	eachReference(v, func(id string) { found = found || ids[id] })
	return found
}

// eachReference calls visit with the ids to which a canonical value refers.
func eachReference(v any, visit func(id string)) {
	switch v := v.(type) {
	case []any:
		for _, element := range v {
			eachReference(element, visit)
		}
	case map[string]any:
		if name, argument, ok := intrinsic(v); ok {
			switch name {
			case "Ref":
				visit(text(argument))
				return
			case "Fn::GetAtt":
				id, _, _ := getAtt(argument)
				visit(id)
				return
			}
		}
		for _, value := range v {
			eachReference(value, visit)
		}
	}
}

// changes returns the changes of a stack, given by its path, in the order of
// logical ids.
func (c *comparison) changes(stack []string) []Change {
	nodes := c.byStack[pathText(stack)]
	var all []Change
	for _, id := range sortedKeys(nodes) {
		n := nodes[id]
		var nested []Change
		if n.any().kind == stackType && len(stack) < maxDepth {
			nested = c.changes(at(stack, id))
		}
		if n.changed() || len(nested) > 0 {
			all = append(all, c.change(n, id, nested))
		}
	}
	return all
}

func (c *comparison) change(n *comparedNode, id string, nested []Change) Change {
	ch := Change{LogicalID: id, Type: n.any().kind, Nested: nested}
	switch {
	case n.before == nil:
		ch.Action = Add
	case n.after == nil:
		ch.Action, ch.PolicyAction = Remove, policyOf(n.before.resource, "DeletionPolicy", "Delete")
	default:
		ch.Action, ch.Replacement = Modify, n.replacement
		if n.replacement == ReplaceYes {
			ch.PolicyAction = "ReplaceAnd" + policyOf(n.after.resource, "UpdateReplacePolicy", "Delete")
		}
		ch.Properties = c.properties(n)
	}
	return ch
}

func policyOf(resource map[string]any, attribute, missing string) string {
	if policy := text(resource[attribute]); policy != "" {
		return policy
	}
	return missing
}

func (c *comparison) properties(n *comparedNode) []PropertyChange {
	var all []PropertyChange
	for _, d := range slices.Concat(n.differences, n.indirect) {
		p := propertyChange("Properties", c.redacted(d))
		p.Name, p.Path = d.path[0], "/Properties"+pointer(d.path)
		p.Recreation = recreation(n.after.kind, d.path[0])
		all = append(all, p)
	}
	for _, d := range n.attributes {
		all = append(all, propertyChange(d.path[0], c.redacted(d)))
	}
	return all
}

// redacted returns a difference without secrets in its values.
func (c *comparison) redacted(d difference) difference {
	name := d.path[len(d.path)-1]
	if len(d.path) > 1 && name == "Value" {
		name = d.path[len(d.path)-2] // an element of a list has the list's name
	}
	d.before, d.after = c.before.redact(name, d.before), c.after.redact(name, d.after)
	return d
}

func propertyChange(attribute string, d difference) PropertyChange {
	p := PropertyChange{Attribute: attribute, Before: valueText(d.before), After: valueText(d.after), Recreation: RecreateNever, Kind: "Modify"}
	switch {
	case d.added:
		p.Kind = "Add"
	case d.removed:
		p.Kind = "Remove"
	}
	return p
}

// pointer returns a path as a JSON pointer.
func pointer(path []string) string {
	var b strings.Builder
	for _, name := range path {
		b.WriteString("/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name))
	}
	return b.String()
}
