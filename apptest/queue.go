package apptest

import "encoding/json"

// SQS makes an event of messages of a queue, given by its name or ARN. The
// first has the id message-id, the second message-id-2, and so on.
func (e *Events) SQS(queue string, bodies ...string) json.RawMessage {
	e.t.Helper()
	all := make([]object, len(bodies))
	for i, body := range bodies {
		all[i] = object{
			"attributes": object{
				"ApproximateFirstReceiveTimestamp": "1530576251596",
				"ApproximateReceiveCount":          "1",
				"SenderId":                         "sender-id",
				"SentTimestamp":                    "1530576251595",
			},
			"awsRegion":         region,
			"body":              body,
			"eventSource":       "aws:sqs",
			"eventSourceARN":    arn("sqs", region, account, queue),
			"md5OfBody":         "754ac2f7a12df38320e0c5eafd060145",
			"messageAttributes": object{},
			"messageId":         numbered("message-id", i),
			"receiptHandle":     numbered("receipt-handle", i),
		}
	}
	return e.event(records(all...))
}
