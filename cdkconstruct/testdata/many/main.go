// Command many is an app for tests: with a role for each function, it is too
// large for one stack. It has no .chalice.
package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func main() { dispatch.Start(newApp()) }

func newApp() *app.App {
	a := app.New("many")
	for i := range 170 {
		a.LambdaFunction(work, app.Name(fmt.Sprintf("f%d", i)))
	}
	a.Route("/", index)
	return a
}

func work(context.Context, json.RawMessage) (any, error) { return nil, nil }

func index(context.Context, *app.Request) (any, error) { return nil, nil }
