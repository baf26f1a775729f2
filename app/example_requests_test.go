package app_test

import (
	"context"
	"fmt"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/apptest"
)

func ExampleRequest() {
	a := app.New("shop")
	a.Route("/orders/{id}", func(_ context.Context, r *app.Request) (any, error) {
		fmt.Println(r.Method(), r.URLPath(), "of the route", r.Path())
		fmt.Println("id:", r.Param("id"))
		fmt.Println("page:", r.Query("page"), "of", r.QueryAll("page"))
		fmt.Println("language:", r.Header("accept-language"))
		fmt.Println("from:", r.ContextValue("identity", "sourceIp"))
		return nil, nil
	})

	serve(a).HTTP.Get("/orders/7?page=1&page=2", apptest.Header("Accept-Language", "fr"))
	// Output:
	// GET /orders/7 of the route /orders/{id}
	// id: 7
	// page: 2 of [1 2]
	// language: fr
	// from: 127.0.0.1
}

// The Lookup methods tell what is empty from what isn't there.
func ExampleRequest_LookupQuery() {
	a := app.New("shop")
	a.Route("/orders", func(_ context.Context, r *app.Request) (any, error) {
		state, ok := r.LookupQuery("state")
		fmt.Printf("%q %v\n", state, ok)
		tenant, ok := r.LookupHeader("X-Tenant")
		fmt.Printf("%q %v\n", tenant, ok)
		return nil, nil
	})

	serve(a).HTTP.Get("/orders?state=")
	// Output:
	// "" true
	// "" false
}

func ExampleRequest_JSON() {
	type order struct {
		Item  string `json:"item"`
		Count int    `json:"count"`
	}
	a := app.New("shop")
	a.Route("/orders", func(_ context.Context, r *app.Request) (any, error) {
		var o order
		if err := r.JSON(&o); err != nil {
			return nil, err // status 400, with what is wrong
		}
		return fmt.Sprintf("%d of %s", o.Count, o.Item), nil
	}, app.Methods("POST"))

	client := serve(a)
	fmt.Println(client.HTTP.Post("/orders", apptest.JSON(order{"tea", 2})).Text())
	fmt.Println(client.HTTP.Post("/orders", apptest.Body(`{"item": "tea", "count": "2"}`)).Text())
	// Output:
	// 2 of tea
	// {"Code":"BadRequestError","Message":"Error Parsing JSON: the member \"count\" has to be a whole number, not a string"}
}

func ExampleAs() {
	type order struct{ Item string }
	a := app.New("shop")
	a.Route("/orders", func(_ context.Context, r *app.Request) (any, error) {
		o, err := app.As[order](r)
		if err != nil {
			return nil, err
		}
		return o.Item, nil
	}, app.Methods("POST"))

	fmt.Println(serve(a).HTTP.Post("/orders", apptest.JSON(order{"tea"})).Text())
	// Output: tea
}

// JSONBody is for bodies of any form, Body for the bytes.
func ExampleRequest_JSONBody() {
	a := app.New("shop")
	a.Route("/hooks", func(_ context.Context, r *app.Request) (any, error) {
		value, err := r.JSONBody()
		if err != nil {
			return nil, err
		}
		signed, err := r.Body() // as it came, to check a signature of it
		if err != nil {
			return nil, err
		}
		return fmt.Sprint(value, " in ", len(signed), " bytes"), nil
	}, app.Methods("POST"))

	fmt.Println(serve(a).HTTP.Post("/hooks", apptest.JSON([]any{"paid", 7})).Text())
	// Output: [paid 7] in 10 bytes
}

// Parameters of the path are decoded; RawParam is what the client wrote.
func ExampleRequest_RawParam() {
	a := app.New("files")
	a.Route("/files/{name}", func(_ context.Context, r *app.Request) (any, error) {
		return r.Param("name") + " was " + r.RawParam("name"), nil
	})

	fmt.Println(serve(a).HTTP.Get("/files/a%2Fb").Text())
	// Output: a/b was a%2Fb
}

// The maps are for code that doesn't know the names.
func ExampleRequest_ToMap() {
	a := app.New("shop")
	a.Route("/orders/{id}", func(_ context.Context, r *app.Request) (any, error) {
		fmt.Println(r.Params(), r.QueryParams(), r.Headers()["x-tenant"])
		fmt.Println(r.ToMap()["path"])
		fmt.Println(len(r.Raw()) > 0) // the event's JSON
		return r.StageVars(), nil
	})

	serve(a).HTTP.Get("/orders/7?page=2", apptest.Header("X-Tenant", "eu"))
	// Output:
	// map[id:7] map[page:[2]] eu
	// /orders/{id}
	// true
}

// What an authorizer said of the client has one form, whatever authorizer it is.
func ExampleRequest_AuthValue() {
	a := app.New("shop")
	check := a.Authorizer(func(_ context.Context, r *app.AuthRequest) (*app.AuthResponse, error) {
		return &app.AuthResponse{
			Routes:      app.AuthRoutes("*"),
			PrincipalID: "ada",
			Context:     map[string]any{"admin": true},
		}, nil
	}, app.Name("check"))
	a.Route("/me", func(_ context.Context, r *app.Request) (any, error) {
		return r.AuthValue("principalId") + " admin=" + r.AuthValue("admin"), nil
	}, app.Auth(check))

	fmt.Println(serve(a).HTTP.Get("/me", apptest.Header("Authorization", "token")).Text())
	// Output: ada admin=true
}

// The context is what API Gateway says of the request.
func ExampleRequest_DecodeContext() {
	a := app.New("shop")
	a.Route("/me", func(_ context.Context, r *app.Request) (any, error) {
		var about struct {
			HTTPMethod string
			Identity   struct{ UserAgent string }
		}
		if err := r.DecodeContext(&about); err != nil {
			return nil, err
		}
		fmt.Println(about.HTTPMethod, about.Identity.UserAgent)
		fmt.Println(r.Context()["resourcePath"], r.StageVar("version"))
		return nil, nil
	})

	serve(a).HTTP.Get("/me", apptest.Header("User-Agent", "test"))
	// Output:
	// GET test
	// /me
}

// Routes are the same whatever is in front of them.
func ExampleRequest_Source() {
	where := func(_ context.Context, r *app.Request) (any, error) {
		switch r.Source() {
		case app.RESTAPI:
			return "a REST API", nil
		case app.HTTPAPI:
			return "an HTTP API or a function's URL", nil
		case app.LoadBalancer:
			return "a load balancer", nil
		}
		return "something else", nil
	}
	a := app.New("shop")
	a.Route("/where", where)

	fmt.Println(serve(a).HTTP.Get("/where").Text())
	behind := apptest.NewClient(exampleT{}, a, apptest.LoadBalancer())
	fmt.Println(behind.HTTP.Get("/where").Text())
	// Output:
	// a REST API
	// a load balancer
}

func ExampleRequest_AllHeaders() {
	a := app.New("proxy")
	a.Route("/", func(_ context.Context, r *app.Request) (any, error) {
		for name, value := range r.AllHeaders() {
			if name == "X-Trace" {
				fmt.Println(name, value)
			}
		}
		return nil, nil
	})

	serve(a).HTTP.Get("/", apptest.Header("X-Trace", "a"), apptest.Header("X-Trace", "b"))
	// Output:
	// X-Trace a
	// X-Trace b
}
