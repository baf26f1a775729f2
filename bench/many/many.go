// Package many declares routes for orders, each with types of its own, typed or untyped. A
// type N makes the types of a route different from those of all others.
package many

import (
	"context"
	"strconv"
	"unsafe"

	"github.com/chalice-go/chalice/app"
)

// order is what a route gets.
type order[N any] struct {
	ID       string      `json:"id" minLength:"1" maxLength:"36"`
	Customer customer[N] `json:"customer"`
	Currency string      `json:"currency" enum:"EUR,USD,GBP"`
	Items    []item[N]   `json:"items" minItems:"1" maxItems:"100"`
	Note     string      `json:"note" maxLength:"1000"`
}

type customer[N any] struct {
	Name    string `json:"name" minLength:"1" maxLength:"100"`
	Email   string `json:"email" maxLength:"100" format:"email"`
	Address string `json:"address" maxLength:"200"`
}

type item[N any] struct {
	SKU      string   `json:"sku" minLength:"1" maxLength:"20"`
	Name     string   `json:"name" maxLength:"100"`
	Quantity int      `json:"quantity" minimum:"1" maximum:"1000"`
	Price    float64  `json:"price" minimum:"0" maximum:"100000"`
	Gift     bool     `json:"gift"`
	Tags     []string `json:"tags" maxItems:"10"`
}

// receipt is what a route answers.
type receipt[N any] struct {
	ID       string `json:"id"`
	Articles int    `json:"articles"`
}

func receiptOf[N any](o *order[N]) *receipt[N] {
	r := &receipt[N]{ID: o.ID}
	for _, i := range o.Items {
		r.Articles += i.Quantity
	}
	return r
}

// called is the size of the type of the route that the event is for.
const called = 57

// path returns the path of a route, and its name.
func path[N any]() (path, name string) {
	var n N
	if unsafe.Sizeof(n) == called {
		return "/orders", "post"
	}
	number := strconv.Itoa(int(unsafe.Sizeof(n)))
	return "/orders" + number, "post" + number
}

// Typed declares a typed route.
func Typed[N any](a *app.App) {
	at, name := path[N]()
	app.TypedRoute(a, at, func(_ context.Context, in *order[N]) (*receipt[N], error) {
		return receiptOf(in), nil
	}, app.Methods("POST"), app.Name(name))
}

// Untyped declares a route that decodes its body by [app.As].
func Untyped[N any](a *app.App) {
	at, name := path[N]()
	a.Route(at, func(_ context.Context, r *app.Request) (any, error) {
		in, err := app.As[order[N]](r)
		if err != nil {
			return nil, err
		}
		return receiptOf(&in), nil
	}, app.Methods("POST"), app.Name(name))
}
