package apptest

import "encoding/json"

// SNSOption is an option of [Events.SNS].
type SNSOption func(message object)

// Subject is the subject of a topic's message; without this option it is empty.
func Subject(text string) SNSOption {
	return func(message object) { message["Subject"] = text }
}

// Attributes are the attributes of a topic's message. Without this option there
// is one, AttributeKey. A queue's messages have theirs in [SQSMessage].
func Attributes(attributes map[string]Attribute) SNSOption {
	return func(message object) {
		all := object{}
		for name, a := range attributes {
			all[name] = object{"Type": a.dataType(), "Value": a.Value}
		}
		message["MessageAttributes"] = all
	}
}

// Topic is the topic of a message, given by its name or ARN; without this
// option it is TopicName.
func Topic(name string) SNSOption {
	return func(message object) { message["TopicArn"] = arn("sns", region, account, name) }
}

// SNS makes an event of a topic's message.
func (e *Events) SNS(text string, opts ...SNSOption) json.RawMessage {
	e.t.Helper()
	message := object{
		"Message":           text,
		"MessageAttributes": object{"AttributeKey": object{"Type": "String", "Value": "AttributeValue"}},
		"MessageId":         "abcdefgh-51e4-5ae2-9964-b296c8d65d1a",
		"Signature":         "signature",
		"SignatureVersion":  "1",
		"SigningCertUrl":    "https://sns.us-west-2.amazonaws.com/cert.pem",
		"Subject":           "",
		"Timestamp":         "2018-06-26T19:41:38.695Z",
		"TopicArn":          "arn:aws:sns:us-west-2:12345:TopicName",
		"Type":              "Notification",
		"UnsubscribeUrl":    "https://unsubscribe-url/",
	}
	for _, set := range opts {
		set(message)
	}
	return e.event(records(object{
		"EventSource":          "aws:sns",
		"EventSubscriptionArn": "arn:subscription-arn",
		"EventVersion":         "1.0",
		"Sns":                  message,
	}))
}
