package diagram

import (
	"fmt"
	"strings"
)

// Graph is what is drawn.
type Graph struct {
	Title     string // the app's name
	Stage     string
	Resources []Node // what the text formats list

	Boxes []Box // what the picture shows
	Edges []Edge
}

// Node is a resource and what it refers to.
type Node struct {
	ID string `json:"id"` // kind and name, such as "function jobs"
	// LogicalIDs are what the resource is in CloudFormation.
	LogicalIDs []string `json:"logicalIds"`
	Refs       []string `json:"refs"`
}

// Box is a resource in the picture, or something outside of the app that invokes
// a function.
type Box struct {
	ID    string // a resource's, or kind and name of what isn't a resource: "queue jobs"
	Kind  Kind
	Title string
	Note  string // beside the kind; can be empty
	Rows  []Row
}

// Row is a line in a box: a resource that belongs to it, or a part of it, such as
// a route of an API.
type Row struct {
	ID    string // a resource's, or of the form "route GET /users"
	Label string // what it is: "role", "GET"
	Text  string
	Note  string // at the right end; can be empty
}

// Edge leads from what invokes to what is invoked.
type Edge struct {
	ID       string // of the resource that connects the two; can be empty
	From, To string // IDs of boxes
	Row      string // ID of the row that the edge starts at; empty: the title
}

// Kind is what a box stands for. It decides on the colour.
type Kind string

// The kinds of boxes, in the order in which they come in the picture.
const (
	Domain       Kind = "domain"
	RestAPI      Kind = "REST API"
	WebsocketAPI Kind = "websocket API"
	Queue        Kind = "queue"
	Topic        Kind = "topic"
	Stream       Kind = "stream"
	Table        Kind = "table"
	Bucket       Kind = "bucket"
	Schedule     Kind = "schedule"
	EventRule    Kind = "event rule"
	Function     Kind = "function"
	Role         Kind = "role"
	Other        Kind = "resource"
)

var kinds = []Kind{
	Domain, RestAPI, WebsocketAPI, Queue, Topic, Stream, Table, Bucket,
	Schedule, EventRule, Function, Role, Other,
}

// class is the kind's name in the stylesheet.
func (k Kind) class() string {
	return "chalice-" + strings.ReplaceAll(strings.ToLower(string(k)), " ", "-")
}

// Formats lists the names of the formats, the default first.
func Formats() []string { return []string{"text", "json", "mermaid", "dot", "svg"} }

// Draw returns the drawing of a graph in a format. Equal graphs give equal
// drawings.
func Draw(g *Graph, format string) ([]byte, error) {
	switch format {
	case "text":
		return text(g.Resources), nil
	case "json":
		return marshal(g.Resources)
	case "mermaid":
		return mermaid(g.Resources), nil
	case "dot":
		return dot(g.Resources), nil
	case "svg":
		return SVG(g, Options{}), nil
	}
	return nil, fmt.Errorf("unknown format %q of a drawing: use one of %s", format, strings.Join(Formats(), ", "))
}
