// Command hello has one route, without anything that a route can have.
package main

import (
	"context"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func main() {
	a := app.New("hello")
	a.Route("/hello", func(context.Context, *app.Request) (any, error) {
		return map[string]string{"hello": "world"}, nil
	})
	dispatch.Start(a)
}
