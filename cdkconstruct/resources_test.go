package cdkconstruct_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awseventstargets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambdaeventsources"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/cdkconstruct"
)

// TestResources: properties of the app's resources can be changed, and each
// call for a resource gives the same one.
func TestResources(t *testing.T) {
	stack := newStack(t)
	c := cdkconstruct.NewChalice(stack, jsii.String("Api"), shop(environment(jsii.String("QUEUE"), jsii.String("jobs"))))
	handler := c.GetResource(jsii.String("APIHandler")).(awslambda.CfnFunction)
	handler.SetEphemeralStorage(&awslambda.CfnFunction_EphemeralStorageProperty{Size: jsii.Number(1024)})
	c.GetResource(jsii.String("APIHandler")).AddPropertyOverride(jsii.String("Description"), "the shop")
	c.AddEnvironmentVariable(jsii.String("TABLE"), awscdk.Aws_STACK_NAME(), jsii.String("APIHandler"))
	c.AddEnvironmentVariable(jsii.String("EMPTY"), jsii.String(""), jsii.String("Work"))
	if got, want := slices.Sorted(maps.Keys(*c.Functions())), []string{"APIHandler", "Work"}; !slices.Equal(got, want) {
		t.Errorf("got functions %v, want %v", got, want)
	}
	if first, second := c.GetFunction(jsii.String("Work")), c.GetFunction(jsii.String("Work")); first != second {
		t.Error("a function isn't the same twice")
	}
	if first, second := c.GetRole(jsii.String("DefaultRole")), c.GetRole(jsii.String("DefaultRole")); first != second {
		t.Error("a role isn't the same twice")
	}
	want(t, "URL", stack.Resolve(c.EndpointUrl()), `{"Fn::Join":["",["https://",{"Ref":"RestAPI"},".execute-api.",{"Ref":"AWS::Region"},".",{"Ref":"AWS::URLSuffix"},"/api/"]]}`)
	web := awscdk.NewStack(awscdk.App_Of(stack), jsii.String("Web"), nil)
	awscdk.NewCfnOutput(web, jsii.String("Url"), &awscdk.CfnOutputProps{Value: c.EndpointUrl()})

	if join := text(synthesized(web).at("Outputs", "Url", "Value")); !strings.HasPrefix(join, `{"Fn::Join":["",["https://",{"Fn::ImportValue":"`) {
		t.Errorf("the URL in another stack: %s", join)
	}
	got := synthesized(stack)
	want(t, "storage", got.property("APIHandler", "EphemeralStorage"), `{"Size":1024}`)
	want(t, "description", got.property("APIHandler", "Description"), `"the shop"`)
	want(t, "variables", got.property("APIHandler", "Environment", "Variables"), `{"FROM":"file","QUEUE":"jobs","TABLE":{"Ref":"AWS::StackName"}}`)
	want(t, "variables", got.property("Work", "Environment", "Variables"), `{"EMPTY":"","FROM":"file","QUEUE":"jobs"}`)
}

// TestGrants: what is granted to a role or a function is a policy of the role
// that the functions have, and what polls for them waits for it.
func TestGrants(t *testing.T) {
	for name, tc := range map[string]struct {
		props *awscdk.StackProps
		grant func(c cdkconstruct.Chalice, table awsdynamodb.Table)
	}{
		"to a role": {nil, func(c cdkconstruct.Chalice, table awsdynamodb.Table) {
			table.GrantReadData(c.GetRole(jsii.String("DefaultRole")))
		}},
		"to a function": {nil, func(c cdkconstruct.Chalice, table awsdynamodb.Table) {
			table.GrantReadData(c.GetFunction(jsii.String("APIHandler")))
		}},
		"in a stack of a known account": {
			&awscdk.StackProps{Env: &awscdk.Environment{Account: jsii.String("123456789012"), Region: jsii.String("eu-west-1")}},
			func(c cdkconstruct.Chalice, table awsdynamodb.Table) {
				table.GrantReadData(c.GetRole(jsii.String("DefaultRole")))
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			stack := awscdk.NewStack(newCDKApp(t), jsii.String("Shop"), tc.props)
			table := awsdynamodb.NewTable(stack, jsii.String("Table"), &awsdynamodb.TableProps{
				PartitionKey: &awsdynamodb.Attribute{Name: jsii.String("id"), Type: awsdynamodb.AttributeType_STRING},
			})
			c := cdkconstruct.NewChalice(stack, jsii.String("Api"), shop(environment(jsii.String("QUEUE"), jsii.String("jobs"))))
			tc.grant(c, table)
			got := synthesized(stack)
			id, policy := got.only(t, "AWS::IAM::Policy")
			want(t, "roles", policy["Roles"], `[{"Ref":"DefaultRole"}]`)
			if !strings.Contains(text(policy["PolicyDocument"]), "dynamodb:GetItem") {
				t.Errorf("the policy is %s", text(policy))
			}
			source, _ := got.only(t, "AWS::Lambda::EventSourceMapping")
			want(t, "what the source waits for", got.at("Resources", source, "DependsOn"), `["`+id+`"]`)
			want(t, "what the function waits for", got.at("Resources", "APIHandler", "DependsOn"), "null")
		})
	}
}

// TestGrantsReachOneFunction: with a role for each function, what is granted to
// one reaches its role alone, though none of them needs more than the others.
func TestGrantsReachOneFunction(t *testing.T) {
	stack := newStack(t)
	c := cdkconstruct.NewChalice(stack, jsii.String("Api"), &cdkconstruct.ChaliceProps{
		SourceDir: jsii.String("testdata/grants"), StageConfig: &cdkconstruct.StageConfig{IamRoles: jsii.String("per_function")},
	})
	functions := slices.Sorted(maps.Keys(*c.Functions()))
	if len(functions) != 10 {
		t.Fatalf("the app has the functions %v, want 10", functions)
	}
	role := func(function string) string { return strings.Replace(function, "APIHandler", "ApiHandler", 1) + "Role" }
	tables := map[string]string{} // logical ids, by function
	for _, function := range functions {
		table := awsdynamodb.NewTable(stack, jsii.String("TableOf"+function), &awsdynamodb.TableProps{
			PartitionKey: &awsdynamodb.Attribute{Name: jsii.String("id"), Type: awsdynamodb.AttributeType_STRING},
		})
		table.GrantReadData(c.GetFunction(&function))
		tables[function] = resolved(t, stack, table.TableName())
	}
	got := synthesized(stack)
	for _, function := range functions {
		want(t, "the role of "+function, got.property(function, "Role"), `{"Fn::GetAtt":["`+role(function)+`","Arn"]}`)
		var reached []string
		for id := range got["Resources"].(map[string]any) {
			if strings.Contains(text(got.property(id, "PolicyDocument")), tables[function]) {
				reached = append(reached, text(got.property(id, "Roles")))
			}
		}
		if diff := cmp.Diff([]string{`[{"Ref":"` + role(function) + `"}]`}, reached); diff != "" {
			t.Errorf("roles that may read the table of %s (-want +got):\n%s", function, diff)
		}
	}
}

// TestConnections: a function in a VPC has the security groups that the
// configuration gives it, in whatever form, and rules can be added to them.
func TestConnections(t *testing.T) {
	for name, tc := range map[string]struct {
		groups *[]*string
		nested bool
		want   []string // groups that may be reached
	}{
		"an id":   {jsii.Strings("sg-1"), false, []string{`"sg-1"`}},
		"two":     {jsii.Strings("sg-1", "sg-2"), false, []string{`"sg-1"`, `"sg-2"`}},
		"a token": {jsii.Strings(*awscdk.Token_AsString(map[string]any{"Ref": "Group"}, nil)), false, []string{`{"Ref":"Group"}`}},
		"a token for all": {
			awscdk.Token_AsList(map[string]any{"Ref": "Groups"}, nil), false, []string{`{"Fn::Select":[0,{"Ref":"Groups"}]}`},
		},
		"in a nested stack": {jsii.Strings("sg-1"), true, []string{`"sg-1"`}},
	} {
		t.Run(name, func(t *testing.T) {
			stack := newStack(t)
			config := &cdkconstruct.StageConfig{SubnetIds: jsii.Strings("subnet-1"), SecurityGroupIds: tc.groups}
			if tc.nested {
				config.NestedStacks = jsii.Number(1)
			}
			c := cdkconstruct.NewChalice(stack, jsii.String("Api"), &cdkconstruct.ChaliceProps{SourceDir: jsii.String("testdata/jobs"), StageConfig: config})
			function := c.GetFunction(jsii.String("Report"))
			function.Connections().AllowFromAnyIpv4(awsec2.Port_Tcp(jsii.Number(443)), nil)
			got := synthesized(awscdk.Stack_Of(function))
			var reached []string
			for id := range got["Resources"].(map[string]any) {
				if got.at("Resources", id, "Type") == "AWS::EC2::SecurityGroupIngress" {
					reached = append(reached, text(got.property(id, "GroupId")))
				}
			}
			slices.Sort(reached)
			if diff := cmp.Diff(tc.want, reached); diff != "" {
				t.Errorf("groups with the rule (-want +got):\n%s", diff)
			}
		})
	}
}

// TestGivenRole: a role from outside has what is granted to its functions.
func TestGivenRole(t *testing.T) {
	stack := newStack(t)
	c := cdkconstruct.NewChalice(stack, jsii.String("Api"), shop(&cdkconstruct.StageConfig{
		ManageIamRole: jsii.Bool(false), IamRoleArn: jsii.String("arn:aws:iam::123456789012:role/mine"),
	}))
	queue := awssqs.NewQueue(stack, jsii.String("Queue"), nil)
	queue.GrantSendMessages(c.GetFunction(jsii.String("APIHandler")))
	_, policy := synthesized(stack).only(t, "AWS::IAM::Policy")
	want(t, "roles", policy["Roles"], `["mine"]`)
}

// TestTargets: functions of an app can be what other constructs call.
func TestTargets(t *testing.T) {
	stack := newStack(t)
	scoped := shop(environment(jsii.String("QUEUE"), jsii.String("jobs")))
	scoped.PreserveLogicalIds = jsii.Bool(false)
	c := cdkconstruct.NewChalice(stack, jsii.String("Api"), scoped)
	worker := c.GetFunction(jsii.String("Work"))

	rule := awsevents.NewRule(stack, jsii.String("Rule"), &awsevents.RuleProps{Schedule: awsevents.Schedule_Rate(awscdk.Duration_Hours(jsii.Number(1)))})
	rule.AddTarget(awseventstargets.NewLambdaFunction(worker, nil))
	worker.MetricErrors(nil).CreateAlarm(stack, jsii.String("Alarm"), &awscloudwatch.CreateAlarmOptions{
		EvaluationPeriods: jsii.Number(1), Threshold: jsii.Number(1),
	})
	worker.GrantInvoke(awsiam.NewServicePrincipal(jsii.String("iot.amazonaws.com"), nil))
	worker.GrantInvoke(c.GetRole(jsii.String("DefaultRole"))) // one function of the app calls another
	queue := awssqs.NewQueue(stack, jsii.String("Queue"), nil)
	worker.AddEventSource(awslambdaeventsources.NewSqsEventSource(queue, nil))

	got := synthesized(stack)
	arn := resolved(t, stack, c.GetResource(jsii.String("Work")).Ref())
	_, properties := got.only(t, "AWS::Events::Rule")
	want(t, "target", properties["Targets"], `[{"Arn":{"Fn::GetAtt":["`+arn+`","Arn"]},"Id":"Target0"}]`)
	_, alarm := got.only(t, "AWS::CloudWatch::Alarm")
	want(t, "alarm", alarm["Dimensions"], `[{"Name":"FunctionName","Value":{"Fn::Select":[6,{"Fn::Split":[":",{"Fn::GetAtt":["`+arn+`","Arn"]}]}]}}]`)
	policy, _ := got.only(t, "AWS::IAM::Policy")

	var principals, sources []string
	for id, r := range got["Resources"].(map[string]any) {
		resource := object(r.(map[string]any))
		switch resource["Type"] {
		case "AWS::Lambda::Permission":
			principals = append(principals, resource.at("Properties", "Principal").(string))
		case "AWS::Lambda::EventSourceMapping":
			sources = append(sources, id)
			if !strings.Contains(text(resource["DependsOn"]), policy) {
				t.Errorf("%s doesn't wait for the policy: %s", id, text(resource))
			}
		}
	}
	slices.Sort(principals)
	if diff := cmp.Diff([]string{"apigateway.amazonaws.com", "events.amazonaws.com", "iot.amazonaws.com"}, principals); diff != "" {
		t.Errorf("permissions (-want +got):\n%s", diff)
	}
	if len(sources) != 2 {
		t.Errorf("got event sources %v, want 2", sources)
	}
}

// TestWrongNames: the message lists the names there are.
func TestWrongNames(t *testing.T) {
	stack := newStack(t)
	c := cdkconstruct.NewChalice(stack, jsii.String("Api"), &cdkconstruct.ChaliceProps{
		SourceDir: jsii.String("testdata/jobs"),
		StageConfig: &cdkconstruct.StageConfig{
			ManageIamRole: jsii.Bool(false), IamRoleArn: jsii.String("arn:aws:iam::123456789012:role/mine"),
		},
	})
	x := jsii.String("x")
	for name, tc := range map[string]struct {
		call func()
		want string
	}{
		"a resource":    {func() { c.GetResource(x) }, `the app has no resource "x" in the template, only Report`},
		"a function":    {func() { c.GetFunction(jsii.String("report")) }, `the app has no function "report" in the template, only Report`},
		"a role":        {func() { c.GetRole(jsii.String("DefaultRole")) }, `the app has no role in the template`},
		"nil":           {func() { c.GetFunction(nil) }, `the name of a function is nil; the app has Report`},
		"a variable's":  {func() { c.AddEnvironmentVariable(x, x, x) }, `the app has no function "x" in the template, only Report`},
		"a variable":    {func() { c.AddEnvironmentVariable(jsii.String("A.B"), x, jsii.String("Report")) }, `"A.B" is no name for a variable in Lambda: it must have two characters or more, start with a letter, and have only letters, digits and _`},
		"the model's":   {func() { c.AddEnvironmentVariable(jsii.String("CHALICE_MODEL"), x, jsii.String("Report")) }, `"CHALICE_MODEL" is the variable with which the chalice command asks a program for its model; choose another name`},
		"Lambda's":      {func() { c.AddEnvironmentVariable(jsii.String("AWS_REGION"), x, jsii.String("Report")) }, `"AWS_REGION" is a variable that Lambda sets itself; choose another name`},
		"Lambda's own":  {func() { c.AddEnvironmentVariable(jsii.String("AWS_REGION"), x, jsii.String("Report")) }, `"AWS_REGION" is a variable that Lambda sets itself; choose another name`},
		"chalice's own": {func() { c.AddEnvironmentVariable(jsii.String("CHALICE_MODEL"), x, jsii.String("Report")) }, `"CHALICE_MODEL" is the variable with which the chalice command asks a program for its model; choose another name`},
		"no value":      {func() { c.AddEnvironmentVariable(x, nil, jsii.String("Report")) }, `an environment variable of Report needs a key and a value, but one is nil`},
	} {
		t.Run(name, func(t *testing.T) {
			err := panics(t, tc.call)
			if want := "Chalice app Shop/Api (source in testdata/jobs): " + tc.want; err.Error() != want {
				t.Errorf("got %q, want %q", err, want)
			}
		})
	}
}

// TestBuckets: the function that configures buckets for CloudFormation is a
// resource of the app, but none of its functions.
func TestBuckets(t *testing.T) {
	stack := newStack(t)
	config := environment(jsii.String("BUCKET"), jsii.String("media"))
	config.IamRoles = jsii.String("per_function")
	c := cdkconstruct.NewChalice(stack, jsii.String("Api"), shop(config))
	if got, want := slices.Sorted(maps.Keys(*c.Functions())), []string{"APIHandler", "Resize"}; !slices.Equal(got, want) {
		t.Errorf("got functions %v, want %v", got, want)
	}
	notifier := resolved(t, stack, c.GetResource(jsii.String("BucketNotifier")).Ref())
	got := synthesized(stack)
	_, notifications := got.only(t, "Custom::S3BucketNotifications")
	want(t, "what configures the bucket", notifications["ServiceToken"], `{"Fn::GetAtt":["`+notifier+`","Arn"]}`)
}
