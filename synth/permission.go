package synth

// Permission is something that the framework needs on behalf of a function.
type Permission string

// The permissions that the framework knows of.
const (
	logsPermission      Permission = "logs"
	vpcPermission       Permission = "vpc"
	xrayPermission      Permission = "xray"
	sqsPermission       Permission = "sqs"
	kinesisPermission   Permission = "kinesis"
	dynamoDBPermission  Permission = "dynamodb"
	websocketPermission Permission = "websocket"
)

// permissions says what each needs: the actions, in the reference's order,
// and the resource.
var permissions = map[Permission]struct {
	resource string
	actions  []any
}{
	logsPermission: {"arn:*:logs:*:*:*", []any{
		"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents",
	}},
	vpcPermission: {"*", []any{
		"ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces",
		"ec2:DetachNetworkInterface", "ec2:DeleteNetworkInterface",
	}},
	xrayPermission: {"*", []any{
		"xray:PutTraceSegments", "xray:PutTelemetryRecords",
	}},
	sqsPermission: {"*", []any{
		"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes",
	}},
	kinesisPermission: {"*", []any{
		"kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:DescribeStream", "kinesis:ListStreams",
	}},
	dynamoDBPermission: {"*", []any{
		"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams",
	}},
	websocketPermission: {"arn:*:execute-api:*:*:*/@connections/*", []any{
		"execute-api:ManageConnections",
	}},
}

func (p Permission) statement() *Object {
	needs := permissions[p]
	return object("Effect", "Allow", "Action", needs.actions, "Resource", needs.resource)
}
