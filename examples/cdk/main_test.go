package main

import (
	"os"
	"os/exec"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/jsii-runtime-go"
)

func TestStack(t *testing.T) {
	if _, err := exec.LookPath("node"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("the CDK needs Node, which is missing")
		}
		t.Skip("the CDK needs Node, which is missing: install it to run this test")
	}
	defer jsii.Close()
	stack := newStack(awscdk.NewApp(nil), "users")
	template := assertions.Template_FromStack(stack, nil)

	table := assertions.NewCapture(nil)
	template.HasResourceProperties(jsii.String("AWS::Lambda::Function"), map[string]any{
		"Runtime":     "provided.al2023",
		"Environment": map[string]any{"Variables": map[string]any{"APP_TABLE_NAME": map[string]any{"Ref": table}}},
	})
	template.HasResource(jsii.String("AWS::DynamoDB::Table"), map[string]any{"DeletionPolicy": "Delete"})
	template.HasResourceProperties(jsii.String("AWS::IAM::Policy"), map[string]any{
		"PolicyDocument": map[string]any{
			"Statement": assertions.Match_ArrayWith(&[]any{assertions.Match_ObjectLike(&map[string]any{
				"Action":   assertions.Match_ArrayWith(&[]any{"dynamodb:GetItem"}),
				"Resource": assertions.Match_ArrayWith(&[]any{map[string]any{"Fn::GetAtt": []any{*table.AsString(), "Arn"}}}),
			})}),
		},
	})
}
