package poller

import (
	"fmt"
	"sync"
	"time"
)

// Filtered records are counted, and told in one line when none has come for
// quiet, or at the latest after loud.
const (
	quiet = time.Second
	loud  = 10 * time.Second
)

// filter keeps from a function what doesn't match the patterns of its
// registration.
type filter struct {
	// pass reports whether a record as the event has it matches a pattern; nil:
	// there are no patterns.
	pass func(record []byte) bool
	tell func(line string)
	line func(n int) string

	mu    sync.Mutex
	n     int // filtered out, and not told yet
	since time.Time
	timer *time.Timer
}

// split divides items into those that the function gets and the others, which
// it counts.
func (f *filter) split(items []item) (passed, dropped []item) {
	if f.pass == nil {
		return items, nil
	}
	for _, i := range items {
		if f.pass(i.record) {
			passed = append(passed, i)
		} else {
			dropped = append(dropped, i)
		}
	}
	f.count(len(dropped))
	return passed, dropped
}

func (f *filter) count(n int) {
	if n == 0 {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.n == 0 {
		f.since = time.Now()
	}
	f.n += n
	if f.timer == nil {
		f.timer = time.AfterFunc(quiet, f.flush)
	} else if time.Since(f.since)+quiet < loud {
		f.timer.Reset(quiet)
	}
}

// flush tells how many records were filtered out since the last time.
func (f *filter) flush() {
	f.mu.Lock()
	n := f.n
	f.n, f.timer = 0, nil
	f.mu.Unlock()
	if n > 0 {
		f.tell(f.line(n))
	}
}

// close tells what wasn't told yet.
func (f *filter) close() {
	f.mu.Lock()
	if f.timer != nil {
		f.timer.Stop()
	}
	f.mu.Unlock()
	f.flush()
}

// filteredLine is what is told about records that were filtered out.
func (m *mapping) filteredLine(n int) string {
	fate := "skipped"
	if m.kind == kindQueue {
		fate = "deleted"
	}
	return fmt.Sprintf("%s of %s didn't match the filters of %s: %s", m.count(n), m.what(), m.function, fate)
}
