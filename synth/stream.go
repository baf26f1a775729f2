package synth

import (
	"cmp"

	"github.com/awslabs/goformation/v7/cloudformation/lambda"
	"github.com/awslabs/goformation/v7/cloudformation/serverless"

	"github.com/chalice-go/chalice/app"
)

// streamSource is what the sources for Kinesis and DynamoDB have in common.
type streamSource struct {
	mapping
	StartingPosition string
}

func newStreamSource(f *function, name string, kind app.FunctionKind, m *app.StreamModel) streamSource {
	return streamSource{
		mapping: mapping{
			event:           event{f, name},
			Kind:            kind,
			BatchSize:       cmp.Or(m.BatchSize, 100),
			WindowSeconds:   m.BatchWindowSeconds,
			PartialBatch:    m.PartialBatch,
			Filters:         m.Filters,
			Disabled:        m.Disabled,
			SourceKey:       m.SourceKey,
			StartAt:         m.StartAt,
			Retry:           m.Retry,
			Bisect:          m.Bisect,
			Parallelization: m.ParallelizationFactor,
			OnFailure:       m.OnFailure,
			FailureKey:      m.FailureKey,
		},
		StartingPosition: cmp.Or(m.StartingPosition, "LATEST"),
	}
}

// records returns a text that says how batches are made, and from where on.
func (s streamSource) records() string { return s.summary(cmp.Or(s.StartAt, s.StartingPosition)) }

// kinesisSource delivers batches of a Kinesis stream's records to a function.
type kinesisSource struct {
	streamSource
	Stream string // name in the stack's own account and region, or ARN
}

var _ Resource = (*kinesisSource)(nil)

func newKinesisSource(m app.FunctionModel, f *function) Resource {
	s := &kinesisSource{newStreamSource(f, "kinesis-event-source", app.KinesisKind, m.Kinesis), m.Kinesis.Stream}
	f.allowEvent(kinesisPermission, eventSource(s.Stream, "kinesis", "stream/"))
	s.allowMapping()
	return s
}

// Outline is a line of the stream's.
func (s *kinesisSource) Outline() Outline { return s.polled("stream", s.Stream, s.records()) }

func (s *kinesisSource) sam(t *samTemplate) error {
	return t.samMapping(s.mapping, "Kinesis", serverless.Function_Properties{
		KinesisEvent: &serverless.Function_KinesisEvent{
			Stream:           t.field(eventARN(s.Stream, "kinesis", "stream/")),
			BatchSize:        &s.BatchSize,
			StartingPosition: s.StartingPosition,
		},
	}, s.await)
}

func (s *kinesisSource) cloudformation(t *cfnTemplate) error {
	return t.addMapping(s.mapping, &lambda.EventSourceMapping{
		EventSourceArn:   new(t.field(eventARN(s.Stream, "kinesis", "stream/"))),
		StartingPosition: &s.StartingPosition,
	}, s.await)
}

// await says that a template may make the stream.
func (s *kinesisSource) await(t *stack) error { return t.await(streamType, s.Stream, s.Function) }

func (s *kinesisSource) terraform(m *tfModule) error {
	return m.tfMapping(s.mapping, tfEventARN(s.Stream, "kinesis", "stream/"), s.StartingPosition)
}

// dynamoDBSource delivers batches of the changes to a DynamoDB table to a
// function.
type dynamoDBSource struct {
	streamSource
	StreamARN string
}

var _ Resource = (*dynamoDBSource)(nil)

func newDynamoDBSource(m app.FunctionModel, f *function) Resource {
	s := &dynamoDBSource{newStreamSource(f, "dynamodb-event-source", app.DynamoDBKind, m.DynamoDB), m.DynamoDB.StreamARN}
	f.allowEvent(dynamoDBPermission, text{s.StreamARN})
	s.allowMapping()
	return s
}

// Outline is a line of the table's.
func (s *dynamoDBSource) Outline() Outline { return s.polled("table", s.StreamARN, s.records()) }

func (s *dynamoDBSource) sam(t *samTemplate) error {
	return t.samMapping(s.mapping, "DynamoDB", serverless.Function_Properties{
		DynamoDBEvent: &serverless.Function_DynamoDBEvent{
			Stream:           s.StreamARN,
			BatchSize:        &s.BatchSize,
			StartingPosition: s.StartingPosition,
		},
	}, s.await)
}

func (s *dynamoDBSource) cloudformation(t *cfnTemplate) error {
	return t.addMapping(s.mapping, &lambda.EventSourceMapping{
		EventSourceArn:   &s.StreamARN,
		StartingPosition: &s.StartingPosition,
	}, s.await)
}

// await says what is wrong with the stream's ARN: its last part is known when the table
// is there, so that no template that makes the table has it as text.
func (s *dynamoDBSource) await(*stack) error { return checkFilledIn(s.StreamARN) }

func (s *dynamoDBSource) terraform(m *tfModule) error {
	return m.tfMapping(s.mapping, s.StreamARN, s.StartingPosition)
}

// warnings also says of what is given up of a stream that nothing ever is.
func (s streamSource) warnings() []Warning {
	list := s.mapping.warnings()
	if s.Retry != nil {
		return list
	}
	const until = " without MaxRetries and MaxAge, so a batch is tried until the stream no longer has its records, and its shard waits: add MaxRetries or MaxAge"
	switch {
	case s.OnFailure != "":
		list = append(list, s.Function.warning(s.Function.Name+" has OnFailure"+until))
	case s.Bisect:
		list = append(list, s.Function.warning(s.Function.Name+" has Bisect"+until))
	}
	return list
}
