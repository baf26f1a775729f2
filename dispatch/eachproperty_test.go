package dispatch_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

// TestEachProperty lets a small model of Lambda's pollers hand batches to handlers of single
// records until all records are done: a million, or fewer with -short and the race detector.
// Handlers fail in all ways that there are, records can't be read at first, and time runs out;
// the clock is a made-up one. Whatever happens,
//
//   - a record is acknowledged if its handler succeeded in this invocation, and not otherwise,
//     so that none is lost and none comes again without need;
//   - no handler begins before those of all records that come before it in its group or shard
//     succeeded, nor after the context ended; any other begins;
//   - each failure is logged once, and what wasn't begun in one line;
//   - in the end all are done.
func TestEachProperty(t *testing.T) {
	records := 1_000_000
	if testing.Short() || underRace {
		records = 30_000
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	for i, s := range eachSources {
		t.Run(s.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				newEachWorld(t, s, rand.New(rand.NewPCG(seed, uint64(i)))).consume(records * s.percent / 100)
			})
		})
	}
}

// eachSource is a queue or stream of the model.
type eachSource struct {
	name     string
	percent  int // of all records
	groups   int // of a FIFO queue, or shards of a stream; 1 for a standard queue
	ordered  bool
	shards   bool // a batch is of one shard, and what it leaves begins with the first failure
	batch    int  // at most
	parallel int
	decodes  bool
	declare  func(a *app.App, w *eachWorld)
	record   func(m *eachMessage, body string) string
}

var eachSources = []eachSource{
	{
		name: "standard", percent: 20, groups: 1, batch: 50, parallel: 1, record: sqsJSON("q", false),
		declare: func(a *app.App, w *eachWorld) {
			a.OnSQSMessage("q", app.Each(func(ctx context.Context, r *app.SQSRecord) error { return w.handle(ctx, r.MessageID(), r.Body()) }), app.Name("work"))
		},
	},
	{
		name: "parallel", percent: 20, groups: 1, batch: 50, parallel: 8, record: sqsJSON("q", true),
		declare: func(a *app.App, w *eachWorld) {
			a.OnSQSMessage("q", app.Each(func(ctx context.Context, r *app.SQSRecord) error { return w.handle(ctx, r.MessageID(), r.Body()) }, app.Parallel(8)), app.Name("work"))
		},
	},
	{
		name: "FIFO", percent: 15, groups: 40, ordered: true, batch: 10, parallel: 1, record: sqsJSON("q.fifo", true),
		declare: func(a *app.App, w *eachWorld) {
			a.OnSQSMessage("q.fifo", app.Each(func(ctx context.Context, r *app.SQSRecord) error { return w.handle(ctx, r.MessageID(), r.Body()) }), app.Name("work"))
		},
	},
	{
		name: "FIFO by a name that isn't known", percent: 5, groups: 40, ordered: true, batch: 10, parallel: 1, decodes: true, record: sqsJSON("q.fifo", true),
		declare: func(a *app.App, w *eachWorld) {
			a.OnSQSMessage("${aws_sqs_queue.q.name}", app.EachJSON(func(ctx context.Context, text string, r *app.SQSRecord) error {
				return w.handle(ctx, r.MessageID(), r.Body())
			}, app.Parallel(8), app.Poison(func(ctx context.Context, r *app.SQSRecord, err error) error {
				return w.decide(ctx, r.MessageID(), r.Body())
			})), app.Name("work"))
		},
	},
	{
		name: "Kinesis", percent: 20, groups: 5, ordered: true, shards: true, batch: 20, parallel: 1, decodes: true,
		record: func(m *eachMessage, body string) string {
			data := base64.StdEncoding.EncodeToString([]byte(body))
			if m.unreadable > 0 {
				data = data[:len(data)-1]
			}
			return `{"kinesis":{"sequenceNumber":"` + m.name() + `","data":"` + data + `"}}`
		},
		declare: func(a *app.App, w *eachWorld) {
			a.OnKinesisRecord("s", app.EachJSON(func(ctx context.Context, text string, r *app.KinesisRecord) error {
				return w.handle(ctx, r.SequenceNumber(), string(r.Data()))
			}, app.Poison(func(ctx context.Context, r *app.KinesisRecord, err error) error {
				return w.decide(ctx, r.SequenceNumber(), string(r.Data()))
			})), app.Name("work"))
		},
	},
	{
		name: "DynamoDB", percent: 20, groups: 5, ordered: true, shards: true, batch: 20, parallel: 1,
		record: func(m *eachMessage, body string) string {
			created := "1700000000"
			if m.unreadable > 0 {
				created = `"soon"`
			}
			return `{"dynamodb":{"SequenceNumber":"` + m.name() + `","ApproximateCreationDateTime":` + created + `,"Keys":{"id":{"S":"k"}}}}`
		},
		declare: func(a *app.App, w *eachWorld) {
			a.OnDynamoDBRecord("arn:aws:dynamodb:us-west-2:1:table/t/stream/l", app.Each(func(ctx context.Context, r *app.DynamoDBRecord) error {
				return w.handle(ctx, r.SequenceNumber(), bodyOf(w.find(r.SequenceNumber())))
			}), app.Name("work"))
		},
	},
}

// sqsJSON returns what writes messages of a queue.
func sqsJSON(queue string, grouped bool) func(*eachMessage, string) string {
	return func(m *eachMessage, body string) string {
		var b strings.Builder
		b.WriteByte('{')
		if !m.anonymous {
			b.WriteString(`"messageId":"` + m.name() + `",`)
		}
		if m.unreadable == 0 {
			b.WriteString(`"body":` + strconv.Quote(body) + `,`)
		}
		if grouped {
			b.WriteString(`"attributes":{"MessageGroupId":"g` + strconv.Itoa(m.group) + `"},`)
		}
		b.WriteString(`"eventSourceARN":"arn:aws:sqs:us-west-2:123456789012:` + queue + `"}`)
		return b.String()
	}
}

// eachMessage is a record of the model. What is said of an invocation is of the current one.
type eachMessage struct {
	number     int // identifies it
	group      int
	place      int  // in its group
	received   int  // how often
	unreadable int  // for so many times
	poison     bool // it can't be decoded, whenever it comes
	anonymous  bool // it has no id this time

	// How often it is in the batch, can be read there, was begun, and was handled.
	copies, readable, begun, done int
}

// isAmbiguous reports whether the id doesn't tell which record of the batch it is: of those
// that can be read, since all others come again.
func (m *eachMessage) isAmbiguous() bool { return m.readable > 1 || m.anonymous }

func (m *eachMessage) name() string { return strconv.Itoa(m.number) }

// bodyOf returns the body that a message should have: JSON, unless it is poison.
func bodyOf(m *eachMessage) string {
	if m.poison {
		return `"` + m.name()
	}
	return `"` + m.name() + `"`
}

// eachWorld is a source, the function that gets its records, and what became of them.
type eachWorld struct {
	eachSource
	t        *testing.T
	random   *rand.Rand
	handler  dispatch.Handler
	messages []*eachMessage
	waiting  [][]*eachMessage // by group, in its order
	progress []int            // how many of a group are done, without a gap

	mu       sync.Mutex // handlers run side by side
	deadline time.Time
	cancel   func()
	running  int
	most     int          // that ran side by side
	begun    int          // in this invocation, as all below
	stopped  map[int]bool // groups in which a handler failed
	failures int
	logged   map[string]int
	late     int64 // records that the log says weren't begun
}

func newEachWorld(t *testing.T, s eachSource, random *rand.Rand) *eachWorld {
	w := &eachWorld{eachSource: s, t: t, random: random, waiting: make([][]*eachMessage, s.groups), progress: make([]int, s.groups)}
	a := app.New("each")
	s.declare(a, w)
	h, err := dispatch.NewHandler(a, "work")
	if err != nil {
		t.Fatal(err)
	}
	w.handler = h
	old := slog.Default()
	slog.SetDefault(slog.New(w))
	t.Cleanup(func() { slog.SetDefault(old) })
	return w
}

// chance reports true in so many of a thousand cases.
func (w *eachWorld) chance(perMille int) bool { return w.random.IntN(1000) < perMille }

// consume has the function handle all of some records.
func (w *eachWorld) consume(records int) {
	for n := range records {
		m := &eachMessage{number: n, group: w.random.IntN(w.groups), poison: w.decodes && w.chance(20)}
		if w.chance(3) {
			m.unreadable = 1 + w.random.IntN(2)
		}
		m.place = len(w.waiting[m.group])
		w.messages = append(w.messages, m)
		w.waiting[m.group] = append(w.waiting[m.group], m)
	}
	for invocations := 0; ; invocations++ {
		batch := w.poll()
		if len(batch) == 0 {
			w.t.Logf("%d invocations", invocations)
			if (w.most > 1) != (w.parallel > 1) {
				w.t.Errorf("%d handlers ran side by side, not %d", w.most, w.parallel)
			}
			return
		}
		if invocations > 20*records || w.t.Failed() {
			w.t.Fatalf("after %d invocations %v is waiting", invocations, batch)
		}
		w.invoke(batch)
	}
}

// poll returns a batch of what is waiting.
func (w *eachWorld) poll() []*eachMessage {
	size := 1 + w.random.IntN(w.batch)
	var batch []*eachMessage
	for from, n := w.random.IntN(w.groups), 0; n < w.groups && len(batch) < size; n++ {
		of := w.waiting[(from+n)%w.groups]
		if w.shards && len(batch) > 0 {
			break
		}
		if !w.ordered { // in any order
			for i := range min(size, len(of)) {
				j := i + w.random.IntN(len(of)-i)
				of[i], of[j] = of[j], of[i]
			}
		}
		some := size - len(batch)
		if w.ordered && !w.shards {
			some = 1 + w.random.IntN(some)
		}
		batch = append(batch, of[:min(some, len(of))]...)
	}
	if !w.ordered && len(batch) > 1 && w.chance(30) { // a standard queue can deliver a message twice
		batch = append(batch, batch[0])
	}
	return batch
}

// invoke hands a batch to the function, and takes its answer as Lambda does.
func (w *eachWorld) invoke(batch []*eachMessage) {
	event, readable := w.event(batch)
	limit := time.Second * time.Duration(1+w.random.IntN(20))
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	w.deadline, w.cancel = time.Now().Add(limit), cancel
	w.begun, w.failures, w.late, w.logged, w.stopped = 0, 0, 0, map[string]int{}, map[int]bool{}
	out, err := w.handler.Invoke(ctx, []byte(event))
	if w.running != 0 {
		w.t.Errorf("%d handlers are still running", w.running)
	}
	w.checkLog(readable)
	w.checkBegun(ctx, batch[:readable])
	switch {
	case !time.Now().Before(w.deadline): // Lambda has ended the function, and the batch comes again
		for _, m := range batch {
			m.done = 0
		}
	case err != nil:
		w.checkError(batch, err)
	default:
		w.acknowledge(batch, w.reported(out))
	}
	for _, m := range batch {
		m.copies, m.readable, m.begun, m.done, m.anonymous = 0, 0, 0, 0, false
		m.unreadable = max(m.unreadable-1, 0)
	}
}

// event writes a batch, and returns how many of its records can be read: those before the
// first that can't.
func (w *eachWorld) event(batch []*eachMessage) (event string, readable int) {
	readable = -1
	records := make([]string, len(batch))
	for i, m := range batch {
		m.copies++
		m.received++
		if m.copies == 1 {
			m.anonymous = !w.ordered && m.received < 3 && w.chance(3)
		}
		records[i] = w.record(m, bodyOf(m))
		if m.unreadable > 0 && readable < 0 {
			readable = i
		}
	}
	if readable < 0 {
		readable = len(batch)
	}
	for _, m := range batch[:readable] {
		m.readable++
	}
	return `{"Records":[` + strings.Join(records, ",") + `]}`, readable
}

// reported returns which records an answer says have failed.
func (w *eachWorld) reported(out []byte) map[string]bool {
	var answer struct {
		BatchItemFailures []struct{ ItemIdentifier string }
	}
	if err := json.Unmarshal(out, &answer); err != nil {
		w.t.Fatalf("the answer is %s: %v", out, err)
	}
	ids := map[string]bool{}
	for _, f := range answer.BatchItemFailures {
		if ids[f.ItemIdentifier] || f.ItemIdentifier == "" {
			w.t.Errorf("%q is reported twice, or empty: %s", f.ItemIdentifier, out)
		}
		ids[f.ItemIdentifier] = true
	}
	return ids
}

// checkError checks that a whole batch fails only if one of its records can't be reported.
func (w *eachWorld) checkError(batch []*eachMessage, err error) {
	for _, m := range batch {
		if m.done < m.copies && m.isAmbiguous() {
			return
		}
	}
	w.t.Errorf("the whole batch fails: %v", err)
}

// acknowledge takes records from those that are waiting: of a shard all before the first
// that is reported, otherwise all that aren't.
func (w *eachWorld) acknowledge(batch []*eachMessage, reported map[string]bool) {
	gone := map[*eachMessage]bool{}
	for _, m := range batch {
		if m.isAmbiguous() && m.done < m.copies {
			w.t.Errorf("%d has failed, and its id doesn't tell which it is", m.number)
		}
		if w.shards && reported[m.name()] {
			break
		}
		gone[m] = !reported[m.name()]
	}
	for _, m := range batch {
		if gone[m] != (m.done == m.copies) {
			w.t.Errorf("%d was handled %d of %d times; acknowledged: %v", m.number, m.done, m.copies, gone[m])
		}
	}
	first, last := batch[0].group, batch[len(batch)-1].group
	for g := first; ; g = (g + 1) % w.groups {
		left := w.waiting[g][:0:0]
		n := min(len(batch), len(w.waiting[g])) // what was received is at the front
		for _, m := range w.waiting[g][:n] {
			if !gone[m] {
				left = append(left, m)
			}
		}
		if cut := n - len(left); cut > 0 {
			copy(w.waiting[g][cut:], left)
			w.waiting[g] = w.waiting[g][cut:]
		}
		if g == last {
			return
		}
	}
}

// find returns the message with an id.
func (w *eachWorld) find(id string) *eachMessage {
	if n, err := strconv.Atoi(id); err == nil && n < len(w.messages) {
		return w.messages[n]
	}
	return nil
}

// handle is the handler of a record.
func (w *eachWorld) handle(ctx context.Context, id, body string) error {
	if !strings.HasSuffix(body, `"`) {
		w.t.Errorf("the handler gets %s, which can't be decoded", body)
	}
	return w.treat(ctx, id, body)
}

// decide is what Poison does.
func (w *eachWorld) decide(ctx context.Context, id, body string) error {
	if len(body) > 1 && strings.HasSuffix(body, `"`) {
		w.t.Errorf("Poison gets %s, which can be decoded", body)
	}
	return w.treat(ctx, id, body)
}

// The ways in which handlers end.
const (
	succeeds = iota
	fails
	panics
	exits
	givesUp    // when its context ends
	oversleeps // it doesn't heed its context
	takesLong
	cancels
)

var errEach = errors.New("boom")

// treat begins a record and ends it in some way.
func (w *eachWorld) treat(ctx context.Context, id, body string) error {
	m, fate, pause := w.begin(ctx, id, body)
	if pause > 0 {
		time.Sleep(pause)
	}
	switch fate {
	case givesUp:
		<-ctx.Done()
		if !time.Now().Before(w.deadline) {
			w.t.Error("the context ends with the function's own deadline")
		}
		return w.fail(m, ctx.Err())
	case fails:
		return w.fail(m, errEach)
	case panics:
		panic(w.fail(m, fmt.Errorf("panicked: %w", errEach)))
	case exits:
		w.fail(m, nil)
		runtime.Goexit()
	case cancels:
		w.cancel()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.running--
	m.done++
	if w.progress[m.group] == m.place {
		w.progress[m.group]++
	}
	return nil
}

// begin notes that a handler begins, and checks that it may.
func (w *eachWorld) begin(ctx context.Context, id, body string) (m *eachMessage, fate int, pause time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.running++
	w.most = max(w.most, w.running)
	w.begun++
	if id == "" { // so the body alone tells which it is
		id = strings.Trim(body, `"`)
	}
	m = w.find(id)
	if m == nil || body != bodyOf(m) {
		w.t.Errorf("the handler gets %q %s", id, body)
		return &eachMessage{}, succeeds, 0
	}
	switch {
	case w.running > w.parallel:
		w.t.Errorf("%d handlers run side by side", w.running)
	case w.parallel == 1 && ctx.Err() != nil:
		w.t.Errorf("%s begins after the end of the context", id)
	case w.ordered && m.place > w.progress[m.group]:
		w.t.Errorf("%s begins before %d of its group", id, w.progress[m.group])
	}
	m.begun++
	if m.received > 3 { // else it would never end
		return m, succeeds, 0
	}
	switch n := w.random.IntN(2000); {
	case n < 30 || n < 500 && (m.anonymous || m.copies > 1):
		return m, fails, 0
	case n < 40:
		return m, panics, 0
	case n < 46:
		return m, exits, 0
	case n < 50:
		return m, givesUp, 0
	case n < 52:
		return m, oversleeps, time.Until(w.deadline) + time.Second
	case n < 80:
		return m, takesLong, time.Duration(w.random.IntN(3000)) * time.Millisecond
	case n < 82:
		return m, cancels, 0
	}
	return m, succeeds, 0
}

// fail notes that a handler is about to fail.
func (w *eachWorld) fail(m *eachMessage, err error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.running--
	w.stopped[m.group] = true
	w.failures++
	return err
}

// checkBegun checks that what wasn't begun had a reason: the context ended, or one before it
// in its group or shard failed.
func (w *eachWorld) checkBegun(ctx context.Context, readable []*eachMessage) {
	for _, m := range readable {
		if m.begun > m.copies {
			w.t.Errorf("%d was begun %d times", m.number, m.begun)
		}
		over := ctx.Err() != nil || time.Until(w.deadline) <= 500*time.Millisecond
		if m.begun == 0 && !over && !(w.ordered && w.stopped[m.group]) {
			w.t.Errorf("%d wasn't begun, for no reason", m.number)
		}
	}
}

// checkLog checks what was logged of an invocation in which so many records could be read.
func (w *eachWorld) checkLog(readable int) {
	lines, unbegun := w.logged["records were not begun, and come again"], readable-w.begun
	switch {
	case w.logged["a record failed"] != w.failures:
		w.t.Errorf("%d records failed, and %d are logged", w.failures, w.logged["a record failed"])
	case lines != min(unbegun, 1) || w.late != int64(unbegun):
		w.t.Errorf("%d of %d records were begun, and %d lines say that %d weren't", w.begun, readable, lines, w.late)
	case len(w.logged) > 3:
		w.t.Errorf("logged: %v", w.logged)
	}
}

// Enabled is part of [slog.Handler], as which the world reads what is logged.
func (w *eachWorld) Enabled(context.Context, slog.Level) bool { return true }

// Handle counts a line.
func (w *eachWorld) Handle(_ context.Context, r slog.Record) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.logged[r.Message]++
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "records" {
			w.late += a.Value.Int64()
		}
		return true
	})
	return nil
}

// WithAttrs is part of [slog.Handler].
func (w *eachWorld) WithAttrs([]slog.Attr) slog.Handler { return w }

// WithGroup is part of [slog.Handler].
func (w *eachWorld) WithGroup(string) slog.Handler { return w }
