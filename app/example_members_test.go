package app_test

import (
	"context"
	"fmt"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/apptest"
)

// What an event of S3 says, whether S3 or EventBridge sent it.
func ExampleS3Event() {
	a := app.New("pictures")
	a.OnS3Event("uploads", func(_ context.Context, e *app.S3Event) error {
		fmt.Println(e.EventName(), e.EventTime().Format(time.DateOnly), e.AWSRegion())
		fmt.Println(e.Bucket(), e.BucketARN())
		fmt.Println(e.Key(), e.Size(), e.ETag(), e.VersionID(), e.Sequencer())
		fmt.Println(e.Requester(), e.SourceIP(), e.RequestID() != "")
		return nil
	}, app.Name("index"))

	client := serve(a)
	_, err := client.Deliver(client.Events.S3("uploads", "my cat.jpg", apptest.ObjectSize(1024),
		apptest.ETag("d41d8cd9"), apptest.VersionID("v2"), apptest.Sequencer("0055AED6"), apptest.Requester("AWS:ada")))
	fmt.Println(err)
	// Output:
	// ObjectCreated:Put 2018-05-22 us-west-2
	// uploads arn:aws:s3:::uploads
	// my cat.jpg 1024 d41d8cd9 v2 0055AED6
	// AWS:ada 1.1.1.1 true
	// <nil>
}

func ExampleSNSEvent() {
	a := app.New("shop")
	a.OnSNSMessage("orders", func(_ context.Context, e *app.SNSEvent) error {
		fmt.Println(e.Message(), e.Subject())
		fmt.Println(e.MessageAttribute("state"), e.MessageAttributes()["total"])
		fmt.Println(e.MessageID(), e.Timestamp().Year())
		fmt.Println(e.TopicARN(), e.SubscriptionARN())
		return nil
	}, app.Name("ship"))

	client := serve(a)
	_, err := client.Deliver(client.Events.SNS("paid", apptest.Topic("orders"), apptest.Subject("o-7"),
		apptest.Attributes(map[string]apptest.Attribute{
			"state": {Value: "paid"},
			"total": {Type: "Number", Value: "99"},
		})))
	fmt.Println(err)
	// Output:
	// paid o-7
	// paid {Number 99}
	// abcdefgh-51e4-5ae2-9964-b296c8d65d1a 2018
	// arn:aws:sns:us-west-2:12345:orders arn:subscription-arn
	// <nil>
}

// What comes with a message of a queue, here of a FIFO queue.
func ExampleSQSRecord() {
	a := app.New("shop")
	a.OnSQSMessage("jobs.fifo", app.Each(func(_ context.Context, r *app.SQSRecord) error {
		fmt.Println(r.Body(), r.MessageID(), r.ReceiptHandle())
		fmt.Println(r.QueueName(), r.EventSourceARN())
		fmt.Println(r.GroupID(), r.DeduplicationID(), r.SequenceNumber() != "")
		fmt.Println(r.ReceiveCount(), r.SentTime().Year(), r.Attributes()["SenderId"] != "")
		fmt.Println(r.MessageAttribute("kind"), r.MessageAttributes()["attempt"].Number())
		return nil
	}), app.Name("work"))

	client := serve(a)
	_, err := client.Deliver(client.Events.SQSMessages("jobs.fifo", apptest.SQSMessage{
		Body: "resize", GroupID: "ada", Receives: 2,
		Attributes: map[string]apptest.Attribute{"kind": {Value: "image"}, "attempt": {Type: "Number", Value: "2"}},
	}))
	fmt.Println(err)
	// Output:
	// resize message-id receipt-handle
	// jobs.fifo arn:aws:sqs:us-west-2:12345:jobs.fifo
	// ada message-id true
	// 2 2018 true
	// image 2
	// <nil>
}

func ExampleKinesisRecord() {
	a := app.New("clicks")
	a.OnKinesisRecord("clicks", func(_ context.Context, e *app.KinesisEvent) error {
		for _, r := range e.Records() {
			var click struct{ Page string }
			if err := r.JSON(&click); err != nil {
				return err
			}
			fmt.Println(string(r.Data()), click.Page, r.PartitionKey())
			fmt.Println(r.SequenceNumber(), r.ShardID(), r.EventID())
			fmt.Println(r.Timestamp().Year(), r.SchemaVersion(), r.AWSRegion(), r.EventSourceARN())
		}
		return nil
	}, app.Name("count"))

	client := serve(a)
	_, err := client.Deliver(client.Events.Kinesis("clicks", []byte(`{"page": "/tea"}`)))
	fmt.Println(err)
	// Output:
	// {"page": "/tea"} /tea 1
	// 12345 shardId-000000000006 shardId-000000000006:12345
	// 2018 1.0 us-west-2 arn:aws:kinesis:us-east-2:123:stream/clicks
	// <nil>
}

// Images are in DynamoDB's own form, or decoded into a type.
func ExampleDynamoDBRecord() {
	type order struct{ ID, State string }
	a := app.New("shop")
	a.OnDynamoDBRecord("arn:aws:dynamodb:us-west-2:123456789012:table/orders/stream/2026-09-28T16:49:14.209",
		app.Each(func(_ context.Context, r *app.DynamoDBRecord) error {
			var key order
			if err := r.DecodeKeys(&key); err != nil {
				return err
			}
			fmt.Println(r.EventName(), key.ID, "of", r.TableName())
			fmt.Println(r.Keys(), r.OldImage()["State"], r.NewImage()["State"])
			fmt.Println(r.SequenceNumber(), r.EventID(), r.SizeBytes(), r.StreamViewType())
			fmt.Println(r.Timestamp().Year(), r.AWSRegion(), r.UserIdentity().Type == "")
			fmt.Println(r.EventSourceARN())
			return nil
		}), app.Name("follow"))

	client := serve(a)
	_, err := client.Lambda.Invoke("follow", client.Events.DynamoDB("orders", apptest.Change{
		Keys: map[string]string{"ID": "o-7"}, Old: order{"o-7", "open"}, New: order{"o-7", "paid"},
	}))
	fmt.Println(err)
	// Output:
	// MODIFY o-7 of orders
	// map[ID:map[S:o-7]] map[S:open] map[S:paid]
	// 12345 event-id 66 NEW_AND_OLD_IMAGES
	// 2018 us-west-2 true
	// arn:aws:dynamodb:us-west-2:12345:table/orders/stream/2018-06-26T19:41:38.695
	// <nil>
}

func ExampleCloudWatchEvent() {
	a := app.New("shop")
	a.OnCloudWatchEvent(app.Pattern{"source": []string{"com.example.shop"}},
		func(_ context.Context, e *app.CloudWatchEvent) error {
			var order struct{ ID string }
			if err := e.DecodeDetail(&order); err != nil {
				return err
			}
			fmt.Println(e.Source(), e.DetailType(), string(e.Detail()), order.ID)
			fmt.Println(e.Time(), e.Account(), e.Region(), e.Resources())
			fmt.Println(e.EventID() != "", e.Version())
			return nil
		}, app.Name("ship"))

	client := serve(a)
	_, err := client.Deliver(client.Events.CloudWatch("com.example.shop", "Order placed", map[string]string{"id": "o-7"},
		apptest.Region("eu-west-1"), apptest.Resources("arn:aws:s3:::orders")))
	fmt.Println(err)
	// Output:
	// com.example.shop Order placed {"id":"o-7"} o-7
	// 2015-11-11T21:29:54Z 123456789012 eu-west-1 [arn:aws:s3:::orders]
	// true 0
	// <nil>
}

func ExampleLogsEvent() {
	a := app.New("watch")
	a.OnLogEvents("/var/log/nginx", func(_ context.Context, e *app.LogsEvent) error {
		fmt.Println(e.LogGroup(), e.LogStream(), e.Owner(), e.MessageType(), e.SubscriptionFilters())
		for _, event := range e.Events() {
			fmt.Println(event.ID(), event.Timestamp().Year(), event.Message())
			fmt.Println(event.ExtractedFields()["$status"]) // of a pattern for words
		}
		return nil
	}, app.Name("alarm"), app.FilterPattern("[ip, status = 5*]"))

	client := serve(a)
	_, err := client.Deliver(client.Events.LogMessages("/var/log/nginx", apptest.LogMessage{
		Message: "10.0.0.7 503",
		Fields:  map[string]string{"$ip": "10.0.0.7", "$status": "503"},
	}))
	fmt.Println(err)
	// Output:
	// /var/log/nginx log-stream 12345 DATA_MESSAGE [subscription]
	// log-event-id 2015 10.0.0.7 503
	// 503
	// <nil>
}

// What the events of websockets say. Headers and queries come with the first alone.
func ExampleWebsocketEvent() {
	a := app.New("chat")
	a.OnWSConnect(func(_ context.Context, e *app.WebsocketEvent) (any, error) {
		fmt.Println(e.EventType(), e.RouteKey(), e.ConnectionID(), e.SourceIP())
		fmt.Println(e.Query("room"), e.QueryAll("tag"), e.QueryParams()["room"])
		fmt.Println(e.Header("origin"), e.HeaderAll("Origin"), e.Headers()["origin"])
		return nil, nil
	})
	a.OnWSMessage(func(_ context.Context, e *app.WebsocketEvent) (any, error) {
		value, err := e.JSONBody()
		fmt.Println(e.Body(), e.HasBody(), value, err)
		fmt.Println(e.APIID() != "", e.DomainName() != "", e.Stage(), e.MessageID(), e.RequestID() != "")
		fmt.Println(e.ConnectedAt().Year(), e.RequestTime().Year(), e.UserAgent() == "", e.AuthValue("principalId") == "")
		return nil, nil
	})
	a.OnWSDisconnect(func(_ context.Context, e *app.WebsocketEvent) (any, error) {
		var about struct{ ConnectionID string }
		err := e.DecodeContext(&about)
		fmt.Printf("%d %q %s %v %v\n", e.DisconnectStatusCode(), e.DisconnectReason(), about.ConnectionID, e.Context()["connectionId"], err)
		return nil, nil
	})

	client := serve(a)
	client.Lambda.Invoke(app.WebsocketConnect, client.Events.WebsocketConnect("c1", apptest.Query("room", "7"),
		apptest.Query("tag", "a"), apptest.Query("tag", "b"), apptest.Header("Origin", "https://example.com")))
	client.Lambda.Invoke(app.WebsocketMessage, client.Events.WebsocketMessage("c1", `["hello"]`))
	client.Lambda.Invoke(app.WebsocketDisconnect, client.Events.WebsocketDisconnect("c1"))
	// Output:
	// CONNECT $connect c1 127.0.0.1
	// 7 [a b] [7]
	// https://example.com [https://example.com] https://example.com
	// ["hello"] true [hello] <nil>
	// true true api message-id= true
	// 2018 2018 true true
	// 0 "" c1 c1 <nil>
}

// What an authorizer of whole requests can look at.
func ExampleAuthRequest() {
	a := app.New("shop")
	check := a.Authorizer(func(_ context.Context, r *app.AuthRequest) (*app.AuthResponse, error) {
		fmt.Println(r.Type(), r.Method(), r.URLPath(), r.Path(), r.Param("id"), r.Params())
		fmt.Println(r.Token(), r.Header("Authorization"), r.Headers()["authorization"], r.Cookie("session"))
		fmt.Println(r.Query("page"), r.QueryAll("page"), r.QueryParams())
		fmt.Println(r.SourceIP(), r.Context()["httpMethod"], r.StageVar("version") == "", r.ConnectionID() == "")
		fmt.Println(r.MethodARN())
		return &app.AuthResponse{Routes: app.AuthRoutes("*")}, nil
	}, app.Name("check"), app.IdentityHeader("Authorization"))
	a.Route("/orders/{id}", func(context.Context, *app.Request) (any, error) { return nil, nil }, app.Auth(check))

	fmt.Println(serve(a).HTTP.Get("/orders/7?page=1&page=2",
		apptest.Header("Authorization", "secret"), apptest.Cookie("session", "s1")).Status)
	// Output:
	// REQUEST GET /orders/7 /orders/{id} 7 map[id:7]
	// secret secret secret s1
	// 2 [1 2] map[page:[1 2]]
	// 127.0.0.1 GET true true
	// arn:aws:execute-api:mars-west-1:123456789012:ymy8tbxw7b/api/GET/orders/7
	// 200
}
