package app

import (
	"context"
	"encoding/json"
	"strings"
	"time"
)

// OnSQSMessage declares a function that gets the messages of a queue, given by
// its name or its ARN.
//
// Lambda refuses a queue whose visibility timeout is shorter than the function's
// timeout. Of new queues it is 30 seconds, and a function has 60 (lambda_timeout), so
// one of the two has to be set. AWS advises a visibility timeout of six times the
// function's, 360 seconds for 60.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
func (d *declarations) OnSQSMessage(queue string, handler func(context.Context, *SQSEvent) error, options ...SQSOption) {
	f := &functionDeclaration{site: here(), kind: SQSKind, read: reader(NewSQSEvent), symbol: symbol(handler)}
	f.invoke = recordsHandler(f, handler)
	for _, o := range options {
		if o != nil {
			o.sqs(&f.settings)
		}
	}
	f.describe = func(r reporter, m *FunctionModel) {
		m.SQS = &SQSModel{PartialBatch: f.partialBatch}
		m.SQS.BatchSize, m.SQS.BatchWindowSeconds = f.batch(r, 1)
		if strings.HasPrefix(queue, "arn:") {
			m.SQS.QueueARN = queue
		} else {
			m.SQS.Queue = queue
		}
		if n := f.maxConcurrency; n.given {
			m.SQS.MaximumConcurrency = new(n.value)
		}
		m.SQS.Filters, m.SQS.Disabled, m.SQS.SourceKey = f.patterns(r), f.disabled, key(r, "SourceKey", f.sourceKey)
		if p := f.provisioned; p.given {
			m.SQS.Provisioned = &p.value
		}
	}
	d.add(f)
}

// SQSOption is an option of OnSQSMessage.
type SQSOption interface{ sqs(*settings) }

type sqsOption func(*settings)

func (o sqsOption) sqs(s *settings) { o(s) }

// MaxConcurrency is how many of the function's instances the queue may keep
// busy at the same time, from 2 to 1000.
func MaxConcurrency(instances int) SQSOption {
	return sqsOption(func(s *settings) { put(s, &s.maxConcurrency, "MaxConcurrency", instances) })
}

// SQSEvent is a batch of messages of a queue.
type SQSEvent struct{ records }

// NewSQSEvent makes an event of its JSON.
func NewSQSEvent(data []byte) (*SQSEvent, error) {
	e := &SQSEvent{}
	return e, e.read(data, "SQS", "Amazon SQS")
}

// Records returns the messages. If one has no body, the list ends before it;
// that message and those after it fail, see [BatchItemFailures].
func (e *SQSEvent) Records() []*SQSRecord {
	return each(&e.records, func(raw string) (*SQSRecord, error) {
		r := &SQSRecord{event: event{raw}}
		o := object{data: raw}
		for o.next() {
			switch v := o.value(); o.key {
			case "body":
				r.body = v
			case "receiptHandle":
				r.receiptHandle = v
			case "messageId":
				r.messageID = v
			case "attributes":
				r.attributes = v
			}
		}
		if r.body == "" {
			return nil, r.missing("SQS", "a record's body")
		}
		return r, nil
	})
}

func (e *SQSEvent) identify(raw string) string { return text(member(raw, "messageId")) }

// SQSRecord is a message of a queue.
type SQSRecord struct {
	event
	body, receiptHandle, messageID, attributes string
}

// Body is the message's text.
func (r *SQSRecord) Body() string { return text(r.body) }

// JSON decodes the message as [json.Unmarshal] does.
func (r *SQSRecord) JSON(v any) error {
	return withText(r.body, func(data []byte) error { return unmarshal(data, v) })
}

// ReceiptHandle is the handle with which the message can be deleted.
func (r *SQSRecord) ReceiptHandle() string { return text(r.receiptHandle) }

// MessageID identifies the message, also in [BatchItemFailures].
func (r *SQSRecord) MessageID() string { return text(r.messageID) }

// Attributes are what the queue says about the message, such as
// ApproximateReceiveCount.
func (r *SQSRecord) Attributes() map[string]string { return textMap(r.attributes) }

// textMap decodes an object of strings. For null it returns nil.
func textMap(raw string) map[string]string {
	if raw == "" || raw[0] != '{' {
		return nil
	}
	found := map[string]string{}
	o := object{data: raw}
	for o.next() {
		v := o.value()
		found[o.name()] = text(v)
	}
	return found
}

// seconds makes a time, to the microsecond, of a record's number of seconds
// since 1970, which can have a fraction. For no number it returns the zero
// time.
func seconds(raw string) (time.Time, error) {
	if isNull(raw) {
		return time.Time{}, nil
	}
	var f float64
	if err := json.Unmarshal([]byte(raw), &f); err != nil {
		return time.Time{}, err
	}
	return roundToMicroseconds(f), nil
}
