package review_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/deploy/review"
)

const (
	function  = "F: {Type: AWS::Lambda::Function, Properties: {Handler: f}}\n"
	bySNS     = `P: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref F, Action: lambda:InvokeFunction, Principal: sns.amazonaws.com, SourceArn: "arn:aws:sns:::a"}}`
	byAnySNS  = `P: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !GetAtt F.Arn, Action: lambda:InvokeFunction, Principal: sns.amazonaws.com}}`
	bucket    = `P: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: b, PolicyDocument: {Statement: [{Effect: Allow, Principal: {AWS: "111122223333"}, Action: s3:GetObject, Resource: "arn:aws:s3:::b/*"}]}}}`
	queueOpen = `P: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [!Ref Q], PolicyDocument: {Statement: {Effect: Allow, Principal: "*", Action: sqs:SendMessage, Resource: "*"}}}}`
	tls       = `{Effect: Deny, Principal: "*", Action: "s3:*", Resource: "*", Condition: {Bool: {aws:SecureTransport: false}}}`
)

// TestHolders: resources' own policies, in all places of a template.
func TestHolders(t *testing.T) {
	for name, tc := range map[string]struct {
		before, after string
		want          []string
	}{
		"a service may invoke a function": {
			before: function, after: function + bySNS,
			want: []string{"sns.amazonaws.com: lambda:InvokeFunction on F if aws:SourceArn is arn:aws:sns:::a (SNS calls it)"},
		},
		"anyone may call a function's URL": {
			before: function,
			after: function + `P: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref F, Action: lambda:InvokeFunctionUrl, Principal: "*", FunctionUrlAuthType: NONE}}
Q: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref F, Action: lambda:InvokeFunction, Principal: "*", InvokedViaFunctionUrl: true}}`,
			want: []string{
				"anyone: lambda:InvokeFunctionUrl on F if lambda:FunctionUrlAuthType is NONE (it has a URL)",
				"anyone: lambda:InvokeFunction on F if lambda:InvokedViaFunctionUrl is true (it has a URL)",
			},
		},
		"for any source": {
			before: function + bySNS, after: function + byAnySNS,
			want: []string{"sns.amazonaws.com: lambda:InvokeFunction on F (SNS calls it)"},
		},
		"for one source, no more for any": {
			before: function + byAnySNS, after: function + bySNS,
		},
		"by another logical id": {
			before: function + bySNS, after: function + "Other" + bySNS,
		},
		"another account may invoke a function": {
			before: function,
			after:  function + `P: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref F, Action: lambda:InvokeFunction, Principal: "111122223333"}}`,
			want:   []string{"account 111122223333: lambda:InvokeFunction on F"},
		},
		"anyone may use a layer": {
			before: "{}",
			after:  `P: {Type: AWS::Lambda::LayerVersionPermission, Properties: {LayerVersionArn: !Ref L, Action: lambda:GetLayerVersion, Principal: "*"}}`,
			want:   []string{"anyone: lambda:GetLayerVersion on L"},
		},
		"a bucket's policy": {
			before: "{}", after: bucket,
			want: []string{"account 111122223333: s3:GetObject on arn:aws:s3:::b/*"},
		},
		"a user of an account that may already": {
			before: bucket,
			after:  `Q: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: b, PolicyDocument: {Statement: [{Effect: Allow, Principal: {AWS: "arn:aws:iam::111122223333:user/x"}, Action: s3:GetObject, Resource: "arn:aws:s3:::b/c"}]}}}`,
		},
		"anyone in place of an account": {
			before: bucket,
			after:  `P: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: b, PolicyDocument: {Statement: [{Effect: Allow, Principal: "*", Action: s3:GetObject, Resource: "arn:aws:s3:::b/*"}]}}}`,
			want:   []string{"anyone: s3:GetObject on arn:aws:s3:::b/*"},
		},
		"an account in place of anyone": {
			before: `P: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: b, PolicyDocument: {Statement: [{Effect: Allow, Principal: {AWS: "*"}, Action: "s3:*", Resource: "*"}]}}}`,
			after:  bucket,
		},
		"a prohibition of a bucket's goes": {
			before: `P: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: b, PolicyDocument: {Statement: [` + tls + `]}}}`,
			after:  `P: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: b, PolicyDocument: {Statement: []}}}`,
			want:   []string{"no longer denied to anyone: s3:* on b if aws:SecureTransport is false"},
		},
		"a policy with a prohibition goes": {
			before: `P: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: b, PolicyDocument: {Statement: [` + tls + `]}}}`,
			after:  "{}",
			want:   []string{"no longer denied to anyone: s3:* on b if aws:SecureTransport is false"},
		},
		"a policy goes with its bucket": {
			before: "B: {Type: AWS::S3::Bucket}\n" + `P: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: !Ref B, PolicyDocument: {Statement: [` + tls + `]}}}`,
			after:  "{}",
		},
		"everyone but one": {
			before: "{}",
			after:  `P: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: b, PolicyDocument: {Statement: [{Effect: Allow, NotPrincipal: {AWS: "111122223333"}, Action: s3:GetObject, Resource: "*"}]}}}`,
			want:   []string{"everyone but account 111122223333: s3:GetObject on b"},
		},
		"a queue's policy": {
			before: "{}", after: queueOpen,
			want: []string{"anyone: sqs:SendMessage on Q"},
		},
		"a topic's policy": {
			before: "{}",
			after:  `P: {Type: AWS::SNS::TopicPolicy, Properties: {Topics: [!Ref T, !Ref U], PolicyDocument: {Statement: {Effect: Allow, Principal: {Service: events.amazonaws.com}, Action: sns:Publish, Resource: "*"}}}}`,
			want:   []string{"events.amazonaws.com: sns:Publish on T", "events.amazonaws.com: sns:Publish on U"},
		},
		"a key's policy": {
			before: `K: {Type: AWS::KMS::Key, Properties: {KeyPolicy: {Statement: [{Effect: Allow, Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}, Action: "kms:*", Resource: "*"}]}}}`,
			after:  `K: {Type: AWS::KMS::Key, Properties: {KeyPolicy: {Statement: [{Effect: Allow, Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}, Action: "kms:*", Resource: "*"}, {Effect: Allow, Principal: {AWS: "arn:aws:iam::111122223333:role/x"}, Action: kms:Decrypt, Resource: "*"}]}}}`,
			want:   []string{"arn:aws:iam::111122223333:role/x: kms:Decrypt on K"},
		},
		"a policy as text": {
			before: "{}",
			after:  `P: {Type: AWS::Logs::ResourcePolicy, Properties: {PolicyName: p, PolicyDocument: '{"Statement": [{"Effect": "Allow", "Principal": {"Service": "es.amazonaws.com"}, "Action": "logs:PutLogEvents", "Resource": "*"}]}'}}`,
			want:   []string{"es.amazonaws.com: logs:PutLogEvents on P"},
		},
		"a policy as text with references": {
			before: "{}",
			after:  `P: {Type: AWS::Logs::ResourcePolicy, Properties: {PolicyDocument: !Sub "{\n\"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"Service\": \"es.amazonaws.com\"}, \"Action\": \"logs:PutLogEvents\", \"Resource\": \"${G.Arn}\"}]}"}}`,
			want:   []string{"es.amazonaws.com: logs:PutLogEvents on ${G.Arn}"},
		},
		"an account by its root, and by its number": {
			before: `P: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [q], PolicyDocument: {Statement: {Effect: Allow, Principal: {AWS: !Sub "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}, Action: "sqs:*", Resource: "*"}}}}`,
			after:  `P: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [q], PolicyDocument: {Statement: {Effect: Allow, Principal: {AWS: !Ref AWS::AccountId}, Action: sqs:SendMessage, Resource: "*"}}}}`,
		},
		"a role of an account that may": {
			before: `P: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [q], PolicyDocument: {Statement: {Effect: Allow, Principal: {AWS: "111122223333"}, Action: "sqs:*", Resource: "*"}}}}`,
			after:  `P: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [q], PolicyDocument: {Statement: {Effect: Allow, Principal: {AWS: "arn:aws:iam::111122223333:role/x"}, Action: sqs:SendMessage, Resource: "*"}}}}`,
		},
		"a service of a region": {
			before: function,
			after:  function + `P: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref F, Action: lambda:InvokeFunction, Principal: !Sub "logs.${AWS::Region}.amazonaws.com"}}`,
			want:   []string{"logs.${AWS::Region}.amazonaws.com: lambda:InvokeFunction on F"},
		},
		"a policy within a resource of a type that nobody knows": {
			before: "{}",
			after:  `X: {Type: Their::New::Thing, Properties: {Access: {Rules: [{Policy: {Statement: {Effect: Allow, Principal: {AWS: "111122223333"}, Action: "x:*", Resource: "*"}}}]}}}`,
			want:   []string{"account 111122223333: x:* on X"},
		},
		"what is no policy, though it has statements": {
			before: "{}",
			after:  `X: {Type: AWS::WAFv2::WebACL, Properties: {Rules: [{Statement: {GeoMatchStatement: {CountryCodes: [DE]}}}]}}`,
		},
		"the policy of an API's document": {
			before: "A: {Type: AWS::ApiGateway::RestApi, Properties: {Body: {paths: {}}}}",
			after:  `A: {Type: AWS::ApiGateway::RestApi, Properties: {Body: {paths: {}, x-amazon-apigateway-policy: {Statement: [{Effect: Allow, Principal: "*", Action: execute-api:Invoke, Resource: "execute-api:/*", Condition: {StringEquals: {aws:SourceVpce: vpce-1}}}]}}}}`,
			want:   []string{"anyone: execute-api:Invoke on execute-api:/* if aws:SourceVpce is vpce-1"},
		},
		"an event bus": {
			before: "{}",
			after:  `P: {Type: AWS::Events::EventBusPolicy, Properties: {StatementId: s, EventBusName: bus, Principal: "111122223333", Action: events:PutEvents}}`,
			want:   []string{"account 111122223333: events:PutEvents on bus"},
		},
		"who may assume a role": {
			before: role(),
			after:  role() + "\nS: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {AWS: \"arn:aws:iam::111122223333:root\", Federated: github}, Action: sts:AssumeRole}]}}}",
			want:   []string{"account 111122223333: sts:AssumeRole on S", "github: sts:AssumeRole on S"},
		},
		"Lambda may assume the role of a function": {
			before: "{}", after: role(),
		},
		"Lambda may assume a role of no function": {
			before: "{}",
			after:  `R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Statement: {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}}}}`,
			want:   []string{"lambda.amazonaws.com: sts:AssumeRole on R"},
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

// TestEventsOfNewFunctions: that a new function's event source may invoke it
// isn't a permission to ask about; for an existing function it is.
func TestEventsOfNewFunctions(t *testing.T) {
	with := resources(t, function+bySNS)
	origins := review.Origins{Resources: map[string]review.Origin{"P": {Function: "f", Source: &app.Source{File: "main.go", Line: 4}}}}
	for name, tc := range map[string]struct {
		before string
		want   []string
	}{
		"new":   {"{}", nil},
		"known": {function, []string{"sns.amazonaws.com: lambda:InvokeFunction on F if aws:SourceArn is arn:aws:sns:::a (main.go:4 SNS calls it)"}},
	} {
		r := review.Of(review.Input{Before: resources(t, tc.before), After: with, Origins: origins})
		if diff := cmp.Diff(tc.want, grantLines(r.Widened)); diff != "" {
			t.Errorf("%s: want -, got +\n%s", name, diff)
		}
	}
}
