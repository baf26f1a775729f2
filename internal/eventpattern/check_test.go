package eventpattern_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/eventpattern"
)

// pattern reads a pattern as a model has it.
func pattern(t testing.TB, text string) map[string]any {
	t.Helper()
	var p map[string]any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&p); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return p
}

func problems(l *eventpattern.Language, pattern map[string]any) string {
	var all []string
	for _, p := range eventpattern.Check(l, pattern) {
		all = append(all, p.Of("it"))
	}
	return strings.Join(all, "\n")
}

// TestRefused has what each language refuses. What EventBridge refuses is in package
// awsrules' test.
func TestRefused(t *testing.T) {
	sqs, kinesis, table := eventpattern.Lambda("sqs"), eventpattern.Lambda("kinesis"), eventpattern.Lambda("dynamodb")
	const have = "they have anything-but, equals-ignore-case, exists, numeric, prefix, suffix"
	for _, tc := range []struct {
		language *eventpattern.Language
		pattern  string
		want     string
	}{
		{sqs, `{"body": {"a": [{"wildcard": "a*"}]}}`, "it's body.a[0] has the operator wildcard, which EventBridge has, but not Lambda's filters: " + have},
		{sqs, `{"body": {"a": [{"cidr": "10.0.0.0/8"}]}}`, "it's body.a[0] has the operator cidr, which EventBridge has, but not Lambda's filters: " + have},
		{sqs, `{"body": {"a": [{"prefx": "a"}]}}`, `it's body.a[0] has the operator "prefx", which Lambda doesn't know; did you mean prefix?`},
		{sqs, `{"body": {"a": [{"prefix": {"equals-ignore-case": "a"}}]}}`, "it's body.a[0] has the operator prefix, which takes a text: equals-ignore-case in it is EventBridge's, and not one of Lambda's filters"},
		{sqs, `{"body": {"a": [{"anything-but": {"prefix": "a"}}]}}`, "it's body.a[0] has the operator anything-but, which can have prefix inside in EventBridge's event patterns, but not in Lambda's filters: it takes a text, a number, or a list of them"},
		{sqs, `{}`, "it is empty: leave it out if all records are meant"},
		{sqs, `{"body": "text"}`, `it's body is "text": the values that match stand in a list, ["text"]`},
		{sqs, `{"body": {"a": [{"numeric": [">", 0]}]}}`, ""},
		{kinesis, `{"data": ["text"]}`, "it's data is a list: Lambda takes only an object there, which says what members of the data have to be"},
		{kinesis, `{"data": {"a": [{"numeric": [">", 0]}]}}`, ""},
		{table, `{"dynamodb": ["text"]}`, "it's dynamodb is a list: Lambda takes only an object there, which says what members of the data have to be"},
		{table, `{"dynamodb": {"NewImage": {"a": {"N": ["1", {"numeric": [">", 0]}]}}}}`, `it's dynamodb.NewImage.a.N[1] has the operator numeric, which nothing matches: a record has an item's numbers as texts, as in {"N": ["42"]}`},
		{table, `{"$or": [{"eventName": ["INSERT"]}, {"dynamodb": {"Keys": {"$or": [{"a": {"N": [1]}}, {"b]": {"c": ["1"]}}]}}}]}`, `it's $or[1].dynamodb.Keys.$or[0].a.N[0] is 1, which nothing matches: a record has an item's numbers as texts, as in "1"`},
		{kinesis, `{"$or": [{"data": ["text"]}, {"data": {"a": [1]}}]}`, "it's $or[0].data is a list: Lambda takes only an object there, which says what members of the data have to be"},
		{sqs, `{"body": {"a b\n": [], "": {"é": [[]]}}}`, "it's body[\"\"].é[0] is a list in a list: values are texts, numbers, true, false and null, or objects with an operator\nit's body[\"a b\\n\"] is an empty list, which nothing matches: name at least one value"},
		{table, `{"dynamodb": {"NewImage": {"numeric": {"S": ["1"]}}}}`, ""},
		{table, `{"dynamodb": {"ApproximateCreationDateTime": [{"numeric": [">", 0]}]}}`, ""},
		{eventpattern.SNSAttributes, `{"a": {"b": ["c"]}}`, "it's a is an object, and attributes of messages have no members: with the scope app.MessageBody the policy is about the message's body"},
		{eventpattern.SNSBody, `{"a": {"b": ["c"]}}`, ""},
		{eventpattern.SNSBody, `{"a": [{"wildcard": "a*"}]}`, "it's a[0] has the operator wildcard, which EventBridge has, but not SNS's filter policies: they have anything-but, cidr, equals-ignore-case, exists, numeric, prefix, suffix"},
		{eventpattern.SNSBody, `{"a": [{"anything-but": {"suffix": "a"}}]}`, "it's a[0] has the operator anything-but, which can have suffix inside in EventBridge's event patterns, but not in SNS's filter policies: there it can have prefix"},
		{eventpattern.SNSAttributes, `{"a": [{"anything-but": {"prefix": "a"}}]}`, ""},
		{eventpattern.SNSAttributes, `{"a": [{"anything-but": {"prefx": "a"}}]}`, `it's a[0] has the operator anything-but, which takes no operator but prefix, not {"prefx":"a"}; did you mean prefix?`},
		{eventpattern.EventBridge, `{"a": [{"anything-but": {"wild-card": "a"}}]}`, `it's a[0] has the operator anything-but, which takes one of the operators equals-ignore-case, prefix, suffix, wildcard, not {"wild-card":"a"}; did you mean wildcard?`},
		{eventpattern.EventBridge, `{"a": [{"cidr": "${Range}"}, {"wildcard": "${Name}**"}, {"numeric": ["<", "${Number}"]}]}`, ""},
		{sqs, `{"body": {"a": [{"anything-but": "${Name}"}, "${Value}"]}}`, ""},
		{eventpattern.SNSAttributes, `{"a": [1], "b": [1], "c": [1], "d": [1], "e": [1]}`, ""},
		{eventpattern.SNSAttributes, `{"a": [1], "b": [1], "c": [1], "d": [1], "e": [1], "f": [1]}`, "it has 6 members, 1 more than SNS takes"},
	} {
		if got := problems(tc.language, pattern(t, tc.pattern)); got != tc.want {
			t.Errorf("%s\n got: %s\nwant: %s", tc.pattern, got, tc.want)
		}
	}
}

// TestUnmatched: a filter that asks for what no record has is found, with what was meant,
// unless a record without it passes.
func TestUnmatched(t *testing.T) {
	const (
		text  = " is in no record, so that none passes: what is in the data belongs into "
		queue = text + "body, and beside that a record has attributes, awsRegion, eventSource, eventSourceARN, md5OfBody, md5OfMessageAttributes, messageAttributes, messageId, receiptHandle"
		table = text + "dynamodb, and beside that a record has awsRegion, eventID, eventName, eventSource, eventSourceARN, eventVersion, userIdentity"
	)
	for _, tc := range []struct {
		kind    app.FunctionKind
		pattern string
		want    string
	}{
		{app.SQSKind, `{"body": {"state": ["paid"]}, "messageAttributes": {"a": {"stringValue": ["b"]}}, "attributes": {"x": ["y"]}}`, ""},
		{app.SQSKind, `{"state": ["paid"]}`, "it's state" + queue},
		{app.SQSKind, `{"bdy": {"state": ["paid"]}}`, "it's bdy" + queue + "; did you mean body?"},
		{app.SQSKind, `{"$or": [{"body": {"a": [1]}}, {"sate": {"b": [1]}}]}`, "it's $or[1].sate" + queue},
		{app.SQSKind, `{"a": [{"exists": false}], "b": {"c": [1, {"exists": false}]}, "${Name}": ["d"]}`, ""},
		{app.SQSKind, `{"b": {"c": [{"exists": false}], "d": [{"exists": true}]}}`, "it's b" + queue},
		{app.KinesisKind, `{"data": {"a": [1]}, "partitionKey": ["1"], "approximateArrivalTimestamp": [1], "encryptionType": ["NONE"]}`, ""},
		{app.DynamoDBKind, `{"dynamodb": {"NewImage": {"a": {"S": ["b"]}}}, "eventName": ["INSERT"], "userIdentity": {"type": ["Service"]}}`, ""},
		{app.DynamoDBKind, `{"NewImage": {"a": {"S": ["b"]}}}`, "it's NewImage" + table},
		{app.DynamoDBKind, `{"eventname": ["INSERT"]}`, "it's eventname" + table + "; did you mean eventName?"},
		{app.CloudWatchKind, `{"anything": ["b"]}`, ""},
	} {
		var all []string
		for _, p := range eventpattern.Unmatched(tc.kind, pattern(t, tc.pattern)) {
			all = append(all, p.Of("it"))
		}
		if got := strings.Join(all, "\n"); got != tc.want {
			t.Errorf("%s %s\n got: %s\nwant: %s", tc.kind, tc.pattern, got, tc.want)
		}
	}
}
