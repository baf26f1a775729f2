package synth

// Outline is what people are shown of a resource, in a drawing of its graph.
// [Graph.Readable] makes its texts readable that stand for what is known only when
// the app is deployed.
type Outline struct {
	// Kind and Name are the heading of the box that is drawn, such as "function"
	// and "jobs". Without a kind the resource has no box.
	Kind string
	Name string
	Note string // beside the kind; can be empty
	// Outside says that the box isn't the resource, but what the resource connects
	// the app to, such as a queue, by its name or ARN. Several resources can be
	// lines of the same one.
	Outside bool
	// In is the ID of the resource in whose box the lines are; empty: in its own.
	In    string
	Lines []Line
	// Actions are the IAM actions that a role allows, sorted, each once. Patterns
	// such as "logs:*" stay as they are.
	Actions []string
	Calls   []Call
}

// Line is a line of an outline: another resource, or a part of this one.
type Line struct {
	ID    string // the resource's, or one of the form "route GET /users"
	Label string // what it is: "role", "GET"
	Text  string
	Note  string // can be empty
}

// Call leads to a resource that is invoked.
type Call struct {
	Line string // ID of the line that it starts at; empty: the heading
	To   string // ID of the resource
}

// outside is the outline of what connects a function to something outside of the
// app.
func (e event) outside(kind, name, label, text, note string) Outline {
	return Outline{
		Kind: kind, Name: name, Outside: true,
		Lines: []Line{{e.ID(), label, text, note}},
		Calls: []Call{{e.ID(), e.Function.ID()}},
	}
}

// polled is outside for what Lambda fetches from.
func (e event) polled(kind, name, note string) Outline {
	return e.outside(kind, name, "to", e.Function.Name, note)
}
