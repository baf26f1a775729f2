package dispatch_test

import (
	"context"
	"fmt"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func ExampleStart() {
	a := app.New("helloworld")
	a.Route("/hello", hello)

	main := func() { dispatch.Start(a) } // all that a main function does
	_ = main
}

func ExampleHandler() {
	a := app.New("helloworld")
	a.Route("/hello", hello)

	h, err := dispatch.NewHandler(a, app.RESTHandler)
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := h.Invoke(context.Background(), []byte(`{"requestContext": {"resourcePath": "/hello", "httpMethod": "GET"}}`))
	fmt.Println(string(out), err)
	// Output: {"headers":{},"multiValueHeaders":{},"statusCode":200,"body":"{\"hello\":\"world\"}"} <nil>
}

func ExampleMiddleware() {
	counting := func(next lambda.Handler) lambda.Handler {
		return handlerFunc(func(ctx context.Context, event []byte) ([]byte, error) {
			out, err := next.Invoke(ctx, event)
			fmt.Println(len(event), "bytes in,", len(out), "bytes out")
			return out, err
		})
	}
	a := app.New("wrapped")
	a.Use(dispatch.Middleware(counting))
	a.Route("/hello", hello)

	h, _ := dispatch.NewHandler(a, app.RESTHandler)
	_, _ = h.Invoke(context.Background(), []byte(`{"requestContext":{"resourcePath":"/hello","httpMethod":"GET"}}`))
	// Output: 63 bytes in, 85 bytes out
}
