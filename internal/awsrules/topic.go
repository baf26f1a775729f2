package awsrules

import (
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/eventpattern"
	"github.com/chalice-go/chalice/internal/lazyregexp"
)

// topicName matches the names that a topic can have.
// https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
var topicName = lazyregexp.New(`^([A-Za-z0-9_-]{1,256}|[A-Za-z0-9_-]{1,251}\.fifo)$`)

// subscription checks a subscription to a topic.
func (p place) subscription(m *app.SNSModel) {
	p.topic(m.Topic)
	if len(m.FilterPolicy) > 0 { // an empty one is a mistake of the option
		p.pattern(eventpattern.SNS(m.FilterPolicyScope), "the filter policy", m.FilterPolicy)
	}
	p.deadLetters(m.DeadLetterQueue, "SNS")
}

// topic checks a topic's name or ARN. FIFO topics deliver to queues only.
// https://docs.aws.amazon.com/sns/latest/dg/fifo-message-delivery.html
func (p place) topic(topic string) {
	a, ok := arnOf(topic, "sns")
	switch {
	case topic == "":
		p.fail("the topic is empty: give its name or its ARN")
	case strings.HasSuffix(topic, ".fifo"):
		p.fail("topic %q is a FIFO topic, which can't invoke a function: subscribe an SQS queue to it, and register that with OnSQSMessage", topic)
	case filledIn(topic):
	case strings.HasPrefix(topic, "arn:"):
		if !ok || !a.owned() || !topicName.MatchString(a.resource) {
			p.fail("topic %q is neither the name nor the ARN of a topic, which is arn:aws:sns:region:account:name", topic)
		}
	case !topicName.MatchString(topic):
		p.fail("%q is no name of a topic: that has 1 to 256 letters, digits, - and _", topic)
	}
}
