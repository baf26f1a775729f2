package pipeline

import (
	"fmt"
	"path/filepath"
	"slices"
)

// Stages are the stages of the app that a pipeline deploys, in this order. Between the
// first and the second somebody has to approve.
var Stages = []string{"beta", "prod"}

// DefaultImage is the image of CodeBuild that has Go and the AWS CLI.
const DefaultImage = "aws/codebuild/amazonlinux2023-x86_64-standard:5.0"

// Input says what to write. All but Image is required.
type Input struct {
	// App is what the configuration calls the app, with letters, digits, - and _.
	App string
	// Source is one of [Sources].
	Source string
	// Branch is the branch that is deployed.
	Branch string
	// Image is CodeBuild's image; empty: [DefaultImage].
	Image string
	// Go is the version of Go that the program needs, such as 1.26.
	Go string
	// Repository is the folder of the repository, as an absolute path.
	Repository string
	// Module is the folder of go.mod in the repository, and Program that of the main
	// package below it, with forward slashes; "." for the same folder.
	Module, Program string
	// Preview is the stage of the configuration that previews of pull requests have.
	Preview string
	// Boundary is the ARN of the permissions boundary of the app's roles, and RolePath
	// their path; empty: they have none.
	Boundary, RolePath string
}

// The logical ids of the template that others of its resources refer to.
const (
	appName         = "ApplicationName"
	appBucket       = "ApplicationBucket"
	artifactBucket  = "ArtifactBucketStore"
	buildProject    = "AppPackageBuild"
	pipelineID      = "AppPipeline"
	buildRole       = "CodeBuildRole"
	buildPolicyID   = "CodeBuildPolicy"
	pipelineRole    = "CodePipelineRole"
	deployRole      = "CFNDeployRole"
	sourceArtifact  = "SourceRepo"
	packageArtifact = "CompiledCFNTemplate"
	changeSet       = "${" + appName + "}ChangeSet"
)

// stackOf is the name of a stage's stack, for Fn::Sub.
func stackOf(stage string) string { return "${" + appName + "}-" + stage }

// CodePipeline returns a template of CloudFormation with a pipeline that deploys the
// app, as JSON or, if the name of its file says so, as YAML. CodeBuild does what
// [Buildspec] says, which is in the template unless a file of the repository has it,
// whose path is given.
func CodePipeline(in Input, file, buildspecFile string) ([]byte, error) {
	spec, err := in.buildspec(buildspecFile)
	if err != nil {
		return nil, err
	}
	t, err := in.codePipeline(spec)
	if err != nil {
		return nil, err
	}
	return in.bound(t).text(file)
}

// defaultBuildspec is where CodeBuild looks without being told.
const defaultBuildspec = "buildspec.yml"

// buildspec is what CodeBuild is told of what to do: all of it, the path of a file in
// the repository, or nothing.
func (in Input) buildspec(file string) (string, error) {
	if file == "" {
		spec, err := Buildspec(in)
		return string(spec), err
	}
	path, err := filepath.Abs(file)
	if err != nil {
		return "", err
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		path = filepath.Join(dir, filepath.Base(path))
	}
	rel, err := relative(in.Repository, path)
	if err != nil || !filepath.IsLocal(rel) {
		return "", fmt.Errorf("%s is not in %s: CodeBuild reads it from the repository", file, in.Repository)
	}
	if rel == defaultBuildspec {
		rel = ""
	}
	return rel, nil
}

// Parameters returns the names of the template's parameters that have no default.
func (in Input) Parameters() []string {
	var names []string
	for name, p := range in.source().parameters {
		if p.Default == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func (in Input) codePipeline(spec string) (template, error) {
	source := in.source()
	deployer, err := in.cloudFormationRole(appBucket, stackOf("*"))
	if err != nil {
		return template{}, err
	}
	image := in.Image
	if image == "" {
		image = DefaultImage
	}
	t := template{
		AWSTemplateFormatVersion: "2010-09-09",
		Description:              "Tests, packages and deploys " + in.App + " whenever its source changes",
		Parameters: map[string]parameter{
			appName:          in.appNameParameter(),
			"CodeBuildImage": {Type: "String", Description: "Image of CodeBuild, with Go and the AWS CLI", Default: text(image)},
			"Branch":         {Type: "String", Description: "Branch that is deployed", Default: text(in.Branch)},
		},
		Resources: map[string]resource{
			appBucket:                bucket(),
			artifactBucket:           bucket(),
			policyOf(appBucket):      bucketPolicy(appBucket),
			policyOf(artifactBucket): bucketPolicy(artifactBucket),
			buildRole:                serviceRole("codebuild", "Tests and packages the app", ""),
			buildPolicyID:            buildPolicy(),
			buildProject:             project(spec),
			pipelineRole:             roleFor(source),
			deployRole:               deployer,
			pipelineID:               pipeline(source),
		},
		Outputs: map[string]output{
			"S3ApplicationBucket": {Value: ref(appBucket)},
			"CodeBuildRoleArn":    {Value: getAtt(buildRole, "Arn")},
			"S3PipelineBucket":    {Value: ref(artifactBucket)},
			"CodePipelineRoleArn": {Value: getAtt(pipelineRole, "Arn")},
			"CFNDeployRoleArn":    {Value: getAtt(deployRole, "Arn")},
		},
	}
	source.addTo(t)
	return t, nil
}

// text returns a parameter's default.
func text(s string) *string { return &s }

// bucket is a bucket that only its stack's account can read. It stays when the stack
// goes, since it has objects.
func bucket() resource {
	return resource{Type: "AWS::S3::Bucket", DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain", Properties: object{
		"VersioningConfiguration":        object{"Status": "Enabled"},
		"PublicAccessBlockConfiguration": object{"BlockPublicAcls": true, "BlockPublicPolicy": true, "IgnorePublicAcls": true, "RestrictPublicBuckets": true},
		"BucketEncryption": object{"ServerSideEncryptionConfiguration": []any{
			object{"ServerSideEncryptionByDefault": object{"SSEAlgorithm": "AES256"}},
		}},
		"LifecycleConfiguration": object{"Rules": []any{
			object{"Status": "Enabled", "NoncurrentVersionExpiration": object{"NoncurrentDays": 90}, "AbortIncompleteMultipartUpload": object{"DaysAfterInitiation": 7}},
		}},
	}}
}

// policyOf is the logical id of a bucket's policy.
func policyOf(bucket string) string { return bucket + "Policy" }

// bucketPolicy refuses whoever calls a bucket without TLS. It stays with the bucket.
func bucketPolicy(bucket string) resource {
	return resource{Type: "AWS::S3::BucketPolicy", DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain", Properties: object{
		"Bucket": ref(bucket),
		"PolicyDocument": document{Version: policyVersion, Statement: []statement{{
			Sid: "TLS", Effect: "Deny", Principal: "*", Action: "s3:*", Resource: []any{getAtt(bucket, "Arn"), objectsOf(bucket)},
			Condition: object{"Bool": object{"aws:SecureTransport": "false"}},
		}}},
	}}
}

// objectsOf are the objects in a bucket.
func objectsOf(bucket string) object { return sub("${" + bucket + ".Arn}/*") }

// buildPolicy is what CodeBuild may do: log, and read and write what the pipeline hands
// it, and upload the code. It is apart from the role, as the reference has it.
func buildPolicy() resource {
	const group = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/codebuild/${" + appName + "}Build"
	return resource{Type: "AWS::IAM::Policy", Properties: object{
		"PolicyName": buildPolicyID, "Roles": []any{ref(buildRole)},
		"PolicyDocument": allowing(
			statement{Sid: "Logs", Action: []string{"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"}, Resource: []any{sub(group), sub(group + ":*")}},
			statement{Sid: "Artifacts", Action: []string{"s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"}, Resource: []any{objectsOf(appBucket), objectsOf(artifactBucket)}},
			// Without it S3 says of an object that isn't there that it can't be read.
			statement{Sid: "Buckets", Action: []string{"s3:GetBucketLocation", "s3:ListBucket"}, Resource: []any{getAtt(appBucket, "Arn"), getAtt(artifactBucket, "Arn")}},
		),
	}}
}

// project is what CodeBuild does.
func project(spec string) resource {
	source := object{"Type": "CODEPIPELINE"}
	if spec != "" {
		source["BuildSpec"] = spec
	}
	return resource{Type: "AWS::CodeBuild::Project", Properties: object{
		"Name":        sub("${" + appName + "}Build"),
		"ServiceRole": getAtt(buildRole, "Arn"),
		"Source":      source,
		"Artifacts":   object{"Type": "CODEPIPELINE"},
		"Environment": object{
			"Type": "LINUX_CONTAINER", "ComputeType": "BUILD_GENERAL1_SMALL", "Image": ref("CodeBuildImage"),
			"EnvironmentVariables": []any{object{"Name": bucketVariable, "Value": ref(appBucket)}},
		},
	}}
}

// roleFor is what CodePipeline may do: get the source, have it built, and change
// the app's stacks, with the role that makes the resources.
func roleFor(source source) resource {
	var stacks []any
	for _, stage := range Stages {
		stacks = append(stacks, sub("arn:${AWS::Partition}:cloudformation:${AWS::Region}:${AWS::AccountId}:stack/"+stackOf(stage)+"/*"))
	}
	statements := []statement{
		{Sid: "Artifacts", Action: []string{"s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"}, Resource: objectsOf(artifactBucket)},
		{Sid: "Bucket", Action: []string{"s3:GetBucketLocation", "s3:GetBucketVersioning", "s3:ListBucket"}, Resource: getAtt(artifactBucket, "Arn")},
		{Sid: "Build", Action: []string{"codebuild:BatchGetBuilds", "codebuild:StartBuild"}, Resource: getAtt(buildProject, "Arn")},
		{Sid: "Stacks", Action: []string{
			"cloudformation:CreateChangeSet", "cloudformation:DeleteChangeSet", "cloudformation:DescribeChangeSet",
			"cloudformation:DescribeStacks", "cloudformation:ExecuteChangeSet",
		}, Resource: stacks},
		{Sid: "Transform", Action: "cloudformation:CreateChangeSet", Resource: serverless},
		{Sid: "DeployRole", Action: "iam:PassRole", Resource: getAtt(deployRole, "Arn"), Condition: object{
			"StringEquals": object{"iam:PassedToService": sub("cloudformation.${AWS::URLSuffix}")},
		}},
	}
	statements = slices.Concat(statements, source.statements)
	return serviceRole("codepipeline", "Takes the source of the app to its stacks", "DefaultPolicy", statements...)
}

// action is an action of a pipeline.
type action struct {
	Name            string
	ActionTypeId    object //nolint:revive // CloudFormation's own name
	Configuration   object
	InputArtifacts  []any `json:",omitempty"`
	OutputArtifacts []any `json:",omitempty"`
	RunOrder        int
	RoleArn         any `json:",omitempty"`
}

// actionType names what carries an action out.
func actionType(category, owner, provider, version string) object {
	return object{"Category": category, "Owner": owner, "Provider": provider, "Version": version}
}

// pipeline is the pipeline: Source, Build, and a stage for each of the app's.
func pipeline(source source) resource {
	stages := []any{
		object{"Name": "Source", "Actions": []action{source.action}},
		object{"Name": "Build", "Actions": []action{{
			Name: "CodeBuild", ActionTypeId: actionType("Build", "AWS", "CodeBuild", "1"),
			Configuration: object{"ProjectName": ref(buildProject)}, RunOrder: 1,
			InputArtifacts: artifact(sourceArtifact), OutputArtifacts: artifact(packageArtifact),
		}}},
	}
	for i, stage := range Stages {
		stages = append(stages, object{"Name": title(stage), "Actions": deployment(stage, i > 0)})
	}
	properties := object{
		"Name": sub("${" + appName + "}Pipeline"), "RoleArn": getAtt(pipelineRole, "Arn"),
		"ArtifactStore": object{"Type": "S3", "Location": ref(artifactBucket)},
		"Stages":        stages,
		"PipelineType":  source.pipelineType,
	}
	if source.triggers != nil {
		properties["Triggers"] = source.triggers
	}
	// It starts as soon as it is there, and then CodeBuild needs its policy.
	return resource{Type: "AWS::CodePipeline::Pipeline", DependsOn: buildPolicyID, Properties: properties}
}

// artifact names an artifact of a pipeline.
func artifact(name string) []any { return []any{object{"Name": name}} }

// title starts a name with a capital.
func title(name string) string { return string(name[0]-'a'+'A') + name[1:] }

// deployment makes a change set of a stage's stack and executes it. Who has to approve
// sees what it would change.
func deployment(stage string, approved bool) []action {
	cloudFormation := actionType("Deploy", "AWS", "CloudFormation", "1")
	actions := []action{{
		Name: "Create" + title(stage) + "ChangeSet", ActionTypeId: cloudFormation, InputArtifacts: artifact(packageArtifact),
		Configuration: object{
			"ActionMode": "CHANGE_SET_REPLACE", "ChangeSetName": sub(changeSet), "StackName": sub(stackOf(stage)),
			"Capabilities": capabilities + "," + nestedCapabilities,
			"TemplatePath": packageArtifact + "::" + transformed(stage), "RoleArn": getAtt(deployRole, "Arn"),
		},
	}}
	if approved {
		actions = append(actions, action{
			Name: "Approve", ActionTypeId: actionType("Approval", "AWS", "Manual", "1"),
			Configuration: object{"CustomData": sub("Deploy the change set " + changeSet + " of the stack " + stackOf(stage) + "?")},
		})
	}
	actions = append(actions, action{
		Name: "ExecuteChangeSet", ActionTypeId: cloudFormation, OutputArtifacts: artifact(deploymentValues(stage, approved)),
		Configuration: object{
			"ActionMode": "CHANGE_SET_EXECUTE", "ChangeSetName": sub(changeSet), "StackName": sub(stackOf(stage)),
			"OutputFileName": "StackOutputs.json",
		},
	})
	for i := range actions {
		actions[i].RunOrder = i + 1
	}
	return actions
}

// deploymentValues names the artifact with the outputs of a stage's stack. The first one
// has the reference's name, and each its own.
func deploymentValues(stage string, later bool) string {
	if later {
		return "AppDeploymentValues" + title(stage)
	}
	return "AppDeploymentValues"
}
