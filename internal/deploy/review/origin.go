package review

import "github.com/chalice-go/chalice/app"

// Origins are what the source says about a stack's resources. They can be
// empty.
type Origins struct {
	Resources map[string]Origin   // by logical id
	Functions map[string]Function // by the function's name
	// Routes are the registrations of routes, by method and path: "GET /orders".
	Routes map[string]*app.Source
}

// Origin says which registration a resource belongs to.
type Origin struct {
	Function string      // name; empty: none, or several
	Source   *app.Source // the registration; nil: not known
}

// Function is what is known about a function's permissions.
type Function struct {
	Needs      []Need // what its source needs, and what app.Allow allows it
	PolicyFile string // the file with its policy; empty: the policy is generated
}

// Need is an action that a function needs.
type Need struct {
	Action  string   // can contain * and ?
	Reasons []string // such as "main.go:42 s3.GetObject"
}
