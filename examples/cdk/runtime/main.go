// Command runtime is a REST API that keeps users in a DynamoDB table, which is
// in the same stack.
package main

import (
	"context"
	"os"
	"sync"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func main() {
	dispatch.Start(newApp(&table{
		name: os.Getenv("APP_TABLE_NAME"),
		// The client is made at the first call: an app that only describes itself
		// needs none.
		client: sync.OnceValues(connect),
	}))
}

// connect makes a client for the Region, and with the credentials, that Lambda
// sets in the environment.
func connect() (*dynamodb.Client, error) {
	c, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		return nil, err
	}
	return dynamodb.NewFromConfig(c), nil
}

func newApp(t *table) *app.App {
	a := app.New("users")
	users := &users{t}
	a.Route("/users", users.create, app.Methods("POST"))
	a.Route("/users/{username}", users.get)
	return a
}

type users struct{ table *table }

// create stores the body of a request, a JSON object of strings with a
// username.
func (u *users) create(ctx context.Context, r *app.Request) (any, error) {
	var user map[string]string
	if err := r.JSON(&user); err != nil {
		return nil, err
	}
	if user["username"] == "" {
		return nil, app.BadRequest("username is missing")
	}
	if err := u.table.put(ctx, user["username"], user); err != nil {
		return nil, err
	}
	return map[string]any{}, nil
}

func (u *users) get(ctx context.Context, r *app.Request) (any, error) {
	user, err := u.table.get(ctx, r.Param("username"))
	if err != nil {
		return nil, err
	}
	if user == nil {
		return nil, app.NotFound("no such user")
	}
	return user, nil
}
