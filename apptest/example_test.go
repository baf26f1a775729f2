package apptest_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/apptest"
)

type user struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func newUsers() *app.App {
	a := app.New("users")
	a.Route("/users/{id}", getUser)
	a.Route("/users", addUser, app.Methods("POST"), app.CORS())
	a.OnSQSMessage("renames", rename, app.BatchSize(10))
	return a
}

func getUser(ctx context.Context, r *app.Request) (any, error) {
	if r.Param("id") != "7" {
		return nil, app.NotFound("no such user")
	}
	return user{"7", "Ada"}, nil
}

func addUser(ctx context.Context, r *app.Request) (any, error) {
	u, err := app.As[user](r)
	if err != nil {
		return nil, err
	}
	return &app.Response{StatusCode: 201, Body: u, Headers: map[string]string{"Location": "/users/" + u.ID}}, nil
}

func rename(ctx context.Context, e *app.SQSEvent) error {
	for _, record := range e.Records() {
		if record.Body() == "" {
			return errors.New("a name is empty")
		}
		fmt.Println("renamed to", record.Body())
	}
	return nil
}

// exampleT stands for the *testing.T of a test, which an example doesn't have.
type exampleT struct{ testing.TB }

func (exampleT) Helper()                  {}
func (exampleT) Context() context.Context { return context.Background() }

func ExampleNewClient() {
	t := exampleT{} // in a test: func TestUsers(t *testing.T)
	client := apptest.NewClient(t, newUsers())

	response := client.HTTP.Get("/users/7")
	var u user
	response.JSON(&u)
	fmt.Println(response.Status, u.Name)

	response = client.HTTP.Post("/users", apptest.JSON(user{"8", "Grace"}))
	fmt.Println(response.Status, response.Header.Get("Location"))

	response = client.HTTP.Get("/users/9")
	fmt.Println(response.Status, response.Text())
	// Output:
	// 200 Ada
	// 201 /users/8
	// 404 {"Code":"NotFoundError","Message":"no such user"}
}

func ExampleLambda_Invoke() {
	t := exampleT{}
	client := apptest.NewClient(t, newUsers())

	_, err := client.Lambda.Invoke("rename", client.Events.SQS("renames", "Ada", "Grace"))
	fmt.Println(err)
	_, err = client.Lambda.Invoke("rename", client.Events.SQS("renames", ""))
	fmt.Println(err)
	// Output:
	// renamed to Ada
	// renamed to Grace
	// <nil>
	// a name is empty
}

func ExampleResponse_Cookies() {
	t := exampleT{}
	a := app.New("sessions")
	a.Route("/login", func(context.Context, *app.Request) (any, error) {
		return &app.Response{Headers: map[string]string{"Set-Cookie": "session=s1; HttpOnly"}}, nil
	}, app.Methods("POST"), app.Name("login"))
	a.Route("/me", func(_ context.Context, r *app.Request) (any, error) {
		return r.Header("Cookie"), nil
	}, app.Name("me"))
	client := apptest.NewClient(t, a)

	login := client.HTTP.Post("/login")
	fmt.Println(client.HTTP.Get("/me", apptest.Cookies(login.Cookies()...)).Text())
	// Output: session=s1
}

func ExampleEvents_SQSMessages() {
	t := exampleT{}
	client := apptest.NewClient(t, newUsers())

	_, err := client.Lambda.Invoke("rename", client.Events.SQSMessages("renames.fifo",
		apptest.SQSMessage{Body: "Ada", GroupID: "7"},
		apptest.SQSMessage{Body: "Grace", GroupID: "8", Attributes: map[string]apptest.Attribute{
			"language": {Value: "en"},
			"attempt":  {Type: "Number", Value: "2"},
		}},
	))
	fmt.Println(err)
	// Output:
	// renamed to Ada
	// renamed to Grace
	// <nil>
}

func ExampleEvents_WebsocketConnect() {
	t := exampleT{}
	a := app.New("chat")
	a.OnWSConnect(func(_ context.Context, e *app.WebsocketEvent) (any, error) {
		fmt.Println(e.ConnectionID(), "connects")
		return nil, nil
	}, app.Name("connected"))
	client := apptest.NewClient(t, a)

	event := client.Events.WebsocketConnect("c1", apptest.Query("room", "7"), apptest.Header("Origin", "https://example.com"))
	result, err := client.Lambda.Invoke("websocket_connect", event)
	fmt.Println(result.Text(), err)
	// Output:
	// c1 connects
	// {"statusCode":200} <nil>
}

func ExampleHTTP_Do() {
	t := exampleT{}
	client := apptest.NewClient(t, newUsers())

	response := client.HTTP.Do(apptest.Request{
		Method: "OPTIONS",
		Path:   "/users",
		Header: map[string][]string{"Origin": {"https://example.com"}},
	})
	fmt.Println(response.Status, response.Header.Get("Access-Control-Allow-Methods"))
	// Output: 200 POST,OPTIONS
}
