package apptest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/apptest"
)

func ExampleEvents_S3() {
	t := exampleT{}
	a := app.New("pictures")
	a.OnS3Event("uploads", func(_ context.Context, e *app.S3Event) error {
		fmt.Println(e.EventName(), e.Key(), e.Size(), e.VersionID())
		return nil
	}, app.Name("index"), app.Events("s3:ObjectCreated:*", "s3:ObjectRemoved:*"), app.ViaEventBridge())
	client := apptest.NewClient(t, a)

	created := client.Events.S3("uploads", "my cat.jpg", apptest.ViaEventBridge(), apptest.ObjectSize(1024),
		apptest.ETag("d41d8cd9"), apptest.VersionID("v2"), apptest.Sequencer("0055AED6"), apptest.Requester("123456789012"))
	removed := client.Events.S3("uploads", "my cat.jpg", apptest.ViaEventBridge(), apptest.EventName("ObjectRemoved:Delete"))
	for _, event := range []json.RawMessage{created, removed} {
		if _, err := client.Deliver(event); err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// ObjectCreated:Put my cat.jpg 1024 v2
	// ObjectRemoved:Delete my cat.jpg 0
}

func ExampleEvents_SNS() {
	t := exampleT{}
	a := app.New("shop")
	a.OnSNSMessage("orders", func(_ context.Context, e *app.SNSEvent) error {
		fmt.Println(e.Subject(), e.Message(), e.MessageAttribute("state"), e.MessageAttributes()["key"].Type)
		return nil
	}, app.Name("ship"), app.FilterPolicy(app.Pattern{"state": []string{"paid"}}))
	client := apptest.NewClient(t, a)

	_, err := client.Deliver(client.Events.SNS("o-7", apptest.Topic("orders"), apptest.Subject("Order"),
		apptest.Attributes(map[string]apptest.Attribute{
			"state": {Value: "paid"},
			"key":   apptest.BinaryAttribute([]byte{1, 2}),
		})))
	fmt.Println(err)
	// Output:
	// Order o-7 paid Binary
	// <nil>
}

func ExampleEvents_KinesisRecords() {
	t := exampleT{}
	a := app.New("clicks")
	a.OnKinesisRecord("clicks", app.Each(func(_ context.Context, r *app.KinesisRecord) error {
		fmt.Println(r.PartitionKey(), string(r.Data()))
		return nil
	}), app.Name("count"))
	client := apptest.NewClient(t, a)

	_, err := client.Deliver(client.Events.KinesisRecords("clicks",
		apptest.KinesisRecord{Data: []byte("/tea"), PartitionKey: "ada"},
		apptest.KinesisRecord{Data: []byte("/milk"), PartitionKey: "grace"}))
	fmt.Println(err)
	_, err = client.Lambda.Invoke("count", client.Events.Kinesis("clicks", []byte("/bread")))
	fmt.Println(err)
	// Output:
	// ada /tea
	// grace /milk
	// <nil>
	// 1 /bread
	// <nil>
}

func ExampleEvents_DynamoDB() {
	t := exampleT{}
	type order struct{ ID, State string }
	a := app.New("shop")
	a.OnDynamoDBRecord("arn:aws:dynamodb:us-west-2:123456789012:table/orders/stream/2026-09-28T16:49:14.209",
		app.Each(func(_ context.Context, r *app.DynamoDBRecord) error {
			var o order
			err := r.DecodeNew(&o)
			fmt.Println(r.EventName(), o.ID, o.State)
			return err
		}), app.Name("follow"))
	client := apptest.NewClient(t, a)

	key := map[string]string{"ID": "o-7"}
	_, err := client.Lambda.Invoke("follow", client.Events.DynamoDB("orders",
		apptest.Change{Keys: key, New: order{"o-7", "open"}},
		apptest.Change{Keys: key, Old: order{"o-7", "open"}, New: order{"o-7", "paid"}}))
	fmt.Println(err)
	// Output:
	// INSERT o-7 open
	// MODIFY o-7 paid
	// <nil>
}

func ExampleEvents_LogMessages() {
	t := exampleT{}
	a := app.New("watch")
	a.OnLogEvents("/var/log/nginx", func(_ context.Context, e *app.LogsEvent) error {
		for _, event := range e.Events() {
			fmt.Println(event.Message(), event.Timestamp().Year(), len(event.ExtractedFields()))
		}
		return nil
	}, app.Name("alarm"))
	client := apptest.NewClient(t, a)

	at := time.Date(2026, 7, 1, 8, 0, 0, 0, time.UTC).UnixMilli()
	_, err := client.Deliver(client.Events.LogMessages("/var/log/nginx", apptest.LogMessage{
		Message: "10.0.0.7 503", Timestamp: at, Fields: map[string]string{"$status": "503"},
	}))
	fmt.Println(err)
	_, err = client.Deliver(client.Events.Logs("/var/log/nginx", "10.0.0.7 200")) // of a fixed time
	fmt.Println(err)
	// Output:
	// 10.0.0.7 503 2026 1
	// <nil>
	// 10.0.0.7 200 2015 0
	// <nil>
}

func ExampleEvents_CloudWatch() {
	t := exampleT{}
	a := app.New("shop")
	a.OnCloudWatchEvent(app.Pattern{"source": []string{"com.example.shop"}}, func(_ context.Context, e *app.CloudWatchEvent) error {
		fmt.Println(e.DetailType(), e.Region(), e.Resources())
		return nil
	}, app.Name("ship"), app.Bus("orders"))
	client := apptest.NewClient(t, a)

	event := client.Events.CloudWatch("com.example.shop", "Order placed", map[string]any{"id": "o-7"},
		apptest.Region("eu-west-1"), apptest.Resources("arn:aws:s3:::orders"))
	_, err := client.Deliver(event, apptest.Bus("orders"))
	fmt.Println(err)
	_, err = client.Deliver(event) // on the default bus
	fmt.Println(err)
	// Output:
	// Order placed eu-west-1 [arn:aws:s3:::orders]
	// <nil>
	// no function gets the event of EventBridge:
	// ship: its rule is on the event bus orders, and the event is on default
}

// Invoke calls a scheduled function whatever its schedule says; Fire asks the schedule.
func ExampleEvents_Schedule() {
	t := exampleT{}
	a := app.New("reports")
	a.Schedule("rate(1 day)", func(_ context.Context, e *app.CloudWatchEvent) error {
		fmt.Println(e.Source(), e.DetailType())
		return nil
	}, app.Name("daily"))
	client := apptest.NewClient(t, a)

	_, err := client.Lambda.Invoke("daily", client.Events.Schedule())
	fmt.Println(err)
	// Output:
	// aws.events Scheduled Event
	// <nil>
}

func ExampleEvents_WebsocketMessage() {
	t := exampleT{}
	a := app.New("chat")
	a.OnWSMessage(func(_ context.Context, e *app.WebsocketEvent) (any, error) {
		fmt.Println(e.ConnectionID(), "says", e.Body())
		return nil, nil
	})
	a.OnWSDisconnect(func(_ context.Context, e *app.WebsocketEvent) (any, error) {
		fmt.Println(e.ConnectionID(), "leaves")
		return nil, nil
	})
	client := apptest.NewClient(t, a)

	_, err := client.Lambda.Invoke("websocket_message", client.Events.WebsocketMessage("c1", "hello"))
	fmt.Println(err)
	_, err = client.Lambda.Invoke("websocket_disconnect", client.Events.WebsocketDisconnect("c1"))
	fmt.Println(err)
	// Output:
	// c1 says hello
	// <nil>
	// c1 leaves
	// <nil>
}

func ExampleEvents_TrafficHook() {
	t := exampleT{}
	a := app.New("shop")
	a.LambdaFunction(app.TrafficHook(func(context.Context) error {
		return errors.New("status 500")
	}), app.Name("smoke"))
	client := apptest.NewClient(t, a)

	result, err := client.Lambda.Invoke("smoke", client.Events.TrafficHook())
	status, reason := result.Told()
	fmt.Println(status, reason, err)
	// Output: Failed status 500 <nil>
}

func ExampleResult() {
	t := exampleT{}
	a := app.New("shop")
	app.TypedLambda(a, func(_ context.Context, name string) (map[string]int, error) {
		return map[string]int{name: 7}, nil
	}, app.Name("count"))
	a.OnSQSMessage("jobs", app.Each(func(_ context.Context, r *app.SQSRecord) error {
		if r.Body() == "?" {
			return errors.New("no job")
		}
		return nil
	}), app.Name("work"))
	client := apptest.NewClient(t, a)

	result, err := client.Lambda.Invoke("count", "tea")
	if err != nil {
		t.Fatal(err)
	}
	var counts map[string]int
	result.JSON(&counts)
	fmt.Println(result.Text(), counts["tea"])

	result, err = client.Lambda.Invoke("work", client.Events.SQS("jobs", "a", "?"))
	fmt.Println(result.Failed(), err)
	// Output:
	// {"tea":7} 7
	// [message-id-2] <nil>
}

// An error of a function is what its handler returned, or says what went wrong.
func ExampleLambda_Invoke_errors() {
	t := exampleT{}
	a := app.New("shop")
	a.LambdaFunction(func(context.Context, json.RawMessage) (any, error) { panic("no stock") }, app.Name("count"))
	client := apptest.NewClient(t, a)

	_, err := client.Lambda.Invoke("count", nil)
	if panicked, ok := errors.AsType[*apptest.PanicError](err); ok {
		fmt.Println("panic:", panicked.Value)
	}
	_, err = client.Lambda.Invoke("cuont", nil)
	if unknown, ok := errors.AsType[*apptest.UnknownFunctionError](err); ok {
		fmt.Println("there are", unknown.Known)
	}
	// Output:
	// panic: no stock
	// there are [count]
}

// The function's timeout is that of the configuration; a context can end earlier.
func ExampleLambda_InvokeContext() {
	t := exampleT{}
	a := app.New("shop")
	a.LambdaFunction(func(ctx context.Context, _ json.RawMessage) (any, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}, app.Name("wait"))
	client := apptest.NewClient(t, a)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := client.Lambda.InvokeContext(ctx, "wait", nil)
	fmt.Println(errors.Is(err, context.Canceled))
	// Output: true
}

// A function that doesn't end within its lambda_timeout, here of a second.
func ExampleTimeoutError() {
	t := exampleT{}
	stop := make(chan bool)
	defer close(stop)
	a := app.New("shop")
	a.LambdaFunction(func(context.Context, json.RawMessage) (any, error) {
		<-stop
		return nil, nil
	}, app.Name("wait"))
	client := apptest.NewClient(t, a, apptest.ProjectDir("testdata/examples/short"))

	_, err := client.Lambda.Invoke("wait", nil)
	if timeout, ok := errors.AsType[*apptest.TimeoutError](err); ok {
		fmt.Println(timeout.Function, timeout.Timeout, errors.Is(err, context.DeadlineExceeded))
	}
	// Output: wait 1s true
}

// A delivery says for each function what it got, and why if it got nothing.
func ExampleDelivery() {
	t := exampleT{}
	a := app.New("shop")
	ship := func(context.Context, *app.SNSEvent) error { return nil }
	a.OnSNSMessage("orders", ship, app.Name("ship"), app.FilterPolicy(app.Pattern{"state": []string{"paid"}}))
	a.OnSNSMessage("news", ship, app.Name("read"))
	client := apptest.NewClient(t, a)

	got, err := client.DeliverContext(t.Context(), client.Events.SNS("o-7", apptest.Topic("orders"),
		apptest.Attributes(map[string]apptest.Attribute{"state": {Value: "paid"}})))
	fmt.Println(len(got.To("ship").Calls), err)
	fmt.Println(got.To("read").Why)

	_, err = client.Deliver(client.Events.SNS("o-8", apptest.Topic("orders"),
		apptest.Attributes(map[string]apptest.Attribute{"state": {Value: "open"}})))
	if undelivered, ok := errors.AsType[*apptest.UndeliveredError](err); ok {
		fmt.Println(undelivered.Source, len(undelivered.Missed))
	}
	// Output:
	// 1 <nil>
	// it is subscribed to the topic news, and the message is one of orders
	// a topic 2
}

func ExampleFailedRecordsError() {
	t := exampleT{}
	a := app.New("shop")
	a.OnSQSMessage("jobs", app.Each(func(_ context.Context, r *app.SQSRecord) error {
		return errors.New("no " + r.Body())
	}), app.Name("work"), app.BatchSize(10))
	client := apptest.NewClient(t, a)

	_, err := client.Deliver(client.Events.SQS("jobs", "tea", "milk"))
	if failed, ok := errors.AsType[*apptest.FailedRecordsError](err); ok {
		fmt.Println(failed.Function, failed.Records)
	}
	// Output: work [message-id message-id-2]
}
