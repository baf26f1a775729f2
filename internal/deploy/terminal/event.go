package terminal

import "time"

// Event is something that CloudFormation did to a resource. See
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackEvent.html.
type Event struct {
	Time       time.Time
	StackID    string
	StackName  string
	Path       []string // logical ids of the nested stacks around the resource, outermost first
	LogicalID  string
	PhysicalID string
	Type       string
	Status     string // such as CREATE_COMPLETE
	Reason     string
}

// stackType is the type of stacks, including nested ones.
const stackType = "AWS::CloudFormation::Stack"

// ofStack reports whether the event is about its stack itself.
func (e *Event) ofStack() bool {
	return e.Type == stackType && (e.PhysicalID == e.StackID && e.StackID != "" || e.LogicalID == e.StackName)
}
