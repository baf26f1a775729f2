package awsrules_test

import (
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
)

func schedule(when app.Expression, options ...app.ScheduleOption) func(*app.App) {
	return func(a *app.App) { a.Schedule(when, tick, options...) }
}

func TestRates(t *testing.T) {
	checkAll(t, map[string]registration{
		"one minute":          {schedule(app.Rate(1, app.Minutes)), ""},
		"five minutes":        {schedule("rate(5 minutes)"), ""},
		"100 hours":           {schedule(app.Rate(100, app.Hours)), ""},
		"one day":             {schedule("rate(1 day)"), ""},
		"one minutes":         {schedule("rate(1 minutes)"), `schedule "rate(1 minutes)": write rate(1 minute)`},
		"two hour":            {schedule("rate(2 hour)"), `schedule "rate(2 hour)": write rate(2 hours)`},
		"zero":                {schedule(app.Rate(0, app.Days)), `schedule "rate(0 days)": 0 is no positive number`},
		"less than zero":      {schedule(app.Rate(-1, app.Days)), `schedule "rate(-1 days)": -1 is no positive number`},
		"a fraction":          {schedule("rate(1.5 hours)"), `schedule "rate(1.5 hours)": 1.5 is no positive number`},
		"weeks":               {schedule(app.Rate(2, "WEEKS")), `schedule "rate(2 weeks)": unit "weeks" is not minutes, hours or days`},
		"seconds":             {schedule("rate(30 seconds)"), `schedule "rate(30 seconds)": unit "seconds" is not minutes, hours or days`},
		"no unit":             {schedule("rate(5)"), `schedule "rate(5)": a rate is a number and a unit, such as rate(5 minutes)`},
		"nothing":             {schedule(""), `schedule "": write rate(5 minutes) or cron(0 12 * * ? *)`},
		"no closing bracket":  {schedule("rate(5 minutes"), `schedule "rate(5 minutes": write rate(5 minutes) or cron(0 12 * * ? *)`},
		"never":               {schedule("at 2027-01-01T00:00:00"), `schedule "at 2027-01-01T00:00:00": write rate(5 minutes) or cron(0 12 * * ? *)`},
		"a description":       {schedule("rate(1 day)", app.Description(strings.Repeat("ü", 512))), ""},
		"a long description":  {schedule("rate(1 day)", app.Description(strings.Repeat("x", 513))), "the Description has 513 characters, 1 more than the 512 that EventBridge takes"},
		"an expression by Go": {schedule("${var.schedule}"), ""},
	})
}

// TestCronTakes accepts what AWS's documentation has, in its fields and
// examples, and what its rules allow.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cron-expressions.html
func TestCronTakes(t *testing.T) {
	cases := map[string]registration{}
	for _, fields := range []string{
		"0 10 * * ? *", "15 12 * * ? *", "0 18 ? * MON-FRI *", "0 8 1 * ? *", "0/15 * * * ? *",
		"0/10 * ? * MON-FRI *", "0/5 8-17 ? * MON-FRI *", "0/30 20-2 ? * MON-FRI *", "0 9 ? * 2#1 *",
		"0,15,30,45 0,12 1,15,31 1,12 ? 1970,2199", "00 08 01 01 ? *", "59 23 31 12 ? 2199",
		"0 0 L * ? *", "0 0 LW * ? *", "0 0 15W * ? *", "0 0 L-3 * ? *", "0 0 1W JAN ? *",
		"0 0 ? * L *", "0 0 ? * 6L *", "0 0 ? * FRIL *", "0 0 ? * 3#2 *", "0 0 ? * TUE#5 *",
		"0 0 ? JAN,FEB,MAR SUN,7 *", "0 0 ? JAN-MAR,OCT-DEC SUN-SAT *", "0 0 ? jan mon-fri *",
		"0 0 1-15 * ? *", "0 0 */2 */3 ? *", "0 0 1/7 1/3 ? 2027/2", "10-40/5 8-18/2 * * ? *", "1/10 * * * ? *",
		"0 0 ? * MON,WED,FRI 2027-2030", "0 0 28-3 NOV-FEB ? *", "0 0 ? * SAT-MON *", "0 0 ? * 2-6/2 *",
		"*/5,7 * * * ? *", "* * * * ? *", "0 0 * * ? 2027,2029",
	} {
		cases[fields] = registration{schedule(app.Expression("cron(" + fields + ")")), ""}
	}
	cases["numbers"] = registration{schedule(app.Cron(0, 12, "*", "*", "?", 2027)), ""}
	checkAll(t, cases)
}

func TestCronRefuses(t *testing.T) {
	const (
		minutes    = " is not one of 0 to 59"
		hours      = " is not one of 0 to 23"
		days       = " is not one of 1 to 31"
		months     = " is not one of 1 to 12 or JAN to DEC"
		weekdays   = " is not one of 1 to 7, where 1 is Sunday, or SUN to SAT"
		years      = " is not one of 1970 to 2199"
		oneOfThem  = "either the day of month or the day of week has to be ?, and not both"
		lastDay    = "the letter L stands alone, or behind one day of week, as in 6L"
		workday    = "the letter W stands behind one day of month and nothing else, as in 15W"
		nth        = "# stands in one day of week and nothing else, before 1 to 5, as in 3#2, the second Tuesday of the month"
		anyDay     = "? stands alone, as the day of month or the day of week"
		sixFields  = "a cron expression has six fields: minutes, hours, day of month, month, day of week, year"
		noPositive = ", which is no positive number"
	)
	cases := map[string]registration{}
	for fields, want := range map[string]string{
		"0 12 * * ?":               sixFields,
		"0 0 12 * * ? *":           sixFields,
		"":                         sixFields,
		"0 1 * * * *":              oneOfThem,
		"0 1 ? * ? *":              oneOfThem,
		"0 1 1 * MON *":            oneOfThem,
		"61 25 * * ? *":            `minutes "61": 61` + minutes + `; hours "25": 25` + hours,
		"60 * * * ? *":             `minutes "60": 60` + minutes,
		"-1 * * * ? *":             `minutes "-1": a value is missing: there are 0 to 59`,
		"1.5 * * * ? *":            `minutes "1.5": 1.5` + minutes,
		"0 24 * * ? *":             `hours "24": 24` + hours,
		"0 0 0 * ? *":              `day of month "0": 0` + days,
		"0 0 32 * ? *":             `day of month "32": 32` + days,
		"0 0 1-32 * ? *":           `day of month "1-32": 32` + days,
		"0 0 1,,3 * ? *":           `day of month "1,,3": a value is missing: there are 1 to 31`,
		"0 0 1-2-3 * ? *":          `day of month "1-2-3": 2-3` + days,
		"0 0 1 13 ? *":             `month "13": 13` + months,
		"0 0 1 0 ? *":              `month "0": 0` + months,
		"0 0 1 JANUARY ? *":        `month "JANUARY": JANUARY` + months,
		"0 0 1 JAN-MAI ? *":        `month "JAN-MAI": MAI` + months,
		"0 0 ? * MON-FIR *":        `day of week "MON-FIR": FIR` + weekdays,
		"0 0 ? * 0 *":              `day of week "0": 0` + weekdays,
		"0 0 ? * 8 *":              `day of week "8": 8` + weekdays,
		"0 0 ? * MONDAY *":         `day of week "MONDAY": MONDAY` + weekdays,
		"0 0 * * ? 1969":           `year "1969": 1969` + years,
		"0 0 * * ? 2200":           `year "2200": 2200` + years,
		"0 0 * * ? 27":             `year "27": 27` + years,
		"0/0 * * * ? *":            `minutes "0/0": the step behind / is "0"` + noPositive,
		"0/x * * * ? *":            `minutes "0/x": the step behind / is "X"` + noPositive,
		"0/ * * * ? *":             `minutes "0/": the step behind / is ""` + noPositive,
		"/5 * * * ? *":             `minutes "/5": a value is missing: there are 0 to 59`,
		"? * * * ? *":              `minutes "?": ` + anyDay,
		"0 ? * * ? *":              `hours "?": ` + anyDay,
		"0 0 1,? * ? *":            `day of month "1,?": ` + anyDay,
		"L * * * ? *":              `minutes "L": L` + minutes,
		"0 0 1,L * ? *":            `day of month "1,L": ` + lastDay,
		"0 0 L-32 * ? *":           `day of month "L-32": 32` + days,
		"0 0 ? * MON,6L *":         `day of week "MON,6L": ` + lastDay,
		"0 0 ? * 8L *":             `day of week "8L": 8` + weekdays,
		"0 0 1-5W * ? *":           `day of month "1-5W": ` + workday,
		"0 0 1W,15W * ? *":         `day of month "1W,15W": ` + workday,
		"0 0 32W * ? *":            `day of month "32W": 32` + days,
		"0 0 ? * 2W *":             `day of week "2W": ` + workday,
		"0 0 ? * 3#1,6#3 *":        `day of week "3#1,6#3": ` + nth,
		"0 0 ? * 3#6 *":            `day of week "3#6": ` + nth,
		"0 0 ? * 9#2 *":            `day of week "9#2": 9` + weekdays,
		"0 0 3#2 * ? *":            `day of month "3#2": ` + nth,
		"a b c d ? f":              `minutes "a": A` + minutes + `; hours "b": B` + hours + `; day of month "c": C` + days + `; month "d": D` + months + `; year "f": F` + years,
		"99999999999999 * * * ? *": `minutes "99999999999999": 99999999999999` + minutes,
	} {
		expression := "cron(" + fields + ")"
		cases[expression] = registration{schedule(app.Expression(expression)), `schedule "` + expression + `": ` + want}
	}
	cases["no closing bracket"] = registration{schedule("cron(0 12 ? * MON-FRI *"), `schedule "cron(0 12 ? * MON-FRI *": write rate(5 minutes) or cron(0 12 * * ? *)`}
	checkAll(t, cases)
}
