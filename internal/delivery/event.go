package delivery

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// source is a service that sends events.
type source struct {
	name string // for people
	// service is the eventSource of its records; empty: it sends no records.
	service string
	// id returns how a record is known in its batch; nil: the event is no batch.
	id func(recordHead) string
}

// The services that send events.
var (
	bridge   = &source{name: "EventBridge"}
	logGroup = &source{name: "a log group"}
	topic    = &source{name: "a topic", service: "aws:sns"}
	bucket   = &source{name: "a bucket", service: "aws:s3"}
	queue    = &source{name: "a queue", service: "aws:sqs", id: func(r recordHead) string { return r.MessageID }}
	stream   = &source{name: "a stream", service: "aws:kinesis", id: func(r recordHead) string { return r.Kinesis.SequenceNumber }}
	table    = &source{name: "a table", service: "aws:dynamodb", id: func(r recordHead) string { return r.DynamoDB.SequenceNumber }}
)

var withRecords = []*source{topic, bucket, queue, stream, table}

// names lists sources for people.
func names(all []*source) string {
	var list []string
	for _, s := range all {
		list = append(list, s.name)
	}
	return strings.Join(list, " or ")
}

// Event is an event as its source has it.
type Event struct {
	// Bus is the name or ARN of the event bus that an event of EventBridge is on; empty:
	// the default one.
	Bus string

	raw     []byte
	copied  bool // it is given to a function by hand: its bus and its rule aren't known
	source  *source
	records []record
}

// Source names the kind of source that the event is of, such as "a queue".
func (e *Event) Source() string { return e.source.name }

// record is a record of an event.
type record struct {
	id   string // in its batch
	arn  string // of the source
	text []byte
}

// recordHead has what tells records apart. Amazon SNS spells EventSource otherwise than
// the others, which encoding/json doesn't mind.
type recordHead struct {
	EventSource    string `json:"eventSource"`
	EventSourceARN string `json:"eventSourceARN"`
	MessageID      string `json:"messageId"`
	Kinesis        struct {
		SequenceNumber string `json:"sequenceNumber"`
	} `json:"kinesis"`
	DynamoDB struct{ SequenceNumber string } `json:"dynamodb"`
}

// Parse reads an event: one of EventBridge, one of CloudWatch Logs, or Records of SNS,
// S3, SQS, Kinesis or DynamoDB. The error says that it is none of these.
func Parse(raw []byte) (*Event, error) {
	var envelope struct {
		Records    []json.RawMessage `json:"Records"`
		Source     string            `json:"source"`
		DetailType string            `json:"detail-type"`
		Logs       json.RawMessage   `json:"awslogs"`
	}
	if err := json.Unmarshal(raw, &envelope); err != nil {
		return nil, fmt.Errorf("%w: %w", errUnknown, err)
	}
	switch {
	case len(envelope.Records) > 0:
		return parseRecords(raw, envelope.Records)
	case len(envelope.Logs) > 0:
		return &Event{raw: raw, source: logGroup}, nil
	case envelope.Source != "" && envelope.DetailType != "":
		return &Event{raw: raw, source: bridge}, nil
	}
	return nil, errUnknown
}

var errUnknown = errors.New("this is no event of EventBridge, SNS, S3, SQS, Kinesis, DynamoDB or CloudWatch Logs")

func parseRecords(raw []byte, records []json.RawMessage) (*Event, error) {
	e := &Event{raw: raw}
	for i, text := range records {
		var head recordHead
		if err := json.Unmarshal(text, &head); err != nil {
			return nil, fmt.Errorf("%w: record %d: %w", errUnknown, i, err)
		}
		at := slices.IndexFunc(withRecords, func(s *source) bool { return s.service == head.EventSource })
		switch {
		case at < 0:
			return nil, fmt.Errorf("%w: record %d has the eventSource %q", errUnknown, i, head.EventSource)
		case e.source != nil && e.source != withRecords[at]:
			return nil, fmt.Errorf("%w: the records are of %s and of %s", errUnknown, e.source.name, withRecords[at].name)
		}
		e.source = withRecords[at]
		r := record{arn: head.EventSourceARN, text: text}
		if e.source.id != nil {
			r.id = cmp.Or(e.source.id(head), fmt.Sprintf("record %d", i))
		}
		e.records = append(e.records, r)
	}
	return e, nil
}

// resource returns the last part of an ARN, such as a queue's name or stream/NAME. A
// name stays as it is.
func resource(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	return parts[len(parts)-1]
}
