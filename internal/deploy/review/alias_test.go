package review_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/deploy/review"
)

// called is a stack in which everything calls a function in one way: by its ARN or its
// name, or by an alias.
func called(name, arn, more string) string {
	return strings.NewReplacer("NAME", name, "ARN", arn).Replace(`
F: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt R.Arn}}
R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]}}}
P: {Type: AWS::Lambda::Permission, Properties: {FunctionName: NAME, Action: lambda:InvokeFunction, Principal: apigateway.amazonaws.com, SourceArn: !Sub "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${API}/*"}}
Open: {Type: AWS::Lambda::Permission, Properties: {FunctionName: NAME, Action: lambda:InvokeFunctionUrl, Principal: '*', FunctionUrlAuthType: NONE}}
M: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: NAME, EventSourceArn: "arn:aws:sqs:eu-west-1:123456789012:jobs"}}
API: {Type: AWS::ApiGateway::RestApi, Properties: {Body: {openapi: "3.0.1", paths: {/: {get: {x-amazon-apigateway-integration: {uri: !Sub ["arn:aws:apigateway:::lambda:path/functions/${F}/invocations", {F: ARN}]}}}}}}}
T:
  Type: AWS::IAM::Role
  Properties:
    AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: scheduler.amazonaws.com}, Action: sts:AssumeRole}]}
    Policies: [{PolicyName: P, PolicyDocument: {Statement: [{Effect: Allow, Action: lambda:InvokeFunction, Resource: ARN}]}}]
S: {Type: AWS::Scheduler::Schedule, Properties: {Target: {Arn: ARN, RoleArn: !GetAtt T.Arn}}}
`) + more
}

func plain() string { return called("!Ref F", "!GetAtt F.Arn", "") }

// byAlias is the same stack with a version.
func byAlias(version string) string {
	return called("!Ref FAliaslive", "!Ref FAliaslive", fmt.Sprintf(`
FVersion%[1]s: {Type: AWS::Lambda::Version, DeletionPolicy: Retain, Properties: {FunctionName: !Ref F}}
FAliaslive: {Type: AWS::Lambda::Alias, Properties: {Name: live, FunctionName: !Ref F, FunctionVersion: !GetAtt FVersion%[1]s.Version}}`, version))
}

// TestAliases: what calls a function's alias from now on instead of the function gets
// nothing new, nor does the other way round; and a version that stays in Lambda is no
// loss.
func TestAliases(t *testing.T) {
	for name, tc := range map[string]struct {
		before, after string
		rows, asked   []string
	}{
		"an alias is new": {
			plain(), byAlias("1"),
			[]string{"added FAliaslive", "added FVersion1 publishes F"},
			nil,
		},
		"the next version": {
			byAlias("1"), byAlias("2"),
			[]string{"added FVersion2 publishes F", "changed FAliaslive", "  FunctionVersion: ${FVersion1.Version} -> ${FVersion2.Version}"},
			nil,
		},
		"no alias any more": {
			byAlias("2"), plain(),
			[]string{"removed FAliaslive", "removed FVersion2 kept superseded"},
			[]string{"removed: FAliaslive is removed"},
		},
		"a version that is deleted": {
			strings.Replace(byAlias("1"), "DeletionPolicy: Retain, ", "", 1), byAlias("2"),
			[]string{"added FVersion2 publishes F", "changed FAliaslive", "  FunctionVersion: ${FVersion1.Version} -> ${FVersion2.Version}", "removed FVersion1"},
			[]string{"removed: FVersion1 is removed"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := reviewed(resources(t, tc.before), resources(t, tc.after))
			if len(r.Widened) > 0 || len(r.Exposed) > 0 {
				t.Errorf("new are %q and %+v", grantLines(r.Widened), r.Exposed)
			}
			var rows []review.Row
			for _, row := range r.Rows { // what calls the function is in the questions
				if strings.HasPrefix(row.LogicalID, "FVersion") || strings.HasPrefix(row.LogicalID, "FAlias") {
					rows = append(rows, row)
				}
			}
			if diff := cmp.Diff(tc.rows, rowLines(rows)); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			var asked []string
			for _, q := range r.Questions() {
				asked = append(asked, string(q.Kind)+": "+q.Text)
			}
			if diff := cmp.Diff(tc.asked, asked); diff != "" {
				t.Errorf("questions (-want +got):\n%s", diff)
			}
		})
	}
}

// TestAliasOfAnother: what may call another function's alias is new.
func TestAliasOfAnother(t *testing.T) {
	other := "\nG: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt R.Arn}}\nGAliaslive: {Type: AWS::Lambda::Alias, Properties: {Name: live, FunctionName: !Ref G, FunctionVersion: '1'}}"
	r := reviewed(resources(t, byAlias("1")+other), resources(t, called("!Ref GAliaslive", "!Ref GAliaslive", other)))
	want := []string{
		"anyone: lambda:InvokeFunctionUrl on G if lambda:FunctionUrlAuthType is NONE (it has a URL)",
		"apigateway.amazonaws.com: lambda:InvokeFunction on G if aws:SourceArn is arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${API}/* (API Gateway calls it)",
		"T: lambda:InvokeFunction on ${G.Arn} (EventBridge Scheduler calls it)",
	}
	if diff := cmp.Diff(want, grantLines(r.Widened)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestCodeDeploy: that CodeDeploy may assume the role with which it deploys follows from
// that, and what the role may do has its reason.
func TestCodeDeploy(t *testing.T) {
	r := reviewed(resources(t, byAlias("1")), resources(t, byAlias("1")+`
CodeDeployServiceRole:
  Type: AWS::IAM::Role
  Properties:
    AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: codedeploy.amazonaws.com}, Action: sts:AssumeRole}]}
    Policies: [{PolicyName: P, PolicyDocument: {Statement: [{Effect: Allow, Action: lambda:UpdateAlias, Resource: !Ref FAliaslive}]}}]
FDeploymentGroup: {Type: AWS::CodeDeploy::DeploymentGroup, Properties: {ServiceRoleArn: !GetAtt CodeDeployServiceRole.Arn}}`))
	want := []string{"CodeDeployServiceRole: lambda:UpdateAlias on ${F.Arn} (CodeDeploy shifts traffic between versions)"}
	if diff := cmp.Diff(want, grantLines(r.Widened)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
