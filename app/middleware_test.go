package app_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
)

// TestMiddleware checks which middleware is put around which function, and in
// which order.
func TestMiddleware(t *testing.T) {
	var trace []string
	tag := func(name string) app.Middleware {
		return func(next app.Handler) app.Handler {
			return func(ctx context.Context, event any) (any, error) {
				trace = append(trace, name)
				return next(ctx, event)
			}
		}
	}
	a := app.New("middleware")
	a.Use(tag("all"))
	b := app.NewBlueprint()
	b.UseFor(app.SQS, tag("sqs of blueprint"))
	b.OnWSMessage(message)
	a.RegisterBlueprint(b)
	a.UseFor(app.Scheduled, tag("scheduled"))
	a.UseFor(app.CloudWatch, tag("cloudwatch"))
	a.UseFor(app.Websocket, tag("websocket"), tag("second"))
	a.OnSQSMessage("q", work)
	a.Schedule("rate(1 day)", tick)
	registry, err := a.Registry()
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		event attempt
		data  string
		want  []string
	}{
		"work":               {of(app.NewSQSEvent), sqsJSON, []string{"all", "sqs of blueprint"}},
		"tick":               {of(app.NewCloudWatchEvent), cloudWatchJSON, []string{"all", "scheduled"}},
		app.WebsocketMessage: {of(app.NewWebsocketEvent), websocketJSON, []string{"all", "websocket", "second"}},
	} {
		trace = nil
		f, ok := registry.Function(name)
		if !ok {
			t.Fatalf("no function %s in %v", name, registry.FunctionNames())
		}
		event, err := tc.event([]byte(tc.data))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Handler()(t.Context(), event); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(tc.want, trace); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if _, err := f.Handler()(t.Context(), "something else"); err == nil {
			t.Errorf("%s accepts an event of another type", name)
		}
	}
}
