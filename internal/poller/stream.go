package poller

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/delivery"
)

// relist is how often the shards of a stream are listed again. They are also
// listed at once when a shard has ended, since that is when new shards begin.
const relist = time.Minute

// api is what the APIs of Kinesis and DynamoDB have in common.
type api interface {
	// shards lists the shards. A [missingError] means that there is no such
	// stream.
	shards(context.Context) ([]shard, error)
	// iterator returns an iterator at a position of a shard.
	iterator(ctx context.Context, shard string, p position) (string, error)
	// read reads from an iterator of a shard.
	read(ctx context.Context, shard, iterator string) (page, error)
	// streamARN returns the stream's ARN, which is known after shards.
	streamARN() string
}

// shard is a part of a stream whose records have an order.
type shard struct {
	id      string
	parents []string // shards whose records come before its own
	closed  bool     // it gets no more records
}

// page is the result of one call that reads.
type page struct {
	items  []item
	next   string // the next iterator; empty: the shard has ended
	behind bool   // there are more records to read
}

// position is a place in a shard: an iterator while that is valid, otherwise a
// kind of iterator in AWS.
type position struct {
	iterator string
	kind     string
	sequence string    // for the kinds that need one
	time     time.Time // for atTimestamp
}

// The kinds of positions.
const (
	trimHorizon   = string(app.TrimHorizon)
	latest        = string(app.Latest)
	atTimestamp   = "AT_TIMESTAMP"
	atSequence    = "AT_SEQUENCE_NUMBER"
	afterSequence = "AFTER_SEQUENCE_NUMBER"
)

// progress is how far a function has got with a stream. It outlives the changes
// of the app's source.
type progress struct {
	mu    sync.Mutex
	begun bool // the stream's first shards are known
	// awaited means that the stream didn't exist when polling began, so that all
	// its records are new.
	awaited bool
	shards  map[string]*shardProgress
}

// shardProgress is how far a function has got with a shard.
type shardProgress struct {
	// reading holds a value while a reader has the shard. Only that reader uses
	// next.
	reading chan struct{}
	next    position // position of the first record that isn't done
	done    bool     // all records of the shard are done; guarded by the lock of progress
}

// stream polls a stream, each of its shards separately.
type stream struct {
	mapping
	api      api
	start    position      // to begin at
	interval time.Duration // between calls that found nothing
	parallel int           // batches of a shard at a time
	limits   limits
	progress *progress

	destination   destination // of what is given up; nil: none
	arrivalFormat string      // of times, in word of what is given up
}

func newStream(m mapping, s *app.StreamModel, a api) *stream {
	m.record = "record"
	m.filter.line = m.filteredLine
	m.size, m.window, m.partial = cmp.Or(s.BatchSize, 100), time.Duration(s.BatchWindowSeconds)*time.Second, s.PartialBatch
	at, _ := time.Parse(time.RFC3339, s.StartAt) // empty, unless the position is atTimestamp
	return &stream{
		mapping: m, api: a, start: position{kind: cmp.Or(s.StartingPosition, latest), time: at},
		interval: time.Second, parallel: max(s.ParallelizationFactor, 1), limits: newLimits(s),
		progress: m.poller.progressOf(m.key()), arrivalFormat: delivery.MillisecondTime,
		destination: m.poller.newDestination(s.OnFailure),
	}
}

func (p *Poller) progressOf(key string) *progress {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.streams[key] == nil {
		p.streams[key] = &progress{shards: map[string]*shardProgress{}}
	}
	return p.streams[key]
}

// run polls until the context is done. It tries a stream again that doesn't
// exist or can't be reached.
func (s *stream) run(ctx context.Context) {
	defer s.filter.close()
	for ctx.Err() == nil {
		if err := s.poll(ctx); err != nil {
			if errors.As(err, new(*missingError)) {
				s.progress.await()
			}
			s.trouble(ctx, err)
			sleep(ctx, retryInterval)
		}
	}
}

// poll reads all shards until the context is done, or the stream is gone, which is
// an error.
func (s *stream) poll(ctx context.Context) error {
	var readers sync.WaitGroup
	defer readers.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error)
	reading := map[string]bool{}
	for {
		listed, err := s.api.shards(ctx)
		if err == nil {
			err = s.learn(ctx, listed)
		}
		pause := relist
		switch {
		case errors.As(err, new(*missingError)):
			return err
		case err != nil: // what is being read goes on
			s.trouble(ctx, err)
			pause = retryInterval
		default:
			s.well()
		}
		for id, p := range s.progress.ready(listed) {
			if reading[id] {
				continue
			}
			reading[id] = true
			r := &reader{stream: s, shard: id, progress: p}
			readers.Go(func() {
				select {
				case ended <- r.run(ctx):
				case <-ctx.Done():
				}
			})
		}
		select {
		case err := <-ended:
			if err != nil {
				return err
			}
		case <-time.After(pause):
		case <-ctx.Done():
			return nil
		}
	}
}

// learn adds the shards that aren't known yet. If a stream is read from its
// end, so are the shards that it has at first. Later shards follow them, and
// are read from their beginning. A time to begin at is that of all shards.
func (s *stream) learn(ctx context.Context, listed []shard) error {
	p := s.progress
	p.mu.Lock()
	defer p.mu.Unlock()
	atEnd := s.start.kind == latest && !p.begun && !p.awaited
	for _, found := range listed {
		if p.shards[found.id] != nil {
			continue
		}
		one := &shardProgress{reading: make(chan struct{}, 1), next: position{kind: trimHorizon}}
		if s.start.kind == atTimestamp {
			one.next = s.start
		}
		if atEnd {
			one.next.kind, one.done = latest, found.closed
		}
		if atEnd && !found.closed {
			iterator, err := s.api.iterator(ctx, found.id, one.next)
			if err != nil {
				return err
			}
			one.next.iterator = iterator
		}
		p.shards[found.id] = one
	}
	p.begun = true
	return nil
}

// await forgets the shards of a stream that doesn't exist anymore.
func (p *progress) await() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.begun, p.awaited = false, true
	clear(p.shards)
}

// ready returns the shards that can be read: those whose parents are done, or
// gone.
func (p *progress) ready(listed []shard) map[string]*shardProgress {
	p.mu.Lock()
	defer p.mu.Unlock()
	unfinished := map[string]*shardProgress{}
	for _, s := range listed {
		if one := p.shards[s.id]; one != nil && !one.done {
			unfinished[s.id] = one
		}
	}
	ready := map[string]*shardProgress{}
	for _, s := range listed {
		waits := slices.ContainsFunc(s.parents, func(parent string) bool { return unfinished[parent] != nil })
		if one := unfinished[s.id]; one != nil && !waits {
			ready[s.id] = one
		}
	}
	return ready
}

// finish records that all records of a shard are done.
func (p *progress) finish(one *shardProgress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	one.done = true
}
