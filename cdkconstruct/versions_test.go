package cdkconstruct_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awseventstargets"
	"github.com/aws/jsii-runtime-go"

	"github.com/chalice-go/chalice/cdkconstruct"
)

// versioned is the app jobs, each of whose functions has versions and an alias.
func versioned(t *testing.T, stack awscdk.Stack) cdkconstruct.Chalice {
	t.Helper()
	return cdkconstruct.NewChalice(stack, jsii.String("Jobs"), &cdkconstruct.ChaliceProps{
		SourceDir:   jsii.String("testdata/jobs"),
		StageConfig: &cdkconstruct.StageConfig{Raw: &map[string]any{"deployment": map[string]any{"type": "Canary10Percent5Minutes"}}},
	})
}

// versionsIn returns the logical ids of the versions in a template, and the one that the
// alias of the function Report leads to.
func versionsIn(t *testing.T, got object) (ids []string, live string) {
	t.Helper()
	for id, resource := range got.at("Resources").(map[string]any) {
		if resource.(map[string]any)["Type"] == "AWS::Lambda::Version" {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	reference, _ := got.property("ReportAliaslive", "FunctionVersion").(map[string]any)
	list, _ := reference["Fn::GetAtt"].([]any)
	if len(list) != 2 {
		t.Fatalf("the alias leads to %s", text(reference))
	}
	return ids, list[0].(string)
}

// TestVariablesPublish: a variable that the CDK adds is in a version of its own, and the
// same variables are in the same one.
func TestVariablesPublish(t *testing.T) {
	seen := map[string]string{}
	for name, variables := range map[string]map[string]*string{
		"none":           nil,
		"a text":         {"TABLE": jsii.String("orders")},
		"another":        {"TABLE": jsii.String("users")},
		"a token":        {"TABLE": awscdk.Aws_STACK_NAME()},
		"another's name": {"QUEUE": jsii.String("orders")},
		"two":            {"TABLE": jsii.String("orders"), "QUEUE": jsii.String("orders")},
	} {
		var ids []string
		for range 2 {
			stack := newStack(t)
			c := versioned(t, stack)
			for key, value := range maps.All(variables) {
				c.AddEnvironmentVariable(&key, value, jsii.String("Report"))
			}
			all, live := versionsIn(t, synthesized(stack))
			if len(all) != 1 || all[0] != live || !strings.HasPrefix(live, "ReportVersion") {
				t.Fatalf("%s: the alias leads to %s of %q", name, live, all)
			}
			ids = append(ids, live)
		}
		if ids[0] != ids[1] {
			t.Errorf("%s: the same variables are in the versions %q", name, ids)
		}
		if other, taken := seen[ids[0]]; taken {
			t.Errorf("%s and %s are in one version", name, other)
		}
		seen[ids[0]] = name
	}
}

// TestAlias: other constructs can call the alias, and a function is still the function.
func TestAlias(t *testing.T) {
	stack := newStack(t)
	c := versioned(t, stack)
	report := jsii.String("Report")
	if first, second := c.GetAlias(report), c.GetAlias(report); first != second {
		t.Error("an alias isn't the same twice")
	}
	awsevents.NewRule(stack, jsii.String("Nightly"), &awsevents.RuleProps{
		Schedule: awsevents.Schedule_Rate(awscdk.Duration_Days(jsii.Number(1))),
		Targets:  &[]awsevents.IRuleTarget{awseventstargets.NewLambdaFunction(c.GetAlias(report), nil)},
	})
	awscdk.NewCfnOutput(stack, jsii.String("Arn"), &awscdk.CfnOutputProps{Value: c.GetFunction(report).FunctionArn()})
	got := synthesized(stack)
	want(t, "the function", got.at("Outputs", "Arn", "Value"), `{"Fn::GetAtt":["Report","Arn"]}`)
	const live = `{"Ref":"ReportAliaslive"}`
	called := 0
	for _, resource := range got.at("Resources").(map[string]any) {
		o := resource.(map[string]any)
		properties, _ := o["Properties"].(map[string]any)
		switch o["Type"] {
		case "AWS::Events::Rule":
			want(t, "the target", properties["Targets"].([]any)[0].(map[string]any)["Arn"], live)
			called++
		case "AWS::Lambda::Permission":
			want(t, "the permission", properties["FunctionName"], live)
			called++
		}
	}
	if called != 2 {
		t.Errorf("%d of a rule and a permission are there", called)
	}
}
