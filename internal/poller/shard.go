package poller

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"sync"
	"time"
)

// maxAhead is how many records of a shard are read ahead of the first that isn't
// done, beside those of the batches that are made.
const maxAhead = 10_000

// The codes of errors of both APIs.
const (
	notFound = "ResourceNotFoundException"
	trimmed  = "TrimmedDataAccessException"
)

// reader reads a shard and hands over a batch at a time, or several whose
// records have different partition keys.
type reader struct {
	*stream
	shard    string
	progress *shardProgress

	checkpoint *checkpoint
	from       position  // to read on at; its iterator is empty if it has to be opened
	atEnd      bool      // the shard has ended, and everything was read
	resume     time.Time // when to read on
	failing    bool      // the last call failed
	lanes      []*lane
	ended      chan *lane
}

// lane is a part of a shard's partition keys, whose records are handed over in
// their order.
type lane struct {
	queue []item    // records that were read and are in no batch yet
	batch *batch    // the one that is being filled
	end   time.Time // of its window
	busy  bool      // the function has a batch
}

// run reads until all records of a shard that has ended are done, until the
// context is done, or until the stream is gone, which is an error. After other
// errors, it reads on in a while. If another reader has the shard, run waits until
// that one has ended.
func (r *reader) run(ctx context.Context) error {
	select {
	case r.progress.reading <- struct{}{}:
		defer func() { <-r.progress.reading }()
	case <-ctx.Done():
		return nil
	}
	r.checkpoint = newCheckpoint(&r.progress.next)
	r.lanes, r.ended = make([]*lane, r.parallel), make(chan *lane, r.parallel)
	for i := range r.lanes {
		r.lanes[i] = &lane{batch: &batch{}}
	}
	r.from = r.progress.next
	var handing sync.WaitGroup
	defer handing.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for ctx.Err() == nil {
		r.hand(ctx, &handing)
		switch {
		case r.atEnd && r.isIdle():
			r.stream.progress.finish(r.progress)
			return nil
		case !r.wants():
			r.wait(ctx, r.windowEnd())
		case time.Now().Before(r.resume):
			r.wait(ctx, earliest(r.resume, r.windowEnd()))
		default:
			err := r.read(ctx)
			if code(err) == notFound {
				return err
			} else if err != nil {
				r.trouble(ctx, err)
				r.failing = true
				r.resume = time.Now().Add(retryInterval)
			}
		}
	}
	return nil
}

// hand fills the batch of each lane that has none with the function, and hands
// over those that are full, whose window is over, or that nothing more is to
// come for.
func (r *reader) hand(ctx context.Context, handing *sync.WaitGroup) {
	for _, l := range r.lanes {
		if l.busy {
			continue
		}
		begins := len(l.batch.items) == 0
		var full bool
		l.queue, full = l.batch.fill(l.queue, r.size)
		if len(l.batch.items) == 0 {
			continue
		}
		if begins {
			l.end = time.Now().Add(r.window)
		}
		if !full && !r.atEnd && time.Now().Before(l.end) {
			continue
		}
		b := l.batch
		l.batch, l.busy = &batch{}, true
		handing.Go(func() {
			r.settle(ctx, b)
			r.ended <- l
		})
	}
}

// wants reports whether a lane could do with more records. After hand, such a
// lane has no batch with the function, and room in the one that it fills.
func (r *reader) wants() bool {
	if r.atEnd || r.checkpoint.behind() > maxAhead+r.size*len(r.lanes) {
		return false
	}
	return slices.ContainsFunc(r.lanes, func(l *lane) bool { return !l.busy })
}

// isIdle reports whether all records that were read are done.
func (r *reader) isIdle() bool {
	return !slices.ContainsFunc(r.lanes, func(l *lane) bool { return l.busy || len(l.batch.items) > 0 })
}

// windowEnd returns when the next window is over; zero: there is none.
func (r *reader) windowEnd() (end time.Time) {
	for _, l := range r.lanes {
		if !l.busy && len(l.batch.items) > 0 {
			end = earliest(end, l.end)
		}
	}
	return end
}

// earliest returns the earlier time. A zero time is none.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// wait waits until a lane has handed its batch over, until a time unless that is
// zero, or until the context is done.
func (r *reader) wait(ctx context.Context, until time.Time) {
	var timer <-chan time.Time
	if !until.IsZero() {
		timer = time.After(time.Until(until))
	}
	select {
	case l := <-r.ended:
		l.busy = false
	case <-timer:
	case <-ctx.Done():
	}
}

// open gets the iterator of the position. If that doesn't exist anymore, since a
// stream keeps records for a limited time, it is that of the oldest record.
func (r *reader) open(ctx context.Context) (err error) {
	r.from.iterator, err = r.api.iterator(ctx, r.shard, r.from)
	if r.from.sequence == "" {
		return err
	}
	switch code(err) {
	case trimmed, "InvalidArgumentException", "ValidationException":
		r.poller.options.Warn(fmt.Sprintf("%srecords of %s are gone that weren't done: it goes on with the oldest that there is", r.place(), r.what()))
		r.from = position{kind: trimHorizon}
		r.from.iterator, err = r.api.iterator(ctx, r.shard, r.from)
	}
	return err
}

// read reads into the lanes. If there was nothing, it isn't called again for a
// while.
func (r *reader) read(ctx context.Context) error {
	if r.from.iterator == "" {
		if err := r.open(ctx); err != nil {
			return err
		}
	}
	p, err := r.api.read(ctx, r.shard, r.from.iterator)
	switch code(err) {
	case "ExpiredIteratorException", trimmed:
		r.from = r.checkpoint.lastRead()
		return nil
	}
	if err != nil {
		return err
	}
	if r.failing { // other shards may have been read all along
		r.failing = false
		r.well()
	}
	r.checkpoint.read(r.from.iterator, p)
	r.from, r.atEnd = r.checkpoint.lastRead(), p.next == ""
	r.from.iterator = p.next
	if len(p.items) == 0 && !p.behind {
		r.resume = time.Now().Add(r.interval)
	}
	passed, dropped := r.filter.split(p.items)
	r.checkpoint.done(dropped)
	for _, i := range passed {
		l := r.lanes[laneOf(i.key, len(r.lanes))]
		l.queue = append(l.queue, i)
	}
	return nil
}

// laneOf returns the index of a key's lane.
func laneOf(key string, lanes int) int {
	if lanes == 1 {
		return 0
	}
	h := fnv.New32a()
	h.Write([]byte(key))
	return int(h.Sum32() % uint32(lanes))
}
