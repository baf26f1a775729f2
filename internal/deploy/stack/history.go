package stack

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// LastChange returns the events of the last operation that made a stack what it is,
// the earliest first, with those of nested stacks: of its creation or an update, but
// not of one that was rolled back. If that can't be known, it returns none.
func (e *Engine) LastChange(ctx context.Context, stack string) ([]Event, error) {
	h := &history{}
	pages := cloudformation.NewDescribeStackEventsPaginator(e.api, &cloudformation.DescribeStackEventsInput{StackName: &stack})
	for pages.HasMorePages() && !h.complete {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("events of stack %s: %w", stack, err)
		}
		for _, event := range page.StackEvents {
			h.add(newEvent(event, nil))
		}
	}
	if !h.complete {
		return nil, nil
	}
	all := h.events
	slices.Reverse(all)
	for i := 0; i < len(all); i++ { // the loop adds events
		nested, err := e.within(ctx, all[i], all[:i], h)
		if err != nil {
			return nil, err
		}
		all = append(all, nested...)
	}
	slices.SortStableFunc(all, func(a, b Event) int { return a.Time.Compare(b.Time) })
	return all, nil
}

// within returns the events of the nested stack that an event is about, unless an
// earlier event was about the same one.
func (e *Engine) within(ctx context.Context, event Event, earlier []Event, h *history) ([]Event, error) {
	about := func(other Event) bool { return other.PhysicalID == event.PhysicalID && !other.OfStack() }
	if event.Type != nestedType || event.OfStack() || event.PhysicalID == "" || slices.ContainsFunc(earlier, about) {
		return nil, nil
	}
	path := append(slices.Clip(event.Path), event.LogicalID)
	events, err := e.unread(ctx, newFeed(event.PhysicalID, path), h.began)
	if missing(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("events of stack %s: %w", event.PhysicalID, err)
	}
	var all []Event
	for _, raw := range events {
		if h.next.IsZero() || aws.ToTime(raw.Timestamp).Before(h.next) {
			all = append(all, newEvent(raw, path))
		}
	}
	return all, nil
}

// history looks for the last operation that ended well among the events of a stack,
// the latest of which comes first.
type history struct {
	events   []Event   // of the operation, the latest first
	within   bool      // the event before was one of an operation's
	well     bool      // which ended well
	began    time.Time // when the operation began
	next     time.Time // when the one after it began; zero: there is none
	complete bool
}

// add looks at the event before the last one.
func (h *history) add(event Event) {
	if h.complete {
		return
	}
	if event.OfStack() && !inProgress(event.Status) && event.Status != reviewInProgress {
		if !h.within { // an operation's last event
			h.within, h.well, h.events = true, slices.Contains(goodEnds, event.Status), nil
		}
	}
	h.events = append(h.events, event)
	if !event.OfStack() || !slices.Contains(beginnings, event.Status) {
		return
	}
	if h.within && h.well {
		h.began, h.complete = event.Time, true
		return
	}
	h.within, h.next, h.events = false, event.Time, nil
}

// goodEnds are the statuses of a stack after an operation that made it what its
// template says, and beginnings those with which operations begin.
var (
	goodEnds   = []string{createComplete, updateComplete, string(types.StackStatusImportComplete)}
	beginnings = []string{createInProgress, updateInProgress, string(types.StackStatusImportInProgress)}
)
