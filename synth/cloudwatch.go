package synth

import (
	"github.com/awslabs/goformation/v7/cloudformation/events"
	"github.com/awslabs/goformation/v7/cloudformation/serverless"

	"github.com/chalice-go/chalice/app"
)

// EventRule invokes a function for the events of the default bus that match a
// pattern.
type EventRule struct {
	event
	Pattern map[string]any
}

var _ Resource = (*EventRule)(nil)

func newEventRule(m app.FunctionModel, f *Function) Resource {
	return &EventRule{event{f, "event"}, m.CloudWatch.Pattern}
}

func (r *EventRule) sam(t *samTemplate) error {
	t.samEvent(r.event, "CloudWatchEvent", serverless.Function_Properties{
		CloudWatchEventEvent: &serverless.Function_CloudWatchEventEvent{Pattern: r.Pattern},
	})
	return nil
}

func (r *EventRule) cloudformation(t *cfnTemplate) error {
	t.addRule(r.event, &events.Rule{EventPattern: r.Pattern})
	return nil
}

func (r *EventRule) terraform(m *tfModule) error {
	pattern, err := newTree().of(r.Pattern)
	if err != nil {
		return err
	}
	m.tfRule(r.event, object("event_pattern", tfText(compactJSON(pattern.(*Object)))))
	return nil
}
