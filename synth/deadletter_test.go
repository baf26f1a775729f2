package synth_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/synth"
)

// lettered is a function with a dead-letter queue.
func lettered(kind app.FunctionKind, queue string, scheduler *app.SchedulerModel) app.FunctionModel {
	f := app.FunctionModel{Name: "work", Kind: kind, Source: &app.Source{File: "main.go", Line: 12}}
	switch kind {
	case app.ScheduleKind:
		f.Schedule = &app.ScheduleModel{Expression: "rate(1 day)", DeadLetterQueue: queue, Scheduler: scheduler}
	case app.CloudWatchKind:
		f.CloudWatch = &app.CloudWatchModel{Pattern: app.Pattern{"source": []any{"shop"}}, DeadLetterQueue: queue}
	case app.SNSKind:
		f.SNS = &app.SNSModel{Topic: "news", DeadLetterQueue: queue}
	}
	return f
}

// TestDeadLetterPolicies: a rule or a topic can send to a queue only if a policy of the
// queue lets it. Where the template makes the queue, it has to make the policy.
func TestDeadLetterPolicies(t *testing.T) {
	const (
		queue  = "arn:${Token[chalice.arn-0011223344556677]}"
		made   = "It: {Type: AWS::SQS::Queue}"
		policy = ", P: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [!Ref It], PolicyDocument: {}}}"
		other  = ", Other: {Type: AWS::SQS::Queue}, P: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [!Ref Other], PolicyDocument: {}}}"
		inline = ", P: {Type: AWS::SQS::QueueInlinePolicy, Properties: {Queue: !Ref It, PolicyDocument: {}}}"
		want   = "main.go:12: EventBridge can't send to the queue It, whose policy has to let events.amazonaws.com: docs/events.md has one to copy"
		topic  = "main.go:12: SNS can't send to the queue It, whose policy has to let sns.amazonaws.com: docs/events.md has one to copy"
	)
	for name, tc := range map[string]struct {
		function app.FunctionModel
		part     string
		want     string
	}{
		"a rule":                {lettered(app.CloudWatchKind, queue, nil), made, want},
		"a schedule":            {lettered(app.ScheduleKind, queue, nil), made, want},
		"a topic":               {lettered(app.SNSKind, queue, nil), made, topic},
		"a topic with a policy": {lettered(app.SNSKind, queue, nil), made + policy, ""},
		"another queue's":       {lettered(app.ScheduleKind, queue, nil), made + other, want},
		"a policy":              {lettered(app.CloudWatchKind, queue, nil), made + policy, ""},
		"a policy of its own":   {lettered(app.ScheduleKind, queue, nil), made + inline, ""},
		"EventBridge Scheduler": {lettered(app.ScheduleKind, queue, &app.SchedulerModel{Timezone: "UTC"}), made, ""},
		"a queue that exists":   {lettered(app.CloudWatchKind, "arn:aws:sqs:eu-west-1:123456789012:dead", nil), made, ""},
	} {
		t.Run(name, func(t *testing.T) {
			for _, format := range []string{"sam", "cloudformation"} {
				in := sourcedInput(tc.function)
				in.StandIns = map[string]any{queue: map[string]any{"Fn::GetAtt": []any{"It", "Arn"}}}
				template := render(t, in, format)
				template.Merge(parsedPart(t, "Resources: {"+tc.part+"}"))
				if _, err := template.JSON(); err != nil {
					t.Fatal(err)
				}
				var warnings []synth.Warning
				if tc.want != "" {
					warnings = []synth.Warning{{Function: "work", Message: tc.want}}
				}
				if diff := cmp.Diff(warnings, template.Warnings()); diff != "" {
					t.Errorf("%s: warnings (-want +got)\n%s", format, diff)
				}
			}
		})
	}
}

// TestDeadLettersToFillIn: outside Terraform nothing fills in an expression.
func TestDeadLettersToFillIn(t *testing.T) {
	const expression = "${aws_sqs_queue.dead.arn}"
	for name, function := range map[string]app.FunctionModel{
		"a rule":                lettered(app.CloudWatchKind, expression, nil),
		"a schedule":            lettered(app.ScheduleKind, expression, nil),
		"EventBridge Scheduler": lettered(app.ScheduleKind, expression, &app.SchedulerModel{Timezone: "UTC"}),
	} {
		graph, err := synth.Build(sourcedInput(function))
		if err != nil {
			t.Fatal(err)
		}
		module, err := synth.Terraform(graph)
		if err != nil {
			t.Fatal(err)
		}
		if data, err := module.JSON(); err != nil || !strings.Contains(string(data), `"arn": "`+expression+`"`) {
			t.Errorf("%s: Terraform has %s, %v", name, data, err)
		}
		_, sam := synth.SAM(graph)
		_, cloudFormation := synth.CloudFormation(graph, synth.Code{})
		for _, err := range []error{sam, cloudFormation} {
			if err == nil || !strings.Contains(err.Error(), `"`+expression+`" has ${...} in it, which only Terraform fills in`) {
				t.Errorf("%s: got %v", name, err)
			}
		}
	}
}

// TestLongTargets: the id of a rule's target has at most 64 characters, which those of a
// function with a long name would pass.
func TestLongTargets(t *testing.T) {
	f := lettered(app.CloudWatchKind, "", nil)
	f.Name = strings.Repeat("w", 40)
	data, err := render(t, sourcedInput(f), "cloudformation").JSON()
	if err != nil {
		t.Fatal(err)
	}
	rule := "W" + strings.Repeat("w", 39)
	rule += rule + "Event"
	if got, id := at(decoded(t, data), "Resources", rule, "Properties", "Targets"), `"Id":"`+rule[:52]+`LambdaTarget"`; !strings.Contains(got, id) {
		t.Errorf("got %s, want %s in it", got, id)
	}
}
