package synth

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/awsrules"
	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/internal/standin"
	"github.com/chalice-go/chalice/synth/internal/cfn"
)

// defaultVisibility is the visibility timeout of a queue that says nothing, in seconds.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html
const defaultVisibility = 30

// visibility is how long a queue hides a message, and how long the function can run
// that gets it, in seconds.
type visibility struct {
	queue, function string // logical ids
	hides, runs     int
	isDefault       bool
	source          *app.Source // of the registration
}

// visibilities finds those of the queues that the template makes. What isn't a number
// there is nobody's to judge.
func (t *Template) visibilities(final *ordered.Object) []visibility {
	resources := final.Section("Resources")
	var found []visibility
	seen := map[[2]string]bool{}
	add := func(id, function string) {
		queue := resources.Section(id)
		if seen[[2]string{id, function}] || queue.Text("Type") != queueType.Type() {
			return
		}
		seen[[2]string{id, function}] = true
		v := visibility{queue: id, function: function, source: t.facts.origins[function].Source}
		hides, given := queue.Section("Properties").Get("VisibilityTimeout")
		if v.isDefault = !given; v.isDefault {
			hides = defaultVisibility
		}
		runs, _ := resources.Section(function).Section("Properties").Get("Timeout")
		var ok, runsOK bool
		v.hides, ok = seconds(hides)
		if v.runs, runsOK = seconds(runs); ok && runsOK {
			found = append(found, v)
		}
	}
	for _, a := range t.facts.awaited {
		id := a.named(resources)
		if fn, ok := t.standIns[a.source].(map[string]any); ok {
			id = standin.ID(fn)
		}
		if a.Type() == queueType.Type() && a.function != "" {
			add(id, a.function)
		}
	}
	eachPolled(resources, add)
	return found
}

// eachPolled calls visit with each source of events that is given by a reference, as a
// merge can, and the function that gets them: logical ids.
func eachPolled(resources *ordered.Object, visit func(source, function string)) {
	refer := func(v any, then func(id string)) {
		cfn.EachReference(v, func(r cfn.Reference) { then(r.ID()) })
	}
	for _, m := range resources.Members {
		resource := resources.Section(m.Key)
		properties := resource.Section("Properties")
		switch resource.Text("Type") {
		case samFunction:
			events := properties.Section("Events")
			for _, name := range events.Keys() {
				queue, _ := events.Section(name).Section("Properties").Get("Queue")
				refer(queue, func(id string) { visit(id, m.Key) })
			}
		case "AWS::Lambda::EventSourceMapping":
			source, _ := properties.Get("EventSourceArn")
			function, _ := properties.Get("FunctionName")
			refer(source, func(id string) {
				refer(function, func(f string) { visit(id, calledBy(resources, f)) })
			})
		}
	}
}

// calledBy returns the function that is called by a logical id: its own, or its alias'.
func calledBy(resources *ordered.Object, id string) string {
	if alias := resources.Section(id); alias.Text("Type") == "AWS::Lambda::Alias" {
		return alias.Section("Properties").Section("FunctionName").Text("Ref")
	}
	return id
}

// seconds reads a number of a template, which can be text.
func seconds(v any) (n int, ok bool) {
	var err error
	switch v := v.(type) {
	case int:
		return v, true
	case json.Number:
		n, err = strconv.Atoi(v.String())
	case string:
		n, err = strconv.Atoi(v)
	default:
		return 0, false
	}
	return n, err == nil
}

// String says how long a message is hidden.
func (v visibility) String() string {
	byDefault := ""
	if v.isDefault {
		byDefault = ", the default"
	}
	return fmt.Sprintf("the queue %s has a visibility timeout of %d seconds%s", v.queue, v.hides, byDefault)
}

// checkVisibility returns what Lambda refuses of queues.
func (t *Template) checkVisibility(final *ordered.Object) []error {
	var problems []error
	for _, v := range t.visibilities(final) {
		if v.hides < v.runs {
			problems = append(problems, &Mistake{v.source, fmt.Sprintf(
				"%s, but %s can run for %d, and Lambda refuses such a queue: set its VisibilityTimeout to %d, six times that, or lower %s",
				v, v.function, v.runs, awsrules.VisibilityTimes*v.runs, t.facts.names.Key("lambda_timeout"))})
		}
	}
	return problems
}

// Warnings returns what AWS advises against of the template, and what will not work.
func (t *Template) Warnings() []Warning {
	if t.facts == nil {
		return nil
	}
	final := t.final()
	return append(t.visibilityWarnings(final), t.deadLetterWarnings(final)...)
}

// visibilityWarnings tell of queues whose messages can be delivered twice.
func (t *Template) visibilityWarnings(final *ordered.Object) []Warning {
	var warnings []Warning
	for _, v := range t.visibilities(final) {
		if v.runs <= v.hides && v.hides < awsrules.VisibilityTimes*v.runs {
			m := &Mistake{v.source, fmt.Sprintf("%s, and %s can run for %d: AWS advises six times that, %d, or messages that wait for the function can be delivered twice",
				v, v.function, v.runs, awsrules.VisibilityTimes*v.runs)}
			warnings = append(warnings, Warning{t.facts.origins[v.function].Function, m.Error()})
		}
	}
	return warnings
}
