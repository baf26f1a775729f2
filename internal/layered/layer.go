package layered

// layering is a component whose vertices are assigned to layers. The vertices
// are boxes and dummies.
type layering struct {
	Spacing
	vertices []vertex
	layers   [][]int // vertices, from the top downwards
	links    []link  // each joins vertices of neighbouring layers
	edges    []route
	left     []int // left edge of each layer, once placeAlong has run
	width    []int // of each layer
}

type vertex struct {
	box           int // index in the graph; -1 for a dummy
	width, height int
	layer         int
	rank          int // place in the order of its layer
	center        int // mean of its neighbours' ports on one side
	y             int
	in, out       []int // links
}

// link is an edge, or a part of one, between neighbouring layers.
type link struct {
	from, to int // vertices, from left to right
	out, in  int // distances from the tops of the vertices
	weight   int // how important it is that the link is level
}

// route is an edge of the graph, and the vertices that it passes.
type route struct {
	edge     int
	via      []int // vertices from left to right
	out, in  int
	reversed bool
	weight   int
}

// newLayering makes the layers of a component, with dummies, ordered by a
// depth-first search.
func newLayering(g Graph, boxes []int, s Spacing) *layering {
	l := &layering{Spacing: s}
	vertexOf := map[int]int{}
	for i, b := range boxes {
		vertexOf[b] = i
		l.vertices = append(l.vertices, vertex{box: b, width: g.Boxes[b].Width, height: g.Boxes[b].Height})
	}
	for i, e := range g.Edges {
		weight := 1
		if e.Straight {
			weight = 1000
		}
		if from, ok := vertexOf[e.From]; ok {
			l.edges = append(l.edges, route{edge: i, via: []int{from, vertexOf[e.To]}, out: e.Out, in: e.In, weight: weight})
		}
	}
	l.acyclic()
	l.assignLayers()
	l.addDummies()
	l.fillLayers()
	return l
}

// successors returns for each vertex the edges that leave it, without loops.
func (l *layering) successors() [][]int {
	list := make([][]int, len(l.vertices))
	for i, r := range l.edges {
		if r.via[0] != r.via[1] {
			list[r.via[0]] = append(list[r.via[0]], i)
		}
	}
	return list
}

// acyclic reverses the edges that lead back to a vertex on the path of a
// depth-first search. The search begins at the sources, so that what they lead
// to is to the right of them.
func (l *layering) acyclic() {
	next := l.successors()
	entered := make([]bool, len(l.vertices))
	for _, r := range l.edges {
		entered[r.via[1]] = entered[r.via[1]] || r.via[0] != r.via[1]
	}
	const onPath, done = 1, 2
	state := make([]int, len(l.vertices))
	var visit func(int)
	visit = func(v int) {
		state[v] = onPath
		for _, e := range next[v] {
			r := &l.edges[e]
			switch to := r.via[1]; state[to] {
			case 0:
				visit(to)
			case onPath:
				r.via = []int{to, v}
				r.out, r.in, r.reversed = r.in, r.out, true
			}
		}
		state[v] = done
	}
	for _, sources := range []bool{true, false} {
		for v := range l.vertices {
			if state[v] == 0 && entered[v] != sources {
				visit(v)
			}
		}
	}
}

// assignLayers puts each vertex as far left as its predecessors allow. Vertices
// without predecessors it then moves as close to their successors as possible.
func (l *layering) assignLayers() {
	next := l.successors()
	before := make([]int, len(l.vertices)) // predecessors that have no layer yet
	for _, r := range l.edges {
		if r.via[0] != r.via[1] {
			before[r.via[1]]++
		}
	}
	var queue, sources []int
	for v := range l.vertices {
		if before[v] == 0 {
			queue = append(queue, v)
		}
	}
	sources = queue
	for ; len(queue) > 0; queue = queue[1:] {
		v := queue[0]
		for _, e := range next[v] {
			to := l.edges[e].via[1]
			l.vertices[to].layer = max(l.vertices[to].layer, l.vertices[v].layer+1)
			if before[to]--; before[to] == 0 {
				queue = append(queue, to)
			}
		}
	}
	for _, v := range sources {
		nearest := len(l.vertices)
		for _, e := range next[v] {
			nearest = min(nearest, l.vertices[l.edges[e].via[1]].layer)
		}
		if len(next[v]) > 0 {
			l.vertices[v].layer = nearest - 1
		}
	}
}

// addDummies gives each edge a vertex of height zero in the layers between its
// ends, and makes the links.
func (l *layering) addDummies() {
	for i := range l.edges {
		r := &l.edges[i]
		from, to := r.via[0], r.via[1]
		if from == to {
			continue
		}
		last := from
		via := []int{from}
		for layer := l.vertices[from].layer + 1; layer < l.vertices[to].layer; layer++ {
			l.vertices = append(l.vertices, vertex{box: -1, layer: layer})
			dummy := len(l.vertices) - 1
			via = append(via, dummy)
			l.link(last, dummy, r)
			last = dummy
		}
		l.link(last, to, r)
		r.via = append(via, to)
	}
}

// link joins two vertices. The weights are those of Gansner, Koutsofios, North
// and Vo (A Technique for Drawing Directed Graphs, 1993): the middle of a long
// edge should be straight rather than its ends.
func (l *layering) link(from, to int, r *route) {
	k := link{from: from, to: to}
	boxes := 0
	if l.vertices[from].box >= 0 {
		k.out = r.out
		boxes++
	}
	if l.vertices[to].box >= 0 {
		k.in = r.in
		boxes++
	}
	k.weight = r.weight * [...]int{8, 2, 1}[boxes]
	l.links = append(l.links, k)
	n := len(l.links) - 1
	l.vertices[from].out = append(l.vertices[from].out, n)
	l.vertices[to].in = append(l.vertices[to].in, n)
}

// fillLayers puts the vertices into their layers, in the order in which a
// depth-first search from the sources visits them.
func (l *layering) fillLayers() {
	depth := 0
	for _, v := range l.vertices {
		depth = max(depth, v.layer+1)
	}
	l.layers = make([][]int, depth)
	met := make([]bool, len(l.vertices))
	var meet func(int)
	meet = func(v int) {
		if met[v] {
			return
		}
		met[v] = true
		layer := &l.layers[l.vertices[v].layer]
		l.vertices[v].rank = len(*layer)
		*layer = append(*layer, v)
		for _, k := range l.vertices[v].out {
			meet(l.links[k].to)
		}
	}
	for v := range l.vertices {
		if len(l.vertices[v].in) == 0 {
			meet(v)
		}
	}
}
