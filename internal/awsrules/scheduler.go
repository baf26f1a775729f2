package awsrules

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/nearest"
)

// maxFlexible is the longest window of EventBridge Scheduler's, in minutes.
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_FlexibleTimeWindow.html
const maxFlexible = 24 * 60

// zoneNames are the names of IANA's time zones, a line each, as Go's release has them:
// a test compares them. The data of the zones, which package time/tzdata has, is
// 50 times as large.
//
//go:embed zones.txt
var zoneNames string

var zones = sync.OnceValue(func() []string { return strings.Fields(zoneNames) })

// scheduler checks what rules don't have.
func (p place) scheduler(m *app.ScheduleModel) {
	s := m.Scheduler
	once := strings.HasPrefix(m.Expression, "at(")
	switch {
	case once && s.Timezone != "":
		p.fail("Timezone doesn't go with app.At, which is the same moment everywhere: leave it out")
	case s.Timezone == "", filledIn(s.Timezone), slices.Contains(zones(), s.Timezone):
	default:
		p.fail("Timezone %q is not in IANA's database, which has names such as Europe/Paris%s", s.Timezone, nearest.Question(s.Timezone, zones()))
	}
	if n := s.FlexibleWindowMinutes; n < 0 || n > maxFlexible {
		p.fail("FlexibleWindow is %d minutes: it has to be from 1 to %d, which is 24 hours", n, maxFlexible)
	}
	from, until := p.moment("From", s.From), p.moment("Until", s.Until)
	if once && (s.From != "" || s.Until != "") {
		p.fail("From and Until don't go with app.At, for which EventBridge Scheduler ignores them: leave them out")
	} else if !from.IsZero() && !until.IsZero() && !from.Before(until) {
		p.fail("From is %s, which has to be before Until, %s", s.From, s.Until)
	}
}

// moment checks a time and returns it; the zero time if there is none to compare.
func (p place) moment(option, text string) time.Time {
	if text == "" {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		p.fail("%s is %q: it has to be as in RFC 3339, such as 2027-01-31T12:00:00Z", option, text)
	}
	return t
}
