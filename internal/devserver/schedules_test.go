package devserver_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chalice-go/chalice/internal/devserver"
	"github.com/chalice-go/chalice/internal/devserver/devservertest"
)

// timed has schedules whose times come soon after the app has described itself, one
// that is over, and one that isn't due.
const timed = `package main

import (
	"context"
	"fmt"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func main() {
	a := app.New("timed")
	see := func(_ context.Context, e *app.CloudWatchEvent) error {
		fmt.Println("got", string(e.Raw()))
		return nil
	}
	soon := time.Now().Add(3 * time.Second)
	a.Schedule(app.At(soon), see, app.Name("once"))
	a.Schedule(app.At(soon), see, app.Name("with_input"), app.Input("<aws.scheduler.schedule-arn>"))
	a.Schedule("rate(1 minute)", see, app.Name("late"), app.From(soon.Add(time.Hour)))
	a.Schedule("rate(1 minute)", see, app.Name("from"), app.From(soon), app.Until(soon.Add(30*time.Second)))
	dispatch.Start(a)
}
`

// TestSchedules: with the option, functions are invoked when it is time, and nobody is
// told that nothing does so.
func TestSchedules(t *testing.T) {
	files := map[string]string{"main.go": timed, ".chalice/config.json": `{"version": "2.0", "app_name": "timed"}`}
	s := devservertest.Serve(t, devserver.Options{ProjectDir: project(t, files), Schedules: true})
	want := map[string][2]string{ // the start of the entry, and what the function got
		"once":       {"at(20", `"source":"aws.scheduler"`},
		"with_input": {"at(20", `got "arn:aws:scheduler:us-east-1:123456789012:schedule/default/with_input"`},
		"from":       {"rate(1 minute) to from ", `"resources":["arn:aws:scheduler:us-east-1:123456789012:schedule/default/from"],"detail":"{}"`},
	}
	got := map[string]string{}
	for deadline := time.Now().Add(time.Minute); len(got) < len(want) && time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		for _, e := range s.Journal().Entries() {
			if e.Done && e.Kind == devserver.Happening && len(e.Invocations) == 1 && len(e.Invocations[0].Log) > 0 {
				got[e.Invocations[0].Function] = e.Path + " " + e.Invocations[0].Log[0].Text
			}
		}
	}
	for function, w := range want {
		if !strings.HasPrefix(got[function], w[0]) || !strings.Contains(got[function], w[1]) {
			t.Errorf("%s: got %q, want %s", function, got[function], w)
		}
	}
	if len(got) != len(want) {
		t.Errorf("got %q", got)
	}
	if said := printed(s); strings.Contains(said, "nothing here invokes") || !strings.Contains(said, "INFO from is invoked next at 20") {
		t.Errorf("the server says %s", said)
	}
}

// TestNoSchedules: without the option a warning says that nothing invokes them, and how
// that would be.
func TestNoSchedules(t *testing.T) {
	files := map[string]string{"main.go": timed, ".chalice/config.json": `{"version": "2.0", "app_name": "timed"}`}
	s := devservertest.Serve(t, devserver.Options{ProjectDir: project(t, files)})
	if _, err := s.Await(t.Context()); err != nil {
		t.Fatal(err)
	}
	if said := printed(s); !strings.Contains(said, "WARN nothing here invokes once (its schedule), ") || !strings.Contains(said, "; with --schedules, schedules are run") {
		t.Errorf("the server says %s", said)
	}
}
