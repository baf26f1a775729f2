package awsrules

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/chalice-go/chalice/app"
)

// Limits of a rule of EventBridge, in characters.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
const (
	maxExpression  = 256
	maxDescription = 512
)

func (p place) schedule(m *app.ScheduleModel) {
	if err := checkExpression(m.Expression); err != nil && !filledIn(m.Expression) {
		p.fail("schedule %q: %v", m.Expression, err)
	}
	if n := utf8.RuneCountInString(m.Description); n > maxDescription {
		p.fail("the Description has %d characters, %d more than the %d that EventBridge takes", n, n-maxDescription, maxDescription)
	}
}

// checkExpression returns what EventBridge would refuse of a schedule.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
func checkExpression(s string) error {
	kind, inside, ok := strings.Cut(strings.TrimSuffix(s, ")"), "(")
	switch {
	case len(s) > maxExpression:
		return fmt.Errorf("it can have %d characters at most", maxExpression)
	case !ok || !strings.HasSuffix(s, ")"):
	case kind == "rate":
		return checkRate(strings.Split(inside, " "))
	case kind == "cron":
		return checkCron(strings.Split(inside, " "))
	}
	return errors.New("write rate(5 minutes) or cron(0 12 * * ? *)")
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
