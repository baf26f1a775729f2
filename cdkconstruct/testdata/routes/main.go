// Command routes is an app for tests: its API's definition is too large for a
// template. It has no .chalice.
package main

import (
	"context"
	"fmt"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func main() { dispatch.Start(newApp()) }

func newApp() *app.App {
	a := app.New("routes")
	for i := range 2000 {
		a.Route(fmt.Sprintf("/things/{id}/parts/{part}/part_%d", i), part, app.Name(fmt.Sprintf("part_%d", i)))
	}
	return a
}

func part(context.Context, *app.Request) (any, error) { return nil, nil }
