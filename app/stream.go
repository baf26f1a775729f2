package app

import (
	"context"
	"time"
)

// OnKinesisRecord declares a function that gets the records of a Kinesis data
// stream, given by its name or its ARN.
func (d *declarations) OnKinesisRecord(stream string, handler func(context.Context, *KinesisEvent) error, options ...StreamOption) {
	f := &functionDeclaration{site: here(), kind: KinesisKind, read: reader(NewKinesisEvent), symbol: symbol(handler)}
	f.invoke = recordsHandler(f, handler)
	for _, o := range options {
		if o != nil {
			o.stream(&f.settings)
		}
	}
	f.describe = func(r reporter, m *FunctionModel) {
		m.Kinesis = f.streamModel(r)
		m.Kinesis.Stream = stream
	}
	d.add(f)
}

// StreamOption is an option of OnKinesisRecord and OnDynamoDBRecord.
type StreamOption interface{ stream(*settings) }

type streamOption func(*settings)

func (o streamOption) stream(s *settings) { o(s) }

// StreamPosition is where in a stream a new function starts.
type StreamPosition string

// The positions to start at.
const (
	Latest      StreamPosition = "LATEST"       // with what comes from now on
	TrimHorizon StreamPosition = "TRIM_HORIZON" // with the oldest record there is
)

// StartingPosition is where in the stream the function starts when it is
// created; without this option at [Latest].
func StartingPosition(position StreamPosition) StreamOption {
	return streamOption(func(s *settings) { put(s, &s.startingPosition, "StartingPosition", position) })
}

// streamModel checks the options and returns the model of a stream.
func (s *settings) streamModel(r reporter) *StreamModel {
	position := s.startingPosition.or(Latest)
	if position != Latest && position != TrimHorizon {
		r.report("StartingPosition is %q: it has to be app.Latest or app.TrimHorizon", position)
	}
	m := &StreamModel{StartingPosition: string(position), PartialBatch: s.partialBatch}
	m.BatchSize, m.BatchWindowSeconds = s.batch(r, 100)
	return m
}

// KinesisEvent is a batch of records of a Kinesis data stream.
type KinesisEvent struct{ records }

// NewKinesisEvent makes an event of its JSON.
func NewKinesisEvent(data []byte) (*KinesisEvent, error) {
	e := &KinesisEvent{}
	return e, e.read(data, "Kinesis", "Amazon Kinesis")
}

// Records are the batch's records. If one has no data, or data that is no
// base64, the list ends before it; it and those after it fail, see
// [BatchItemFailures].
func (e *KinesisEvent) Records() []*KinesisRecord {
	return each(&e.records, func(raw string) (*KinesisRecord, error) {
		r := &KinesisRecord{event: event{raw}}
		o := object{data: member(raw, "kinesis")}
		for o.next() {
			switch v := o.value(); o.key {
			case "data":
				r.data = v
			case "sequenceNumber":
				r.sequenceNumber = v
			case "partitionKey":
				r.partitionKey = v
			case "kinesisSchemaVersion":
				r.schemaVersion = v
			case "approximateArrivalTimestamp":
				r.timestamp = v
			}
		}
		return r, r.complete()
	})
}

// KinesisRecord is a record of a Kinesis data stream.
type KinesisRecord struct {
	event
	data, sequenceNumber, partitionKey, schemaVersion, timestamp string

	decoded []byte
	time    time.Time
}

func (e *KinesisEvent) identify(raw string) string {
	return text(member(member(raw, "kinesis"), "sequenceNumber"))
}

// complete decodes the parts of a record that can be invalid.
func (r *KinesisRecord) complete() (err error) {
	if r.data == "" {
		return r.missing("Kinesis", "a record's data")
	}
	if r.decoded, err = decodeBase64(sharedText(r.data)); err != nil {
		return err
	}
	r.time, err = seconds(r.timestamp)
	return err
}

// Data is what was put into the stream.
func (r *KinesisRecord) Data() []byte { return r.decoded }

// SequenceNumber identifies the record in its shard, also in
// [BatchItemFailures].
func (r *KinesisRecord) SequenceNumber() string { return text(r.sequenceNumber) }

// PartitionKey is what the record's shard was chosen by.
func (r *KinesisRecord) PartitionKey() string { return text(r.partitionKey) }

// SchemaVersion is the version of the record's format.
func (r *KinesisRecord) SchemaVersion() string { return looseText(r.schemaVersion) }

// Timestamp is about when the record arrived, in UTC; zero if the record doesn't
// say.
func (r *KinesisRecord) Timestamp() time.Time { return r.time }
