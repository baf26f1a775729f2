package awsrules_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/app"
)

// matching registers a pattern that is given as JSON.
func matching(pattern string) func(*app.App) {
	return func(a *app.App) {
		var p app.Pattern
		if err := json.Unmarshal([]byte(pattern), &p); err != nil {
			panic(err)
		}
		a.OnCloudWatchEvent(p, tick)
	}
}

// TestPatternsTaken accepts the examples of AWS's documentation, and what the
// code of EventBridge's rules accepts beside them.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
func TestPatternsTaken(t *testing.T) {
	cases := map[string]registration{
		"as Go has it": {func(a *app.App) {
			a.OnCloudWatchEvent(app.Pattern{"source": []string{"aws.ec2"}, "detail": map[string][]int{"n": {1, 2}}}, tick)
		}, ""},
	}
	for _, pattern := range []string{
		`{"source": ["aws.ec2"], "detail-type": ["EC2 Instance State-change Notification"], "detail": {"state": ["terminated"]}}`,
		`{"detail": {"a": ["", null, true, false, 1, -2.5e3, 123456789012345678]}}`,
		`{"time": [{"prefix": "2017-10-02"}]}`,
		`{"detail": {"service": [{"prefix": {"equals-ignore-case": "EventB"}}]}}`,
		`{"source": [{"suffix": ".png"}]}`,
		`{"source": [{"suffix": {"equals-ignore-case": ".PNG"}}, {"prefix": ""}]}`,
		`{"detail": {"state": [{"anything-but": "initializing"}]}}`,
		`{"detail": {"x": [{"anything-but": 123}]}}`,
		`{"detail": {"x": [{"anything-but": ["stopped", "overloaded"]}]}}`,
		`{"detail": {"x": [{"anything-but": [100, 200, 300]}]}}`,
		`{"detail": {"x": [{"anything-but": {"equals-ignore-case": "initializing"}}]}}`,
		`{"detail": {"x": [{"anything-but": {"equals-ignore-case": ["initializing", "stopped"]}}]}}`,
		`{"detail": {"x": [{"anything-but": {"prefix": "init"}}, {"anything-but": {"prefix": ["init", "error"]}}]}}`,
		`{"detail": {"x": [{"anything-but": {"suffix": ".txt"}}, {"anything-but": {"suffix": [".txt", ".rtf"]}}]}}`,
		`{"detail": {"x": [{"anything-but": {"wildcard": "*/lib/*"}}, {"anything-but": {"wildcard": ["*/lib/*", "*/bin/*"]}}]}}`,
		`{"detail": {"c-count": [{"numeric": [">", 0, "<=", 5]}], "d-count": [{"numeric": ["<", 10]}], "x-limit": [{"numeric": ["=", 3.018e2]}]}}`,
		`{"detail": {"a": [{"numeric": [">=", -1]}], "b": [{"numeric": ["<=", 1]}], "c": [{"numeric": [">", 1.5]}], "d": [{"numeric": [">=", 0, "<", 0.1]}]}}`,
		`{"detail": {"sourceIPAddress": [{"cidr": "10.0.0.0/24"}, {"cidr": "2001:db8::/32"}, {"cidr": "0.0.0.0/0"}]}}`,
		`{"detail": {"state": [{"exists": true}], "other": [{"exists": false}]}}`,
		`{"detail-type": [{"equals-ignore-case": "ec2 instance state-change notification"}]}`,
		`{"detail": {"EventBusArn": [{"wildcard": "arn:aws:events:us-east-1:*:event-bus/*"}, {"wildcard": "a\\*b\\\\*c*"}, {"wildcard": "*"}]}}`,
		`{"detail": {"$or": [{"c-count": [{"numeric": [">", 0]}]}, {"d-count": [{"numeric": ["<", 10]}]}, {"x-limit": [1]}]}}`,
		`{"$or": [{"source": ["a"]}, {"detail": {"$or": [{"x": [1]}, {"y": {"z": ["a"]}}]}}]}`,
		`{"$or": {"a": [1]}}`, // a name like any other
		`{"detail": {"prefix": ["a name like any other"], "numeric": {"cidr": ["x"]}}}`,
		`{"source": [{"exactly": "a"}, "b"], "detail": {"x": [{"anything-but": {"prefix": []}}]}}`,
	} {
		cases[pattern] = registration{matching(pattern), ""}
	}
	checkAll(t, cases)
}

func TestPatternsRefused(t *testing.T) {
	const numeric = `the event pattern's a[0] has the operator numeric, which takes a comparison such as [">", 0, "<=", 5], not `
	const anythingBut = `the event pattern's a[0] has the operator anything-but, which takes a text, a number, or a list of texts or of numbers, not `
	const nested = `the event pattern's a[0] has the operator anything-but, which takes one of the operators equals-ignore-case, prefix, suffix, wildcard, not `
	cases := map[string]registration{}
	for pattern, want := range map[string]string{
		`{}`:                                                        "the event pattern is empty: name at least a source, as in app.Pattern{\"source\": []string{\"aws.ec2\"}}",
		`{"source": "a"}`:                                           `the event pattern's source is "a": the values that match stand in a list, ["a"]`,
		`{"detail": {"n": 1}}`:                                      `the event pattern's detail.n is 1: the values that match stand in a list, [1]`,
		`{"source": null}`:                                          `the event pattern's source is null: the values that match stand in a list, [null]`,
		`{"source": []}`:                                            `the event pattern's source is an empty list, which nothing matches: name at least one value`,
		`{"detail": {}}`:                                            `the event pattern's detail is an empty object: leave it out`,
		`{"source": [["a"]]}`:                                       `the event pattern's source[0] is a list in a list: values are texts, numbers, true, false and null, or objects with an operator`,
		`{"source": ["a", {}]}`:                                     `the event pattern's source[1] has 0 members: an operator stands alone in its object, as in {"prefix": "aws."}`,
		`{"a": [{"prefix":"a","suffix":""}]}`:                       `the event pattern's a[0] has 2 members: an operator stands alone in its object, as in {"prefix": "aws."}`,
		`{"a": [{"Ref": "Topic"}]}`:                                 `the event pattern's a[0] has the operator "Ref", which EventBridge doesn't know`,
		`{"a": [{"prefx": "x"}]}`:                                   `the event pattern's a[0] has the operator "prefx", which EventBridge doesn't know; did you mean prefix?`,
		`{"a": [{"anything_but": "x"}]}`:                            `the event pattern's a[0] has the operator "anything_but", which EventBridge doesn't know; did you mean anything-but?`,
		`{"a": [{"prefix": 1}]}`:                                    `the event pattern's a[0] has the operator prefix, which takes a text, or {"equals-ignore-case": "..."}, not 1`,
		`{"a": [{"suffix": ["x"]}]}`:                                `the event pattern's a[0] has the operator suffix, which takes a text, or {"equals-ignore-case": "..."}, not ["x"]`,
		`{"a": [{"prefix": {"wildcard": "x"}}]}`:                    `the event pattern's a[0] has the operator prefix, which takes a text, or {"equals-ignore-case": "..."}, not {"wildcard":"x"}`,
		`{"a": [{"equals-ignore-case": ["x"]}]}`:                    `the event pattern's a[0] has the operator equals-ignore-case, which takes a text, not ["x"]`,
		`{"a": [{"exists": "true"}]}`:                               `the event pattern's a[0] has the operator exists, which takes true or false, not "true"`,
		`{"a": [{"wildcard": "a**b"}]}`:                             `the event pattern's a[0] has the operator wildcard, which can't have two * one after the other, as in "a**b"`,
		`{"a": [{"wildcard": "a\\b"}]}`:                             `the event pattern's a[0] has the operator wildcard, which has a backslash before something else than * or \ in "a\\b"`,
		`{"a": [{"wildcard": 1}]}`:                                  `the event pattern's a[0] has the operator wildcard, which takes a text, not 1`,
		`{"a": [{"cidr": "10.0.0.0"}]}`:                             `the event pattern's a[0] has the operator cidr, which takes a range of addresses such as 10.0.0.0/24, not "10.0.0.0"`,
		`{"a": [{"cidr": "10.0.0.300/8"}]}`:                         `the event pattern's a[0] has the operator cidr, which takes a range of addresses such as 10.0.0.0/24, not "10.0.0.300/8"`,
		`{"a": [{"cidr": "10.0.0.0/33"}]}`:                          `the event pattern's a[0] has the operator cidr, which takes a range of addresses such as 10.0.0.0/24, not "10.0.0.0/33"`,
		`{"a": [{"cidr": "10.0.0.1/32"}]}`:                          `the event pattern's a[0] has the operator cidr, which takes more than one address: write "10.0.0.1" in place of "10.0.0.1/32"`,
		`{"a": [{"numeric": []}]}`:                                  numeric + `[]`,
		`{"a": [{"numeric": 5}]}`:                                   numeric + `5`,
		`{"a": [{"numeric": [">"]}]}`:                               numeric + `[">"]`,
		`{"a": [{"numeric": [5, ">"]}]}`:                            numeric + `[5,">"]`,
		`{"a": [{"numeric": ["<", 5, ">", 0]}]}`:                    numeric + `["<",5,">",0]`,
		`{"a": [{"numeric": ["=", 5, "<", 9]}]}`:                    numeric + `["=",5,"<",9]`,
		`{"a": [{"numeric": ["!=", 5]}]}`:                           numeric + `["!=",5]`,
		`{"a": [{"numeric": [">", "5"]}]}`:                          numeric + `[">","5"]`,
		`{"a": [{"numeric": [">", 1, "<", 5, "<", 7]}]}`:            numeric + `[">",1,"<",5,"<",7]`,
		`{"a": [{"numeric": [">", 5, "<", 5]}]}`:                    `the event pattern's a[0] has the operator numeric, which has no number between its bounds [">",5,"<",5]`,
		`{"a": [{"anything-but": []}]}`:                             anythingBut + `[]`,
		`{"a": [{"anything-but": null}]}`:                           anythingBut + `null`,
		`{"a": [{"anything-but": ["a", 1]}]}`:                       anythingBut + `["a",1]`,
		`{"a": [{"anything-but": {"exists": true}}]}`:               nested + `{"exists":true}`,
		`{"a": [{"anything-but": {"prefix": "a", "suffix": "b"}}]}`: nested + `{"prefix":"a","suffix":"b"}`,
		`{"a": [{"anything-but": {"prefix": ""}}]}`:                 `the event pattern's a[0] has the operator anything-but, which with prefix can't have an empty text`,
		`{"a": [{"anything-but": {"suffix": [1]}}]}`:                `the event pattern's a[0] has the operator anything-but, which with suffix takes a text or a list of them, not [1]`,
		`{"a": [{"anything-but": {"wildcard": ["a**"]}}]}`:          `the event pattern's a[0] has the operator anything-but, which with wildcard can't have two * one after the other, as in "a**"`,
		`{"$or": 1}`:                                                `the event pattern's $or has to be a list of at least two objects`,
		`{"$or": [{"a": [1]}]}`:                                     `the event pattern's $or has to be a list of at least two objects`,
		`{"$or": [{"a": [1]}, "b"]}`:                                `the event pattern's $or[1] is "b": alternatives are objects`,
		`{"$or": [{"a": [1]}, {"b": []}]}`:                          `the event pattern's $or[1].b is an empty list, which nothing matches: name at least one value`,
		`{"$or": [{"a": [1]}, {"prefix": ["b"]}]}`:                  `the event pattern's $or[1].prefix has a name that EventBridge keeps for operators within $or`,
		`{"source": "a", "detail": {"b": []}}`: "the event pattern's detail.b is an empty list, which nothing matches: name at least one value\n" +
			`the event pattern's source is "a": the values that match stand in a list, ["a"]`,
	} {
		cases[pattern] = registration{matching(pattern), want}
	}
	long := strings.Repeat("x", 4081)
	cases["as long as can be"] = registration{matching(`{"source":["` + long + `"]}`), ""}
	cases["too long"] = registration{matching(`{"source":["` + long + `x"]}`), "the event pattern has 4097 characters, 1 more than the 4096 that EventBridge takes"}
	cases["nil"] = registration{func(a *app.App) { a.OnCloudWatchEvent(nil, tick) }, cases[`{}`].want}
	checkAll(t, cases)
}

// TestFiltersRefused has what each language refuses at its registration: which filter it
// is, if there are several, and where in it.
func TestFiltersRefused(t *testing.T) {
	a := func(v any) map[string]any { return map[string]any{"a": []any{v}} }
	wildcard := a(map[string]any{"wildcard": "x*"})
	const stream = "arn:aws:dynamodb:us-east-1:123456789012:table/users/stream/2024-01-01T00:00:00.000"
	const operator = "a[0] has the operator wildcard, which EventBridge has, but not "
	const lambda = operator + "Lambda's filters: they have anything-but, equals-ignore-case, exists, numeric, prefix, suffix"
	checkAll(t, map[string]registration{
		"a queue's": {func(ap *app.App) { ap.OnSQSMessage("jobs", work, app.Filter(app.Pattern{"body": wildcard})) }, "the filter's body." + lambda},
		"a stream's second": {func(ap *app.App) {
			ap.OnKinesisRecord("clicks", record, app.Filter(app.Pattern{"data": a("x")}), app.Filter(app.Pattern{"data": wildcard}))
		}, "filter 2's data." + lambda},
		"a table's": {func(ap *app.App) {
			ap.OnDynamoDBRecord(stream, change, app.Filter(app.Pattern{"dynamodb": map[string]any{"NewImage": wildcard}}))
		}, "the filter's dynamodb.NewImage." + lambda},
		"without members": {func(ap *app.App) { ap.OnSQSMessage("jobs", work, app.Filter(nil)) }, "the filter is empty: leave it out if all records are meant"},
		"of attributes": {func(ap *app.App) { ap.OnSNSMessage("orders", notify, app.FilterPolicy(app.Pattern{"a": wildcard})) },
			"the filter policy's a is an object, and attributes of messages have no members: with the scope app.MessageBody the policy is about the message's body"},
		"of bodies": {func(ap *app.App) {
			ap.OnSNSMessage("orders", notify, app.FilterPolicy(app.Pattern{"b": wildcard}, app.MessageBody))
		}, "the filter policy's b." + operator + "SNS's filter policies: they have anything-but, cidr, equals-ignore-case, exists, numeric, prefix, suffix"},
		"filled in later": {func(ap *app.App) {
			ap.OnSNSMessage("orders", notify, app.FilterPolicy(app.Pattern{"ip": []any{map[string]any{"cidr": "${Range}"}}}))
		}, ""},
	})
}
