package synth

import (
	"github.com/awslabs/goformation/v7/cloudformation/serverless"
	"github.com/awslabs/goformation/v7/cloudformation/sns"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// topicSubscription invokes a function for each message of an SNS topic.
type topicSubscription struct {
	event
	Topic string // name in the stack's own account and region, or ARN
}

var _ Resource = (*topicSubscription)(nil)

func newTopicSubscription(m app.FunctionModel, f *function) Resource {
	return &topicSubscription{event{f, "sns-subscription"}, m.SNS.Topic}
}

// Outline is a line of the topic's.
func (s *topicSubscription) Outline() Outline {
	return s.outside("topic", s.Topic, "to", s.Function.Name, "")
}

func (s *topicSubscription) sam(t *samTemplate) error {
	t.samEvent(s.event, "SNS", serverless.Function_Properties{
		SNSEvent: &serverless.Function_SNSEvent{Topic: t.field(eventARN(s.Topic, "sns", ""))},
	})
	return t.await(topicType, s.Topic, s.Function)
}

func (s *topicSubscription) cloudformation(t *cfnTemplate) error {
	topic := eventARN(s.Topic, "sns", "")
	t.add(s.cfnID(t), s.ID(), &sns.Subscription{
		TopicArn: t.field(topic),
		Protocol: "lambda",
		Endpoint: new(t.text(cfn.GetAtt(s.Function.logicalID(t.stack), "Arn"))),
	})
	t.follow(s.cfnID(t), s.Function.logicalID(t.stack))
	t.allow(s.event, "sns", t.field(topic))
	return t.await(topicType, s.Topic, s.Function)
}

func (s *topicSubscription) terraform(m *tfModule) error {
	topic := tfEventARN(s.Topic, "sns", "")
	m.add("aws_sns_topic_subscription", s.name(), ordered.New(
		"topic_arn", topic,
		"protocol", "lambda",
		"endpoint", s.Function.tf("arn"),
	))
	m.allow(s.name(), s.Function.tf("arn"), "sns", topic)
	return nil
}
