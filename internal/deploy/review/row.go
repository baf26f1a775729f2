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
	// MovedFrom is the stack in which the resource was before, in the form of
	// Stack; nil: it doesn't move. A resource that moves is made again.
	MovedFrom []string `json:"moved_from,omitempty"`
	Moved     bool     `json:"moved,omitempty"`
	// Maybe means that CloudFormation decides only during the update whether the
	// resource is replaced.
	Maybe bool `json:"maybe,omitempty"`
	// Kept means that the removed or replaced resource stays in AWS, and belongs
	// to no stack.
	Kept bool `json:"kept,omitempty"`
	// Superseded means that nothing is lost by the removal, such as that of an
	// API's deployment when there is a newer one, or by the replacement, such as that
	// of a function's permission. It needs no question.
	Superseded bool `json:"superseded,omitempty"`
	// Publishes is the function, by its logical id, of which the added resource is a
	// version. The version before stays with the function, and has no row.
	Publishes  string     `json:"publishes,omitempty"`
	Properties []Property `json:"properties,omitempty"` // of a changed or replaced resource
	// Function and Source say which registration the resource belongs to, if that
	// is known.
	Function string      `json:"function,omitempty"`
	Source   *app.Source `json:"source,omitempty"`
}

// Property is a change at one place of a resource. Its values are short, in one
// line, and without secrets.
type Property struct {
	Path   string `json:"path"`             // such as Environment.Variables.LEVEL
	Before string `json:"before,omitempty"` // empty: there was none
	After  string `json:"after,omitempty"`  // empty: there will be none
	// Replaces means that it is the reason for which the resource is replaced, or
	// may be.
	Replaces bool `json:"replaces,omitempty"`
	// Indirect means that it refers to a replaced resource.
	Indirect bool `json:"indirect,omitempty"`
}

// rows returns the rows for the changes of a stack and of those nested in it.
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

// nestedRows returns the rows for a nested stack: those of its resources, and
// its own if it is added, removed or changed itself. If the change set doesn't
// include what is in it, the templates do.
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

// row returns the row for a change. It reports false if nothing really changes:
// a change set also contains resources that refer to an attribute which could
// change, but doesn't.
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
		row.Superseded = slices.Contains(holdingNothing, ch.Type)
	}
	row.Properties = c.rowProperties(ch, n)
	real := n == nil || n.before == nil || n.after == nil || n.changed() || len(row.Properties) > 0 || slices.ContainsFunc(ch.Properties, PropertyChange.isOfStack)
	if row.Maybe && n != nil && n.replacement == ReplaceNo {
		row.Action, row.Maybe, row.Superseded = Changed, false, false // CloudFormation doesn't know yet; the templates tell
	}
	return row, real || row.Action == Replaced && !row.Maybe
}

// isKept reports whether a policy keeps a removed resource.
func isKept(policy string) bool { return strings.Contains(policy, "Retain") }

// tells reports whether a change of a property says that the value differs.
func (p PropertyChange) tells() bool { return !canBe(p.After, p.Before) }

// isOfStack reports whether a change is of tags, which can be those of the
// whole stack, and then aren't in the template.
func (p PropertyChange) isOfStack() bool { return p.Attribute == "Tags" }

// knownLater is the text in a change set for a value that isn't known yet. It
// can be a part of a text or a document.
const knownLater = "{{changeSet:KNOWN_AFTER_APPLY}}"

// canBe reports whether a text can be another one, as far as it is known.
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
