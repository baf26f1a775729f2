package diagram

import (
	"strings"
)

// summary returns a sentence that says what the picture shows.
func summary(g *Graph) string {
	s := "Resources"
	if g.Title != "" {
		s += " of " + g.Title
	}
	if g.Stage != "" {
		s += ", stage " + g.Stage
	}
	return s + ": " + counts(g)
}

// counts returns a text that says how many boxes of each kind there are.
func counts(g *Graph) string {
	number := map[Kind]int{}
	for _, b := range g.Boxes {
		number[b.Kind]++
	}
	var parts []string
	for _, k := range kinds {
		if n := number[k]; n > 0 {
			parts = append(parts, count(n, string(k)))
		}
	}
	if parts == nil {
		return "no resources"
	}
	return strings.Join(parts, ", ")
}

// cleaned returns the graph with texts that XML can have.
func cleaned(g *Graph) *Graph {
	c := &Graph{Title: clean(g.Title), Stage: clean(g.Stage)}
	for _, b := range g.Boxes {
		rows := make([]Row, len(b.Rows))
		for j, r := range b.Rows {
			rows[j] = Row{clean(r.ID), clean(r.Label), clean(r.Text), clean(r.Note)}
		}
		c.Boxes = append(c.Boxes, Box{clean(b.ID), b.Kind, clean(b.Title), clean(b.Note), rows})
	}
	for _, e := range g.Edges {
		c.Edges = append(c.Edges, Edge{clean(e.ID), clean(e.From), clean(e.To), clean(e.Row)})
	}
	return c
}
