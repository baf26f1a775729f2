package dispatch_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

// TestUnknownSources: an event that no REST API, HTTP API, function URL or load
// balancer sent fails, and the error says what seems to have sent it.
func TestUnknownSources(t *testing.T) {
	for name, tc := range map[string]struct{ event, want string }{
		"nothing":               {`{}`, "its requestContext has neither resourcePath, as from a REST API, nor http, as from an HTTP API or a function URL, nor elb, as from a load balancer"},
		"an event of one's own": {`{"order":7}`, "its requestContext has neither"},
		"SQS":                   {`{"Records":[{"eventSource":"aws:sqs","body":"b"}]}`, "; it looks to come from Amazon SQS"},
		"SNS":                   {`{"Records":[{"EventSource":"aws:sns","Sns":{}}]}`, "; it looks to come from Amazon SNS"},
		"S3":                    {`{"Records":[{"eventSource":"aws:s3","s3":{}}]}`, "; it looks to come from Amazon S3"},
		"Kinesis":               {`{"Records":[{"eventSource":"aws:kinesis"}]}`, "; it looks to come from Amazon Kinesis"},
		"DynamoDB":              {`{"Records":[{"eventSource":"aws:dynamodb"}]}`, "; it looks to come from Amazon DynamoDB"},
		"Kafka":                 {`{"eventSource":"aws:kafka","records":{}}`, "; it looks to come from Amazon MSK"},
		"Lambda@Edge":           {`{"Records":[{"cf":{"request":{}}}]}`, "; it looks to come from CloudFront (Lambda@Edge)"},
		"a schedule":            {`{"version":"0","detail-type":"Scheduled Event","source":"aws.events","detail":{}}`, "; it looks to come from Amazon EventBridge"},
		"a websocket":           {`{"requestContext":{"connectionId":"c","eventType":"MESSAGE","routeKey":"$default"},"body":"b"}`, "; it looks to come from a websocket API"},
		"VPC Lattice":           {`{"version":"2.0","path":"/","method":"GET","requestContext":{"serviceNetworkArn":"arn","region":"r"}}`, "; it looks to come from VPC Lattice"},
		"VPC Lattice, format 1": {`{"raw_path":"/","method":"GET","headers":{},"is_base64_encoded":false}`, "; it looks to come from VPC Lattice"},
		"a TOKEN authorizer":    {`{"type":"TOKEN","methodArn":"arn","authorizationToken":"t"}`, "; it looks to come from API Gateway, as a question to an authorizer"},
		"a REQUEST authorizer": {
			`{"type":"REQUEST","methodArn":"arn","requestContext":{"resourcePath":"/","httpMethod":"GET"}}`,
			"no source sends requestContext.resourcePath, the ARN of what an authorizer is asked about in one event; it looks to come from API Gateway, as a question",
		},
		"CloudWatch Logs": {`{"awslogs":{"data":"x"}}`, "; it looks to come from CloudWatch Logs"},
		"Cognito":         {`{"triggerSource":"PreSignUp_SignUp","userPoolId":"p"}`, "; it looks to come from Amazon Cognito"},
		"Firehose":        {`{"deliveryStreamArn":"arn","records":[]}`, "; it looks to come from Amazon Data Firehose"},
		"two sources": {
			`{"requestContext":{"resourcePath":"/","httpMethod":"GET","elb":{}}}`,
			"no source sends requestContext.resourcePath, requestContext.elb in one event",
		},
		"twice": {
			`{"requestContext":{"elb":{},"elb":{}}}`, "no source sends requestContext.elb, one of them twice in one event",
		},
		"a REST API's without a method":     {`{"requestContext":{"resourcePath":"/"}}`, "requestContext.httpMethod is missing"},
		"a REST API's without a path":       {`{"requestContext":{"resourcePath":null,"httpMethod":"GET"}}`, "requestContext.resourcePath is missing"},
		"an HTTP API's without a method":    {`{"rawPath":"/","requestContext":{"http":{}}}`, "requestContext.http.method is missing"},
		"an HTTP API's without a path":      {`{"requestContext":{"http":{"method":"GET"}}}`, "rawPath is missing"},
		"format 1.0 without a path":         {`{"version":"1.0","requestContext":{"resourcePath":"$default","httpMethod":"GET"}}`, "path is missing"},
		"a load balancer's without a path":  {`{"httpMethod":"GET","requestContext":{"elb":{}}}`, "path is missing"},
		"a load balancer's without methods": {`{"path":"/","requestContext":{"elb":{}}}`, "httpMethod is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSafe(true)
			h, err := dispatch.NewHandler(s.App, app.RESTHandler)
			if err != nil {
				t.Fatal(err)
			}
			out, err := h.Invoke(t.Context(), []byte(tc.event))
			if err == nil || !strings.HasPrefix(err.Error(), "this is no HTTP event: ") || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %s, %v; want %q", out, err, tc.want)
			}
			if s.ran != nil {
				t.Errorf("%v ran", s.ran)
			}
		})
	}
}

// TestUnknownSourceIsLogged: in Lambda such an event is a failed invocation
// with an error in the log.
func TestUnknownSourceIsLogged(t *testing.T) {
	answers, log := serve(t, app.RESTHandler, nil, `{"Records":[{"eventSource":"aws:sqs","body":"b"}]}`, get("/hello", ""))
	if len(answers) != 2 || !strings.HasPrefix(answers[0], "/error ") || !strings.Contains(answers[0], "this is no HTTP event") ||
		!strings.Contains(answers[1], `"statusCode":200`) {
		t.Errorf("got %q", answers)
	}
	first, _, _ := strings.Cut(log, "\n")
	for _, part := range []string{`"level":"ERROR"`, "this is no HTTP event", "Amazon SQS", `"requestId":"id-0"`} {
		if !strings.Contains(first, part) {
			t.Errorf("no %s in the log: %s", part, log)
		}
	}
}

// TestForeignEvents sends to each function the events of all others: none of
// them reaches a handler, and the error says what it is.
func TestForeignEvents(t *testing.T) {
	dir := samples(t)
	homes := map[string]string{
		"apigw-request.json":                            "HTTP",
		"apigw-v2-request-no-authorizer.json":           "HTTP",
		"lambda-urls-request.json":                      "HTTP",
		"alb-lambda-target-request-headers-only.json":   "HTTP",
		"apigw-custom-auth-request.json":                "authorizer",
		"apigw-custom-auth-request-type-request.json":   "authorizer",
		"apigw-v2-custom-authorizer-v1-request.json":    "authorizer",
		"apigw-v2-custom-authorizer-v2-request.json":    "authorizer",
		"apigw-websocket-request.json":                  "websocket",
		"apigw-websocket-request-send-message.json":     "websocket",
		"apigw-websocket-request-disconnect.json":       "websocket",
		"s3-event.json":                                 "S3",
		"sns-event.json":                                "SNS",
		"sqs-event.json":                                "SQS",
		"kinesis-event.json":                            "Kinesis",
		"dynamodb-event.json":                           "DynamoDB",
		"ecs-container-instance-state-change.json":      "CloudWatch",
		"cognito-event-userpools-presignup.json":        "none",
		"cloudwatch-logs-event.json":                    "none",
		"kinesis-firehose-event.json":                   "none",
		"kafka-event.json":                              "none",
		"ses-lambda-event.json":                         "none",
		"code-commit-event.json":                        "none",
		"activemq-event.json":                           "none",
		"s3-batch-job-event-request-1.0.json":           "none",
		"s3-object-lambda-event-get-object-iam.json":    "none",
		"appsync-lambda-auth-request.json":              "none",
		"secretsmanager-secret-rotation-event.json":     "none",
		"connect-event.json":                            "none",
		"iot-button-event.json":                         "none",
		"lex-event.json":                                "none",
		"config-event.json":                             "none",
		"codepipeline-job-event.json":                   "none",
		"clientvpn-connectionhandler-request.json":      "none",
		"kinesis-analytics-output-delivery-event.json":  "none",
		"cognito-event-userpools-pretokengen-v2_0.json": "none",
	}
	kinds := map[string]string{
		app.RESTHandler: "HTTP", "auth": "authorizer", "s3": "S3", "sns": "SNS", "sqs": "SQS", "kinesis": "Kinesis", "dynamodb": "DynamoDB",
		"cloudwatch": "CloudWatch", "schedule": "CloudWatch",
		app.WebsocketConnect: "websocket", app.WebsocketMessage: "websocket", app.WebsocketDisconnect: "websocket",
	}
	for file, home := range homes {
		event, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		for function, kind := range kinds {
			var seen string
			h, err := dispatch.NewHandler(every(&seen), function)
			if err != nil {
				t.Fatal(err)
			}
			_, err = h.Invoke(t.Context(), event)
			if kind == home {
				if err != nil || seen == "" {
					t.Errorf("%s for %s: %v, saw %q", file, function, err, seen)
				}
				continue
			}
			if seen != "" || err == nil || !strings.HasPrefix(err.Error(), "this is no "+kind+" event: ") {
				t.Errorf("%s for %s: saw %q, got %v", file, function, seen, err)
			}
		}
	}
}
