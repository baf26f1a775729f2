package review_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// role returns a template of a function with a role with some statements, in
// YAML.
func role(statements ...string) string {
	return fmt.Sprintf(`
F: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt R.Arn}}
R:
  Type: AWS::IAM::Role
  Properties:
    AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]}
    Policies: [{PolicyName: P, PolicyDocument: {Statement: [%s]}}]`, strings.Join(statements, ", "))
}

func TestStatements(t *testing.T) {
	for name, tc := range map[string]struct {
		before, after []string
		want          []string
	}{
		"an action more": {
			before: []string{`{Effect: Allow, Action: s3:GetObject, Resource: "arn:aws:s3:::a/*"}`},
			after:  []string{`{Effect: Allow, Action: [s3:GetObject, s3:PutObject], Resource: "arn:aws:s3:::a/*"}`},
			want:   []string{"F: s3:PutObject on arn:aws:s3:::a/*"},
		},
		"an action less": {
			before: []string{`{Effect: Allow, Action: [s3:GetObject, s3:PutObject], Resource: "*"}`},
			after:  []string{`{Effect: Allow, Action: s3:GetObject, Resource: "*"}`},
		},
		"a resource more": {
			before: []string{`{Effect: Allow, Action: s3:GetObject, Resource: ["arn:aws:s3:::a/*"]}`},
			after:  []string{`{Effect: Allow, Action: s3:GetObject, Resource: ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"]}`},
			want:   []string{"F: s3:GetObject on arn:aws:s3:::b/*"},
		},
		"an action that a pattern covered": {
			before: []string{`{Effect: Allow, Action: "s3:Get*", Resource: "*"}`},
			after:  []string{`{Effect: Allow, Action: s3:GetObject, Resource: "*"}`},
		},
		"a pattern in place of an action": {
			before: []string{`{Effect: Allow, Action: s3:GetObject, Resource: "*"}`},
			after:  []string{`{Effect: Allow, Action: "s3:Get*", Resource: "*"}`},
			want:   []string{"F: s3:Get* on *"},
		},
		"a pattern in place of a wider one": {
			before: []string{`{Effect: Allow, Action: "s3:*", Resource: "*"}`},
			after:  []string{`{Effect: Allow, Action: "s3:Get*Acl", Resource: "arn:aws:s3:::?"}`},
		},
		"actions in another case are the same": {
			before: []string{`{Effect: Allow, Action: S3:getobject, Resource: "*"}`},
			after:  []string{`{Effect: Allow, Action: s3:GetObject, Resource: "*"}`},
		},
		"resources in another case are others": {
			before: []string{`{Effect: Allow, Action: s3:GetObject, Resource: "arn:aws:s3:::a/x"}`},
			after:  []string{`{Effect: Allow, Action: s3:GetObject, Resource: "arn:aws:s3:::a/X"}`},
			want:   []string{"F: s3:GetObject on arn:aws:s3:::a/X"},
		},
		"a resource within a pattern": {
			before: []string{`{Effect: Allow, Action: s3:GetObject, Resource: "arn:aws:s3:::a/*"}`},
			after:  []string{`{Effect: Allow, Action: s3:GetObject, Resource: "arn:aws:s3:::a/b/c/*"}`},
		},
		"a resource that only starts alike": {
			before: []string{`{Effect: Allow, Action: s3:GetObject, Resource: "arn:aws:s3:::a/b"}`},
			after:  []string{`{Effect: Allow, Action: s3:GetObject, Resource: "arn:aws:s3:::a/bc"}`},
			want:   []string{"F: s3:GetObject on arn:aws:s3:::a/bc"},
		},
		"Sub and Join of the same text": {
			before: []string{`{Effect: Allow, Action: sqs:SendMessage, Resource: !Sub "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:jobs"}`},
			after:  []string{`{Effect: Allow, Action: sqs:SendMessage, Resource: !Join [":", [arn, !Ref AWS::Partition, sqs, !Ref AWS::Region, !Ref AWS::AccountId, jobs]]}`},
		},
		"a reference within a pattern": {
			before: []string{`{Effect: Allow, Action: "logs:*", Resource: "arn:*:logs:*:*:*"}`},
			after:  []string{`{Effect: Allow, Action: logs:PutLogEvents, Resource: !Sub "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/${F}:*"}`},
		},
		"a reference to something else": {
			before: []string{`{Effect: Allow, Action: sqs:SendMessage, Resource: !GetAtt A.Arn}`},
			after:  []string{`{Effect: Allow, Action: sqs:SendMessage, Resource: !GetAtt B.Arn}`},
			want:   []string{"F: sqs:SendMessage on ${B.Arn}"},
		},
		"what a reference stands for isn't known": {
			before: []string{`{Effect: Allow, Action: s3:GetObject, Resource: !Sub "arn:${AWS::Partition}:s3:::a"}`},
			after:  []string{`{Effect: Allow, Action: s3:GetObject, Resource: "arn:aws:s3:::a"}`},
			want:   []string{"F: s3:GetObject on arn:aws:s3:::a"},
		},
		"below a bucket of the template": {
			before: []string{`{Effect: Allow, Action: s3:GetObject, Resource: !Sub "${B.Arn}/*"}`},
			after:  []string{`{Effect: Allow, Action: s3:GetObject, Resource: !Join ["", [!GetAtt B.Arn, /a/, !Ref X]]}`},
		},
		"split and reordered": {
			before: []string{`{Sid: A, Effect: Allow, Action: [s3:GetObject, s3:PutObject], Resource: [x, y]}`, `{Effect: Allow, Action: sns:Publish, Resource: t}`},
			after:  []string{`{Effect: Allow, Action: [sns:Publish], Resource: [t]}`, `{Sid: C, Effect: Allow, Action: s3:PutObject, Resource: [y, x]}`, `{Effect: Allow, Action: s3:GetObject, Resource: [x, y]}`},
		},
		"everything but some actions": {
			before: []string{`{Effect: Allow, Action: "s3:*", Resource: "*"}`},
			after:  []string{`{Effect: Allow, NotAction: ["iam:*", "sts:*"], Resource: "*"}`},
			want:   []string{"F: everything but iam:*, sts:* on *"},
		},
		"an action that wasn't left out": {
			before: []string{`{Effect: Allow, NotAction: "iam:*", Resource: "*"}`},
			after:  []string{`{Effect: Allow, Action: s3:GetObject, Resource: "*"}`},
		},
		"an action that was left out": {
			before: []string{`{Effect: Allow, NotAction: ["iam:*", "s3:Get*"], Resource: "*"}`},
			after:  []string{`{Effect: Allow, Action: "s3:*", Resource: "*"}`},
			want:   []string{"F: s3:* on *"},
		},
		"less left out": {
			before: []string{`{Effect: Allow, NotAction: ["iam:*", "sts:*"], Resource: "*"}`},
			after:  []string{`{Effect: Allow, NotAction: ["iam:*"], Resource: "*"}`},
			want:   []string{"F: everything but iam:* on *"},
		},
		"more left out": {
			before: []string{`{Effect: Allow, NotAction: ["iam:*"], Resource: "*"}`},
			after:  []string{`{Effect: Allow, NotAction: ["iam:*", "sts:*"], Resource: "*"}`},
		},
		"everything but some resources": {
			before: []string{`{Effect: Allow, Action: s3:GetObject, Resource: "arn:aws:s3:::a/*"}`},
			after:  []string{`{Effect: Allow, Action: s3:GetObject, NotResource: "arn:aws:s3:::secret/*"}`},
			want:   []string{"F: s3:GetObject on everything but arn:aws:s3:::secret/*"},
		},
		"a condition goes": {
			before: []string{`{Effect: Allow, Action: iam:PassRole, Resource: "*", Condition: {StringEquals: {iam:PassedToService: a.amazonaws.com}}}`},
			after:  []string{`{Effect: Allow, Action: iam:PassRole, Resource: "*"}`},
			want:   []string{"F: iam:PassRole on *"},
		},
		"a condition comes": {
			before: []string{`{Effect: Allow, Action: iam:PassRole, Resource: "*"}`},
			after:  []string{`{Effect: Allow, Action: iam:PassRole, Resource: "*", Condition: {StringEquals: {iam:PassedToService: a.amazonaws.com}}}`},
		},
		"a value more": {
			before: []string{`{Effect: Allow, Action: iam:PassRole, Resource: "*", Condition: {StringEquals: {iam:PassedToService: a.amazonaws.com}}}`},
			after:  []string{`{Effect: Allow, Action: iam:PassRole, Resource: "*", Condition: {StringEquals: {iam:PassedToService: [a.amazonaws.com, b.amazonaws.com]}}}`},
			want:   []string{"F: iam:PassRole on * if iam:PassedToService is a.amazonaws.com or b.amazonaws.com"},
		},
		"a key by another alias": {
			before: []string{`{Effect: Allow, Action: kms:Decrypt, Resource: "*", Condition: {StringEquals: {kms:RequestAlias: alias/a}}}`},
			after:  []string{`{Effect: Allow, Action: kms:Decrypt, Resource: "*", Condition: {StringEquals: {kms:RequestAlias: [alias/a, {"Fn::Sub": "alias/b-${AWS::Region}"}]}}}`},
			want:   []string{"F: kms:Decrypt on * if kms:RequestAlias is alias/a or alias/b-${AWS::Region}"},
		},
		"a key that has an alias": {
			before: []string{`{Effect: Allow, Action: kms:Decrypt, Resource: "*", Condition: {"ForAnyValue:StringLike": {kms:ResourceAliases: "alias/a-*"}}}`},
			after:  []string{`{Effect: Allow, Action: kms:Decrypt, Resource: "*", Condition: {"ForAnyValue:StringLike": {kms:ResourceAliases: ["alias/a-*", alias/b]}}}`},
			want:   []string{"F: kms:Decrypt on * if kms:ResourceAliases ForAnyValue:StringLike alias/a-* or alias/b"},
		},
		"a value of a pattern": {
			before: []string{`{Effect: Allow, Action: iam:PassRole, Resource: "*", Condition: {StringLike: {iam:PassedToService: "*.amazonaws.com"}}}`},
			after:  []string{`{Effect: Allow, Action: iam:PassRole, Resource: "*", Condition: {StringEquals: {IAM:passedtoservice: [a.amazonaws.com]}}}`},
		},
		"a pattern is a text where the operator takes it for one": {
			before: []string{`{Effect: Allow, Action: iam:PassRole, Resource: "*", Condition: {StringEquals: {iam:PassedToService: "*"}}}`},
			after:  []string{`{Effect: Allow, Action: iam:PassRole, Resource: "*", Condition: {StringEquals: {iam:PassedToService: [a.amazonaws.com]}}}`},
			want:   []string{"F: iam:PassRole on * if iam:PassedToService is a.amazonaws.com"},
		},
		"fewer values are excluded": {
			before: []string{`{Effect: Allow, Action: s3:GetObject, Resource: "*", Condition: {StringNotEquals: {s3:prefix: [a, b]}}}`},
			after:  []string{`{Effect: Allow, Action: s3:GetObject, Resource: "*", Condition: {StringNotEquals: {s3:prefix: [a]}}}`},
			want:   []string{"F: s3:GetObject on * if s3:prefix is not a"},
		},
		"more values are excluded": {
			before: []string{`{Effect: Allow, Action: s3:GetObject, Resource: "*", Condition: {StringNotEquals: {s3:prefix: [a]}}}`},
			after:  []string{`{Effect: Allow, Action: s3:GetObject, Resource: "*", Condition: {StringNotEquals: {s3:prefix: [a, b]}}}`},
		},
		"a key need not be there any more": {
			before: []string{`{Effect: Allow, Action: s3:GetObject, Resource: "*", Condition: {StringEquals: {s3:prefix: a}}}`},
			after:  []string{`{Effect: Allow, Action: s3:GetObject, Resource: "*", Condition: {StringEqualsIfExists: {s3:prefix: a}}}`},
			want:   []string{"F: s3:GetObject on * if s3:prefix is a, if there is one"},
		},
		"a value of another kind": {
			before: []string{`{Effect: Allow, Action: s3:GetObject, Resource: "*", Condition: {StringLike: {aws:SourceArn: "*"}}}`},
			after:  []string{`{Effect: Allow, Action: s3:GetObject, Resource: "*", Condition: {ArnLike: {aws:SourceArn: "arn:*"}}}`},
			want:   []string{"F: s3:GetObject on * if aws:SourceArn is arn:*"},
		},
		"what was excluded is what is let in": {
			before: []string{`{Effect: Allow, Action: s3:GetObject, Resource: "*", Condition: {StringNotEquals: {s3:prefix: a}}}`},
			after:  []string{`{Effect: Allow, Action: s3:GetObject, Resource: "*", Condition: {StringEquals: {s3:prefix: a}}}`},
			want:   []string{"F: s3:GetObject on * if s3:prefix is a"},
		},
		"a number more": {
			before: []string{`{Effect: Allow, Action: s3:ListBucket, Resource: "*", Condition: {NumericLessThan: {s3:max-keys: 5}}}`},
			after:  []string{`{Effect: Allow, Action: s3:ListBucket, Resource: "*", Condition: {NumericLessThan: {s3:max-keys: 50}}}`},
			want:   []string{"F: s3:ListBucket on * if s3:max-keys NumericLessThan 50"},
		},
		"an external id is nobody's business": {
			after: []string{`{Effect: Allow, Action: sts:AssumeRole, Resource: r, Condition: {StringEquals: {sts:ExternalId: s3cr3t}}}`},
			want:  []string{"F: sts:AssumeRole on r if sts:ExternalId is (not shown)"},
		},
		"a prohibition goes": {
			before: []string{`{Effect: Allow, Action: "s3:*", Resource: "*"}`, `{Effect: Deny, Action: s3:DeleteObject, Resource: "*"}`},
			after:  []string{`{Effect: Allow, Action: "s3:*", Resource: "*"}`},
			want:   []string{"no longer denied to F: s3:DeleteObject on *"},
		},
		"a prohibition gets narrower": {
			before: []string{`{Effect: Allow, Action: "s3:*", Resource: "*"}`, `{Effect: Deny, Action: s3:DeleteObject, Resource: "*"}`},
			after:  []string{`{Effect: Allow, Action: "s3:*", Resource: "*"}`, `{Effect: Deny, Action: s3:DeleteObject, Resource: "arn:aws:s3:::a/*"}`},
			want:   []string{"no longer denied to F: s3:DeleteObject on *"},
		},
		"a prohibition gets wider": {
			before: []string{`{Effect: Allow, Action: "s3:*", Resource: "*"}`, `{Effect: Deny, Action: s3:DeleteObject, Resource: "*"}`},
			after:  []string{`{Effect: Allow, Action: "s3:*", Resource: "*"}`, `{Effect: Deny, Action: "s3:Delete*", Resource: "*"}`},
		},
		"a prohibition of what isn't allowed goes": {
			before: []string{`{Effect: Allow, Action: "s3:Get*", Resource: "*"}`, `{Effect: Deny, Action: s3:DeleteObject, Resource: "*"}`},
			after:  []string{`{Effect: Allow, Action: "s3:Get*", Resource: "*"}`},
		},
		"what is allowed and prohibited is no permission": {
			after: []string{`{Effect: Allow, Action: s3:DeleteObject, Resource: "*"}`, `{Effect: Deny, Action: "s3:Delete*", Resource: "*"}`},
		},
		"a condition of the template goes": {
			before: []string{`!If [IsProd, {Effect: Allow, Action: s3:GetObject, Resource: "*"}, !Ref AWS::NoValue]`},
			after:  []string{`{Effect: Allow, Action: s3:GetObject, Resource: "*"}`},
			want:   []string{"F: s3:GetObject on *"},
		},
		"a condition of the template stays": {
			before: []string{`!If [IsProd, {Effect: Allow, Action: ["s3:Get*", sns:Publish], Resource: "*"}, !Ref AWS::NoValue]`},
			after:  []string{`!If [IsProd, {Effect: Allow, Action: s3:GetObject, Resource: !If [IsBig, "*", b]}, !Ref AWS::NoValue]`},
		},
		"a statement that can't be read": {
			after: []string{`!Ref Statement`},
			want:  []string{"F: everything that ${Statement} allows on ${Statement}"},
		},
		"text that would move the cursor": {
			after: []string{`{Effect: Allow, Action: "s3:\e[2JGet", Resource: "*"}`},
			want:  []string{`F: s3:\u001b[2JGet on *`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := grantLines(reviewed(resources(t, role(tc.before...)), resources(t, role(tc.after...))).Widened)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
		})
	}
}

// ownPolicy is a role's policy as a resource of its own.
const ownPolicy = `
P: {Type: AWS::IAM::Policy, Properties: {PolicyName: p, Roles: [!Ref R], PolicyDocument: {Statement: {Effect: Allow, Action: sns:Publish, Resource: t}}}}`

// shared has two functions with one role. In apart each has its own role, and
// only the first function has the permission.
const (
	shared = `
F: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt R.Arn}}
G: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt R.Arn}}
R: {Type: AWS::IAM::Role, Properties: {Policies: [{PolicyDocument: {Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}]}}`
	apart = `
F: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt FRole.Arn}}
G: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt GRole.Arn}}
FRole: {Type: AWS::IAM::Role, Properties: {Policies: [{PolicyDocument: {Statement: [{Effect: Allow, Action: s3:GetObject, Resource: b}]}}]}}
GRole: {Type: AWS::IAM::Role, Properties: {Policies: []}}`
)

func TestIdentities(t *testing.T) {
	for name, tc := range map[string]struct {
		before, after string
		want          []string
	}{
		"a role for each in place of one for all": {
			before: shared, after: apart,
		},
		"one role for all in place of one for each": {
			before: apart, after: shared,
			want: []string{"F, G: s3:* on *"},
		},
		"an action moves to another function's role": {
			before: apart,
			after:  strings.NewReplacer("Policies: []", "Policies: [{PolicyDocument: {Statement: [{Effect: Allow, Action: s3:GetObject, Resource: b}]}}]").Replace(strings.Replace(apart, "s3:GetObject", "s3:ListBucket", 1)),
			want:   []string{"F: s3:ListBucket on b", "G: s3:GetObject on b"},
		},
		"a new function with the role that there is": {
			before: strings.Replace(shared, "G: {", "# ", 1), after: shared,
		},
		"a new function with a role of its own": {
			before: shared,
			after:  shared + "\nH: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt HRole.Arn}}\nHRole: {Type: AWS::IAM::Role, Properties: {Policies: [{PolicyDocument: {Statement: [{Effect: Allow, Action: s3:GetObject, Resource: b}]}}]}}",
			want:   []string{"H: s3:GetObject on b"},
		},
		"a policy of its own": {
			before: role(), after: role() + ownPolicy,
			want: []string{"F: sns:Publish on t"},
		},
		"a policy becomes a part of its role": {
			before: role() + ownPolicy, after: role(`{Effect: Allow, Action: sns:Publish, Resource: t}`),
		},
		"a policy for a role by its name": {
			before: `R: {Type: AWS::IAM::Role, Properties: {RoleName: boss}}`,
			after: `R: {Type: AWS::IAM::Role, Properties: {RoleName: boss}}
P: {Type: AWS::IAM::RolePolicy, Properties: {RoleName: boss, PolicyName: p, PolicyDocument: {Statement: {Effect: Allow, Action: sns:Publish, Resource: t}}}}`,
			want: []string{"R: sns:Publish on t"},
		},
		"a policy for a role that the template doesn't make": {
			before: "{}",
			after:  `P: {Type: AWS::IAM::Policy, Properties: {Roles: [theirs], PolicyDocument: {Statement: {Effect: Allow, Action: sns:Publish, Resource: t}}}}`,
			want:   []string{"theirs: sns:Publish on t"},
		},
		"a managed policy of AWS's": {
			before: role(),
			after:  strings.Replace(role(), "Policies:", `ManagedPolicyArns: ["arn:aws:iam::aws:policy/AmazonS3FullAccess"]`+"\n    Policies:", 1),
			want:   []string{"F: everything that AmazonS3FullAccess allows on arn:aws:iam::aws:policy/AmazonS3FullAccess"},
		},
		"a managed policy under one that allows everything": {
			before: strings.Replace(role(), "Policies:", `ManagedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"]`+"\n    Policies:", 1),
			after:  strings.Replace(role(`{Effect: Allow, Action: "*", Resource: "*"}`), "Policies:", `ManagedPolicyArns: ["arn:aws:iam::aws:policy/AmazonS3FullAccess"]`+"\n    Policies:", 1),
		},
		"a managed policy of the template's": {
			before: role(),
			after: strings.Replace(role(), "Policies:", "ManagedPolicyArns: [!Ref M]\n    Policies:", 1) +
				"\nM: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: {Statement: {Effect: Allow, Action: sns:Publish, Resource: t}}}}",
			want: []string{"F: sns:Publish on t"},
		},
		"a managed policy that names its roles": {
			before: role(),
			after:  role() + "\nM: {Type: AWS::IAM::ManagedPolicy, Properties: {Roles: [!Ref R], PolicyDocument: {Statement: {Effect: Allow, Action: sns:Publish, Resource: t}}}}",
			want:   []string{"F: sns:Publish on t"},
		},
		"a policy of the template's becomes a managed one": {
			before: role() + ownPolicy,
			after:  role() + strings.Replace(ownPolicy, "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", 1),
		},
		"a role that isn't the template's": {
			before: `F: {Type: AWS::Lambda::Function, Properties: {Role: "arn:aws:iam::123456789012:role/a"}}`,
			after:  `F: {Type: AWS::Lambda::Function, Properties: {Role: "arn:aws:iam::123456789012:role/b"}}`,
			want:   []string{"F: everything that b allows on arn:aws:iam::123456789012:role/b"},
		},
		"a permissions boundary goes": {
			before: strings.Replace(role(), "Policies:", "PermissionsBoundary: arn:b\n    Policies:", 1),
			after:  role(),
			want:   []string{"no longer denied to F: everything outside of its permissions boundary on arn:b"},
		},
		"a permissions boundary comes": {
			before: role(),
			after:  strings.Replace(role(), "Policies:", "PermissionsBoundary: arn:b\n    Policies:", 1),
		},
		"another permissions boundary": {
			before: strings.Replace(role(), "Policies:", "PermissionsBoundary: arn:b\n    Policies:", 1),
			after:  strings.Replace(role(), "Policies:", "PermissionsBoundary: arn:c\n    Policies:", 1),
			want:   []string{"no longer denied to F: what another permissions boundary left out on arn:c"},
		},
		"a role of no function": {
			before: `R: {Type: AWS::IAM::Role, Properties: {Policies: []}}`,
			after:  `R: {Type: AWS::IAM::Role, Properties: {Policies: [{PolicyDocument: {Statement: [{Effect: Allow, Action: s3:GetObject, Resource: b}]}}]}}`,
			want:   []string{"R: s3:GetObject on b"},
		},
		"a role of a function's and of something else's": {
			before: role() + "\nX: {Type: AWS::StepFunctions::StateMachine, Properties: {RoleArn: !GetAtt R.Arn}}",
			after:  role(`{Effect: Allow, Action: s3:GetObject, Resource: b}`) + "\nX: {Type: AWS::StepFunctions::StateMachine, Properties: {RoleArn: !GetAtt R.Arn}}",
			want:   []string{"F: s3:GetObject on b", "R: s3:GetObject on b"},
		},
		"a user": {
			before: "{}",
			after:  `U: {Type: AWS::IAM::User, Properties: {Policies: [{PolicyDocument: {Statement: {Effect: Allow, Action: s3:GetObject, Resource: b}}}]}}`,
			want:   []string{"U: s3:GetObject on b"},
		},
		"a function goes": {
			before: shared, after: strings.Replace(shared, "G: {", "# ", 1),
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := grantLines(reviewed(resources(t, tc.before), resources(t, tc.after)).Widened)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
		})
	}
}
