package stack

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Failure is the error of an operation that didn't do what it should.
type Failure struct {
	Stack  *Stack // after the operation
	Status string // the stack's status at the end of the operation: UPDATE_ROLLBACK_COMPLETE
	Kind   string // of the operation
	// Cancelled means that somebody took the operation back. Then there may be no
	// cause.
	Cancelled bool
	// Cause is the first thing that went wrong: the event of a resource, which can
	// be in a nested stack, or of the stack itself if no resource failed.
	Cause Event
	// Others are resources that failed independently, before or while
	// CloudFormation took the change back. Those that were only stopped because of
	// the cause aren't among them.
	Others []Event
	// Stayed are the root stack's resources that couldn't be deleted.
	// [DeleteOptions] can retain them.
	Stayed []Resource
}

func (f *Failure) Error() string {
	switch {
	case f.Cancelled && f.Status == deleteComplete:
		return fmt.Sprintf("the creation of stack %s was cancelled, and the stack is deleted", f.Stack.Name)
	case f.Cancelled && f.Status == updateRollbackComplete:
		return fmt.Sprintf("the update of stack %s was cancelled, and the stack is as it was before", f.Stack.Name)
	}
	text := fmt.Sprintf("stack %s ended in %s: ", f.Stack.Name, f.Status)
	if f.Cause.OfStack() {
		return text + f.Cause.Reason
	}
	return text + fmt.Sprintf("%s (%s) %s: %s", f.Cause.name(), f.Cause.Type, f.Cause.Status, f.Cause.Reason)
}

// cascade matches the reasons of resources that failed only because others did:
// "Resource creation cancelled", "Resource update cancelled".
var cascade = regexp.MustCompile(`(?i)^(resource )?(creation|update|deletion|delete|import|operation) cancell?ed\b`)

// byUser is CloudFormation's reason for a change that a user asked for.
const byUser = "User Initiated"

// failure returns the error of an operation after which the stack is s.
func (op *Operation) failure(s *Stack) *Failure {
	p := op.progress
	op.lock.Lock()
	f := &Failure{Stack: s, Status: s.Status, Kind: op.Kind, Cancelled: op.cancelled || p.rolledBackByUser()}
	op.lock.Unlock()
	for _, event := range p.failures {
		if !cascade.MatchString(event.Reason) && !p.echoes(event) && !p.mended(event, s.Status) {
			f.Others = append(f.Others, event)
		}
	}
	if len(f.Others) > 0 {
		f.Cause, f.Others = f.Others[0], f.Others[1:]
	} else {
		f.Cause = p.ownCause(s)
	}
	if s.Status == deleteFailed {
		f.Stayed = p.stayed()
	}
	return f
}

// echoes reports whether a failure is that of a nested stack, one of whose
// resources has an event of its own about its failure.
func (p *progress) echoes(event Event) bool {
	return event.Type == nestedType && slices.ContainsFunc(p.failures, func(inner Event) bool {
		return inner.StackID == event.PhysicalID && !cascade.MatchString(inner.Reason)
	})
}

// mended reports whether a failed deletion has succeeded later: CloudFormation
// tries more than once.
func (p *progress) mended(event Event, end string) bool {
	return end == deleteFailed && p.resources[[2]string{event.StackID, event.LogicalID}].Status != deleteFailed
}

// rolledBackByUser reports whether a user asked for the rollback of an update.
func (p *progress) rolledBackByUser() bool {
	return slices.ContainsFunc(p.own, func(event Event) bool {
		return event.Status == updateRollbackInProgress && event.Reason == byUser
	})
}

// ownCause returns the first event in which the stack itself gives a reason. If
// there is none, it makes one of the stack's present reason.
func (p *progress) ownCause(s *Stack) Event {
	for _, event := range p.own {
		if event.Reason != "" && event.Reason != byUser {
			return event
		}
	}
	reason := s.Reason
	if reason == "" {
		reason = "CloudFormation doesn't say why"
	}
	return Event{StackID: s.ID, StackName: s.Name, LogicalID: s.Name, PhysicalID: s.ID, Type: nestedType, Status: s.Status, Reason: reason}
}

// stayed returns the resources of the root stack that couldn't be deleted, by
// logical ID: those whose last event says so.
func (p *progress) stayed() []Resource {
	var all []Resource
	for _, event := range p.resources {
		if event.Status == deleteFailed && event.StackID == p.feeds[0].stack {
			all = append(all, Resource{
				LogicalID: event.LogicalID, PhysicalID: event.PhysicalID, Type: event.Type,
				Status: event.Status, Reason: event.Reason, StackID: event.StackID,
			})
		}
	}
	slices.SortFunc(all, func(a, b Resource) int { return strings.Compare(a.LogicalID, b.LogicalID) })
	return all
}
