package delivery

import (
	"encoding/json"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/eventpattern"
)

// subscribed is a subscription of a topic.
type subscribed struct {
	topic   string
	scope   string
	pattern app.Pattern // of the policy
	policy  *eventpattern.Policy
}

func openTopic(f *app.FunctionModel) (subscription, error) {
	s := &subscribed{topic: resource(f.SNS.Topic), scope: f.SNS.FilterPolicyScope, pattern: f.SNS.FilterPolicy}
	var err error
	s.policy, err = eventpattern.NewPolicy(s.scope, s.pattern)
	return s, err
}

// notification is a record of SNS.
type notification struct {
	SNS struct {
		TopicARN   string `json:"TopicArn"`
		Message    string
		Attributes map[string]MessageAttribute `json:"MessageAttributes"`
	} `json:"Sns"`
}

// MessageAttribute is an attribute of a topic's message, as Lambda gets it. Its value is
// a text, and that of a binary one base64.
type MessageAttribute = eventpattern.Attribute

// receive gives the function an event for each message, as SNS does.
func (s *subscribed) receive(e *Event) Delivery {
	var d Delivery
	for _, r := range e.records {
		var n notification
		if err := json.Unmarshal(r.text, &n); err != nil {
			return none("the record is none of a topic: %v", err)
		}
		if why := s.refuses(n); why != "" {
			d.Why = why
			continue
		}
		d.Payloads = append(d.Payloads, Payload{Event: batch([]record{r})})
	}
	if len(d.Payloads) > 0 {
		d.Why = ""
	}
	return d
}

func (s *subscribed) refuses(n notification) string {
	if topic := resource(n.SNS.TopicARN); topic != s.topic {
		return "it is subscribed to the topic " + s.topic + ", and the message is one of " + topic
	}
	if s.policy.Accepts(n.SNS.Message, n.SNS.Attributes) {
		return ""
	}
	whose, document := "its filter policy", attributes(n.SNS.Attributes)
	if s.scope == string(app.MessageBody) {
		whose, document = "its filter policy for the message's body", []byte(n.SNS.Message)
		var object map[string]any
		if decode(document, &object) != nil || object == nil {
			return "its filter policy is for a body that is a JSON object, and the message's is none"
		}
	}
	return mismatch(whose, s.pattern, document, func(part map[string]any) bool {
		p, err := eventpattern.NewPolicy(s.scope, part)
		return err == nil && p.Accepts(n.SNS.Message, n.SNS.Attributes)
	})
}

// attributes are the values of a message's attributes, for people. A policy doesn't see
// binary ones.
func attributes(all map[string]MessageAttribute) []byte {
	seen := map[string]string{}
	for name, a := range all {
		if kind, _, _ := strings.Cut(a.Type, "."); kind != "Binary" {
			seen[name] = a.Value
		}
	}
	return encode(seen)
}

func (*subscribed) sources() []*source { return []*source{topic} }

func (s *subscribed) sends() ([]byte, bool) { return nil, false }
