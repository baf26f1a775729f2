package synth_test

import (
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

// TestTerraformTexts looks at what Terraform evaluates of an app: what is named
// outside of it, and not the program's own texts.
func TestTerraformTexts(t *testing.T) {
	m := &app.Model{
		Version: app.ModelVersion, Name: "demo",
		Routes: []app.RouteModel{{Path: "/", Name: "index", Doc: "costs ${x} and ${aws:y}"}},
		Functions: []app.FunctionModel{
			{Name: "tick", Kind: app.ScheduleKind, Schedule: &app.ScheduleModel{Expression: "rate(1 day)", Description: "${x} %{y}"}},
			{Name: "seen", Kind: app.CloudWatchKind, CloudWatch: &app.CloudWatchModel{Pattern: map[string]any{"source": []any{"a${x}"}}}},
			{Name: "pics", Kind: app.S3Kind, S3: &app.S3Model{Bucket: "${aws_s3_bucket.pics.id}", Prefix: "p${x}", Suffix: "s${x}"}},
			{Name: "jobs", Kind: app.SQSKind, SQS: &app.SQSModel{Queue: "${aws_sqs_queue.q.arn}"}},
			{Name: "more", Kind: app.SQSKind, SQS: &app.SQSModel{Queue: "${var.queue_arn}"}},
			{Name: "named", Kind: app.SQSKind, SQS: &app.SQSModel{Queue: "${aws_sqs_queue.q.name}"}},
			{Name: "news", Kind: app.SNSKind, SNS: &app.SNSModel{Topic: "${aws_sns_topic.t.arn}"}},
			{Name: "flow", Kind: app.KinesisKind, Kinesis: &app.StreamModel{Stream: "${aws_kinesis_stream.s.arn}"}},
		},
	}
	stage := config.New("dev")
	stage.IAMRoles = config.RolePerFunction
	data, err := render(t, synth.Input{Model: m, Stage: stage, Version: "1.0.0"}, "terraform").JSON()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`costs $${x} and $${aws:y}`, `"description": "$${x} %%{y}"`, `"event_pattern": "{\"source\":[\"a$${x}\"]}"`,
		`"filter_prefix": "p$${x}"`, `"filter_suffix": "s$${x}"`, `"bucket": "${aws_s3_bucket.pics.id}"`,
		`"event_source_arn": "${aws_sqs_queue.q.arn}"`, `\"Resource\":\"${aws_sqs_queue.q.arn}\"`,
		`"event_source_arn": "${var.queue_arn}"`, `:${aws_sqs_queue.q.name}"`, `"topic_arn": "${aws_sns_topic.t.arn}"`,
		`"event_source_arn": "${aws_kinesis_stream.s.arn}"`, `${data.aws_region.chalice.region}`, `"version": ">= 6.0"`,
	} {
		if !strings.Contains(string(data), want) {
			t.Errorf("the module lacks %s", want)
		}
	}
	if t.Failed() {
		t.Log(string(data))
	}
}
