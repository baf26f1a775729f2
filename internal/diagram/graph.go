package diagram

import (
	"fmt"
	"strings"
)

// Graph is what the formats draw.
type Graph struct {
	Title     string // the app's name
	Stage     string
	Resources []Node // for the text formats

	Boxes []Box // for the picture
	Edges []Edge
}

// Node is a resource and what it refers to.
type Node struct {
	ID string `json:"id"` // kind and name, such as "function jobs"
	// LogicalIDs are the ids of the resource in CloudFormation, where it can be
	// several ones.
	LogicalIDs []string `json:"logicalIds"`
	Refs       []string `json:"refs"`
}

// Box is a resource in the picture, or something outside of the app that
// invokes a function.
type Box struct {
	ID    string // the resource's; for anything else kind and name: "queue jobs"
	Kind  Kind
	Title string
	Note  string // beside the kind; can be empty
	Rows  []Row
}

// Row is a line in a box: a resource that belongs to the box's, or a part of
// it, such as a route of an API.
type Row struct {
	ID    string // the resource's, or one of the form "route GET /users"
	Label string // what it is: "role", "GET"
	Text  string
	Note  string // at the right end; can be empty
}

// Edge leads from what invokes to what it invokes.
type Edge struct {
	ID       string // of the resource that connects the two; can be empty
	From, To string // IDs of boxes
	Row      string // ID of the row that the edge starts at; empty: the title
}

// Kind is the kind of what a box stands for. The box's colour depends on it.
type Kind string

// The kinds of boxes, in their order in the picture.
const (
	Domain       Kind = "domain"
	RestAPI      Kind = "REST API"
	HTTPAPI      Kind = "HTTP API"
	FunctionURL  Kind = "function URL"
	WebsocketAPI Kind = "websocket API"
	Queue        Kind = "queue"
	Topic        Kind = "topic"
	Stream       Kind = "stream"
	Table        Kind = "table"
	Bucket       Kind = "bucket"
	LogGroup     Kind = "log group"
	Schedule     Kind = "schedule"
	EventRule    Kind = "event rule"
	Function     Kind = "function"
	Role         Kind = "role"
	Other        Kind = "resource"
)

var kinds = []Kind{
	Domain, RestAPI, HTTPAPI, FunctionURL, WebsocketAPI, Queue, Topic, Stream, Table, Bucket, LogGroup,
	Schedule, EventRule, Function, Role, Other,
}

// class returns the kind's name in the stylesheet.
func (k Kind) class() string {
	return "chalice-" + strings.ReplaceAll(strings.ToLower(string(k)), " ", "-")
}

// Formats returns the names of the formats, the default first.
func Formats() []string { return []string{"text", "json", "mermaid", "dot", "svg"} }

// Draw returns the drawing of a graph in a format. For equal graphs it is the
// same.
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
