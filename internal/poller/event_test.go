package poller_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
	kinesis "github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	sqs "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/poller"
)

// same compares JSON with what it should be, ignoring the order of keys.
func same(t *testing.T, got string, err error, want string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var a, b any
	if err := json.Unmarshal([]byte(got), &a); err != nil {
		t.Fatalf("%v in %s", err, got)
	}
	if err := json.Unmarshal([]byte(want), &b); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(b, a); diff != "" {
		t.Error(diff)
	}
}

func TestMessage(t *testing.T) {
	got, err := poller.Message(sqs.Message{
		MessageId: new("059f36b4"), ReceiptHandle: new("AQEB=="), Body: new(`{"a": "<&>é"}`), MD5OfBody: new("e4e6"), MD5OfMessageAttributes: new("b1"),
		Attributes: map[string]string{"ApproximateReceiveCount": "2", "MessageGroupId": "g"},
		MessageAttributes: map[string]sqs.MessageAttributeValue{
			"n": {DataType: new("Number"), StringValue: new("100")},
			"b": {DataType: new("Binary.png"), BinaryValue: []byte{0xff, 0}},
		},
	})
	same(t, got, err, `{
		"messageId": "059f36b4", "receiptHandle": "AQEB==", "body": "{\"a\": \"<&>é\"}",
		"attributes": {"ApproximateReceiveCount": "2", "MessageGroupId": "g"},
		"messageAttributes": {
			"n": {"stringValue": "100", "stringListValues": [], "binaryListValues": [], "dataType": "Number"},
			"b": {"binaryValue": "/wA=", "stringListValues": [], "binaryListValues": [], "dataType": "Binary.png"}
		},
		"md5OfBody": "e4e6", "md5OfMessageAttributes": "b1",
		"eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:jobs", "awsRegion": "eu-west-1"
	}`)
	plain, err := poller.Message(sqs.Message{MessageId: new("1"), ReceiptHandle: new("r"), Body: new("x"), MD5OfBody: new("m")})
	same(t, plain, err, `{"messageId": "1", "receiptHandle": "r", "body": "x", "attributes": {}, "messageAttributes": {}, "md5OfBody": "m",
		"eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:jobs", "awsRegion": "eu-west-1"}`)
}

func TestKinesisRecord(t *testing.T) {
	got, err := poller.KinesisRecord(kinesis.Record{
		SequenceNumber: new("495903"), PartitionKey: new("k"), Data: []byte("Hello"), ApproximateArrivalTimestamp: new(time.UnixMilli(1545084650987)),
	})
	same(t, got, err, `{
		"kinesis": {"kinesisSchemaVersion": "1.0", "partitionKey": "k", "sequenceNumber": "495903", "data": "SGVsbG8=", "approximateArrivalTimestamp": 1545084650.987},
		"eventSource": "aws:kinesis", "eventVersion": "1.0", "eventID": "shardId-000000000006:495903", "eventName": "aws:kinesis:record",
		"invokeIdentityArn": "arn:aws:iam::123456789012:role/count", "awsRegion": "eu-west-1",
		"eventSourceARN": "arn:aws:kinesis:eu-west-1:123456789012:stream/clicks"
	}`)
}

func TestTableRecord(t *testing.T) {
	got, err := poller.TableRecord(types.Record{
		EventID: new("c4ca"), EventName: types.OperationTypeRemove, EventVersion: new("1.1"), EventSource: new("aws:dynamodb"), AwsRegion: new("eu-west-1"),
		UserIdentity: &types.Identity{Type: new("Service"), PrincipalId: new("dynamodb.amazonaws.com")},
		Dynamodb: &types.StreamRecord{
			ApproximateCreationDateTime: new(time.Unix(1428537600, 0)), SequenceNumber: new("4421"), SizeBytes: new(int64(26)),
			StreamViewType: types.StreamViewTypeNewAndOldImages,
			Keys:           map[string]types.AttributeValue{"id": &types.AttributeValueMemberN{Value: "1.50"}},
			OldImage: map[string]types.AttributeValue{
				"s":    &types.AttributeValueMemberS{Value: "<&>"},
				"b":    &types.AttributeValueMemberB{Value: []byte{0xff}},
				"none": &types.AttributeValueMemberB{},
				"t":    &types.AttributeValueMemberBOOL{Value: false},
				"0":    &types.AttributeValueMemberNULL{Value: true},
				"ss":   &types.AttributeValueMemberSS{Value: []string{"a"}},
				"ns":   &types.AttributeValueMemberNS{Value: []string{"1"}},
				"bs":   &types.AttributeValueMemberBS{Value: [][]byte{{0}}},
				"l":    &types.AttributeValueMemberL{Value: []types.AttributeValue{&types.AttributeValueMemberS{Value: "x"}}},
				"el":   &types.AttributeValueMemberL{},
				"m":    &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"k": &types.AttributeValueMemberS{}}},
				"em":   &types.AttributeValueMemberM{},
			},
		},
	})
	same(t, got, err, `{
		"eventID": "c4ca", "eventName": "REMOVE", "eventVersion": "1.1", "eventSource": "aws:dynamodb", "awsRegion": "eu-west-1",
		"userIdentity": {"type": "Service", "principalId": "dynamodb.amazonaws.com"},
		"dynamodb": {
			"ApproximateCreationDateTime": 1428537600, "SequenceNumber": "4421", "SizeBytes": 26, "StreamViewType": "NEW_AND_OLD_IMAGES",
			"Keys": {"id": {"N": "1.50"}},
			"OldImage": {
				"s": {"S": "<&>"}, "b": {"B": "/w=="}, "none": {"B": ""}, "t": {"BOOL": false}, "0": {"NULL": true}, "ss": {"SS": ["a"]}, "ns": {"NS": ["1"]},
				"bs": {"BS": ["AA=="]}, "l": {"L": [{"S": "x"}]}, "el": {"L": []}, "m": {"M": {"k": {"S": ""}}}, "em": {"M": {}}
			}
		},
		"eventSourceARN": "arn:aws:dynamodb:eu-west-1:123456789012:table/things/stream/2026-01-02T03:04:05.678"
	}`)
	_, err = poller.TableRecord(types.Record{Dynamodb: &types.StreamRecord{Keys: map[string]types.AttributeValue{"id": &types.UnknownUnionMember{Tag: "Q"}}}})
	if err == nil {
		t.Error("a value of an unknown type is taken")
	}
}
