package synth_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

// sourced is a function that gets events from a source of a kind.
func sourced(kind app.FunctionKind, source string) app.FunctionModel {
	f := app.FunctionModel{Name: "work", Kind: kind, Source: &app.Source{File: "main.go", Line: 12}}
	switch kind {
	case app.SQSKind:
		f.SQS = &app.SQSModel{Queue: source}
		if strings.HasPrefix(source, "arn:") {
			f.SQS = &app.SQSModel{QueueARN: source}
		}
	case app.SNSKind:
		f.SNS = &app.SNSModel{Topic: source}
	case app.KinesisKind:
		f.Kinesis = &app.StreamModel{Stream: source}
	case app.DynamoDBKind:
		f.DynamoDB = &app.StreamModel{StreamARN: source}
	case app.S3Kind:
		f.S3 = &app.S3Model{Bucket: source}
	case app.CloudWatchKind:
		f.CloudWatch = &app.CloudWatchModel{Pattern: app.Pattern{"source": []any{"shop"}}, Bus: source}
	case app.LogsKind:
		f.Logs = &app.LogsModel{Group: source}
	}
	return f
}

func sourcedInput(functions ...app.FunctionModel) synth.Input {
	return synth.Input{Model: &app.Model{Version: 1, Name: "shop", Functions: functions}, Stage: config.New("dev"), Version: "1.0.0"}
}

// TestSourcesOfTheSameTemplate: what has the name of a queue, topic, stream or bucket
// that a merge makes waits for that, in each format: the function, which what connects
// them waits for, or what configures the bucket.
func TestSourcesOfTheSameTemplate(t *testing.T) {
	const (
		queue    = "It: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs, VisibilityTimeout: 360}}"
		waits    = `["It"]`
		function = "Work"
		bucket   = "S3UploadsNotifications9ba88c4165"
	)
	for name, tc := range map[string]struct {
		kind                        app.FunctionKind
		source, part, waiting, want string
	}{
		"a queue":               {app.SQSKind, "jobs", queue, function, waits},
		"a queue's ARN":         {app.SQSKind, "arn:aws:sqs:eu-west-1:123456789012:jobs", queue, function, waits},
		"another queue":         {app.SQSKind, "others", queue, function, ""},
		"a queue of no name":    {app.SQSKind, "jobs", "It: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 360}}", function, ""},
		"a queue to fill in":    {app.SQSKind, "jobs", "It: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub 'jobs', VisibilityTimeout: 360}}", function, ""},
		"a topic of the name":   {app.SQSKind, "jobs", "It: {Type: AWS::SNS::Topic, Properties: {TopicName: jobs}}", function, ""},
		"what waits already":    {app.SQSKind, "jobs", queue + ", Work: {DependsOn: It}", function, "It"},
		"what refers to it":     {app.SQSKind, "jobs", queue + ", Work: {Properties: {Environment: {Variables: {IT: !Ref It}}}}", function, ""},
		"what waits for more":   {app.SQSKind, "jobs", queue + ", Other: {Type: AWS::SNS::Topic}, Work: {DependsOn: [Other]}", function, `["Other","It"]`},
		"a topic":               {app.SNSKind, "news", "It: {Type: AWS::SNS::Topic, Properties: {TopicName: news}}", function, waits},
		"a topic's ARN":         {app.SNSKind, "arn:aws:sns:eu-west-1:123456789012:news", "It: {Type: AWS::SNS::Topic, Properties: {TopicName: news}}", function, waits},
		"a stream":              {app.KinesisKind, "clicks", "It: {Type: AWS::Kinesis::Stream, Properties: {Name: clicks}}", function, waits},
		"a stream's ARN":        {app.KinesisKind, "arn:aws:kinesis:eu-west-1:123456789012:stream/clicks", "It: {Type: AWS::Kinesis::Stream, Properties: {Name: clicks}}", function, waits},
		"a bucket":              {app.S3Kind, "uploads", "It: {Type: AWS::S3::Bucket, Properties: {BucketName: uploads}}", bucket, `["S3UploadsPolicy9ba88c4165","WorkWorkS3eventPermission","It"]`},
		"a bus":                 {app.CloudWatchKind, "orders", "It: {Type: AWS::Events::EventBus, Properties: {Name: orders}}", function, waits},
		"a bus's ARN":           {app.CloudWatchKind, "arn:aws:events:eu-west-1:123456789012:event-bus/orders", "It: {Type: AWS::Events::EventBus, Properties: {Name: orders}}", function, waits},
		"a log group":           {app.LogsKind, "web", "It: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: web}}", function, waits},
		"another's bucket":      {app.S3Kind, "uploads", "It: {Type: AWS::S3::Bucket}", bucket, `["S3UploadsPolicy9ba88c4165","WorkWorkS3eventPermission"]`},
		"a bucket's function":   {app.S3Kind, "uploads", "It: {Type: AWS::S3::Bucket, Properties: {BucketName: uploads}}", function, ""},
		"two sources of a name": {app.SNSKind, "jobs", queue + ", That: {Type: AWS::SNS::Topic, Properties: {TopicName: jobs}}", function, `["That"]`},
	} {
		t.Run(name, func(t *testing.T) {
			for _, format := range []string{"sam", "cloudformation"} {
				template := render(t, sourcedInput(sourced(tc.kind, tc.source)), format)
				template.Merge(parsedPart(t, "Resources: {"+tc.part+"}"))
				data, err := template.JSON()
				if err != nil {
					t.Fatal(err)
				}
				want(t, format, at(decoded(t, data), "Resources", tc.waiting, "DependsOn"), tc.want)
			}
		})
	}
}

// TestQueueOfANestedStack: a nested stack waits as a whole for what is outside of it.
func TestQueueOfANestedStack(t *testing.T) {
	template := render(t, sourcedInput(sourced(app.SQSKind, "jobs")), "cloudformation")
	template.Merge(parsedPart(t, "Resources: {It: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs, VisibilityTimeout: 360}}}"))
	files, err := template.Files(synth.Layout{File: "template.json", NestedStacks: new(1)})
	if err != nil {
		t.Fatal(err)
	}
	want(t, "the nested stack", at(decoded(t, files[0].Data), "Resources", "FunctionsStack01", "DependsOn"), `["It"]`)
}

// TestVisibility: of a queue in the same template, Lambda refuses one whose messages
// are visible again before the function's time is up, and AWS advises six times that.
func TestVisibility(t *testing.T) {
	const (
		refused = "main.go:12: the queue It has a visibility timeout of %d seconds%s, but Work can run for %d, and Lambda refuses such a queue: set its VisibilityTimeout to %d, six times that, or lower lambda_timeout in the configuration"
		warned  = "main.go:12: the queue It has a visibility timeout of %d seconds%s, and Work can run for %d: AWS advises six times that, %d, or messages that wait for the function can be delivered twice"
	)
	for name, tc := range map[string]struct {
		timeout       int // of the function; 0: the default
		queue         string
		merge         string // besides
		refused, warn string
	}{
		"the defaults of both":      {0, "", "", fmt.Sprintf(refused, 30, ", the default", 60, 360), ""},
		"one second too few":        {60, "VisibilityTimeout: 59", "", fmt.Sprintf(refused, 59, "", 60, 360), ""},
		"nothing at all":            {60, "VisibilityTimeout: 0", "", fmt.Sprintf(refused, 0, "", 60, 360), ""},
		"as long as the function":   {60, "VisibilityTimeout: 60", "", "", fmt.Sprintf(warned, 60, "", 60, 360)},
		"nearly six times":          {60, "VisibilityTimeout: '359'", "", "", fmt.Sprintf(warned, 359, "", 60, 360)},
		"six times":                 {60, "VisibilityTimeout: 360", "", "", ""},
		"a short function":          {5, "", "", "", ""},
		"a function of six seconds": {6, "", "", "", fmt.Sprintf(warned, 30, ", the default", 6, 36)},
		"a parameter":               {60, "VisibilityTimeout: !Ref P", "", "", ""},
		"a text":                    {60, "VisibilityTimeout: long", "", "", ""},
		"a merged timeout":          {60, "VisibilityTimeout: 60", "Work: {Properties: {Timeout: 10}}", "", ""},
		"a longer merged timeout":   {5, "VisibilityTimeout: 60", "Work: {Properties: {Timeout: 90}}", fmt.Sprintf(refused, 60, "", 90, 540), ""},
		"a timeout to fill in":      {60, "VisibilityTimeout: 1", "Work: {Properties: {Timeout: !Ref P}}", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			for way, source := range map[string]string{"by name": "jobs", "by reference": "arn:${Token[chalice.arn-0011223344556677]}"} {
				for _, format := range []string{"sam", "cloudformation"} {
					in := sourcedInput(sourced(app.SQSKind, source))
					in.StandIns = map[string]any{source: map[string]any{"Fn::GetAtt": []any{"It", "Arn"}}}
					if way == "by name" {
						in.StandIns = nil
					}
					if tc.timeout > 0 {
						in.Stage.Defaults.Timeout = tc.timeout
					}
					template := render(t, in, format)
					template.Merge(parsedPart(t, "Parameters: {P: {Type: Number}}\nResources: {It: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs, "+tc.queue+"}}, "+tc.merge+"}"))
					got := ""
					if _, err := template.JSON(); err != nil {
						got = err.Error()
					}
					if diff := cmp.Diff(tc.refused, got); diff != "" {
						t.Errorf("%s, %s (-want +got)\n%s", way, format, diff)
					}
					var warnings []synth.Warning
					if tc.warn != "" {
						warnings = []synth.Warning{{Function: "work", Message: tc.warn}}
					}
					if diff := cmp.Diff(warnings, template.Warnings()); diff != "" {
						t.Errorf("%s, %s: warnings (-want +got)\n%s", way, format, diff)
					}
				}
			}
		})
	}
}

// TestSourcesWithExpressions: outside Terraform nothing fills in an expression in the
// name of what events come from.
func TestSourcesWithExpressions(t *testing.T) {
	const expression = "${aws_thing.mine.arn}"
	for _, kind := range []app.FunctionKind{app.SQSKind, app.SNSKind, app.KinesisKind, app.DynamoDBKind, app.CloudWatchKind} {
		t.Run(string(kind), func(t *testing.T) {
			graph, err := synth.Build(sourcedInput(sourced(kind, expression)))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := synth.Terraform(graph); err != nil {
				t.Errorf("Terraform: %v", err)
			}
			_, sam := synth.SAM(graph)
			_, cloudFormation := synth.CloudFormation(graph, synth.Code{})
			for _, err := range []error{sam, cloudFormation} {
				if err == nil || !strings.HasPrefix(err.Error(), "main.go:12: event work-") || !strings.Contains(err.Error(), `"`+expression+`" has ${...} in it, which only Terraform fills in`) {
					t.Errorf("got %v", err)
				}
			}
		})
	}
}

// TestVisibilityOfAMergedSource: a merge can have a function get the messages of a queue
// of its own, which is judged as well.
func TestVisibilityOfAMergedSource(t *testing.T) {
	const (
		queue = "Resources: {It: {Type: AWS::SQS::Queue}, "
		want  = "main.go:12: the queue It has a visibility timeout of 30 seconds, the default, but Work can run for 60, and Lambda refuses such a queue: set its VisibilityTimeout to 360, six times that, or lower lambda_timeout in the configuration"
	)
	for format, merge := range map[string]string{
		"sam":            "Work: {Properties: {Events: {WorkSqsEventSource: {Properties: {Queue: !GetAtt It.Arn}}}}}}",
		"cloudformation": "WorkWorkSqsEventSource: {Properties: {EventSourceArn: !GetAtt It.Arn}}}",
	} {
		t.Run(format, func(t *testing.T) {
			template := render(t, sourcedInput(sourced(app.SQSKind, "jobs")), format)
			template.Merge(parsedPart(t, queue+merge))
			_, err := template.Files(synth.Layout{File: "x.json"})
			if got := fmt.Sprint(err); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}
