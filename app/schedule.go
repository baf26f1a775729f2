package app

import (
	"context"
	"fmt"
	"strings"
)

// Expression is when a scheduled function runs, such as "rate(5 minutes)",
// "cron(0 12 * * ? *)" or "at(2027-01-31T12:00:00)"; [Rate], [Cron] and [At] make one.
type Expression string

// RateUnit is the unit of a [Rate].
type RateUnit string

// The units of a rate.
const (
	Minutes RateUnit = "MINUTES"
	Hours   RateUnit = "HOURS"
	Days    RateUnit = "DAYS"
)

// Rate is a schedule of regular intervals, of one minute or more: Rate(5, Minutes) is
// "rate(5 minutes)". The first interval begins when AWS makes the schedule.
func Rate(value int, unit RateUnit) Expression {
	u := strings.ToLower(string(unit))
	if value == 1 && u != "" {
		u = u[:len(u)-1]
	}
	return Expression(fmt.Sprintf("rate(%d %s)", value, u))
}

// Cron is a schedule of times in UTC, or in a [Timezone]. Each field is a number or a
// string, such as 15, "0/5", "MON-FRI", "*" or "?". Exactly one of dayOfMonth and
// dayOfWeek has to be "?".
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cron-expressions.html
func Cron(minutes, hours, dayOfMonth, month, dayOfWeek, year any) Expression {
	return Expression(fmt.Sprintf("cron(%v %v %v %v %v %v)", minutes, hours, dayOfMonth, month, dayOfWeek, year))
}

// Schedule declares a function that runs at the times of an expression. It is a rule of
// EventBridge, or, with [At], [Timezone], [FlexibleWindow], [From] or [Until], a schedule
// of EventBridge Scheduler.
func (d *declarations) Schedule(when Expression, handler func(context.Context, *CloudWatchEvent) error, options ...ScheduleOption) {
	f := &functionDeclaration{site: here(), kind: ScheduleKind, read: reader(NewCloudWatchEvent), symbol: symbol(handler), invoke: eventHandler(handler)}
	for _, o := range options {
		if o != nil {
			o.schedule(&f.functionSettings)
		}
	}
	if f.input.given {
		f.read = reader(newPayload)
	}
	f.describe = func(r reporter, m *FunctionModel) {
		m.Schedule = &ScheduleModel{
			Expression:      string(when),
			Description:     f.description.value,
			Input:           f.inputJSON(r),
			Retry:           f.retry(r),
			DeadLetterQueue: f.deadLetters(r),
			Scheduler:       f.scheduler(r, when),
		}
	}
	d.add(f)
}

// ScheduleOption is an option of Schedule.
type ScheduleOption interface{ schedule(*functionSettings) }

type scheduleOption func(*functionSettings)

func (o scheduleOption) schedule(s *functionSettings) { o(s) }

// Description describes a schedule, in up to 512 characters.
func Description(text string) ScheduleOption {
	return scheduleOption(func(s *functionSettings) { put(&s.settings, &s.description, "Description", text) })
}
