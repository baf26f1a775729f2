package awsrules

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/chalice-go/chalice/app"
)

// Limits of schedules, which are the same for rules and for EventBridge Scheduler, in
// characters.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
const (
	maxExpression  = 256
	maxDescription = 512
)

func (p place) schedule(m *app.ScheduleModel) {
	if err := checkExpression(m.Expression, m.Scheduler != nil); err != nil && !filledIn(m.Expression) {
		p.fail("schedule %q: %v", m.Expression, err)
	}
	if n := utf8.RuneCountInString(m.Description); n > maxDescription {
		p.fail("the Description has %d characters, %d more than the %d that EventBridge takes", n, n-maxDescription, maxDescription)
	}
	limit := ruleInput
	if m.Scheduler != nil {
		limit = schedulerInput
		p.scheduler(m)
	}
	p.input(m.Input, limit)
	p.retry(m.Retry, deliveryRetries)
	p.deadLetters(m.DeadLetterQueue, "EventBridge")
}

// checkExpression returns what would be refused of a schedule. Rules and EventBridge
// Scheduler have the same rates and cron expressions; what happens once is the latter's.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
func checkExpression(s string, isScheduler bool) error {
	kind, inside, ok := strings.Cut(strings.TrimSuffix(s, ")"), "(")
	switch {
	case len(s) > maxExpression:
		return fmt.Errorf("it can have %d characters at most", maxExpression)
	case !ok || !strings.HasSuffix(s, ")"):
	case kind == "rate":
		return checkRate(strings.Split(inside, " "))
	case kind == "cron":
		return checkCron(strings.Split(inside, " "))
	case kind == "at" && isScheduler:
		return checkOnce(inside)
	}
	return errors.New("write rate(5 minutes) or cron(0 12 * * ? *)")
}

// checkOnce checks the time of what happens once. time.Parse would take fractions.
func checkOnce(inside string) error {
	const form = "2006-01-02T15:04:05"
	if t, err := time.Parse(form, inside); err != nil || t.Format(form) != inside {
		return errors.New("write at(2027-01-31T12:00:00), or use app.At")
	}
	return nil
}

func checkRate(fields []string) error {
	if len(fields) != 2 {
		return errors.New("a rate is a number and a unit, such as rate(5 minutes)")
	}
	n, err := strconv.Atoi(fields[0])
	if err != nil || n < 1 || fields[0][0] == '+' {
		return fmt.Errorf("%s is no positive number", fields[0])
	}
	singular := strings.TrimSuffix(fields[1], "s")
	switch singular {
	case "minute", "hour", "day":
	default:
		return fmt.Errorf("unit %q is not minutes, hours or days", fields[1])
	}
	unit := singular
	if n > 1 {
		unit += "s"
	}
	if unit != fields[1] {
		return fmt.Errorf("write rate(%s %s)", fields[0], unit)
	}
	return nil
}
