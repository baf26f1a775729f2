package schedule

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// cron are the times of cron(minutes hours day-of-month month day-of-week year).
type cron struct {
	zone                         *time.Location
	minutes, hours, months, year set
	// day reports whether the day of a month is one: by its number or by its
	// weekday.
	day func(date) bool
}

// date is a day, without a time zone.
type date struct {
	year  int
	month time.Month
	day   int
}

// weekday returns the day of the week, where 1 is Sunday.
func (d date) weekday() int {
	return int(time.Date(d.year, d.month, d.day, 0, 0, 0, 0, time.UTC).Weekday()) + 1
}

// length returns the number of days of the month.
func (d date) length() int { return time.Date(d.year, d.month+1, 0, 0, 0, 0, 0, time.UTC).Day() }

// set are the values of a field.
type set map[int]bool

// field is a field of numbers from min to max, or of names for them.
type field struct {
	name     string
	min, max int
	names    []string // of min and the following numbers
}

var (
	minuteField  = field{name: "minutes", max: 59}
	hourField    = field{name: "hours", max: 23}
	dayField     = field{name: "day of month", min: 1, max: 31}
	monthField   = field{"month", 1, 12, []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}}
	weekdayField = field{"day of week", 1, 7, []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}}
	yearField    = field{name: "year", min: 1970, max: 2199}
)

func parseCron(s string, zone *time.Location) (*cron, error) {
	fields := strings.Fields(strings.ToUpper(s))
	if len(fields) != 6 {
		return nil, fmt.Errorf("a cron expression has six fields, and this one has %d", len(fields))
	}
	if zone == nil {
		zone = time.UTC
	}
	c := &cron{zone: zone}
	var err error
	for _, f := range []struct {
		field
		text string
		into *set
	}{
		{minuteField, fields[0], &c.minutes}, {hourField, fields[1], &c.hours},
		{monthField, fields[3], &c.months}, {yearField, fields[5], &c.year},
	} {
		if *f.into, err = f.parse(f.text); err != nil {
			return nil, err
		}
	}
	if fields[4] != "?" {
		c.day, err = parseWeekday(fields[4])
	} else {
		c.day, err = parseDay(fields[2])
	}
	return c, err
}

// parse reads a list of values, ranges and steps.
func (f field) parse(s string) (set, error) {
	all := set{}
	for element := range strings.SplitSeq(s, ",") {
		base, step, stepped := strings.Cut(element, "/")
		first, last, ranged := strings.Cut(base, "-")
		low, err := f.value(first)
		if err != nil {
			return nil, err
		}
		high := low
		if ranged {
			if high, err = f.value(last); err != nil {
				return nil, err
			}
		} else if stepped || base == "*" { // 1/10 goes on to the end of the field
			high = f.max
		}
		by := 1
		if stepped {
			if by, err = strconv.Atoi(step); err != nil || by < 1 {
				return nil, fmt.Errorf("the step %q of the field %s is no positive number", step, f.name)
			}
		}
		if high < low { // 20-2 goes over the end
			high += f.max - f.min + 1
		}
		for n := low; n <= high; n += by {
			all[f.min+(n-f.min)%(f.max-f.min+1)] = true
		}
	}
	return all, nil
}

// value reads a number or a name. A * is the first of all values.
func (f field) value(s string) (int, error) {
	if s == "*" {
		return f.min, nil
	}
	if i := slices.Index(f.names, s); i >= 0 {
		return f.min + i, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < f.min || n > f.max {
		return 0, fmt.Errorf("%q is no value of the field %s", s, f.name)
	}
	return n, nil
}

// parseDay reads the day of the month.
func parseDay(s string) (func(date) bool, error) {
	if s == "L" {
		return func(d date) bool { return d.day == d.length() }, nil
	}
	if s == "LW" { // the last day from Monday to Friday
		return func(d date) bool { return d.day == nearestWeekday(d, d.length()) }, nil
	}
	if before, ok := strings.CutPrefix(s, "L-"); ok {
		n, err := strconv.Atoi(before)
		return func(d date) bool { return d.day == d.length()-n }, err
	}
	if number, ok := strings.CutSuffix(s, "W"); ok {
		n, err := dayField.value(number)
		return func(d date) bool { return n <= d.length() && d.day == nearestWeekday(d, n) }, err
	}
	days, err := dayField.parse(s)
	return func(d date) bool { return days[d.day] }, err
}

// nearestWeekday returns the day from Monday to Friday that is nearest to the day
// n of a month, within that month.
func nearestWeekday(d date, n int) int {
	d.day = n
	switch d.weekday() {
	case 7: // Saturday
		if n == 1 {
			return 3
		}
		return n - 1
	case 1: // Sunday
		if n == d.length() {
			return n - 2
		}
		return n + 1
	}
	return n
}

// parseWeekday reads the day of the week.
func parseWeekday(s string) (func(date) bool, error) {
	if s == "L" { // the last day of the week
		return func(d date) bool { return d.weekday() == 7 }, nil
	}
	if before, ok := strings.CutPrefix(s, "L-"); ok {
		n, err := strconv.Atoi(before)
		return func(d date) bool { return d.weekday() == 7-n }, err
	}
	if name, number, ok := strings.Cut(s, "#"); ok { // 3#2 is the second Tuesday of the month
		day, err := weekdayField.value(name)
		if err != nil {
			return nil, err
		}
		n, err := strconv.Atoi(number)
		return func(d date) bool { return d.weekday() == day && (d.day-1)/7+1 == n }, err
	}
	if name, ok := strings.CutSuffix(s, "L"); ok { // 6L is the last Friday of the month
		day, err := weekdayField.value(name)
		return func(d date) bool { return d.weekday() == day && d.day+7 > d.length() }, err
	}
	days, err := weekdayField.parse(s)
	return func(d date) bool { return days[d.weekday()] }, err
}

// next goes through the days, and on each through hours and minutes.
func (c *cron) next(after time.Time) (time.Time, bool) {
	local := after.In(c.zone)
	d := date{local.Year(), local.Month(), local.Day()}
	// A wall clock that is turned back over midnight shows the day before again.
	d.back()
	for d.year = max(d.year, yearField.min); d.year <= yearField.max; d.forward() {
		switch {
		case !c.year[d.year]:
			d.month, d.day = time.December, 31
			continue
		case !c.months[int(d.month)]:
			d.day = d.length()
			continue
		case !c.day(d):
			continue
		}
		if t, ok := c.within(d, after); ok {
			return t, true
		}
	}
	return time.Time{}, false
}

func (d *date) forward() { d.move(1) }

func (d *date) back() { d.move(-1) }

func (d *date) move(days int) {
	t := time.Date(d.year, d.month, d.day+days, 0, 0, 0, 0, time.UTC)
	d.year, d.month, d.day = t.Year(), t.Month(), t.Day()
}

// within returns the first time of a day that is after another time.
func (c *cron) within(d date, after time.Time) (time.Time, bool) {
	for hour := 0; hour <= hourField.max; hour++ {
		for minute := 0; c.hours[hour] && minute <= minuteField.max; minute++ {
			if !c.minutes[minute] {
				continue
			}
			if t, ok := instant(d, hour, minute, c.zone); ok && t.After(after) {
				return t, true
			}
		}
	}
	return time.Time{}, false
}

// instant returns when a wall clock shows a time. It reports false for a time that
// the clock skips in spring; of a time that it shows twice in autumn, only the
// first counts.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time
func instant(d date, hour, minute int, zone *time.Location) (time.Time, bool) {
	t := time.Date(d.year, d.month, d.day, hour, minute, 0, 0, zone)
	if t.Hour() != hour || t.Minute() != minute || t.Day() != d.day {
		return time.Time{}, false
	}
	if start, _ := t.ZoneBounds(); !start.IsZero() {
		_, before := start.Add(-time.Second).In(zone).Zone()
		_, now := t.Zone()
		if first := t.Add(time.Duration(now-before) * time.Second); first.Before(start) {
			t = first
		}
	}
	return t, true
}
