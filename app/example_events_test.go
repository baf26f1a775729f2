package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/apptest"
)

func ExampleApp_LambdaFunction() {
	a := app.New("shop")
	a.LambdaFunction(func(_ context.Context, payload json.RawMessage) (any, error) {
		return map[string]int{"bytes": len(payload)}, nil
	}, app.Name("measure"))

	result, err := serve(a).Lambda.Invoke("measure", []int{1, 2, 3})
	fmt.Println(result.Text(), err)
	// Output: {"bytes":7} <nil>
}

func ExampleApp_OnS3Event() {
	a := app.New("pictures")
	a.OnS3Event("uploads", func(_ context.Context, e *app.S3Event) error {
		fmt.Println(e.EventName(), e.Bucket(), e.Key(), e.Size())
		return nil
	}, app.Name("shrink"), app.Events("s3:ObjectCreated:*"), app.Prefix("images/"), app.Suffix(".jpg"))

	client := serve(a)
	_, err := client.Deliver(client.Events.S3("uploads", "images/my cat.jpg", apptest.ObjectSize(1024)))
	fmt.Println(err)
	got, _ := client.Deliver(client.Events.S3("uploads", "notes.txt"))
	fmt.Println(len(got.Received))
	// Output:
	// ObjectCreated:Put uploads images/my cat.jpg 1024
	// <nil>
	// 0
}

func ExampleApp_OnSNSMessage() {
	type order struct{ ID string }
	a := app.New("shop")
	a.OnSNSMessage("orders", func(_ context.Context, e *app.SNSEvent) error {
		var o order
		if err := e.JSON(&o); err != nil {
			return err
		}
		fmt.Println(e.Subject(), o.ID, e.MessageAttribute("state"))
		return nil
	}, app.Name("ship"), app.FilterPolicy(app.Pattern{"state": []string{"paid"}}),
		app.DeadLetterQueue("arn:aws:sqs:eu-west-1:123456789012:unshipped"))

	client := serve(a)
	_, err := client.Deliver(client.Events.SNS(`{"id": "o-7"}`, apptest.Topic("orders"), apptest.Subject("Order"),
		apptest.Attributes(map[string]apptest.Attribute{"state": {Value: "paid"}})))
	fmt.Println(err)
	// Output:
	// Order o-7 paid
	// <nil>
}

// The message's text instead of its attributes.
func ExampleFilterPolicy_body() {
	a := app.New("shop")
	a.OnSNSMessage("orders", func(_ context.Context, e *app.SNSEvent) error {
		fmt.Println(e.Message())
		return nil
	}, app.Name("audit"), app.FilterPolicy(app.Pattern{"state": []string{"refunded"}}, app.MessageBody))

	client := serve(a)
	_, err := client.Deliver(client.Events.SNS(`{"state":"refunded"}`, apptest.Topic("orders")))
	fmt.Println(err)
	// Output:
	// {"state":"refunded"}
	// <nil>
}

func ExampleApp_OnSQSMessage() {
	type job struct{ ID string }
	a := app.New("shop")
	a.OnSQSMessage("jobs", func(_ context.Context, e *app.SQSEvent) error {
		for _, r := range e.Records() {
			var j job
			if err := r.JSON(&j); err != nil {
				return err // all messages come again; see Each
			}
			fmt.Println("job", j.ID, "received", r.ReceiveCount(), "times")
		}
		return nil
	}, app.Name("work"), app.BatchSize(100), app.BatchWindow(5*time.Second), app.MaxConcurrency(10))

	client := serve(a)
	_, err := client.Deliver(client.Events.SQS("jobs", `{"id": "a"}`, `{"id": "b"}`))
	fmt.Println(err)
	// Output:
	// job a received 1 times
	// job b received 1 times
	// <nil>
}

// Messages that match no filter are deleted from the queue without an invocation.
func ExampleFilter() {
	paid := app.Pattern{"body": app.Pattern{"state": []string{"paid"}}}
	a := app.New("shop")
	a.OnSQSMessage("orders", func(_ context.Context, e *app.SQSEvent) error {
		fmt.Println(len(e.Records()), e.Records()[0].Body())
		return nil
	}, app.Name("ship"), app.BatchSize(10), app.Filter(paid))

	client := serve(a)
	_, err := client.Deliver(client.Events.SQS("orders", `{"state":"open"}`, `{"state":"paid"}`))
	fmt.Println(err)
	// Output:
	// 1 {"state":"paid"}
	// <nil>
}

// A queue that is busy at times, and encrypted with a key of one's own.
func ExampleProvisioned() {
	a := app.New("shop")
	a.OnSQSMessage("jobs", app.Each(func(context.Context, *app.SQSRecord) error { return nil }),
		app.Name("work"), app.Provisioned(2, 20),
		app.SourceKey("arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"))
	a.OnSQSMessage("imports", app.Each(func(context.Context, *app.SQSRecord) error { return nil }),
		app.Name("importing"), app.Disabled()) // until a deployment without it

	for _, f := range a.Describe().Functions {
		fmt.Println(f.Name, f.SQS.Provisioned != nil, f.SQS.Disabled)
	}
	// Output:
	// work true false
	// importing false true
}

func ExampleApp_OnKinesisRecord() {
	type click struct{ Page string }
	a := app.New("clicks")
	a.OnKinesisRecord("clicks", app.EachJSON(func(_ context.Context, c click, r *app.KinesisRecord) error {
		fmt.Println(r.PartitionKey(), c.Page)
		return nil
	}), app.Name("count"), app.BatchSize(500), app.StartingPosition(app.TrimHorizon), app.ParallelShards(2))

	client := serve(a)
	_, err := client.Deliver(client.Events.KinesisRecords("clicks",
		apptest.KinesisRecord{Data: []byte(`{"page": "/tea"}`), PartitionKey: "ada"}))
	fmt.Println(err)
	// Output:
	// ada /tea
	// <nil>
}

// What is tried, for how long, and where the rest goes.
func ExampleOnFailure() {
	a := app.New("clicks")
	a.OnKinesisRecord("clicks", app.Each(func(_ context.Context, r *app.KinesisRecord) error {
		if len(r.Data()) == 0 {
			return errors.New("no data")
		}
		return nil
	}), app.Name("count"),
		app.StartAt(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)),
		app.MaxRetries(3), app.MaxAge(time.Hour), app.Bisect(),
		app.OnFailure("arn:aws:sqs:eu-west-1:123456789012:lost-clicks"),
		app.FailureKey("arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"))

	registry, err := a.Registry()
	if err != nil {
		fmt.Println(err)
		return
	}
	stream := registry.Model().Functions[0].Kinesis
	fmt.Println(*stream.Retry.MaximumAttempts, *stream.Retry.MaximumAgeSeconds, stream.Bisect, stream.StartAt)
	// Output: 3 3600 true 2026-11-01T00:00:00Z
}

func ExampleApp_OnDynamoDBRecord() {
	type item struct{ ID, State string }
	a := app.New("shop")
	a.OnDynamoDBRecord("arn:aws:dynamodb:eu-west-1:123456789012:table/orders/stream/2026-09-28T16:49:14.209",
		func(_ context.Context, e *app.DynamoDBEvent) error {
			for _, r := range e.Records() {
				var before, after item
				if err := errors.Join(r.DecodeOld(&before), r.DecodeNew(&after)); err != nil {
					return err
				}
				fmt.Println(r.TableName(), r.EventName(), before.State, "->", after.State)
			}
			return nil
		}, app.Name("follow"), app.StartingPosition(app.Latest))

	client := serve(a)
	_, err := client.Lambda.Invoke("follow", client.Events.DynamoDB("orders", apptest.Change{
		Keys: map[string]string{"ID": "o-7"},
		Old:  item{"o-7", "open"},
		New:  item{"o-7", "paid"},
	}))
	fmt.Println(err)
	// Output:
	// orders MODIFY open -> paid
	// <nil>
}

func ExampleApp_OnCloudWatchEvent() {
	type order struct {
		ID    string
		Total int
	}
	a := app.New("shop")
	a.OnCloudWatchEvent(app.Pattern{
		"source": []string{"com.example.shop"},
		"detail": app.Pattern{"total": []any{app.Pattern{"numeric": []any{">", 100}}}},
	}, func(_ context.Context, e *app.CloudWatchEvent) error {
		o, err := app.DetailAs[order](e)
		if err != nil {
			return err
		}
		fmt.Println(e.DetailType(), o.ID, o.Total)
		return nil
	}, app.Name("thank"), app.Bus("orders"))

	client := serve(a)
	event := client.Events.CloudWatch("com.example.shop", "Order placed", map[string]any{"id": "o-7", "total": 120})
	_, err := client.Deliver(event, apptest.Bus("orders"))
	fmt.Println(err)
	// Output:
	// Order placed o-7 120
	// <nil>
}

// With InputPath the function gets a part of the event.
func ExampleInputPath() {
	a := app.New("shop")
	a.OnCloudWatchEvent(app.Pattern{"source": []string{"com.example.shop"}},
		func(_ context.Context, e *app.CloudWatchEvent) error {
			var id string
			err := e.JSON(&id)
			fmt.Println(id)
			return err
		}, app.Name("ship"), app.InputPath("$.detail.id"))

	client := serve(a)
	_, err := client.Deliver(client.Events.CloudWatch("com.example.shop", "Order placed", map[string]any{"id": "o-7"}))
	fmt.Println(err)
	// Output:
	// o-7
	// <nil>
}

func ExampleApp_Schedule() {
	a := app.New("shop")
	a.Schedule(app.Cron(0, 8, "?", "*", "MON-FRI", "*"), func(_ context.Context, e *app.CloudWatchEvent) error {
		fmt.Println("report of", e.Time()[:10])
		return nil
	}, app.Name("report"), app.Description("Mails what was sold."))

	_, err := serve(a).Fire("report", apptest.FiredAt(time.Date(2026, 7, 1, 8, 0, 0, 0, time.UTC)))
	fmt.Println(err)
	// Output:
	// report of 2026-07-01
	// <nil>
}

// A schedule that is in force for a month.
func ExampleFrom() {
	a := app.New("shop")
	a.Schedule(app.Rate(6, app.Hours), func(context.Context, *app.CloudWatchEvent) error { return nil },
		app.Name("sale"),
		app.From(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)),
		app.Until(time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC)))

	when := a.Describe().Functions[0].Schedule
	fmt.Println(when.Expression, "from", when.Scheduler.From, "until", when.Scheduler.Until)
	// Output: rate(6 hours) from 2027-01-01T00:00:00Z until 2027-02-01T00:00:00Z
}

func ExampleApp_OnLogEvents() {
	a := app.New("watch")
	a.OnLogEvents("/aws/lambda/shop-dev", func(_ context.Context, e *app.LogsEvent) error {
		for _, event := range e.Events() {
			var line struct{ Level, Msg string }
			if err := event.JSON(&line); err != nil {
				return err
			}
			fmt.Println(e.LogGroup(), line.Level, line.Msg)
		}
		return nil
	}, app.Name("alarm"), app.FilterPattern(`{ $.level = "ERROR" }`))

	client := serve(a)
	_, err := client.Deliver(client.Events.Logs("/aws/lambda/shop-dev", `{"level": "ERROR", "msg": "out of stock"}`))
	fmt.Println(err)
	// Output:
	// /aws/lambda/shop-dev ERROR out of stock
	// <nil>
}

// A program with a hook imports package codedeploy, which tells CodeDeploy what the
// check found. The configuration says for which functions the hook is called.
func ExampleTrafficHook() {
	a := app.New("shop")
	a.LambdaFunction(app.TrafficHook(func(context.Context) error {
		return errors.New("the new version answers with status 500")
	}), app.Name("smoke"))

	client := serve(a)
	result, err := client.Lambda.Invoke("smoke", client.Events.TrafficHook())
	status, reason := result.Told()
	fmt.Println(status, reason, err)
	// Output: Failed the new version answers with status 500 <nil>
}

func ExampleApp_OnWSMessage() {
	a := app.New("chat")
	a.OnWSConnect(func(_ context.Context, e *app.WebsocketEvent) (any, error) {
		if e.Query("room") == "" {
			return &app.Response{StatusCode: 400}, nil // the connection isn't opened
		}
		fmt.Println(e.ConnectionID(), "enters room", e.Query("room"))
		return nil, nil
	})
	a.OnWSMessage(func(_ context.Context, e *app.WebsocketEvent) (any, error) {
		var message struct{ Text string }
		if err := e.JSON(&message); err != nil {
			return nil, err
		}
		fmt.Println(e.ConnectionID(), "says", message.Text) // package websocket answers
		return nil, nil
	})
	a.OnWSDisconnect(func(_ context.Context, e *app.WebsocketEvent) (any, error) {
		fmt.Println(e.ConnectionID(), "leaves")
		return nil, nil
	})

	client := serve(a)
	for _, event := range []struct {
		function string
		payload  json.RawMessage
	}{
		{app.WebsocketConnect, client.Events.WebsocketConnect("c1", apptest.Query("room", "7"))},
		{app.WebsocketMessage, client.Events.WebsocketMessage("c1", `{"text": "hello"}`)},
		{app.WebsocketDisconnect, client.Events.WebsocketDisconnect("c1")},
	} {
		if _, err := client.Lambda.Invoke(event.function, event.payload); err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// c1 enters room 7
	// c1 says hello
	// c1 leaves
}

// Middleware for one kind of events, and what it gets.
func ExampleApp_UseFor() {
	a := app.New("shop")
	a.UseFor(app.Scheduled, func(next app.Handler) app.Handler {
		return func(ctx context.Context, event any) (any, error) {
			e := event.(*app.CloudWatchEvent)
			fmt.Println("at", e.Time())
			return next(ctx, e)
		}
	})
	a.Schedule(app.Rate(1, app.Days), func(context.Context, *app.CloudWatchEvent) error {
		fmt.Println("report")
		return nil
	}, app.Name("report"))

	_, err := serve(a).Fire("report", apptest.FiredAt(time.Date(2026, 7, 1, 8, 0, 0, 0, time.UTC)))
	fmt.Println(err)
	// Output:
	// at 2026-07-01T08:00:00Z
	// report
	// <nil>
}

// Every function logs how it went.
func ExampleApp_Use() {
	a := app.New("shop")
	a.Use(func(next app.Handler) app.Handler {
		return func(ctx context.Context, event any) (any, error) {
			result, err := next(ctx, event)
			fmt.Printf("%T: %v\n", event, err)
			return result, err
		}
	})
	a.Route("/orders", func(context.Context, *app.Request) (any, error) { return nil, nil })
	a.LambdaFunction(func(context.Context, json.RawMessage) (any, error) {
		return nil, errors.New("no printer")
	}, app.Name("print"))

	client := serve(a)
	client.HTTP.Get("/orders")
	_, err := client.Lambda.Invoke("print", nil)
	fmt.Println(err)
	// Output:
	// *app.Request: <nil>
	// *app.LambdaEvent: no printer
	// no printer
}
