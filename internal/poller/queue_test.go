package poller_test

import (
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/poller"
)

func TestConcurrency(t *testing.T) {
	for name, tc := range map[string]struct {
		workers int
		queue   app.SQSModel
		want    int
	}{
		"all workers":               {4, app.SQSModel{}, 4},
		"one at least":              {0, app.SQSModel{}, 1},
		"fewer":                     {4, app.SQSModel{MaximumConcurrency: new(2)}, 2},
		"more than there are":       {4, app.SQSModel{MaximumConcurrency: new(100)}, 4},
		"ten of each poller":        {50, app.SQSModel{Provisioned: &app.ProvisionedModel{MinimumPollers: 2, MaximumPollers: 3}}, 30},
		"more pollers than workers": {4, app.SQSModel{Provisioned: &app.ProvisionedModel{MinimumPollers: 2, MaximumPollers: 3}}, 4},
	} {
		t.Run(name, func(t *testing.T) {
			if got := poller.Concurrency(tc.workers, &tc.queue); got != tc.want {
				t.Errorf("%d batches at a time, and should be %d", got, tc.want)
			}
		})
	}
}
