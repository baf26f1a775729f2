package review

import "strings"

// replacing are the properties that a resource of a type can't change: for
// another value, CloudFormation makes another resource. They are for the
// comparison offline; a change set has this information itself. The table has
// the types that chalice writes, and those that are often merged into a
// template.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/introduction.html
var replacing = map[string][]string{
	"AWS::Lambda::Function":            {"FunctionName", "PackageType", "TenancyConfig"},
	"AWS::Lambda::Permission":          {"*"},
	"AWS::Lambda::EventSourceMapping":  {"EventSourceArn", "SelfManagedEventSource", "StartingPosition", "StartingPositionTimestamp"},
	"AWS::Lambda::Url":                 {"Qualifier", "TargetFunctionArn"},
	"AWS::Lambda::LayerVersion":        {"*"},
	"AWS::Lambda::Version":             {"*"},
	"AWS::Lambda::Alias":               {"FunctionName", "Name"},
	"AWS::Lambda::EventInvokeConfig":   {"FunctionName", "Qualifier"},
	"AWS::CodeDeploy::Application":     {"ApplicationName", "ComputePlatform"},
	"AWS::CodeDeploy::DeploymentGroup": {"ApplicationName", "DeploymentGroupName"},
	"AWS::CloudWatch::Alarm":           {"AlarmName"},
	"AWS::IAM::Role":                   {"Path", "RoleName"},
	"AWS::IAM::Policy":                 {},
	"AWS::IAM::RolePolicy":             {"PolicyName", "RoleName"},
	"AWS::IAM::ManagedPolicy":          {"Description", "ManagedPolicyName", "Path"},
	"AWS::IAM::User":                   {"UserName"},
	"AWS::IAM::Group":                  {"GroupName"},
	"AWS::Logs::LogGroup":              {"LogGroupClass", "LogGroupName"},
	"AWS::Logs::SubscriptionFilter":    {"FilterName", "LogGroupName"},
	"AWS::Events::Rule":                {"EventBusName", "Name"},
	"AWS::Scheduler::Schedule":         {"Name"},
	"AWS::SNS::Topic":                  {"FifoTopic", "TopicName"},
	"AWS::SNS::TopicPolicy":            {},
	"AWS::SNS::Subscription":           {"Endpoint", "Protocol", "TopicArn"},
	"AWS::SQS::Queue":                  {"FifoQueue", "QueueName"},
	"AWS::SQS::QueuePolicy":            {},
	"AWS::S3::Bucket":                  {"BucketName", "ObjectLockEnabled"},
	"AWS::S3::BucketPolicy":            {"Bucket"},
	"AWS::DynamoDB::Table":             {"KeySchema", "LocalSecondaryIndexes", "TableName", "ImportSourceSpecification"},
	"AWS::Kinesis::Stream":             {"Name"},
	"AWS::KMS::Key":                    {"KeyUsage", "MultiRegion"},
	"AWS::SecretsManager::Secret":      {"Name"},
	"AWS::SSM::Parameter":              {"Name"},
	"AWS::CloudFormation::Stack":       {},
	"AWS::ApiGateway::RestApi":         {},
	"AWS::ApiGateway::Deployment":      {"DeploymentCanarySettings", "RestApiId"},
	"AWS::ApiGateway::Stage":           {"RestApiId", "StageName"},
	"AWS::ApiGateway::DomainName":      {"DomainName"},
	"AWS::ApiGateway::BasePathMapping": {
		"BasePath", "DomainName",
	},
	"AWS::ApiGateway::ApiKey":        {"CustomerId", "GenerateDistinctId", "Name", "Value"},
	"AWS::ApiGateway::UsagePlan":     {},
	"AWS::ApiGateway::UsagePlanKey":  {"*"},
	"AWS::WAFv2::WebACLAssociation":  {"ResourceArn", "WebACLArn"},
	"AWS::ApiGateway::Resource":      {"ParentId", "PathPart", "RestApiId"},
	"AWS::ApiGateway::Method":        {"HttpMethod", "ResourceId", "RestApiId"},
	"AWS::ApiGateway::Authorizer":    {"RestApiId"},
	"AWS::ApiGatewayV2::Api":         {"ProtocolType"},
	"AWS::ApiGatewayV2::Route":       {"ApiId"},
	"AWS::ApiGatewayV2::Integration": {"ApiId"},
	"AWS::ApiGatewayV2::Deployment":  {"ApiId"},
	"AWS::ApiGatewayV2::Stage":       {"ApiId", "StageName"},
	"AWS::ApiGatewayV2::Authorizer":  {"ApiId"},
	"AWS::ApiGatewayV2::DomainName":  {"DomainName"},
	"AWS::ApiGatewayV2::ApiMapping":  {"ApiId", "DomainName"},
	// A custom resource itself decides what to do with an update. Chalice's has
	// the bucket's name as id.
	"Custom::S3BucketNotifications": {"Bucket"},
}

// recreation returns whether another value of a property makes another
// resource.
func recreation(kind, property string) string {
	known, ok := replacing[kind]
	if !ok {
		return RecreateMaybe
	}
	for _, p := range known {
		if p == property || p == "*" {
			return RecreateAlways
		}
	}
	return RecreateNever
}

// superseded reports whether nothing is lost when a resource of a type is
// replaced by another one: a deployment of an API is a snapshot, and each has
// its own logical id.
func superseded(kind string) bool {
	return strings.HasSuffix(kind, "::Deployment") && strings.HasPrefix(kind, "AWS::ApiGateway")
}

// holdingNothing are the types of resources with which nothing is lost when another one
// takes their place: what they say, the other one says. Whether it says more is a question
// of its own.
var holdingNothing = []string{"AWS::Lambda::Permission", "AWS::Lambda::EventInvokeConfig"}
