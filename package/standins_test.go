package packager_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/templatefile"
	packager "github.com/chalice-go/chalice/package"
)

// sourced registers a handler for what its variable SOURCE names, of the kind KIND.
const sourced = `package main

import (
	"context"
	"os"
	"path"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func sqs(context.Context, *app.SQSEvent) error     { return nil }
func sns(context.Context, *app.SNSEvent) error     { return nil }
func kin(context.Context, *app.KinesisEvent) error { return nil }
func dyn(context.Context, *app.DynamoDBEvent) error { return nil }
func s3(context.Context, *app.S3Event) error       { return nil }

func index(context.Context, *app.Request) (any, error) { return nil, nil }

func main() {
	a := app.New("shop")
	name, source := app.Name("work"), os.Getenv("SOURCE")
	switch os.Getenv("KIND") {
	case "queue":
		a.OnSQSMessage(source, sqs, name)
	case "prefixed":
		a.OnSQSMessage("our-"+source, sqs, name)
	case "topic":
		a.OnSNSMessage(source, sns, name)
	case "stream":
		a.OnKinesisRecord(source, kin, name)
	case "table":
		a.OnDynamoDBRecord(source, dyn, name)
	case "bucket":
		a.OnS3Event(source, s3, name)
	case "objects":
		a.OnS3Event("uploads", s3, name, app.Prefix("in/"+source+"/"))
	case "allow":
		a.OnSNSMessage("news", sns, name, app.Allow("s3:GetObject", source+"/*"))
	case "pool":
		a.Route("/", index, app.Auth(app.CognitoUserPool("pool", []string{source})))
	case "base":
		a.OnSQSMessage(path.Base(source), sqs, name)
	case "upper":
		a.OnKinesisRecord(strings.ToUpper(source), kin, name)
	case "name":
		a.OnSQSMessage("jobs", sqs, app.Name(source))
	case "path":
		a.Route("/"+source, index)
	case "failures":
		a.OnKinesisRecord("clicks", kin, name, app.OnFailure(source), app.MaxRetries(1))
	case "key":
		a.OnSQSMessage("jobs", sqs, name, app.SourceKey(source))
	case "panic":
		panic("why " + source)
	case "bus":
		a.OnCloudWatchEvent(app.Pattern{"source": []string{"shop"}}, tick, name, app.Bus(source))
	case "letters":
		a.Schedule("rate(1 day)", tick, name, app.DeadLetterQueue(source))
	case "scheduled":
		a.Schedule("rate(1 day)", tick, name, app.Timezone("UTC"), app.DeadLetterQueue(source))
	case "group":
		a.OnLogEvents(source, logs, name)
	case "own group":
		a.OnLogEvents("/aws/lambda/"+source, logs, name)
	}
	dispatch.Start(a)
}

func tick(context.Context, *app.CloudWatchEvent) error { return nil }
func logs(context.Context, *app.LogsEvent) error { return nil }
`

// resources is what the variables refer to.
const resources = `
Parameters: {Env: {Type: String}, Limit: {Type: Number}}
Resources:
  Jobs: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 360}}
  News: {Type: AWS::SNS::Topic}
  Ordered: {Type: AWS::SNS::Topic, Properties: {FifoTopic: true, TopicName: ordered.fifo}}
  Clicks: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}
  Uploads: {Type: AWS::S3::Bucket}
  Lines: {Type: AWS::Logs::LogGroup}
  Key: {Type: AWS::KMS::Key, Properties: {KeyPolicy: {}}}
  Pool: {Type: AWS::Cognito::UserPool}
  Bus: {Type: AWS::Events::EventBus, Properties: {Name: shop}}
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      StreamSpecification: {StreamViewType: NEW_IMAGE}
`

// sourcedProject is a project with that program, and what is merged into its template.
type sourcedProject struct{ dir, cache, merge string }

func newSourced(t *testing.T) sourcedProject {
	t.Helper()
	dir := newShop(t, t.TempDir())
	write(t, dir, "main.go", sourced)
	return sourcedProject{dir, t.TempDir(), jsonOf(t, resources)}
}

// configure says what SOURCE is, as JSON.
func (p sourcedProject) configure(t *testing.T, kind, source string) {
	t.Helper()
	write(t, p.dir, ".chalice/config.json", fmt.Sprintf(`{"version": "2.0", "app_name": "shop", "iam_roles": "per_function",
		"environment_variables": {"KIND": %q, "SOURCE": %s}}`, kind, source))
}

func (p sourcedProject) input(format string) packager.Input {
	in := packager.Input{
		ProjectDir: p.dir, PackageFormat: format, TemplateFormat: packager.JSON, TemplateOnly: true,
		NoAnalysis: true, Cache: p.cache, Version: "1.0.0",
	}
	if format != packager.Terraform {
		in.MergeTemplate = p.merge
	}
	return in
}

// build packages the project, and returns what is in the template.
func (p sourcedProject) build(t *testing.T, in packager.Input) (map[string]any, error) {
	t.Helper()
	in.Out = t.TempDir()
	out, err := packager.Build(t.Context(), in)
	if err != nil {
		return nil, err
	}
	data := read(t, out.Template)
	for _, sign := range []string{"standin", "Token[", "731057731057"} {
		if strings.Contains(string(data), sign) {
			t.Errorf("%q is left in the template:\n%s", sign, data)
		}
	}
	var template map[string]any
	if err := json.Unmarshal(data, &template); err != nil {
		t.Fatal(err)
	}
	return template, nil
}

// lookup follows keys; a number is an index of a list.
func lookup(v any, keys ...any) any {
	for _, key := range keys {
		switch key := key.(type) {
		case string:
			o, _ := v.(map[string]any)
			v = o[key]
		case int:
			list, _ := v.([]any)
			if key >= len(list) {
				return nil
			}
			v = list[key]
		}
	}
	return v
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestStandIns: a program registers handlers for what a variable refers to, and the
// template refers to that, in each format, and lets the function do on it what it
// has to.
func TestStandIns(t *testing.T) {
	p := newSourced(t)
	sub := func(service, resource, value string) string {
		return `{"Fn::Sub":["arn:${AWS::Partition}:` + service + `:` + resource + `${VALUE}",{"VALUE":` + value + `}]}`
	}
	const here = "${AWS::Region}:${AWS::AccountId}:"
	const tfHere = "${data.aws_region.chalice.region}:${data.aws_caller_identity.chalice.account_id}:"
	const tfARN = "arn:${data.aws_partition.chalice.partition}:"
	type format struct{ source, want string }
	for name, tc := range map[string]struct {
		kind           string
		cfn, terraform format
	}{
		"a queue's ARN": {"queue",
			format{`{"Fn::GetAtt": ["Jobs", "Arn"]}`, `{"Fn::GetAtt":["Jobs","Arn"]}`},
			format{`"${aws_sqs_queue.jobs.arn}"`, `"${aws_sqs_queue.jobs.arn}"`}},
		"a queue's ARN, with a dot": {"queue",
			format{`{"Fn::GetAtt": "Jobs.Arn"}`, `{"Fn::GetAtt":"Jobs.Arn"}`},
			format{`"${aws_sqs_queue.jobs[0].arn}"`, `"${aws_sqs_queue.jobs[0].arn}"`}},
		"a queue's URL": {"queue",
			format{`{"Ref": "Jobs"}`, `{"Fn::GetAtt":["Jobs","Arn"]}`},
			format{`"${aws_sqs_queue.jobs.url}"`, `"${aws_sqs_queue.jobs.arn}"`}},
		"a queue's name": {"queue",
			format{`{"Fn::GetAtt": ["Jobs", "QueueName"]}`, sub("sqs", here, `{"Fn::GetAtt":["Jobs","QueueName"]}`)},
			format{`"${aws_sqs_queue.jobs.name}"`, `"` + tfARN + `sqs:` + tfHere + `${aws_sqs_queue.jobs.name}"`}},
		"a part of a queue's name": {"prefixed",
			format{`{"Ref": "Env"}`, sub("sqs", here+"our-", `{"Ref":"Env"}`)},
			format{`"${var.env}"`, `"` + tfARN + `sqs:` + tfHere + `our-${var.env}"`}},
		"a queue of another stack": {"queue",
			format{`{"Fn::Sub": "arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:${Env}-jobs"}`, `{"Fn::Sub":"arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:${Env}-jobs"}`},
			format{`"arn:aws:sqs:eu-west-1:123456789012:${var.env}-jobs"`, `"arn:aws:sqs:eu-west-1:123456789012:${var.env}-jobs"`}},
		"what isn't known": {"queue",
			format{`{"Fn::ImportValue": "jobs"}`, sub("sqs", here, `{"Fn::ImportValue":"jobs"}`)},
			format{`"${local.jobs}"`, `"` + tfARN + `sqs:` + tfHere + `${local.jobs}"`}},
		"a topic": {"topic",
			format{`{"Ref": "News"}`, `{"Ref":"News"}`},
			format{`"${aws_sns_topic.news.id}"`, `"${aws_sns_topic.news.id}"`}},
		"a topic in an Fn::Sub": {"topic",
			format{`{"Fn::Sub": "${News}"}`, `{"Fn::Sub":"${News}"}`},
			format{`"${var.topic_arn}"`, `"${var.topic_arn}"`}},
		"a topic's name": {"topic",
			format{`{"Fn::GetAtt": ["News", "TopicName"]}`, sub("sns", here, `{"Fn::GetAtt":["News","TopicName"]}`)},
			format{`"${aws_sns_topic.news.name}"`, `"` + tfARN + `sns:` + tfHere + `${aws_sns_topic.news.name}"`}},
		"a log group": {"group",
			format{`{"Ref": "Lines"}`, `{"Ref":"Lines"}`},
			format{`"${aws_cloudwatch_log_group.lines.name}"`, `"${aws_cloudwatch_log_group.lines.name}"`}},
		"a log group that isn't known": {"group",
			format{`{"Fn::ImportValue": "lines"}`, `{"Fn::ImportValue":"lines"}`},
			format{`"${var.lines}"`, `"${var.lines}"`}},
		"another function's log group": {"own group",
			format{`{"Fn::ImportValue": "shop"}`, `{"Fn::Join":["",["/aws/lambda/",{"Fn::ImportValue":"shop"}]]}`},
			format{`"${var.shop}"`, `"/aws/lambda/${var.shop}"`}},
		"a stream": {"stream",
			format{`{"Ref": "Clicks"}`, sub("kinesis", here+"stream/", `{"Ref":"Clicks"}`)},
			format{`"${aws_kinesis_stream.clicks.name}"`, `"` + tfARN + `kinesis:` + tfHere + `stream/${aws_kinesis_stream.clicks.name}"`}},
		"a stream's ARN": {"stream",
			format{`{"Fn::GetAtt": ["Clicks", "Arn"]}`, `{"Fn::GetAtt":["Clicks","Arn"]}`},
			format{`"${aws_kinesis_stream.clicks.arn}"`, `"${aws_kinesis_stream.clicks.arn}"`}},
		"a table's stream": {"table",
			format{`{"Fn::GetAtt": ["Orders", "StreamArn"]}`, `{"Fn::GetAtt":["Orders","StreamArn"]}`},
			format{`"${aws_dynamodb_table.orders.stream_arn}"`, `"${aws_dynamodb_table.orders.stream_arn}"`}},
		"another stack's table": {"table",
			format{`{"Fn::ImportValue": "stream"}`, `{"Fn::ImportValue":"stream"}`},
			format{`"${var.stream}"`, `"${var.stream}"`}},
		"a bucket": {"bucket",
			format{`{"Ref": "Uploads"}`, `{"Ref":"Uploads"}`},
			format{`"${aws_s3_bucket.uploads.id}"`, `"${aws_s3_bucket.uploads.id}"`}},
		"a part of a key": {"objects",
			format{`{"Ref": "Env"}`, `{"Fn::Join":["",["in/",{"Ref":"Env"},"/"]]}`},
			format{`"${var.env}"`, `"in/${var.env}/"`}},
		"what is allowed": {"allow",
			format{`{"Fn::GetAtt": ["Uploads", "Arn"]}`, `{"Fn::Sub":["${VALUE}/*",{"VALUE":{"Fn::GetAtt":["Uploads","Arn"]}}]}`},
			format{`"${aws_s3_bucket.uploads.arn}"`, `"${aws_s3_bucket.uploads.arn}/*"`}},
		"where failures go": {"failures",
			format{`{"Fn::GetAtt": ["Jobs", "Arn"]}`, `{"Fn::GetAtt":["Jobs","Arn"]}`},
			format{`"${aws_sqs_queue.jobs.arn}"`, `"${aws_sqs_queue.jobs.arn}"`}},
		"where failures go, by URL": {"failures",
			format{`{"Ref": "Jobs"}`, `{"Fn::GetAtt":["Jobs","Arn"]}`},
			format{`"${aws_sqs_queue.jobs.url}"`, `"${aws_sqs_queue.jobs.arn}"`}},
		"a topic for failures": {"failures",
			format{`{"Ref": "News"}`, `{"Ref":"News"}`},
			format{`"${aws_sns_topic.news.id}"`, `"${aws_sns_topic.news.id}"`}},
		"a bucket for failures": {"failures",
			format{`{"Ref": "Uploads"}`, `{"Fn::GetAtt":["Uploads","Arn"]}`},
			format{`"${aws_s3_bucket.uploads.id}"`, `"${aws_s3_bucket.uploads.arn}"`}},
		"failures go elsewhere": {"failures",
			format{`{"Fn::ImportValue": "failures"}`, `{"Fn::ImportValue":"failures"}`},
			format{`"${var.failures}"`, `"${var.failures}"`}},
		"a key": {"key",
			format{`{"Fn::GetAtt": ["Key", "Arn"]}`, `{"Fn::GetAtt":["Key","Arn"]}`},
			format{`"${aws_kms_key.key.arn}"`, `"${aws_kms_key.key.arn}"`}},
		"a key by its id": {"key",
			format{`{"Ref": "Key"}`, `{"Fn::GetAtt":["Key","Arn"]}`},
			format{`"${aws_kms_key.key.key_id}"`, `"${aws_kms_key.key.arn}"`}},
		"a bus": {"bus",
			format{`{"Ref": "Bus"}`, `{"Ref":"Bus"}`},
			format{`"${aws_cloudwatch_event_bus.bus.name}"`, `"${aws_cloudwatch_event_bus.bus.name}"`}},
		"a bus by ARN": {"bus",
			format{`{"Fn::GetAtt": ["Bus", "Arn"]}`, `{"Fn::GetAtt":["Bus","Arn"]}`},
			format{`"${aws_cloudwatch_event_bus.bus.arn}"`, `"${aws_cloudwatch_event_bus.bus.arn}"`}},
		"a bus of another stack": {"bus",
			format{`{"Fn::ImportValue": "bus"}`, `{"Fn::ImportValue":"bus"}`},
			format{`"${var.bus}"`, `"${var.bus}"`}},
		"dead letters of a rule": {"letters",
			format{`{"Fn::GetAtt": ["Jobs", "Arn"]}`, `{"Fn::GetAtt":["Jobs","Arn"]}`},
			format{`"${aws_sqs_queue.jobs.arn}"`, `"${aws_sqs_queue.jobs.arn}"`}},
		"dead letters by URL": {"letters",
			format{`{"Ref": "Jobs"}`, `{"Fn::GetAtt":["Jobs","Arn"]}`},
			format{`"${aws_sqs_queue.jobs.id}"`, `"${aws_sqs_queue.jobs.arn}"`}},
		"dead letters of Scheduler": {"scheduled",
			format{`{"Ref": "Jobs"}`, `{"Fn::GetAtt":["Jobs","Arn"]}`},
			format{`"${aws_sqs_queue.jobs.url}"`, `"${aws_sqs_queue.jobs.arn}"`}},
		"a user pool": {"pool",
			format{`{"Fn::GetAtt": ["Pool", "Arn"]}`, `{"Fn::GetAtt":["Pool","Arn"]}`},
			format{`"${aws_cognito_user_pool.pool.arn}"`, `"${aws_cognito_user_pool.pool.arn}"`}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, f := range []string{packager.SAM, packager.CloudFormation, packager.Terraform} {
				side := tc.cfn
				if f == packager.Terraform {
					side = tc.terraform
				}
				p.configure(t, tc.kind, side.source)
				template, err := p.build(t, p.input(f))
				if err != nil {
					t.Errorf("%s: %v", f, err)
					continue
				}
				for what, got := range places(t, f, tc.kind, template) {
					if diff := cmp.Diff(side.want, variablesRenamed(got)); diff != "" {
						t.Errorf("%s: %s (-want +got)\n%s", f, what, diff)
					}
				}
			}
		})
	}
}

// variablesRenamed calls the one variable of an Fn::Sub VALUE.
func variablesRenamed(text string) string {
	return strings.NewReplacer("${Part1}", "${VALUE}", `"Part1"`, `"VALUE"`, "${Token1}", "${VALUE}", `"Token1"`, `"VALUE"`).Replace(text)
}

// places finds, as JSON, where a template names what the events come from: for the
// source itself and, for what Lambda fetches, in the role's policy.
func places(t *testing.T, format, kind string, template map[string]any) map[string]string {
	t.Helper()
	if format == packager.Terraform {
		return terraformPlaces(t, kind, template)
	}
	resources := template["Resources"].(map[string]any)
	policy := lookup(resources, "WorkRole", "Properties", "Policies", 0, "PolicyDocument", "Statement", 0, "Resource")
	events := lookup(resources, "Work", "Properties", "Events")
	mapping := lookup(resources, "WorkWorkSqsEventSource", "Properties", "EventSourceArn")
	found := map[string]any{}
	switch kind {
	case "queue", "prefixed":
		found["source"], found["policy"] = either(lookup(events, "WorkSqsEventSource", "Properties", "Queue"), mapping), policy
	case "topic":
		found["source"] = either(lookup(events, "WorkSnsSubscription", "Properties", "Topic"), lookup(resources, "WorkWorkSnsSubscription", "Properties", "TopicArn"))
	case "group", "own group":
		found["source"] = either(lookup(events, "WorkLogSubscription", "Properties", "LogGroupName"), lookup(resources, "WorkWorkLogSubscription", "Properties", "LogGroupName"))
	case "stream":
		found["source"], found["policy"] = either(lookup(events, "WorkKinesisEventSource", "Properties", "Stream"), lookup(resources, "WorkWorkKinesisEventSource", "Properties", "EventSourceArn")), policy
	case "table":
		found["source"], found["policy"] = either(lookup(events, "WorkDynamodbEventSource", "Properties", "Stream"), lookup(resources, "WorkWorkDynamodbEventSource", "Properties", "EventSourceArn")), policy
	case "failures":
		found["failures"] = either(lookup(events, "WorkKinesisEventSource", "Properties", "DestinationConfig", "OnFailure", "Destination"),
			lookup(resources, "WorkWorkKinesisEventSource", "Properties", "DestinationConfig", "OnFailure", "Destination"))
		found["policy"] = named(lookup(resources, "WorkRole", "Properties", "Policies", 0, "PolicyDocument"), "Failures")
	case "key":
		found["policy"] = named(lookup(resources, "WorkRole", "Properties", "Policies", 0, "PolicyDocument"), "SourceKey")
	case "bus":
		found["bus"] = either(lookup(events, "WorkEvent", "Properties", "EventBusName"), lookup(resources, "WorkWorkEvent", "Properties", "EventBusName"))
	case "letters":
		found["letters"] = either(lookup(events, "WorkEvent", "Properties", "DeadLetterConfig", "Arn"),
			lookup(resources, "WorkWorkEvent", "Properties", "Targets", 0, "DeadLetterConfig", "Arn"))
	case "scheduled":
		found["letters"] = lookup(resources, "WorkSchedule", "Properties", "Target", "DeadLetterConfig", "Arn")
		found["policy"] = named(lookup(resources, "WorkScheduleRole", "Properties", "Policies", 0, "PolicyDocument"), "DeadLetters")
	case "allow":
		found["policy"] = policy
	case "pool":
		found["pool"] = lookup(either(lookup(resources, "RestAPI", "Properties", "DefinitionBody"), lookup(resources, "RestAPI", "Properties", "Body")),
			"securityDefinitions", "pool", "x-amazon-apigateway-authorizer", "providerARNs", 0)
	case "bucket", "objects":
		for id, r := range resources {
			if lookup(r, "Type") != "Custom::S3BucketNotifications" {
				continue
			}
			if strings.Contains(id, "tandin") || strings.Contains(id, "oken") {
				t.Errorf("a stand-in is in the logical id %s", id)
			}
			found["source"] = lookup(r, "Properties", "Bucket")
			if kind == "objects" {
				found["source"] = lookup(r, "Properties", "Notifications", 0, "Filter", "Key", "FilterRules", 0, "Value")
			}
		}
	}
	all := map[string]string{}
	for what, v := range found {
		all[what] = asJSON(t, v)
	}
	return all
}

// named finds the resource of a policy's statement of a name.
func named(document any, sid string) any {
	list, _ := lookup(document, "Statement").([]any)
	for _, statement := range list {
		if lookup(statement, "Sid") == sid {
			return lookup(statement, "Resource")
		}
	}
	return nil
}

func terraformPlaces(t *testing.T, kind string, template map[string]any) map[string]string {
	t.Helper()
	text, _ := lookup(template, "resource", "aws_iam_role_policy", "work_role", "policy").(string)
	var document any
	if text != "" {
		if err := json.Unmarshal([]byte(text), &document); err != nil {
			t.Fatal(err)
		}
	}
	policy := lookup(document, "Statement", 0, "Resource")
	mapping := func(name string) any {
		return lookup(template, "resource", "aws_lambda_event_source_mapping", name, "event_source_arn")
	}
	found := map[string]any{}
	switch kind {
	case "queue", "prefixed":
		found["source"], found["policy"] = mapping("work-sqs-event-source"), policy
	case "topic":
		found["source"] = lookup(template, "resource", "aws_sns_topic_subscription", "work-sns-subscription", "topic_arn")
	case "group", "own group":
		found["source"] = lookup(template, "resource", "aws_cloudwatch_log_subscription_filter", "work-log-subscription", "log_group_name")
	case "stream":
		found["source"], found["policy"] = mapping("work-kinesis-event-source"), policy
	case "table":
		found["source"], found["policy"] = mapping("work-dynamodb-event-source"), policy
	case "failures":
		found["failures"] = lookup(template, "resource", "aws_lambda_event_source_mapping", "work-kinesis-event-source", "destination_config", "on_failure", "destination_arn")
		found["policy"] = named(document, "Failures")
	case "key":
		found["policy"] = named(document, "SourceKey")
	case "bus":
		found["bus"] = lookup(template, "resource", "aws_cloudwatch_event_rule", "work-event", "event_bus_name")
	case "letters":
		found["letters"] = lookup(template, "resource", "aws_cloudwatch_event_target", "work-event", "dead_letter_config", "arn")
	case "scheduled":
		found["letters"] = lookup(template, "resource", "aws_scheduler_schedule", "work-schedule", "target", "dead_letter_config", "arn")
		text, _ := lookup(template, "resource", "aws_iam_role_policy", "work-schedule-role", "policy").(string)
		if err := json.Unmarshal([]byte(text), &document); err != nil {
			t.Fatal(err)
		}
		found["policy"] = named(document, "DeadLetters")
	case "allow":
		found["policy"] = policy
	case "bucket", "objects":
		notifications := lookup(template, "resource", "aws_s3_bucket_notification", "uploads_notify")
		found["source"] = lookup(notifications, "bucket")
		if kind == "objects" {
			found["source"] = lookup(notifications, "lambda_function", 0, "filter_prefix")
		}
	case "pool":
		api, _ := lookup(template, "locals", "chalice_api_swagger").(string)
		if err := json.Unmarshal([]byte(api), &document); err != nil {
			t.Fatal(err)
		}
		found["pool"] = lookup(document, "securityDefinitions", "pool", "x-amazon-apigateway-authorizer", "providerARNs", 0)
	}
	all := map[string]string{}
	for what, v := range found {
		all[what] = asJSON(t, v)
	}
	return all
}

// TestStandInMistakes: what can't be done with such a value is said in one line, with
// the place of the registration, and without a stand-in in it.
func TestStandInMistakes(t *testing.T) {
	p := newSourced(t)
	for name, tc := range map[string]struct{ kind, source, want string }{
		"another service's ARN": {"topic", `{"Fn::GetAtt": ["Jobs", "Arn"]}`, `main.go:30: topic "${Jobs.Arn}" is neither the name nor the ARN of a topic, which is arn:aws:sns:region:account:name`},
		"a FIFO topic":          {"topic", `{"Ref": "Ordered"}`, `main.go:30: topic "${Ordered}" is a FIFO topic, which can't invoke a function: subscribe an SQS queue to it, and register that with OnSQSMessage`},
		"a queue as a group":    {"group", `{"Fn::GetAtt": ["Jobs", "QueueName"]}`, "main.go:64: the log group of work is ${Jobs.QueueName}, which is of the type AWS::SQS::Queue"},
		"a group's ARN":         {"group", `{"Fn::GetAtt": ["Lines", "Arn"]}`, "main.go:64: log group \"${Lines.Arn}\" is an ARN: give the group's name, which follows log-group:"},
		"its own group":         {"own group", `{"Ref": "Work"}`, "main.go:66: function work gets what it logs itself"},
		"a topic as a queue":    {"queue", `{"Ref": "News"}`, `main.go:26: queue "${News}" is neither the name nor the ARN of a queue, which is arn:aws:sqs:region:account:name`},
		"another thing's name":  {"queue", `{"Ref": "Uploads"}`, `main.go:26: the queue of work is ${Uploads}, which is of the type AWS::S3::Bucket`},
		"a table's ARN":         {"table", `{"Fn::GetAtt": ["Orders", "Arn"]}`, `main.go:34: "${Orders.Arn}" is not the ARN of a table's stream: that is arn:aws:dynamodb:region:account:table/name/stream/label`},
		"a table's name":        {"table", `{"Ref": "Orders"}`, `main.go:34: "${Orders}" is not the ARN of a table's stream: that is arn:aws:dynamodb:region:account:table/name/stream/label`},
		"a bucket's ARN":        {"bucket", `{"Fn::GetAtt": ["Uploads", "Arn"]}`, `main.go:36: bucket "${Uploads.Arn}" is an ARN: give the bucket's name`},
		"a user pool's ARN":     {"failures", `{"Fn::GetAtt": ["Pool", "Arn"]}`, `main.go:52: OnFailure is "${Pool.Arn}": it has to be the ARN of a queue, arn:aws:sqs:region:account:name, of a topic, arn:aws:sns:region:account:name, or of a bucket, arn:aws:s3:::name`},
		"a key of no kind":      {"key", `{"Fn::GetAtt": ["Jobs", "Arn"]}`, `main.go:54: SourceKey is "${Jobs.Arn}": it has to be the ARN of a key, arn:aws:kms:region:account:key/id`},
		"a topic as a bus":      {"bus", `{"Ref": "News"}`, `main.go:58: bus "${News}" is neither the name nor the ARN of an event bus, which is arn:aws:events:region:account:event-bus/name`},
		"a bucket as a bus":     {"bus", `{"Ref": "Uploads"}`, `main.go:58: the bus of work is ${Uploads}, which is of the type AWS::S3::Bucket`},
		"a topic for letters":   {"scheduled", `{"Ref": "News"}`, `main.go:62: DeadLetterQueue "${News}" is not the ARN of a queue: that is arn:aws:sqs:region:account:name`},
		"a part of a URL":       {"base", `{"Ref": "Jobs"}`, `main.go:44: the program changes the variable SOURCE or takes it apart ("chalice-standin-in-HASH"), which is known only when the app is deployed: it can only pass that on, or put text around it`},
		"in capitals":           {"upper", `{"Ref": "Clicks"}`, `main.go:46: the program changes the variable SOURCE or takes it apart ("CHALICE-STANDIN-HASH"), which is known only when the app is deployed: it can only pass that on, or put text around it`},
		"a function's name":     {"name", `{"Ref": "Clicks"}`, `main.go:48: the name of a function is "${Clicks}", which is known only when the app is deployed: it has to be plain text`},
		"a route's path":        {"path", `{"Ref": "Clicks"}`, `main.go:50: the path of a route is "/${Clicks}", which is known only when the app is deployed: it has to be plain text`},
		"a program that fails":  {"panic", `{"Ref": "Clicks"}`, `panic: why ${Clicks}`},
		"nothing of the name":   {"queue", `{"Ref": "Jbos"}`, `.chalice/config.json:2: environment_variables.SOURCE refers to Jbos, which the template does not have; did you mean Jobs?`},
	} {
		t.Run(name, func(t *testing.T) {
			p.configure(t, tc.kind, tc.source)
			_, err := p.build(t, p.input(packager.SAM))
			if err == nil || !strings.Contains(hash.ReplaceAllString(err.Error(), "HASH"), tc.want) {
				t.Errorf("got %v, want %s", err, tc.want)
			}
		})
	}
	t.Run("an intrinsic function in Terraform", func(t *testing.T) {
		p.configure(t, "queue", `{"Fn::GetAtt": ["Jobs", "Arn"]}`)
		_, err := p.build(t, p.input(packager.Terraform))
		if err == nil || !strings.Contains(err.Error(), `.chalice/config.json:2: environment_variables.SOURCE is an intrinsic function of CloudFormation's, which Terraform does not know`) {
			t.Errorf("got %v", err)
		}
	})
}

// TestSavedStandIns: a saved description can be packaged in the configuration that it
// is of, whether what is merged was known when it was saved or not.
func TestSavedStandIns(t *testing.T) {
	p := newSourced(t)
	for _, tc := range []struct{ kind, source string }{
		{"bucket", `{"Ref": "Uploads"}`},
		{"failures", `{"Ref": "Uploads"}`},
		{"key", `{"Ref": "Key"}`},
		{"queue", `{"Ref": "Jobs"}`}, // a URL, of which the description has the ARN
		{"queue", `{"Fn::GetAtt": ["Jobs", "Arn"]}`},
	} {
		t.Run(tc.source, func(t *testing.T) {
			p.configure(t, tc.kind, tc.source)
			wanted, err := p.build(t, p.input(packager.SAM))
			if err != nil {
				t.Fatal(err)
			}
			for _, merge := range []string{"", p.merge} {
				in := p.input(packager.SAM)
				in.MergeTemplate = merge
				model, _, err := packager.Describe(t.Context(), in)
				if err != nil {
					t.Fatal(err)
				}
				data, err := model.JSON()
				if err != nil {
					t.Fatal(err)
				}
				in = p.input(packager.SAM)
				in.AppModel = filepath.Join(t.TempDir(), "model.json")
				if err := os.WriteFile(in.AppModel, data, 0o600); err != nil {
					t.Fatal(err)
				}
				got, err := p.build(t, in)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(wanted, got); diff != "" {
					t.Errorf("described with %q (-want +got)\n%s", merge, diff)
				}

				p.configure(t, tc.kind, `{"Ref": "Others"}`)
				if _, err := p.build(t, in); err == nil || !strings.HasSuffix(err.Error(),
					"was described with a variable whose value the configuration of stage dev doesn't have: describe the app again, in that stage") {
					t.Errorf("in another configuration: %v", err)
				}
				p.configure(t, tc.kind, tc.source)
			}
		})
	}
}

// TestMadeUp: what runs on this machine sees names that could be real.
func TestMadeUp(t *testing.T) {
	p := newSourced(t)
	for source, want := range map[string]string{
		`{"Fn::GetAtt": ["Orders", "StreamArn"]}`: "arn:aws:dynamodb:us-east-1:123456789012:table/Orders/stream/2000-01-01T00:00:00.000",
		`{"Fn::Sub": "arn:aws:dynamodb:${X}"}`:    "arn:aws:dynamodb:us-east-1:123456789012:table/SOURCE/stream/2000-01-01T00:00:00.000",
		`{"Fn::ImportValue": "stream"}`:           "SOURCE",
	} {
		p.configure(t, "table", source)
		for _, merge := range []string{"", p.merge} {
			in := p.input(packager.SAM)
			in.MergeTemplate = merge
			model, _, err := packager.DescribeForEvents(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			program, err := packager.BuildProgram(t.Context(), in, t.TempDir(), false)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(map[string][]string{"work": {"SOURCE"}}, maps.Clone(program.MadeUp)); diff != "" {
				t.Errorf("made up (-want +got)\n%s", diff)
			}
			for what, m := range map[string]string{"for events": model.Functions[0].DynamoDB.StreamARN, "here": program.Model.Functions[0].DynamoDB.StreamARN} {
				if m != want {
					t.Errorf("%s, with %q, %s: got %s, want %s", source, merge, what, m, want)
				}
			}
		}
	}
	p.configure(t, "queue", `{"Ref": "Jobs"}`)
	in := p.input(packager.SAM)
	in.Variables = []string{"SOURCE=here"}
	program, err := packager.BuildProgram(t.Context(), in, t.TempDir(), false)
	if err != nil {
		t.Fatal(err)
	}
	if queue := program.Model.Functions[0].SQS.Queue; queue != "here" || len(program.MadeUp) > 0 {
		t.Errorf("with a value of its own the queue is %q, and %v made up", queue, program.MadeUp)
	}
}

// TestNumbersHaveNoStandIns: a program would fail to read one.
func TestNumbersHaveNoStandIns(t *testing.T) {
	p := newSourced(t)
	p.configure(t, "prefixed", `{"Ref": "Limit"}`)
	template, err := p.build(t, p.input(packager.CloudFormation))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := asJSON(t, lookup(template, "Resources", "WorkWorkSqsEventSource", "Properties", "EventSourceArn")),
		`{"Fn::Sub":"arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:our-"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// either returns the first that there is.
func either(values ...any) any {
	for _, v := range values {
		if v != nil {
			return v
		}
	}
	return nil
}

var hash = regexp.MustCompile(`(?i)[0-9a-f]{16}`)

// jsonOf writes a template as JSON, into a file.
func jsonOf(t *testing.T, text string) string {
	t.Helper()
	o, err := templatefile.Parse("merge.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "merge.json")
	if err := os.WriteFile(file, []byte(asJSON(t, o)), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
