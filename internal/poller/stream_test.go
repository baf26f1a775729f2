package poller_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/poller"
)

// TestStreams has a function fail at random on the records of random streams, with
// random options. Each record is then done, or given up as the options say, in the
// order that there is.
func TestStreams(t *testing.T) {
	first, n := uint64(1), uint64(400)
	if testing.Short() {
		n = 50
	}
	if seed, err := strconv.ParseUint(os.Getenv("STREAM_SEED"), 10, 64); err == nil {
		first, n = seed, 1
	}
	for seed := first; seed < first+n; seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { synctest.Test(t, func(t *testing.T) { newTrial(t, seed).run() }) })
	}
}

// trial is a random stream, a function that fails on some of its records, and
// what became of them.
type trial struct {
	t      *testing.T
	seed   uint64
	rand   *rand.Rand
	model  app.StreamModel
	memory *poller.Memory
	// fails is how often the function fails on a record; negative: always.
	fails    map[string]int
	filtered map[string]bool
	records  map[string]poller.Stored
	restarts int
	sends    bool // the destination can be reached

	mu       sync.Mutex
	tries    map[string]int // of a record that fails, which failed the batch
	done     map[string]int
	given    map[string]poller.Letter
	underWay map[string]bool // keys that the function has a batch of
}

func newTrial(t *testing.T, seed uint64) *trial {
	r := rand.New(rand.NewPCG(seed, 0))
	tr := &trial{
		t: t, seed: seed, rand: r, fails: map[string]int{}, filtered: map[string]bool{}, records: map[string]poller.Stored{},
		tries: map[string]int{}, done: map[string]int{}, given: map[string]poller.Letter{}, underWay: map[string]bool{},
		sends: r.IntN(5) > 0,
	}
	tr.model = app.StreamModel{
		Stream: "memory", BatchSize: 1 + r.IntN(12), BatchWindowSeconds: r.IntN(3), StartingPosition: "TRIM_HORIZON",
		PartialBatch: r.IntN(2) == 0, Bisect: r.IntN(2) == 0, ParallelizationFactor: r.IntN(4),
	}
	if r.IntN(3) > 0 {
		tr.model.Retry = &app.RetryModel{MaximumAttempts: new(r.IntN(4))}
		if r.IntN(3) == 0 {
			tr.model.Retry.MaximumAgeSeconds = new(60)
		}
	}
	if r.IntN(3) == 0 {
		tr.restarts = r.IntN(4)
	}
	tr.memory = &poller.Memory{Unreliable: r.IntN(2) == 0}
	for i := range 1 + r.IntN(3) {
		tr.addShard(string(rune('a'+i)), nil)
	}
	if parents := tr.memory.Shards; r.IntN(2) == 0 { // the first ones were merged
		ids := []string{parents[0].ID}
		parents[0].Closed = true
		if len(parents) > 1 && r.IntN(2) == 0 {
			ids = append(ids, parents[1].ID)
			parents[1].Closed = true
		}
		tr.addShard("z", ids)
	}
	return tr
}

func (tr *trial) addShard(id string, parents []string) {
	s := poller.StoredShard{ID: id, Parents: parents}
	limited := tr.retries() >= 0
	arrived := time.Now().Add(-2 * time.Minute)
	for n := range tr.rand.IntN(60) {
		arrived = arrived.Add(time.Duration(tr.rand.IntN(4000)) * time.Millisecond)
		one := poller.Stored{Shard: id, Key: fmt.Sprintf("k%d", tr.rand.IntN(6)), N: n, Arrived: arrived}
		switch tr.rand.IntN(12) {
		case 0:
			if limited {
				tr.fails[one.ID()] = -1
			}
		case 1, 2:
			tr.fails[one.ID()] = 1 + tr.rand.IntN(3)
		case 3, 4:
			tr.filtered[one.ID()] = true
		}
		tr.records[one.ID()] = one
		s.Records = append(s.Records, one)
	}
	tr.memory.Shards = append(tr.memory.Shards, s)
}

// retries returns the limit; negative: there is none.
func (tr *trial) retries() int {
	if tr.model.Retry == nil || tr.model.Retry.MaximumAttempts == nil {
		return -1
	}
	return *tr.model.Retry.MaximumAttempts
}

// age returns the limit; 0: there is none.
func (tr *trial) age() time.Duration {
	if tr.model.Retry == nil || tr.model.Retry.MaximumAgeSeconds == nil {
		return 0
	}
	return time.Duration(*tr.model.Retry.MaximumAgeSeconds) * time.Second
}

func (tr *trial) run() {
	p := &poller.MemoryPoller{
		Stream: tr.memory, Model: tr.model, Pass: func(id string) bool { return !tr.filtered[id] },
		Invoke: tr.invoke, Send: tr.send, Say: func(string) {},
	}
	for i := range tr.restarts {
		ctx, cancel := context.WithTimeout(tr.t.Context(), time.Duration(tr.rand.IntN(5000))*time.Millisecond)
		p.Run(ctx, tr.seed*100+uint64(i))
		cancel()
	}
	ctx, cancel := context.WithTimeout(tr.t.Context(), time.Hour)
	go func() {
		for ctx.Err() == nil && !tr.allSettled() {
			time.Sleep(10 * time.Second)
		}
		cancel()
	}()
	p.Run(ctx, tr.seed*100+99)
	tr.check()
	before := len(tr.done) + len(tr.given)
	done := tr.total()
	ctx, cancel = context.WithTimeout(tr.t.Context(), 2*time.Minute)
	p.Run(ctx, tr.seed)
	cancel()
	if len(tr.done)+len(tr.given) != before || tr.total() != done {
		tr.errorf("a run after all was done did something")
	}
}

func (tr *trial) total() (n int) {
	for _, times := range tr.done {
		n += times
	}
	return n
}

func (tr *trial) errorf(format string, args ...any) {
	tr.t.Helper()
	tr.t.Errorf("STREAM_SEED=%d: %s\n%+v", tr.seed, fmt.Sprintf(format, args...), tr.model)
}

// lane is what keeps its order: a shard, or a partition key in it.
func (tr *trial) lane(id string) string {
	if tr.model.ParallelizationFactor > 1 {
		return tr.records[id].Shard + tr.records[id].Key
	}
	return tr.records[id].Shard
}

// settled reports whether a record needs no more attention.
func (tr *trial) settled(id string) bool {
	return tr.filtered[id] || tr.done[id] > 0 || tr.given[id].Size > 0
}

func (tr *trial) allSettled() bool {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	for id := range tr.records {
		if !tr.settled(id) {
			return false
		}
	}
	return true
}

// invoke is the function.
func (tr *trial) invoke(ctx context.Context, ids []string) (failures []string, err error) {
	tr.mu.Lock()
	tr.checkBatch(ids)
	for _, id := range ids {
		tr.underWay[tr.lane(id)] = true
	}
	pause := time.Duration(tr.rand.IntN(300)) * time.Millisecond
	tr.mu.Unlock()
	time.Sleep(pause)
	tr.mu.Lock()
	defer tr.mu.Unlock()
	for _, id := range ids {
		delete(tr.underWay, tr.lane(id))
	}
	for i, id := range ids {
		if tr.fails[id] < 0 || tr.tries[id] < tr.fails[id] {
			tr.tries[id]++
			if !tr.model.PartialBatch || tr.rand.IntN(10) == 0 {
				return nil, errors.New("told to fail")
			}
			for _, done := range ids[:i] {
				tr.done[done]++
			}
			failures = []string{id}
			if rest := ids[i+1:]; len(rest) > 0 && tr.rand.IntN(2) == 0 { // only the first counts
				failures = []string{rest[tr.rand.IntN(len(rest))], id}
			}
			return failures, nil
		}
	}
	for _, id := range ids {
		tr.done[id]++
	}
	return nil, nil
}

// checkBatch checks what the function gets.
func (tr *trial) checkBatch(ids []string) {
	if len(ids) == 0 || len(ids) > tr.model.BatchSize {
		tr.errorf("a batch of %d", len(ids))
	}
	lanes := map[string]bool{}
	for i, id := range ids {
		one, known := tr.records[id]
		lanes[tr.lane(id)] = true
		switch {
		case !known:
			tr.errorf("%q is no record", id)
		case one.Shard != tr.records[ids[0]].Shard:
			tr.errorf("%s and %s are in a batch", ids[0], id)
		case tr.filtered[id]:
			tr.errorf("%s should have been filtered out", id)
		case tr.age() > 0 && time.Since(one.Arrived) > tr.age():
			tr.errorf("%s is too old: %s", id, time.Since(one.Arrived))
		case tr.given[id].Size > 0 && tr.restarts == 0:
			tr.errorf("%s was given up before", id)
		case i > 0 && ids[i-1] >= id:
			tr.errorf("%s after %s", id, ids[i-1])
		}
		for _, earlier := range tr.memory.Shards[tr.shard(one.Shard)].Records[:one.N] {
			if other := earlier.ID(); tr.lane(other) == tr.lane(id) && !tr.settled(other) && !slices.Contains(ids[:i], other) {
				tr.errorf("%s comes before %s is done", id, other)
			}
		}
	}
	for lane := range lanes {
		if tr.underWay[lane] {
			tr.errorf("two batches of %s at a time", lane)
		}
	}
	for _, parent := range tr.memory.Shards[tr.shard(tr.records[ids[0]].Shard)].Parents {
		for _, r := range tr.memory.Shards[tr.shard(parent)].Records {
			if !tr.settled(r.ID()) {
				tr.errorf("%s comes before %s, of its parent, is done", ids[0], r.ID())
			}
		}
	}
}

func (tr *trial) shard(id string) int {
	return slices.IndexFunc(tr.memory.Shards, func(s poller.StoredShard) bool { return s.ID == id })
}

// send is the destination.
func (tr *trial) send(l poller.Letter) error {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	if len(l.IDs) != l.Size || l.IDs[0] != l.First || l.IDs[len(l.IDs)-1] != l.Last {
		tr.errorf("%+v contradicts itself", l)
	}
	tr.checkLetter(l)
	for _, id := range l.IDs {
		if tr.given[id].Size > 0 && tr.restarts == 0 {
			tr.errorf("%s is given up again", id)
		}
		tr.given[id] = l
	}
	if !tr.sends {
		return errors.New("nobody is there")
	}
	return nil
}

func (tr *trial) checkLetter(l poller.Letter) {
	switch limit := tr.retries(); {
	case l.Condition == "RecordAgeExceeded":
		for _, id := range l.IDs {
			if tr.age() == 0 || time.Since(tr.records[id].Arrived) <= tr.age() {
				tr.errorf("%+v: %s isn't too old", l, id)
			}
		}
	case limit < 0:
		tr.errorf("%+v is given up without a limit", l)
	case tr.model.Bisect && l.Size > 1:
		tr.errorf("%+v isn't divided any further", l)
	case tr.model.Bisect && tr.restarts == 0 && tr.tries[l.First] < limit+1:
		tr.errorf("%+v was tried %d times", l, tr.tries[l.First])
	case !tr.model.Bisect && l.Invocations != limit+1:
		tr.errorf("%+v, and not after %d tries", l, limit+1)
	}
}

// check checks what became of all records.
func (tr *trial) check() {
	for id := range tr.records {
		_, given := tr.given[id]
		switch {
		case tr.filtered[id]:
		case tr.done[id] == 0 && !given:
			tr.errorf("%s is lost", id)
		case tr.restarts == 0 && cmp.Or(tr.done[id], 1) > 1:
			tr.errorf("%s was done %d times", id, tr.done[id])
		case tr.restarts == 0 && tr.done[id] > 0 && given:
			tr.errorf("%s was done and given up", id)
		case tr.done[id] > 0 && tr.fails[id] < 0:
			tr.errorf("%s can't be done", id)
		}
	}
}
