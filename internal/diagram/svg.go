package diagram

import (
	_ "embed" // for the stylesheet
	"fmt"
	"strings"

	"github.com/chalice-go/chalice/internal/layered"
)

// Options say what the picture is for.
type Options struct {
	// Embedded means that the picture becomes a part of a page that has the
	// stylesheet. The picture has no style of its own, which a content security
	// policy could refuse, and no background and no heading. Its boxes, rows and
	// edges have in data-id what they stand for, for the page's script.
	Embedded bool
}

// Stylesheet returns the colours and fonts of embedded pictures, light and
// dark. A picture that isn't embedded is light. All rules are for elements
// below .chalice-graph; a page can set the custom properties there.
func Stylesheet() string { return stylesheet }

//go:embed style.css
var stylesheet string

// SVG draws the picture of a graph. For equal graphs it returns the same bytes.
func SVG(g *Graph, o Options) []byte {
	v := newView(cleaned(g), o)
	m := &markup{}
	m.start("svg", v.root())
	if !o.Embedded {
		v.writeHead(m)
	}
	v.writeEdges(m)
	for _, b := range v.boxes {
		b.write(m)
	}
	m.end()
	return m.Bytes()
}

// view is the graph with the places of everything.
type view struct {
	graph         *Graph
	options       Options
	width, height int
	boxes         []boxView
	edges         []edgeView
}

type boxView struct {
	Box
	shape
	at layered.Point
}

type edgeView struct {
	Edge
	path, arrow string
}

// newView computes the places.
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
	if !o.Embedded {
		top += headingTop
	}
	v := &view{graph: g, options: o, width: max(layout.Width+2*margin, leastPage), height: layout.Height + top + margin}
	for i, b := range g.Boxes {
		at := layout.Boxes[i]
		v.boxes = append(v.boxes, boxView{b, shapes[i], layered.Point{X: at.X + margin, Y: at.Y + top}})
	}
	for i, e := range g.Edges {
		path, arrow := curve(layout.Edges[i], margin, top)
		v.edges = append(v.edges, edgeView{e, path, arrow})
	}
	return v
}

// plan returns the graph in the form that the layout takes. Edges arrive at the
// title of a box. They start at a row, or at the title if that is clear enough:
// if there is only one edge, or if the rows are in several columns.
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

// curve returns an edge as a path of SVG, and another path for the arrow at its
// end.
func curve(p layered.Path, left, top int) (path, arrow string) {
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
	return b.String(), fmt.Sprintf("M%d %dl%d -4v8z", x, y, back)
}
