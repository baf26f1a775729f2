package poller

import "sync"

// checkpoint is how far a shard is done. Records can become done in another
// order than they have in the shard: what counts is the first that isn't done.
type checkpoint struct {
	mu   sync.Mutex
	next *position // of the first record that isn't done
	// open are the records from the first that isn't done to the last that was
	// read, in their order, and finished those of them that are done.
	open     []string
	finished map[string]bool
	last     string // record that was read
	iterator string // behind it; empty: the shard has ended
}

func newCheckpoint(next *position) *checkpoint {
	return &checkpoint{next: next, finished: map[string]bool{}}
}

// read adds what was read from an iterator.
func (c *checkpoint) read(from string, p page) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.iterator = p.next
	switch {
	case len(c.open) > 0:
	case len(p.items) > 0:
		*c.next = position{iterator: from, kind: atSequence, sequence: p.items[0].id}
	default:
		c.next.iterator = p.next
	}
	for _, i := range p.items {
		c.open = append(c.open, i.id)
		c.last = i.id
	}
}

// lastRead returns the position behind the last record that was read, without an
// iterator.
func (c *checkpoint) lastRead() position {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last != "" {
		return position{kind: afterSequence, sequence: c.last}
	}
	p := *c.next
	p.iterator = ""
	return p
}

// done records that items are done.
func (c *checkpoint) done(items []item) {
	if len(items) == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, i := range items {
		c.finished[i.id] = true
	}
	last := ""
	for len(c.open) > 0 && c.finished[c.open[0]] {
		last = c.open[0]
		delete(c.finished, last)
		c.open = c.open[1:]
	}
	switch {
	case last == "":
	case len(c.open) == 0:
		*c.next = position{iterator: c.iterator, kind: afterSequence, sequence: last}
	default:
		*c.next = position{kind: afterSequence, sequence: last}
	}
}

// behind returns the number of records that were read and aren't done, and
// those that are but come after one that isn't.
func (c *checkpoint) behind() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.open)
}
