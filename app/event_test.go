package app_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
)

// attempt is a constructor of any kind of event.
type attempt func(data []byte) (any, error)

// of makes an attempt of a constructor, so that constructors of all kinds fit
// into one map.
func of[E any](make func([]byte) (E, error)) attempt {
	return func(data []byte) (any, error) { return make(data) }
}

const (
	cloudWatchJSON = `{"version":0,"account":"123","region":"us-west-2","detail":{"n":1},"detail-type":"T","source":"s","time":"2015-11-11T21:29:54Z","id":"e","resources":["a","b"]}`
	s3JSON         = `{"Records":[{"s3":{"bucket":{"name":"b"},"object":{"key":"a+b"}}},{"s3":{}}]}`
	bridgedJSON    = `{"version":"0","id":"17","detail-type":"Object Created","source":"aws.s3","account":"111122223333","time":"2021-11-12T00:00:00Z","region":"ca-central-1",
		"resources":["arn:aws:s3:::b"],"detail":{"version":"0","bucket":{"name":"b"},"object":{"key":"a+b%2B","size":5,"etag":"b19","version-id":"IYV","sequencer":"617f"},
		"request-id":"N4N","requester":"123456789012","source-ip-address":"1.2.3.4","reason":"PutObject"}}`
	snsJSON     = `{"Records":[{"Sns":{"Message":"{\"a\":1}","Subject":null,"MessageAttributes":{"k":{"Type":"String","Value":"v"}}}}]}`
	sqsJSON     = `{"Records":[{"messageId":"m1","body":"{\"a\":1}","receiptHandle":"h","attributes":{"ApproximateReceiveCount":"2"}},{"messageId":"m2","body":"","receiptHandle":""}]}`
	kinesisJSON = `{"Records":[{"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":"p","sequenceNumber":"12","data":"AP+A","approximateArrivalTimestamp":1545084650.987}}]}`
	dynamoJSON  = `{"Records":[{"eventID":"e","eventName":"INSERT","awsRegion":"r","eventSourceARN":"` + stream + `","dynamodb":{
		"ApproximateCreationDateTime":1601317140,"SequenceNumber":"17","SizeBytes":20,"StreamViewType":"NEW_IMAGE","NewImage":{"Id":{"N":"101"}}}}]}`
	websocketJSON = `{"requestContext":{"apiId":"a","stage":"s","domainName":"d","connectionId":"c","n":1},"body":"{\"a\":1}"}`
	authJSON      = `{"type":"TOKEN","authorizationToken":"t","methodArn":"arn"}`
)

// TestEventsNeedTheirParts takes from an event of each kind the members without
// which it isn't one.
func TestEventsNeedTheirParts(t *testing.T) {
	for name, tc := range map[string]struct {
		make  attempt
		event string
		parts []string
	}{
		"CloudWatch": {of(app.NewCloudWatchEvent), cloudWatchJSON,
			nil},
		"S3":                {of(app.NewS3Event), s3JSON, []string{"Records", "s3", "bucket", "name", "object", "key"}},
		"S3 by EventBridge": {of(app.NewS3Event), bridgedJSON, []string{"source", "detail", "bucket", "name", "object", "key"}},
		"SNS":               {of(app.NewSNSEvent), snsJSON, []string{"Records", "Sns", "Message"}},
		"websocket":         {of(app.NewWebsocketEvent), websocketJSON, []string{"requestContext", "connectionId"}},
		"auth":              {of(app.NewAuthRequest), authJSON, []string{"authorizationToken", "methodArn"}},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := tc.make([]byte(tc.event)); err != nil {
				t.Fatal(err)
			}
			for _, part := range tc.parts {
				broken := strings.Replace(tc.event, `"`+part+`":`, `"other":`, 1)
				if _, err := tc.make([]byte(broken)); err == nil || !strings.Contains(err.Error(), "missing") {
					t.Errorf("without %s: %v", part, err)
				}
			}
			for _, syntax := range []string{``, `{`, tc.event + "x", `[]`, `null`, strings.Replace(tc.event, ":", "=", 1)} {
				if _, err := tc.make([]byte(syntax)); err == nil {
					t.Errorf("accepts %.50q", syntax)
				}
			}
		})
	}
}

// TestRecordsNeedTheirParts: a faulty record is an error when the records are
// asked for, but an event without records is one at once.
func TestRecordsNeedTheirParts(t *testing.T) {
	type batch interface{ Err() error }
	for name, tc := range map[string]struct {
		read  func(data []byte) (batch, int, error)
		event string
		parts []string
	}{
		"SQS": {func(data []byte) (batch, int, error) {
			e, err := app.NewSQSEvent(data)
			return e, len(e.Records()), err
		}, sqsJSON, []string{"Records", "body"}},
		"Kinesis": {func(data []byte) (batch, int, error) {
			e, err := app.NewKinesisEvent(data)
			return e, len(e.Records()), err
		}, kinesisJSON, []string{"Records", "kinesis", "data"}},
		"DynamoDB": {func(data []byte) (batch, int, error) {
			e, err := app.NewDynamoDBEvent(data)
			return e, len(e.Records()), err
		}, dynamoJSON, []string{"Records", "dynamodb"}},
	} {
		t.Run(name, func(t *testing.T) {
			e, n, err := tc.read([]byte(tc.event))
			if err != nil || e.Err() != nil || n == 0 {
				t.Fatalf("%d records, %v, %v", n, err, e.Err())
			}
			for _, part := range tc.parts {
				e, n, err := tc.read([]byte(strings.Replace(tc.event, `"`+part+`":`, `"other":`, 1)))
				if whole := part == "Records"; whole != (err != nil) || !whole && e.Err() == nil || n != 0 {
					t.Errorf("without %s: %d records, %v, %v", part, n, err, e.Err())
				}
			}
			for _, syntax := range []string{``, `[]`, tc.event + "x"} {
				if _, _, err := tc.read([]byte(syntax)); err == nil {
					t.Errorf("accepts %q", syntax)
				}
			}
			if e, n, err := tc.read([]byte(`{"Records":[]}`)); err != nil || n != 0 || e.Err() != nil {
				t.Errorf("no records: %d, %v, %v", n, err, e.Err())
			}
		})
	}
}

func must[E any](t *testing.T, make func([]byte) (E, error), data string) E {
	t.Helper()
	e, err := make([]byte(data))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestCloudWatchEvent(t *testing.T) {
	e := must(t, app.NewCloudWatchEvent, cloudWatchJSON)
	var detail struct{ N int }
	if err := e.DecodeDetail(&detail); err != nil {
		t.Fatal(err)
	}
	got := []any{e.Version(), e.Account(), e.Region(), string(e.Detail()), detail.N, e.DetailType(), e.Source(), e.Time(), e.EventID(), e.Resources()}
	want := []any{"0", "123", "us-west-2", `{"n":1}`, 1, "T", "s", "2015-11-11T21:29:54Z", "e", []string{"a", "b"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if e.ToMap()["version"] != json.Number("0") || string(e.Raw()) != cloudWatchJSON {
		t.Error("ToMap or Raw is not the event")
	}
}

func TestS3Keys(t *testing.T) {
	for encoded, want := range map[string]string{
		"a+b": "a b", "a%2Bb": "a+b", "%E2%9C%93": "✓", "a%zz": "a%zz", "%": "%", "a%": "a%", "%4": "%4",
		"%ff": "\ufffd", "é ": "é ", "plain/key": "plain/key", `\u00e9+%C3%A9`: "é é", "%61%62": "ab",
	} {
		e := must(t, app.NewS3Event, strings.Replace(s3JSON, "a+b", encoded, 1))
		if got := e.Key(); got != want || e.Bucket() != "b" {
			t.Errorf("%q: got %q, want %q", encoded, got, want)
		}
	}
}

// s3Facts are what a handler can learn of an object.
func s3Facts(e *app.S3Event) []any {
	return []any{
		e.Bucket(), e.BucketARN(), e.Key(), e.EventName(), e.EventTime(), e.Size(), e.ETag(), e.VersionID(), e.Sequencer(),
		e.AWSRegion(), e.Requester(), e.SourceIP(), e.RequestID(),
	}
}

// TestS3Event: the methods return the same of both forms of an event, and nothing of
// what isn't there.
func TestS3Event(t *testing.T) {
	own := must(t, app.NewS3Event, `{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"us-west-2","eventTime":"1970-01-01T02:00:00.500+02:00","eventName":"ObjectCreated:Put",
		"userIdentity":{"principalId":"AIDA"},"requestParameters":{"sourceIPAddress":"127.0.0.1"},"responseElements":{"x-amz-request-id":"C3D","x-amz-id-2":"FMy"},
		"s3":{"s3SchemaVersion":"1.0","configurationId":"c","bucket":{"name":"b","ownerIdentity":{"principalId":"A3N"},"arn":"arn:aws:s3:::b"},
		"object":{"key":"Happy+Face%2B.jpg","size":5368709120,"eTag":"d41","versionId":"096","sequencer":"0055"}}}]}`)
	want := []any{"b", "arn:aws:s3:::b", "Happy Face+.jpg", "ObjectCreated:Put", time.UnixMilli(500).UTC(), int64(5 << 30), "d41", "096", "0055", "us-west-2", "AIDA", "127.0.0.1", "C3D"}
	if diff := cmp.Diff(want, s3Facts(own)); diff != "" {
		t.Errorf("S3's own (-want +got):\n%s", diff)
	}
	want = []any{"b", "arn:aws:s3:::b", "a+b%2B", "ObjectCreated:Put", time.Date(2021, 11, 12, 0, 0, 0, 0, time.UTC), int64(5), "b19", "IYV", "617f", "ca-central-1", "123456789012", "1.2.3.4", "N4N"}
	if diff := cmp.Diff(want, s3Facts(must(t, app.NewS3Event, bridgedJSON))); diff != "" {
		t.Errorf("EventBridge's (-want +got):\n%s", diff)
	}
	for form, least := range map[string]string{
		"S3's own":      `{"Records":[{"s3":{"bucket":{"name":"b"},"object":{"key":"k"}}}]}`,
		"EventBridge's": `{"source":"aws.s3","detail":{"bucket":{"name":"b"},"object":{"key":"k"}}}`,
	} {
		want := []any{"b", "", "k", "", time.Time{}, int64(0), "", "", "", "", "", "", ""}
		if diff := cmp.Diff(want, s3Facts(must(t, app.NewS3Event, least))); diff != "" {
			t.Errorf("%s with least (-want +got):\n%s", form, diff)
		}
	}
	if _, err := app.NewS3Event([]byte(`{"detail-type":"EC2 Instance State-change Notification","source":"aws.ec2","detail":{"bucket":{"name":"b"},"object":{"key":"k"}}}`)); err == nil ||
		err.Error() != "this is no S3 event: Records[0].s3.bucket.name is missing; it looks to come from Amazon EventBridge" {
		t.Errorf("another's event: %v", err)
	}
}

func TestSNSEvent(t *testing.T) {
	e := must(t, app.NewSNSEvent, snsJSON)
	var message struct{ A int }
	if err := e.JSON(&message); err != nil || message.A != 1 {
		t.Errorf("JSON: %v, %v", message, err)
	}
	want := map[string]app.SNSAttribute{"k": {Type: "String", Value: "v"}}
	if diff := cmp.Diff(want, e.MessageAttributes()); diff != "" || e.Subject() != "" || e.Message() != `{"a":1}` {
		t.Errorf("got %q, %q, %s", e.Subject(), e.Message(), diff)
	}
	if got := e.MessageAttribute("k") + e.MessageAttribute("other"); got != "v" {
		t.Errorf("the attribute is %q", got)
	}
	if got := e.MessageID() + e.TopicARN() + e.SubscriptionARN(); got != "" || !e.Timestamp().IsZero() {
		t.Errorf("what the event doesn't say is %q, %v", got, e.Timestamp())
	}
	e = must(t, app.NewSNSEvent, `{"Records":[{"EventSource":"aws:sns","EventSubscriptionArn":"arn:sub","Sns":{"Message":"m","MessageId":"95df","TopicArn":"arn:topic","Timestamp":"2019-01-02T12:45:07.000Z"}}]}`)
	got := []any{e.MessageID(), e.TopicARN(), e.SubscriptionARN(), e.Timestamp(), e.MessageAttribute("k")}
	if diff := cmp.Diff([]any{"95df", "arn:topic", "arn:sub", time.Date(2019, 1, 2, 12, 45, 7, 0, time.UTC), ""}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSQSEvent(t *testing.T) {
	e := must(t, app.NewSQSEvent, sqsJSON)
	for range 2 { // records can be asked for again
		r := e.Records()
		var body struct{ A int }
		if err := r[0].JSON(&body); err != nil || body.A != 1 {
			t.Errorf("JSON: %v, %v", body, err)
		}
		got := []any{len(r), r[0].Body(), r[0].ReceiptHandle(), r[0].MessageID(), r[0].Attributes()["ApproximateReceiveCount"], r[1].Body(), r[1].MessageID(), r[1].ToMap()["messageId"]}
		want := []any{2, `{"a":1}`, "h", "m1", "2", "", "m2", "m2"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

func TestKinesisTimes(t *testing.T) {
	for seconds, want := range map[string]string{
		"1545084650.987":    "2018-12-17T22:10:50.987Z",
		"1545084650":        "2018-12-17T22:10:50Z",
		"1.545084650987E9":  "2018-12-17T22:10:50.987Z",
		"0.0000005":         "1970-01-01T00:00:00Z", // half to even
		"0.0000015":         "1970-01-01T00:00:00.000002Z",
		"1545084650.999999": "2018-12-17T22:10:50.999999Z",
	} {
		e := must(t, app.NewKinesisEvent, strings.Replace(kinesisJSON, "1545084650.987", seconds, 1))
		records := e.Records()
		if len(records) != 1 {
			t.Fatal(e.Err())
		}
		r := records[0]
		if got := r.Timestamp().Format(time.RFC3339Nano); got != want {
			t.Errorf("%s: got %s, want %s", seconds, got, want)
		}
		if string(r.Data()) != "\x00\xff\x80" || r.SequenceNumber() != "12" || r.PartitionKey() != "p" || r.SchemaVersion() != "1.0" {
			t.Errorf("got %q %q %q %q", r.Data(), r.SequenceNumber(), r.PartitionKey(), r.SchemaVersion())
		}
	}
	for _, broken := range []string{
		strings.Replace(kinesisJSON, "AP+A", "AP+", 1),
		strings.Replace(kinesisJSON, "1545084650.987", `"soon"`, 1),
	} {
		e := must(t, app.NewKinesisEvent, broken)
		if n := len(e.Records()); n != 0 || e.Err() == nil {
			t.Errorf("%d records, %v", n, e.Err())
		}
	}
}

func TestDynamoDBEvent(t *testing.T) {
	r := must(t, app.NewDynamoDBEvent, dynamoJSON).Records()[0]
	got := []any{
		r.Timestamp(), r.Keys(), r.NewImage(), r.OldImage(), r.SequenceNumber(), r.SizeBytes(), r.StreamViewType(),
		r.AWSRegion(), r.EventID(), r.EventName(), r.EventSourceARN(), r.TableName(),
	}
	want := []any{
		time.Date(2020, 9, 28, 18, 19, 0, 0, time.UTC), map[string]any(nil), map[string]any{"Id": map[string]any{"N": "101"}}, map[string]any(nil),
		"17", 20, "NEW_IMAGE", "r", "e", "INSERT", stream, "Orders",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for arn, want := range map[string]string{
		"arn:aws:dynamodb:us-west-2:12345:table/MyTable/stream/2020-09-28T16:49:14.209": "MyTable",
		"arn:aws:dynamodb:us-west-2:12345:table/MyTable":                                "MyTable",
		"arn:aws:dynamodb:us-west-2:12345:table":                                        "",
		"bad":                                                                           "",
		"arn:aws:dynamodb:us-west-2:12345:table/My:Table/x":                             "My:Table",
	} {
		r := must(t, app.NewDynamoDBEvent, strings.Replace(dynamoJSON, stream, arn, 1)).Records()[0]
		if got := r.TableName(); got != want {
			t.Errorf("%s: got %q, want %q", arn, got, want)
		}
	}
}

func TestDecodeImages(t *testing.T) {
	image := func(value string) *app.DynamoDBRecord {
		return must(t, app.NewDynamoDBEvent, strings.Replace(dynamoJSON, `{"Id":{"N":"101"}}`, value, 1)).Records()[0]
	}
	r := image(`{"s":{"S":"é\n"},"n":{"N":"1.50"},"p":{"N":"+3"},"b":{"B":"AP8="},"t":{"BOOL":true},"z":{"NULL":true},
		"m":{"M":{"x":{"N":"1"}}},"l":{"L":[{"S":"a"},{"N":"2"}]},"ss":{"SS":["a","b"]},"ns":{"NS":["1","2.5"]},"bs":{"BS":["AA=="]}}`)
	type item struct {
		S  string
		N  float64
		P  int
		B  []byte
		T  bool
		Z  *int
		M  map[string]int
		L  []any
		SS []string
		NS []float64
		BS [][]byte
	}
	var got item
	if err := r.DecodeNew(&got); err != nil {
		t.Fatal(err)
	}
	want := item{"é\n", 1.5, 3, []byte{0, 255}, true, nil, map[string]int{"x": 1}, []any{"a", 2.0}, []string{"a", "b"}, []float64{1, 2.5}, [][]byte{{0}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for name, err := range map[string]error{
		"no old image": r.DecodeOld(&got),
		"no keys":      r.DecodeKeys(&got),
		"unknown type": image(`{"a":{"X":1}}`).DecodeNew(&got),
		"no type":      image(`{"a":{}}`).DecodeNew(&got),
		"no number":    image(`{"a":{"N":"x"}}`).DecodeNew(&got),
		"JSON as N":    image(`{"a":{"N":"{}"}}`).DecodeNew(&got),
		"no list":      image(`{"a":{"L":1}}`).DecodeNew(&got),
		"no map":       image(`{"a":{"M":1}}`).DecodeNew(&got),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestWebsocketEvent(t *testing.T) {
	e := must(t, app.NewWebsocketEvent, websocketJSON)
	var message struct{ A int }
	var context struct{ N int }
	if err := e.JSON(&message); err != nil || message.A != 1 {
		t.Errorf("JSON: %v, %v", message, err)
	}
	if err := e.DecodeContext(&context); err != nil || context.N != 1 || e.Context()["n"] != json.Number("1") {
		t.Errorf("context: %v, %v", context, err)
	}
	got := []any{e.APIID(), e.Stage(), e.DomainName(), e.ConnectionID(), e.Body(), e.HasBody()}
	if diff := cmp.Diff([]any{"a", "s", "d", "c", `{"a":1}`, true}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for body, has := range map[string]bool{`,"body":null`: false, ``: false, `,"body":""`: true} {
		e := must(t, app.NewWebsocketEvent, strings.Replace(websocketJSON, `,"body":"{\"a\":1}"`, body, 1))
		_, err := e.JSONBody()
		if status, ok := app.StatusOf(err); e.HasBody() != has || e.Body() != "" || !ok || status.Status != 400 {
			t.Errorf("%s: %v, %q, %v", body, e.HasBody(), e.Body(), err)
		}
	}
}

// TestWebsocketRequests: events of connections that begin say what the client asked
// for.
func TestWebsocketRequests(t *testing.T) {
	const context = `"requestContext":{"routeKey":"$connect","eventType":"CONNECT","requestTimeEpoch":1530576251596,"connectedAt":1530576251595,"connectionId":"c","requestId":"r",
		"identity":{"sourceIp":"192.0.2.1","userAgent":"agent/1"}}`
	facts := func(e *app.WebsocketEvent) []any {
		return []any{
			e.Query("room"), e.QueryAll("room"), e.QueryParams(), e.Header("X-token"), e.HeaderAll("x-TOKEN"), e.Headers(), e.RouteKey(), e.EventType(),
			e.ConnectedAt(), e.RequestTime(), e.RequestID(), e.MessageID(), e.SourceIP(), e.UserAgent(), e.DisconnectStatusCode(), e.DisconnectReason(),
		}
	}
	about := []any{"$connect", "CONNECT", time.UnixMilli(1530576251595).UTC(), time.UnixMilli(1530576251596).UTC(), "r", "", "192.0.2.1", "agent/1", 0, ""}
	for name, tc := range map[string]struct {
		event string
		want  []any
	}{
		"several values": {
			`{"headers":{"X-Token":"b"},"multiValueHeaders":{"X-Token":["a","b"],"Host":["h"]},"queryStringParameters":{"room":"2"},"multiValueQueryStringParameters":{"room":["1","2"],"q":[""]},` + context + `}`,
			append([]any{"2", []string{"1", "2"}, map[string][]string{"room": {"1", "2"}, "q": {""}}, "b", []string{"a", "b"}, map[string]string{"x-token": "b", "host": "h"}}, about...),
		},
		"one value of each": {
			`{"headers":{"x-token":"b"},"queryStringParameters":{"room":"2"},` + context + `}`,
			append([]any{"2", []string{"2"}, map[string][]string{"room": {"2"}}, "b", []string{"b"}, map[string]string{"x-token": "b"}}, about...),
		},
		"nothing": {
			`{"requestContext":{"connectionId":"c"}}`,
			[]any{"", []string(nil), map[string][]string(nil), "", []string(nil), map[string]string{}, "", "", time.Time{}, time.Time{}, "", "", "", "", 0, ""},
		},
		"an end": {
			`{"requestContext":{"connectionId":"c","eventType":"DISCONNECT","routeKey":"$disconnect","disconnectStatusCode":1001,"disconnectReason":"Going away"}}`,
			[]any{"", []string(nil), map[string][]string(nil), "", []string(nil), map[string]string{}, "$disconnect", "DISCONNECT", time.Time{}, time.Time{}, "", "", "", "", 1001, "Going away"},
		},
		"a message": {
			`{"requestContext":{"connectionId":"c","messageId":"m","identity":{"sourceIp":"192.0.2.1"}},"body":"b"}`,
			[]any{"", []string(nil), map[string][]string(nil), "", []string(nil), map[string]string{}, "", "", time.Time{}, time.Time{}, "", "m", "192.0.2.1", "", 0, ""},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, facts(must(t, app.NewWebsocketEvent, tc.event))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestLambdaEvent(t *testing.T) {
	for data, want := range map[string]any{
		`"text"`: "text", `null`: nil, ` [1] `: []any{json.Number("1")}, `{"a":{}}`: map[string]any{"a": map[string]any{}},
	} {
		e := must(t, app.NewLambdaEvent, data)
		if diff := cmp.Diff(want, e.Value()); diff != "" || string(e.Raw()) != data {
			t.Errorf("%s: %s", data, diff)
		}
	}
	if _, err := app.NewLambdaEvent([]byte(`{"a":}`)); err == nil {
		t.Error("accepts what is no JSON")
	}
}

// FuzzEvents: whatever comes, making and reading events doesn't panic.
func FuzzEvents(f *testing.F) {
	for _, s := range []string{cloudWatchJSON, s3JSON, bridgedJSON, snsJSON, sqsJSON, kinesisJSON, dynamoJSON, websocketJSON, authJSON, logsJSON(logsData)} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if e, err := app.NewCloudWatchEvent(data); err == nil {
			_ = e.Version() + e.Account() + e.Time() + string(e.Detail())
			e.Resources()
		}
		if e, err := app.NewS3Event(data); err == nil {
			s3Facts(e)
		}
		if e, err := app.NewSNSEvent(data); err == nil {
			_ = e.Message() + e.Subject()
			e.MessageAttributes()
		}
		if e, err := app.NewSQSEvent(data); err == nil {
			for _, r := range e.Records() {
				r.Attributes()
			}
		}
		if e, err := app.NewKinesisEvent(data); err == nil {
			for _, r := range e.Records() {
				_ = r.PartitionKey() + r.SchemaVersion() + r.Timestamp().String()
			}
		}
		if e, err := app.NewDynamoDBEvent(data); err == nil {
			for _, r := range e.Records() {
				var v any
				_ = r.DecodeNew(&v)
				_ = r.TableName()
				r.Keys()
			}
		}
		if e, err := app.NewWebsocketEvent(data); err == nil {
			_, _ = e.JSONBody()
			e.Context()
		}
		if e, err := app.NewAuthRequest(data); err == nil {
			response := &app.AuthResponse{Routes: app.AuthRoutes("*", "/a")}
			if _, err := json.Marshal(response.Render(e)); err != nil {
				t.Error(err)
			}
		}
		if e, err := app.NewLambdaEvent(data); (err == nil) != json.Valid(data) {
			t.Errorf("%v, %v", e, err)
		}
	})
}
