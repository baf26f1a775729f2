package config_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
)

// TestAsyncMistakes: what Lambda can't send to is a mistake at its line.
func TestAsyncMistakes(t *testing.T) {
	const (
		letters   = "it has to be the ARN of a queue, arn:aws:sqs:region:account:name, or of a topic, arn:aws:sns:region:account:name"
		successes = "it has to be the ARN of a queue, arn:aws:sqs:region:account:name, of a topic, arn:aws:sns:region:account:name, " +
			"of a function, arn:aws:lambda:region:account:function:name, or of an event bus, arn:aws:events:region:account:event-bus/name"
		fifo   = "Lambda sends nothing to FIFO queues and topics, so give a standard one"
		queue  = "arn:aws:sqs:eu-west-1:123456789012:dead"
		bucket = "arn:aws:s3:::dead"
		worker = "arn:aws:lambda:eu-west-1:123456789012:function:worker"
		bus    = "arn:aws:events:eu-west-1:123456789012:event-bus/dead"
	)
	for name, tc := range map[string]struct{ key, arn, want string }{
		"a queue":                      {"dead_letter_target", queue, ""},
		"a topic":                      {"dead_letter_target", "arn:aws-cn:sns:cn-north-1:123456789012:dead", ""},
		"a function for dead letters":  {"dead_letter_target", worker, letters},
		"a bucket for dead letters":    {"dead_letter_target", bucket, letters},
		"a FIFO queue":                 {"dead_letter_target", queue + ".fifo", fifo},
		"a queue without an account":   {"dead_letter_target", "arn:aws:sqs:eu-west-1::dead", letters},
		"what Terraform fills in":      {"dead_letter_target", "${aws_sqs_queue.dead.arn}", ""},
		"what CloudFormation fills in": {"dead_letter_target", `{"Ref": "Dead"}`, ""},
		"a function for successes":     {"on_success", worker, ""},
		"a version of a function":      {"on_success", worker + ":12", ""},
		"an alias of a function":       {"on_success", worker + ":live", ""},
		"a part of a function":         {"on_success", worker + ":live:1", successes},
		"a layer":                      {"on_success", "arn:aws:lambda:eu-west-1:123456789012:layer:tools", successes},
		"a bus for successes":          {"on_success", bus, ""},
		"a rule of a bus":              {"on_success", "arn:aws:events:eu-west-1:123456789012:rule/dead", successes},
		"a bucket for successes":       {"on_success", bucket, successes},
		"a FIFO topic":                 {"on_success", "arn:aws:sns:eu-west-1:123456789012:dead.fifo", fifo},
		"a bucket for failures":        {"on_failure", bucket, ""},
		"a folder of a bucket":         {"on_failure", bucket + "/letters", strings.Replace(successes, "or of an event bus, arn:aws:events:region:account:event-bus/name", "of an event bus, arn:aws:events:region:account:event-bus/name, or of a bucket, arn:aws:s3:::name", 1)},
		"a table":                      {"on_failure", "arn:aws:dynamodb:eu-west-1:123456789012:table/dead", strings.Replace(successes, "or of an event bus, arn:aws:events:region:account:event-bus/name", "of an event bus, arn:aws:events:region:account:event-bus/name, or of a bucket, arn:aws:s3:::name", 1)},
	} {
		value := tc.arn
		if !strings.HasPrefix(value, "{") {
			value = `"` + value + `"`
		}
		s, err := config.Parse([]byte("{\"lambda_functions\": {\"work\": {\n\""+tc.key+"\": "+value+"}}}"), config.Options{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got := ""
		if err := s.Check([]string{"work"}, nil); err != nil {
			got = err.Error()
		}
		want := ""
		if tc.want != "" {
			want = ".chalice/config.json:2: " + tc.key + ` is "` + tc.arn + `": ` + tc.want + " (function work)"
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}

// TestAsyncIsRead: a function's value wins over the app's, and 0 is one.
func TestAsyncIsRead(t *testing.T) {
	s, err := config.Parse([]byte(`{"async_max_retries": 1, "async_max_age": 60, "on_failure": "arn:a", "lambda_functions": {"work": {"async_max_retries": 0, "on_failure": "arn:b"}}}`), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]struct {
		retries int
		failure string
	}{"work": {0, "arn:b"}, "other": {1, "arn:a"}} {
		got := s.Function(name).Async
		if *got.MaxRetries != want.retries || got.OnFailure.Text != want.failure || *got.MaxAge != 60 {
			t.Errorf("%s: got %d, %s, %d", name, *got.MaxRetries, got.OnFailure, *got.MaxAge)
		}
		var keys []string
		for _, target := range got.Targets() {
			keys = append(keys, target.Key)
		}
		if diff := cmp.Diff([]string{"on_failure"}, keys); diff != "" {
			t.Errorf("targets of %s (-want +got)\n%s", name, diff)
		}
	}
}

// TestAsyncDoubts: what a function has of its own for asynchronous invocations, and
// doesn't get, is said with what is to be done about failures there.
func TestAsyncDoubts(t *testing.T) {
	function := func(name string, kind app.FunctionKind) app.FunctionModel {
		return app.FunctionModel{Name: name, Kind: kind}
	}
	model := &app.Model{
		Routes:      []app.RouteModel{{Path: "/", Authorizer: "guard"}},
		Authorizers: []app.AuthorizerModel{{Name: "guard", Type: app.BuiltinAuthorizerType}},
		Functions: []app.FunctionModel{
			function("plain", app.LambdaKind), function("upload", app.S3Kind), function("news", app.SNSKind), function("nightly", app.ScheduleKind),
			function("rule", app.CloudWatchKind), function("logs", app.LogsKind),
			function("jobs", app.SQSKind), function("clicks", app.KinesisKind), function("changes", app.DynamoDBKind), function("said", app.WSMessageKind),
		},
	}
	for name, want := range map[string]string{
		"plain": "", "upload": "", "news": "", "nightly": "", "rule": "", "logs": "",
		"jobs":              "a message that fails goes back to its queue, whose RedrivePolicy can name another queue for it",
		"clicks":            "what becomes of a stream's records that fail is for app.MaxRetries and app.OnFailure to say",
		"changes":           "what becomes of a stream's records that fail is for app.MaxRetries and app.OnFailure to say",
		"websocket_message": "API Gateway waits for its answer",
		"api_handler":       "API Gateway waits for its answer",
		"guard":             "API Gateway waits for its answer",
	} {
		s, err := config.Parse([]byte("{\"async_max_age\": 60, \"lambda_functions\": {\""+name+"\": {\n\"async_max_retries\": 0}}}"), config.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var wanted []string
		if want != "" {
			wanted = []string{".chalice/config.json:2: lambda_functions." + name + ".async_max_retries counts for asynchronous invocations alone, and only somebody else can invoke " + name + " so: " + want}
		}
		if diff := cmp.Diff(wanted, s.Doubts(model)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}
