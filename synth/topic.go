package synth

import (
	"github.com/awslabs/goformation/v7/cloudformation/serverless"
	"github.com/awslabs/goformation/v7/cloudformation/sns"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/ordered"
)

// topicSubscription invokes a function for each message of an SNS topic.
type topicSubscription struct {
	event
	Topic       string      // name in the stack's own account and region, or ARN
	Policy      app.Pattern // which messages; nil: all
	Scope       string      // what the policy looks at; empty: the messages' attributes
	DeadLetters string      // ARN of a queue; empty: none
}

var _ Resource = (*topicSubscription)(nil)

func newTopicSubscription(m app.FunctionModel, f *function) Resource {
	return &topicSubscription{event{f, "sns-subscription"}, m.SNS.Topic, m.SNS.FilterPolicy, m.SNS.FilterPolicyScope, m.SNS.DeadLetterQueue}
}

// Outline is a line of the topic's.
func (s *topicSubscription) Outline() Outline {
	note := ""
	if s.Policy != nil {
		note = alternatives(s.Policy)
	}
	return s.outside("topic", s.Topic, "to", s.Function.Name, note)
}

// redrive says where messages go that couldn't be delivered, nil for nowhere.
// https://docs.aws.amazon.com/sns/latest/dg/sns-configure-dead-letter-queue.html
func (s *topicSubscription) redrive() *ordered.Object {
	if s.DeadLetters == "" {
		return nil
	}
	return ordered.New("deadLetterTargetArn", s.DeadLetters)
}

// await waits for a topic that a merge makes, and checks what else the subscription
// names.
func (s *topicSubscription) await(t *stack) error {
	if err := t.await(topicType, s.Topic, s.Function); err != nil {
		return err
	}
	return checkFilledIn(s.DeadLetters)
}

func (s *topicSubscription) sam(t *samTemplate) error {
	if s.DeadLetters != "" {
		// SAM takes a RedrivePolicy, but its own linter doesn't know of it.
		return s.cloudformation(&cfnTemplate{stack: t.stack})
	}
	var further []any
	if s.Policy != nil {
		policy, err := t.of(s.Policy)
		if err != nil {
			return err
		}
		further = []any{"FilterPolicy", policy}
		if s.Scope != "" {
			further = append(further, "FilterPolicyScope", s.Scope)
		}
	}
	t.samEvent(s.event, "SNS", serverless.Function_Properties{
		SNSEvent: &serverless.Function_SNSEvent{Topic: t.field(eventARN(s.Topic, "sns", ""))},
	}, further...)
	return s.await(t.stack)
}

func (s *topicSubscription) cloudformation(t *cfnTemplate) error {
	topic := eventARN(s.Topic, "sns", "")
	subscription := &sns.Subscription{
		TopicArn: t.field(topic),
		Protocol: "lambda",
		Endpoint: new(t.text(s.Function.invoked(t.stack))),
	}
	if s.Policy != nil {
		subscription.FilterPolicy, subscription.FilterPolicyScope = s.Policy, optional(s.Scope)
	}
	if redrive := s.redrive(); redrive != nil {
		subscription.RedrivePolicy = redrive
	}
	t.add(s.cfnID(t), s.ID(), subscription)
	t.follow(s.cfnID(t), s.Function.logicalID(t.stack))
	t.allow(s.event, "sns", t.field(topic))
	return s.await(t.stack)
}

func (s *topicSubscription) terraform(m *tfModule) error {
	topic := tfEventARN(s.Topic, "sns", "")
	subscription := ordered.New(
		"topic_arn", topic,
		"protocol", "lambda",
		"endpoint", s.Function.tfInvoked(),
	)
	if s.Policy != nil {
		policy, err := patternJSON(s.Policy)
		if err != nil {
			return err
		}
		subscription.Add("filter_policy", tfText(policy))
		if s.Scope != "" {
			subscription.Add("filter_policy_scope", s.Scope)
		}
	}
	if redrive := s.redrive(); redrive != nil {
		subscription.Add("redrive_policy", ordered.CompactJSON(redrive))
	}
	m.add("aws_sns_topic_subscription", s.name(), subscription)
	m.allow(s.name(), s.Function, "arn", "sns", topic)
	return nil
}
