package logs

import (
	"context"
	"iter"
	"sync"
)

// source reads the events of one group in a round.
type source struct {
	pages chan []Event // closed after the last
	head  []Event      // the rest of the current page
}

// round reads the events of all groups from the cursors' positions on, and
// returns them in the order of time; those of one group stay in the order in
// which they came. An error comes last, after the events of all groups that
// have none.
func (r *Reader) round(ctx context.Context, q Query, cursors []*cursor) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		var asking sync.WaitGroup
		defer asking.Wait()
		defer cancel()
		sources := make([]*source, len(cursors))
		failures := make(chan error, len(cursors))
		for i, c := range cursors {
			s := &source{pages: make(chan []Event)}
			sources[i] = s
			asking.Go(func() {
				defer close(s.pages)
				if err := s.ask(ctx, c); err != nil {
					failures <- err
				}
			})
		}
		for e := range merged(sources) {
			if !yield(e, nil) {
				return
			}
		}
		q.sayMissing(cursors)
		select {
		case err := <-failures:
			yield(Event{}, err)
		default:
		}
	}
}

// ask reads a group's pages. It requests a page while the one before is being
// used.
func (s *source) ask(ctx context.Context, c *cursor) error {
	err := c.round(ctx, func(page []Event) bool {
		select {
		case s.pages <- page:
			return true
		case <-ctx.Done():
			return false
		}
	})
	if err == nil {
		err = ctx.Err()
	}
	return err
}

// merged returns the events of all sources in the order of time.
func merged(sources []*source) iter.Seq[Event] {
	return func(yield func(Event) bool) {
		for {
			var first *source
			for _, s := range sources {
				if s.ready() && (first == nil || s.head[0].Time.Before(first.head[0].Time)) {
					first = s
				}
			}
			if first == nil {
				return
			}
			e := first.head[0]
			if first.head = first.head[1:]; !yield(e) {
				return
			}
		}
	}
}

// ready waits for the source's next event, and reports whether there is one.
func (s *source) ready() bool {
	if len(s.head) == 0 {
		s.head = <-s.pages
	}
	return len(s.head) > 0
}

// sayMissing reports each group that doesn't exist once.
func (q Query) sayMissing(cursors []*cursor) {
	var missing []Group
	for _, c := range cursors {
		if c.missing && !c.told {
			c.told = true
			missing = append(missing, c.groups...)
		}
	}
	if len(missing) > 0 && q.Missing != nil {
		q.Missing(missing)
	}
}
