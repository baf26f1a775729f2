package synth

// permission is something that the framework needs on behalf of a function.
type permission string

// The permissions that the framework knows of.
const (
	logsPermission      permission = "logs"
	vpcPermission       permission = "vpc"
	xrayPermission      permission = "xray"
	sqsPermission       permission = "sqs"
	kinesisPermission   permission = "kinesis"
	dynamoDBPermission  permission = "dynamodb"
	websocketPermission permission = "websocket"
)

// permissions says what each needs.
var permissions = map[permission]struct {
	// For the shared role: the reference's actions, in its order, and its
	// resource.
	actions  []string
	resource string
	// For a function's own role: a name, the actions that are needed on the
	// resource that the function is about, and those that take no resource.
	sid      string
	on       []string
	anywhere []string
}{
	logsPermission: {
		resource: "arn:*:logs:*:*:*",
		actions:  []string{"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"},
	},
	vpcPermission: {
		resource: "*",
		actions: []string{
			"ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces",
			"ec2:DetachNetworkInterface", "ec2:DeleteNetworkInterface",
		},
		sid: "NetworkInterfaces",
		// https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
		anywhere: []string{
			"ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
			"ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
		},
	},
	xrayPermission: {
		resource: "*",
		actions:  []string{"xray:PutTraceSegments", "xray:PutTelemetryRecords"},
		sid:      "Tracing",
		anywhere: []string{"xray:PutTelemetryRecords", "xray:PutTraceSegments"},
	},
	sqsPermission: {
		resource: "*",
		actions:  []string{"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"},
		sid:      "EventSource",
		on:       []string{"sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"},
	},
	kinesisPermission: {
		resource: "*",
		actions:  []string{"kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:DescribeStream", "kinesis:ListStreams"},
		sid:      "EventSource",
		on: []string{
			"kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords",
			"kinesis:GetShardIterator", "kinesis:ListShards",
		},
		anywhere: []string{"kinesis:ListStreams"},
	},
	dynamoDBPermission: {
		resource: "*",
		actions:  []string{"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"},
		sid:      "EventSource",
		on:       []string{"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"},
		anywhere: []string{"dynamodb:ListStreams"},
	},
	websocketPermission: {
		resource: "arn:*:execute-api:*:*:*/@connections/*",
		actions:  []string{"execute-api:ManageConnections"},
	},
}

// shared returns the permission as the shared role has it.
func (p permission) shared() statement {
	needs := permissions[p]
	return statement{actions: needs.actions, resources: []text{{needs.resource}}}
}

// own returns the permission as a function's own role has it, on the resource
// that the function is about, if it is about one.
func (p permission) own(resource text) []statement {
	needs := permissions[p]
	var list []statement
	if len(needs.on) > 0 {
		list = append(list, statement{sid: needs.sid, actions: needs.on, resources: []text{resource}})
	}
	if len(needs.anywhere) > 0 {
		sid := needs.sid
		if len(needs.on) > 0 {
			sid += "List"
		}
		list = append(list, statement{sid: sid, actions: needs.anywhere, resources: []text{{"*"}}})
	}
	return list
}
