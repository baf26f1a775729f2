package app_test

import (
	"context"
	"fmt"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/apptest"
)

func ExampleTypedRoute() {
	type placeOrder struct {
		Customer string `path:"customer"`
		Item     string `json:"item" minLength:"1"`
		Count    int    `json:"count" minimum:"1" maximum:"100"`
	}
	type placed struct {
		Status   int    `status:"201"`
		Location string `header:"Location"`
		ID       string `json:"id"`
	}
	a := app.New("shop")
	app.TypedRoute(a, "/customers/{customer}/orders", func(_ context.Context, in *placeOrder) (*placed, error) {
		return &placed{ID: "o-7", Location: "/customers/" + in.Customer + "/orders/o-7"}, nil
	}, app.Methods("POST"), app.Name("placeOrder"))

	client := serve(a)
	good := client.HTTP.Post("/customers/ada/orders", apptest.Body(`{"item": "tea", "count": 2}`))
	fmt.Println(good.Status, good.Header.Get("Location"), good.Text())
	bad := client.HTTP.Post("/customers/ada/orders", apptest.Body(`{"item": "tea", "count": 0}`))
	fmt.Println(bad.Status)
	// Output:
	// 201 /customers/ada/orders/o-7 {"id":"o-7"}
	// 422
}

// What the API's documentation says of a route. chalice openapi prints it.
func ExampleDoc() {
	type find struct {
		ID string `path:"id" doc:"The order's id."`
	}
	type order struct {
		ID string `json:"id"`
	}
	a := app.New("shop", app.ServeOpenAPI("/openapi.json"))
	app.TypedRoute(a, "/orders/{id}", func(_ context.Context, in *find) (*order, error) {
		return &order{in.ID}, nil
	}, app.Name("findOrder"),
		app.Doc("Finds an order.\nOrders older than a year are gone."),
		app.Tags("orders"), app.Errors(404), app.Deprecated())

	var document struct {
		Paths map[string]struct {
			Get struct {
				OperationID, Summary string
				Deprecated           bool
				Responses            map[string]any
			}
		}
	}
	serve(a).HTTP.Get("/openapi.json").JSON(&document)
	operation := document.Paths["/orders/{id}"].Get
	_, has404 := operation.Responses["404"]
	fmt.Println(operation.OperationID, operation.Summary, operation.Deprecated, has404)
	// Output: findOrder Finds an order. true true
}

// All errors in the form of RFC 9457.
func ExampleProblemDetails() {
	type find struct {
		ID int `path:"id" minimum:"1"`
	}
	a := app.New("shop", app.ProblemDetails())
	app.TypedRoute(a, "/orders/{id}", func(_ context.Context, in *find) (*struct{}, error) {
		return nil, app.NotFound("no such order")
	}, app.Name("findOrder"))

	client := serve(a)
	missing := client.HTTP.Get("/orders/7")
	fmt.Println(missing.Header.Get("Content-Type") == app.ProblemType)
	var problem app.Problem
	missing.JSON(&problem)
	fmt.Println(problem.Status, problem.Title, "-", problem.Detail)
	var refused app.Problem
	client.HTTP.Get("/orders/0").JSON(&refused)
	fmt.Println(refused.Status, refused.Errors[0].In, refused.Errors[0].Parameter, refused.Errors[0].Detail)
	// Output:
	// true
	// 404 Not Found - no such order
	// 422 path id has to be at least 1
}

// Limits of requests, of the whole app or of one route.
func ExampleMaxBody() {
	type note struct {
		Text string `json:"text"`
	}
	a := app.New("notes", app.MaxBody(1000), app.MaxDepth(10), app.RefuseUnknownMembers())
	save := func(_ context.Context, in *note) (*struct{}, error) { return nil, nil }
	app.TypedRoute(a, "/notes", save, app.Methods("POST"), app.Name("save"))
	app.TypedRoute(a, "/titles", save, app.Methods("POST"), app.Name("title"), app.MaxBody(20))

	client := serve(a)
	long := apptest.JSON(note{"Milk, bread, and tea."})
	fmt.Println(client.HTTP.Post("/notes", long).Status, client.HTTP.Post("/titles", long).Status)
	fmt.Println(client.HTTP.Post("/notes", apptest.Body(`{"text": "", "color": "red"}`)).Status)
	// Output:
	// 204 413
	// 422
}

// A handler's own checks are answered like those of the tags.
func ExampleViolations() {
	type book struct {
		From int `json:"from"`
		To   int `json:"to"`
	}
	a := app.New("hotel")
	app.TypedRoute(a, "/bookings", func(_ context.Context, in *book) (*struct{}, error) {
		if in.To <= in.From {
			return nil, app.Violations{{In: "body", Name: "/to", Problem: "has to be after from"}}
		}
		return nil, nil
	}, app.Methods("POST"), app.Name("book"))

	answer := serve(a).HTTP.Post("/bookings", apptest.Body(`{"from": 7, "to": 7}`))
	var body app.ViolationsBody
	answer.JSON(&body)
	fmt.Println(answer.Status, body.Violations[0].Name, body.Violations[0].Problem)
	// Output: 422 /to has to be after from
}

func ExampleFile() {
	type upload struct {
		Title string   `form:"title"`
		Image app.File `form:"image"`
	}
	a := app.New("pictures", app.BinaryTypes("multipart/form-data"))
	app.TypedRoute(a, "/pictures", func(_ context.Context, in *upload) (*struct{}, error) {
		fmt.Println(in.Title, in.Image.Name, in.Image.ContentType, len(in.Image.Data))
		return nil, nil
	}, app.Methods("POST"), app.Name("upload"))

	form := "--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nMy cat\r\n" +
		"--b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"cat.gif\"\r\n" +
		"Content-Type: image/gif\r\n\r\nGIF89a\r\n--b--\r\n"
	serve(a).HTTP.Post("/pictures", apptest.Header("Content-Type", "multipart/form-data; boundary=b"), apptest.Body(form))
	// Output: My cat cat.gif image/gif 6
}
