// Command mounted is a web server as it was before it came to Lambda: a chi router with
// its middleware, which knows nothing of Lambda. It is mounted below /api, beside a route
// of the app's own. README.md says how to run it.
package main

import (
	"context"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
	"github.com/chalice-go/chalice/httpadapter"
)

func main() { dispatch.Start(newApp()) }

func newApp() *app.App {
	a := app.New("mounted")
	a.Route("/", index)
	httpadapter.Mount(a, "/api", newRouter())
	return a
}

// index is a route of the app's own.
func index(context.Context, *app.Request) (any, error) {
	return map[string]string{"notes": "/api/notes"}, nil
}
