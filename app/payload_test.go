package app_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/app"
)

// TestPayloads reads what functions get in place of events of EventBridge. Whoever
// registers neither Input nor InputPath gets events alone.
func TestPayloads(t *testing.T) {
	keep := func(context.Context, *app.CloudWatchEvent) error { return nil }
	pattern := app.Pattern{"source": []string{"shop"}}
	a := app.New("payloads")
	a.OnCloudWatchEvent(pattern, keep, app.Name("input"), app.Input(map[string]int{"n": 1}))
	a.OnCloudWatchEvent(pattern, keep, app.Name("path"), app.InputPath("$.detail"))
	a.Schedule("rate(1 day)", keep, app.Name("timed"), app.Input("text"))
	a.Schedule("rate(1 day)", keep, app.Name("zoned"), app.Timezone("UTC"), app.Input(nil))
	a.OnCloudWatchEvent(pattern, keep, app.Name("whole"), app.InputPath("$"))
	a.OnCloudWatchEvent(pattern, keep, app.Name("plain"))
	registry, err := a.Registry()
	if err != nil {
		t.Fatal(err)
	}
	for name, takesAny := range map[string]bool{"input": true, "path": true, "timed": true, "zoned": true, "whole": false, "plain": false} {
		f, _ := registry.Function(name)
		if _, err := f.Event([]byte(cloudWatchJSON)); err != nil {
			t.Errorf("%s refuses an event: %v", name, err)
		}
		if _, err := f.Event([]byte(`{"n": `)); err == nil {
			t.Errorf("%s takes what is no JSON", name)
		}
		for _, payload := range []string{`{"n":1,"source":"mine","detail":{}}`, `"text"`, `null`, `[1, 2]`, ` 7 `, `{}`} {
			if payload[0] == '{' && payload != `{}` && !takesAny {
				continue // it has a source, which is all that makes an event
			}
			event, err := f.Event([]byte(payload))
			if (err == nil) != takesAny {
				t.Errorf("%s and %s: %v", name, payload, err)
			}
			if err == nil {
				checkPayload(t, event.(*app.CloudWatchEvent), payload)
			}
		}
	}
}

// checkPayload looks at an event that is none.
func checkPayload(t *testing.T, e *app.CloudWatchEvent, payload string) {
	t.Helper()
	got := []any{
		string(e.Raw()), e.Version(), e.Account(), e.Region(), string(e.Detail()), e.DetailType(), e.Source(), e.Time(), e.EventID(), e.Resources(),
	}
	if diff := cmp.Diff([]any{payload, "", "", "", "", "", "", "", "", []string(nil)}, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", payload, diff)
	}
	var want, decoded any
	if err := json.Unmarshal([]byte(payload), &want); err != nil {
		t.Fatal(err)
	}
	if err := e.JSON(&decoded); err != nil || !cmp.Equal(want, decoded) {
		t.Errorf("%s is decoded as %v, %v", payload, decoded, err)
	}
	if _, err := app.DetailAs[any](e); err == nil || !strings.Contains(err.Error(), "CloudWatchEvent.JSON decodes") {
		t.Errorf("the detail of %s: %v", payload, err)
	}
}

func TestDetailAs(t *testing.T) {
	type numbered struct{ N int }
	// What EventBridge Scheduler sends has its detail as text.
	const scheduler = `{"version":"0","id":"1","detail-type":"Scheduled Event","source":"aws.scheduler","account":"123456789012",` +
		`"time":"2027-01-31T12:00:00Z","region":"eu-west-1","resources":["arn:aws:scheduler:eu-west-1:123456789012:schedule/default/tick"],"detail":"{}"}`
	for name, tc := range map[string]struct {
		event, detail string
		want          numbered
		fails         bool
	}{
		"an object":             {cloudWatchJSON, `{"n":1}`, numbered{1}, false},
		"EventBridge Scheduler": {scheduler, `{}`, numbered{}, false},
		"escaped":               {`{"source":"aws.scheduler","detail":"{\"n\": 2}"}`, `{"n": 2}`, numbered{2}, false},
		"no JSON in it":         {`{"source":"aws.scheduler","detail":"soon"}`, `"soon"`, numbered{}, true},
		"another's text":        {`{"source":"shop","detail":"{}"}`, `"{}"`, numbered{}, true},
		"another type":          {`{"source":"shop","detail":{"n":"one"}}`, `{"n":"one"}`, numbered{}, true},
		"nothing":               {`{"source":"shop"}`, ``, numbered{}, true},
	} {
		e := must(t, app.NewCloudWatchEvent, tc.event)
		got, err := app.DetailAs[numbered](e)
		if got != tc.want || (err != nil) != tc.fails || string(e.Detail()) != tc.detail {
			t.Errorf("%s: got %v, %v of %s", name, got, err, e.Detail())
		}
	}
	if e := must(t, app.NewCloudWatchEvent, scheduler); e.ToMap()["detail"] != "{}" || string(e.Raw()) != scheduler {
		t.Error("Raw or ToMap is not what came")
	}
}
