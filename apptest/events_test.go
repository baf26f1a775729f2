package apptest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/apptest"
)

// TestEventShapes compares whole events. Where the reference's test client
// makes an event of the kind, it is the same.
func TestEventShapes(t *testing.T) {
	e := apptest.NewClient(t, app.New("events")).Events
	sqs := func(id, body string) string {
		return `{"attributes":{"ApproximateFirstReceiveTimestamp":"1530576251596","ApproximateReceiveCount":"1",
			"SenderId":"sender-id","SentTimestamp":"1530576251595"},"awsRegion":"us-west-2","body":"` + body + `",
			"eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:us-west-2:12345:jobs",
			"md5OfBody":"754ac2f7a12df38320e0c5eafd060145","messageAttributes":{},"messageId":"message-id` + id + `",
			"receiptHandle":"receipt-handle` + id + `"}`
	}
	sns := func(message, subject, attributes string) string {
		return `{"Records":[{"EventSource":"aws:sns","EventSubscriptionArn":"arn:subscription-arn","EventVersion":"1.0",
			"Sns":{"Message":"` + message + `","MessageAttributes":` + attributes + `,"MessageId":"abcdefgh-51e4-5ae2-9964-b296c8d65d1a",
			"Signature":"signature","SignatureVersion":"1","SigningCertUrl":"https://sns.us-west-2.amazonaws.com/cert.pem",
			"Subject":"` + subject + `","Timestamp":"2018-06-26T19:41:38.695Z","TopicArn":"arn:aws:sns:us-west-2:12345:TopicName",
			"Type":"Notification","UnsubscribeUrl":"https://unsubscribe-url/"}}]}`
	}
	s3 := func(name, key string) string {
		return `{"Records":[{"awsRegion":"us-west-2","eventName":"` + name + `","eventSource":"aws:s3",
			"eventTime":"2018-05-22T04:41:23.823Z","eventVersion":"2.0","requestParameters":{"sourceIPAddress":"1.1.1.1"},
			"responseElements":{"x-amz-id-2":"request-id-2","x-amz-request-id":"request-id-1"},
			"s3":{"bucket":{"arn":"arn:aws:s3:::images","name":"images","ownerIdentity":{"principalId":"ABCD"}},
			"configurationId":"config-id","object":{"eTag":"d41d8cd98f00b204e9800998ecf8427e","key":"` + key + `",
			"sequencer":"005B039F73C627CE8B","size":0},"s3SchemaVersion":"1.0"},"userIdentity":{"principalId":"AWS:XYZ"}}]}`
	}
	cloudWatch := func(source, detailType, detail, resources, region string) string {
		return `{"version":0,"id":"7bf73129-1428-4cd3-a780-95db273d1602","detail-type":"` + detailType + `","source":"` + source + `",
			"account":"123456789012","time":"2015-11-11T21:29:54Z","region":"` + region + `","resources":` + resources + `,"detail":` + detail + `}`
	}
	kinesis := func(sequence, data string) string {
		return `{"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":"1","sequenceNumber":"` + sequence + `","data":"` + data + `",
			"approximateArrivalTimestamp":1545084650.987},"eventSource":"aws:kinesis","eventVersion":"1.0",
			"eventID":"shardId-000000000006:` + sequence + `","eventName":"aws:kinesis:record",
			"invokeIdentityArn":"arn:aws:iam::123:role/lambda-role","awsRegion":"us-west-2",
			"eventSourceARN":"arn:aws:kinesis:us-east-2:123:stream/clicks"}`
	}
	records := func(all ...string) string { return `{"Records":[` + strings.Join(all, ",") + `]}` }
	for name, tc := range map[string]struct {
		event json.RawMessage
		want  string
	}{
		"S3":          {e.S3("images", "a/b.png"), s3("ObjectCreated:Put", "a/b.png")},
		"S3, removed": {e.S3("images", "a b+c", apptest.EventName("ObjectRemoved:Delete")), s3("ObjectRemoved:Delete", "a+b%2Bc")},
		"S3, all of it": {
			e.S3("images", "a", apptest.ObjectSize(7), apptest.ETag("e"), apptest.VersionID("v"), apptest.Sequencer("0a"), apptest.Requester("AWS:ME")),
			strings.NewReplacer(`"size":0`, `"size":7,"versionId":"v"`, "d41d8cd98f00b204e9800998ecf8427e", "e", "005B039F73C627CE8B", "0a", "AWS:XYZ", "AWS:ME").Replace(s3("ObjectCreated:Put", "a")),
		},
		"S3 by EventBridge": {
			e.S3("images", "a b+c", apptest.ObjectSize(7), apptest.VersionID("v"), apptest.ViaEventBridge()),
			`{"version":"0","id":"7bf73129-1428-4cd3-a780-95db273d1602","detail-type":"Object Created","source":"aws.s3","account":"123456789012","time":"2018-05-22T04:41:23Z",
				"region":"us-west-2","resources":["arn:aws:s3:::images"],"detail":{"version":"0","bucket":{"name":"images"},
				"object":{"key":"a b+c","size":7,"etag":"d41d8cd98f00b204e9800998ecf8427e","version-id":"v","sequencer":"005B039F73C627CE8B"},
				"request-id":"request-id-1","requester":"AWS:XYZ","source-ip-address":"1.1.1.1","reason":"PutObject"}}`,
		},
		"S3 by EventBridge, removed": {
			e.S3("images", "a", apptest.ViaEventBridge(), apptest.EventName("ObjectRemoved:DeleteMarkerCreated"), apptest.Requester("123456789012")),
			`{"version":"0","id":"7bf73129-1428-4cd3-a780-95db273d1602","detail-type":"Object Deleted","source":"aws.s3","account":"123456789012","time":"2018-05-22T04:41:23Z",
				"region":"us-west-2","resources":["arn:aws:s3:::images"],"detail":{"version":"0","bucket":{"name":"images"},
				"object":{"key":"a","etag":"d41d8cd98f00b204e9800998ecf8427e","sequencer":"005B039F73C627CE8B"},
				"request-id":"request-id-1","requester":"123456789012","source-ip-address":"1.1.1.1","reason":"DeleteObject","deletion-type":"Delete Marker Created"}}`,
		},
		"SNS":            {e.SNS("hello"), sns("hello", "", `{"AttributeKey":{"Type":"String","Value":"AttributeValue"}}`)},
		"SNS, all of it": {e.SNS("hello", apptest.Subject("s"), apptest.Attributes(map[string]apptest.Attribute{"a": {"Number", "1"}})), sns("hello", "s", `{"a":{"Type":"Number","Value":"1"}}`)},
		"SNS, binary": {
			e.SNS("hello", apptest.Topic("news"), apptest.Attributes(map[string]apptest.Attribute{"a": apptest.BinaryAttribute([]byte("hi")), "b": {Value: "t"}})),
			strings.Replace(sns("hello", "", `{"a":{"Type":"Binary","Value":"aGk="},"b":{"Type":"String","Value":"t"}}`), ":TopicName", ":news", 1),
		},
		"SNS, bare": {e.SNS("hello", apptest.Attributes(nil)), sns("hello", "", `{}`)},
		"SQS":       {e.SQS("jobs", "a"), records(sqs("", "a"))},
		"SQS, more": {e.SQS("arn:aws:sqs:us-west-2:12345:jobs", "a", "b", "c"), records(sqs("", "a"), sqs("-2", "b"), sqs("-3", "c"))},
		"SQS, attributes": {
			e.SQSMessages("jobs", apptest.SQSMessage{Body: "a", ID: "own", Receives: 3, Attributes: map[string]apptest.Attribute{
				"text": {Value: "t"}, "number": {Type: "Number.int", Value: "7"}, "bytes": apptest.BinaryAttribute([]byte{0xff}),
			}}),
			records(strings.NewReplacer(`"ApproximateReceiveCount":"1"`, `"ApproximateReceiveCount":"3"`, `"message-id"`, `"own"`,
				`"messageAttributes":{}`, `"messageAttributes":{
					"text":{"dataType":"String","stringValue":"t","stringListValues":[],"binaryListValues":[]},
					"number":{"dataType":"Number.int","stringValue":"7","stringListValues":[],"binaryListValues":[]},
					"bytes":{"dataType":"Binary","binaryValue":"/w==","stringListValues":[],"binaryListValues":[]}}`).Replace(sqs("", "a"))),
		},
		"SQS, FIFO": {
			e.SQSMessages("jobs", apptest.SQSMessage{Body: "a", GroupID: "g"}, apptest.SQSMessage{Body: "b", GroupID: "g", DeduplicationID: "d"}),
			records(
				strings.Replace(sqs("", "a"), `"SenderId"`, `"MessageGroupId":"g","MessageDeduplicationId":"message-id","SequenceNumber":"17849496460467696128","SenderId"`, 1),
				strings.Replace(sqs("-2", "b"), `"SenderId"`, `"MessageGroupId":"g","MessageDeduplicationId":"d","SequenceNumber":"17849496460467696129","SenderId"`, 1),
			),
		},
		"SQS, none":    {e.SQS("jobs"), `{"Records":[]}`},
		"Kinesis":      {e.Kinesis("clicks", []byte("hi"), []byte{0xff}), records(kinesis("12345", "aGk="), kinesis("12346", "/w=="))},
		"Kinesis, ARN": {e.Kinesis("arn:aws:kinesis:us-east-2:123:stream/clicks", []byte("hi")), records(kinesis("12345", "aGk="))},
		"Kinesis, keys": {
			e.KinesisRecords("clicks", apptest.KinesisRecord{Data: []byte("hi"), PartitionKey: "user-7"}, apptest.KinesisRecord{}),
			records(strings.Replace(kinesis("12345", "aGk="), `"partitionKey":"1"`, `"partitionKey":"user-7"`, 1), kinesis("12346", "")),
		},
		"CloudWatch":       {e.CloudWatch("aws.ec2", "Changed", map[string]any{"a": 1}), cloudWatch("aws.ec2", "Changed", `{"a":1}`, "[]", "us-west-2")},
		"CloudWatch, more": {e.CloudWatch("my", "Done", nil, apptest.Resources("arn:a", "arn:b"), apptest.Region("eu-west-1")), cloudWatch("my", "Done", `{}`, `["arn:a","arn:b"]`, "eu-west-1")},
		"schedule":         {e.Schedule(), cloudWatch("aws.events", "Scheduled Event", "{}", `["arn:aws:events:us-west-2:123456789012:rule/schedule"]`, "us-west-2")},
		"schedule, more":   {e.Schedule(apptest.Resources()), cloudWatch("aws.events", "Scheduled Event", "{}", "[]", "us-west-2")},
		"DynamoDB": {
			e.DynamoDB("users", apptest.Change{
				Keys: map[string]int{"id": 7},
				New:  map[string]any{"id": 7, "name": "Ada", "tags": []any{"a", nil, true}, "at": map[string]any{"x": 1.5}},
				Old:  map[string]any{},
			}),
			`{"Records":[{"awsRegion":"us-west-2","eventID":"event-id","eventName":"MODIFY","eventSource":"aws:dynamodb","eventVersion":"1.1",
			"eventSourceARN":"arn:aws:dynamodb:us-west-2:12345:table/users/stream/2018-06-26T19:41:38.695",
			"dynamodb":{"ApproximateCreationDateTime":1545084650,"StreamViewType":"NEW_AND_OLD_IMAGES","SequenceNumber":"12345","SizeBytes":69,
			"Keys":{"id":{"N":"7"}},"OldImage":{},
			"NewImage":{"id":{"N":"7"},"name":{"S":"Ada"},"tags":{"L":[{"S":"a"},{"NULL":true},{"BOOL":true}]},"at":{"M":{"x":{"N":"1.5"}}}}}}]}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			var got, want any
			if err := json.Unmarshal(tc.event, &got); err != nil {
				t.Fatalf("%v\n%s", err, tc.event)
			}
			if err := json.Unmarshal([]byte(tc.want), &want); err != nil {
				t.Fatalf("%v\n%s", err, tc.want)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("event (-want +got):\n%s", diff)
			}
		})
	}
}

// TestEventsReachHandlers: each handler accepts the events of its kind.
func TestEventsReachHandlers(t *testing.T) {
	type item struct {
		ID int `json:"id"`
	}
	var got []string
	saw := func(format string, args ...any) error {
		got = append(got, fmt.Sprintf(format, args...))
		return nil
	}
	a := app.New("events")
	a.OnS3Event("images", func(_ context.Context, e *app.S3Event) error { return saw("%s/%s", e.Bucket(), e.Key()) }, app.Name("s3"))
	a.OnSNSMessage("news", func(_ context.Context, e *app.SNSEvent) error { return saw("%s: %s", e.Subject(), e.Message()) }, app.Name("sns"))
	a.OnSQSMessage("jobs", func(_ context.Context, e *app.SQSEvent) error {
		failed := app.BatchItemFailures{}
		for _, r := range e.Records() {
			if r.Body() == "bad" {
				failed = append(failed, r.MessageID())
			}
		}
		return failed
	}, app.Name("sqs"), app.PartialBatch())
	a.OnKinesisRecord("clicks", func(_ context.Context, e *app.KinesisEvent) error {
		for _, r := range e.Records() {
			saw("%s %s", r.SequenceNumber(), r.Data())
		}
		return nil
	}, app.Name("kinesis"))
	a.OnDynamoDBRecord("arn:aws:dynamodb:us-west-2:123456789012:table/users/stream/x", func(_ context.Context, e *app.DynamoDBEvent) error {
		for _, r := range e.Records() {
			var key, image item
			if err := r.DecodeKeys(&key); err != nil {
				return err
			}
			if r.NewImage() != nil {
				if err := r.DecodeNew(&image); err != nil {
					return err
				}
			}
			saw("%s %s %d %d", r.TableName(), r.EventName(), key.ID, image.ID)
		}
		return nil
	}, app.Name("dynamodb"))
	a.OnCloudWatchEvent(app.Pattern{"source": []string{"my"}}, func(_ context.Context, e *app.CloudWatchEvent) error {
		return saw("%s %s", e.DetailType(), e.Detail())
	}, app.Name("cloudwatch"))
	a.Schedule(app.Rate(1, app.Hours), func(_ context.Context, e *app.CloudWatchEvent) error {
		return saw("%s %s", e.Source(), e.Detail())
	}, app.Name("schedule"))
	socket := func(_ context.Context, e *app.WebsocketEvent) (any, error) {
		return nil, saw("%s %s %t %s", e.Context()["eventType"], e.ConnectionID(), e.HasBody(), e.Body())
	}
	a.OnLogEvents("/aws/lambda/shop", func(_ context.Context, e *app.LogsEvent) error {
		for _, r := range e.Events() {
			if err := saw("%s %s %s %d %v", e.LogGroup(), r.ID(), r.Message(), r.Timestamp().UnixMilli(), r.ExtractedFields()); err != nil {
				return err
			}
		}
		return nil
	}, app.Name("logs"))
	a.OnWSConnect(socket, app.Name("connect"))
	a.OnWSMessage(socket, app.Name("message"))
	a.OnWSDisconnect(socket, app.Name("disconnect"))

	client := apptest.NewClient(t, a)
	e := client.Events
	const done = `{"statusCode":200}`
	for name, tc := range map[string]struct {
		event  json.RawMessage
		want   []string
		result string
	}{
		"s3":         {e.S3("images", "my cat!.jpg"), []string{"images/my cat!.jpg"}, "null"},
		"sns":        {e.SNS("hello", apptest.Subject("s")), []string{"s: hello"}, "null"},
		"sqs":        {e.SQS("jobs", "good", "bad", "good", "bad"), nil, `{"batchItemFailures":[{"itemIdentifier":"message-id-2"},{"itemIdentifier":"message-id-4"}]}`},
		"kinesis":    {e.Kinesis("clicks", []byte("a"), []byte("b")), []string{"12345 a", "12346 b"}, "null"},
		"dynamodb":   {e.DynamoDB("users", apptest.Change{Keys: item{1}, New: item{1}}, apptest.Change{Keys: item{2}, Old: item{2}}, apptest.Change{Keys: item{3}, New: item{3}, Old: item{3}}, apptest.Change{Keys: item{4}, EventName: "MODIFY"}), []string{"users INSERT 1 1", "users REMOVE 2 0", "users MODIFY 3 3", "users MODIFY 4 0"}, "null"},
		"cloudwatch": {e.CloudWatch("my", "Done", item{5}), []string{`Done {"id":5}`}, "null"},
		"schedule":   {e.Schedule(), []string{"aws.events {}"}, "null"},

		"logs": {e.LogMessages("/aws/lambda/shop", apptest.LogMessage{Message: "a"}, apptest.LogMessage{Message: "b", Timestamp: 7, Fields: map[string]string{"$1": "b"}}),
			[]string{"/aws/lambda/shop log-event-id a 1440442987000 map[]", "/aws/lambda/shop log-event-id-2 b 7 map[$1:b]"}, "null"},

		"websocket_connect":    {e.WebsocketConnect("c1"), []string{"CONNECT c1 false "}, done},
		"websocket_message":    {e.WebsocketMessage("c1", "hi"), []string{"MESSAGE c1 true hi"}, done},
		"websocket_disconnect": {e.WebsocketDisconnect("c1"), []string{"DISCONNECT c1 false "}, done},
	} {
		t.Run(name, func(t *testing.T) {
			got = nil
			result, err := client.Lambda.Invoke(name, tc.event)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, tc.want) || result.Text() != tc.result {
				t.Errorf("the handler saw %q and returned %s\nwant %q and %s", got, result.Payload, tc.want, tc.result)
			}
		})
	}
}

// TestS3Keys: the handler gets any key as it was, from an event that has only
// the characters in it that S3 writes there.
func TestS3Keys(t *testing.T) {
	got := ""
	a := app.New("keys")
	a.OnS3Event("images", func(_ context.Context, e *app.S3Event) error {
		got = e.Key()
		return nil
	}, app.Name("s3"))
	client := apptest.NewClient(t, a)
	for key, sent := range map[string]string{
		"a/b.png":         "a/b.png",
		"my cat.jpg":      "my+cat.jpg",
		"a+b":             "a%2Bb",
		"100%":            "100%25",
		"%2F":             "%252F",
		"ünder/straße~*":  "%C3%BCnder/stra%C3%9Fe~%2A",
		"a=b&c;d?e#f":     "a%3Db%26c%3Bd%3Fe%23f",
		"line\nbreak\x00": "line%0Abreak%00",
	} {
		event := client.Events.S3("images", key)
		var e struct {
			Records []struct {
				S3 struct{ Object struct{ Key string } }
			}
		}
		if err := json.Unmarshal(event, &e); err != nil {
			t.Fatal(err)
		}
		if e.Records[0].S3.Object.Key != sent {
			t.Errorf("%q: sent %q, want %q", key, e.Records[0].S3.Object.Key, sent)
		}
		if _, err := client.Lambda.Invoke("s3", event); err != nil || got != key {
			t.Errorf("%q: the handler got %q, error %v", key, got, err)
		}
	}
}

// TestWebsocketConnect: the event has what the client sent when it connected.
func TestWebsocketConnect(t *testing.T) {
	e := apptest.NewClient(t, app.New("events")).Events
	event := e.WebsocketConnect("c1", apptest.Query("token", "a b"), apptest.Query("token", "&"), apptest.Header("sec-websocket-protocol", "chat"),
		apptest.Header("X-A", "1"), apptest.Header("X-A", "2"), apptest.Cookie("session", "s1"))
	var got struct {
		Headers                         map[string]string
		MultiValueHeaders               map[string][]string
		QueryStringParameters           map[string]string
		MultiValueQueryStringParameters map[string][]string
	}
	if err := json.Unmarshal(event, &got); err != nil {
		t.Fatal(err)
	}
	want := got
	want.Headers = map[string]string{
		"Host": "abcd123.execute-api.us-west-2.amazonaws.com", "Sec-WebSocket-Protocol": "chat", "X-A": "2", "Cookie": "session=s1",
	}
	want.MultiValueHeaders = map[string][]string{
		"Host": {"abcd123.execute-api.us-west-2.amazonaws.com"}, "Sec-WebSocket-Protocol": {"chat"}, "X-A": {"1", "2"}, "Cookie": {"session=s1"},
	}
	want.QueryStringParameters = map[string]string{"token": "&"}
	want.MultiValueQueryStringParameters = map[string][]string{"token": {"a b", "&"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
}

// TestEventMistakes: values of which no event can be made fail the test.
func TestEventMistakes(t *testing.T) {
	failures := record(t, func(t testing.TB) {
		e := apptest.NewClient(t, app.New("events")).Events
		e.CloudWatch("my", "Done", func() {})
		e.WebsocketConnect("c1", apptest.JSON(1))
		e.DynamoDB("users", apptest.Change{New: []int{1}})
		e.DynamoDB("users", apptest.Change{Keys: map[string]int{}}, apptest.Change{Old: make(chan int)})
	})
	want := []string{
		"make an event: json: unsupported type: func()",
		"a client that connects sends no body: leave out Body, BodyFrom and JSON",
		"change 0 of table users: NewImage: a []int is no item: json: cannot unmarshal array into Go value of type map[string]interface {}",
		"change 1 of table users: OldImage: json: unsupported type: chan int",
	}
	if diff := cmp.Diff(want, failures); diff != "" {
		t.Errorf("failures (-want +got):\n%s", diff)
	}
}
