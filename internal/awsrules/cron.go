package awsrules

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/chalice-go/chalice/internal/lazyregexp"
)

// cronField describes a field of a cron expression: lists of numbers from min
// to max or of names, ranges of them, steps, and whatever special matches.
type cronField struct {
	name     string
	min, max int
	names    []string // of min and the following numbers
	hint     string   // which numbers or names are allowed
	// special matches values that can't be an element of a list. Its first group
	// is a value of the field, if there is one.
	special lazyregexp.Regexp
}

// cronFields are the fields in order. Steps of days of the week, and days
// before the last one (L-3), aren't in the documentation's table, but earlier
// versions had them, or the cron syntax on which it is based does.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cron-expressions.html
var cronFields = [...]cronField{
	{name: "minutes", min: 0, max: 59, hint: "0 to 59"},
	{name: "hours", min: 0, max: 23, hint: "0 to 23"},
	{name: "day of month", min: 1, max: 31, hint: "1 to 31", special: lazyregexp.New(`^(?:\?|L|LW|L-([0-9]+)|([0-9]+)W)$`)},
	{
		name: "month", min: 1, max: 12, hint: "1 to 12 or JAN to DEC",
		names: []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"},
	},
	{
		name: "day of week", min: 1, max: 7, hint: "1 to 7, where 1 is Sunday, or SUN to SAT",
		names:   []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"},
		special: lazyregexp.New(`^(?:\?|L|L-([0-9]+)|([0-9]+|[A-Z]{3})L|([0-9]+|[A-Z]{3})#[1-5])$`),
	},
	{name: "year", min: 1970, max: 2199, hint: "1970 to 2199"},
}

// The two fields of which exactly one has to be a question mark.
const (
	dayOfMonth = 2
	dayOfWeek  = 4
)

// checkCron returns what is wrong with the fields.
func checkCron(fields []string) error {
	if len(fields) != len(cronFields) {
		return errors.New("a cron expression has six fields: minutes, hours, day of month, month, day of week, year")
	}
	var problems []string
	for i, f := range cronFields {
		if err := f.check(strings.ToUpper(fields[i])); err != nil {
			problems = append(problems, fmt.Sprintf("%s %q: %v", f.name, fields[i], err))
		}
	}
	if (fields[dayOfMonth] == "?") == (fields[dayOfWeek] == "?") {
		problems = append(problems, "either the day of month or the day of week has to be ?, and not both")
	}
	if len(problems) > 0 {
		return errors.New(strings.Join(problems, "; "))
	}
	return nil
}

func (f cronField) check(s string) error {
	if f.special != nil {
		if match := f.special().FindStringSubmatch(s); match != nil {
			if value := strings.Join(match[1:], ""); value != "" {
				return f.value(value)
			}
			return nil
		}
	}
	if err := f.misplaced(s); err != nil {
		return err
	}
	for element := range strings.SplitSeq(s, ",") {
		if err := f.element(element); err != nil {
			return err
		}
	}
	return nil
}

// misplaced returns an error for a ?, L, W or # in a wrong place.
func (f cronField) misplaced(s string) error {
	last, weekday := strings.HasSuffix(s, "L") && !slices.Contains(f.names, s), strings.HasSuffix(s, "W")
	switch {
	case strings.Contains(s, "?"):
		return errors.New("? stands alone, as the day of month or the day of week")
	case strings.Contains(s, "#"):
		return errors.New("# stands in one day of week and nothing else, before 1 to 5, as in 3#2, the second Tuesday of the month")
	case weekday:
		return errors.New("the letter W stands behind one day of month and nothing else, as in 15W")
	case last && (f.name == cronFields[dayOfMonth].name || f.name == cronFields[dayOfWeek].name):
		return errors.New("the letter L stands alone, or behind one day of week, as in 6L")
	}
	return nil
}

// element checks an element of a list: *, a value or a range, perhaps with a
// step.
func (f cronField) element(s string) error {
	base, step, stepped := strings.Cut(s, "/")
	if stepped {
		if n, err := strconv.ParseUint(step, 10, 31); err != nil || n == 0 {
			return fmt.Errorf("the step behind / is %q, which is no positive number", step)
		}
	}
	first, last, ranged := strings.Cut(base, "-")
	if err := f.value(first); err != nil {
		return err
	}
	if ranged {
		// The end of a range can be before its start, as in 20-2.
		return f.value(last)
	}
	return nil
}

// value checks a number or a name. A * stands for all.
func (f cronField) value(s string) error {
	if s == "*" || slices.Contains(f.names, s) {
		return nil
	}
	n, err := strconv.ParseUint(s, 10, 31)
	switch {
	case s == "":
		return fmt.Errorf("a value is missing: there are %s", f.hint)
	case err != nil || int(n) < f.min || int(n) > f.max:
		return fmt.Errorf("%s is not one of %s", s, f.hint)
	}
	return nil
}
