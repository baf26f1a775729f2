package logs

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// askedAtOnce is how many groups are asked at once. In most regions an account has
// five such questions a second.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
const askedAtOnce = 5

// cursor is a place in a group's log.
type cursor struct {
	group   Group
	pattern string
	client  filterer
	gate    chan struct{} // of the groups that are read together, as long as as many can be asked at once
	overlap int64         // milliseconds, as all of a cursor's times

	start   int64            // where a question starts; negative: at the first event
	newest  int64            // time of the newest event
	seen    map[string]int64 // times of those events that the next question could find again, by id
	missing bool             // there was no such group
	told    bool             // that has been said
}

// cursors returns a cursor for each group, at the start of what is asked for.
func (r *Reader) cursors(q Query) []*cursor {
	start := int64(-1)
	if !q.Since.IsZero() {
		start = max(0, q.Since.UnixMilli())
	}
	gate := make(chan struct{}, askedAtOnce)
	all := make([]*cursor, len(q.Groups))
	for i, group := range q.Groups {
		all[i] = &cursor{
			group: group, pattern: q.Pattern, client: r.client, gate: gate, overlap: r.overlap.Milliseconds(),
			start: start, newest: -1, seen: map[string]int64{},
		}
	}
	return all
}

// round asks for all events from the cursor's place on, gives each page of those
// that weren't there before to the function, as long as it wants more, and moves
// the cursor.
func (c *cursor) round(ctx context.Context, page func([]Event) bool) error {
	in := c.question()
	for {
		out, err := c.ask(ctx, in)
		if _, ok := errors.AsType[*types.ResourceNotFoundException](err); ok {
			c.missing = true
			return nil
		}
		if err != nil {
			return err
		}
		if events := c.fresh(out.Events); len(events) > 0 && !page(events) {
			return nil
		}
		if in.NextToken = out.NextToken; aws.ToString(in.NextToken) == "" {
			return nil
		}
	}
}

// ask asks for a page, when not too many others are asked for.
func (c *cursor) ask(ctx context.Context, in *cloudwatchlogs.FilterLogEventsInput) (*cloudwatchlogs.FilterLogEventsOutput, error) {
	c.gate <- struct{}{}
	defer func() { <-c.gate }()
	return c.client.FilterLogEvents(ctx, in)
}

func (c *cursor) question() *cloudwatchlogs.FilterLogEventsInput {
	c.start = max(c.start, c.newest-c.overlap)
	in := &cloudwatchlogs.FilterLogEventsInput{
		LogGroupName: &c.group.Name,
		//lint:ignore SA1019 AWS interleaves the streams of a group in any case, but other endpoints don't.
		Interleaved: aws.Bool(true),
	}
	if c.start >= 0 {
		in.StartTime = aws.Int64(c.start)
	}
	if c.pattern != "" {
		in.FilterPattern = &c.pattern
	}
	return in
}

// fresh returns the events of a page that haven't been seen.
func (c *cursor) fresh(page []types.FilteredLogEvent) []Event {
	var events []Event
	for _, found := range page {
		id, at := aws.ToString(found.EventId), aws.ToInt64(found.Timestamp)
		if _, ok := c.seen[id]; ok {
			continue
		}
		c.seen[id] = at
		arrived := at
		if found.IngestionTime != nil {
			arrived = min(at, *found.IngestionTime)
		}
		c.newest = max(c.newest, arrived)
		e := Event{
			Function: c.group.Function,
			ID:       id,
			Time:     time.UnixMilli(at).UTC(),
			Stream:   aws.ToString(found.LogStreamName),
			Message:  strings.TrimSpace(aws.ToString(found.Message)),
		}
		if e.belongsTo(c.group.Deployed) {
			events = append(events, e)
		}
	}
	c.forget()
	return events
}

// forget drops the ids of events that are older than what is asked for next.
func (c *cursor) forget() {
	for id, at := range c.seen {
		if at < c.newest-c.overlap {
			delete(c.seen, id)
		}
	}
}
