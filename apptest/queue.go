package apptest

import (
	"cmp"
	"encoding/json"
	"fmt"
)

// SQSMessage is a message of a queue. Fields that are left out have fixed
// values.
type SQSMessage struct {
	Body       string
	ID         string // empty: message-id, message-id-2 and so on
	Attributes map[string]Attribute
	// GroupID makes it a message of a FIFO queue. If DeduplicationID is empty, it
	// is the message's ID.
	GroupID, DeduplicationID string
	// Receives is how often the message was received, including this time; 0: 1.
	Receives int
}

// SQS makes an event of messages of a queue, given by its name or ARN. The
// first has the id message-id, the second message-id-2, and so on.
func (e *Events) SQS(queue string, bodies ...string) json.RawMessage {
	e.t.Helper()
	messages := make([]SQSMessage, len(bodies))
	for i, body := range bodies {
		messages[i].Body = body
	}
	return e.SQSMessages(queue, messages...)
}

// SQSMessages is like SQS, for messages that have more than a body.
func (e *Events) SQSMessages(queue string, messages ...SQSMessage) json.RawMessage {
	e.t.Helper()
	all := make([]object, len(messages))
	for i, m := range messages {
		if m.ID == "" {
			m.ID = numbered("message-id", i)
		}
		all[i] = object{
			"attributes":        m.system(i),
			"awsRegion":         region,
			"body":              m.Body,
			"eventSource":       "aws:sqs",
			"eventSourceARN":    arn("sqs", region, account, queue),
			"md5OfBody":         "754ac2f7a12df38320e0c5eafd060145",
			"messageAttributes": m.own(),
			"messageId":         m.ID,
			"receiptHandle":     numbered("receipt-handle", i),
		}
	}
	return e.event(records(all...))
}

// system returns the attributes that SQS itself sets.
func (m SQSMessage) system(i int) object {
	attributes := object{
		"ApproximateFirstReceiveTimestamp": "1530576251596",
		"ApproximateReceiveCount":          fmt.Sprint(max(m.Receives, 1)),
		"SenderId":                         "sender-id",
		"SentTimestamp":                    "1530576251595",
	}
	if m.GroupID != "" {
		attributes["MessageGroupId"] = m.GroupID
		attributes["MessageDeduplicationId"] = cmp.Or(m.DeduplicationID, m.ID)
		attributes["SequenceNumber"] = fmt.Sprint(firstSequence + uint64(i))
	}
	return attributes
}

const firstSequence uint64 = 17_849_496_460_467_696_128

// own returns the attributes that the sender set.
func (m SQSMessage) own() object {
	attributes := object{}
	for name, a := range m.Attributes {
		value := object{"dataType": a.dataType(), "stringListValues": []any{}, "binaryListValues": []any{}}
		if a.binary() {
			value["binaryValue"] = a.Value
		} else {
			value["stringValue"] = a.Value
		}
		attributes[name] = value
	}
	return attributes
}
