package poller_test

import (
	"regexp"
	"testing"

	"github.com/chalice-go/chalice/internal/poller"
)

// TestWord: what a destination gets has the form of the examples in
// https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html and
// https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
func TestWord(t *testing.T) {
	const kinesis = `"KinesisBatchInfo": {
		"shardId": "shardId-000000000006", "startSequenceNumber": "41", "endSequenceNumber": "42", "batchSize": 2,
		"approximateArrivalOfFirstRecord": "2018-12-17T22:10:50.987Z", "approximateArrivalOfLastRecord": "2018-12-17T22:11:51.000Z",
		"streamArn": "arn:aws:kinesis:eu-west-1:123456789012:stream/clicks"
	}`
	const dynamoDB = `"DDBStreamBatchInfo": {
		"shardId": "shardId-000000000006", "startSequenceNumber": "41", "endSequenceNumber": "42", "batchSize": 2,
		"approximateArrivalOfFirstRecord": "2018-12-17T22:10:50Z", "approximateArrivalOfLastRecord": "2018-12-17T22:11:51Z",
		"streamArn": "arn:aws:dynamodb:eu-west-1:123456789012:table/things/stream/2026-01-02T03:04:05.678"
	}`
	const function = `"functionArn": "arn:aws:lambda:eu-west-1:123456789012:function:shop-dev-count"`
	for name, tc := range map[string]struct {
		table       bool
		invocations int
		threw       bool
		condition   string
		want        string // without its last brace
	}{
		"a function that returned an error": {false, 3, true, "RetryAttemptsExhausted", `{
			"requestContext": {"requestId": "c9b8fa9f", ` + function + `, "condition": "RetryAttemptsExhausted", "approximateInvokeCount": 3},
			"responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
			"version": "1.0", "timestamp": "NOW", ` + kinesis},
		"a function that reported failures": {true, 1, false, "RetryAttemptsExhausted", `{
			"requestContext": {"requestId": "c9b8fa9f", ` + function + `, "condition": "RetryAttemptsExhausted", "approximateInvokeCount": 1},
			"responseContext": {"statusCode": 200, "executedVersion": "$LATEST"},
			"version": "1.0", "timestamp": "NOW", ` + dynamoDB},
		"records that no function got": {true, 0, false, "RecordAgeExceeded", `{
			"requestContext": {"requestId": "c9b8fa9f", ` + function + `, "condition": "RecordAgeExceeded", "approximateInvokeCount": 0},
			"version": "1.0", "timestamp": "NOW", ` + dynamoDB},
	} {
		t.Run(name, func(t *testing.T) {
			text, object, key, err := poller.Word(tc.table, tc.invocations, tc.threw, tc.condition)
			same(t, text, err, tc.want+"}")
			same(t, object, err, tc.want+`, "payload": "{\"Records\":[{\"n\":\"<1>\"},{\"n\":2}]}"}`)
			const id = `[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`
			form := regexp.MustCompile(`^aws/lambda/` + id + `/shardId-000000000006/\d{4}/\d\d/\d\d/\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d-` + id + `$`)
			if !form.MatchString(key) {
				t.Errorf("the key is %s", key)
			}
		})
	}
}
