package review_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/deploy/review"
)

// api returns a template with a REST API, whose document has paths.
func api(paths string, more ...string) string {
	return fmt.Sprintf("A: {Type: AWS::ApiGateway::RestApi, Properties: {%s}}", strings.Join(append(more, "Body: {paths: {"+paths+"}}"), ", "))
}

func exposureLines(exposures []review.Exposure) []string {
	var lines []string
	for _, e := range exposures {
		line := e.LogicalID + ": " + e.What
		if len(e.Details) > 0 {
			line += ": " + strings.Join(e.Details, ", ")
		}
		lines = append(lines, line)
	}
	return lines
}

func TestExposures(t *testing.T) {
	const (
		open      = "/o: {get: {}}"
		closed    = "/o: {get: {security: [{auth: []}]}}"
		call      = "A: anyone can call it without credentials: "
		fromVPC   = `Policy: {Statement: {Effect: Allow, Principal: "*", Action: execute-api:Invoke, Resource: "*", Condition: {StringEquals: {aws:SourceVpce: v}}}}`
		fromOne   = `Policy: {Statement: [{Effect: Allow, Principal: "*", Action: execute-api:Invoke, Resource: "*"}, {Effect: Deny, Principal: "*", Action: execute-api:Invoke, Resource: "*", Condition: {NotIpAddress: {aws:SourceIp: 1.2.3.4/32}}}]}`
		fromAll   = `Policy: {Statement: {Effect: Allow, Principal: "*", Action: execute-api:Invoke, Resource: "*"}}`
		isPrivate = `EndpointConfiguration: {Types: [PRIVATE]}`
		regional  = `EndpointConfiguration: {Types: [REGIONAL]}`
		socketAPI = "W: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: WEBSOCKET}}\n"
		httpAPI   = "H: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: HTTP}}\n"
	)
	for name, tc := range map[string]struct {
		before, after string
		want          []string
	}{
		"a new API": {
			after: api(open + ", /p: {get: {security: [{auth: []}]}, post: {security: []}}"),
			want:  []string{call + "GET /o, POST /p"},
		},
		"a route more":                  {api(open), api(open + ", /p: {x-amazon-apigateway-any-method: {}}"), []string{call + "ANY /p"}},
		"a route less":                  {api(open + ", /p: {get: {}}"), api(open), nil},
		"an authorizer goes":            {api(closed), api(open), []string{call + "GET /o"}},
		"an authorizer comes":           {api(open), api(closed), nil},
		"credentials can be left out":   {api(closed), api("/o: {get: {security: [{auth: []}, {}]}}"), []string{call + "GET /o"}},
		"IAM by an extension":           {"", api("/o: {get: {x-amazon-apigateway-auth: {type: AWS_IAM}}}"), nil},
		"an answer to browsers alone":   {"", api("/o: {options: {x-amazon-apigateway-integration: {type: mock}}}"), nil},
		"OPTIONS that a function takes": {"", api("/o: {options: {x-amazon-apigateway-integration: {type: aws_proxy}}}"), []string{call + "OPTIONS /o"}},
		"a private API":                 {"", api(open, isPrivate), nil},
		"private no more": {
			api(closed, isPrivate), api(closed, regional), []string{"A: it can be reached from the internet"},
		},
		"private no more, with an open route": {
			api(open, isPrivate), api(open, regional), []string{call + "GET /o", "A: it can be reached from the internet"},
		},
		"a policy leaves out most":     {"", api(open, fromVPC), nil},
		"a policy leaves out most now": {api(open, fromAll), api(open, fromOne), nil},
		"a policy leaves out nobody now": {
			api(open, fromVPC), api(open, fromAll), []string{"A: anyone can call it without credentials: GET /o", "A: its policy lets anyone do that: execute-api:Invoke on A"},
		},
		"a policy goes": {api(open, fromOne), api(open), []string{call + "GET /o"}},
		"a method without a document": {
			"A: {Type: AWS::ApiGateway::RestApi}\n",
			"A: {Type: AWS::ApiGateway::RestApi}\nR: {Type: AWS::ApiGateway::Resource, Properties: {PathPart: x}}\nM: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref A, ResourceId: !Ref R, HttpMethod: GET, AuthorizationType: NONE}}",
			[]string{"M: anyone can call it without credentials: GET /x"},
		},
		"a method with IAM": {"", "M: {Type: AWS::ApiGateway::Method, Properties: {HttpMethod: GET, AuthorizationType: AWS_IAM}}", nil},
		"a websocket API":   {"", socketAPI, []string{"W: anyone can connect to it without credentials"}},
		"a websocket API with an authorizer": {
			"", socketAPI + "C: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref W, RouteKey: $connect, AuthorizationType: CUSTOM}}", nil,
		},
		"a websocket API's authorizer goes": {
			socketAPI + "C: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref W, RouteKey: $connect, AuthorizationType: CUSTOM}}",
			socketAPI + "C: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref W, RouteKey: $connect, AuthorizationType: NONE}}",
			[]string{"W: anyone can connect to it without credentials"},
		},
		"a route of an HTTP API": {
			httpAPI, httpAPI + "C: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref H, RouteKey: GET /x}}", []string{"C: anyone can call it without credentials: GET /x"},
		},
		"an HTTP API's document": {"", strings.Replace(httpAPI, "HTTP", "HTTP, Body: {paths: {/x: {get: {}}}}", 1), []string{"H: anyone can call it without credentials: GET /x"}},
		"a function's URL": {
			function + "U: {Type: AWS::Lambda::Url, Properties: {AuthType: AWS_IAM}}", function + "U: {Type: AWS::Lambda::Url, Properties: {AuthType: NONE}}",
			[]string{"U: anyone can call the function by its URL"},
		},
		"anyone may call a function's URL": {
			function, function + `P: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref F, Action: lambda:InvokeFunctionUrl, Principal: "*", FunctionUrlAuthType: NONE}}`, nil,
		},
		"anyone may invoke a function by its URL": {
			function, function + `P: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref F, Action: lambda:InvokeFunction, Principal: "*", InvokedViaFunctionUrl: true}}`, nil,
		},
		"anyone may invoke a function": {
			function, function + `P: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref F, Action: lambda:InvokeFunction, Principal: "*"}}`,
			[]string{"P: its policy lets anyone do that: lambda:InvokeFunction on F"},
		},
		"anyone may send to a queue": {"", queueOpen, []string{"P: its policy lets anyone do that: sqs:SendMessage on Q"}},
		"anyone of an organization": {
			"", strings.Replace(queueOpen, `"*"}}}}`, `"*", Condition: {StringEquals: {aws:PrincipalOrgID: o}}}}}}`, 1), nil,
		},
		"anyone over TLS": {
			"", strings.Replace(queueOpen, `"*"}}}}`, `"*", Condition: {Bool: {aws:SecureTransport: true}}}}}}`, 1),
			[]string{"P: its policy lets anyone do that: sqs:SendMessage on Q"},
		},
		"anyone anywhere": {
			"", strings.Replace(queueOpen, `"*"}}}}`, `"*", Condition: {IpAddress: {aws:SourceIp: 0.0.0.0/0}}}}}}`, 1),
			[]string{"P: its policy lets anyone do that: sqs:SendMessage on Q"},
		},
		"anyone may assume a role": {
			"", `R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Statement: {Effect: Allow, Principal: {AWS: "*"}, Action: sts:AssumeRole}}}}`,
			[]string{"R: its policy lets anyone do that: sts:AssumeRole on R"},
		},
		"a bucket as it is made": {"", "B: {Type: AWS::S3::Bucket}", nil},
		"a bucket that blocks less": {
			"B: {Type: AWS::S3::Bucket, Properties: {PublicAccessBlockConfiguration: {BlockPublicAcls: true, BlockPublicPolicy: true}}}",
			"B: {Type: AWS::S3::Bucket, Properties: {PublicAccessBlockConfiguration: {BlockPublicAcls: true, BlockPublicPolicy: false}}}",
			[]string{"B: public access to it isn't blocked: BlockPublicPolicy"},
		},
		"a bucket that blocks nothing any more": {
			"B: {Type: AWS::S3::Bucket, Properties: {PublicAccessBlockConfiguration: {BlockPublicAcls: true}}}", "B: {Type: AWS::S3::Bucket}",
			[]string{"B: public access to it is no longer blocked"},
		},
		"a public bucket":                  {"", "B: {Type: AWS::S3::Bucket, Properties: {AccessControl: PublicRead}}", []string{"B: anyone can read it: AccessControl PublicRead"}},
		"a load balancer that doesn't say": {"", "L: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer}", []string{"L: it can be reached from the internet"}},
		"an internal load balancer":        {"", "L: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: {Scheme: internal}}", nil},
		"identities for anyone": {
			"C: {Type: AWS::Cognito::IdentityPool, Properties: {AllowUnauthenticatedIdentities: false}}", "C: {Type: AWS::Cognito::IdentityPool, Properties: {AllowUnauthenticatedIdentities: true}}",
			[]string{"C: anyone can get credentials of its role"},
		},
		"a database": {"", "D: {Type: AWS::RDS::DBInstance, Properties: {PubliclyAccessible: true}}", []string{"D: it has an address in the internet"}},
		"a security group": {
			"", "G: {Type: AWS::EC2::SecurityGroup, Properties: {SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}, {IpProtocol: tcp, FromPort: 1, ToPort: 2, CidrIp: 10.0.0.0/8}]}}",
			[]string{"G: it lets in everyone: tcp 22"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := exposureLines(reviewed(resources(t, tc.before), resources(t, tc.after)).Exposed)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
		})
	}
}

// TestDocumentBesideTheTemplate: the document of an API can be a file, and the
// details have the registrations of routes.
func TestDocumentBesideTheTemplate(t *testing.T) {
	digest := strings.Repeat("0123456789abcdef", 4)
	s, err := review.ReadStack([]review.File{
		{Name: "template.json", Data: []byte(`{"Resources": {"A": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"BodyS3Location": {"Bucket": "b", "Key": "shop/dev/template-api-` + digest + `.json"}}}}}`)},
		{Name: "template-api.json", Data: []byte(`{"paths": {"/o": {"get": {}}}}`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	r := review.Of(review.Input{After: s, Origins: review.Origins{Routes: map[string]*app.Source{"GET /o": {File: "main.go", Line: 7}}}})
	want := []string{"A: anyone can call it without credentials: GET /o (main.go:7)"}
	if diff := cmp.Diff(want, exposureLines(r.Exposed)); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}
