package synth_test

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

// TestCallersCallTheAlias: whatever of a template invokes a function that has an alias, or
// may, names that. Another kind of resource that refers to a function fails until it does,
// or is among those that don't call.
func TestCallersCallTheAlias(t *testing.T) {
	about := []string{ // the function, and not its callers
		"AWS::CloudWatch::Alarm", "AWS::Lambda::Alias", "AWS::Lambda::EventInvokeConfig", "AWS::Lambda::Version",
	}
	for _, name := range []string{"versions", "versions-http", "versions-url", "deployments"} {
		data := readFile(t, filepath.Join(templatesDir, name, "template.json"))
		var template struct {
			Resources map[string]struct {
				Type       string
				Properties json.RawMessage
			}
		}
		if err := json.Unmarshal(data, &template); err != nil {
			t.Fatal(err)
		}
		for id := range template.Resources {
			if _, aliased := template.Resources[id+"Aliaslive"]; !aliased {
				continue
			}
			for other, resource := range template.Resources {
				// A policy names functions for what else can be done with them.
				if slices.Contains(about, resource.Type) || strings.HasPrefix(resource.Type, "AWS::IAM::") && !strings.Contains(string(resource.Properties), "lambda:InvokeFunction") ||
					strings.HasSuffix(other, "CodeDeployServiceRole") {
					continue
				}
				text := strings.Join(strings.Fields(string(resource.Properties)), "")
				for _, reference := range []string{`{"Ref":"` + id + `"}`, `"Fn::GetAtt":["` + id + `",`, "${" + id + "}", "${" + id + "."} {
					if strings.Contains(text, reference) {
						t.Errorf("%s: %s, a %s, calls %s itself", name, other, resource.Type, id)
					}
				}
			}
		}
	}
}

// TestDeploymentMistakes: each is said at its place, in every format that can have it.
func TestDeploymentMistakes(t *testing.T) {
	const stacks, terraform = "sam cloudformation", "terraform"
	for name, tc := range map[string]struct{ deployment, formats, want string }{
		"a hook that isn't there": {
			`"deployment": {"pre_traffic": "smok"}`, stacks,
			".chalice/config.json:2: deployment.pre_traffic is smok, but the app has no such function; did you mean smoke?",
		},
		"a hook that is none": {
			`"deployment": {"post_traffic": "work"}`, stacks,
			".chalice/config.json:2: deployment.post_traffic is work, which isn't made to answer CodeDeploy (also at main.go:7): register it with app.TrafficHook",
		},
		"versions of a hook": {
			`"lambda_functions": {"smoke": {"deployment": true}}`, stacks,
			"main.go:9: smoke is a hook of deployments, which has no versions itself: take deployment away from it (.chalice/config.json:2)",
		},
		"an alarm that isn't there": {
			`"alarms": {"throttles": true}, "deployment": {"alarms": ["throttles", "errors"]}`, stacks,
			".chalice/config.json:2: deployment.alarms has errors, the function's own alarm, which there is not for work: add errors to alarms, or give the name of another alarm",
		},
		"more ready than can run": {
			`"reserved_concurrency": 2, "provisioned_concurrency": 3`, stacks,
			".chalice/config.json:2: provisioned_concurrency is 3, but reserved_concurrency is 2, and Lambda keeps no more ready than can run at once: raise the one or lower the other (function work)",
		},
		"a type in Terraform": {
			`"deployment": {"type": "Linear10PercentEvery1Minute"}`, terraform,
			".chalice/config.json:2: deployment.type is for CodeDeploy, which Terraform has no part in",
		},
		"a hook in Terraform": {
			`"deployment": {"pre_traffic": "smoke"}`, terraform,
			".chalice/config.json:2: deployment.pre_traffic is for CodeDeploy, which Terraform has no part in",
		},
		"another hook in Terraform": {
			`"deployment": {"post_traffic": "smoke"}`, terraform,
			".chalice/config.json:2: deployment.post_traffic is for CodeDeploy, which Terraform has no part in",
		},
		"alarms in Terraform": {
			`"deployment": {"alarms": ["a"]}`, terraform,
			".chalice/config.json:2: deployment.alarms is for CodeDeploy, which Terraform has no part in",
		},
		"hooks in several stacks of SAM's": {
			`"nested_stacks": 1, "deployment": {"pre_traffic": "smoke"}`, "sam",
			"the app has nested stacks, of which SAM has deployments by CodeDeploy in each",
		},
		"a circle by way of a hook": {
			`"deployment": {"pre_traffic": "smoke"}, "lambda_functions": {"smoke": {"environment_variables": {"WORK": {"Ref": "WorkAliaslive"}}}}`, "cloudformation",
			".chalice/config.json:2: lambda_functions.smoke.environment_variables.WORK refers to WorkAliaslive, which is a circle",
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, format := range strings.Fields(tc.formats) {
				if err := deployedAs(t, "{\n"+tc.deployment+"\n}", format, ""); err == nil || !strings.Contains(err.Error(), tc.want) {
					t.Errorf("%s: got %v, want %s", format, err, tc.want)
				}
			}
		})
	}
}

// deployedAs renders the app of versionsModel in a format, and returns what is wrong.
func deployedAs(t *testing.T, configuration, format, merge string) error {
	t.Helper()
	stage, err := config.Parse([]byte(configuration), config.Options{})
	if err != nil {
		return err
	}
	graph, err := synth.Build(synth.Input{Model: versionsModel(), Stage: stage, Version: "1.0.0"})
	if err != nil {
		return err
	}
	render := map[string]func() (*synth.Template, error){
		"sam":            func() (*synth.Template, error) { return synth.SAM(graph) },
		"cloudformation": func() (*synth.Template, error) { return synth.CloudFormation(graph, synth.Code{}) },
		"terraform":      func() (*synth.Template, error) { return synth.Terraform(graph) },
	}[format]
	template, err := render()
	if err != nil {
		return err
	}
	if merge != "" {
		template.Merge(parsedPart(t, merge))
	}
	_, err = template.Files(synth.Layout{File: "t.json", NestedStacks: stage.NestedStacks})
	return err
}

// TestDeploymentTypes: each type is CodeDeploy's configuration of that name, and Terraform
// takes the one that its alias has.
func TestDeploymentTypes(t *testing.T) {
	for _, typ := range config.DeploymentTypes {
		stage, err := config.Parse([]byte(`{"deployment": {"type": "`+typ+`"}}`), config.Options{})
		if err != nil {
			t.Fatal(err)
		}
		graph := build(t, synth.Input{Model: versionsModel(), Stage: stage, Version: "1.0.0"})
		template, err := synth.CloudFormation(graph, synth.Code{})
		if err != nil {
			t.Fatal(err)
		}
		if data, err := template.JSON(); err != nil || !strings.Contains(string(data), `"DeploymentConfigName": "CodeDeployDefault.Lambda`+typ+`"`) {
			t.Errorf("%s: CloudFormation has no such configuration (%v)", typ, err)
		}
		if template, err = synth.SAM(graph); err != nil {
			t.Fatal(err)
		}
		if data, err := template.JSON(); err != nil || !strings.Contains(string(data), `"Type": "`+typ+`"`) {
			t.Errorf("%s: SAM has no such type (%v)", typ, err)
		}
		if _, err = synth.Terraform(graph); (err == nil) != (typ == config.AllAtOnce) {
			t.Errorf("%s: Terraform says %v", typ, err)
		}
	}
}

// TestPolledByTheAlias: what is known of a queue beside the function that gets its messages
// is said also where Lambda gives them to the alias.
func TestPolledByTheAlias(t *testing.T) {
	stage, err := config.Parse([]byte(`{"lambda_timeout": 100, "deployment": true}`), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	model := &app.Model{Version: 1, Name: "shop", Functions: []app.FunctionModel{{Name: "work", Kind: app.SQSKind, SQS: &app.SQSModel{Queue: "none"}}}}
	const merge = `
Resources:
  Jobs: {Type: AWS::SQS::Queue}
  MORE
`
	for format, more := range map[string]string{
		"sam":            "Work: {Properties: {Events: {Workevents: {Type: SQS, Properties: {Queue: !GetAtt Jobs.Arn}}}}}",
		"cloudformation": "Polled: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt Jobs.Arn, FunctionName: !Ref WorkAliaslive}}",
	} {
		graph := build(t, synth.Input{Model: model, Stage: stage, Version: "1.0.0"})
		template, err := synth.SAM(graph)
		if format == "cloudformation" {
			template, err = synth.CloudFormation(graph, synth.Code{})
		}
		if err != nil {
			t.Fatal(err)
		}
		template.Merge(parsedPart(t, strings.Replace(merge, "MORE", more, 1)))
		if _, err := template.JSON(); err == nil || !strings.Contains(err.Error(), "Work can run for 100, and Lambda refuses such a queue") {
			t.Errorf("%s: got %v", format, err)
		}
	}
}
