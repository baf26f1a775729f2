package schedule

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // not every machine has the zones: Windows doesn't
)

// Options are what a schedule has beside its expression.
type Options struct {
	// Zone is the time zone of cron(...); nil: UTC. The time in at(...) is UTC,
	// and rate(...) counts hours of 60 minutes and days of 24 hours in any zone.
	Zone *time.Location
	// From is the first time that counts, and Until the first one that doesn't any
	// more; zero: without a limit.
	// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
	From, Until time.Time
}

// Schedule says when something happens.
type Schedule struct {
	times       times
	from, until time.Time
}

// times are the times of an expression.
type times interface {
	// next returns the first time after another one, and reports whether there is
	// one.
	next(after time.Time) (time.Time, bool)
}

// atLayout is the form of the time in at(...).
const atLayout = "2006-01-02T15:04:05"

// Parse reads an expression: rate(5 minutes), cron(0 12 * * ? *) or
// at(2027-01-02T03:04:05). A rate begins at From, or without it at the time began.
func Parse(expression string, began time.Time, o Options) (*Schedule, error) {
	kind, inside, ok := strings.Cut(strings.TrimSuffix(expression, ")"), "(")
	if !ok || !strings.HasSuffix(expression, ")") {
		return nil, fmt.Errorf("the schedule %q is no rate(...), cron(...) or at(...)", expression)
	}
	s := &Schedule{from: o.From, until: o.Until}
	if !o.From.IsZero() {
		began = o.From
	}
	var err error
	switch kind {
	case "rate":
		s.times, err = parseRate(inside, began)
	case "cron":
		s.times, err = parseCron(inside, o.Zone)
	case "at":
		var t time.Time
		t, err = time.Parse(atLayout, inside)
		s.times = once(t)
	default:
		err = fmt.Errorf("%s is no kind of schedule", kind)
	}
	if err != nil {
		return nil, fmt.Errorf("the schedule %q: %w", expression, err)
	}
	return s, nil
}

// Next returns the first time of the schedule after another one. It reports
// false if there is none.
func (s *Schedule) Next(after time.Time) (time.Time, bool) {
	if first := s.from.Add(-1); !s.from.IsZero() && after.Before(first) {
		after = first
	}
	t, ok := s.times.next(after)
	if !ok || !s.until.IsZero() && !t.Before(s.until) {
		return time.Time{}, false
	}
	return t, true
}

// once is the time of at(...).
type once time.Time

func (o once) next(after time.Time) (time.Time, bool) {
	return time.Time(o), time.Time(o).After(after)
}

// rate are times at the same distance: the first when the schedule begins.
type rate struct {
	began time.Time
	every time.Duration
}

// units are those of a rate, in the singular.
var units = map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour}

func parseRate(s string, began time.Time) (rate, error) {
	number, unit, _ := strings.Cut(s, " ")
	n, err := strconv.Atoi(number)
	each := units[strings.TrimSuffix(unit, "s")]
	if err != nil || n < 1 || each == 0 {
		return rate{}, fmt.Errorf("a rate is a number of minutes, hours or days, not %q", s)
	}
	return rate{began, time.Duration(n) * each}, nil
}

func (r rate) next(after time.Time) (time.Time, bool) {
	if after.Before(r.began) {
		return r.began, true
	}
	n := after.Sub(r.began)/r.every + 1
	return r.began.Add(n * r.every), true
}
