package synth

import (
	"fmt"

	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// lettered is a function for which a service sends to a queue what it can't deliver:
// logical ids, and who the service is.
type lettered struct {
	queue, function string
	by              sender
}

// sender is a service as it is called, and as policies call it.
type sender struct{ name, principal string }

var (
	rulesSender  = sender{"EventBridge", "events.amazonaws.com"}
	topicsSender = sender{"SNS", "sns.amazonaws.com"}
)

// letters finds the dead-letter queues of rules and topics that the template makes. A schedule of
// EventBridge Scheduler isn't among them: its role may send.
func letters(resources *ordered.Object) []lettered {
	var found []lettered
	add := func(by sender, queue any, function string) {
		cfn.EachReference(queue, func(r cfn.Reference) {
			if resources.Section(r.ID()).Text("Type") == queueType.Type() {
				found = append(found, lettered{r.ID(), function, by})
			}
		})
	}
	for _, id := range resources.Keys() {
		properties := resources.Section(id).Section("Properties")
		switch resources.Section(id).Text("Type") {
		case samFunction:
			events := properties.Section("Events")
			for _, name := range events.Keys() {
				queue, _ := events.Section(name).Section("Properties").Section("DeadLetterConfig").Get("Arn")
				add(rulesSender, queue, id)
			}
		case "AWS::Events::Rule":
			targets, _ := properties.Get("Targets")
			for _, v := range listOf(targets) {
				if target, ok := v.(*ordered.Object); ok {
					arn, _ := target.Get("Arn")
					queue, _ := target.Section("DeadLetterConfig").Get("Arn")
					cfn.EachReference(arn, func(r cfn.Reference) { add(rulesSender, queue, r.ID()) })
				}
			}
		case "AWS::SNS::Subscription":
			endpoint, _ := properties.Get("Endpoint")
			queue, _ := properties.Section("RedrivePolicy").Get("deadLetterTargetArn")
			cfn.EachReference(endpoint, func(r cfn.Reference) { add(topicsSender, queue, r.ID()) })
		}
	}
	return found
}

// deadLetterWarnings tell of queues to which nobody lets a service send: the template makes
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
		m := &Mistake{origin.Source, fmt.Sprintf("%s can't send to the queue %s, whose policy has to let %s: docs/events.md has one to copy", l.by.name, l.queue, l.by.principal)}
		warnings = append(warnings, Warning{origin.Function, m.Error()})
	}
	return warnings
}
