package synth_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/synth"
)

// circular is an app with an API and a function of its own.
var circular = &app.Model{
	Version: 1, Name: "shop", Routes: []app.RouteModel{{Path: "/", Name: "index"}},
	Functions: []app.FunctionModel{{Name: "work", Kind: app.SQSKind, SQS: &app.SQSModel{Queue: "jobs"}}},
}

// bucket is a bucket whose notifications name a function.
const bucket = `Uploads: {Type: AWS::S3::Bucket, Properties: {NotificationConfiguration: {LambdaConfigurations: [{Event: "s3:ObjectCreated:*", Function: !GetAtt Work.Arn}]}}}`

// TestCircles: resources of which each needs the next are a mistake that draws the
// circle, and names the places of the configuration and of a merge. What a condition
// takes away, or SAM makes another resource of, is none.
func TestCircles(t *testing.T) {
	const end = ", so give a plain name in one of the places, or have the function look the value up when it runs"
	const why = "; CloudFormation can make none of these first" + end
	variable := func(value string) string { return "{\n" + `"environment_variables": {"IT": ` + value + "}}" }
	work := func(value string) string {
		return "{\n\n" + `"environment_variables": {"OTHER": ` + value + "},\n" + `"lambda_functions": {"work": {"environment_variables": {"IT": ` + value + "}}}}"
	}
	both := []string{"sam", "cloudformation"}
	for name, tc := range map[string]struct {
		formats            []string
		config, part, want string
	}{
		"references": {
			both, "{}", `A: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref B}}, B: {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub "x-${A}"}}`,
			"Resources.A.Properties.BucketName refers to B, and Resources.B.Properties.BucketName refers to A, which is a circle: A -> B -> A" + why,
		},
		"a longer one": {
			both, "{}", `C: {Type: AWS::SQS::Queue, DependsOn: A}, B: {Type: AWS::SQS::Queue, DependsOn: [C]}, A: {Type: AWS::SNS::Topic, Properties: {TopicName: !GetAtt B.QueueName}}`,
			"Resources.A.Properties.TopicName refers to B, and Resources.B.DependsOn refers to C, and Resources.C.DependsOn refers to A, which is a circle: A -> B -> C -> A" + why,
		},
		"a short one within a longer one": {
			both, "{}", `A: {Type: AWS::SQS::Queue, DependsOn: B}, B: {Type: AWS::SQS::Queue, DependsOn: [C]}, C: {Type: AWS::SQS::Queue, DependsOn: [A, B]}`,
			"Resources.B.DependsOn refers to C, and Resources.C.DependsOn refers to B, which is a circle: B -> C -> B" + why,
		},
		"two circles": {
			both, "{}", `A: {Type: AWS::SQS::Queue, DependsOn: B}, B: {Type: AWS::SQS::Queue, DependsOn: [A]}, C: {Type: AWS::SQS::Queue, DependsOn: [C]}`,
			"Resources.A.DependsOn refers to B, and Resources.B.DependsOn refers to A, which is a circle: A -> B -> A" + why +
				"\nResources.C.DependsOn refers to C, which is a circle: C -> C; CloudFormation can make nothing that needs itself" + end,
		},
		"what the API needs": {
			both, "{}", `APIHandler: {DependsOn: A}, A: {Type: AWS::SNS::Topic, Properties: {TopicName: !Ref RestAPI}}`,
			"Resources.A.Properties.TopicName refers to RestAPI, and Resources.APIHandler.DependsOn refers to A, which is a circle: A -> RestAPI -> APIHandler -> A" + why,
		},
		"a variable and the API": {
			both, variable(`{"Ref": "RestAPI"}`), "",
			".chalice/config.json:2: environment_variables.IT refers to RestAPI, which is a circle: APIHandler -> RestAPI -> APIHandler" + why,
		},
		"a variable and the URL of the API": {
			both, variable(`{"Fn::Sub": "https://${RestAPI}.execute-api.${AWS::Region}.${AWS::URLSuffix}/api/"}`), "",
			".chalice/config.json:2: environment_variables.IT refers to RestAPI, which is a circle: APIHandler -> RestAPI -> APIHandler" + why,
		},
		"a variable and the stage of the API": {
			both[1:], variable(`{"Ref": "RestAPIapiStage"}`), "",
			".chalice/config.json:2: environment_variables.IT refers to RestAPIapiStage, which is a circle: APIHandler -> RestAPIapiStage -> RestAPI -> APIHandler" + why,
		},
		"a variable and a bucket": {
			both, work(`{"Fn::GetAtt": ["Uploads", "Arn"]}`), bucket,
			".chalice/config.json:4: lambda_functions.work.environment_variables.IT refers to Uploads, and Resources.Uploads.Properties.NotificationConfiguration.LambdaConfigurations.Function refers to Work, which is a circle: Work -> Uploads -> Work" + why,
		},
		"a merged variable and a bucket": {
			both, "{}", "Work: {Properties: {Environment: {Variables: {IT: !Ref Uploads}}}}, " + bucket,
			"Resources.Uploads.Properties.NotificationConfiguration.LambdaConfigurations.Function refers to Work, and Resources.Work.Properties.Environment.Variables.IT refers to Uploads, which is a circle: Uploads -> Work -> Uploads" + why,
		},
		"the function itself": {
			both, `{"lambda_functions": {"work": {"environment_variables": {"IT": {"Ref": "Work"}}}}}`, "",
			".chalice/config.json:1: lambda_functions.work.environment_variables.IT refers to Work, which is a circle: Work -> Work; CloudFormation can make nothing that needs itself" + end,
		},
		"what is made of the function": {
			both[:1], `{"lambda_functions": {"work": {"environment_variables": {"IT": {"Ref": "WorkWorkSqsEventSource"}}}}}`, "",
			".chalice/config.json:1: lambda_functions.work.environment_variables.IT refers to Work, which is a circle: Work -> Work; CloudFormation can make nothing that needs itself" + end,
		},
		"a bucket that SAM connects": {
			both[:1], "{}", `Uploads: {Type: AWS::S3::Bucket}, Work: {Properties: {Environment: {Variables: {IT: !Ref Uploads}}, Events: {E: {Type: S3, Properties: {Bucket: !Ref Uploads, Events: "s3:ObjectCreated:*"}}}}}`,
			"Resources.Work.Properties.Events.E.Properties.Bucket refers to Work, and Resources.Work.Properties.Environment.Variables.IT refers to Uploads, which is a circle: Uploads -> Work -> Uploads" + why,
		},
		"what all functions have": {
			both[:1], "{}", "Globals.Function: {Environment: {Variables: {IT: !Ref RestAPI}}}",
			"Globals.Function.Environment.Variables.IT refers to RestAPI, which is a circle: APIHandler -> RestAPI -> APIHandler" + why,
		},
		"another function's variable":  {both, `{"lambda_functions": {"work": {"environment_variables": {"IT": {"Ref": "RestAPI"}}}}}`, "", ""},
		"the permission of a function": {both, variable(`{"Ref": "Uploads"}`), `Uploads: {Type: AWS::S3::Bucket}, Allowed: {Type: AWS::Lambda::Permission, Properties: {Action: "lambda:InvokeFunction", Principal: s3.amazonaws.com, FunctionName: !Ref Work, SourceArn: !GetAtt Uploads.Arn}}`, ""},
		"a condition":                  {both, "{}", `APIHandler: {Properties: {Description: !If [Prod, !Ref RestAPI, none]}}`, ""},
		"SAM's events":                 {both[:1], "{}", `APIHandler: {Properties: {Events: {E: {Type: Api, Properties: {RestApiId: !Ref RestAPI, Path: /x, Method: get}}}}}`, ""},
		"a queue of SAM's event":       {both[:1], "{}", `Queue: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 360, Tags: [{Key: for, Value: !Ref Work}]}}, Work: {Properties: {Events: {E: {Type: SQS, Properties: {Queue: !GetAtt Queue.Arn}}}}}`, ""},
		"a hook before traffic": {
			both[:1], "{}", `APIHandler: {Properties: {DeploymentPreference: {Hooks: {PreTraffic: !Ref Hook}}}}, Hook: {Type: AWS::Serverless::Function, Properties: {Description: !Ref APIHandler}}`, "",
		},
		"SAM's role":     {both[:1], "{}", `Work: {Properties: {Role: !Ref "AWS::NoValue", Description: !Ref WorkRole}}`, ""},
		"the same twice": {both, "{}", `A: {Type: AWS::SQS::Queue, DependsOn: B}, B: {Type: AWS::SNS::Topic}, C: {Type: AWS::SQS::Queue, DependsOn: [A, B]}`, ""},
		"Terraform: a variable and the API": {
			[]string{"terraform"}, variable(`"https://${aws_api_gateway_rest_api.rest_api.id}"`), "",
			".chalice/config.json:2: environment_variables.IT refers to aws_api_gateway_rest_api.rest_api, which is a circle: aws_lambda_function.api_handler -> aws_api_gateway_rest_api.rest_api -> local.chalice_api_swagger -> aws_lambda_function.api_handler; Terraform can make none of these first" + end,
		},
		"Terraform: the function itself": {
			[]string{"terraform"}, `{"lambda_functions": {"work": {"environment_variables": {"IT": "${aws_lambda_function.work.arn}"}}}}`, "",
			".chalice/config.json:1: lambda_functions.work.environment_variables.IT refers to aws_lambda_function.work, which is a circle: aws_lambda_function.work -> aws_lambda_function.work; Terraform can make nothing that needs itself" + end,
		},
		"Terraform: another function":          {[]string{"terraform"}, `{"lambda_functions": {"work": {"environment_variables": {"IT": "${aws_lambda_function.api_handler.arn}"}}}}`, "", ""},
		"Terraform: text":                      {[]string{"terraform"}, variable(`"$${aws_api_gateway_rest_api.rest_api.id}"`), "", ""},
		"Terraform: what the module isn't of":  {[]string{"terraform"}, variable(`"${aws_sqs_queue.jobs.url}"`), "", ""},
		"Terraform: a role that is the user's": {[]string{"terraform"}, `{"manage_iam_role": false, "iam_role_arn": "${aws_iam_role.mine.arn}"}`, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			stage, err := config.Parse([]byte(tc.config), config.Options{})
			if err != nil {
				t.Fatal(err)
			}
			for _, format := range tc.formats {
				template := render(t, synth.Input{Model: circular, Stage: stage, Version: "1.0.0"}, format)
				if part, isGlobal := strings.CutPrefix(tc.part, "Globals.Function: "); isGlobal {
					template.Merge(parsedPart(t, "Globals: {Function: "+part+"}"))
				} else if format != "terraform" {
					template.Merge(parsedPart(t, "Parameters: {Text: {Type: String}}\nConditions: {Prod: !Equals [!Ref Text, prod]}\nResources: {"+tc.part+"}"))
				}
				got := ""
				if _, err := template.JSON(); err != nil {
					got = err.Error()
				}
				if diff := cmp.Diff(tc.want, got); diff != "" {
					t.Errorf("%s (-want +got)\n%s", format, diff)
				}
			}
		})
	}
}
