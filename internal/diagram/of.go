package diagram

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/synth"
)

// Of returns what there is to draw of an app's graph. Each of its resources is
// a box, a row or an edge of the picture. logicalIDs are the ids that resources
// have in CloudFormation, by their IDs in the graph; the text formats list
// them.
func Of(g *synth.Graph, logicalIDs map[string][]string) *Graph {
	p := &picture{
		readable: g.Readable,
		outlines: map[string]synth.Outline{},
		boxes:    map[string]*Box{},
		holders:  map[string]string{},
		sharing:  map[string]int{},
	}
	d := &Graph{Title: g.App(), Stage: g.Stage()}
	for _, r := range g.Resources() {
		d.Resources = append(d.Resources, Node{ID: r.ID(), LogicalIDs: logicalIDs[r.ID()], Refs: r.Refs()})
		o := r.Outline()
		p.outlines[r.ID()] = o
		if o.Kind == string(Function) {
			for _, ref := range r.Refs() {
				p.sharing[ref]++
			}
		}
	}
	for _, r := range g.Resources() {
		p.add(r)
	}
	for _, id := range p.order {
		d.Boxes = append(d.Boxes, *p.boxes[id])
	}
	slices.SortStableFunc(d.Boxes, func(a, b Box) int {
		return cmp.Compare(slices.Index(kinds, a.Kind), slices.Index(kinds, b.Kind))
	})
	d.Edges = p.edges
	d.each(g.Readable)
	return d
}

// each replaces the texts that can name what is outside of the app.
func (g *Graph) each(replace func(string) string) {
	all := func(texts ...*string) {
		for _, text := range texts {
			*text = replace(*text)
		}
	}
	for i := range g.Resources {
		all(&g.Resources[i].ID)
		for j := range g.Resources[i].Refs {
			all(&g.Resources[i].Refs[j])
		}
	}
	for i := range g.Boxes {
		b := &g.Boxes[i]
		all(&b.ID, &b.Title, &b.Note)
		for j := range b.Rows {
			all(&b.Rows[j].ID, &b.Rows[j].Text, &b.Rows[j].Note)
		}
	}
	for i := range g.Edges {
		all(&g.Edges[i].ID, &g.Edges[i].From, &g.Edges[i].To, &g.Edges[i].Row)
	}
}

// picture collects boxes and edges.
type picture struct {
	readable func(string) string // of the graph
	outlines map[string]synth.Outline
	boxes    map[string]*Box
	order    []string // IDs of the boxes, in order
	edges    []Edge
	holders  map[string]string // the ID of the box in which a resource is a row
	sharing  map[string]int    // how many functions refer to a resource
}

// box returns the box with an ID, and adds it if it isn't there.
func (p *picture) box(id string, kind Kind, title string) *Box {
	b, ok := p.boxes[id]
	if !ok {
		b = &Box{ID: id, Kind: kind, Title: title}
		p.boxes[id] = b
		p.order = append(p.order, id)
		p.holders[id] = id
	}
	return b
}

// row adds a row to a box.
func (p *picture) row(box string, r Row) {
	p.boxes[box].Rows = append(p.boxes[box].Rows, r)
	if _, ok := p.holders[r.ID]; !ok {
		p.holders[r.ID] = box
	}
}

// add adds a resource to the picture.
func (p *picture) add(r synth.Resource) {
	o := p.outlines[r.ID()]
	if o.Kind == string(Role) {
		p.role(r.ID(), o)
		return
	}
	box := r.ID()
	var edge string // ID of the edges
	switch {
	case o.In != "":
		box = p.holder(o.In)
	case o.Outside:
		name := p.readable(o.Name)
		box, edge = o.Kind+" "+name, r.ID()
		p.box(box, Kind(o.Kind), short(Kind(o.Kind), name))
	case o.Kind != "":
		p.box(box, Kind(o.Kind), o.Name).Note = o.Note
	}
	for _, line := range o.Lines {
		p.line(box, line)
	}
	for _, call := range o.Calls {
		p.edges = append(p.edges, Edge{ID: edge, From: box, Row: call.Line, To: p.holder(call.To)})
	}
}

// line adds a line of an outline to a box. What a role allows that only this box has
// follows it.
func (p *picture) line(box string, line synth.Line) {
	p.row(box, Row(line))
	if role := p.outlines[line.ID]; role.Kind == string(Role) && p.own(line.ID) {
		p.holders[line.ID] = box
		p.permissions(box, line.ID, role.Actions)
	}
}

// holder returns the ID of the box in which a resource is.
func (p *picture) holder(id string) string { return cmp.Or(p.holders[id], id) }

// own reports whether only one function has a role, so that the role's
// permissions can be in the function's box.
func (p *picture) own(role string) bool { return p.sharing[role] == 1 }

// role adds a box for a role that several functions share. It has no edges,
// since the functions' rows name the role.
func (p *picture) role(id string, o synth.Outline) {
	if p.own(id) {
		return
	}
	p.box(id, Role, o.Name).Note = "of " + count(p.sharing[id], "function")
	p.permissions(id, id, o.Actions)
}

// permissions adds what a role allows: the actions of each service, in as many
// rows as it takes to show them all.
func (p *picture) permissions(box, role string, actions []string) {
	for len(actions) > 0 {
		service, _, _ := strings.Cut(actions[0], ":")
		may := actions[0]
		actions = actions[1:]
		for len(actions) > 0 {
			next, ok := strings.CutPrefix(actions[0], service+":")
			if !ok || cells(may+", "+next) > rowCells {
				break
			}
			may += ", " + next
			actions = actions[1:]
		}
		p.row(box, Row{ID: role, Label: "may", Text: may})
	}
}

// count returns a text such as "1 day" or "2 days".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// short returns people's name for what an ARN names.
func short(kind Kind, name string) string {
	if !strings.HasPrefix(name, "arn:") {
		return name
	}
	resource := name[strings.LastIndex(name, ":")+1:]
	if kind == Table {
		// arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/stream/TIME, with colons in
		// the time.
		if _, table, ok := strings.Cut(name, ":table/"); ok {
			resource, _, _ = strings.Cut(table, "/")
		}
	}
	if resource == "" {
		return name
	}
	return resource
}
