package terminal

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fatih/color"

	"github.com/chalice-go/chalice/internal/termtext"
)

// looks is how each action is marked, in the order of the summary.
var looks = []struct {
	action Action
	sign   string
	verb   string // of the summary
	color  []color.Attribute
}{
	{Added, "+", "add", []color.Attribute{color.FgGreen}},
	{Changed, "~", "change", []color.Attribute{color.FgYellow}},
	{Replaced, "±", "replace", []color.Attribute{color.FgMagenta, color.Bold}},
	{Removed, "-", "remove", []color.Attribute{color.FgRed}},
}

// Changes writes what a deployment is about to change, before the question whether
// it should.
func (s *Screen) Changes(c Changes) { s.changes(&s.err, c) }

// Diff writes the same as a result.
func (s *Screen) Diff(c Changes) { s.changes(&s.out, c) }

func (s *Screen) changes(to *stream, c Changes) {
	if s.json {
		s.jsonChanges(c)
		return
	}
	t := changesText{Painter: to.Painter, width: to.width()}
	lines := t.lines(c)
	if to == &s.err { // after the steps
		lines = append(to.blank(), lines...)
	}
	s.print(to, lines...)
}

// changesText makes lines of changes.
type changesText struct {
	termtext.Painter
	width int // 0: no limit

	idWidth, typeWidth int
}

func (t *changesText) lines(c Changes) []string {
	if len(c.Rows) == 0 && len(c.Grants) == 0 && len(c.Exposed) == 0 {
		return []string{"No changes."}
	}
	var lines []string
	lines = append(lines, t.rows(c.Rows)...)
	lines = append(lines, t.grants(c.Grants)...)
	lines = append(lines, t.exposed(c.Exposed)...)
	return append(lines, "", t.summary(&c))
}

// summary says how many resources there are to add, change, replace and remove.
func (t *changesText) summary(c *Changes) string {
	var parts []string
	for _, l := range looks {
		if n := c.count(l.action); n > 0 {
			parts = append(parts, t.Paint(fmt.Sprintf("%d to %s", n, l.verb), l.color...))
		}
	}
	if len(parts) == 0 {
		return "No resource changes."
	}
	return strings.Join(parts, ", ") + "."
}

// Columns of a row before its name, and between others.
const (
	signColumns = 4
	gap         = 2
)

// rows are the table: nested stacks' resources are below their stack.
func (t *changesText) rows(rows []Row) []string {
	t.measure(rows)
	var lines []string
	done := map[string]bool{}
	var below func(path []string)
	below = func(path []string) {
		for i := range rows {
			if !slices.Equal(rows[i].Path, path) {
				continue
			}
			lines = append(lines, t.row(&rows[i], len(path), rows[i].LogicalID)...)
			if child := slices.Concat(path, []string{rows[i].LogicalID}); !done[key(child)] {
				done[key(child)] = true
				below(child)
			}
		}
	}
	done[""] = true
	below(nil)
	for i := range rows { // of stacks that aren't rows themselves
		if r := &rows[i]; !done[key(r.Path)] {
			lines = append(lines, t.row(r, 0, key(r.Path, r.LogicalID))...)
		}
	}
	return lines
}

// key names a resource, or the stack that it lies in.
func key(path []string, id ...string) string {
	return strings.Join(slices.Concat(path, id), "/")
}

// measure chooses the widths of the columns.
func (t *changesText) measure(rows []Row) {
	t.idWidth, t.typeWidth = 0, 0
	known := map[string]bool{"": true}
	for i := range rows {
		known[key(rows[i].Path, rows[i].LogicalID)] = true
	}
	for i := range rows {
		if known[key(rows[i].Path)] {
			t.idWidth = max(t.idWidth, columns(rows[i].LogicalID)+2*len(rows[i].Path))
		} else {
			t.idWidth = max(t.idWidth, columns(key(rows[i].Path, rows[i].LogicalID)))
		}
		t.typeWidth = max(t.typeWidth, columns(rows[i].Type))
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

// row is a resource, and the properties that change.
func (t *changesText) row(r *Row, depth int, name string) []string {
	sign, paint := "?", []color.Attribute(nil)
	for _, l := range looks {
		if l.action == r.Action {
			sign, paint = l.sign, l.color
		}
	}
	indent := strings.Repeat("  ", depth)
	id := pad(fitMiddle(termtext.CleanLine(name), t.idWidth-2*depth), t.idWidth-2*depth)
	kind := fitMiddle(termtext.CleanLine(r.Type), t.typeWidth)
	line := "  " + indent + t.Paint(sign+" "+id, paint...) + strings.Repeat(" ", gap) + kind
	lines := []string{strings.TrimRight(line, " ")}
	deep := indent + strings.Repeat(" ", signColumns)
	if r.Action == Replaced {
		lines = append(lines, t.note(deep, "replaced: a new one is made, then this one is deleted with what it holds", paint...)...)
	}
	if r.Action == Added || r.Action == Removed {
		return append(lines, t.gist(r, deep)...)
	}
	for i := range r.Properties {
		lines = append(lines, t.property(&r.Properties[i], deep)...)
	}
	return lines
}

func (t *changesText) note(indent, text string, paint ...color.Attribute) []string {
	lines := indented(text, indent, t.width)
	for i, line := range lines {
		lines[i] = t.Paint(line, paint...)
	}
	return lines
}

// gist is a line with the properties of what is wholly new, or goes.
func (t *changesText) gist(r *Row, indent string) []string {
	var parts []string
	for i := range r.Properties {
		p := &r.Properties[i]
		value := p.After
		if r.Action == Removed {
			value = p.Before
		}
		if value = termtext.CleanLine(value); value != "" {
			parts = append(parts, termtext.CleanLine(p.Path)+"="+fit(value, 40))
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return []string{t.Paint(fit(indent+strings.Join(parts, " "), t.width), color.Faint)}
}

// property is a value before and after: in one line if they fit.
func (t *changesText) property(p *Property, indent string) []string {
	name, before, after := termtext.CleanLine(p.Path), termtext.CleanLine(p.Before), termtext.CleanLine(p.After)
	why := ""
	switch {
	case p.Replaces && p.Conditional:
		why = "  may replace it"
	case p.Replaces:
		why = "  replaces it"
	}
	const arrow = " → "
	shown := t.Paint(before, color.FgRed) + arrow + t.Paint(after, color.FgGreen)
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
	lines := []string{fit(indent+fitMiddle(name, t.width-columns(indent)-columns(why))+t.Paint(why, color.FgMagenta, color.Bold), t.width)}
	if before != "" {
		lines = append(lines, indent+"  "+t.Paint("- "+before, color.FgRed))
	}
	if after != "" {
		lines = append(lines, indent+"  "+t.Paint("+ "+after, color.FgGreen))
	}
	return lines
}
