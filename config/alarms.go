package config

import (
	"slices"
	"strconv"
	"strings"

	"github.com/chalice-go/chalice/internal/lazyregexp"
)

// Alarms are which CloudWatch alarms a function has.
type Alarms struct {
	Errors, Throttles bool
	// Duration is the part of the function's timeout, in percent, that an invocation
	// can take without an alarm; 0: there is no such alarm.
	Duration int
	// DeadLetters: a queue that gets dead letters of the function, or of its event
	// source, has an alarm.
	DeadLetters bool
	// Queue is the ARN or the name of such a queue that nothing else names; zero: none.
	Queue Value
	// Topic is the ARN of a topic that gets the alarms; zero: none.
	Topic Value
}

const (
	alarmsKey          = "alarms"
	deadLetterQueueKey = "dead_letter_queue"
)

// What a function's own alarms are about, as the configuration calls it.
const (
	ErrorsAlarm    = "errors"
	ThrottlesAlarm = "throttles"
	DurationAlarm  = "duration"
)

// OwnAlarms are the words for a function's own alarms in the alarms of its deployment.
var OwnAlarms = []string{ErrorsAlarm, ThrottlesAlarm, DurationAlarm}

// Has reports whether there is an alarm, which is one of OwnAlarms; also of none.
func (a *Alarms) Has(own string) bool {
	switch {
	case a == nil:
		return false
	case own == ErrorsAlarm:
		return a.Errors
	case own == ThrottlesAlarm:
		return a.Throttles
	}
	return own == DurationAlarm && a.Duration > 0
}

var (
	percentage = lazyregexp.New(`^([0-9]|[1-9][0-9]|100)%$`)
	// https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
	topicARN = lazyregexp.New(`^arn:[a-z-]+:sns:[^:]+:[^:]+:[A-Za-z0-9_.-]+$`)
	// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
	queueNameOrARN = lazyregexp.New(`^(arn:[a-z-]+:sqs:[^:]+:[^:]+:)?[A-Za-z0-9_-]{1,80}(\.fifo)?$`)
)

var alarmKeys = []Key{
	{
		Name: alarmsKey, Scope: allScopes, Kind: Object, Keys: alarmsKeys, merged: true,
		Doc: "CloudWatch alarms of a function. Scopes are merged.",
	},
}

var alarmsKeys = []Key{
	{
		Name: ErrorsAlarm, Scope: allScopes, Kind: Bool, Default: "false",
		Doc: "Whether there is an alarm for invocations that fail.",
	},
	{
		Name: ThrottlesAlarm, Scope: allScopes, Kind: Bool, Default: "false",
		Doc: "Whether there is an alarm for invocations that are throttled.",
	},
	{
		Name: DurationAlarm, Scope: allScopes,
		plain: true,
		form:  "a part of lambda_timeout, such as 80%", pattern: percentage,
		Doc: "Part of lambda_timeout from which there is an alarm for invocations that take long; 0% is none.",
	},
	{
		Name: "dead_letters", Scope: allScopes, Kind: Bool, Default: "false",
		Doc: "Whether there is an alarm for each queue that gets dead letters: of the function, or of its event source.",
	},
	{
		Name: deadLetterQueueKey, Scope: allScopes, intrinsic: true,
		form: "the ARN or the name of a queue", pattern: queueNameOrARN,
		Doc: "Queue for dead letters that only this key knows of, such as the one of a queue that events come from. With it, dead_letters is true.",
	},
	{
		Name: "topic", Scope: allScopes, intrinsic: true,
		form: "the ARN of a topic, such as arn:aws:sns:eu-central-1:123456789012:NAME", pattern: topicARN,
		Doc: "ARN of a topic of SNS that is told when an alarm goes off.",
	},
}

func (s *source) mergeAlarms(name string, f *Function) {
	o := &object{byKey: map[string]*member{}} // of all scopes
	for _, m := range s.winners(name, alarmsKey) {
		o.byKey[m.key] = m
	}
	if len(o.byKey) == 0 {
		return
	}
	f.Alarms = &Alarms{
		Errors:      o.flag(ErrorsAlarm, false),
		Throttles:   o.flag(ThrottlesAlarm, false),
		DeadLetters: o.flag("dead_letters", o.get(deadLetterQueueKey) != nil),
		Queue:       s.alarmValue(name, o, deadLetterQueueKey),
		Topic:       s.alarmValue(name, o, "topic"),
	}
	f.Alarms.Duration, _ = strconv.Atoi(strings.TrimSuffix(o.text(DurationAlarm), "%")) // none is 0
}

// alarmValue returns a value of a function's alarms; zero: they have none.
func (s *source) alarmValue(function string, o *object, key string) Value {
	m := o.get(key)
	if m == nil {
		return Value{}
	}
	if slices.Contains(s.winners("", alarmsKey), m) {
		function = ""
	}
	return s.valueOf(m, m.value, pathOf(function, alarmsKey).to(key))
}

// flag returns a truth value of an object that may not have it.
func (o *object) flag(key string, otherwise bool) bool {
	if m := o.get(key); m != nil {
		return m.value.value.(bool)
	}
	return otherwise
}
