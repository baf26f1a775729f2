package websocket_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/websocket"
)

// A program has one client, for all its functions.
func ExampleClient() {
	var sockets websocket.Client
	echo := func(ctx context.Context, e *app.WebsocketEvent) (any, error) {
		sockets.Configure(e) // the API that the event came from
		err := sockets.Send(ctx, e.ConnectionID(), []byte(e.Body()))
		if gone, ok := errors.AsType[*websocket.GoneError](err); ok {
			fmt.Println("forget", gone.ConnectionID)
			return nil, nil
		}
		return nil, err
	}
	a := app.New("echo")
	a.OnWSMessage(echo)

	_, err := a.Registry()
	fmt.Println(err)
	// Output: <nil>
}

// A function that gets no websocket events says which API it is about: here one that
// tells all members about an order.
func ExampleClient_ConfigureAPI() {
	defer connections()() // on loopback, for this example

	sockets := websocket.New(aws.Config{Region: "eu-west-1"})
	sockets.ConfigureAPI("abc123", "api") // or os.Getenv of a configured variable
	for _, member := range []string{"c1", "c2"} {
		err := sockets.Send(context.Background(), member, []byte("paid"))
		if gone, ok := errors.AsType[*websocket.GoneError](err); ok {
			fmt.Println(gone.ConnectionID, "is gone")
		} else if err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// POST /@connections/c1 "paid"
	// c2 is gone
}

// Behind a domain name of one's own, the stage is the key of the API mapping.
func ExampleClient_ConfigureDomain() {
	defer connections()() // on loopback, for this example

	var sockets websocket.Client
	sockets.ConfigureDomain("ws.example.com", "")
	fmt.Println(sockets.Close(context.Background(), "c1"))
	// Output:
	// DELETE /@connections/c1 ""
	// <nil>
}

func ExampleClient_Info() {
	defer connections()() // on loopback, for this example

	var sockets websocket.Client
	sockets.ConfigureAPI("abc123", "api")
	info, err := sockets.Info(context.Background(), "c1")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(info.ConnectedAt.Year(), *info.Identity.SourceIp)
	// Output:
	// GET /@connections/c1 ""
	// 2026 192.0.2.1
}

// A client has to know its API, and the API's region.
func ExampleConfigError() {
	var sockets websocket.Client
	err := sockets.Send(context.Background(), "c1", []byte("hello"))
	fmt.Println(errors.Is(err, websocket.ErrNotConfigured), errors.Is(err, websocket.ErrNoRegion))
	// Output: true false
}

// connections starts an API with one connection, and has clients send to it until the
// function is called that it returns.
func connections() func() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/@connections/c1" {
			w.Header().Set("X-Amzn-Errortype", "GoneException")
			w.WriteHeader(http.StatusGone)
			return
		}
		body, _ := io.ReadAll(r.Body)
		fmt.Printf("%s %s %q\n", r.Method, r.URL.Path, body)
		if r.Method == "GET" {
			io.WriteString(w, `{"connectedAt": "2026-07-01T08:00:00Z", "identity": {"sourceIp": "192.0.2.1"}}`)
		}
	}))
	environment := map[string]string{
		"AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI": server.URL,
		"AWS_REGION": "eu-west-1", // as Lambda sets it
	}
	for name, value := range environment {
		os.Setenv(name, value)
	}
	return func() {
		server.Close()
		for name := range environment {
			os.Unsetenv(name)
		}
	}
}
