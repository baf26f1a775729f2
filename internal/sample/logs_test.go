package sample_test

import (
	"context"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/logpattern"
	"github.com/chalice-go/chalice/internal/sample"
)

// TestLogs: the filter pattern of a function lets its sample through.
func TestLogs(t *testing.T) {
	for _, pattern := range []string{"", "ERROR", "?ERROR ?WARN", "-Hello", "%[45][0-9]{2}%", `{ $.level = "ERROR" && $.took > 100 }`, "[ip, ..., status = 5*, bytes]"} {
		var message string
		a := app.New("logs")
		a.OnLogEvents("group", func(_ context.Context, e *app.LogsEvent) error { message = e.Events()[0].Message(); return nil }, app.Name("alarm"), app.FilterPattern(pattern))
		event, err := sample.Event(model(t, a), "alarm", sample.Options{})
		if err != nil {
			t.Fatal(err)
		}
		handle(t, a, "alarm", event)
		m, err := logpattern.Compile(pattern)
		if err != nil {
			t.Fatal(err)
		}
		if !m.Match(message) {
			t.Errorf("%s doesn't let %q through", pattern, message)
		}
	}
}
