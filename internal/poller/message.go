package poller

import (
	"bytes"
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// message is a message of a queue in the form of Lambda's events.
// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
type message struct {
	MessageID     string                      `json:"messageId"`
	ReceiptHandle string                      `json:"receiptHandle"`
	Body          string                      `json:"body"`
	Attributes    map[string]string           `json:"attributes"`
	Custom        map[string]messageAttribute `json:"messageAttributes"`
	CustomMD5     *string                     `json:"md5OfMessageAttributes,omitempty"`
	BodyMD5       string                      `json:"md5OfBody"`
	Source        string                      `json:"eventSource"`
	SourceARN     string                      `json:"eventSourceARN"`
	Region        string                      `json:"awsRegion"`
}

// messageAttribute is an attribute that the sender set. SQS doesn't use the
// lists, but Lambda's events have them.
type messageAttribute struct {
	StringValue      *string  `json:"stringValue,omitempty"`
	BinaryValue      []byte   `json:"binaryValue,omitempty"`
	StringListValues []string `json:"stringListValues"`
	BinaryListValues [][]byte `json:"binaryListValues"`
	DataType         string   `json:"dataType"`
}

// messageItem makes an item of a message.
func messageItem(m *types.Message, queueARN, region string) (item, error) {
	out := message{
		MessageID: value(m.MessageId), ReceiptHandle: value(m.ReceiptHandle), Body: value(m.Body),
		Attributes: m.Attributes, Custom: map[string]messageAttribute{},
		BodyMD5: value(m.MD5OfBody), CustomMD5: m.MD5OfMessageAttributes,
		Source: "aws:sqs", SourceARN: queueARN, Region: region,
	}
	if out.Attributes == nil {
		out.Attributes = map[string]string{}
	}
	for name, a := range m.MessageAttributes {
		out.Custom[name] = messageAttribute{
			StringValue: a.StringValue, BinaryValue: a.BinaryValue, DataType: value(a.DataType),
			StringListValues: []string{}, BinaryListValues: [][]byte{},
		}
	}
	record, err := encode(out)
	return item{id: out.MessageID, receipt: out.ReceiptHandle, record: record}, err
}

// encode writes JSON without escapes for HTML.
func encode(v any) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// value returns the value that a pointer of the SDK points to, the zero value
// for nil.
func value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
