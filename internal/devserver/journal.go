package devserver

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/chalice-go/chalice/internal/lambdarun"
)

// How much the journal keeps.
const (
	maxEntries = 1000
	maxLines   = 1000     // of the server's log, and of one invocation
	maxLog     = 4 << 20  // bytes of either
	maxKept    = 64 << 20 // bytes of all entries together: events, responses and lines
	backlog    = 1024     // events that a subscriber can be behind
)

// Journal remembers what happened, and tells those who subscribe. It is for
// several goroutines, and never makes any of those wait who write to it.
type Journal struct {
	mu      sync.Mutex
	begun   int
	entries []*record // oldest first
	byID    map[string]*record
	calls   map[string]*call // by request id
	lines   []Line
	logged  int // bytes of lines
	build   Build
	kept    int // bytes of all entries
	readers map[*reader]bool
}

// record is an entry as it grows.
type record struct {
	Entry
	calls   []*call
	unheard int // invocations that have ended and may still print
}

// call is an invocation as it grows.
type call struct {
	Invocation
	entry  *record
	logged <-chan struct{} // closed when all of its lines are here; nil: it goes on
	size   int             // bytes of its lines
	full   bool            // no more lines are kept
}

// bytes is what an invocation counts.
func (c *call) bytes() int { return len(c.Event) + len(c.Response) + c.size }

// print keeps a line, and returns the bytes that came in. One that has too many ends
// with a line that says so.
func (c *call) print(line Line) int {
	switch {
	case c.full:
		return 0
	case len(c.Log) == maxLines || c.size+len(line.Text) > maxLog:
		c.full = true
		line.Level, line.Text = levelWarn, "further lines of this invocation are not kept"
	}
	c.Log = append(c.Log, line)
	c.size += len(line.Text)
	return len(line.Text)
}

// drop forgets all that can be large.
func (c *call) drop() {
	c.Event, c.Response, c.Log, c.Dropped = nil, nil, nil, true
	c.size, c.full = 0, true
}

// reader is a subscriber.
type reader struct {
	events chan Event
	lost   int
}

// NewJournal makes an empty journal.
func NewJournal() *Journal {
	return &Journal{byID: map[string]*record{}, calls: map[string]*call{}, readers: map[*reader]bool{}}
}

// Subscribe returns the events from now on, until the context is done; then the
// channel is closed. Whoever reads too slowly misses some, and is told how many.
func (j *Journal) Subscribe(ctx context.Context) <-chan Event {
	r := &reader{events: make(chan Event, backlog)}
	j.mu.Lock()
	j.readers[r] = true
	j.mu.Unlock()
	context.AfterFunc(ctx, func() {
		j.mu.Lock()
		defer j.mu.Unlock()
		delete(j.readers, r)
		close(r.events)
	})
	return r.events
}

// publish needs the lock.
func (j *Journal) publish(e Event) {
	for r := range j.readers {
		if r.lost > 0 {
			select {
			case r.events <- Event{Lost: r.lost}:
				r.lost = 0
			default:
			}
		}
		select {
		case r.events <- e:
		default:
			r.lost++
		}
	}
}

// Begin notes that something has to be done. Its end is told with [Journal.End].
func (j *Journal) Begin(kind Kind, method, path string) (id string) {
	return j.begin(Entry{Kind: kind, Method: method, Path: path}).ID
}

func (j *Journal) begin(e Entry) *record {
	e.Time = time.Now()
	r := &record{Entry: e}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.begun++
	r.ID = strconv.Itoa(j.begun)
	j.entries = append(j.entries, r)
	j.byID[r.ID] = r
	if len(j.entries) > maxEntries {
		j.forget(j.entries[0])
		j.entries[0] = nil
		j.entries = j.entries[1:]
	}
	if len(j.readers) > 0 {
		j.publish(Event{Begun: r.snapshot()})
	}
	return r
}

// forget needs the lock.
func (j *Journal) forget(r *record) {
	delete(j.byID, r.ID)
	for _, c := range r.calls {
		delete(j.calls, c.RequestID)
		j.kept -= c.bytes()
	}
}

// End notes how an entry ended. A status of 0 is no HTTP status at all.
func (j *Journal) End(id string, status int, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	r := j.byID[id]
	if r == nil {
		return
	}
	r.Status, r.Duration, r.Done = status, time.Since(r.Time), true
	if err != nil {
		r.Error = err.Error()
	}
	j.publishEnd(r)
}

// publishEnd tells of the end of an entry, after all lines that belong to it. It
// needs the lock.
func (j *Journal) publishEnd(r *record) {
	if r.Done && r.unheard == 0 && len(j.readers) > 0 {
		j.publish(Event{Ended: r.snapshot()})
	}
}

// invoke notes that a function is invoked for an entry.
func (j *Journal) invoke(entry, requestID, function string, event []byte) {
	j.mu.Lock()
	defer j.mu.Unlock()
	r := j.byID[entry]
	if r == nil {
		return
	}
	c := &call{Invocation: Invocation{RequestID: requestID, Function: function, Time: time.Now(), Event: event}, entry: r}
	r.calls = append(r.calls, c)
	j.calls[requestID] = c
	j.keep(len(event))
}

// invoked notes how an invocation ended. More lines can come until logged is
// closed.
func (j *Journal) invoked(requestID string, f lambdarun.Facts, response []byte, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	c := j.calls[requestID]
	if c == nil {
		return
	}
	c.Cold, c.Duration, c.Response, c.logged = f.Cold, f.Duration, response, f.Logged
	if err != nil {
		c.Error = err.Error()
	}
	j.keep(len(response))
	if r := c.entry; !isClosed(f.Logged) && !r.Done {
		r.unheard++
		go j.awaitLines(r, f.Logged)
	}
}

// invocation returns what there is of an invocation that has ended, once all of its
// lines are here.
func (j *Journal) invocation(requestID string) Invocation {
	j.mu.Lock()
	c := j.calls[requestID]
	if c == nil {
		j.mu.Unlock()
		return Invocation{RequestID: requestID}
	}
	logged := c.logged
	j.mu.Unlock()
	if logged != nil {
		<-logged
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	i := c.Invocation
	i.Log = slices.Clip(i.Log) // it only grows
	return i
}

func (j *Journal) awaitLines(r *record, logged <-chan struct{}) {
	<-logged
	j.mu.Lock()
	defer j.mu.Unlock()
	r.unheard--
	j.publishEnd(r)
}

// keep makes room for what has come in: what is large of the oldest entries goes,
// and some more with it, so that there is room for a while.
func (j *Journal) keep(size int) {
	j.kept += size
	if j.kept <= maxKept {
		return
	}
	for i := 0; j.kept > maxKept*3/4 && i < len(j.entries)-1; i++ {
		for _, c := range j.entries[i].calls {
			if size := c.bytes(); size > 0 {
				j.kept -= size
				c.drop()
			}
		}
	}
}

// Print notes a line of the log.
func (j *Journal) Print(line Line) {
	if line.Time.IsZero() {
		line.Time = time.Now()
	}
	if line.Level == "" {
		line.Level = levelOf(line.Text)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if c := j.calls[line.RequestID]; c != nil {
		j.keep(c.print(line))
	} else {
		j.keepLine(line)
	}
	j.publish(Event{Line: &line})
}

// keepLine keeps a line that belongs to no entry: the oldest go.
func (j *Journal) keepLine(line Line) {
	j.lines = append(j.lines, line)
	j.logged += len(line.Text)
	for len(j.lines) > maxLines || j.logged > maxLog {
		j.logged -= len(j.lines[0].Text)
		j.lines[0] = Line{}
		j.lines = j.lines[1:]
	}
}

// Built notes a change of the program's state.
func (j *Journal) Built(b Build) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.build = b
	j.publish(Event{Build: &b})
}

// Build returns the last change of the program's state.
func (j *Journal) Build() Build {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.build
}

// Entries returns the last entries, the oldest first.
func (j *Journal) Entries() []Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	all := make([]Entry, len(j.entries))
	for i, r := range j.entries {
		all[i] = *r.snapshot()
	}
	return all
}

// Entry returns an entry, and whether the journal has it, or still has it.
func (j *Journal) Entry(id string) (Entry, bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	r, ok := j.byID[id]
	if !ok {
		return Entry{}, false
	}
	return *r.snapshot(), true
}

// Lines returns the last lines that belong to no entry, the oldest first.
func (j *Journal) Lines() []Line {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.lines)
}

// snapshot needs the journal's lock.
func (r *record) snapshot() *Entry {
	e := r.Entry
	for _, c := range r.calls {
		i := c.Invocation
		i.Log = slices.Clip(i.Log) // it only grows
		e.Invocations = append(e.Invocations, i)
	}
	return &e
}

// levelOf returns the level of a line in JSON, as slog and Lambda write it.
func levelOf(text string) string {
	if len(text) == 0 || text[0] != '{' {
		return ""
	}
	var line struct{ Level string }
	if json.Unmarshal([]byte(text), &line) != nil {
		return ""
	}
	return line.Level
}
