// Command jobs is an app for tests: it has a function, no routes, and one more
// with a build tag.
package main

import (
	"context"
	"encoding/json"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func main() { dispatch.Start(newApp()) }

func newApp() *app.App {
	a := app.New("jobs")
	a.LambdaFunction(report)
	extra(a)
	return a
}

func report(ctx context.Context, event json.RawMessage) (any, error) { return nil, nil }
