package app

import (
	"encoding/json"
	"strings"
)

// MessageAttribute is an attribute that a message has from its sender.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
type MessageAttribute struct {
	// Type is String, Number or Binary, perhaps with a label of the sender's own, such as
	// Number.cents.
	Type string
	// Text is the value, but for Binary.
	Text string
	// Bytes is the value of Binary, decoded from base64; nil if it is no base64.
	Bytes []byte
}

// Number is the value of a Number, with all of its up to 38 digits; "" for another type.
// Its methods Int64 and Float64 return an error where it is too large, or not whole.
func (a MessageAttribute) Number() json.Number {
	if kind, _, _ := strings.Cut(a.Type, "."); kind != "Number" {
		return ""
	}
	return json.Number(a.Text)
}

// newMessageAttribute reads an attribute, whose members have these names in the event of
// its service.
func newMessageAttribute(raw, kind, plain, binary string) MessageAttribute {
	a := MessageAttribute{Type: text(member(raw, kind)), Text: text(member(raw, plain))}
	if value := member(raw, binary); isText(value) {
		a.Bytes, _ = decodeBase64(sharedText(value))
	}
	return a
}
