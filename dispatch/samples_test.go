package dispatch_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

// samples returns the folder of aws-lambda-go's samples of events.
func samples(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/aws/aws-lambda-go").Output()
	dir := filepath.Join(strings.TrimSpace(string(out)), "events", "testdata")
	if _, statErr := os.Stat(dir); err != nil || statErr != nil {
		t.Skipf("aws-lambda-go's samples are not there: %v, %v", err, statErr)
	}
	return dir
}

// every declares a handler of each kind, which looks at its event.
func every(seen *string) *app.App {
	a := app.New("every", app.DefaultCORS())
	for _, path := range []string{"/{proxy+}", "/"} {
		a.Route(path, func(_ context.Context, r *app.Request) (any, error) {
			body, err := r.Body()
			*seen = r.Method() + " " + r.URLPath() + " " + r.Header("Host") + " " + string(body)
			return r.ToMap(), err
		}, app.Name("route"), app.Methods("GET", "POST", "PUT"), app.ContentTypes())
	}
	timed := func(_ context.Context, e *app.CloudWatchEvent) error { *seen = e.DetailType(); return nil }
	a.Schedule("rate(1 day)", timed, app.Name("schedule"))
	a.OnCloudWatchEvent(app.Pattern{"source": []string{"x"}}, timed, app.Name("cloudwatch"))
	a.OnS3Event("b", func(_ context.Context, e *app.S3Event) error {
		*seen = fmt.Sprint(e.Bucket(), " ", e.Key(), " ", e.EventName(), " ", e.Size(), " ", e.VersionID(), " ", e.Requester(), " ", e.EventTime().UnixMilli())
		return nil
	}, app.Name("s3"))
	a.OnSNSMessage("t", func(_ context.Context, e *app.SNSEvent) error {
		*seen = fmt.Sprint(e.Subject(), " ", e.Message(), " ", e.TopicARN(), " ", e.SubscriptionARN(), " ", e.MessageAttribute("Test"), " ", e.Timestamp().UnixMilli())
		return nil
	}, app.Name("sns"))
	a.OnSQSMessage("q", func(_ context.Context, e *app.SQSEvent) error {
		for _, r := range e.Records() {
			*seen += fmt.Sprint(r.MessageID(), " ", r.Body(), " ", r.QueueName(), " ", r.ReceiveCount(), " ", r.SentTime().UnixMilli(), " ",
				r.MessageAttribute("Attribute1"), " ", r.MessageAttributes()["Attribute2"].Number(), " ", string(r.MessageAttributes()["Attribute3"].Binary))
		}
		return nil
	}, app.Name("sqs"))
	a.OnKinesisRecord("s", func(_ context.Context, e *app.KinesisEvent) error {
		for _, r := range e.Records() {
			*seen += r.PartitionKey() + " " + string(r.Data()) + " " + r.AWSRegion() + " " + r.ShardID() + " " + r.EventSourceARN() + "; "
		}
		return nil
	}, app.Name("kinesis"))
	a.OnDynamoDBRecord("arn:aws:dynamodb:r:1:table/t/stream/l", func(_ context.Context, e *app.DynamoDBEvent) error {
		for _, r := range e.Records() {
			*seen += fmt.Sprint(r.EventName(), " ", r.TableName(), " ", r.UserIdentity().PrincipalID, " ", r.Expired(), "; ")
		}
		return nil
	}, app.Name("dynamodb"))
	socket := func(_ context.Context, e *app.WebsocketEvent) (any, error) {
		*seen = fmt.Sprint(e.RouteKey(), " ", e.ConnectedAt().UnixMilli(), " ", e.SourceIP(), " ", e.Query("name"), " ", e.Header("host"), " ", e.DisconnectStatusCode())
		return nil, nil
	}
	a.OnWSConnect(socket, app.Name("c"))
	a.OnWSMessage(socket, app.Name("m"))
	a.OnWSDisconnect(socket, app.Name("d"))
	a.Authorizer(func(_ context.Context, r *app.AuthRequest) (*app.AuthResponse, error) {
		*seen = cmp.Or(r.Token(), r.MethodARN())
		return &app.AuthResponse{Routes: app.AuthRoutes("*")}, nil
	}, app.Name("auth"))
	a.LambdaFunction(func(_ context.Context, event json.RawMessage) (any, error) { *seen = "plain"; return event, nil }, app.Name("plain"))
	return a
}

// TestSamples dispatches aws-lambda-go's samples of the events that an app can
// have.
func TestSamples(t *testing.T) {
	dir := samples(t)
	for file, want := range map[string]struct{ function, seen string }{
		"apigw-request.json":                                {app.RESTHandler, "POST /hello/world gy415nuibc.execute-api.us-east-1.amazonaws.com {\r\n\t\"a\": 1\r\n}"},
		"apigw-restapi-openapi-request.json":                {app.RESTHandler, ""},
		"apigw-v2-request-no-authorizer.json":               {app.RESTHandler, "GET / aaaaaaaaaa"},
		"apigw-v2-request-iam.json":                         {app.RESTHandler, ""},
		"apigw-v2-request-jwt-authorizer.json":              {app.RESTHandler, ""},
		"apigw-v2-request-lambda-authorizer.json":           {app.RESTHandler, ""},
		"lambda-urls-request.json":                          {app.RESTHandler, ""},
		"alb-lambda-target-request-headers-only.json":       {app.RESTHandler, "GET / lambda-test-alb-1334523864.us-east-1.elb.amazonaws.com"},
		"alb-lambda-target-request-multivalue-headers.json": {app.RESTHandler, "GET / lambda-test-alb-1234567.us-east-1.elb.amazonaws.com"},
		"apigw-custom-auth-request.json":                    {"auth", "allow"},
		"apigw-websocket-request.json":                      {app.WebsocketConnect, "$connect 1547230720092 192.168.196.186 me *.execute-api.eu-central-1.amazonaws.com 0"},
		"apigw-websocket-request-send-message.json":         {app.WebsocketMessage, "$default 1705751697419 49.105.91.154   0"},
		"apigw-websocket-request-disconnect.json":           {app.WebsocketDisconnect, "$disconnect 1705751697419 49.105.91.154  dl7ptocha9.execute-api.ap-northeast-1.amazonaws.com 1001"},
		"s3-event.json":                                     {"s3", "sourcebucket Happy Face.jpg ObjectCreated:Put 1024 version EXAMPLE 123"},
		"s3-lifecycle-event.json":                           {"s3", ""},
		"s3-replication-event.json":                         {"s3", ""},
		"s3-restore-event.json":                             {"s3", ""},
		"s3-event-with-decoded.json":                        {"s3", "sourcebucket Happy Face.jpg"},
		"sns-event.json":                                    {"sns", "TestInvoke Hello from SNS! arn:aws:sns:EXAMPLE arn:aws:sns:EXAMPLE TestString 1433353407123"},
		"sqs-event.json":                                    {"sqs", "MessageID_1 Message Body SQSQueue 2 1520621625029 AttributeValue1 123 1100"},
		"kinesis-event.json":                                {"kinesis", "s1 Hello World us-east-1 shardId-000000000000 arn:aws:kinesis:us-east-1:123456789012:stream/simple-stream; s1 Hello World"},
		"dynamodb-event.json":                               {"dynamodb", "INSERT Example-Table dynamodb.amazonaws.com false; "},
		"autoscaling-event-launch-successful.json":          {"cloudwatch", "EC2 Instance Launch Successful"},
		"ecs-container-instance-state-change.json":          {"schedule", "ECS Container Instance State Change"},
		"cognito-event.json":                                {"plain", "plain"},
		"lex-event.json":                                    {"plain", "plain"},
	} {
		t.Run(file, func(t *testing.T) {
			event, err := os.ReadFile(filepath.Join(dir, file))
			if err != nil {
				t.Fatal(err)
			}
			var seen string
			h, err := dispatch.NewHandler(every(&seen), want.function)
			if err != nil {
				t.Fatal(err)
			}
			out, err := h.Invoke(t.Context(), event)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(seen, want.seen) || seen == "" {
				t.Errorf("saw %q, want %q", seen, want.seen)
			}
			if !json.Valid(out) || want.function == app.RESTHandler && !strings.Contains(string(out), `"statusCode":200`) {
				t.Errorf("answers %s", out)
			}
		})
	}
}

// FuzzInvoke: whatever the event is, Invoke returns an error or a JSON answer,
// and doesn't panic.
func FuzzInvoke(f *testing.F) {
	f.Add([]byte(get("/", `"headers":{"accept":"image/png"},"body":"x",`)))
	f.Add([]byte(httpAPI("GET", "/a/b", `"cookies":["a"],`)))
	f.Add([]byte(loadBalancer("GET", "/", `"multiValueHeaders":{"a":["b"]},`)))
	f.Add([]byte(queueEvent))
	f.Add([]byte(`{"type":"TOKEN","authorizationToken":"t","methodArn":"a:b:c:d:e:f/g/h"}`))
	var seen string
	a := every(&seen)
	registry, err := a.Registry()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, event []byte) {
		quiet(t)
		for _, name := range registry.FunctionNames() {
			h, err := dispatch.NewHandler(a, name)
			if err != nil {
				t.Fatal(err)
			}
			if out, err := h.Invoke(t.Context(), event); err == nil && !json.Valid(out) {
				t.Errorf("%s answers %q", name, out)
			}
		}
	})
}
