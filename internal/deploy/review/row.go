package review

import (
	"slices"
	"strings"

	"github.com/chalice-go/chalice/app"
)

// Action is what happens to a resource.
type Action string

// The actions of rows, in the order of a table.
const (
	Added    Action = "added"
	Changed  Action = "changed"
	Replaced Action = "replaced"
	Removed  Action = "removed"
)

// Row is what happens to one resource.
type Row struct {
	Action     Action   `json:"action"`
	LogicalID  string   `json:"logical_id"`
	PhysicalID string   `json:"physical_id,omitempty"`
	Type       string   `json:"type"`
	Stack      []string `json:"stack,omitempty"` // the nested stacks around it, by their logical ids
	// MovedFrom is the stack that the resource was in before, as Stack has it; nil:
	// it doesn't move. What moves is made anew.
	MovedFrom []string `json:"moved_from,omitempty"`
	Moved     bool     `json:"moved,omitempty"`
	// Maybe: CloudFormation finds out only while it updates whether the resource
	// is replaced.
	Maybe bool `json:"maybe,omitempty"`
	// Kept: what is removed or replaced stays in AWS, and belongs to no stack.
	Kept bool `json:"kept,omitempty"`
	// Superseded: what is removed holds nothing that another one wouldn't, as a
	// deployment of an API when there is a newer one. Nobody need be asked.
	Superseded bool       `json:"superseded,omitempty"`
	Properties []Property `json:"properties,omitempty"` // of what is changed or replaced
	// Function and Source are what the resource is for, as far as that is known.
	Function string      `json:"function,omitempty"`
	Source   *app.Source `json:"source,omitempty"`
}

// Property is one place of a resource at which something changes. Values are
// short, on one line, and without secrets.
type Property struct {
	Path   string `json:"path"`             // such as Environment.Variables.LEVEL
	Before string `json:"before,omitempty"` // empty: it wasn't there
	After  string `json:"after,omitempty"`  // empty: it won't be there
	// Replaces: the resource is replaced, or may be, because of it.
	Replaces bool `json:"replaces,omitempty"`
	// Indirect: it refers to something that is replaced.
	Indirect bool `json:"indirect,omitempty"`
}

// rows makes the rows of the changes of a stack and of those nested in it.
func (c *comparison) rows(changes []Change, stack []string, origins Origins) []Row {
	var all []Row
	for _, ch := range changes {
		n := c.lookUp(stack, ch.LogicalID)
		if ch.Type == stackType {
			all = append(all, c.nestedRows(ch, n, stack, origins)...)
			continue
		}
		if row, ok := c.row(ch, n, stack); ok {
			origin := origins.Resources[ch.LogicalID]
			row.Function, row.Source = origin.Function, origin.Source
			all = append(all, row)
		}
	}
	return all
}

// nestedRows makes the rows of a nested stack: those of its resources, and its own
// if it comes, goes or changes itself. Where a change set doesn't say what is in
// it, the templates do.
func (c *comparison) nestedRows(ch Change, n *comparedNode, stack []string, origins Origins) []Row {
	path := at(stack, ch.LogicalID)
	if n != nil && n.before != nil && n.after != nil && c.before.holds(n.before) && c.after.holds(n.after) {
		ch.Properties = slices.DeleteFunc(slices.Clone(ch.Properties), func(p PropertyChange) bool { return isWithin(p.name()) })
	}
	nested := ch.Nested
	if len(nested) == 0 {
		nested = c.changes(path)
	}
	rows := c.rows(nested, path, origins)
	own, ok := c.row(ch, n, stack)
	if ok && (own.Action != Changed || len(rows) == 0 || len(own.Properties) > 0) {
		rows = slices.Insert(rows, 0, own)
	}
	return rows
}

// row makes the row of a change, unless nothing really changes: a change set also
// has what refers to a resource of which an attribute could change, but doesn't.
func (c *comparison) row(ch Change, n *comparedNode, stack []string) (Row, bool) {
	row := Row{LogicalID: ch.LogicalID, PhysicalID: ch.PhysicalID, Type: ch.Type, Stack: stack}
	switch ch.Action {
	case Add, Import:
		row.Action = Added
		return row, true
	case Remove:
		row.Action, row.Kept = Removed, isKept(ch.PolicyAction)
		row.Superseded = superseded(ch.Type)
		return row, true
	}
	row.Action = Changed
	if ch.Replacement == ReplaceYes || ch.Replacement == ReplaceMaybe {
		row.Action, row.Maybe, row.Kept = Replaced, ch.Replacement == ReplaceMaybe, isKept(ch.PolicyAction)
	}
	row.Properties = c.rowProperties(ch, n)
	real := n == nil || n.before == nil || n.after == nil || n.changed() || len(row.Properties) > 0 || slices.ContainsFunc(ch.Properties, PropertyChange.isOfStack)
	if row.Maybe && n != nil && n.replacement == ReplaceNo {
		row.Action, row.Maybe = Changed, false // CloudFormation can't tell yet; the templates can
	}
	return row, real || row.Action == Replaced && !row.Maybe
}

// isKept reports whether a policy keeps what is removed.
func isKept(policy string) bool { return strings.Contains(policy, "Retain") }

// tells reports whether a change of a property says that it has another value.
func (p PropertyChange) tells() bool { return !canBe(p.After, p.Before) }

// isOfStack reports whether what changes are tags that can be the whole stack's,
// which no template has.
func (p PropertyChange) isOfStack() bool { return p.Attribute == "Tags" }

// knownLater is what a change set has for a value that isn't known yet, also within a
// text or a document.
const knownLater = "{{changeSet:KNOWN_AFTER_APPLY}}"

// canBe reports whether a text is another one as far as it is known.
func canBe(text, other string) bool {
	known := strings.Split(text, knownLater)
	last := len(known) - 1
	if last == 0 {
		return text == other
	}
	rest, ok := strings.CutPrefix(other, known[0])
	for _, part := range known[1:last] {
		if ok {
			_, rest, ok = strings.Cut(rest, part)
		}
	}
	return ok && strings.HasSuffix(rest, known[last])
}
