package logs

import (
	"context"

	"github.com/chalice-go/chalice/internal/deploy/signed"
)

// question is the input of FilterLogEvents, and answer its output, as far as they are
// used here. Times are in milliseconds since 1970.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
type question struct {
	LogGroupName  string `json:"logGroupName"`
	StartTime     *int64 `json:"startTime,omitempty"` // nil: at the first event
	FilterPattern string `json:"filterPattern,omitempty"`
	Interleaved   bool   `json:"interleaved"`
	NextToken     string `json:"nextToken,omitempty"`
}

type answer struct {
	Events    []logged `json:"events"`
	NextToken string   `json:"nextToken"`
}

type logged struct {
	EventID       string `json:"eventId"`
	LogStreamName string `json:"logStreamName"`
	Message       string `json:"message"`
	Timestamp     int64  `json:"timestamp"`
	IngestionTime *int64 `json:"ingestionTime"`
}

// filterer is CloudWatch Logs, or takes its place in tests.
type filterer interface {
	filter(context.Context, *question) (*answer, error)
}

type service struct{ *signed.Client }

func (s service) filter(ctx context.Context, in *question) (*answer, error) {
	out := &answer{}
	if err := s.JSON(ctx, "FilterLogEvents", in, out); err != nil {
		return nil, err
	}
	return out, nil
}
