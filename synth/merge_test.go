package synth_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

func TestMerge(t *testing.T) {
	stage := config.New("dev")
	stage.Defaults.Environment = map[string]config.Value{"TABLE": configured("Ref", "Table")}
	model := &app.Model{Version: 1, Name: "demo", Functions: []app.FunctionModel{{Name: "work", Kind: app.LambdaKind}}}
	graph, err := synth.Build(synth.Input{Model: model, Stage: stage, Version: "1.0.0"})
	if err != nil {
		t.Fatal(err)
	}
	template, err := synth.SAM(graph)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := template.JSON(); err == nil || !strings.Contains(err.Error(), "refers to Table") {
		t.Errorf("got %v; want an error, as nothing has the id Table", err)
	}
	part, err := synth.ParsePart("part.json", []byte(`{
		"Parameters": {"Size": {"Type": "Number"}},
		"Resources": {
			"Table": {"Type": "AWS::DynamoDB::Table"},
			"Work": {"Properties": {"Timeout": 900, "Architectures": ["x86_64"], "Tags": null}, "DeletionPolicy": "Retain"}
		},
		"Outputs": null
	}`))
	if err != nil {
		t.Fatal(err)
	}
	template.Merge(part)
	if _, err := template.YAML(); err != nil {
		t.Fatal(err)
	}
	data, err := template.Object().MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"Architectures":["x86_64"]`, `"Timeout":900`, `"Tags":null`, `"DeletionPolicy":"Retain"`, `"MemorySize":128`,
		`"Table":{"Type":"AWS::DynamoDB::Table"}`, `"Outputs":null`, `"Parameters":{"Size":{"Type":"Number"}}`,
	} {
		if !strings.Contains(string(data), want) {
			t.Errorf("the merged template lacks %s:\n%s", want, data)
		}
	}
}

// TestMergeReplacesIntrinsics puts a property over a property of a function, by
// what the two are.
func TestMergeReplacesIntrinsics(t *testing.T) {
	graph, err := synth.Build(synth.Input{
		Model: &app.Model{Version: 1, Name: "demo", Functions: []app.FunctionModel{
			{Name: "work", Kind: app.SQSKind, SQS: &app.SQSModel{Queue: "jobs"}},
		}},
		Stage: config.New("dev"), Version: "1.0.0",
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		parts []string
		want  string
	}{
		"one over another":                   {[]string{"Role: !Ref RoleArn"}, `"Role":{"Ref":"RoleArn"}`},
		"one over the same":                  {[]string{"Role: !GetAtt Other.Arn"}, `"Role":{"Fn::GetAtt":["Other","Arn"]}`},
		"text over one":                      {[]string{"Role: arn:aws:iam::123456789012:role/r"}, `"Role":"arn:aws:iam::123456789012:role/r"`},
		"one over text":                      {[]string{"Runtime: !Ref Runtime"}, `"Runtime":{"Ref":"Runtime"}`},
		"one over a number":                  {[]string{"Timeout: !If [Prod, 60, 10]"}, `"Timeout":{"Fn::If":["Prod",60,10]}`},
		"one over a list":                    {[]string{"Architectures: !Ref Arms"}, `"Architectures":{"Ref":"Arms"}`},
		"one over an object":                 {[]string{"Tags: !If [Prod, {a: b}, !Ref AWS::NoValue]"}, `"Tags":{"Fn::If":["Prod",{"a":"b"},{"Ref":"AWS::NoValue"}]}`},
		"an object over one":                 {[]string{"Role: {Name: a, Path: b}"}, `"Role":{"Name":"a","Path":"b"}`},
		"an object over an object of a part": {[]string{"Tags: !Ref T", "Tags: {a: b}"}, `"Tags":{"a":"b"}`},
		"deep inside": {
			[]string{"Events: {WorkSqsEventSource: {Properties: {Queue: !GetAtt Jobs.Arn}}}"},
			`"Properties":{"BatchSize":1,"Queue":{"Fn::GetAtt":["Jobs","Arn"]},"MaximumBatchingWindowInSeconds":0}`,
		},
		"a transform beside what is there": {[]string{"Environment: {Variables: {A1: x}}", "Environment: {Fn::Transform: {Name: M}}"},
			`"Environment":{"Variables":{"A1":"x"},"Fn::Transform":{"Name":"M"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			template, err := synth.SAM(graph)
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range tc.parts {
				part, err := synth.ParsePart("part.yaml", []byte("Resources: {Work: {Properties: {"+text+"}}}"))
				if err != nil {
					t.Fatal(err)
				}
				template.Merge(part)
			}
			data, err := template.Object().MarshalJSON()
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(data), tc.want) {
				t.Errorf("want %s in %s", tc.want, data)
			}
		})
	}
}

// TestMergeRedeploys looks at the logical id of the REST API's deployment, and at
// what refers to it, after merges.
func TestMergeRedeploys(t *testing.T) {
	in := synth.Input{
		Model:   &app.Model{Version: 1, Name: "demo", Routes: []app.RouteModel{{Path: "/", Name: "index", Source: line(3)}}},
		Stage:   config.New("dev"),
		Version: "1.0.0",
	}
	const api = "Resources: {RestAPI: {Properties: {%s}}}"
	of := func(t *testing.T, text string) string {
		template := render(t, in, "cloudformation")
		part, err := synth.ParsePart("part.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		template.Merge(part)
		data, err := template.JSON()
		if err != nil {
			t.Fatal(err)
		}
		ids := regexp.MustCompile(`RestAPIDeployment\w*`).FindAllString(string(data), -1)
		if len(slices.Compact(slices.Clone(ids))) != 1 || len(ids) < 2 {
			t.Errorf("want one id and a reference to it, got %v", ids)
		}
		i := slices.IndexFunc(template.Resources(), func(r synth.Rendered) bool { return r.ID == ids[0] })
		if source := template.Resources()[i].Source; source == nil || *source != *line(3) {
			t.Errorf("the origin of %s is %v, want main.go:3", ids[0], source)
		}
		return ids[0]
	}
	before := of(t, "")
	for name, tc := range map[string]struct {
		merge string
		same  bool
	}{
		"the document":         {fmt.Sprintf(api, "Body: {paths: {/: {get: {x-amazon-apigateway-integration: {timeoutInMillis: 9}}}}}"), false},
		"its whole":            {fmt.Sprintf(api, "Body: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://b/k}}}"), false},
		"binary types":         {fmt.Sprintf(api, "BinaryMediaTypes: [a/b]"), false},
		"compression":          {fmt.Sprintf(api, "MinimumCompressionSize: 9"), false},
		"a description":        {fmt.Sprintf(api, "Description: x"), true},
		"the deployment":       {"Resources: {RestAPIDeployment: {Properties: {Description: x}}}", true},
		"another resource":     {"Resources: {T: {Type: AWS::SNS::Topic, DependsOn: RestAPIDeployment}}", true},
		"the app's own output": {"Outputs: {D: {Value: !Ref RestAPIDeployment}}", true},
	} {
		t.Run(name, func(t *testing.T) {
			if after := of(t, tc.merge); (after == before) != tc.same {
				t.Errorf("was %s, is %s", before, after)
			}
		})
	}
}

// appOfEvents has functions that events invoke, one with each way of getting there.
func appOfEvents() synth.Input {
	return synth.Input{
		Model: &app.Model{Version: 1, Name: "demo", Functions: []app.FunctionModel{
			{Name: "tick", Kind: app.ScheduleKind, Schedule: &app.ScheduleModel{Expression: "rate(1 day)"}},
			{Name: "noon", Kind: app.ScheduleKind, Schedule: &app.ScheduleModel{Expression: "rate(1 day)", Scheduler: &app.SchedulerModel{Timezone: "UTC"}}},
			{Name: "news", Kind: app.SNSKind, SNS: &app.SNSModel{Topic: "news"}},
			{Name: "jobs", Kind: app.SQSKind, SQS: &app.SQSModel{Queue: "jobs"}},
			{Name: "pics", Kind: app.S3Kind, S3: &app.S3Model{Bucket: "pics-of-all"}},
		}},
		Stage: config.New("dev"), Version: "1.0.0",
	}
}

// TestMergeReachesEvents merges a function's condition, which what invokes it has
// to have as well, and dependencies.
func TestMergeReachesEvents(t *testing.T) {
	in := appOfEvents()
	for name, tc := range map[string]struct {
		merge, id, member, want string
	}{
		"a schedule's rule":           {"Tick: {Condition: C}", "TickTickEvent", "Condition", `"C"`},
		"its permission":              {"Tick: {Condition: C}", "TickTickEventPermission", "Condition", `"C"`},
		"the permission of a rule":    {"TickTickEvent: {Condition: C}", "TickTickEventPermission", "Condition", `"C"`},
		"one with its own":            {"Tick: {Condition: C}, TickTickEvent: {Condition: D}", "TickTickEventPermission", "Condition", `"D"`},
		"the function of a rule":      {"TickTickEvent: {Condition: C}", "Tick", "Condition", "null"},
		"a schedule of Scheduler's":   {"Noon: {Condition: C}", "NoonSchedule", "Condition", `"C"`},
		"its role":                    {"Noon: {Condition: C}", "NoonScheduleRole", "Condition", `"C"`},
		"a subscription":              {"News: {Condition: C}", "NewsNewsSnsSubscription", "Condition", `"C"`},
		"a subscription's permission": {"News: {Condition: C}", "NewsNewsSnsSubscriptionPermission", "Condition", `"C"`},
		"a poller":                    {"Jobs: {Condition: C}", "JobsJobsSqsEventSource", "Condition", `"C"`},
		"a bucket's permission":       {"Pics: {Condition: C}", "PicsPicsS3eventPermission", "Condition", `"C"`},
		"a bucket's notification": {
			"Pics: {Condition: C}", "S3PicsOfAllNotificationsbf17f0dc55", "Properties",
			`{"Bucket":"pics-of-all","Notifications":[{"Fn::If":["C",{"Events":["s3:ObjectCreated:*"],"Id":"demo-dev-pics","LambdaFunctionArn":{"Fn::GetAtt":["Pics","Arn"]}},{"Ref":"AWS::NoValue"}]}],"ServiceTimeout":660,"ServiceToken":{"Fn::GetAtt":["BucketNotifier","Arn"]}}`,
		},
		"a notification of the user's": {
			"Pics: {Condition: C}, S3PicsOfAllNotificationsbf17f0dc55: {Properties: {Notifications: [{Id: x}]}}", "S3PicsOfAllNotificationsbf17f0dc55", "Properties",
			`{"Bucket":"pics-of-all","Notifications":[{"Id":"x"}],"ServiceTimeout":660,"ServiceToken":{"Fn::GetAtt":["BucketNotifier","Arn"]}}`,
		},
		"notifications with the condition": {
			"Pics: {Condition: C}, S3PicsOfAllNotificationsbf17f0dc55: {Condition: C}", "S3PicsOfAllNotificationsbf17f0dc55", "Properties",
			`{"Bucket":"pics-of-all","Notifications":[{"Events":["s3:ObjectCreated:*"],"Id":"demo-dev-pics","LambdaFunctionArn":{"Fn::GetAtt":["Pics","Arn"]}}],"ServiceTimeout":660,"ServiceToken":{"Fn::GetAtt":["BucketNotifier","Arn"]}}`,
		},
		"of another function":         {"Pics: {Condition: C}", "JobsJobsSqsEventSource", "Condition", "null"},
		"a dependency where is none":  {"Jobs: {DependsOn: Tick}", "Jobs", "DependsOn", `"Tick"`},
		"a dependency where are some": {"S3PicsOfAllNotificationsbf17f0dc55: {DependsOn: Tick}", "S3PicsOfAllNotificationsbf17f0dc55", "DependsOn", `["S3PicsOfAllPolicybf17f0dc55","PicsPicsS3eventPermission","Tick"]`},
		"one that is there":           {"S3PicsOfAllNotificationsbf17f0dc55: {DependsOn: [PicsPicsS3eventPermission]}", "S3PicsOfAllNotificationsbf17f0dc55", "DependsOn", `["S3PicsOfAllPolicybf17f0dc55","PicsPicsS3eventPermission"]`},
		"none":                        {"S3PicsOfAllNotificationsbf17f0dc55: {DependsOn: null}", "S3PicsOfAllNotificationsbf17f0dc55", "DependsOn", "null"},
	} {
		t.Run(name, func(t *testing.T) {
			template := render(t, in, "cloudformation")
			part, err := synth.ParsePart("part.yaml", []byte("Resources: {"+tc.merge+"}"))
			if err != nil {
				t.Fatal(err)
			}
			template.Merge(part)
			data, err := template.Object().MarshalJSON()
			if err != nil {
				t.Fatal(err)
			}
			var all struct{ Resources map[string]map[string]any }
			if err := json.Unmarshal(data, &all); err != nil {
				t.Fatal(err)
			}
			if all.Resources[tc.id] == nil {
				t.Fatalf("there is no %s, only %v", tc.id, slices.Sorted(maps.Keys(all.Resources)))
			}
			got, _ := json.Marshal(all.Resources[tc.id][tc.member])
			if string(got) != tc.want {
				t.Errorf("%s of %s is %s, want %s", tc.member, tc.id, got, tc.want)
			}
		})
	}
}
