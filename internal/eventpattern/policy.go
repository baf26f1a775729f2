package eventpattern

import (
	"encoding/json"
	"strings"

	"github.com/chalice-go/chalice/app"
)

// Policy is the filter policy of a subscription to a topic. It can be used by several
// goroutines at the same time.
type Policy struct {
	body    bool
	matcher *Matcher // nil: there is no policy
}

// NewPolicy makes a policy of a scope, MessageBody or MessageAttributes, which is also
// meant by "". A pattern without members lets all messages pass. It is an error if [Check]
// finds a problem with the language that [SNS] returns.
func NewPolicy(scope string, pattern app.Pattern) (*Policy, error) {
	if len(pattern) == 0 {
		return &Policy{}, nil
	}
	m, err := Compile(SNS(scope), pattern)
	if err != nil {
		return nil, err
	}
	return &Policy{scope == string(app.MessageBody), m}, nil
}

// Pass reports whether SNS hands on a message, which is one of the Records of Lambda's
// events. A message that isn't a JSON object passes no policy of bodies.
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering.html
func (p *Policy) Pass(record []byte) bool {
	if p == nil || p.matcher == nil {
		return true
	}
	var r struct {
		SNS struct {
			Message    string               `json:"Message"`
			Attributes map[string]Attribute `json:"MessageAttributes"`
		} `json:"Sns"`
	}
	return json.Unmarshal(record, &r) == nil && p.Accepts(r.SNS.Message, r.SNS.Attributes)
}

// Attribute is an attribute of a message: its type, such as String, and its value.
type Attribute struct {
	Type  string `json:"Type"`
	Value string `json:"Value"`
}

// Accepts is [Policy.Pass] for a message that isn't a record yet.
func (p *Policy) Accepts(body string, attributes map[string]Attribute) bool {
	switch {
	case p == nil || p.matcher == nil:
		return true
	case p.body:
		return p.matcher.Match([]byte(body))
	}
	values := map[string]any{}
	for name, a := range attributes {
		if v, ok := a.value(); ok {
			values[name] = v
		}
	}
	event, err := json.Marshal(values)
	return err == nil && p.matcher.Match(event)
}

// value returns the value that a policy compares; ok is false if it ignores the
// attribute. A type can have a label, which doesn't matter: Number.float. Only an array
// of texts is documented as a type, but one of numbers in an example.
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
// https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
// https://docs.aws.amazon.com/sns/latest/dg/numeric-value-matching.html
func (a Attribute) value() (v any, ok bool) {
	kind, label, _ := strings.Cut(a.Type, ".")
	raw := json.RawMessage(a.Value)
	switch {
	case kind == "Binary":
		return nil, false
	case label == "Array" && json.Valid(raw) && strings.HasPrefix(strings.TrimSpace(a.Value), "["):
		return raw, true
	case kind == "Number" && json.Valid(raw) && (&scalar{text: []byte(strings.TrimSpace(a.Value))}).isNumber():
		return raw, true
	}
	return a.Value, true
}
