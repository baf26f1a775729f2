package sample

import (
	"encoding/base64"
	"encoding/json"
	"fmt"

	"github.com/chalice-go/chalice/app"
)

// notification makes the event of a topic's message.
// https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
func notification(f app.FunctionModel, o Options) (any, error) {
	topic := arn("sns", f.SNS.Topic)
	host := "https://sns." + regionOf(topic) + ".amazonaws.com/"
	subscription := topic + ":" + uuid
	text, attributes, err := published(f, o)
	if err != nil {
		return nil, err
	}
	return records(dict{
		"EventVersion":         "1.0",
		"EventSource":          "aws:sns",
		"EventSubscriptionArn": subscription,
		"Sns": dict{
			"Type":              "Notification",
			"MessageId":         "95df01b4-ee98-5cb9-9903-4c221d41eb5e",
			"TopicArn":          topic,
			"Subject":           "Example",
			"Message":           text,
			"Timestamp":         moment,
			"SignatureVersion":  "1",
			"Signature":         base64.StdEncoding.EncodeToString([]byte("not a signature")),
			"SigningCertUrl":    host + "SimpleNotificationService-0123456789abcdef0123456789abcdef.pem",
			"UnsubscribeUrl":    host + "?Action=Unsubscribe&SubscriptionArn=" + subscription,
			"MessageAttributes": attributes,
		},
	}), nil
}

// published makes a message that the function's filter policy lets through: its text and
// its attributes. A text that the options have stays as it is.
// https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
func published(f app.FunctionModel, o Options) (text string, attributes dict, err error) {
	text, attributes = o.text(exampleText), dict{"example": dict{"Type": "String", "Value": "value"}}
	if f.SNS.FilterPolicy == nil {
		return text, attributes, nil
	}
	policy, err := decoded(f.SNS.FilterPolicy)
	if err != nil {
		return "", nil, fmt.Errorf("the filter policy of %s: %w", f.Name, err)
	}
	said := dict{}
	fit(said, policy)
	if f.SNS.FilterPolicyScope == string(app.MessageBody) {
		body, err := json.Marshal(said)
		return o.text(string(body)), attributes, err
	}
	for name, value := range said {
		if attributes[name], err = attributeOf(value); err != nil {
			return "", nil, err
		}
	}
	return text, attributes, nil
}

// attributeOf makes an attribute of a message that has a value.
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
func attributeOf(value any) (dict, error) {
	if text, ok := value.(string); ok {
		return dict{"Type": "String", "Value": text}, nil
	}
	typ := "Number"
	switch value.(type) {
	case bool, nil: // which only lists can have
		typ, value = "String.Array", []any{value}
	case []any:
		typ = "String.Array"
	}
	data, err := json.Marshal(value)
	return dict{"Type": typ, "Value": string(data)}, err
}
