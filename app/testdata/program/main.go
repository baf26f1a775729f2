// Command program writes the model of an app; the tests of package app build
// it in several ways.
package main

import (
	"context"
	"os"

	"github.com/chalice-go/chalice/app"
)

func main() {
	a := app.New("program")
	// The tests know the line of this call.
	a.Route("/", index)
	registry, err := a.Registry()
	if err != nil {
		panic(err)
	}
	data, err := registry.Model().JSON()
	if err != nil {
		panic(err)
	}
	os.Stdout.Write(data)
}

func index(context.Context, *app.Request) (any, error) { return "hello", nil }
