package sdk_test

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/policy/sdk"
)

// client is what the SDK's package s3 looks like to the analysis, with little in
// it.
const client = `package s3

type GetObjectInput struct{ Bucket *string; VersionId *string }
type GetObjectOutput struct{}
type GhostInput struct{}

type Client struct{}

func (*Client) GetObject(*GetObjectInput) (*GetObjectOutput, error)
func (*Client) Options() int

type Paginator struct{}

func (*Paginator) NextPage() (*GetObjectOutput, error)

func Haunt(*GhostInput)

type Reader interface {
	GetObject(*GetObjectInput) (*GetObjectOutput, error)
	Fetch(*GetObjectInput) (*GetObjectOutput, error)
}

type Generic[I, O any] interface{ GetObject(I) (O, error) }
`

// check compiles a package from source text.
func check(t *testing.T, path, source string) *types.Package {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "x.go", source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	config := types.Config{Importer: importer.Default(), IgnoreFuncBodies: true}
	pkg, err := config.Check(path, fset, []*ast.File{file}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return pkg
}

// TestFinder finds operations by the types of functions, whatever their names.
func TestFinder(t *testing.T) {
	pkg := check(t, sdk.ServicePrefix+"s3", client)
	finder := sdk.NewFinder(map[string]*types.Package{pkg.Path(): pkg})
	for name, want := range map[string][]string{
		"Client.GetObject":   {"s3.GetObject"},
		"Client.Options":     nil,
		"Paginator.NextPage": {"s3.GetObject"},
		"Reader.GetObject":   {"s3.GetObject"},
		"Reader.Fetch":       nil, // its implementation has source
		"Generic.GetObject":  {"s3.GetObject"},
		"Haunt":              nil, // no client has the operation
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, op := range finder.Of(lookup(t, pkg, name)) {
				got = append(got, op.String())
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("operations (-want +got):\n%s", diff)
			}
		})
	}
}

// lookup returns a package's function or method.
func lookup(t *testing.T, pkg *types.Package, name string) *types.Func {
	t.Helper()
	for _, n := range pkg.Scope().Names() {
		obj := pkg.Scope().Lookup(n)
		if f, ok := obj.(*types.Func); ok && n == name {
			return f
		}
		if n == name[:min(len(n), len(name))] && len(name) > len(n) && name[len(n)] == '.' {
			m, _, _ := types.LookupFieldOrMethod(obj.Type(), true, pkg, name[len(n)+1:])
			if f, ok := m.(*types.Func); ok {
				return f
			}
		}
	}
	t.Fatalf("there is no %s", name)
	return nil
}

// fields are inputs with plain values: the paths of the fields that are set, and
// the first words of statements.
type fields map[string]string

func (f fields) IsSet(_ *types.Named, path string) bool { _, ok := f[path]; return ok }

func (f fields) Mentions(_ *types.Named, path, text string) bool {
	return strings.Contains(f[path], text)
}

func (f fields) Verbs(_ *types.Named, path string) ([]string, bool) {
	return []string{f[path]}, f[path] != ""
}

// TestActions has operations with rules of their own in the table.
func TestActions(t *testing.T) {
	for name, tc := range map[string]struct {
		service, operation string
		in                 sdk.Fields
		want               []string
		certainty          sdk.Certainty
	}{
		"by the default rule":      {"dynamodb", "GetItem", fields{}, []string{"dynamodb:GetItem"}, sdk.Certain},
		"another name":             {"s3", "ListObjectsV2", fields{}, []string{"s3:ListBucket"}, sdk.Certain},
		"no permission":            {"sts", "GetCallerIdentity", fields{}, nil, sdk.Certain},
		"a field that isn't set":   {"s3", "GetObject", fields{}, []string{"s3:GetObject"}, sdk.Certain},
		"a field that is":          {"s3", "GetObject", fields{"VersionId": ""}, []string{"s3:GetObject", "s3:GetObjectVersion"}, sdk.Certain},
		"fields that aren't known": {"s3", "GetObject", nil, []string{"s3:GetObject", "s3:GetObjectVersion"}, sdk.Certain},
		"a text in a field":        {"s3", "UploadPartCopy", fields{"CopySource": "b/k?versionId=1"}, []string{"s3:GetObject", "s3:PutObject", "s3:GetObjectVersion"}, sdk.Certain},
		"another text":             {"s3", "UploadPartCopy", fields{"CopySource": "b/k"}, []string{"s3:GetObject", "s3:PutObject"}, sdk.Certain},
		"a statement's verb":       {"dynamodb", "ExecuteStatement", fields{"Statement": "SELECT"}, []string{"dynamodb:PartiQLSelect"}, sdk.Certain},
		"besides":                  {"timestreamwrite", "WriteRecords", fields{}, []string{"timestream:WriteRecords", "timestream:DescribeEndpoints"}, sdk.Certain},
		"besides a part of some":   {"timestreamquery", "Query", fields{"QueryString": "SELECT"}, []string{"timestream:Select", "timestream:SelectValues", "timestream:DescribeEndpoints"}, sdk.Certain},
		"a request's method":       {"apigateway", "UpdateStage", fields{}, []string{"apigateway:PATCH"}, sdk.Certain},
		"a method or a name":       {"apigatewayv2", "CreatePortal", fields{}, []string{"apigateway:CreatePortal"}, sdk.Certain},
		"roles of a task":          {"ecs", "RunTask", fields{}, []string{"ecs:RunTask", "iam:PassRole"}, sdk.Certain},
		"a profile's role":         {"iam", "AddRoleToInstanceProfile", fields{"RoleName": ""}, []string{"iam:AddRoleToInstanceProfile", "iam:PassRole"}, sdk.Certain},
		"credentials are a role":   {"apigateway", "PutIntegration", fields{"Credentials": ""}, []string{"apigateway:PUT", "iam:PassRole"}, sdk.Certain},
		"no role in a patch":       {"apigateway", "UpdateIntegration", fields{"PatchOperations.Path": "/uri"}, []string{"apigateway:PATCH"}, sdk.Certain},
		"a role in a patch":        {"apigateway", "UpdateIntegration", fields{"PatchOperations.Path": "/credentials"}, []string{"apigateway:PATCH", "iam:PassRole"}, sdk.Certain},
		"a subscription's role":    {"sns", "Subscribe", fields{"Attributes": "SubscriptionRoleArn"}, []string{"sns:Subscribe", "iam:PassRole"}, sdk.Certain},
		"an automation's role":     {"ssm", "StartAutomationExecution", fields{"Parameters": "AutomationAssumeRole"}, []string{"ssm:StartAutomationExecution", "iam:PassRole"}, sdk.Certain},
		"a replica":                {"dynamodb", "UpdateTable", fields{"ReplicaUpdates.Delete": ""}, []string{"dynamodb:UpdateTable", "dynamodb:DeleteTable", "dynamodb:DeleteTableReplica"}, sdk.Certain},
		"a key by another name":    {"route53", "CreateKeySigningKey", fields{"KeyManagementServiceArn": ""}, []string{"route53:CreateKeySigningKey", "kms:CreateGrant", "kms:DescribeKey", "kms:GetPublicKey", "kms:Sign"}, sdk.Certain},
		"a list of secrets":        {"kafka", "BatchDisassociateScramSecret", fields{"SecretArnList": ""}, []string{"kafka:BatchDisassociateScramSecret", "secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"}, sdk.Certain},
		"a package in a bucket":    {"cloudformation", "RegisterType", fields{"SchemaHandlerPackage": ""}, []string{"cloudformation:RegisterType", "s3:GetObject"}, sdk.Certain},
		"a function in a VPC":      {"lambda", "UpdateFunctionConfiguration", fields{"VpcConfig": ""}, []string{"lambda:UpdateFunctionConfiguration", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"}, sdk.Certain},
		"an unknown service":       {"newfangled", "Do", fields{}, []string{"newfangled:Do"}, sdk.UnknownService},
		"another package's name":   {"cloudwatchevents", "PutEvents", fields{}, []string{"events:PutEvents"}, sdk.Certain},
		"a rotation":               {"secretsmanager", "RotateSecret", fields{}, []string{"lambda:InvokeFunction", "secretsmanager:RotateSecret"}, sdk.Certain},
		"another's permission":     {"glue", "GetUnfilteredTableMetadata", fields{}, []string{"glue:GetTable"}, sdk.Certain},
		"groups of a database":     {"redshift", "GetClusterCredentials", fields{"DbGroups": ""}, []string{"redshift:GetClusterCredentials", "redshift:JoinGroup"}, sdk.Certain},
		"a topic":                  {"polly", "StartSpeechSynthesisTask", fields{"SnsTopicArn": ""}, []string{"polly:StartSpeechSynthesisTask", "sns:Publish"}, sdk.Certain},
		"another prefix":           {"costexplorer", "GetTags", fields{}, []string{"ce:GetTags"}, sdk.UnknownService},
	} {
		t.Run(name, func(t *testing.T) {
			op := operation(tc.service, tc.operation)
			got, certainty := op.Actions(tc.in)
			if diff := cmp.Diff(tc.want, got); diff != "" || certainty != tc.certainty {
				t.Errorf("certainty %v, want %v; actions (-want +got):\n%s", certainty, tc.certainty, diff)
			}
		})
	}
}

// TestResourceFields shows which field of an input names the resource of an
// action.
func TestResourceFields(t *testing.T) {
	def := func(path string) *sdk.ResourceField {
		return &sdk.ResourceField{Path: path, Name: path, Default: "default"}
	}
	for name, tc := range map[string]struct {
		service, operation, action string
		has                        string // the fields of the input
		in                         fields
		want                       []sdk.ResourceField
	}{
		"a table and its indexes": {"dynamodb", "Query", "dynamodb:Query", "IndexName TableName", nil, []sdk.ResourceField{{Path: "TableName", Name: "TableName", Types: []string{"dynamodb:table", "dynamodb:index"}}}},
		"either of two fields": {"kinesis", "PutRecord", "kinesis:PutRecord", "StreamARN StreamName", nil, []sdk.ResourceField{
			{Path: "StreamARN", Name: "StreamARN", Types: []string{"kinesis:stream"}},
			{Path: "StreamName", Name: "StreamName", Types: []string{"kinesis:stream"}},
		}},
		"a copy's source":             {"s3", "CopyObject", "s3:GetObject", "Bucket CopySource", nil, []sdk.ResourceField{{Path: "CopySource", Name: "CopySource", Types: []string{"s3:object"}}}},
		"a default":                   {"eventbridge", "PutEvents", "events:PutEvents", "Entries", nil, []sdk.ResourceField{{Path: "Entries.EventBusName", Name: "EventBusName", Types: []string{"events:event-bus"}, Default: "default"}}},
		"an alias":                    {"lambda", "Invoke", "lambda:InvokeFunction", "FunctionName Qualifier", fields{"Qualifier": ""}, []sdk.ResourceField{{Path: "FunctionName", Name: "FunctionName", Types: []string{"lambda:function", "lambda:function alias"}}}},
		"a role, and those of a task": {"ecs", "RunTask", "iam:PassRole", "", fields{"VolumeConfigurations.ManagedEBSVolume.RoleArn": "", "Overrides.TaskRoleArn": ""}, nil},
		"a profile's role":            {"ec2", "RunInstances", "iam:PassRole", "", fields{"IamInstanceProfile.Arn": ""}, nil},
		"a version of an object":      {"rekognition", "DetectText", "s3:GetObjectVersion", "", fields{"Image.S3Object.Bucket": "", "Image.S3Object.Version": ""}, []sdk.ResourceField{{Path: "Image.S3Object.Bucket", Name: "Bucket", Types: []string{"s3:object"}, Also: true}}},
		"another service's":           {"s3", "GetObject", "kms:Decrypt", "Bucket", nil, nil},
		"one operation's":             {"sns", "CreateTopic", "sns:CreateTopic", "Name", nil, []sdk.ResourceField{{Path: "Name", Name: "Name", Types: []string{"sns:topic"}}}},
		"not of another":              {"sfn", "StartExecution", "states:StartExecution", "Name StateMachineArn", nil, []sdk.ResourceField{{Path: "StateMachineArn", Name: "StateMachineArn", Types: []string{"states:statemachine"}}}},
		"within a group":              {"scheduler", "GetSchedule", "scheduler:GetSchedule", "GroupName Name", nil, []sdk.ResourceField{{Path: "Name", Name: "Name", Types: []string{"scheduler:schedule"}, Within: def("GroupName")}}},
		"two resources": {"dynamodb", "RestoreTableFromBackup", "dynamodb:RestoreTableFromBackup", "BackupArn TargetTableName", nil, []sdk.ResourceField{
			{Path: "BackupArn", Name: "BackupArn", Types: []string{"dynamodb:backup"}},
			{Path: "TargetTableName", Name: "TargetTableName", Types: []string{"dynamodb:table"}},
		}},
		"not looked at": {"kms", "DeleteAlias", "kms:DeleteAlias", "AliasName", nil, nil},
		"a field of one operation": {"athena", "CreateWorkGroup", "athena:CreateWorkGroup", "Name", nil, []sdk.ResourceField{
			{Path: "Name", Name: "Name", Types: []string{"athena:workgroup"}},
		}},
		"a default of one operation": {"ssm", "SendCommand", "ssm:SendCommand", "DocumentName InstanceIds OutputS3BucketName", nil, []sdk.ResourceField{
			{Path: "DocumentName", Name: "DocumentName", Types: []string{"ssm:document"}},
			{Path: "InstanceIds", Name: "InstanceIds", Types: []string{"ssm:instance", "ssm:managed-instance"}, Default: "*"},
			{Path: "OutputS3BucketName", Name: "OutputS3BucketName", Types: []string{"ssm:bucket"}},
		}},
		"none of an operation": {"ses", "SendRawEmail", "ses:SendRawEmail", "Source ConfigurationSetName", nil, nil},
		"whatever has an ARN":  {"ecs", "TagResource", "ecs:TagResource", "ResourceArn", nil, []sdk.ResourceField{{Path: "ResourceArn", Name: "ResourceArn", Types: []string{"ecs:arn"}}}},
		"the role of a task":   {"ecs", "RunTask", "iam:PassRole", "Cluster TaskDefinition", nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if tc.in == nil {
				tc.in = fields{}
			}
			var vars []*types.Var
			for _, name := range strings.Fields(tc.has) {
				vars = append(vars, types.NewField(token.NoPos, nil, name, types.Typ[types.String], false))
			}
			op := sdk.Operation{Service: tc.service, Name: tc.operation, Input: types.NewNamed(types.NewTypeName(token.NoPos, nil, "Input", nil), types.NewStruct(vars, nil), nil)}
			if diff := cmp.Diff(tc.want, op.ResourceFields(tc.action, tc.in)); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
		})
	}
}

// TestCanBeLimited has actions that AWS limits to resources, and others.
func TestCanBeLimited(t *testing.T) {
	for action, want := range map[string]bool{
		"s3:GetObject":                 true,
		"s3:ListAllMyBuckets":          false,
		"dynamodb:ListTables":          false,
		"cloudwatch:PutMetricData":     false, // no input names its datasets
		"workmail:CreateUser":          true,  // of a service that the table doesn't have
		"timestream:DescribeEndpoints": false,
		"newfangled:Do":                true, // nor do AWS's lists
	} {
		if got := sdk.CanBeLimited(action); got != want {
			t.Errorf("%s can be limited: %v", action, got)
		}
	}
}

// TestPassedTo has roles that operations hand to services.
func TestPassedTo(t *testing.T) {
	for name, tc := range map[string]struct {
		service, operation string
		in                 fields
		want               []string
	}{
		"the service itself":         {"lambda", "CreateFunction", fields{"Role": ""}, []string{"lambda.amazonaws.com"}},
		"another service":            {"cloudwatch", "PutMetricStream", fields{"RoleArn": ""}, []string{"streams.metrics.cloudwatch.amazonaws.com"}},
		"a service of one operation": {"cloudwatchlogs", "CreateImportTask", fields{"ImportRoleArn": ""}, []string{"cloudtrail.amazonaws.com"}},
		"an own and another one":     {"ecs", "RunTask", fields{"VolumeConfigurations.ManagedEBSVolume.RoleArn": ""}, []string{"ecs-tasks.amazonaws.com", "ecs.amazonaws.com"}},
		"one that AWS doesn't tell":  {"cognitoidentityprovider", "CreateGroup", fields{"RoleArn": ""}, nil},
		"a service without a module": {"newfangled", "Do", fields{}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, operation(tc.service, tc.operation).PassedTo(tc.in)); diff != "" {
				t.Errorf("services (-want +got):\n%s", diff)
			}
		})
	}
}

// TestCovers has fields that name all that an action is used on, and a part of it.
func TestCovers(t *testing.T) {
	field := func(types ...string) sdk.ResourceField { return sdk.ResourceField{Types: types} }
	for name, tc := range map[string]struct {
		action string
		fields []sdk.ResourceField
		want   bool
	}{
		"all":                    {"glue:GetTable", []sdk.ResourceField{field("glue:database", "glue:rootcatalog"), field("glue:table")}, true},
		"a part":                 {"glue:GetTable", []sdk.ResourceField{field("glue:database", "glue:table")}, false},
		"what need not be named": {"ses:SendEmail", []sdk.ResourceField{field("ses:identity")}, true},
		"only what need not be":  {"ses:SendEmail", []sdk.ResourceField{field("ses:configuration-set")}, false},
		"an ARN":                 {"athena:TagResource", []sdk.ResourceField{field("athena:arn")}, true},
		"one of several":         {"bedrock:InvokeModel", []sdk.ResourceField{field("bedrock:foundation-model")}, true},
		"none":                   {"rds-data:ExecuteStatement", nil, false},
	} {
		if got := sdk.Covers(tc.action, tc.fields); got != tc.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestTaggedTypes has the types of resources to which the action for tags is limited:
// what an operation makes, not what else its fields name.
func TestTaggedTypes(t *testing.T) {
	for name, tc := range map[string]struct {
		service, operation, action string
		input                      string // its fields
		want                       []string
	}{
		"what is made":          {"sqs", "CreateQueue", "sqs:TagQueue", "QueueName Tags", []string{"sqs:queue"}},
		"made for a function":   {"lambda", "CreateEventSourceMapping", "lambda:TagResource", "FunctionName Tags", nil},
		"made for a log group":  {"cloudwatchlogs", "PutDeliverySource", "logs:TagResource", "ResourceArn Tags", nil},
		"of a type by name":     {"rekognition", "CreateCollection", "rekognition:TagResource", "CollectionId Tags", []string{"rekognition:collection"}},
		"of another type":       {"ssm", "CreatePatchBaseline", "ssm:AddTagsToResource", "Name Tags", nil},
		"of one of the types":   {"glue", "CreateJob", "glue:TagResource", "Name Tags", []string{"glue:job"}},
		"within something else": {"ecs", "CreateService", "ecs:TagResource", "Cluster TaskDefinition Tags", []string{"ecs:service"}},
		"what runs":             {"ecs", "RunTask", "ecs:TagResource", "Cluster TaskDefinition Tags", []string{"ecs:task", "ecs:task-definition"}},
		"what only tags":        {"lambda", "TagResource", "lambda:TagResource", "Resource Tags", []string{"lambda:function"}},
	} {
		t.Run(name, func(t *testing.T) {
			op := sdk.Operation{Service: tc.service, Name: tc.operation, Input: inputWith(strings.Fields(tc.input)...)}
			var got []string
			for _, f := range op.ResourceFields(tc.action, fields{"Tags": ""}) {
				got = append(got, f.Types...)
			}
			slices.Sort(got)
			if diff := cmp.Diff(tc.want, slices.Compact(got)); diff != "" {
				t.Errorf("types (-want +got):\n%s", diff)
			}
		})
	}
}

// inputWith is an input with fields of any type.
func inputWith(names ...string) *types.Named {
	var vars []*types.Var
	for _, name := range names {
		vars = append(vars, types.NewField(token.NoPos, nil, name, types.Typ[types.String], false))
	}
	return types.NewNamed(types.NewTypeName(token.NoPos, nil, "Input", nil), types.NewStruct(vars, nil), nil)
}
