package poller_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/poller"
)

// TestRetries has what the function gets when it fails on one of the records 0 to 7,
// and when, in seconds; and what the destination gets.
func TestRetries(t *testing.T) {
	never := &app.RetryModel{MaximumAttempts: new(0)}
	twice := &app.RetryModel{MaximumAttempts: new(2)}
	for name, tc := range map[string]struct {
		model app.StreamModel
		bad   int // record that fails
		times int // how often; 0: always
		want  []string
	}{
		"until it succeeds": {app.StreamModel{}, 2, 3, []string{"0 01234567", "1 01234567", "3 01234567", "7 01234567"}},
		"from the record that is reported on": {
			app.StreamModel{PartialBatch: true}, 2, 3, []string{"0 01234567", "1 234567", "3 234567", "7 234567"},
		},
		"a number of times": {
			app.StreamModel{Retry: twice}, 2, 0,
			[]string{"0 01234567", "1 01234567", "3 01234567", "3 RetryAttemptsExhausted 01234567 after 3"},
		},
		"a number of times from the record that is reported on": {
			app.StreamModel{Retry: twice, PartialBatch: true}, 2, 0,
			[]string{"0 01234567", "1 234567", "3 234567", "3 RetryAttemptsExhausted 234567 after 3"},
		},
		"never": {app.StreamModel{Retry: never}, 2, 0, []string{"0 01234567", "0 RetryAttemptsExhausted 01234567 after 1"}},
		"throttled, which is no try": {
			app.StreamModel{Retry: never, Bisect: true}, throttled, 3,
			[]string{"0 01234567", "1 01234567", "3 01234567", "7 01234567"},
		},
		"in halves, which use up no retries": {
			app.StreamModel{Retry: twice, Bisect: true}, 2, 0,
			[]string{"0 01234567", "0 0123", "0 01", "0 23", "0 2", "1 2", "3 2", "3 RetryAttemptsExhausted 2 after 6", "3 3", "3 4567"},
		},
		"in halves, and never": {
			app.StreamModel{Retry: never, Bisect: true}, 5, 0,
			[]string{"0 01234567", "0 0123", "0 4567", "0 45", "0 4", "0 5", "0 RetryAttemptsExhausted 5 after 4", "0 67"},
		},
		"divided at the record that is reported on": {
			app.StreamModel{Retry: never, Bisect: true, PartialBatch: true}, 3, 0,
			[]string{"0 01234567", "0 34567", "0 34", "0 3", "0 RetryAttemptsExhausted 3 after 4", "0 4", "0 567"},
		},
		"until they are too old": {
			app.StreamModel{Retry: &app.RetryModel{MaximumAgeSeconds: new(60)}}, 2, 0,
			[]string{
				"0 01234567", "1 01234567", "3 01234567", "7 01234567", "15 01234567", "31 01234567",
				"61 RecordAgeExceeded 0 after 6", "61 1234567", "91 RecordAgeExceeded 1234567 after 7",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if diff := cmp.Diff(tc.want, attempts(t, tc.model, tc.bad, tc.times)); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

// throttled stands for a record on which the function doesn't fail: it is too busy to
// get a batch.
const throttled = -2

// attempts returns what a function and its destination get.
func attempts(t *testing.T, model app.StreamModel, bad, times int) (got []string) {
	start := time.Now()
	note := func(format string, args ...any) {
		got = append(got, fmt.Sprintf("%.0f ", time.Since(start).Seconds())+fmt.Sprintf(format, args...))
	}
	short := func(ids []string) (text string) {
		for _, id := range ids {
			text += id[len(id)-1:]
		}
		return text
	}
	memory := &poller.Memory{Shards: []poller.StoredShard{{ID: "s"}}, Page: 8}
	for n := range 8 {
		memory.Shards[0].Records = append(memory.Shards[0].Records, poller.Stored{Shard: "s", N: n, Arrived: start.Add(time.Duration(n) * time.Second)})
	}
	model.StartingPosition = "TRIM_HORIZON"
	p := &poller.MemoryPoller{
		Stream: memory, Model: model, Pass: func(string) bool { return true }, Say: func(string) {},
		Invoke: func(_ context.Context, ids []string) ([]string, error) {
			note("%s", short(ids))
			if bad == throttled {
				if times--; times < 0 {
					return nil, nil
				}
				return nil, fmt.Errorf("%w: busy", poller.ErrThrottled)
			}
			at := strings.Index(short(ids), fmt.Sprint(bad))
			if at < 0 {
				return nil, nil
			}
			if times--; times == 0 {
				bad = -1
			}
			if model.PartialBatch {
				return ids[at:], nil
			}
			return nil, errors.New("told to fail")
		},
		Send: func(l poller.Letter) error {
			note("%s %s after %d", l.Condition, short(l.IDs), l.Invocations)
			return nil
		},
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	p.Run(ctx, 1)
	return got
}
