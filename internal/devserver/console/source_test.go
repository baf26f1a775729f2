package console

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
)

func TestSourceOptions(t *testing.T) {
	for name, tc := range map[string]struct {
		function app.FunctionModel
		want     []string
	}{
		"no source": {app.FunctionModel{Kind: app.LambdaKind}, nil},
		"a queue":   {app.FunctionModel{SQS: &app.SQSModel{Queue: "jobs"}}, []string{"one message at a time"}},
		"a queue with all": {
			app.FunctionModel{SQS: &app.SQSModel{
				Queue: "jobs", BatchSize: 10, BatchWindowSeconds: 5, MaximumConcurrency: new(2), PartialBatch: true, Disabled: true,
				Provisioned: &app.ProvisionedModel{MinimumPollers: 2, MaximumPollers: 20},
				Filters:     []app.Pattern{{"body": map[string]any{"kind": []any{"paid"}}}},
			}},
			[]string{
				"disabled: nothing polls for it", "batches of up to 10 messages, gathered for up to 5 s", `filter {"body":{"kind":["paid"]}}`,
				"only the messages that it reports come again", "at most 2 batches at a time", "2 to 20 pollers in Lambda",
			},
		},
		"a stream": {app.FunctionModel{Kinesis: &app.StreamModel{StartingPosition: "LATEST"}}, []string{"batches of up to 100 records", "from LATEST on"}},
		"a stream that isn't tried again": {
			app.FunctionModel{Kinesis: &app.StreamModel{BatchSize: 1, Retry: &app.RetryModel{MaximumAttempts: new(0)}}},
			[]string{"one record at a time", "not tried again"},
		},
		"a stream from a time on": {
			app.FunctionModel{Kinesis: &app.StreamModel{StartingPosition: "AT_TIMESTAMP", StartAt: "2026-01-02T03:04:05Z"}},
			[]string{"batches of up to 100 records", "from 2026-01-02T03:04:05Z on"},
		},
		"a table with all": {
			app.FunctionModel{DynamoDB: &app.StreamModel{
				BatchSize: 20, StartingPosition: "TRIM_HORIZON", PartialBatch: true, Bisect: true, ParallelizationFactor: 4,
				Retry: &app.RetryModel{MaximumAttempts: new(3), MaximumAgeSeconds: new(3600)}, OnFailure: "arn:aws:sqs:eu-west-1:123456789012:failed",
			}},
			[]string{
				"batches of up to 20 records", "from TRIM_HORIZON on", "4 batches of a shard at a time", "tried again from the first record that it reports",
				"a batch that fails is divided in two", "tried again at most 3 times", "given up at an age of 1h0m0s",
				"word of what is given up goes to arn:aws:sqs:eu-west-1:123456789012:failed",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, sourceOptions(tc.function)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
