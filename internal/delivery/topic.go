package delivery

import (
	"encoding/json"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/eventpattern"
)

// subscribed is a subscription of a topic.
type subscribed struct {
	topic    string
	policy   app.Pattern
	language *eventpattern.Language
	matcher  *eventpattern.Matcher // nil: all messages
	body     bool                  // the policy is for the body, not for the attributes
}

// messageBody is the scope of a policy for bodies.
const messageBody = "MessageBody"

func openTopic(f *app.FunctionModel) (subscription, error) {
	s := &subscribed{topic: resource(f.SNS.Topic), policy: f.SNS.FilterPolicy, language: eventpattern.SNS(f.SNS.FilterPolicyScope), body: f.SNS.FilterPolicyScope == messageBody}
	if len(s.policy) == 0 {
		return s, nil
	}
	var err error
	s.matcher, err = eventpattern.Compile(s.language, s.policy)
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

// MessageAttribute is an attribute of a topic's message, as Lambda gets it.
type MessageAttribute struct {
	Type  string
	Value string // of a binary one: its base64
}

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
	if s.matcher == nil {
		return ""
	}
	whose, document := "its filter policy", attributes(n.SNS.Attributes)
	if s.body {
		whose, document = "its filter policy for the message's body", []byte(n.SNS.Message)
		var object map[string]any
		if decode(document, &object) != nil || object == nil {
			return "its filter policy is for a body that is a JSON object, and the message's is none"
		}
	}
	if s.matcher.Match(document) {
		return ""
	}
	return mismatch(whose, s.policy, document, func(part map[string]any) bool {
		m, err := eventpattern.Compile(s.language, part)
		return err == nil && m.Match(document)
	})
}

// attributes are a message's attributes as a policy sees them: texts, numbers and lists.
// It doesn't see binary ones.
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
func attributes(all map[string]MessageAttribute) []byte {
	seen := map[string]any{}
	for name, a := range all {
		kind, _, _ := strings.Cut(a.Type, ".")
		var v any
		switch {
		case kind == "Binary":
			continue
		case (kind == "Number" || a.Type == "String.Array") && decode([]byte(a.Value), &v) == nil:
			seen[name] = v
		default:
			seen[name] = a.Value
		}
	}
	return encode(seen)
}

func (*subscribed) sources() []*source { return []*source{topic} }

func (s *subscribed) sends() ([]byte, bool) { return nil, false }
