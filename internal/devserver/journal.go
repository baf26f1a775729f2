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

// Limits of the journal.
const (
	maxEntries = 1000
	maxLines   = 1000     // of the server's log, and of one invocation
	maxLog     = 4 << 20  // bytes of either
	maxKept    = 64 << 20 // bytes of events, responses and lines of all entries together
	backlog    = 1024     // events that a subscriber can fall behind
)

// Journal records what happens, and sends it to subscribers. Several goroutines
// can use it, and those that write to it never wait.
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

// record is an entry while it grows.
type record struct {
	Entry
	calls   []*call
	unheard int // invocations that have ended and may still print
}

// call is an invocation while it grows.
type call struct {
	Invocation
	entry  *record
	logged <-chan struct{} // closed when all of its lines are in; nil: it is running
	size   int             // bytes of its lines
	full   bool            // no more lines are kept
}

// bytes returns the size of an invocation.
func (c *call) bytes() int { return len(c.Event) + len(c.Response) + c.size }

// print keeps a line, and returns the number of bytes that were added. If an
// invocation has too many lines, the last one says so.
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

// drop drops everything that can be large.
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

// Subscribe returns a channel with the events from now on, which is closed when
// the context is done. A subscriber that reads too slowly misses some events,
// and is told how many.
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

// publish sends an event to all subscribers. The caller holds the lock.
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

// Begin records that something is to be done. [Journal.End] ends it.
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

// forget removes an entry. The caller holds the lock.
func (j *Journal) forget(r *record) {
	delete(j.byID, r.ID)
	for _, c := range r.calls {
		delete(j.calls, c.RequestID)
		j.kept -= c.bytes()
	}
}

// End records how an entry ended. For an entry without an HTTP status, status
// is 0.
func (j *Journal) End(id string, status int, err error) { j.end(id, status, err, "") }

// EndBatch records how a batch of a queue or a stream ended, and what becomes of
// the records that failed.
func (j *Journal) EndBatch(id string, err error, next string) { j.end(id, 0, err, next) }

func (j *Journal) end(id string, status int, err error, next string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	r := j.byID[id]
	if r == nil {
		return
	}
	r.Status, r.Duration, r.Done, r.Next = status, time.Since(r.Time), true, next
	if err != nil {
		r.Error = err.Error()
	}
	j.publishEnd(r)
}

// publishEnd publishes the end of an entry, after all lines that belong to it.
// The caller holds the lock.
func (j *Journal) publishEnd(r *record) {
	if r.Done && r.unheard == 0 && len(j.readers) > 0 {
		j.publish(Event{Ended: r.snapshot()})
	}
}

// invoke records that a function is invoked for an entry.
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

// invoked records how an invocation ended. More lines can come until logged is
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

// invocation returns an invocation that has ended, when all of its lines are
// in.
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
	i.Log = slices.Clip(i.Log) // the journal only appends to it
	return i
}

func (j *Journal) awaitLines(r *record, logged <-chan struct{}) {
	<-logged
	j.mu.Lock()
	defer j.mu.Unlock()
	r.unheard--
	j.publishEnd(r)
}

// keep makes room for size bytes that were added: it drops what is large of the
// oldest entries, and some more, so that there is room for a while.
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

// Print records a line of the log.
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

// keepLine keeps a line that belongs to no entry, and drops the oldest ones if
// there are too many.
func (j *Journal) keepLine(line Line) {
	j.lines = append(j.lines, line)
	j.logged += len(line.Text)
	for len(j.lines) > maxLines || j.logged > maxLog {
		j.logged -= len(j.lines[0].Text)
		j.lines[0] = Line{}
		j.lines = j.lines[1:]
	}
}

// Built records a change of the program's state.
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

// Entry returns an entry, and reports whether the journal has it, or still has
// it.
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

// snapshot returns a copy of the entry. The caller holds the journal's lock.
func (r *record) snapshot() *Entry {
	e := r.Entry
	for _, c := range r.calls {
		i := c.Invocation
		i.Log = slices.Clip(i.Log) // the journal only appends to it
		e.Invocations = append(e.Invocations, i)
	}
	return &e
}

// levelOf returns the level of a line that is JSON as slog and Lambda write it.
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
