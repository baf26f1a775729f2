package diagram

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/synth"
)

// Of returns what there is to draw of an app's graph. Each of its resources is
// a box, a row or an edge of the picture. logicalIDs are the ids that resources
// have in CloudFormation, by their IDs in the graph; the text formats list
// them.
func Of(g *synth.Graph, logicalIDs map[string][]string) *Graph {
	p := &picture{
		readable: g.Readable,
		boxes:    map[string]*Box{},
		holders:  map[string]string{},
		sharing:  map[string]int{},
	}
	d := &Graph{Title: g.App(), Stage: g.Stage()}
	for _, r := range g.Resources() {
		d.Resources = append(d.Resources, Node{ID: r.ID(), LogicalIDs: logicalIDs[r.ID()], Refs: r.Refs()})
		if f, ok := r.(*synth.Function); ok && f.Role != nil {
			p.sharing[f.Role.ID()]++
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
	boxes    map[string]*Box
	order    []string // IDs of the boxes, in order
	edges    []Edge
	holders  map[string]string // the ID of the box in which a resource is a row
	sharing  map[string]int    // how many functions have a role
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

// add adds a resource to the picture. A resource of a kind that isn't named
// here is a box with edges to what it refers to.
func (p *picture) add(r synth.Resource) {
	switch r := r.(type) {
	case *synth.Function:
		p.function(r)
	case *synth.Role:
		p.role(r)
	case *synth.OwnPolicy:
		p.ownPolicy(r)
	case *synth.LogGroup:
		// It is a row of its function.
	case *synth.RestAPI:
		p.restAPI(r)
	case *synth.WebsocketAPI:
		p.websocketAPI(r)
	case *synth.RestDomain:
		p.domain(r, r.Name.String())
	case *synth.WebsocketDomain:
		p.domain(r, r.Name.String())
	default:
		if !p.event(r) {
			p.other(r)
		}
	}
}

// holder returns the ID of the box in which a resource is.
func (p *picture) holder(id string) string { return cmp.Or(p.holders[id], id) }

func (p *picture) function(f *synth.Function) {
	b := p.box(f.ID(), Function, f.Name)
	b.Note = fmt.Sprintf("%d MB · %d s", f.MemorySize, f.Timeout)
	p.roleOf(f)
	if g := f.LogGroup; g != nil {
		p.row(f.ID(), Row{ID: g.ID(), Label: "logs", Text: fmt.Sprintf("kept for %s", count(g.Days, "day"))})
	}
}

// roleOf adds a row with a function's role, and if the role is only this
// function's, rows with what it allows.
func (p *picture) roleOf(f *synth.Function) {
	if f.Role == nil {
		p.row(f.ID(), Row{ID: "role " + f.RoleARN.String(), Label: "role", Text: f.RoleARN.String()})
		return
	}
	p.row(f.ID(), Row{ID: f.Role.ID(), Label: "role", Text: f.Role.Name})
	if p.own(f.Role) {
		p.holders[f.Role.ID()] = f.ID()
		p.permissions(f.ID(), f.Role)
	}
}

// own reports whether only one function has a role, so that the role's
// permissions can be in the function's box.
func (p *picture) own(r *synth.Role) bool { return p.sharing[r.ID()] == 1 }

// role adds a box for a role that several functions share. It has no edges,
// since the functions' rows name the role.
func (p *picture) role(r *synth.Role) {
	if p.own(r) {
		return
	}
	b := p.box(r.ID(), Role, r.Name)
	b.Note = "of " + count(p.sharing[r.ID()], "function")
	p.permissions(r.ID(), r)
}

// permissions adds what a role allows: the actions of each service, in as many
// rows as it takes to show them all.
func (p *picture) permissions(box string, r *synth.Role) {
	actions := r.Actions()
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
		p.row(box, Row{ID: r.ID(), Label: "may", Text: may})
	}
}

func (p *picture) ownPolicy(r *synth.OwnPolicy) {
	may := "write its log"
	if r.API != nil {
		may += ", use connections"
	}
	p.row(p.holder(r.Role.ID()), Row{ID: r.ID(), Label: "may", Text: may})
}

func (p *picture) restAPI(r *synth.RestAPI) {
	b := p.box(r.ID(), RestAPI, r.Title)
	b.Note = r.EndpointType
	edges := []Edge{{From: r.ID(), To: r.Handler.ID()}}
	asked := map[string]bool{} // authorizers
	for _, route := range r.Routes {
		for _, method := range route.Methods {
			id := "route " + method + " " + route.Path
			p.row(r.ID(), Row{ID: id, Label: method, Text: route.Path, Note: guard(route)})
			for _, f := range r.AuthorizerHandlers {
				if f.Name == route.Authorizer && !asked[f.Name] {
					asked[f.Name] = true
					edges = append(edges, Edge{From: r.ID(), Row: id, To: f.ID()})
				}
			}
		}
	}
	p.edges = append(p.edges, edges...)
}

// guard returns a text that says what a request needs to reach a route.
func guard(r app.RouteModel) string {
	var needs []string
	if r.Authorizer != "" {
		needs = append(needs, "auth "+r.Authorizer)
	}
	if r.APIKeyRequired {
		needs = append(needs, "API key")
	}
	return strings.Join(needs, ", ")
}

func (p *picture) websocketAPI(r *synth.WebsocketAPI) {
	b := p.box(r.ID(), WebsocketAPI, r.Name)
	b.Note = "stage " + r.Stage
	for _, route := range r.Routes {
		id := "route " + route.Key
		p.row(r.ID(), Row{ID: id, Label: "route", Text: route.Key})
		p.edges = append(p.edges, Edge{From: r.ID(), Row: id, To: route.Handler.ID()})
	}
}

// domain adds a box for a domain name, with an edge to its API.
func (p *picture) domain(r synth.Resource, name string) {
	p.box(r.ID(), Domain, name)
	for _, ref := range r.Refs() {
		p.edges = append(p.edges, Edge{From: r.ID(), To: p.holder(ref)})
	}
}

// other adds a resource of a kind that the picture doesn't know.
func (p *picture) other(r synth.Resource) {
	p.box(r.ID(), Other, r.ID())
	for _, ref := range r.Refs() {
		p.edges = append(p.edges, Edge{From: r.ID(), To: p.holder(ref)})
	}
}

// count returns a text such as "1 day" or "2 days".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
