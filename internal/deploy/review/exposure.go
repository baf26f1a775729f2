package review

import "github.com/chalice-go/chalice/app"

// Exposure is something that anyone can reach without credentials, and could not
// before.
type Exposure struct {
	LogicalID string `json:"logical_id"`
	Type      string `json:"type"`
	What      string `json:"what"` // a sentence without its full stop
	// Details are the parts that are open, such as "GET /orders".
	Details []string    `json:"details,omitempty"`
	Source  *app.Source `json:"source,omitempty"` // nil: not known
}

func exposed(before, after *world, origins Origins) []Exposure { return nil }
