package review

import "github.com/chalice-go/chalice/app"

// Origins is what the source says about a stack's resources. It can be empty.
type Origins struct {
	Resources map[string]Origin   // by logical id
	Functions map[string]Function // by the function's name
	// Routes are the registrations of routes, by method and path: "GET /orders".
	Routes map[string]*app.Source
}

// Origin says what a resource is for.
type Origin struct {
	Function string      // name of a function; empty: none, or several
	Source   *app.Source // the registration; nil: not known
}

// Function is what is known of a function's permissions.
type Function struct {
	Needs      []Need // what its source needs, and what it is allowed by hand
	PolicyFile string // the file that its policy is from; empty: it is generated
}

// Need is an action that a function needs.
type Need struct {
	Action  string   // can have * and ?
	Reasons []string // such as "main.go:42 s3.GetObject"
}
