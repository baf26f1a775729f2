package cdkconstruct_test

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"

	"github.com/chalice-go/chalice/cdkconstruct"
)

// TestTokensInConfiguration: strings and lists that are known only when the
// stack is deployed arrive whole, wherever they can stand.
func TestTokensInConfiguration(t *testing.T) {
	stack := newStack(t)
	queue := awssqs.NewQueue(stack, jsii.String("Queue"), nil)
	role := awsiam.NewRole(stack, jsii.String("Role"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
	})
	ref := func(id string) map[string]any { return map[string]any{"Ref": id} }
	cdkconstruct.NewChalice(stack, jsii.String("Api"), shop(&cdkconstruct.StageConfig{
		EnvironmentVariables: &map[string]*string{
			"URL":  queue.QueueUrl(),
			"LINK": jsii.String("https://example.com/" + *queue.QueueName() + "?role=" + *role.RoleArn() + "&${plain}"),
		},
		Tags:             &map[string]*string{"owner": queue.QueueName()},
		ManageIamRole:    jsii.Bool(false),
		IamRoleArn:       role.RoleArn(),
		Layers:           awscdk.Token_AsList(ref("Layers"), nil),
		SubnetIds:        awscdk.Token_AsList(ref("Subnets"), nil),
		SecurityGroupIds: jsii.Strings(*awscdk.Token_AsString(ref("Group"), nil), "sg-1"),
		ApiGatewayStage:  awscdk.Token_AsString(ref("ApiStage"), nil),
		LambdaFunctions: &map[string]*cdkconstruct.FunctionConfig{
			"api_handler": {EnvironmentVariables: &map[string]*string{"ONE": queue.QueueArn()}},
		},
		Raw: &map[string]any{"profile": "none"},
	}))
	got := synthesized(stack)

	queueID, _ := got.only(t, "AWS::SQS::Queue")
	roleID, _ := got.only(t, "AWS::IAM::Role")
	handler := object(got.property("APIHandler").(map[string]any))
	_, stage := got.only(t, "AWS::ApiGateway::Stage")
	for name, tc := range map[string]struct {
		got  any
		want string
	}{
		"a whole string":      {handler.at("Environment", "Variables", "URL"), `{"Ref":"` + queueID + `"}`},
		"within a string":     {handler.at("Environment", "Variables", "LINK"), `{"Fn::Join":["",["https://example.com/",{"Fn::GetAtt":["` + queueID + `","QueueName"]},"?role=",{"Fn::GetAtt":["` + roleID + `","Arn"]},"\u0026${plain}"]]}`},
		"one function's":      {handler.at("Environment", "Variables", "ONE"), `{"Fn::GetAtt":["` + queueID + `","Arn"]}`},
		"the file's":          {handler.at("Environment", "Variables", "FROM"), `"file"`},
		"a tag":               {handler["Tags"].([]any)[1], `{"Key":"owner","Value":{"Fn::GetAtt":["` + queueID + `","QueueName"]}}`},
		"a role":              {handler["Role"], `{"Fn::GetAtt":["` + roleID + `","Arn"]}`},
		"a list":              {handler["Layers"], `{"Ref":"Layers"}`},
		"a list of two":       {handler.at("VpcConfig"), `{"SecurityGroupIds":[{"Ref":"Group"},"sg-1"],"SubnetIds":{"Ref":"Subnets"}}`},
		"a name":              {stage["StageName"], `{"Ref":"ApiStage"}`},
		"text with variables": {got.at("Outputs", "EndpointURL", "Value"), `{"Fn::Sub":["https://${RestAPI}.execute-api.${AWS::Region}.${AWS::URLSuffix}/${Token1}/",{"Token1":{"Ref":"ApiStage"}}]}`},
	} {
		t.Run(name, func(t *testing.T) { want(t, name, tc.got, tc.want) })
	}
}

// TestTokensInRoles: the roles of the construct have a boundary and policies of the
// stack's, and all that it makes has the tags, also those that are tokens.
func TestTokensInRoles(t *testing.T) {
	stack := newStack(t)
	queue := awssqs.NewQueue(stack, jsii.String("Queue"), nil)
	boundary := awsiam.NewManagedPolicy(stack, jsii.String("Boundary"), &awsiam.ManagedPolicyProps{
		Statements: &[]awsiam.PolicyStatement{awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Actions: jsii.Strings("logs:*"), Resources: jsii.Strings("*"),
		})},
	})
	cdkconstruct.NewChalice(stack, jsii.String("Api"), shop(&cdkconstruct.StageConfig{
		Tags:                &map[string]*string{"owner": queue.QueueName()},
		TagResources:        jsii.Bool(true),
		PermissionsBoundary: boundary.ManagedPolicyArn(),
		RolePath:            jsii.String("/team/"),
		ManagedPolicies:     &[]*string{boundary.ManagedPolicyArn(), jsii.String("arn:aws:iam::aws:policy/ReadOnlyAccess")},
	}))
	got := synthesized(stack)

	boundaryID, _ := got.only(t, "AWS::IAM::ManagedPolicy")
	queueID, _ := got.only(t, "AWS::SQS::Queue")
	_, role := got.only(t, "AWS::IAM::Role")
	_, stage := got.only(t, "AWS::ApiGateway::Stage")
	owner := `{"Key":"owner","Value":{"Fn::GetAtt":["` + queueID + `","QueueName"]}}`
	want(t, "the boundary", role["PermissionsBoundary"], `{"Ref":"`+boundaryID+`"}`)
	want(t, "the path", role["Path"], `"/team/"`)
	want(t, "the policies", role["ManagedPolicyArns"], `[{"Ref":"`+boundaryID+`"},"arn:aws:iam::aws:policy/ReadOnlyAccess"]`)
	want(t, "the role's tag", role["Tags"].([]any)[1], owner)
	want(t, "the stage's tag", stage["Tags"].([]any)[1], owner)
}

// TestIntrinsicsInRaw: what the fields have no room for, intrinsic functions and
// tokens in place of a list, arrives as well.
func TestIntrinsicsInRaw(t *testing.T) {
	stack := newStack(t)
	queue := awssqs.NewQueue(stack, jsii.String("Queue"), nil)
	cdkconstruct.NewChalice(stack, jsii.String("Api"), shop(&cdkconstruct.StageConfig{
		ApiGatewayEndpointType: jsii.String("PRIVATE"),
		Raw: &map[string]any{
			"layers":                    []any{map[string]any{"Fn::ImportValue": "Layer"}, "arn:aws:lambda:eu-west-1:123456789012:layer:l:1"},
			"subnet_ids":                map[string]any{"Fn::Split": []any{",", map[string]any{"Fn::ImportValue": "Subnets"}}},
			"security_group_ids":        awscdk.Token_AsString(map[string]any{"Ref": "Groups"}, nil),
			"tags":                      map[string]any{"owner": map[string]any{"Fn::Join": []any{"-", []any{"of", queue.QueueName()}}}},
			"manage_iam_role":           false,
			"iam_role_arn":              map[string]any{"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/own"},
			"api_gateway_endpoint_vpce": map[string]any{"Fn::Split": []any{",", map[string]any{"Fn::ImportValue": "Endpoints"}}},
		},
	}))
	got := synthesized(stack)

	queueID, _ := got.only(t, "AWS::SQS::Queue")
	handler := object(got.property("APIHandler").(map[string]any))
	endpoints := `{"Fn::Split":[",",{"Fn::ImportValue":"Endpoints"}]}`
	for name, tc := range map[string]struct {
		got  any
		want string
	}{
		"layers":    {handler["Layers"], `[{"Fn::ImportValue":"Layer"},"arn:aws:lambda:eu-west-1:123456789012:layer:l:1"]`},
		"a VPC":     {handler["VpcConfig"], `{"SecurityGroupIds":{"Ref":"Groups"},"SubnetIds":{"Fn::Split":[",",{"Fn::ImportValue":"Subnets"}]}}`},
		"a tag":     {handler["Tags"].([]any)[1], `{"Key":"owner","Value":{"Fn::Join":["-",["of",{"Fn::GetAtt":["` + queueID + `","QueueName"]}]]}}`},
		"a role":    {handler["Role"], `{"Fn::Sub":"arn:${AWS::Partition}:iam::${AWS::AccountId}:role/own"}`},
		"endpoints": {got.property("RestAPI", "Body", "x-amazon-apigateway-endpoint-configuration"), `{"vpcEndpointIds":` + endpoints + `}`},
	} {
		t.Run(name, func(t *testing.T) { want(t, name, tc.got, tc.want) })
	}
}

// TestTokensInRegistrations: a program can register handlers for what other
// constructs make, by names and by ARNs.
func TestTokensInRegistrations(t *testing.T) {
	queue := func(s awscdk.Stack) awssqs.Queue { return awssqs.NewQueue(s, jsii.String("Queue"), nil) }
	topic := func(s awscdk.Stack) awssns.Topic { return awssns.NewTopic(s, jsii.String("Topic"), nil) }
	const (
		source       = "AWS::Lambda::EventSourceMapping"
		subscription = "AWS::SNS::Subscription"
	)
	for name, tc := range map[string]struct {
		variable      string
		value         func(awscdk.Stack) *string
		typ, property string
		want          string
	}{
		"a queue's name": {
			"QUEUE", func(s awscdk.Stack) *string { return queue(s).QueueName() }, source, "EventSourceArn",
			`{"Fn::Sub":["arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${Token1}",{"Token1":{"Fn::GetAtt":["Queue4A7E3555","QueueName"]}}]}`,
		},
		"a part of a queue's name": {
			"QUEUE", func(s awscdk.Stack) *string { return jsii.String(*s.StackName() + "-" + *awscdk.Aws_REGION()) }, source, "EventSourceArn",
			`{"Fn::Sub":["arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:Shop-${Token1}",{"Token1":{"Ref":"AWS::Region"}}]}`,
		},
		"a queue's ARN": {
			"QUEUE", func(s awscdk.Stack) *string { return queue(s).QueueArn() }, source, "EventSourceArn",
			`{"Fn::GetAtt":["Queue4A7E3555","Arn"]}`,
		},
		"a topic's name": {
			"TOPIC", func(s awscdk.Stack) *string { return topic(s).TopicName() }, subscription, "TopicArn",
			`{"Fn::Sub":["arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:${Token1}",{"Token1":{"Fn::GetAtt":["TopicBFC7AF6E","TopicName"]}}]}`,
		},
		"a topic's ARN": {
			"TOPIC", func(s awscdk.Stack) *string { return topic(s).TopicArn() }, subscription, "TopicArn",
			`{"Ref":"TopicBFC7AF6E"}`,
		},
		"an ARN of several parts": {
			"TOPIC", func(s awscdk.Stack) *string {
				return s.FormatArn(&awscdk.ArnComponents{Service: jsii.String("sns"), Resource: jsii.String("mine")})
			}, subscription, "TopicArn",
			`{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},":sns:",{"Ref":"AWS::Region"},":",{"Ref":"AWS::AccountId"},":mine"]]}`,
		},
		"an ARN in one token": {
			"TOPIC", func(s awscdk.Stack) *string {
				return awscdk.Token_AsString(map[string]any{"Fn::Join": []any{"", []any{
					"arn:aws:sns:us-west-2:123456789012:", map[string]any{"Ref": "AWS::StackName"},
				}}}, nil)
			}, subscription, "TopicArn",
			`{"Fn::Join":["",["arn:aws:sns:us-west-2:123456789012:",{"Ref":"AWS::StackName"}]]}`,
		},
		"a bucket's name": {
			"BUCKET", func(s awscdk.Stack) *string {
				return awss3.NewBucket(s, jsii.String("Bucket"), nil).BucketName()
			}, "Custom::S3BucketNotifications", "Bucket",
			`{"Ref":"Bucket83908E77"}`,
		},
		"an ARN that is allowed": {
			"ALLOWED", func(s awscdk.Stack) *string {
				return awss3.NewBucket(s, jsii.String("Bucket"), nil).ArnForObjects(jsii.String("*"))
			}, "AWS::IAM::Role", "Policies",
			`[{"PolicyDocument":{"Statement":[{"Action":["s3:GetObject"],"Effect":"Allow","Resource":{"Fn::Join":["",[{"Fn::GetAtt":["Bucket83908E77","Arn"]},"/*"]]},"Sid":"S3"},{"Action":["logs:CreateLogGroup","logs:CreateLogStream","logs:PutLogEvents"],"Effect":"Allow","Resource":"arn:*:logs:*:*:*"}],"Version":"2012-10-17"},"PolicyName":"DefaultRolePolicy"}]`,
		},
		"the stream of another stack's table": {
			"STREAM", func(s awscdk.Stack) *string { return tableOf(s).TableStreamArn() }, source, "EventSourceArn",
			`{"Fn::ImportValue":"Data:ExportsOutputFnGetAttTableCD117FA1StreamArnB270E65B"}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			stack := newStack(t)
			value := tc.value(stack)
			cdkconstruct.NewChalice(stack, jsii.String("Api"), shop(environment(&tc.variable, value)))
			got := synthesized(stack)
			_, properties := got.only(t, tc.typ)
			want(t, tc.property, properties[tc.property], tc.want)
			want(t, tc.variable, got.property("APIHandler", "Environment", "Variables", tc.variable), text(stack.Resolve(value)))
		})
	}
}

// tableOf returns a table in another stack.
func tableOf(stack awscdk.Stack) awsdynamodb.Table {
	data := awscdk.NewStack(awscdk.Stage_Of(stack), jsii.String("Data"), nil)
	return awsdynamodb.NewTable(data, jsii.String("Table"), &awsdynamodb.TableProps{
		PartitionKey: &awsdynamodb.Attribute{Name: jsii.String("id"), Type: awsdynamodb.AttributeType_STRING},
		Stream:       awsdynamodb.StreamViewType_KEYS_ONLY,
	})
}

// TestTokensAreNotNumbered: the API is deployed anew when what a token in its
// definition stands for is another, but not when the CDK numbers it otherwise.
func TestTokensAreNotNumbered(t *testing.T) {
	deployment := func(pool string, before int) string {
		stack := newStack(t)
		for range before {
			awscdk.Token_AsString(map[string]any{"Ref": "Unused"}, nil)
		}
		arn := awscdk.Token_AsString(map[string]any{"Fn::GetAtt": []any{pool, "Arn"}}, nil)
		cdkconstruct.NewChalice(stack, jsii.String("Api"), shop(environment(jsii.String("POOL"), arn)))
		got := synthesized(stack)
		want(t, "the pool", got.property("RestAPI", "Body", "securityDefinitions", "pool", "x-amazon-apigateway-authorizer", "providerARNs"),
			`[{"Fn::GetAtt":["`+pool+`","Arn"]}]`)
		id, _ := got.only(t, "AWS::ApiGateway::Deployment")
		return id
	}
	first := deployment("Pool", 0)
	if again := deployment("Pool", 3); again != first {
		t.Errorf("the same API is deployed as %s and as %s", first, again)
	}
	if other := deployment("OtherPool", 0); other == first {
		t.Errorf("another API is not deployed: both are %s", first)
	}
}
