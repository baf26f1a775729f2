package app_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
)

// restEvent is a REST API's event with some members of its own: JSON, without
// the braces.
func restEvent(members string) string {
	return `{"resource":"/x/{id}","path":"/x/7","httpMethod":"POST",` + members +
		`"requestContext":{"resourcePath":"/x/{id}","httpMethod":"POST","stage":"api","n":1.50,
			"identity":{"sourceIp":"192.0.2.1","user":null},"authorizer":{"ok":true}}}`
}

func newRequest(t *testing.T, event string) *app.Request {
	t.Helper()
	r, err := app.NewRequest([]byte(event))
	if err != nil {
		t.Fatalf("%v\n%s", err, event)
	}
	return r
}

func TestRequest(t *testing.T) {
	r := newRequest(t, restEvent(`
		"headers": {"Content-Type": "text/a", "X-Long": "a\tb", "x-long": "later", "N": null},
		"multiValueHeaders": {"X-Long": ["ignored"]},
		"multiValueQueryStringParameters": {"a": ["1", "2"], "b": [""], "none": [], "\u00e9": ["\ud83d\ude00"]},
		"pathParameters": {"id": "a%20b", "null": null},
		"stageVariables": {"color": "blue"},`))
	header, hasHeader := r.LookupHeader("missing")
	last, _ := r.LookupQuery("a")
	_, hasNone := r.LookupQuery("none")
	_, hasNull := r.LookupParam("null")
	got := map[string]any{
		"method": r.Method(), "path": r.Path(), "url": r.URLPath(), "source": r.Source(),
		"content type": r.Header("content-TYPE"), "long": r.Header("X-LONG"), "null header": r.Header("n"),
		"missing header": header, "has it": hasHeader, "headers": r.Headers(),
		"query": r.Query("a"), "last": last, "all": r.QueryAll("a"), "empty": r.QueryAll("b"), "é": r.Query("é"),
		"has none": hasNone, "missing query": r.QueryAll("zzz"), "queries": len(r.QueryParams()),
		"param": r.Param("id"), "raw param": r.RawParam("id"), "missing param": r.Param("zzz"), "has null": hasNull, "HasParam": r.HasParam("id"), "HasParam null": r.HasParam("null"),
		"stage variable": r.StageVar("color"), "ip": r.ContextValue("identity", "sourceIp"), "null": r.ContextValue("identity", "user"),
		"bool": r.ContextValue("authorizer", "ok"), "number": r.ContextValue("n"), "object": r.ContextValue("identity"), "deep": r.ContextValue("a", "b"),
		"context": r.Context()["n"],
	}
	want := map[string]any{
		"method": "POST", "path": "/x/{id}", "url": "/x/7", "source": app.RESTAPI,
		"content type": "text/a", "long": "later", "null header": "",
		"missing header": "", "has it": false, "headers": map[string]string{"content-type": "text/a", "x-long": "later", "n": ""},
		"query": "2", "last": "2", "all": []string{"1", "2"}, "empty": []string{""}, "é": "😀",
		"has none": false, "missing query": []string(nil), "queries": 4,
		"param": "a b", "raw param": "a%20b", "missing param": "", "has null": false, "HasParam": true, "HasParam null": false,
		"stage variable": "blue", "ip": "192.0.2.1", "null": "",
		"bool": "true", "number": "1.50", "object": "", "deep": "",
		"context": json.Number("1.50"),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestRequestWithout: parts that are null or missing are nil, but for headers.
func TestRequestWithout(t *testing.T) {
	for name, members := range map[string]string{
		"missing": ``,
		"null":    `"headers":null,"multiValueQueryStringParameters":null,"pathParameters":null,"stageVariables":null,"body":null,`,
	} {
		t.Run(name, func(t *testing.T) {
			r := newRequest(t, restEvent(members))
			if r.QueryParams() != nil || r.Params() != nil || r.StageVars() != nil {
				t.Errorf("got %v %v %v", r.QueryParams(), r.Params(), r.StageVars())
			}
			if h := r.Headers(); h == nil || len(h) != 0 {
				t.Errorf("headers are %v", h)
			}
			if b, err := r.Body(); err != nil || b == nil || len(b) != 0 {
				t.Errorf("body is %v, %v", b, err)
			}
			m := r.ToMap()
			if m["query_params"] != nil || m["uri_params"] != nil || m["stage_vars"] != nil {
				t.Errorf("ToMap is %v", m)
			}
		})
	}
}

func TestNewRequestErrors(t *testing.T) {
	for name, tc := range map[string]struct{ event, want string }{
		"no JSON":         {`{"a"`, "the event is no JSON"},
		"no object":       {`[1]`, "does not have the expected form"},
		"null":            {`null`, "does not have the expected form"},
		"more":            {`{} {}`, "the event is no JSON"},
		"null context":    {`{"requestContext":null}`, "requestContext is no object"},
		"bad context":     {`{"requestContext":"x"}`, "requestContext is no object"},
		"nothing":         {`{}`, "requestContext has neither resourcePath"},
		"no method":       {`{"requestContext":{"resourcePath":"/"}}`, "requestContext.httpMethod is missing"},
		"broken headers":  {`{"headers":{"a":}}`, "the event is no JSON"},
		"broken in depth": {`{"x":{"y":[1,{"z":tru}]}}`, "the event is no JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := app.NewRequest([]byte(tc.event))
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
		})
	}
}

func TestBody(t *testing.T) {
	for name, tc := range map[string]struct {
		members string
		want    string
		fails   bool
	}{
		"text":            {`"body":"a\u00e9✓\n",`, "aé✓\n", false},
		"base64":          {`"body":"AP/+","isBase64Encoded":true,`, "\x00\xff\xfe", false},
		"line breaks":     {`"body":"AP\n/ +*","isBase64Encoded":true,`, "\x00\xff\xfe", false},
		"padded":          {`"body":"YQ==","isBase64Encoded":true,`, "a", false},
		"after padding":   {`"body":"YQ==YQ==","isBase64Encoded":true,`, "a", false},
		"early padding":   {`"body":"Y=Q=","isBase64Encoded":true,`, "", true},
		"no padding":      {`"body":"YQ","isBase64Encoded":true,`, "", true},
		"outside ASCII":   {`"body":"YWé=","isBase64Encoded":true,`, "", true},
		"empty":           {`"body":"","isBase64Encoded":true,`, "", false},
		"null and base64": {`"body":null,"isBase64Encoded":true,`, "", false},
		"no text":         {`"body":{"a":1},`, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRequest(t, restEvent(tc.members))
			for range 2 { // the second comes from memory
				got, err := r.Body()
				if (err != nil) != tc.fails || string(got) != tc.want && err == nil {
					t.Errorf("got %q, %v", got, err)
				}
			}
			var status app.StatusError
			if _, err := r.Body(); errors.As(err, &status) {
				t.Error("the client's fault is none of the handler's errors")
			}
		})
	}
}

func TestJSONBody(t *testing.T) {
	for name, tc := range map[string]struct {
		contentType, body string
		want              any
		fails             bool
	}{
		"object":         {`"application/json"`, `"{\"a\":[1,2.50,null]}"`, map[string]any{"a": []any{json.Number("1"), json.Number("2.50"), nil}}, false},
		"parameter":      {`"application/json; charset=utf-8"`, `"1"`, json.Number("1"), false},
		"prefix":         {`"application/json-patch+json"`, `"[]"`, []any{}, false},
		"byte order":     {`"application/json"`, `"\ufeff{}"`, map[string]any{}, false},
		"null":           {`"application/json"`, `"null"`, nil, false},
		"upper case":     {`"APPLICATION/JSON"`, `"1"`, json.Number("1"), false},
		"upper suffix":   {`"Application/Problem+JSON;charset=UTF-8"`, `"1"`, json.Number("1"), false},
		"suffix":         {`"application/vnd.api+json"`, `"1"`, json.Number("1"), false},
		"spaces":         {`" application/json ;charset=utf-8"`, `"1"`, json.Number("1"), false},
		"nothing but +":  {`"+json"`, `"1"`, nil, false},
		"json-like":      {`"application/jsonlines"`, `"1"`, nil, false},
		"in a parameter": {`"text/plain; a=application/json"`, `"1"`, nil, false},
		"other":          {`"text/plain"`, `"1"`, nil, false},
		"invalid":        {`"application/json"`, `"{"`, nil, true},
		"trailing":       {`"application/json"`, `"1 2"`, nil, true},
		"empty":          {`"application/json"`, `""`, nil, true},
		"null body":      {`"application/json"`, `null`, nil, true},
		"no number":      {`"application/json"`, `"NaN"`, nil, true},
		"duplicate keys": {`"application/json"`, `"{\"a\":1,\"a\":2}"`, map[string]any{"a": json.Number("2")}, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRequest(t, restEvent(`"headers":{"content-type":`+tc.contentType+`},"body":`+tc.body+`,`))
			got, err := r.JSONBody()
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if !tc.fails {
				return
			}
			e, ok := app.StatusOf(err)
			if !ok || e.Status != 400 || e.Code != "BadRequestError" || e.Message != "Error Parsing JSON" {
				t.Errorf("got the error %#v", err)
			}
		})
	}
	if got, err := newRequest(t, restEvent(`"body":"1",`)).JSONBody(); got != nil || err != nil {
		t.Errorf("without a content type: %v, %v", got, err)
	}
}

func TestJSON(t *testing.T) {
	r := newRequest(t, restEvent(`"body":"{\"Name\":\"x\",\"N\":3}",`))
	type order struct {
		Name string
		N    int
	}
	got, err := app.As[order](r)
	if want := (order{"x", 3}); err != nil || got != want {
		t.Errorf("got %+v, %v", got, err)
	}
	var wrong struct{ Name int }
	e, ok := app.StatusOf(r.JSON(&wrong))
	var cause *json.UnmarshalTypeError
	if !ok || e.Status != 400 || !errors.As(e, &cause) {
		t.Errorf("a value of another type: %v", e)
	}
}

// TestResultsOutliveTheirEvent: events are read in place, and their memory can
// be used again, but what a handler got from an event stays as it was.
func TestResultsOutliveTheirEvent(t *testing.T) {
	const httpAPI = `{"version": "2.0", "rawPath": "/x", "rawQueryString": "a=1&a=2", "cookies": ["c=1"],
		"headers": {"host": "h"}, "requestContext": {"http": {"method": "PURGE", "path": "/x"}}, "body": "text"}`
	rest := restEvent(`"headers":{"A":"b"},"body":"te\u0078t","pathParameters":{"id":"7"},"stageVariables":{"s":"v"},
		"multiValueQueryStringParameters":{"q":["1","2"]},"path":"/x/7",`)
	for name, tc := range map[string]struct {
		event string
		read  func([]byte) (any, error)
	}{
		"REST API":   {rest, func(b []byte) (any, error) { return app.NewRequest(b) }},
		"HTTP API":   {httpAPI, func(b []byte) (any, error) { return app.NewRequest(b) }},
		"CloudWatch": {cloudWatchJSON, func(b []byte) (any, error) { return app.NewCloudWatchEvent(b) }},
		"S3":         {s3JSON, func(b []byte) (any, error) { return app.NewS3Event(b) }},
		"SNS":        {snsJSON, func(b []byte) (any, error) { return app.NewSNSEvent(b) }},
		"websocket":  {websocketJSON, func(b []byte) (any, error) { return app.NewWebsocketEvent(b) }},
		"authorizer": {authJSON, func(b []byte) (any, error) { return app.NewAuthRequest(b) }},
		"SQS": {sqsJSON, func(b []byte) (any, error) {
			e, err := app.NewSQSEvent(b)
			return e.Records()[0], err
		}},
		"Kinesis": {kinesisJSON, func(b []byte) (any, error) {
			e, err := app.NewKinesisEvent(b)
			return e.Records()[0], err
		}},
		"DynamoDB": {dynamoJSON, func(b []byte) (any, error) {
			e, err := app.NewDynamoDBEvent(b)
			return e.Records()[0], err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			buffer := []byte(tc.event)
			e, err := tc.read(buffer)
			if err != nil {
				t.Fatal(err)
			}
			results := map[string]any{}
			for method, f := range reflect.ValueOf(e).Methods() {
				if f.Type().NumIn() != 0 || f.Type().Out(0).Kind() == reflect.Func {
					continue
				}
				for i, out := range f.Call(nil) {
					results[fmt.Sprint(method.Name, i)] = out.Interface()
				}
			}
			before := fmt.Sprintf("%+v", results)
			clear(buffer)
			if after := fmt.Sprintf("%+v", results); after != before || len(results) < 4 {
				t.Errorf("results are part of the event:\n%q\n%q", before, after)
			}
		})
	}
}

func TestRequestIsForSeveralGoroutines(t *testing.T) {
	r := newRequest(t, restEvent(`"headers":{"A":"b"},"body":"text",`))
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			body, err := r.Body()
			if string(body) != "text" || err != nil || r.Header("A") != "b" || r.Context()["stage"] != "api" {
				t.Error("not the same for all")
			}
		})
	}
	all.Wait()
}

func TestParseQuery(t *testing.T) {
	for query, want := range map[string]map[string][]string{
		"":                   {},
		"a=b&a=c":            {"a": {"b", "c"}},
		"a=b&c=d&a=c&e=":     {"a": {"b", "c"}, "c": {"d"}, "e": {""}},
		"b":                  {"b": {""}},
		"=x":                 {"": {"x"}},
		"a=b;c=d":            {"a": {"b;c=d"}},
		"a+b=%E2%9C%93+%2B":  {"a b": {"✓ +"}},
		"a=%zz&b=%&c=%f":     {"a": {"%zz"}, "b": {"%"}, "c": {"%f"}},
		"a=%ff":              {"a": {"\ufffd"}},
		"&&a=1&":             {"a": {"1"}},
		"a=b=c":              {"a": {"b=c"}},
		"%61=1&a=2":          {"a": {"1", "2"}},
		"k=https://x/?y=%26": {"k": {"https://x/?y=&"}},
	} {
		if diff := cmp.Diff(want, app.ParseQuery(query)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", query, diff)
		}
	}
}

// FuzzRequest: whatever comes, reading a request doesn't panic, and agrees with
// encoding/json.
func FuzzRequest(f *testing.F) {
	f.Add([]byte(restEvent(`"headers":{"Content-Type":"a"},"body":"eA==","isBase64Encoded":true,"pathParameters":{"id":"\u00e9"},`)))
	f.Add([]byte(`{"version":"2.0","rawPath":"/a","rawQueryString":"b=c","cookies":["d"],"requestContext":{"http":{"method":"GET"}}}`))
	f.Add([]byte(`{"httpMethod":"GET","path":"/a","multiValueHeaders":{"A":["b"]},"requestContext":{"elb":{}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := app.NewRequest(data)
		if err != nil {
			return
		}
		var event struct {
			Headers        map[string]string
			PathParameters map[string]string
			RequestContext struct{ HTTPMethod, ResourcePath string }
		}
		exact := !strings.Contains(strings.ToLower(string(data)), "\\u") && json.Unmarshal(data, &event) == nil
		if exact && r.Source() == app.RESTAPI && r.Path() != "" && r.Path() != event.RequestContext.ResourcePath &&
			strings.Count(strings.ToLower(string(data)), "resourcepath") == 1 {
			t.Errorf("path: got %q, want %q", r.Path(), event.RequestContext.ResourcePath)
		}
		_, _ = r.Body()
		_, _ = r.JSONBody()
		r.ToMap()
		r.URLPath()
		app.NewMatcher([]string{"/a", "/{x}/b"}).Resolve(r)
		if !json.Valid(r.Raw()) {
			t.Error("Raw is no JSON")
		}
	})
}

// TestPathKeepsNothing: the path is the route's own text, or a copy. An event's
// memory can be used again.
func TestPathKeepsNothing(t *testing.T) {
	for _, routes := range [][]string{nil, {"/other"}, {"/x/{id}"}} {
		event := []byte(restEvent(""))
		r, err := app.NewRequest(event)
		if err != nil {
			t.Fatal(err)
		}
		app.NewMatcher(routes).Resolve(r)
		path := r.Path()
		clear(event)
		if path != "/x/{id}" {
			t.Errorf("routes %q: the path became %q", routes, path)
		}
	}
}
