package invokeapi_test

import (
	"encoding/json"
	"encoding/xml"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/devserver"
	"github.com/chalice-go/chalice/internal/devserver/devservertest"
	"github.com/chalice-go/chalice/internal/devserver/invokeapi"
)

// TestEvents: EventBridge and SNS are here as far as they invoke functions.
func TestEvents(t *testing.T) {
	s := devservertest.Serve(t, devserver.Options{ProjectDir: "testdata/events", Mounts: func(s *devserver.Server) []devserver.Mount {
		return []devserver.Mount{{Prefix: invokeapi.Prefix, Handler: invokeapi.Handler(s), Takes: invokeapi.Takes}}
	}})
	t.Run("put", func(t *testing.T) { testPut(t, s) })
	t.Run("put refusals", func(t *testing.T) { testPutRefusals(t, s) })
	t.Run("again", func(t *testing.T) { testAgain(t, s) })
	t.Run("put by the app", func(t *testing.T) { testPutByApp(t, s) })
	t.Run("publish", func(t *testing.T) { testPublish(t, s) })
	t.Run("publish refusals", func(t *testing.T) { testPublishRefusals(t, s) })
	t.Run("the app's own", func(t *testing.T) { testOwnRequests(t, s) })
	t.Run("by hand", func(t *testing.T) { testByHand(t, s) })
}

const (
	target   = "X-Amz-Target: AWSEvents.PutEvents"
	forForm  = "Content-Type: application/x-www-form-urlencoded; charset=utf-8"
	snsScope = "Authorization: AWS4-HMAC-SHA256 Credential=k/20260101/us-east-1/sns/aws4_request, SignedHeaders=host, Signature=0"
)

// happened waits until a number of entries since a time are done, and returns them as
// PATH: what the function printed, in no order.
func happened(t *testing.T, s *devserver.Server, since time.Time, n int) []string {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		var all []string
		for _, e := range s.Journal().Entries() {
			if e.Kind != devserver.Happening || !e.Done || e.Time.Before(since) || len(e.Invocations) != 1 {
				continue
			}
			line := e.Path + ":"
			for _, l := range e.Invocations[0].Log {
				if strings.HasPrefix(l.Text, "got ") {
					line += " " + l.Text
				}
			}
			all = append(all, line)
		}
		slices.Sort(all)
		if len(all) >= n || time.Now().After(deadline) {
			return all
		}
	}
}

// lines waits for a line of the journal.
func awaitLine(t *testing.T, s *devserver.Server, want string) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		for _, l := range s.Journal().Lines() {
			if strings.Contains(l.Text, want) {
				return
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("no line has %q: %+v", want, s.Journal().Lines())
		}
	}
}

type putOutput struct {
	FailedEntryCount int
	Entries          []struct{ EventID, ErrorCode, ErrorMessage string }
}

func put(t *testing.T, s *devserver.Server, input string) putOutput {
	t.Helper()
	got := invoke(t, s, "/", input, target, "Content-Type: application/x-amz-json-1.1")
	var output putOutput
	if err := json.Unmarshal([]byte(got.body), &output); err != nil || got.status != 200 {
		t.Fatalf("got %d %s", got.status, got.body)
	}
	return output
}

func testPut(t *testing.T, s *devserver.Server) {
	since := time.Now()
	output := put(t, s, `{"Entries":[
		{"Source":"com.shop","DetailType":"OrderPlaced","Detail":"{\"state\": \"new\", \"total\": 12345678901234567890}","Resources":["a"],"Time":1772600767},
		{"Source":"com.shop","DetailType":"OrderPlaced","Detail":"{\"state\":\"new\"}","EventBusName":"arn:aws:events:us-east-1:123456789012:event-bus/orders"},
		{"Source":"com.shop","DetailType":"OrderPlaced","Detail":"{\"state\":\"old\"}"},
		{"Source":"com.shop","DetailType":"OrderPlaced","Detail":"{\"state\":\"new\"}","EventBusName":"nowhere"}]}`)
	if output.FailedEntryCount != 0 || len(output.Entries) != 4 || output.Entries[0].EventID == "" || output.Entries[0].EventID == output.Entries[1].EventID {
		t.Errorf("got %+v", output)
	}
	got := happened(t, s, since, 2)
	want := []string{
		`com.shop OrderPlaced on orders to on_bus: got map[state:new]`,
		`com.shop OrderPlaced to ordered: got map[account:123456789012 detail:map[state:new total:12345678901234567890] detail-type:OrderPlaced id:` +
			output.Entries[0].EventID + ` region:us-east-1 resources:[a] source:com.shop time:2026-03-04T05:06:07Z version:0]`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
	awaitLine(t, s, `com.shop OrderPlaced: no function gets it; ordered: its pattern wants detail.state to be ["new"], and it is "old"; on_bus: its rule is on the event bus orders, and the event is on default; flaky: `)
	awaitLine(t, s, `com.shop OrderPlaced on nowhere: no function gets it; ordered: its rule is on the event bus default, and the event is on nowhere`)
}

func testPutRefusals(t *testing.T, s *devserver.Server) {
	output := put(t, s, `{"Entries":[{"DetailType":"a","Detail":"{}"},{"Source":"a","Detail":"{}"},{"Source":"a","DetailType":"a"},
		{"Source":"a","DetailType":"a","Detail":"[]"},{"Source":"a","DetailType":"a","Detail":"{"},{"Source":"aws.s3","DetailType":"a","Detail":"{}"},
		{"Source":"a","DetailType":"a","Detail":"{\"a\":\"`+strings.Repeat("x", 256<<10)+`\"}"},{"Source":"a","DetailType":"a","Detail":"{}"}]}`)
	var codes []string
	for _, e := range output.Entries {
		codes = append(codes, e.ErrorCode+" "+e.ErrorMessage)
	}
	want := []string{
		"InvalidArgument Parameter Source is not valid. Reason: Source is a required argument.",
		"InvalidArgument Parameter DetailType is not valid. Reason: DetailType is a required argument.",
		"InvalidArgument Parameter Detail is not valid. Reason: Detail is a required argument.",
		"MalformedDetail Detail is malformed.", "MalformedDetail Detail is malformed.",
		"NotAuthorizedForSourceException Not authorized for the source.",
		"InvalidArgument The entry has 262154 bytes, and EventBridge takes 262144.", " ",
	}
	if diff := cmp.Diff(want, codes); diff != "" || output.FailedEntryCount != 7 {
		t.Errorf("%d failed; want -, got +\n%s", output.FailedEntryCount, diff)
	}
	awaitLine(t, s, "EventBridge:  a: InvalidArgument: Parameter Source is not valid.")
	for name, tc := range map[string]struct{ body, target, want string }{
		"no entries":        {`{"Entries":[]}`, target, "ValidationException"},
		"eleven entries":    {`{"Entries":[{},{},{},{},{},{},{},{},{},{},{}]}`, target, "ValidationException"},
		"no JSON":           {`{`, target, "SerializationException"},
		"another operation": {`{}`, "X-Amz-Target: AWSEvents.ListRules", "NoAWS"},
	} {
		if got := invoke(t, s, "/", tc.body, tc.target); got.status != 400 || got.header.Get("X-Amzn-Errortype") != tc.want || !strings.Contains(got.body, tc.want) {
			t.Errorf("%s: got %d %s", name, got.status, got.body)
		}
	}
}

// testAgain: Lambda tries an asynchronous event again.
func testAgain(t *testing.T, s *devserver.Server) {
	since := time.Now()
	put(t, s, `{"Entries":[{"Source":"com.flaky","DetailType":"a","Detail":"{}"}]}`)
	if got := happened(t, s, since, 2); len(got) != 2 || got[0] != "com.flaky a to flaky:" {
		t.Errorf("got %q", got)
	}
}

// testPutByApp: an app that has no AWS has this EventBridge.
func testPutByApp(t *testing.T, s *devserver.Server) {
	since := time.Now()
	got := invoke(t, s, invokeapi.Path("puts"), "{}")
	if !strings.Contains(got.body, `\"FailedEntryCount\":0`) {
		t.Fatalf("got %d %s", got.status, got.body)
	}
	if got := happened(t, s, since, 1); len(got) != 1 || !strings.HasPrefix(got[0], "com.shop Own to ordered: got map[") {
		t.Errorf("got %q", got)
	}
}

func form(members ...string) string {
	values := url.Values{}
	for _, m := range members {
		name, value, _ := strings.Cut(m, "=")
		values.Set(name, value)
	}
	return values.Encode()
}

const news = "TopicArn=arn:aws:sns:us-east-1:123456789012:news"

func testPublish(t *testing.T, s *devserver.Server) {
	since := time.Now()
	got := invoke(t, s, "/", form("Action=Publish", news, "Message=a goal", "Subject=Now", "MessageAttributes.entry.1.Name=kind",
		"MessageAttributes.entry.1.Value.DataType=String", "MessageAttributes.entry.1.Value.StringValue=sports"), snsScope, forForm)
	var output struct {
		XMLName xml.Name `xml:"http://sns.amazonaws.com/doc/2010-03-31/ PublishResponse"`
		ID      string   `xml:"PublishResult>MessageId"`
		Request string   `xml:"ResponseMetadata>RequestId"`
	}
	if err := xml.Unmarshal([]byte(got.body), &output); err != nil || got.status != 200 || output.ID == "" || output.Request == "" {
		t.Fatalf("%v: got %d %s", err, got.status, got.body)
	}
	invoke(t, s, "/", form("Action=Publish", news, "MessageStructure=json", `Message={"default":"for all","lambda":"for functions"}`), snsScope, forForm)
	want := []string{"message of news to all: got  for functions", "message of news to all: got Now a goal", "message of news to sports: got Now a goal"}
	if diff := cmp.Diff(want, happened(t, s, since, 3)); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
	got = invoke(t, s, "/", form("Action=Publish", "TopicArn=arn:aws:sns:us-east-1:123456789012:other", "Message=x"), snsScope, forForm)
	if got.status != 200 {
		t.Errorf("got %d %s", got.status, got.body)
	}
	awaitLine(t, s, "message of other: no function gets it; all: it is subscribed to the topic news, and the message is one of other")

	since = time.Now()
	got = invoke(t, s, "/", form("Action=PublishBatch", news, "PublishBatchRequestEntries.member.1.Id=one", "PublishBatchRequestEntries.member.1.Message=first",
		"PublishBatchRequestEntries.member.2.Id=two"), snsScope, forForm)
	if !strings.Contains(got.body, "<Successful><member><Id>one</Id><MessageId>") ||
		!strings.Contains(got.body, "<Failed><member><Id>two</Id><Code>InvalidParameter</Code><Message>Invalid parameter: Empty message</Message><SenderFault>true</SenderFault></member></Failed>") {
		t.Errorf("got %d %s", got.status, got.body)
	}
	if got := happened(t, s, since, 1); !slices.Equal(got, []string{"message of news to all: got  first"}) {
		t.Errorf("got %q", got)
	}
}

func testPublishRefusals(t *testing.T, s *devserver.Server) {
	for name, tc := range map[string]struct {
		members []string
		want    string
	}{
		"no topic":                    {[]string{"Action=Publish", "Message=x"}, `<Code>InvalidParameter</Code><Message>Invalid parameter: TopicArn Reason: &#34;&#34; is no ARN`},
		"no message":                  {[]string{"Action=Publish", news}, "Empty message"},
		"a message that is too long":  {[]string{"Action=Publish", news, "Message=" + strings.Repeat("x", 256<<10+1)}, "Message too long"},
		"no default text":             {[]string{"Action=Publish", news, "MessageStructure=json", `Message={"lambda":"x"}`}, "No default entry in JSON message body"},
		"no JSON":                     {[]string{"Action=Publish", news, "MessageStructure=json", `Message=x`}, "JSON message body failed to parse"},
		"an attribute without a type": {[]string{"Action=Publish", news, "Message=x", "MessageAttributes.entry.1.Name=a"}, "must contain a type and a value"},
		"an empty batch":              {[]string{"Action=PublishBatch", news}, "EmptyBatchRequest"},
		"another operation":           {[]string{"Action=ListTopics"}, "<Code>NoAWS</Code>"},
	} {
		got := invoke(t, s, "/", form(tc.members...), snsScope, forForm)
		if got.status != 400 || !strings.Contains(got.body, tc.want) || !strings.Contains(got.body, "<ErrorResponse") {
			t.Errorf("%s: got %d %s", name, got.status, got.body)
		}
	}
	awaitLine(t, s, "SNS: Invalid parameter: Empty message")
}

// testOwnRequests: what isn't AWS's is the app's, and what is AWS's isn't for pages of
// other sites.
func testOwnRequests(t *testing.T, s *devserver.Server) {
	if got := invoke(t, s, "/", form("Action=Publish", news, "Message=x"), forForm); got.status != 200 || !strings.HasPrefix(got.body, "the app got Action=Publish&") {
		t.Errorf("a form of the app's: got %d %s", got.status, got.body)
	}
	for _, headers := range [][]string{{target}, {snsScope, forForm}} {
		if got := invoke(t, s, "/", form("Action=Publish", news, "Message=x"), append(headers, "Origin: https://example.com")...); got.status != 403 {
			t.Errorf("%s: got %d %s", headers, got.status, got.body)
		}
	}
	if got := invoke(t, s, "/other", "{}", target); got.status != 403 || !strings.Contains(got.body, "Missing Authentication Token") {
		t.Errorf("another path: got %d %s", got.status, got.body)
	}
}

// testByHand: what AWS wouldn't deliver is delivered by hand, and the log says so.
func testByHand(t *testing.T, s *devserver.Server) {
	for function, tc := range map[string]struct{ event, want string }{
		"ordered": {`{"source":"com.shop","detail-type":"a","detail":{"state":"old"}}`, `AWS wouldn't invoke ordered with this event: its pattern wants detail.state to be ["new"], and it is "old"`},
		"work":    {`{"Records":[{"messageId":"m1","body":"{\"n\":2}","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:us-east-1:123456789012:jobs"}]}`, `AWS wouldn't invoke work with this event: its filter wants body.n to be [1], and it is 2`},
		"all":     {`{}`, "AWS wouldn't invoke all with this event: it gets events of a topic, and this is none"},
		"puts":    {`{}`, ``},
	} {
		got := invoke(t, s, invokeapi.Path(function), tc.event)
		id := got.header.Get("X-Amzn-Requestid")
		var said []string
		for _, e := range s.Journal().Entries() {
			for _, i := range e.Invocations {
				for _, l := range i.Log {
					if i.RequestID == id && strings.HasPrefix(l.Text, "AWS wouldn't") {
						said = append(said, l.Text)
					}
				}
			}
		}
		if got.status != 200 || strings.Join(said, "\n") != tc.want {
			t.Errorf("%s: got %d %s, and %q; want %q", function, got.status, got.body, said, tc.want)
		}
	}
}
