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

// An Event is something that happened to a resource of a stack, or to the stack.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackEvent.html
type Event struct {
	ID                          string
	Time                        time.Time
	StackID, StackName          string
	Path                        []string // the logical IDs of the nested stacks that lead to its stack, from the root
	LogicalID, PhysicalID, Type string
	Status, Reason              string
}

// OfStack reports whether the event is its stack's own, and not a resource's.
func (e Event) OfStack() bool { return e.PhysicalID == e.StackID }

// name returns the logical ID, after those of the nested stacks that lead to it.
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

// A feed is what is known of the events of one stack.
type feed struct {
	stack  string // its ID
	path   []string
	seen   map[string]bool
	status string // of the stack, as its latest event has it
	// Of a nested stack: held means that its parent waits for it, and rest is how
	// often its events are still looked for when it doesn't any more.
	held bool
	rest int
}

func newFeed(stack string, path []string) *feed {
	return &feed{stack: stack, path: path, seen: map[string]bool{}}
}

// wanted reports whether more events can be expected.
func (f *feed) wanted() bool { return f.held || f.rest > 0 || inProgress(f.status) }

// mark takes all events that are there already for seen. Their first page is
// enough, since unread stops at a page with something seen.
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

// unread returns the events of a stack that weren't seen, none from before a
// time, the earliest first.
//
// CloudFormation gives the latest first, in pages. Events that come while pages
// are read push others onto the next page, which then has them again. An event
// can also turn up below one that was seen already, so the page with that is
// read to its end.
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
