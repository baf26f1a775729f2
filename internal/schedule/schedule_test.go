package schedule_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/schedule"
)

const layout = "Mon 2006-01-02 15:04 MST"

// times returns the first times of a schedule after another time.
func times(t *testing.T, expression, after string, n int, o schedule.Options) []string {
	t.Helper()
	from, err := time.Parse(time.RFC3339, after)
	if err != nil {
		t.Fatal(err)
	}
	s, err := schedule.Parse(expression, from, o)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for range n {
		next, ok := s.Next(from)
		if !ok {
			return append(all, "never")
		}
		if !next.After(from) {
			t.Fatalf("%s: %v isn't after %v", expression, next, from)
		}
		all, from = append(all, next.Format(layout)), next
	}
	return all
}

// TestNext has the examples of AWS's page about cron expressions, and the
// wildcards of its table. 1 January 2026 is a Thursday.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cron-expressions.html
func TestNext(t *testing.T) {
	for expression, want := range map[string][]string{
		"cron(0 10 * * ? *)":               {"Thu 2026-01-01 10:00 UTC", "Fri 2026-01-02 10:00 UTC"},
		"cron(15 12 * * ? *)":              {"Thu 2026-01-01 12:15 UTC", "Fri 2026-01-02 12:15 UTC"},
		"cron(0 18 ? * MON-FRI *)":         {"Thu 2026-01-01 18:00 UTC", "Fri 2026-01-02 18:00 UTC", "Mon 2026-01-05 18:00 UTC"},
		"cron(0 8 1 * ? *)":                {"Thu 2026-01-01 08:00 UTC", "Sun 2026-02-01 08:00 UTC"},
		"cron(0/15 * * * ? *)":             {"Thu 2026-01-01 00:15 UTC", "Thu 2026-01-01 00:30 UTC", "Thu 2026-01-01 00:45 UTC", "Thu 2026-01-01 01:00 UTC"},
		"cron(0/10 * ? * MON-FRI *)":       {"Thu 2026-01-01 00:10 UTC", "Thu 2026-01-01 00:20 UTC"},
		"cron(0/5 8-17 ? * MON-FRI *)":     {"Thu 2026-01-01 08:00 UTC", "Thu 2026-01-01 08:05 UTC"},
		"cron(0/30 20-2 ? * MON-FRI *)":    {"Thu 2026-01-01 00:30 UTC", "Thu 2026-01-01 01:00 UTC", "Thu 2026-01-01 01:30 UTC", "Thu 2026-01-01 02:00 UTC", "Thu 2026-01-01 02:30 UTC", "Thu 2026-01-01 20:00 UTC"},
		"cron(1/10 0 1 1 ? *)":             {"Thu 2026-01-01 00:01 UTC", "Thu 2026-01-01 00:11 UTC", "Thu 2026-01-01 00:21 UTC"},
		"cron(0 9 ? * 2#1 *)":              {"Mon 2026-01-05 09:00 UTC", "Mon 2026-02-02 09:00 UTC"},
		"cron(0 0 ? * 3#2 *)":              {"Tue 2026-01-13 00:00 UTC", "Tue 2026-02-10 00:00 UTC"},
		"cron(0 0 ? * SUN#5 *)":            {"Sun 2026-03-29 00:00 UTC", "Sun 2026-05-31 00:00 UTC"},
		"cron(15 10 ? * 6L 2026-2027)":     {"Fri 2026-01-30 10:15 UTC", "Fri 2026-02-27 10:15 UTC"},
		"cron(0 0 ? * L *)":                {"Sat 2026-01-03 00:00 UTC", "Sat 2026-01-10 00:00 UTC"},
		"cron(0 0 L * ? *)":                {"Sat 2026-01-31 00:00 UTC", "Sat 2026-02-28 00:00 UTC"},
		"cron(0 0 L FEB ? 2027-2029)":      {"Sun 2027-02-28 00:00 UTC", "Tue 2028-02-29 00:00 UTC", "Wed 2029-02-28 00:00 UTC", "never"},
		"cron(0 0 L-2 * ? *)":              {"Thu 2026-01-29 00:00 UTC", "Thu 2026-02-26 00:00 UTC"},
		"cron(0 0 LW * ? *)":               {"Fri 2026-01-30 00:00 UTC", "Fri 2026-02-27 00:00 UTC"},
		"cron(0 0 3W * ? *)":               {"Fri 2026-01-02 00:00 UTC", "Tue 2026-02-03 00:00 UTC", "Tue 2026-03-03 00:00 UTC"}, // 3 January is a Saturday
		"cron(0 12 1W * ? *)":              {"Thu 2026-01-01 12:00 UTC", "Mon 2026-02-02 12:00 UTC"},                             // 1 February is a Sunday
		"cron(0 0 1W AUG ? *)":             {"Mon 2026-08-03 00:00 UTC", "Mon 2027-08-02 00:00 UTC"},                             // 1 August is a Saturday, and July isn't in it
		"cron(0 0 31W MAY ? *)":            {"Fri 2026-05-29 00:00 UTC", "Mon 2027-05-31 00:00 UTC"},                             // 31 May is a Sunday, and June isn't in it
		"cron(0 0 31W FEB,MAR ? 2026)":     {"Tue 2026-03-31 00:00 UTC", "never"},
		"cron(0 0 30 FEB ? *)":             {"never"},
		"cron(0 0 29 2 ? *)":               {"Tue 2028-02-29 00:00 UTC", "Sun 2032-02-29 00:00 UTC"},
		"cron(0 0 ? NOV-FEB 6 *)":          {"Fri 2026-01-02 00:00 UTC", "Fri 2026-01-09 00:00 UTC"},
		"cron(0 0 ? NOV-JAN FRI-MON *)":    {"Fri 2026-01-02 00:00 UTC", "Sat 2026-01-03 00:00 UTC", "Sun 2026-01-04 00:00 UTC", "Mon 2026-01-05 00:00 UTC", "Fri 2026-01-09 00:00 UTC"},
		"cron(0 0 1,15 * ? *)":             {"Thu 2026-01-15 00:00 UTC", "Sun 2026-02-01 00:00 UTC"},
		"cron(0 0 1 1 ? 2025)":             {"never"},
		"cron(0 0 1 1 ? 2028/4)":           {"Sat 2028-01-01 00:00 UTC", "Thu 2032-01-01 00:00 UTC"},
		"cron(59 23 31 12 ? 2199)":         {"Tue 2199-12-31 23:59 UTC", "never"},
		"rate(5 minutes)":                  {"Thu 2026-01-01 00:05 UTC", "Thu 2026-01-01 00:10 UTC"},
		"rate(1 hour)":                     {"Thu 2026-01-01 01:00 UTC", "Thu 2026-01-01 02:00 UTC"},
		"rate(10 days)":                    {"Sun 2026-01-11 00:00 UTC", "Wed 2026-01-21 00:00 UTC"},
		"at(2026-11-20T13:00:00)":          {"Fri 2026-11-20 13:00 UTC", "never"},
		"at(2025-11-20T13:00:00)":          {"never"},
		"cron(0 0 1-3/2 JAN,MAR/9 ? 2026)": {"Sat 2026-01-03 00:00 UTC", "Sun 2026-03-01 00:00 UTC", "Tue 2026-03-03 00:00 UTC", "Tue 2026-12-01 00:00 UTC", "Thu 2026-12-03 00:00 UTC", "never"},
	} {
		t.Run(expression, func(t *testing.T) {
			got := times(t, expression, "2026-01-01T00:00:00Z", len(want), schedule.Options{})
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
		})
	}
}

// TestZones: what a wall clock in Paris skips isn't made up for, and what it shows
// twice happens once. A rate counts hours.
func TestZones(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	havana, err := time.LoadLocation("America/Havana") // whose clock is changed at midnight
	if err != nil {
		t.Fatal(err)
	}
	howe, err := time.LoadLocation("Australia/Lord_Howe") // by half an hour
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		expression, after string
		zone              *time.Location
		want              []string
	}{
		"summer and winter":           {"cron(0 9 1 1,7 ? *)", "2026-01-01T12:00:00Z", paris, []string{"Wed 2026-07-01 09:00 CEST", "Fri 2027-01-01 09:00 CET"}},
		"spring skips a time":         {"cron(30 2 * * ? *)", "2026-03-27T12:00:00Z", paris, []string{"Sat 2026-03-28 02:30 CET", "Mon 2026-03-30 02:30 CEST"}},
		"spring, every half hour":     {"cron(0/30 * * * ? *)", "2026-03-29T00:15:00Z", paris, []string{"Sun 2026-03-29 01:30 CET", "Sun 2026-03-29 03:00 CEST", "Sun 2026-03-29 03:30 CEST"}},
		"autumn repeats a time":       {"cron(30 2 * * ? *)", "2026-10-24T12:00:00Z", paris, []string{"Sun 2026-10-25 02:30 CEST", "Mon 2026-10-26 02:30 CET"}},
		"autumn, between the two":     {"cron(30 2 * * ? *)", "2026-10-25T00:45:00Z", paris, []string{"Mon 2026-10-26 02:30 CET"}},
		"autumn, every half hour":     {"cron(0/30 * * * ? *)", "2026-10-25T00:00:00Z", paris, []string{"Sun 2026-10-25 02:30 CEST", "Sun 2026-10-25 03:00 CET"}},
		"a midnight that isn't there": {"cron(0 0 * * ? *)", "2026-03-07T12:00:00Z", havana, []string{"Mon 2026-03-09 00:00 CDT"}},
		"a midnight that comes twice": {"cron(0 0 * * ? *)", "2026-10-31T12:00:00Z", havana, []string{"Sun 2026-11-01 00:00 CDT", "Mon 2026-11-02 00:00 CST"}},
		"half an hour twice":          {"cron(45 1 * * ? *)", "2026-04-04T00:00:00Z", howe, []string{"Sun 2026-04-05 01:45 +11", "Mon 2026-04-06 01:45 +1030"}},
		"a rate":                      {"rate(1 day)", "2026-03-28T12:00:00Z", paris, []string{"Sun 2026-03-29 12:00 UTC", "Mon 2026-03-30 12:00 UTC"}},
		"the last of a month":         {"cron(0 23 L * ? *)", "2026-02-01T00:00:00Z", paris, []string{"Sat 2026-02-28 23:00 CET", "Tue 2026-03-31 23:00 CEST"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := times(t, tc.expression, tc.after, len(tc.want), schedule.Options{Zone: tc.zone})
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
		})
	}
}

// TestLimits: from itself counts, until doesn't, and a rate begins at from.
func TestLimits(t *testing.T) {
	day := func(d, h int) time.Time { return time.Date(2026, 1, d, h, 0, 0, 0, time.UTC) }
	for name, tc := range map[string]struct {
		expression string
		options    schedule.Options
		want       []string
	}{
		"cron":           {"cron(0 12 * * ? *)", schedule.Options{From: day(5, 12), Until: day(7, 12)}, []string{"Mon 2026-01-05 12:00 UTC", "Tue 2026-01-06 12:00 UTC", "never"}},
		"rate":           {"rate(7 hours)", schedule.Options{From: day(5, 12), Until: day(6, 0)}, []string{"Mon 2026-01-05 12:00 UTC", "Mon 2026-01-05 19:00 UTC", "never"}},
		"until is over":  {"rate(1 minute)", schedule.Options{Until: day(1, 0)}, []string{"never"}},
		"from is over":   {"rate(1 hour)", schedule.Options{From: day(1, 0).Add(-90 * time.Minute)}, []string{"Thu 2026-01-01 00:30 UTC"}},
		"at before from": {"at(2026-01-02T00:00:00)", schedule.Options{From: day(3, 0)}, []string{"never"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := times(t, tc.expression, "2026-01-01T00:00:00Z", len(tc.want), tc.options)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
		})
	}
}

// TestMistakes: what isn't a schedule is an error, though AWS's rules come first.
func TestMistakes(t *testing.T) {
	for _, expression := range []string{
		"", "rate", "rate()", "rate(0 minutes)", "rate(1 week)", "cron(* * * *)", "cron(60 * * * ? *)", "cron(0 0 ? * MO *)",
		"cron(0/0 0 * * ? *)", "cron(0 0 32W * ? *)", "cron(0 0 L-x * ? *)", "cron(0 0 ? * 8L *)", "cron(0 0 ? * 1#x *)", "at(tomorrow)", "every(1 day)",
		"cron(0 0 1-x * ? *)",
	} {
		if s, err := schedule.Parse(expression, time.Now(), schedule.Options{}); err == nil {
			t.Errorf("%q is the schedule %+v", expression, s)
		}
	}
}
