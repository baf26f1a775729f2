package app_test

import (
	"context"
	"testing"

	"github.com/chalice-go/chalice/app"
)

// TestUnsetWhereItRuns: a function starts though an environment variable with the ARN of an
// option isn't set for it; where the app describes itself, that is a mistake.
func TestUnsetWhereItRuns(t *testing.T) {
	records := func(context.Context, *app.KinesisEvent) error { return nil }
	for name, declare := range map[string]func(a *app.App){
		"OnFailure": func(a *app.App) { a.OnKinesisRecord("s", records, app.Name("f"), app.OnFailure("")) },
		"FailureKey": func(a *app.App) {
			a.OnKinesisRecord("s", records, app.Name("f"), app.OnFailure("x"), app.FailureKey(""))
		},
		"SourceKey": func(a *app.App) { a.OnKinesisRecord("s", records, app.Name("f"), app.SourceKey("")) },
		"DeadLetterQueue": func(a *app.App) {
			a.OnSNSMessage("t", func(context.Context, *app.SNSEvent) error { return nil }, app.Name("f"), app.DeadLetterQueue(""))
		},
		"Bus": func(a *app.App) {
			a.OnCloudWatchEvent(app.Pattern{"source": []string{"s"}}, func(context.Context, *app.CloudWatchEvent) error { return nil }, app.Name("f"), app.Bus(""))
		},
		"Timezone": func(a *app.App) {
			a.Schedule(app.Rate(1, app.Hours), func(context.Context, *app.CloudWatchEvent) error { return nil }, app.Name("f"), app.Timezone(""))
		},
		"ExecutionRole": func(a *app.App) {
			guard := a.Authorizer(func(context.Context, *app.AuthRequest) (*app.AuthResponse, error) { return nil, nil }, app.Name("f"), app.ExecutionRole(""))
			a.Route("/", func(context.Context, *app.Request) (any, error) { return nil, nil }, app.Auth(guard))
		},
		"InvokeRole": func(a *app.App) {
			guard := app.CustomAuthorizer("f", "uri", app.InvokeRole(""))
			a.Route("/", func(context.Context, *app.Request) (any, error) { return nil, nil }, app.Auth(guard))
		},
	} {
		t.Run(name, func(t *testing.T) {
			for address, mistaken := range map[string]bool{"": true, "127.0.0.1:9001": false} {
				t.Setenv("AWS_LAMBDA_RUNTIME_API", address)
				a := app.New("a")
				declare(a)
				if _, err := a.Registry(); (err != nil) != mistaken {
					t.Errorf("with the address %q: %v", address, err)
				}
			}
		})
	}
}
