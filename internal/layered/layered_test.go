package layered_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/chalice-go/chalice/internal/layered"
)

var spacing = layered.Spacing{Boxes: 20, Edges: 10, Channel: 60, Parts: 30, Wide: 15, Together: 2}

func TestArrange(t *testing.T) {
	box := layered.Box{Width: 100, Height: 40}
	edge := func(from, to int) layered.Edge { return layered.Edge{From: from, To: to, Out: 20, In: 20} }
	for name, tc := range map[string]struct {
		boxes int
		edges []layered.Edge
		want  []layered.Point
	}{
		"nothing":                     {},
		"a box":                       {boxes: 1, want: []layered.Point{{0, 0}}},
		"two boxes side by side":      {boxes: 2, want: []layered.Point{{0, 0}, {160, 0}}},
		"an edge leads to the right":  {2, []layered.Edge{edge(1, 0)}, []layered.Point{{160, 0}, {0, 0}}},
		"successors around their box": {3, []layered.Edge{edge(0, 1), edge(0, 2)}, []layered.Point{{0, 30}, {160, 0}, {160, 60}}},
		"crossed edges are uncrossed": {4, []layered.Edge{edge(0, 3), edge(1, 2), edge(0, 2), edge(0, 3)},
			[]layered.Point{{0, 15}, {0, 75}, {160, 60}, {160, 0}}},
		"a source stands near its successor": {4, []layered.Edge{edge(0, 1), edge(1, 2), edge(3, 2)},
			[]layered.Point{{0, 0}, {160, 0}, {320, 30}, {160, 60}}},
	} {
		t.Run(name, func(t *testing.T) {
			g := layered.Graph{Edges: tc.edges}
			for range tc.boxes {
				g.Boxes = append(g.Boxes, box)
			}
			l := layered.Arrange(g, spacing)
			check(t, g, l)
			if diff := cmp.Diff(tc.want, l.Boxes, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestRandomGraphs lays out graphs with cycles, loops, several edges between
// two boxes, and several components.
func TestRandomGraphs(t *testing.T) {
	for seed := range uint64(200) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 1))
			n := 1 + random.IntN(40)
			g := randomGraph(random, n, random.IntN(2*n))
			l := layered.Arrange(g, spacing)
			check(t, g, l)
			if again := layered.Arrange(g, spacing); !reflect.DeepEqual(l, again) {
				t.Error("the second layout differs from the first")
			}
		})
	}
}

// TestLargeGraph lays out a thousand boxes. BenchmarkLargeGraph measures the
// time: less than a second.
func TestLargeGraph(t *testing.T) {
	g := largeGraph()
	check(t, g, layered.Arrange(g, spacing))
}

func BenchmarkLargeGraph(b *testing.B) {
	g := largeGraph()
	for b.Loop() {
		layered.Arrange(g, spacing)
	}
}

func largeGraph() layered.Graph { return randomGraph(rand.New(rand.NewPCG(7, 7)), 1000, 1500) }

func randomGraph(random *rand.Rand, boxes, edges int) layered.Graph {
	var g layered.Graph
	for range boxes {
		g.Boxes = append(g.Boxes, layered.Box{Width: 40 + random.IntN(200), Height: 30 + random.IntN(120)})
	}
	for range edges {
		e := layered.Edge{From: random.IntN(boxes), To: random.IntN(boxes), Straight: random.IntN(4) == 0}
		e.Out, e.In = random.IntN(g.Boxes[e.From].Height), random.IntN(g.Boxes[e.To].Height)
		g.Edges = append(g.Edges, e)
	}
	return g
}

// check checks that a layout has the properties of every layout.
func check(t *testing.T, g layered.Graph, l layered.Layout) {
	t.Helper()
	for i, a := range l.Boxes {
		if a.X < 0 || a.Y < 0 || a.X+g.Boxes[i].Width > l.Width || a.Y+g.Boxes[i].Height > l.Height {
			t.Errorf("box %d at %v is not within %d x %d", i, a, l.Width, l.Height)
		}
		for j, b := range l.Boxes[:i] {
			if a.X < b.X+g.Boxes[j].Width && b.X < a.X+g.Boxes[i].Width &&
				a.Y < b.Y+g.Boxes[j].Height && b.Y < a.Y+g.Boxes[i].Height {
				t.Errorf("boxes %d at %v and %d at %v overlap", i, a, j, b)
			}
		}
	}
	for i, p := range l.Edges {
		checkEnds(t, g, l, i)
		for r, run := range p.Runs {
			clear(t, g, l, i, min(run.Start, run.End), max(run.Start, run.End), run.Y, run.Y)
			if r == 0 || p.Loop {
				continue
			}
			before := p.Runs[r-1]
			if before.End >= run.Start {
				t.Errorf("edge %d leads to the left: %v", i, p.Runs)
			}
			clear(t, g, l, i, before.End, run.Start, min(before.Y, run.Y), max(before.Y, run.Y))
		}
	}
}

// clear fails if a box is in a part of the drawing through which an edge runs.
func clear(t *testing.T, g layered.Graph, l layered.Layout, edge, left, right, top, bottom int) {
	t.Helper()
	if left < 0 || right > l.Width || top < 0 || bottom > l.Height {
		t.Errorf("edge %d is not within the drawing: %d to %d, %d to %d", edge, left, right, top, bottom)
	}
	for b, at := range l.Boxes {
		if left < at.X+g.Boxes[b].Width && right > at.X && top < at.Y+g.Boxes[b].Height && bottom > at.Y {
			t.Errorf("edge %d may cross box %d", edge, b)
		}
	}
}

// checkEnds compares the ends of an edge with the ports of its boxes.
func checkEnds(t *testing.T, g layered.Graph, l layered.Layout, edge int) {
	t.Helper()
	e, p := g.Edges[edge], l.Edges[edge]
	from, to := l.Boxes[e.From], l.Boxes[e.To]
	start, end := layered.Point{X: from.X + g.Boxes[e.From].Width, Y: from.Y + e.Out}, layered.Point{X: to.X, Y: to.Y + e.In}
	switch {
	case e.From == e.To:
		end.X = start.X
	case p.Reversed:
		start, end = layered.Point{X: to.X + g.Boxes[e.To].Width, Y: to.Y + e.In}, layered.Point{X: from.X, Y: from.Y + e.Out}
	}
	first, last := p.Runs[0], p.Runs[len(p.Runs)-1]
	got := []layered.Point{{X: first.Start, Y: first.Y}, {X: last.End, Y: last.Y}}
	if diff := cmp.Diff([]layered.Point{start, end}, got); diff != "" {
		t.Errorf("the ends of edge %d (-want +got)\n%s", edge, diff)
	}
}
