package layered

import (
	"cmp"
	"slices"
)

// sweeps is the number of sweeps over all layers. A few are enough: after the
// first four, most of the crossings that can be removed are gone.
const sweeps = 8

// orderLayers reduces the crossings of links: it sorts each layer by the
// barycenters of its vertices' neighbours in the layer before, from left to
// right and back again, and keeps the order with the fewest crossings.
func (l *layering) orderLayers() {
	best, fewest := l.ranks(), l.crossings()
	for sweep := 0; sweep < sweeps && fewest > 0; sweep++ {
		for i := range l.layers {
			if sweep%2 == 0 {
				l.sortLayer(i, func(v *vertex) []int { return v.in })
			} else {
				l.sortLayer(len(l.layers)-1-i, func(v *vertex) []int { return v.out })
			}
		}
		if crossings := l.crossings(); crossings < fewest {
			best, fewest = l.ranks(), crossings
		}
	}
	for v, rank := range best {
		l.vertices[v].rank = rank
	}
	for _, layer := range l.layers {
		slices.SortFunc(layer, func(a, b int) int { return cmp.Compare(best[a], best[b]) })
	}
}

func (l *layering) ranks() []int {
	ranks := make([]int, len(l.vertices))
	for i, v := range l.vertices {
		ranks[i] = v.rank
	}
	return ranks
}

// port returns a number by which the ends of links in a layer are ordered:
// first by their vertices, then from the top downwards.
func (l *layering) port(v, offset int) int {
	const fine = 1 << 12
	return l.vertices[v].rank*fine + fine*offset/max(2*l.vertices[v].height, offset+1, 1)
}

// sortLayer sorts a layer by the barycenters of its vertices' links to one
// side. A vertex without links is sorted by its present place.
func (l *layering) sortLayer(layer int, side func(*vertex) []int) {
	vertices := l.layers[layer]
	for _, v := range vertices {
		links := side(&l.vertices[v])
		if len(links) == 0 {
			l.vertices[v].center = l.port(v, 0)
			continue
		}
		sum := 0
		for _, k := range links {
			if link := l.links[k]; link.from == v {
				sum += l.port(link.to, link.in)
			} else {
				sum += l.port(link.from, link.out)
			}
		}
		l.vertices[v].center = sum / len(links)
	}
	slices.SortStableFunc(vertices, func(a, b int) int { return cmp.Compare(l.vertices[a].center, l.vertices[b].center) })
	for rank, v := range vertices {
		l.vertices[v].rank = rank
	}
}

// span is the ports at which a link starts and ends.
type span struct{ start, end int }

// crossings counts the crossings of all links.
func (l *layering) crossings() int {
	between := make([][]span, len(l.layers))
	for _, k := range l.links {
		layer := l.vertices[k.from].layer
		between[layer] = append(between[layer], span{l.port(k.from, k.out), l.port(k.to, k.in)})
	}
	count := 0
	for _, links := range between {
		count += inversions(links)
	}
	return count
}

// inversions counts the crossings of links between two layers: with the links
// sorted by their starts, the pairs whose ends are in the opposite order. The
// ends are counted in a Fenwick tree, as by Barth, Jünger and Mutzel (Simple
// and Efficient Bilayer Cross Counting, 2002).
func inversions(links []span) int {
	slices.SortFunc(links, func(a, b span) int {
		if a.start != b.start {
			return a.start - b.start
		}
		return a.end - b.end
	})
	ends := make([]int, len(links))
	for i, k := range links {
		ends[i] = k.end
	}
	slices.Sort(ends)
	ends = slices.Compact(ends)
	tree := make([]int, len(ends)+1)
	count := 0
	for seen, k := range links {
		place, _ := slices.BinarySearch(ends, k.end)
		above := 0 // ends so far that are not below this one
		for i := place + 1; i > 0; i -= i & -i {
			above += tree[i]
		}
		count += seen - above
		for i := place + 1; i < len(tree); i += i & -i {
			tree[i]++
		}
	}
	return count
}
