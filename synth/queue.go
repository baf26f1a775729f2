package synth

import (
	"cmp"
	"fmt"

	"github.com/awslabs/goformation/v7/cloudformation/lambda"
	"github.com/awslabs/goformation/v7/cloudformation/serverless"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/ordered"
)

// queueSource delivers batches of an SQS queue's messages to a function.
type queueSource struct {
	event
	batching
	Queue              string // name in the stack's own account and region, or ARN
	MaximumConcurrency int    // 0: no limit
}

// batching is how a poller of Lambda's makes batches.
type batching struct {
	BatchSize     int
	WindowSeconds int
	PartialBatch  bool // the function reports the records that failed
}

var _ Resource = (*queueSource)(nil)

func newQueueSource(m app.FunctionModel, f *function) Resource {
	s := &queueSource{
		event:    event{f, "sqs-event-source"},
		batching: batching{cmp.Or(m.SQS.BatchSize, 1), m.SQS.BatchWindowSeconds, m.SQS.PartialBatch},
		Queue:    cmp.Or(m.SQS.QueueARN, m.SQS.Queue),
	}
	if m.SQS.MaximumConcurrency != nil {
		s.MaximumConcurrency = *m.SQS.MaximumConcurrency
	}
	f.allowEvent(sqsPermission, eventSource(s.Queue, "sqs", ""))
	return s
}

// Outline is a line of the queue's.
func (s *queueSource) Outline() Outline { return s.polled("queue", s.Queue, s.batches()) }

// batches returns a text that says how batches are made.
func (b batching) batches() string {
	if b.WindowSeconds > 0 {
		return fmt.Sprintf("batch %d in %d s", b.BatchSize, b.WindowSeconds)
	}
	return fmt.Sprintf("batch %d", b.BatchSize)
}

func (s *queueSource) sam(t *samTemplate) error {
	further := s.samBatching()
	if s.MaximumConcurrency > 0 {
		further = append(further, "ScalingConfig", ordered.New("MaximumConcurrency", s.MaximumConcurrency))
	}
	t.samEvent(s.event, "SQS", serverless.Function_Properties{
		SQSEvent: &serverless.Function_SQSEvent{
			Queue:     t.field(eventARN(s.Queue, "sqs", "")),
			BatchSize: &s.BatchSize,
		},
	}, further...)
	return t.await(queueType, s.Queue, s.Function)
}

// samBatching returns the properties of a poller that goformation's types lack.
func (b batching) samBatching() []any {
	properties := []any{"MaximumBatchingWindowInSeconds", b.WindowSeconds}
	if b.PartialBatch {
		properties = append(properties, "FunctionResponseTypes", []any{reportFailures})
	}
	return properties
}

// reportFailures asks Lambda to read the failures that a function reports.
const reportFailures = "ReportBatchItemFailures"

func (s *queueSource) cloudformation(t *cfnTemplate) error {
	m := &lambda.EventSourceMapping{EventSourceArn: new(t.field(eventARN(s.Queue, "sqs", "")))}
	if s.MaximumConcurrency > 0 {
		m.ScalingConfig = &lambda.EventSourceMapping_ScalingConfig{MaximumConcurrency: &s.MaximumConcurrency}
	}
	t.addPoller(s.event, s.batching, m)
	return t.await(queueType, s.Queue, s.Function)
}

func (s *queueSource) terraform(m *tfModule) error {
	var further []any
	if s.MaximumConcurrency > 0 {
		further = []any{"scaling_config", ordered.New("maximum_concurrency", s.MaximumConcurrency)}
	}
	m.tfSource(s.event, s.batching, tfEventARN(s.Queue, "sqs", ""), further...)
	return nil
}
