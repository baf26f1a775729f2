package synth_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

// alarming is an input with a configuration of alarms, and with what is merged.
func alarming(t *testing.T, configuration, part string, functions ...app.FunctionModel) synth.Input {
	t.Helper()
	stage, err := config.Parse([]byte(configuration), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	in := sourcedInput(functions...)
	in.Stage = stage
	if part != "" {
		in.Merge = parsedPart(t, part)
	}
	return in
}

// alarmsIn returns the alarms of a template, by their ids.
func alarmsIn(t *testing.T, in synth.Input, format string) map[string]map[string]any {
	t.Helper()
	template := render(t, in, format)
	if in.Merge != nil {
		template.Merge(in.Merge)
	}
	data, err := template.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var whole struct {
		Resources map[string]map[string]any
		Resource  map[string]map[string]map[string]any
	}
	if err := json.Unmarshal(data, &whole); err != nil {
		t.Fatal(err)
	}
	if format == "terraform" {
		return whole.Resource["aws_cloudwatch_metric_alarm"]
	}
	found := map[string]map[string]any{}
	for id, r := range whole.Resources {
		if r["Type"] == "AWS::CloudWatch::Alarm" {
			found[id] = r
		}
	}
	return found
}

// TestLookback: an alarm sees an invocation that fails at the end of its time, whose
// value is of the minute in which it began.
func TestLookback(t *testing.T) {
	for timeout, want := range map[int]float64{1: 3, 60: 3, 61: 4, 900: 17} {
		in := alarming(t, fmt.Sprintf(`{"lambda_timeout": %d, "alarms": {"errors": true, "duration": "100%%", "throttles": true}}`, timeout), "",
			app.FunctionModel{Name: "work", Kind: app.LambdaKind})
		alarms := alarmsIn(t, in, "cloudformation")
		for id, periods := range map[string]float64{"WorkErrorsAlarm": want, "WorkDurationAlarm": want, "WorkThrottlesAlarm": 2} {
			if got := alarms[id]["Properties"].(map[string]any)["EvaluationPeriods"]; got != periods {
				t.Errorf("%d s: %s looks back for %v minutes, want %v", timeout, id, got, periods)
			}
		}
		if got := alarms["WorkDurationAlarm"]["Properties"].(map[string]any)["Threshold"]; got != float64(timeout*1000) {
			t.Errorf("%d s: the alarm is from %v ms", timeout, got)
		}
	}
}

// lettersPart makes queues.
const lettersPart = `
Parameters: {Env: {Type: String}, Given: {Type: String}}
Conditions: {Prod: !Equals [!Ref Env, prod]}
Resources:
  Dead: {Type: AWS::SQS::Queue, Condition: Prod}
  Jobs: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs, VisibilityTimeout: 360, RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}}}
  Endless: {Type: AWS::SQS::Queue, Properties: {QueueName: endless, VisibilityTimeout: 360}}
  News: {Type: AWS::SNS::Topic}
`

// TestDeadLetterAlarms says which alarms there are, on what, and what is said of those
// that there aren't.
func TestDeadLetterAlarms(t *testing.T) {
	queue := func(name, source string) app.FunctionModel {
		return app.FunctionModel{Name: name, Kind: app.SQSKind, SQS: &app.SQSModel{Queue: source}, Source: &app.Source{File: "main.go", Line: 12}}
	}
	called := app.FunctionModel{Name: "called", Kind: app.LambdaKind, Source: &app.Source{File: "main.go", Line: 12}}
	const on = `{"alarms": {"dead_letters": true%s}%s}`
	for name, tc := range map[string]struct {
		configuration string
		functions     []app.FunctionModel
		want          string // ids and queues
		warning       string
	}{
		"nothing": {`{}`, []app.FunctionModel{queue("work", "jobs")}, "", ""},
		"off":     {`{"alarms": {"dead_letters": false, "dead_letter_queue": "x"}}`, []app.FunctionModel{queue("work", "jobs")}, "", ""},
		"of the queue": {
			fmt.Sprintf(on, "", ""), []app.FunctionModel{queue("work", "jobs")},
			`WorkDeadLettersEventAlarm {"Fn::GetAtt":["Dead","QueueName"]} Prod`, "",
		},
		"shared": {
			fmt.Sprintf(on, "", ""), []app.FunctionModel{queue("work", "jobs"), queue("more", "jobs")},
			`WorkDeadLettersEventAlarm {"Fn::GetAtt":["Dead","QueueName"]} Prod`, "",
		},
		"a queue without": {
			fmt.Sprintf(on, "", ""), []app.FunctionModel{queue("work", "endless")}, "",
			"main.go:12: work has no alarm for dead letters, since its queue Endless has none: give that a RedrivePolicy, or else what fails again and again is lost when it expires",
		},
		"a queue from elsewhere": {
			fmt.Sprintf(on, "", ""), []app.FunctionModel{queue("work", "others")}, "",
			"main.go:12: work has no alarm for the dead letters of its queue: nobody knows here where that has them go; name it as alarms.dead_letter_queue in the configuration",
		},
		"one that is told": {
			`{"alarms": {"dead_letter_queue": "others-dead"}}`, []app.FunctionModel{queue("work", "others")},
			`WorkDeadLettersQueueAlarm "others-dead" `, "",
		},
		"told by ARN": {
			fmt.Sprintf(on, `, "dead_letter_queue": "arn:aws:sqs:eu-west-1:123456789012:others-dead"`, ""), []app.FunctionModel{queue("work", "endless")},
			`WorkDeadLettersQueueAlarm "others-dead" `, "",
		},
		"told what is known": {
			fmt.Sprintf(on, `, "dead_letter_queue": {"Ref": "Dead"}`, ""), []app.FunctionModel{queue("work", "jobs")},
			`WorkDeadLettersEventAlarm {"Fn::GetAtt":["Dead","QueueName"]} Prod`, "",
		},
		"a topic":    {fmt.Sprintf(on, "", `, "dead_letter_target": {"Ref": "News"}, "on_failure": "arn:aws:sqs:eu-west-1:123456789012:failed"`), []app.FunctionModel{called}, `CalledDeadLettersFailureAlarm "failed" `, ""},
		"a function": {fmt.Sprintf(on, "", `, "dead_letter_target": "arn:aws:sqs:eu-west-1:123456789012:failed", "on_failure": {"Fn::GetAtt": ["Called", "Arn"]}`), []app.FunctionModel{called}, `CalledDeadLettersAlarm "failed" `, ""},
		"anything": {
			fmt.Sprintf(on, "", `, "dead_letter_target": {"Ref": "Given"}`), []app.FunctionModel{called}, "",
			"main.go:12: called has no alarm for the dead letters that dead_letter_target names: nobody knows here whether they are in a queue; if they are, name it as alarms.dead_letter_queue in the configuration",
		},
		"nowhere": {fmt.Sprintf(on, "", ""), []app.FunctionModel{called}, "", "main.go:12: alarms.dead_letters in the configuration makes no alarm: no function has a queue for dead letters"},
	} {
		t.Run(name, func(t *testing.T) {
			in := alarming(t, tc.configuration, lettersPart, tc.functions...)
			graph, err := synth.Build(in)
			if err != nil {
				t.Fatal(err)
			}
			var said []string
			for _, w := range graph.Warnings() {
				said = append(said, w.Message)
			}
			if got := strings.Join(said, "\n"); got != tc.warning {
				t.Errorf("warnings\n%s\nwant\n%s", got, tc.warning)
			}
			for _, format := range []string{"sam", "cloudformation"} {
				if got := described(t, alarmsIn(t, in, format)); got != tc.want {
					t.Errorf("%s: got %s, want %s", format, got, tc.want)
				}
			}
		})
	}
}

// described says of alarms which queues they are about and what condition they have.
func described(t *testing.T, alarms map[string]map[string]any) string {
	t.Helper()
	var lines []string
	for id, r := range alarms {
		queue, err := json.Marshal(r["Properties"].(map[string]any)["Dimensions"].([]any)[0].(map[string]any)["Value"])
		if err != nil {
			t.Fatal(err)
		}
		condition, _ := r["Condition"].(string)
		lines = append(lines, fmt.Sprintf("%s %s %s", id, queue, condition))
	}
	return strings.Join(lines, "\n")
}

// TestSharedLetters: an alarm that functions share tells the topics of all of them, and
// is in the app's own stack.
func TestSharedLetters(t *testing.T) {
	const dead = "arn:aws:sqs:eu-west-1:123456789012:dead"
	block := func(topics int) string {
		var list []string
		for i := range topics {
			list = append(list, fmt.Sprintf(`"f%d": {"alarms": {"topic": "arn:aws:sns:eu-west-1:123456789012:t%d"}}`, i, i))
		}
		return fmt.Sprintf("{\"alarms\": {\"dead_letters\": true}, \"dead_letter_target\": %q, \"lambda_functions\": {\n%s}}", dead, strings.Join(list, ",\n"))
	}
	var functions []app.FunctionModel
	for i := range 6 {
		functions = append(functions, app.FunctionModel{Name: fmt.Sprintf("f%d", i), Kind: app.LambdaKind})
	}
	for _, format := range []string{"sam", "cloudformation"} {
		alarms := alarmsIn(t, alarming(t, block(5), "", functions...), format)
		properties, _ := alarms["F0DeadLettersAlarm"]["Properties"].(map[string]any)
		if got, _ := properties["AlarmActions"].([]any); len(alarms) != 1 || len(got) != 5 {
			t.Errorf("%s: there are %d alarms, and the first tells %v", format, len(alarms), got)
		}
		if got, want := properties["AlarmDescription"], "shop-dev: there are dead letters in dead, of f0 and 5 other functions"; got != want {
			t.Errorf("%s: got %q, want %q", format, got, want)
		}
	}
	_, err := synth.Build(alarming(t, block(6), "", functions...))
	if want := ".chalice/config.json:7: lambda_functions.f5.alarms.topic is one too many for the dead letters of f0 and others, which have one alarm: it can tell 5 topics"; err == nil || err.Error() != want {
		t.Errorf("six topics: got %v, want %s", err, want)
	}
}

// TestAlarmsFollowFunctions: they have the condition that a merge gives the function.
func TestAlarmsFollowFunctions(t *testing.T) {
	const part = "Parameters: {Env: {Type: String}}\nConditions: {Prod: !Equals [!Ref Env, prod]}\nResources: {Work: {Condition: Prod}}"
	in := alarming(t, `{"alarms": {"errors": true, "dead_letter_queue": "x"}}`, part, app.FunctionModel{Name: "work", Kind: app.LambdaKind})
	for _, format := range []string{"sam", "cloudformation"} {
		got := map[string]any{}
		for id, r := range alarmsIn(t, in, format) {
			got[id] = r["Condition"]
		}
		if diff := cmp.Diff(map[string]any{"WorkErrorsAlarm": "Prod", "WorkDeadLettersQueueAlarm": "Prod"}, got); diff != "" {
			t.Errorf("%s: conditions (-want +got)\n%s", format, diff)
		}
	}
}
