package diagram

import (
	"fmt"
	"strings"
)

// Colours of light pictures, for viewers that ignore the stylesheet.
const (
	pageColour  = "#f6f8fa"
	boxColour   = "#ffffff"
	frameColour = "#d1d9e0"
	textColour  = "#1f2328"
	quietColour = "#59636e"
	edgeColour  = "#818b98"
)

const fonts = "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace"

// root returns the attributes of the picture as a whole. In a page it is a
// group, since the parts of an image are hidden from screen readers.
func (v *view) root() attributes {
	role := "img"
	if v.options.Embedded {
		role = "group"
	}
	return attributes{
		"xmlns", "http://www.w3.org/2000/svg", "class", "chalice-graph",
		"width", v.width, "height", v.height, "viewBox", fmt.Sprintf("0 0 %d %d", v.width, v.height),
		"role", role, "aria-label", summary(v.graph), "font-family", fonts,
	}
}

// writeHead writes the parts that an embedded picture doesn't have: style,
// background, heading.
func (v *view) writeHead(m *markup) {
	m.start("style", nil)
	m.WriteString(stylesheet) // it has nothing that XML would interpret
	m.end()
	m.empty("rect", attributes{"class", "chalice-page", "width", v.width, "height", v.height, "fill", pageColour})
	m.start("text", attributes{"class", "chalice-heading", "x", margin, "y", 42, "font-size", 20, "font-weight", 600, "fill", textColour})
	m.escape(v.graph.Title)
	m.text("tspan", v.graph.Stage, attributes{"class", "chalice-quiet", "dx", 12, "font-size", 14, "font-weight", 400, "fill", quietColour})
	m.end()
	m.text("text", counts(v.graph), attributes{"class", "chalice-quiet", "x", margin, "y", 64, "font-size", 12, "fill", quietColour})
}

func (v *view) writeEdges(m *markup) {
	m.start("g", attributes{"class", "chalice-edges", "fill", "none", "stroke", edgeColour, "stroke-width", "1.5"})
	for _, e := range v.edges {
		m.start("g", attributes{"class", "chalice-edge", "data-id", e.ID, "data-from", e.From, "data-to", e.To})
		m.text("title", e.From+" → "+e.To, nil)
		m.empty("path", attributes{"d", e.path})
		m.empty("path", attributes{"class", "chalice-arrow", "d", e.arrow, "fill", edgeColour, "stroke", "none"})
		m.end()
	}
	m.end()
}

func (b boxView) write(m *markup) {
	m.start("g", attributes{
		"class", "chalice-node " + b.Kind.class(), "data-id", b.ID, "data-kind", string(b.Kind),
		"role", "img", "aria-label", string(b.Kind) + " " + b.Title, "transform", fmt.Sprintf("translate(%d %d)", b.at.X, b.at.Y),
	})
	m.text("title", b.ID, nil)
	m.empty("rect", attributes{"class", "chalice-box", "width", b.Width, "height", b.Height, "rx", 6, "fill", boxColour, "stroke", frameColour})
	m.empty("path", attributes{"class", "chalice-mark", "d", fmt.Sprintf("M6 0a6 6 0 0 0-6 6V%da6 6 0 0 0 6 6z", b.Height-6), "fill", quietColour})
	kind := string(b.Kind)
	room := b.Width - 2*padding
	m.text("text", kind, attributes{"class", "chalice-kind", "x", padding, "y", kindLine, "font-size", kindSize, "font-weight", 600, "fill", quietColour})
	m.text("text", fit(b.Note, kindSize, room-width(kind+" ", kindSize)), attributes{
		"class", "chalice-quiet", "x", b.Width - padding, "y", kindLine, "font-size", kindSize, "text-anchor", "end", "fill", quietColour,
	})
	m.text("text", fit(b.Title, titleSize, room), attributes{"class", "chalice-title", "x", padding, "y", titleLine, "font-size", titleSize, "font-weight", 600, "fill", textColour})
	if len(b.Rows) > 0 {
		m.empty("path", attributes{"class", "chalice-line", "d", fmt.Sprintf("M6 %dH%d", headHeight-3, b.Width), "stroke", frameColour})
	}
	for i, r := range b.Rows {
		x := i / b.perColumn * (b.columnWidth - 2*padding + columnGap)
		b.writeRow(m, r, x+padding, headHeight+i%b.perColumn*rowHeight)
	}
	m.end()
}

// writeRow writes a row of a box. x is where its texts start, y is its top,
// both relative to the box. A rectangle behind the texts makes the whole row
// clickable.
func (b boxView) writeRow(m *markup, r Row, x, y int) {
	room := b.columnWidth - 2*padding - b.label
	note := fit(r.Note, rowSize, max(room/2, room-width(r.Text+"  ", rowSize)))
	if note != "" {
		room -= width("  "+note, rowSize)
	}
	baseline := y + 14
	m.start("g", attributes{"class", "chalice-row", "data-id", r.ID})
	m.text("title", strings.TrimSpace(r.Label+" "+r.Text+" "+r.Note), nil)
	m.empty("rect", attributes{
		"class", "chalice-hit", "x", x - padding/2, "y", y, "width", b.columnWidth - padding, "height", rowHeight,
		"rx", 3, "fill", "none", "pointer-events", "all",
	})
	m.text("text", fit(r.Label, rowSize, b.label), attributes{"class", "chalice-quiet", "x", x, "y", baseline, "font-size", rowSize, "fill", quietColour})
	m.text("text", fit(r.Text, rowSize, room), attributes{"class", "chalice-text", "x", x + b.label, "y", baseline, "font-size", rowSize, "fill", textColour})
	m.text("text", note, attributes{
		"class", "chalice-quiet", "x", b.columnWidth - 2*padding + x, "y", baseline, "font-size", rowSize, "text-anchor", "end", "fill", quietColour,
	})
	m.end()
}
