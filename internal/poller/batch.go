package poller

import (
	"slices"
	"time"
)

// maxEvent is the size in bytes of the largest event that Lambda takes.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const maxEvent = 6 << 20

// item is a message of a queue or a record of a stream.
type item struct {
	id      string // functions report the item by this
	receipt string // a queue deletes the item by this
	record  []byte // its JSON in the event

	// Records of streams also have the following.
	key     string    // those of a shard with the same key stay in order
	arrived time.Time // when it was put into the stream
}

// batch is the content of an event.
type batch struct {
	items []item
	bytes int // of the records
}

// before and after are what an event has around its records.
const (
	before = `{"Records":[`
	after  = `]}`
)

// add adds an item, and reports whether there is room for it. An empty batch
// has room for every item: one that is too large for an event fails, as in
// Lambda.
func (b *batch) add(i item) bool {
	if len(b.items) > 0 && len(before)+b.bytes+len(b.items)+len(i.record)+len(after) > maxEvent {
		return false
	}
	b.items = append(b.items, i)
	b.bytes += len(i.record)
	return true
}

// fill adds items up to a size. It returns those that have no room, and reports
// whether the batch is full.
func (b *batch) fill(items []item, size int) (rest []item, full bool) {
	for i := range items {
		if len(b.items) == size || !b.add(items[i]) {
			return items[i:], true
		}
	}
	return nil, len(b.items) == size
}

// event returns the event.
func (b *batch) event() []byte {
	e := make([]byte, 0, len(before)+b.bytes+len(b.items)+len(after))
	e = append(e, before...)
	for i := range b.items {
		if i > 0 {
			e = append(e, ',')
		}
		e = append(e, b.items[i].record...)
	}
	return append(e, after...)
}

// from returns a batch of the items from index n on.
func (b *batch) from(n int) *batch { return newBatch(b.items[n:]) }

// to returns a batch of the items before index n.
func (b *batch) to(n int) *batch { return newBatch(b.items[:n]) }

func newBatch(items []item) *batch {
	b := &batch{items: slices.Clone(items)}
	for _, i := range items {
		b.bytes += len(i.record)
	}
	return b
}
