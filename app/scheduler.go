package app

import (
	"strings"
	"time"
)

// onceExpression starts the expression of what happens once.
const onceExpression = "at("

// At is a schedule of one time, to the minute. It makes the schedule one of EventBridge
// Scheduler's, which keeps it when its time has passed. The expression is in UTC,
// whatever the location of when.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#one-time
func At(when time.Time) Expression {
	return Expression(onceExpression + when.UTC().Format("2006-01-02T15:04:05") + ")")
}

// Timezone is the time zone that a [Cron] expression is in, daylight saving time
// included, such as "Europe/Paris", by its name in the IANA database; without this
// option that is UTC. A time that daylight saving time skips is left out, and what it
// repeats happens once.
//
// The option makes the schedule one of EventBridge Scheduler's, with a role of its own
// that may invoke the function.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
func Timezone(name string) ScheduleOption {
	return scheduleOption(func(s *functionSettings) { put(&s.settings, &s.timezone, "Timezone", name) })
}

// FlexibleWindow lets the function run at any time within a window that starts at each
// time of the schedule: whole minutes, from one to 24 hours. It makes the schedule one of
// EventBridge Scheduler's, as [Timezone] does.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-flexible-time-windows.html
func FlexibleWindow(window time.Duration) ScheduleOption {
	return scheduleOption(func(s *functionSettings) { put(&s.settings, &s.flexibleWindow, "FlexibleWindow", window) })
}

// From is when a schedule starts, to the second; without this option that is when it is
// deployed. A [Rate] counts from then. It makes the schedule one of EventBridge
// Scheduler's, as [Timezone] does.
//
// AWS refuses a schedule that is made when its start was more than five minutes ago, so
// remove the option when its time has passed.
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
func From(start time.Time) ScheduleOption {
	return scheduleOption(func(s *functionSettings) { put(&s.settings, &s.from, "From", start) })
}

// Until is when a schedule ends, to the second: what would happen then or later doesn't.
// It makes the schedule one of EventBridge Scheduler's, as [Timezone] does, which keeps
// it when it has ended.
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
func Until(end time.Time) ScheduleOption {
	return scheduleOption(func(s *functionSettings) { put(&s.settings, &s.until, "Until", end) })
}

// scheduler reports options that a model can't express, and returns the model of what
// only EventBridge Scheduler can do; nil: there is nothing of that.
func (s *functionSettings) scheduler(r reporter, when Expression) *SchedulerModel {
	once := strings.HasPrefix(string(when), onceExpression)
	if !once && !s.timezone.given && !s.flexibleWindow.given && !s.from.given && !s.until.given {
		return nil
	}
	if when == At(time.Time{}) {
		r.report("app.At has the zero time: give the time at which the function runs")
	}
	reportEmpty(r, "Timezone", s.timezone, "a name such as Europe/Paris, or leave it out for UTC")
	window := s.flexibleWindow.value
	if s.flexibleWindow.given && (window == 0 || window%time.Minute != 0) {
		r.report("FlexibleWindow is %v: it has to be whole minutes, from 1 to 1440", window)
	}
	return &SchedulerModel{
		Timezone:              s.timezone.value,
		FlexibleWindowMinutes: int(window / time.Minute),
		From:                  moment(r, "From", s.from),
		Until:                 moment(r, "Until", s.until),
	}
}

// moment reports a time that nobody has set, and returns the time of an option as a
// model has it.
func moment(r reporter, name string, o option[time.Time]) string {
	if !o.given {
		return ""
	}
	if o.value.IsZero() {
		r.report("%s is the zero time: give a time, or leave it out", name)
	}
	return o.value.UTC().Format(time.RFC3339)
}
