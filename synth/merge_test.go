package synth_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

// parsed gives a template's part as one line of JSON.
func parsed(t *testing.T, name, text string) string {
	t.Helper()
	o, err := synth.ParseTemplate(name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	data, err := o.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestParseTemplate(t *testing.T) {
	for name, tc := range map[string]struct{ text, want string }{
		"short.yaml": {
			`
A: !Ref Table
B: !GetAtt Nested.Outputs.Name
C: !GetAtt [Table, Arn]
D: !Sub "${A}-x"
E: !If [IsProd, !Ref Big, 10]
F: !Join ["", [a, !Select [0, !GetAZs ""]]]
G: {Condition: !Not [!Condition IsProd]}
H: !Base64 plain`,
			`{"A":{"Ref":"Table"},"B":{"Fn::GetAtt":["Nested","Outputs.Name"]},"C":{"Fn::GetAtt":["Table","Arn"]},` +
				`"D":{"Fn::Sub":"${A}-x"},"E":{"Fn::If":["IsProd",{"Ref":"Big"},10]},` +
				`"F":{"Fn::Join":["",["a",{"Fn::Select":[0,{"Fn::GetAZs":""}]}]]},` +
				`"G":{"Condition":{"Fn::Not":[{"Condition":"IsProd"}]}},"H":{"Fn::Base64":"plain"}}`,
		},
		"scalars.YML": {
			`{text: "1", int: 7, hex: 0x10, float: 1.50, exponent: 1.5e+3, text2: 1e3, text3: 0o17, yes: true, on: Yes, no: off, quoted: "no", none: ~, date: 2010-09-09, 200: number key, large: 12345678901234567890}`,
			`{"text":"1","int":7,"hex":16,"float":1.50,"exponent":1.5e+3,"text2":"1e3","text3":"0o17","yes":true,"on":true,"no":false,"quoted":"no","none":null,"date":"2010-09-09","200":"number key","large":12345678901234567890}`,
		},
		"anchors.yaml": {
			"base: &base {a: 1, b: [x]}\nuse: *base\nmore:\n  <<: *base\n  a: 2\n",
			`{"base":{"a":1,"b":["x"]},"use":{"a":1,"b":["x"]},"more":{"a":2,"b":["x"]}}`,
		},
		"empty.yaml": {"# nothing\n", `{}`},
		"plain.json": {`{"a": [1, {"Ref": "B"}]}`, `{"a":[1,{"Ref":"B"}]}`},
		"noend":      {`{"a": null}`, `{"a":null}`},
		"noend.yaml": {`a: !Ref B`, `{"a":{"Ref":"B"}}`},
		"x.template": {`a: !Ref B`, `{"a":{"Ref":"B"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, parsed(t, name, tc.text)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestParseTemplateErrors(t *testing.T) {
	bomb := "a: &a [x, x, x, x, x, x, x, x, x]\n"
	for _, c := range "bcdefghi" {
		prior := string(c - 1)
		bomb += string(c) + ": &" + string(c) + " [" + strings.Repeat("*"+prior+",", 9) + "]\n"
	}
	for name, tc := range map[string]struct{ file, text, want string }{
		"bad JSON":        {"x.json", "{\n\"a\": ]", "x.json: line 2:"},
		"bad YAML":        {"x.yaml", "a: [1\nb: }", "x.yaml: line "},
		"a list":          {"x.yaml", "- a", "x.yaml: a template is an object of sections such as Resources, not a list"},
		"text":            {"x.json", `"a"`, "x.json: a template is an object"},
		"two documents":   {"x.yaml", "a: 1\n---\nb: 2\n", "more than one YAML document"},
		"a key twice":     {"x.yaml", "a: 1\nb: 2\na: 3\n", `line 3: key "a" occurs twice`},
		"a key twice, js": {"x.json", "{\"a\": 1,\n\"a\": 2}", `line 2: key "a" occurs twice`},
		"a list as a key": {"x.yaml", "? [a]\n: 1\n", "a key must be text"},
		"infinity":        {"x.yaml", "a: .inf", "JSON has no number .inf"},
		"merge of text":   {"x.yaml", "a:\n  <<: b\n", "<< takes an object"},
		"too many values": {"x.yaml", bomb, "too large or too deep"},
		"itself":          {"x.yaml", "a: &a [*a]", "x.yaml: "},
	} {
		t.Run(name, func(t *testing.T) {
			o, err := synth.ParseTemplate(tc.file, []byte(tc.text))
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, %v; want an error with %q", o, err, tc.want)
			}
		})
	}
}

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
	part, err := synth.ParseTemplate("part.json", []byte(`{
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
				part, err := synth.ParseTemplate("part.yaml", []byte("Resources: {Work: {Properties: {"+text+"}}}"))
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
		part, err := synth.ParseTemplate("part.yaml", []byte(text))
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
		if source := template.Origins()[ids[0]].Source; source == nil || *source != *line(3) {
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

// TestMergeReachesEvents merges a function's condition, which what invokes it has
// to have as well, and dependencies.
func TestMergeReachesEvents(t *testing.T) {
	in := synth.Input{
		Model: &app.Model{Version: 1, Name: "demo", Functions: []app.FunctionModel{
			{Name: "tick", Kind: app.ScheduleKind, Schedule: &app.ScheduleModel{Expression: "rate(1 day)"}},
			{Name: "news", Kind: app.SNSKind, SNS: &app.SNSModel{Topic: "news"}},
			{Name: "jobs", Kind: app.SQSKind, SQS: &app.SQSModel{Queue: "jobs"}},
			{Name: "pics", Kind: app.S3Kind, S3: &app.S3Model{Bucket: "pics-of-all"}},
		}},
		Stage: config.New("dev"), Version: "1.0.0",
	}
	for name, tc := range map[string]struct {
		merge, id, member, want string
	}{
		"a schedule's rule":           {"Tick: {Condition: C}", "TickTickEvent", "Condition", `"C"`},
		"its permission":              {"Tick: {Condition: C}", "TickTickEventPermission", "Condition", `"C"`},
		"the permission of a rule":    {"TickTickEvent: {Condition: C}", "TickTickEventPermission", "Condition", `"C"`},
		"one with its own":            {"Tick: {Condition: C}, TickTickEvent: {Condition: D}", "TickTickEventPermission", "Condition", `"D"`},
		"the function of a rule":      {"TickTickEvent: {Condition: C}", "Tick", "Condition", "null"},
		"a subscription":              {"News: {Condition: C}", "NewsNewsSnsSubscription", "Condition", `"C"`},
		"a subscription's permission": {"News: {Condition: C}", "NewsNewsSnsSubscriptionPermission", "Condition", `"C"`},
		"a poller":                    {"Jobs: {Condition: C}", "JobsJobsSqsEventSource", "Condition", `"C"`},
		"a bucket's permission":       {"Pics: {Condition: C}", "PicsPicsS3eventPermission", "Condition", `"C"`},
		"of another function":         {"Pics: {Condition: C}", "JobsJobsSqsEventSource", "Condition", "null"},
		"a dependency where is none":  {"Jobs: {DependsOn: Tick}", "Jobs", "DependsOn", `"Tick"`},
		"a dependency where are some": {"S3PicsOfAllNotificationsbf17f0dc55: {DependsOn: Tick}", "S3PicsOfAllNotificationsbf17f0dc55", "DependsOn", `["S3PicsOfAllPolicybf17f0dc55","PicsPicsS3eventPermission","Tick"]`},
		"one that is there":           {"S3PicsOfAllNotificationsbf17f0dc55: {DependsOn: [PicsPicsS3eventPermission]}", "S3PicsOfAllNotificationsbf17f0dc55", "DependsOn", `["S3PicsOfAllPolicybf17f0dc55","PicsPicsS3eventPermission"]`},
		"none":                        {"S3PicsOfAllNotificationsbf17f0dc55: {DependsOn: null}", "S3PicsOfAllNotificationsbf17f0dc55", "DependsOn", "null"},
	} {
		t.Run(name, func(t *testing.T) {
			template := render(t, in, "cloudformation")
			part, err := synth.ParseTemplate("part.yaml", []byte("Resources: {"+tc.merge+"}"))
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

func FuzzParseTemplate(f *testing.F) {
	for _, seed := range []string{
		"A: !Ref B", "{a: !GetAtt B.C.D, <<: {x: 1}}", "- 1", "a: &a [*a]", "a: 0o17", "a: .nan", "? !Sub x\n: y",
		`{"a": [1, 2.5e3, null, "\u0000"]}`, "a: !!binary aGk=", "a: 2001-01-01", "%YAML 1.1\n---\na: yes",
	} {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	f.Fuzz(func(t *testing.T, text string, yaml bool) {
		name := "x.json"
		if yaml {
			name = "x.yaml"
		}
		o, err := synth.ParseTemplate(name, []byte(text))
		if err != nil {
			return
		}
		data, err := o.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := synth.ParseTemplate("again.json", data); err != nil {
			t.Fatalf("%q became %q, which can't be read: %v", text, data, err)
		}
	})
}
