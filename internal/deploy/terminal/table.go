package terminal

import (
	"slices"
	"strings"

	"github.com/fatih/color"

	"github.com/chalice-go/chalice/internal/termtext"
)

// Tone is the meaning of a cell, which decides about its colour.
type Tone int

// The tones.
const (
	Plain Tone = iota
	Good
	Warn
	Bad
	Faint
)

var tones = [...][]color.Attribute{Plain: nil, Good: {color.FgGreen}, Warn: {color.FgYellow}, Bad: {color.FgRed}, Faint: {color.Faint}}

// Cell is a cell of a table.
type Cell struct {
	Text string
	Tone Tone
}

// Table is a table of results, such as the functions of a stage.
type Table struct {
	Title   string   // "" for none
	Columns []string // if all are empty, there is no header
	Rows    [][]Cell
}

// Table writes a table as a result. In a terminal it is not wider than the
// window: the widest columns are shortened. A table without rows is its title,
// and says that there are none.
func (s *Screen) Table(t Table) {
	if s.json {
		s.jsonTable(t)
		return
	}
	var lines []string
	indent := ""
	if t.Title != "" {
		lines, indent = append(lines, s.out.Paint(termtext.CleanLine(t.Title)+":", color.Bold)), "  "
	}
	if len(t.Rows) == 0 {
		s.print(&s.out, append(lines, indent+"none")...)
		return
	}
	widths := t.widths(s.out.width() - len(indent))
	if slices.ContainsFunc(t.Columns, func(name string) bool { return name != "" }) {
		lines = append(lines, indent+tableLine(widths, t.Columns, func(int) []color.Attribute { return tones[Faint] }, s.out.Painter))
	}
	for _, row := range t.Rows {
		texts := make([]string, len(row))
		for i, c := range row {
			texts[i] = termtext.CleanLine(c.Text)
		}
		lines = append(lines, indent+tableLine(widths, texts, func(i int) []color.Attribute { return tones[row[i].Tone] }, s.out.Painter))
	}
	s.print(&s.out, lines...)
}

// widths computes the columns' widths. A negative room is no limit.
func (t *Table) widths(room int) []int {
	widths := make([]int, len(t.Columns))
	for i, c := range t.Columns {
		widths[i] = columns(c)
	}
	for _, row := range t.Rows {
		for i, c := range row {
			widths[i] = max(widths[i], columns(termtext.CleanLine(c.Text)))
		}
	}
	if room <= 0 {
		return widths
	}
	sum := gap * (len(widths) - 1)
	for _, w := range widths {
		sum += w
	}
	for ; sum > room; sum-- {
		widest := 0
		for i, w := range widths {
			if w > widths[widest] {
				widest = i
			}
		}
		if widths[widest] <= 4 {
			break
		}
		widths[widest]--
	}
	return widths
}

func tableLine(widths []int, texts []string, tone func(int) []color.Attribute, ink termtext.Painter) string {
	cells := make([]string, len(texts))
	for i, text := range texts {
		cell := pad(fitMiddle(text, widths[i]), widths[i])
		if i == len(texts)-1 {
			cell = strings.TrimRight(cell, " ")
		}
		cells[i] = ink.Paint(cell, tone(i)...)
	}
	return strings.TrimRight(strings.Join(cells, strings.Repeat(" ", gap)), " ")
}

func (s *Screen) jsonTable(t Table) {
	for _, row := range t.Rows {
		cells := make(map[string]string, len(row))
		for i, c := range row {
			cells[t.Columns[i]] = c.Text
		}
		s.object(jsonRow{now("row"), t.Title, cells})
	}
}
