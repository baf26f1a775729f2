package standin

import "github.com/chalice-go/chalice/app"

// Source is what events come from.
type Source struct {
	What string // in the words of messages
	// Types are those of the resources that make one in templates, that of
	// CloudFormation first. The attributes of each are in forms.
	Types []string
	// Name is the property of the first type that has the name by which an app can
	// know the source; empty: it can't know it by a name of its own.
	Name string
	ARN  string // the attribute of that type that is the ARN of what events come from
}

// Type is the type of CloudFormation's, as AWS::SQS::Queue.
func (s Source) Type() string { return s.Types[0] }

// Sources has the source of each kind of event that has one. A test of package layout
// fails for a kind that is missing.
var Sources = map[app.FunctionKind]Source{
	app.SQSKind:      {"queue", []string{"AWS::SQS::Queue", "aws_sqs_queue"}, "QueueName", "Arn"},
	app.SNSKind:      {"topic", []string{"AWS::SNS::Topic", "aws_sns_topic"}, "TopicName", "TopicArn"},
	app.KinesisKind:  {"stream", []string{"AWS::Kinesis::Stream", "aws_kinesis_stream"}, "Name", "Arn"},
	app.DynamoDBKind: {"table", []string{"AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable", "aws_dynamodb_table"}, "", "StreamArn"},
	app.LogsKind:     {"log group", []string{"AWS::Logs::LogGroup", "aws_cloudwatch_log_group"}, "LogGroupName", "Arn"},
	app.S3Kind:       {"bucket", []string{"AWS::S3::Bucket", "aws_s3_bucket"}, "BucketName", "Arn"},
	// Without one, the events are those of the account's default bus.
	app.CloudWatchKind: {"bus", []string{"AWS::Events::EventBus", "aws_cloudwatch_event_bus"}, "Name", "Arn"},
}

// TypeKnown reports whether the attributes of a type of resources are known.
func TypeKnown(typ string) bool { return forms[typ] != nil }
