package logs

import (
	"context"
	"time"
)

// What CloudWatch Logs is asked, and what it answers.
type (
	Question = question
	Answer   = answer
	Logged   = logged
)

// Fake takes the place of CloudWatch Logs.
type Fake func(*Question) (*Answer, error)

func (f Fake) filter(ctx context.Context, in *question) (*answer, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return f(in)
}

// NewFake returns a reader that calls the fake.
func NewFake(f Fake, overlap time.Duration) *Reader {
	return &Reader{client: f, interval: Interval, overlap: overlap}
}

// PollEvery shortens the interval of a reader.
func (r *Reader) PollEvery(interval time.Duration) { r.interval = interval }
