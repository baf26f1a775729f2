package synth_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

// FuzzModel takes any model that can be read through every renderer: whatever
// is wrong with it has to be an error.
func FuzzModel(f *testing.F) {
	models, _ := filepath.Glob(filepath.Join(templatesDir, "*", "model.json"))
	for _, file := range models {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, kind := range []string{"schedule", "cloudwatch", "s3", "sns", "sqs", "kinesis", "dynamodb"} {
		f.Add([]byte(`{"version": 1, "name": "x", "functions": [{"name": "f", "kind": "` + kind + `"}]}`))
		f.Add([]byte(`{"version": 1, "name": "x", "functions": [{"name": "f", "kind": "` + kind + `", "` + kind + `": {}}]}`))
	}
	for _, resource := range []string{"*", "arn:aws:s3:::b/*", "arn:${AWS::Partition}:s3:::${x}", "b"} {
		f.Add([]byte(`{"version": 1, "name": "x", "functions": [{"name": "f", "kind": "lambda", "allow": [{"actions": ["s3:Get*"], "resources": ["` + resource + `"]}]}]}`))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		model, err := app.ParseModel(data)
		if err != nil {
			return
		}
		stage := config.New("dev")
		if len(data)%2 == 0 {
			stage.IAMRoles = config.RolePerFunction
		}
		graph, err := synth.Build(synth.Input{Model: model, Stage: stage, Version: "1.0.0"})
		if err != nil {
			return
		}
		for _, render := range []func(*synth.Graph) (*synth.Template, error){
			synth.SAM,
			synth.Terraform,
			func(g *synth.Graph) (*synth.Template, error) { return synth.CloudFormation(g, synth.Code{}) },
		} {
			template, err := render(graph)
			if err != nil {
				continue
			}
			if _, err := template.YAML(); err != nil {
				t.Logf("refused: %v", err)
			}
		}
	})
}

// FuzzFiles merges whatever can be read as a template into one that is spread
// over stacks: what CloudFormation wouldn't take is its business, or an error.
func FuzzFiles(f *testing.F) {
	f.Add([]byte(tableTemplate))
	f.Add([]byte(`{"Resources": {"Function0": null, "Function1": {"DependsOn": ["Function2", 1], "Properties": 2}}}`))
	f.Add([]byte(`{"Resources": {"Function0": {"A": {"Fn::Sub": ["${Function1} ${X.Y}", {"X": {"Fn::GetAtt": "Function2.Arn"}}]}}}}`))
	f.Add([]byte(`{"Parameters": {"P": {"Type": "List<String>", "NoEcho": true}}, "Resources": {"Function0": {"A": {"Ref": "P"}, "B": {"Ref": "Function1Role"}}}}`))
	f.Add([]byte(`{"Conditions": 1, "Mappings": [], "Outputs": {"O": {"Fn::If": []}}, "Resources": {"Function0": {"Condition": "C"}}}`))
	f.Add([]byte(`{"Resources": {"Pics": {"Condition": ["a"]}, "S3PicsOfAllNotificationsbf17f0dc55": {"Condition": ["a"], "Properties": {"Notifications": 1}}}}`))
	f.Add([]byte(`{"Resources": {"Jobs": {"Condition": {"a": 1}, "DependsOn": {}}, "JobsJobsSqsEventSource": {"Condition": {"a": 1}}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		part, err := synth.ParsePart("x.yaml", data)
		if err != nil {
			return
		}
		for i, format := range []string{"sam", "cloudformation", "sam", "cloudformation"} {
			in := largeApp(2, 5)
			if i >= 2 {
				in = appOfEvents()
			}
			template := render(t, in, format)
			template.Merge(part)
			if err := template.Check(part); err != nil {
				t.Logf("refused: %v", err)
			}
			for _, layout := range []synth.Layout{
				{File: "sam.yaml", NestedStacks: new(3)},
				{File: "sam.json", NestedStacks: new(1), MaxResources: 5, Target: target},
			} {
				if _, err := template.Files(layout); err != nil {
					t.Logf("refused: %v", err)
				}
			}
		}
	})
}
