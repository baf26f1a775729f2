package terminal

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/fatih/color"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/deploy/review"
	"github.com/chalice-go/chalice/internal/termtext"
)

// looks are the marks of the actions, in the order of the summary.
var looks = []struct {
	action review.Action
	sign   string
	verb   string // in the summary
	color  []color.Attribute
}{
	{review.Added, "+", "add", []color.Attribute{color.FgGreen}},
	{review.Changed, "~", "change", []color.Attribute{color.FgYellow}},
	{review.Replaced, "±", "replace", []color.Attribute{color.FgMagenta, color.Bold}},
	{review.Removed, "-", "remove", []color.Attribute{color.FgRed}},
}

// Changes writes what a deployment would change, before the question whether to
// do it.
func (s *Screen) Changes(r *review.Review) { s.changes(&s.err, r) }

// Diff writes the same as Changes, but as a result.
func (s *Screen) Diff(r *review.Review) { s.changes(&s.out, r) }

func (s *Screen) changes(to *stream, r *review.Review) {
	if s.json {
		s.jsonChanges(r)
		return
	}
	t := changesText{Painter: to.Painter, width: to.width()}
	lines := t.lines(r)
	if to == &s.err { // the steps came before
		lines = append(to.blank(), lines...)
	}
	s.print(to, lines...)
}

// changesText formats changes as lines.
type changesText struct {
	termtext.Painter
	width int // 0: no limit

	idWidth, typeWidth int
}

func (t *changesText) lines(r *review.Review) []string {
	if len(r.Rows)+len(r.Outputs)+len(r.Widened)+len(r.Exposed) == 0 {
		return []string{"No changes."}
	}
	lines := t.rows(r.Rows)
	lines = append(lines, t.outputs(r.Outputs)...)
	lines = append(lines, t.grants(r.Widened)...)
	lines = append(lines, t.exposed(r.Exposed)...)
	if len(lines) > 0 && lines[0] == "" {
		lines = lines[1:]
	}
	return append(lines, "", t.summary(r))
}

// summary returns how many resources would be added, changed, replaced and
// removed.
func (t *changesText) summary(r *review.Review) string {
	var parts []string
	for _, l := range looks {
		if n := count(r, l.action); n > 0 {
			parts = append(parts, t.Paint(fmt.Sprintf("%d to %s", n, l.verb), l.color...))
		}
	}
	if len(parts) == 0 {
		return "No resource changes."
	}
	return strings.Join(parts, ", ") + "."
}

// count returns the number of rows with an action.
func count(r *review.Review, action review.Action) int {
	n := 0
	for i := range r.Rows {
		if r.Rows[i].Action == action {
			n++
		}
	}
	return n
}

// outputs returns lines for the stack's outputs that change.
func (t *changesText) outputs(outputs []review.Property) []string {
	if len(outputs) == 0 {
		return nil
	}
	lines := []string{"", t.Paint("Outputs that change:", color.Bold)}
	for i := range outputs {
		lines = append(lines, t.property(&outputs[i], "  ", "")...)
	}
	return lines
}

// Columns in front of a row's name, and between columns.
const (
	signColumns = 4
	gap         = 2
)

// rows returns the lines of the table: the resources of a nested stack are
// below their stack.
func (t *changesText) rows(rows []review.Row) []string {
	t.measure(rows)
	var lines []string
	done := map[string]bool{}
	var below func(stack []string)
	below = func(stack []string) {
		done[key(stack)] = true
		for i := range rows {
			if !slices.Equal(rows[i].Stack, stack) {
				continue
			}
			lines = append(lines, t.row(&rows[i])...)
			if rows[i].Type == stackType {
				below(slices.Concat(stack, []string{rows[i].LogicalID}))
			}
		}
	}
	below(nil)
	for i := range rows { // nested stacks that don't change themselves
		for depth := range rows[i].Stack {
			stack := rows[i].Stack[:depth+1]
			if !done[key(stack)] {
				lines = append(lines, t.unchanged(stack))
				below(stack)
			}
		}
	}
	return lines
}

// key returns a name for a resource, or for the stack to which it belongs.
func key(path []string, id ...string) string {
	return strings.Join(slices.Concat(path, id), "/")
}

// unchanged returns the line of a nested stack that only contains changes.
func (t *changesText) unchanged(stack []string) string {
	name := strings.Repeat("  ", len(stack)-1) + termtext.CleanLine(stack[len(stack)-1])
	return strings.Repeat(" ", signColumns) + pad(fitMiddle(name, t.idWidth), t.idWidth) + strings.Repeat(" ", gap) +
		fitMiddle(stackType, t.typeWidth)
}

// measure computes the widths of the columns.
func (t *changesText) measure(rows []review.Row) {
	t.idWidth, t.typeWidth = 0, 0
	for i := range rows {
		r := &rows[i]
		t.idWidth = max(t.idWidth, columns(r.LogicalID)+2*len(r.Stack))
		t.typeWidth = max(t.typeWidth, columns(r.Type))
		for depth, stack := range r.Stack {
			t.idWidth, t.typeWidth = max(t.idWidth, columns(stack)+2*depth), max(t.typeWidth, columns(stackType))
		}
	}
	if t.width == 0 {
		return
	}
	room := t.width - signColumns - gap
	if t.idWidth+t.typeWidth > room {
		t.idWidth = min(t.idWidth, max(room-t.typeWidth, room/2))
		t.typeWidth = max(0, room-t.idWidth)
	}
}

// row returns the lines of a resource, with notes about it, and of its
// properties that change.
func (t *changesText) row(r *review.Row) []string {
	sign, paint := "?", []color.Attribute(nil)
	for _, l := range looks {
		if l.action == r.Action {
			sign, paint = l.sign, l.color
		}
	}
	indent := strings.Repeat("  ", len(r.Stack))
	room := max(0, t.idWidth-columns(indent))
	id := pad(fitMiddle(termtext.CleanLine(r.LogicalID), room), room)
	kind := fitMiddle(termtext.CleanLine(r.Type), t.typeWidth)
	line := "  " + indent + t.Paint(sign+" "+id, paint...) + strings.Repeat(" ", gap) + kind
	lines := []string{t.withPlace(line, kind, r.Source)}
	deep := indent + strings.Repeat(" ", signColumns)
	for _, line := range indented(fate(r), deep, t.width) {
		if line = strings.TrimRight(line, " "); line != "" {
			lines = append(lines, t.Paint(line, paint...))
		}
	}
	if r.Action == review.Added || r.Action == review.Removed {
		return append(lines, t.gist(r, deep)...)
	}
	for i := range r.Properties {
		lines = append(lines, t.property(&r.Properties[i], deep, reason(r, &r.Properties[i]))...)
	}
	return lines
}

// withPlace appends to a row's line, which ends with the resource's type, where
// the resource is registered, if there is room.
func (t *changesText) withPlace(line, kind string, source *app.Source) string {
	if source == nil {
		return strings.TrimRight(line, " ")
	}
	line += strings.Repeat(" ", max(0, t.typeWidth-columns(kind))+gap)
	where := termtext.CleanLine(place(source))
	if t.width > 0 && columns(line)+columns(where) > t.width {
		return strings.TrimRight(line, " ")
	}
	return line + t.Paint(where, color.Faint)
}

// fate returns what happens to a resource that isn't only added or changed.
func fate(r *review.Row) string {
	switch {
	case r.Moved:
		return "moves here from " + cmp.Or(termtext.CleanLine(key(r.MovedFrom)), "the root stack") + ": " + after(r)
	case r.Action == review.Replaced && r.Maybe:
		return "may be replaced, which shows only during the update: " + after(r)
	case r.Action == review.Replaced:
		return "is replaced: " + after(r)
	case r.Publishes != "":
		return "publishes a version of " + termtext.CleanLine(r.Publishes)
	case r.Action == review.Removed && r.Kept && r.Type == versionType:
		return "stays in AWS with its function"
	case r.Action == review.Removed && r.Kept:
		return "stays in AWS, and belongs to no stack then"
	}
	return ""
}

// versionType is the type of versions of functions.
const versionType = "AWS::Lambda::Version"

func after(r *review.Row) string {
	if r.Kept {
		return "a new one is made, and the old one stays in AWS without a stack"
	}
	return "a new one is made, the old one is deleted with what it holds"
}

// reason returns how a property affects the resource's fate.
func reason(r *review.Row, p *review.Property) string {
	switch {
	case p.Replaces && r.Maybe:
		return "may replace it"
	case p.Replaces:
		return "replaces it"
	case p.Indirect:
		return "follows a replaced one"
	}
	return ""
}

// gist returns a line with the properties of a resource that is new, or is
// removed.
func (t *changesText) gist(r *review.Row, indent string) []string {
	var parts []string
	for i := range r.Properties {
		p := &r.Properties[i]
		if value := termtext.CleanLine(cmp.Or(p.After, p.Before)); value != "" {
			parts = append(parts, termtext.CleanLine(p.Path)+"="+fit(value, 40))
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return []string{t.Paint(fit(indent+strings.Join(parts, " "), t.width), color.Faint)}
}

// property returns lines with a value before and after: a single one if they
// fit.
func (t *changesText) property(p *review.Property, indent, why string) []string {
	name, before, after := termtext.CleanLine(p.Path), termtext.CleanLine(p.Before), termtext.CleanLine(p.After)
	if why != "" {
		why = "  " + why
	}
	shown := t.Paint(before, color.FgRed) + " → " + t.Paint(after, color.FgGreen)
	switch {
	case before == "" && after == "":
		shown = t.Paint("changes", color.FgYellow)
	case before == "":
		shown = t.Paint("+ "+after, color.FgGreen)
	case after == "":
		shown = t.Paint("- "+before, color.FgRed)
	}
	line := indent + name + "  " + shown + t.Paint(why, color.FgMagenta, color.Bold)
	if t.width == 0 || columns(line) <= t.width {
		return []string{line}
	}
	before, after = contrast(before, after, t.width-columns(indent)-4)
	lines := []string{fit(indent+fitMiddle(name, max(8, t.width-columns(indent)-columns(why)))+t.Paint(why, color.FgMagenta, color.Bold), t.width)}
	if before != "" {
		lines = append(lines, indent+"  "+t.Paint("- "+before, color.FgRed))
	}
	if after != "" {
		lines = append(lines, indent+"  "+t.Paint("+ "+after, color.FgGreen))
	}
	return lines
}
