package awsrules

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/eventpattern"
	"github.com/chalice-go/chalice/internal/inputpath"
	"github.com/chalice-go/chalice/internal/lazyregexp"
)

// Limits of the target of a rule of EventBridge, and of a schedule of EventBridge
// Scheduler.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Target.html
const (
	ruleInput      = 8192      // characters of an Input
	schedulerInput = 256 << 10 // the same
	maxInputPath   = 256       // characters
)

// deliveryRetries are the limits of both for how often an event is delivered again.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RetryPolicy.html
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html
var deliveryRetries = retries{most: 185, minAge: 60, maxAge: 24 * 60 * 60, maxText: "24 hours"}

// busName matches the names of event buses, those of partners among them.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
var busName = lazyregexp.New(`^[/._A-Za-z0-9-]{1,256}$`)

// rule checks a rule of EventBridge.
func (p place) rule(m *app.CloudWatchModel) {
	p.pattern(eventpattern.EventBridge, "the event pattern", m.Pattern)
	p.bus(m.Bus)
	p.input(m.Input, ruleInput)
	p.inputPath(m.InputPath)
	if m.Input != "" && m.InputPath != "" {
		p.fail("Input and InputPath are both given: the function gets either the same each time, or a part of the event")
	}
	p.retry(m.Retry, deliveryRetries)
	p.deadLetters(m.DeadLetterQueue, "EventBridge")
}

// bus checks the name or the ARN of an event bus, which can be another account's.
func (p place) bus(bus string) {
	switch a, ok := arnOf(bus, "events"); {
	case bus == "", filledIn(bus):
	case strings.HasPrefix(bus, "arn:"):
		name, isBus := strings.CutPrefix(a.resource, "event-bus/")
		if !ok || !a.owned() || !isBus || !busName.MatchString(name) {
			p.fail("bus %q is neither the name nor the ARN of an event bus, which is arn:aws:events:region:account:event-bus/name", bus)
		}
	case !busName.MatchString(bus):
		p.fail("%q is no name of an event bus: that has 1 to 256 letters, digits, -, _, . and, if it is a partner's, /", bus)
	}
}

// input checks what the function gets in place of an event. What is filled in can have
// any length.
func (p place) input(text string, limit int) {
	switch n := utf8.RuneCountInString(text); {
	case text == "":
	case !json.Valid([]byte(text)):
		p.fail("the Input is no JSON")
	case n > limit && !filledIn(text):
		p.fail("the Input has %d characters as JSON, %d more than the %d that AWS takes", n, n-limit, limit)
	}
}

func (p place) inputPath(path string) {
	if path == "" || filledIn(path) {
		return
	}
	if n := utf8.RuneCountInString(path); n > maxInputPath {
		p.fail("the InputPath has %d characters, %d more than the %d that EventBridge takes", n, n-maxInputPath, maxInputPath)
	} else if _, err := inputpath.Parse(path); err != nil {
		p.fail("InputPath %q: %v", path, err)
	}
}

// deadLetters checks the queue for what a service couldn't deliver.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
// https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
func (p place) deadLetters(queue, sender string) {
	switch a, ok := arnOf(queue, "sqs"); {
	case queue == "":
	case strings.HasSuffix(queue, ".fifo"):
		p.fail("DeadLetterQueue %q is a FIFO queue, which %s can't send to: give a standard queue", queue, sender)
	case !filledIn(queue) && !(ok && a.owned() && queueName.MatchString(a.resource)):
		p.fail("DeadLetterQueue %q is not the ARN of a queue: that is arn:aws:sqs:region:account:name", queue)
	}
}
