package sdk_test

import (
	"go/types"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/policy/sdk"
)

// newfangled is what the SDK's package of a service looks like that the table doesn't
// have.
const newfangled = `package sagemaker

type Client struct{}

func (*Client) CreateJob(*CreateJobInput) (*CreateJobOutput, error)
func (*Client) DescribeImage(*DescribeImageInput) (*DescribeImageOutput, error)

type CreateJobOutput struct{}

type CreateJobInput struct {
	JobName *string
	Tags    []Tag
	Output  *Output
	Source  Source
}

type Tag struct{ Key, Value *string }

type Output struct {
	RoleArn, KmsKeyId *string
	S3Uri             *string
	Next              *Output
}

type Source interface{ isSource() }

type SourceMemberDatabase struct{ Value Database }

func (*SourceMemberDatabase) isSource() {}

type Database struct{ SecretArn *string }

type DescribeImageOutput struct{}

type DescribeImageInput struct{ Image Image }

type Image struct{ S3Object Object }

type Object struct{ Bucket, Name *string }
`

// TestGuesses has fields of a service that the table doesn't have: they ask for what
// such fields ask for elsewhere.
func TestGuesses(t *testing.T) {
	pkg := check(t, sdk.ServicePrefix+"sagemaker", newfangled)
	input := func(name string) *types.Named { return pkg.Scope().Lookup(name + "Input").Type().(*types.Named) }
	for name, tc := range map[string]struct {
		operation string
		in        fields
		want      []string
		named     map[string]string // fields that name resources, by their actions
	}{
		"nothing":           {"CreateJob", fields{"JobName": ""}, []string{"sagemaker:CreateJob"}, nil},
		"tags":              {"CreateJob", fields{"Tags": ""}, []string{"sagemaker:CreateJob", "sagemaker:AddTags"}, nil},
		"a role":            {"CreateJob", fields{"Output.RoleArn": ""}, []string{"sagemaker:CreateJob", "iam:PassRole"}, map[string]string{"iam:PassRole": "Output.RoleArn"}},
		"a secret":          {"CreateJob", fields{"Source.Database.SecretArn": ""}, []string{"sagemaker:CreateJob", "secretsmanager:GetSecretValue"}, map[string]string{"secretsmanager:GetSecretValue": "Source.Database.SecretArn"}},
		"a key":             {"CreateJob", fields{"Output.KmsKeyId": ""}, []string{"sagemaker:CreateJob", "kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"}, map[string]string{"kms:Decrypt": "Output.KmsKeyId"}},
		"objects of a role": {"CreateJob", fields{"Output.S3Uri": ""}, []string{"sagemaker:CreateJob"}, nil},
		"an object":         {"DescribeImage", fields{"Image.S3Object.Bucket": ""}, []string{"sagemaker:DescribeImage", "s3:GetObject", "s3:ListBucket", "s3:PutObject"}, map[string]string{"s3:GetObject": "Image.S3Object.Bucket"}},
	} {
		t.Run(name, func(t *testing.T) {
			op := sdk.Operation{Service: "sagemaker", Name: tc.operation, Input: input(tc.operation)}
			got, certainty := op.Actions(tc.in)
			if diff := cmp.Diff(tc.want, got); diff != "" || certainty != sdk.UnknownService {
				t.Errorf("certainty %v; actions (-want +got):\n%s", certainty, diff)
			}
			for action, path := range tc.named {
				if !names(op.ResourceFields(action, tc.in), path) {
					t.Errorf("%s isn't limited to what %s names", action, path)
				}
			}
		})
	}
}
