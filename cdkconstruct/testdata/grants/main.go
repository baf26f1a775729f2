// Command grants is an app for tests: it has functions of several kinds, none of
// which needs more than its logs.
package main

import (
	"context"
	"encoding/json"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func main() { dispatch.Start(newApp()) }

func newApp() *app.App {
	a := app.New("grants")
	a.LambdaFunction(reader, app.Name("reader"))
	a.LambdaFunction(reader, app.Name("public"))
	a.LambdaFunction(reader, app.Name("other"))
	a.Route("/", index, app.Auth(a.Authorizer(check)))
	a.Schedule(app.Rate(1, app.Days), tick)
	a.OnSNSMessage("topic", notify)
	a.OnWSConnect(socket, app.Name("connect"))
	a.OnWSMessage(socket, app.Name("message"))
	a.OnWSDisconnect(socket, app.Name("disconnect"))
	return a
}

func reader(context.Context, json.RawMessage) (any, error) { return nil, nil }

func index(context.Context, *app.Request) (any, error) { return nil, nil }

func check(context.Context, *app.AuthRequest) (*app.AuthResponse, error) {
	return &app.AuthResponse{}, nil
}

func tick(context.Context, *app.CloudWatchEvent) error { return nil }

func notify(context.Context, *app.SNSEvent) error { return nil }

func socket(context.Context, *app.WebsocketEvent) (any, error) { return nil, nil }
