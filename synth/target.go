package synth

import (
	"cmp"

	"github.com/awslabs/goformation/v7/cloudformation/events"
	"github.com/awslabs/goformation/v7/cloudformation/scheduler"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/ordered"
)

// target is how a rule of EventBridge, or a schedule, invokes its function.
type target struct {
	Bus         string // name or ARN; empty: the default bus
	Input       string // JSON in place of the event; empty: none
	InputPath   string // of the part of the event; empty: all of it
	Retry       *app.RetryModel
	DeadLetters string // ARN of a queue; empty: none
}

// What EventBridge does where a target doesn't say otherwise.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RetryPolicy.html
const (
	defaultRetries = 185
	defaultAge     = 24 * 60 * 60 // seconds
)

// optional is nil for an empty text.
func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// fill completes the target of a rule.
func (g target) fill(t *events.Rule_Target) {
	t.Input, t.InputPath = optional(g.Input), optional(g.InputPath)
	if g.DeadLetters != "" {
		t.DeadLetterConfig = &events.Rule_DeadLetterConfig{Arn: &g.DeadLetters}
	}
	if r := g.Retry; r != nil {
		t.RetryPolicy = &events.Rule_RetryPolicy{MaximumEventAgeInSeconds: r.MaximumAgeSeconds, MaximumRetryAttempts: r.MaximumAttempts}
	}
}

// fillSchedule completes the target of a schedule of EventBridge Scheduler.
func (g target) fillSchedule(t *scheduler.Schedule_Target) {
	t.Input = optional(g.Input)
	if g.DeadLetters != "" {
		t.DeadLetterConfig = &scheduler.Schedule_DeadLetterConfig{Arn: &g.DeadLetters}
	}
	if r := g.Retry; r != nil {
		t.RetryPolicy = &scheduler.Schedule_RetryPolicy{MaximumEventAgeInSeconds: float(r.MaximumAgeSeconds), MaximumRetryAttempts: float(r.MaximumAttempts)}
	}
}

// float returns an integer as some of goformation's types have it.
func float(n *int) *float64 {
	if n == nil {
		return nil
	}
	return new(float64(*n))
}

// samType is what SAM calls an event with a pattern. Its first name for these knows no
// retries and no queue, and SAM makes the same of both.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-cloudwatchevent.html
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventbridgerule.html
func (g target) samType() string {
	if g.Retry != nil || g.DeadLetters != "" {
		return "EventBridgeRule"
	}
	return "CloudWatchEvent"
}

// samFurther are the properties of SAM's events for which goformation's types have no
// room, names and values in turn.
func (g target) samFurther() []any {
	var further []any
	if g.Bus != "" {
		further = append(further, "EventBusName", g.Bus)
	}
	if r := g.Retry; r != nil {
		policy := &ordered.Object{}
		if r.MaximumAgeSeconds != nil {
			policy.Add("MaximumEventAgeInSeconds", *r.MaximumAgeSeconds)
		}
		if r.MaximumAttempts != nil {
			policy.Add("MaximumRetryAttempts", *r.MaximumAttempts)
		}
		further = append(further, "RetryPolicy", policy)
	}
	if g.DeadLetters != "" {
		further = append(further, "DeadLetterConfig", ordered.New("Arn", g.DeadLetters))
	}
	return further
}

// tf completes a target in Terraform.
func (g target) tf(body *ordered.Object) *ordered.Object {
	if g.Input != "" {
		body.Add("input", tfText(g.Input))
	}
	if g.InputPath != "" {
		body.Add("input_path", tfText(g.InputPath))
	}
	if r := g.Retry; r != nil {
		// Both, since the provider takes a missing number of retries for none.
		body.Add("retry_policy", ordered.New(
			"maximum_event_age_in_seconds", *cmp.Or(r.MaximumAgeSeconds, new(defaultAge)),
			"maximum_retry_attempts", *cmp.Or(r.MaximumAttempts, new(defaultRetries)),
		))
	}
	if g.DeadLetters != "" {
		body.Add("dead_letter_config", ordered.New("arn", g.DeadLetters))
	}
	return body
}
