package apptest

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
)

// KinesisRecord is a record of a stream. Fields that are left out have fixed
// values.
type KinesisRecord struct {
	Data         []byte
	PartitionKey string // empty: 1
}

// Kinesis makes an event of records of a stream, given by its name or ARN. The
// first record has the sequence number 12345, the second 12346, and so on.
func (e *Events) Kinesis(stream string, data ...[]byte) json.RawMessage {
	e.t.Helper()
	all := make([]KinesisRecord, len(data))
	for i, d := range data {
		all[i].Data = d
	}
	return e.KinesisRecords(stream, all...)
}

// KinesisRecords is like Kinesis, for records that have more than data.
func (e *Events) KinesisRecords(stream string, data ...KinesisRecord) json.RawMessage {
	e.t.Helper()
	all := make([]object, len(data))
	for i, d := range data {
		sequence := fmt.Sprint(12345 + i)
		all[i] = object{
			"kinesis": object{
				"kinesisSchemaVersion":        "1.0",
				"partitionKey":                cmp.Or(d.PartitionKey, "1"),
				"sequenceNumber":              sequence,
				"data":                        base64.StdEncoding.EncodeToString(d.Data),
				"approximateArrivalTimestamp": 1545084650.987,
			},
			"eventSource":       "aws:kinesis",
			"eventVersion":      "1.0",
			"eventID":           "shardId-000000000006:" + sequence,
			"eventName":         "aws:kinesis:record",
			"invokeIdentityArn": "arn:aws:iam::123:role/lambda-role",
			"awsRegion":         region,
			"eventSourceARN":    arn("kinesis", "us-east-2", "123", streamResource(stream)),
		}
	}
	return e.event(records(all...))
}

func streamResource(stream string) string {
	if strings.HasPrefix(stream, "arn:") {
		return stream
	}
	return "stream/" + stream
}
