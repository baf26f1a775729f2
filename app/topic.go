package app

import (
	"context"
)

// OnSNSMessage declares a function that gets the messages of a topic, given by
// its name or its ARN. A FIFO topic can't invoke a function: subscribe a queue to
// it, and use OnSQSMessage.
func (d *declarations) OnSNSMessage(topic string, handler func(context.Context, *SNSEvent) error, options ...SNSOption) {
	f := &functionDeclaration{site: here(), kind: SNSKind, read: reader(NewSNSEvent), symbol: symbol(handler), invoke: eventHandler(handler)}
	for _, o := range options {
		if o != nil {
			o.sns(&f.settings)
		}
	}
	f.describe = func(_ reporter, m *FunctionModel) { m.SNS = &SNSModel{Topic: topic} }
	d.add(f)
}

// SNSOption is an option of OnSNSMessage.
type SNSOption interface{ sns(*settings) }

// SNSEvent is a message of a topic. SNS sends one record in each event; if
// there are more, ToMap has them.
type SNSEvent struct {
	event
	message, subject, attributes string
}

// NewSNSEvent makes an event of its JSON, which has to have a record with a
// message.
func NewSNSEvent(data []byte) (*SNSEvent, error) {
	e := &SNSEvent{event: newEvent(data)}
	if !valid(e.raw) {
		return nil, syntaxError(data)
	}
	sns := member(firstRecord(e.raw), "Sns")
	e.message = member(sns, "Message")
	e.subject = member(sns, "Subject")
	e.attributes = member(sns, "MessageAttributes")
	if e.message == "" {
		return nil, e.missing("SNS", "Records[0].Sns.Message")
	}
	return e, nil
}

// Message is the message's text.
func (e *SNSEvent) Message() string { return text(e.message) }

// JSON decodes the message as [json.Unmarshal] does.
func (e *SNSEvent) JSON(v any) error {
	return withText(e.message, func(data []byte) error { return unmarshal(data, v) })
}

// Subject is the message's subject, "" if it has none.
func (e *SNSEvent) Subject() string { return text(e.subject) }

// SNSAttribute is an attribute of a message. Its Type is as SNS names it, such as String
// or Binary, whose Value is base64.
type SNSAttribute struct{ Type, Value string }

// MessageAttributes returns the attributes that the sender gave the message,
// nil if there are none.
func (e *SNSEvent) MessageAttributes() map[string]SNSAttribute {
	if isNull(e.attributes) {
		return nil
	}
	attributes := map[string]SNSAttribute{}
	o := object{data: e.attributes}
	for o.next() {
		v := o.value()
		attributes[o.name()] = SNSAttribute{text(member(v, "Type")), text(member(v, "Value"))}
	}
	return attributes
}
