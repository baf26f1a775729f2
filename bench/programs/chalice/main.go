// Command chalice is a hello program with chalice, to be measured.
package main

import (
	"context"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func main() {
	a := app.New("hello")
	a.Route("/hello", hello)
	dispatch.Start(a)
}

func hello(context.Context, *app.Request) (any, error) {
	return map[string]string{"hello": "world"}, nil
}
