package layered

// part is a component with everything in its place.
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

// rows puts boxes that have no edges side by side, as far apart as layers are, so
// that they stand below others.
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

// pack puts the parts into columns, in their order: of all numbers of columns it
// takes the one whose page has the least to be made larger to have the wanted
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

// lowest is the least height of columns into which all parts go, if there are n of
// them: found by bisection.
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

// fill puts parts one below the other, and into a further column what would be
// lower than height. It says which part comes where, and returns how many columns
// there are.
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

// columns lays out the whole graph in columns of a height.
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

// moved returns the same path elsewhere.
func (p Path) moved(x, y int) Path {
	runs := make([]Run, len(p.Runs))
	for i, r := range p.Runs {
		runs[i] = Run{r.Start + x, r.End + x, r.Y + y}
	}
	p.Runs = runs
	return p
}
