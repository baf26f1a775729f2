package standin

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// forms say what text an attribute is, by the type of the resource and the
// attribute, where * is the resource's name. In CloudFormation, the attribute "" is
// what Ref gives.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs
var forms = map[string]map[string]string{
	"AWS::SQS::Queue":              {"": queueURL, "QueueUrl": queueURL, "Arn": arn("sqs", "*"), "QueueName": "*"},
	"AWS::SNS::Topic":              {"": arn("sns", "*"), "TopicArn": arn("sns", "*"), "TopicName": "*"},
	"AWS::Kinesis::Stream":         {"": "*", "Arn": arn("kinesis", "stream/*")},
	"AWS::DynamoDB::Table":         {"": "*", "Arn": tableARN, "StreamArn": tableStream},
	"AWS::DynamoDB::GlobalTable":   {"": "*", "Arn": tableARN, "StreamArn": tableStream},
	"AWS::Serverless::SimpleTable": {"": "*", "Arn": tableARN},
	"AWS::S3::Bucket":              {"": "*", "Arn": bucketARN},
	"AWS::Events::EventBus":        {"": "*", "Name": "*", "Arn": arn("events", "event-bus/*")},
	"AWS::Logs::LogGroup":          {"": "*", "Arn": arn("logs", "log-group:*")},
	"AWS::Cognito::UserPool":       {"Arn": arn("cognito-idp", poolID)},
	"AWS::Lambda::Function":        {"": "*", "Arn": arn("lambda", "function:*")},
	"AWS::Serverless::Function":    {"": "*", "Arn": arn("lambda", "function:*")},
	"AWS::Lambda::Alias":           {"": arn("lambda", "function:*:alias"), "AliasArn": arn("lambda", "function:*:alias")},
	"AWS::Lambda::Version":         {"": arn("lambda", "function:*:1"), "FunctionArn": arn("lambda", "function:*:1")},
	"AWS::IAM::Role":               {"": "*", "Arn": roleARN},
	"AWS::KMS::Key":                {"": "*", "KeyId": "*", "Arn": arn("kms", "key/*")},
	"AWS::KMS::ReplicaKey":         {"": "*", "KeyId": "*", "Arn": arn("kms", "key/*")},
	"AWS::KMS::Alias":              {"": "alias/*"},

	"aws_sqs_queue":            {"id": queueURL, "url": queueURL, "arn": arn("sqs", "*"), "name": "*"},
	"aws_sns_topic":            {"id": arn("sns", "*"), "arn": arn("sns", "*"), "name": "*"},
	"aws_kinesis_stream":       {"id": arn("kinesis", "stream/*"), "arn": arn("kinesis", "stream/*"), "name": "*"},
	"aws_dynamodb_table":       {"id": "*", "name": "*", "arn": tableARN, "stream_arn": tableStream},
	"aws_s3_bucket":            {"id": "*", "bucket": "*", "arn": bucketARN},
	"aws_cloudwatch_log_group": {"id": "*", "name": "*", "arn": arn("logs", "log-group:*")},
	"aws_cognito_user_pool":    {"arn": arn("cognito-idp", poolID)},
	"aws_lambda_function":      {"arn": arn("lambda", "function:*"), "qualified_arn": arn("lambda", "function:*:1"), "function_name": "*"},
	"aws_lambda_alias":         {"arn": arn("lambda", "function:*:alias")},
	"aws_iam_role":             {"arn": roleARN, "name": "*"},
	"aws_kms_key":              {"id": "*", "key_id": "*", "arn": arn("kms", "key/*")},
	"aws_kms_alias":            {"id": "alias/*", "name": "alias/*", "arn": arn("kms", "alias/*"), "target_key_arn": arn("kms", "key/*"), "target_key_id": "*"},
	"aws_cloudwatch_event_bus": {"id": "*", "name": "*", "arn": arn("events", "event-bus/*")},
}

const (
	queueURL  = "https://sqs." + region + ".amazonaws.com/" + account + "/*"
	bucketARN = "arn:aws:s3:::*"
	roleARN   = "arn:aws:iam::" + account + ":role/*"
	poolID    = "userpool/*_1"
)

var (
	tableARN    = arn("dynamodb", "table/*")
	tableStream = tableARN + "/stream/2000-01-01T00:00:00.000"
)

func arn(service, resource string) string {
	return "arn:aws:" + service + ":" + region + ":" + account + ":" + resource
}

// allForms returns each form once, those that others are a part of at the end.
func allForms() []string {
	all := map[string]bool{}
	for _, attributes := range forms {
		for _, form := range attributes {
			all[form] = true
		}
	}
	return slices.SortedFunc(maps.Keys(all), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(a, b))
	})
}

// kindOf says what text a form is.
func kindOf(form string) Kind {
	switch {
	case strings.HasPrefix(form, "arn:"):
		return ARN
	case strings.HasPrefix(form, "https:"):
		return URL
	}
	return Name
}
