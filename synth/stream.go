package synth

import (
	"cmp"

	"github.com/awslabs/goformation/v7/cloudformation/lambda"
	"github.com/awslabs/goformation/v7/cloudformation/serverless"

	"github.com/chalice-go/chalice/app"
)

// streamSource is what the sources for Kinesis and DynamoDB have in common.
type streamSource struct {
	event
	batching
	StartingPosition string
}

func newStreamSource(f *Function, kind string, m *app.StreamModel) streamSource {
	return streamSource{
		event:            event{f, kind},
		batching:         batching{cmp.Or(m.BatchSize, 100), m.BatchWindowSeconds, m.PartialBatch},
		StartingPosition: cmp.Or(m.StartingPosition, "LATEST"),
	}
}

// KinesisSource delivers batches of a Kinesis stream's records to a function.
type KinesisSource struct {
	streamSource
	Stream string // name in the stack's own account and region, or ARN
}

var _ Resource = (*KinesisSource)(nil)

func newKinesisSource(m app.FunctionModel, f *Function) Resource {
	f.allowEvent(kinesisPermission, eventSource(m.Kinesis.Stream, "kinesis", "stream/"))
	return &KinesisSource{newStreamSource(f, "kinesis-event-source", m.Kinesis), m.Kinesis.Stream}
}

func (s *KinesisSource) sam(t *samTemplate) error {
	t.samEvent(s.event, "Kinesis", serverless.Function_Properties{
		KinesisEvent: &serverless.Function_KinesisEvent{
			Stream:           t.field(eventARN(s.Stream, "kinesis", "stream/")),
			BatchSize:        &s.BatchSize,
			StartingPosition: s.StartingPosition,
		},
	}, s.samBatching()...)
	return nil
}

// DynamoDBSource delivers batches of the changes to a DynamoDB table to a
// function.
type DynamoDBSource struct {
	streamSource
	StreamARN string
}

var _ Resource = (*DynamoDBSource)(nil)

func newDynamoDBSource(m app.FunctionModel, f *Function) Resource {
	f.allowEvent(dynamoDBPermission, text{m.DynamoDB.StreamARN})
	return &DynamoDBSource{newStreamSource(f, "dynamodb-event-source", m.DynamoDB), m.DynamoDB.StreamARN}
}

func (s *DynamoDBSource) sam(t *samTemplate) error {
	t.samEvent(s.event, "DynamoDB", serverless.Function_Properties{
		DynamoDBEvent: &serverless.Function_DynamoDBEvent{
			Stream:           s.StreamARN,
			BatchSize:        &s.BatchSize,
			StartingPosition: s.StartingPosition,
		},
	}, s.samBatching()...)
	return nil
}

func (s *KinesisSource) cloudformation(t *cfnTemplate) error {
	t.addPoller(s.event, s.batching, &lambda.EventSourceMapping{
		EventSourceArn:   new(t.field(eventARN(s.Stream, "kinesis", "stream/"))),
		StartingPosition: &s.StartingPosition,
	})
	return nil
}

func (s *DynamoDBSource) cloudformation(t *cfnTemplate) error {
	t.addPoller(s.event, s.batching, &lambda.EventSourceMapping{
		EventSourceArn:   &s.StreamARN,
		StartingPosition: &s.StartingPosition,
	})
	return nil
}

func (s *KinesisSource) terraform(m *tfModule) error {
	m.tfSource(s.event, s.batching, tfEventARN(s.Stream, "kinesis", "stream/"), "starting_position", s.StartingPosition)
	return nil
}

func (s *DynamoDBSource) terraform(m *tfModule) error {
	m.tfSource(s.event, s.batching, s.StreamARN, "starting_position", s.StartingPosition)
	return nil
}
