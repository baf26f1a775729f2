package review

// Grant is something that somebody may do, and could not before.
type Grant struct {
	// To names who may: functions by their names, others by what a policy calls
	// them, such as "events.amazonaws.com" or "anyone".
	To []string `json:"to"`
	// Role is the logical id of the role or other resource that has the permission.
	Role string `json:"role"`
	// Action is such as s3:GetObject, a pattern, or words for what is more than an
	// action.
	Action    string `json:"action"`
	Resource  string `json:"resource"`
	Condition string `json:"condition,omitempty"`
	// Deny: it isn't a permission that is new, but a prohibition that is gone.
	Deny bool `json:"deny,omitempty"`
	// Why are the lines of the source that need it, such as "main.go:42
	// s3.GetObject", or words where no line does.
	Why []string `json:"why,omitempty"`
}

func widened(before, after *world, origins Origins) []Grant { return nil }
