package app

import (
	"context"
	"encoding/json"
	"slices"
	"time"
)

// OnSNSMessage declares a function that gets the messages of a topic, given by
// its name or its ARN. A FIFO topic can't invoke a function: subscribe a queue to
// it, and use OnSQSMessage.
func (d *declarations) OnSNSMessage(topic string, handler func(context.Context, *SNSEvent) error, options ...SNSOption) {
	f := &functionDeclaration{site: here(), kind: SNSKind, read: reader(NewSNSEvent), symbol: symbol(handler), invoke: eventHandler(handler)}
	for _, o := range options {
		if o != nil {
			o.sns(&f.functionSettings)
		}
	}
	f.describe = func(r reporter, m *FunctionModel) {
		m.SNS = &SNSModel{Topic: topic, DeadLetterQueue: f.deadLetters(r)}
		if f.filterPolicy.given {
			f.filterPolicy.value.describe(r, m.SNS)
		}
	}
	d.add(f)
}

// SNSOption is an option of OnSNSMessage.
type SNSOption interface{ sns(*functionSettings) }

type snsOption func(*functionSettings)

func (o snsOption) sns(s *functionSettings) { o(s) }

// FilterPolicyScope is what a [FilterPolicy] looks at.
type FilterPolicyScope string

// The scopes of filter policies.
const (
	MessageAttributes FilterPolicyScope = "MessageAttributes" // a message's attributes
	MessageBody       FilterPolicyScope = "MessageBody"       // a message's text, which has to be a JSON object
)

// filterPolicy is a policy as its option was given.
type filterPolicy struct {
	json   string
	err    error
	scopes []FilterPolicyScope
}

// FilterPolicy limits the function to the messages that a policy matches: by their
// attributes, or with [MessageBody] as scope by what their text says. A policy of
// attributes names at most five, and has no objects within; one of bodies may have them.
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering.html
func FilterPolicy(policy Pattern, scope ...FilterPolicyScope) SNSOption {
	data, err := json.Marshal(policy) // now, as the caller can change the map later
	return snsOption(func(s *functionSettings) {
		put(&s.settings, &s.filterPolicy, "FilterPolicy", filterPolicy{string(data), err, slices.Clone(scope)})
	})
}

// describe adds the policy to the model, and reports what that can't express.
func (p filterPolicy) describe(r reporter, m *SNSModel) {
	m.FilterPolicy = decodeMap(p.json)
	switch {
	case p.err != nil:
		r.report("the filter policy can't be written as JSON: %v", p.err)
	case len(m.FilterPolicy) == 0:
		r.report("the filter policy is empty: name at least one attribute, as in app.Pattern{\"event\": []string{\"order\"}}, or leave it out")
	}
	switch {
	case len(p.scopes) > 1:
		r.report("FilterPolicy has %d scopes: give one, app.MessageAttributes or app.MessageBody", len(p.scopes))
	case len(p.scopes) == 1 && p.scopes[0] != MessageAttributes && p.scopes[0] != MessageBody:
		r.report("the scope of FilterPolicy is %q: it has to be app.MessageAttributes or app.MessageBody", p.scopes[0])
	case len(p.scopes) == 1 && p.scopes[0] != MessageAttributes:
		m.FilterPolicyScope = string(p.scopes[0])
	}
}

// SNSEvent is a message of a topic. SNS sends one record in each event; if
// there are more, ToMap has them.
type SNSEvent struct {
	event
	record, sns, message string
}

// NewSNSEvent makes an event of its JSON, which has to have a record with a
// message.
func NewSNSEvent(data []byte) (*SNSEvent, error) {
	e := &SNSEvent{event: newEvent(data)}
	if !valid(e.raw) {
		return nil, syntaxError(data)
	}
	e.record = firstRecord(e.raw)
	e.sns = member(e.record, "Sns")
	e.message = member(e.sns, "Message")
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
func (e *SNSEvent) Subject() string { return e.said("Subject") }

// said returns a text that SNS says of the message.
func (e *SNSEvent) said(name string) string { return text(member(e.sns, name)) }

// MessageID identifies the message. It is the same for all subscriptions, and
// when SNS delivers the message again.
func (e *SNSEvent) MessageID() string { return e.said("MessageId") }

// TopicARN is the ARN of the topic that the message was sent to.
func (e *SNSEvent) TopicARN() string { return e.said("TopicArn") }

// SubscriptionARN is the ARN of the function's subscription.
func (e *SNSEvent) SubscriptionARN() string { return text(member(e.record, "EventSubscriptionArn")) }

// Timestamp is when SNS got the message, in UTC; zero if the event doesn't say.
func (e *SNSEvent) Timestamp() time.Time { return timeOf(e.said("Timestamp")) }

// SNSAttribute is an attribute of a message. Its Type is as SNS names it, such as String
// or Binary, whose Value is base64.
type SNSAttribute struct{ Type, Value string }

// MessageAttribute returns the value of an attribute of the message, "" if the
// message doesn't have it.
func (e *SNSEvent) MessageAttribute(name string) string {
	return text(member(member(member(e.sns, "MessageAttributes"), name), "Value"))
}

// MessageAttributes returns the attributes that the sender gave the message,
// nil if there are none.
func (e *SNSEvent) MessageAttributes() map[string]SNSAttribute {
	raw := member(e.sns, "MessageAttributes")
	if isNull(raw) {
		return nil
	}
	attributes := map[string]SNSAttribute{}
	o := object{data: raw}
	for o.next() {
		v := o.value()
		attributes[o.name()] = SNSAttribute{text(member(v, "Type")), text(member(v, "Value"))}
	}
	return attributes
}
