package delivery_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/delivery"
)

// function reads a function as a model's file has it.
func function(t testing.TB, text string) app.FunctionModel {
	t.Helper()
	var f app.FunctionModel
	if err := json.Unmarshal([]byte(text), &f); err != nil {
		t.Fatal(err)
	}
	if f.Name == "" {
		f.Name = "work"
	}
	return f
}

func open(t testing.TB, functions ...app.FunctionModel) *delivery.App {
	t.Helper()
	a, err := delivery.New(&app.Model{Functions: functions})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func parse(t testing.TB, event string) *delivery.Event {
	t.Helper()
	e, err := delivery.Parse([]byte(event))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// Events as their sources have them.
const (
	order = `{"version":"0","id":"1","detail-type":"OrderPlaced","source":"com.shop","account":"123456789012","time":"2026-03-04T05:06:07Z","region":"us-east-1","resources":[],"detail":{"total":12.50,"items":[{"sku":"a"},{"sku":"b"}],"state":"new"}}`
	ruled = `{"version":"0","id":"1","detail-type":"Scheduled Event","source":"aws.events","resources":["arn:aws:events:us-east-1:123456789012:rule/work"],"detail":{}}`
	timed = `{"version":"0","id":"1","detail-type":"Scheduled Event","source":"aws.scheduler","resources":["arn:aws:scheduler:us-east-1:123456789012:schedule/default/work"],"detail":"{}"}`
)

func message(topic, text, attributes string) string {
	body, _ := json.Marshal(text)
	return fmt.Sprintf(`{"Records":[{"EventSource":"aws:sns","EventVersion":"1.0","Sns":{"TopicArn":"arn:aws:sns:us-east-1:123456789012:%s","Message":%s,"MessageAttributes":%s}}]}`, topic, body, attributes)
}

func object(bucket, name, key string) string {
	return fmt.Sprintf(`{"Records":[{"eventSource":"aws:s3","eventName":%q,"awsRegion":"eu-west-1","eventTime":"2026-03-04T05:06:07.890Z",`+
		`"userIdentity":{"principalId":"AWS:A"},"requestParameters":{"sourceIPAddress":"192.0.2.1"},"responseElements":{"x-amz-request-id":"C3"},`+
		`"s3":{"bucket":{"name":%q},"object":{"key":%q,"size":1024,"eTag":"e","sequencer":"00"}}}]}`, name, bucket, key)
}

func messages(queue string, bodies ...string) string {
	var all []string
	for i, body := range bodies {
		text, _ := json.Marshal(body)
		all = append(all, fmt.Sprintf(`{"messageId":"m%d","body":%s,"eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:us-east-1:123456789012:%s"}`, i, text, queue))
	}
	return `{"Records":[` + strings.Join(all, ",") + `]}`
}

func shard(stream string, n int) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf(`{"kinesis":{"sequenceNumber":"%d","data":"e30="},"eventSource":"aws:kinesis","eventSourceARN":"arn:aws:kinesis:us-east-1:123456789012:stream/%s"}`, i, stream))
	}
	return `{"Records":[` + strings.Join(all, ",") + `]}`
}

func change(table, kind string) string {
	return fmt.Sprintf(`{"Records":[{"eventID":"a","eventName":%q,"dynamodb":{"SequenceNumber":"111","Keys":{"id":{"S":"x"}}},"eventSource":"aws:dynamodb","eventSourceARN":"arn:aws:dynamodb:us-east-1:123456789012:table/%s/stream/2026-01-01T00:00:00.000"}]}`, kind, table)
}

// TestRoute: what each kind of function gets of an event, and why another gets none.
func TestRoute(t *testing.T) {
	const (
		rule    = `{"kind":"cloudwatch","cloudwatch":{"pattern":{"source":["com.shop"],"detail":{"state":["new"]}}%s}}`
		sns     = `{"kind":"sns","sns":{"topic":"orders"%s}}`
		s3      = `{"kind":"s3","s3":{"bucket":"images"%s}}`
		sqs     = `{"kind":"sqs","sqs":{"queue":"jobs","batch_size":10%s}}`
		kinesis = `{"kind":"kinesis","kinesis":{"stream":"clicks"%s}}`
		table   = `{"kind":"dynamodb","dynamodb":{"stream_arn":"arn:aws:dynamodb:eu-west-1:1:table/users/stream/x"%s}}`
		timer   = `{"kind":"schedule","schedule":{"expression":"rate(1 day)"%s}}`
		none    = `{"Type":"String","Value":"x"}`
	)
	for name, tc := range map[string]struct {
		function, settings, bus, event string
		want                           []string // payloads; none: why
		why                            string
		filtered                       []string
	}{
		"a rule":                         {function: rule, event: order, want: []string{order}},
		"a rule on another bus":          {function: rule, settings: `,"bus":"orders"`, event: order, why: "its rule is on the event bus orders, and the event is on default"},
		"a rule on the event's bus":      {function: rule, settings: `,"bus":"arn:aws:events:us-east-1:123456789012:event-bus/orders"`, bus: "orders", event: order, want: []string{order}},
		"the default bus by its ARN":     {function: rule, bus: "arn:aws:events:us-east-1:123456789012:event-bus/default", event: order, want: []string{order}},
		"a partner's bus":                {function: rule, settings: `,"bus":"aws.partner/example.com/1/a"`, bus: "arn:aws:events:us-east-1:123456789012:event-bus/aws.partner/example.com/1/a", event: order, want: []string{order}},
		"a rule with Input":              {function: rule, settings: `,"input":"{\"all\":true}"`, event: order, want: []string{`{"all":true}`}},
		"a rule with InputPath":          {function: rule, settings: `,"input_path":"$.detail.items[1]"`, event: order, want: []string{`{"sku":"b"}`}},
		"digits of a number":             {function: rule, settings: `,"input_path":"$.detail.total"`, event: order, want: []string{`12.50`}},
		"an InputPath to nothing":        {function: rule, settings: `,"input_path":"$.detail.none"`, event: order, want: []string{`null`}},
		"a pattern that doesn't match":   {function: rule, event: strings.Replace(order, `"new"`, `"old"`, 1), why: `its pattern wants detail.state to be ["new"], and it is "old"`},
		"a member that isn't there":      {function: rule, event: strings.Replace(order, `"state"`, `"status"`, 1), why: `its pattern wants detail.state to be ["new"], and the event has none`},
		"a pattern with alternatives":    {function: `{"kind":"cloudwatch","cloudwatch":{"pattern":{"$or":[{"source":["a"]},{"source":["b"]}]}}}`, event: order, why: "the event matches none of the alternatives of its pattern"},
		"a schedule and an order":        {function: timer, event: order, why: beside},
		"a rule's schedule":              {function: timer, event: ruled, want: []string{ruled}},
		"another rule's schedule":        {function: timer, event: strings.Replace(ruled, "rule/work", "rule/other", 1), why: "the event is one of arn:aws:events:us-east-1:123456789012:rule/other, and not of its schedule"},
		"a schedule with Input":          {function: timer, settings: `,"input":"[1]"`, event: ruled, want: []string{`[1]`}},
		"Scheduler":                      {function: timer, settings: `,"scheduler":{}`, event: timed, want: []string{timed}},
		"Scheduler for a rule":           {function: timer, event: timed, why: "the events of its schedule have the source aws.events, and this has aws.scheduler"},
		"a schedule for a pattern":       {function: `{"kind":"cloudwatch","cloudwatch":{"pattern":{"source":["aws.events"]}}}`, event: ruled, why: "what a rule sends for its schedule goes to no other rule"},
		"a topic":                        {function: sns, event: message("orders", "hi", `{}`), want: []string{message("orders", "hi", `{}`)}},
		"another topic":                  {function: sns, event: message("refunds", "hi", `{}`), why: "it is subscribed to the topic orders, and the message is one of refunds"},
		"a policy for attributes":        {function: sns, settings: `,"filter_policy":{"kind":["new"]}`, event: message("orders", "hi", `{"kind":{"Type":"String","Value":"new"}}`), want: []string{message("orders", "hi", `{"kind":{"Type":"String","Value":"new"}}`)}},
		"an attribute of another value":  {function: sns, settings: `,"filter_policy":{"kind":["new"]}`, event: message("orders", "hi", `{"kind":`+none+`}`), why: `its filter policy wants kind to be ["new"], and it is "x"`},
		"an attribute that is missing":   {function: sns, settings: `,"filter_policy":{"kind":["new"]}`, event: message("orders", `{"kind":"new"}`, `{}`), why: `its filter policy wants kind to be ["new"], and the event has none`},
		"a number among attributes":      {function: sns, settings: `,"filter_policy":{"n":[12]}`, event: message("orders", "", `{"n":{"Type":"Number","Value":"12"}}`), want: []string{message("orders", "", `{"n":{"Type":"Number","Value":"12"}}`)}},
		"a text that is no number":       {function: sns, settings: `,"filter_policy":{"n":[12]}`, event: message("orders", "", `{"n":{"Type":"String","Value":"12"}}`), why: `its filter policy wants n to be [12], and it is "12"`},
		"a list among attributes":        {function: sns, settings: `,"filter_policy":{"l":["b"]}`, event: message("orders", "", `{"l":{"Type":"String.Array","Value":"[\"a\",\"b\"]"}}`), want: []string{message("orders", "", `{"l":{"Type":"String.Array","Value":"[\"a\",\"b\"]"}}`)}},
		"a binary attribute":             {function: sns, settings: `,"filter_policy":{"b":["YQ=="]}`, event: message("orders", "", `{"b":{"Type":"Binary","Value":"YQ=="}}`), why: `its filter policy wants b to be ["YQ=="], and the event has none`},
		"a policy for the body":          {function: sns, settings: `,"filter_policy_scope":"MessageBody","filter_policy":{"a":{"kind":["new"]}}`, event: message("orders", `{"a":{"kind":"new"}}`, `{}`), want: []string{message("orders", `{"a":{"kind":"new"}}`, `{}`)}},
		"a body of another value":        {function: sns, settings: `,"filter_policy_scope":"MessageBody","filter_policy":{"a":{"kind":["new"]}}`, event: message("orders", `{"a":{"kind":7}}`, `{}`), why: `its filter policy for the message's body wants a.kind to be ["new"], and it is 7`},
		"a body that is text":            {function: sns, settings: `,"filter_policy_scope":"MessageBody","filter_policy":{"kind":["new"]}`, event: message("orders", "new", `{}`), why: "its filter policy is for a body that is a JSON object, and the message's is none"},
		"a bucket":                       {function: s3, event: object("images", "ObjectCreated:Put", "a+b.jpg"), want: []string{object("images", "ObjectCreated:Put", "a+b.jpg")}},
		"another bucket":                 {function: s3, event: object("films", "ObjectCreated:Put", "a"), why: "it is for the bucket images, and the object is in films"},
		"another event":                  {function: s3, event: object("images", "ObjectRemoved:Delete", "a"), why: "it is for s3:ObjectCreated:*, and the event is ObjectRemoved:Delete"},
		"one event":                      {function: s3, settings: `,"events":["s3:ObjectRemoved:Delete"]`, event: object("images", "ObjectRemoved:Delete", "a"), want: []string{object("images", "ObjectRemoved:Delete", "a")}},
		"a key":                          {function: s3, settings: `,"prefix":"in/","key_filters":[{"suffix":" a.jpg"}]`, event: object("images", "ObjectCreated:Put", "x/my+a.jpg"), want: []string{object("images", "ObjectCreated:Put", "x/my+a.jpg")}},
		"another key":                    {function: s3, settings: `,"prefix":"in/","key_filters":[{"suffix":".jpg"}]`, event: object("images", "ObjectCreated:Put", "out/a.png"), why: "it is for keys like in/* or *.jpg, and the object's is out/a.png"},
		"S3's event without EventBridge": {function: s3, event: bridged("images", "a"), why: beside},
		"S3's event of EventBridge":      {function: s3, settings: `,"eventbridge":true`, event: bridged("images", "a"), want: []string{bridged("images", "a")}},
		"of another bucket":              {function: s3, settings: `,"eventbridge":true`, event: bridged("films", "a"), why: `its pattern wants detail.bucket.name to be ["images"], and it is "films"`},
		"an order for a bucket":          {function: s3, settings: `,"eventbridge":true`, event: order, why: beside},
		"a notification by EventBridge": {
			function: s3, settings: `,"eventbridge":true,"prefix":"my "`, event: object("images", "ObjectCreated:Put", "my+a.jpg"),
			want: []string{`{"version":"0","id":"7bf73129-1428-4cd3-a780-95db273d1602","detail-type":"Object Created","source":"aws.s3","account":"123456789012",` +
				`"time":"2026-03-04T05:06:07Z","region":"eu-west-1","resources":["arn:aws:s3:::images"],"detail":{"bucket":{"name":"images"},` +
				`"object":{"etag":"e","key":"my a.jpg","sequencer":"00","size":1024},"reason":"PutObject","request-id":"C3","requester":"AWS:A","source-ip-address":"192.0.2.1","version":"0"}}`},
		},
		"what S3 keeps from EventBridge": {function: s3, settings: `,"eventbridge":true`, event: object("images", "ReducedRedundancyLostObject", "a"), why: "S3 sends no ReducedRedundancyLostObject to EventBridge"},
		"a queue":                        {function: sqs, event: messages("jobs", "a", "b"), want: []string{messages("jobs", "a", "b")}},
		"a queue that is larger":         {function: `{"kind":"sqs","sqs":{"queue_arn":"arn:aws:sqs:eu-west-1:1:jobs","batch_size":2}}`, event: messages("jobs", "a", "b", "c"), want: []string{messages("jobs", "a", "b"), strings.Replace(messages("jobs", "c"), "m0", "m2", 1)}},
		"a queue without a size":         {function: `{"kind":"sqs","sqs":{"queue":"jobs"}}`, event: messages("jobs", "a", "b"), want: []string{messages("jobs", "a"), strings.Replace(messages("jobs", "b"), "m0", "m1", 1)}},
		"another queue":                  {function: sqs, event: messages("other", "a"), why: "it is for the queue jobs, and the records are those of other"},
		"a mapping that is Disabled":     {function: sqs, settings: `,"disabled":true`, event: messages("jobs", "a"), why: "it is Disabled: nothing of the queue jobs is delivered"},
		"some messages":                  {function: sqs, settings: `,"filters":[{"body":{"kind":["new"]}}]`, event: messages("jobs", `{"kind":"old"}`, `{"kind":"new"}`), want: []string{strings.Replace(messages("jobs", `{"kind":"new"}`), "m0", "m1", 1)}, filtered: []string{"m0"}},
		"no message":                     {function: sqs, settings: `,"filters":[{"body":{"kind":["new"]}}]`, event: messages("jobs", `{"kind":"old"}`), why: `its filter wants body.kind to be ["new"], and it is "old"`, filtered: []string{"m0"}},
		"several filters":                {function: sqs, settings: `,"filters":[{"body":{"kind":["new"]}},{"body":{"n":[1]}}]`, event: messages("jobs", `{"kind":"old"}`), why: "none of its 2 filters lets m0 through", filtered: []string{"m0"}},
		"a stream":                       {function: kinesis, settings: `,"batch_size":2`, event: shard("clicks", 2), want: []string{shard("clicks", 2)}},
		"a stream's default size":        {function: kinesis, event: shard("clicks", 100), want: []string{shard("clicks", 100)}},
		"another stream":                 {function: kinesis, event: shard("other", 1), why: "it is for the stream clicks, and the records are those of other"},
		"no record":                      {function: kinesis, settings: `,"filters":[{"data":{"kind":["new"]}}]`, event: shard("clicks", 1), why: `its filter wants data.kind to be ["new"], and the event has none`, filtered: []string{"0"}},
		"a table":                        {function: table, event: change("users", "INSERT"), want: []string{change("users", "INSERT")}},
		"another table":                  {function: table, event: change("orders", "INSERT"), why: "it is for the table users, and the records are those of orders"},
		"a change that is filtered":      {function: table, settings: `,"filters":[{"eventName":["REMOVE"]}]`, event: change("users", "INSERT"), why: `its filter wants eventName to be ["REMOVE"], and it is "INSERT"`, filtered: []string{"111"}},
	} {
		t.Run(name, func(t *testing.T) {
			if strings.Contains(tc.function, "%s") {
				tc.function = fmt.Sprintf(tc.function, tc.settings)
			}
			e := parse(t, tc.event)
			e.Bus = tc.bus
			all := open(t, function(t, tc.function)).Route(e)
			if tc.why == beside {
				if len(all) > 0 {
					t.Errorf("got %+v, want nothing", all)
				}
				return
			}
			if len(all) != 1 || all[0].Function != "work" {
				t.Fatalf("got %+v", all)
			}
			var got []string
			for _, p := range all[0].Payloads {
				got = append(got, string(p.Event))
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
			if all[0].Why != tc.why || !slices.Equal(all[0].Filtered, tc.filtered) {
				t.Errorf("got %q, %q; want %q, %q", all[0].Why, all[0].Filtered, tc.why, tc.filtered)
			}
		})
	}
}

// beside is for events that have nothing to do with the function.
const beside = "beside"

func bridged(bucket, key string) string {
	return fmt.Sprintf(`{"version":"0","id":"1","detail-type":"Object Created","source":"aws.s3","resources":[],"detail":{"bucket":{"name":%q},"object":{"key":%q},"reason":"PutObject"}}`, bucket, key)
}

// TestParse: what is no event of any source says so.
func TestParse(t *testing.T) {
	for event, want := range map[string]string{
		`{}`:              "this is no event of",
		`[]`:              "this is no event of",
		`{"Records":[]}`:  "this is no event of",
		`{"Records":[7]}`: "record 0: ",
		`{"source":"a"}`:  "this is no event of",
		`{"Records":[{"eventSource":"aws:mail"}]}`:                         `record 0 has the eventSource "aws:mail"`,
		`{"Records":[{"eventSource":"aws:sqs"},{"eventSource":"aws:s3"}]}`: "the records are of a queue and of a bucket",
		`{`: "unexpected end of JSON input",
	} {
		if e, err := delivery.Parse([]byte(event)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %+v, %v; want an error with %q", event, e, err, want)
		}
	}
}

// TestExplain: a function that is called by hand gets what it wouldn't get of AWS.
func TestExplain(t *testing.T) {
	a := open(t,
		function(t, `{"name":"order","kind":"cloudwatch","cloudwatch":{"bus":"orders","pattern":{"source":["com.shop"]}}}`),
		function(t, `{"name":"fixed","kind":"cloudwatch","cloudwatch":{"pattern":{"source":["com.shop"]},"input":"{\"a\": 1}"}}`),
		function(t, `{"name":"part","kind":"cloudwatch","cloudwatch":{"pattern":{"source":["com.shop"]},"input_path":"$.detail"}}`),
		function(t, `{"name":"jobs","kind":"sqs","sqs":{"queue":"jobs","batch_size":2,"filters":[{"body":{"n":[1]}}]}}`),
		function(t, `{"name":"tick","kind":"schedule","schedule":{"expression":"rate(1 day)"}}`),
		function(t, `{"name":"attributes","kind":"schedule","schedule":{"expression":"rate(1 day)","input":"\"<aws.scheduler.execution-id>\"","scheduler":{}}}`),
		function(t, `{"name":"images","kind":"s3","s3":{"bucket":"images","eventbridge":true}}`),
		function(t, `{"name":"plain","kind":"lambda"}`),
	)
	for name, tc := range map[string]struct{ function, event, want string }{
		"a matching event, on whatever bus":  {"order", order, ""},
		"an event that doesn't match":        {"order", strings.Replace(order, "com.shop", "com.post", 1), `its pattern wants source to be ["com.shop"], and it is "com.post"`},
		"no event":                           {"order", `{}`, "it gets events of EventBridge, and this is none"},
		"the Input":                          {"fixed", `{"a":1}`, ""},
		"the event in place of the Input":    {"fixed", order, `what it gets is the Input of its registration, {"a": 1}, whatever has happened`},
		"the whole event":                    {"part", order, "its InputPath selects a part of the event, and this is all of it"},
		"a part of an event":                 {"part", `{"state":"new"}`, ""},
		"a message that passes":              {"jobs", messages("jobs", `{"n":1}`), ""},
		"one that doesn't, among others":     {"jobs", messages("jobs", `{"n":1}`, `{"n":2}`), "its filters hold back m1 of the event"},
		"too many":                           {"jobs", messages("jobs", `{"n":1}`, `{"n":1}`, `{"n":1}`), "its batches have 2 records at most, and this has more"},
		"an event of a stream":               {"jobs", shard("jobs", 1), "it gets events of a queue, and this is none"},
		"a schedule, by whichever rule":      {"tick", strings.Replace(ruled, "rule/work", "rule/shop-dev-tick-1A2B", 1), ""},
		"a schedule and an order":            {"tick", order, "it is invoked by its schedule alone, and the event is of another kind"},
		"a notification, not by EventBridge": {"images", object("images", "ObjectCreated:Put", "a"), "it gets the bucket's events by way of EventBridge, in its form, and this is a notification of S3's own"},
		"S3's event of EventBridge":          {"images", bridged("images", "a"), ""},
		"a plain function":                   {"plain", `7`, ""},
		"an unknown function":                {"ghost", `7`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := a.Explain(tc.function, []byte(tc.event)); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

// TestFailed: which records AWS delivers again.
func TestFailed(t *testing.T) {
	report := []byte(`{"batchItemFailures":[{"itemIdentifier":"b"}]}`)
	all := []string{"a", "b", "c"}
	for name, tc := range map[string]struct {
		delivery delivery.Delivery
		answer   []byte
		failure  error
		want     []string
		err      string
	}{
		"no report asked for":       {answer: report},
		"a report of a queue":       {delivery: delivery.Delivery{Partial: true}, answer: report, want: []string{"b"}},
		"a report of a stream":      {delivery: delivery.Delivery{Partial: true, Ordered: true}, answer: report, want: []string{"b", "c"}},
		"a failure":                 {delivery: delivery.Delivery{Partial: true}, failure: fmt.Errorf("no"), want: all},
		"a failure without reports": {failure: fmt.Errorf("no"), want: all},
		"success":                   {delivery: delivery.Delivery{Partial: true, Ordered: true}, answer: []byte(`null`)},
		"no report of a report":     {delivery: delivery.Delivery{Partial: true}, answer: []byte(`7`), want: all, err: "the whole batch counts as failed: the answer isn't a JSON object with batchItemFailures"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := tc.delivery.Failed(delivery.Payload{Records: all}, tc.answer, tc.failure)
			said := ""
			if err != nil {
				said = err.Error()
			}
			if !slices.Equal(got, tc.want) || said != tc.err {
				t.Errorf("got %q, %q; want %q, %q", got, said, tc.want, tc.err)
			}
		})
	}
	if got, err := (&delivery.Delivery{}).Failed(delivery.Payload{}, nil, fmt.Errorf("no")); got != nil || err != nil {
		t.Errorf("an event that is no batch: got %q, %v", got, err)
	}
}

// TestFire: what a schedule sends.
func TestFire(t *testing.T) {
	at := delivery.Moment{Time: time.Date(2026, 3, 4, 5, 6, 7, 8, time.FixedZone("CET", 3600)), ID: "id-1", Region: "eu-west-1", Account: "123456789012"}
	for settings, want := range map[string]string{
		``:                            `{"version":"0","id":"id-1","detail-type":"Scheduled Event","source":"aws.events","account":"123456789012","time":"2026-03-04T04:06:07Z","region":"eu-west-1","resources":["arn:aws:events:eu-west-1:123456789012:rule/work"],"detail":{}}`,
		`,"scheduler":{}`:             `{"version":"0","id":"id-1","detail-type":"Scheduled Event","source":"aws.scheduler","account":"123456789012","time":"2026-03-04T04:06:07Z","region":"eu-west-1","resources":["arn:aws:scheduler:eu-west-1:123456789012:schedule/default/work"],"detail":"{}"}`,
		`,"input":"{\"a\": \"<b>\"}"`: `{"a": "<b>"}`,
		`,"input":"[\"<aws.scheduler.execution-id>\"]"`: `["<aws.scheduler.execution-id>"]`,
		`,"scheduler":{},"input":"[\"<aws.scheduler.scheduled-time>\", \"<aws.scheduler.execution-id>\", \"<aws.scheduler.attempt-number>\"]"`: `["2026-03-04T04:06:07Z", "id-1", "1"]`,
	} {
		f := function(t, fmt.Sprintf(`{"kind":"schedule","schedule":{"expression":"rate(1 day)"%s}}`, settings))
		a := open(t, f)
		d, ok := a.Fire("work", at)
		if !ok || d.Function != "work" || len(d.Payloads) != 1 || string(d.Payloads[0].Event) != want {
			t.Errorf("%s: got %+v, %t; want %s", settings, d, ok, want)
			continue
		}
		if got := delivery.Scheduled(&f, at); string(got) != want {
			t.Errorf("%s: got %s, want %s", settings, got, want)
		}
		if why := a.Explain("work", d.Payloads[0].Event); why != "" && !strings.Contains(settings, "<aws") {
			t.Errorf("%s: its own event is explained: %s", settings, why)
		}
	}
	if _, ok := open(t, function(t, `{"kind":"sqs","sqs":{"queue":"jobs"}}`)).Fire("work", at); ok {
		t.Error("a queue fires")
	}
}

// TestKinds: each kind of function is either one that events are delivered to, or one of
// those that callers and API Gateway invoke.
func TestKinds(t *testing.T) {
	data, err := os.ReadFile("../../app/testdata/everything.json")
	if err != nil {
		t.Fatal(err)
	}
	m, err := app.ParseModel(data)
	if err != nil {
		t.Fatal(err)
	}
	a, err := delivery.New(m)
	if err != nil {
		t.Fatal(err)
	}
	delivered := map[app.FunctionKind]bool{}
	for _, f := range m.Functions {
		why := a.Explain(f.FunctionName(), []byte("{}")) // which is no event of any source
		delivered[f.Kind] = delivered[f.Kind] || why != ""
	}
	invoked := []app.FunctionKind{app.LambdaKind, app.WSConnectKind, app.WSMessageKind, app.WSDisconnectKind}
	for kind, is := range delivered {
		if is == slices.Contains(invoked, kind) {
			t.Errorf("events are delivered to functions of the kind %s: %t", kind, is)
		}
	}
	if len(delivered) < 11 {
		t.Errorf("the model has only %v", delivered)
	}
}
