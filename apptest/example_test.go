package apptest_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

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

func (exampleT) Helper()                           {}
func (exampleT) Log(...any)                        {}
func (exampleT) Context() context.Context          { return context.Background() }
func (exampleT) Setenv(name, value string)         { os.Setenv(name, value) }
func (exampleT) Fatal(args ...any)                 { panic(fmt.Sprint(args...)) }
func (exampleT) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
func (exampleT) Errorf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

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

func ExampleClient_Deliver() {
	t := exampleT{}
	a := app.New("orders")
	placed := app.Pattern{"source": []any{"com.shop"}, "detail": map[string]any{"state": []any{"new"}}}
	a.OnCloudWatchEvent(placed, func(_ context.Context, e *app.CloudWatchEvent) error {
		var order struct{ ID string }
		err := e.DecodeDetail(&order)
		fmt.Println("ship", order.ID)
		return err
	}, app.Name("ship"))
	a.OnCloudWatchEvent(placed, func(context.Context, *app.CloudWatchEvent) error {
		return errors.New("no printer")
	}, app.Name("print"))
	client := apptest.NewClient(t, a)

	got, err := client.Deliver(client.Events.CloudWatch("com.shop", "Order", map[string]any{"state": "new", "id": "7"}))
	fmt.Println(len(got.Received), err)
	got, _ = client.Deliver(client.Events.CloudWatch("com.shop", "Order", map[string]any{"state": "old", "id": "8"}))
	fmt.Println(got.To("ship").Why)
	// Output:
	// ship 7
	// 2 print: no printer
	// its pattern wants detail.state to be ["new"], and it is "old"
}

func ExampleClient_Deliver_batch() {
	t := exampleT{}
	a := app.New("orders")
	a.OnSQSMessage("jobs", app.Each(func(_ context.Context, r *app.SQSRecord) error {
		if r.Body() == `{"kind":"new","n":2}` {
			return errors.New("out of stock")
		}
		return nil
	}), app.Name("work"), app.BatchSize(10), app.Filter(app.Pattern{"body": map[string]any{"kind": []any{"new"}}}))
	client := apptest.NewClient(t, a)

	got, err := client.Deliver(client.Events.SQS("jobs", `{"kind":"new","n":1}`, `{"kind":"new","n":2}`, `{"kind":"old"}`))
	work := got.To("work")
	fmt.Println(work.Failed, work.Filtered)
	fmt.Println(err)
	// Output:
	// [message-id-2] [message-id-3]
	// work reports as failed: message-id-2
}

func ExampleClient_Fire() {
	t := exampleT{}
	a := app.New("reports")
	a.Schedule("cron(0 8 ? * MON-FRI *)", func(_ context.Context, e *app.CloudWatchEvent) error {
		fmt.Println(e.Source(), e.Time())
		return nil
	}, app.Name("daily"))
	client := apptest.NewClient(t, a)

	_, err := client.Fire("daily", apptest.FiredAt(time.Date(2026, 7, 1, 8, 0, 0, 0, time.UTC)))
	fmt.Println(err)
	// Output:
	// aws.events 2026-07-01T08:00:00Z
	// <nil>
}
