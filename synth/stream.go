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

func newStreamSource(f *function, kind string, m *app.StreamModel) streamSource {
	return streamSource{
		event:            event{f, kind},
		batching:         batching{cmp.Or(m.BatchSize, 100), m.BatchWindowSeconds, m.PartialBatch},
		StartingPosition: cmp.Or(m.StartingPosition, "LATEST"),
	}
}

// records returns a text that says how batches are made, and from where on.
func (s streamSource) records() string { return s.batches() + ", " + s.StartingPosition }

// kinesisSource delivers batches of a Kinesis stream's records to a function.
type kinesisSource struct {
	streamSource
	Stream string // name in the stack's own account and region, or ARN
}

var _ Resource = (*kinesisSource)(nil)

func newKinesisSource(m app.FunctionModel, f *function) Resource {
	f.allowEvent(kinesisPermission, eventSource(m.Kinesis.Stream, "kinesis", "stream/"))
	return &kinesisSource{newStreamSource(f, "kinesis-event-source", m.Kinesis), m.Kinesis.Stream}
}

// Outline is a line of the stream's.
func (s *kinesisSource) Outline() Outline { return s.polled("stream", s.Stream, s.records()) }

func (s *kinesisSource) sam(t *samTemplate) error {
	t.samEvent(s.event, "Kinesis", serverless.Function_Properties{
		KinesisEvent: &serverless.Function_KinesisEvent{
			Stream:           t.field(eventARN(s.Stream, "kinesis", "stream/")),
			BatchSize:        &s.BatchSize,
			StartingPosition: s.StartingPosition,
		},
	}, s.samBatching()...)
	return t.await(streamType, s.Stream, s.Function)
}

// dynamoDBSource delivers batches of the changes to a DynamoDB table to a
// function.
type dynamoDBSource struct {
	streamSource
	StreamARN string
}

var _ Resource = (*dynamoDBSource)(nil)

func newDynamoDBSource(m app.FunctionModel, f *function) Resource {
	f.allowEvent(dynamoDBPermission, text{m.DynamoDB.StreamARN})
	return &dynamoDBSource{newStreamSource(f, "dynamodb-event-source", m.DynamoDB), m.DynamoDB.StreamARN}
}

// Outline is a line of the table's.
func (s *dynamoDBSource) Outline() Outline { return s.polled("table", s.StreamARN, s.records()) }

func (s *dynamoDBSource) sam(t *samTemplate) error {
	t.samEvent(s.event, "DynamoDB", serverless.Function_Properties{
		DynamoDBEvent: &serverless.Function_DynamoDBEvent{
			Stream:           s.StreamARN,
			BatchSize:        &s.BatchSize,
			StartingPosition: s.StartingPosition,
		},
	}, s.samBatching()...)
	return checkFilledIn(s.StreamARN)
}

func (s *kinesisSource) cloudformation(t *cfnTemplate) error {
	t.addPoller(s.event, s.batching, &lambda.EventSourceMapping{
		EventSourceArn:   new(t.field(eventARN(s.Stream, "kinesis", "stream/"))),
		StartingPosition: &s.StartingPosition,
	})
	return t.await(streamType, s.Stream, s.Function)
}

func (s *dynamoDBSource) cloudformation(t *cfnTemplate) error {
	t.addPoller(s.event, s.batching, &lambda.EventSourceMapping{
		EventSourceArn:   &s.StreamARN,
		StartingPosition: &s.StartingPosition,
	})
	return checkFilledIn(s.StreamARN)
}

func (s *kinesisSource) terraform(m *tfModule) error {
	m.tfSource(s.event, s.batching, tfEventARN(s.Stream, "kinesis", "stream/"), "starting_position", s.StartingPosition)
	return nil
}

func (s *dynamoDBSource) terraform(m *tfModule) error {
	m.tfSource(s.event, s.batching, s.StreamARN, "starting_position", s.StartingPosition)
	return nil
}
