package layered

// part is a component with the places of everything in it.
type part struct {
	width, height int
	boxes         map[int]Point // by their indices in the graph
	edges         map[int]Path
}

// place puts a box into the part.
func (p *part) place(box int, at Point, size Box) {
	p.boxes[box] = at
	p.width = max(p.width, at.X+size.Width)
	p.height = max(p.height, at.Y+size.Height)
}

// rows puts boxes without edges side by side, with the distance of layers, so
// that they are aligned with others.
func rows(g Graph, boxes []int, s Spacing) []part {
	var parts []part
	for len(boxes) > 0 {
		row := boxes[:min(len(boxes), max(s.Together, 1))]
		boxes = boxes[len(row):]
		p := part{boxes: map[int]Point{}}
		x := 0
		for _, b := range row {
			p.place(b, Point{x, 0}, g.Boxes[b])
			x = p.width + s.Channel
		}
		parts = append(parts, p)
	}
	return parts
}

// pack puts the parts into columns, in their order. Of all numbers of columns
// it takes the one whose page has to be enlarged least to have the wanted
// proportions.
func pack(g Graph, parts []part, s Spacing) Layout {
	best, least := Layout{}, 0
	for n := 1; n <= max(len(parts), 1); n++ {
		l := columns(g, parts, lowest(parts, n, s.Parts), s)
		if page := max(l.Width*10, l.Height*s.Wide); n == 1 || page < least {
			best, least = l, page
		}
	}
	return best
}

// lowest returns the smallest height at which all parts fit into n columns,
// found by bisection.
func lowest(parts []part, n, gap int) int {
	low, high := 0, 0
	for _, p := range parts {
		low = max(low, p.height)
		high += p.height + gap
	}
	for low < high {
		middle := (low + high) / 2
		if fill(parts, middle, gap, func(int, int, int) {}) <= n {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return low
}

// fill puts parts one below the other, and begins a new column when one would
// be higher than height. It calls put with the column and the place of each
// part, and returns the number of columns.
func fill(parts []part, height, gap int, put func(part, column, y int)) int {
	column, y := 0, 0
	for i, p := range parts {
		if y > 0 && y+p.height > height {
			column, y = column+1, 0
		}
		put(i, column, y)
		y += p.height + gap
	}
	return column + 1
}

// columns lays out the whole graph in columns of a given height.
func columns(g Graph, parts []part, height int, s Spacing) Layout {
	l := Layout{Boxes: make([]Point, len(g.Boxes)), Edges: make([]Path, len(g.Edges))}
	column, left := 0, 0
	fill(parts, height, s.Parts, func(i, c, y int) {
		if c > column {
			column, left = c, l.Width+s.Parts*2
		}
		p := parts[i]
		for box, at := range p.boxes {
			l.Boxes[box] = Point{at.X + left, at.Y + y}
		}
		for edge, path := range p.edges {
			l.Edges[edge] = path.moved(left, y)
		}
		l.Width = max(l.Width, left+p.width)
		l.Height = max(l.Height, y+p.height)
	})
	return l
}

// moved returns the same path at another place.
func (p Path) moved(x, y int) Path {
	runs := make([]Run, len(p.Runs))
	for i, r := range p.Runs {
		runs[i] = Run{r.Start + x, r.End + x, r.Y + y}
	}
	p.Runs = runs
	return p
}
