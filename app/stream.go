package app

import (
	"context"
	"strings"
	"time"
)

// OnKinesisRecord declares a function that gets the records of a Kinesis data
// stream, given by its name or its ARN.
func (d *declarations) OnKinesisRecord(stream string, handler func(context.Context, *KinesisEvent) error, options ...KinesisOption) {
	f := &functionDeclaration{site: here(), kind: KinesisKind, read: reader(NewKinesisEvent), symbol: symbol(handler)}
	f.invoke = recordsHandler(f, handler)
	for _, o := range options {
		if o != nil {
			o.kinesis(&f.functionSettings)
		}
	}
	f.describe = func(r reporter, m *FunctionModel) {
		m.Kinesis = f.streamModel(r)
		m.Kinesis.Stream = stream
		m.Kinesis.startAt(r, &f.functionSettings)
	}
	d.add(f)
}

// KinesisOption is an option of OnKinesisRecord.
type KinesisOption interface{ kinesis(*functionSettings) }

type kinesisOption func(*functionSettings)

func (o kinesisOption) kinesis(s *functionSettings) { o(s) }

// StreamOption is an option of OnKinesisRecord and OnDynamoDBRecord.
type StreamOption interface {
	KinesisOption
	DynamoDBOption
}

type streamOption func(*functionSettings)

func (o streamOption) kinesis(s *functionSettings)  { o(s) }
func (o streamOption) dynamoDB(s *functionSettings) { o(s) }

// StreamPosition is where in a stream a new function starts.
type StreamPosition string

// The positions to start at.
const (
	Latest      StreamPosition = "LATEST"       // with what comes from now on
	TrimHorizon StreamPosition = "TRIM_HORIZON" // with the oldest record there is

	atTimestamp StreamPosition = "AT_TIMESTAMP" // with StartAt
)

// StartingPosition is where in the stream the function starts when it is
// created; without this option at [Latest].
func StartingPosition(position StreamPosition) StreamOption {
	return streamOption(func(s *functionSettings) { put(&s.settings, &s.startingPosition, "StartingPosition", position) })
}

// streamModel checks the options and returns the model of a stream.
func (s *functionSettings) streamModel(r reporter) *StreamModel {
	position := s.startingPosition.or(Latest)
	if position != Latest && position != TrimHorizon {
		r.report("StartingPosition is %q: it has to be app.Latest or app.TrimHorizon", position)
	}
	m := &StreamModel{StartingPosition: string(position), PartialBatch: s.partialBatch}
	m.BatchSize, m.BatchWindowSeconds = s.batch(r, 100)
	m.Filters, m.Disabled, m.SourceKey = s.patterns(r), s.disabled, key(r, "SourceKey", s.sourceKey)
	if n := s.parallelShards; n.given && n.value == 0 { // which in a model stands for the default
		r.report("ParallelShards is %d: it has to be from 1 to 10", n.value)
	}
	m.ParallelizationFactor = s.parallelShards.value
	m.failures(r, s)
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
	return allRecords(&e.records, func(raw string) (*KinesisRecord, error) {
		r := &KinesisRecord{event: event{raw}}
		o := object{data: raw}
		for o.next() {
			switch v := o.value(); o.key {
			case "kinesis":
				r.read(v)
			case "awsRegion":
				r.region = v
			case "eventID":
				r.id = v
			case "eventSourceARN":
				r.sourceARN = v
			}
		}
		return r, r.complete()
	})
}

// KinesisRecord is a record of a Kinesis data stream.
type KinesisRecord struct {
	event
	region, id, sourceARN                                        string
	data, sequenceNumber, partitionKey, schemaVersion, timestamp string

	decoded []byte
	time    time.Time
}

func (r *KinesisRecord) read(raw string) {
	o := object{data: raw}
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
}

func (r *KinesisRecord) of(e *KinesisEvent) []*KinesisRecord { return e.Records() }
func (r *KinesisRecord) identifier() string                  { return r.SequenceNumber() }
func (r *KinesisRecord) sequence() (string, bool)            { return "", true } // a batch is of one shard

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

// JSON decodes the data as [json.Unmarshal] does.
func (r *KinesisRecord) JSON(v any) error { return unmarshal(r.decoded, v) }

func (r *KinesisRecord) withJSON(decode func(data string) error) error {
	return decode(view(r.decoded))
}

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

// AWSRegion is the stream's region.
func (r *KinesisRecord) AWSRegion() string { return text(r.region) }

// EventID identifies the record, by its shard and its sequence number.
func (r *KinesisRecord) EventID() string { return text(r.id) }

// ShardID is the shard that the record is in, such as shardId-000000000006; "" if the
// event doesn't say.
func (r *KinesisRecord) ShardID() string {
	shard, _, ok := strings.Cut(r.EventID(), ":")
	if !ok {
		return ""
	}
	return shard
}

// EventSourceARN is the ARN of the stream.
func (r *KinesisRecord) EventSourceARN() string { return text(r.sourceARN) }
