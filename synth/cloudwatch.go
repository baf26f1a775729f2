package synth

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/awslabs/goformation/v7/cloudformation/events"
	"github.com/awslabs/goformation/v7/cloudformation/serverless"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/nearest"
	"github.com/chalice-go/chalice/internal/ordered"
)

// eventRule invokes a function for the events of a bus that match a pattern.
type eventRule struct {
	event
	target
	Pattern map[string]any
}

var _ Resource = (*eventRule)(nil)

func newEventRule(m app.FunctionModel, f *function) Resource {
	c := m.CloudWatch
	return &eventRule{event{f, "event"}, target{c.Bus, c.Input, c.InputPath, c.Retry, c.DeadLetterQueue}, c.Pattern}
}

// eventMembers are what all events of EventBridge have. Those that are replayed from an
// archive have replayMember, too.
// https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
var eventMembers = []string{"source", "detail-type", "detail", "account", "region", "resources", "time", "id", "version"}

const replayMember = "replay-name"

// warnings says of a pattern that it is about what no event has.
func (r *eventRule) warnings() []Warning {
	var list []Warning
	for _, key := range sortedKeys(r.Pattern) {
		if !slices.Contains(eventMembers, key) && key != replayMember && key != "$or" && !strings.Contains(key, "${") {
			list = append(list, r.Function.warning(fmt.Sprintf("the event pattern of %s is about %q, and events have %s%s",
				r.Function.Name, key, strings.Join(eventMembers, ", "), nearest.Question(key, eventMembers))))
		}
	}
	return list
}

// Outline has the source of the events as its name, and a line for each other key of
// the pattern, after one for a bus that isn't the default.
func (r *eventRule) Outline() Outline {
	o := Outline{Kind: "event rule", Name: r.name(), Calls: []Call{{To: r.Function.ID()}}}
	if source, ok := r.Pattern["source"]; ok {
		o.Name = alternatives(source)
	}
	if r.Bus != "" {
		o.Lines = append(o.Lines, Line{ID: r.ID(), Label: "bus", Text: r.Bus})
	}
	for _, key := range sortedKeys(r.Pattern) {
		if key != "source" {
			o.Lines = append(o.Lines, Line{ID: r.ID(), Label: key, Text: alternatives(r.Pattern[key])})
		}
	}
	return o
}

// alternatives returns a part of a pattern as text: the members of a list, and
// anything else as JSON.
func alternatives(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		var parts []string
		for _, item := range v {
			parts = append(parts, alternatives(item))
		}
		return strings.Join(parts, " | ")
	}
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(data)
}

func (r *eventRule) sam(t *samTemplate) error {
	t.samEvent(r.event, r.samType(), serverless.Function_Properties{
		CloudWatchEventEvent: &serverless.Function_CloudWatchEventEvent{
			Pattern: r.Pattern, Input: optional(r.Input), InputPath: optional(r.InputPath),
		},
	}, r.samFurther()...)
	return r.await(t.stack)
}

func (r *eventRule) cloudformation(t *cfnTemplate) error {
	t.addRule(r.event, r.target, &events.Rule{EventPattern: r.Pattern, EventBusName: optional(r.Bus)})
	return r.await(t.stack)
}

// await waits for a bus that a merge makes, and checks what else the rule names.
func (r *eventRule) await(t *stack) error {
	if r.Bus != "" {
		if err := t.await(busType, r.Bus, r.Function); err != nil {
			return err
		}
	}
	return checkFilledIn(r.DeadLetters)
}

func (r *eventRule) terraform(m *tfModule) error {
	pattern, err := patternJSON(r.Pattern)
	if err != nil {
		return err
	}
	m.tfRule(r.event, r.target, ordered.New("event_pattern", tfText(pattern)))
	return nil
}

// patternJSON returns a pattern as the text that services take.
func patternJSON(pattern map[string]any) (string, error) {
	tree, err := newTree().of(pattern)
	if err != nil {
		return "", err
	}
	return ordered.CompactJSON(tree.(*ordered.Object)), nil
}
