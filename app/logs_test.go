package app_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
)

const logsData = `{"messageType":"DATA_MESSAGE","owner":"123456789012","logGroup":"/aws/lambda/shop-dev","logStream":"2026/01/02/[$LATEST]ab",
	"subscriptionFilters":["errors"],"logEvents":[
	{"id":"37","timestamp":1440442987123,"message":"{\"level\":\"ERROR\",\"took\":3}"},
	{"id":"38","timestamp":1440442987124,"message":"GET /a 404","extractedFields":{"$status":"404","$1":"GET"}}]}`

// logsJSON is an event of CloudWatch Logs with some data.
func logsJSON(data string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(data))
	w.Close()
	return `{"awslogs":{"data":"` + base64.StdEncoding.EncodeToString(b.Bytes()) + `"}}`
}

func TestLogsEvent(t *testing.T) {
	e := must(t, app.NewLogsEvent, logsJSON(logsData))
	got := []any{e.Owner(), e.LogGroup(), e.LogStream(), e.MessageType(), e.SubscriptionFilters(), string(e.Decoded()), string(e.Raw()), len(e.Events())}
	want := []any{"123456789012", "/aws/lambda/shop-dev", "2026/01/02/[$LATEST]ab", "DATA_MESSAGE", []string{"errors"}, logsData, logsJSON(logsData), 2}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	first, second := e.Events()[0], e.Events()[1]
	var line struct {
		Level string
		Took  int
	}
	if err := first.JSON(&line); err != nil || line.Level != "ERROR" || line.Took != 3 {
		t.Errorf("got %+v, %v", line, err)
	}
	if err := second.JSON(&line); err == nil {
		t.Error("a text that is no JSON was decoded")
	}
	got = []any{first.ID(), first.Timestamp(), first.ExtractedFields(), second.Message(), second.ExtractedFields()}
	want = []any{"37", time.UnixMilli(1440442987123).UTC(), map[string]string(nil), "GET /a 404", map[string]string{"$status": "404", "$1": "GET"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	bare := must(t, app.NewLogsEvent, logsJSON(`{"logEvents":[{}]}`))
	if r := bare.Events()[0]; r.ID()+r.Message() != "" || !r.Timestamp().IsZero() || r.ExtractedFields() != nil || bare.SubscriptionFilters() != nil {
		t.Errorf("got %s", r.Raw())
	}
}

// TestLogsEventRefuses: what isn't packed as CloudWatch Logs does is an error that says
// why.
func TestLogsEventRefuses(t *testing.T) {
	packed := logsJSON(logsData)
	for name, tc := range map[string]struct{ event, want string }{
		"no JSON":            {`{"awslogs":`, "the event is no JSON"},
		"another event":      {`{"Records":[{"EventSource":"aws:sns"}]}`, "this is no CloudWatch Logs event: awslogs.data is missing; it looks to come from Amazon SNS"},
		"no data":            {`{"awslogs":{}}`, "awslogs.data is missing"},
		"data of a number":   {`{"awslogs":{"data":1}}`, "awslogs.data"},
		"no base64":          {`{"awslogs":{"data":"é"}}`, "decode awslogs.data: decode base64"},
		"not compressed":     {`{"awslogs":{"data":"eyJhIjoxfQ=="}}`, "decode awslogs.data: it is not in the format of gzip"},
		"cut short":          {strings.Replace(packed, packed[100:200], "", 1), "decode awslogs.data: "},
		"no JSON compressed": {logsJSON("text"), "decode awslogs.data: the event is no JSON"},
		"a list":             {logsJSON("[]"), "the list of logEvents is missing"},
		"no events":          {logsJSON(`{"logEvents":{}}`), "the list of logEvents is missing"},
		"a bomb":             {logsJSON(strings.Repeat(" ", 64<<20) + " {}"), "decode awslogs.data: it is more than 64 MB decompressed"},
	} {
		if _, err := app.NewLogsEvent([]byte(tc.event)); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %v, want %s", name, err, tc.want)
		}
	}
}

// TestControlMessage: what CloudWatch Logs sends to see whether somebody is there
// reaches middleware, and no handler.
func TestControlMessage(t *testing.T) {
	var seen []string
	a := app.New("logs")
	a.UseFor(app.Logs, func(next app.Handler) app.Handler {
		return func(ctx context.Context, event any) (any, error) {
			seen = append(seen, "middleware "+event.(*app.LogsEvent).MessageType())
			return next(ctx, event)
		}
	})
	a.OnLogEvents("group", func(_ context.Context, e *app.LogsEvent) error {
		seen = append(seen, "handler "+e.Events()[0].Message())
		return nil
	}, app.Name("errors"))
	registry, err := a.Registry()
	if err != nil {
		t.Fatal(err)
	}
	f := registry.Functions()[0]
	for _, data := range []string{
		`{"messageType":"CONTROL_MESSAGE","owner":"CloudwatchLogs","logGroup":"","logStream":"","subscriptionFilters":[],"logEvents":[{"id":"","timestamp":1,"message":"CWL CONTROL MESSAGE: Checking health of destination."}]}`,
		`{"messageType":"DATA_MESSAGE","logEvents":[{"message":"ERROR"}]}`,
	} {
		event, err := f.Event([]byte(logsJSON(data)))
		if err != nil {
			t.Fatal(err)
		}
		if result, err := f.Handler()(t.Context(), event); err != nil || result != nil {
			t.Errorf("got %v, %v", result, err)
		}
	}
	if diff := cmp.Diff([]string{"middleware CONTROL_MESSAGE", "middleware DATA_MESSAGE", "handler ERROR"}, seen); diff != "" {
		t.Error(diff)
	}
}

// FuzzLogsEvent: whatever is packed, reading it doesn't panic.
func FuzzLogsEvent(f *testing.F) {
	for _, data := range []string{logsData, `{"logEvents":[]}`, `{"logEvents":[1,"a",null,[],{"id":{},"timestamp":"a","message":[]}],"subscriptionFilters":1}`} {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data string) {
		e, err := app.NewLogsEvent([]byte(logsJSON(data)))
		if err != nil {
			return
		}
		if !json.Valid(e.Decoded()) {
			t.Errorf("%q was taken for JSON", data)
		}
		e.SubscriptionFilters()
		for _, r := range e.Events() {
			var v any
			_ = r.JSON(&v)
			_ = r.ID() + r.Message() + r.Timestamp().String()
			r.ExtractedFields()
		}
	})
}
