package terminal

// Changes are what a deployment would change, and what that means.
type Changes struct {
	Rows    []Row
	Grants  []Grant
	Exposed []Exposure
}

// Action is what becomes of a resource.
type Action string

// The actions.
const (
	Added    Action = "added"
	Changed  Action = "changed"
	Replaced Action = "replaced" // a new one is made, and the old one deleted
	Removed  Action = "removed"
)

// Row is a resource that changes.
type Row struct {
	Action     Action
	LogicalID  string
	Type       string   // such as AWS::SQS::Queue
	Path       []string // logical ids of the nested stacks that it lies in, outermost first
	Properties []Property
	Source     string // where it is registered, file:line; "" where unknown
}

// Property is one value that changes. Before is "" for one that is added, After for
// one that is removed.
type Property struct {
	Path          string
	Before, After string
	Replaces      bool // the resource is replaced because of it
	Conditional   bool // whether it replaces isn't known before it is done
}

// Grant is a permission that widens.
type Grant struct {
	Role      string
	Functions []string // who has the role; empty for what isn't a function's
	Effect    string   // Allow, or Deny for a prohibition that goes
	Action    string
	Resource  string
	Sources   []string // why, such as "main.go:42 s3.GetObject"
}

// Exposure is something that becomes public: everyone can reach it without
// credentials.
type Exposure struct {
	LogicalID string
	Path      []string
	What      string // such as "GET /users: anyone can call it"
	Source    string // file:line; "" where unknown
}

// count returns how many rows have an action.
func (c *Changes) count(action Action) int {
	n := 0
	for i := range c.Rows {
		if c.Rows[i].Action == action {
			n++
		}
	}
	return n
}
