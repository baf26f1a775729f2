package httpadapter_test

import (
	"context"
	"fmt"
	"net/http"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
	"github.com/chalice-go/chalice/httpadapter"
)

func ExampleMount() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /users/{id}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "user %s", r.PathValue("id"))
	})
	a := app.New("users")
	httpadapter.Mount(a, "/v1", http.StripPrefix("/v1", mux))

	h, err := dispatch.NewHandler(a, app.RESTHandler)
	if err != nil {
		fmt.Println(err)
		return
	}
	answer, err := h.Invoke(context.Background(), []byte(`{
		"path": "/v1/users/7",
		"pathParameters": {"proxy": "users/7"},
		"requestContext": {"resourcePath": "/v1/{proxy+}", "httpMethod": "GET"}
	}`))
	fmt.Println(string(answer), err)
	// Output:
	// {"headers":{"Content-Type":"text/plain; charset=utf-8"},"multiValueHeaders":{},"statusCode":200,"body":"user 7"} <nil>
}

func ExampleRequestOf() {
	handler := func(w http.ResponseWriter, r *http.Request) {
		if of, ok := httpadapter.RequestOf(r); ok {
			fmt.Println("user:", of.ContextValue("authorizer", "principalId"))
		}
	}
	a := app.New("users")
	httpadapter.Mount(a, "/", http.HandlerFunc(handler))
	h, err := dispatch.NewHandler(a, app.RESTHandler)
	if err != nil {
		fmt.Println(err)
		return
	}
	h.Invoke(context.Background(), []byte(`{
		"path": "/",
		"requestContext": {"resourcePath": "/", "httpMethod": "GET", "authorizer": {"principalId": "ann"}}
	}`))
	// Output: user: ann
}
