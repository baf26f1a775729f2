package app_test

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/apptest"
)

func ExampleApp_Route() {
	a := app.New("shop")
	a.Route("/orders/{id}", func(_ context.Context, r *app.Request) (any, error) {
		return map[string]string{"id": r.Param("id")}, nil
	})
	a.Route("/files/{path+}", func(_ context.Context, r *app.Request) (any, error) {
		return r.Param("path"), nil // as text, since it is a string
	})

	client := serve(a)
	fmt.Println(client.HTTP.Get("/orders/7").Text())
	fmt.Println(client.HTTP.Get("/files/2026/cat.jpg").Text())
	// Output:
	// {"id":"7"}
	// 2026/cat.jpg
}

func ExampleMethods() {
	a := app.New("shop")
	a.Route("/orders/{id}", func(_ context.Context, r *app.Request) (any, error) {
		return r.Method(), nil
	}, app.Methods("GET", "PUT"))
	a.Route("/echo", func(_ context.Context, r *app.Request) (any, error) {
		return r.Method(), nil
	}, app.AnyMethod())

	client := serve(a)
	fmt.Println(client.HTTP.Put("/orders/7").Text())
	fmt.Println(client.HTTP.Patch("/echo").Text())
	fmt.Println(client.HTTP.Delete("/orders/7").Status) // API Gateway's answer
	// Output:
	// PUT
	// PATCH
	// 403
}

// Without the option a route takes application/json alone.
func ExampleContentTypes() {
	a := app.New("shop")
	a.Route("/import", func(_ context.Context, r *app.Request) (any, error) {
		body, err := r.Body()
		if err != nil {
			return nil, err
		}
		return map[string]int{"rows": strings.Count(string(body), "\n")}, nil
	}, app.Methods("POST"), app.ContentTypes("text/csv"))

	client := serve(a)
	csv := apptest.Header("Content-Type", "text/csv")
	fmt.Println(client.HTTP.Post("/import", csv, apptest.Body("id,name\n7,Ada\n")).Text())
	fmt.Println(client.HTTP.Post("/import", apptest.JSON("id,name")).Status)
	// Output:
	// {"rows":2}
	// 415
}

// API Gateway asks for a key of a usage plan, and counts by it.
func ExampleAPIKeyRequired() {
	a := app.New("shop")
	a.Route("/report", func(context.Context, *app.Request) (any, error) {
		return "sold 7", nil
	}, app.APIKeyRequired())

	client := serve(a)
	fmt.Println(client.HTTP.Get("/report").Status)
	fmt.Println(client.HTTP.Get("/report", apptest.Header("X-Api-Key", "secret")).Status)
	// Output:
	// 403
	// 200
}

// Name names a function, by which Lambda and the command know it. A function literal
// has no name of its own.
func ExampleName() {
	a := app.New("shop")
	a.Schedule("rate(1 day)", func(context.Context, *app.CloudWatchEvent) error { return nil }, app.Name("report"))

	registry, err := a.Registry()
	fmt.Println(registry.FunctionNames(), err)
	// Output: [report] <nil>
}

func ExampleCORS() {
	a := app.New("shop")
	a.Route("/orders", func(context.Context, *app.Request) (any, error) {
		return []string{}, nil
	}, app.CORS(app.CORSConfig{
		AllowOrigin:      "https://shop.example.com",
		AllowHeaders:     []string{"X-Tenant"}, // beside Authorization, Content-Type and others
		ExposeHeaders:    []string{"X-Total"},
		MaxAge:           new(600), // seconds
		AllowCredentials: true,
	}))

	client := serve(a)
	answer := client.HTTP.Get("/orders", apptest.Header("Origin", "https://shop.example.com"))
	fmt.Println(answer.Header.Get("Access-Control-Allow-Origin"), answer.Header.Get("Access-Control-Expose-Headers"))
	preflight := client.HTTP.Options("/orders", apptest.Header("Origin", "https://shop.example.com"))
	fmt.Println(preflight.Header.Get("Access-Control-Allow-Methods"), preflight.Header.Get("Access-Control-Max-Age"))
	// Output:
	// https://shop.example.com X-Total
	// GET,OPTIONS 600
}

// Every route can be called by pages of two origins, but one.
func ExampleDefaultCORS() {
	orders := func(context.Context, *app.Request) (any, error) { return []string{}, nil }
	a := app.New("shop", app.DefaultCORS(app.AllowOrigins("https://shop.example.com", "https://*.example.org")))
	a.Route("/orders", orders)
	a.Route("/internal", orders, app.NoCORS())

	client := serve(a)
	for _, path := range []string{"/orders", "/internal"} {
		answer := client.HTTP.Get(path, apptest.Header("Origin", "https://eu.example.org"))
		fmt.Printf("%s %q\n", path, answer.Header.Get("Access-Control-Allow-Origin"))
	}
	// Output:
	// /orders "https://eu.example.org"
	// /internal ""
}

func ExampleCORSConfig() {
	for _, h := range (app.CORSConfig{AllowOrigin: "https://example.com"}).Headers() {
		fmt.Println(h.Name+":", h.Value)
	}
	several := app.CORSConfig{AllowOrigins: []string{"https://example.com", "https://*.example.com"}}
	fmt.Println(several.HeadersFor("https://eu.example.com")[0].Value)
	// Output:
	// Access-Control-Allow-Origin: https://example.com
	// Access-Control-Allow-Headers: Authorization,Content-Type,X-Amz-Date,X-Amz-Security-Token,X-Api-Key
	// https://eu.example.com
}

// With "*/*" every client gets bytes, browsers too.
func ExampleBinaryTypes() {
	a := app.New("pictures", app.BinaryTypes("*/*"))
	a.Route("/dot.gif", func(context.Context, *app.Request) (any, error) {
		return &app.Response{
			Body:    []byte("GIF89a"),
			Headers: map[string]string{"Content-Type": "image/gif"},
		}, nil
	})

	answer := serve(a).HTTP.Get("/dot.gif", apptest.Header("Accept", "text/html"))
	fmt.Println(answer.Header.Get("Content-Type"), len(answer.Body))
	fmt.Println(app.DefaultBinaryTypes()[0])
	// Output:
	// image/gif 6
	// application/octet-stream
}

func ExampleDebug() {
	a := app.New("shop", app.Debug()) // not in production
	a.Route("/orders", func(context.Context, *app.Request) (any, error) {
		return nil, io.ErrUnexpectedEOF
	})

	answer := serve(a).HTTP.Get("/orders")
	fmt.Println(answer.Status)
	fmt.Println(answer.Text())
	// Output:
	// 500
	// *errors.errorString: unexpected EOF
}

func ExampleResponse() {
	a := app.New("shop")
	a.Route("/orders", func(_ context.Context, r *app.Request) (any, error) {
		return &app.Response{
			StatusCode: 201,
			Headers:    map[string]string{"Location": "/orders/7"},
			MultiValueHeaders: map[string][]string{
				"Set-Cookie": {"session=s1; HttpOnly", "seen=1"},
			},
			Body: map[string]string{"id": "7"},
		}, nil
	}, app.Methods("POST"))
	a.Route("/hello", func(context.Context, *app.Request) (any, error) {
		return &app.Response{
			Headers: map[string]string{"Content-Type": "text/html"},
			Body:    "<h1>Hello</h1>",
		}, nil
	})

	client := serve(a)
	created := client.HTTP.Post("/orders")
	fmt.Println(created.Status, created.Header.Get("Location"), len(created.Cookies()))
	fmt.Println(client.HTTP.Get("/hello").Text())
	// Output:
	// 201 /orders/7 2
	// <h1>Hello</h1>
}

// The rows are sent while they are written, however many there are.
func ExampleStream() {
	a := app.New("shop")
	a.Route("/orders.csv", func(context.Context, *app.Request) (any, error) {
		answer := app.Stream("text/csv", func(w io.Writer) error {
			for i := range 3 {
				if _, err := fmt.Fprintf(w, "%d,paid\n", i); err != nil {
					return err // the client is gone
				}
			}
			return nil
		})
		answer.Headers["Content-Disposition"] = `attachment; filename="orders.csv"`
		return answer, nil
	}, app.Streams())

	fmt.Print(serve(a).HTTP.Get("/orders.csv").Text())
	// Output:
	// 0,paid
	// 1,paid
	// 2,paid
}

// Middleware can put something around a body that isn't written yet.
func ExampleStreamBody() {
	withHead := func(next app.Handler) app.Handler {
		return func(ctx context.Context, event any) (any, error) {
			answer, err := next(ctx, event)
			if response, ok := answer.(*app.Response); ok {
				if rows, streams := response.Body.(app.StreamBody); streams {
					response.Body = app.StreamBody(func(w io.Writer) error {
						if _, err := io.WriteString(w, "id,state\n"); err != nil {
							return err
						}
						return rows(w)
					})
				}
			}
			return answer, err
		}
	}
	a := app.New("shop")
	a.UseFor(app.HTTP, withHead)
	a.Route("/orders.csv", func(context.Context, *app.Request) (any, error) {
		return app.Stream("text/csv", func(w io.Writer) error {
			_, err := io.WriteString(w, "7,paid\n")
			return err
		}), nil
	}, app.Streams())

	fmt.Print(serve(a).HTTP.Get("/orders.csv").Text())
	// Output:
	// id,state
	// 7,paid
}

// A blueprint declares what an app does, in a package of its own say.
func ExampleBlueprint() {
	orders := app.NewBlueprint()
	orders.Route("/{id}", func(_ context.Context, r *app.Request) (any, error) {
		return "order " + r.Param("id"), nil
	})
	orders.OnSQSMessage("paid", func(context.Context, *app.SQSEvent) error { return nil }, app.Name("ship"))
	orders.UseFor(app.SQS, func(next app.Handler) app.Handler { return next })

	a := app.New("shop")
	a.RegisterBlueprint(orders, app.URLPrefix("/orders"), app.NamePrefix("orders_"))

	client := serve(a)
	fmt.Println(client.HTTP.Get("/orders/7").Text())
	_, err := client.Lambda.Invoke("orders_ship", client.Events.SQS("paid", "7"))
	fmt.Println(err)
	// Output:
	// order 7
	// <nil>
}
