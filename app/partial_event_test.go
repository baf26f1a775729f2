package app_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
)

// TestLeastEvents reads events that have nothing but the members without which
// they aren't events of their kind. Anything else has the zero value.
func TestLeastEvents(t *testing.T) {
	for name, event := range map[string]string{
		"source":      `{"source":"aws.ec2"}`,
		"detail-type": `{"detail-type":"T"}`,
	} {
		e := must(t, app.NewCloudWatchEvent, event)
		got := []any{e.Version(), e.Account(), e.Region(), e.Time(), e.EventID(), e.Resources(), string(e.Detail()), e.Source() + e.DetailType()}
		want := []any{"", "", "", "", "", []string(nil), "", map[string]string{"source": "aws.ec2", "detail-type": "T"}[name]}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if err := e.DecodeDetail(new(any)); err == nil || err.Error() != "the event has no detail" {
			t.Errorf("DecodeDetail: %v", err)
		}
	}
	if _, err := app.NewCloudWatchEvent([]byte(`{"Records":[]}`)); err == nil {
		t.Error("an event of something else is one of CloudWatch's")
	}
	sns := must(t, app.NewSNSEvent, `{"Records":[{"Sns":{"Message":"m"}}]}`)
	if sns.Message() != "m" || sns.Subject() != "" || sns.MessageAttributes() != nil {
		t.Errorf("SNS: %q %q %v", sns.Message(), sns.Subject(), sns.MessageAttributes())
	}
	s3 := must(t, app.NewS3Event, `{"Records":[{"s3":{"bucket":{"name":"b"},"object":{"key":"k"}}}]}`)
	if s3.Bucket() != "b" || s3.Key() != "k" {
		t.Errorf("S3: %q %q", s3.Bucket(), s3.Key())
	}
	socket := must(t, app.NewWebsocketEvent, `{"requestContext":{"connectionId":"c"}}`)
	if got := socket.DomainName() + socket.Stage() + socket.APIID() + socket.Body(); got != "" || socket.HasBody() || socket.ConnectionID() != "c" {
		t.Errorf("websocket: %q", got)
	}
	auth := must(t, app.NewAuthRequest, `{"authorizationToken":"t","methodArn":"arn"}`)
	if auth.Type() != "" || auth.Token() != "t" || auth.MethodARN() != "arn" {
		t.Errorf("authorizer: %q %q %q", auth.Type(), auth.Token(), auth.MethodARN())
	}
}

func TestLeastRecords(t *testing.T) {
	sqs := must(t, app.NewSQSEvent, `{"Records":[{"body":"b"}]}`)
	if r := sqs.Records(); len(r) != 1 || r[0].Body() != "b" || r[0].MessageID()+r[0].ReceiptHandle() != "" || r[0].Attributes() != nil || sqs.Err() != nil {
		t.Errorf("SQS: %+v, %v", r, sqs.Err())
	}
	kinesis := must(t, app.NewKinesisEvent, `{"Records":[{"kinesis":{"data":"YQ=="}}]}`)
	if r := kinesis.Records(); len(r) != 1 || string(r[0].Data()) != "a" || r[0].SequenceNumber()+r[0].PartitionKey()+r[0].SchemaVersion() != "" ||
		r[0].Timestamp() != (time.Time{}) || kinesis.Err() != nil {
		t.Errorf("Kinesis: %+v, %v", r, kinesis.Err())
	}
	for _, event := range []string{`{"Records":[{"dynamodb":{}}]}`, `{"Records":[{"dynamodb":{"ApproximateCreationDateTime":null}}]}`} {
		dynamo := must(t, app.NewDynamoDBEvent, event)
		r := dynamo.Records()
		if len(r) != 1 || dynamo.Err() != nil {
			t.Fatalf("DynamoDB: %+v, %v", r, dynamo.Err())
		}
		got := []any{r[0].Timestamp(), r[0].Keys(), r[0].SizeBytes(), r[0].SequenceNumber() + r[0].AWSRegion() + r[0].EventID() + r[0].EventName() +
			r[0].EventSourceARN() + r[0].TableName() + r[0].StreamViewType()}
		if diff := cmp.Diff([]any{time.Time{}, map[string]any(nil), 0, ""}, got); diff != "" {
			t.Errorf("DynamoDB (-want +got):\n%s", diff)
		}
	}
}

// TestLeastRequests: the query and the headers are found in either of the
// members that can have them.
func TestLeastRequests(t *testing.T) {
	const (
		rest  = `{"requestContext":{"resourcePath":"/","httpMethod":"GET"}`
		http  = `{"version":"2.0","rawPath":"/","requestContext":{"http":{"method":"GET"}}`
		http1 = `{"version":"1.0","path":"/","httpMethod":"GET","requestContext":{"resourcePath":"/","httpMethod":"GET"}`
		elb   = `{"path":"/","httpMethod":"GET","requestContext":{"elb":{}}`
	)
	for name, tc := range map[string]struct {
		event string
		query map[string][]string
	}{
		"REST, nothing":                  {rest, nil},
		"REST, single values":            {rest + `,"queryStringParameters":{"q":"a%20b","e":""}`, map[string][]string{"q": {"a%20b"}, "e": {""}}},
		"REST, single before null":       {rest + `,"queryStringParameters":{"q":"1"},"multiValueQueryStringParameters":null`, map[string][]string{"q": {"1"}}},
		"REST, lists":                    {rest + `,"queryStringParameters":{"q":"2"},"multiValueQueryStringParameters":{"q":["1","2"]}`, map[string][]string{"q": {"1", "2"}}},
		"REST, null":                     {rest + `,"queryStringParameters":null,"multiValueQueryStringParameters":null`, nil},
		"HTTP API, single values":        {http + `,"queryStringParameters":{"q":"a b,c"}`, map[string][]string{"q": {"a b,c"}}},
		"HTTP API, format 1.0":           {http1 + `,"queryStringParameters":{"q":"a%20b"}`, map[string][]string{"q": {"a%20b"}}},
		"HTTP API, format 1.0, lists":    {http1 + `,"multiValueQueryStringParameters":{"q":["1","2"]}`, map[string][]string{"q": {"1", "2"}}},
		"HTTP API, raw":                  {http + `,"rawQueryString":"q=1&q=2","queryStringParameters":{"q":"1,2"}`, map[string][]string{"q": {"1", "2"}}},
		"HTTP API, empty":                {http + `,"rawQueryString":""`, nil},
		"HTTP API, empty beside values":  {http + `,"rawQueryString":"","queryStringParameters":{"q":"1"}`, map[string][]string{"q": {"1"}}},
		"load balancer, single":          {elb + `,"queryStringParameters":{"q":"a%20b"}`, map[string][]string{"q": {"a b"}}},
		"load balancer, lists":           {elb + `,"multiValueQueryStringParameters":{"q":["%31","2"]}`, map[string][]string{"q": {"1", "2"}}},
		"load balancer, null and single": {elb + `,"multiValueQueryStringParameters":null,"queryStringParameters":{"q":"1"}`, map[string][]string{"q": {"1"}}},
	} {
		r := newRequest(t, tc.event+`}`)
		if diff := cmp.Diff(tc.query, r.QueryParams()); diff != "" || r.Path() != "/" || r.Method() != "GET" {
			t.Errorf("%s: %s %s (-want +got):\n%s", name, r.Method(), r.Path(), diff)
		}
		if diff := cmp.Diff(tc.query["q"], r.QueryAll("q")); diff != "" {
			t.Errorf("%s: QueryAll (-want +got):\n%s", name, diff)
		}
	}
	r := newRequest(t, rest+`,"multiValueHeaders":{"Content-Type":["text/plain"],"X":["1","2"]}}`)
	if got := []string{r.Header("content-type"), r.Header("x"), r.Headers()["x"]}; strings.Join(got, " ") != "text/plain 2 2" || r.MultiValueHeaders() {
		t.Errorf("headers in lists: %q", got)
	}
}
