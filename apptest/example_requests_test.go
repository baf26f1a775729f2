package apptest_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/apptest"
)

// A request has a function for each method, and options for what else it has.
func ExampleHTTP() {
	t := exampleT{}
	a := app.New("shop")
	a.Route("/orders/{id}", func(_ context.Context, r *app.Request) (any, error) {
		body, err := r.Body()
		if err != nil {
			return nil, err
		}
		return fmt.Sprint(r.Method(), " ", r.Query("page"), r.Header("X-Tenant"), string(body)), nil
	}, app.AnyMethod(), app.ContentTypes(), app.Name("order"))
	client := apptest.NewClient(t, a)

	fmt.Println(client.HTTP.Get("/orders/7", apptest.Query("page", "2")).Text())
	fmt.Println(client.HTTP.Post("/orders/7", apptest.JSON(map[string]int{"count": 2})).Text())
	fmt.Println(client.HTTP.Put("/orders/7", apptest.Body("tea"), apptest.Header("Content-Type", "text/plain")).Text())
	fmt.Println(client.HTTP.Patch("/orders/7", apptest.BodyFrom(strings.NewReader("{}"))).Text())
	fmt.Println(client.HTTP.Delete("/orders/7", apptest.Header("X-Tenant", "eu")).Text())
	fmt.Println(client.HTTP.Head("/orders/7").Status, client.HTTP.Options("/orders/7").Status)
	// Output:
	// GET 2
	// POST {"count":2}
	// PUT tea
	// PATCH {}
	// DELETE eu
	// 200 200
}

// Whatever takes an http.Handler can call the app.
func ExampleHTTP_ServeHTTP() {
	t := exampleT{}
	client := apptest.NewClient(t, newUsers())

	server := httptest.NewServer(client.HTTP)
	defer server.Close()
	response, err := http.Get(server.URL + "/users/7")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer response.Body.Close()
	fmt.Println(response.Status)
	// Output: 200 OK
}

// A response doesn't tell a client why it has status 500. Err does.
func ExampleResponse() {
	t := exampleT{}
	errStock := errors.New("out of stock")
	a := app.New("shop")
	a.Route("/orders", func(context.Context, *app.Request) (any, error) {
		return nil, fmt.Errorf("place an order: %w", errStock)
	}, app.Methods("POST"), app.Name("place"))
	a.Route("/stock", func(context.Context, *app.Request) (any, error) {
		panic("no stock")
	}, app.Name("stock"))
	client := apptest.NewClient(t, a)

	response := client.HTTP.Post("/orders")
	fmt.Println(response.Status, errors.Is(response.Err, errStock))
	response = client.HTTP.Get("/stock")
	panicked, ok := errors.AsType[*apptest.PanicError](response.Err)
	fmt.Println(response.Status, ok, panicked.Value)
	// Output:
	// 500 true
	// 500 true no stock
}

func ExampleResponse_Cookie() {
	t := exampleT{}
	a := app.New("sessions")
	a.Route("/me", func(_ context.Context, r *app.Request) (any, error) {
		return &app.Response{Headers: map[string]string{"Set-Cookie": "seen=" + r.Header("Cookie")[len("session="):]}}, nil
	}, app.Name("me"))
	client := apptest.NewClient(t, a)

	response := client.HTTP.Get("/me", apptest.Cookie("session", "s1"))
	fmt.Println(response.Cookie("seen").Value, response.Cookie("session") == nil)
	// Output: s1 true
}

// Values of the request's context reach the handler.
func ExampleContext() {
	t := exampleT{}
	type key struct{}
	a := app.New("shop")
	a.Route("/", func(ctx context.Context, _ *app.Request) (any, error) {
		return fmt.Sprint(ctx.Value(key{})), nil
	}, app.Name("index"))
	client := apptest.NewClient(t, a)

	ctx := context.WithValue(t.Context(), key{}, "of the test")
	fmt.Println(client.HTTP.Get("/", apptest.Context(ctx)).Text())
	// Output: of the test
}

func ExampleAPIKeys() {
	t := exampleT{}
	a := app.New("shop")
	a.Route("/report", func(context.Context, *app.Request) (any, error) { return "sold 7", nil },
		app.APIKeyRequired(), app.Name("report"))
	client := apptest.NewClient(t, a, apptest.APIKeys("good"))

	for _, key := range []string{"guess", "good"} {
		fmt.Println(client.HTTP.Get("/report", apptest.Header("X-Api-Key", key)).Status)
	}
	// Output:
	// 403
	// 200
}

// The test signs its tokens itself. The configuration has "api_type": "http".
func ExampleJWKS() {
	t := exampleT{}
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	sign := func(claims string) string {
		encode := base64.RawURLEncoding.EncodeToString
		token := encode([]byte(`{"alg":"RS256"}`)) + "." + encode([]byte(claims))
		digest := sha256.Sum256([]byte(token))
		signature, err := rsa.SignPKCS1v15(rand.Reader, private, crypto.SHA256, digest[:])
		if err != nil {
			t.Fatal(err)
		}
		return token + "." + encode(signature)
	}
	a := app.New("shop")
	a.Route("/me", func(_ context.Context, r *app.Request) (any, error) {
		return r.AuthValue("sub"), nil
	}, app.Auth(app.JWT("Login", "https://login.example.com", "shop")), app.Name("me"))

	client := apptest.NewClient(t, a, apptest.ProjectDir("testdata/examples/http"), apptest.JWKS(&private.PublicKey))
	token := sign(`{"iss": "https://login.example.com", "aud": "shop", "sub": "ada", "exp": 4102444800}`)
	fmt.Println(client.HTTP.Get("/me", apptest.Header("Authorization", "Bearer "+token)).Text())
	fmt.Println(client.HTTP.Get("/me", apptest.Header("Authorization", "Bearer guess")).Status)
	// Output:
	// ada
	// 401
}

// An app that reads variables while it is declared is made after Setenv. The stage's
// configuration has "environment_variables": {"ORDERS_QUEUE": "orders-prod"}.
func ExampleSetenv() {
	t := exampleT{}
	newApp := func() *app.App {
		a := app.New("shop")
		a.OnSQSMessage(os.Getenv("ORDERS_QUEUE"), func(_ context.Context, e *app.SQSEvent) error {
			fmt.Println(e.Records()[0].QueueName())
			return nil
		}, app.Name("ship"))
		return a
	}

	options := []apptest.Option{apptest.Stage("prod"), apptest.ProjectDir("testdata/examples/stages")}
	apptest.Setenv(t, options...)
	client := apptest.NewClient(t, newApp(), options...)
	_, err := client.Deliver(client.Events.SQS("orders-prod", "o-7"))
	fmt.Println(err)
	// Output:
	// orders-prod
	// <nil>
}

func ExampleLoadBalancer() {
	t := exampleT{}
	a := app.New("shop")
	a.Route("/", func(_ context.Context, r *app.Request) (any, error) {
		return r.Source() == app.LoadBalancer, nil
	}, app.Name("index"))

	fmt.Println(apptest.NewClient(t, a, apptest.LoadBalancer()).HTTP.Get("/").Text())
	fmt.Println(apptest.NewClient(t, a, apptest.MultiValueHeaders()).HTTP.Get("/").Text())
	// Output:
	// true
	// true
}
