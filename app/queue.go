package app

import (
	"context"
	"encoding/json"
	"strconv"
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
			o.sqs(&f.functionSettings)
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
type SQSOption interface{ sqs(*functionSettings) }

type sqsOption func(*functionSettings)

func (o sqsOption) sqs(s *functionSettings) { o(s) }

// MaxConcurrency is how many of the function's instances the queue may keep
// busy at the same time, from 2 to 1000.
func MaxConcurrency(instances int) SQSOption {
	return sqsOption(func(s *functionSettings) { put(&s.settings, &s.maxConcurrency, "MaxConcurrency", instances) })
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
	return allRecords(&e.records, func(raw string) (*SQSRecord, error) {
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
			case "messageAttributes":
				r.own = v
			case "eventSourceARN":
				r.sourceARN = v
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
	body, receiptHandle, messageID, attributes, own, sourceARN string
}

func (r *SQSRecord) of(e *SQSEvent) []*SQSRecord { return e.Records() }
func (r *SQSRecord) identifier() string          { return r.MessageID() }

// sequence is the group of a message of a FIFO queue. A message of a standard queue can
// have a group, too, for fairness between groups, but no order.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
func (r *SQSRecord) sequence() (name string, ordered bool) {
	if !isFIFO(sharedText(r.sourceARN)) {
		return "", false
	}
	return sharedText(member(r.attributes, groupAttribute)), true
}

// isFIFO reports whether a queue's name or ARN is that of a FIFO queue.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
func isFIFO(queue string) bool { return strings.HasSuffix(queue, ".fifo") }

const groupAttribute = "MessageGroupId"

// Body is the message's text.
func (r *SQSRecord) Body() string { return text(r.body) }

// JSON decodes the message as [json.Unmarshal] does.
func (r *SQSRecord) JSON(v any) error {
	return withText(r.body, func(data []byte) error { return unmarshal(data, v) })
}

func (r *SQSRecord) withJSON(decode func(data string) error) error {
	return withText(r.body, func(data []byte) error { return decode(view(data)) })
}

// ReceiptHandle is the handle with which the message can be deleted.
func (r *SQSRecord) ReceiptHandle() string { return text(r.receiptHandle) }

// MessageID identifies the message, also in [BatchItemFailures].
func (r *SQSRecord) MessageID() string { return text(r.messageID) }

// Attributes are what the queue says about the message, such as
// ApproximateReceiveCount.
func (r *SQSRecord) Attributes() map[string]string { return textMap(r.attributes) }

// GroupID is the message's group: of a FIFO queue what its order is kept in, of a standard
// queue what [fair queues] tell tenants apart by; "" if it has none.
//
// [fair queues]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
func (r *SQSRecord) GroupID() string { return r.attribute(groupAttribute) }

// DeduplicationID is what a FIFO queue knows a message by that is sent twice within five
// minutes; "" for a standard queue.
func (r *SQSRecord) DeduplicationID() string { return r.attribute("MessageDeduplicationId") }

// SequenceNumber is the message's place in a FIFO queue: a number of up to 128 bits that
// grows within a group; "" for a standard queue.
func (r *SQSRecord) SequenceNumber() string { return r.attribute("SequenceNumber") }

// ReceiveCount is about how often the message was received, this time included; 0 if the
// event doesn't say.
func (r *SQSRecord) ReceiveCount() int {
	n, _ := strconv.Atoi(sharedText(member(r.attributes, "ApproximateReceiveCount")))
	return n
}

// SentTime is when the message was sent, in UTC and to the millisecond; zero if the event
// doesn't say.
func (r *SQSRecord) SentTime() time.Time {
	return millisecondsOf(sharedText(member(r.attributes, "SentTimestamp")))
}

// EventSourceARN is the ARN of the queue.
func (r *SQSRecord) EventSourceARN() string { return text(r.sourceARN) }

// QueueName is the name of the queue, as its ARN has it; "" if the event has no ARN.
func (r *SQSRecord) QueueName() string {
	arn := r.EventSourceARN()
	return arn[strings.LastIndexByte(arn, ':')+1:]
}

// attribute returns one of the attributes that the queue sets.
func (r *SQSRecord) attribute(name string) string { return text(member(r.attributes, name)) }

// MessageAttribute returns the value of an attribute that the sender gave the message, ""
// if there is none of that name. See MessageAttributes for one that is binary.
func (r *SQSRecord) MessageAttribute(name string) string {
	return text(member(member(r.own, name), "stringValue"))
}

// MessageAttributes returns the attributes that the sender gave the message, empty if there
// are none.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
func (r *SQSRecord) MessageAttributes() map[string]SQSAttribute {
	attributes := map[string]SQSAttribute{}
	for name, v := range Members(r.own) {
		a := SQSAttribute{Type: text(member(v, "dataType")), Value: text(member(v, "stringValue"))}
		if binary := member(v, "binaryValue"); isText(binary) {
			if decoded, err := decodeBase64(sharedText(binary)); err == nil {
				a.Binary = decoded
			}
		}
		attributes[name] = a
	}
	return attributes
}

// SQSAttribute is an attribute of a message.
type SQSAttribute struct {
	// Type is String, Number or Binary, perhaps with a label of the sender's own, such as
	// Number.cents.
	Type string
	// Value is the value of any type but Binary.
	Value string
	// Binary is the value of type Binary; nil if it isn't base64.
	Binary []byte
}

// Number is the value of type Number, with all of its up to 38 digits, and "" of another
// type. Its methods Int64 and Float64 fail where it doesn't fit.
func (a SQSAttribute) Number() json.Number {
	if kind, _, _ := strings.Cut(a.Type, "."); kind != "Number" {
		return ""
	}
	return json.Number(a.Value)
}

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
