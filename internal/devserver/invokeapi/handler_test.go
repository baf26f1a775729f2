package invokeapi_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/devserver"
	"github.com/chalice-go/chalice/internal/devserver/devservertest"
	"github.com/chalice-go/chalice/internal/devserver/invokeapi"
)

// serve runs the app of testdata with the API until the test ends.
func serve(t testing.TB, o devserver.Options) *devserver.Server {
	t.Helper()
	o.ProjectDir = "testdata/app"
	o.Mounts = func(s *devserver.Server) []devserver.Mount {
		return []devserver.Mount{{Prefix: invokeapi.Prefix, Handler: invokeapi.Handler(s)}}
	}
	return devservertest.Serve(t, o)
}

// answer is an answer of the API.
type answer struct {
	status int
	header http.Header
	body   string
}

// invoke invokes a function. Headers have the form NAME: value.
func invoke(t testing.TB, s *devserver.Server, path, event string, headers ...string) answer {
	t.Helper()
	r, err := http.NewRequest("POST", s.URL()+path, strings.NewReader(event))
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(body)}
}

func TestInvoke(t *testing.T) {
	s := serve(t, devserver.Options{})
	t.Run("names", func(t *testing.T) { testNames(t, s) })
	t.Run("answers", func(t *testing.T) { testAnswers(t, s) })
	t.Run("refusals", func(t *testing.T) { testRefusals(t, s) })
	t.Run("log", func(t *testing.T) { testLog(t, s) })
	t.Run("context", func(t *testing.T) { testContext(t, s) })
	t.Run("events", func(t *testing.T) { testEvents(t, s) })
	t.Run("destinations", func(t *testing.T) { testDestinations(t, s) })
	t.Run("no AWS", func(t *testing.T) { testNoAWS(t, s) })
	t.Run("other sites", func(t *testing.T) { testOtherSites(t, s) })
	t.Run("list", func(t *testing.T) { testList(t, s) })
}

func testNames(t *testing.T, s *devserver.Server) {
	for name, want := range map[string]int{
		"echo":          200,
		"shop-dev-echo": 200,
		"shop-dev":      200, // the routes' function
		"echo:$LATEST":  200,
		"arn:aws:lambda:us-east-1:123456789012:function:shop-dev-echo":         200,
		"arn:aws:lambda:us-east-1:123456789012:function:shop-dev-echo:$LATEST": 200,
		"arn:aws-us-gov:lambda:us-gov-west-1:999999999999:function:echo":       200,
		"123456789012:function:shop-dev-echo":                                  200,
		"function:echo":                                                        200,
		"echo?Qualifier=$LATEST":                                               200,
		"nothing":                                                              404,
		"shop-prod-echo":                                                       404,
		"echo:live":                                                            404,
		"echo?Qualifier=live":                                                  404,
		"echo:live?Qualifier=prod":                                             400,
		"arn:aws:sqs:us-east-1:123456789012:echo":                              400,
		"arn:aws:lambda:us-east-1:123456789012:function:shop-dev-echo:":        400,
		"no name": 400,
	} {
		name, query, _ := strings.Cut(name, "?")
		path := invokeapi.Path(name)
		for _, path := range []string{path, strings.ReplaceAll(path, ":", "%3A")} {
			event := `{"httpMethod":"GET","resource":"/","path":"/","requestContext":{"resourcePath":"/","httpMethod":"GET"}}`
			if got := invoke(t, s, path+"?"+query, event); got.status != want || want == 200 && got.header.Get("X-Amz-Function-Error") != "" {
				t.Errorf("%s?%s: got %d %s, want %d", name, query, got.status, got.body, want)
			}
		}
	}
}

func testAnswers(t *testing.T, s *devserver.Server) {
	for name, tc := range map[string]struct {
		function, event string
		headers         []string
		status          int
		failed          bool
		body            string // a regular expression
	}{
		"the payload as it came":    {function: "echo", event: `{"b": 1,  "a": [1.50]}`, status: 200, body: `^\{"b":1,"a":\[1.50\]\}$`},
		"no event at all":           {function: "echo", status: 200, body: `^\{\}$`},
		"a function without value":  {function: "prints", event: `{}`, status: 200, body: `^null$`},
		"an error":                  {function: "fail", event: `{}`, status: 200, failed: true, body: `"errorMessage":"out of stock","errorType":"errorString"`},
		"a panic":                   {function: "panics", event: `{}`, status: 200, failed: true, body: `"errorMessage":"no shelf".*"stackTrace":\[\{"path":"[^"]*main.go","line":\d+,"label":"panics"\}`},
		"a program that ends":       {function: "exits", event: `{}`, status: 200, failed: true, body: `"RequestId: [0-9a-f-]{36} Error: Runtime exited with error: exit status 3","errorType":"Runtime.ExitError"`},
		"a timeout":                 {function: "slow", event: `{}`, status: 200, failed: true, body: `"RequestId: [0-9a-f-]{36} Error: Task timed out after 1.00 seconds","errorType":"Sandbox.Timedout"`},
		"an answer that is large":   {function: "large", event: `{}`, status: 200, failed: true, body: `"errorType":"Function.ResponseSizeTooLarge"`},
		"a dry run":                 {function: "exits", headers: []string{"X-Amz-Invocation-Type: DryRun"}, status: 204, body: `^$`},
		"an event":                  {function: "echo", headers: []string{"X-Amz-Invocation-Type: Event"}, status: 202, body: `^$`},
		"a function that calls one": {function: "callsEcho", event: `{"a":1}`, status: 200, body: `^\{"echo said":"\{\\"a\\":1\}"\}$`},
	} {
		t.Run(name, func(t *testing.T) {
			got := invoke(t, s, invokeapi.Path(tc.function), tc.event, tc.headers...)
			if got.status != tc.status || !regexp.MustCompile(tc.body).MatchString(got.body) {
				t.Errorf("got %d %.500s, want %d %s", got.status, got.body, tc.status, tc.body)
			}
			if failed := got.header.Get("X-Amz-Function-Error"); (failed == "Unhandled") != tc.failed {
				t.Errorf("X-Amz-Function-Error is %q", failed)
			}
			if got.status == 200 && got.header.Get("X-Amz-Executed-Version") != "$LATEST" || got.header.Get("X-Amzn-Requestid") == "" {
				t.Errorf("headers are %v", got.header)
			}
		})
	}
}

func testRefusals(t *testing.T, s *devserver.Server) {
	for name, tc := range map[string]struct {
		function, event string
		headers         []string
		status          int
		code, message   string
	}{
		"an unknown function":         {"nothing", "{}", nil, 404, "ResourceNotFoundException", "Function not found: arn:aws:lambda:us-east-1:123456789012:function:nothing"},
		"an unknown version":          {"echo:live", "{}", nil, 404, "ResourceNotFoundException", "Function not found: arn:aws:lambda:us-east-1:123456789012:function:shop-dev-echo:live"},
		"no JSON":                     {"echo", "{a", nil, 400, "InvalidRequestContentException", "Could not parse request body into json: invalid character 'a'"},
		"two documents":               {"echo", "{} {}", nil, 400, "InvalidRequestContentException", "Could not parse request body into json: "},
		"too large":                   {"echo", `"` + strings.Repeat("x", 6<<20) + `"`, nil, 413, "RequestTooLargeException", "Request must be smaller than 6291456 bytes"},
		"too large an event":          {"echo", `"` + strings.Repeat("x", 1<<20) + `"`, []string{"X-Amz-Invocation-Type: Event"}, 413, "RequestTooLargeException", "1048578 byte payload is too large for the Event invocation type (limit 1048576 bytes)"},
		"an unknown type":             {"echo", "{}", []string{"X-Amz-Invocation-Type: Sync"}, 400, "ValidationException", "1 validation error detected: Value 'Sync' at 'invocationType'"},
		"an unknown log type":         {"echo", "{}", []string{"X-Amz-Log-Type: All"}, 400, "ValidationException", "1 validation error detected: Value 'All' at 'logType'"},
		"a context that is no base64": {"echo", "{}", []string{"X-Amz-Client-Context: {}"}, 400, "InvalidParameterValueException", "Client context must be"},
		"a context that is no JSON":   {"echo", "{}", []string{"X-Amz-Client-Context: YQ=="}, 400, "InvalidParameterValueException", "Client context must be"},
	} {
		t.Run(name, func(t *testing.T) {
			got := invoke(t, s, invokeapi.Path(tc.function), tc.event, tc.headers...)
			var document struct{ Message, Type string }
			if err := json.Unmarshal([]byte(got.body), &document); err != nil {
				t.Fatalf("%v in %s", err, got.body)
			}
			if got.status != tc.status || got.header.Get("X-Amzn-Errortype") != tc.code || !strings.HasPrefix(document.Message, tc.message) || document.Type != "User" {
				t.Errorf("got %d %s %s, want %d %s %s", got.status, got.header.Get("X-Amzn-Errortype"), got.body, tc.status, tc.code, tc.message)
			}
		})
	}
	// The largest event that Lambda takes is accepted.
	if got := invoke(t, s, invokeapi.Path("echo"), `"`+strings.Repeat("x", 6<<20-2)+`"`); got.status != 200 || got.header.Get("X-Amz-Function-Error") != "" {
		t.Errorf("got %d %.100s", got.status, got.body)
	}
}

func testLog(t *testing.T, s *devserver.Server) {
	got := invoke(t, s, invokeapi.Path("prints"), "{}", "X-Amz-Log-Type: Tail")
	log, err := base64.StdEncoding.DecodeString(got.header.Get("X-Amz-Log-Result"))
	id := got.header.Get("X-Amzn-Requestid")
	if err != nil || len(log) != 4096 || !strings.Contains(string(log), "\nline 99 xxx") || !strings.Contains(string(log), "\nEND RequestId: "+id+"\nREPORT RequestId: "+id+"\tDuration: ") {
		t.Errorf("got %d bytes, %v: %s", len(log), err, log)
	}
	got = invoke(t, s, invokeapi.Path("panics"), "{}", "X-Amz-Log-Type: Tail")
	if log, _ := base64.StdEncoding.DecodeString(got.header.Get("X-Amz-Log-Result")); !strings.HasPrefix(string(log), "START RequestId: ") || !strings.Contains(string(log), "no shelf") {
		t.Errorf("after a panic: %s", log)
	}
	if got := invoke(t, s, invokeapi.Path("prints"), "{}"); got.header.Get("X-Amz-Log-Result") != "" {
		t.Error("a log that nobody asked for")
	}
}

func testContext(t *testing.T, s *devserver.Server) {
	client := base64.StdEncoding.EncodeToString([]byte("{\"custom\": {\"who\":\n\"me\"}}"))
	got := invoke(t, s, invokeapi.Path("about"), "{}", "X-Amz-Client-Context: "+client)
	want := map[string]any{
		"id": got.header.Get("X-Amzn-Requestid"), "arn": "arn:aws:lambda:us-east-1:123456789012:function:shop-dev-about", "client": map[string]any{"who": "me"},
		"lambda": s.URL(), "aws": s.URL() + "/2015-03-31/no-aws", "key": "no-aws",
	}
	var about map[string]any
	if err := json.Unmarshal([]byte(got.body), &about); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, about); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

// testEvents: an asynchronous event is tried three times, with the same request
// id.
func testEvents(t *testing.T, s *devserver.Server) {
	for function, want := range map[string]string{"flaky": "at last", "fail": ""} {
		id := invoke(t, s, invokeapi.Path(function), "{}", "X-Amz-Invocation-Type: Event").header.Get("X-Amzn-Requestid")
		var tries []devserver.Invocation
		for deadline := time.Now().Add(20 * time.Second); len(tries) < 3 && time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
			tries = nil
			for _, e := range s.Journal().Entries() {
				if e.Done && len(e.Invocations) == 1 && e.Invocations[0].RequestID == id {
					tries = append(tries, e.Invocations[0])
				}
			}
		}
		if len(tries) != 3 || tries[0].Error == "" || tries[1].Error == "" || !strings.Contains(string(tries[2].Response), want) {
			t.Errorf("%s: %d tries: %+v", function, len(tries), tries)
		}
	}
	given := func() bool {
		for _, line := range s.Journal().Lines() {
			if strings.HasPrefix(line.Text, "fail failed 3 times for the same event, which is given up: ") {
				return true
			}
		}
		return false
	}
	for deadline := time.Now().Add(5 * time.Second); !given(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("nothing says that the event was given up")
		}
	}
}

// testDestinations: a function of the app gets the record of what became of another's
// event, which is tried as often as the configuration says.
func testDestinations(t *testing.T, s *devserver.Server) {
	const arn = "arn:aws:lambda:us-east-1:123456789012:function:shop-dev-"
	for function, want := range map[string]string{
		"prints": `{"version":"1.0","requestContext":{"functionArn":"` + arn + `prints:$LATEST","condition":"Success","approximateInvokeCount":1},` +
			`"requestPayload":{"n":1.50},"responseContext":{"statusCode":200,"executedVersion":"$LATEST"},"responsePayload":null}`,
		"panics": `{"version":"1.0","requestContext":{"functionArn":"` + arn + `panics:$LATEST","condition":"RetriesExhausted","approximateInvokeCount":1},` +
			`"requestPayload":{"n":1.50},"responseContext":{"statusCode":200,"executedVersion":"$LATEST","functionError":"Unhandled"},` +
			`"responsePayload":{"errorMessage":"no shelf","errorType":"string"}}`,
	} {
		id := invoke(t, s, invokeapi.Path(function), `{"n": 1.50}`, "X-Amz-Invocation-Type: Event").header.Get("X-Amzn-Requestid")
		var record string
		for deadline := time.Now().Add(20 * time.Second); record == "" && time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
			for _, e := range s.Journal().Entries() {
				for _, i := range e.Invocations {
					if i.Function == "echo" && e.Done && strings.Contains(string(i.Event), id) {
						record = string(i.Event)
					}
				}
			}
		}
		record = regexp.MustCompile(`"timestamp":"[^"]*",|"requestId":"[^"]*",|,"stackTrace":\[.*?\]`).ReplaceAllString(record, "")
		if diff := cmp.Diff(want, record); diff != "" {
			t.Errorf("%s: want -, got +\n%s", function, diff)
		}
	}
	var said []string
	for deadline := time.Now().Add(5 * time.Second); len(said) == 0 && time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		for _, line := range s.Journal().Lines() {
			if strings.Contains(line.Text, " nothing is sent to ") {
				said = append(said, line.Text)
			}
		}
	}
	want := []string{"dead_letter_target of panics: nothing is sent to arn:aws:sqs:us-east-1:123456789012:dead: there is no AWS: " +
		"--endpoint-url names what stands in for one, --profile takes a real account"}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

// testList: functions have their names in the app and those in AWS.
func testList(t *testing.T, s *devserver.Server) {
	response, err := http.Get(s.URL() + "/2015-03-31/functions/")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var list struct {
		Functions []struct{ FunctionName, FunctionArn, Handler string }
	}
	if err := json.NewDecoder(response.Body).Decode(&list); err != nil {
		t.Fatal(err)
	}
	if len(list.Functions) != 13 || list.Functions[0].Handler != "api_handler" || list.Functions[0].FunctionName != "shop-dev" ||
		list.Functions[1].FunctionArn != "arn:aws:lambda:us-east-1:123456789012:function:shop-dev-tick" || list.Functions[1].Handler != "tick" {
		t.Errorf("got %+v", list.Functions)
	}
}

// testNoAWS: calls of other services fail with an error that says what to do,
// in the format of the service.
func testNoAWS(t *testing.T, s *devserver.Server) {
	sign := func(service string) string {
		return "Authorization: AWS4-HMAC-SHA256 Credential=no-aws/20260101/us-east-1/" + service + "/aws4_request, SignedHeaders=host, Signature=0"
	}
	for service, tc := range map[string]struct{ contentType, want string }{
		"dynamodb": {"application/x-amz-json-1.0", `"__type":"NoAWS"`},
		"sns":      {"application/x-www-form-urlencoded; charset=utf-8", "<ErrorResponse><Error><Code>NoAWS</Code><Message>the app calls sns, "},
		"s3":       {"", "<Error><Code>NoAWS</Code><Message>the app calls s3, "},
		"lambda":   {"", `"__type":"UnknownOperationException"`},
	} {
		got := invoke(t, s, "/2015-03-31/no-aws/bucket/key", "", sign(service), "Content-Type: "+tc.contentType)
		if got.status != 400 || !strings.Contains(got.body, tc.want) {
			t.Errorf("%s: got %d %s", service, got.status, got.body)
		}
		sum := got.header.Get("X-Amz-Crc32")
		if want := strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(got.body))), 10); service == "dynamodb" && sum != want {
			t.Errorf("the checksum is %q, want %s: DynamoDB's clients log a warning", sum, want)
		}
	}
}

// testOtherSites: a page of another site, or of a host name that points here,
// can't invoke anything.
func testOtherSites(t *testing.T, s *devserver.Server) {
	if got := invoke(t, s, invokeapi.Path("echo"), "{}", "Origin: https://example.com"); got.status != 403 {
		t.Errorf("got %d %s", got.status, got.body)
	}
	r, err := http.NewRequest("POST", s.URL()+invokeapi.Path("echo"), strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "rebound.example.com"
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if response.Body.Close(); response.StatusCode != 403 {
		t.Errorf("got %s", response.Status)
	}
}

// TestConcurrency: if there are more callers than processes, some wait.
func TestConcurrency(t *testing.T) {
	s := serve(t, devserver.Options{Workers: 2})
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			if got := invoke(t, s, invokeapi.Path("waits"), fmt.Sprint(i)); got.status != 200 || got.body != `"done"` {
				t.Errorf("got %d %s", got.status, got.body)
			}
		})
	}
	all.Wait()
}
