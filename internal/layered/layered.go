package layered

// Graph is a graph to be laid out. If nothing else decides, earlier boxes and
// edges are further up and further left.
type Graph struct {
	Boxes []Box
	Edges []Edge
}

// Box is a vertex with its size in pixels.
type Box struct{ Width, Height int }

// Edge joins two boxes, by their indices. There can be several between the same
// two, and one from a box to itself.
type Edge struct {
	From, To int
	// Out and In are the distances from the top of its box at which the edge
	// leaves and arrives.
	Out, In int
	// Straight means that this edge should be level rather than others.
	Straight bool
}

// Spacing holds the distances in pixels.
type Spacing struct {
	Boxes    int // between boxes of a layer
	Edges    int // between edges that pass a layer
	Channel  int // between layers; more if edges are very steep
	Parts    int // between components, at least
	Wide     int // width of the layout that is aimed at, in tenths of its height
	Together int // number of boxes without edges that are side by side
}

// Layout has the places of everything, in pixels from the top left corner.
type Layout struct {
	Width, Height int
	Boxes         []Point // the top left corners of the graph's boxes
	Edges         []Path  // of the graph's edges
}

// Point is a place in a layout.
type Point struct{ X, Y int }

// Path is the course of an edge from left to right: a level run in each layer
// that it touches, and from each run's end to the next one's start a curve,
// which stays between the two layers, where there are no boxes.
type Path struct {
	Runs []Run
	// Reversed means that the path starts at the right side of the box to which
	// the edge leads, since the edge closes a cycle.
	Reversed bool
	// Loop means that the edge leads to the box from which it comes. The path's
	// two runs are at the right side of the box, one below the other.
	Loop bool
}

// Run is a level part of a path.
type Run struct{ Start, End, Y int }

// Arrange lays out a graph.
func Arrange(g Graph, s Spacing) Layout {
	var parts []part
	var single []int // boxes without edges
	for _, boxes := range components(g) {
		if len(boxes) == 1 && !touched(g, boxes[0]) {
			single = append(single, boxes[0])
			continue
		}
		l := newLayering(g, boxes, s)
		l.orderLayers()
		l.placeAcross()
		l.placeAlong()
		parts = append(parts, l.part())
	}
	parts = append(parts, rows(g, single, s)...)
	return pack(g, parts, s)
}

// components returns the connected components, each in the graph's order.
func components(g Graph) [][]int {
	neighbours := make([][]int, len(g.Boxes))
	for _, e := range g.Edges {
		neighbours[e.From] = append(neighbours[e.From], e.To)
		neighbours[e.To] = append(neighbours[e.To], e.From)
	}
	number := make([]int, len(g.Boxes)) // the component of each box, from 1
	count := 0
	for b := range g.Boxes {
		if number[b] > 0 {
			continue
		}
		count++
		number[b] = count
		for queue := []int{b}; len(queue) > 0; queue = queue[1:] {
			for _, n := range neighbours[queue[0]] {
				if number[n] == 0 {
					number[n] = count
					queue = append(queue, n)
				}
			}
		}
	}
	list := make([][]int, count)
	for b, n := range number {
		list[n-1] = append(list[n-1], b)
	}
	return list
}

// touched reports whether a box has an edge, even if only to itself.
func touched(g Graph, box int) bool {
	for _, e := range g.Edges {
		if e.From == box || e.To == box {
			return true
		}
	}
	return false
}
