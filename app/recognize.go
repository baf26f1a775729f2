package app

// eventError is the error of an event that isn't of the kind that its function
// handles.
type eventError struct {
	kind    string // the kind that it should be
	problem string
	sender  string // what seems to have sent it, "" if unknown
}

// Error says what the event isn't, why, and what it looks like.
func (e *eventError) Error() string {
	text := "this is no " + e.kind + " event: " + e.problem
	if e.sender != "" {
		text += "; it looks to come from " + e.sender
	}
	return text
}

// noEvent returns the error of an event that isn't of a kind.
func (e *event) noEvent(kind, problem string) error {
	return &eventError{kind, problem, sender(e.raw)}
}

// missing returns the error of an event that lacks something.
func (e *event) missing(kind, what string) error { return e.noEvent(kind, what+" is missing") }

// forms recognize the senders of events by members at the top of an event or in
// its requestContext. The first form that fits counts.
var forms = []struct {
	sender       string
	top, context []string
}{
	{sender: "Amazon EventBridge", top: []string{"detail-type", "source"}},
	{sender: "API Gateway, as a question to an authorizer", top: []string{"methodArn"}},
	{sender: "API Gateway, as a question to an authorizer", top: []string{"routeArn"}},
	{sender: "a websocket API", context: []string{"connectionId"}},
	{sender: "a load balancer", context: []string{"elb"}},
	{sender: "an HTTP API or function URL", context: []string{"http"}},
	{sender: "VPC Lattice", context: []string{"serviceNetworkArn"}},
	{sender: "VPC Lattice", top: []string{"raw_path", "method"}},
	{sender: "a REST API", context: []string{"resourcePath"}},
	{sender: "CloudWatch Logs", top: []string{"awslogs"}},
	{sender: "Amazon Data Firehose", top: []string{"deliveryStreamArn", "records"}},
	{sender: "Amazon Cognito", top: []string{"triggerSource", "userPoolId"}},
}

// services are the senders of records and batches, by the name in the event.
var services = []struct{ source, name string }{
	{"aws:sqs", "Amazon SQS"},
	{"aws:sns", "Amazon SNS"},
	{"aws:s3", "Amazon S3"},
	{"aws:kinesis", "Amazon Kinesis"},
	{"aws:dynamodb", "Amazon DynamoDB"},
	{"aws:ses", "Amazon SES"},
	{"aws:codecommit", "AWS CodeCommit"},
	{"aws:kafka", "Amazon MSK"},
	{"SelfManagedKafka", "Apache Kafka"},
	{"aws:mq", "Amazon MQ"},
	{"aws:rmq", "Amazon MQ"},
	{"aws:amq", "Amazon MQ"},
	{"aws:docdb", "Amazon DocumentDB"},
	{"aws:cloudformation", "AWS CloudFormation"},
	{"aws:secretsmanager", "AWS Secrets Manager"},
	{"aws:kinesisfirehose", "Amazon Data Firehose"},
}

// sender names what seems to have sent an event, "" if it isn't known.
func sender(raw string) string {
	record := firstRecord(raw)
	for _, source := range []string{
		member(record, "eventSource"), member(record, "EventSource"), member(raw, "eventSource"),
	} {
		for _, s := range services {
			if s.source == sharedText(source) {
				return s.name
			}
		}
	}
	if isObject(member(record, "cf")) {
		return "CloudFront (Lambda@Edge)"
	}
	context := member(raw, "requestContext")
	for _, form := range forms {
		if hasMembers(raw, form.top) && hasMembers(context, form.context) {
			return form.sender
		}
	}
	return ""
}

// hasMembers reports whether an object has all of some members, none of them
// null.
func hasMembers(raw string, names []string) bool {
	for _, name := range names {
		if isNull(member(raw, name)) {
			return false
		}
	}
	return true
}
