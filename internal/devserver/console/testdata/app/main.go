// An app with one of each thing that the console shows.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func main() {
	a := app.New("shop", app.ServeOpenAPI("/docs/openapi.json"))
	a.Route("/items/{id}", item, app.Methods("GET", "POST"), app.ContentTypes("text/plain", "application/json"), app.CORS(app.CORSConfig{}))
	a.Route("/private", private, app.Auth(a.Authorizer(check)))
	a.OnSQSMessage("jobs", work)
	a.LambdaFunction(echo)
	dispatch.Start(a)
}

// item tells which item was asked for.
func item(ctx context.Context, r *app.Request) (any, error) {
	slog.InfoContext(ctx, "looking", "item", r.Param("id"))
	body, err := r.Body()
	if err != nil {
		return nil, err
	}
	return map[string]string{"item": r.Param("id"), "body": string(body), "header": r.Header("X-Test")}, nil
}

func private(ctx context.Context, r *app.Request) (any, error) { return "in", nil }

func check(ctx context.Context, r *app.AuthRequest) (*app.AuthResponse, error) {
	return &app.AuthResponse{Routes: []app.AuthRoute{{Path: "*"}}, PrincipalID: "me"}, nil
}

func work(ctx context.Context, e *app.SQSEvent) error { return errors.New("no work today") }

func echo(ctx context.Context, event json.RawMessage) (any, error) { return event, nil }
