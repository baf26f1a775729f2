package app

import (
	"bytes"
	"encoding/json"
	"strings"
)

// InputOption is what [Input] returns: an option of Schedule and OnCloudWatchEvent.
type InputOption struct{ set func(*functionSettings) }

func (o InputOption) schedule(s *functionSettings)   { apply(o.set, s) }
func (o InputOption) cloudWatch(s *functionSettings) { apply(o.set, s) }

// inputText is a payload as JSON, or why it can't be written as such.
type inputText struct {
	json string
	err  error
}

// Input is what the function gets in place of an event of EventBridge: v as JSON, the
// same each time. [CloudWatchEvent.JSON] decodes it, and the other methods of the event
// return the zero value. A rule takes 8,192 characters, EventBridge Scheduler 256 KB, in
// which it replaces what it knows of the invocation, such as
// <aws.scheduler.scheduled-time>.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
func Input(v any) InputOption {
	var b bytes.Buffer
	e := json.NewEncoder(&b) // now, as the caller can change the value later
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	input := inputText{strings.TrimSuffix(b.String(), "\n"), err}
	return InputOption{func(s *functionSettings) { put(&s.settings, &s.input, "Input", input) }}
}

// inputJSON reports an input that is no JSON, and returns what the model has of it.
func (s *functionSettings) inputJSON(r reporter) string {
	if err := s.input.value.err; err != nil {
		r.report("the Input can't be written as JSON: %v", err)
	}
	return s.input.value.json
}

// DeadLetterOption is what [DeadLetterQueue] returns: an option of Schedule,
// OnCloudWatchEvent, OnSNSMessage, and of OnS3Event with [ViaEventBridge].
type DeadLetterOption struct{ set func(*functionSettings) }

func (o DeadLetterOption) schedule(s *functionSettings)   { apply(o.set, s) }
func (o DeadLetterOption) cloudWatch(s *functionSettings) { apply(o.set, s) }
func (o DeadLetterOption) s3(s *functionSettings)         { apply(o.set, s) }
func (o DeadLetterOption) sns(s *functionSettings)        { apply(o.set, s) }

// DeadLetterQueue is the ARN of the SQS queue, in the function's region, that gets what
// could not be delivered to the function. It isn't for events with which the function
// was invoked and failed.
//
// A rule of EventBridge can send to a queue only if the policy of the queue lets
// events.amazonaws.com, and a topic only if it lets sns.amazonaws.com: docs/events.md has
// policies to copy. Both take standard queues alone, no FIFO queues.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
// https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
func DeadLetterQueue(queueARN string) DeadLetterOption {
	return DeadLetterOption{func(s *functionSettings) { put(&s.settings, &s.deadLetterQueue, "DeadLetterQueue", queueARN) }}
}

// deadLetters reports an empty ARN, which in a model stands for no queue, and returns
// what the model has of the option.
func (s *functionSettings) deadLetters(r reporter) string {
	reportEmpty(r, "DeadLetterQueue", s.deadLetterQueue, "the ARN of an SQS queue, or leave it out")
	return s.deadLetterQueue.value
}
