package synth_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

// versionsModel has a function, and one that CodeDeploy can call.
func versionsModel() *app.Model {
	return &app.Model{Version: 1, Name: "shop", Functions: []app.FunctionModel{
		{Name: "work", Kind: app.LambdaKind, Source: &app.Source{File: "main.go", Line: 7}},
		{Name: "smoke", Kind: app.LambdaKind, TrafficHook: true, Source: &app.Source{File: "main.go", Line: 9}},
	}}
}

// versionOf returns what the version of the function work is made by, in both formats: its
// logical id in CloudFormation, and what SAM makes the id of.
func versionOf(t *testing.T, configuration, merge, code string) (cloudformation, sam string) {
	t.Helper()
	stage, err := config.Parse([]byte(configuration), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	graph, err := synth.Build(synth.Input{Model: versionsModel(), Stage: stage, Version: "1.0.0", CodeSHA256: code})
	if err != nil {
		t.Fatal(err)
	}
	render := func(make func() (*synth.Template, error)) string {
		template, err := make()
		if err != nil {
			t.Fatal(err)
		}
		if merge != "" {
			part, err := synth.ParsePart("merge.yaml", []byte(merge))
			if err != nil {
				t.Fatal(err)
			}
			template.Merge(part)
		}
		data, err := template.JSON()
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	plain := render(func() (*synth.Template, error) { return synth.CloudFormation(graph, synth.Code{}) })
	var found struct {
		Resources map[string]struct{ Type string }
	}
	if err := json.Unmarshal([]byte(plain), &found); err != nil {
		t.Fatal(err)
	}
	for id, resource := range found.Resources {
		if resource.Type == "AWS::Lambda::Version" {
			cloudformation += id
		}
	}
	match := regexp.MustCompile(`"AutoPublishCodeSha256": "([0-9a-f]{64})"`).FindStringSubmatch(render(func() (*synth.Template, error) { return synth.SAM(graph) }))
	if match == nil || !regexp.MustCompile(`^WorkVersion[0-9a-f]{10}$`).MatchString(cloudformation) {
		t.Fatalf("the version is %q in CloudFormation, and of %q in SAM", cloudformation, match)
	}
	if !strings.Contains(plain, `"Description": "`+strings.TrimPrefix(cloudformation, "WorkVersion")) && merge == "" {
		t.Error("the function doesn't have the digest, so that Lambda could take its version for the last one")
	}
	return cloudformation, match[1]
}

// TestVersionsFollowWhatTheyHold: a version is published when the program or the
// configuration of its function has changed, and not for what is about the function as a
// whole.
func TestVersionsFollowWhatTheyHold(t *testing.T) {
	const code, work = "aa", `"deployment": true, `
	variable := func(value string) string {
		return `{` + work + `"environment_variables": {"AA": ` + value + `, "BB": "2"}, "tags": {"a": "1"}}`
	}
	base := variable(`"1"`)
	const table = "Resources: {Orders: {Type: AWS::DynamoDB::Table, Properties: {TableName: %, BillingMode: PAY_PER_REQUEST}}}"
	const role = "Resources: {DefaultRole: {Properties: {Path: /%/}}}"
	const parameter = "Parameters: {Level: {Type: String, Default: %}}"
	const mapping = "Mappings: {Sizes: {a: {b: %}}}"
	const decided = "Conditions: {Big: !Equals [!Ref AWS::Region, %]}"
	type side struct{ configuration, merge, code string }
	with := func(merge, value string) string { return strings.Replace(merge, "%", value, 1) }
	for name, tc := range map[string]struct {
		a, b side
		same bool
	}{
		"nothing":                {side{base, "", code}, side{base, "", code}, true},
		"the program":            {side{base, "", code}, side{base, "", "bb"}, false},
		"a variable":             {side{base, "", code}, side{variable(`"3"`), "", code}, false},
		"an intrinsic function":  {side{variable(`{"Ref": "AWS::Region"}`), "", code}, side{variable(`{"Ref": "AWS::Partition"}`), "", code}, false},
		"memory":                 {side{base, "", code}, side{strings.Replace(base, work, work+`"lambda_memory_size": 256, `, 1), "", code}, false},
		"layers":                 {side{base, "", code}, side{strings.Replace(base, work, work+`"layers": ["arn:aws:lambda:eu-west-1:123456789012:layer:a:1"], `, 1), "", code}, false},
		"tags":                   {side{base, "", code}, side{strings.Replace(base, `"a": "1"`, `"a": "2"`, 1), "", code}, true},
		"reserved concurrency":   {side{base, "", code}, side{strings.Replace(base, work, work+`"reserved_concurrency": 3, `, 1), "", code}, true},
		"instances kept ready":   {side{base, "", code}, side{strings.Replace(base, work, work+`"provisioned_concurrency": 3, `, 1), "", code}, true},
		"how traffic is shifted": {side{base, "", code}, side{strings.Replace(base, `"deployment": true`, `"deployment": {"type": "Canary10Percent5Minutes"}`, 1), "", code}, true},
		"the order of variables": {side{base, "", code}, side{`{"tags": {"a": "1"}, "environment_variables": {"BB": "2", "AA": "1"}, "deployment": true}`, "", code}, true},
		"the order of a merge": {
			side{base, "Resources: {Work: {Properties: {SnapStart: {ApplyOn: None}, FileSystemConfigs: []}}}", code},
			side{base, "Resources: {Work: {Properties: {FileSystemConfigs: [], SnapStart: {ApplyOn: None}}}}", code}, true,
		},
		"a merged property":      {side{base, "", code}, side{base, "Resources: {Work: {Properties: {Timeout: 7}}}", code}, false},
		"a merged concurrency":   {side{base, "", code}, side{base, "Resources: {Work: {Properties: {ReservedConcurrentExecutions: 7}}}", code}, true},
		"a merged description":   {side{base, "", code}, side{base, "Resources: {Work: {Properties: {Description: !Sub Work}}}", code}, false},
		"another function":       {side{base, "", code}, side{base, "Resources: {Smoke: {Properties: {Timeout: 7}}}", code}, true},
		"the role's path":        {side{base, with(role, "a"), code}, side{base, with(role, "b"), code}, false},
		"the role's tags":        {side{base, "", code}, side{base, "Resources: {DefaultRole: {Properties: {Tags: [{Key: a, Value: b}]}}}", code}, true},
		"a table's name":         {side{variable(`{"Ref": "Orders"}`), with(table, "a"), code}, side{variable(`{"Ref": "Orders"}`), with(table, "b"), code}, false},
		"a table's rates":        {side{variable(`{"Ref": "Orders"}`), with(table, "a"), code}, side{variable(`{"Ref": "Orders"}`), strings.Replace(with(table, "a"), "PAY_PER_REQUEST", "PROVISIONED", 1), code}, true},
		"a parameter's default":  {side{variable(`{"Ref": "Level"}`), with(parameter, "a"), code}, side{variable(`{"Ref": "Level"}`), with(parameter, "b"), code}, false},
		"a mapping":              {side{variable(`{"Fn::FindInMap": ["Sizes", "a", "b"]}`), with(mapping, "a"), code}, side{variable(`{"Fn::FindInMap": ["Sizes", "a", "b"]}`), with(mapping, "b"), code}, false},
		"a condition":            {side{variable(`{"Fn::If": ["Big", "a", "b"]}`), with(decided, "a"), code}, side{variable(`{"Fn::If": ["Big", "a", "b"]}`), with(decided, "b"), code}, false},
		"what isn't referred to": {side{base, with(table, "a"), code}, side{base, with(table, "b"), code}, true},
	} {
		t.Run(name, func(t *testing.T) {
			a, samA := versionOf(t, tc.a.configuration, tc.a.merge, tc.a.code)
			b, samB := versionOf(t, tc.b.configuration, tc.b.merge, tc.b.code)
			if (a == b) != tc.same {
				t.Errorf("CloudFormation has %s and %s", a, b)
			}
			if (samA == samB) != tc.same {
				t.Errorf("SAM has %s and %s", samA, samB)
			}
		})
	}
}

// TestMissingAlarms: what many functions don't have is one mistake.
func TestMissingAlarms(t *testing.T) {
	model := versionsModel()
	model.Functions = append(model.Functions, app.FunctionModel{Name: "report", Kind: app.LambdaKind}, app.FunctionModel{Name: "safe", Kind: app.LambdaKind})
	stage, err := config.Parse([]byte(`{
"deployment": {"alarms": [
"errors", "duration"]},
"lambda_functions": {"safe": {"alarms": {"errors": true, "duration": "80%"}}, "report": {"alarms": {"duration": "80%"}}}}`), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = synth.Build(synth.Input{Model: model, Stage: stage, Version: "1.0.0", CodeSHA256: "aa"})
	want := config.File + ":3: deployment.alarms has errors, the function's own alarm, which there is not for work, report: add errors to alarms, or give the name of another alarm\n" +
		config.File + ":3: deployment.alarms has duration, the function's own alarm, which there is not for work: add duration to alarms, or give the name of another alarm"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}
