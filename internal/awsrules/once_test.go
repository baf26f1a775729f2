package awsrules_test

import (
	"testing"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/awsrules"
)

// TestOnce: of what the registration reports itself, Check doesn't say the same again.
func TestOnce(t *testing.T) {
	kinesis := func(name string, option app.KinesisOption) func(*app.App) {
		return func(a *app.App) { a.OnKinesisRecord(name, record, option) }
	}
	for name, register := range map[string]func(*app.App){
		"a key of nothing":  kinesis("s", app.FailureKey("arn:aws:kms:eu-west-1:123456789012:key/k")),
		"no shards":         kinesis("s", app.ParallelShards(0)),
		"negative shards":   kinesis("s", app.ParallelShards(-1)),
		"the zero time":     kinesis("s", app.StartAt(time.Time{})),
		"no batch":          queue("q", app.BatchSize(0)),
		"a negative batch":  queue("q", app.BatchSize(-1)),
		"no window":         schedule("rate(1 day)", app.FlexibleWindow(0)),
		"a negative window": schedule("rate(1 day)", app.FlexibleWindow(-time.Minute)),
		"half a minute":     schedule("rate(1 day)", app.FlexibleWindow(30*time.Second)),
		"the first of time": schedule("rate(1 day)", app.From(time.Time{}), app.Timezone("Europe/Paris")),
	} {
		t.Run(name, func(t *testing.T) {
			a := app.New("checked")
			register(a)
			model := a.Describe()
			if mistakes := append(model.Mistakes, awsrules.Check(model)...); len(mistakes) != 1 {
				t.Errorf("got %d mistakes, want 1: %v", len(mistakes), mistakes)
			}
		})
	}
}
