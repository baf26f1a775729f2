package synth_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

// asyncInput is an app of functions, of which work has a configuration of its own from
// the second line on, with what it can refer to.
func asyncInput(t *testing.T, configured string, functions ...app.FunctionModel) synth.Input {
	t.Helper()
	stage, err := config.Parse([]byte("{\"lambda_functions\": {\"work\": {\n"+configured+"}}}"), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	in := sourcedInput(functions...)
	if len(functions) == 0 {
		in = sourcedInput(sourced(app.LambdaKind, ""), app.FunctionModel{Name: "index_orders", Kind: app.LambdaKind})
	}
	in.Stage, in.Merge = stage, parsedPart(t, asyncTemplate)
	in.StandIns = map[string]any{"arn:${Token[chalice.arn-0123456789abcdef]}": "${Token[TOKEN.12]}"}
	return in
}

const asyncTemplate = `
Parameters: {Elsewhere: {Type: String}}
Conditions: {Prod: !Equals [!Ref Elsewhere, prod]}
Resources:
  Queue: {Type: AWS::SQS::Queue}
  Ordered: {Type: AWS::SQS::Queue, Properties: {FifoQueue: true}}
  Topic: {Type: AWS::SNS::Topic}
  OrderedTopic: {Type: AWS::SNS::Topic, Properties: {FifoTopic: true}}
  Bucket: {Type: AWS::S3::Bucket}
  Bus: {Type: AWS::Events::EventBus, Properties: {Name: b}}
  Function: {Type: AWS::Lambda::Function, Properties: {}}
  Version: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref Function}}
  Alias: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref Function, Name: x}}
  Table: {Type: AWS::DynamoDB::Table, Properties: {}}
  Machine: {Type: AWS::StepFunctions::StateMachine, Properties: {}}
`

// actionsByKind are those that are needed for each kind of destination.
var actionsByKind = map[string][]string{
	"sqs": {"sqs:SendMessage"}, "sns": {"sns:Publish"}, "s3": {"s3:ListBucket", "s3:PutObject"}, "lambda": {"lambda:InvokeFunction"}, "events": {"events:PutEvents"},
}

// TestAsyncActions: a role has what its kind of target needs, by the type of what is
// referred to and by what a text says; where nobody can know it, what any kind needs.
func TestAsyncActions(t *testing.T) {
	success, failure := []string{"sqs", "sns", "lambda", "events"}, []string{"sqs", "sns", "lambda", "events", "s3"}
	for value, kinds := range map[string][]string{
		`{"Fn::GetAtt": ["Queue", "Arn"]}`:    {"sqs"},
		`{"Fn::GetAtt": "Queue.Arn"}`:         {"sqs"},
		`{"Fn::Sub": "${Queue.Arn}"}`:         {"sqs"},
		`{"Ref": "Topic"}`:                    {"sns"},
		`{"Fn::GetAtt": ["Function", "Arn"]}`: {"lambda"},
		`{"Ref": "Alias"}`:                    {"lambda"},
		`{"Ref": "Version"}`:                  {"lambda"},
		`{"Fn::Sub": "${Function.Arn}:x"}`:    {"lambda"},
		`{"Fn::GetAtt": ["Bus", "Arn"]}`:      {"events"},
		`{"Fn::Sub": "arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:news"}`: {"sns"},
		`{"Fn::Join": [":", ["arn:aws:sqs", {"Ref": "AWS::Region"}, "123456789012:q"]]}`: {"sqs"},
		`{"Fn::If": ["Prod", {"Fn::GetAtt": ["Queue", "Arn"]}, {"Ref": "Topic"}]}`:       {"sqs", "sns"},
		`{"Fn::If": ["Prod", {"Fn::GetAtt": ["Queue", "Arn"]}, {"Ref": "Elsewhere"}]}`:   success,
		`{"Ref": "Elsewhere"}`:                               success,
		`{"Fn::ImportValue": "a"}`:                           success,
		`{"Fn::GetAtt": ["Machine", "X"]}`:                   success,
		`"arn:aws:lambda:eu-west-1:123456789012:function:x"`: {"lambda"},
		`"arn:${Token[chalice.arn-0123456789abcdef]}"`:       success,
	} {
		for key, possible := range map[string][]string{"dead_letter_target": {"sqs", "sns"}, "on_success": success, "on_failure": failure} {
			wanted := kinds
			if slices.Equal(kinds, success) {
				wanted = possible
			}
			if slices.ContainsFunc(wanted, func(kind string) bool { return !slices.Contains(possible, kind) }) {
				continue // a mistake: see below
			}
			for _, roles := range []string{config.SharedRole, config.RolePerFunction} {
				in := asyncInput(t, `"`+key+`": `+value)
				in.Stage.IAMRoles = roles
				var all []string
				for _, kind := range wanted {
					all = append(all, actionsByKind[kind]...)
				}
				slices.Sort(all)
				if diff := cmp.Diff(all, sentActions(t, in, "cloudformation")); diff != "" {
					t.Errorf("%s %s, %s (-want +got)\n%s", key, value, roles, diff)
				}
			}
		}
	}
}

// TestAsyncActionsInTerraform is the same for expressions.
func TestAsyncActionsInTerraform(t *testing.T) {
	any := []string{"events:PutEvents", "lambda:InvokeFunction", "s3:ListBucket", "s3:PutObject", "sns:Publish", "sqs:SendMessage"}
	for value, want := range map[string][]string{
		"${aws_sqs_queue.q.arn}":                   {"sqs:SendMessage"},
		"${data.aws_sqs_queue.q.arn}":              {"sqs:SendMessage"},
		"${aws_sns_topic.t[0].arn}":                {"sns:Publish"},
		"${aws_s3_bucket.b.arn}":                   {"s3:ListBucket", "s3:PutObject"},
		"${aws_cloudwatch_event_bus.b.arn}":        {"events:PutEvents"},
		"${aws_lambda_function.elsewhere.arn}":     {"lambda:InvokeFunction"},
		"${aws_lambda_alias.elsewhere.arn}":        {"lambda:InvokeFunction"},
		"arn:${var.partition}:sqs:eu-west-1:1:q":   {"sqs:SendMessage"},
		"${var.elsewhere}":                         any,
		"${module.queues.dead_arn}":                any,
		"${aws_lambda_event_source_mapping.m.arn}": any,
		"${local.prefix}:123456789012:dead":        any,
	} {
		if diff := cmp.Diff(want, sentActions(t, asyncInput(t, `"on_failure": "`+value+`"`), "terraform")); diff != "" {
			t.Errorf("%s (-want +got)\n%s", value, diff)
		}
	}
}

// sentActions lists the actions that are allowed for what is sent, wherever that is.
func sentActions(t *testing.T, in synth.Input, format string) []string {
	t.Helper()
	template := render(t, in, format)
	if format != "terraform" {
		template.Merge(in.Merge)
	}
	data, err := template.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var actions []string
	for _, policy := range policiesIn(t, decoded(t, data)) {
		for _, s := range policy.Statement {
			if strings.HasPrefix(s.Sid, "DeadLetter") || strings.HasPrefix(s.Sid, "Destination") {
				actions = append(actions, s.Action...)
			}
		}
	}
	slices.Sort(actions)
	return actions
}

type policy struct {
	Statement []struct {
		Sid    string
		Action []string
	}
}

// policiesIn finds the policies in a template, or in a module, where they are text.
func policiesIn(t *testing.T, v any) (found []policy) {
	t.Helper()
	switch v := v.(type) {
	case map[string]any:
		if _, ok := v["Statement"]; ok {
			data, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			var p policy
			if err := json.Unmarshal(data, &p); err == nil {
				found = append(found, p)
			}
		}
		for _, e := range v {
			found = append(found, policiesIn(t, e)...)
		}
	case []any:
		for _, e := range v {
			found = append(found, policiesIn(t, e)...)
		}
	case string:
		var o map[string]any
		if json.Unmarshal([]byte(v), &o) == nil {
			found = append(found, policiesIn(t, o)...)
		}
	}
	return found
}

// TestAsyncMistakes: what can't be sent to is a mistake at its line.
func TestAsyncMistakes(t *testing.T) {
	const (
		letters = "it has to be the ARN of a queue, arn:aws:sqs:region:account:name, or of a topic, arn:aws:sns:region:account:name"
		fifo    = "Lambda sends nothing to FIFO queues and topics, so give a standard one"
		loops   = `, so that it would go on for ever: send it elsewhere, or allow that with "recursive_loop": "allow"`
	)
	topic := sourced(app.SNSKind, "news")
	filtered := sourced(app.SNSKind, "news")
	filtered.SNS.FilterPolicy = app.Pattern{"kind": []any{"order"}}
	bucket := func(change func(*app.S3Model)) []app.FunctionModel {
		f := sourced(app.S3Kind, "uploads")
		change(f.S3)
		return []app.FunctionModel{f}
	}
	rule := func(pattern app.Pattern) []app.FunctionModel {
		f := sourced(app.CloudWatchKind, "orders")
		f.CloudWatch.Pattern = pattern
		return []app.FunctionModel{f}
	}
	const toUploads = `"on_failure": "arn:aws:s3:::uploads"`
	const toBus = `"on_success": "arn:aws:events:eu-west-1:123456789012:event-bus/orders"`
	for name, tc := range map[string]struct {
		configured string
		functions  []app.FunctionModel
		want       string
	}{
		"a queue's URL":       {`"dead_letter_target": {"Ref": "Queue"}`, nil, "dead_letter_target is ${Queue}, which is the name or the URL of what has the ARN ${Queue.Arn}: give that"},
		"a function's name":   {`"on_success": {"Ref": "Function"}`, nil, "on_success is ${Function}, which is the name or the URL of what has the ARN ${Function.Arn}: give that"},
		"an own one's name":   {`"on_success": {"Ref": "IndexOrders"}`, nil, "on_success is ${IndexOrders}, which is the name or the URL of what has the ARN ${IndexOrders.Arn}: give that"},
		"a topic's name":      {`"dead_letter_target": {"Fn::GetAtt": ["Topic", "TopicName"]}`, nil, "dead_letter_target is ${Topic.TopicName}, which is no ARN: " + letters},
		"a FIFO queue":        {`"dead_letter_target": {"Fn::GetAtt": ["Ordered", "Arn"]}`, nil, "dead_letter_target is ${Ordered.Arn}: " + fifo},
		"a FIFO topic":        {`"on_failure": {"Ref": "OrderedTopic"}`, nil, "on_failure is ${OrderedTopic}: " + fifo},
		"a table":             {`"dead_letter_target": {"Fn::GetAtt": ["Table", "Arn"]}`, nil, "dead_letter_target is ${Table.Arn}: " + letters},
		"a function":          {`"dead_letter_target": {"Fn::GetAtt": ["Function", "Arn"]}`, nil, "dead_letter_target is ${Function.Arn}: " + letters},
		"an own function":     {`"dead_letter_target": {"Fn::GetAtt": ["IndexOrders", "Arn"]}`, nil, "dead_letter_target is ${IndexOrders.Arn}: " + letters},
		"text about a bucket": {`"dead_letter_target": {"Fn::Sub": "arn:aws:s3:::${Elsewhere}"}`, nil, `dead_letter_target is {"Fn::Sub":"arn:aws:s3:::${Elsewhere}"}: ` + letters},
		"one of two": {
			`"dead_letter_target": {"Fn::If": ["Prod", {"Fn::GetAtt": ["Queue", "Arn"]}, {"Fn::GetAtt": ["Bucket", "Arn"]}]}`, nil,
			"dead_letter_target is ${Bucket.Arn}: " + letters,
		},
		"perhaps nothing": {
			`"dead_letter_target": {"Fn::If": ["Prod", {"Fn::GetAtt": ["Queue", "Arn"]}, {"Ref": "AWS::NoValue"}]}`, nil,
			"dead_letter_target can be left out by AWS::NoValue, but the role has to allow what it names: name something in each case",
		},
		"itself":                 {`"on_failure": {"Fn::GetAtt": ["Work", "Arn"]}`, nil, "on_failure sends what becomes of work to work itself, which would go on for ever: name another function"},
		"its topic":              {`"dead_letter_target": "arn:aws:sns:eu-west-1:123456789012:news"`, []app.FunctionModel{topic}, "dead_letter_target sends what becomes of work to the topic that it gets its events from" + loops},
		"its topic, allowed":     {`"recursive_loop": "allow", "on_failure": "arn:aws:sns:eu-west-1:123456789012:news"`, []app.FunctionModel{topic}, ""},
		"its topic, filtered":    {`"on_failure": "arn:aws:sns:eu-west-1:123456789012:news"`, []app.FunctionModel{filtered}, ""},
		"another topic":          {`"on_failure": "arn:aws:sns:eu-west-1:123456789012:olds"`, []app.FunctionModel{topic}, ""},
		"its bucket":             {toUploads, bucket(func(*app.S3Model) {}), "on_failure sends what becomes of work to the bucket that it gets its events from" + loops},
		"another folder":         {toUploads, bucket(func(m *app.S3Model) { m.Prefix = "images/" }), ""},
		"the folder of records":  {toUploads, bucket(func(m *app.S3Model) { m.Prefix = "aws/" }), "on_failure sends what becomes of work to the bucket that it gets its events from" + loops},
		"other keys":             {toUploads, bucket(func(m *app.S3Model) { m.KeyFilters = []app.KeyFilterModel{{Suffix: ".jpg"}} }), ""},
		"what is removed":        {toUploads, bucket(func(m *app.S3Model) { m.Events = []string{"s3:ObjectRemoved:*"} }), ""},
		"its bus":                {toBus, rule(app.Pattern{"source": []any{"lambda"}}), "on_success sends what becomes of work to the event bus that it gets its events from" + loops},
		"its bus, of failures":   {toBus, rule(app.Pattern{"detail-type": []any{"Lambda Function Invocation Result - Failure"}}), ""},
		"its bus, of other kind": {toBus, rule(app.Pattern{"source": []any{"shop"}}), ""},
		"a circle": {
			`"on_failure": {"Fn::GetAtt": ["IndexOrders", "Arn"]}}, "index_orders": {"on_failure": {"Fn::Sub": "${Other.Arn}"}}, "other": {"on_success": {"Fn::GetAtt": ["Work", "Arn"]}`,
			[]app.FunctionModel{sourced(app.LambdaKind, ""), {Name: "index_orders", Kind: app.LambdaKind}, {Name: "other", Kind: app.LambdaKind}},
			"on_failure sends what becomes of work back to it, by way of index_orders, other" + loops,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if tc.want != "" {
				tc.want = ".chalice/config.json:2: lambda_functions.work." + tc.want
			}
			_, err := synth.Build(asyncInput(t, tc.configured, tc.functions...))
			if diff := cmp.Diff(tc.want, aboutWork(err)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// aboutWork returns the first mistake in the configuration of the function work: a circle
// is one for each of its functions. "" stands for none at all.
func aboutWork(err error) string {
	if err == nil {
		return ""
	}
	for line := range strings.SplitSeq(err.Error(), "\n") {
		if strings.Contains(line, " lambda_functions.work.") {
			return line
		}
	}
	return err.Error()
}

// TestAsyncForAll: the function that gets what becomes of all others gets nothing of its
// own invocations.
func TestAsyncForAll(t *testing.T) {
	for format, tc := range map[string]struct{ value, at, id string }{
		"sam":            {`{"Fn::GetAtt": ["IndexOrders", "Arn"]}`, "Resources.%sEventInvokeConfig.Properties.DestinationConfig.OnFailure.Destination", "Work IndexOrders"},
		"cloudformation": {`{"Fn::GetAtt": ["IndexOrders", "Arn"]}`, "Resources.%sEventInvokeConfig.Properties.DestinationConfig.OnFailure.Destination", "Work IndexOrders"},
		"terraform":      {`"${aws_lambda_function.index_orders.arn}"`, "resource.aws_lambda_function_event_invoke_config.%s.destination_config.on_failure.destination", "work index_orders"},
	} {
		in := asyncInput(t, "")
		stage, err := config.Parse([]byte(`{"on_failure": `+tc.value+`}`), config.Options{})
		if err != nil {
			t.Fatal(err)
		}
		in.Stage = stage
		data, err := render(t, in, format).JSON()
		if err != nil {
			t.Fatal(err)
		}
		others, own, _ := strings.Cut(tc.id, " ")
		want(t, format, strings.ReplaceAll(spelled(lookup(decoded(t, data), fmt.Sprintf(tc.at, others), format)), " ", ""), strings.ReplaceAll(tc.value, " ", ""))
		want(t, format+", of itself", spelled(lookup(decoded(t, data), fmt.Sprintf(tc.at, own), format)), "null")
	}
}
