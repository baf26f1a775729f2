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
		`"filter_prefix": "p%24%7Bx%7D"`, `"filter_suffix": "s%24%7Bx%7D"`, `"bucket": "${aws_s3_bucket.pics.id}"`,
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

// TestTerraformNames gives AWS names that it doesn't take, and a subscription one that is
// longer than others can be.
func TestTerraformNames(t *testing.T) {
	long := strings.Repeat("x", 50)
	for name, tc := range map[string]struct {
		stage string
		f     app.FunctionModel
		want  string
	}{
		"a long function":  {"dev", app.FunctionModel{Name: long + "-and-more", Kind: app.LambdaKind}, "function " + long + "-and-more would have the name demo-dev-" + long + "-and-more, of 68 characters, but AWS takes 64: shorten app_name, the stage or the function's name"},
		"a long rule":      {"dev", app.FunctionModel{Name: long, Kind: app.ScheduleKind, Schedule: &app.ScheduleModel{Expression: "rate(1 day)"}}, "the rule of event " + long + "-event would have the name demo-dev-" + long + "-event, of 65 characters"},
		"a long schedule":  {"dev", app.FunctionModel{Name: long, Kind: app.ScheduleKind, Schedule: &app.ScheduleModel{Expression: "rate(1 day)", Scheduler: &app.SchedulerModel{Timezone: "UTC"}}}, "-schedule, of 68 characters"},
		"a subscription":   {"dev", app.FunctionModel{Name: long, Kind: app.LogsKind, Logs: &app.LogsModel{Group: "g"}}, ""},
		"a stage with dot": {"v1.2", app.FunctionModel{Name: "work", Kind: app.LambdaKind}, "function work would have the name demo-v1.2-work, but AWS takes letters, digits, - and _: change app_name or the stage"},
	} {
		t.Run(name, func(t *testing.T) {
			in := synth.Input{
				Model: &app.Model{Version: 1, Name: "demo", Functions: []app.FunctionModel{tc.f}},
				Stage: config.New(tc.stage), Version: "1.0.0",
			}
			graph, err := synth.Build(in)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := synth.Terraform(graph); (err == nil) != (tc.want == "") || err != nil && !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v; want an error with %q", err, tc.want)
			}
			if _, err := synth.CloudFormation(graph, synth.Code{}); err != nil {
				t.Errorf("CloudFormation makes such names itself, but got %v", err)
			}
		})
	}
}

// TestRolesOfOneName: the role of a schedule and that of a function can't have one name.
func TestRolesOfOneName(t *testing.T) {
	stage := config.New("dev")
	stage.IAMRoles = config.RolePerFunction
	graph, err := synth.Build(synth.Input{Stage: stage, Version: "1.0.0", Model: &app.Model{Version: 1, Name: "demo", Functions: []app.FunctionModel{
		{Name: "tick", Kind: app.ScheduleKind, Schedule: &app.ScheduleModel{Expression: "rate(1 day)", Scheduler: &app.SchedulerModel{Timezone: "UTC"}}},
		{Name: "tick-schedule", Kind: app.LambdaKind},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	const want = "would both have the name demo-dev-tick-schedule in IAM: rename one of the functions"
	if _, err := synth.Terraform(graph); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v; want an error with %q", err, want)
	}
}

// TestPolicyFilesSayWhoseTheyAre gives roles and APIs each other's policies.
func TestPolicyFilesSayWhoseTheyAre(t *testing.T) {
	const (
		resource = `{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}]}`
		role     = `{"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}`
	)
	build := func(ofRole, ofAPI string) error {
		stage := config.New("dev")
		stage.Defaults.PolicyFile, stage.APIPolicyFile = "role.json", "api.json"
		_, err := synth.Build(synth.Input{
			Model: &app.Model{
				Version: 1, Name: "demo", Routes: []app.RouteModel{{Path: "/", Name: "index"}},
				Functions: []app.FunctionModel{{Name: "work", Kind: app.LambdaKind}},
			},
			Stage: stage, Version: "1.0.0",
			Files: map[string][]byte{"role.json": []byte(ofRole), "api.json": []byte(ofAPI)},
		})
		return err
	}
	if err := build(role, resource); err != nil {
		t.Error(err)
	}
	err := build(resource, role)
	for _, want := range []string{
		"role.json: statement 1 has a Principal, but the policy of a role is about the functions that have it: remove the Principal",
		`api.json: statement 1 has no Principal, but the policy of an API says who may call it: add one, such as "Principal": "*"`,
	} {
		if err == nil || strings.Count(err.Error(), want) != 1 {
			t.Errorf("got %v; want an error with %q, once", err, want)
		}
	}
}
