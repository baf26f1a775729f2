// Command shop is an app for tests: its events come from what the environment
// names.
package main

import (
	"context"
	"os"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func main() { dispatch.Start(newApp()) }

func newApp() *app.App {
	a := app.New("shop")
	var allow app.AllowOption
	if arn := os.Getenv("ALLOWED"); arn != "" {
		allow = app.Allow("s3:GetObject", arn)
	}
	a.Route("/orders", orders, allow)
	if queue := os.Getenv("QUEUE"); queue != "" {
		a.OnSQSMessage(queue, work)
	}
	if topic := os.Getenv("TOPIC"); topic != "" {
		a.OnSNSMessage(topic, notify)
	}
	if bucket := os.Getenv("BUCKET"); bucket != "" {
		a.OnS3Event(bucket, resize)
	}
	if stream := os.Getenv("STREAM"); stream != "" {
		a.OnDynamoDBRecord(stream, changed)
	}
	if pool := os.Getenv("POOL"); pool != "" {
		a.Route("/private", orders, app.Name("private"), app.Auth(app.CognitoUserPool("pool", []string{pool})))
	}
	return a
}

func orders(ctx context.Context, r *app.Request) (any, error) { return []string{}, nil }

func work(ctx context.Context, e *app.SQSEvent) error { return nil }

func notify(ctx context.Context, e *app.SNSEvent) error { return nil }

func resize(ctx context.Context, e *app.S3Event) error { return nil }

func changed(ctx context.Context, e *app.DynamoDBEvent) error { return nil }
