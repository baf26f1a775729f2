package logs

import (
	"context"
	"sync"
	"time"
)

// What CloudWatch Logs is asked, and what it answers.
type (
	Question = question
	Answer   = answer
	Logged   = logged
)

// Fake takes the place of CloudWatch Logs. A reader asks about several groups at the
// same time; a fake is called for one question after the other.
type Fake func(*Question) (*Answer, error)

type oneByOne struct {
	mu   sync.Mutex
	fake Fake
}

func (o *oneByOne) filter(ctx context.Context, in *question) (*answer, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.fake(in)
}

// NewFake returns a reader that calls the fake.
func NewFake(f Fake, overlap time.Duration) *Reader {
	return &Reader{client: &oneByOne{fake: f}, interval: Interval, overlap: overlap}
}

// PollEvery shortens the interval of a reader.
func (r *Reader) PollEvery(interval time.Duration) { r.interval = interval }
