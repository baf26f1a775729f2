package poller

import (
	"context"
	"fmt"
	"time"
)

// How long to wait with a batch of a stream that has failed: it blocks its
// shard.
const (
	minBackoff = time.Second
	maxBackoff = 30 * time.Second
)

// reader reads a shard and hands over one batch at a time.
type reader struct {
	*stream
	shard    string
	progress *shardProgress

	iterator string // where to read on; empty: the shard has ended
	last     string // sequence number of the last record read
	buffer   []item // records that were read and are in no batch yet
}

// run reads until all records of a shard that has ended are done, until the
// context is done, or until there is an error. If another reader has the shard,
// run waits until that one has ended.
func (r *reader) run(ctx context.Context) error {
	select {
	case r.progress.reading <- struct{}{}:
		defer func() { <-r.progress.reading }()
	case <-ctx.Done():
		return nil
	}
	if r.iterator = r.progress.next.iterator; r.iterator == "" {
		if err := r.open(ctx, r.progress.next); err != nil {
			return err
		}
	}
	for {
		b, err := r.gather(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			return err
		case len(b.items) == 0:
			r.stream.progress.finish(r.progress)
			return nil
		}
		r.settle(ctx, b)
	}
}

// open gets the iterator of a position. If the position doesn't exist anymore,
// since a stream keeps records for a limited time, it is that of the oldest
// record.
func (r *reader) open(ctx context.Context, p position) (err error) {
	r.iterator, err = r.api.iterator(ctx, r.shard, p)
	switch code(err) {
	case "TrimmedDataAccessException", "InvalidArgumentException", "ValidationException":
		r.poller.options.Warn(fmt.Sprintf("%srecords of %s are gone that weren't done: it goes on with the oldest that there is", r.place(), r.what()))
		r.iterator, err = r.api.iterator(ctx, r.shard, position{kind: trimHorizon})
	}
	return err
}

// gather reads a batch: the records that there are, or those that arrive within
// the batch window, which begins with the first record. The batch is empty if
// the shard has ended.
func (r *reader) gather(ctx context.Context) (*batch, error) {
	b := &batch{}
	var end time.Time
	for {
		first := len(b.items) == 0
		var full bool
		r.buffer, full = b.fill(r.buffer, r.size)
		if first && len(b.items) > 0 {
			end = time.Now().Add(r.window)
		}
		if full || r.iterator == "" || len(b.items) > 0 && !time.Now().Before(end) {
			return b, nil
		}
		found, err := r.read(ctx, len(b.items) == 0)
		if err != nil {
			return b, err
		}
		if found {
			continue
		}
		pause := r.interval
		if len(b.items) > 0 {
			pause = min(pause, time.Until(end))
		}
		if !sleep(ctx, pause) {
			return b, nil
		}
	}
}

// read reads into the buffer, and reports whether to read on at once. idle says
// that no record waits to be done: then a new reader could begin here.
func (r *reader) read(ctx context.Context, idle bool) (bool, error) {
	p, err := r.api.read(ctx, r.shard, r.iterator)
	if code(err) == "ExpiredIteratorException" {
		from := position{kind: r.progress.next.kind, sequence: r.progress.next.sequence}
		if r.last != "" {
			from = position{kind: afterSequence, sequence: r.last}
		}
		return true, r.open(ctx, from)
	}
	if err != nil {
		return false, err
	}
	switch {
	case len(p.items) == 0 && idle:
		r.progress.next.iterator = p.next
	case len(p.items) > 0 && idle:
		r.progress.next = position{iterator: r.iterator, kind: atSequence, sequence: p.items[0].id}
	}
	if len(p.items) > 0 {
		r.last = p.items[len(p.items)-1].id
	}
	r.iterator, r.buffer = p.next, p.items
	return len(p.items) > 0 || p.behind, nil
}

// settle hands a batch over until all of it is done, or the context is. The
// records before the first one that failed are done.
func (r *reader) settle(ctx context.Context, b *batch) {
	for pause := minBackoff; ctx.Err() == nil; pause = min(2*pause, maxBackoff) {
		o := r.deliver(ctx, b)
		if o.interrupted {
			return
		}
		if n := o.first(); n > 0 {
			r.progress.next = position{kind: afterSequence, sequence: b.items[n-1].id}
			b, pause = b.from(n), minBackoff
		}
		if len(b.items) == 0 {
			if len(r.buffer) == 0 {
				r.progress.next.iterator = r.iterator
			}
			return
		}
		sleep(ctx, pause)
	}
}
