package logs

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/aws/smithy-go"
)

// askedAtOnce is the number of groups that are read at the same time. In most
// regions an account can make five such requests a second.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
const askedAtOnce = 5

// cursor is a position in a group's log.
type cursor struct {
	name    string  // of the group
	groups  []Group // the functions that are asked for of those that log to it
	pattern string
	client  filterer
	gate    chan struct{} // shared by groups that are read together; it limits the requests at the same time
	overlap int64         // in milliseconds, as all times here

	start   int64            // where the next request starts; negative: at the first event
	newest  int64            // time of the newest event
	seen    map[string]int64 // times, by id, of the events that the next request could return again
	missing bool             // the group doesn't exist
	told    bool             // that has been reported
}

// cursors returns a cursor for each log group, at the start of the query. One to which
// several functions log is read once.
func (r *Reader) cursors(q Query) []*cursor {
	start := int64(-1)
	if !q.Since.IsZero() {
		start = max(0, q.Since.UnixMilli())
	}
	gate := make(chan struct{}, askedAtOnce)
	var all []*cursor
	byName := map[string]*cursor{}
	for _, group := range q.Groups {
		c := byName[group.Name]
		if c == nil {
			c = &cursor{
				name: group.Name, pattern: q.Pattern, client: r.client, gate: gate, overlap: r.overlap.Milliseconds(),
				start: start, newest: -1, seen: map[string]int64{},
			}
			byName[group.Name] = c
			all = append(all, c)
		}
		c.groups = append(c.groups, group)
	}
	return all
}

// round gets all events from the cursor's position on, calls page with the new
// ones of each page until it returns false, and moves the cursor.
func (c *cursor) round(ctx context.Context, page func([]Event) bool) error {
	in := c.question()
	for {
		out, err := c.ask(ctx, in)
		if said, ok := errors.AsType[smithy.APIError](err); ok && said.ErrorCode() == "ResourceNotFoundException" {
			c.missing = true
			return nil
		}
		if err != nil {
			return err
		}
		if events := c.fresh(out.Events); len(events) > 0 && !page(events) {
			return nil
		}
		if in.NextToken = out.NextToken; in.NextToken == "" {
			return nil
		}
	}
}

// ask requests a page, when there aren't too many other requests.
func (c *cursor) ask(ctx context.Context, in *question) (*answer, error) {
	c.gate <- struct{}{}
	defer func() { <-c.gate }()
	return c.client.filter(ctx, in)
}

func (c *cursor) question() *question {
	c.start = max(c.start, c.newest-c.overlap)
	// AWS interleaves the streams of a group in any case, but other endpoints don't.
	in := &question{LogGroupName: c.name, Interleaved: true, FilterPattern: c.pattern}
	if c.start >= 0 {
		in.StartTime = new(c.start)
	}
	return in
}

// fresh returns the events of a page that haven't been seen before.
func (c *cursor) fresh(page []logged) []Event {
	var events []Event
	for _, found := range page {
		id, at := found.EventID, found.Timestamp
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
			ID:      id,
			Time:    time.UnixMilli(at).UTC(),
			Stream:  found.LogStreamName,
			Message: strings.TrimSpace(found.Message),
		}
		var asked bool
		if e.Function, asked = functionOf(e.Stream, c.groups); asked {
			events = append(events, e)
		}
	}
	c.forget()
	return events
}

// forget drops the ids of events that the next request can't return.
func (c *cursor) forget() {
	for id, at := range c.seen {
		if at < c.newest-c.overlap {
			delete(c.seen, id)
		}
	}
}
