package poller

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws/smithy-go"

	"github.com/chalice-go/chalice/app"
)

// Stored is a record of a stream in memory.
type Stored struct {
	Shard, Key string
	N          int // its place in the shard
	Arrived    time.Time
}

// ID is the record's sequence number.
func (s Stored) ID() string { return fmt.Sprintf("%s-%06d", s.Shard, s.N) }

// StoredShard is a shard of a stream in memory. One that is closed ends with its
// last record.
type StoredShard struct {
	ID      string
	Parents []string
	Closed  bool
	Records []Stored
}

// Memory is a stream in memory. Now and then, a call fails if it is unreliable.
type Memory struct {
	Shards     []StoredShard
	Unreliable bool
	Page       int // records that a call returns; 0: a random number

	mu   sync.Mutex
	rand *rand.Rand
}

func (m *Memory) streamARN() string { return "arn:aws:kinesis:eu-west-1:123456789012:stream/memory" }

func (m *Memory) chance(n int) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.rand.IntN(n) == 0
}

func (m *Memory) shards(context.Context) (all []shard, err error) {
	for _, s := range m.Shards {
		all = append(all, shard{id: s.ID, parents: s.Parents, closed: s.Closed})
	}
	return all, nil
}

func (m *Memory) find(id string) *StoredShard {
	for i := range m.Shards {
		if m.Shards[i].ID == id {
			return &m.Shards[i]
		}
	}
	panic("no shard " + id)
}

func (m *Memory) iterator(_ context.Context, shard string, p position) (string, error) {
	s, at := m.find(shard), 0
	for i, r := range s.Records {
		switch {
		case p.kind == latest,
			p.kind == atTimestamp && r.Arrived.Before(p.time),
			p.kind == atSequence && r.ID() < p.sequence,
			p.kind == afterSequence && r.ID() <= p.sequence:
			at = i + 1
		}
	}
	return fmt.Sprintf("%s %d", shard, at), nil
}

func (m *Memory) read(_ context.Context, shard, iterator string) (page, error) {
	if m.Unreliable && m.chance(20) {
		return page{}, &smithy.GenericAPIError{Code: "ExpiredIteratorException", Message: "the iterator is too old"}
	}
	if m.Unreliable && m.chance(50) {
		return page{}, &smithy.GenericAPIError{Code: "ServiceUnavailable", Message: "not now"}
	}
	s := m.find(shard)
	_, text, _ := strings.Cut(iterator, " ")
	at, err := strconv.Atoi(text)
	if err != nil {
		return page{}, err
	}
	m.mu.Lock()
	n := m.Page
	if n == 0 {
		n = m.rand.IntN(12)
	}
	end := min(len(s.Records), at+n)
	m.mu.Unlock()
	p := page{behind: end < len(s.Records)}
	for _, r := range s.Records[at:end] {
		p.items = append(p.items, item{id: r.ID(), key: r.Key, arrived: r.Arrived, record: []byte(`"` + r.ID() + `"`)})
	}
	if end < len(s.Records) || !s.Closed {
		p.next = fmt.Sprintf("%s %d", shard, end)
	}
	return p, nil
}

// Letter is what a destination got.
type Letter struct {
	First, Last, Condition string
	Size, Invocations      int
	IDs                    []string // of the records in the event
}

type mailbox func(Letter) error

func (mailbox) what() string { return "the queue failures" }

func (m mailbox) send(_ context.Context, p Parcel) error {
	var l discarded
	if err := json.Unmarshal(p.Object, &l); err != nil {
		return err
	}
	return m(Letter{l.Kinesis.Start, l.Kinesis.End, l.Request.Condition, l.Kinesis.Size, l.Request.Invocations, idsOf(l.Payload)})
}

// idsOf returns the ids of an event's records.
func idsOf(event string) []string {
	text := strings.TrimSuffix(strings.TrimPrefix(event, before), after)
	return strings.Split(strings.ReplaceAll(text, `"`, ""), ",")
}

// MemoryPoller polls a stream in memory.
type MemoryPoller struct {
	Stream *Memory
	Model  app.StreamModel
	Pass   func(id string) bool
	Invoke func(ctx context.Context, ids []string) (failures []string, err error)
	Send   func(Letter) error
	Say    func(line string)

	poller *Poller
}

// Run polls until the context is done. It goes on where the last run ended.
func (mp *MemoryPoller) Run(ctx context.Context, seed uint64) {
	mp.Stream.rand = rand.New(rand.NewPCG(seed, 1))
	if mp.poller == nil {
		mp.poller = &Poller{
			options: Options{Inform: mp.Say, Warn: mp.Say}, closed: make(chan struct{}),
			said: map[string]string{}, streams: map[string]*progress{},
		}
	}
	m := mapping{
		poller: mp.poller, function: "work", name: "memory", kind: kindStream,
		filter: &filter{tell: mp.Say, pass: func(record []byte) bool { return mp.Pass(strings.Trim(string(record), `"`)) }},
		app: App{
			ARN:   func(function string) string { return "arn:aws:lambda:eu-west-1:123456789012:function:" + function },
			Begin: func(ctx context.Context, _ Batch) (context.Context, func(Result)) { return ctx, func(Result) {} },
			Invoke: func(ctx context.Context, _, _ string, event []byte) ([]byte, error) {
				failures, err := mp.Invoke(ctx, idsOf(string(event)))
				answer := []string{}
				for _, id := range failures {
					answer = append(answer, `{"itemIdentifier":"`+id+`"}`)
				}
				return []byte(`{"batchItemFailures":[` + strings.Join(answer, ",") + `]}`), err
			},
		},
	}
	s := newStream(m, &mp.Model, mp.Stream)
	s.destination = mailbox(mp.Send)
	s.run(ctx)
}
