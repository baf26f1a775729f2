package sample

import (
	"cmp"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"strings"

	"github.com/chalice-go/chalice/app"
)

// message makes the event of a queue's message.
// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
func message(f app.FunctionModel, o Options) (any, error) {
	queue := arn("sqs", cmp.Or(f.SQS.QueueARN, f.SQS.Queue))
	body := o.text(exampleJSON)
	sum := md5.Sum([]byte(body))
	attributes := dict{
		"ApproximateReceiveCount":          "1",
		"SentTimestamp":                    millis,
		"SenderId":                         "AIDAEXAMPLEEXAMPLE000",
		"ApproximateFirstReceiveTimestamp": millis,
	}
	if strings.HasSuffix(queue, ".fifo") {
		attributes["MessageGroupId"] = "group"
		attributes["MessageDeduplicationId"] = "deduplication"
		attributes["SequenceNumber"] = "18849496460467696128"
	}
	return records(dict{
		"messageId":         "059f36b4-87a3-44ab-83d2-661975830a7d",
		"receiptHandle":     "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
		"body":              body,
		"attributes":        attributes,
		"messageAttributes": dict{},
		"md5OfBody":         hex.EncodeToString(sum[:]),
		"eventSource":       "aws:sqs",
		"eventSourceARN":    queue,
		"awsRegion":         regionOf(queue),
	}), nil
}

// streamRecord makes the event of a record of a Kinesis stream.
// https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
func streamRecord(f app.FunctionModel, o Options) (any, error) {
	stream := f.Kinesis.Stream
	if !strings.HasPrefix(stream, "arn:") {
		stream = arn("kinesis", "stream/"+stream)
	}
	const sequence = "49590338271490256608559692538361571095921575989136588898"
	return records(dict{
		"kinesis": dict{
			"kinesisSchemaVersion":        "1.0",
			"partitionKey":                "1",
			"sequenceNumber":              sequence,
			"data":                        base64.StdEncoding.EncodeToString([]byte(o.text(exampleJSON))),
			"approximateArrivalTimestamp": epoch + 0.89,
		},
		"eventSource":       "aws:kinesis",
		"eventVersion":      "1.0",
		"eventID":           "shardId-000000000006:" + sequence,
		"eventName":         "aws:kinesis:record",
		"invokeIdentityArn": "arn:aws:iam::" + account + ":role/" + f.Name,
		"awsRegion":         regionOf(stream),
		"eventSourceARN":    stream,
	}), nil
}
