package layered

// placements is how often the places of all layers are improved.
const placements = 8

// placeAcross computes the vertical place of each vertex. Layer by layer it
// moves the vertices to where their links to one side are level, as far as the
// order and the distances allow: from left to right, back again, and at the end
// once more from left to right, since a drawing is read in this direction.
func (l *layering) placeAcross() {
	for _, layer := range l.layers {
		y := 0
		for i, v := range layer {
			if i > 0 {
				y += l.distance(layer[i-1], v)
			}
			l.vertices[v].y = y
		}
	}
	for range placements {
		for i := range l.layers {
			l.placeLayer(l.layers[len(l.layers)-1-i], func(v *vertex) []int { return v.out })
		}
		for _, layer := range l.layers {
			l.placeLayer(layer, func(v *vertex) []int { return v.in })
		}
	}
}

// distance returns the smallest distance between the tops of two neighbouring
// vertices.
func (l *layering) distance(above, below int) int {
	if l.vertices[above].box < 0 && l.vertices[below].box < 0 {
		return l.Edges
	}
	return l.vertices[above].height + l.Boxes
}

// block is a run of vertices that are as close as allowed. The place of the
// block is the weighted mean of the places that they should have.
type block struct{ sum, weight, size int }

// place returns the place that the block should have, rounded to a whole pixel:
// halves downwards, also those above the origin, so that blocks stay in order.
func (b block) place() int {
	doubled, weight := 2*b.sum+b.weight, 2*b.weight
	place := doubled / weight
	if doubled%weight < 0 {
		place--
	}
	return place
}

// placeLayer moves a layer's vertices as little as possible from where they
// would be level with their neighbours on one side. If the smallest distances
// are subtracted, the places only have to be in order: this is isotonic
// regression, which the pool-adjacent-violators algorithm solves exactly
// (Barlow and others, Statistical Inference under Order Restrictions, 1972).
func (l *layering) placeLayer(layer []int, side func(*vertex) []int) {
	var blocks []block
	below := 0 // smallest distance between the layer's first top and this one
	for i, v := range layer {
		if i > 0 {
			below += l.distance(layer[i-1], v)
		}
		wish, weight := l.wish(v, side(&l.vertices[v]))
		b := block{sum: wish - weight*below, weight: weight, size: 1}
		for n := len(blocks); n > 0 && blocks[n-1].sum*b.weight >= b.sum*blocks[n-1].weight; n-- {
			last := blocks[n-1]
			b = block{last.sum + b.sum, last.weight + b.weight, last.size + b.size}
			blocks = blocks[:n-1]
		}
		blocks = append(blocks, b)
	}
	i, below := 0, 0
	for _, b := range blocks {
		for range b.size {
			if i > 0 {
				below += l.distance(layer[i-1], layer[i])
			}
			l.vertices[layer[i]].y = b.place() + below
			i++
		}
	}
}

// wish returns the place at which a vertex would be level with its neighbours
// over some links, times its weight. Without links it is the present place.
func (l *layering) wish(v int, links []int) (sum, weight int) {
	for _, k := range links {
		link := l.links[k]
		if link.from == v {
			sum += link.weight * (l.vertices[link.to].y + link.in - link.out)
		} else {
			sum += link.weight * (l.vertices[link.from].y + link.out - link.in)
		}
		weight += link.weight
	}
	if weight == 0 {
		return l.vertices[v].y, 1
	}
	return sum, weight
}

// placeAlong computes the horizontal places of the layers. A channel is twice
// or three times as wide if its links are very steep, so that one can follow
// them. Because its width changes in steps, the layers of most components are
// aligned with those of others.
func (l *layering) placeAlong() {
	steepest := make([]int, len(l.layers))
	for _, k := range l.links {
		from, to := l.vertices[k.from], l.vertices[k.to]
		drop := from.y + k.out - to.y - k.in
		steepest[from.layer] = max(steepest[from.layer], drop, -drop)
	}
	l.left, l.width = make([]int, len(l.layers)), make([]int, len(l.layers))
	x := 0
	for i, layer := range l.layers {
		for _, v := range layer {
			l.width[i] = max(l.width[i], l.vertices[v].width)
		}
		l.left[i] = x
		x += l.width[i] + l.Channel*min(1+steepest[i]/(8*max(l.Channel, 1)), 3)
	}
}

// part returns the component with the places of everything in it.
func (l *layering) part() part {
	p := part{boxes: map[int]Point{}, edges: map[int]Path{}}
	top := l.vertices[l.layers[0][0]].y
	for _, layer := range l.layers {
		top = min(top, l.vertices[layer[0]].y)
	}
	for i := range l.vertices {
		v := &l.vertices[i]
		v.y -= top
		p.height = max(p.height, v.y) // a dummy can be the lowest vertex
		if v.box >= 0 {
			p.place(v.box, Point{l.left[v.layer], v.y}, Box{v.width, v.height})
		}
	}
	for _, r := range l.edges {
		path := l.path(r)
		p.edges[r.edge] = path
		if path.Loop {
			p.width = max(p.width, path.Runs[0].End+l.Channel/2)
		}
	}
	return p
}

// path returns the course of an edge.
func (l *layering) path(r route) Path {
	first, last := l.vertices[r.via[0]], l.vertices[r.via[len(r.via)-1]]
	right := l.left[first.layer] + l.width[first.layer]
	side := l.left[first.layer] + first.width
	start := Run{side, right, first.y + r.out}
	if r.via[0] == r.via[1] {
		return Path{Runs: []Run{start, {right, side, first.y + r.in}}, Loop: true}
	}
	runs := []Run{start}
	for _, dummy := range r.via[1 : len(r.via)-1] {
		v := l.vertices[dummy]
		runs = append(runs, Run{l.left[v.layer], l.left[v.layer] + l.width[v.layer], v.y})
	}
	left := l.left[last.layer]
	return Path{Runs: append(runs, Run{left, left, last.y + r.in}), Reversed: r.reversed}
}
