package layered

// Graph is what is to be laid out. The order of its boxes and edges decides
// where there is nothing else to decide by: earlier ones are further up and
// further left.
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
	// Out and In say how far below the top of its box the edge leaves and
	// arrives.
	Out, In int
	// Straight: the edge is to be level before others are.
	Straight bool
}

// Spacing holds the distances in pixels.
type Spacing struct {
	Boxes    int // between boxes of a layer
	Edges    int // between edges that pass a layer
	Channel  int // between layers; more where edges are very steep
	Parts    int // between components, at least
	Wide     int // how many times as wide as high the layout should be, in tenths
	Together int // so many boxes without edges stand side by side
}

// Layout says where everything is, in pixels from the top left corner.
type Layout struct {
	Width, Height int
	Boxes         []Point // the top left corners of the graph's boxes
	Edges         []Path  // of the graph's edges
}

// Point is a place in a layout.
type Point struct{ X, Y int }

// Path is how an edge runs from left to right: a level run for each layer that
// it touches, and from each run's end to the next one's start a curve that stays
// between these two layers, where there are no boxes.
type Path struct {
	Runs []Run
	// Reversed: the path starts at the right side of the box that the edge
	// leads to, since it closes a cycle.
	Reversed bool
	// Loop: the edge leads to the box that it comes from. The path's two runs
	// are at the right side of it, one below the other.
	Loop bool
}

// Run is a level piece of a path.
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

// components lists the boxes that edges join, each list in the graph's order.
func components(g Graph) [][]int {
	neighbours := make([][]int, len(g.Boxes))
	for _, e := range g.Edges {
		neighbours[e.From] = append(neighbours[e.From], e.To)
		neighbours[e.To] = append(neighbours[e.To], e.From)
	}
	number := make([]int, len(g.Boxes)) // of the component, from 1
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

// touched reports whether a box has an edge, be it one to itself.
func touched(g Graph, box int) bool {
	for _, e := range g.Edges {
		if e.From == box || e.To == box {
			return true
		}
	}
	return false
}
