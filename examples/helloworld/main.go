// Command helloworld is a REST API with a few routes: one has a parameter, one
// takes JSON.
package main

import (
	"context"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func main() { dispatch.Start(newApp()) }

func newApp() *app.App {
	a := app.New("helloworld")
	a.Route("/", index)
	a.Route("/cities/{name}", city, app.CORS(), app.Doc("Say where a city is."))
	a.Route("/greetings", greet, app.Methods("POST"))
	return a
}

func index(ctx context.Context, r *app.Request) (any, error) {
	return map[string]string{"hello": "world"}, nil
}

var countries = map[string]string{"Lisbon": "Portugal", "Oslo": "Norway"}

func city(ctx context.Context, r *app.Request) (any, error) {
	name := r.Param("name")
	country, ok := countries[name]
	if !ok {
		return nil, app.NotFound("no such city: " + name)
	}
	return map[string]string{"city": name, "country": country}, nil
}

// Person is the one to greet.
type Person struct {
	Name string `json:"name"`
}

func greet(ctx context.Context, r *app.Request) (any, error) {
	p, err := app.As[Person](r)
	if err != nil {
		return nil, err
	}
	if p.Name == "" {
		return nil, app.BadRequest("whom to greet? Send a name")
	}
	return map[string]string{"greeting": "Hello, " + p.Name + "!"}, nil
}
