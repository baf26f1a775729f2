package logs

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
)

// Fake takes the place of CloudWatch Logs.
type Fake func(*cloudwatchlogs.FilterLogEventsInput) (*cloudwatchlogs.FilterLogEventsOutput, error)

// FilterLogEvents returns the function's answer.
func (f Fake) FilterLogEvents(ctx context.Context, in *cloudwatchlogs.FilterLogEventsInput, _ ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.FilterLogEventsOutput, error) {
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
