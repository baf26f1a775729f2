package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/chalice-go/chalice/app"
)

// A model is the app as plain data, for tools.
func ExampleModel() {
	a := app.New("shop")
	a.Route("/orders/{id}", func(context.Context, *app.Request) (any, error) { return nil, nil }, app.Name("order"))
	a.OnSQSMessage("jobs", func(context.Context, *app.SQSEvent) error { return nil }, app.Name("work"))

	data, err := a.Describe().JSON()
	if err != nil {
		fmt.Println(err)
		return
	}
	model, err := app.ParseModel(data)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(model.FunctionNames(), model.Routes[0].Methods, model.Functions[0].SQS.BatchSize)
	fmt.Println(len(model.Check())) // what AWS would refuse
	// Output:
	// [api_handler work] [GET] 1
	// 0
}

// Mistakes are all that is wrong with an app.
func ExampleMistakes() {
	a := app.New("shop")
	order := func(context.Context, *app.Request) (any, error) { return nil, nil }
	a.Route("/orders", order, app.Methods("get"))
	a.Route("orders", order)

	_, err := a.Registry()
	if mistakes, ok := errors.AsType[app.Mistakes](err); ok {
		for _, m := range mistakes {
			fmt.Println(m.Message)
		}
	}
	// Output:
	// unknown method "get": write GET
	// path "orders" has to start with a slash
}

// What middleware sees of a function that no event source invokes.
func ExampleLambdaEvent() {
	a := app.New("shop")
	a.UseFor(app.PureLambda, func(next app.Handler) app.Handler {
		return func(ctx context.Context, event any) (any, error) {
			fmt.Println(event.(*app.LambdaEvent).Value())
			return next(ctx, event)
		}
	})
	a.LambdaFunction(func(context.Context, json.RawMessage) (any, error) { return nil, nil }, app.Name("count"))

	_, err := serve(a).Lambda.Invoke("count", []string{"tea", "milk"})
	fmt.Println(err)
	// Output:
	// [tea milk]
	// <nil>
}

// Typed handlers can be declared on an app or on a blueprint.
func ExampleRegistrar() {
	type find struct {
		ID string `path:"id"`
	}
	routes := func(r app.Registrar) {
		app.TypedRoute(r, "/orders/{id}", func(_ context.Context, in *find) (*find, error) {
			return in, nil
		}, app.Name("order"))
	}
	admin := app.NewBlueprint()
	routes(admin)
	a := app.New("shop")
	routes(a)
	a.RegisterBlueprint(admin, app.URLPrefix("/admin"), app.NamePrefix("admin_"))

	for _, r := range a.Describe().Routes {
		fmt.Println(r.Path, r.Name)
	}
	// Output:
	// /orders/{id} order
	// /admin/orders/{id} admin_order
}
