package synth

import (
	"fmt"

	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// lettered is a function whose rule sends to a queue what it can't deliver: logical ids.
type lettered struct{ queue, function string }

// letters finds the dead-letter queues of rules that the template makes. A schedule of
// EventBridge Scheduler isn't among them: its role may send.
func letters(resources *ordered.Object) []lettered {
	var found []lettered
	add := func(config *ordered.Object, function string) {
		queue, _ := config.Get("Arn")
		cfn.EachReference(queue, func(r cfn.Reference) {
			if resources.Section(r.ID()).Text("Type") == queueType.Type() {
				found = append(found, lettered{r.ID(), function})
			}
		})
	}
	for _, id := range resources.Keys() {
		properties := resources.Section(id).Section("Properties")
		switch resources.Section(id).Text("Type") {
		case samFunction:
			events := properties.Section("Events")
			for _, name := range events.Keys() {
				add(events.Section(name).Section("Properties").Section("DeadLetterConfig"), id)
			}
		case "AWS::Events::Rule":
			targets, _ := properties.Get("Targets")
			for _, v := range listOf(targets) {
				if target, ok := v.(*ordered.Object); ok {
					arn, _ := target.Get("Arn")
					cfn.EachReference(arn, func(r cfn.Reference) { add(target.Section("DeadLetterConfig"), r.ID()) })
				}
			}
		}
	}
	return found
}

// deadLetterWarnings tell of queues to which EventBridge can't send: the template makes
// them, and no policy for them.
func (t *Template) deadLetterWarnings(final *ordered.Object) []Warning {
	resources := final.Section("Resources")
	governed := map[string]bool{}
	for _, id := range resources.Keys() {
		switch resources.Section(id).Text("Type") {
		case "AWS::SQS::QueuePolicy", "AWS::SQS::QueueInlinePolicy":
			cfn.EachReference(resources.Section(id).Section("Properties"), func(r cfn.Reference) { governed[r.ID()] = true })
		}
	}
	var warnings []Warning
	for _, l := range letters(resources) {
		if governed[l.queue] {
			continue
		}
		origin := t.facts.origins[l.function]
		m := &Mistake{origin.Source, fmt.Sprintf("EventBridge can't send to the queue %s, whose policy has to let events.amazonaws.com: docs/events.md has one to copy", l.queue)}
		warnings = append(warnings, Warning{origin.Function, m.Error()})
	}
	return warnings
}
