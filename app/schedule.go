package app

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

// Expression is when a scheduled function runs, such as "rate(5 minutes)" or
// "cron(0 12 * * ? *)"; [Rate] and [Cron] make one.
type Expression string

// RateUnit is the unit of a [Rate].
type RateUnit string

// The units of a rate.
const (
	Minutes RateUnit = "MINUTES"
	Hours   RateUnit = "HOURS"
	Days    RateUnit = "DAYS"
)

// Rate is a schedule of regular intervals.
func Rate(value int, unit RateUnit) Expression {
	u := strings.ToLower(string(unit))
	if value == 1 && u != "" {
		u = u[:len(u)-1]
	}
	return Expression(fmt.Sprintf("rate(%d %s)", value, u))
}

// Cron is a schedule of times in UTC. Each field is a number or a string, such
// as 15, "0/5", "MON-FRI", "*" or "?".
func Cron(minutes, hours, dayOfMonth, month, dayOfWeek, year any) Expression {
	return Expression(fmt.Sprintf("cron(%v %v %v %v %v %v)", minutes, hours, dayOfMonth, month, dayOfWeek, year))
}

// Schedule declares a function that runs at certain times.
func (d *declarations) Schedule(when Expression, handler func(context.Context, *CloudWatchEvent) error, options ...ScheduleOption) {
	f := &functionDeclaration{site: here(), kind: ScheduleKind, symbol: symbol(handler), invoke: eventHandler(handler)}
	for _, o := range options {
		if o != nil {
			o.schedule(&f.settings)
		}
	}
	f.describe = func(r reporter, m *FunctionModel) {
		m.Schedule = &ScheduleModel{Expression: string(when), Description: f.description.value}
		if err := when.check(); err != nil {
			r.report("schedule %q: %v", when, err)
		}
	}
	d.add(f)
}

// ScheduleOption is an option of Schedule.
type ScheduleOption interface{ schedule(*settings) }

type scheduleOption func(*settings)

func (o scheduleOption) schedule(s *settings) { o(s) }

// Description describes a schedule.
func Description(text string) ScheduleOption {
	return scheduleOption(func(s *settings) { put(s, &s.description, "Description", text) })
}

// check finds what Amazon EventBridge would refuse.
func (e Expression) check() error {
	kind, inside, ok := strings.Cut(strings.TrimSuffix(string(e), ")"), "(")
	switch {
	case !ok || !strings.HasSuffix(string(e), ")"):
	case kind == "rate":
		return checkRate(strings.Split(inside, " "))
	case kind == "cron":
		return checkCron(strings.Split(inside, " "))
	}
	return fmt.Errorf("write rate(5 minutes) or cron(0 12 * * ? *)")
}

func checkRate(fields []string) error {
	if len(fields) != 2 {
		return fmt.Errorf("a rate is a number and a unit, such as rate(5 minutes)")
	}
	n, err := strconv.Atoi(fields[0])
	if err != nil || n < 1 {
		return fmt.Errorf("%s is no positive number", fields[0])
	}
	switch singular := strings.TrimSuffix(fields[1], "s"); singular {
	case "minute", "hour", "day":
		if want := Rate(n, RateUnit(singular+"s")); want != Expression("rate("+fields[0]+" "+fields[1]+")") {
			return fmt.Errorf("write %s", want)
		}
		return nil
	}
	return fmt.Errorf("unit %q is not minutes, hours or days", fields[1])
}

// checkCron follows EventBridge's rules for the fields as a whole. What the
// single fields can hold it leaves to the service.
func checkCron(fields []string) error {
	if len(fields) != 6 {
		return fmt.Errorf("a cron expression has six fields: minutes, hours, day of month, month, day of week, year")
	}
	for _, field := range fields {
		if field == "" || strings.Trim(field, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz*?/,-#") != "" {
			return fmt.Errorf("field %q is no number, name, *, ? or a list or range of them", field)
		}
	}
	if (fields[2] == "?") == (fields[4] == "?") {
		return fmt.Errorf("either the day of month or the day of week has to be ?, and not both")
	}
	return nil
}
