package synth

import (
	"cmp"

	"github.com/awslabs/goformation/v7/cloudformation/lambda"
	"github.com/awslabs/goformation/v7/cloudformation/serverless"

	"github.com/chalice-go/chalice/app"
)

// queueSource delivers batches of an SQS queue's messages to a function.
type queueSource struct {
	mapping
	Queue string // name in the stack's own account and region, or ARN
}

var _ Resource = (*queueSource)(nil)

func newQueueSource(m app.FunctionModel, f *function) Resource {
	s := &queueSource{
		mapping: mapping{
			event:         event{f, "sqs-event-source"},
			Kind:          app.SQSKind,
			BatchSize:     cmp.Or(m.SQS.BatchSize, 1),
			WindowSeconds: m.SQS.BatchWindowSeconds,
			PartialBatch:  m.SQS.PartialBatch,
			Filters:       m.SQS.Filters,
			Disabled:      m.SQS.Disabled,
			SourceKey:     m.SQS.SourceKey,
			Provisioned:   m.SQS.Provisioned,
		},
		Queue: cmp.Or(m.SQS.QueueARN, m.SQS.Queue),
	}
	if m.SQS.MaximumConcurrency != nil {
		s.MaximumConcurrency = *m.SQS.MaximumConcurrency
	}
	f.allowEvent(sqsPermission, eventSource(s.Queue, "sqs", ""))
	s.allowMapping()
	return s
}

// Outline is a line of the queue's.
func (s *queueSource) Outline() Outline { return s.polled("queue", s.Queue, s.summary()) }

func (s *queueSource) sam(t *samTemplate) error {
	if s.Provisioned != nil {
		// SAM's events can have provisioned pollers, but cfn-lint, which the SAM CLI comes
		// with, knows that of Kafka's alone (1.58). So it is the resource that SAM would make.
		// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-sqs.html
		return s.cloudformation(&cfnTemplate{stack: t.stack})
	}
	return t.samMapping(s.mapping, "SQS", serverless.Function_Properties{
		SQSEvent: &serverless.Function_SQSEvent{
			Queue:     t.field(eventARN(s.Queue, "sqs", "")),
			BatchSize: &s.BatchSize,
		},
	}, s.await)
}

func (s *queueSource) cloudformation(t *cfnTemplate) error {
	return t.addMapping(s.mapping, &lambda.EventSourceMapping{EventSourceArn: new(t.field(eventARN(s.Queue, "sqs", "")))}, s.await)
}

// await says that a template may make the queue.
func (s *queueSource) await(t *stack) error { return t.await(queueType, s.Queue, s.Function) }

func (s *queueSource) terraform(m *tfModule) error {
	return m.tfMapping(s.mapping, tfEventARN(s.Queue, "sqs", ""), "")
}
