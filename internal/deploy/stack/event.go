package stack

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// An Event is something that happened to a resource of a stack, or to the stack
// itself.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackEvent.html
type Event struct {
	ID                          string
	Time                        time.Time
	StackID, StackName          string
	Path                        []string // the logical IDs of the nested stacks around it, from the root on
	LogicalID, PhysicalID, Type string
	Status, Reason              string
}

// OfStack reports whether the event is about its stack itself, and not about a
// resource.
func (e Event) OfStack() bool { return e.PhysicalID == e.StackID }

// name returns the logical ID, behind those of the nested stacks around it.
func (e *Event) name() string { return strings.Join(append(slices.Clip(e.Path), e.LogicalID), "/") }

func newEvent(e types.StackEvent, path []string) Event {
	return Event{
		ID:         aws.ToString(e.EventId),
		Time:       aws.ToTime(e.Timestamp),
		StackID:    aws.ToString(e.StackId),
		StackName:  aws.ToString(e.StackName),
		Path:       path,
		LogicalID:  aws.ToString(e.LogicalResourceId),
		PhysicalID: aws.ToString(e.PhysicalResourceId),
		Type:       aws.ToString(e.ResourceType),
		Status:     string(e.ResourceStatus),
		Reason:     cmp.Or(aws.ToString(e.ResourceStatusReason), aws.ToString(e.HookStatusReason)),
	}
}

// A feed is the events of one stack, as far as they were read.
type feed struct {
	stack  string // its ID
	path   []string
	seen   map[string]bool
	status string // of the stack, according to its latest event
	// For a nested stack: held means that its parent is waiting for it, and rest
	// is how often its events are still read when the parent isn't anymore.
	held bool
	rest int
}

func newFeed(stack string, path []string) *feed {
	return &feed{stack: stack, path: path, seen: map[string]bool{}}
}

// wanted reports whether more events can come.
func (f *feed) wanted() bool { return f.held || f.rest > 0 || inProgress(f.status) }

// mark marks all existing events as seen. Their first page is enough, since
// unread stops after a page with a seen event.
func (e *Engine) mark(ctx context.Context, f *feed) error {
	page, err := e.api.DescribeStackEvents(ctx, &cloudformation.DescribeStackEventsInput{StackName: &f.stack})
	if err != nil {
		return err
	}
	for _, event := range page.StackEvents {
		f.seen[aws.ToString(event.EventId)] = true
	}
	return nil
}

// unread returns the unseen events of a stack that happened after a time, the
// earliest first.
//
// CloudFormation returns the latest events first, in pages. New events that
// happen meanwhile move others to the next page, which then has them again. An
// event can also appear below one that was already seen, so the page with that
// one is read to its end.
func (e *Engine) unread(ctx context.Context, f *feed, since time.Time) ([]types.StackEvent, error) {
	var found []types.StackEvent
	read := map[string]bool{}
	pages := cloudformation.NewDescribeStackEventsPaginator(e.api, &cloudformation.DescribeStackEventsInput{StackName: &f.stack})
	for known := false; pages.HasMorePages() && !known; {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, event := range page.StackEvents {
			id := aws.ToString(event.EventId)
			if f.seen[id] || aws.ToTime(event.Timestamp).Before(since) {
				known = true
				continue
			}
			if !read[id] {
				read[id] = true
				found = append(found, event)
			}
		}
	}
	slices.Reverse(found)
	return found, nil
}
