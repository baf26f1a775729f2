package console

import (
	"os"
	"testing"

	"github.com/chalice-go/chalice/app"
)

// TestTriggers: the console says of each kind of function what invokes it.
func TestTriggers(t *testing.T) {
	data, err := os.ReadFile("../../../app/testdata/everything.json")
	if err != nil {
		t.Fatal(err)
	}
	m, err := app.ParseModel(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range m.Functions {
		if got := trigger(f); got == "" || (got == direct) != (f.Kind == app.LambdaKind) {
			t.Errorf("what invokes a function of the kind %s is said to be %q: trigger in internal/devserver/console/trigger.go has a line for each kind", f.Kind, got)
		}
	}
}

// TestTriggersInWords: what a rule or a schedule is limited to is said with it.
func TestTriggersInWords(t *testing.T) {
	for want, f := range map[string]app.FunctionModel{
		"rate(1 hour)": {Schedule: &app.ScheduleModel{Expression: "rate(1 hour)"}},
		"cron(0 8 * * ? *) in Europe/Paris, within 15 minutes, from 2027-01-01T00:00:00Z, until 2028-01-01T00:00:00Z": {
			Schedule: &app.ScheduleModel{Expression: "cron(0 8 * * ? *)", Scheduler: &app.SchedulerModel{
				Timezone: "Europe/Paris", FlexibleWindowMinutes: 15, From: "2027-01-01T00:00:00Z", Until: "2028-01-01T00:00:00Z",
			}},
		},
		`events like {"source":["shop"]}`: {CloudWatch: &app.CloudWatchModel{Pattern: app.Pattern{"source": []any{"shop"}}}},
		`bus orders, events like {"source":["shop"]}, of these $.detail`: {
			CloudWatch: &app.CloudWatchModel{Pattern: app.Pattern{"source": []any{"shop"}}, Bus: "orders", InputPath: "$.detail"},
		},
	} {
		if got := trigger(f); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
