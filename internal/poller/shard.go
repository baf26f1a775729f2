package poller

import (
	"context"
	"fmt"
	"time"
)

// How long a batch of a stream's waits after it has failed: it blocks its shard.
const (
	minBackoff = time.Second
	maxBackoff = 30 * time.Second
)

// reader reads a shard and hands over one batch at a time.
type reader struct {
	*stream
	shard    string
	progress *shardProgress

	iterator string // to read on; empty: the shard has ended
	last     string // sequence number of the last record read
	buffer   []item // read, and in no batch yet
}

// run reads until the shard has ended and all its records are done, until the
// context is done, or until something goes wrong. Another reader of the same
// shard ends first.
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

// open finds the iterator of a position. Where that isn't there any more, since
// records stay for some hours only, it is the oldest record that is.
func (r *reader) open(ctx context.Context, p position) (err error) {
	r.iterator, err = r.api.iterator(ctx, r.shard, p)
	switch code(err) {
	case "TrimmedDataAccessException", "InvalidArgumentException", "ValidationException":
		r.poller.options.Warn(fmt.Sprintf("%srecords of %s are gone that weren't done: it goes on with the oldest that there is", r.place(), r.what()))
		r.iterator, err = r.api.iterator(ctx, r.shard, position{kind: trimHorizon})
	}
	return err
}

// gather reads a batch: what there is, or what comes within the window that
// begins with the first record. It is empty if the shard has ended.
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

// read reads into the buffer, and reports whether it is worth reading on at once.
// If nothing is waiting to be done, it is where reading would begin anew.
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

// settle hands a batch over until all of it is done, or the context is. What
// comes before the first record that failed is done.
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
