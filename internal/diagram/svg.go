package diagram

import (
	"bytes"
	_ "embed" // the template and the stylesheet
	"fmt"
	"html/template"
	"strings"

	"github.com/chalice-go/chalice/internal/layered"
)

// Options says what the picture is for.
type Options struct {
	// Embedded: the picture becomes a part of a page, which has the stylesheet.
	// It has no style of its own, which a content security policy could refuse, no
	// background and no heading, and its boxes, rows and edges are for
	// the page's script to make something of: what they stand for is in data-id.
	Embedded bool
}

// Stylesheet returns the colours and fonts of embedded pictures, light and dark.
// Without it a picture is light. All its rules are below .chalice-graph; the
// custom properties there are for a page to set.
func Stylesheet() string { return stylesheet }

//go:embed style.css
var stylesheet string

//go:embed svg.tmpl
var svgTemplate string

// html/template escapes each value for where it stands.
var svg = template.Must(template.New("svg").Parse(svgTemplate))

// SVG draws the picture of a graph.
func SVG(g *Graph, o Options) []byte {
	g = cleaned(g)
	v := newView(g, o)
	var b bytes.Buffer
	if err := svg.Execute(&b, v); err != nil {
		panic(fmt.Sprintf("diagram: %v", err)) // no graph makes it fail
	}
	return b.Bytes()
}

// view is what the template shows.
type view struct {
	Options
	Width, Height int
	Summary       string // for whoever doesn't see the picture
	Title, Stage  string
	Subtitle      string
	Style         template.CSS
	Boxes         []boxView
	Edges         []edgeView
}

type boxView struct {
	ID, Class, Kind string
	Box             layered.Box
	At              layered.Point
	Title, Note     textView
	Full            string // title, however long
	Rows            []rowView
	Low             int // where the box's lower left corner starts to be round
	Line            int // where the rows start; 0: there are none
}

type rowView struct {
	ID, Hint          string
	X, Y              int // the corner of the space that a click can hit
	Width             int
	Label, Text, Note textView
}

// textView is a piece of text with the point where its baseline starts, or at
// the right end of a line, ends.
type textView struct {
	X, Y int
	Text string
}

type edgeView struct {
	ID, From, To, Hint string
	Path, Arrow        string
}

// newView places everything.
func newView(g *Graph, o Options) *view {
	column := leastWidth
	for _, b := range g.Boxes {
		column = max(column, columnWidth(b))
	}
	shapes := make([]shape, len(g.Boxes))
	for i, b := range g.Boxes {
		shapes[i] = shapeOf(b, column)
	}
	layout := layered.Arrange(plan(g, shapes), layered.Spacing{
		Boxes: 24, Edges: 14, Channel: 64, Parts: 28, Wide: 15, Together: 2,
	})
	top := margin
	v := &view{Options: o, Title: g.Title, Stage: g.Stage, Summary: summary(g), Subtitle: counts(g)}
	if !o.Embedded {
		top += headingTop
		v.Style = template.CSS(stylesheet)
	}
	v.Width = max(layout.Width+2*margin, 360)
	v.Height = layout.Height + top + margin
	for i, b := range g.Boxes {
		at := layout.Boxes[i]
		v.Boxes = append(v.Boxes, viewBox(b, shapes[i], layered.Point{X: at.X + margin, Y: at.Y + top}))
	}
	for i, e := range g.Edges {
		v.Edges = append(v.Edges, viewEdge(e, layout.Edges[i], margin, top))
	}
	return v
}

// plan returns the graph as the layout takes it. Edges arrive at the title of a
// box. They start at a row, or at the title where that says enough: where there is
// but one edge, or rows are in several columns.
func plan(g *Graph, shapes []shape) layered.Graph {
	var plan layered.Graph
	index := map[string]int{}
	for i, b := range g.Boxes {
		index[b.ID] = i
		plan.Boxes = append(plan.Boxes, shapes[i].Box)
	}
	leaving := map[string]int{}
	for _, e := range g.Edges {
		leaving[e.From]++
	}
	for _, e := range g.Edges {
		from := index[e.From]
		edge := layered.Edge{From: from, To: index[e.To], Out: portLine, In: portLine, Straight: e.Row == ""}
		for i, r := range g.Boxes[from].Rows {
			if leaving[e.From] > 1 && r.ID == e.Row && shapes[from].columns == 1 {
				edge.Out = headHeight + i*rowHeight + rowHeight/2
				break
			}
		}
		plan.Edges = append(plan.Edges, edge)
	}
	return plan
}

func viewBox(b Box, s shape, at layered.Point) boxView {
	room := s.Width - 2*padding
	v := boxView{
		ID: b.ID, Class: b.Kind.class(), Kind: string(b.Kind), Full: b.Title, Box: s.Box, At: at, Low: s.Height - 6,
		Title: textView{padding, titleLine, fit(b.Title, titleSize, room)},
		Note:  textView{s.Width - padding, 19, fit(b.Note, kindSize, room-width(string(b.Kind)+" ", kindSize))},
	}
	if len(b.Rows) > 0 {
		v.Line = headHeight - 3
	}
	for i, r := range b.Rows {
		x := i / s.perColumn * (s.columnWidth - 2*padding + columnGap)
		v.Rows = append(v.Rows, viewRow(r, s, x, headHeight+i%s.perColumn*rowHeight))
	}
	return v
}

// viewRow places a row whose column starts that far right in its box.
func viewRow(r Row, s shape, x, y int) rowView {
	left, right, baseline := x+padding, x+s.columnWidth-padding, y+14
	v := rowView{
		ID: r.ID, X: x + padding/2, Y: y, Width: s.columnWidth - padding,
		Hint:  strings.TrimSpace(r.Label + " " + r.Text + " " + r.Note),
		Label: textView{left, baseline, fit(r.Label, rowSize, s.label)},
	}
	room := right - left - s.label
	v.Note = textView{right, baseline, fit(r.Note, rowSize, max(room/2, room-width(r.Text+"  ", rowSize)))}
	if r.Note != "" {
		room -= width("  "+v.Note.Text, rowSize)
	}
	v.Text = textView{left + s.label, baseline, fit(r.Text, rowSize, room)}
	return v
}

// viewEdge draws an edge as one path, with an arrow at its end.
func viewEdge(e Edge, p layered.Path, left, top int) edgeView {
	var b strings.Builder
	runs := p.Runs
	fmt.Fprintf(&b, "M%d %dH%d", runs[0].Start+left, runs[0].Y+top, runs[0].End+left)
	for i, r := range runs[1:] {
		from := runs[i]
		middle := (from.End + r.Start) / 2
		if p.Loop {
			middle = from.End + 28
		}
		fmt.Fprintf(&b, "C%d %d %d %d %d %dH%d", middle+left, from.Y+top, middle+left, r.Y+top, r.Start+left, r.Y+top, r.End+left)
	}
	last := runs[len(runs)-1]
	x, y, back := last.End+left, last.Y+top, -8
	if p.Reversed {
		x, y = runs[0].Start+left, runs[0].Y+top
	}
	if p.Reversed || p.Loop {
		back = 8
	}
	return edgeView{
		ID: e.ID, From: e.From, To: e.To, Hint: e.From + " → " + e.To,
		Path:  b.String(),
		Arrow: fmt.Sprintf("M%d %dl%d -4v8z", x, y, back),
	}
}
