package devserver_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chalice-go/chalice/internal/devserver"
	"github.com/chalice-go/chalice/internal/devserver/devservertest"
)

// TestDisabledSources: a source that is registered as disabled isn't polled, which is
// said in place of a warning that nothing polls it.
func TestDisabledSources(t *testing.T) {
	dir := project(t, map[string]string{
		"main.go": `package main

import (
	"context"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func main() {
	a := app.New("shop")
	a.OnSQSMessage("asleep", rest, app.Disabled())
	a.OnSQSMessage("awake", work)
	dispatch.Start(a)
}

func rest(context.Context, *app.SQSEvent) error { return nil }
func work(context.Context, *app.SQSEvent) error { return nil }
`,
		".chalice/config.json": `{"version": "2.0", "app_name": "shop"}`,
	})
	queues := newQueues(t)
	for name, tc := range map[string]struct{ endpoint, warning string }{
		"polled":      {queues.URL, "the queue awake doesn't exist"},
		"without AWS": {"", "nothing here polls the queue awake (for work); "},
	} {
		t.Run(name, func(t *testing.T) {
			s := devservertest.Serve(t, devserver.Options{ProjectDir: dir, EndpointURL: tc.endpoint})
			if _, err := s.Await(t.Context()); err != nil {
				t.Fatal(err)
			}
			if tc.endpoint != "" {
				queues.want(t, "awake")
			}
			text := printedUntil(t, s, tc.warning)
			if !strings.Contains(text, "INFO the queue asleep isn't polled for rest: it is registered with app.Disabled()\n") {
				t.Errorf("that isn't said:\n%s", text)
			}
			if strings.Count(text, "asleep") != 1 {
				t.Errorf("more is said of it:\n%s", text)
			}
		})
	}
}

// printedUntil waits for a line, and returns all lines.
func printedUntil(t *testing.T, s *devserver.Server, want string) string {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if text := printed(s); strings.Contains(text, want) {
			return text
		}
	}
	t.Fatalf("%q isn't said:\n%s", want, printed(s))
	return ""
}
